//! Whether the directory of orders is closed to everybody but root and the gateway's own user, and since when: what came
//! while it was open is no order, also once it is closed again.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A file and its directory that are changed by one rename may have the kernel's time of two ticks.
const ONE_CHANGE: i128 = 50_000_000;

/// Nanoseconds since 1970, by the clock of the file system.
type Moment = i128;

/// What is known of the directory from looking at it again and again.
#[derive(Debug, Default)]
pub(super) struct Door {
    /// From then on nobody else could put anything in.
    closed_since: Option<Moment>,
    /// When it was last changed, as of the last look.
    changed: Option<Moment>,
}

/// Only a file that came after this is an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since(Moment);

impl Since {
    /// A name, an owner, a mode or a text that is given to a file counts as its coming.
    pub(super) fn holds(self, file: &Metadata) -> bool {
        changed(file) >= self.0.saturating_sub(ONE_CHANGE)
    }
}

impl Door {
    /// Looks at the directory. What it was before the first look nobody knows: only what came after its last change
    /// counts then, and the same when its mode or owner was changed since the last look.
    ///
    /// # Errors
    /// Why others could put something in now.
    pub(super) fn look(&mut self, dir: &Path) -> Result<Since, String> {
        match closed(dir) {
            Ok(about) => {
                let now = changed(&about);
                // A new name changes both times; what changes one alone is a mode, an owner, a time that was set.
                let names = i128::from(about.mtime()) * 1_000_000_000 + i128::from(about.mtime_nsec());
                if now != names && self.changed.is_some_and(|before| before != now) {
                    self.closed_since = None;
                }
                self.changed = Some(now);
                Ok(Since(*self.closed_since.get_or_insert(now)))
            }
            Err(open) => {
                *self = Self::default();
                Err(open)
            }
        }
    }
}

fn changed(about: &Metadata) -> Moment {
    i128::from(about.ctime()) * 1_000_000_000 + i128::from(about.ctime_nsec())
}

/// The directory, if root and the gateway's user alone can write to it and to the one that it stands in.
fn closed(dir: &Path) -> Result<Metadata, String> {
    if let Some(above) = dir.parent() {
        alone(above, &std::fs::metadata(above).map_err(|error| format!("{}: {error}", above.display()))?)?;
    }
    let about = std::fs::symlink_metadata(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    if !about.is_dir() {
        return Err(format!("{}: this is not a directory of its own", dir.display()));
    }
    alone(dir, &about)?;
    Ok(about)
}

fn alone(dir: &Path, about: &Metadata) -> Result<(), String> {
    let dir = dir.display();
    if !is_ours(about) {
        let mend = "whoever owns it could order here: chown it to the user that the gateway runs as";
        return Err(format!("{dir}: {mend}"));
    }
    match about.mode() & 0o022 {
        0 => Ok(()),
        _ => Err(format!("{dir}: its group or others could order here: chmod go-w")),
    }
}

/// Root's, or the gateway's own.
pub(super) fn is_ours(about: &Metadata) -> bool {
    about.uid() == 0 || about.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    struct Orders(tempfile::TempDir);

    impl Orders {
        fn new() -> Self {
            let orders = Self(tempfile::tempdir().unwrap());
            fs::create_dir(orders.dir()).unwrap();
            orders.mode(0o700);
            orders
        }

        fn dir(&self) -> PathBuf {
            self.0.path().join("orders")
        }

        fn mode(&self, mode: u32) {
            fs::set_permissions(self.dir(), Permissions::from_mode(mode)).unwrap();
            pass();
        }

        fn put(&self, name: &str) -> PathBuf {
            let path = self.dir().join(name);
            fs::write(&path, "").unwrap();
            pass();
            path
        }
    }

    /// Until the file system's clock tells two changes apart.
    fn pass() {
        std::thread::sleep(std::time::Duration::from_millis(120));
    }

    fn counts(since: Since, path: &Path) -> bool {
        since.holds(&fs::symlink_metadata(path).unwrap())
    }

    /// attack 21: an order that was planted while the directory was open ran once it was closed again.
    #[test]
    fn what_came_while_it_was_open_never_counts() {
        let (orders, mut door) = (Orders::new(), Door::default());
        let since = door.look(&orders.dir()).unwrap();
        let early = orders.put("early");
        assert!(counts(since, &early));
        for open in [0o770, 0o702, 0o777] {
            orders.mode(open);
            assert!(door.look(&orders.dir()).unwrap_err().ends_with("chmod go-w"));
            let planted = orders.put("planted");
            orders.mode(0o700);
            let since = door.look(&orders.dir()).unwrap();
            assert!(!counts(since, &planted) && !counts(since, &early), "{open:o}");
            let after = orders.put("after");
            let since = door.look(&orders.dir()).unwrap();
            assert!(counts(since, &after) && !counts(since, &planted), "{open:o}");
            fs::rename(&planted, orders.dir().join("put in anew")).unwrap();
            assert!(counts(since, &orders.dir().join("put in anew")));
        }
    }

    /// The same between two looks, and while no gateway ran.
    #[test]
    fn a_mode_that_was_changed_and_changed_back_is_seen() {
        let (orders, mut door) = (Orders::new(), Door::default());
        door.look(&orders.dir()).unwrap();
        orders.mode(0o770);
        let planted = orders.put("planted");
        orders.mode(0o700);
        assert!(!counts(door.look(&orders.dir()).unwrap(), &planted), "between two looks");
        assert!(!counts(Door::default().look(&orders.dir()).unwrap(), &planted), "before the first");
        let waiting = orders.put("waiting");
        let since = Door::default().look(&orders.dir()).unwrap();
        assert!(counts(since, &waiting), "the last change of the directory");
        assert!(!counts(since, &planted));
    }

    #[test]
    fn a_link_is_not_the_directory() {
        let (orders, mut door) = (Orders::new(), Door::default());
        let link = orders.0.path().join("link");
        std::os::unix::fs::symlink(orders.dir(), &link).unwrap();
        assert!(door.look(&link).unwrap_err().contains("not a directory of its own"));
    }
}
