//! What secrets, and the programs that take them, are called.

use super::super::super::simple::{Program, Simple};
use super::super::places::{ASKING, NAMES, SHORT_NAMES};

/// The program, where it surely is what it is called: `./passwd` may be anything.
pub(super) fn sure_name(command: &Simple) -> Option<&str> {
    match &command.program {
        Program::Named { name, trusted: true } => Some(name),
        _ => None,
    }
}

pub(super) fn is_called(name: &str, program: &str) -> bool {
    match program.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == program,
    }
}

/// Whether a variable or an option of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let parts = || name.split(['-', '_', '.']);
    if parts().any(|part| ASKING.contains(&part)) {
        return false;
    }
    NAMES.iter().any(|end| name.ends_with(end))
        || parts().next_back().is_some_and(|last| SHORT_NAMES.contains(&last))
}

/// The same for one that may be several letters with a value behind them.
pub(super) fn is_secret_name(name: &str) -> bool {
    let last = name.rsplit(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase();
    is_secret(name) && (NAMES.contains(&last.as_str()) || SHORT_NAMES.contains(&last.as_str()))
}
