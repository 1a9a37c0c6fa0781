use std::fmt;
use std::str::FromStr;

/// The model of a security key, by its maker's number (WebAuthn §6.5.1). Keys that know only U2F have none: all zeros.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Aaguid([u8; 16]);

impl Aaguid {
    /// Of a key that knows only U2F.
    pub const U2F: Self = Self([0; 16]);

    /// Where the dashes stand: behind so many digits.
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

    pub(super) const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// A text that does not name a model of security keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the number of a model (AAGUID): write it as \"cb69481e-8ff7-4039-93ec-0a2729a154a8\"")]
pub struct InvalidAaguid(String);

impl FromStr for Aaguid {
    type Err = InvalidAaguid;

    fn from_str(text: &str) -> Result<Self, InvalidAaguid> {
        let invalid = || InvalidAaguid(text.to_owned());
        let groups: Vec<_> = text.split('-').collect();
        if !groups.iter().map(|group| group.len()).eq(Self::GROUPS) {
            return Err(invalid());
        }
        let mut bytes = [0; 16];
        hex::decode_to_slice(groups.concat(), &mut bytes).map_err(|_| invalid())?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex::encode(self.0);
        let mut rest = digits.as_str();
        for (at, length) in Self::GROUPS.into_iter().enumerate() {
            let (group, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            if at > 0 {
                f.write_str("-")?;
            }
            f.write_str(group)?;
            rest = behind;
        }
        Ok(())
    }
}

impl fmt::Debug for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Aaguid {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Aaguid {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let text = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
        assert_eq!(text.parse::<Aaguid>().unwrap().to_string(), text);
        assert_eq!(text.to_uppercase().parse::<Aaguid>().unwrap().to_string(), text);
        let u2f = "00000000-0000-0000-0000-000000000000";
        assert_eq!(u2f.parse(), Ok(Aaguid::U2F));
        for text in ["", "cb69481e8ff7403993ec0a2729a154a8", "cb69481e-8ff7-4039-93ec-0a2729a154ag", "é"] {
            assert!(text.parse::<Aaguid>().unwrap_err().to_string().contains("cb69481e-8ff7"), "{text}");
        }
    }
}
