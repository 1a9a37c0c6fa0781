#![allow(clippy::unwrap_used)]

use super::pages::each_page;
use crate::domain::{OperatorName, SourceNet};
use crate::store::{Home, Store};

fn home(operator: &str, source: &str, second: i64) -> Home {
    let (operator, source) =
        (operator.parse::<OperatorName>().unwrap(), source.parse::<SourceNet>().unwrap());
    Home { operator, source, at: jiff::Timestamp::from_second(second).unwrap() }
}

pub(super) async fn a_home_is_kept_once_and_the_oldest_gives_way(store: &Store) {
    let homes = [
        home("a", "192.0.2.1", 1),
        home("a", "192.0.2.2", 2),
        home("b", "2001:db8::1", 3),
        home("a", "192.0.2.1", 4),
        home("a", "192.0.2.3", 5),
    ];
    for home in &homes {
        store.homes().keep(home, 2).await.unwrap();
    }
    each_page(3, |after, limit| store.homes().homes(after, limit)).await;
    let [_, _, b, first, last] = homes;
    assert_eq!(store.homes().homes(None, 9).await.unwrap(), [first, last, b]);
}
