//! Keys, as a client signs with them.

use std::sync::{Arc, Mutex};

use russh::keys::ssh_key::private::{KeypairData, RsaKeypair};
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};

use super::*;

/// Lets in whoever holds any key, and notes how keys were offered.
#[derive(Default, Clone)]
struct AnyKey(Arc<Mutex<Vec<String>>>);

impl AnyKey {
    fn note(&self, how: &str, key: &OfferedKey) {
        let kind = format!("{key:?}").chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
        self.0.lock().unwrap().push(format!("{how} {kind}"));
    }
}

impl Authenticator for AnyKey {
    type Login = ();

    async fn offered(&mut self, _: &str, key: &OfferedKey) -> bool {
        self.note("offered", key);
        true
    }

    async fn prove(&mut self, _: &str, proof: Proof) -> Answer {
        match proof {
            Proof::PublicKey(key) => {
                self.note("proven", &key);
                match key {
                    OfferedKey::Plain(_) => Answer::Accepted,
                    _ => Answer::Refused { methods: Methods::default(), partial: false },
                }
            }
            _ => Answer::Refused {
                methods: Methods { public_key: true, ..Methods::default() },
                partial: false,
            },
        }
    }

    fn login(&mut self) -> Option<()> {
        Some(())
    }
}

struct Trusting;

impl russh::client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        _: &russh::keys::PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

/// A server that takes connections one after the other, and a client on the first.
async fn connected(authenticator: AnyKey) -> russh::client::Handle<Trusting> {
    let host_key = HostKey::generate().unwrap();
    let refusal = Duration::ZERO;
    let server =
        Server::new(&Settings { host_key, other_host_key: None, keepalive: None, refusal, channels: 4 });
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let Ok((mut connection, ())) = server.accept(theirs, authenticator).await else { return };
        while connection.next().await.is_ok() {}
    });
    let connect = russh::client::connect_stream(Arc::default(), ours, Trusting);
    tokio::time::timeout(PATIENCE, connect).await.unwrap().unwrap()
}

/// A brother of certificates that SHA-1 signs: a plain RSA key whose client signs with SHA-1 was taken.
#[tokio::test]
async fn a_signature_with_sha1_proves_no_key() {
    let pair = RsaKeypair::random(&mut russh::keys::key::safe_rng(), 2048).unwrap();
    let key = Arc::new(PrivateKey::new(KeypairData::Rsa(pair), "").unwrap());
    for (hash, lets_in, offered) in
        [(None, false, "offered Sha1"), (Some(HashAlg::Sha256), true, "offered Plain")]
    {
        let seen = AnyKey::default();
        let mut client = connected(seen.clone()).await;
        let with = PrivateKeyWithHashAlg::new(Arc::clone(&key), hash);
        let tried = tokio::time::timeout(PATIENCE, client.authenticate_publickey("op", with)).await.unwrap();
        assert_eq!(tried.unwrap().success(), lets_in, "{hash:?}");
        assert_eq!(seen.0.lock().unwrap().first().map(String::as_str), Some(offered));
    }
}
