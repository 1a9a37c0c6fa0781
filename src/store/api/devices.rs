//! Devices that operators come through. A row stays for good: revoking adds to it and takes nothing away.

use std::num::NonZeroU32;

use jiff::Timestamp;

use super::error::StoreError;
use super::future::StoreFuture;
use super::page::Listed;
use crate::device::{Exhausted, Pool};
use crate::domain::{
    Device, DeviceId, DeviceName, Digest, Language, OperatorName, Tell, WireguardKey, english, text,
};

/// What a new device proves itself with. A tunnel's addresses come from the pool.
#[derive(Debug, Clone, Copy)]
pub enum DeviceProof<'a> {
    Wireguard { key: WireguardKey, pool: &'a Pool },
    Tls { fingerprint: Digest, not_after: Timestamp },
}

#[derive(Debug, Clone)]
pub struct NewDevice<'a> {
    pub id: DeviceId,
    pub operator: &'a OperatorName,
    pub name: DeviceName,
    pub proof: DeviceProof<'a>,
    pub at: Timestamp,
    pub by: &'a str,
}

/// A device, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    pub device: Device,
    pub enrolled_by: String,
    pub revoked: Option<Revocation>,
}

impl Listed for DeviceRow {
    type Key = (Timestamp, DeviceId);

    fn key(&self) -> (Timestamp, DeviceId) {
        (self.device.enrolled_at, self.device.id.clone())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    pub at: Timestamp,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum DeviceError {
    TooMany { operator: OperatorName, limit: NonZeroU32 },
    NameTaken { operator: OperatorName, name: DeviceName },
    Known,
    Exhausted(#[from] Exhausted),
    Store(#[from] StoreError),
}

english!(DeviceError);

impl Tell for DeviceError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::TooMany { operator, limit } => {
                text!(language, "vpn.too-many", operator = operator, limit = limit)
            }
            Self::NameTaken { operator, name } => {
                text!(language, "vpn.name-taken", operator = operator, name = name)
            }
            Self::Known => text!(language, "vpn.key-known"),
            Self::Exhausted(error) => error.told(language),
            Self::Store(error) => error.told(language),
        }
    }
}

pub trait DeviceStore: Send + Sync {
    /// Enrols a device; the questions and the row are one transaction, so that two enrolments can share neither
    /// the last place nor an address.
    ///
    /// # Errors
    /// When the operator has `limit` devices of the kind or one of the name, the key was enrolled before, no
    /// address is free, or the database cannot be written.
    fn enrol<'a>(&'a self, new: NewDevice<'a>, limit: NonZeroU32) -> StoreFuture<'a, Device, DeviceError>;

    /// Revokes a device; false when there is none of this id, or it was revoked before.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn revoke<'a>(&'a self, id: &'a DeviceId, revocation: &'a Revocation) -> StoreFuture<'a, bool>;

    /// The devices that were ever enrolled, oldest first; of one operator, if one is named.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn list<'a>(
        &'a self,
        operator: Option<&'a OperatorName>,
        after: Option<(Timestamp, DeviceId)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<DeviceRow>>;
}
