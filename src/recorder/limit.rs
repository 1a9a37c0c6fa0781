//! How much of a stream without a terminal is kept: its beginning and its end, while its digest covers all of it.

use std::collections::VecDeque;

/// Bytes kept each way, as they are written: enough for any command's text, too little for a dump to fill the disk.
pub(super) const KEPT: u64 = 16 * 1024 * 1024;

/// Bytes of the end that are kept as well: what follows a lot of padding is there.
pub(super) const TAIL: usize = 1024 * 1024;

/// What is left of [`KEPT`], and what came last after it.
#[derive(Debug)]
pub(super) struct Allowance {
    left: u64,
    beyond: u64,
    tail: VecDeque<u8>,
}

/// What to do with some bytes.
pub(super) struct Share<'a> {
    pub(super) kept: &'a [u8],
    /// This is where the recording stops, and it has not been said yet.
    pub(super) stops: bool,
    /// Not all of it was kept.
    pub(super) beyond: bool,
}

/// The end of a stream that was too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Bytes between the beginning and the end that are nowhere.
    pub(super) omitted: u64,
    pub(super) bytes: Vec<u8>,
}

impl Allowance {
    pub(super) fn new() -> Self {
        Self { left: KEPT, beyond: 0, tail: VecDeque::new() }
    }

    pub(super) fn take<'a>(&mut self, bytes: &'a [u8]) -> Share<'a> {
        let fits = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let (kept, rest) = bytes.split_at_checked(fits).unwrap_or((bytes, &[]));
        self.left -= fits as u64;
        let stops = !rest.is_empty() && self.beyond == 0;
        self.beyond += rest.len() as u64;
        self.keep_last(rest);
        Share { kept, stops, beyond: !rest.is_empty() }
    }

    fn keep_last(&mut self, bytes: &[u8]) {
        let last = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or(bytes);
        let too_many = (self.tail.len() + last.len()).saturating_sub(TAIL);
        self.tail.drain(..too_many);
        self.tail.extend(last);
    }

    /// The end, if the beginning is not all.
    pub(super) fn finish(self) -> Option<Tail> {
        let omitted = self.beyond - self.tail.len() as u64;
        (self.beyond > 0).then(|| Tail { omitted, bytes: self.tail.into() })
    }

    /// Written, the bytes took that many more: what no text has is several characters each.
    pub(super) fn swelled(&mut self, by: usize) {
        self.left = self.left.saturating_sub(by as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_kept_and_the_end_told_once() {
        let mut allowance = Allowance { left: 5, ..Allowance::new() };
        let mut taken = |bytes| {
            let share = allowance.take(bytes);
            (share.kept.to_vec(), share.stops, share.beyond)
        };
        assert_eq!(taken(b"abc"), (b"abc".to_vec(), false, false));
        assert_eq!(taken(b"de"), (b"de".to_vec(), false, false));
        assert_eq!(taken(b""), (Vec::new(), false, false));
        assert_eq!(taken(b"f"), (Vec::new(), true, true));
        assert_eq!(taken(b"g"), (Vec::new(), false, true));
        assert_eq!(allowance.finish(), Some(Tail { omitted: 0, bytes: b"fg".to_vec() }));
    }

    #[test]
    fn of_more_the_last_part_is_kept_and_the_rest_counted() {
        let mut allowance = Allowance { left: 1, ..Allowance::new() };
        assert!(Allowance::new().finish().is_none());
        allowance.take(&[1; 10]);
        allowance.take(&vec![2; TAIL - 5]);
        allowance.take(b"last");
        let tail = allowance.finish();
        let (omitted, bytes) = tail.map(|tail| (tail.omitted, tail.bytes)).unwrap_or_default();
        assert_eq!((omitted, bytes.len()), (8, TAIL));
        assert!(bytes.starts_with(&[1, 2]) && bytes.ends_with(b"\x02last"));
        let mut allowance = Allowance { left: 0, ..Allowance::new() };
        allowance.take(&vec![3; TAIL * 2]);
        let omitted = allowance.finish().map(|tail| (tail.omitted, tail.bytes.len()));
        assert_eq!(omitted, Some((TAIL as u64, TAIL)), "more at once than is kept");
    }
}
