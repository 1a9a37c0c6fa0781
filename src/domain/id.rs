//! Ids: a kind each, sortable by time, safe as a file name and on a command line.

use std::fmt;

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u` to misread on paper.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 48 bits of time, then 50 of chance: 20 characters.
fn encode(unix_millis: u64, chance: u64) -> String {
    let bits = (u128::from(unix_millis & 0xffff_ffff_ffff) << 50) | u128::from(chance & ((1 << 50) - 1));
    (0..20)
        .rev()
        .filter_map(|place| ALPHABET.get(((bits >> (place * 5)) & 31) as usize))
        .map(|&c| char::from(c))
        .collect()
}

/// The 48 bits of time; what is no digit counts as 0.
fn decode_millis(text: &str) -> u64 {
    let digit = |c: u8| ALPHABET.iter().position(|&known| known == c).unwrap_or(0) as u128;
    let bits = text.bytes().fold(0_u128, |bits, c| (bits << 5) | digit(c));
    (bits >> 50) as u64 & 0xffff_ffff_ffff
}

fn is_id(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|c| ALPHABET.contains(&c))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id of this moment; `chance` is drawn by the caller.
            pub fn new(unix_millis: u64, chance: u64) -> Self {
                Self(encode(unix_millis, chance))
            }

            /// Reads an id that [`Self::new`] made.
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The moment that the id was made of.
            pub fn unix_millis(&self) -> u64 {
                decode_millis(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("this is not an id"))
            }
        }
    )+};
}

ids! {
    /// One operator on one asset with one login, from the first channel to the last.
    SessionId,
    /// One channel's recording.
    RecordingId,
    /// One lockdown order.
    LockdownId,
    /// Somebody's way past one lockdown.
    PermitId,
    /// An order that waits for a second person.
    RequestId,
    /// One machine that one operator reaches the gateway with.
    DeviceId,
}

/// Something that waits for an officer while a gateway runs: five characters, since people type it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct ApprovalId(String);

impl ApprovalId {
    const LENGTH: usize = 5;

    pub fn new(chance: u64) -> Self {
        let digits =
            (0..Self::LENGTH).filter_map(|place| ALPHABET.get(((chance >> (place * 5)) & 31) as usize));
        Self(digits.map(|&c| char::from(c)).collect())
    }

    /// As somebody typed it: in either case, with the letters that look like digits.
    pub fn parse(text: &str) -> Option<Self> {
        let read = |c: char| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        };
        let text: String = text.chars().map(read).collect();
        let good = text.len() == Self::LENGTH && text.bytes().all(|c| ALPHABET.contains(&c));
        good.then_some(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> serde::Deserialize<'de> for ApprovalId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("this is not an approval's id"))
    }
}

impl fmt::Display for ApprovalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_is_found_however_its_id_is_typed() {
        let id = ApprovalId::new(1 << 5);
        assert_eq!(id.as_str(), "01000");
        for typed in ["01000", "o1OOo", "0l000", "0I000"] {
            assert_eq!(ApprovalId::parse(typed), Some(id.clone()), "{typed}");
        }
        for wrong in ["", "0100", "010000", "0u000", "0 000", "é000"] {
            assert_eq!(ApprovalId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let (early, late) = (SessionId::new(1, u64::MAX), SessionId::new(2, 0));
        assert!(early < late);
        assert_eq!(early.unix_millis(), 1);
        assert_eq!(SessionId::parse(early.as_str()), Some(early));
        assert_eq!(SessionId::parse("../../etc/passwd0000"), None);
    }
}
