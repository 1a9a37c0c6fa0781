//! Makes a store as a year leaves it: every row is encoded, chained, written and summed up by the journal's own code, some
//! thousand in a transaction.

use std::fs;
use std::net::SocketAddr;

use jiff::{SignedDuration, Timestamp};
use juyong::command::Confidence;
use juyong::domain::{Digest, Origin, Protocol, RecordingId, SessionId, Via};
use juyong::event::{Actor, Carried, Ending, Event, JournalEntry, Unrecorded};
use juyong::evidence::chain::StreamDigest;
use juyong::journal::follow;
use juyong::policy::Verdict;
use juyong::recorder;
use juyong::store::Store;

use crate::Size;
use crate::place::{ASSETS, OPERATORS, Place, asset, operator};

/// Sessions that go on side by side.
const ASIDE: u64 = 8;
/// Rows of one transaction.
const TOGETHER: usize = 8192;
/// Rows of a session that are not commands: login, decision, beginning, channel, recording, end.
const FRAME: u64 = 6;

pub(crate) fn make(place: &Place, size: Size) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&place.database()).await.expect("a database");
        let mut year = Year::new(place, &store, size);
        year.write(size).await;
        year.flush().await;
        store.close().await;
    });
    place.made();
}

struct Year<'a> {
    place: &'a Place,
    store: &'a Store,
    waiting: Vec<JournalEntry>,
    /// The time of the next row, and how far it is to the one after.
    now: Timestamp,
    step: SignedDuration,
}

/// Who, where from, where to.
struct Stay {
    session: SessionId,
    recording: RecordingId,
    operator: String,
    asset: String,
    origin: Origin,
}

impl<'a> Year<'a> {
    fn new(place: &'a Place, store: &'a Store, size: Size) -> Self {
        let year = SignedDuration::from_hours(365 * 24);
        let now = Timestamp::now().checked_sub(year).expect("last year");
        let step = year / i32::try_from(size.rows).expect("so many rows");
        Self { place, store, waiting: Vec::new(), now, step }
    }

    async fn write(&mut self, size: Size) {
        let (mut begun, mut written) = (0, 0);
        while begun < size.sessions {
            let stays: Vec<_> = (begun..(begun + ASIDE).min(size.sessions)).map(|n| self.stay(n)).collect();
            begun += stays.len() as u64;
            // So many rows are due by now.
            let due = size.rows * begun / size.sessions;
            let commands = due.saturating_sub(written + FRAME * stays.len() as u64);
            for stay in &stays {
                self.begin(stay).await;
            }
            for n in 0..commands {
                let stay = &stays[usize::try_from(n % stays.len() as u64).expect("few")];
                self.row(stay, if n % 16 == 15 { refused() } else { command(stay, n) }).await;
            }
            for stay in &stays {
                self.end(stay).await;
            }
            written += commands + FRAME * stays.len() as u64;
        }
    }

    fn stay(&self, n: u64) -> Stay {
        let millis = u64::try_from(self.now.as_millisecond()).expect("after 1970");
        let few = |of: usize| 1 + usize::try_from(n * 7 + n / 13).expect("few") % (of - 1);
        let seldom = n == 40;
        let address: SocketAddr = match seldom {
            true => "198.51.100.77:50022".parse().expect("an address"),
            false => format!("10.{}.{}.7:50022", n % 5, few(200)).parse().expect("an address"),
        };
        Stay {
            session: SessionId::new(millis, n),
            recording: RecordingId::new(millis, n),
            operator: operator(if seldom { 0 } else { few(OPERATORS) }),
            asset: asset(if seldom { 0 } else { few(ASSETS) }),
            origin: Origin::new(address, Via::Direct),
        }
    }

    async fn begin(&mut self, stay: &Stay) {
        let (asset, login) = (stay.asset.parse().expect("a name"), "root".parse().expect("a name"));
        self.row(
            stay,
            Event::LoginAccepted {
                factors: vec!["publickey".into()],
                certificate: None,
                client: "SSH-2.0-OpenSSH_9.9".into(),
            },
        )
        .await;
        self.row(stay, decision(stay)).await;
        let session = stay.session.clone();
        self.row(stay, Event::SessionStarted { session, via: Via::Direct, asset, login }).await;
        let (session, recording) = (stay.session.clone(), stay.recording.clone());
        self.row(stay, Event::ChannelOpened { session, protocol: Protocol::Shell, command: None, recording })
            .await;
    }

    async fn end(&mut self, stay: &Stay) {
        let text = format!(
            "{{\"version\":2,\"width\":80,\"height\":24}}\n[0.5,\"o\",\"{} on {}\\r\\n\"]\n",
            stay.operator, stay.asset
        );
        let path = recorder::place(&self.place.recordings(), &stay.recording);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, &text).expect("a recording");
        let mut digest = StreamDigest::default();
        digest.update(text.as_bytes());
        let (file, none) = (digest.finish(), StreamDigest::default().finish());
        let (session, recording) = (stay.session.clone(), stay.recording.clone());
        let passed =
            Some(Carried { input: none, output: file, errors: none, unrecorded: Unrecorded::default() });
        self.row(stay, Event::RecordingClosed { session, recording, passed, file, left_open: false }).await;
        let (session, ending, reason) = (stay.session.clone(), Ending::Closed, String::new());
        self.row(
            stay,
            Event::SessionEnded { session, ending, reason, bytes_in: 7, bytes_out: 70, unrecorded: 0 },
        )
        .await;
    }

    async fn row(&mut self, stay: &Stay, event: Event) {
        let actor = match event {
            Event::LoginRefused { .. } => Actor::unproven(&stay.operator),
            _ => Actor::Operator(stay.operator.parse().expect("a name")),
        };
        self.now = self.now.checked_add(self.step).expect("this year");
        let source = Some(stay.origin.address().to_string());
        let entry = JournalEntry { at: self.now, actor, source, through: None, event };
        self.waiting.push(entry);
        if self.waiting.len() >= TOGETHER {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        let entries = std::mem::take(&mut self.waiting);
        self.store.journal().append(Box::new(|head| follow(head, &entries))).await.expect("rows");
    }
}

fn decision(stay: &Stay) -> Event {
    Event::Decision {
        operator: stay.operator.clone(),
        via: Via::Direct,
        asset: stay.asset.clone(),
        login: "root".into(),
        protocol: Protocol::Shell,
        file: None,
        forward_to: None,
        session: Some(stay.session.clone()),
        decision: "allow",
        reason: "rule".into(),
        rules: vec![],
        until: None,
        policy: Digest::ZERO,
    }
}

fn refused() -> Event {
    Event::LoginRefused { operator: None, reason: "wrong-code".into(), detail: None }
}

fn command(stay: &Stay, n: u64) -> Event {
    Event::CommandJudged {
        session: stay.session.clone(),
        recording: stay.recording.clone(),
        command: format!("tail -n 100 /var/log/app/{n}.log | grep -i error"),
        verdict: Verdict::Allow,
        sets: [("dba".parse().expect("a name"), Verdict::Allow)].into(),
        programs: vec!["tail".into(), "grep".into()],
        danger: None,
        opaque: false,
        confidence: Confidence::Screen,
        reason: String::new(),
        approval: None,
        approved_by: None,
        policy: Digest::ZERO,
    }
}
