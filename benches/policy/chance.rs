//! Numbers that look drawn and are the same in every run: a run of the bench can be compared with the next.

/// SplitMix64.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// That many of the items or fewer, each once, in their order.
    pub(crate) fn some<T: Copy + Ord>(&mut self, most: usize, items: &[T]) -> Vec<T> {
        let mut chosen: Vec<T> = (0..=self.below(most)).map(|_| self.pick(items)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }
}
