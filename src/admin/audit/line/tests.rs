#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::num::NonZeroU32;

use jiff::tz::TimeZone;

use crate::command::Confidence;
use crate::device::Pool;
use crate::domain::{
    ApprovalId, Arrival, Danger, DeviceId, Digest, Origin, Protocol, RecordingId, Via, WireguardKey,
};
use crate::event::{Actor, Event, JournalEntry};
use crate::journal::Journal;
use crate::policy::Verdict;
use crate::store::testing::{TestStore, at, id, store};
use crate::store::{DeviceProof, Filter, NewDevice, Revocation, SessionRow};

async fn start(store: &TestStore, n: u64, operator: &str, source: &str) {
    store.session(n, operator, &Origin::new(source.parse().unwrap(), Via::Direct)).await;
}

fn judged(n: u64, command: &str, verdict: Verdict) -> Event {
    Event::CommandJudged {
        session: id(n),
        recording: RecordingId::new(n, n),
        command: command.to_owned(),
        verdict,
        sets: [("dba".parse().unwrap(), verdict)].into(),
        programs: vec!["reboot".to_owned()],
        danger: Some(Danger::High),
        opaque: false,
        confidence: Confidence::Exact,
        reason: "maintenance".to_owned(),
        approval: None,
        approved_by: None,
        policy: Digest::ZERO,
    }
}

async fn write(journal: &Journal, actor: &str, second: i64, event: Event) -> u64 {
    let actor = Actor::Operator(actor.parse().unwrap());
    journal.append(JournalEntry { at: at(second), actor, source: None, through: None, event }).await.unwrap()
}

#[tokio::test]
async fn a_session_is_printed_as_documented() {
    let store = store().await;
    start(&store, 1, "wang-fang", "[::ffff:203.0.113.7]:50022").await;
    for (n, protocol) in [(1, Protocol::Shell), (2, Protocol::Sftp), (3, Protocol::Shell)] {
        store.channel(1, n, protocol).await;
    }
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let line = |row: &SessionRow| serde_json::to_string(&super::session(row, &zone)).unwrap();
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
        proof: DeviceProof::Wireguard { key: WireguardKey::new([7; 32]), pool: &pool },
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
    let line = serde_json::to_string(&super::session(&rows[0], &TimeZone::UTC)).unwrap();
    let expected = format!(
        "\"source\":\"10.99.0.2\",\"via\":\"tunnel\",\"device\":\"{device}\",\"device_name\":\"laptop\",\
         \"outer\":\"198.51.100.7\""
    );
    assert!(line.contains(&expected), "{line}");
}

#[tokio::test]
async fn a_command_is_printed_as_documented() {
    let store = store().await;
    start(&store, 1, "wang-fang", "203.0.113.7:50022").await;
    let journal = Journal::start(store.store.clone());
    let number = write(&journal, "wang-fang", 5, judged(1, "reboot", Verdict::Approve)).await;
    let requested = Event::ApprovalRequested {
        approval: ApprovalId::new(1),
        session: id(1),
        judged: Some(number),
        asset: "db1".parse().unwrap(),
        login: "oracle".parse().unwrap(),
        reason: String::new(),
        lapses: at(60),
    };
    write(&journal, "wang-fang", 6, requested).await;
    let rows = store.commands().list(&Filter::default(), |_| true).await.unwrap();
    assert_eq!(rows[0].answer, None, "it waits");
    let granted = Event::ApprovalGranted {
        approval: ApprovalId::new(1),
        session: id(1),
        judged: Some(number),
        operator: "wang-fang".parse().unwrap(),
        reason: String::new(),
        until: None,
    };
    write(&journal, "officer", 7, granted).await;
    let rows = store.commands().list(&Filter::default(), |_| true).await.unwrap();
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let expected = format!(
        "{{\"session\":\"{}\",\"at\":\"2026-04-24T11:06:45+08:00\",\"command\":\"reboot\",\"verdict\":\"approve\",\
         \"danger\":\"high\",\"confidence\":\"exact\",\"number\":{number},\"operator\":\"wang-fang\",\
         \"source\":\"203.0.113.7\",\"asset\":\"db1\",\"login\":\"oracle\",\"recording\":\"{}\",\
         \"sets\":{{\"dba\":\"approve\"}},\"programs\":[\"reboot\"],\"opaque\":false,\"reason\":\"maintenance\",\
         \"answer\":\"granted\",\"answered_by\":\"officer\"}}",
        id(1),
        RecordingId::new(1, 1),
    );
    assert_eq!(serde_json::to_string(&super::command(&rows[0], &zone)).unwrap(), expected);
}

#[tokio::test]
async fn an_event_is_printed_as_documented() {
    let store = store().await;
    let entry = JournalEntry {
        at: at(0),
        actor: Actor::Gateway,
        source: Some("203.0.113.7:50022".to_owned()),
        through: None,
        event: Event::GatewayStopped { reason: "0".to_owned() },
    };
    Journal::start(store.store.clone()).append(entry).await.unwrap();
    let row = store.journal().list(&Filter::default(), |_| true).await.unwrap().remove(0);
    let hash = row.hash;
    assert_eq!(
        super::event(&row, &TimeZone::get("Asia/Shanghai").unwrap()),
        format!(
            "{{\"seq\":1,\"at\":\"2026-04-24T11:06:40+08:00\",\"actor\":\"gateway\",\
             \"source\":\"203.0.113.7:50022\",\"event\":\"gateway-stopped\",\"reason\":\"0\",\"hash\":\"{hash}\"}}"
        )
    );
}

/// newcomer, auditor: every time in a row is in the zone, to the second.
#[tokio::test]
async fn other_times_of_a_row_are_shown_in_the_zone() {
    let store = store().await;
    let until = "2026-04-24T03:06:40.123456789Z".parse().unwrap();
    let event = Event::OperatorLocked {
        operator: "x\",\"until\":\"2026-04-24T03:06:40Z".into(),
        until,
        failures: 5,
        key: None,
        home: None,
    };
    store
        .journal_row("wang-fang", Some(&Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct)), 0, event)
        .await;
    let row = store.journal().list(&Filter::default(), |_| true).await.unwrap().remove(0);
    let line = super::event(&row, &TimeZone::get("Asia/Shanghai").unwrap());
    assert!(line.contains(r#""until":"2026-04-24T11:06:40+08:00","failures""#), "{line}");
    assert!(line.contains(r#"\"until\":\"2026-04-24T03:06:40Z"#), "a text stays as it is: {line}");
}
