#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::num::NonZeroU32;

use jiff::tz::TimeZone;

use super::*;
use crate::device::Pool;
use crate::domain::{Arrival, WireguardKey};
use crate::store::testing::{TestStore, at, store};
use crate::store::{NewDevice, Proof, Revocation};

fn id(n: u64) -> SessionId {
    SessionId::new(n, n)
}

async fn start(store: &TestStore, n: u64, operator: &str, source: &str) {
    start_from(store, n, operator, Origin::new(source.parse().unwrap(), Via::Direct)).await;
}

async fn start_from(store: &TestStore, n: u64, operator: &str, origin: Origin) {
    let (operator, asset, login) =
        (&operator.parse().unwrap(), &"db1".parse().unwrap(), &"oracle".parse().unwrap());
    let at = at(i64::try_from(n).unwrap());
    let new = NewSession { session: &id(n), operator, origin, asset, login, at };
    store.sessions().start(&new).await.unwrap();
}

async fn end(store: &TestStore, n: u64, at: Timestamp) -> bool {
    let end = SessionEnd {
        session: &id(n),
        ending: Ending::Cut,
        reason: "lockdown",
        bytes_in: 1,
        bytes_out: 2,
        unrecorded: 0,
        at,
    };
    store.sessions().end(&end).await.unwrap()
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
        let recording = &RecordingId::new(n, 0);
        let new = NewChannel { session: &id(1), recording, protocol, command: None, at: at(2) };
        store.sessions().channel(&new).await.unwrap();
    }
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let line = |row: &SessionRow| serde_json::to_string(&row.shown(&zone)).unwrap();
    let live = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
    assert!(line(&live[0]).contains(r#""ended":null,"ending":null,"reason":null"#), "{}", line(&live[0]));
    assert!(end(&store, 1, at(60)).await);
    assert!(!end(&store, 1, at(61)).await);
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
    start_from(&store, 1, "li-lei", Origin::by_device(peer, Via::Tunnel, arrival)).await;
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
    end(&store, 1, at(3)).await;
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
async fn what_was_live_is_interrupted_once() {
    let store = store().await;
    for n in 1..=3 {
        start(&store, n, "wang-fang", "10.0.0.1:1").await;
    }
    end(&store, 2, at(9)).await;
    let closed = store.sessions().interrupt(at(100)).await.unwrap();
    assert_eq!(closed.iter().map(|row| row.session.clone()).collect::<Vec<_>>(), [id(1), id(3)]);
    assert!(closed.iter().all(|row| row.ending == Some(Ending::Interrupted) && row.ended == Some(at(100))));
    assert!(store.sessions().interrupt(at(101)).await.unwrap().is_empty());
}

#[tokio::test]
async fn no_channel_without_a_session() {
    let store = store().await;
    let recording = &RecordingId::new(1, 1);
    let new =
        NewChannel { session: &id(1), recording, protocol: Protocol::Exec, command: Some("id"), at: at(0) };
    assert!(store.sessions().channel(&new).await.is_err());
}
