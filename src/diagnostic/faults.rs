//! Collects the faults of a whole set of files, so that all of them are told at once.

use std::collections::BTreeSet;
use std::ops::Range;

use super::fault::Fault;
use super::located::Diagnostic;
use super::source::{Lines, SourceFile};

/// Where something stands: a file's number and the bytes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) file: usize,
    pub(crate) span: Range<usize>,
}

/// The faults of a set of files.
#[derive(Debug)]
pub(crate) struct Diagnostics<'a> {
    files: Vec<(&'a SourceFile, Lines)>,
    found: Vec<(Location, Diagnostic)>,
    /// The files that could not be read to their ends.
    cut_short: BTreeSet<usize>,
    /// What could not be read: whatever seems to be wrong there comes of that.
    unreadable: Vec<Location>,
}

impl<'a> Diagnostics<'a> {
    pub(crate) fn new(files: &'a [SourceFile]) -> Self {
        let files = files.iter().map(|file| (file, Lines::of(&file.text))).collect();
        Self { files, found: Vec::new(), cut_short: BTreeSet::new(), unreadable: Vec::new() }
    }

    pub(crate) fn add(&mut self, place: Location, fault: Fault) {
        let moot = fault.absence && self.cut_short.contains(&place.file) || self.is_unreadable(&place);
        if let Some((file, lines)) = self.files.get(place.file).filter(|_| !moot) {
            let diagnostic = Diagnostic::new(file, lines, &place.span, fault);
            self.found.push((place, diagnostic));
        }
    }

    /// Adds that something could not be read, unless that comes of an earlier such place. `unreadable` is
    /// what is lost with it.
    pub(crate) fn cut_short(&mut self, place: Location, fault: Fault, unreadable: Range<usize>) {
        if self.is_unreadable(&place) {
            return;
        }
        let file = place.file;
        self.add(place, fault);
        self.cut_short.insert(file);
        self.unreadable.push(Location { file, span: unreadable });
    }

    fn is_unreadable(&self, place: &Location) -> bool {
        let covers = |one: &Location| one.file == place.file && one.span.contains(&place.span.start);
        self.unreadable.iter().any(covers)
    }

    /// Whether all of every file could be read.
    pub(crate) fn all_read(&self) -> bool {
        self.cut_short.is_empty()
    }

    /// A place, kept for what may have to be said of it later.
    pub(crate) fn mark(&self, place: &Location) -> Diagnostic {
        let nowhere = (&SourceFile::default(), Lines::default());
        let (file, lines) = self.files.get(place.file).unwrap_or(&nowhere);
        Diagnostic::new(file, lines, &place.span, Fault::new(""))
    }

    /// `path:line:column` of another place, for a message.
    pub(crate) fn position(&self, place: &Location) -> String {
        let at = self.mark(place);
        format!("{}:{}:{}", at.path, at.line, at.column)
    }

    /// Everything found, in the order in which a reader meets it.
    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(place, _)| (place.file, place.span.start));
        self.found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }
}
