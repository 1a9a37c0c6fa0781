//! Whose word for whose key is believed, from where and when.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::auth::certificate::{CertificateFault, UserCertificate};

use super::operator::Operator;
use super::sources::{Sources, parse_range};
use super::user_ca::UserCa;
use super::whole::Policy;

impl Policy {
    /// All who are believed, by name.
    pub fn user_cas(&self) -> &[UserCa] {
        &self.user_cas
    }

    /// Does some authority speak for this account?
    pub fn certifies(&self, operator: &Operator) -> bool {
        self.user_cas.iter().any(|ca| ca.speaks_for(operator))
    }

    /// Does this certificate prove this account's key, from there and then?
    pub fn believes(
        &self,
        certificate: &UserCertificate,
        operator: &Operator,
        (source, now): (IpAddr, Timestamp),
    ) -> Result<(), CertificateFault> {
        self.still_believes(certificate, operator)?;
        certificate.is_valid_at(u64::try_from(now.as_second()).unwrap_or_default())?;
        keeps_options(certificate, source)
    }

    /// The same of one that has proven it already: that it has expired since ends nothing.
    pub fn still_believes(
        &self,
        certificate: &UserCertificate,
        operator: &Operator,
    ) -> Result<(), CertificateFault> {
        // Two entries may have one key: what one of them revokes is revoked.
        let mut known = self.user_cas.iter().filter(|ca| ca.key == certificate.id.authority).peekable();
        known.peek().ok_or(CertificateFault::UnknownAuthority)?;
        let (mut heard, mut fault) = (false, CertificateFault::Account);
        for ca in known {
            match ca.stands_by(certificate, operator) {
                Ok(()) => heard = true,
                Err(CertificateFault::Revoked) => return Err(CertificateFault::Revoked),
                Err(CertificateFault::Account) => {}
                Err(other) => fault = other,
            }
        }
        if heard { Ok(()) } else { Err(fault) }
    }
}

/// Of what a certificate can ask for, only that it comes from certain addresses is kept to here.
fn keeps_options(certificate: &UserCertificate, source: IpAddr) -> Result<(), CertificateFault> {
    for (name, value) in &certificate.critical {
        if name != "source-address" {
            return Err(CertificateFault::Option(name.chars().take(64).collect()));
        }
        let ranges: Result<Vec<_>, _> = value.split(',').map(|one| parse_range(one.trim())).collect();
        if !ranges.is_ok_and(|ranges| Sources::new(ranges).contain(source)) {
            return Err(CertificateFault::Source);
        }
    }
    Ok(())
}
