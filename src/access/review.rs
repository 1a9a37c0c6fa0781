//! What judges the commands of one channel: asks the judge with the sets and the policy in force, writes the
//! log, and says what is to be done.
//!
//! The state is asked anew for every line: a policy that changed meanwhile judges the next one. A line's row is
//! on the disk before anybody hears the answer, so that nothing runs that is not logged.

use std::sync::Arc;

use super::approve;
use super::decide::{Grant, GrantEnd};
use super::foreground::{Asks, Foreground};
use super::outcome::{Confirmation, NotLogged, Outcome};
use super::record::ChannelRecorder;
use super::rulings;
use super::running::Session;
use super::services::Services;
use super::words;
use crate::access::live::Standing;
use crate::approval::{ApprovalRequest, ApprovalScope, LONGEST_SHOWN, MOST_LINES_SHOWN, Opening, Unseen};
use crate::command::{
    Confidence, Judgement, Masked, Place, VerdictReason, judge_in, judge_told, masked, masked_told,
};
use crate::domain::CommandSetName;
use crate::event::Event;
use crate::evidence::{brief_list, for_row};
use crate::guard::Transfer;
use crate::policy::{Mode, Policy, Verdict};

/// Cheap to clone; all clones judge for one channel.
#[derive(Clone)]
pub(crate) struct CommandReview(Arc<Reviewer>);

struct Reviewer {
    services: Arc<Services>,
    session: Arc<Session>,
    grant: Grant,
    tape: Arc<ChannelRecorder>,
}

/// A command line.
#[derive(Debug, Clone)]
pub(crate) struct ReviewLine {
    /// For the log, and for an officer.
    pub typed: String,
    /// For the judge: the same, where a shell is going to read it.
    pub judged: String,
    /// Where it runs, if that is known.
    pub directory: Option<String>,
    /// The program that asked for it, where no shell did.
    pub told: Option<String>,
}

impl From<&str> for ReviewLine {
    fn from(line: &str) -> Self {
        Self { typed: line.to_owned(), judged: line.to_owned(), directory: None, told: None }
    }
}

impl ReviewLine {
    fn judge(&self, policy: &Policy, sets: &[CommandSetName], place: Place) -> Judgement {
        match &self.told {
            Some(program) => judge_told(policy, sets, program, &self.judged),
            None => judge_in(policy, sets, &self.judged, place, self.directory.as_deref()),
        }
    }

    /// As it is written down and shown.
    fn masked(&self) -> Masked {
        match self.told {
            Some(_) => masked_told(&self.typed),
            None => masked(&self.typed),
        }
    }

    /// What an officer agrees to, who does not see where it runs.
    fn meant(&self) -> String {
        match &self.directory {
            Some(directory) => format!("{}  [{directory}]", self.typed),
            None => self.typed.clone(),
        }
    }
}

/// What is to be done with a line. The texts are for the person.
pub(crate) enum Ruling {
    Pass,
    /// They have to confirm it; say what they said by [`CommandReview::confirmed`].
    Warn {
        text: String,
        warned: PendingConfirmation,
    },
    /// An officer has to agree: [`CommandReview::ask`].
    Approve {
        text: String,
        asked: PendingApproval,
    },
    Refuse {
        text: String,
    },
}

/// A line that waits for the person's own word.
pub(crate) struct PendingConfirmation {
    judged: u64,
    line: ReviewLine,
    place: Place,
    confidence: Confidence,
}

/// A line that waits for an officer's word.
pub(crate) struct PendingApproval {
    request: Box<ApprovalRequest>,
    line: ReviewLine,
    place: Place,
    confidence: Confidence,
}

/// What came of asking.
pub(crate) enum ReviewAnswer {
    Granted { by: String },
    Refused { text: String },
}

impl CommandReview {
    pub(crate) fn new(
        services: &Arc<Services>,
        session: &Arc<Session>,
        grant: &Grant,
        tape: &Arc<ChannelRecorder>,
    ) -> Self {
        let (services, session, tape) = (Arc::clone(services), Arc::clone(session), Arc::clone(tape));
        Self(Arc::new(Reviewer { services, session, grant: grant.clone(), tape }))
    }

    /// The strictest mode of the sets that judge here and now; `None`: none does, nothing is held or logged.
    /// Under a grant that is over lines are held, to be refused.
    pub(crate) fn mode(&self) -> Option<Mode> {
        let standing = self.0.services.live.standing();
        self.0.sets(&standing).map_or(Some(Mode::Guard), |sets| standing.policy.mode(&sets))
    }

    /// Judges a line and logs it. An error: the session must end.
    pub(crate) async fn rule(
        &self,
        line: &str,
        place: Place,
        confidence: Confidence,
    ) -> Result<Ruling, NotLogged> {
        self.rule_line(&line.into(), place, confidence).await
    }

    /// The same where what runs is not the text that was typed.
    pub(crate) async fn rule_line(
        &self,
        line: &ReviewLine,
        place: Place,
        confidence: Confidence,
    ) -> Result<Ruling, NotLogged> {
        let bench = &self.0;
        let standing = bench.services.live.standing();
        let sets = match bench.sets(&standing) {
            Ok(sets) if sets.is_empty() => return Ok(Ruling::Pass),
            Ok(sets) => sets,
            Err(lapse) => return Ok(Ruling::Refuse { text: rulings::over(&bench.services, &lapse) }),
        };
        let judgement = look(&standing.policy, &sets, line, place, confidence);
        let opening = bench.opening(&judgement, line);
        let judged =
            bench.log(&standing, line.masked().text, confidence, &judgement, opening.as_ref()).await?;
        if opening.is_some() || standing.policy.mode(&sets) == Some(Mode::Audit) {
            return Ok(Ruling::Pass);
        }
        bench.ruling(&judgement, judged, line, place, confidence).await
    }

    /// A line for whoever has the screen, a program or a shell: its keys are not to be broken, so nothing of it is
    /// asked, but it is logged, and what the sets or the catalog name is refused.
    pub(crate) async fn rule_stranger(&self, line: &ReviewLine) -> Result<Ruling, NotLogged> {
        let bench = &self.0;
        let standing = bench.services.live.standing();
        let sets = match bench.sets(&standing) {
            Ok(sets) if sets.is_empty() => return Ok(Ruling::Pass),
            Ok(sets) => sets,
            Err(lapse) => return Ok(Ruling::Refuse { text: rulings::over(&bench.services, &lapse) }),
        };
        let mut judgement = line.judge(&standing.policy, &sets, Place::Terminal);
        if !judgement.reason.is_named() {
            judgement.verdict = Verdict::Allow;
            judgement.sets.values_mut().for_each(|verdict| *verdict = Verdict::Allow);
        }
        judgement.opaque = true;
        bench.log(&standing, line.masked().text, Confidence::Partial, &judgement, None).await?;
        if judgement.verdict < Verdict::Approve || standing.policy.mode(&sets) == Some(Mode::Audit) {
            return Ok(Ruling::Pass);
        }
        Ok(Ruling::Refuse { text: rulings::of_command(&bench.services, "command.deny", &judgement) })
    }

    /// Which of two readings of a line is judged more strictly.
    pub(crate) fn stricter(&self, one: ReviewLine, other: ReviewLine, place: Place) -> ReviewLine {
        let standing = self.0.services.live.standing();
        let sets = self.0.sets(&standing).unwrap_or_default();
        let verdict = |line: &ReviewLine| line.judge(&standing.policy, &sets, place).verdict;
        if verdict(&other) > verdict(&one) { other } else { one }
    }

    /// Who asks for the line that stands at this prompt.
    pub(crate) fn asks(&self, foreground: &Foreground, prompt: &str, text: &str) -> Asks {
        let standing = self.0.services.live.standing();
        let sets = self.0.sets(&standing).unwrap_or_default();
        foreground.asks(&standing.policy, &sets, prompt, text)
    }

    /// Asks an officer; resolves at the answer or the time limit. Dropped, it takes the request back.
    pub(crate) async fn ask(&self, asked: PendingApproval) -> Result<ReviewAnswer, NotLogged> {
        let PendingApproval { request, line, place, confidence } = asked;
        let (services, id) = (&self.0.services, request.id.clone());
        let outcome = approve::ask(services, &self.0.session.who, *request).await;
        match outcome.map_err(|error| NotLogged(error.to_string()))? {
            Outcome::Granted { by } => {
                Ok(match self.stricter_by_now(&line, place, confidence, Verdict::Approve).await? {
                    Some(text) => ReviewAnswer::Refused { text },
                    None => ReviewAnswer::Granted { by },
                })
            }
            outcome => Ok(ReviewAnswer::Refused { text: rulings::unanswered(services, &id, &outcome) }),
        }
    }

    /// What was judged before the wait may need more by now than what was waited for: the policy counts that is
    /// in force. The refusal, if it does.
    async fn stricter_by_now(
        &self,
        line: &ReviewLine,
        place: Place,
        confidence: Confidence,
        settled: Verdict,
    ) -> Result<Option<String>, NotLogged> {
        let standing = self.0.services.live.standing();
        let judged =
            self.0.sets(&standing).map(|sets| look(&standing.policy, &sets, line, place, confidence));
        if judged.is_ok_and(|judgement| judgement.verdict <= settled) {
            return Ok(None);
        }
        Ok(match self.rule_line(line, place, confidence).await? {
            Ruling::Refuse { text } => Some(text),
            Ruling::Approve { .. } => Some(words::with(&self.0.services, "command.stricter", "")),
            Ruling::Pass | Ruling::Warn { .. } => None, // only logged, or settled
        })
    }

    /// Logs a line that is not even judged, since it is not understood.
    pub(crate) async fn refuse(&self, line: &str, reason: &str) -> Result<(), NotLogged> {
        self.unjudged(line, Verdict::Deny, reason).await
    }

    /// Logs a line that runs nothing on the asset, and tells where what comes after it runs.
    pub(crate) async fn note(&self, line: &str) -> Result<(), NotLogged> {
        self.unjudged(line, Verdict::Allow, "").await
    }

    async fn unjudged(&self, line: &str, verdict: Verdict, reason: &str) -> Result<(), NotLogged> {
        let standing = self.0.services.live.standing();
        let sets = self.0.sets(&standing).unwrap_or_default();
        let judgement = Judgement {
            verdict,
            sets: sets.into_iter().map(|set| (set, verdict)).collect(),
            programs: Vec::new(),
            danger: None,
            opaque: verdict > Verdict::Allow,
            reason: VerdictReason::Told(reason.to_owned()),
            culprit: line.to_owned(),
        };
        self.0.log(&standing, masked(line).text, Confidence::Exact, &judgement, None).await.map(drop)
    }

    /// Logs that files begin to move through the terminal.
    pub(crate) async fn transfer(&self, transfer: Transfer, refused: bool) -> Result<(), NotLogged> {
        let Transfer { how, way } = transfer;
        let (session, recording) = (self.0.session.id.clone(), self.0.tape.id().clone());
        self.0.journal(Event::TransferNoticed { session, recording, how, way, refused }).await.map(drop)
    }

    /// The programs that the sets name and do not deny, for whoever asks what may be run.
    pub(crate) fn programs(&self) -> Vec<String> {
        let standing = self.0.services.live.standing();
        let sets = self.0.sets(&standing).unwrap_or_default();
        let sets = sets.iter().filter_map(|set| standing.policy.command_set(set.as_str()));
        sets.flat_map(|set| set.offered()).map(str::to_owned).collect()
    }

    /// Logs what the person said to a warning; the refusal, if the line does not run.
    pub(crate) async fn confirmed(
        &self,
        warned: PendingConfirmation,
        said: Confirmation,
    ) -> Result<Option<String>, NotLogged> {
        let PendingConfirmation { judged, line, place, confidence } = warned;
        let session = self.0.session.id.clone();
        if said != Confirmation::Yes {
            self.0.journal(Event::CommandDeclined { session, judged }).await?;
            return Ok(Some(rulings::declined(&self.0.services, said)));
        }
        self.0.journal(Event::CommandConfirmed { session, judged }).await?;
        self.stricter_by_now(&line, place, confidence, Verdict::Warn).await
    }
}

impl Reviewer {
    fn sets(&self, standing: &Standing) -> Result<Vec<CommandSetName>, GrantEnd> {
        self.grant.commands(standing, self.session.who.now(&self.services.clock))
    }

    /// What was approved before, and still is.
    fn opening(&self, judgement: &Judgement, line: &ReviewLine) -> Option<Opening> {
        if judgement.verdict != Verdict::Approve {
            return None;
        }
        let subject = approve::subject(&self.session, ApprovalScope::Command(line.meant()));
        self.services.live.approvals().opening(&subject, self.session.who.now(&self.services.clock))
    }

    /// The row is durable when this returns; its number is the command's.
    async fn log(
        &self,
        standing: &Standing,
        command: String,
        confidence: Confidence,
        judgement: &Judgement,
        opening: Option<&Opening>,
    ) -> Result<u64, NotLogged> {
        let command = for_row(command);
        let label = format!("{}: {command}", judgement.verdict.as_str());
        self.tape.marker(&label).await.map_err(|error| NotLogged(error.to_string()))?;
        let Judgement { verdict, sets, programs, danger, opaque, reason, .. } = judgement.clone();
        let approval = opening.map(|opening| opening.id.clone());
        let approved_by = opening.map(|opening| opening.by.clone());
        self.journal(Event::CommandJudged {
            session: self.session.id.clone(),
            recording: self.tape.id().clone(),
            command,
            verdict,
            sets,
            programs: brief_list(programs),
            danger,
            opaque,
            confidence,
            reason: reason.to_string(),
            approval,
            approved_by,
            policy: standing.policy.digest(),
        })
        .await
    }

    async fn journal(&self, event: Event) -> Result<u64, NotLogged> {
        let who = &self.session.who;
        let row = self.services.journal_row(who.actor(), Some(&who.origin), event).await;
        row.map_err(|error| NotLogged(error.to_string()))
    }

    async fn ruling(
        &self,
        judgement: &Judgement,
        judged: u64,
        line: &ReviewLine,
        place: Place,
        confidence: Confidence,
    ) -> Result<Ruling, NotLogged> {
        let text = |key| rulings::of_command(&self.services, key, judgement);
        Ok(match judgement.verdict {
            Verdict::Allow => Ruling::Pass,
            Verdict::Warn => {
                let warned = PendingConfirmation { judged, line: line.clone(), place, confidence };
                Ruling::Warn { text: text("command.warn"), warned }
            }
            Verdict::Deny => Ruling::Refuse { text: text("command.deny") },
            Verdict::Approve => {
                if let Err(why) = sight(line, confidence) {
                    let session = self.session.id.clone();
                    self.journal(Event::ApprovalImpossible { session, judged, reason: why.to_string() })
                        .await?;
                    return Ok(Ruling::Refuse { text: rulings::unseen(&self.services, why) });
                }
                let what = ApprovalScope::Command(line.meant());
                let reason = judgement.reason.text(self.services.language());
                let mut request = approve::request(&self.services, &self.session, what, &reason);
                (request.judged, request.danger) = (Some(judged), judgement.danger);
                request.programs.clone_from(&judgement.programs);
                let gap = super::words::gap(self.services.language());
                let text =
                    format!("{}{gap}{}", text("command.approve"), rulings::waits(&self.services, &request));
                let (request, line) = (Box::new(request), line.clone());
                Ruling::Approve { text, asked: PendingApproval { request, line, place, confidence } }
            }
        })
    }
}

/// Whether an officer can be shown all of a line.
fn sight(line: &ReviewLine, confidence: Confidence) -> Result<(), Unseen> {
    let masked = line.masked();
    let text = masked.text.len() + line.directory.as_ref().map_or(0, String::len);
    match () {
        () if confidence == Confidence::Partial => Err(Unseen::Partial),
        () if text > LONGEST_SHOWN || masked.text.lines().count() > MOST_LINES_SHOWN => Err(Unseen::TooLong),
        () if !masked.is_whole => Err(Unseen::Masked),
        () => Ok(()),
    }
}

/// What the judge says; a line of which a part was not seen is no better than what cannot be read.
fn look(
    policy: &Policy,
    sets: &[CommandSetName],
    line: &ReviewLine,
    place: Place,
    confidence: Confidence,
) -> Judgement {
    let mut judgement = line.judge(policy, sets, place);
    if confidence != Confidence::Partial {
        return judgement;
    }
    judgement.opaque = true;
    for (name, verdict) in &mut judgement.sets {
        *verdict = policy.command_set(name.as_str()).map_or(Verdict::Deny, |set| set.opaque.max(*verdict));
    }
    let strictest = judgement.sets.values().copied().max().unwrap_or(Verdict::Deny);
    if strictest > judgement.verdict {
        judgement.verdict = strictest;
        judgement.reason = VerdictReason::Unseen;
        line.typed.clone_into(&mut judgement.culprit);
    }
    judgement
}

#[cfg(test)]
mod tests;
