//! Rosters.

use crate::admin::*;
use crate::roster::{EntryChange, FieldChange, FieldValue, FlawKind, RosterFlaw};

/// An outcome of each kind that reads a roster.
pub(super) async fn example(kind: RequestKind) -> Option<ImportOutcome> {
    Some(match kind {
        RequestKind::OperatorImport => ImportOutcome::Done(Box::new(ImportedRoster {
            rows: 315,
            entries: vec![change()],
            files: vec!["policies/operators-imported.toml".into()],
            policy: super::policy::dry_run().await,
        })),
        RequestKind::AssetImport => {
            let kind = FlawKind::NotADanger { text: "deadly".into() };
            let flaw = RosterFlaw { row: 2, column: Some("danger".into()), kind };
            ImportOutcome::Flawed { flaws: vec![FlawEntry::of(flaw)] }
        }
        _ => return None,
    })
}

fn change() -> EntryChange {
    let (from, to) = (None, Some(FieldValue::List(vec!["dba".into()])));
    let fields = vec![FieldChange { field: "groups", from, to }];
    EntryChange { row: 2, name: "wang-fang".into(), added: false, fields }
}
