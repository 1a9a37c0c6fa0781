//! Incremental searches: readline's shows what it found in place of the prompt and the line.

use super::reading::Reading;

/// ``(reverse-i-search)`sought': line`` and its like; Enter runs the line. `None`: no search, or one of which
/// it cannot be told where the line begins.
pub(super) fn found(shown: &str) -> Option<Reading> {
    let rest = shown.strip_prefix('(')?;
    let rest = rest.strip_prefix("failed ").unwrap_or(rest);
    let rest = rest.strip_prefix("reverse-").unwrap_or(rest);
    let (_, text) = rest.strip_prefix("i-search)`")?.split_once("': ")?;
    let text = text.trim_end().to_owned();
    let sure = !text.contains("': ");
    sure.then(|| Reading {
        with_right: None,
        before: text.clone(),
        text,
        suggested: false,
        padded: false,
        below: String::new(),
    })
}

/// Whether this is zsh asking what to search for, below the line.
pub(super) fn is_asked(below: &str) -> bool {
    ["bck-i-search:", "fwd-i-search:"]
        .iter()
        .any(|asked| below.trim_start_matches("failing ").starts_with(asked))
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn what_a_search_found_is_the_line() {
        let line = |shown| found(shown).map(|reading| reading.text);
        assert_eq!(line("(reverse-i-search)`ough': good sought  ").as_deref(), Some("good sought"));
        assert_eq!(line("(failed reverse-i-search)`oughx': good").as_deref(), Some("good"));
        assert_eq!(line("(i-search)`': ").as_deref(), Some(""));
        assert_eq!(line("(reverse-i-search)`a': b': c"), None);
        assert_eq!(line("$ (reverse-i-search)`a': b"), None);
    }
}
