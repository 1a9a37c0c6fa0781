//! A period that is planned in the policy files: an order that begins by itself.

use jiff::Timestamp;
use sha2::Digest as _;

use super::{Lockdown, Scope};
use crate::domain::{Account, LockdownId, LockdownName, OperatorSelector};

/// A checked `[lockdown.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub name: LockdownName,
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
    /// What it orders while it lasts.
    pub lockdown: Lockdown,
}

impl Period {
    /// Its id follows from its name and its beginning: the same on every node and after every restart, and
    /// another one when the period of that name is held again.
    pub fn new(
        name: LockdownName,
        (from, until): (Timestamp, Timestamp),
        scope: Scope,
        except: Vec<OperatorSelector>,
        reason: String,
        order: Option<String>,
    ) -> Self {
        let lockdown = Lockdown {
            id: id(&name, from),
            reason,
            // Who is refused has to be able to name what refuses them.
            order: order.or_else(|| Some(name.to_string())),
            scope,
            except,
            started_at: from,
            started_by: "policy".to_owned(),
            until: Some(until),
            held: Default::default(),
        };
        Self { name, from, until, lockdown }
    }

    pub fn covers(&self, account: &Account<'_>, at: Timestamp) -> bool {
        self.from <= at && self.lockdown.covers(account, at)
    }

    pub fn lasts(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

fn id(name: &LockdownName, from: Timestamp) -> LockdownId {
    let hash = sha2::Sha256::digest(name.as_str());
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    LockdownId::new(u64::try_from(from.as_millisecond()).unwrap_or_default(), bits)
}
