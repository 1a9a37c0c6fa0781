//! Whose certificates prove a key, and for whom: `[user_ca.NAME]`.

use std::ops::RangeInclusive;

use crate::auth::certificate::{CertificateFault, UserCertificate};
use crate::domain::{OperatorSelector, PublicKeyLine, Role, UserCaName};

use super::context::Context;
use super::fields::Fields;
use super::items::Item;
use super::operator::Operator;
use crate::diagnostic::{Diagnostics, Fault};

/// A checked `[user_ca.NAME]`: an authority whose certificates are believed.
#[derive(Debug, Clone, PartialEq)]
pub struct UserCa {
    pub name: UserCaName,
    /// Its key's SHA-256 fingerprint.
    pub key: String,
    /// For whom it may speak.
    pub operators: Vec<OperatorSelector>,
    revoked: Vec<Revoked>,
}

/// Certificates that are believed no more.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Revoked {
    Serials(RangeInclusive<u64>),
    KeyId(String),
}

const FIELDS: [&str; 3] = ["key", "operators", "revoked"];

impl UserCa {
    pub(super) fn read<'a>(
        item: &Item<'a>,
        context: &Context<'a>,
        faults: &mut Diagnostics<'a>,
    ) -> Option<Self> {
        let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults);
        fields.require(&["key", "operators"]);
        let key = fields.parse("key", read_key);
        let operators = fields.list("operators", |text| context.names.operator(text));
        let revoked = fields.list("revoked", read_revoked).unwrap_or_default();
        let name = fields.name(item.name, UserCaName::parse)?;
        Some(Self { name, key: key?, operators: operators?, revoked })
    }

    /// May it speak for this account? Never for an officer or an auditor: whoever signs certificates could be them, and
    /// setting their factors is a matter of two persons.
    pub(super) fn speaks_for(&self, operator: &Operator) -> bool {
        let open = matches!(operator.role, Role::Operator | Role::System);
        open && self.operators.iter().any(|selector| selector.matches(&operator.account()))
    }

    fn has_revoked(&self, certificate: &UserCertificate) -> bool {
        self.revoked.iter().any(|revoked| match revoked {
            Revoked::Serials(serials) => serials.contains(&certificate.id.serial),
            Revoked::KeyId(key_id) => *key_id == certificate.id.key_id,
        })
    }

    /// Does it stand by this certificate of this account, as things are?
    pub(super) fn stands_by(
        &self,
        certificate: &UserCertificate,
        operator: &Operator,
    ) -> Result<(), CertificateFault> {
        match () {
            () if !self.speaks_for(operator) => Err(CertificateFault::Account),
            () if self.has_revoked(certificate) => Err(CertificateFault::Revoked),
            () if !certificate.principals.iter().any(|one| operator.goes_by(one)) => {
                Err(CertificateFault::Principal)
            }
            () => Ok(()),
        }
    }
}

fn read_key(text: &str) -> Result<String, Fault> {
    let key = PublicKeyLine::parse(text).ok_or_else(|| {
        let fault = Fault::new(format_args!("{text:?} is not an OpenSSH public key"));
        fault.hint("write the line of the authority's .pub file: \"ssh-ed25519 AAAA…\"")
    })?;
    if key.kind().contains("-cert-v") {
        let fault = Fault::new("this is a certificate; an authority is known by its key");
        return Err(fault.hint("write the line of the .pub file that has no \"-cert\" in its name"));
    }
    if !key.can_certify() {
        let fault =
            Fault::new(format_args!("an authority's key of this kind is not accepted: {}", key.kind()));
        return Err(fault.hint("take Ed25519, ECDSA, or RSA of 2048 to 8192 bits"));
    }
    Ok(key.fingerprint())
}

/// As `ssh-keygen -k` reads it: `serial: 7`, `serial: 10-20`, `id: zhou@laptop`.
fn read_revoked(text: &str) -> Result<Revoked, Fault> {
    let fault = || {
        Fault::new(format_args!("{text:?} revokes nothing"))
            .hint("write \"serial: 7\", \"serial: 10-20\" or \"id: KEY-ID\"")
    };
    let (what, which) = text.split_once(':').ok_or_else(fault)?;
    let which = which.trim();
    match what.trim() {
        "id" if !which.is_empty() => Ok(Revoked::KeyId(which.to_owned())),
        "serial" => {
            let (first, last) = which.split_once('-').unwrap_or((which, which));
            let number = |text: &str| text.trim().parse::<u64>().map_err(|_| fault());
            let (first, last) = (number(first)?, number(last)?);
            if first <= last { Ok(Revoked::Serials(first..=last)) } else { Err(fault()) }
        }
        _ => Err(fault()),
    }
}
