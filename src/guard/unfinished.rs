//! Whether a shell goes on asking after this line: an open quote, loop or here-document.
//!
//! What is called unfinished goes to the shell unjudged, to be judged when it is whole. So this says yes only
//! where every shell agrees; a line that it misses is judged as it stands.

/// Words that open what another word must close, where a command may stand.
const OPENERS: [&str; 4] = ["do", "then", "case", "{"];
const CLOSERS: [&str; 4] = ["done", "fi", "esac", "}"];
/// Words whose command goes on below, unless more stands behind it.
const HEADERS: [&str; 6] = ["for", "select", "while", "until", "if", "case"];
/// Words after which a command may stand.
const LEADERS: [&str; 9] = ["if", "then", "else", "elif", "while", "until", "do", "!", "{"];
/// What closes a block in other shells than Bourne's.
const FOREIGN: [&str; 4] = ["end", "endif", "endsw", "foreach"];

/// `text` as it was typed; whether blanks follow it is not known.
pub(super) fn is_unfinished(text: &str) -> bool {
    let mut lexer = Lexer::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        lexer.take(c, chars.peek().copied());
        if lexer.unsure {
            return false;
        }
    }
    lexer.is_open(text)
}

#[derive(Default)]
struct Lexer {
    quote: Option<char>,
    escaped: bool,
    word: String,
    /// Something in the word was quoted: it is no keyword.
    literal: bool,
    /// A command may stand here.
    leading: Leading,
    depth: i32,
    /// The command under way is a header.
    header: bool,
    parens: i32,
    before: Option<char>,
    here: Vec<String>,
    unsure: bool,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Leading {
    #[default]
    Yes,
    No,
}

impl Lexer {
    fn take(&mut self, c: char, next: Option<char>) {
        let quoted = self.quote.is_some() || self.escaped;
        match (self.quote, c) {
            _ if self.escaped => (self.escaped, self.literal) = (false, true),
            (Some('\''), '\\') => self.unsure = true, // means itself in one shell, and escapes in another
            (_, '\\') => self.escaped = true,
            (Some(open), c) if open == c => self.quote = None,
            (Some('"'), '`') => self.unsure = true,
            (Some('"'), '$') if next == Some('(') => self.unsure = true,
            (Some(_), _) => {}
            (None, '\'' | '"') if self.before == Some('$') => self.unsure = true,
            (None, '\'' | '"') => (self.quote, self.literal) = (Some(c), true),
            (None, c) => self.plain(c, next),
        }
        if quoted && self.word.is_empty() {
            self.literal = true;
        }
        self.before = Some(c);
    }

    fn plain(&mut self, c: char, next: Option<char>) {
        match c {
            '`' => self.unsure = true,
            '#' if self.word.is_empty() && !self.literal => self.unsure = true, // a comment, or not
            '<' if next == Some('<') => {
                self.unsure |= self.before.is_some_and(|before| !before.is_whitespace())
            }
            '<' if self.before == Some('<') => self.unsure |= next == Some('<'),
            '(' if next == Some('(') => self.unsure = true,
            '(' if next == Some(')') => self.end_word(Leading::No),
            ')' if self.before == Some('(') => self.leading = Leading::Yes,
            // A C shell's condition, and zsh's short forms.
            '(' if self.header => self.unsure = true,
            '(' if self.word.is_empty() && !self.literal && self.leading == Leading::Yes => self.parens += 1,
            '(' => self.unsure = true,
            ')' => {
                self.end_word(Leading::Yes);
                self.parens = (self.parens - 1).max(0);
            }
            ';' | '&' | '|' | '\n' => self.end_word(Leading::Yes),
            c if c.is_whitespace() => self.end_word(Leading::No),
            c => self.word.push(c),
        }
    }

    /// `after`: what a separator makes of the place behind it; a blank changes it only after a word.
    fn end_word(&mut self, after: Leading) {
        let word = std::mem::take(&mut self.word);
        let literal = std::mem::take(&mut self.literal);
        let is = |words: &[&str]| !literal && words.contains(&word.as_str());
        let keyword = self.leading == Leading::Yes;
        // zsh takes these elsewhere, too, and other shells have others.
        self.unsure |= (!keyword && is(&["{", "}"])) || (keyword && is(&FOREIGN));
        self.depth += i32::from(keyword && is(&OPENERS)) - i32::from(keyword && is(&CLOSERS));
        self.header |= keyword && is(&HEADERS);
        if after == Leading::Yes {
            (self.leading, self.header) = (Leading::Yes, false);
        } else if literal || !word.is_empty() {
            let leads = keyword && is(&LEADERS);
            self.leading = if leads { Leading::Yes } else { Leading::No };
        }
    }

    fn is_open(&mut self, text: &str) -> bool {
        if self.quote.is_some() || self.escaped {
            return true;
        }
        self.end_word(Leading::No);
        if self.unsure || self.depth < 0 {
            return false;
        }
        let end = text.trim_end();
        // `&|` runs a command in zsh.
        let joins = ["|", "&&"].iter().any(|join| end.ends_with(join));
        let joins = joins && !["\\|", "&|", "\\&&"].iter().any(|other| end.ends_with(other));
        self.here = here_documents(text);
        joins || self.header || self.depth > 0 || self.parens > 0 || !self.here.is_empty()
    }
}

/// The delimiters of here-documents that have not come yet. The lexer has made sure that `<<` is one.
fn here_documents(text: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    for line in text.split('\n') {
        match open.first() {
            Some(delimiter) if line.trim_start_matches('\t').trim_end() == delimiter => drop(open.remove(0)),
            Some(_) => {}
            None => open.extend(delimiters(line)),
        }
    }
    open
}

fn delimiters(line: &str) -> impl Iterator<Item = String> {
    line.match_indices("<<").filter_map(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        if before.chars().filter(|c| matches!(c, '\'' | '"')).count() % 2 == 1 {
            return None; // in quotes
        }
        let rest = line.get(at + 2..).unwrap_or_default();
        let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start();
        let word = rest.split([' ', '\t', ';', '|', '&', '>', '<', ')']).next().unwrap_or_default();
        let word: String = word.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn shells_go_on_asking() {
        for text in [
            "echo 'a",
            "echo \"a",
            "echo \"a\nb",
            "echo a \\",
            "for x in 1 2",
            "for x in 1 2; do echo $x",
            "for x in 1 2; do\necho $x",
            "while true; do if false; then echo; fi",
            "while true",
            "for x in 1 2\ndo",
            "if true",
            "case $x in",
            "case $x in a) echo;;",
            "f() {",
            "{ echo",
            "( cd /",
            "cat <<EOF",
            "cat <<-'EOF' | sh\nrm",
            "cat <<A <<B\nx\nA\ny",
            "ls |",
            "true &&",
            "true ||",
            "echo a; for x in 1",
        ] {
            assert!(is_unfinished(text), "{text:?}");
        }
    }

    #[test]
    fn a_whole_line_is_judged_and_so_is_what_shells_disagree_on() {
        for text in [
            "",
            "ls",
            "echo 'a' \"b\"",
            "echo for x in 1",
            "echo if",
            "echo {",
            "./if",
            "'if' true",
            "for x in 1; do echo; done",
            "for x in 1\ndo echo\ndone",
            "if true; then echo; fi",
            "case $x in a) echo;; esac",
            "f() { echo; }",
            "( cd / )",
            "cat <<EOF\nx\nEOF",
            "cat <<-EOF\nx\n\tEOF",
            "cat <<< word",
            "echo $((1<<2))",
            "x=1<<2",
            "let x=1 # it's",
            "# it's a comment",
            "echo a\\\\",
            "echo 'a\\'",
            "echo $'it\\'s",
            "echo `ls",
            "echo \"$(ls",
            "a=(1 2",
            "ls &",
            "echo \\|",
            "fi; if true",
            // Other shells run these at once.
            "for x in 1 2; rm x",
            "for x in 1 2\nrm x",
            "for x in 1 2\nrm x\nend",
            "for x (1 2) rm x",
            "if [[ 1 ]] { rm x }",
            "{ rm x }",
            "if (1) rm x",
            "while (1)",
            "rm x &|",
            "repeat 3 rm x",
            "function f { rm x",
            "echo it\\'s",
        ] {
            assert!(!is_unfinished(text), "{text:?}");
        }
    }
}
