//! What lies in the gateway's directories: whose it is, and who else may read or write it.

use std::fs::Metadata;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::finding::Finding;
use super::told::told;
use crate::admin;
use crate::config::Config;
use crate::console;
use crate::platform::host_user::user_name;

/// Most files that are looked at: the recordings of some years.
const LOOKED_AT: usize = 500_000;

/// Most files that are named.
const NAMED: usize = 5;

/// Everything in the data directory and among the recordings but the policy files, which an administrator writes, and
/// whose it should be.
struct Tree {
    /// The user that the gateway runs as: the data directory is theirs.
    user: u32,
    found: Vec<(PathBuf, Metadata)>,
}

/// What is told of the files: one finding for each matter.
pub(super) fn findings(config: &Config) -> Vec<(&'static str, Finding)> {
    let Some(tree) = Tree::of(config) else { return Vec::new() };
    let recorded = |path: &Path| path.starts_with(&config.recordings);
    vec![
        ("files", tree.files(config).into()),
        ("owners", tree.owners(config).into()),
        ("policy_dir.owners", tree.policies(config)),
        ("run", tree.run(config).into()),
        ("recordings.modes", tree.closed(config, 0o077, "doctor.readable", recorded).into()),
        ("data_dir.modes", tree.closed(config, 0o022, "doctor.writable", |path| !recorded(path)).into()),
    ]
}

impl Tree {
    /// `None` where there is no data directory: that is told by a check of its own.
    fn of(config: &Config) -> Option<Self> {
        let about = std::fs::metadata(&config.data_dir).ok()?;
        let mut tree = Self { user: about.uid(), found: Vec::new() };
        tree.walk(&config.data_dir, &config.policy_dir);
        if !config.recordings.starts_with(&config.data_dir) {
            tree.walk(&config.recordings, &config.policy_dir);
        }
        Some(tree)
    }

    /// No link is followed.
    fn walk(&mut self, top: &Path, apart: &Path) {
        let mut waiting = vec![top.to_owned()];
        while let Some(path) = waiting.pop() {
            if path == apart {
                continue;
            }
            let Ok(about) = std::fs::symlink_metadata(&path) else { continue }; // it may have gone meanwhile
            if about.is_dir() {
                let below = std::fs::read_dir(&path).into_iter().flatten().flatten();
                waiting.extend(below.map(|entry| entry.path()));
            }
            self.found.push((path, about));
            if self.found.len() >= LOOKED_AT {
                return;
            }
        }
    }

    /// Links are told by whoever does not follow them.
    fn files(&self, config: &Config) -> Result<(), String> {
        let socket = console::control_path(&config.data_dir);
        let odd = self.found.iter().filter(|(path, about)| {
            let kind = about.file_type();
            !(kind.is_file() || kind.is_dir() || kind.is_symlink() || *path == socket)
        });
        named(odd.map(|(path, _)| path.as_path()), |count, files| {
            told!(config, "doctor.odd", count = count, files = files)
        })
    }

    fn is_strange(&self, about: &Metadata) -> bool {
        about.uid() != 0 && about.uid() != self.user
    }

    /// Whoever owns a file may change it, whatever its mode.
    fn owners(&self, config: &Config) -> Result<(), String> {
        let me = rustix::process::geteuid();
        if !me.is_root() && me.as_raw() != self.user && self.user != 0 {
            let user = user_name(self.user);
            return Err(told!(config, "doctor.run-as", user = user));
        }
        let strange = self.found.iter().filter(|(_, about)| self.is_strange(about));
        let user = user_name(self.user);
        named(strange.map(|(path, _)| path.as_path()), |count, files| {
            told!(config, "doctor.owners", count = count, user = user, files = files)
        })
    }

    /// Whoever owns a policy file decides at the next `policy apply`: that may be meant.
    fn policies(&self, config: &Config) -> Finding {
        let files = admin::read_policy(&config.policy_dir, config.language).unwrap_or_default();
        let paths =
            std::iter::once(config.policy_dir.clone()).chain(files.into_iter().map(|it| it.path.into()));
        let strange: Vec<PathBuf> =
            paths.filter(|path| std::fs::metadata(path).is_ok_and(|about| self.is_strange(&about))).collect();
        let told = named(strange.iter().map(PathBuf::as_path), |count, files| {
            told!(config, "doctor.policy-owners", count = count, files = files)
        });
        told.map_or_else(Finding::Note, |()| Finding::Fine)
    }

    /// Who reaches the control socket may do everything.
    fn run(&self, config: &Config) -> Result<(), String> {
        let socket = console::control_path(&config.data_dir);
        let dir = socket.parent().unwrap_or(&config.data_dir);
        for (path, about) in self.found.iter().filter(|(path, _)| path.starts_with(dir)) {
            if path == dir && about.mode() & 0o077 != 0 {
                return Err(told!(config, "doctor.socket-open", dir = dir.display().to_string()));
            }
            if *path == socket && !about.file_type().is_socket() {
                return Err(told!(config, "doctor.not-socket", path = path.display().to_string()));
            }
        }
        Ok(())
    }

    /// What others may do to those files that `which` takes. A link has no mode of its own.
    fn closed(
        &self,
        config: &Config,
        bits: u32,
        key: &str,
        which: impl Fn(&Path) -> bool,
    ) -> Result<(), String> {
        let modes =
            self.found.iter().filter(|(_, about)| !about.is_symlink() && !about.file_type().is_socket());
        let open = modes.filter(|(path, about)| about.mode() & bits != 0 && which(path));
        named(open.map(|(path, _)| path.as_path()), |count, files| {
            told!(config, key, count = count, files = files)
        })
    }
}

/// How many, and the first of them.
fn named<'a>(
    files: impl Iterator<Item = &'a Path>,
    say: impl FnOnce(String, String) -> String,
) -> Result<(), String> {
    let files: Vec<_> = files.map(|path| path.display().to_string()).collect();
    let first: Vec<_> = files.iter().take(NAMED).map(String::as_str).collect();
    if files.is_empty() { Ok(()) } else { Err(say(files.len().to_string(), first.join(" "))) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::Language;

    fn installation() -> (tempfile::TempDir, Config) {
        let dir = tempfile::tempdir().unwrap();
        let config = Config { language: Language::English, ..Config::under(dir.path()) };
        for below in ["run", "orders", "recordings/2026/04/24"] {
            fs::create_dir_all(dir.path().join(below)).unwrap();
        }
        for file in ["juyong.db", "orders/a.toml", "recordings/2026/04/24/x.cast"] {
            fs::write(dir.path().join(file), "").unwrap();
        }
        let mut waiting = vec![dir.path().to_owned()];
        while let Some(path) = waiting.pop() {
            let is_dir = path.is_dir();
            mode(&path, if is_dir { 0o700 } else { 0o600 });
            if is_dir {
                waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        (dir, config)
    }

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    /// What is not fine, each as `check: text`.
    fn told(config: &Config) -> Vec<String> {
        let all = findings(config).into_iter();
        all.filter_map(|(what, found)| Some(format!("{what}: {}", found.said()?))).collect()
    }

    #[test]
    fn a_good_installation_is_fine() {
        let (_dir, config) = installation();
        assert_eq!(told(&config), Vec::<String>::new());
    }

    #[test]
    fn what_others_may_touch_is_told_with_its_mend() {
        let (dir, config) = installation();
        for (path, bad, good, says) in [
            (
                "run",
                0o755,
                0o700,
                "run: others can reach the control socket, and give every command: run `chmod 700 ",
            ),
            (
                "recordings/2026/04/24/x.cast",
                0o640,
                0o600,
                "recordings.modes: others can read 1: run `chmod go-rwx ",
            ),
            ("recordings/2026/04", 0o750, 0o700, "recordings.modes: others can read 1: run `chmod go-rwx "),
            ("orders", 0o770, 0o700, "data_dir.modes: others can write 1: run `chmod go-w "),
            ("juyong.db", 0o606, 0o600, "data_dir.modes: others can write 1: run `chmod go-w "),
        ] {
            let path = dir.path().join(path);
            mode(&path, bad);
            let found = told(&config);
            assert!(found.len() == 1 && found[0].starts_with(says), "{found:?}");
            assert!(found[0].ends_with(&format!("{}`", path.display())), "{found:?}");
            mode(&path, good);
        }
        fs::write(dir.path().join("run/control.sock"), "").unwrap();
        mode(&dir.path().join("run/control.sock"), 0o600);
        assert!(told(&config)[0].contains("control.sock is not a socket"), "{:?}", told(&config));
    }

    #[test]
    fn what_is_not_a_file_is_told() {
        let (dir, config) = installation();
        let pipe = dir.path().join("lock");
        crate::platform::regular::testing::each(&pipe, |kind| {
            let found = told(&config);
            let fine = ["a symbolic link", "a directory"].contains(&kind);
            let said = found
                .iter()
                .any(|told| told.starts_with("files: 1 are not files") && told.ends_with("/lock"));
            assert_eq!(said, !fine, "{kind}: {found:?}");
        });
    }

    /// Only root gives files away.
    #[test]
    fn what_belongs_to_somebody_else_is_told() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let (dir, config) = installation();
        let cast = dir.path().join("recordings/2026/04/24/x.cast");
        std::os::unix::fs::chown(&cast, Some(65_534), None).unwrap();
        let found = told(&config);
        assert!(
            found.len() == 1 && found[0].starts_with("owners: 1 belong to somebody else than root"),
            "{found:?}"
        );
        assert!(found[0].ends_with(&format!("{}`", cast.display())), "{found:?}");
        std::os::unix::fs::chown(&cast, Some(0), None).unwrap();
        let policies = &config.policy_dir;
        fs::create_dir_all(policies).unwrap();
        mode(policies, 0o700);
        fs::write(policies.join("all.toml"), "").unwrap();
        mode(&policies.join("all.toml"), 0o600);
        std::os::unix::fs::chown(policies.join("all.toml"), Some(65_534), None).unwrap();
        let found = told(&config);
        assert!(found.iter().any(|told| told.contains("decides at the next `policy apply`")), "{found:?}");
    }
}
