//! What the prompt answers itself: where commands run, what may be run, what was typed.

use crate::access::outcome::NotRelayed;
use std::time::Duration;

use super::{Desk, Step, words};
use crate::access::outcome::ChannelEnd;
use crate::domain::plain;
use crate::event::Ending;
use crate::ssh::{Channel, ChannelEvent as Said, Outlet};
use crate::ssh_session::farewell;
use crate::strict::{Directory, Own, directory_of};

/// The asset's answer to where a path leads is a path, and perhaps a greeting before it.
const LONGEST_ANSWER: usize = 16 * 1024;

/// How long it may take: a file system that hangs must not hang the prompt for good.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the asset said.
#[derive(Default)]
struct Answer {
    out: Vec<u8>,
    errors: Vec<u8>,
    done: bool,
}

impl Desk<'_> {
    /// Where a login begins. An asset that cannot be entered has no prompt either.
    pub(super) async fn begin(&mut self) -> Step<()> {
        match self.ask_asset(None).await {
            Ok(answer) => self.place.home = answer.directory(),
            Err(NotRelayed::Unreachable(line, reason)) => {
                self.room.session.note(Ending::Error, reason);
                farewell::part(self.near, true, &line, self.room.then).await;
                return Err(ChannelEnd::Closed);
            }
            Err(stopped) => self.not_started(stopped).await?,
        }
        self.place.here = self.place.home.clone();
        Ok(())
    }

    pub(super) async fn own(&mut self, line: &str, own: Own) -> Step<()> {
        self.room.referee.note(line).await?;
        self.status = None;
        match own {
            Own::Cd(None) => self.go(self.place.home.clone()),
            Own::Cd(Some(path)) => self.cd(&path).await?,
            Own::CdBack => match self.place.before.clone() {
                Some(before) => self.cd(before.as_str()).await?,
                None => self.say(&words::with(self.services(), "strict.no-before", "")).await?,
            },
            Own::Pwd => {
                let here = self.place.here.as_ref().map(ToString::to_string).unwrap_or_default();
                self.say(&here).await?;
            }
            Own::Help => {
                self.say(&words::strict_help(self.services(), &self.room.referee.programs())).await?
            }
            Own::History => {
                let lines = self.editor.history().iter().enumerate();
                let lines: Vec<String> = lines.map(|(at, line)| format!("{:>4}  {line}", at + 1)).collect();
                self.say(&lines.join("\n")).await?;
            }
            Own::Exit => {}
        }
        Ok(())
    }

    async fn cd(&mut self, path: &str) -> Step<()> {
        let there = self.look(path).await?;
        if there.is_some() {
            self.go(there);
        }
        Ok(())
    }

    fn go(&mut self, there: Option<Directory>) {
        self.place.before = std::mem::replace(&mut self.place.here, there);
    }

    /// Where a path leads. `None`: nowhere, and the person was told why.
    async fn look(&mut self, path: &str) -> Step<Option<Directory>> {
        let answer = match self.ask_asset(Some(path)).await {
            Ok(answer) => answer,
            Err(stopped) => return self.not_started(stopped).await.map(|()| None),
        };
        let there = answer.directory();
        if there.is_none() {
            self.status = Some(farewell::REFUSED.to_string());
            self.say(&words::strict_no_directory(self.services(), path, &answer.why())).await?;
        }
        Ok(there)
    }

    async fn ask_asset(&self, path: Option<&str>) -> Result<Answer, NotRelayed> {
        let command = directory_of(path, self.place.here.as_ref());
        let mut far = self.start(command, None).await?;
        let answer = tokio::time::timeout(PATIENCE, listen(&mut far)).await.unwrap_or_default();
        let _ = far.outlet.close().await; // it closed first, or is gone
        Ok(answer)
    }
}

impl Answer {
    fn directory(&self) -> Option<Directory> {
        if self.done { Directory::printed(&self.out) } else { None }
    }

    /// The last line of what it complained of.
    fn why(&self) -> String {
        plain(String::from_utf8_lossy(&self.errors).lines().last().unwrap_or_default())
    }
}

/// All that it says, up to its end.
async fn listen(far: &mut Channel) -> Answer {
    let mut answer = Answer::default();
    while let Some(event) = far.inbox.next().await {
        match event {
            Said::Data(bytes) => keep(&mut answer.out, &bytes, &far.outlet).await,
            Said::Errors(bytes) => keep(&mut answer.errors, &bytes, &far.outlet).await,
            Said::ExitStatus(status) => answer.done = status == 0,
            Said::Close => break,
            _ => {}
        }
    }
    answer
}

async fn keep(kept: &mut Vec<u8>, bytes: &[u8], far: &Outlet) {
    let room = LONGEST_ANSWER.saturating_sub(kept.len());
    kept.extend(bytes.iter().take(room));
    let _ = far.credit(bytes.len()).await; // gone: its inbox ends
}
