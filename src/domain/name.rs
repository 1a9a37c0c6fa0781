//! Names: one type per kind of thing, so that an asset can never be passed where an operator belongs.

use std::fmt;
use std::sync::Arc;

/// A name that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a valid {kind} name: {why}")]
pub struct InvalidName {
    kind: &'static str,
    text: String,
    why: &'static str,
}

/// Longest name in bytes; a login name of Linux has at most 32, a host name 253.
const MAX_LEN: usize = 64;

/// Names start with a letter, a digit or `_` and go on with those, `.`, `-`: nothing that an SSH user
/// name (`USER+LOGIN@ASSET`, also `:` and `#`), a file path or a selector (`@group`) gives a meaning.
fn check(kind: &'static str, text: &str) -> Result<(), InvalidName> {
    let fault = |why| Err(InvalidName { kind, text: text.chars().take(MAX_LEN).collect(), why });
    let Some(first) = text.chars().next() else { return fault("it is empty") };
    if text.len() > MAX_LEN {
        return fault("it is longer than 64 bytes");
    }
    if !(first.is_alphanumeric() || first == '_') {
        return fault("it must start with a letter, a digit or '_'");
    }
    if !text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-')) {
        return fault("only letters, digits, '_', '.' and '-' may stand in it");
    }
    Ok(())
}

/// Longest login name in bytes: domain accounts have their domain in them.
const MAX_LOGIN: usize = 128;

/// Accounts on machines are named by others: devices have `admin@system`, domains `CORP\\svc` and `svc$`, some
/// have blanks and letters of every script. What stands in none: control characters and what is invisible, blanks
/// at either end, a `-` first, what OpenSSH's client refuses in a user's name, and `:` and `/`, at which scp, rsync
/// and git end it.
fn check_login(kind: &'static str, text: &str) -> Result<(), InvalidName> {
    const REFUSED: &str = ":/'`\";&<>|(){}";
    let fault = |why| Err(InvalidName { kind, text: text.chars().take(MAX_LOGIN).collect(), why });
    match text {
        "" => return fault("it is empty"),
        _ if text.len() > MAX_LOGIN => return fault("it is longer than 128 bytes"),
        _ if text.starts_with('-') => return fault("it must not start with '-'"),
        _ if text.trim() != text => return fault("it has a blank at its beginning or end"),
        _ if text.ends_with('\\') => return fault("it must not end with '\\'"),
        _ if text.contains(" -") => return fault("a '-' must not follow a blank"),
        _ => {}
    }
    if text.chars().any(|c| REFUSED.contains(c)) {
        return fault("none of : / ' ` \" ; & < > | ( ) { } may stand in it");
    }
    if !text.chars().all(|c| c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric()) {
        return fault("only letters, digits, single signs of ASCII and blanks may stand in it");
    }
    Ok(())
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $kind:literal by $check:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name, if it can be one.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                $check($kind, text)?;
                Ok(Self(text.into()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

names! {
    /// A person's account on the gateway.
    OperatorName: "operator" by check,
    /// A machine behind the gateway.
    AssetName: "asset" by check,
    /// An account on an asset.
    LoginName: "login" by check_login,
    /// A set of operators, or of assets: `@group` in a selector.
    GroupName: "group" by check,
    /// The company an operator works for: `vendor:NAME` in a selector.
    VendorName: "vendor" by check,
    ScheduleName: "schedule" by check,
    NetworkName: "network" by check,
    /// A period that is planned in the policy files.
    LockdownName: "lockdown" by check,
    RuleId: "rule" by check,
    CommandSetName: "command set" by check,
    /// Somebody whose certificates are believed.
    UserCaName: "user CA" by check,
    /// What its operator calls it: one of a kind for each operator.
    DeviceName: "device" by check,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_nothing_that_means_something_elsewhere() {
        for good in ["wang-fang", "db1", "core-switch", "_apt", "王芳", "a.b"] {
            assert!(OperatorName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "@dba", "a+b", "a@b", "a:b", "a#b", "../x", "-x", ".x", "a b", "a\0b", "a/b"] {
            assert!(OperatorName::parse(bad).is_err(), "{bad}");
        }
        assert!(OperatorName::parse(&"x".repeat(65)).is_err());
    }

    /// trial 4
    #[test]
    fn logins_are_named_as_devices_and_domains_name_them() {
        for good in [
            "root",
            "admin@system",
            "CORP\\svc",
            "CORP\\svc-db$",
            "svc$",
            "a b",
            "王芳",
            "ＡＤＭＩＮ",
            "x+y#z",
            "first.last@corp.example.com",
        ] {
            assert!(LoginName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " a",
            "a ",
            "\u{3000}a",
            "a\u{3000}b",
            "a\tb",
            "a\nb",
            "a\0b",
            "a\u{1b}[31mb",
            "a\u{85}b",
            "a\u{202e}b",
            "a\u{200b}b",
            "-a",
            "a -oProxyCommand=x",
            "a\\",
            "a:b",
            "a/b",
            "a;b",
            "a|b",
            "$(id)",
            "a`b",
            "'a",
            "a\"b",
        ] {
            assert!(LoginName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(LoginName::parse(&"x".repeat(128)).is_ok() && LoginName::parse(&"x".repeat(129)).is_err());
    }
}
