//! What runs on the asset: this program again, which prints for ever, and can say in a file when it was alive.
//! A shell's loop would start a process for each line, and measure that.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const WORD: &str = "emit";
/// What each line of output begins with.
pub(crate) const TICK: &str = "tick";

/// The command line for the asset: a line every so often.
pub(crate) fn command(every: Duration) -> String {
    let program = std::env::current_exe().expect("a program");
    format!("exec {} {WORD} {}", program.display(), every.as_millis())
}

/// The same, and each time a line of `name` and the milliseconds since 1970 at the end of a file.
pub(crate) fn noted(every: Duration, name: &str, file: &Path) -> String {
    format!("{} {name} {}", command(every), file.display())
}

/// Was this process started by such a command?
pub(crate) fn is_one(command_line: &str) -> bool {
    let program = std::env::current_exe().expect("a program");
    command_line.starts_with(&format!("{} {WORD} ", program.display()))
}

/// The words behind the command, if this process is one.
pub(crate) fn words() -> Option<Vec<String>> {
    let mut words = std::env::args().skip(1);
    (words.next()? == WORD).then(|| words.collect())
}

/// Goes on until nobody reads any more.
pub(crate) fn run(words: &[String]) {
    let every = Duration::from_millis(words[0].parse().expect("milliseconds"));
    let mut file = words.get(2).map(|path| {
        let file = File::options().create(true).append(true).open(path);
        (words[1].as_str(), file.expect("a file"))
    });
    let mut out = std::io::stdout();
    for number in 0_u64.. {
        if let Some((name, file)) = &mut file {
            // One write: others append to the same file.
            let line = format!("{name} {}\n", now());
            file.write_all(line.as_bytes()).expect("a tick");
        }
        if writeln!(out, "{TICK} {number}").and_then(|()| out.flush()).is_err() {
            return;
        }
        std::thread::sleep(every);
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    u64::try_from(now.as_millis()).expect("not that late")
}
