use std::net::IpAddr;
use std::num::NonZeroU32;

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::database::Sqlite;
use super::row::{at_most, behind, maybe_time, maybe_word, plain, time, word};
use crate::device::{Addresses, Taken};
use crate::domain::{Device, DeviceCredential, DeviceId, OperatorName};
use crate::store::api::devices::{DeviceError, DeviceProof, DeviceRow, DeviceStore, NewDevice, Revocation};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;

/// Devices whose addresses are looked through for a free one: all that there ever were, in memory at once.
const MOST_ADDRESSES: usize = 200_000;

impl DeviceStore for Sqlite {
    fn enrol<'a>(&'a self, new: NewDevice<'a>, limit: NonZeroU32) -> StoreFuture<'a, Device, DeviceError> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let by = new.by;
            let device = admit(new, limit, &mut tx).await?;
            insert(&device, by, &mut tx).await?;
            tx.commit().await?;
            Ok(device)
        })
    }

    fn revoke<'a>(&'a self, id: &'a DeviceId, revocation: &'a Revocation) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "UPDATE device SET revoked_at = ?, revoked_by = ?, revoke_reason = ?
                   WHERE id = ? AND revoked_at IS NULL";
            let query = sqlx::query(sql).bind(revocation.at.as_microsecond()).bind(&revocation.by);
            let done = query.bind(&revocation.reason).bind(id.as_str()).execute(&self.write).await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn list<'a>(
        &'a self,
        operator: Option<&'a OperatorName>,
        after: Option<(Timestamp, DeviceId)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<DeviceRow>> {
        Box::pin(async move {
            let (at, id) = behind(after);
            let sql = match operator {
                None => ALL,
                Some(_) => OF_ONE,
            };
            let query = sqlx::query(sql).bind(at).bind(id).bind(at_most(limit));
            let query = query.bind(operator.map(OperatorName::as_str));
            query.fetch_all(&self.read).await?.iter().map(read).collect()
        })
    }
}

pub(super) const ALL: &str = "SELECT * FROM device WHERE (enrolled_at, id) > (?1, ?2) AND ?4 IS NULL
                              ORDER BY enrolled_at, id LIMIT ?3";
pub(super) const OF_ONE: &str = "SELECT * FROM device WHERE (enrolled_at, id) > (?1, ?2) AND operator = ?4
                                 ORDER BY enrolled_at, id LIMIT ?3";

/// The device as it will be, if it may be beside those that are and were.
async fn admit(
    new: NewDevice<'_>,
    limit: NonZeroU32,
    from: &mut SqliteConnection,
) -> Result<Device, DeviceError> {
    let NewDevice { id, operator, name, proof, at, .. } = new;
    let (kind, shown) = match &proof {
        DeviceProof::Wireguard { key, .. } => ("wireguard", key.to_string()),
        DeviceProof::Tls { fingerprint, .. } => ("tls", fingerprint.to_string()),
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM device WHERE credential = ?1),
                      EXISTS (SELECT 1 FROM device WHERE operator = ?2 AND name = ?3 AND revoked_at IS NULL),
                      (SELECT COUNT(*) FROM device WHERE operator = ?2 AND kind = ?4 AND revoked_at IS NULL)";
    let query = sqlx::query_as(sql).bind(shown).bind(operator.as_str()).bind(name.as_str()).bind(kind);
    let (is_known, is_named, of_kind): (bool, bool, i64) = query.fetch_one(&mut *from).await?;
    if is_known {
        return Err(DeviceError::Known);
    }
    if is_named {
        return Err(DeviceError::NameTaken { operator: operator.clone(), name });
    }
    if of_kind >= i64::from(limit.get()) {
        return Err(DeviceError::TooMany { operator: operator.clone(), limit });
    }
    let credential = match proof {
        DeviceProof::Wireguard { key, pool } => {
            let Addresses { v4, v6 } = pool.allocate(&taken(from).await?)?;
            DeviceCredential::Wireguard { key, v4, v6 }
        }
        DeviceProof::Tls { fingerprint, not_after } => DeviceCredential::Tls { fingerprint, not_after },
    };
    Ok(Device { id, operator: operator.clone(), name, credential, enrolled_at: at })
}

async fn taken(from: &mut SqliteConnection) -> Result<Taken, StoreError> {
    let sql = "SELECT v4, v6, revoked_at IS NULL AS held FROM device WHERE kind = 'wireguard' LIMIT ?";
    let one_more = i64::try_from(MOST_ADDRESSES).unwrap_or(i64::MAX).saturating_add(1);
    let rows = sqlx::query(sql).bind(one_more).fetch_all(from).await?;
    if rows.len() > MOST_ADDRESSES {
        return Err(StoreError::TooMany { most: MOST_ADDRESSES });
    }
    let mut taken = Taken::default();
    for row in &rows {
        let addresses: [Option<IpAddr>; 2] = [maybe_word(row, "v4")?, maybe_word(row, "v6")?];
        let whose = if plain(row, "held")? { &mut taken.held } else { &mut taken.left };
        whose.extend(addresses.into_iter().flatten());
    }
    Ok(taken)
}

async fn insert(device: &Device, by: &str, to: &mut SqliteConnection) -> Result<(), StoreError> {
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
        .bind(by)
        .execute(to)
        .await?;
    Ok(())
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
