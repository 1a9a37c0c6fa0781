//! Looking for sessions: by the table, and then in the journal for what is shown.

use std::collections::{HashMap, VecDeque};

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::story::{self, Channel, channels, differs};
use crate::domain::{AssetName, OperatorName, Protocol, SessionId};
use crate::store::api::error::StoreError;
use crate::store::api::filter::Filter;
use crate::store::api::future::StoreFuture;
use crate::store::api::page::{PAGE, Pages};
use crate::store::api::sessions::{ComparedSession, SessionDevice, SessionRow};
use crate::store::api::steps::Story;
use crate::store::sqlite::database::Sqlite;
use crate::store::sqlite::row::{count, maybe_time, maybe_word, plain, time, to_json, whole, word};

/// How many sessions are looked up in the journal at a time.
const TOLD: usize = 64;

/// The sessions that match, a page at a time: the newest first where the filter asks for the newest, else the oldest.
pub(super) struct SessionPages<'s> {
    db: &'s Sqlite,
    filter: Filter,
    backwards: bool,
    /// Only sessions between these numbers are still to come.
    open: (i64, i64),
    /// The ids of those that the table tells of.
    found: VecDeque<String>,
}

macro_rules! candidates {
    ($rest:literal) => {
        concat!(
            "SELECT s.number, s.id, s.operator, s.asset, s.source FROM session s
             WHERE s.number > ?1 AND s.number < ?2 AND (?3 IS NULL OR s.operator = ?3)
                 AND (?4 IS NULL OR s.asset = ?4) AND (s.ended IS NULL OR s.ended >= ?5) AND s.started < ?6 ",
            $rest
        )
    };
}
const UP: &str = candidates!("AND ?7 IS NULL ORDER BY s.number LIMIT ?8");
const DOWN: &str = candidates!("AND ?7 IS NULL ORDER BY s.number DESC LIMIT ?8");
const ONE: &str = candidates!("AND s.id = ?7 LIMIT ?8");

impl Pages for SessionPages<'_> {
    type Row = SessionRow;

    fn next(&mut self) -> StoreFuture<'_, Option<Vec<SessionRow>>> {
        Box::pin(async move {
            while self.found.is_empty() {
                if !self.search().await? {
                    return Ok(None);
                }
            }
            let some: Vec<_> = self.found.drain(..TOLD.min(self.found.len())).collect();
            let ids: Vec<_> = some.iter().map(String::as_str).collect();
            told(self.db, &ids).await.map(Some)
        })
    }
}

impl<'s> SessionPages<'s> {
    pub(super) fn new(db: &'s Sqlite, filter: Filter) -> Self {
        let open = (filter.after.map_or(-1, whole), filter.before.map_or(i64::MAX, whole));
        Self { db, backwards: filter.backwards(), filter, open, found: VecDeque::new() }
    }

    /// Reads the next rows of the table that match. False when there are no more.
    async fn search(&mut self) -> Result<bool, StoreError> {
        let filter = &self.filter;
        let sql = match (&filter.session, self.backwards) {
            (Some(_), _) => ONE,
            (None, true) => DOWN,
            (None, false) => UP,
        };
        let (since, until) = filter.span();
        let query = sqlx::query(sql)
            .bind(self.open.0)
            .bind(self.open.1)
            .bind(filter.operator.as_ref().map(OperatorName::as_str))
            .bind(filter.asset.as_ref().map(AssetName::as_str))
            .bind(since)
            .bind(until)
            .bind(filter.session.as_ref().map(SessionId::as_str))
            .bind(PAGE);
        let rows = query.fetch_all(&self.db.read).await?;
        let Some(last) = rows.last() else { return Ok(false) };
        let passed = plain(last, "number")?;
        if self.backwards {
            self.open.1 = passed
        } else {
            self.open.0 = passed
        }
        for row in &rows {
            if may_be(&self.filter, row)? {
                self.found.push_back(plain(row, "id")?);
            }
        }
        Ok(true)
    }
}

/// Whether the filter may look for this row of the table.
fn may_be(filter: &Filter, row: &SqliteRow) -> Result<bool, StoreError> {
    let (operator, asset, source): (&str, &str, &str) =
        (plain(row, "operator")?, plain(row, "asset")?, plain(row, "source")?);
    let within = &filter.within;
    let address = || source.parse().ok();
    Ok(filter.admits(Some(source))
        && within.operators.as_ref().is_none_or(|names| names.contains(operator))
        && within.assets.as_ref().is_none_or(|names| names.contains(asset))
        && within.sources.as_ref().is_none_or(|sources| address().is_some_and(|it| sources.contain(it))))
}

/// All that stands beside some rows of the table.
struct Beside {
    stories: HashMap<SessionId, Story>,
    channels: HashMap<String, Vec<Channel>>,
}

impl Beside {
    async fn of(ids: &[&str], from: &mut SqliteConnection) -> Result<Self, StoreError> {
        Ok(Self { stories: story::of(ids, from).await?, channels: channels(ids, from).await? })
    }

    /// What the journal tells of the session in this row, and what the tables say otherwise.
    fn compare(&mut self, row: &SqliteRow) -> Result<(Story, Vec<&'static str>), StoreError> {
        let id: &str = plain(row, "id")?;
        let story = SessionId::parse(id).and_then(|id| self.stories.remove(&id)).unwrap_or_default();
        let channels = self.channels.remove(id).unwrap_or_default();
        let differs = differs(row, &channels, &story)?;
        Ok((story, differs))
    }
}

pub(super) async fn compared(db: &Sqlite, after: i64) -> Result<Vec<ComparedSession>, StoreError> {
    let sql = "SELECT * FROM session WHERE number > ? ORDER BY number LIMIT ?";
    let mut snapshot = db.read.begin().await?;
    let rows = sqlx::query(sql).bind(after).bind(PAGE).fetch_all(&mut *snapshot).await?;
    let ids = rows.iter().map(|row| plain(row, "id")).collect::<Result<Vec<&str>, _>>()?;
    let mut beside = Beside::of(&ids, &mut snapshot).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let (story, differs) = beside.compare(row)?;
        found.push(ComparedSession { number: plain(row, "number")?, id: plain(row, "id")?, story, differs });
    }
    Ok(found)
}

const COMMANDS: &str = "SELECT value AS id, (SELECT COUNT(*) FROM journal j WHERE j.event = 'command-judged'
                            AND j.session = value) AS commands
                        FROM json_each(?)";

const ROWS: &str = "SELECT s.*, (SELECT d.name FROM device d WHERE d.id = s.device) AS device_name
                    FROM session s JOIN json_each(?) wanted ON s.id = wanted.value ORDER BY wanted.key";

/// These sessions as the journal tells of them, in the order of the ids.
pub(super) async fn told(db: &Sqlite, ids: &[&str]) -> Result<Vec<SessionRow>, StoreError> {
    // One picture of table and journal: what is written in between would look like a difference.
    let mut snapshot = db.read.begin().await?;
    let mut beside = Beside::of(ids, &mut snapshot).await?;
    let mut commands: HashMap<String, u64> = HashMap::new();
    for row in sqlx::query(COMMANDS).bind(to_json(&ids)?).fetch_all(&mut *snapshot).await? {
        commands.insert(plain(&row, "id")?, count(&row, "commands")?);
    }
    let mut found = Vec::with_capacity(ids.len());
    for row in sqlx::query(ROWS).bind(to_json(&ids)?).fetch_all(&mut *snapshot).await? {
        let (story, differs) = beside.compare(&row)?;
        let mut session = read(&row)?;
        session.commands = commands.remove(session.session.as_str()).unwrap_or_default();
        session.differs = differs;
        found.push(by_journal(session, story));
    }
    Ok(found)
}

/// The journal's word instead of the table's, where the journal has one.
fn by_journal(mut row: SessionRow, story: Story) -> SessionRow {
    for opened in &story.channels {
        if !row.protocols.contains(&opened.protocol) {
            row.protocols.push(opened.protocol);
        }
    }
    row.recordings = story.channels.into_iter().map(|opened| opened.recording).collect();
    if let Some(began) = story.began.filter(|_| !row.differs.is_empty()) {
        row.via = began.via.unwrap_or(row.via);
        let outer = began.outer().map(|outer| outer.to_string()).unwrap_or_default();
        row.through = began.device.map(|device| SessionDevice { device, name: None, outer });
        (row.operator, row.source, row.started) = (began.actor, began.source, began.at);
        (row.asset, row.login) = (began.asset, began.login);
        let ended = story.ended;
        (row.ended, row.ending) = ended.as_ref().map(|ended| (ended.at, ended.ending)).unzip();
        row.unrecorded = ended.as_ref().map_or(0, |it| it.unrecorded);
        (row.bytes_in, row.bytes_out) = ended.as_ref().map_or((0, 0), |it| (it.bytes_in, it.bytes_out));
        row.reason = ended.map(|ended| ended.reason);
    }
    row
}

fn read(row: &SqliteRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        session: word(row, "id")?,
        operator: word(row, "operator")?,
        source: plain(row, "source")?,
        via: word(row, "via")?,
        through: through(row)?,
        asset: word(row, "asset")?,
        login: word(row, "login")?,
        protocols: Vec::<Protocol>::new(),
        started: time(row, "started")?,
        ended: maybe_time(row, "ended")?,
        ending: maybe_word(row, "ending")?,
        reason: plain(row, "reason")?,
        recordings: Vec::new(),
        bytes_in: count(row, "bytes_in")?,
        bytes_out: count(row, "bytes_out")?,
        unrecorded: count(row, "unrecorded")?,
        commands: 0,
        number: count(row, "number")?,
        differs: Vec::new(),
    })
}

fn through(row: &SqliteRow) -> Result<Option<SessionDevice>, StoreError> {
    let (device, outer) = (maybe_word(row, "device")?, plain(row, "outer_source")?);
    let (Some(device), Some(outer)) = (device, outer) else { return Ok(None) };
    Ok(Some(SessionDevice { device, name: maybe_word(row, "device_name")?, outer }))
}
