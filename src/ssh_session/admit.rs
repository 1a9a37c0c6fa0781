//! The first step: the SSH handshake, and factors until somebody is proven by [`LoginAttempt`].

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::front::SshFront;
use super::turned_out::turn_out;
use crate::access::admission;
use crate::access::login::{ClaimedName, Invited, LoggedIn, LoginAttempt, Offer, Reply, refused_login};
use crate::access::target::LoginSpec;
use crate::access::{Approach, Authenticated, Services};
use crate::domain::Origin;
use crate::ssh::PublicKey;
use crate::ssh::server::{self, AuthAnswer, AuthMethods, Authenticator, OfferedKey, ServerConnection};

/// The login service, as SSH's authentication asks it (RFC 4252, RFC 4256).
struct SshAuthenticator {
    login: LoginAttempt,
    /// Cancelled when the keys are exchanged.
    greeted: CancellationToken,
    /// Keys that the client has shown, for whoever has still to enrol one.
    offered: Vec<PublicKey>,
}

/// Keys that are kept of those that a client shows.
const OFFERED: usize = 8;

/// Who came in.
pub(super) enum Admitted {
    Proven(Authenticated),
    /// To enrol, and for nothing else.
    Invited {
        invited: Box<Invited>,
        offered: Vec<PublicKey>,
    },
}

impl Admitted {
    fn who(&self) -> &Authenticated {
        match self {
            Self::Proven(who) => who,
            Self::Invited { invited, .. } => invited.who(),
        }
    }

    fn by(self, client: &str) -> Self {
        match self {
            Self::Proven(who) => Self::Proven(Authenticated { client: client.to_owned(), ..who }),
            Self::Invited { invited, offered } => {
                Self::Invited { invited: Box::new(invited.by(client)), offered }
            }
        }
    }
}

fn methods(methods: crate::auth::Methods) -> AuthMethods {
    AuthMethods {
        public_key: methods.publickey,
        password: methods.password,
        interactive: methods.keyboard_interactive,
    }
}

impl Authenticator for SshAuthenticator {
    type Login = Admitted;

    fn greeted(&mut self) {
        self.greeted.cancel();
        self.login.greeted();
    }

    async fn offered(&mut self, user: &str, key: &OfferedKey) -> bool {
        let spec = LoginSpec::parse(user);
        if let OfferedKey::Plain(key) = key
            && self.offered.len() < OFFERED
            && !self.offered.contains(key)
        {
            self.offered.push(key.clone());
        }
        match key {
            OfferedKey::Plain(key) => self.login.knows(&spec, &key.fingerprint()).await,
            OfferedKey::Certified(certificate) => self.login.knows_certificate(&spec, certificate).await,
            OfferedKey::Sha1 => self.login.knows_weak(&spec).await,
        }
    }

    async fn prove(&mut self, user: &str, proof: server::Proof) -> AuthAnswer {
        let proof = match proof {
            server::Proof::None => Offer::None,
            server::Proof::PublicKey { key, security } => Offer::Key(key.fingerprint(), security),
            server::Proof::Certificate(read) => Offer::Certificate(read),
            server::Proof::Password(given) => Offer::Password(given),
            server::Proof::Interactive(None) => Offer::Questions,
            server::Proof::Interactive(Some(given)) => Offer::Answers(given),
        };
        match self.login.prove(&LoginSpec::parse(user), proof).await {
            Reply::Accepted => AuthAnswer::Accepted,
            Reply::Refused { methods: left, partial } => {
                AuthAnswer::Refused { methods: methods(left), partial }
            }
            Reply::Ask(questions) => AuthAnswer::Ask {
                prompts: questions.prompts.into_iter().map(|prompt| (prompt, false)).collect(),
            },
        }
    }

    fn banner(&self) -> Option<String> {
        self.login.banner()
    }

    fn login(&mut self) -> Option<Admitted> {
        let offered = std::mem::take(&mut self.offered);
        Some(match self.login.take()? {
            LoggedIn::Proven(who) => Admitted::Proven(who),
            LoggedIn::Invited(invited) => Admitted::Invited { invited, offered },
        })
    }
}

/// Waits for a proven person; every way in which that fails is journaled.
pub(super) async fn admit<S>(
    front: &SshFront,
    stream: S,
    origin: Origin,
    approach: impl Approach,
) -> Option<(ServerConnection, Admitted)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let services = &front.services;
    let limits = &services.config.limits;
    let approach: Arc<dyn Approach> = Arc::new(approach);
    let greeted = CancellationToken::new();
    let claimed = ClaimedName::default();
    let about = (origin.clone(), claimed.clone());
    let login = LoginAttempt::new(Arc::clone(services), about, Arc::clone(&approach));
    let door = SshAuthenticator { login, greeted: greeted.clone(), offered: Vec::new() };
    let accept = tokio::time::timeout(limits.login_grace.as_duration(), front.server.accept(stream, door));
    let silence = async {
        if tokio::time::timeout(limits.handshake(), greeted.cancelled()).await.is_ok() {
            std::future::pending().await
        }
    };
    let accepted = tokio::select! {
        biased;
        accepted = accept => accepted,
        () = silence => {
            approach.silent(); // counted there: a row each would be theirs to fill the disk with
            return None;
        }
    };
    let (connection, admitted) = match accepted {
        Ok(Ok(accepted)) => accepted,
        Ok(Err(ended)) if ended.is_fault() => {
            let detail = Some(ended.to_string());
            refused_login(services, claimed.actor(), &origin, "protocol-error", detail).await;
            return None;
        }
        Ok(Err(ended)) if ended.is_mismatch() => {
            let detail = Some(ended.to_string());
            refused_login(services, claimed.actor(), &origin, "no-common-algorithm", detail).await;
            return None;
        }
        Ok(Err(_)) => return None, // left before proving anything: what was tried is in the journal already
        Err(_) => {
            refused_login(services, claimed.actor(), &origin, "login-grace", None).await;
            return None;
        }
    };
    approach.proven(admitted.who().origin.address());
    let admitted = admitted.by(connection.client());
    welcome(services, connection, admitted).await
}

/// Who may not be here is told so, and the connection ends.
async fn welcome(
    services: &Arc<Services>,
    connection: ServerConnection,
    admitted: Admitted,
) -> Option<(ServerConnection, Admitted)> {
    match admission::welcome(services, admitted.who()).await {
        Ok(()) => Some((connection, admitted)),
        Err(line) => {
            turn_out(&line, connection).await;
            None
        }
    }
}
