//! Datagrams on their way out, one behind the other, so that the kernel can be handed many at once.

/// Sealed datagrams for one peer.
#[derive(Debug, Default)]
pub struct Burst {
    bytes: Vec<u8>,
    lengths: Vec<usize>,
}

/// No run is longer: the length of a UDP payload has 16 bits.
const LONGEST: usize = 65_000;

impl Burst {
    /// Adds a datagram of at most `room` bytes; `write` says how long it became, or `None` for none.
    pub fn push(&mut self, room: usize, write: impl FnOnce(&mut [u8]) -> Option<usize>) {
        let from = self.bytes.len();
        self.bytes.resize(from + room, 0);
        let written = self.bytes.get_mut(from..).and_then(write).filter(|length| *length <= room);
        self.bytes.truncate(from + written.unwrap_or(0));
        self.lengths.extend(written);
    }

    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.lengths.clear();
    }

    /// Runs of datagrams that are equally long, but for the last, which may be shorter: each with that length. At
    /// most `most` in one.
    pub fn runs(&self, most: usize) -> impl Iterator<Item = (&[u8], usize)> {
        let (mut bytes, mut lengths) = (self.bytes.as_slice(), self.lengths.as_slice());
        std::iter::from_fn(move || {
            let segment = *lengths.first()?;
            let count = run(lengths, segment, most);
            let (here, later) = lengths.split_at_checked(count)?;
            let (contents, rest) = bytes.split_at_checked(here.iter().sum())?;
            (bytes, lengths) = (rest, later);
            Some((contents, segment))
        })
    }
}

/// How many of `lengths` make one run.
fn run(lengths: &[usize], segment: usize, most: usize) -> usize {
    let most = most.min(LONGEST / segment.max(1)).max(1);
    let equal = lengths.iter().take(most).take_while(|length| **length == segment).count();
    let shorter = equal < most && lengths.get(equal).is_some_and(|length| *length < segment);
    equal + usize::from(shorter)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;

    fn burst(lengths: &[usize]) -> Burst {
        let mut burst = Burst::default();
        for (n, length) in lengths.iter().enumerate() {
            burst.push(2048, |room| {
                room[..*length].fill(u8::try_from(n % 256).unwrap_or(0));
                Some(*length)
            });
        }
        burst
    }

    #[test]
    fn equal_ones_go_together_and_a_shorter_one_ends_a_run() {
        let runs: Vec<_> =
            burst(&[9, 9, 9, 4, 9, 9, 12]).runs(64).map(|(bytes, segment)| (bytes.len(), segment)).collect();
        assert_eq!(runs, [(31, 9), (18, 9), (12, 12)]);
        let runs: Vec<_> = burst(&[9, 9, 9]).runs(2).map(|(bytes, _)| bytes.len()).collect();
        assert_eq!(runs, [18, 9]);
    }

    #[test]
    fn what_was_not_written_is_not_there() {
        let mut burst = burst(&[5]);
        burst.push(100, |_| None);
        assert_eq!(burst.runs(8).map(|(bytes, _)| bytes.len()).collect::<Vec<_>>(), [5]);
    }

    proptest! {
        /// A run is cut again every `segment` bytes: each datagram comes out as it went in, in order.
        #[test]
        fn datagrams_come_out_as_they_went_in(lengths in prop::collection::vec(1_usize..1500, 0..200), most in 1_usize..70) {
            let burst = burst(&lengths);
            let out: Vec<_> = burst.runs(most).flat_map(|(bytes, segment)| bytes.chunks(segment)).collect();
            prop_assert_eq!(out.iter().map(|datagram| datagram.len()).collect::<Vec<_>>(), lengths);
            for (n, datagram) in out.iter().enumerate() {
                prop_assert!(datagram.iter().all(|byte| usize::from(*byte) == n % 256));
            }
        }
    }
}
