//! Recordings, to be played as they were seen.

use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;

use super::super::error::AdminError;
use super::recording::{Source, is_files, named};
use super::spool::{Spool, Stop, hand, spool};
use super::view::View;
use crate::access::Services;
use crate::domain::{Letters, Protocol, RecordingId};
use crate::evidence::cast::CastEventKind;
use crate::evidence::player::Player;

/// What is played, as it comes.
pub type Playback = Spool<ReplayFrame>;

/// What comes off a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplayFrame {
    /// Before anything: how much there is, for whoever begins somewhere in it.
    Measured {
        /// From the beginning of the first to the end of the last, pauses included.
        lasts: Duration,
        commands: u64,
        /// When the last one ends, in seconds since 1970.
        ends: i64,
    },
    /// The next recording, and what it is.
    Begin {
        /// In seconds since 1970.
        at: i64,
        recording: RecordingId,
        protocol: Protocol,
        width: u32,
        height: u32,
        /// Packets of files, which are not played.
        files: bool,
    },
    /// Since that beginning.
    Shown { at: Duration, text: Vec<u8> },
    /// A command was judged.
    Command,
}

pub(super) async fn play(
    services: &Services,
    view: &View,
    id: &str,
    raw: bool,
) -> Result<Playback, AdminError> {
    let sources = named(services, view, id).await?;
    Ok(spool(move |to| {
        hand(to, measured(&sources)?)?;
        sources.iter().try_for_each(|source| unroll(source, raw, to))
    }))
}

fn measured(sources: &[Source]) -> Result<ReplayFrame, AdminError> {
    let (mut first, mut ends, mut commands) = (None, i64::MIN, 0);
    for source in sources {
        let reader = source.open()?;
        let began = reader.header().timestamp;
        let mut last = Duration::ZERO;
        for event in reader {
            let event = event.map_err(AdminError::failed)?;
            last = last.max(event.at);
            commands += u64::from(matches!(&event.what, CastEventKind::Marker(label) if is_command(label)));
        }
        first.get_or_insert(began);
        ends = ends.max(began.saturating_add_unsigned(last.as_secs()));
    }
    let lasts = u64::try_from(ends.saturating_sub(first.unwrap_or(ends))).unwrap_or_default();
    Ok(ReplayFrame::Measured { lasts: Duration::from_secs(lasts), commands, ends })
}

/// One recording into frames.
fn unroll(source: &Source, raw: bool, to: &mpsc::Sender<ReplayFrame>) -> Result<(), Stop> {
    let reader = source.open()?;
    let header = reader.header();
    let protocol = header.juyong.protocol;
    let files = is_files(protocol) && !raw;
    let begin = ReplayFrame::Begin {
        at: header.timestamp,
        recording: source.id.clone(),
        protocol,
        width: header.width,
        height: header.height,
        files,
    };
    hand(to, begin)?;
    if files {
        return Ok(());
    }
    let (mut letters, mut player) = (Letters::of(source.charset), Player::default());
    for event in reader {
        let event = event.map_err(AdminError::failed)?;
        let frame = match event.what {
            CastEventKind::Output(bytes) if raw => ReplayFrame::Shown { at: event.at, text: bytes },
            CastEventKind::Output(bytes) => {
                ReplayFrame::Shown { at: event.at, text: player.play(&letters.read(&bytes)).into_bytes() }
            }
            CastEventKind::Marker(label) if is_command(&label) => ReplayFrame::Command,
            _ => continue,
        };
        hand(to, frame)?;
    }
    Ok(())
}

/// The mark of a judged command begins with its verdict.
fn is_command(label: &str) -> bool {
    ["allow: ", "warn: ", "approve: ", "deny: "].iter().any(|verdict| label.starts_with(verdict))
}
