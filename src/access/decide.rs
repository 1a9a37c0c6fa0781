//! The third step: policy, lockdowns and the moment decide, and the answer is journaled before anything
//! else happens. Only here a [`Grant`] is made; without one nothing is dialled.

use std::time::Duration;

use jiff::Timestamp;

use super::services::{Authenticated, Services};
use super::target::LoginChoice;
use super::term::{Over, Term};
use crate::access::live::{DeviceRefused, Kill, Standing, Watch};
use crate::domain::{
    AssetName, CommandSetName, DeviceId, Digest, FileAccess, LoginName, Protocol, RuleId, SessionId,
};
use crate::event::Event;
use crate::journal::JournalFailed;
use crate::lockdown::Lockdown;
use crate::policy::{Address, Allowance, Decision, Denial, Handling, Mode, Reason, Request};

/// What somebody wants to do, on which asset.
#[derive(Debug, Clone)]
pub(crate) struct AccessRequest {
    pub asset: String,
    pub login: LoginChoice,
    pub protocol: Protocol,
    pub file: FileAccess,
    pub forward_to: Option<Address>,
}

/// Permission for one channel, until it lapses.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    request: Request,
    /// What it belongs to; only a session can be ended by itself.
    session: Option<SessionId>,
    /// How old the login's code was, where it was an earlier login's.
    code_age: Option<Duration>,
    /// What it came through, and must go on to be good.
    device: Option<DeviceId>,
    allowance: Allowance,
    /// When the session was: what has a length is counted from there, whatever the channel.
    granted: Timestamp,
    approval: Approval,
    /// A shell that is served without one of the asset's. What began as another must not go on as one.
    strict: bool,
    asset: AssetName,
    login: LoginName,
}

/// A second person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Approval {
    /// No rule asked for it when the channel began: none may come to ask for it later.
    Unneeded,
    Awaited,
    Given,
}

/// Why a grant is over.
#[derive(Debug, Clone)]
pub(crate) enum GrantEnd {
    Denied(Denial, Box<Request>),
    /// The device that it came through may not be used any more.
    Device(DeviceRefused),
    /// The policy came to judge what is typed, and there is no terminal to read it from.
    NoTerminal,
    /// The policy came to ask for a second person's word, and nobody was asked.
    Unapproved,
    /// The policy came to ask for a newer code than the login was covered by.
    OldCode,
    /// The policy came to allow single commands only, and this is a shell of the asset's.
    Stricter,
    Until,
    /// Nobody typed at the terminal, or anything else in the session.
    Idle(Duration),
    /// The same without a terminal: nothing passed.
    Silent(Duration),
    /// An officer ended the session.
    Killed(Kill),
    Draining,
}

impl GrantEnd {
    fn is_ordered(&self) -> bool {
        match self {
            Self::Denied(denial, _) => denial.reason == Reason::Lockdown,
            Self::Killed(_) => true,
            _ => false,
        }
    }

    /// What it means for the session: some ends are its own, and no channel of it begins after them.
    pub(crate) fn over(&self) -> Option<Over> {
        match self {
            Self::Until => Some(Over::Until),
            Self::Idle(_) | Self::Silent(_) => Some(Over::Idle),
            Self::Killed(_) => Some(Over::Killed),
            _ => None,
        }
    }

    /// For the journal.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Denied(denial, _) => denial.reason.as_str().to_owned(),
            Self::Device(refused) => refused.as_str().to_owned(),
            Self::NoTerminal => "no-terminal".into(),
            Self::Unapproved => "approval".into(),
            Self::OldCode => OLD_CODE.into(),
            Self::Stricter => "strict".into(),
            Self::Until => "until".into(),
            Self::Idle(_) | Self::Silent(_) => "idle".into(),
            Self::Killed(kill) => kill.to_string(),
            Self::Draining => "draining".into(),
        }
    }
}

/// Why there is no grant.
#[derive(Debug)]
pub(crate) enum AccessRefusal {
    Denied(Denial, Box<Request>),
    /// The session is.
    Over(Over),
    /// A code of an earlier login covered this one, and is too old for what is asked for.
    OldCode,
    Draining,
    Journal,
}

/// Decides and journals. `watch` was subscribed before, so that a change after this moment is heard; `term` is the
/// session's, where there can be one.
pub(crate) async fn decide(
    services: &Services,
    who: &Authenticated,
    watch: &mut Watch,
    wish: AccessRequest,
    term: Option<&Term>,
) -> Result<Grant, AccessRefusal> {
    let at = who.now(&services.clock);
    let standing = watch.now();
    let mut request = request(who, wish, at);
    let decision = match request.protocol {
        Protocol::Sftp => {
            let (file, decision) = any_access(&standing, &request);
            request.file = file;
            decision
        }
        _ => standing.decide(&request),
    };
    let over = term.and_then(|term| spent(&standing, term, &decision, at));
    let session = term.map(|term| &term.id);
    let barred = match &over {
        Some(_) => Some("session-over"),
        None => is_old_code(who.code_age, &decision).then_some(OLD_CODE),
    };
    let row = match barred {
        Some(why) => barred_row(&request, &decision, why, session, standing.policy.digest()),
        None => decision_row(&request, &decision, session, standing.policy.digest()),
    };
    services
        .journal(who.actor(), Some(&who.origin), row)
        .await
        .map_err(|_: JournalFailed| AccessRefusal::Journal)?;
    if standing.draining {
        return Err(AccessRefusal::Draining);
    }
    match (decision, over) {
        (Decision::Deny(denial), _) => Err(AccessRefusal::Denied(denial, Box::new(request))),
        (Decision::Allow(_), Some(over)) => Err(AccessRefusal::Over(over)),
        (Decision::Allow(_), None) if barred.is_some() => Err(AccessRefusal::OldCode),
        (Decision::Allow(allowance), None) => Grant::new(&standing, who, request, allowance, term),
    }
}

/// Whether the session that this would belong to is over. What was allowed when it began may be so still: it
/// takes a new login all the same.
fn spent(standing: &Standing, term: &Term, decision: &Decision, at: Timestamp) -> Option<Over> {
    let Decision::Allow(allowance) = decision else { return None };
    if standing.killed.contains_key(&term.id) {
        return Some(Over::Killed);
    }
    let end = allowance.max_session.and_then(|longest| term.granted(at).checked_add(longest).ok());
    term.over(allowance.idle).or_else(|| end.is_some_and(|end| end <= at).then_some(Over::Until))
}

/// The journal's word for a login whose code is too old for what it asks for.
const OLD_CODE: &str = "old-code";

/// Was the code that covered this login older by then than the rules let one be? A code of the login's own never is.
fn is_old_code(age: Option<Duration>, decision: &Decision) -> bool {
    let Decision::Allow(Allowance { remember: Some(oldest), .. }) = decision else { return false };
    age.is_some_and(|age| age >= *oldest)
}

/// SFTP says later what it is for: the channel opens for the first kind of access that is allowed, and
/// each operation is held to its own kind (see `transfer`). With none allowed, the answer for looking counts.
fn any_access(standing: &Standing, request: &Request) -> (FileAccess, Decision) {
    let kinds = [FileAccess::List, FileAccess::Download, FileAccess::Upload, FileAccess::Change];
    let ask = |file| (file, standing.decide(&Request { file, ..request.clone() }));
    let allowed = kinds.into_iter().map(ask).find(|(_, decision)| matches!(decision, Decision::Allow(_)));
    allowed.unwrap_or_else(|| ask(FileAccess::List))
}

/// What the answer to a wish would be; not journaled, since nothing follows from it.
pub(crate) fn would_allow(
    standing: &Standing,
    who: &Authenticated,
    wish: AccessRequest,
    at: Timestamp,
) -> bool {
    let request = request(who, wish, at);
    let decision = match request.protocol {
        Protocol::Sftp => any_access(standing, &request).1,
        _ => standing.decide(&request),
    };
    matches!(decision, Decision::Allow(_)) && !is_old_code(who.code_age, &decision)
}

fn request(who: &Authenticated, wish: AccessRequest, at: Timestamp) -> Request {
    Request {
        operator: who.operator.as_str().to_owned(),
        source: who.origin.address(),
        via: who.origin.via(),
        asset: wish.asset,
        login: wish.login.into_name(),
        protocol: wish.protocol,
        file: wish.file,
        forward_to: wish.forward_to,
        at,
    }
}

fn decision_row(
    request: &Request,
    decision: &Decision,
    session: Option<&SessionId>,
    policy: Digest,
) -> Event {
    let answer = match decision {
        Decision::Allow(allowance) => ("allow", "rule", allowance.rules.clone(), allowance.until),
        Decision::Deny(denial) => ("deny", denial.reason.as_str(), denial.rules.clone(), None),
    };
    row(request, answer, session, policy)
}

/// The row where the rules would allow it, and something of the session or the login is in the way.
fn barred_row(
    request: &Request,
    decision: &Decision,
    why: &str,
    session: Option<&SessionId>,
    policy: Digest,
) -> Event {
    let Decision::Allow(allowance) = decision else {
        return decision_row(request, decision, session, policy);
    };
    row(request, ("deny", why, allowance.rules.clone(), None), session, policy)
}

fn row(
    request: &Request,
    (word, reason, rules, until): (&'static str, &str, Vec<RuleId>, Option<Timestamp>),
    session: Option<&SessionId>,
    policy: Digest,
) -> Event {
    let about_files = matches!(request.protocol, Protocol::Sftp | Protocol::Scp);
    Event::Decision {
        operator: request.operator.clone(),
        via: request.via,
        asset: request.asset.clone(),
        login: request.login.clone(),
        protocol: request.protocol,
        file: about_files.then_some(request.file),
        forward_to: request.forward_to.as_ref().map(ToString::to_string),
        session: session.cloned(),
        decision: word,
        reason: reason.to_owned(),
        rules,
        until,
        policy,
    }
}

/// When it ends: the longest session counts from when the session was granted.
fn within(granted: Timestamp, allowance: &Allowance) -> Option<Timestamp> {
    let longest = allowance.max_session.and_then(|longest| granted.checked_add(longest).ok());
    [allowance.until, longest].into_iter().flatten().min()
}

/// Whether what is asked for is a shell that the asset may not be asked for: its commands come one by one.
fn is_strict_shell(standing: &Standing, request: &Request, allowance: &Allowance) -> bool {
    request.protocol == Protocol::Shell && standing.policy.mode(&allowance.commands) == Some(Mode::Strict)
}

impl Grant {
    fn new(
        standing: &Standing,
        who: &Authenticated,
        request: Request,
        mut allowance: Allowance,
        term: Option<&Term>,
    ) -> Result<Self, AccessRefusal> {
        let approval = if allowance.approval { Approval::Awaited } else { Approval::Unneeded };
        let named = standing.policy.asset(&request.asset).map(|asset| asset.name.clone());
        let login = LoginName::parse(&request.login).ok();
        let (Some(asset), Some(login)) = (named, login) else {
            return Err(AccessRefusal::Denied(Denial::from(Reason::AssetUnknown), Box::new(request)));
        };
        let strict = is_strict_shell(standing, &request, &allowance);
        let device = who.origin.arrival().map(|arrival| arrival.device.clone());
        let granted = term.map_or(request.at, |term| term.granted(request.at));
        allowance.until = within(granted, &allowance);
        let session = term.map(|term| term.id.clone());
        let code_age = who.code_age;
        Ok(Self { granted, request, session, code_age, device, allowance, approval, strict, asset, login })
    }

    /// When the session was granted.
    pub(crate) fn granted(&self) -> Timestamp {
        self.granted
    }

    pub(crate) fn asset(&self) -> &AssetName {
        &self.asset
    }

    pub(crate) fn login(&self) -> &LoginName {
        &self.login
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.request.protocol
    }

    /// The rules that let it begin only with a second person's word, if nobody gave it yet.
    pub(crate) fn awaits_approval(&self) -> Option<String> {
        let rules: Vec<_> = self.allowance.rules.iter().map(ToString::to_string).collect();
        (self.approval == Approval::Awaited).then(|| rules.join(", "))
    }

    /// A second person gave their word, if it was needed.
    pub(crate) fn approved(&mut self) {
        if self.approval == Approval::Awaited {
            self.approval = Approval::Given;
        }
    }

    /// The sets that judge commands, as things stand.
    pub(crate) fn commands(
        &self,
        standing: &Standing,
        at: Timestamp,
    ) -> Result<Vec<CommandSetName>, GrantEnd> {
        self.ask(standing, at).map(|allowance| allowance.commands)
    }

    pub(crate) fn handling(&self) -> Handling {
        self.allowance.handling
    }

    pub(crate) fn is_strict_shell(&self) -> bool {
        self.strict
    }

    pub(crate) fn idle(&self) -> Option<Duration> {
        self.allowance.idle
    }

    /// Asks again, because the state changed or time passed. What is still allowed goes on, by whichever
    /// rules allow it now, and ends no later than it would have: the longest session counts from the first
    /// grant.
    pub(crate) fn renew(&mut self, standing: &Standing, at: Timestamp) -> Result<(), GrantEnd> {
        let over = self.allowance.until.is_some_and(|until| until <= at);
        match self.ask(standing, at) {
            Ok(allowance) if allowance.until.is_none_or(|until| until > at) => {
                self.request.at = at;
                self.allowance = allowance;
                Ok(())
            }
            Ok(_) => Err(GrantEnd::Until),
            // It was known from the start that it would end now. Of an order, people want to know which.
            Err(lapse) if over && !lapse.is_ordered() => Err(GrantEnd::Until),
            Err(lapse) => Err(lapse),
        }
    }

    fn ask(&self, standing: &Standing, at: Timestamp) -> Result<Allowance, GrantEnd> {
        if let Some(kill) = self.session.as_ref().and_then(|session| standing.killed.get(session)) {
            return Err(GrantEnd::Killed(kill.clone()));
        }
        let request = Request { at, ..self.request.clone() };
        let decision = match request.protocol {
            Protocol::Sftp => any_access(standing, &request).1,
            _ => standing.decide(&request),
        };
        let device = self.device.as_ref().map(|device| standing.device(device, at));
        match decision {
            Decision::Deny(denial) => Err(GrantEnd::Denied(denial, Box::new(request))),
            Decision::Allow(_) if let Some(Err(refused)) = device => Err(GrantEnd::Device(refused)),
            ref allowed @ Decision::Allow(_) if is_old_code(self.code_age, allowed) => Err(GrantEnd::OldCode),
            Decision::Allow(mut allowance) => {
                if allowance.approval && self.approval == Approval::Unneeded {
                    return Err(GrantEnd::Unapproved);
                }
                if is_strict_shell(standing, &request, &allowance) && !self.strict {
                    return Err(GrantEnd::Stricter);
                }
                allowance.until = within(self.granted, &allowance);
                Ok(allowance)
            }
        }
    }

    /// The first whole second at which the grant does not hold any more as things stand, if it is not
    /// further away than `lead`.
    pub(crate) fn ends_within(
        &self,
        standing: &Standing,
        now: Timestamp,
        lead: Duration,
    ) -> Option<Timestamp> {
        let lasts = |second: i64| {
            let at = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
            self.ask(standing, at).is_ok_and(|allowance| allowance.until.is_none_or(|until| until > at))
        };
        let lead = i64::try_from(lead.as_secs()).unwrap_or(i64::MAX);
        let (mut lasting, mut over) = (now.as_second(), now.as_second().saturating_add(lead));
        if lasts(over) {
            return None;
        }
        while lasting + 1 < over {
            let middle = lasting + (over - lasting) / 2;
            *(if lasts(middle) { &mut lasting } else { &mut over }) = middle;
        }
        Timestamp::from_second(over).ok()
    }

    /// When a planned lockdown will end this, and which.
    pub(crate) fn locked_from<'s>(
        &self,
        standing: &'s Standing,
        now: Timestamp,
    ) -> Option<(Timestamp, &'s Lockdown)> {
        standing.locked_from(&Request { at: now, ..self.request.clone() })
    }

    /// Would the same person, at the same place, be allowed this kind of file access, too? Whoever may do
    /// anything with files may look at them: no client works without.
    pub(crate) fn permits(&self, standing: &Standing, file: FileAccess, at: Timestamp) -> Decision {
        match file {
            FileAccess::List => any_access(standing, &Request { at, ..self.request.clone() }).1,
            _ => standing.decide(&Request { file, at, ..self.request.clone() }),
        }
    }

    /// For how long an answer of [`Self::permits`] may be relied on, if it is yes: what asks for a second
    /// person's word, on a channel that began without, is no; the longest session counts from the first grant.
    pub(crate) fn relied_on(&self, decision: &Decision, at: Timestamp) -> Option<Timestamp> {
        let Decision::Allow(allowance) = decision else { return None };
        if (allowance.approval && self.approval == Approval::Unneeded) || is_old_code(self.code_age, decision)
        {
            return None;
        }
        let longest = allowance.max_session.map(|longest| self.granted.checked_add(longest).unwrap_or(at));
        let until = [allowance.until, longest].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        (until > at).then_some(until)
    }

    /// The row that tells of an answer of [`Self::permits`].
    pub(crate) fn file_row(
        &self,
        file: FileAccess,
        decision: &Decision,
        session: &SessionId,
        policy: Digest,
    ) -> Event {
        let request = Request { file, ..self.request.clone() };
        decision_row(&request, decision, Some(session), policy)
    }
}
