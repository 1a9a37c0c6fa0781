//! Sets of rules by their numbers, a bit each: what several sets share is found a word at a time.

/// Rules of one policy. All sets of it are of one length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RuleSet(Box<[u64]>);

impl RuleSet {
    /// Those of the rules that are wanted.
    pub(super) fn of<T>(rules: &[T], mut wanted: impl FnMut(&T) -> bool) -> Self {
        let word = |rules: &[T]| rules.iter().rev().fold(0, |word, rule| word << 1 | u64::from(wanted(rule)));
        Self(rules.chunks(64).map(word).collect())
    }

    pub(super) fn insert(&mut self, number: usize) {
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, others)| *mine |= others);
    }

    pub(super) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, others)| *mine &= others);
    }

    /// Whether a rule is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(mine, others)| mine & others != 0)
    }

    /// The numbers that are in all of the sets, in their order.
    pub(super) fn common<'a>(sets: [&'a Self; 5]) -> impl Iterator<Item = usize> + use<'a> {
        let [a, b, c, d, e] = sets.map(|set| set.0.iter());
        let words = a.zip(b).zip(c.zip(d)).zip(e).map(|(((a, b), (c, d)), e)| a & b & c & d & e);
        words.enumerate().filter(|(_, word)| *word != 0).flat_map(|(place, word)| {
            let less = |word: &u64| Some(word & (word - 1)).filter(|less| *less != 0);
            std::iter::successors(Some(word), less)
                .map(move |word| place * 64 + word.trailing_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_share_what_each_of_them_holds() {
        let numbers: Vec<usize> = (0..200).collect();
        let multiples = |of: usize| RuleSet::of(&numbers, |number| number % of == 0);
        let [all, even, third, seventh] = [1, 2, 3, 7].map(multiples);
        let common = |sets: [&RuleSet; 5]| RuleSet::common(sets).collect::<Vec<_>>();
        assert_eq!(common([&all; 5]), numbers);
        assert_eq!(common([&even, &third, &seventh, &all, &all]), [0, 42, 84, 126, 168]);
        assert!(common([&even, &all, &all, &all, &RuleSet::default()]).is_empty());
        assert!(!RuleSet::of(&numbers, |number| *number == 199).meets(&multiples(2)));
        assert!(RuleSet::of(&numbers, |number| *number == 198).meets(&multiples(2)));
    }

    #[test]
    fn sets_grow_and_shrink() {
        let numbers: Vec<usize> = (0..70).collect();
        let mut set = RuleSet::of(&numbers, |_| false);
        set.insert(69);
        set.insert(3);
        set.insert(70 + 64);
        set.unite(&RuleSet::of(&numbers, |number| *number == 64));
        assert_eq!(RuleSet::common([&set; 5]).collect::<Vec<_>>(), [3, 64, 69]);
        set.intersect(&RuleSet::of(&numbers, |number| number % 3 == 0));
        assert_eq!(RuleSet::common([&set; 5]).collect::<Vec<_>>(), [3, 69]);
    }
}
