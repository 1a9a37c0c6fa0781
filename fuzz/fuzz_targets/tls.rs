//! No bytes before the login get through a TLS that asks for a certificate, nor make it panic: any bytes, and a real
//! client's first flight with changes. A certificate is read by us as well.
#![no_main]

use std::sync::{Arc, LazyLock};

use juyong::authority::Authority;
use juyong::platform::clock::Clock;
use juyong::config::{Config, TlsClient};
use juyong::ingress::Tls;
use juyong::access::live::{LiveState, Standing};
use juyong::policy::load;
use juyong::vault::{IfMissing, Vault};
use libfuzzer_sys::fuzz_target;
use tokio::io::AsyncWriteExt;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore};

/// The server, what a client says to it first, and what runs them.
struct Ends {
    tls: Tls,
    hello: Vec<u8>,
    runtime: tokio::runtime::Runtime,
}

static ENDS: LazyLock<Ends> = LazyLock::new(|| {
    let dir = std::env::temp_dir().join(format!("juyong-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    let mut config = Config::under(&dir);
    config.tunnel.tls_client = TlsClient::Required;
    let vault = Vault::unlock(&dir, IfMissing::Make).expect("a vault");
    let policy = load(&[], &jiff::tz::TimeZone::UTC).unwrap_or_else(|_| panic!("the policy loads"));
    let live = LiveState::new(Standing {
        policy: Arc::new(policy),
        policy_version: 1,
        lockdowns: Default::default(),
        disabled: Default::default(),
        devices: Arc::default(),
        killed: Default::default(),
        draining: false,
        over: false,
    });
    let tls = Tls::new(&config, &Authority::new(&dir, vault), live, Clock::system()).expect("TLS");
    let client = ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    std::fs::remove_dir_all(&dir).expect("the directory goes"); // all of it was read
    let name = "gw.example.org".try_into().expect("a name");
    let mut hello = Vec::new();
    let mut client = ClientConnection::new(Arc::new(client), name).expect("a client");
    client.write_tls(&mut hello).expect("its hello");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    Ends { tls, hello, runtime }
});

/// The hello with some bytes changed, and the rest of the input behind it. Each process has a hello of its own: a find
/// here may take several tries to come again.
fn changed(hello: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut flight = hello.to_vec();
    let (changes, rest) = bytes.split_at(bytes.len().min(12));
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % flight.len();
        flight[at] ^= change[2];
    }
    flight.extend_from_slice(rest);
    flight
}

fuzz_target!(|bytes: &[u8]| {
    let Ends { tls, hello, runtime } = &*ENDS;
    let _ = juyong::authority::device(bytes);
    for flight in [bytes.to_vec(), changed(hello, bytes)] {
        let entered = runtime.block_on(async {
            let (mut client, server) = tokio::io::duplex(64 << 10);
            client.write_all(&flight).await.expect("there is room");
            client.shutdown().await.expect("it ends");
            tls.enter(server, "192.0.2.7:50022".parse().expect("an address")).await.map(drop)
        });
        assert!(entered.is_err());
    }
});
