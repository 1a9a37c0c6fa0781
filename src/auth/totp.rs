//! One-time codes: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, as every phone knows it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use totp_rs::{Builder, Totp};

use crate::domain::Secret;

/// Seconds a code lasts.
const STEP: u64 = 30;

/// Steps that a phone's clock may be off, either way (RFC 6238 §5.2).
const SKEW: u64 = 1;

/// Steps further back in which a code is known to be an old one: somebody typed slowly, or their phone is slow.
const OLD: u64 = 4;

/// Bits below which guessing the secret gets easy; RFC 4226 §4 asks for 128, some issuers give 80.
const MIN_BYTES: usize = 10;

/// What stands in a URL as its number: all but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text that is no secret for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    #[error("the code secret is not Base32: letters a to z and digits 2 to 7 are expected")]
    NotBase32,
    #[error("the code secret is shorter than 80 bits; draw a new one")]
    Short,
}

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The step that it belongs to.
    Right(u64),
    /// It was right a while ago.
    Old,
    Wrong,
}

/// The secret that a phone and the gateway share. Wiped when dropped; it has no `Debug`.
#[derive(Clone)]
pub struct CodeSecret(Totp);

impl CodeSecret {
    /// From bytes that were drawn at random, 20 of them (RFC 4226 §4), or were stored.
    pub fn new(bytes: &Secret) -> Result<Self, InvalidSecret> {
        if bytes.expose().len() < MIN_BYTES {
            return Err(InvalidSecret::Short);
        }
        // Compliant would mean 128 bits and more, which shuts out phones that are already enrolled.
        Ok(Self(Builder::new().with_step_duration(STEP).with_secret(bytes.expose()).build_noncompliant()))
    }

    /// Reads base32 (RFC 4648 §6) as people copy it: in either case, with spaces, dashes and padding.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '='))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let secret = totp_rs::Secret::try_from_base32(plain).map_err(|_| InvalidSecret::NotBase32)?;
        Self::new(&Secret::new(secret.as_bytes()))
    }

    /// The bytes, to be sealed and stored.
    pub fn bytes(&self) -> Secret {
        Secret::new(self.0.secret().as_bytes())
    }

    /// In base32, for those who cannot scan.
    pub fn base32(&self) -> String {
        self.0.secret().to_base32()
    }

    /// What the QR code holds (Key URI Format of Google Authenticator). It is as secret as the secret.
    pub fn url(&self, account: &str) -> String {
        let account = utf8_percent_encode(account, RESERVED);
        let secret = self.base32();
        format!(
            "otpauth://totp/Juyong:{account}?secret={secret}&issuer=Juyong&algorithm=SHA1&digits=6&period=30"
        )
    }

    /// The same without what every phone takes for granted: a smaller code, for a small terminal.
    pub fn scanned(&self, account: &str) -> String {
        let account = utf8_percent_encode(account, RESERVED);
        format!("otpauth://totp/Juyong:{account}?secret={}&issuer=Juyong", self.base32())
    }

    /// What `code` is worth at `unix_seconds`: right is that of the step, and of one step before and after it. That
    /// it works once (RFC 6238 §5.2) is the matter of whoever keeps the last step that was accepted. Takes the same
    /// time for every code of six characters.
    pub fn find(&self, code: &str, unix_seconds: u64) -> Found {
        let now = unix_seconds / STEP;
        let oldest = now.saturating_sub(SKEW);
        // Steps count from 1 here, so that 0 is free to mean none.
        let mut found = 0u64;
        for step in oldest..=now.saturating_add(SKEW) {
            found.conditional_assign(&step.saturating_add(1), self.is_code(code, step));
        }
        let mut old = Choice::from(0);
        for step in oldest.saturating_sub(OLD)..oldest {
            old |= self.is_code(code, step);
        }
        match found.checked_sub(1) {
            Some(step) => Found::Right(step),
            None if bool::from(old) => Found::Old,
            None => Found::Wrong,
        }
    }

    /// The code of a step, as a phone shows it; for the demo's tour, which is its own phone.
    pub fn code(&self, step: u64) -> String {
        self.0.generate(step.saturating_mul(STEP)).to_string()
    }

    fn is_code(&self, code: &str, step: u64) -> Choice {
        self.code(step).as_bytes().ct_eq(code.as_bytes())
    }

    /// For an account that has no secret: costs what [`Self::find`] costs, and is never right.
    pub fn find_nobody(code: &str, unix_seconds: u64) -> Found {
        if let Ok(nobody) = Self::new(&Secret::new([0; 20])) {
            std::hint::black_box(nobody.find(code, unix_seconds));
        }
        Found::Wrong
    }

    /// Seconds until a phone shows the next code.
    pub fn next_in(unix_seconds: u64) -> u64 {
        STEP - unix_seconds % STEP
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn rfc() -> CodeSecret {
        CodeSecret::new(&Secret::new("12345678901234567890")).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(rfc().find(code, time), Found::Right(time / 30), "{time}");
        }
    }

    #[test]
    fn a_code_is_right_for_a_step_around_its_own_and_then_old_for_a_while() {
        let at = |time| rfc().find("081804", time);
        let (own, step) = (1_111_111_109 / 30, 1_111_111_109 / 30 * 30);
        assert_eq!([at(step - 30), at(step), at(step + 59)], [Found::Right(own); 3]);
        assert_eq!([at(step + 60), at(step + 179)], [Found::Old; 2]);
        assert_eq!([at(step - 31), at(step + 180)], [Found::Wrong; 2]);
    }

    #[test]
    fn the_next_code_comes_with_the_next_step() {
        assert_eq!([0, 29, 59, 60].map(CodeSecret::next_in), [30, 1, 1, 30]);
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        for code in ["", "28708", "2870820", "+87082", "２８７０８２", "000000"] {
            assert_eq!(rfc().find(code, 59), Found::Wrong, "{code}");
        }
        assert_eq!(rfc().find("755224", 0), Found::Right(0), "step 0 counts too");
        assert_eq!(CodeSecret::find_nobody("287082", 59), Found::Wrong);
    }

    #[test]
    fn secrets_are_read_as_people_copy_them() {
        let text = rfc().base32();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let copied = CodeSecret::parse("gezd gnbv-gy3t QOJQ gezd gnbv gy3t qojq ====").unwrap();
        assert_eq!(copied.base32(), text);
        assert!(CodeSecret::parse("JBSWY3DPEHPK3PXP").is_ok());
        assert_eq!(CodeSecret::parse("GEZDGNBVGY3TQOJ1").err(), Some(InvalidSecret::NotBase32));
        assert_eq!(CodeSecret::parse("GEZA").err(), Some(InvalidSecret::Short));
    }

    #[test]
    fn the_url_survives_any_name() {
        let url = rfc().url("王芳&x");
        assert!(url.starts_with("otpauth://totp/Juyong:%E7%8E%8B%E8%8A%B3%26x?secret=GEZD"), "{url}");
        assert!(url.contains("&issuer=Juyong&"));
    }
}
