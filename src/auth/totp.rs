//! TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, as every phone knows it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Totp};

use super::secret::InvalidSecret;
use crate::domain::Secret;

/// Seconds a code lasts.
pub(super) const STEP: u64 = 30;

/// Bits below which guessing the secret gets easy; RFC 4226 §4 asks for 128, some issuers give 80.
const MIN_BYTES: usize = 10;

/// What stands in a URL as its number: all but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The secret that a phone and the gateway share. Wiped when dropped; it has no `Debug`.
#[derive(Clone)]
pub struct TotpSecret(Totp);

impl TotpSecret {
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

    pub(super) fn bytes(&self) -> Secret {
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

    /// The code of a step, as a phone shows it; the demo's tour is its own phone.
    pub fn code(&self, step: u64) -> String {
        self.0.generate(step.saturating_mul(STEP)).to_string()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn rfc() -> TotpSecret {
        TotpSecret::new(&Secret::new("12345678901234567890")).unwrap()
    }

    #[test]
    fn secrets_are_read_as_people_copy_them() {
        let text = rfc().base32();
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let copied = TotpSecret::parse("gezd gnbv-gy3t QOJQ gezd gnbv gy3t qojq ====").unwrap();
        assert_eq!(copied.base32(), text);
        assert!(TotpSecret::parse("JBSWY3DPEHPK3PXP").is_ok());
        assert_eq!(TotpSecret::parse("GEZDGNBVGY3TQOJ1").err(), Some(InvalidSecret::NotBase32));
        assert_eq!(TotpSecret::parse("GEZA").err(), Some(InvalidSecret::Short));
    }

    #[test]
    fn the_url_survives_any_name() {
        let url = rfc().url("王芳&x");
        assert!(url.starts_with("otpauth://totp/Juyong:%E7%8E%8B%E8%8A%B3%26x?secret=GEZD"), "{url}");
        assert!(url.contains("&issuer=Juyong&"));
    }
}
