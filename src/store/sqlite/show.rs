//! Rows as `--json` prints them: fields in the documented order, times with the offset of the
//! configured time zone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{CommandRow, JournalRow, SessionRow};
use crate::command::Confidence;
use crate::domain::{
    AssetName, CommandSetName, Danger, DeviceId, DeviceName, LoginName, OperatorName, Protocol, RecordingId,
    SessionId, Via,
};
use crate::event::Ending;
use crate::policy::Verdict;

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

impl SessionRow {
    /// One line of `audit sessions --json`, times in `zone`.
    pub fn shown<'a>(&'a self, zone: &TimeZone) -> impl Serialize + 'a {
        SessionLine {
            session: &self.session,
            operator: &self.operator,
            source: &self.source,
            via: self.via,
            device: self.through.as_ref().map(|through| &through.device),
            device_name: self.through.as_ref().and_then(|through| through.name.as_ref()),
            outer: self.through.as_ref().map(|through| through.outer.as_str()),
            asset: &self.asset,
            login: &self.login,
            protocols: &self.protocols,
            started: local(self.started, zone),
            ended: self.ended.map(|at| local(at, zone)),
            ending: self.ending,
            reason: self.reason.as_deref(),
            recordings: &self.recordings,
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            commands: self.commands,
            unrecorded: (self.unrecorded > 0).then_some(self.unrecorded),
            differs: &self.differs,
        }
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

impl CommandRow {
    /// One line of `audit commands --json`, times in `zone`.
    pub fn shown<'a>(&'a self, zone: &TimeZone) -> impl Serialize + 'a {
        let judged = &self.judged;
        CommandLine {
            session: &self.session,
            at: local(self.at, zone),
            command: &judged.command,
            verdict: judged.verdict,
            danger: judged.danger,
            confidence: judged.confidence,
            number: self.number,
            operator: &self.operator,
            source: &self.source,
            asset: &self.asset,
            login: &self.login,
            recording: &judged.recording,
            sets: &judged.sets,
            programs: &judged.programs,
            opaque: judged.opaque,
            reason: &judged.reason,
            answer: self.answer.as_ref().map(|answer| answer.what.as_str()),
            answered_by: self.answer.as_ref().map(|answer| answer.by.as_str()),
        }
    }
}

impl JournalRow {
    /// One line of `audit events --json`: the body with its times in `zone`, and the hash behind. The
    /// hash itself covers `body`, where times are in UTC.
    pub fn line(&self, zone: &TimeZone) -> String {
        let (seq, at, hash) = (self.seq, local(self.at, zone), self.hash);
        match self.body.split_once(",\"actor\":").and_then(|(_, rest)| rest.strip_suffix('}')) {
            Some(rest) => {
                let rest = times(rest, zone);
                format!("{{\"seq\":{seq},\"at\":\"{at}\",\"actor\":{rest},\"hash\":\"{hash}\"}}")
            }
            // Not as this program writes it: shown as it stands, for `audit verify` to complain about.
            None => serde_json::json!({ "seq": seq, "at": at, "body": self.body, "hash": hash }).to_string(),
        }
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
