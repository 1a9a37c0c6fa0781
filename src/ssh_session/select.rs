//! The second step: what somebody wants to do where they go.

use std::time::Duration;

use crate::domain::{FileAccess, Protocol};
use crate::files;
use crate::ssh::{Channel, ChannelEvent, Start, Terminal};

/// What one session channel is for.
#[derive(Debug, Clone)]
pub(super) struct ChannelRequest {
    pub start: Start,
    pub terminal: Option<Terminal>,
    pub env: Vec<(String, String)>,
    /// Requests that were refused on the way, for the journal.
    pub refused: Vec<&'static str>,
}

/// How long a client may take from opening a channel to saying what it is for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Gathers the requests that come before the start; `None` when the channel ends without one.
pub(super) async fn channel_request(channel: &mut Channel) -> Option<ChannelRequest> {
    tokio::time::timeout(PATIENCE, gather(channel)).await.ok().flatten()
}

async fn gather(channel: &mut Channel) -> Option<ChannelRequest> {
    let (mut terminal, mut env, mut refused): (Option<Terminal>, _, _) = (None, Vec::new(), Vec::new());
    loop {
        match channel.inbox.next().await? {
            ChannelEvent::Start(start) => return Some(ChannelRequest { start, terminal, env, refused }),
            ChannelEvent::Terminal(wanted) => terminal = Some(wanted),
            ChannelEvent::Env(name, value) => env.push((name, value)),
            ChannelEvent::Resize { columns, rows, pixel_width, pixel_height } => {
                if let Some(terminal) = &mut terminal {
                    *terminal = Terminal { columns, rows, pixel_width, pixel_height, ..terminal.clone() };
                }
            }
            ChannelEvent::Refused(what) => refused.push(what),
            ChannelEvent::Close => return None,
            _ => {}
        }
    }
}

impl ChannelRequest {
    /// What has no request of a client's: the menu's shell, a forward.
    pub(super) fn shell(terminal: Option<Terminal>, env: Vec<(String, String)>) -> Self {
        Self { start: Start::Shell, terminal, env, refused: vec![] }
    }

    /// The protocol in the policy's sense, and what classic scp is about to do.
    pub(super) fn protocol(&self) -> Option<(Protocol, FileAccess)> {
        match &self.start {
            Start::Shell => Some((Protocol::Shell, FileAccess::List)),
            Start::Subsystem(name) if name == "sftp" => Some((Protocol::Sftp, FileAccess::List)),
            Start::Subsystem(_) => None,
            Start::Exec(command) => Some(match files::scp::parse(command) {
                Some(access) => (Protocol::Scp, access),
                None => (Protocol::Exec, FileAccess::List),
            }),
        }
    }

    /// Leaves out what would have the asset's shell read bytes in another way than the judge does: under GBK the
    /// second byte of a character can be a backslash.
    pub(super) fn speak_utf8(&mut self) {
        self.env.retain(|(_, locale)| is_utf8(locale));
    }

    /// What a person is told that it is: never the command's text, which may hold a secret.
    pub(super) fn noun(&self) -> &'static str {
        match &self.start {
            Start::Exec(_) => "the command",
            Start::Subsystem(_) => "the subsystem",
            Start::Shell => "the shell",
        }
    }

    /// The key of the text for a person whose asset refused to start it.
    pub(super) fn refused_start(&self) -> String {
        let what = match &self.start {
            Start::Exec(_) => "command",
            Start::Subsystem(_) => "subsystem",
            Start::Shell => "shell",
        };
        format!("asset.start-{what}")
    }

    /// The command as text, for the journal and the recording.
    pub(super) fn command(&self) -> Option<String> {
        match &self.start {
            Start::Exec(command) => Some(String::from_utf8_lossy(command).into_owned()),
            Start::Subsystem(name) => Some(name.clone()),
            Start::Shell => None,
        }
    }
}

/// Has a locale (`zh_CN.UTF-8@modifier`) no other characters than UTF-8's? One without a name for its
/// characters has an old set.
fn is_utf8(locale: &str) -> bool {
    let name = locale.split('@').next().unwrap_or_default();
    let characters =
        name.split_once('.').map(|(_, characters)| characters.to_ascii_lowercase().replace('-', ""));
    matches!(name, "" | "C" | "POSIX") || characters.as_deref() == Some("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_locales_that_the_judge_reads_are_passed_on() {
        for good in ["", "C", "POSIX", "C.UTF-8", "zh_CN.utf8", "zh_CN.UTF-8@pinyin"] {
            assert!(is_utf8(good), "{good}");
        }
        for other in ["zh_CN", "zh_CN.GBK", "zh_CN.GB18030", "zh_CN.GBK@utf8", "ja_JP.SJIS", "UTF-8"] {
            assert!(!is_utf8(other), "{other}");
        }
    }
}
