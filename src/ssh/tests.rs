//! Logins through the library, both sides in this process.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use super::HostKey;
use super::client::{self, ConnectError, Credential, Dial};
use super::server::{AuthAnswer, AuthMethods, Authenticator, OfferedKey, Proof, Server, Settings};
use crate::domain::Secret;

/// Every refusal takes this long, which is longer than any test waits.
const REFUSAL: Duration = Duration::from_secs(3600);

/// How long a login is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lets in who gives the password "right" and then the code "246810".
#[derive(Default)]
struct Two {
    first: bool,
}

impl Authenticator for Two {
    type Login = ();

    async fn offered(&mut self, _: &str, _: &OfferedKey) -> bool {
        false
    }

    async fn prove(&mut self, _: &str, proof: Proof) -> AuthAnswer {
        let methods = AuthMethods { password: !self.first, interactive: self.first, public_key: false };
        match proof {
            Proof::Password(given) if given.expose_str() == Some("right") => {
                self.first = true;
                AuthAnswer::Refused {
                    methods: AuthMethods { interactive: true, ..AuthMethods::default() },
                    partial: true,
                }
            }
            Proof::Interactive(None) if self.first => {
                AuthAnswer::Ask { prompts: vec![("Code: ".into(), false)] }
            }
            Proof::Interactive(Some(given))
                if self.first && given.first().and_then(Secret::expose_str) == Some("246810") =>
            {
                AuthAnswer::Accepted
            }
            _ => AuthAnswer::Refused { methods, partial: false },
        }
    }

    fn login(&mut self) -> Option<()> {
        Some(())
    }
}

async fn log_in(
    password: &str,
    code: &str,
    timeout: Duration,
) -> Result<client::AssetConnection, ConnectError> {
    let host_key = HostKey::generate().unwrap();
    let pinned = [host_key.public().unwrap()];
    let settings =
        Settings { host_key, other_host_key: None, keepalive: None, refusal: REFUSAL, channels: 4 };
    let server = Server::new(&settings);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok((mut connection, ())) = server.accept(stream, Two::default()).await else { return };
        while connection.next().await.is_ok() {}
    });
    let dial = Dial { host: "127.0.0.1".into(), port, timeout, keepalive: None, legacy: vec![] };
    let credential = Credential::TwoFactors { password: Secret::new(password), code: code.into() };
    client::connect(&dial, &pinned, "op", &credential).await
}

#[tokio::test]
async fn a_step_that_was_right_takes_no_longer_than_its_work() {
    assert!(log_in("right", "246810", PATIENCE).await.is_ok());
}

/// Behind a step that was right, too: nothing tells by its time how wrong it was.
#[tokio::test]
async fn a_refusal_takes_its_time_at_each_step() {
    for (password, code) in [("wrong", ""), ("right", "000000")] {
        let refused = log_in(password, code, Duration::from_secs(2)).await.err();
        assert!(matches!(refused, Some(ConnectError::Timeout(..))), "{password}: {refused:?}");
    }
}

mod keys;
