//! What exists in a set of files, so that whatever is named can be told from whatever is mistyped.

use std::collections::BTreeSet;

use toml::de::DeTable;

use crate::domain::{AssetName, AssetSelector, OperatorName, OperatorSelector};

use super::items::Items;
use crate::diagnostic::Fault;

/// All names, also those of items that are at fault: one fault should not make others of its name.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    /// Every operator selector that matches somebody: `NAME`, `@GROUP`, `vendor:NAME`.
    operators: BTreeSet<String>,
    /// Every asset selector that matches something.
    assets: BTreeSet<String>,
    logins: BTreeSet<&'a str>,
    schedules: BTreeSet<&'a str>,
    commands: BTreeSet<&'a str>,
    rules: BTreeSet<&'a str>,
    /// A file could not be read to its end: what is missing may stand there.
    incomplete: bool,
}

impl<'a> Names<'a> {
    pub(super) fn collect(items: &Items<'a>, incomplete: bool) -> Self {
        let mut names = Self { incomplete, ..Self::default() };
        for item in items.operators.values() {
            names.operators.insert(item.name.to_owned());
            names.operators.extend(strings(item.table, "groups").map(|group| format!("@{group}")));
            let vendor = item.table.get("vendor").and_then(|vendor| vendor.get_ref().as_str());
            names.operators.extend(vendor.map(|vendor| format!("vendor:{vendor}")));
        }
        for item in items.assets.values() {
            names.assets.insert(item.name.to_owned());
            names.assets.extend(strings(item.table, "groups").map(|group| format!("@{group}")));
            names.logins.extend(strings(item.table, "logins"));
        }
        names.schedules = items.schedules.keys().copied().collect();
        names.commands = items.commands.keys().copied().collect();
        let ids = items.rules.iter().filter_map(|item| item.table.get("id"));
        names.rules = ids.filter_map(|id| id.get_ref().as_str()).collect();
        names
    }

    pub(super) fn operator(&self, text: &str) -> Result<OperatorSelector, Fault> {
        let selector = OperatorSelector::parse(text)?;
        let what = match selector {
            OperatorSelector::Name(_) => "is not an operator",
            OperatorSelector::Group(_) => "is not a group of any operator",
            OperatorSelector::Vendor(_) => "is not a vendor of any operator",
        };
        // Looking it up first keeps thousands of rules from going through all names.
        if self.operators.contains(text) {
            return Ok(selector);
        }
        let known = self.known(text, what, self.operators.iter().map(String::as_str));
        known.map_err(|fault| of_other_kind(fault, text, &self.assets, "assets"))?;
        Ok(selector)
    }

    /// One account, not a selector of many.
    pub(super) fn operator_name(&self, text: &str) -> Result<(), Fault> {
        let names = self.operators.iter().map(String::as_str);
        self.known(text, "is not an operator", names.filter(|name| OperatorName::parse(name).is_ok()))
    }

    /// One asset, not a selector of many.
    pub(super) fn asset_name(&self, text: &str) -> Result<(), Fault> {
        let names = self.assets.iter().map(String::as_str);
        self.known(text, "is not an asset", names.filter(|name| AssetName::parse(name).is_ok()))
    }

    pub(super) fn rule(&self, text: &str) -> Result<(), Fault> {
        self.known(text, "is not a rule", self.rules.iter().copied())
    }

    pub(super) fn asset(&self, text: &str) -> Result<AssetSelector, Fault> {
        let selector = AssetSelector::parse(text)?;
        let what = match selector {
            AssetSelector::Name(_) => "is not an asset",
            AssetSelector::Group(_) => "is not a group of any asset",
        };
        if self.assets.contains(text) {
            return Ok(selector);
        }
        let known = self.known(text, what, self.assets.iter().map(String::as_str));
        known.map_err(|fault| of_other_kind(fault, text, &self.operators, "operators"))?;
        Ok(selector)
    }

    pub(super) fn login(&self, text: &str) -> Result<(), Fault> {
        self.known(text, "is a login of no asset", self.logins.iter().copied())
    }

    pub(super) fn schedule(&self, text: &str) -> Result<(), Fault> {
        self.known(text, "is not a schedule", self.schedules.iter().copied())
    }

    pub(super) fn commands(&self, text: &str) -> Result<(), Fault> {
        self.known(text, "is not a command set", self.commands.iter().copied())
    }

    pub(super) fn known<'n>(
        &self,
        text: &str,
        what: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Result<(), Fault> {
        if self.incomplete || names.clone().any(|name| name == text) {
            return Ok(());
        }
        let unsigned = |name: &&str| name.strip_prefix('@').or(name.strip_prefix("vendor:")) == Some(text);
        let fault = Fault::new(format_args!("{text:?} {what}"));
        Err(match names.clone().find(unsigned) {
            Some(name) => fault.hint(format_args!("did you mean {name:?}?")),
            None => fault.did_you_mean(text, names),
        })
    }
}

/// A group of assets where one of operators belongs, or the other way round.
fn of_other_kind(fault: Fault, text: &str, others: &BTreeSet<String>, kind: &str) -> Fault {
    if text.starts_with('@') && others.contains(text) {
        fault.hint(format_args!("{text} is a group of {kind}"))
    } else {
        fault
    }
}

/// The strings in a list, whatever else is in it: what is wrong with it is told elsewhere.
fn strings<'a>(table: &'a DeTable<'a>, key: &str) -> impl Iterator<Item = &'a str> {
    let array = table.get(key).and_then(|value| value.get_ref().as_array());
    array.into_iter().flat_map(|array| array.iter()).filter_map(|item| item.get_ref().as_str())
}
