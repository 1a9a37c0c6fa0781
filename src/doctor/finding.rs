//! What a check finds, and how that is told.

/// What a check found.
pub(super) enum Finding {
    Fine,
    /// The gateway serves as it is; somebody may still trip over it.
    Note(String),
    /// What it is, and the mend.
    Wrong(String),
}

impl From<Result<(), String>> for Finding {
    fn from(found: Result<(), String>) -> Self {
        found.map_or_else(Self::Wrong, |()| Self::Fine)
    }
}

impl Finding {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Note(_) => "note",
            Self::Wrong(_) => "wrong",
        }
    }

    pub(super) fn said(&self) -> Option<&str> {
        match self {
            Self::Fine => None,
            Self::Note(text) | Self::Wrong(text) => Some(text),
        }
    }

    pub(super) fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}
