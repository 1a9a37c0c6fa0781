#![allow(clippy::unwrap_used)]

use super::pages::each_page;
use crate::domain::{Digest, OperatorName};
use crate::store::testing::at;
use crate::store::{Head, LoginSeen, NewRow, Store};

async fn told(store: &Store, rows: &[(&str, &str, &str)]) {
    let bodies =
        rows.iter().map(|(event, actor, more)| format!(r#"{{"actor":"{actor}","event":"{event}"{more}}}"#));
    let bodies: Vec<_> = bodies.collect();
    let make = move |head: Head| {
        let row = |(number, body): (u64, String)| {
            let seq = head.seq + number;
            NewRow { seq, at: at(i64::try_from(seq).unwrap()), body, hash: Digest::ZERO }
        };
        Ok((1..).zip(bodies).map(row).collect())
    };
    store.journal().append(Box::new(make)).await.unwrap();
}

/// issue 14, 8 and 9: what the journal tells of logins is known of each account.
pub(super) async fn the_last_login_is_what_the_journal_told_last(store: &Store) {
    let here = r#","source":"192.0.2.7""#;
    let there = r#","source":"2001:db8::1""#;
    let typed = r#","operator":"li","reason":"wrong-code""#;
    told(
        store,
        &[
            ("login-refused", "unproven:li", typed),
            ("login-refused", "unproven:nobody", r#","reason":"operator-unknown""#),
            ("login-accepted", "li", here),
            ("login-refused", "unproven:li", typed),
            ("login-refused", "li", r#","reason":"lockdown""#),
            ("login-accepted", "li", there),
            ("login-refused", "unproven:li", typed),
            ("console-command", "local:root", ""),
        ],
    )
    .await;
    let li: OperatorName = "li".parse().unwrap();
    let found = store.logins().of(&li).await.unwrap();
    let login = |second, source: &str| Some(LoginSeen { at: at(second), source: source.to_owned() });
    assert_eq!((found.last, found.failures), (login(6, "2001:db8::1"), 1));
    assert_eq!((found.before, found.failures_before), (login(3, "192.0.2.7"), 1));
    assert_eq!(found.enabled_at, None);
    store.logins().enabled(&li, at(9)).await.unwrap();
    assert_eq!(store.logins().of(&li).await.unwrap().enabled_at, Some(at(9)));
    let all = store.logins().everybodys(None, 9).await.unwrap();
    assert_eq!(all.iter().map(|one| one.operator.as_str()).collect::<Vec<_>>(), ["li"]);
}

pub(super) async fn the_list_goes_by_pages(store: &Store) {
    for name in ["c", "a", "b", "e", "d"] {
        store.logins().enabled(&name.parse().unwrap(), at(0)).await.unwrap();
    }
    each_page(5, |after, limit| store.logins().everybodys(after, limit)).await;
}
