//! One line: understood, judged, run.

use std::ops::ControlFlow;

use super::{Desk, Step, words};
use crate::access::outcome::ChannelEnd;
use crate::access::outcome::NotRelayed;
use crate::access::review::ReviewLine;
use crate::ssh_session::farewell::REFUSED;
use crate::strict::{self, Own, Plan, Reading, Refused};
use crate::terminal::reset::RESET_IN_PLACE;

impl Desk<'_> {
    /// Does what a line says. `Break`: it was the last.
    pub(super) async fn act(&mut self, line: &str) -> Step<ControlFlow<()>> {
        if line.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        self.editor.remember(line);
        match strict::read(line) {
            Ok(Reading::Own(Own::Exit)) => return Ok(ControlFlow::Break(())),
            Ok(Reading::Own(own)) => self.own(line, own).await?,
            Ok(Reading::Run(plan)) => self.command(line, &plan).await?,
            Err(refused) => self.refuse(line, &refused).await?,
        }
        Ok(ControlFlow::Continue(()))
    }

    /// A line that is not understood: logged as denied, and pointed at.
    async fn refuse(&mut self, line: &str, refused: &Refused) -> Step<()> {
        self.room.referee.refuse(line, &words::strict_reason(refused)).await?;
        self.status = Some(REFUSED.to_string());
        self.say(&words::strict_refused(self.services(), refused)).await
    }

    async fn command(&mut self, line: &str, plan: &Plan) -> Step<()> {
        let here = self.place.here.as_ref();
        let directory = here.map(ToString::to_string);
        let judged = ReviewLine { typed: line.to_owned(), judged: plan.to_string(), directory, told: None };
        let command = strict::render(plan, here);
        if self.may_run(&judged).await? {
            self.run(command).await?;
        }
        Ok(())
    }

    async fn run(&mut self, command: String) -> Step<()> {
        match self.start(command, Some(self.terminal.clone())).await {
            Ok(far) => {
                let ran = self.pump(far).await?;
                self.status = ran.status;
                let end = if ran.mid_row { "\r\n" } else { "" };
                self.show(&format!("{end}{RESET_IN_PLACE}")).await
            }
            Err(stopped) => self.not_started(stopped).await,
        }
    }

    /// The connection to the asset does not stand, or it starts nothing: the prompt stays.
    pub(super) async fn not_started(&mut self, stopped: NotRelayed) -> Step<()> {
        match stopped {
            NotRelayed::Unreachable(line, _) => {
                self.status = Some(REFUSED.to_string());
                self.say(&line).await
            }
            NotRelayed::NotRecorded(error) => Err(ChannelEnd::NotRecorded(error)),
            NotRelayed::Lapsed(lapse) => Err(ChannelEnd::Lapsed(lapse)),
            NotRelayed::Left | NotRelayed::Unapproved(_) | NotRelayed::Refused(_) => Err(ChannelEnd::Closed),
        }
    }
}
