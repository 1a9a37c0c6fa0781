//! Dynamic passwords of GM/T 0021-2012, with SM3: what the tokens of commercial cryptography show.

use sm3::{Digest as _, Sm3};
use zeroize::Zeroizing;

use super::secret::InvalidSecret;
use crate::domain::Secret;

/// What the standard leaves open, and a batch of tokens has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GmOtpTerms {
    /// How long a code lasts.
    pub step: GmOtpStep,
    pub digits: GmOtpDigits,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GmOtpStep {
    Half,
    /// The longest that the standard allows.
    #[default]
    Minute,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GmOtpDigits {
    #[default]
    Six,
    Eight,
}

impl GmOtpStep {
    pub fn seconds(self) -> u64 {
        match self {
            Self::Half => 30,
            Self::Minute => 60,
        }
    }
}

/// Bytes of a secret: 128 bits at least, as the standard asks; more than a block of SM3 is somebody's mistake.
const BYTES: std::ops::RangeInclusive<usize> = 16..=64;

/// Bytes of what is hashed behind the secret, at least.
const MIN_INPUT: usize = 16;

/// The secret that a token and the gateway share. Wiped when dropped; it has no `Debug`.
#[derive(Clone)]
pub struct GmOtpSecret {
    bytes: Zeroizing<Vec<u8>>,
    pub(super) terms: GmOtpTerms,
}

impl GmOtpSecret {
    pub fn new(bytes: &Secret, terms: GmOtpTerms) -> Result<Self, InvalidSecret> {
        if !BYTES.contains(&bytes.expose().len()) {
            return Err(InvalidSecret::GmLength);
        }
        Ok(Self { bytes: Zeroizing::new(bytes.expose().to_vec()), terms })
    }

    /// Reads hexadecimal digits as makers hand them out: in either case, with blanks.
    pub fn parse(text: &str, terms: GmOtpTerms) -> Result<Self, InvalidSecret> {
        let plain: Zeroizing<String> = Zeroizing::new(text.chars().filter(|c| !c.is_whitespace()).collect());
        let bytes = Zeroizing::new(hex::decode(plain.as_str()).map_err(|_| InvalidSecret::NotHex)?);
        Self::new(&Secret::new(bytes.as_slice()), terms)
    }

    pub(super) fn bytes(&self) -> Secret {
        Secret::new(self.bytes.as_slice())
    }

    /// The code of a step, as a token shows it that counts time alone.
    pub fn code(&self, step: u64) -> String {
        let number = self.number(&step.to_be_bytes());
        match self.terms.digits {
            GmOtpDigits::Six => format!("{:06}", number % 1_000_000),
            GmOtpDigits::Eight => format!("{:08}", number % 100_000_000),
        }
    }

    /// SM3 over secret and input, its eight words added up (GM/T 0021-2012 §5). An input that is short is filled with
    /// zeros.
    fn number(&self, input: &[u8]) -> u32 {
        let filled = [0; MIN_INPUT];
        let missing = filled.get(input.len()..).unwrap_or_default();
        let digest =
            Sm3::new().chain_update(&self.bytes).chain_update(input).chain_update(missing).finalize();
        let words = digest.as_chunks::<4>().0.iter().map(|word| u32::from_be_bytes(*word));
        words.fold(0, u32::wrapping_add)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TERMS: GmOtpTerms = GmOtpTerms { step: GmOtpStep::Minute, digits: GmOtpDigits::Six };

    /// The vectors have an event and a challenge beside the time, which tokens that count time alone leave out.
    #[test]
    fn the_numbers_are_those_of_the_standard() {
        for (key, time, event, challenge, code) in [
            ("1234567890abcdef1234567890abcdef", 1_313_998_979_u64, 1234_u32, "5678", 814_095),
            ("1234567890abcdefabcdef1234567890", 1_313_998_995, 5621, "3698", 959_691),
            ("1234567890abcdef0987654321abcdef", 1_313_999_014, 5621, "3698", 63_014),
        ] {
            let secret = GmOtpSecret::parse(key, TERMS).unwrap();
            let input = [&time.to_be_bytes()[..], &event.to_be_bytes(), challenge.as_bytes()].concat();
            assert_eq!(secret.number(&input) % 1_000_000, code, "{key}");
        }
    }

    #[test]
    fn a_code_is_filled_with_zeros_on_either_side() {
        let secret = |digits| GmOtpSecret::parse(&"12".repeat(16), GmOtpTerms { digits, ..TERMS }).unwrap();
        let (six, eight) = (secret(GmOtpDigits::Six), secret(GmOtpDigits::Eight));
        let filled = [&7u64.to_be_bytes()[..], &[0; 8]].concat();
        assert_eq!(six.number(&7u64.to_be_bytes()), six.number(&filled));
        for step in 0..200 {
            let (short, long) = (six.code(step), eight.code(step));
            assert_eq!((short.len(), long.len()), (6, 8));
            assert!(long.ends_with(&short));
        }
    }

    #[test]
    fn secrets_are_read_as_makers_hand_them_out() {
        let read = |text: &str| GmOtpSecret::parse(text, TERMS).map(|secret| secret.bytes().expose().len());
        assert_eq!(read("1234 5678 90AB CDEF 1234 5678 90ab cdef\n"), Ok(16));
        assert_eq!(read(&"ab".repeat(64)), Ok(64));
        for short in ["", "1234567890abcdef", &"ab".repeat(65)] {
            assert_eq!(read(short), Err(InvalidSecret::GmLength), "{short}");
        }
        assert_eq!(read("123"), Err(InvalidSecret::NotHex));
        assert_eq!(read(&"xy".repeat(16)), Err(InvalidSecret::NotHex));
    }
}
