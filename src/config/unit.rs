//! Durations and sizes as an administrator writes them: `30s`, `15m`, `4h`, `7d`; `64MiB`.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use super::mend::fault;
use crate::diagnostic::as_in_files;

/// A length of time in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeSpan(u64);

/// An amount of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

/// A number with a unit that is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    #[error("{0:?} is not a duration: write a whole number and s, m, h or d, such as \"30s\" or \"4h\"")]
    TimeSpan(String),
    #[error("{0:?} is not a size: write a whole number and B, KiB, MiB, GiB or TiB, such as \"64MiB\"")]
    Size(String),
}

as_in_files!(UnitError);

/// Longer is surely a mistake, and would overflow an instant somewhere: 100 years.
const MAX_SECONDS: u64 = 100 * 366 * DAY;
const DAY: u64 = 24 * 60 * 60;
const PERIODS: [(&str, u64); 4] = [("d", DAY), ("h", 60 * 60), ("m", 60), ("s", 1)];
const SIZES: [(&str, u64); 5] =
    [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// Reads `NUMBER UNIT` without a space between.
fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// The largest unit that divides `value`.
fn write(f: &mut fmt::Formatter<'_>, value: u64, units: &[(&str, u64)], smallest: &str) -> fmt::Result {
    match units.iter().find(|(_, factor)| value != 0 && value.is_multiple_of(*factor)) {
        Some((unit, factor)) => write!(f, "{}{unit}", value / factor),
        None => write!(f, "{value}{smallest}"),
    }
}

impl TimeSpan {
    pub const ZERO: Self = Self(0);

    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Reads `30s`, `15m`, `4h` or `7d`.
    ///
    /// # Errors
    /// On anything else, and on more than a hundred years.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        amount(text, &PERIODS)
            .filter(|seconds| *seconds <= MAX_SECONDS)
            .map(Self)
            .ok_or_else(|| UnitError::TimeSpan(text.to_owned()))
    }

    pub fn as_duration(self) -> Duration {
        Duration::from_secs(self.0)
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Size {
    pub const fn mebibytes(mebibytes: u64) -> Self {
        Self(mebibytes << 20)
    }

    /// Reads `512B`, `64KiB`, `64MiB`, `2GiB` or `1TiB`.
    ///
    /// # Errors
    /// On anything else, and on what does not fit 64 bits.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        amount(text, &SIZES).map(Self).ok_or_else(|| UnitError::Size(text.to_owned()))
    }

    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, &PERIODS, "s")
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self.0, &SIZES, "B")
    }
}

impl<'de> serde::Deserialize<'de> for TimeSpan {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from).map_err(|_| {
            fault("a duration is a text in double quotes", "write one such as \"30s\" or \"4h\"")
        })?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<'de> serde::Deserialize<'de> for Size {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)
            .map_err(|_| fault("a size is a text in double quotes", "write one such as \"64MiB\""))?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A default that is known not to be zero.
pub(super) const fn count(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_and_show() {
        for (text, seconds) in [("0s", 0), ("30s", 30), ("15m", 900), ("4h", 14_400), ("7d", 604_800)] {
            let period = TimeSpan::parse(text);
            assert_eq!(period, Ok(TimeSpan(seconds)), "{text}");
            assert_eq!(period.map(|p| p.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(Size::parse("64MiB").map(Size::bytes), Ok(64 << 20));
        assert_eq!(Size::parse("64MiB").map(|s| s.to_string()), Ok("64MiB".to_owned()));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "30", "s", "-1s", "1.5h", "1h30m", "30 s", "99999999999d", "18446744073709551616s"] {
            assert!(TimeSpan::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "64", "64MB", "64M", "99999999TiB"] {
            assert!(Size::parse(text).is_err(), "{text:?}");
        }
    }
}
