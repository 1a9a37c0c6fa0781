//! Keys, as a client signs with them.

use std::sync::{Arc, Mutex};

use russh::keys::agent::AgentIdentity;
use russh::keys::signature::Signer as _;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData, RsaKeypair};
use russh::keys::ssh_key::public::{KeyData, SkEd25519};
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::auth::SecurityKeyUse;

/// Lets in whoever holds any key, and notes how keys were offered and proven.
#[derive(Default, Clone)]
struct AnyKey {
    offered: Arc<Mutex<Vec<String>>>,
    uses: Arc<Mutex<Vec<Option<SecurityKeyUse>>>>,
}

impl Authenticator for AnyKey {
    type Login = ();

    async fn offered(&mut self, _: &str, key: &OfferedKey) -> bool {
        let kind = format!("{key:?}").chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
        self.offered.lock().unwrap().push(kind);
        true
    }

    async fn prove(&mut self, _: &str, proof: Proof) -> AuthAnswer {
        match proof {
            Proof::PublicKey { security, .. } => {
                self.uses.lock().unwrap().push(security);
                AuthAnswer::Accepted
            }
            _ => {
                let methods = AuthMethods { public_key: true, ..AuthMethods::default() };
                AuthAnswer::Refused { methods, partial: false }
            }
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
    for (hash, lets_in, offered) in [(None, false, "Sha1"), (Some(HashAlg::Sha256), true, "Plain")] {
        let seen = AnyKey::default();
        let mut client = connected(seen.clone()).await;
        let with = PrivateKeyWithHashAlg::new(Arc::clone(&key), hash);
        let tried = tokio::time::timeout(PATIENCE, client.authenticate_publickey("op", with)).await.unwrap();
        assert_eq!(tried.unwrap().success(), lets_in, "{hash:?}");
        assert_eq!(seen.offered.lock().unwrap().first().map(String::as_str), Some(offered));
    }
}

/// A security key of software, which says what the test wants; or says again what it has said before.
struct Token {
    key: Ed25519Keypair,
    flags: u8,
    counter: u32,
    again: Option<Vec<u8>>,
}

const APPLICATION: &str = "ssh:";

impl Token {
    fn new(flags: u8, counter: u32) -> Self {
        Self { key: Ed25519Keypair::from_seed(&[7; 32]), flags, counter, again: None }
    }

    fn public(&self) -> russh::keys::PublicKey {
        KeyData::SkEd25519(SkEd25519::new(self.key.public, APPLICATION.to_owned())).into()
    }

    /// As OpenSSH's PROTOCOL.u2f has it: the flags and the counter are signed, and stand behind the signature.
    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let said = [&[self.flags][..], &self.counter.to_be_bytes()].concat();
        let signed = [&Sha256::digest(APPLICATION)[..], &said, &Sha256::digest(message)[..]].concat();
        let signature = self.key.try_sign(&signed).unwrap();
        [string(b"sk-ssh-ed25519@openssh.com"), string(signature.as_bytes()), said].concat()
    }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

impl russh::Signer for Token {
    type Error = russh::AgentAuthError;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        _: Option<HashAlg>,
        to_sign: Vec<u8>,
    ) -> Result<Vec<u8>, russh::AgentAuthError> {
        let signature = self.again.clone().unwrap_or_else(|| self.signature(&to_sign));
        self.again = Some(signature.clone());
        Ok([to_sign, string(&signature)].concat())
    }
}

async fn log_in_by(token: &mut Token) -> (bool, Vec<Option<SecurityKeyUse>>) {
    let seen = AnyKey::default();
    let mut client = connected(seen.clone()).await;
    let public = token.public();
    let tried = client.authenticate_publickey_with("op", public, None, token);
    let lets_in = tokio::time::timeout(PATIENCE, tried).await.unwrap().unwrap().success();
    let uses = seen.uses.lock().unwrap().clone();
    (lets_in, uses)
}

#[tokio::test]
async fn a_security_key_says_whether_it_was_touched_and_knew_its_owner() {
    for flags in [0x00, 0x01, 0x04, 0x05] {
        let (_, uses) = log_in_by(&mut Token::new(flags, 0x0102_0304)).await;
        let said = SecurityKeyUse { touched: flags & 1 != 0, verified: flags & 4 != 0, counter: 0x0102_0304 };
        assert_eq!(uses, [Some(said)], "{flags:#x}");
    }
}

/// It is bound to the session: what was good on one connection is nothing on the next.
#[tokio::test]
async fn a_signature_of_a_security_key_is_good_on_one_connection() {
    let mut token = Token::new(0x01, 9);
    assert!(log_in_by(&mut token).await.0);
    assert_eq!(log_in_by(&mut token).await, (false, vec![]), "the same signature on another connection");
    token.again = None;
    assert!(log_in_by(&mut token).await.0);
}

/// Who turns flags or counter into others has no signature any more.
#[tokio::test]
async fn what_a_security_key_says_is_signed() {
    struct Liar(Token);
    impl russh::Signer for Liar {
        type Error = russh::AgentAuthError;
        async fn auth_sign(
            &mut self,
            _: &AgentIdentity,
            _: Option<HashAlg>,
            to_sign: Vec<u8>,
        ) -> Result<Vec<u8>, russh::AgentAuthError> {
            let mut signature = self.0.signature(&to_sign);
            let flags = signature.len() - 5;
            signature[flags] |= 0x05;
            Ok([to_sign, string(&signature)].concat())
        }
    }
    let seen = AnyKey::default();
    let mut client = connected(seen.clone()).await;
    let mut liar = Liar(Token::new(0x00, 9));
    let public = liar.0.public();
    let tried = client.authenticate_publickey_with("op", public, None, &mut liar);
    assert!(!tokio::time::timeout(PATIENCE, tried).await.unwrap().unwrap().success());
    assert!(seen.uses.lock().unwrap().is_empty());
}
