#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as ClientStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::access::live::Standing;
use crate::authority::Issued;
use crate::domain::{Device, DeviceCredential, DeviceId, OperatorName};
use crate::lockdown::Lockdowns;
use crate::policy::{SourceFile, load};
use crate::vault::{IfMissing, Vault};

const PEER: &str = "192.0.2.7:50022";

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + day * 86_400).unwrap()
}

/// A gateway's TLS, with one operator and what is enrolled.
struct Gateway {
    dir: tempfile::TempDir,
    config: Config,
    authority: Authority,
    live: LiveState,
    clock: Clock,
}

fn config(dir: &Path) -> Config {
    let mut config = Config::under(dir);
    config.tunnel.endpoint = Some("gw.example.org:51820".into());
    config
}

impl Gateway {
    fn new(client: TlsClient) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = config(dir.path());
        config.tunnel.tls_client = client;
        let vault = Vault::unlock(dir.path(), IfMissing::Make).unwrap();
        let authority = Authority::new(dir.path(), vault);
        let policy = SourceFile { path: "p.toml".into(), text: "[operator.op1]\n[operator.op2]\n".into() };
        let live = LiveState::new(Standing {
            policy: Arc::new(load(&[policy], &TimeZone::UTC).unwrap()),
            policy_version: 1,
            lockdowns: Lockdowns::default(),
            disabled: BTreeMap::new(),
            devices: Arc::default(),
            draining: false,
            killed: Default::default(),
            over: false,
        });
        Self { dir, config, authority, live, clock: Clock::set(at(0)) }
    }

    fn tls(&self) -> Arc<Tls> {
        let tls = Tls::new(&self.config, &self.authority, self.live.clone(), self.clock.clone());
        Arc::new(tls.unwrap())
    }

    fn issue(&self, id: &DeviceId) -> Issued {
        let (operator, name) = ("op1".parse().unwrap(), "laptop".parse().unwrap());
        self.authority.issue(&operator, id, &name, at(0), at(30)).unwrap()
    }

    fn enrol(&self, id: &DeviceId) -> Issued {
        let issued = self.issue(id);
        let device = Device {
            id: id.clone(),
            operator: "op1".parse().unwrap(),
            name: "laptop".parse().unwrap(),
            credential: DeviceCredential::Tls { fingerprint: issued.fingerprint, not_after: at(30) },
            enrolled_at: at(0),
        };
        self.live.update(|standing| Arc::make_mut(&mut standing.devices).insert(device));
        issued
    }
}

fn device() -> DeviceId {
    DeviceId::new(7, 7)
}

/// A client that trusts this authority and shows this certificate.
fn client(gateway: &Gateway, shows: Option<&Issued>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let root = gateway.authority.certificate(at(0)).unwrap();
    roots.add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap()).unwrap();
    let time = Arc::new(Time(gateway.clock.clone()));
    let builder = ClientConfig::builder_with_details(Arc::new(provider()), time)
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots);
    match shows {
        None => builder.with_no_client_auth(),
        Some(issued) => {
            let certificate = CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(issued.key.expose()).unwrap();
            builder.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    }
}

type Entered = Result<(TlsStream<DuplexStream>, Origin), Option<Refusal>>;

/// Both sides' word on one connection. The client's counts after it read something: its handshake ends first.
async fn meet(
    tls: &Arc<Tls>,
    config: &Arc<ClientConfig>,
) -> (Entered, io::Result<ClientStream<DuplexStream>>) {
    let (near, far) = tokio::io::duplex(16 * 1024);
    let name = ServerName::try_from("gw.example.org").unwrap();
    let connect = async {
        let mut stream = TlsConnector::from(Arc::clone(config)).connect(name, far).await?;
        stream.read_exact(&mut [0]).await?;
        Ok(stream)
    };
    let enter = async {
        let mut entered = tls.enter(near, PEER.parse().unwrap()).await;
        if let Ok((stream, _)) = &mut entered {
            stream.write_all(b"S").await.unwrap();
            stream.flush().await.unwrap();
        }
        entered
    };
    tokio::join!(enter, connect)
}

async fn refused(gateway: &Gateway, shows: Option<&Issued>) -> (&'static str, Option<DeviceId>) {
    let (entered, connected) = meet(&gateway.tls(), &Arc::new(client(gateway, shows))).await;
    let error = connected.unwrap_err().to_string();
    assert!(error.contains("alert"), "the client is told: {error}");
    entered.err().unwrap().unwrap().into_parts()
}

#[tokio::test]
async fn a_device_is_known_by_its_certificate_at_every_connection() {
    let gateway = Gateway::new(TlsClient::Required);
    let issued = gateway.enrol(&device());
    let (tls, config) = (gateway.tls(), Arc::new(client(&gateway, Some(&issued))));
    for _ in 0..3 {
        let (entered, connected) = meet(&tls, &config).await;
        let (stream, origin) = entered.unwrap();
        let owner: OperatorName = "op1".parse().unwrap();
        let expected = Arrival { device: device(), owner, outer: PEER.parse().unwrap() };
        assert_eq!((origin.via(), origin.arrival()), (Via::Tls, Some(&expected)));
        assert_eq!(origin.to_string(), PEER);
        let connected = connected.unwrap();
        let (_, client) = connected.get_ref();
        assert_eq!(client.handshake_kind(), Some(rustls::HandshakeKind::Full), "nothing is resumed");
        assert_eq!(
            client.negotiated_key_exchange_group().unwrap().name(),
            rustls::NamedGroup::X25519MLKEM768
        );
        drop(stream);
    }
}

#[tokio::test]
async fn no_certificate_is_refused_where_one_is_required_and_only_there() {
    assert_eq!(refused(&Gateway::new(TlsClient::Required), None).await, ("certificate-missing", None));
    for asked in [TlsClient::Optional, TlsClient::None] {
        let gateway = Gateway::new(asked);
        let (entered, connected) = meet(&gateway.tls(), &Arc::new(client(&gateway, None))).await;
        let (_, origin) = entered.unwrap();
        assert_eq!((origin.via(), origin.arrival()), (Via::Tls, None));
        connected.unwrap();
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_enrolled_or_somebody_revoked_is_refused() {
    for asked in [TlsClient::Required, TlsClient::Optional] {
        let gateway = Gateway::new(asked);
        let issued = gateway.enrol(&device());
        gateway.live.update(|standing| drop(Arc::make_mut(&mut standing.devices).remove(&device())));
        assert_eq!(refused(&gateway, Some(&issued)).await, ("device-unknown", Some(device())));
    }
}

#[tokio::test]
async fn a_device_falls_and_rises_with_its_owners_account() {
    let gateway = Gateway::new(TlsClient::Optional);
    let issued = gateway.enrol(&device());
    let owner: OperatorName = "op1".parse().unwrap();
    gateway.live.update(|standing| drop(standing.disabled.insert(owner.clone(), "leave".into())));
    assert_eq!(refused(&gateway, Some(&issued)).await, ("operator-disabled", Some(device())));
    gateway.live.update(|standing| drop(standing.disabled.remove(&owner)));
    meet(&gateway.tls(), &Arc::new(client(&gateway, Some(&issued)))).await.1.unwrap();
}

#[tokio::test]
async fn an_old_certificate_is_refused_by_the_gateways_clock() {
    let gateway = Gateway::new(TlsClient::Optional);
    let issued = gateway.enrol(&device());
    gateway.clock.advance(Duration::from_secs(31 * 86_400));
    assert_eq!(refused(&gateway, Some(&issued)).await, ("device-expired", Some(device())));
}

#[tokio::test]
async fn a_certificate_of_another_gateway_with_the_same_names_is_refused() {
    let (gateway, other) = (Gateway::new(TlsClient::Optional), Gateway::new(TlsClient::Optional));
    gateway.enrol(&device());
    let foreign = other.enrol(&device());
    assert_eq!(refused(&gateway, Some(&foreign)).await, ("certificate-issuer", None));
}

#[tokio::test]
async fn a_servers_certificate_is_no_devices() {
    let gateway = Gateway::new(TlsClient::Optional);
    let names = server_names(&gateway.config);
    let pair = gateway.authority.server(&names, at(0)).unwrap();
    let der = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
    let fingerprint = crate::authority::fingerprint(&der);
    let shown =
        Issued { certificate: pair.certificate, key: pair.key, authority: String::new(), fingerprint };
    assert_eq!(refused(&gateway, Some(&shown)).await, ("certificate-purpose", None));
}

#[tokio::test]
async fn garbage_ends_and_is_told_from_silence() {
    let gateway = Gateway::new(TlsClient::Optional);
    let tls = gateway.tls();
    for (sent, reason) in
        [(&b"SSH-2.0-OpenSSH_10.0\r\n"[..], Some("tls-malformed")), (b"", None), (b"\x16\x03\x01", None)]
    {
        let (near, mut far) = tokio::io::duplex(1024);
        far.write_all(sent).await.unwrap();
        far.shutdown().await.unwrap();
        let refusal = tls.enter(near, PEER.parse().unwrap()).await.err().unwrap();
        assert_eq!(refusal.map(|refusal| refusal.into_parts().0), reason, "{sent:?}");
    }
}

fn write_pair(gateway: &Gateway, names: &[&str]) -> crate::config::PemFiles {
    let dir = gateway.dir.path().join("pair");
    std::fs::create_dir_all(&dir).unwrap();
    let names = crate::authority::Names::new(names.iter().map(|name| (*name).to_owned()));
    let pair = gateway.authority.server(&names, at(0)).unwrap();
    let files = crate::config::PemFiles { certificate: dir.join("chain.pem"), key: dir.join("key.pem") };
    keyfile_replace(&files.certificate, pair.certificate.as_bytes());
    keyfile_replace(&files.key, pair.key.expose());
    files
}

fn keyfile_replace(file: &Path, bytes: &[u8]) {
    crate::platform::key_file::replace(file, bytes).unwrap();
}

async fn served(tls: &Arc<Tls>, gateway: &Gateway) -> Vec<u8> {
    let connected = meet(tls, &Arc::new(client(gateway, None))).await.1.unwrap();
    connected.get_ref().1.peer_certificates().unwrap().first().unwrap().to_vec()
}

#[tokio::test]
async fn a_changed_certificate_is_served_without_a_restart_and_a_broken_one_is_not() {
    let mut gateway = Gateway::new(TlsClient::None);
    let files = write_pair(&gateway, &["gw.example.org", "a"]);
    gateway.config.tunnel.tls_server = Some(files.clone());
    let tls = gateway.tls();
    let first = served(&tls, &gateway).await;
    write_pair(&gateway, &["gw.example.org", "b"]);
    tls.identity.refresh(at(0));
    let second = served(&tls, &gateway).await;
    assert_ne!(first, second);
    assert!(check_pair(&files).is_ok());

    keyfile_replace(&files.key, &std::fs::read(&files.certificate).unwrap());
    tls.identity.refresh(at(0));
    assert_eq!(served(&tls, &gateway).await, second, "the old one stays");
    assert!(check_pair(&files).unwrap_err().contains("not a private key"));
    std::fs::remove_file(&files.certificate).unwrap();
    tls.identity.refresh(at(0));
    assert_eq!(served(&tls, &gateway).await, second, "the old one stays");

    let third = write_pair(&gateway, &["gw.example.org", "c"]);
    tls.identity.refresh(at(0));
    assert_ne!(served(&tls, &gateway).await, second);
    let wide = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&third.key, wide).unwrap();
    assert!(check_pair(&third).unwrap_err().ends_with("(mode 0644): run chmod 600 on it"));
}

#[test]
fn a_key_of_another_certificate_is_not_served() {
    let mut gateway = Gateway::new(TlsClient::None);
    let files = write_pair(&gateway, &["a"]);
    let first = std::fs::read(&files.key).unwrap();
    write_pair(&gateway, &["b"]);
    keyfile_replace(&files.key, &first);
    gateway.config.tunnel.tls_server = Some(files);
    let tls = Tls::new(&gateway.config, &gateway.authority, gateway.live.clone(), gateway.clock.clone());
    let error = tls.err().unwrap().to_string();
    assert!(error.starts_with("tunnel.tls_server: certificate and key cannot be used together"), "{error}");
}

#[tokio::test]
async fn the_gateways_own_certificate_is_renewed_while_it_runs() {
    let gateway = Gateway::new(TlsClient::None);
    let tls = gateway.tls();
    let first = served(&tls, &gateway).await;
    gateway.clock.advance(Duration::from_secs(100 * 86_400));
    tls.identity.refresh(gateway.clock.now());
    assert_eq!(served(&tls, &gateway).await, first, "two thirds are left");
    gateway.clock.advance(Duration::from_secs(200 * 86_400));
    tls.identity.refresh(gateway.clock.now());
    assert_ne!(served(&tls, &gateway).await, first);
}
