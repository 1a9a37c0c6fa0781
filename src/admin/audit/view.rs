//! What a caller may see.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::caller::Caller;
use crate::access::Services;
use crate::access::live::Standing;
use crate::policy::AuditScope;
use crate::store::{JournalRow, SessionRow, Within};

pub(super) struct View {
    pub(super) standing: Arc<Standing>,
    /// `None`: everything.
    scope: Option<AuditScope>,
}

impl View {
    pub(super) fn of(services: &Services, caller: &Caller) -> Self {
        let standing = services.live.standing();
        let scope = match caller {
            Caller::Local(_) => None,
            Caller::Operator(who) => standing
                .policy
                .operator(who.operator().as_str())
                .map(|operator| operator.audit.clone())
                .unwrap_or_default()
                .into(),
        };
        Self { standing, scope }
    }

    pub(super) fn shows(&self, operator: &str, asset: &str, source: &str) -> bool {
        let Some(scope) = &self.scope else { return true };
        let source = source.parse().ok();
        scope.covers(&self.standing.policy, operator, asset, source)
    }

    pub(super) fn shows_session(&self, row: &SessionRow) -> bool {
        self.shows(row.operator.as_str(), row.asset.as_str(), &row.source)
    }

    /// A row of a session is in view as its session is; any other by what it names.
    pub(super) fn shows_event(&self, row: &JournalRow) -> bool {
        self.shows(row.whose(), row.asset.as_deref().unwrap_or_default(), row.whence().unwrap_or_default())
    }

    /// Whether there is anything that this caller may not see.
    pub(super) fn is_narrow(&self) -> bool {
        self.scope.as_ref().is_some_and(|scope| *scope != AuditScope::default())
    }

    /// All that the scope can leave in: reading is spared, and what is read is judged by [`Self::shows`].
    pub(super) fn within(&self) -> Within {
        let Some(scope) = &self.scope else { return Within::default() };
        let policy = &self.standing.policy;
        let people = || {
            let covered = policy.operators().filter(|operator| scope.covers_operator(&operator.account()));
            covered.map(|operator| operator.name.to_string()).collect::<BTreeSet<_>>()
        };
        let machines = || {
            let covered = policy.assets().filter(|asset| scope.covers_asset(&asset.name, &asset.groups));
            covered.map(|asset| asset.name.to_string()).collect::<BTreeSet<_>>()
        };
        Within {
            operators: scope.operators.as_ref().map(|_| people()),
            assets: scope.assets.as_ref().map(|_| machines()),
            sources: scope.sources.clone(),
        }
    }

    /// The operators and the assets of the policy that are in view.
    pub(super) fn known(&self) -> (Vec<&str>, Vec<&str>) {
        let policy = &self.standing.policy;
        let scope = self.scope.as_ref();
        let operators = policy
            .operators()
            .filter(|operator| scope.is_none_or(|scope| scope.covers_operator(&operator.account())));
        let assets = policy
            .assets()
            .filter(|asset| scope.is_none_or(|scope| scope.covers_asset(&asset.name, &asset.groups)));
        (operators.map(|one| one.name.as_str()).collect(), assets.map(|one| one.name.as_str()).collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::{Origin, Protocol, Via};
    use crate::event::Event;
    use crate::policy::{Policy, SourceFile};
    use crate::store::Filter;
    use crate::store::testing::{TestStore, id, store};

    const POLICY: &str = r#"
[network.lab]
ranges = ["203.0.113.0/24"]
[operator.op1]
groups = ["ops"]
vendor = "acme"
[operator.op2]
groups = ["ops"]
[operator.aud]
roles = ["auditor"]
{AUDIT}
[asset.t1]
address = "192.0.2.1:22"
groups = ["prod"]
logins = ["root"]
[asset.t2]
address = "192.0.2.2:22"
logins = ["root"]
"#;

    fn view(audit: &str) -> View {
        let text = POLICY.replace("{AUDIT}", audit);
        let files = [SourceFile { path: "x.toml".into(), text }];
        let policy = crate::policy::load(&files, &jiff::tz::TimeZone::UTC).unwrap_or_else(|faults| {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            unreachable!("{}", faults.join("\n"))
        });
        let scope = policy.operator("aud").unwrap().audit.clone();
        let standing = Standing { policy: Arc::new(policy), ..nobody() };
        View { standing: Arc::new(standing), scope: Some(scope) }
    }

    fn nobody() -> Standing {
        Standing {
            policy: Arc::new(Policy::default()),
            policy_version: 0,
            lockdowns: crate::lockdown::Lockdowns::default(),
            disabled: std::collections::BTreeMap::new(),
            devices: Arc::default(),
            draining: false,
            over: false,
            killed: Default::default(),
        }
    }

    async fn filled() -> TestStore {
        let store = store().await;
        let mut n = 0;
        for operator in ["op1", "op2", "stranger"] {
            for source in ["203.0.113.7:1", "198.51.100.7:1", "[2001:db8::1]:1"] {
                n += 1;
                let origin = Origin::new(source.parse().unwrap(), Via::Direct);
                store.session(n, operator, &origin).await;
                store.channel(n, n, Protocol::Exec).await;
                for asset in ["t1", "t2", "gone"] {
                    let (asset, reason) = (asset.parse().unwrap(), String::new());
                    let event = Event::AssetUnreachable { session: None, asset, reason };
                    store.journal_row(operator, Some(&origin), 1, event).await;
                }
                store
                    .journal_row("officer", None, 1, Event::CommandConfirmed { session: id(n), judged: 1 })
                    .await;
            }
        }
        store
    }

    /// What spares reading must not leave out what the scope shows, and shows nothing that it does not.
    #[tokio::test]
    async fn what_is_skipped_is_nothing_that_the_scope_covers() {
        let store = filled().await;
        // Every row in a block of its own as far as names go: a summary that says too little would show.
        let mut seen = 0;
        for audit in [
            "",
            "audit = { assets = [\"t1\"] }",
            "audit = { assets = [\"@prod\", \"t2\"], operators = [\"op2\"] }",
            "audit = { operators = [\"@ops\"] }",
            "audit = { operators = [\"vendor:acme\"], sources = [\"@lab\"] }",
            "audit = { sources = [\"203.0.113.7\", \"2001:db8::/32\"] }",
        ] {
            let view = view(audit);
            let narrow = Filter { within: view.within(), ..Filter::default() };
            let wide = Filter::default();
            let shows = |row: &JournalRow| view.shows_event(row);
            let found = store.journal().list(&narrow, shows).await.unwrap();
            assert_eq!(found, store.journal().list(&wide, shows).await.unwrap(), "{audit}");
            let sessions = store.sessions().list(&narrow, |row| view.shows_session(row)).await.unwrap();
            let all = store.sessions().list(&wide, |row| view.shows_session(row)).await.unwrap();
            assert_eq!(sessions, all, "{audit}");
            for row in &found {
                let source = row.whence().and_then(|text| text.parse().ok());
                let asset = row.asset.as_deref().unwrap_or_default();
                let scope = view.scope.as_ref().unwrap();
                assert!(scope.covers(&view.standing.policy, row.whose(), asset, source), "{audit}: {row:?}");
            }
            seen += found.len();
        }
        assert!(seen > 100, "{seen}");
    }
}
