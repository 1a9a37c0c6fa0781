//! Break-glass codes: drawn at set-up, kept in a sealed envelope, good once.
//!
//! A code is 100 random bits, so a plain digest of it is as good as any slow one: there is nothing to guess.

use sha2::Digest as _;

use crate::domain::{Digest, OperatorName, Secret, halfwidth};

/// No letter that is misread on paper.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a code, five bits each.
pub const CODE_LEN: usize = 20;

/// The code that random bytes make, in groups of five.
pub fn code(random: &[u8; CODE_LEN]) -> Secret {
    let mut text = Vec::with_capacity(CODE_LEN + CODE_LEN / 5);
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 5 == 0 {
            text.push(b'-');
        }
        text.extend(ALPHABET.get(usize::from(byte % 32)));
    }
    Secret::new(text)
}

/// What is kept of a code. It is the account's own: with another name it is another digest. `None`: this is
/// no code, however it was typed.
pub fn digest(operator: &OperatorName, typed: &Secret) -> Option<Digest> {
    let text = zeroize::Zeroizing::new(halfwidth(typed.expose_str()?));
    let plain =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        });
    let plain = zeroize::Zeroizing::new(plain.collect::<String>());
    let known = plain.len() == CODE_LEN && plain.bytes().all(|byte| ALPHABET.contains(&byte));
    known.then(|| {
        let hash = sha2::Sha256::new().chain_update(operator.as_str()).chain_update([0]);
        Digest(hash.chain_update(plain.as_bytes()).finalize().into())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed_and_for_its_account_only() {
        let (alice, bob): (OperatorName, OperatorName) = ("alice".parse().unwrap(), "bob".parse().unwrap());
        let code = code(&std::array::from_fn(|at| at as u8));
        assert_eq!(code.expose_str(), Some("01234-56789-abcde-fghjk"));
        let kept = digest(&alice, &code).unwrap();
        let wide = "０１２３４－５６７８９　ＡＢＣＤＥ－ｆｇｈｊｋ";
        for typed in ["0123456789abcdefghjk", " O1234-56789 ABCDE-fghjk ", "oi234-56789-abcde-fghjk", wide] {
            assert_eq!(digest(&alice, &Secret::new(typed)), Some(kept), "{typed}");
        }
        assert_ne!(digest(&bob, &code), Some(kept));
        for none in ["", "01234-56789-abcde-fghj", "01234-56789-abcde-fghju", "0123456789abcdefghjk0"] {
            assert_eq!(digest(&alice, &Secret::new(none)), None, "{none}");
        }
    }
}
