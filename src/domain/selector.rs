//! Selectors: how policy and orders point at operators and assets by name, `@group` or `vendor:NAME`.

use std::fmt;

use super::{AssetName, GroupName, InvalidName, OperatorName, Role, VendorName};

/// What a selector looks at in an account.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    pub name: &'a OperatorName,
    pub groups: &'a [GroupName],
    pub vendor: Option<&'a VendorName>,
    pub role: Role,
}

/// Names operators: one, a group's, or a vendor's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OperatorSelector {
    Name(OperatorName),
    Group(GroupName),
    Vendor(VendorName),
}

impl OperatorSelector {
    /// Reads `NAME`, `@GROUP` or `vendor:NAME`.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if let Some(group) = text.strip_prefix('@') {
            GroupName::parse(group).map(Self::Group)
        } else if let Some(vendor) = text.strip_prefix("vendor:") {
            VendorName::parse(vendor).map(Self::Vendor)
        } else {
            OperatorName::parse(text).map(Self::Name)
        }
    }

    pub fn matches(&self, account: &Account<'_>) -> bool {
        match self {
            Self::Name(name) => account.name == name,
            Self::Group(group) => account.groups.contains(group),
            Self::Vendor(vendor) => account.vendor == Some(vendor),
        }
    }

    /// Every selector that matches the account.
    pub fn all_of(account: &Account<'_>) -> impl Iterator<Item = Self> {
        let groups = account.groups.iter().cloned().map(Self::Group);
        let vendor = account.vendor.cloned().map(Self::Vendor);
        std::iter::once(Self::Name(account.name.clone())).chain(groups).chain(vendor)
    }
}

impl fmt::Display for OperatorSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Group(group) => write!(f, "@{group}"),
            Self::Vendor(vendor) => write!(f, "vendor:{vendor}"),
        }
    }
}

impl serde::Serialize for OperatorSelector {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for OperatorSelector {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Names assets: one or a group's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetSelector {
    Name(AssetName),
    Group(GroupName),
}

impl AssetSelector {
    /// Reads `NAME` or `@GROUP`.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        match text.strip_prefix('@') {
            Some(group) => GroupName::parse(group).map(Self::Group),
            None => AssetName::parse(text).map(Self::Name),
        }
    }

    pub fn matches(&self, name: &AssetName, groups: &[GroupName]) -> bool {
        match self {
            Self::Name(wanted) => name == wanted,
            Self::Group(group) => groups.contains(group),
        }
    }

    /// Every selector that matches the asset.
    pub fn all_of(name: &AssetName, groups: &[GroupName]) -> impl Iterator<Item = Self> {
        std::iter::once(Self::Name(name.clone())).chain(groups.iter().cloned().map(Self::Group))
    }
}

impl fmt::Display for AssetSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Group(group) => write!(f, "@{group}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn selectors_read_back_and_match_what_they_name() {
        let (name, group) = (OperatorName::parse("li-lei").unwrap(), GroupName::parse("dba").unwrap());
        let vendor = VendorName::parse("acme-db").unwrap();
        let groups = [group];
        let account = Account { name: &name, groups: &groups, vendor: Some(&vendor), role: Role::Operator };
        for text in ["li-lei", "@dba", "vendor:acme-db"] {
            let selector = OperatorSelector::parse(text).unwrap();
            assert_eq!(selector.to_string(), text);
            assert!(selector.matches(&account), "{text}");
        }
        for text in ["dba", "acme-db", "@li-lei", "vendor:li-lei", "vendor:dba"] {
            assert!(!OperatorSelector::parse(text).unwrap().matches(&account), "{text}");
        }
        for text in ["", "@", "vendor:", "@@dba", "vendors:x", "@vendor:x", " li-lei"] {
            assert!(OperatorSelector::parse(text).is_err(), "{text}");
        }
        assert!(AssetSelector::parse("vendor:x").is_err());
    }
}
