//! What a session needs from the outside world, handed to it once.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::failing::{BlockRule, FailingSources};
use super::homes::Homes;
use super::pace::CutPacer;
use super::places::{Full, HeldPlace, Kind, Places};
use super::refused::RefusedLogins;
use super::target::Target;
use super::whereabouts::Whereabouts;
use crate::access::live::{DeviceRefused, LiveState, Standing};
use crate::auth::certificate::{UserCertificate, counted_by};
use crate::authority::Authority;
use crate::config::{Config, Database};
use crate::domain::{Device, Language, OperatorName, Origin, SourceNet};
use crate::event::{Actor, Event, JournalEntry, ThroughDevice};
use crate::journal::{Journal, JournalFailed};
use crate::platform::clock::{Anchor, Clock};
use crate::platform::key_pair::KeyPair;
use crate::recorder::{Bounds, Quotas, Short, Space, Writers};
use crate::store::Store;
use crate::vault::Vault;

/// A key of the gateway's that signs what strangers verify.
pub trait Signs: Send + Sync {
    /// An armoured SSH signature (PROTOCOL.sshsig of OpenSSH) under the namespace `purpose`.
    ///
    /// # Errors
    /// When the key does not sign.
    fn sign(&self, purpose: &str, bytes: &[u8]) -> Result<String, String>;

    /// `SHA256:…`, by which people know the key.
    fn fingerprint(&self) -> String;
}

/// The adapters, wired by the gateway.
pub struct Services {
    pub config: Config,
    pub clock: Clock,
    pub store: Store,
    pub vault: Vault,
    pub authority: Authority,
    pub journal: Journal,
    pub live: LiveState,
    /// The key that signs reports.
    pub signer: Box<dyn Signs>,
    /// The gateway's own key as a peer; where there is no `listen.wireguard`, none.
    pub wireguard: Option<KeyPair>,
    /// Held while a policy comes into force: what is compared, kept and journaled is one change after another.
    pub policy_change: tokio::sync::Mutex<()>,
    pub cut_pacer: CutPacer,
    /// What proven people may have open, and may have refused.
    pub places: Places,
    /// From where they are logged in.
    pub whereabouts: Whereabouts,
    pub refused_logins: RefusedLogins,
    /// From where too many logins failed.
    pub sources: FailingSources,
    /// From where they succeeded.
    pub homes: Homes,
    /// What recordings may take.
    pub quotas: Quotas,
    /// Who writes them.
    pub writers: Writers,
    /// The disk of the database.
    pub space: Space,
}

/// When a source is blocked, by the configuration.
pub fn block_rule(config: &Config) -> BlockRule {
    let auth = &config.auth;
    BlockRule {
        after: NonZeroU32::new(auth.block_after),
        within: auth.block_within.as_duration(),
        first: auth.block_for.as_duration(),
        longest: auth.block_longest.as_duration(),
        alarm: auth.block_alarm,
    }
}

fn no_room(error: &std::io::Error) -> JournalFailed {
    match Short::of(error) {
        Some(Short { free, kept }) => JournalFailed::NoRoom { free: *free, kept: *kept },
        None => JournalFailed::Disk(error.into()),
    }
}

/// What recordings may take, by the configuration.
pub fn quotas(config: &Config) -> Quotas {
    let limits = &config.limits;
    let bounds = Bounds {
        recording: limits.recording.bytes(),
        rate: limits.recording_rate.bytes(),
        account: limits.recording_per_account.bytes(),
    };
    Quotas::new(bounds, Space::new(&config.recordings, limits.min_free.bytes()))
}

/// The disk of the database.
pub fn space(config: &Config) -> Space {
    let Database::Sqlite(file) = &config.database;
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Space::new(dir, config.limits.min_free.bytes())
}

tokio::task_local! {
    /// The language that one command asked for.
    static ASKED: Language;
}

/// Does something in the language that was asked for, if one was.
pub(crate) async fn speaking<T>(language: Option<Language>, work: impl Future<Output = T>) -> T {
    match language {
        Some(language) => ASKED.scope(language, work).await,
        None => work.await,
    }
}

/// The language that was asked for, for work that goes on in a task of its own.
pub(crate) fn spoken() -> Option<Language> {
    ASKED.try_with(|language| *language).ok()
}

/// Slow work off the threads that carry sessions, in the language that was asked for.
pub(crate) fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let language = spoken();
    tokio::task::spawn_blocking(move || match language {
        Some(language) => ASKED.sync_scope(language, work),
        None => work(),
    })
}

/// What this says in English.
pub(crate) fn in_english<T>(say: impl FnOnce() -> T) -> T {
    ASKED.sync_scope(Language::English, say)
}

impl Services {
    /// What people are addressed in: the language that a command asked for, else the gateway's.
    pub fn language(&self) -> Language {
        ASKED.try_with(|language| *language).unwrap_or(self.config.language)
    }

    /// A time as people read it: the date where it is not today's, and the zone's offset.
    pub(crate) fn told_time(&self, at: jiff::Timestamp) -> String {
        let zone = &self.config.timezone;
        let (then, today) =
            (at.to_zoned_datetime(zone.clone()), self.clock.now().to_zoned_datetime(zone.clone()));
        let format = if then.date() == today.date() { "%H:%M:%S %:z" } else { "%Y-%m-%d %H:%M:%S %:z" };
        then.strftime(format).to_string()
    }

    /// For how long nobody at all is served there: the source is blocked, and nobody's home.
    pub fn shut_out(&self, source: IpAddr) -> Option<Duration> {
        let net = SourceNet::of(source);
        self.sources.block(net).filter(|_| !self.homes.has_any(net, self.clock.decisive()))
    }

    /// A place of this account, of which the policy may say how many it has.
    pub(crate) fn place(&self, operator: &OperatorName, kind: Kind) -> Result<HeldPlace, Full> {
        let standing = self.live.standing();
        let concurrent = standing.policy.operator(operator.as_str()).map(|known| known.concurrent);
        let own = concurrent.and_then(|own| match kind {
            Kind::Connection => own.connections,
            Kind::Session => own.sessions,
            Kind::Channel => None,
        });
        self.places.take(operator, kind, own)
    }

    /// This source, if the account is at home there by factors that were set then.
    pub(crate) fn home(
        &self,
        operator: &OperatorName,
        set_at: Timestamp,
        source: SourceNet,
    ) -> Option<SourceNet> {
        self.homes.is_home(operator, source, set_at, self.clock.decisive()).then_some(source)
    }

    /// Random bits for an id. An id is no secret: where the system's generator fails, the clock's finest
    /// digits still keep two ids apart, and whatever needs secrecy fails on its own.
    pub(crate) fn random(&self) -> u64 {
        crate::platform::random::bits()
            .unwrap_or_else(|_| u64::from(self.clock.now().subsec_nanosecond().unsigned_abs()))
    }

    /// Writes a row; returns when it is durable.
    pub async fn journal(
        &self,
        actor: Actor,
        origin: Option<&Origin>,
        event: Event,
    ) -> Result<(), JournalFailed> {
        self.journal_row(actor, origin, event).await.map(drop)
    }

    /// The same, for whoever needs the row's number.
    pub async fn journal_row(
        &self,
        actor: Actor,
        origin: Option<&Origin>,
        event: Event,
    ) -> Result<u64, JournalFailed> {
        if event.is_asked_for() {
            // What ends, and what an officer orders, still finds room.
            self.space.room_in_time().await.map_err(|error| no_room(&error))?;
        }
        let source = origin.map(|origin| origin.address().to_string());
        let through = origin.and_then(ThroughDevice::of);
        let entry = JournalEntry { at: self.clock.now(), actor, source, through, event };
        self.journal.append(entry).await
    }
}

/// A proven person: only [`super::login`] makes one.
#[derive(Debug, Clone)]
pub struct Authenticated {
    pub(crate) operator: OperatorName,
    pub(crate) origin: Origin,
    pub(crate) factors: Vec<String>,
    /// The fingerprint of the key, where one was proven.
    pub(crate) key: Option<String>,
    /// What made the key theirs, where it is not enrolled.
    pub(crate) certificate: Option<Arc<UserCertificate>>,
    /// How old the code was, where it was an earlier login's that covered this one.
    pub(crate) code_age: Option<Duration>,
    /// Where their user name says that they want to go.
    pub(crate) target: Option<Target>,
    /// What the client program calls itself.
    pub(crate) client: String,
    /// When they were proven.
    pub(crate) since: Anchor,
    /// They gave a break-glass code that opened nothing.
    pub(crate) broke_nothing: bool,
}

impl Authenticated {
    pub fn operator(&self) -> &OperatorName {
        &self.operator
    }

    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub fn factors(&self) -> &[String] {
        &self.factors
    }

    /// The fingerprint of the key that they proved, if they did.
    pub fn proven_key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// By what their guesses are counted.
    pub(crate) fn way_key(&self) -> Option<&str> {
        counted_by(self.key.as_deref(), self.certificate.as_deref())
    }

    pub fn actor(&self) -> Actor {
        Actor::Operator(self.operator.clone())
    }

    /// The device that they came through, if it may be used now.
    pub(crate) fn device<'s>(
        &self,
        standing: &'s Standing,
        at: Timestamp,
    ) -> Option<Result<&'s Device, DeviceRefused>> {
        self.origin.arrival().map(|arrival| standing.device(&arrival.device, at))
    }

    /// Whose device they came through, if it is not their own.
    pub(crate) fn stranger(&self) -> Option<&OperatorName> {
        self.origin.arrival().map(|arrival| &arrival.owner).filter(|owner| **owner != self.operator)
    }

    /// The time that counts for what they may do: a clock that is set back while they are here gains them
    /// nothing.
    pub(crate) fn now(&self, clock: &Clock) -> Timestamp {
        clock.since(&self.since)
    }
}
