//! What a program is told at a prompt of its own: SQL, for most.
//!
//! Such a language is not read: each client has one of its own. A line is held against the sets and the catalog
//! as words of that program, a word for each statement that it may be taken for. What quotes and comments hide
//! from one reader another shows, so that more may be found in it than there is, and not less.

use super::opaque::Why;
use super::place::Place;
use super::read::{self, Reading};
use super::simple::{Input, Program, Simple};
use super::word::Word;
use super::wrap;

/// What leads to a shell: in one client or another, what follows is a command line.
const ESCAPES: [&str; 8] = ["\\!", "!", "system", "host", "ho", "shell", ".shell", ".system"];

/// Statements that run text which is put together.
const EXECUTES: [&str; 5] = ["execute", "exec", "prepare", "do", "call"];

/// Reads what `program` is told.
pub(super) fn read(program: &str, told: &str) -> Reading {
    if told.len() > read::LONGEST {
        return Reading { opaque: vec![Why::TooLong], ..Reading::default() };
    }
    if let Some(line) = escape(told) {
        return read::read(if line.is_empty() { "sh" } else { line }, Place::Terminal, None);
    }
    let statements = statements(told);
    let executes = |statement: &String| {
        let first = statement.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        EXECUTES.contains(&first) || statement.contains("execute immediate")
    };
    let mut opaque = Vec::new();
    if statements.iter().any(executes) {
        opaque.push(Why::Eval);
    }
    if wrap::runs_what_it_is_told(program, &statements) {
        opaque.push(Why::Code);
    }
    let args: Vec<Word> = statements.into_iter().map(Word::text).collect();
    let command = Simple {
        program: Program::of(&Word::text(program)),
        own: args.len(),
        args,
        assignments: Vec::new(),
        writes: Vec::new(),
        expands: false,
        input: Input::Inherited,
        mixed: false,
        dir: None,
        bomb: false,
        source: told.trim().to_owned(),
        place: None,
    };
    Reading { commands: vec![command], opaque, ..Reading::default() }
}

fn escape(told: &str) -> Option<&str> {
    let told = told.trim();
    ESCAPES.iter().find_map(|escape| {
        let head = told.get(..escape.len()).filter(|head| head.eq_ignore_ascii_case(escape))?;
        let rest = told.get(head.len()..)?;
        let ends = head.ends_with('!') || rest.is_empty() || rest.starts_with(char::is_whitespace);
        ends.then(|| rest.trim().trim_end_matches(';'))
    })
}

/// As it stands, and in lower case; without what may be a comment, and with what is in it; each parted wherever a
/// statement may end.
fn statements(told: &str) -> Vec<String> {
    let lower = told.to_lowercase();
    let versioned = bare(&lower);
    let blocks = without(&lower, "/*", "*/");
    let lines = without(&without(&blocks, "--", "\n"), "#", "\n");
    let mut statements = vec![told.trim().to_owned()];
    for text in [&lower, &versioned, &blocks, &lines] {
        for part in text.split(';') {
            let words: Vec<_> = part.split_whitespace().collect();
            let statement = words.join(" ");
            if !statement.is_empty() && !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    statements
}

/// Without the marks of comments that MySQL runs: `/*!50001 … */`.
fn bare(text: &str) -> String {
    let mut parts = text.split("/*!");
    let first = parts.next().unwrap_or_default().to_owned();
    let opened = parts.map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
    opened.fold(first, |text, part| text + " " + part).replace("*/", " ")
}

/// Without what stands from each `open` to the next `close`.
fn without(text: &str, open: &str, close: &str) -> String {
    let (mut rest, mut kept) = (text, String::new());
    while let Some((before, behind)) = rest.split_once(open) {
        kept.push_str(before);
        kept.push(' ');
        rest = behind.split_once(close).map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(program: &str, told: &str) -> Vec<String> {
        read(program, told).commands.iter().filter_map(|c| c.program.name().map(str::to_owned)).collect()
    }

    #[test]
    fn whatever_may_be_a_statement_is_one() {
        for told in [
            "drop table t",
            "DROP  TABLE\n t;",
            "select 1; drop table t;",
            "/* x */ drop table t",
            "-- x\ndrop table t",
            "/*!50001 drop table t */;",
            "select '--'; drop table t",
            "select '/*'; drop table t; select '*/'",
            "# x\ndrop/**/table t",
        ] {
            assert!(statements(told).iter().any(|s| s == "drop table t"), "{told}: {:?}", statements(told));
        }
        let harmless = statements("select 'drop table t' from x");
        assert!(!harmless.iter().any(|statement| statement.starts_with("drop")), "{harmless:?}");
    }

    #[test]
    fn what_leads_to_a_shell_is_read_as_one() {
        assert_eq!(programs("mysql", "\\! rm -rf /"), ["rm"]);
        assert_eq!(programs("mysql", "system  reboot; "), ["reboot"]);
        assert_eq!(programs("sqlplus", "HOST rm x | tee y"), ["rm", "tee"]);
        assert_eq!(programs("sqlplus", "!"), ["sh"]);
        assert_eq!(programs("mysql", "show systems"), ["mysql"]);
        assert_eq!(programs("psql", "hosts"), ["psql"]);
    }

    #[test]
    fn what_runs_text_or_files_is_opaque() {
        let opaque = |program, told| !read(program, told).opaque.is_empty();
        for (program, told) in [
            ("mysql", "prepare s from @x"),
            ("mysql", "source /tmp/x.sql"),
            ("psql", "copy t to program 'sh'"),
            ("psql", "DO $$ begin end $$"),
            ("sqlplus", "@/tmp/x"),
            ("python3", "import os"),
            ("bash", "ls"),
        ] {
            assert!(opaque(program, told), "{program}: {told}");
        }
        for (program, told) in [("mysql", "select count(*) from t where a = 'it''s'"), ("gadget", "show 1")] {
            assert!(!opaque(program, told), "{program}: {told}");
        }
    }
}
