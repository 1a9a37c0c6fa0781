//! What is wrong with a text that is not a time.

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTime {
    #[error(
        "{0:?} is not a time: write 2026-05-01, \"2026-05-01 18:00\", 2026-05-01T18:00:00+08:00, 18:00, today, \
         tomorrow, or a length such as 2h"
    )]
    Form(String),
    #[error("there is no {0} in the calendar")]
    Date(String),
    #[error("{0:?} is not a time zone: write an offset such as +08:00, or a name such as Asia/Shanghai")]
    Zone(String),
    #[error("{text:?} is skipped where clocks are put forward: write {before} or {after}")]
    Skipped { text: String, before: String, after: String },
    #[error("{text:?} is there twice, since clocks are put back: write {first} or {second}")]
    Twice { text: String, first: String, second: String },
    #[error("{0:?} counts from the moment at which it is read: write a date, or a date and a time")]
    Relative(String),
    #[error("{0:?} is further away than times can say")]
    Far(String),
}

/// As much of a text as a message holds.
pub(super) fn brief(text: &str) -> String {
    text.chars().take(64).collect()
}
