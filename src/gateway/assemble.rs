//! Opens everything that a gateway, or a command on its host, stands on; in the order in which it fails.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rust_i18n::t;

use super::start_error::{StartError, journal};
use crate::access::live::{self, LiveState};
use crate::access::{self, CutPacer, FailingSources, Homes, Places, RefusedLogins, Services, Signs};
use crate::admin::{self, Admin, AdminError, Caller};
use crate::authority::Authority;
use crate::command;
use crate::config::{Config, Database};
use crate::console;
use crate::domain::Digest;
use crate::event::{Ending, Event};
use crate::journal::{Journal, Sealer};
use crate::lockdown::Lockdown;
use crate::platform::clock::Clock;
use crate::platform::host_user::user_name;
use crate::platform::key_pair::KeyPair;
use crate::policy::{self, Policy, SourceFile};
use crate::ssh::HostKey;
use crate::ssh::server::{Server, Settings};
use crate::ssh_session::{SshAssets, SshFront};
use crate::store::{self, DataLock, EnrolledAs, PAGE, PolicyFiles, Store, WHOLE, gather};
use crate::vault::{IfMissing, Vault};

/// Everything opened, and the lock that keeps others away from it.
pub struct Assembled {
    pub services: Arc<Services>,
    pub admin: Arc<Admin>,
    pub front: Arc<SshFront>,
    _lock: DataLock,
}

/// How long every refused login takes at least: longer than the slowest check of a password.
const REFUSAL: Duration = Duration::from_millis(400);

/// What becomes of the policy files where no version was ever applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unapplied {
    /// A gateway that starts: they become the first version.
    Apply,
    /// A command: it reads them, and changes nothing.
    Read,
    /// A command that brings files of its own.
    Leave,
}

/// Opens the data directory. Sessions that a dead gateway left open are closed as interrupted.
pub async fn assemble(config: Config, clock: Clock, unapplied: Unapplied) -> Result<Assembled, StartError> {
    command::check()?;
    let lock = store::lock(&config.data_dir)?;
    directory(&config.recordings)?;
    let store = {
        let Database::Sqlite(file) = &config.database;
        Store::open(file).await?
    };
    // Before anything is decided: it is no earlier than the journal says it was.
    if let Some(latest) = store.hours().latest().await? {
        clock.hold(latest);
    }
    let vault = {
        // A new master key beside old sealed values would make them unreadable for good.
        let sealed = store.holds_sealed().await? || Authority::exists(&config.data_dir);
        let if_missing = if sealed { IfMissing::Refuse } else { IfMissing::Make };
        Vault::unlock(&config.data_dir, if_missing)?
    };
    let authority = Authority::new(&config.data_dir, vault.clone());
    let sealer = Sealer::new(&config.data_dir, store.clone(), clock.clone(), &config.evidence);
    let journal = Journal::start(store.clone()).sealed(sealer).await?;
    let host_key = HostKey::load_or_create(&config.data_dir.join("host_key"))?;
    let other_host_key = Some(HostKey::load_or_create_ecdsa(&config.data_dir.join("host_key_ecdsa"))?);
    let keepalive = config.limits.keepalive();
    let channels = usize::try_from(config.limits.channels_per_connection.get()).unwrap_or(usize::MAX);
    let signer = Box::new(HostSigner(host_key.clone()));
    let server = Server::new(&Settings { host_key, other_host_key, keepalive, refusal: REFUSAL, channels });
    let wireguard = match config.listen.wireguard.is_empty() {
        true => None,
        false => Some(KeyPair::load_or_create(&config.data_dir)?),
    };
    let live = LiveState::new(live::stored(&store, clock.now()).await?);
    let policy_change = tokio::sync::Mutex::default();
    let cut_pacer = CutPacer::default();
    let places = Places::new(&config.limits);
    let quotas = access::quotas(&config);
    let space = access::space(&config);
    let sources = FailingSources::new(access::block_rule(&config));
    let stored = gather(WHOLE, |after| store.homes().homes(after, PAGE)).await?;
    let homes = Homes::new(config.auth.home_for.as_duration(), stored);
    let services = Arc::new(Services {
        config,
        clock,
        store,
        vault,
        authority,
        journal,
        live,
        signer,
        wireguard,
        policy_change,
        cut_pacer,
        places,
        whereabouts: Default::default(),
        refused_logins: RefusedLogins::default(),
        sources,
        homes,
        quotas,
        writers: Default::default(),
        space,
    });
    settle_policy(&services, unapplied).await?;
    note_roles(&services).await?;
    interrupted(&services).await?;
    let admin = Arc::new(Admin {
        services: Arc::clone(&services),
        assets: Box::new(SshAssets),
        pending_codes: Default::default(),
    });
    let commands = Box::new(console::OverSsh { admin: Arc::clone(&admin) });
    let front = Arc::new(SshFront { services: Arc::clone(&services), server, commands });
    Ok(Assembled { services, admin, front, _lock: lock })
}

/// Reports are signed by the key that clients know the gateway by.
struct HostSigner(HostKey);

impl Signs for HostSigner {
    fn sign(&self, purpose: &str, bytes: &[u8]) -> Result<String, String> {
        self.0.sign(purpose, bytes).map_err(|error| error.to_string())
    }

    fn fingerprint(&self) -> String {
        self.0.public().map(|key| key.fingerprint()).unwrap_or_default()
    }
}

fn directory(path: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| StartError::Directory(path.display().to_string(), error))
}

/// Factors from before the role was kept beside them: the role that the account has now.
async fn note_roles(services: &Services) -> Result<(), StartError> {
    let standing = services.live.standing();
    if standing.policy.is_empty() {
        return Ok(()); // a command that brings its own files: nobody's role is known yet
    }
    for EnrolledAs { operator: name, role } in
        gather(WHOLE, |after| services.store.factors().enrolled(after, PAGE)).await?
    {
        if role.is_none() {
            let role =
                standing.policy.operator(name.as_str()).map(|operator| operator.role).unwrap_or_default();
            services.store.factors().note_role(&name, role).await?;
        }
    }
    Ok(())
}

/// The version that was applied last; where there is none yet, what `unapplied` says of `policy_dir`.
async fn settle_policy(services: &Services, unapplied: Unapplied) -> Result<(), StartError> {
    if let Some(PolicyFiles { version, files }) = services.store.policies().in_force().await? {
        let files: Vec<_> = files.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
        let policy = load(services, &files)?;
        if policy.digest() != version.digest {
            let message = format!("version {} in the database is not what was applied", version.version);
            return Err(StartError::Policy(message));
        }
        services.live.update(|standing| {
            standing.policy = Arc::new(policy);
            standing.policy_version = version.version;
        });
        return Ok(());
    }
    if unapplied == Unapplied::Leave {
        return Ok(());
    }
    let fault = |error: AdminError| StartError::Policy(error.told(services.config.language));
    let files = admin::read_policy(&services.config.policy_dir, services.language()).map_err(fault)?;
    let policy = admin::prove_policy(&files, &services.config.timezone)
        .map_err(|unfit| StartError::Policy(unfit.in_full(services.language())))?;
    if unapplied == Unapplied::Read {
        services.live.update(|standing| standing.policy = Arc::new(policy));
        return Ok(());
    }
    let caller = Caller::Local(user_name(rustix::process::getuid().as_raw()));
    let reason = t!("policy.first-start", locale = services.language().tag());
    let change = admin::PolicyChange { reason: &reason, rollback_of: None };
    admin::enforce_policy(services, &caller, files, Arc::new(policy), &change).await.map(drop).map_err(fault)
}

fn load(services: &Services, files: &[SourceFile]) -> Result<Policy, StartError> {
    policy::load(files, &services.config.timezone).map_err(|faults| {
        let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
        StartError::Policy(texts.join("\n"))
    })
}

/// Closes what a gateway that died left open, and says so in the journal: recordings first, so that one of a session
/// that has ended is sealed or lost.
async fn interrupted(services: &Services) -> Result<(), StartError> {
    let open = gather(WHOLE, |after| services.store.sessions().left_open(after, PAGE)).await?;
    if open.is_empty() {
        return Ok(());
    }
    super::left_open::seal(services, &open).await?;
    for row in open {
        let event = Event::SessionEnded {
            session: row.session,
            ending: Ending::Interrupted,
            reason: "the gateway ended before the session did".into(),
            bytes_in: row.bytes_in,
            bytes_out: row.bytes_out,
            unrecorded: row.unrecorded,
        };
        journal(services, event).await?;
    }
    Ok(())
}

/// The first row of a gateway's run.
pub(crate) async fn started(services: &Services) -> Result<(), StartError> {
    services.journal.begin_epoch().await?;
    let policy: Option<Digest> = Some(services.live.standing().policy.digest());
    journal(services, Event::GatewayStarted { version: env!("CARGO_PKG_VERSION").into(), policy }).await?;
    for order in services.live.standing().lockdowns.iter() {
        journal(services, resumed(order.clone())).await?;
    }
    Ok(())
}

fn resumed(order: Lockdown) -> Event {
    let Lockdown { id, scope, except, order, reason, until, started_at, started_by, held: _ } = order;
    Event::LockdownResumed {
        lockdown: id,
        scope: scope.into(),
        except: except.iter().map(ToString::to_string).collect(),
        order,
        reason,
        until,
        started_at,
        started_by,
    }
}
