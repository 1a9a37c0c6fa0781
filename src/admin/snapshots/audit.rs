//! Examples of what the audit finds.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::admin::*;
use crate::domain::{Protocol, RecordingId, SessionId, Via};
use crate::event::{Ending, KeyCause};
use crate::journal::Fault;
use crate::store::{CommandRow, JournalRow, SessionRow};

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

fn noon() -> Timestamp {
    "2026-12-01T04:00:00Z".parse().unwrap()
}

const KEY: &str = "juyong.log/34750f98bd59fcfc+014bc1f3+AYqI49dZ0AmVjf2e0aY+Jd1sQpWBqEVzGTkyCQi5rNJv";

fn local() -> LocalTime {
    LocalTime::new(noon(), zone())
}

fn session() -> SessionEntry {
    let row = SessionRow {
        session: SessionId::new(1_764_561_600_000, 7),
        operator: "wang-fang".parse().unwrap(),
        source: "192.0.2.7".into(),
        via: Via::Direct,
        through: None,
        asset: "db1".parse().unwrap(),
        login: "oracle".parse().unwrap(),
        protocols: vec![Protocol::Shell],
        started: noon(),
        ended: Some(noon()),
        ending: Some(Ending::Cut),
        reason: Some("lockdown".into()),
        recordings: vec![RecordingId::new(1_764_561_600_000, 8)],
        bytes_in: 10,
        bytes_out: 20,
        unrecorded: 0,
        commands: 1,
        number: 3,
        differs: Vec::new(),
    };
    SessionEntry::new(row, zone())
}

fn command() -> CommandEntry {
    let judged = serde_json::json!({
        "recording": RecordingId::new(1_764_561_600_000, 8), "command": "rm -rf /u01/x", "verdict": "deny",
        "sets": { "dba": "deny" }, "programs": ["rm"], "danger": "critical", "opaque": false,
        "confidence": "screen", "reason": "`rm` is denied", "approval": null, "approved_by": null,
    });
    let row = CommandRow {
        number: 17,
        session: SessionId::new(1_764_561_600_000, 7),
        at: noon(),
        operator: "wang-fang".parse().unwrap(),
        source: "192.0.2.7".into(),
        asset: "db1".parse().unwrap(),
        login: "oracle".parse().unwrap(),
        judged: serde_json::from_value(judged).unwrap(),
        answer: None,
    };
    CommandEntry::new(row, zone())
}

fn event() -> EventEntry {
    let body = r#"{"seq":17,"at":"2026-12-01T04:00:00Z","actor":"admin","event":"operator-enabled","operator":"li-lei"}"#;
    let row = JournalRow {
        seq: 17,
        at: noon(),
        actor: "admin".into(),
        source: None,
        event: "operator-enabled".into(),
        operator: Some("li-lei".into()),
        asset: None,
        session: None,
        began: None,
        body: body.into(),
        hash: crate::domain::Digest::ZERO,
    };
    EventEntry::new(row, zone())
}

fn records<Row, Cursor>(row: Row, next: Cursor) -> Records<Row, Cursor> {
    let page = Page { rows: vec![row], next: Some(next) };
    Records { page, newest: true, since: None, until: None }
}

pub(super) fn example(kind: RequestKind) -> Option<AuditOutcome> {
    Some(match kind {
        RequestKind::AuditSessions => AuditOutcome::Sessions(records(session(), "s".to_owned())),
        RequestKind::AuditCommands => AuditOutcome::Commands(records(command(), 17)),
        RequestKind::AuditEvents => AuditOutcome::Events(records(event(), 17)),
        RequestKind::AuditShow => AuditOutcome::Shown(Box::new(SessionShown {
            session: session(),
            recordings: Vec::new(),
            events: Page { rows: Vec::new(), next: None },
        })),
        RequestKind::AuditVerify => {
            let none = || FaultCount { count: 0, first: Vec::new() };
            let fault = Fault { what: "row-altered", which: "17".into(), detail: String::new() };
            AuditOutcome::Verified(Box::new(VerifiedEvidence {
                ok: false,
                rows: 20,
                recordings: 2,
                sessions: 1,
                missing: none(),
                altered: FaultCount { count: 1, first: vec![fault] },
                notes: none(),
                log: VerifiedLog {
                    rows: 20,
                    checkpoints: 3,
                    keys: 2,
                    first_key: Some(KEY.into()),
                    proven: Some(ProvenLog { rows: 18, checkpoint: 3, at: local(), key: KEY.into() }),
                    unproven: 2,
                },
            }))
        }
        RequestKind::AuditCheckpoint => AuditOutcome::Checkpoint(LogCheckpoint {
            origin: "juyong.log/34750f98bd59fcfc".into(),
            number: 3,
            rows: 18,
            root: crate::domain::Digest::ZERO,
            profile: "standard",
            at: local(),
            note: "juyong.log/34750f98bd59fcfc\n18\n".into(),
        }),
        RequestKind::AuditKeys => {
            let entry = |which, row, epoch, cause| LogKeyEntry {
                which,
                row,
                at: local(),
                epoch,
                cause,
                key: KEY.into(),
            };
            AuditOutcome::Keys(LogKeys {
                first: entry("first", 1, 1, KeyCause::First),
                current: entry("current", 17, 2, KeyCause::Start),
            })
        }
        RequestKind::AuditProof => {
            let proof = "c2sp.org/tlog-proof@v1\n".into();
            AuditOutcome::Proof(RowProof { row: 17, checkpoint: 3, proof })
        }
        RequestKind::AuditKill => AuditOutcome::Killed(KilledSession {
            session: SessionId::new(1_764_561_600_000, 7),
            operator: "wang-fang".parse().unwrap(),
            asset: "db1".parse().unwrap(),
            login: "oracle".parse().unwrap(),
            cut_ms: 3,
            may_go_on: false,
            left_over: false,
        }),
        _ => return None,
    })
}
