//! Where a person can be told something, whatever protocol they came by.

use super::record::ChannelRecorder;

/// Somebody who sees what is shown to them.
pub(crate) trait Audience: Sync {
    /// Shows this text as it is. Returns when it was taken, or when nobody is there any more: the end of a channel is
    /// heard elsewhere.
    fn show(&self, text: String) -> impl Future<Output = ()> + Send;
}

/// An audience whose recording shows what it was told.
pub(crate) struct Notifier<'a, A> {
    pub audience: &'a A,
    pub tape: &'a ChannelRecorder,
}

impl<A> Clone for Notifier<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Notifier<'_, A> {}

/// One line for a person who waits. Whoever does not read it is waiting for nothing else either.
pub(crate) async fn tell<A: Audience>(ear: Option<Notifier<'_, A>>, text: &str) {
    let Some(Notifier { audience, tape }) = ear else { return };
    tape.said_line(text);
    let end = if tape.is_terminal() { "\r\n" } else { "\n" };
    audience.show(format!("{text}{end}")).await;
}
