//! Where somebody wants to go, as their user name says it.

use crate::policy::Policy;

/// A user name, taken apart: who, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoginSpec {
    pub operator: String,
    pub target: Option<Target>,
}

/// As which login, as somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoginChoice {
    /// Only the asset was named: whoever serves this looks for a login that is open to them.
    NotGiven,
    /// As it was typed, which may be the name of no login at all.
    Named(String),
}

impl LoginChoice {
    /// What policy and journal read. No asset has a login without a name, so one that was not given is denied.
    pub(crate) fn into_name(self) -> String {
        match self {
            Self::NotGiven => String::new(),
            Self::Named(login) => login,
        }
    }
}

/// An asset, and as which login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub login: LoginChoice,
    pub asset: String,
}

impl Target {
    /// With the asset's name as the policy spells it: what was typed may differ in case.
    pub(crate) fn spelled(mut self, policy: &Policy) -> Self {
        if let Some(asset) = policy.asset(&self.asset) {
            asset.name.as_str().clone_into(&mut self.asset);
        }
        self
    }
}

impl LoginSpec {
    /// `USER`, `USER+ASSET`, `USER+LOGIN@ASSET`; `:` and `#` are accepted for `+`.
    pub(crate) fn parse(user: &str) -> Self {
        let Some((operator, rest)) = user.split_once(['+', ':', '#']) else {
            return Self { operator: user.to_owned(), target: None };
        };
        let target = match rest.rsplit_once('@') {
            Some((login, asset)) => {
                Target { login: LoginChoice::Named(login.to_owned()), asset: asset.to_owned() }
            }
            None => Target { login: LoginChoice::NotGiven, asset: rest.to_owned() },
        };
        Self { operator: operator.to_owned(), target: Some(target) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(login: Option<&str>, asset: &str) -> Option<Target> {
        let login = login.map_or(LoginChoice::NotGiven, |login| LoginChoice::Named(login.to_owned()));
        Some(Target { login, asset: asset.to_owned() })
    }

    #[test]
    fn user_names_say_who_and_where() {
        let cases = [
            ("alice", "alice", None),
            ("alice+db1", "alice", target(None, "db1")),
            ("alice+root@db1", "alice", target(Some("root"), "db1")),
            ("alice:root@db1", "alice", target(Some("root"), "db1")),
            ("alice#db1", "alice", target(None, "db1")),
            ("alice+admin@system@olt1", "alice", target(Some("admin@system"), "olt1")),
            ("alice+CORP\\svc-db@db1", "alice", target(Some("CORP\\svc-db"), "db1")),
            ("alice+a b+c@db1", "alice", target(Some("a b+c"), "db1")),
            ("", "", None),
            ("+", "", target(None, "")),
            // A name that is empty was given all the same, and is denied: nobody is asked for another.
            ("alice+@db1", "alice", target(Some(""), "db1")),
        ];
        for (user, operator, target) in cases {
            assert_eq!(LoginSpec::parse(user), LoginSpec { operator: operator.into(), target }, "{user}");
        }
    }
}
