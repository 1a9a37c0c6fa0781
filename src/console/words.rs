//! The words of a command line that came over SSH. A client's shell takes the quotes away and ssh joins what is left
//! by blanks: `--reason "two words"` comes as `--reason two words`.

/// Options whose text may have blanks in it.
const TEXTS: [&str; 6] = ["--reason", "--order", "--ticket", "--until", "--since", "--at"];

/// The words with such a text in one again: up to the next option, or the end. `None` where none is in parts.
pub(super) fn joined(words: &[String]) -> Option<Vec<String>> {
    let mut whole: Vec<String> = Vec::new();
    // The next word belongs to a text; and there is a part of that text already.
    let (mut inside, mut begun, mut parts) = (false, false, false);
    for word in words {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if word.starts_with("--") {
            inside = TEXTS.contains(&name);
            begun = word.len() > name.len();
        } else if inside
            && begun
            && let Some(text) = whole.last_mut()
        {
            parts = true;
            text.push(' ');
            text.push_str(word);
            continue;
        } else {
            begun = true;
        }
        whole.push(word.clone());
    }
    parts.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::joined;

    fn told(line: &str) -> Option<Vec<String>> {
        joined(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    /// newcomer: a reason of two words over SSH wanted two layers of quotes.
    #[test]
    fn a_text_goes_on_to_the_next_option() {
        for (line, whole) in [
            ("lockdown start --reason two words", &["lockdown", "start", "--reason", "two words"][..]),
            ("lockdown start --reason=two words", &["lockdown", "start", "--reason=two words"]),
            (
                "lockdown lift L1 --reason it is over --json",
                &["lockdown", "lift", "L1", "--reason", "it is over", "--json"],
            ),
            (
                "audit sessions --since 2026-12-01 18:00 --until 2026-12-01 19:00",
                &["audit", "sessions", "--since", "2026-12-01 18:00", "--until", "2026-12-01 19:00"],
            ),
        ] {
            assert_eq!(
                told(line).as_deref(),
                Some(&whole.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()[..]),
                "{line}"
            );
        }
        for line in
            ["lockdown start --reason drill", "audit show a b", "lockdown start --scope a b", "--reason"]
        {
            assert_eq!(told(line), None, "{line}");
        }
    }
}
