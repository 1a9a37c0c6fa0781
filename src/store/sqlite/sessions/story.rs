//! One session as the journal tells of it, and whether the tables say the same.

use std::collections::HashMap;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::domain::SessionId;
use crate::store::api::error::StoreError;
use crate::store::api::steps::{SessionStep, Story};
use crate::store::sqlite::journal::rows::story;
use crate::store::sqlite::row::{plain, spell, text, to_json, whole};

const STEPS: &str = concat!(
    "SELECT body FROM journal WHERE ",
    story!(),
    " AND session IN (SELECT value FROM json_each(?)) ORDER BY seq"
);

/// The stories of these sessions.
pub(super) async fn of(
    ids: &[&str],
    from: &mut SqliteConnection,
) -> Result<HashMap<SessionId, Story>, StoreError> {
    let mut stories: HashMap<SessionId, Story> = HashMap::new();
    for row in sqlx::query(STEPS).bind(to_json(&ids)?).fetch_all(from).await? {
        // What does not read as a step is damage, which the chain tells of.
        if let Ok(step) = serde_json::from_str::<SessionStep>(&text(&row, "body")?) {
            stories.entry(step.session().clone()).or_default().add(step);
        }
    }
    Ok(stories)
}

/// A row of the table `channel`.
pub(super) struct Channel {
    recording: String,
    protocol: String,
    command: Option<String>,
    opened: i64,
}

pub(super) async fn channels(
    ids: &[&str],
    from: &mut SqliteConnection,
) -> Result<HashMap<String, Vec<Channel>>, StoreError> {
    let sql = "SELECT session, recording, protocol, command, opened FROM channel
               WHERE session IN (SELECT value FROM json_each(?)) ORDER BY number";
    let mut channels: HashMap<String, Vec<Channel>> = HashMap::new();
    for row in sqlx::query(sql).bind(to_json(&ids)?).fetch_all(from).await? {
        let channel = Channel {
            recording: plain(&row, "recording")?,
            protocol: plain(&row, "protocol")?,
            command: plain(&row, "command")?,
            opened: plain(&row, "opened")?,
        };
        channels.entry(plain(&row, "session")?).or_default().push(channel);
    }
    Ok(channels)
}

/// What a row of the table `session`, with its channels, says otherwise than the journal.
pub(super) fn differs(
    row: &SqliteRow,
    channels: &[Channel],
    story: &Story,
) -> Result<Vec<&'static str>, StoreError> {
    let Some(began) = &story.began else { return Ok(vec!["session"]) };
    let mut found = Vec::new();
    let mut same = |column: &'static str, text: Option<&str>| -> Result<(), StoreError> {
        if plain::<Option<String>>(row, column)?.as_deref() != text {
            found.push(column);
        }
        Ok(())
    };
    let outer = began.outer().map(|outer| outer.to_string());
    same("operator", Some(began.actor.as_str()))?;
    same("source", Some(&began.source))?;
    same("asset", Some(began.asset.as_str()))?;
    same("login", Some(began.login.as_str()))?;
    same("device", began.device.as_ref().map(|device| device.as_str()))?;
    same("outer_source", outer.as_deref())?;
    if let Some(via) = &began.via {
        same("via", Some(&spell(via)?))?;
        // Rows that do not say the way in are older than the tables' being made of the journal, and its times.
        let ending = story.ended.as_ref().map(|ended| spell(&ended.ending)).transpose()?;
        same("ending", ending.as_deref())?;
        same("reason", story.ended.as_ref().map(|ended| ended.reason.as_str()))?;
        found.extend(numbers(row, story)?);
    }
    let told = story
        .channels
        .iter()
        .map(|channel| (channel.recording.as_str(), channel.protocol.as_str(), channel.command.as_deref()));
    let kept = channels
        .iter()
        .map(|channel| (channel.recording.as_str(), channel.protocol.as_str(), channel.command.as_deref()));
    let times = story.channels.iter().map(|channel| channel.at.as_microsecond());
    if !told.eq(kept) {
        found.push("channels");
    } else if began.via.is_some() && !times.eq(channels.iter().map(|channel| channel.opened)) {
        found.push("opened");
    }
    Ok(found)
}

fn numbers(row: &SqliteRow, story: &Story) -> Result<Vec<&'static str>, StoreError> {
    let ended = story.ended.as_ref();
    let told = [
        ("started", story.began.as_ref().map(|began| began.at.as_microsecond())),
        ("ended", ended.map(|ended| ended.at.as_microsecond())),
        ("bytes_in", Some(ended.map_or(0, |ended| whole(ended.bytes_in)))),
        ("bytes_out", Some(ended.map_or(0, |ended| whole(ended.bytes_out)))),
        ("unrecorded", Some(ended.map_or(0, |ended| whole(ended.unrecorded)))),
    ];
    let mut found = Vec::new();
    for (column, told) in told {
        if plain::<Option<i64>>(row, column)? != told {
            found.push(column);
        }
    }
    Ok(found)
}
