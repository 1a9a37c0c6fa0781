//! What a terminal's lines are for: the shell, or a program that asks for lines of its own.
//!
//! A prompt is whatever the asset shows, and a shell can show any. So a program is believed to ask only after a
//! line that started it, from a prompt that does not look like its own, and never in a terminal where something
//! passed that may have changed what prompts look like.

use crate::command::{self, Place};
use crate::domain::CommandSetName;
use crate::policy::{Policy, Repl};

/// Of a line that passed: variables and programs that make prompts. Their names anywhere in it count.
const MAKE_PROMPTS: [&str; 6] = ["PS1", "PS0", "PROMPT", "prompt", "PS2", "precmd"];

#[derive(Debug, Default)]
pub(crate) struct Foreground {
    /// What the shell was last told to run, and the prompt it was told at.
    running: Vec<String>,
    at: String,
    /// Prompts may lie.
    doubtful: bool,
    /// Rows of a statement that the program asked more for.
    open: String,
}

/// Whom a line is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Shell,
    Program {
        program: String,
        /// All rows of the statement so far.
        told: String,
    },
}

impl Foreground {
    /// Who asks for the line that stands at `prompt`.
    pub(crate) fn asks(&self, policy: &Policy, sets: &[CommandSetName], prompt: &str, text: &str) -> Asks {
        let prompt = prompt.trim_end();
        let sets = sets.iter().filter_map(|set| policy.command_set(set.as_str()));
        let started = |repl: &&Repl| self.running.contains(&repl.program) && !looks_like(repl, &self.at);
        let repl = sets.flat_map(|set| &set.repls).filter(started).find(|repl| looks_like(repl, prompt));
        match repl.filter(|_| !self.doubtful && !prompt.is_empty()) {
            None => Asks::Shell,
            Some(repl) => {
                let goes_on = !self.open.is_empty() && any(&repl.more, prompt);
                let told = if goes_on { format!("{}\n{text}", self.open) } else { text.to_owned() };
                Asks::Program { program: repl.program.clone(), told }
            }
        }
    }

    /// A line passed.
    pub(crate) fn passed(&mut self, asks: Asks, prompt: &str, text: &str) {
        match asks {
            Asks::Program { told, .. } => self.open = told,
            Asks::Shell => {
                let runs = command::runs(text, Place::Terminal);
                self.doubtful |= runs.opaque || MAKE_PROMPTS.iter().any(|name| text.contains(name));
                self.running =
                    runs.commands.into_iter().filter_map(|words| words.into_iter().next()?).collect();
                prompt.trim_end().clone_into(&mut self.at);
                self.open.clear();
            }
        }
    }
}

fn looks_like(repl: &Repl, prompt: &str) -> bool {
    any(&repl.prompts, prompt) || any(&repl.more, prompt)
}

fn any(patterns: &[String], prompt: &str) -> bool {
    patterns.iter().any(|pattern| command::is_like(pattern, prompt))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::policy::{SourceFile, load};

    const POLICY: &str = r#"
[commands.dba]
mode = "guard"
default = "allow"
opaque = "deny"
[[commands.dba.repl]]
program = "mysql"
prompts = ["mysql> ", "MariaDB [*]> "]
more = ["    -> "]
"#;

    struct Scene {
        policy: Policy,
        sets: [CommandSetName; 1],
        foreground: Foreground,
    }

    impl Scene {
        fn new() -> Self {
            let file = SourceFile { path: "all.toml".into(), text: POLICY.into() };
            let policy = load(&[file], &jiff::tz::TimeZone::UTC).unwrap();
            Self { policy, sets: [CommandSetName::parse("dba").unwrap()], foreground: Foreground::default() }
        }

        /// Who asks, of a line that passes.
        fn line(&mut self, prompt: &str, text: &str) -> Option<String> {
            let asks = self.foreground.asks(&self.policy, &self.sets, prompt, text);
            let told = match &asks {
                Asks::Program { told, .. } => Some(told.clone()),
                Asks::Shell => None,
            };
            self.foreground.passed(asks, prompt, text);
            told
        }
    }

    #[test]
    fn a_program_that_was_started_asks_at_its_own_prompt() {
        let mut scene = Scene::new();
        assert_eq!(scene.line("$ ", "sudo mysql -u root db"), None);
        assert_eq!(scene.line("mysql> ", "drop"), Some("drop".into()));
        assert_eq!(scene.line("    -> ", "table t;"), Some("drop\ntable t;".into()));
        assert_eq!(scene.line("MariaDB [db]> ", "select 1;"), Some("select 1;".into()));
        assert_eq!(scene.line("$ ", "ls"), None);
        assert_eq!(scene.line("mysql> ", "x"), None, "it is over");
    }

    #[test]
    fn a_shell_that_dresses_up_is_a_shell() {
        let mut scene = Scene::new();
        assert_eq!(scene.line("mysql> ", "rm x"), None, "nobody started it");
        assert_eq!(scene.line("mysql> ", "mysql -e 'select 1'"), None);
        assert_eq!(scene.line("mysql> ", "rm x"), None, "that prompt was there before");
        for line in ["PS1='mysql> '", "export PROMPT=x", "eval \"$x\"", ". ./x"] {
            let mut scene = Scene::new();
            scene.line("$ ", line);
            scene.line("$ ", "mysql");
            assert_eq!(scene.line("mysql> ", "rm x"), None, "{line}");
        }
    }
}
