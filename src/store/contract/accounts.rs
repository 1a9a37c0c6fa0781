#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::pages::{Between, each_page, read_between};
use crate::domain::OperatorName;
use crate::store::testing::at;
use crate::store::{Disabled, Store};

pub(super) async fn the_first_reason_stays_until_enabled(store: &Store) {
    let accounts = store.accounts();
    let operator: OperatorName = "li-lei".parse().unwrap();
    let order = |reason: &str| Disabled {
        operator: operator.clone(),
        reason: reason.to_owned(),
        at: at(0),
        by: "local:root".to_owned(),
    };
    assert!(accounts.disable(&order("left the vendor")).await.unwrap());
    assert!(!accounts.disable(&order("again")).await.unwrap());
    assert_eq!(accounts.disabled(&operator).await.unwrap(), Some(order("left the vendor")));
    assert_eq!(accounts.list(None, 9).await.unwrap().len(), 1);
    assert!(accounts.enable(&operator).await.unwrap());
    assert!(!accounts.enable(&operator).await.unwrap());
    assert_eq!(accounts.disabled(&operator).await.unwrap(), None);
}

fn order(name: &str) -> Disabled {
    let operator = name.parse().unwrap();
    Disabled { operator, reason: "left".to_owned(), at: at(0), by: "local:root".to_owned() }
}

pub(super) async fn the_list_goes_by_pages(store: &Store) {
    let orders = ["c", "a", "b", "e", "d"].map(order);
    for order in &orders {
        store.accounts().disable(order).await.unwrap();
    }
    each_page(5, |after, limit| store.accounts().list(after, limit)).await;
    // One comes before the place that was reached, and one behind it.
    let new = ["a1", "d1"].map(order);
    let come = async || {
        for order in &new {
            store.accounts().disable(order).await.unwrap();
        }
    };
    let Between { seen, whole } = read_between(come, |after| store.accounts().list(after, 2)).await;
    let names = |rows: &[Disabled]| rows.iter().map(|row| row.operator.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&seen), ["a", "b", "c", "d", "d1", "e"]);
    assert_eq!(names(&whole), ["a", "a1", "b", "c", "d", "d1", "e"]);
}
