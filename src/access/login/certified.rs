//! Certificates in place of enrolled keys. The policy of now judges one when it is offered, when its key is proven and when
//! the login is done; what is counted against the way in is counted against its authority, which can certify as many keys
//! as it likes.

use std::sync::Arc;

use super::certificate::{CertificateOffer, Disbelief};
use super::refusal::refused_login;
use super::{LoginAttempt, Next, Tries};
use crate::access::target::LoginSpec;
use crate::auth::Step;
use crate::auth::certificate::{UserCertificate, counted_by};
use crate::event::Actor;

impl LoginAttempt {
    /// Could this certificate be accepted? Nothing is proven yet; one that could not has a row, the first time.
    pub(crate) async fn knows_certificate(&mut self, spec: &LoginSpec, offer: &CertificateOffer) -> bool {
        if self.look(spec).await.is_err() {
            return false;
        }
        if self.judge(offer).is_err() {
            self.source.foreign_key();
        }
        match self.judge(offer) {
            Ok(_) => true,
            Err(disbelief) if self.disbelief.as_ref() == Some(&disbelief) => false,
            Err(disbelief) => {
                self.journal_disbelief(&disbelief).await;
                self.disbelief = Some(disbelief);
                false
            }
        }
    }

    /// A certificate whose key is proven: does it make the key this account's, and is the way open?
    pub(super) async fn certificate(&mut self, offer: CertificateOffer) -> Next {
        let step = |key: &str| Step::PublicKey { fingerprint: key.to_owned(), verified: false };
        let certificate = match self.judge(&offer) {
            Ok(certificate) => certificate.clone(),
            Err(disbelief) => {
                self.source.foreign_key();
                self.journal_disbelief(&disbelief).await;
                return self.attempt.failed(&step(""));
            }
        };
        self.home = self.account.home(&self.services, self.source.net());
        match self.open_way(&certificate.id.authority).await {
            Ok(lockout) => {
                self.tries = Tries::after(lockout);
                let next = self.attempt.proven(step(&certificate.key));
                if self.attempt.key() == Some(&certificate.key) {
                    self.certificate = Some(Arc::new(certificate));
                }
                self.recall(next)
            }
            Err(reason) => {
                self.journal_refusal(reason).await;
                self.attempt.failed(&step(&certificate.key))
            }
        }
    }

    /// The one that proved the key, judged once more: between the key and the code a policy may have changed.
    pub(super) async fn certificate_holds(&mut self) -> bool {
        let Some(certificate) = self.certificate.clone() else { return true };
        let offer = Ok((*certificate).clone());
        match self.judge(&offer) {
            Ok(_) => true,
            Err(disbelief) => {
                self.journal_disbelief(&disbelief).await;
                false
            }
        }
    }

    fn judge<'c>(&self, offer: &'c CertificateOffer) -> Result<&'c UserCertificate, Disbelief> {
        let certificate = offer.as_ref().map_err(|unfit| Disbelief::of(&unfit.fault, &unfit.id))?;
        let id = &certificate.id;
        let obstacle = |reason| Disbelief { reason, detail: id.to_string() };
        let standing = self.services.live.standing();
        let operator = self.account.name.as_ref().and_then(|name| standing.policy.operator(name.as_str()));
        let operator = operator.ok_or_else(|| obstacle("operator-unknown"))?;
        let here = (self.origin.address(), self.services.clock.decisive());
        let believed = standing.policy.believes(certificate, operator, here);
        believed.map_err(|fault| Disbelief::of(&fault, id))?;
        self.account.obstacle().map_or(Ok(certificate), |reason| Err(obstacle(reason)))
    }

    async fn journal_disbelief(&self, disbelief: &Disbelief) {
        let actor = Actor::unproven(self.account.typed());
        let detail = Some(disbelief.detail.clone());
        refused_login(&self.services, actor, &self.origin, disbelief.reason, detail).await;
    }

    /// By what the guesses after a proven key are counted.
    pub(super) fn way_key(&self) -> Option<String> {
        counted_by(self.attempt.key(), self.certificate.as_deref()).map(str::to_owned)
    }
}
