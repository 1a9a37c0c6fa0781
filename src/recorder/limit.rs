//! How much of a stream without a terminal is kept: its beginning, while its digest covers all of it.

/// Bytes kept each way: enough for any command's text, too little for a dump to fill the disk.
pub(super) const KEPT: u64 = 16 * 1024 * 1024;

/// What is left of [`KEPT`].
#[derive(Debug)]
pub(super) struct Allowance {
    left: u64,
    told: bool,
}

/// What to do with some bytes.
pub(super) struct Share<'a> {
    pub(super) kept: &'a [u8],
    /// This is where the recording stops, and it has not been said yet.
    pub(super) stops: bool,
}

impl Allowance {
    pub(super) fn new() -> Self {
        Self { left: KEPT, told: false }
    }

    pub(super) fn take<'a>(&mut self, bytes: &'a [u8]) -> Share<'a> {
        let fits = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        let (kept, rest) = bytes.split_at_checked(fits).unwrap_or((bytes, &[]));
        self.left -= fits as u64;
        let stops = !rest.is_empty() && !self.told;
        self.told |= stops;
        Share { kept, stops }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_kept_and_the_end_told_once() {
        let mut allowance = Allowance { left: 5, told: false };
        let mut taken = |bytes| {
            let share = allowance.take(bytes);
            (share.kept.to_vec(), share.stops)
        };
        assert_eq!(taken(b"abc"), (b"abc".to_vec(), false));
        assert_eq!(taken(b"de"), (b"de".to_vec(), false));
        assert_eq!(taken(b""), (Vec::new(), false));
        assert_eq!(taken(b"f"), (Vec::new(), true));
        assert_eq!(taken(b"g"), (Vec::new(), false));
    }
}
