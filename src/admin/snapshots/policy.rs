//! Examples of what is said of a policy: of a small one.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::admin::*;
use crate::domain::{Digest, FileAccess, Language, Protocol, Via};
use crate::policy::diff::ChangeKind;
use crate::policy::explain::Inquiry;
use crate::policy::{Policy, Request, SourceFile};

const POLICY: &str = r#"
[operator.ann]
[asset.db1]
address = "192.0.2.1:22"
logins = ["root"]
[[rule]]
id = "all"
effect = "allow"
operators = ["ann"]
assets = ["db1"]
protocols = ["shell"]
"#;

fn setting() -> Setting {
    let now = "2026-12-01T04:00:00Z".parse().unwrap();
    Setting { zone: TimeZone::get("Asia/Shanghai").unwrap(), language: Language::English, now }
}

fn policy() -> Policy {
    let file = SourceFile { path: "x.toml".into(), text: POLICY.into() };
    crate::policy::load(&[file], &setting().zone).unwrap_or_else(|_| unreachable!("the policy is right"))
}

fn ground(dir: &std::path::Path) -> Ground {
    std::fs::write(dir.join("x.toml"), POLICY).unwrap();
    Ground::of_files(dir, &setting()).unwrap()
}

fn request() -> Request {
    Request {
        operator: "ann".into(),
        source: "192.0.2.7".parse().unwrap(),
        via: Via::Direct,
        asset: "db1".into(),
        login: "root".into(),
        protocol: Protocol::Shell,
        file: FileAccess::List,
        forward_to: None,
        at: setting().now,
    }
}

fn inquiry() -> Inquiry {
    Inquiry {
        operator: Some("ann".into()),
        asset: None,
        login: None,
        source: None,
        via: Via::Direct,
        protocol: None,
        file: None,
        forward_to: None,
        at: setting().now,
        denied: false,
    }
}

fn entry() -> PolicyEntry {
    PolicyEntry {
        version: 2,
        at: super::at(),
        by: "admin".into(),
        reason: "first".into(),
        digest: Digest::ZERO,
        state: "in force",
    }
}

async fn changes() -> PolicyComparison {
    PolicyComparison::of(Arc::default(), Arc::new(policy()), setting()).await.unwrap()
}

async fn answer(question: PolicyQuestion) -> PolicyOutcome {
    let dir = tempfile::tempdir().unwrap();
    PolicyOutcome::Answered(ask_policy(&ground(dir.path()), question).await.unwrap())
}

async fn in_force(rollback_of: Option<u64>) -> PolicyOutcome {
    PolicyOutcome::Applied(PolicyApplied::InForce(PolicyInForce {
        version: 2,
        digest: Digest::ZERO,
        previous: Digest::ZERO,
        rollback_of,
        applied: true,
        changes: changes().await,
        files_stay: None,
    }))
}

pub(super) async fn dry_run() -> PolicyApplied {
    PolicyApplied::DryRun { dry_run: true, digest: Digest::ZERO, changes: changes().await }
}

pub(super) async fn example(kind: RequestKind) -> Option<PolicyOutcome> {
    Some(match kind {
        RequestKind::PolicyExplain => answer(PolicyQuestion::Explain(request())).await,
        RequestKind::PolicyWho => answer(PolicyQuestion::Who(inquiry())).await,
        RequestKind::PolicyWhat => answer(PolicyQuestion::What(inquiry())).await,
        RequestKind::PolicyPlanDocument => {
            let (version, digest, language) = (Some(2), Digest::ZERO, Language::English);
            let document = PolicyDocument { version, digest, language, markdown: "# Plan\n".into() };
            PolicyOutcome::Answered(PolicyAnswer::Document(document))
        }
        RequestKind::PolicyDiff => {
            let since = super::at();
            let case = ReplayedCase {
                change: ChangeKind::Loses,
                operator: "ann".into(),
                asset: "db1".into(),
                login: "root".into(),
                protocol: Protocol::Shell,
                reason: Some("no-rule"),
                decisions: 2,
                sessions: Default::default(),
                last: super::at(),
            };
            let sum = ReplayedSum { decisions: 9, otherwise: 2, sessions: 1, beside: 1, since };
            PolicyOutcome::Replayed(PolicyReplayed { cases: vec![case], sum })
        }
        RequestKind::PolicyApply => in_force(None).await,
        RequestKind::PolicyRollback => in_force(Some(1)).await,
        RequestKind::PolicyHistory => PolicyOutcome::History(Page { rows: vec![entry()], next: Some(2) }),
        RequestKind::PolicyShow => PolicyOutcome::Shown(Box::new(PolicyShown {
            entry: entry(),
            before: Some(1),
            changes: Some(changes().await),
            files: [("x.toml".to_owned(), "…".to_owned())].into(),
        })),
        _ => return None,
    })
}
