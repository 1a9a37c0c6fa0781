//! What each SFTP request does to files (draft-ietf-secsh-filexfer-02 §6, OpenSSH's PROTOCOL §4).

use super::own::Writing;
use crate::domain::FileAccess::{self, Change, Download, List, Upload};

/// The access that a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    All(&'static [FileAccess]),
    Any(&'static [FileAccess]),
    /// We do not know what it would do, so it is not done.
    Unknown,
}

/// What follows a request's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `SSH_FXP_INIT` has its version where others have their id.
    Version,
    Path,
    /// A path and the attributes that it gets.
    Stamp,
    /// From one path to another.
    Paths,
    /// A path, what to open it for, and the attributes of what is made.
    Open,
    Handle,
    /// A handle and the attributes that it gets.
    StampOpen,
    /// A handle and then bulk: decided before all of it is there.
    Bulk,
    /// A name and what the extension makes of the rest.
    Extended,
    Other,
}

/// What a change needs on what the channel made itself: it belongs to its upload.
pub(super) const ON_OWN: Need = Need::Any(&[Upload, Change]);

/// What set-id and sticky bits need beside: what an upload makes has none.
pub(super) const SPECIAL: Need = Need::All(&[Change]);

/// What the length of an open file needs.
pub(super) const LENGTH: Need = ON_OWN;

/// Type, name, shape, need.
type Request = (u8, &'static str, Shape, Need);

/// The same without the type: extensions are known by name.
type Known = (&'static str, Shape, Need);

const LIST: Need = Need::All(&[List]);
const DOWNLOAD: Need = Need::All(&[Download]);
const UPLOAD: Need = Need::All(&[Upload]);
const CHANGE: Need = Need::All(&[Change]);

const REQUESTS: [Request; 20] = [
    (1, "init", Shape::Version, LIST),
    (3, "open", Shape::Open, LIST),
    (4, "close", Shape::Handle, LIST),
    (5, "read", Shape::Bulk, DOWNLOAD),
    (6, "write", Shape::Bulk, UPLOAD),
    (7, "lstat", Shape::Path, LIST),
    (8, "fstat", Shape::Handle, LIST),
    (9, "setstat", Shape::Stamp, CHANGE),
    (10, "fsetstat", Shape::StampOpen, CHANGE),
    (11, "opendir", Shape::Path, LIST),
    (12, "readdir", Shape::Handle, LIST),
    (13, "remove", Shape::Path, CHANGE),
    // A recursive upload makes directories.
    (14, "mkdir", Shape::Stamp, Need::Any(&[Upload, Change])),
    (15, "rmdir", Shape::Path, CHANGE),
    (16, "realpath", Shape::Path, LIST),
    (17, "stat", Shape::Path, LIST),
    (18, "rename", Shape::Paths, CHANGE),
    (19, "readlink", Shape::Path, LIST),
    (20, "symlink", Shape::Path, CHANGE),
    (200, "extended", Shape::Extended, Need::Unknown),
];

const EXTENSIONS: [Known; 11] = [
    ("posix-rename@openssh.com", Shape::Paths, CHANGE),
    ("hardlink@openssh.com", Shape::Path, CHANGE),
    ("lsetstat@openssh.com", Shape::Stamp, CHANGE),
    // Its handles were opened by requests that were judged, one to read and one to write.
    ("copy-data", Shape::Handle, CHANGE),
    ("statvfs@openssh.com", Shape::Path, LIST),
    ("fstatvfs@openssh.com", Shape::Handle, LIST),
    ("limits@openssh.com", Shape::Other, LIST),
    ("expand-path@openssh.com", Shape::Path, LIST),
    ("home-directory", Shape::Other, LIST),
    ("users-groups-by-id@openssh.com", Shape::Other, LIST),
    ("fsync@openssh.com", Shape::Handle, UPLOAD),
];

const UNKNOWN: Known = ("unknown", Shape::Other, Need::Unknown);

/// A request by its type.
pub(super) fn of_request(kind: u8) -> Known {
    let known = REQUESTS.into_iter().find(|known| known.0 == kind);
    known.map_or(UNKNOWN, |(_, what, shape, need)| (what, shape, need))
}

/// An `SSH_FXP_EXTENDED` request by its name.
pub(super) fn of_extension(name: &[u8]) -> Known {
    EXTENSIONS.into_iter().find(|known| known.0.as_bytes() == name).unwrap_or(UNKNOWN)
}

/// What the flags leave of a file that was there (§6.3): `None` where it is not even written to. One that is made
/// anew holds nothing but what comes by this handle: it did not exist (`SSH_FXF_EXCL`), or it is emptied (`SSH_FXF_TRUNC`).
pub(super) fn writes(pflags: u32) -> Option<Writing> {
    const WRITE: u32 = 2;
    const CREATE: u32 = 8;
    const EMPTY_OR_NEW: u32 = 0x10 | 0x20;
    (pflags & WRITE != 0).then_some(match (pflags & CREATE != 0, pflags & EMPTY_OR_NEW != 0) {
        (true, true) => Writing::Anew,
        (true, false) => Writing::Perhaps,
        (false, _) => Writing::On,
    })
}

/// What `pflags` ask for (§6.3). Every flag but `SSH_FXF_READ` is about writing, or unknown to us.
pub(super) fn of_opening(pflags: u32) -> Need {
    match (pflags & 1 != 0, pflags & !1 != 0) {
        (false, false) => LIST,
        (true, false) => DOWNLOAD,
        (false, true) => UPLOAD,
        (true, true) => Need::All(&[Download, Upload]),
    }
}
