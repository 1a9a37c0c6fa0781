//! The watch over a grant while its channel runs: asks again at every change of the state and as time
//! passes, tells a terminal what is about to end, and says when it is over.
//!
//! Time is a change like any other: a schedule's edge, the end of an account, a rule that begins to deny.
//! So the same question is asked every [`TICK`], and nobody has to work out beforehand when the answer will
//! change.

use std::time::Duration;

use jiff::Timestamp;

use super::audience::Audience;
use super::decide::{Grant, GrantEnd};
use super::outcome::NotRelayed;
use super::record::ChannelRecorder;
use super::services::{Authenticated, Services};
use super::term::Activity;
use super::whereabouts::ToldElsewhere;
use super::words;
use crate::access::live::{Registration, Standing, Watch};
use crate::config::TimeSpan;
use crate::lockdown::Lockdown;

/// How often what is running is decided again. What ends, ends within this and a moment.
pub(crate) const TICK: Duration = Duration::from_millis(500);

/// How long a notice may take to reach a terminal. Somebody who does not read is not waited for.
const NOTICE: Duration = Duration::from_millis(100);

/// What a channel lasts for. Made by [`OpenChannel::hold`](super::channel::OpenChannel::hold).
pub(crate) struct GrantWatch<'a> {
    pub services: &'a Services,
    pub who: &'a Authenticated,
    pub grant: &'a mut Grant,
    pub watch: &'a mut Watch,
    pub registration: &'a Registration,
    /// The session's: whichever of its channels somebody is at work in.
    pub activity: &'a Activity,
}

impl GrantWatch<'_> {
    /// Takes a step before the relay, for as long as the grant holds and the client is there.
    pub(crate) async fn during<T>(
        &mut self,
        left: impl Future<Output = ()>,
        step: impl Future<Output = Result<T, NotRelayed>>,
    ) -> Result<T, NotRelayed> {
        let left = tokio::select! {
            biased;
            lapse = self.lapsed() => return Err(NotRelayed::Lapsed(lapse)),
            () = left => NotRelayed::Left,
            done = step => return done,
        };
        // Whoever watches the connection may have heard of the same change first, and ended it for that.
        Err(self.look().err().map_or(left, NotRelayed::Lapsed))
    }

    /// Resolves when the grant does not hold any more, before anything is relayed.
    async fn lapsed(&mut self) -> GrantEnd {
        loop {
            if let Err(lapse) = self.look() {
                return lapse;
            }
            if !self.turn(TICK).await {
                return GrantEnd::Draining;
            }
        }
    }

    /// Resolves when the grant does not hold any more, or nobody was at work in the session for too long.
    pub(crate) async fn lapsed_or_idle(&mut self, tape: &ChannelRecorder, near: &impl Audience) -> GrantEnd {
        let mut notices = Notices::new(self.services, self.who, tape, near);
        loop {
            let standing = match self.look() {
                Ok(standing) => standing,
                Err(lapse) => return lapse,
            };
            let idle = self.grant.idle().map(|most| (most, most.saturating_sub(self.activity.idle())));
            if let Some((most, Duration::ZERO)) = idle {
                return if tape.is_terminal() { GrantEnd::Idle(most) } else { GrantEnd::Silent(most) };
            }
            notices.tell(self.grant, &standing, self.who.now(&self.services.clock)).await;
            if !self.turn(idle.map_or(TICK, |(_, left)| left.min(TICK))).await {
                return GrantEnd::Draining;
            }
        }
    }

    /// Asks again, now.
    fn look(&mut self) -> Result<std::sync::Arc<Standing>, GrantEnd> {
        let standing = self.watch.now();
        self.grant.renew(&standing, self.who.now(&self.services.clock))?;
        Ok(standing)
    }

    /// Waits for the next reason to look; false when there is no state to go on under.
    async fn turn(&mut self, at_most: Duration) -> bool {
        tokio::time::timeout(at_most, self.watch.changed()).await.unwrap_or(true)
    }
}

/// What a terminal is told before its time is over: once for each lead, and once that the gateway goes down. And of each
/// login of the same account from elsewhere.
struct Notices<'a, A> {
    services: &'a Services,
    who: &'a Authenticated,
    tape: &'a ChannelRecorder,
    near: &'a A,
    draining: bool,
    elsewhere: ToldElsewhere,
    /// The end that was told of, and how long before.
    told: Option<(Timestamp, Duration)>,
}

/// An end that is known beforehand.
struct Ending<'a> {
    at: Timestamp,
    leads: &'a [TimeSpan],
    locked_by: Option<&'a Lockdown>,
}

impl<'a> Ending<'a> {
    /// The first that can be foreseen: a planned lockdown is told of by its own name, and earlier.
    fn of(services: &'a Services, grant: &Grant, standing: &'a Standing, now: Timestamp) -> Option<Self> {
        let (warn, announce) = (&services.config.limits.warn, &services.config.lockdown.announce);
        let longest = warn.iter().max().map(|lead| lead.as_duration());
        let end = longest.and_then(|longest| grant.ends_within(standing, now, longest));
        match grant.locked_from(standing, now) {
            Some((at, order)) if end.is_none_or(|end| at <= end) => {
                Some(Self { at, leads: announce, locked_by: Some(order) })
            }
            _ => end.map(|at| Self { at, leads: warn, locked_by: None }),
        }
    }
}

impl<'a, A: Audience> Notices<'a, A> {
    fn new(services: &'a Services, who: &'a Authenticated, tape: &'a ChannelRecorder, near: &'a A) -> Self {
        Self { services, who, tape, near, draining: false, elsewhere: ToldElsewhere::default(), told: None }
    }

    async fn tell(&mut self, grant: &Grant, standing: &Standing, now: Timestamp) {
        if !self.tape.is_terminal() {
            return; // a program's output is not ours to write into
        }
        if standing.draining && !std::mem::replace(&mut self.draining, true) {
            self.show(&words::draining(self.services)).await;
        }
        let (operator, here) = (&self.who.operator, self.who.origin.address());
        if let Some(other) = self.elsewhere.news(&self.services.whereabouts, operator, here) {
            self.show(&words::elsewhere(self.services, "notice.elsewhere", other)).await;
        }
        let Some(Ending { at, leads, locked_by }) = Ending::of(self.services, grant, standing, now) else {
            return;
        };
        let left = Duration::try_from(at.duration_since(now)).unwrap_or_default();
        let lead = leads.iter().map(|lead| lead.as_duration()).filter(|lead| left <= *lead).min();
        let due = lead.map(|lead| (at, lead)).filter(|due| self.told != Some(*due));
        if due.is_some() {
            self.told = due;
            let line = match locked_by {
                Some(order) => words::locks(self.services, order, at, left),
                None => words::ends(self.services, grant.asset().as_str(), at, left),
            };
            self.show(&line).await;
        }
    }

    /// The recording shows what the person saw, apart from the asset's output.
    async fn show(&self, line: &str) {
        let shown = format!("\r\n{line}\r\n");
        self.tape.said_soon(line, &shown); // who watches does not wait for a disk
        let _ = tokio::time::timeout(NOTICE, self.near.show(shown)).await; // not reading
    }
}
