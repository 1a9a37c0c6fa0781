//! The tables that are made of the journal, and the schema that says how columns are.

use super::chain::SessionsBegun;
use super::report::{Report, Scope};
use crate::store::{ComparedSession, Damage, JournalRow, SessionStarted, Store, StoreError};

pub(super) async fn schema(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    let faults = store.schema_faults().await?;
    for what in faults.missing {
        report.missing.add(true, "schema-missing", &what, String::new());
    }
    for what in faults.altered {
        report.altered.add(true, "schema-altered", &what, String::new());
    }
    for what in faults.added {
        report.altered.add(true, "schema-added", &what, String::new());
    }
    Ok(())
}

/// What SQLite keeps beside the rows. What it names may be of anybody's rows.
pub(super) async fn indexes(store: &Store, all: bool, report: &mut Report) -> Result<(), StoreError> {
    for damage in store.damage().await? {
        match damage {
            Damage::Index { name, why } => report.altered.add(all, "index-altered", &name, why),
            Damage::Other(why) => report.altered.add(all, "database-damaged", &why, String::new()),
        }
    }
    Ok(())
}

/// Each session of the table beside what the journal tells of it.
pub(super) async fn sessions(
    store: &Store,
    scope: Scope<'_>,
    begun: SessionsBegun,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut order = Order { begun, latest: 0 };
    let mut after = i64::MIN;
    loop {
        let sessions = store.sessions().compared(after).await?;
        let Some(last) = sessions.last() else { return Ok(()) };
        after = last.number;
        for session in &sessions {
            let began = session.story.began.as_ref();
            let shown = scope.is_none_or(|shows| began.is_some_and(|began| shows(&as_row(began))));
            report.sessions += u64::from(shown);
            compare(session, order.follows(session), shown, report);
        }
    }
}

/// Sessions have the numbers in which they began: one elsewhere is in no list, or in the wrong place of one.
struct Order {
    begun: SessionsBegun,
    latest: u64,
}

impl Order {
    /// Whether this session stands where it belongs, behind those before it.
    fn follows(&mut self, session: &ComparedSession) -> bool {
        let Some(seq) = session.story.began.as_ref().map(|began| began.seq) else { return true };
        // What began since the rows were read is not counted.
        if seq <= self.begun.by && !(1..=self.begun.count).contains(&session.number) {
            return false; // and those behind it are where they belong
        }
        let is_behind = seq > self.latest;
        self.latest = self.latest.max(seq);
        is_behind
    }
}

fn compare(session: &ComparedSession, in_order: bool, shown: bool, report: &mut Report) {
    if session.story.began.is_none() {
        return report.altered.add(shown, "session-added", &session.id, String::new());
    }
    let number = (!in_order).then_some("number");
    let differs: Vec<_> = session.differs.iter().copied().chain(number).collect();
    if !differs.is_empty() {
        report.altered.add(shown, "session-altered", &session.id, differs.join(", "));
    }
    // What runs has recordings that are being written.
    if session.story.ended.is_some() {
        for opened in session.story.unsealed() {
            let of = session.id.clone();
            report.missing.add(shown, "recording-unsealed", &opened.recording, of);
        }
    }
}

/// The row that began a session, as far as a scope asks.
fn as_row(began: &SessionStarted) -> JournalRow {
    JournalRow {
        seq: 0,
        at: began.at,
        actor: began.actor.to_string(),
        source: Some(began.source.clone()),
        event: "session-started".to_owned(),
        operator: None,
        asset: Some(began.asset.to_string()),
        session: Some(began.session.to_string()),
        began: None,
        body: String::new(),
        hash: crate::domain::Digest::ZERO,
    }
}
