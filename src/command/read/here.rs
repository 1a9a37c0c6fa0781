//! Here-documents: a command's input that stands in the lines behind it.

use super::broken::Broken;
use super::reader::{Awaited, Reader};
use crate::command::opaque::Why;
use crate::command::simple::Input;
use crate::command::word::Word;

/// Some shells join lines before they look for the end of the body and for what is substituted, some after.
fn joins_lines(body: &str) -> bool {
    body.ends_with("\\\n") || (body.contains("\\\n") && (body.contains("$(") || body.contains('`')))
}

impl Reader<'_, '_> {
    /// Behind `<<`: the word that ends the body.
    pub(super) fn here_document(&mut self, strip: bool) -> Result<Awaited, Broken> {
        let start = self.at;
        if self.at_word_end() {
            return Err(Broken::syntax("a here-document has no delimiter"));
        }
        let word = self.plain_word()?;
        let quoted = self.since(start).contains(['\'', '"', '\\']);
        let Some(delimiter) = word.written() else {
            return Err(Broken::syntax("a here-document's delimiter is expanded"));
        };
        if delimiter.is_empty() {
            return Err(Broken::syntax("a here-document ends at an empty line"));
        }
        Ok(Awaited { delimiter, strip, quoted, commands: 0..0 })
    }

    /// Behind a line's end: the bodies that the line awaits.
    pub(super) fn bodies(&mut self) -> Result<(), Broken> {
        for awaited in std::mem::take(&mut self.pending) {
            let start = self.at;
            let body = self.body_of(&awaited)?;
            self.body_end = self.at;
            let place = self
                .place(start)
                .filter(|_| !awaited.strip)
                .map(|place| place.start..place.start + body.len());
            let mut word = Word::default();
            if awaited.quoted {
                word = Word::text(body);
            } else {
                if joins_lines(&body) {
                    self.found.opaque(Why::Syntax("a here-document's lines are not joined alike everywhere"));
                }
                self.found.deeper(|found| Reader::new(&body, found).expanding(&mut word, None))?;
            }
            let word = word.at(place);
            for index in awaited.commands {
                let Some(command) = self.found.reading.commands.get_mut(index) else { continue };
                if command.input == Input::Awaited {
                    command.input = Input::Here(word.clone());
                    if self.found.is_fed(index) {
                        self.found.feed(index);
                    }
                }
            }
        }
        Ok(())
    }

    fn body_of(&mut self, awaited: &Awaited) -> Result<String, Broken> {
        let mut body = String::new();
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Err(Broken::syntax("a here-document is not closed"));
            }
            let line = rest.split_inclusive('\n').next().unwrap_or_default();
            self.at += line.len();
            let line = if awaited.strip { line.trim_start_matches('\t') } else { line };
            if line.strip_suffix('\n').unwrap_or(line) == awaited.delimiter {
                return Ok(body);
            }
            body.push_str(line);
        }
    }

    pub(super) fn no_body_missing(&self) -> Result<(), Broken> {
        if self.pending.is_empty() { Ok(()) } else { Err(Broken::syntax("a here-document has no body")) }
    }
}
