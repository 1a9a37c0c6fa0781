//! What has to be proven to count as logged in: `publickey+totp`.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactorKind {
    PublicKey,
    Password,
    /// A time-based one-time code (RFC 6238).
    Totp,
}

impl FactorKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PublicKey => "publickey",
            Self::Password => "password",
            Self::Totp => "totp",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::PublicKey, Self::Password, Self::Totp].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Factors that together are a login, asked for in this order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FactorChain(Vec<FactorKind>);

/// A chain that is none, or would prove too little.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no login: {mend}")]
pub struct InvalidChain {
    text: String,
    mend: &'static str,
}

impl FactorChain {
    /// Reads factors joined by `+`.
    ///
    /// # Errors
    /// On an unknown or repeated factor, and on a chain that starts with the code: a code is six digits,
    /// and six digits alone are guessed.
    pub fn parse(text: &str) -> Result<Self, InvalidChain> {
        let fault = |mend| InvalidChain { text: text.to_owned(), mend };
        let unknown = || fault("join \"publickey\", \"password\" and \"totp\" by '+'");
        let kinds: Vec<_> =
            text.split('+').map(FactorKind::parse).collect::<Option<_>>().ok_or_else(unknown)?;
        if kinds.first() == Some(&FactorKind::Totp) {
            return Err(fault("a code comes after a key or a password, such as \"publickey+totp\""));
        }
        let repeated =
            kinds.iter().enumerate().any(|(at, kind)| kinds.iter().skip(at + 1).any(|k| k == kind));
        if repeated {
            return Err(fault("name each factor once"));
        }
        Ok(Self(kinds))
    }

    /// Never empty, in the order they are asked for.
    pub fn kinds(&self) -> &[FactorKind] {
        &self.0
    }
}

impl fmt::Display for FactorChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|kind| kind.as_str()).collect();
        f.write_str(&words.join("+"))
    }
}

impl<'de> serde::Deserialize<'de> for FactorChain {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}
