//! Random edits on bash: what was judged is what ran, or it was known that it might not be.
//!
//! `JUYONG_GUARD_ROUNDS` and `JUYONG_GUARD_SEED` choose how many, and which.

use std::time::Duration;

use super::shell::{Kind, Shell};
use crate::harness::{PATIENCE, soon, within};

/// Nothing of what comes out runs anything: no program has such a name, and nothing here is a shell's own.
const WORDS: [&str; 8] = ["zq", "jzq ", "qqz", " zj", "jjqz zq", "居庸", "x", " "];
const EDITS: [&str; 24] = [
    "<left>",
    "<left><left><left>",
    "<right>",
    "<home>",
    "<end>",
    "<bs>",
    "<bs><bs>",
    "<del>",
    "<c-k>",
    "<c-u>",
    "<c-w>",
    "<c-y>",
    "<a-b>",
    "<a-f>",
    "<a-d>",
    "<up>",
    "<up><up>",
    "<down>",
    "<c-t>",
    "<c-l>",
    "<c-a>",
    "<c-e>",
    "<a-u>",
    "<c-b>",
];
const MORE: [&str; 5] = [
    "<paste>zq jq</paste>",
    " ./uniq<tab>",
    " ./amb<tab>",
    "<c-r>zq<right>",
    "zzzzzzzzzzqqqqqqqqqqjjjjjjjjjjzzzzzzzzzzqqqqqqqqqqjjjjjjjjjjzzzzzzzzzzqqqqqqqqqqjjjjjjjjjjzzzzzzz",
];

struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn line(&mut self) -> String {
        let pieces = 2 + self.below(8);
        (0..pieces).map(|_| self.piece()).collect::<String>() + "<enter>"
    }

    fn piece(&mut self) -> String {
        let piece = match self.below(10) {
            0..4 => WORDS[self.below(WORDS.len())],
            4..9 => EDITS[self.below(EDITS.len())],
            _ => MORE[self.below(MORE.len())],
        };
        let pause = [0, 0, 5, 30][self.below(4)];
        if pause == 0 { piece.to_owned() } else { format!("{piece}<sleep {pause}>") }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Splits a list behind the lines that end the rounds.
fn rounds<T: Clone>(all: &[T], text: impl Fn(&T) -> String, count: u64) -> Vec<Vec<T>> {
    let mut rest = all;
    (0..count)
        .map(|round| {
            let end = format!("round {round:05}");
            let at = rest.iter().position(|one| text(one).contains(&end)).unwrap_or_else(|| {
                panic!("no {end:?} in {:?}", rest.iter().take(12).map(&text).collect::<Vec<_>>())
            });
            let (these, after) = rest.split_at(at + 1);
            rest = after;
            these.to_vec()
        })
        .collect()
}

/// What bash says that it ran, each after its number.
fn lines(shell: &Shell) -> String {
    std::fs::read_to_string(shell.gateway.path("home/ran-lines")).unwrap_or_default()
}

#[test]
fn what_was_judged_is_what_ran() {
    let count = number("JUYONG_GUARD_ROUNDS", 30);
    let mut chance = Chance(number("JUYONG_GUARD_SEED", 20_261_124));
    let policy = "[commands.guarded]\nmode = \"guard\"\ndefault = \"allow\"\nopaque = \"allow\"\n";
    let shell = Shell::start_under(Kind::Bash, policy);
    // bash itself says what it runs.
    shell.type_in(
        "trap 'HISTTIMEFORMAT= history 1 >> ran-lines' DEBUG; command_not_found_handle() { :; }<enter><sleep 300>",
    );
    let mut typed = Vec::new();
    for round in 0..count {
        let keys = chance.line();
        shell.type_in(&keys);
        typed.push(keys);
        // A Ctrl-C too soon would take the line back.
        shell.type_in("<sleep 250>");
        within(PATIENCE, "a round ends", || {
            shell.type_in(&format!("<c-c><sleep 30>: round {round:05}<enter>"));
            let end = format!("round {round:05}");
            soon(Duration::from_secs(3), || lines(&shell).contains(&end).then_some(()))
        });
    }
    let lines = lines(&shell);
    let mut ran: Vec<&str> = lines.lines().collect();
    ran.dedup();
    let ran: Vec<String> = ran
        .iter()
        .map(|line| words(line.trim_start().split_once(' ').map_or("", |(_, line)| line)))
        .collect();
    let judged = shell.judged();
    let (mut same, mut doubted, mut empty, mut faults) = (0, 0, 0, Vec::new());
    let ran = rounds(&ran, Clone::clone, count);
    let judged = rounds(&judged, |(line, _)| words(line), count);
    for (round, (ran, judged)) in ran.iter().zip(&judged).enumerate() {
        let partial = judged.iter().any(|(_, confidence)| confidence == "partial");
        let lines: Vec<_> = judged.iter().map(|(line, _)| words(line)).collect();
        let ran: Vec<_> = ran.iter().filter(|line| !line.is_empty()).collect();
        match ran.iter().all(|line| lines.contains(line)) {
            true if ran.len() < 2 => empty += 1,
            true => same += 1,
            false if partial => doubted += 1,
            false => faults.push(format!("{}\n  ran {ran:?}, judged {judged:?}", typed[round])),
        }
    }
    let partial = judged.iter().flatten().filter(|(_, confidence)| confidence == "partial").count();
    eprintln!(
        "{count} rounds: {same} ran as judged, {doubted} otherwise and known to be doubtful, {empty} ran nothing; \
         {partial} partial lines"
    );
    assert!(same > count / 2, "most rounds run something");
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
}
