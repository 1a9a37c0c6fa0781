//! One file: who may have written it, and the words of the command line that say the same.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::super::super::run::Failure;
use super::door::{Since, is_ours};
use crate::domain::Language;
use crate::platform::host_user::user_name;
use crate::platform::regular;

/// A file that cannot be read yet may still be in the making for so long.
const MAKING: Duration = Duration::from_secs(2);

/// Longest file in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// Why an order is not believed.
const STALE: &str = "it came while others could write here, or before the gateway could tell: look at it, and put it in again";

/// What files may order. Codes may not: they would stay in the result.
const COMMANDS: [&str; 4] = ["start", "lift", "allow", "confirm"];

/// These stand without an option's name, in this order.
const PLACES: [&str; 2] = ["id", "operator"];

/// What a file orders, and who did.
pub(super) struct Signal {
    pub(super) words: Vec<String>,
    pub(super) owner: String,
}

/// Reads a file that root or the gateway's user alone could write and put there. Beside a failure: whether the file may
/// still be in the making.
pub(super) fn read(path: &Path, since: Since) -> Result<Signal, (String, bool)> {
    let fault = |why: String| (why, false);
    let file = regular::open(path).map_err(|error| fault(error.to_string()))?;
    let about = file.metadata().map_err(|error| fault(error.to_string()))?;
    if about.nlink() != 1 || about.mode() & 0o022 != 0 {
        return Err(fault("not a file of its own that its owner alone can write: chmod go-w".into()));
    }
    if !is_ours(&about) {
        let owner = user_name(about.uid());
        return Err(fault(format!(
            "it belongs to {owner}: root and the gateway's own user alone order here"
        )));
    }
    if !since.holds(&about) {
        return Err(fault(STALE.into()));
    }
    let mut text = String::new();
    let length = file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| fault(error.to_string()))?;
    let fresh = about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age < MAKING));
    if length == 0 && fresh {
        return Err(("it is empty".into(), true));
    }
    let words = words(&text).map_err(|failure| (failure.told(Language::English), fresh))?;
    Ok(Signal { words, owner: user_name(about.uid()) })
}

/// The words of the command line that say the same.
fn words(text: &str) -> Result<Vec<String>, Failure> {
    let table: toml::Table =
        toml::from_str(text).map_err(|error| Failure::text(error.message().to_owned()))?;
    let command = table.get("command").and_then(toml::Value::as_str).unwrap_or_default();
    if !COMMANDS.contains(&command) {
        return Err(Failure::text(format!("`command` is one of {}", COMMANDS.join(", "))));
    }
    let mut words = vec!["--json".to_owned(), "lockdown".to_owned(), command.to_owned()];
    for (key, value) in table.iter().filter(|(key, _)| *key != "command" && !PLACES.contains(&key.as_str())) {
        words.push(format!("--{key}={}", spelled(key, value)?));
    }
    words.push("--".to_owned()); // what follows is no option, whatever it looks like
    for key in PLACES {
        words.extend(table.get(key).map(|value| spelled(key, value)).transpose()?);
    }
    Ok(words)
}

fn spelled(key: &str, value: &toml::Value) -> Result<String, Failure> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Datetime(at) => Ok(at.to_string()),
        toml::Value::Array(items) => {
            let items = items.iter().map(|item| spelled(key, item)).collect::<Result<Vec<_>, _>>()?;
            Ok(items.join(","))
        }
        _ => Err(Failure::text(format!("`{key}` must be a text or a list of texts"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::door::Door;
    use super::*;

    /// A directory that is closed, in one that is.
    fn inbox() -> (tempfile::TempDir, std::path::PathBuf, Since) {
        use std::os::unix::fs::DirBuilderExt;
        let above = tempfile::tempdir().unwrap();
        let dir = above.path().join("orders");
        std::fs::DirBuilder::new().mode(0o700).create(&dir).unwrap();
        let since = Door::default().look(&dir).unwrap();
        (above, dir, since)
    }

    #[test]
    fn a_file_says_what_a_command_line_says() {
        let said = |text: &str| words(text).unwrap().join(" ");
        assert_eq!(
            said("command = 'start'\nreason = 'drill'\nscope = ['@dba', 'vendor:x']\nuntil = '2h'"),
            "--json lockdown start --reason=drill --scope=@dba,vendor:x --until=2h --"
        );
        assert_eq!(
            said(
                "command = 'allow'\noperator = 'li-lei'\nid = 'may'\nticket = 'T-1'\nuntil = 2026-05-01T08:00:00Z"
            ),
            "--json lockdown allow --ticket=T-1 --until=2026-05-01T08:00:00Z -- may li-lei"
        );
        assert_eq!(
            said("command = 'lift'\nid = '--help'\nreason = '-x'"),
            "--json lockdown lift --reason=-x -- --help"
        );
    }

    #[test]
    fn what_is_no_order_is_refused() {
        for text in
            ["", "command = 5", "command = 'codes'", "command = 'start'\nreason = 5", "command = ", "x"]
        {
            assert!(words(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_file_that_its_owner_alone_can_write_is_read() {
        use std::os::unix::fs::PermissionsExt;
        let (_above, dir, since) = inbox();
        let path = dir.join("a.toml");
        let read = |path: &Path| super::read(path, since);
        std::fs::write(&path, "command = 'lift'\nid = 'x'\nreason = 'y'").unwrap();
        assert!(read(&path).is_ok());
        for mode in [0o620, 0o602] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(read(&path).is_err_and(|(why, _)| why.contains("chmod go-w")), "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let (link, twin) = (dir.join("b.toml"), dir.join("c.toml"));
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(read(&link).is_err(), "a link");
        std::fs::hard_link(&path, &twin).unwrap();
        assert!(read(&path).is_err(), "a file of two names");
        std::fs::remove_file(&twin).unwrap();
        assert!(read(&path).is_ok());
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&path, Some(65_534), None).unwrap();
            assert!(read(&path).is_err_and(|(why, _)| why.contains("alone order here")), "another's");
        }
    }

    #[test]
    fn what_is_not_a_file_is_refused_at_once() {
        let (_above, dir, since) = inbox();
        let path = dir.join("a.toml");
        crate::platform::regular::testing::each(&path, |kind| {
            assert!(super::read(&path, since).is_err_and(|(_, making)| !making), "{kind}");
        });
    }

    #[test]
    fn a_file_in_the_making_is_left_alone_for_a_while() {
        let (_above, dir, since) = inbox();
        let path = dir.join("a.toml");
        let read = |path: &Path| super::read(path, since);
        for text in ["", "command = 'sta"] {
            std::fs::write(&path, text).unwrap();
            assert!(read(&path).is_err_and(|(_, making)| making), "{text:?}");
        }
        let old = std::time::SystemTime::now() - Duration::from_secs(10);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        assert!(read(&path).is_err_and(|(_, making)| !making));
    }
}
