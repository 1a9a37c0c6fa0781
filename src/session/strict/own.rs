//! What the prompt answers itself: where commands run, what may be run, what was typed.

use std::time::Duration;

use super::{Desk, Said, Step, words};
use crate::evidence::plain;
use crate::session::channel::REFUSED;
use crate::session::relay::End;
use crate::ssh::{Channel, Outlet};
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
    /// Where a login begins.
    pub(super) async fn begin(&mut self) -> Step<()> {
        self.place.home = self.look(None).await?;
        self.place.here = self.place.home.clone();
        self.status = None;
        Ok(())
    }

    pub(super) async fn own(&mut self, line: &str, own: Own) -> Step<()> {
        self.room.tape.marker(line).map_err(End::NotRecorded)?;
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
        let there = self.look(Some(path)).await?;
        if there.is_some() {
            self.go(there);
        }
        Ok(())
    }

    fn go(&mut self, there: Option<Directory>) {
        self.place.before = std::mem::replace(&mut self.place.here, there);
    }

    /// Asks the asset where a path leads. `None`: nowhere, and the person was told why.
    async fn look(&mut self, path: Option<&str>) -> Step<Option<Directory>> {
        let command = directory_of(path, self.place.here.as_ref());
        let mut far = match self.start(command, None).await {
            Ok(far) => far,
            Err(stopped) => return self.not_started(stopped).await.map(|()| None),
        };
        let answer = tokio::time::timeout(PATIENCE, listen(&mut far)).await.unwrap_or_default();
        let _ = far.outlet.close().await; // it closed first, or is gone
        let there =
            Some(&answer).filter(|answer| answer.done).and_then(|answer| Directory::printed(&answer.out));
        if there.is_none() {
            self.status = Some(REFUSED.to_string());
            let errors = String::from_utf8_lossy(&answer.errors);
            let why = errors.lines().last().map(|line| plain(line).to_string()).unwrap_or_default();
            self.say(&words::strict_no_directory(self.services(), path.unwrap_or_default(), &why)).await?;
        }
        Ok(there)
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
