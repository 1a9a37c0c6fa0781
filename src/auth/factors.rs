//! What counts as logged in: sets of factors, any one of which is enough.

use std::fmt;
use std::str::FromStr;

/// One thing that can be proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    PublicKey,
    /// A security key that knew its owner, by PIN or finger: something that is had, and something that is known.
    SkVerified,
    Password,
    /// A one-time code (RFC 6238).
    Totp,
    /// A dynamic password (GM/T 0021-2012).
    GmOtp,
}

impl Factor {
    pub const ALL: [Self; 5] = [Self::PublicKey, Self::SkVerified, Self::Password, Self::Totp, Self::GmOtp];

    /// The word in the configuration and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PublicKey => "publickey",
            Self::SkVerified => "sk-verified",
            Self::Password => "password",
            Self::Totp => "totp",
            Self::GmOtp => "gm-otp",
        }
    }

    /// By its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.as_str() == word)
    }

    fn bit(self) -> u8 {
        match self {
            Self::PublicKey => 1,
            Self::Password => 2,
            Self::Totp => 4,
            Self::SkVerified => 8,
            Self::GmOtp => 16,
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

    /// All but the codes.
    #[must_use]
    pub fn before_the_code(self) -> Self {
        self.without(Self::NONE.with(Factor::Totp).with(Factor::GmOtp))
    }

    /// Is a code among them, of either kind?
    pub fn has_code(self) -> bool {
        self.before_the_code() != self
    }

    /// All but the keys.
    #[must_use]
    pub fn without_keys(self) -> Self {
        self.without(Self::NONE.with(Factor::PublicKey).with(Factor::SkVerified))
    }

    /// Is a key among them?
    pub fn has_key(self) -> bool {
        self.without_keys() != self
    }

    /// How many factors they are: a verified security key is two.
    pub fn count(self) -> usize {
        self.iter().count() + usize::from(self.contains(Factor::SkVerified))
    }

    /// Of what is proven: is it all of use on the way to `set`? A verified security key is a key, too.
    fn leads_to(self, set: Self) -> bool {
        match self.contains(Factor::SkVerified) {
            true => set.has_key() && self.without_keys().is_within(set),
            false => self.is_within(set),
        }
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
            let factor = Factor::parse(word.trim())
                .ok_or_else(|| fault("only publickey, sk-verified, password, totp and gm-otp are known"))?;
            if factors.contains(factor) {
                return Err(fault("a factor stands in it twice"));
            }
            factors = factors.with(factor);
        }
        if factors.contains(Factor::PublicKey) && factors.contains(Factor::SkVerified) {
            return Err(fault("a verified security key is a key already"));
        }
        if factors.contains(Factor::Totp) && factors.contains(Factor::GmOtp) {
            return Err(fault("an account has one kind of code"));
        }
        if factors.before_the_code() == Self::NONE {
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

    /// What an account with these factors lacks to log in: the shortest ways, any one of which is enough; a verified
    /// security key is as long as a key and a code. Empty: it lacks nothing.
    pub fn lacking(&self, have: Factors) -> Vec<Factors> {
        let ways = || self.0.iter().map(|set| set.without(have));
        let least = ways().map(Factors::count).min().unwrap_or_default();
        let mut shortest: Vec<Factors> = Vec::new();
        for way in ways().filter(|way| least > 0 && way.count() == least) {
            if !shortest.contains(&way) {
                shortest.push(way);
            }
        }
        shortest
    }

    /// For each set that `proven` leads to, what is still missing.
    pub fn missing(&self, proven: Factors) -> impl Iterator<Item = Factors> {
        self.0.iter().filter(move |&&set| proven.leads_to(set)).map(move |set| set.without(proven))
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
        let sk = Alternatives::parse(&["sk-verified", "publickey+totp"]).unwrap();
        assert_eq!(
            told(&sk, Factors::NONE),
            "sk-verified | publickey+totp",
            "who has no security key has a way"
        );
        assert_eq!(told(&sk, code), "publickey");
        assert_eq!(told(&sk, Factors::NONE.with(Factor::PublicKey).with(Factor::SkVerified)), "");
    }

    #[test]
    fn a_verified_security_key_is_a_key_and_counts_twice() {
        let set = |text: &str| text.parse::<Factors>().unwrap();
        assert_eq!(["publickey", "sk-verified", "sk-verified+totp"].map(|text| set(text).count()), [1, 2, 3]);
        let all = Alternatives::parse(&["publickey+totp", "sk-verified+password", "password"]).unwrap();
        let verified = set("publickey").with(Factor::SkVerified);
        let missing: Vec<_> = all.missing(verified).map(|set| set.to_string()).collect();
        assert_eq!(missing, ["totp", "password"]);
        let missing: Vec<_> = all.missing(set("publickey")).map(|set| set.to_string()).collect();
        assert_eq!(missing, ["totp"]);
        assert_eq!(all.missing(set("password")).count(), 2);
    }

    #[test]
    fn what_is_no_set_says_why() {
        for (text, why) in [
            ("", "known"),
            ("key+totp", "known"),
            ("totp", "before it"),
            ("password+password", "twice"),
            ("publickey+sk-verified", "a key already"),
            ("gm-otp", "before it"),
            ("password+totp+gm-otp", "one kind"),
        ] {
            let fault = text.parse::<Factors>().unwrap_err().to_string();
            assert!(fault.contains(why) && fault.contains("write for example"), "{fault}");
        }
        assert!(Alternatives::parse::<&str>(&[]).is_err());
    }
}
