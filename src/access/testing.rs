//! What a session needs from the outside world, in a directory of the test's own.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::services::{Authenticated, Services};
use crate::access::live::{LiveState, Standing};
use crate::auth::Alternatives;
use crate::authority::Authority;
use crate::config::Config;
use crate::domain::{Language, Origin};
use crate::journal::Journal;
use crate::lockdown::Lockdowns;
use crate::platform::clock::Clock;
use crate::policy::{Policy, SourceFile, load};
use crate::store::Store;
use crate::vault::{IfMissing, Vault};

pub(crate) fn policy(text: &str) -> Arc<Policy> {
    let files = [SourceFile { path: "p.toml".into(), text: text.to_owned() }];
    Arc::new(load(&files, &TimeZone::UTC).unwrap())
}

pub(crate) async fn services(dir: &Path, text: &str, clock: Clock) -> Arc<Services> {
    let mut config = Config::under(dir);
    (config.language, config.contact) = (Language::English, "ext. 8800".into());
    config.auth.factors = Alternatives::parse(&["publickey"]).unwrap(); // one, for tests that log in
    std::fs::create_dir_all(&config.recordings).unwrap();
    let store = Store::open(&dir.join("juyong.db")).await.unwrap();
    let standing = Standing {
        policy: policy(text),
        policy_version: 1,
        lockdowns: Lockdowns::default(),
        disabled: Default::default(),
        devices: Arc::default(),
        draining: false,
        killed: Default::default(),
        over: false,
    };
    let vault = Vault::unlock(dir, IfMissing::Make).unwrap();
    let places = super::Places::new(&config.limits);
    let sources = super::FailingSources::new(super::block_rule(&config));
    let homes = super::Homes::new(config.auth.home_for.as_duration(), Vec::new());
    let (quotas, space) = (super::quotas(&config), super::space(&config));
    Arc::new(Services {
        config,
        clock,
        journal: Journal::start(store.clone()),
        store,
        authority: Authority::new(dir, vault.clone()),
        vault,
        live: LiveState::new(standing),
        signer: Box::new(NoSigner),
        wireguard: None,
        policy_change: Default::default(),
        cut_pacer: Default::default(),
        places,
        refused_logins: Default::default(),
        whereabouts: Default::default(),
        sources,
        homes,
        quotas,
        writers: Default::default(),
        space,
    })
}

struct NoSigner;

impl super::Signs for NoSigner {
    fn sign(&self, _: &str, _: &[u8]) -> Result<String, String> {
        Err("nothing is signed here".into())
    }

    fn fingerprint(&self) -> String {
        "SHA256:none".into()
    }
}

/// Somebody who has proven what there is to prove.
pub(crate) fn proven(services: &Services, operator: &str, origin: Origin) -> Authenticated {
    Authenticated {
        operator: operator.parse().unwrap(),
        origin,
        factors: vec![],
        key: None,
        certificate: None,
        code_age: None,
        target: None,
        client: String::new(),
        since: services.clock.anchor(),
        broke_nothing: false,
    }
}
