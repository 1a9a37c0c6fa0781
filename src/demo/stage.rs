//! Sets the demo's stage: a data directory of its own, a policy, four people, and the asset.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::asset;
use crate::access::Services;
use crate::admin::Admin;
use crate::auth::code::{CodeKind, CodeSecret};
use crate::auth::password;
use crate::auth::totp::TotpSecret;
use crate::config::Config;
use crate::console::{Demo, Failure};
use crate::domain::{Language, OperatorName, Secret};
use crate::gateway::{self, Assembled, Unapplied};
use crate::journal::NamedKey;
use crate::platform::clock::Clock;
use crate::platform::host_user::user_name;
use crate::ssh::HostKey;
use crate::ssh::server::{Server, Settings};
use crate::ssh_session::SshFront;
use crate::store::{CredentialKind, Enrolment, NewCredential, SealedCodes, Set};
use crate::vault;

/// The people of the demo; they share a password and a secret, which nobody else should copy.
pub(super) const PEOPLE: [&str; 4] = ["alice", "olga", "audrey", "sam"];

/// What the host key of a demo on the loopback is made from. It is no secret, and so a client that met one
/// demo knows the next; on any other address a demo draws a key.
const WELL_KNOWN: &[u8; 32] = b"juyong demo host key, loopback!!";

/// A running asset and everything that a gateway needs, under a directory that goes when this is dropped.
pub(super) struct Stage {
    assembled: Assembled,
    _asset: AbortOnDrop,
    _dir: Scratch,
    password: String,
    secret: TotpSecret,
    user: String,
    fingerprint: String,
    log_key: String,
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Scratch(PathBuf);

impl Scratch {
    fn make() -> Result<Self, Failure> {
        use std::os::unix::fs::DirBuilderExt;
        let name = format!("juyong-demo-{:016x}", crate::platform::random::bits()?);
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // what stays is in the temporary directory, and sealed
    }
}

fn policy(user: &str, address: SocketAddr, host_key: &str) -> String {
    format!(
        r#"[operator.alice]
name   = "Alice"
groups = ["vendors"]

[operator.olga]
roles = ["security"]

[operator.audrey]
roles = ["auditor"]

[operator.sam]
roles = ["system"]

[asset.demo]
address   = "{address}"
groups    = ["lab"]
danger    = "low"
logins    = ["{user}", "admin"]
host_keys = ["{host_key}"]

[[rule]]
id        = "vendors-in-the-lab"
effect    = "allow"
operators = ["@vendors"]
assets    = ["@lab"]
logins    = ["{user}"]
protocols = ["shell", "exec", "sftp", "scp"]
files     = ["list", "download", "upload", "change"]
commands  = ["careful"]
max_session = "8h"

[commands.careful]
mode      = "guard"
default   = "allow"
opaque    = "allow"

[[commands.careful.entry]]
effect    = "deny"
danger    = "critical"
"#
    )
}

/// Eleven letters and digits: long enough for a demo on the loopback, short enough to type.
fn draw_password() -> Result<String, Failure> {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    let bytes = crate::platform::random::bytes::<8>()?;
    let letters: String = bytes
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()))
        .map(|&c| char::from(c))
        .collect();
    Ok(format!("{letters}-{:02}", bytes.first().copied().unwrap_or_default() % 90 + 10))
}

impl Stage {
    pub(super) async fn set(options: &Demo) -> Result<Self, Failure> {
        let dir = Scratch::make()?;
        let (gateway_key, asset_key) = (HostKey::generate()?, HostKey::generate()?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let settings = Settings {
            host_key: asset_key.clone(),
            other_host_key: None,
            keepalive: None,
            refusal: Duration::ZERO,
            channels: 64,
        };
        let running = tokio::spawn(asset::serve(Server::new(&settings), listener, gateway_key.public()?));
        let user = user_name(rustix::process::getuid().as_raw());
        let config = configuration(&dir.0, options)?;
        std::fs::create_dir_all(&config.policy_dir)?;
        std::fs::write(
            config.policy_dir.join("demo.toml"),
            policy(&user, address, &asset_key.public()?.line()),
        )?;
        let host_key = host_key(&config)?;
        let assembled = gateway::assemble(config, Clock::system(), Unapplied::Apply).await?;
        let secret = TotpSecret::new(&Secret::new(crate::platform::random::bytes::<20>()?))?;
        let password = draw_password()?;
        let services = &assembled.services;
        for name in PEOPLE {
            enrol(services, name, &password, &secret).await?;
        }
        credential(services, &user, &gateway_key).await?;
        gateway::started(services).await?;
        let fingerprint = host_key.public()?.fingerprint();
        let keys = NamedKey::first_and_current(&assembled.services.store).await?;
        let log_key = keys.map(|(first, _)| first.key.to_string()).unwrap_or_default();
        let _asset = AbortOnDrop(running);
        Ok(Self { assembled, _asset, _dir: dir, password, secret, user, fingerprint, log_key })
    }

    pub(super) fn services(&self) -> &Arc<Services> {
        &self.assembled.services
    }

    pub(super) fn admin(&self) -> &Arc<Admin> {
        &self.assembled.admin
    }

    pub(super) fn front(&self) -> Arc<SshFront> {
        Arc::clone(&self.assembled.front)
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }

    pub(super) fn secret(&self) -> &TotpSecret {
        &self.secret
    }

    pub(super) fn totp_secret(&self) -> String {
        self.secret.base32()
    }

    /// Who the asset's shells run as.
    pub(super) fn user(&self) -> &str {
        &self.user
    }

    /// Of the host key that a client meets.
    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The log's first key.
    pub(super) fn log_key(&self) -> &str {
        &self.log_key
    }

    pub(super) fn language(&self) -> Language {
        self.services().config.language
    }

    /// Seconds since 1970.
    pub(super) fn second(&self) -> u64 {
        u64::try_from(self.services().clock.now().as_second()).unwrap_or_default()
    }

    pub(super) fn url(&self) -> String {
        self.secret.url("alice")
    }

    pub(super) fn address(&self) -> SocketAddr {
        let listen = &self.services().config.listen.ssh;
        listen.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 2222)))
    }
}

fn configuration(dir: &Path, options: &Demo) -> Result<Config, Failure> {
    let mut config = Config::under(dir);
    let listen = if options.tour { "127.0.0.1:0" } else { options.listen.as_str() };
    let address = listen.parse().map_err(|_| {
        Failure::text(format!("--listen {listen} is not an address and port, such as 127.0.0.1:2222"))
    })?;
    config.listen.ssh = vec![address];
    config.language = match options.language.as_str() {
        "en" => Language::English,
        "zh-CN" => Language::Chinese,
        other => return Err(Failure::text(format!("--language {other}: there are zh-CN and en"))),
    };
    Ok(config)
}

/// The demo's host key, laid where the gateway looks for its own.
fn host_key(config: &Config) -> Result<HostKey, Failure> {
    let local = config.listen.ssh.iter().all(|address| address.ip().is_loopback());
    let key = if local { HostKey::from_seed(WELL_KNOWN) } else { HostKey::generate()? };
    std::fs::create_dir_all(&config.data_dir)?;
    key.write(&config.data_dir.join("host_key"))?;
    Ok(key)
}

async fn enrol(services: &Services, name: &str, text: &str, secret: &TotpSecret) -> Result<(), Failure> {
    let name = OperatorName::parse(name)?;
    let role = services.live.standing().policy.operator(name.as_str()).map(|operator| operator.role);
    let role = role.unwrap_or_default();
    let hash = password::hash(&Secret::new(text), &crate::platform::random::bytes::<16>()?);
    let hash = hash.map_err(Failure::internal)?;
    let kind = CodeKind::Totp;
    let bytes = CodeSecret::Totp(secret.clone()).bytes();
    let codes = SealedCodes { kind, sealed: services.vault.seal(&vault::otp_context(kind, &name), &bytes)? };
    let enrolment = Enrolment {
        operator: &name,
        password: Some(&hash),
        codes: Some(&codes),
        public_keys: &[],
        set: Set { at: services.clock.now(), by: "demo", role },
    };
    Ok(services.store.factors().enrol(&enrolment, services.config.seats.get()).await?)
}

async fn credential(services: &Services, user: &str, key: &HostKey) -> Result<(), Failure> {
    let (asset, login) = (crate::domain::AssetName::parse("demo")?, crate::domain::LoginName::parse(user)?);
    let sealed = services.vault.seal(&vault::credential_context(&asset, &login), &key.private_key()?)?;
    let row = NewCredential {
        asset: &asset,
        login: &login,
        kind: CredentialKind::Key,
        sealed: &sealed,
        at: services.clock.now(),
        by: "demo",
    };
    Ok(services.store.credentials().set(&row).await?)
}
