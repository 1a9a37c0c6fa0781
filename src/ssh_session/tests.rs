//! Connections that come through a device, from their first byte.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::access::decide::{AccessRequest, GrantEnd, decide};
use crate::access::live::DeviceRefused;
use crate::access::target::LoginChoice;
use crate::access::testing::{proven, services};
use crate::access::watch;
use crate::domain::{
    Arrival, Device, DeviceCredential as Proof, DeviceId, Digest, Protocol, Role, Via, WireguardKey,
};
use crate::platform::clock::Clock;
use crate::ssh::client::{self, AssetConnection, ConnectError, Credential, Dial};
use crate::ssh::server::{Server, Settings};
use crate::ssh::{ChannelEvent, HostKey, PrivateKey};
use crate::store::{EnrolledKey, Enrolment, Filter, Set};

const POLICY: &str = r#"
[operator.op1]
[operator.op2]
[asset.box]
address = "192.0.2.1:22"
logins = ["root"]
[[rule]]
id = "tunnel"
effect = "allow"
operators = ["op1"]
via = ["tunnel"]
"#;

/// Longer than anything here takes, and than a tick.
const SOON: Duration = Duration::from_secs(10);

/// A gateway, a key that both operators log in with, and a device of the first.
struct Stage {
    services: Arc<Services>,
    front: Arc<SshFront>,
    key: PrivateKey,
    _dir: tempfile::TempDir,
}

fn now() -> Timestamp {
    Timestamp::from_second(1_777_000_000).unwrap()
}

fn id() -> DeviceId {
    DeviceId::new(1, 1)
}

fn tunnel() -> Proof {
    Proof::Wireguard { key: WireguardKey::new([7; 32]), v4: Some([10, 99, 0, 2].into()), v6: None }
}

/// Answers every command with one word.
struct OneWord;

impl CommandRunner for OneWord {
    fn run<'a>(
        &'a self,
        _: &'a Arc<Services>,
        _: &'a Authenticated,
        call: Call<'a>,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            call.channel.outlet.data(b"done"[..].into()).await.unwrap();
            call.channel.outlet.close().await.is_ok()
        })
    }

    fn overview(&self, _: &Services, _: &Authenticated) -> String {
        String::new()
    }
}

impl Stage {
    async fn with(credential: Proof) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let services = services(dir.path(), POLICY, Clock::set(now())).await;
        let pair = HostKey::generate().unwrap();
        let public = pair.public().unwrap();
        let keys = [EnrolledKey::new(public.fingerprint(), public.line())];
        for operator in ["op1", "op2"] {
            let operator = &operator.parse().unwrap();
            let set = Set { at: now(), by: "local:root", role: Role::Operator };
            let new = Enrolment { operator, password: None, codes: None, public_keys: &keys, set };
            services.store.factors().enrol(&new, 2).await.unwrap();
        }
        let (operator, name) = ("op1".parse().unwrap(), "laptop".parse().unwrap());
        let device = Device { id: id(), operator, name, credential, enrolled_at: now() };
        services.live.update(|standing| standing.enrol(device));
        let key = PrivateKey::parse(&pair.private_key().unwrap()).unwrap();
        let settings = Settings {
            host_key: HostKey::load_or_create(&dir.path().join("host_key")).unwrap(),
            other_host_key: None,
            keepalive: None,
            refusal: Duration::ZERO,
            channels: 64,
        };
        let server = Server::new(&settings);
        let front =
            Arc::new(SshFront { services: Arc::clone(&services), server, commands: Box::new(OneWord) });
        Self { services, front, key, _dir: dir }
    }

    fn origin(&self) -> Origin {
        let outer = "198.51.100.7:40000".parse().unwrap();
        let arrival = Arrival { device: id(), owner: "op1".parse().unwrap(), outer };
        Origin::by_device("10.99.0.2:50022".parse().unwrap(), Via::Tunnel, arrival)
    }

    /// Logs in through the device.
    async fn connect(&self, operator: &str) -> Result<AssetConnection, ConnectError> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (front, origin) = (Arc::clone(&self.front), self.origin());
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            serve(front, stream, origin, ()).await;
        });
        let dial = Dial { host: "127.0.0.1".into(), port, timeout: SOON, keepalive: None, legacy: vec![] };
        let pinned = [self.front.server.host_key().public().unwrap()];
        client::connect(&dial, &pinned, operator, &Credential::Key(self.key.clone())).await
    }

    /// The rows of one kind.
    async fn rows(&self, event: &str) -> Vec<serde_json::Value> {
        let rows = self.services.store.journal().list(&Filter::default(), |row| row.event == event).await;
        rows.unwrap().iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
    }
}

async fn ends(connection: &AssetConnection) -> bool {
    let gone = async {
        while connection.alive() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, gone).await.is_ok()
}

#[tokio::test]
async fn the_owner_comes_in_and_the_journal_says_through_what() {
    let stage = Stage::with(tunnel()).await;
    let connection = stage.connect("op1").await.unwrap();
    let mut channel = connection.session().await.unwrap();
    channel.outlet.start(&Start::Exec(b"whoami".to_vec())).await.unwrap();
    let answered =
        async { while !matches!(channel.inbox.next().await, None | Some(ChannelEvent::Data(_))) {} };
    tokio::time::timeout(SOON, answered).await.unwrap();
    let rows = stage.rows("login-accepted").await;
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&row["source"], &row["outer_source"]), (&"10.99.0.2".into(), &"198.51.100.7:40000".into()));
    assert_eq!(row["through"], id().as_str());
}

#[tokio::test]
async fn anybody_else_is_refused_and_alarms() {
    let stage = Stage::with(tunnel()).await;
    if let Ok(connection) = stage.connect("op2").await {
        assert!(ends(&connection).await, "what both factors opened stays open");
    }
    let refused = stage.rows("login-refused").await;
    let [row] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!((&row["actor"], &row["reason"]), (&"op2".into(), &"tunnel-owner".into()));
    assert_eq!(row["through"], id().as_str());
    let alarms = stage.rows("alarm").await;
    let [row] = alarms.as_slice() else { panic!("{alarms:?}") };
    assert_eq!((&row["alarm"], &row["operator"]), (&"tunnel-owner".into(), &"op2".into()));
    assert_eq!(row["owner"], "op1");
    assert!(stage.rows("login-accepted").await.is_empty());
}

#[tokio::test]
async fn a_device_that_fell_meanwhile_lets_nobody_in() {
    let stage = Stage::with(tunnel()).await;
    stage.services.live.update(|standing| standing.revoke(&id()));
    if let Ok(connection) = stage.connect("op1").await {
        assert!(ends(&connection).await);
    }
    let refused = stage.rows("login-refused").await;
    assert_eq!(refused[0]["reason"], "device-unknown", "{refused:?}");
    assert!(stage.rows("login-accepted").await.is_empty());
}

#[tokio::test]
async fn revoking_ends_the_connection_at_once() {
    let stage = Stage::with(tunnel()).await;
    let connection = stage.connect("op1").await.unwrap();
    tokio::time::sleep(watch::TICK * 2).await;
    assert!(connection.alive());
    stage.services.live.update(|standing| standing.revoke(&id()));
    assert!(ends(&connection).await);
}

#[tokio::test]
async fn a_certificate_that_runs_out_ends_the_connection() {
    let hour = SignedDuration::from_hours(1);
    let not_after = now() + hour;
    let stage = Stage::with(Proof::Tls { fingerprint: Digest([7; 32]), not_after }).await;
    let connection = stage.connect("op1").await.unwrap();
    tokio::time::sleep(watch::TICK * 2).await;
    assert!(connection.alive());
    stage.services.clock.advance(Duration::from_secs(3600));
    assert!(ends(&connection).await);
    if let Ok(connection) = stage.connect("op1").await {
        assert!(ends(&connection).await);
    }
    assert_eq!(stage.rows("login-refused").await[0]["reason"], "device-expired");
}

#[tokio::test]
async fn a_grant_lasts_no_longer_than_its_device() {
    let stage = Stage::with(tunnel()).await;
    let who = proven(&stage.services, "op1", stage.origin());
    let wish = AccessRequest {
        asset: "box".into(),
        login: LoginChoice::Named("root".into()),
        protocol: Protocol::Shell,
        file: Default::default(),
        forward_to: None,
    };
    let live = &stage.services.live;
    let mut grant = decide(&stage.services, &who, &mut live.watch(), wish, None).await.unwrap();
    assert!(grant.renew(&live.standing(), now()).is_ok());
    live.update(|standing| standing.revoke(&id()));
    let lapse = grant.renew(&live.standing(), now()).unwrap_err();
    assert!(matches!(lapse, GrantEnd::Device(DeviceRefused::Unknown)), "{lapse:?}");
    assert_eq!(lapse.word(), "device-unknown");
}
