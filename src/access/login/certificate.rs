//! What a login has to do with certificates: whether one is offered whole, and whether the policy stands by it.

use crate::access::services::Services;
use crate::auth::certificate::{CertificateFault, CertificateId, UnfitCertificate, UserCertificate};
use crate::domain::OperatorName;
use crate::policy::Policy;

/// What a client offers, read: whole, or wrong in itself.
pub(crate) type CertificateOffer = Result<UserCertificate, UnfitCertificate>;

/// Why one proves nothing, for the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disbelief {
    pub(super) reason: &'static str,
    pub(super) detail: String,
}

impl Disbelief {
    pub(super) fn of(fault: &CertificateFault, id: &CertificateId) -> Self {
        Self { reason: fault.as_str(), detail: fault.detail(id) }
    }
}

/// Does the policy of now stand by a certificate that proved a key of this account? That it has expired since does not
/// matter: some are made for one login.
pub(crate) fn stands(
    policy: &Policy,
    operator: &OperatorName,
    certificate: &UserCertificate,
) -> Result<(), CertificateFault> {
    let operator = policy.operator(operator.as_str()).ok_or(CertificateFault::Account)?;
    policy.still_believes(certificate, operator)
}

/// The account's key comes from an authority where the policy names one that speaks for it.
pub(super) fn may_have_certificates(services: &Services, operator: Option<&OperatorName>) -> bool {
    let policy = &services.live.standing().policy;
    operator.and_then(|name| policy.operator(name.as_str())).is_some_and(|known| policy.certifies(known))
}
