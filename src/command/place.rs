//! Where a line runs.

/// Where a line is going to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the prompt of an interactive shell: `!!` means an earlier line, and what a shell without a script
    /// is told is typed, and so judged, too.
    Terminal,
    /// As the command of an SSH exec request: nobody sees what its standard input says.
    Exec,
}
