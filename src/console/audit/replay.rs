//! Recordings, played in the caller's terminal as they were seen, with their pauses.

use std::time::Duration;

use jiff::Timestamp;

use super::super::failure::Failure;
use super::super::out::Out;
use super::super::readers::Readers;
use super::super::say::{fail, say};
use super::super::time::{Times, lasting};
use super::super::tree::Replay;
use crate::access::Services;
use crate::admin::{Playback, ReplayFrame};
use crate::config::TimeSpan;
use crate::domain::Sense;
use crate::terminal::reset::RESET;

/// Where playing begins; what is before it is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Beginning,
    Command(u64),
    After(Duration),
    At(Timestamp),
}

/// Plays until nobody looks any more.
pub(in super::super) async fn play(
    services: &Services,
    mut frames: Playback,
    asked: &Replay,
    out: &Out,
) -> Result<(), Failure> {
    let readers = Readers(services.language());
    let from = asked.from.as_deref().map_or(Ok(Start::Beginning), |text| beginning(services, text))?;
    let mut show = Show { from, speed: asked.speed, longest: longest(asked.idle_limit), ..Show::default() };
    while let Some(frame) = frames.next().await {
        if let ReplayFrame::Measured { lasts, commands, ends } = frame {
            within(services, show.from, lasts, commands, ends)?;
            continue;
        }
        if !show.frame(frame, readers, out).await? {
            return Ok(());
        }
    }
    if show.painted {
        out.raw(RESET).await?;
    }
    frames.end().await.map_err(|error| Failure::text(error.told(readers.language())))?;
    Ok(())
}

fn longest(idle_limit: Option<f64>) -> Duration {
    idle_limit.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(Duration::MAX)
}

/// Nothing is played where the recording ends before that.
fn within(
    services: &Services,
    from: Start,
    lasts: Duration,
    commands: u64,
    ends: i64,
) -> Result<(), Failure> {
    let length = lasting(lasts);
    match from {
        Start::Command(number) if number == 0 || number > commands => {
            Err(fail!(services, "replay.no-command", number = number, commands = commands))
        }
        Start::After(from) if from > lasts => Err(fail!(services, "replay.ends-before", length = length)),
        Start::At(moment) if moment.as_second() > ends => {
            Err(fail!(services, "replay.ends-before", length = length))
        }
        _ => Ok(()),
    }
}

/// A command's number, a length since the beginning, or a time of day.
fn beginning(services: &Services, text: &str) -> Result<Start, Failure> {
    if let Ok(number) = text.parse() {
        return Ok(Start::Command(number));
    }
    if let Ok(length) = TimeSpan::parse(text) {
        return Ok(Start::After(length.as_duration()));
    }
    Ok(Start::At(Times::of(services).read("--from", text, Sense::Since)?))
}

/// What a recording is, above it.
fn about(frame: &ReplayFrame, readers: Readers) -> String {
    let ReplayFrame::Begin { recording, protocol, width, height, files, .. } = frame else {
        return String::new();
    };
    let note = if *files { say!(readers, "replay.files") } else { String::new() };
    let size = format!("{width}x{height}");
    let (recording, protocol) = (recording.as_str(), protocol.as_str());
    say!(readers, "replay.recording", id = recording, protocol = protocol, size = size, note = note)
}

/// What is being shown.
struct Show {
    from: Start,
    speed: f64,
    longest: Duration,
    commands: u64,
    /// When the first recording began, and the one that is played.
    first: Option<i64>,
    began: i64,
    /// When something was last shown: pauses lie between what is shown, whatever else happened in them.
    last: Duration,
    painted: bool,
}

impl Default for Show {
    fn default() -> Self {
        let (first, began, last) = (None, 0, Duration::ZERO);
        Self {
            from: Start::Beginning,
            speed: 1.0,
            longest: Duration::MAX,
            commands: 0,
            first,
            began,
            last,
            painted: false,
        }
    }
}

impl Show {
    /// False: nobody looks any more.
    async fn frame(&mut self, frame: ReplayFrame, readers: Readers, out: &Out) -> Result<bool, Failure> {
        match frame {
            ReplayFrame::Begin { at, .. } => {
                self.first.get_or_insert(at);
                (self.began, self.last) = (at, Duration::ZERO);
                if std::mem::take(&mut self.painted) {
                    out.raw(RESET).await?;
                }
                out.error(about(&frame, readers)).await?;
            }
            ReplayFrame::Measured { .. } => {}
            ReplayFrame::Command => {
                self.commands += 1;
                if self.from == Start::Command(self.commands) {
                    self.from = Start::Beginning;
                }
            }
            ReplayFrame::Shown { at, text } => {
                let pause = self.pause(at);
                if !pause.is_zero() {
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = out.unread() => return Ok(false),
                    }
                }
                self.painted |= text.contains(&0x1b);
                out.raw(text).await?;
            }
        }
        Ok(true)
    }

    /// How long to wait before what was shown then.
    fn pause(&mut self, at: Duration) -> Duration {
        let since = |begin: i64| u64::try_from(self.began.saturating_sub(begin)).unwrap_or_default();
        let before = match self.from {
            Start::Beginning => Duration::ZERO,
            Start::After(from) => {
                from.saturating_sub(Duration::from_secs(since(self.first.unwrap_or(self.began))))
            }
            Start::At(moment) => Duration::from_secs(
                u64::try_from(moment.as_second().saturating_sub(self.began)).unwrap_or_default(),
            ),
            Start::Command(_) => Duration::MAX,
        };
        if at < before {
            self.last = at;
            return Duration::ZERO;
        }
        if self.from != Start::Beginning {
            (self.from, self.last) = (Start::Beginning, self.last.max(before));
        }
        let pause = at.saturating_sub(self.last).min(self.longest);
        self.last = at;
        Duration::try_from_secs_f64(pause.as_secs_f64() / self.speed).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(mut show: Show, times: &[u64]) -> Vec<u64> {
        times.iter().map(|at| show.pause(Duration::from_secs(*at)).as_secs()).collect()
    }

    /// newcomer: replay. What was typed in between takes no time away.
    #[test]
    fn pauses_lie_between_what_is_shown() {
        assert_eq!(pauses(Show::default(), &[1, 4, 4, 10]), [1, 3, 0, 6]);
        let half = Show { speed: 0.5, longest: Duration::from_secs(3), ..Show::default() };
        assert_eq!(pauses(half, &[1, 4, 10]), [2, 6, 6]);
    }

    #[test]
    fn what_is_before_the_beginning_is_shown_at_once() {
        let after = |seconds| Show { from: Start::After(Duration::from_secs(seconds)), ..Show::default() };
        assert_eq!(pauses(after(5), &[1, 4, 6, 10]), [0, 0, 1, 4]);
        let none = Show { from: Start::Command(2), ..Show::default() };
        assert_eq!(pauses(none, &[1, 50]), [0, 0]);
    }
}
