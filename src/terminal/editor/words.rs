//! Completion: the words that a command may begin with.

/// What Tab knows.
#[derive(Debug, Clone, Default)]
pub struct Words(Vec<String>);

/// What Tab found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// What is missing, up to where several words part.
    More(String),
    Several(Vec<String>),
}

impl Words {
    /// The words in order, each once.
    pub fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort();
        words.dedup();
        Self(words)
    }

    /// What a program's name that is begun at the end of `line` can become.
    pub(super) fn complete(&self, line: &str) -> Found {
        let begun = line.rsplit(['|', ';', '&']).next().unwrap_or(line).trim_start_matches(' ');
        let fitting: Vec<&String> = self.0.iter().filter(|word| word.starts_with(begun)).collect();
        let Some(first) = fitting.first().filter(|_| !begun.contains(' ')) else { return Found::Nothing };
        let shared = fitting.iter().fold(first.as_str(), |shared, word| common(shared, word));
        match (shared.get(begun.len()..).unwrap_or_default(), fitting.len()) {
            (more, 1) => Found::More(format!("{more} ")),
            ("", _) => Found::Several(fitting.into_iter().cloned().collect()),
            (more, _) => Found::More(more.to_owned()),
        }
    }
}

fn common<'t>(one: &'t str, other: &str) -> &'t str {
    let length = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    let length = length.unwrap_or(one.len().min(other.len()));
    one.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_name_is_completed_and_nothing_else() {
        let words = Words::new(
            ["systemctl", "systemd-analyze", "ls", "less", "logout", "history"].map(str::to_owned),
        );
        assert_eq!(words.complete("sy"), Found::More("stem".into()));
        assert_eq!(words.complete("systemc"), Found::More("tl ".into()));
        assert_eq!(words.complete("l"), Found::Several(["less", "logout", "ls"].map(str::to_owned).to_vec()));
        assert_eq!(words.complete("ls | le"), Found::More("ss ".into()));
        assert_eq!(words.complete("ls &&hi"), Found::More("story ".into()));
        assert_eq!(words.complete("ls l"), Found::Nothing);
        assert_eq!(words.complete("x"), Found::Nothing);
    }
}
