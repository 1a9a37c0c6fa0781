//! A whole line, and each text of code in it.

use super::broken::Broken;
use super::found::{Found, Reading};
use super::history;
use super::reader::Reader;
use crate::command::opaque::Why;
use crate::command::place::Place;

/// Bytes of a line that are read. More than a terminal's line buffer (4,096) takes.
pub(in crate::command) const LONGEST: usize = 64 * 1024;

/// Reads one line; `dir` is where relative names begin, as far as it is known.
pub(in crate::command) fn read(line: &str, place: Place, dir: Option<&str>) -> Reading {
    let mut found = Found::new(place, dir, true);
    found.line(line);
    if found.commented && place == Place::Terminal {
        let mut plain = Found::new(place, dir, false);
        plain.line(line);
        plain.reading.opaque.into_iter().for_each(|why| found.opaque(why));
        found.reading.uncommented = plain.reading.commands;
    }
    found.reading
}

impl Found {
    fn line(&mut self, line: &str) {
        if line.len() > LONGEST {
            return self.opaque(Why::TooLong);
        }
        if line.chars().any(|sign| sign.is_control() && sign != '\n' && sign != '\t') {
            self.opaque(Why::Control);
        }
        if self.place == Place::Terminal && history::repeats(line) {
            self.opaque(Why::History);
        }
        self.origin = Some(0);
        self.read(line);
        self.settle();
    }

    /// Reads a text of code to its end; what does not parse is opaque.
    pub(in crate::command) fn read(&mut self, text: &str) {
        let origin = self.origin.take();
        let read = self.deeper(|found| Reader { origin, ..Reader::new(text, found) }.whole());
        if let Err(Broken(why)) = read {
            self.opaque(why);
        }
    }
}
