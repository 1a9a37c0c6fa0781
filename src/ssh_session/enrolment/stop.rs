use crate::access::enrolment::Unenrolled;
use crate::ssh_session::prompt::ChannelPrompt;

/// Why the next step of an enrolment does not come.
pub(super) enum Stop {
    Left,
    Failed(&'static str),
}

impl From<Unenrolled> for Stop {
    fn from(error: Unenrolled) -> Self {
        tracing::warn!(%error, "an enrolment came to nothing");
        Self::Failed(error.word())
    }
}

pub(super) async fn said(prompt: &ChannelPrompt<'_>, text: &str) -> Result<(), Stop> {
    prompt.show(&format!("{text}\n")).await.then_some(()).ok_or(Stop::Left)
}
