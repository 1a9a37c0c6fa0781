//! One-time codes of either kind: what one is worth around now.

use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::factors::Factor;
use super::gm_otp::{GmOtpSecret, GmOtpTerms};
use super::secret::InvalidSecret;
use super::totp::{self, TotpSecret};
use crate::domain::{Secret, halfwidth};

/// Steps that a phone's or a token's clock may be off, either way (RFC 6238 §5.2).
const SKEW: u64 = 1;

/// Steps further back in which a code is known to be an old one: somebody typed slowly, or their phone is slow.
const OLD: u64 = 4;

/// The code that was typed, without how: apps show `123 456`, and some type what they see, or in full width.
pub fn typed(given: &Secret) -> Zeroizing<String> {
    let text = Zeroizing::new(halfwidth(given.expose_str().unwrap_or_default()));
    Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect())
}

/// Whose codes they are: a phone's, or a token's of GM/T 0021.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeKind {
    #[default]
    Totp,
    GmOtp,
}

impl CodeKind {
    /// What they prove.
    pub fn factor(self) -> Factor {
        match self {
            Self::Totp => Factor::Totp,
            Self::GmOtp => Factor::GmOtp,
        }
    }

    /// How long each lasts.
    fn seconds(self, terms: GmOtpTerms) -> u64 {
        match self {
            Self::Totp => totp::STEP,
            Self::GmOtp => terms.step.seconds(),
        }
    }

    /// Seconds until the next one shows.
    pub fn next_in(self, terms: GmOtpTerms, unix_seconds: u64) -> u64 {
        let step = self.seconds(terms);
        step - unix_seconds % step
    }
}

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The half minute since 1970 in which its step begins.
    Right(u64),
    /// It was right a while ago.
    Old,
    Wrong,
}

/// What codes are made from. Wiped when dropped; it has no `Debug`.
#[derive(Clone)]
pub enum CodeSecret {
    Totp(TotpSecret),
    GmOtp(GmOtpSecret),
}

impl CodeSecret {
    /// From what was stored.
    pub fn stored(kind: CodeKind, bytes: &Secret, terms: GmOtpTerms) -> Result<Self, InvalidSecret> {
        match kind {
            CodeKind::Totp => TotpSecret::new(bytes).map(Self::Totp),
            CodeKind::GmOtp => GmOtpSecret::new(bytes, terms).map(Self::GmOtp),
        }
    }

    pub fn kind(&self) -> CodeKind {
        match self {
            Self::Totp(_) => CodeKind::Totp,
            Self::GmOtp(_) => CodeKind::GmOtp,
        }
    }

    /// The bytes, to be sealed and stored.
    pub fn bytes(&self) -> Secret {
        match self {
            Self::Totp(secret) => secret.bytes(),
            Self::GmOtp(secret) => secret.bytes(),
        }
    }

    /// What `code` is worth at `unix_seconds`: right is that of the step, and of one step before and after it. That
    /// it works once (RFC 6238 §5.2) is the matter of whoever keeps the last one that was accepted. Takes the same
    /// time for every code of the right length.
    pub fn find(&self, code: &str, unix_seconds: u64) -> Found {
        let step = self.step();
        let now = unix_seconds / step;
        let oldest = now.saturating_sub(SKEW);
        // Steps count from 1 here, so that 0 is free to mean none.
        let mut found = 0u64;
        for at in oldest..=now.saturating_add(SKEW) {
            found.conditional_assign(&at.saturating_add(1), self.is_code(code, at));
        }
        let mut old = Choice::from(0);
        for at in oldest.saturating_sub(OLD)..oldest {
            old |= self.is_code(code, at);
        }
        match found.checked_sub(1) {
            // Counted alike whatever a step lasts: a code stays used when that is configured anew.
            Some(at) => Found::Right(at.saturating_mul(step / totp::STEP)),
            None if bool::from(old) => Found::Old,
            None => Found::Wrong,
        }
    }

    /// For an account that has no secret: costs what [`Self::find`] costs, and is never right.
    pub fn find_nobody(code: &str, unix_seconds: u64) -> Found {
        if let Ok(nobody) = TotpSecret::new(&Secret::new([0; 20])) {
            std::hint::black_box(Self::Totp(nobody).find(code, unix_seconds));
        }
        Found::Wrong
    }

    fn step(&self) -> u64 {
        match self {
            Self::Totp(_) => totp::STEP,
            Self::GmOtp(secret) => secret.terms.step.seconds(),
        }
    }

    fn is_code(&self, code: &str, step: u64) -> Choice {
        let right = match self {
            Self::Totp(secret) => secret.code(step),
            Self::GmOtp(secret) => secret.code(step),
        };
        right.as_bytes().ct_eq(code.as_bytes())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::gm_otp::{GmOtpDigits, GmOtpStep};
    use super::*;

    const TERMS: GmOtpTerms = GmOtpTerms { step: GmOtpStep::Minute, digits: GmOtpDigits::Six };

    /// The secret of RFC 6238, appendix B.
    fn rfc() -> CodeSecret {
        CodeSecret::stored(CodeKind::Totp, &Secret::new("12345678901234567890"), TERMS).unwrap()
    }

    /// newcomer: a code as the app shows it was wrong, and counted.
    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for given in ["081804", "081 804", " 081-804\n", "０８１８０４"] {
            assert_eq!(*typed(&Secret::new(given)), "081804", "{given}");
        }
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
    fn a_tokens_code_lasts_its_own_step_and_is_counted_in_half_minutes() {
        let secret = |step| {
            let terms = GmOtpTerms { step, ..TERMS };
            GmOtpSecret::new(&Secret::new([7; 16]), terms).unwrap()
        };
        let minute = secret(GmOtpStep::Minute);
        let (code, start) = (minute.code(29_000_000), 29_000_000 * 60);
        let at = |time| CodeSecret::GmOtp(minute.clone()).find(&code, time);
        let own = Found::Right(58_000_000);
        assert_eq!([at(start - 60), at(start), at(start + 119)], [own; 3]);
        assert_eq!([at(start + 120), at(start + 359)], [Found::Old; 2]);
        assert_eq!([at(start - 61), at(start + 360)], [Found::Wrong; 2]);
        let half = secret(GmOtpStep::Half);
        let found = CodeSecret::GmOtp(half.clone()).find(&half.code(58_000_000), start);
        assert_eq!(found, own, "the same moment, whatever a step lasts");
    }

    #[test]
    fn the_next_code_comes_with_the_next_step() {
        let next = |kind: CodeKind| [0, 29, 59, 60].map(|now| kind.next_in(TERMS, now));
        assert_eq!(next(CodeKind::Totp), [30, 1, 1, 30]);
        assert_eq!(next(CodeKind::GmOtp), [60, 31, 1, 60]);
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        for code in ["", "28708", "2870820", "+87082", "２８７０８２", "000000"] {
            assert_eq!(rfc().find(code, 59), Found::Wrong, "{code}");
        }
        assert_eq!(rfc().find("755224", 0), Found::Right(0), "step 0 counts too");
        assert_eq!(CodeSecret::find_nobody("287082", 59), Found::Wrong);
    }
}
