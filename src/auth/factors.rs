//! What counts as logged in: sets of factors, any one of which is enough.

use std::fmt;
use std::str::FromStr;

/// One thing that can be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    PublicKey,
    Password,
    /// A one-time code (RFC 6238).
    Totp,
}

impl Factor {
    pub const ALL: [Self; 3] = [Self::PublicKey, Self::Password, Self::Totp];

    /// The word in the configuration and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PublicKey => "publickey",
            Self::Password => "password",
            Self::Totp => "totp",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::PublicKey => 1,
            Self::Password => 2,
            Self::Totp => 4,
        }
    }
}

/// A set of factors, written `publickey+totp`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Factors(u8);

impl Factors {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub fn with(self, factor: Factor) -> Self {
        Self(self.0 | factor.bit())
    }

    /// Those of `self` that are not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub fn contains(self, factor: Factor) -> bool {
        self.0 & factor.bit() != 0
    }

    pub fn is_within(self, other: Self) -> bool {
        self.without(other) == Self::NONE
    }

    pub fn iter(self) -> impl Iterator<Item = Factor> {
        Factor::ALL.into_iter().filter(move |&factor| self.contains(factor))
    }

    /// The words, as the journal holds them.
    pub fn names(self) -> Vec<String> {
        self.iter().map(|factor| factor.as_str().to_owned()).collect()
    }
}

impl fmt::Display for Factors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join("+"))
    }
}

impl fmt::Debug for Factors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Factors({self})")
    }
}

/// A configured value that is no set of factors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a set of factors: {why}; write for example \"publickey+totp\" or \"password+totp\"")]
pub struct InvalidFactors {
    text: String,
    why: &'static str,
}

impl FromStr for Factors {
    type Err = InvalidFactors;

    fn from_str(text: &str) -> Result<Self, InvalidFactors> {
        let fault = |why| InvalidFactors { text: text.to_owned(), why };
        let mut factors = Self::NONE;
        for word in text.split('+') {
            let known = Factor::ALL.into_iter().find(|factor| factor.as_str() == word.trim());
            let factor = known.ok_or_else(|| fault("only publickey, password and totp are known"))?;
            if factors.contains(factor) {
                return Err(fault("a factor stands in it twice"));
            }
            factors = factors.with(factor);
        }
        if factors == Self::NONE.with(Factor::Totp) {
            return Err(fault("a code needs a key or a password before it"));
        }
        Ok(factors)
    }
}

/// Sets of factors, one of which has to be complete; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternatives(Vec<Factors>);

impl Default for Alternatives {
    /// A key or a password, and a code with either.
    fn default() -> Self {
        Self(
            [Factor::PublicKey, Factor::Password]
                .map(|first| Factors::NONE.with(first).with(Factor::Totp))
                .into(),
        )
    }
}

impl Alternatives {
    pub fn iter(&self) -> impl Iterator<Item = Factors> {
        self.0.iter().copied()
    }

    /// Reads a configured list.
    pub fn parse<T: AsRef<str>>(list: &[T]) -> Result<Self, InvalidFactors> {
        if list.is_empty() {
            return Err(InvalidFactors { text: String::new(), why: "the list is empty" });
        }
        list.iter().map(|text| text.as_ref().parse()).collect::<Result<_, _>>().map(Self)
    }

    /// The set that `proven` completes.
    pub fn completed_by(&self, proven: Factors) -> Option<Factors> {
        self.0.iter().copied().find(|set| set.is_within(proven))
    }

    /// What an account with these factors lacks to log in: the shortest ways, any one of which is enough. Empty:
    /// it lacks nothing.
    pub fn lacking(&self, have: Factors) -> Vec<Factors> {
        let ways = || self.0.iter().map(|set| set.without(have));
        let least = ways().map(|way| way.iter().count()).min().unwrap_or_default();
        let mut shortest: Vec<Factors> = Vec::new();
        for way in ways().filter(|way| least > 0 && way.iter().count() == least) {
            if !shortest.contains(&way) {
                shortest.push(way);
            }
        }
        shortest
    }

    /// For each set that `proven` leads to, what is still missing.
    pub fn missing(&self, proven: Factors) -> impl Iterator<Item = Factors> {
        self.0.iter().filter(move |&&set| proven.is_within(set)).map(move |set| set.without(proven))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_and_printed() {
        let set: Factors = "totp+publickey".parse().unwrap();
        assert_eq!(set.to_string(), "publickey+totp");
        assert_eq!(set.names(), ["publickey", "totp"]);
    }

    /// people 1: which sets of factors let nobody in, and what each of them lacks.
    #[test]
    fn what_an_account_lacks_is_the_shortest_way() {
        let two = Alternatives::default();
        for (have, lacking) in [
            ("publickey", &["totp"][..]),
            ("password", &["totp"]),
            ("publickey+password", &["totp"]),
            ("publickey+totp", &[]),
            ("password+totp", &[]),
        ] {
            let found = two.lacking(have.parse().unwrap());
            assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), lacking, "{have}");
        }
        let told = |sets: &Alternatives, have| {
            sets.lacking(have).iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
        };
        let code = Factors::NONE.with(Factor::Totp);
        assert_eq!(told(&two, code), "publickey | password");
        assert_eq!(told(&two, Factors::NONE), "publickey+totp | password+totp");
        let own = Alternatives::parse(&["password+totp"]).unwrap();
        assert_eq!(told(&own, Factors::NONE.with(Factor::PublicKey)), "password+totp");
        let one = Alternatives::parse(&["publickey"]).unwrap();
        assert_eq!(told(&one, Factors::NONE.with(Factor::PublicKey)), "");
        assert_eq!(told(&one, code), "publickey");
    }

    #[test]
    fn what_is_no_set_says_why() {
        for (text, why) in
            [("", "known"), ("key+totp", "known"), ("totp", "before it"), ("password+password", "twice")]
        {
            let fault = text.parse::<Factors>().unwrap_err().to_string();
            assert!(fault.contains(why) && fault.contains("write for example"), "{fault}");
        }
        assert!(Alternatives::parse::<&str>(&[]).is_err());
    }
}
