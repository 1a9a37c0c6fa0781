//! What is written with a row, in its transaction: its hash in the log, the summary of its block, and the tables of sessions and channels,
//! which are made of the journal. So they say what the journal says, or somebody changed them.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlx::sqlite::SqliteConnection;

use super::block::{self, Block};
use super::rows::BEGAN;
use crate::store::api::error::StoreError;
use crate::store::api::journal_row::{NewRow, RowFields};
use crate::store::api::steps::{ChannelOpened, SessionEnded, SessionStarted, SessionStep};
use crate::store::sqlite::log::tiles;
use crate::store::sqlite::logins;
use crate::store::sqlite::row::{spell, text, whole};

/// Rows of one statement: few of them wait for the database's thread.
const TOGETHER: usize = 32;
const ONE: &str = "INSERT INTO journal (seq, at, body, hash) VALUES (?, ?, ?, ?)";
static MANY: LazyLock<String> = LazyLock::new(|| ONE.to_owned() + &", (?, ?, ?, ?)".repeat(TOGETHER - 1));

async fn insert(sql: &'static str, rows: &[NewRow], to: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut query = sqlx::query(sql);
    for row in rows {
        query = query.bind(whole(row.seq)).bind(row.at.as_microsecond());
        query = query.bind(row.body.as_str()).bind(row.hash.0.as_slice());
    }
    query.execute(to).await?;
    Ok(())
}

/// Writes rows that follow each other, and all that is made of them.
pub(super) async fn rows(rows: &[NewRow], to: &mut SqliteConnection) -> Result<(), StoreError> {
    let (many, few) = rows.as_chunks::<TOGETHER>();
    for some in many {
        insert(&MANY, some, to).await?;
    }
    for row in few {
        insert(ONE, std::slice::from_ref(row), to).await?;
    }
    tiles::append(rows, to).await?;
    let told: Vec<_> = rows.iter().map(|row| (row, RowFields::read(&row.body))).collect();
    for (row, told) in &told {
        logins::keep((row.at, told), to).await?;
        if let Some(step) = SessionStep::read(&told.event, &row.body) {
            keep(&step, to).await?;
        }
    }
    summed_up(&told, to).await
}

/// Takes rows into the summaries of their blocks.
pub(super) async fn summed_up(
    rows: &[(&NewRow, RowFields)],
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let mut open: Option<Block> = None;
    let mut known = HashMap::new();
    for (row, told) in rows {
        let number = block::of_row(whole(row.seq));
        let mut current = match open.take() {
            Some(block) if block.number == number => block,
            other => {
                if let Some(full) = other {
                    full.save(to).await?;
                }
                Block::load(number, to).await?
            }
        };
        current.add(row, told, began(told, &mut known, to).await?);
        open = Some(current);
    }
    match open {
        Some(block) => block.save(to).await,
        None => Ok(()),
    }
}

/// The row that began the session of this one: it says what this one leaves out.
async fn began<'a>(
    told: &'a RowFields,
    known: &'a mut HashMap<String, Option<RowFields>>,
    from: &mut SqliteConnection,
) -> Result<Option<&'a RowFields>, StoreError> {
    let Some(session) = told.session.as_ref().filter(|_| told.event != "session-started") else {
        return Ok(None);
    };
    if !known.contains_key(session) {
        let row = sqlx::query(BEGAN).bind(session).fetch_optional(from).await?;
        let began =
            row.as_ref().map(|row| text(row, "body").map(|body| RowFields::read(&body))).transpose()?;
        known.insert(session.clone(), began);
    }
    Ok(known.get(session).and_then(Option::as_ref))
}

async fn keep(step: &SessionStep, to: &mut SqliteConnection) -> Result<(), StoreError> {
    match step {
        SessionStep::SessionStarted(began) => start(began, to).await,
        SessionStep::ChannelOpened(opened) => channel(opened, to).await,
        SessionStep::SessionEnded(ended) => end(ended, to).await,
        SessionStep::RecordingClosed(_) => Ok(()),
    }
}

async fn start(began: &SessionStarted, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO session (id, operator, source, via, device, outer_source, asset, login, started)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(began.session.as_str())
        .bind(began.actor.as_str())
        .bind(began.source.as_str())
        .bind(spell(&began.via.unwrap_or_default())?)
        .bind(began.device.as_ref().map(|device| device.as_str()))
        .bind(began.outer().map(|outer| outer.to_string()))
        .bind(began.asset.as_str())
        .bind(began.login.as_str())
        .bind(began.at.as_microsecond())
        .execute(to)
        .await?;
    Ok(())
}

/// A session that somebody took out of the table takes no channel: `audit verify` tells, and the row is written.
async fn channel(opened: &ChannelOpened, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO channel (session, recording, protocol, command, opened)
               SELECT id, ?, ?, ?, ? FROM session WHERE id = ?";
    sqlx::query(sql)
        .bind(opened.recording.as_str())
        .bind(opened.protocol.as_str())
        .bind(opened.command.as_deref())
        .bind(opened.at.as_microsecond())
        .bind(opened.session.as_str())
        .execute(to)
        .await?;
    Ok(())
}

/// The last word counts: a session that a dead gateway left open may have been ended by it, and by the next.
async fn end(ended: &SessionEnded, to: &mut SqliteConnection) -> Result<(), StoreError> {
    let sql =
        "UPDATE session SET ended = ?, ending = ?, reason = ?, bytes_in = ?, bytes_out = ?, unrecorded = ?
               WHERE id = ?";
    sqlx::query(sql)
        .bind(ended.at.as_microsecond())
        .bind(spell(&ended.ending)?)
        .bind(ended.reason.as_str())
        .bind(whole(ended.bytes_in))
        .bind(whole(ended.bytes_out))
        .bind(whole(ended.unrecorded))
        .bind(ended.session.as_str())
        .execute(to)
        .await?;
    Ok(())
}
