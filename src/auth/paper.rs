//! Codes that people read from paper or a screen and type once: invitations, recovery codes.

use zeroize::Zeroizing;

use crate::domain::{Secret, halfwidth};

/// No character that is misread: neither 0 and o, nor 1, i and l.
const ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// Characters between two dashes.
const GROUP: usize = 5;

/// A kind of code, by how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperCode {
    /// Opens an enrolment: 99 bits.
    Invitation,
    /// Stands in for a one-time code, counted as every guess is: 49 bits.
    Recovery,
}

impl PaperCode {
    fn length(self) -> usize {
        match self {
            Self::Invitation => 20,
            Self::Recovery => 10,
        }
    }

    /// The word that its digests are bound to.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Recovery => "recovery",
        }
    }

    /// The code that random bits make, in groups. What a remainder prefers is less than one part in a million.
    pub fn draw(self, random: u128) -> Secret {
        let mut text = Zeroizing::new(String::new());
        let mut left = random;
        for at in 0..self.length() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            let digit = usize::try_from(left % ALPHABET.len() as u128).unwrap_or_default();
            text.extend(ALPHABET.get(digit).map(|&c| char::from(c)));
            left /= ALPHABET.len() as u128;
        }
        Secret::new(text.as_str())
    }

    /// The code that was typed, without how it was typed; `None`: this is not one of this kind.
    pub fn read(self, typed: &Secret) -> Option<Secret> {
        let text = Zeroizing::new(halfwidth(typed.expose_str()?));
        let plain = text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_lowercase());
        // One more than there are is read: a text of any length takes no longer.
        let plain = Zeroizing::new(plain.take(self.length() + 1).collect::<String>());
        let good = plain.len() == self.length() && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        good.then(|| Secret::new(plain.as_str()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = PaperCode::Invitation.draw(u128::MAX);
        let text = code.expose_str().unwrap();
        assert_eq!((text.len(), text.matches('-').count()), (23, 3), "{text}");
        let plain = PaperCode::Invitation.read(&code).unwrap();
        for typed in
            [text.to_uppercase(), text.replace('-', ""), text.replace('-', " "), format!(" {text}\n")]
        {
            let read = PaperCode::Invitation.read(&Secret::new(typed.as_str())).unwrap();
            assert_eq!(read.expose(), plain.expose(), "{typed}");
        }
        let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        assert_eq!(PaperCode::Invitation.read(&Secret::new(wide)).unwrap().expose(), plain.expose());
    }

    #[test]
    fn what_is_not_of_the_kind_is_none() {
        let recovery = PaperCode::Recovery.draw(7);
        assert!(PaperCode::Recovery.read(&recovery).is_some());
        assert!(PaperCode::Invitation.read(&recovery).is_none());
        for typed in ["", "123456", "abcde-fghj", "abcde-fghjk0", "abcde-fghj0", "abcde-fghjl"] {
            assert!(PaperCode::Recovery.read(&Secret::new(typed)).is_none(), "{typed}");
        }
    }

    #[test]
    fn nothing_misread_is_ever_drawn() {
        for random in 0..2000_u128 {
            let code =
                PaperCode::Recovery.draw(random.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            assert!(!code.expose_str().unwrap().contains(['0', 'o', '1', 'i', 'l']));
        }
    }
}
