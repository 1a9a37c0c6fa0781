//! What there is to reach: the machines behind the gateway.

use std::sync::Arc;

use crate::domain::{AssetName, Charset, Danger, GroupName, InvalidLegacy, Legacy, LoginName, PublicKeyLine};

use super::address::Address;
use super::context::Context;
use super::fields::Fields;
use super::items::Item;
use super::schedule::Schedule;
use super::word::Trust;
use crate::diagnostic::{Diagnostics, Fault};

/// A checked `[asset.NAME]`.
#[derive(Debug, Clone)]
pub struct Asset {
    pub name: AssetName,
    pub address: Address,
    pub groups: Vec<GroupName>,
    pub danger: Danger,
    /// Never empty.
    pub logins: Vec<LoginName>,
    pub schedule: Option<Arc<Schedule>>,
    /// OpenSSH public keys, `TYPE BASE64`.
    pub host_keys: Vec<String>,
    pub trust: Trust,
    /// Weak algorithms that it cannot do without.
    pub legacy: Vec<Legacy>,
    /// What its programs write; none is UTF-8.
    pub charset: Option<Charset>,
}

const FIELDS: [&str; 9] =
    ["address", "groups", "danger", "logins", "schedule", "host_keys", "trust", "legacy", "charset"];

impl Asset {
    pub(super) fn read<'a>(
        item: &Item<'a>,
        context: &Context<'a>,
        faults: &mut Diagnostics<'a>,
    ) -> Option<Self> {
        let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults);
        fields.require(&["address", "logins"]);
        let address = fields.parse("address", |text| Ok(Address::parse(text)?));
        let groups = fields.list("groups", |text| Ok(GroupName::parse(text)?)).unwrap_or_default();
        let danger = fields.word("danger").unwrap_or_default();
        let logins = fields.list("logins", |text| Ok(LoginName::parse(text)?));
        let schedule = fields.parse("schedule", |text| context.schedule(text)).flatten();
        let host_keys = fields.list("host_keys", parse_host_key).unwrap_or_default();
        let trust = fields.word("trust").unwrap_or_default();
        let legacy = fields.list("legacy", parse_legacy).unwrap_or_default();
        let charset = fields.parse("charset", parse_charset);
        let name = fields.name(item.name, AssetName::parse)?;
        let (address, logins) = (address?, logins?);
        Some(Self { name, address, groups, danger, logins, schedule, host_keys, trust, legacy, charset })
    }
}

fn parse_charset(text: &str) -> Result<Charset, Fault> {
    Charset::parse(text).ok_or_else(|| {
        let fault = Fault::new(format_args!("there is no character set {text:?}"));
        fault.hint("write one as \"gbk\", \"gb18030\" or \"big5\"; UTF-8 needs no such line")
    })
}

fn parse_legacy(text: &str) -> Result<Legacy, Fault> {
    Legacy::parse(text).map_err(|error| match error {
        InvalidLegacy::Strong(_) => Fault::new(error).hint("leave it out"),
        InvalidLegacy::Unknown(_) => Fault::new(error)
            .did_you_mean(text, Legacy::names())
            .or_hint(format_args!("it may name: {}", Legacy::names().collect::<Vec<_>>().join(", "))),
    })
}

/// A shallow check: the key is looked at when the asset shows it. A comment is dropped.
fn parse_host_key(text: &str) -> Result<String, Fault> {
    PublicKeyLine::parse(text).map(|key| key.to_string()).ok_or_else(|| {
        let fault = Fault::new(format_args!("{text:?} is not an OpenSSH public key"));
        fault.hint("ssh-keyscan(1) prints them: \"ssh-ed25519 AAAA…\", without the host before")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_keys_have_a_type_and_its_blob() {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVLJwRBjRqQ3Y5d3mOuLQ9Jl6V7QYg7mH2T0b6b0p3v";
        assert_eq!(parse_host_key(&format!("{key} root@db1")).as_deref(), Ok(key));
        let blob = key.trim_start_matches("ssh-ed25519 ");
        for bad in ["", "ssh-ed25519", &format!("ssh-rsa {blob}"), "ssh-ed25519 !!!!", blob] {
            assert!(parse_host_key(bad).is_err(), "{bad}");
        }
    }
}
