//! The order and its permits as the journal's rows tell of them. The tables serve to find an order; where a row says
//! what it was, the row's word is reported: `audit verify` follows the rows, and not those tables.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::{LockdownId, LockdownName, OperatorSelector, PermitId};
use crate::lockdown::report::Passed;
use crate::lockdown::{Permit, Scope};
use crate::store::{Filter, JournalRow, Lift, LockdownRow, Store, StoreError};

const KINDS: [&str; 6] = [
    "lockdown-confirmed",
    "lockdown-started",
    "lockdown-resumed",
    "lockdown-lifted",
    "permit-given",
    "permit-ended",
];

#[derive(Deserialize)]
struct About {
    lockdown: LockdownId,
}

#[derive(Deserialize)]
struct Order {
    scope: Scope,
    except: Vec<OperatorSelector>,
    order: Option<String>,
    reason: String,
    until: Option<Timestamp>,
    period: Option<LockdownName>,
    /// Of an order that a start found in force.
    started_by: Option<String>,
}

#[derive(Deserialize)]
struct Confirmed {
    act: String,
    requested_by: String,
}

#[derive(Deserialize)]
struct Lifted {
    reason: String,
}

#[derive(Deserialize)]
struct Given {
    permit: PermitId,
    operator: crate::domain::OperatorName,
    asset: Option<crate::domain::AssetName>,
    until: Option<Timestamp>,
    ticket: String,
}

#[derive(Deserialize)]
struct Ended {
    permit: PermitId,
}

/// What the rows of one lockdown say, in their order.
#[derive(Default)]
pub(super) struct Chained {
    /// The second person's word that the next row rests on: the act, who asked, who confirmed.
    word: Option<(String, String, String)>,
    order: Option<(Order, Option<String>, String)>,
    lift: Option<Lift>,
    pub(super) permits: Vec<Passed>,
}

impl Chained {
    pub(super) async fn of(store: &Store, id: &LockdownId) -> Result<Self, StoreError> {
        let kinds = KINDS.map(str::to_owned).to_vec();
        let filter = Filter { kinds, ..Filter::default() };
        let ours = |row: &JournalRow| {
            serde_json::from_str::<About>(&row.body).is_ok_and(|about| about.lockdown == *id)
        };
        let mut chained = Self::default();
        for row in store.journal().list(&filter, ours).await? {
            chained.take(&row, id);
        }
        Ok(chained)
    }

    /// A row that does not read is damage: `audit verify` names it.
    fn take(&mut self, row: &JournalRow, id: &LockdownId) {
        match row.event.as_str() {
            "lockdown-confirmed" => {
                let read = serde_json::from_str::<Confirmed>(&row.body).ok();
                self.word = read.map(|it| (it.act, it.requested_by, row.actor.clone()));
            }
            "lockdown-started" | "lockdown-resumed" if self.order.is_none() => self.begun(row),
            "lockdown-lifted" => self.lifted(row),
            "permit-given" => self.given(row, id),
            "permit-ended" => self.ended(row),
            _ => {}
        }
    }

    /// Who asked and who confirmed; or who did it alone.
    fn people(&mut self, act: &str, actor: &str) -> (String, Option<String>) {
        match self.word.take_if(|(what, _, second)| *what == *act && *second == *actor) {
            Some((_, by, second)) => (by, Some(second)),
            None => (actor.to_owned(), None),
        }
    }

    fn begun(&mut self, row: &JournalRow) {
        let Ok(order) = serde_json::from_str::<Order>(&row.body) else { return };
        let (by, second) = self.people("start", &row.actor);
        let by = match (&order.period, &order.started_by) {
            (Some(_), _) => "policy".to_owned(),
            (None, Some(by)) => by.clone(),
            (None, None) => by,
        };
        self.order = Some((order, second, by));
    }

    fn lifted(&mut self, row: &JournalRow) {
        let Ok(lifted) = serde_json::from_str::<Lifted>(&row.body) else { return };
        let (by, confirmed_by) = self.people("lift", &row.actor);
        self.lift = Some(Lift { at: row.at, by, confirmed_by, reason: lifted.reason });
    }

    fn given(&mut self, row: &JournalRow, id: &LockdownId) {
        let Ok(given) = serde_json::from_str::<Given>(&row.body) else { return };
        let (given_by, confirmed_by) = self.people("allow", &row.actor);
        let Given { permit, operator, asset, until, ticket } = given;
        if self.permits.iter().any(|passed| passed.permit.id == permit) {
            return; // somebody else had settled the request already
        }
        let permit = Permit { id: permit, lockdown: id.clone(), operator, asset, until, ticket };
        let (given_at, sessions) = (row.at, Vec::new());
        self.permits.push(Passed { permit, given_at, given_by, confirmed_by, ended_at: None, sessions });
    }

    fn ended(&mut self, row: &JournalRow) {
        let Ok(ended) = serde_json::from_str::<Ended>(&row.body) else { return };
        for passed in self.permits.iter_mut().filter(|passed| passed.permit.id == ended.permit) {
            passed.ended_at = Some(row.at);
        }
    }

    /// The rows' word in place of the table's, where there is one: a crash may have come before the row.
    pub(super) fn correct(&mut self, row: &mut LockdownRow) {
        if let Some((order, second, by)) = self.order.take() {
            let resumed = order.started_by.is_some();
            row.lockdown.started_by = by;
            row.lockdown.reason = order.reason;
            row.lockdown.order = order.order;
            row.lockdown.scope = order.scope;
            row.lockdown.except = order.except;
            row.lockdown.until = order.until;
            // What a start found in force says nothing of these.
            if !resumed {
                (row.confirmed_by, row.period) = (second, order.period);
            }
        }
        if let Some(lift) = self.lift.take() {
            row.lift = Some(lift);
        }
    }
}
