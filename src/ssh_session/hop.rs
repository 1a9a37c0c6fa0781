//! `ssh -J USER@gateway LOGIN@ASSET`: the inner SSH connection ends here, too, so that what happens in it is
//! judged and recorded like everything else. Its user was proven by the outer one.

use std::pin::Pin;
use std::sync::Arc;

use crate::access::Authenticated;
use crate::access::target::{LoginChoice, Target};
use crate::ssh::server::{AuthAnswer, Authenticator, OfferedKey, Proof, ServerConnection};
use crate::ssh::{Channel, duplex};
use crate::ssh_session::visit::Visit;

/// Accepts whoever comes through the outer connection; the user name is the login on the asset.
struct Inner {
    who: Authenticated,
    login: Option<String>,
}

impl Authenticator for Inner {
    type Login = (Authenticated, String);

    async fn offered(&mut self, _user: &str, _key: &OfferedKey) -> bool {
        true
    }

    async fn prove(&mut self, user: &str, _proof: Proof) -> AuthAnswer {
        self.login = Some(user.to_owned());
        AuthAnswer::Accepted
    }

    fn login(&mut self) -> Option<Self::Login> {
        Some((self.who.clone(), self.login.take()?))
    }
}

/// Serves what a proven person opens on a connection: an inner one is attended as the outer one is.
pub(super) type Attend =
    fn(Arc<Visit>, ServerConnection, Option<Target>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves the inner connection on `channel` until either ends.
pub(super) async fn serve(outer: &Arc<Visit>, asset: String, channel: Channel, attend: Attend) {
    let (stream, carrying) = duplex(channel);
    let (services, front) = (Arc::clone(&outer.services), Arc::clone(&outer.front));
    let inner = async {
        let authenticator = Inner { who: outer.who.clone(), login: None };
        let grace = services.config.limits.login_grace.as_duration();
        let accepted = tokio::time::timeout(grace, front.server.accept(stream, authenticator)).await;
        let (connection, (who, login)) = match accepted {
            Ok(Ok(accepted)) => accepted,
            Ok(Err(ended)) if ended.is_fault() || ended.is_mismatch() => {
                return outer.broken_off(ended.to_string()).await;
            }
            _ => return, // left, or said nothing
        };
        let target = Target { login: LoginChoice::Named(login), asset };
        let visit = Arc::new(outer.inner(who));
        attend(visit, connection, Some(target)).await;
    };
    tokio::join!(inner, carrying);
}
