//! Passwords that are tried first: words that everybody takes, with the usual decoration around them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use zeroize::Zeroizing;

/// One a line, in small letters and digits: words, names, walks over the keyboard.
static WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Is this a word of the list, or a few of them, once the usual decoration is taken off: capitals, signs and digits
/// around and between them, digits in the place of letters? Or is it one short piece again and again?
pub(super) fn is_common(text: &str) -> bool {
    let small = Zeroizing::new(text.to_lowercase());
    let unshifted = Zeroizing::new(small.chars().map(unshifted).collect::<String>());
    let letters = |text: &str| -> Zeroizing<String> {
        Zeroizing::new(text.chars().filter(|c| c.is_alphabetic()).collect())
    };
    let spelled = letters(&Zeroizing::new(small.chars().map(spelled).collect::<String>()));
    repeats(&small)
        || [&letters(&small), &spelled, &unshifted].into_iter().any(|text| text.is_empty() || is_words(text))
        || is_words(&decorated(&small))
}

/// Without what stands before the first and behind the last letter.
fn decorated(text: &str) -> Zeroizing<String> {
    let bare = text.trim_matches(|c: char| !c.is_alphabetic());
    Zeroizing::new(bare.chars().map(spelled).filter(|c| c.is_alphanumeric()).collect())
}

/// Words of the list, one behind the other, three at most.
fn is_words(text: &str) -> bool {
    made_of(text, 3)
}

fn made_of(text: &str, most: u32) -> bool {
    if text.is_empty() || WORDS.contains(text) {
        return true;
    }
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    most > 1
        && ends.into_iter().any(|at| {
            text.split_at_checked(at)
                .is_some_and(|(head, tail)| WORDS.contains(head) && made_of(tail, most - 1))
        })
}

/// A piece of at most four characters, again and again.
fn repeats(text: &str) -> bool {
    let all: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    (1..=4).any(|length| all.len() > length && all.iter().zip(all.iter().skip(length)).all(|(a, b)| a == b))
}

/// The letter that a digit or a sign stands for.
fn spelled(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    }
}

/// The key that a sign is on: walks over the keyboard hold Shift now and then.
fn unshifted(c: char) -> char {
    match c {
        '!' => '1',
        '@' => '2',
        '#' => '3',
        '$' => '4',
        '%' => '5',
        '^' => '6',
        '&' => '7',
        '*' => '8',
        '(' => '9',
        ')' => '0',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_the_usual_decoration_are_known() {
        for common in [
            "Password123!",
            "P@ssw0rd2026",
            "Admin@123456",
            "Huawei12#$Admin",
            "Qwerty123456!",
            "1qaz@WSX3edc",
            "1qaz!QAZ2wsx",
            "Woaini520!!!",
            "Welcome2026!!",
            "Zhongguo@2026",
            "abcabcabcabc",
            "1234567890123",
            "!!!!2026!!!!",
            "iLoveYou12345",
        ] {
            assert!(is_common(common), "{common}");
        }
        for good in
            ["Correct-Horse-Battery-7", "tumble fjord nickel 4", "居庸关长城八达岭Ab1", "vK9#mx2Lqp!w"]
        {
            assert!(!is_common(good), "{good}");
        }
    }

    #[test]
    fn the_list_is_sorted_and_has_each_word_once() {
        let lines: Vec<_> = include_str!("common.txt").lines().collect();
        assert!(lines.len() > 600 && lines.is_sorted_by(|a, b| a < b), "{}", lines.len());
        assert!(lines.iter().all(|word| word.len() > 2 && *word == word.to_lowercase()));
    }
}
