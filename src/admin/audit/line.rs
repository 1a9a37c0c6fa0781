//! Rows as `--json` prints them: fields in the documented order, times with the offset of the
//! configured time zone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::command::Confidence;
use crate::domain::{
    AssetName, CommandSetName, Danger, DeviceId, DeviceName, LoginName, OperatorName, Protocol, RecordingId,
    SessionId, Via,
};
use crate::event::Ending;
use crate::policy::Verdict;
use crate::store::{CommandRow, JournalRow, SessionRow};

/// RFC 3339 with the zone's offset at that instant.
fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

#[derive(Serialize)]
struct SessionLine<'a> {
    session: &'a SessionId,
    operator: &'a OperatorName,
    source: &'a str,
    via: Via,
    device: Option<&'a DeviceId>,
    device_name: Option<&'a DeviceName>,
    outer: Option<&'a str>,
    asset: &'a AssetName,
    login: &'a LoginName,
    protocols: &'a [Protocol],
    started: String,
    ended: Option<String>,
    ending: Option<Ending>,
    reason: Option<&'a str>,
    recordings: &'a [RecordingId],
    bytes_in: u64,
    bytes_out: u64,
    commands: u64,
    /// Only where something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    unrecorded: Option<u64>,
    /// What the table says otherwise than the journal, whose word stands here.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    differs: &'a [&'static str],
}

/// One line of `audit sessions --json`, times in `zone`.
pub(super) fn session<'a>(row: &'a SessionRow, zone: &TimeZone) -> impl Serialize + 'a {
    SessionLine {
        session: &row.session,
        operator: &row.operator,
        source: &row.source,
        via: row.via,
        device: row.through.as_ref().map(|through| &through.device),
        device_name: row.through.as_ref().and_then(|through| through.name.as_ref()),
        outer: row.through.as_ref().map(|through| through.outer.as_str()),
        asset: &row.asset,
        login: &row.login,
        protocols: &row.protocols,
        started: local(row.started, zone),
        ended: row.ended.map(|at| local(at, zone)),
        ending: row.ending,
        reason: row.reason.as_deref(),
        recordings: &row.recordings,
        bytes_in: row.bytes_in,
        bytes_out: row.bytes_out,
        commands: row.commands,
        unrecorded: (row.unrecorded > 0).then_some(row.unrecorded),
        differs: &row.differs,
    }
}

#[derive(Serialize)]
struct CommandLine<'a> {
    session: &'a SessionId,
    at: String,
    command: &'a str,
    verdict: Verdict,
    danger: Option<Danger>,
    confidence: Confidence,
    number: u64,
    operator: &'a OperatorName,
    source: &'a str,
    asset: &'a AssetName,
    login: &'a LoginName,
    recording: &'a RecordingId,
    sets: &'a BTreeMap<CommandSetName, Verdict>,
    programs: &'a [String],
    opaque: bool,
    reason: &'a str,
    answer: Option<&'a str>,
    answered_by: Option<&'a str>,
}

/// One line of `audit commands --json`, times in `zone`.
pub(super) fn command<'a>(row: &'a CommandRow, zone: &TimeZone) -> impl Serialize + 'a {
    let judged = &row.judged;
    CommandLine {
        session: &row.session,
        at: local(row.at, zone),
        command: &judged.command,
        verdict: judged.verdict,
        danger: judged.danger,
        confidence: judged.confidence,
        number: row.number,
        operator: &row.operator,
        source: &row.source,
        asset: &row.asset,
        login: &row.login,
        recording: &judged.recording,
        sets: &judged.sets,
        programs: &judged.programs,
        opaque: judged.opaque,
        reason: &judged.reason,
        answer: row.answer.as_ref().map(|answer| answer.what.as_str()),
        answered_by: row.answer.as_ref().map(|answer| answer.by.as_str()),
    }
}

/// One line of `audit events --json`: the body with its times in `zone`, and the hash behind. The
/// hash itself covers `body`, where times are in UTC.
pub(super) fn event(row: &JournalRow, zone: &TimeZone) -> String {
    let (seq, at, hash) = (row.seq, local(row.at, zone), row.hash);
    match row.body.split_once(",\"actor\":").and_then(|(_, rest)| rest.strip_suffix('}')) {
        Some(rest) => {
            let rest = times(rest, zone);
            format!("{{\"seq\":{seq},\"at\":\"{at}\",\"actor\":{rest},\"hash\":\"{hash}\"}}")
        }
        // Not as this program writes it: shown as it stands, for `audit verify` to complain about.
        None => serde_json::json!({ "seq": seq, "at": at, "body": row.body, "hash": hash }).to_string(),
    }
}

/// The other times in a row, in `zone` and to the second. No text in the row can look like one of these fields: within
/// a text every quotation mark is escaped.
fn times(body: &str, zone: &TimeZone) -> String {
    const FIELDS: [&str; 4] = ["until", "lapses", "in_force", "started_at"];
    let mut body = body.to_owned();
    for field in FIELDS {
        let key = format!(",\"{field}\":\"");
        let Some((before, rest)) = body.split_once(&key) else { continue };
        let Some((text, after)) = rest.split_once('"') else { continue };
        let Ok(at) = text.parse::<Timestamp>() else { continue };
        let second = Timestamp::from_second(at.as_second()).unwrap_or(at);
        body = format!("{before}{key}{}\"{after}", local(second, zone));
    }
    body
}

#[cfg(test)]
mod tests;
