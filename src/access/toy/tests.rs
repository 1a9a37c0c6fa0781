//! That a protocol gets all of it from this room alone (issue 13).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::super::services::Services;
use super::super::testing;
use crate::approval::ApprovalAnswer;
use crate::domain::{LockdownId, RecordingId};
use crate::evidence::Reader;
use crate::evidence::cast::CastEventKind;
use crate::lockdown::{Lockdown, Scope};
use crate::platform::clock::Clock;
use crate::store::Filter;

const POLICY: &str = r#"
[operator.op1]
[asset.box]
address = "192.0.2.1:22"
logins = ["root", "agreed"]
[[rule]]
id = "all"
effect = "allow"
logins = ["root"]
commands = ["careful"]
[[rule]]
id = "second"
effect = "allow"
logins = ["agreed"]
approval = true
[commands.careful]
mode = "guard"
default = "allow"
opaque = "deny"
[[commands.careful.entry]]
effect = "deny"
programs = ["touch"]
reason = "files are not made here"
[[commands.careful.entry]]
effect = "approve"
programs = ["chmod"]
reason = "modes are agreed on"
"#;

/// Longer than anything here takes on a busy machine.
const SOON: Duration = Duration::from_secs(30);

async fn soon<T>(step: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, step).await.unwrap()
}

/// One client of a toy gateway.
struct Stage {
    services: Arc<Services>,
    client: BufReader<TcpStream>,
    server: tokio::task::JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Stage {
    async fn enter(hello: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let services = testing::services(dir.path(), POLICY, Clock::system()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let server = tokio::spawn(super::serve(Arc::clone(&services), stream));
        let mut stage = Self { services, client: BufReader::new(client), server, _dir: dir };
        stage.say(hello).await;
        stage
    }

    async fn say(&mut self, line: &str) {
        self.client.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// The next line; empty at the end.
    async fn hear(&mut self) -> String {
        let mut line = String::new();
        soon(self.client.read_line(&mut line)).await.unwrap();
        line.trim_end().to_owned()
    }

    /// An officer agrees to the first request that comes.
    async fn grant(&self) {
        let approvals = self.services.live.approvals();
        let claimed = async {
            loop {
                let first = approvals.waiting().first().and_then(|request| approvals.claim(&request.id));
                match first {
                    Some(claimed) => return claimed,
                    None => tokio::task::yield_now().await,
                }
            }
        };
        soon(claimed).await.answer(ApprovalAnswer::Granted { by: "officer".into() }, None);
    }

    /// The client has nothing more to say; the session ends by itself.
    async fn leave(&mut self) {
        self.client.shutdown().await.unwrap();
        soon(&mut self.server).await.unwrap();
    }

    async fn rows(&self, event: &str) -> Vec<Value> {
        let rows = self.services.store.journal().list(&Filter::default(), |row| row.event == event).await;
        rows.unwrap().iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
    }

    /// The only row of its kind.
    async fn row(&self, event: &str) -> Value {
        let rows = self.rows(event).await;
        let [row] = rows.as_slice() else { panic!("{event}: {rows:?}") };
        row.clone()
    }
}

/// What a recording on disk shows.
fn shown(recordings: &Path, recording: &str) -> String {
    let recording = RecordingId::parse(recording).unwrap();
    let file = crate::recorder::open(&crate::recorder::place(recordings, &recording)).unwrap();
    let reader = Reader::open(std::io::BufReader::new(file)).unwrap();
    let output = reader.filter_map(|event| match event.unwrap().what {
        CastEventKind::Output(bytes) => Some(bytes),
        _ => None,
    });
    String::from_utf8(output.flatten().collect()).unwrap()
}

#[tokio::test]
async fn an_allowed_line_runs_is_recorded_and_journaled() {
    let mut stage = Stage::enter("op1 root box").await;
    stage.say("ls -l").await;
    assert_eq!(stage.hear().await, "ls -l");
    stage.leave().await;
    assert_eq!(stage.hear().await, "", "nothing more is told");

    assert_eq!(stage.row("login-accepted").await["actor"], "op1");
    let decision = stage.row("decision").await;
    assert_eq!((&decision["decision"], &decision["rules"]), (&"allow".into(), &serde_json::json!(["all"])));
    let session = stage.row("session-started").await["session"].clone();
    let opened = stage.row("channel-opened").await;
    let judged = stage.row("command-judged").await;
    assert_eq!((&judged["command"], &judged["verdict"]), (&"ls -l".into(), &"allow".into()));
    let closed = stage.row("recording-closed").await;
    let ended = stage.row("session-ended").await;
    assert_eq!(ended["ending"], "closed");
    for row in [&decision, &opened, &judged, &closed, &ended] {
        assert_eq!(row["session"], session, "{row}");
    }
    assert_eq!(opened["recording"], closed["recording"]);
    let shown = shown(&stage.services.config.recordings, closed["recording"].as_str().unwrap());
    assert!(shown.contains("ls -l\n"), "{shown:?}");
}

#[tokio::test]
async fn a_denied_line_is_refused_and_logged() {
    let mut stage = Stage::enter("op1 root box").await;
    stage.say("touch x").await;
    let told = stage.hear().await;
    assert_eq!(told, "juyong: “touch x” is not run: files are not made here. Please call ext. 8800.");
    stage.say("ls").await;
    assert_eq!(stage.hear().await, "ls", "the session goes on");
    stage.leave().await;
    let verdicts: Vec<_> =
        stage.rows("command-judged").await.iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts.len(), 2, "{verdicts:?}");
    assert!(verdicts.contains(&"deny".into()), "{verdicts:?}");
}

#[tokio::test]
async fn what_is_not_allowed_does_not_begin() {
    let mut stage = Stage::enter("op1 nobody box").await;
    let told = stage.hear().await;
    assert!(told.starts_with("juyong: "), "{told}");
    stage.leave().await;
    assert_eq!(stage.row("decision").await["decision"], "deny");
    assert!(stage.rows("session-started").await.is_empty());
}

#[tokio::test]
async fn a_line_waits_for_an_officer_and_goes_on() {
    let mut stage = Stage::enter("op1 root box").await;
    stage.say("chmod 0 x").await;
    let told = stage.hear().await;
    assert!(told.contains("needs an officer's approval"), "{told}");
    stage.grant().await;
    assert_eq!(stage.hear().await, "juyong: officer approved it.");
    assert_eq!(stage.hear().await, "chmod 0 x");
    stage.leave().await;
    assert_eq!(stage.row("approval-requested").await["asset"], "box");
}

#[tokio::test]
async fn a_session_waits_for_a_second_person() {
    let mut stage = Stage::enter("op1 agreed box").await;
    assert!(stage.hear().await.starts_with("juyong: "));
    stage.grant().await;
    assert_eq!(stage.hear().await, "juyong: officer approved it.");
    stage.say("ls").await;
    assert_eq!(stage.hear().await, "ls");
    stage.leave().await;
}

#[tokio::test]
async fn a_lockdown_cuts_and_nobody_is_left_in_the_registry() {
    let mut stage = Stage::enter("op1 root box").await;
    stage.say("ls").await;
    assert_eq!(stage.hear().await, "ls");
    let order = Lockdown {
        id: LockdownId::new(1, 1),
        scope: Scope::parse("all").unwrap(),
        except: vec![],
        reason: "drill".into(),
        order: None,
        started_at: Timestamp::now(),
        started_by: "local:root".into(),
        until: None,
        held: Default::default(),
    };
    let cut = stage.services.live.cut(|standing| standing.order(order), |_| true, SOON).await;
    assert_eq!((cut.sessions, cut.left_over), (1, 0), "{cut:?}");
    let told = stage.hear().await;
    assert!(told.contains("drill"), "{told}");
    assert_eq!(stage.hear().await, "", "the connection is closed");
    soon(&mut stage.server).await.unwrap();
    assert_eq!(stage.services.live.sessions(), 0);
    let ended = stage.row("session-ended").await;
    assert_eq!((&ended["ending"], &ended["reason"]), (&"cut".into(), &"lockdown".into()));
    stage.row("recording-closed").await;
}

#[test]
fn the_toy_is_small_and_names_no_other_protocol() {
    let toy = include_str!("../toy.rs");
    assert!(toy.lines().count() < 150);
    assert!(!toy.contains("ssh"));
}
