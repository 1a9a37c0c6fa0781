//! Devices that operators come through. A row stays for good: revoking adds to it and takes nothing away.

use std::net::IpAddr;
use std::num::NonZeroU32;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::row::{maybe_time, maybe_word, plain, time, word};
use super::{Store, StoreError};
use crate::device::{Addresses, Exhausted, Pool, Taken};
use crate::domain::{Device, DeviceCredential, DeviceId, DeviceName, Digest, OperatorName, WireguardKey};

/// What a new device proves itself with. A tunnel's addresses come from the pool.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    Wireguard { key: WireguardKey, pool: &'a Pool },
    Tls { fingerprint: Digest, not_after: Timestamp },
}

#[derive(Debug, Clone)]
pub struct NewDevice<'a> {
    pub id: DeviceId,
    pub operator: &'a OperatorName,
    pub name: DeviceName,
    pub proof: Proof<'a>,
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    pub at: Timestamp,
    pub by: String,
    pub reason: String,
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum DeviceError {
    #[error(
        "{operator} has {limit} devices of this kind: revoke one of them, or raise `devices` in [tunnel]"
    )]
    TooMany { operator: OperatorName, limit: NonZeroU32 },
    #[error("{operator} has a device {name}: revoke it, or give another --device")]
    NameTaken { operator: OperatorName, name: DeviceName },
    #[error("this key was enrolled before, for whomever and in use or not: make a new one")]
    Known,
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for DeviceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Devices<'s>(pub(super) &'s Store);

impl Devices<'_> {
    /// Enrols a device; the questions and the row are one transaction, so that two enrolments can share neither
    /// the last place nor an address.
    ///
    /// # Errors
    /// When the operator has `limit` devices of the kind or one of the name, the key was enrolled before, no
    /// address is free, or the database cannot be written.
    pub async fn enrol(self, new: NewDevice<'_>, limit: NonZeroU32) -> Result<Device, DeviceError> {
        let mut tx = self.0.begin().await?;
        let rows = sqlx::query("SELECT * FROM device ORDER BY enrolled_at, id").fetch_all(&mut *tx).await?;
        let rows: Vec<DeviceRow> = rows.iter().map(read).collect::<Result<_, _>>()?;
        let device = admit(new.clone(), &rows, limit)?;
        let sql = "INSERT INTO device
                       (id, operator, name, kind, credential, v4, v6, not_after, enrolled_at, enrolled_by)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let address = |family: fn(&IpAddr) -> bool| device.credential.addresses().find(family);
        sqlx::query(sql)
            .bind(device.id.as_str())
            .bind(device.operator.as_str())
            .bind(device.name.as_str())
            .bind(device.credential.kind())
            .bind(device.credential.to_string())
            .bind(address(IpAddr::is_ipv4).map(|address| address.to_string()))
            .bind(address(IpAddr::is_ipv6).map(|address| address.to_string()))
            .bind(device.credential.not_after().map(Timestamp::as_microsecond))
            .bind(device.enrolled_at.as_microsecond())
            .bind(new.by)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(device)
    }

    /// Revokes a device; false when there is none of this id, or it was revoked before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn revoke(self, id: &DeviceId, revocation: &Revocation) -> Result<bool, StoreError> {
        let sql = "UPDATE device SET revoked_at = ?, revoked_by = ?, revoke_reason = ?
                   WHERE id = ? AND revoked_at IS NULL";
        let query = sqlx::query(sql).bind(revocation.at.as_microsecond()).bind(&revocation.by);
        let done = query.bind(&revocation.reason).bind(id.as_str()).execute(&self.0.write).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Every device that was ever enrolled, oldest first; of one operator, if one is named.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(self, operator: Option<&OperatorName>) -> Result<Vec<DeviceRow>, StoreError> {
        let sql = "SELECT * FROM device WHERE ?1 IS NULL OR operator = ?1 ORDER BY enrolled_at, id";
        let query = sqlx::query(sql).bind(operator.map(OperatorName::as_str));
        query.fetch_all(&self.0.read).await?.iter().map(read).collect()
    }
}

/// The device as it will be, if it may be beside those that are and were.
fn admit(new: NewDevice<'_>, rows: &[DeviceRow], limit: NonZeroU32) -> Result<Device, DeviceError> {
    let NewDevice { id, operator, name, proof, at, .. } = new;
    let credential = match proof {
        Proof::Wireguard { key, pool } => {
            let Addresses { v4, v6 } = pool.allocate(&taken(rows))?;
            DeviceCredential::Wireguard { key, v4, v6 }
        }
        Proof::Tls { fingerprint, not_after } => DeviceCredential::Tls { fingerprint, not_after },
    };
    let own = || rows.iter().filter(|row| row.revoked.is_none() && row.device.operator == *operator);
    if rows.iter().any(|row| row.device.credential.to_string() == credential.to_string()) {
        return Err(DeviceError::Known);
    }
    if own().any(|row| row.device.name == name) {
        return Err(DeviceError::NameTaken { operator: operator.clone(), name });
    }
    let of_kind = own().filter(|row| row.device.credential.kind() == credential.kind()).count();
    if u32::try_from(of_kind).unwrap_or(u32::MAX) >= limit.get() {
        return Err(DeviceError::TooMany { operator: operator.clone(), limit });
    }
    Ok(Device { id, operator: operator.clone(), name, credential, enrolled_at: at })
}

fn taken(rows: &[DeviceRow]) -> Taken {
    let mut taken = Taken::default();
    for row in rows {
        let whose = if row.revoked.is_none() { &mut taken.held } else { &mut taken.left };
        whose.extend(row.device.credential.addresses());
    }
    taken
}

fn read(row: &SqliteRow) -> Result<DeviceRow, StoreError> {
    let revoked = match (maybe_time(row, "revoked_at")?, plain(row, "revoked_by")?) {
        (Some(at), Some(by)) => {
            let reason = plain::<Option<String>>(row, "revoke_reason")?.unwrap_or_default();
            Some(Revocation { at, by, reason })
        }
        _ => None,
    };
    let device = Device {
        id: word(row, "id")?,
        operator: word(row, "operator")?,
        name: word(row, "name")?,
        credential: read_credential(row)?,
        enrolled_at: time(row, "enrolled_at")?,
    };
    Ok(DeviceRow { device, enrolled_by: plain(row, "enrolled_by")?, revoked })
}

fn read_credential(row: &SqliteRow) -> Result<DeviceCredential, StoreError> {
    if let Some(not_after) = maybe_time(row, "not_after")? {
        return Ok(DeviceCredential::Tls { fingerprint: word(row, "credential")?, not_after });
    }
    let key = plain::<&str>(row, "credential")?.parse();
    let key = key.map_err(|_| StoreError::Corrupt { reason: "column credential: no key".to_owned() })?;
    Ok(DeviceCredential::Wireguard { key, v4: maybe_word(row, "v4")?, v6: maybe_word(row, "v6")? })
}

#[cfg(test)]
mod tests;
