#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::num::NonZeroU32;

use jiff::tz::TimeZone;

use super::*;
use crate::device::Pool;
use crate::domain::{Arrival, Origin, WireguardKey};
use crate::store::testing::{TestStore, at, id, store};
use crate::store::{NewDevice, Proof, Revocation};

async fn start(store: &TestStore, n: u64, operator: &str, source: &str) {
    store.session(n, operator, &Origin::new(source.parse().unwrap(), Via::Direct)).await;
}

async fn found(store: &TestStore, filter: Filter) -> Vec<SessionId> {
    let rows = store.sessions().list(&filter, |_| true).await.unwrap();
    rows.into_iter().map(|row| row.session).collect()
}

#[tokio::test]
async fn a_session_is_printed_as_documented() {
    let store = store().await;
    start(&store, 1, "wang-fang", "[::ffff:203.0.113.7]:50022").await;
    for (n, protocol) in [(1, Protocol::Shell), (2, Protocol::Sftp), (3, Protocol::Shell)] {
        store.channel(1, n, protocol).await;
    }
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let line = |row: &SessionRow| serde_json::to_string(&row.shown(&zone)).unwrap();
    let live = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
    assert!(line(&live[0]).contains(r#""ended":null,"ending":null,"reason":null"#), "{}", line(&live[0]));
    store.end(1, 60).await;
    let rows = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
    let [one, two, three] = [1, 2, 3].map(|n| RecordingId::new(n, 0));
    let expected = format!(
        "{{\"session\":\"{}\",\"operator\":\"wang-fang\",\"source\":\"203.0.113.7\",\"via\":\"direct\",\
         \"device\":null,\"device_name\":null,\"outer\":null,\
         \"asset\":\"db1\",\"login\":\"oracle\",\"protocols\":[\"shell\",\"sftp\"],\
         \"started\":\"2026-04-24T11:06:41+08:00\",\"ended\":\"2026-04-24T11:07:40+08:00\",\"ending\":\"cut\",\
         \"reason\":\"lockdown\",\"recordings\":[\"{one}\",\"{two}\",\"{three}\"],\
         \"bytes_in\":1,\"bytes_out\":2,\"commands\":0}}",
        id(1)
    );
    assert_eq!(line(&rows[0]), expected);
}

#[tokio::test]
async fn a_session_tells_its_device_and_where_that_was() {
    let store = store().await;
    let (operator, pool) = ("li-lei".parse().unwrap(), Pool::new(&["10.99.0.0/24".parse().unwrap()]));
    let device = DeviceId::new(1, 1);
    let new = NewDevice {
        id: device.clone(),
        operator: &operator,
        name: "laptop".parse().unwrap(),
        proof: Proof::Wireguard { key: WireguardKey::new([7; 32]), pool: &pool },
        at: at(0),
        by: "local:root",
    };
    store.devices().enrol(new, NonZeroU32::MIN).await.unwrap();
    let outer = "[::ffff:198.51.100.7]:40000".parse().unwrap();
    let arrival = Arrival { device: device.clone(), owner: operator.clone(), outer };
    let peer = "10.99.0.2:50022".parse().unwrap();
    store.session(1, "li-lei", &Origin::by_device(peer, Via::Tunnel, arrival)).await;
    let revocation = Revocation { at: at(1), by: "zhou".into(), reason: String::new() };
    assert!(store.devices().revoke(&device, &revocation).await.unwrap());
    let rows = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
    let line = serde_json::to_string(&rows[0].shown(&TimeZone::UTC)).unwrap();
    let expected = format!(
        "\"source\":\"10.99.0.2\",\"via\":\"tunnel\",\"device\":\"{device}\",\"device_name\":\"laptop\",\
         \"outer\":\"198.51.100.7\""
    );
    assert!(line.contains(&expected), "{line}");
}

#[tokio::test]
async fn filters_narrow_and_the_newest_is_last() {
    let store = store().await;
    for n in 1..=6 {
        let (operator, source) =
            if n % 2 == 0 { ("li-lei", "10.0.0.1:1") } else { ("wang-fang", "[2001:db8::1]:1") };
        start(&store, n, operator, source).await;
    }
    store.end(1, 3).await;
    let all = Filter::default;
    assert_eq!(found(&store, Filter { limit: Some(2), ..all() }).await, [id(5), id(6)]);
    let operator = Some("li-lei".parse().unwrap());
    assert_eq!(found(&store, Filter { operator, ..all() }).await, [id(2), id(4), id(6)]);
    let source = Some("2001:db8::/32".parse().unwrap());
    assert_eq!(found(&store, Filter { source, limit: Some(1), ..all() }).await, [id(5)]);
    assert_eq!(found(&store, Filter { session: Some(id(3)), ..all() }).await, [id(3)]);
    assert_eq!(
        found(&store, Filter { since: Some(at(4)), until: Some(at(4)), ..all() }).await,
        [id(2), id(3)]
    );
    assert_eq!(found(&store, Filter { since: Some(at(3)), until: Some(at(2)), ..all() }).await, [id(1)]);
    assert!(found(&store, Filter { asset: Some("web1".parse().unwrap()), ..all() }).await.is_empty());
}

#[tokio::test]
async fn the_limit_counts_after_the_scope() {
    let store = store().await;
    for n in 1..=4 {
        start(&store, n, if n == 1 { "li-lei" } else { "wang-fang" }, "10.0.0.1:1").await;
    }
    let filter = Filter { limit: Some(1), ..Filter::default() };
    let rows = store.sessions().list(&filter, |row| row.operator.as_str() == "li-lei").await.unwrap();
    assert_eq!(rows.iter().map(|row| &row.session).collect::<Vec<_>>(), [&id(1)]);
}

#[tokio::test]
async fn what_has_not_ended_is_left_open() {
    let store = store().await;
    for n in 1..=3 {
        start(&store, n, "wang-fang", "10.0.0.1:1").await;
    }
    store.end(2, 9).await;
    let open = store.sessions().left_open().await.unwrap();
    assert_eq!(open.iter().map(|row| row.session.clone()).collect::<Vec<_>>(), [id(1), id(3)]);
    store.end(1, 9).await;
    store.end(3, 9).await;
    assert!(store.sessions().left_open().await.unwrap().is_empty());
}

/// attack 8: what is shown is the journal's word, and where the table says something else the row says so.
#[tokio::test]
async fn a_changed_table_shows_in_the_list_and_changes_nothing() {
    for (sql, what) in [
        ("UPDATE session SET operator = 'li-lei'", vec!["operator"]),
        ("UPDATE session SET asset = 'web1', bytes_in = 9", vec!["asset", "bytes_in"]),
        ("UPDATE session SET ended = NULL, ending = NULL", vec!["ending", "ended"]),
        ("UPDATE session SET started = started + 1", vec!["started"]),
        ("DELETE FROM channel", vec!["channels"]),
        ("UPDATE channel SET command = 'id'", vec!["channels"]),
    ] {
        let store = store().await;
        start(&store, 1, "wang-fang", "10.0.0.1:1").await;
        store.channel(1, 7, Protocol::Exec).await;
        store.end(1, 9).await;
        let before = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
        assert!(before[0].differs.is_empty(), "{before:?}");
        store.run(sql).await;
        let mut after = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
        assert_eq!(std::mem::take(&mut after[0].differs), what, "{sql}");
        assert_eq!(after, before, "{sql}");
    }
}

#[tokio::test]
async fn a_session_is_found_by_the_beginning_of_its_id_or_of_a_recordings() {
    let store = store().await;
    for n in [1, 2] {
        start(&store, n, "wang-fang", "10.0.0.1:1").await;
    }
    store.channel(2, 77, Protocol::Shell).await;
    let found = async |text: &str| store.sessions().beginning(text, 9).await.unwrap();
    assert_eq!(found(id(1).as_str()).await, [id(1)]);
    assert_eq!(found(&id(1).as_str()[..8]).await, [id(1), id(2)]);
    assert_eq!(found(&RecordingId::new(77, 0).as_str()[..12]).await, [id(2)]);
    assert!(found("zzzzzz").await.is_empty());
}
