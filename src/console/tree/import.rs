//! The words of `juyong operator import` and `juyong asset import`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::domain::Remark;

#[derive(Debug, Args)]
pub struct Import {
    /// The roster: CSV in UTF-8 or GB18030, or xlsx; - reads it from standard input.
    pub file: PathBuf,
    /// Why, for `policy history`; needed unless nothing is changed.
    #[arg(long, required_unless_present = "dry_run")]
    pub reason: Option<Remark>,
    /// Checks and shows what would change, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Takes groups that nothing is in yet. Without it such a group is taken for mistyped.
    #[arg(long)]
    pub new_groups: bool,
}

impl Import {
    /// The file on the caller's machine, with the word for it; none where it comes by standard input.
    pub(super) fn path(&self) -> Option<(&'static str, &PathBuf)> {
        (self.file != Path::new("-")).then_some(("FILE", &self.file))
    }
}
