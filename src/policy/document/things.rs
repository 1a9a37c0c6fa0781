//! To what: the assets, those of greatest danger first, and their groups.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::domain::GroupName;
use crate::policy::{Asset, Policy, Trust};

use super::page::Page;
use super::words::Words;

pub(super) fn write(policy: &Policy, words: &Words<'_>, page: &mut Page) {
    let mut assets: Vec<&Asset> = policy.assets().collect();
    if assets.is_empty() {
        return page.paragraph(&words.say("document.nothing"));
    }
    assets.sort_by_key(|asset| (Reverse(asset.danger), &asset.name));
    let head = ["asset", "address", "danger", "groups", "logins", "open-time", "host-key"];
    page.table(&words.head(head), assets.into_iter().map(|asset| row(asset, words)));
    let groups: BTreeSet<&GroupName> = policy.assets().flat_map(|asset| &asset.groups).collect();
    if groups.is_empty() {
        return;
    }
    page.heading(3, &words.say("document.asset-groups"));
    let members = |group: &&GroupName| {
        let members = policy.assets().filter(|asset| asset.groups.contains(group));
        [group.to_string(), words.list(members.map(|asset| &asset.name))]
    };
    page.table(&words.head(["group", "members"]), groups.iter().map(members));
}

fn row(asset: &Asset, words: &Words<'_>) -> [String; 7] {
    let host_key = match (asset.host_keys.is_empty(), asset.trust) {
        (false, _) => "document.key-in-policy",
        (true, Trust::Pinned) => "document.key-pinned",
        (true, Trust::FirstUse) => "document.key-first-use",
    };
    [
        asset.name.to_string(),
        asset.address.to_string(),
        words.danger(asset.danger),
        words.list(&asset.groups),
        words.list(&asset.logins),
        words.any(asset.schedule.as_ref(), |schedule| schedule.name().to_string()),
        words.say(host_key),
    ]
}
