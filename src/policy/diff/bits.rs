//! A set of small numbers.

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The numbers below `size` that `holds` names.
    pub(super) fn of(size: usize, holds: impl Iterator<Item = usize>) -> Self {
        let mut words = vec![0_u64; size.div_ceil(64)];
        for number in holds {
            if let Some(word) = words.get_mut(number / 64) {
                *word |= 1 << (number % 64);
            }
        }
        Self(words)
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// What is in either.
    pub(super) fn union<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> {
        self.0.iter().zip(&other.0).zip(0..).flat_map(|((a, b), at)| {
            let (mut word, start): (u64, usize) = (a | b, at * 64);
            std::iter::from_fn(move || {
                let number = (word != 0).then(|| start + word.trailing_zeros() as usize);
                word &= word.wrapping_sub(1);
                number
            })
        })
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_meet_in_what_both_hold() {
        let (a, b) = (Bits::of(130, [0, 64, 129].into_iter()), Bits::of(130, [1, 129].into_iter()));
        let both = a.and(&b);
        assert_eq!((0..130).filter(|number| both.contains(*number)).collect::<Vec<_>>(), [129]);
        assert_eq!(a.union(&b).collect::<Vec<_>>(), [0, 1, 64, 129]);
        assert!(a.meets(&b) && !a.meets(&Bits::of(130, [1, 65].into_iter())) && !a.contains(500));
    }
}
