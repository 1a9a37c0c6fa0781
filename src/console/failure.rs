//! Why a command failed, as it is told.

/// One line that says what, where and the mend.
#[derive(Debug)]
pub struct Failure(pub String);

impl Failure {
    /// What is wrong, after where it is: an option.
    pub(super) fn at(place: &str, what: &str) -> Self {
        Self(format!("{place}: {what}"))
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
