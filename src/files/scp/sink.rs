//! What a client of classic scp says of the files that it uploads: a line for each, and then its bytes.
//!
//! Nobody wrote this protocol down; it is read as OpenSSH's `sink` does. A line takes effect with its end, so what
//! comes before that may pass.

use crate::domain::FileAccess;
use crate::files::FileOp;

/// A name, a mode and a size.
const LONGEST: usize = 4096 + 64;

/// Why a channel cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    #[error("a line that is too long")]
    Long,
    #[error("a malformed line")]
    Malformed,
    #[error("set-user-id, set-group-id and sticky bits are a change, and this may only upload")]
    Special,
}

/// The gate on one scp channel. Of a download it sees nothing but the client's answers.
#[derive(Default)]
pub struct Sink {
    line: Vec<u8>,
    /// Bytes of a file that are still to come.
    left: u64,
}

impl Sink {
    /// Bytes from the client, none of which may pass after an error.
    pub fn from_client(
        &mut self,
        mut bytes: &[u8],
        may: &mut dyn FnMut(FileAccess, &FileOp) -> bool,
    ) -> Result<(), SinkError> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.left > 0 {
                let skipped = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= skipped as u64;
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            bytes = rest;
            match byte {
                // An answer, or the end of a file.
                0 if self.line.is_empty() => {}
                b'\n' => self.left = told(&std::mem::take(&mut self.line), may)?,
                _ if self.line.len() >= LONGEST => return Err(SinkError::Long),
                byte => self.line.push(byte),
            }
        }
        Ok(())
    }
}

/// How many bytes follow a line.
fn told(line: &[u8], may: &mut dyn FnMut(FileAccess, &FileOp) -> bool) -> Result<u64, SinkError> {
    let Some((kind @ (b'C' | b'D'), rest)) = line.split_first() else { return Ok(0) };
    let (mode, size, name) = made(rest).ok_or(SinkError::Malformed)?;
    let op = FileOp { what: "set-id", path: Some(name.to_vec()) };
    if mode & 0o7000 != 0 && !may(FileAccess::Change, &op) {
        return Err(SinkError::Special);
    }
    Ok(if *kind == b'C' { size } else { 0 })
}

/// `0644 12 name`
fn made(text: &[u8]) -> Option<(u32, u64, &[u8])> {
    let mut parts = text.splitn(3, |byte| *byte == b' ');
    let (mode, size, name) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &[u8], last| text.iter().all(|byte| (b'0'..=last).contains(byte));
    if mode.len() != 4 || !digits(mode, b'7') || size.is_empty() || !digits(size, b'9') {
        return None;
    }
    let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
    Some((mode, std::str::from_utf8(size).ok()?.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(text: &[u8], cut: usize, change: bool) -> Result<(), SinkError> {
        let mut sink = Sink::default();
        let mut may = |access, _: &FileOp| access == FileAccess::Change && change;
        let (one, other) = text.split_at(cut.min(text.len()));
        sink.from_client(one, &mut may)?;
        sink.from_client(other, &mut may)
    }

    /// attack: file gate
    #[test]
    fn special_bits_are_found_wherever_the_stream_is_cut() {
        for text in [
            &b"C4755 3 x\nabc\0"[..],
            b"C0644 3 x\nabc\0C2755 0 y\n\0",
            b"T1 0 1 0\nD1777 0 d\nE\n",
            b"C0644 0 x\n\0D0755 0 d\nC6777 1 y\na\0E\n",
        ] {
            for cut in 0..text.len() {
                assert_eq!(fed(text, cut, false), Err(SinkError::Special), "{text:?} {cut}");
                assert_eq!(fed(text, cut, true), Ok(()));
            }
        }
        for text in [
            &b"C0644 12 x\nC4755 1 y\n..\0E\n"[..],
            b"D0755 0 C4755 0 x\nE\n",
            b"\0\0\0\x01scp: no\n\0",
            b"T1 0 1 0\nC0777 0 \xff\n\0",
        ] {
            for cut in 0..text.len() {
                assert_eq!(fed(text, cut, false), Ok(()), "{text:?} {cut}");
            }
        }
    }

    #[test]
    fn what_a_sink_would_not_take_does_not_pass() {
        for text in [
            &b"C755 3 x\n"[..],
            b"C04755 3 x\n",
            b"C+755 3 x\n",
            b"C0755 -3 x\n",
            b"C0755 99999999999999999999 x\n",
            b"C0755  x\n",
            b"D0755\n",
        ] {
            assert_eq!(fed(text, 0, true), Err(SinkError::Malformed), "{text:?}");
        }
        assert_eq!(fed(&[b'C'; LONGEST + 1], 0, true), Err(SinkError::Long));
    }
}
