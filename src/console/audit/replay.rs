//! Recordings, played in the caller's terminal as they were seen, with their pauses.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::View;
use super::reel::{self, Reel, Stop, hand, spool};
use crate::access::Services;
use crate::config::TimeSpan;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::time::Times;
use crate::console::tree::Replay;
use crate::domain::{Letters, Sense};
use crate::evidence::cast::What;
use crate::evidence::player::Player;
use crate::terminal::reset::RESET;

/// What comes off a reel.
enum Frame {
    /// The next recording, and what it is.
    Begin { at: i64, about: String },
    /// Since that beginning.
    Shown { at: Duration, text: Vec<u8> },
    /// A command was judged.
    Command,
}

/// Where playing begins; what is before it is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Beginning,
    Command(u64),
    After(Duration),
    At(Timestamp),
}

pub(super) async fn play(services: &Services, view: &View, asked: &Replay, out: &Out) -> Result<(), Failure> {
    let reels = reel::find(services, view, &asked.id).await?;
    let from = asked.from.as_deref().map_or(Ok(Start::Beginning), |text| beginning(services, text))?;
    let raw = asked.raw;
    let (mut frames, reading) = spool(move |to| reels.iter().try_for_each(|reel| unroll(reel, raw, to)));
    let mut show = Show { from, speed: asked.speed, longest: longest(asked.idle_limit), ..Show::default() };
    while let Some(frame) = frames.recv().await {
        if !show.frame(frame, out).await? {
            return Ok(());
        }
    }
    drop(frames);
    if show.painted {
        out.raw(RESET).await?;
    }
    reading.await??;
    match show.from {
        Start::Command(number) => {
            Err(Failure(format!("--from {number}: there are {} commands in this recording", show.commands)))
        }
        Start::After(_) | Start::At(_) => Err(Failure("--from: the recording ends before".into())),
        Start::Beginning => Ok(()),
    }
}

fn longest(idle_limit: Option<f64>) -> Duration {
    idle_limit.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(Duration::MAX)
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

/// One recording into frames.
fn unroll(reel: &Reel, raw: bool, to: &mpsc::Sender<Frame>) -> Result<(), Stop> {
    let reader = reel.open()?;
    let header = reader.header();
    let protocol = header.juyong.protocol;
    let size = format!("{}x{}", header.width, header.height);
    let files = reel::is_files(protocol) && !raw;
    let note = if files { "  files are not played; --raw gives the bytes that passed" } else { "" };
    let about = format!("recording {}  {protocol}  {size}{note}", reel.id);
    hand(to, Frame::Begin { at: header.timestamp, about })?;
    if files {
        return Ok(());
    }
    let (mut letters, mut player) = (Letters::of(reel.charset), Player::default());
    for event in reader {
        let event = event?;
        let frame = match event.what {
            What::Output(bytes) if raw => Frame::Shown { at: event.at, text: bytes },
            What::Output(bytes) => {
                Frame::Shown { at: event.at, text: player.play(&letters.read(&bytes)).into_bytes() }
            }
            What::Marker(label) if is_command(&label) => Frame::Command,
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
    async fn frame(&mut self, frame: Frame, out: &Out) -> Result<bool, Failure> {
        match frame {
            Frame::Begin { at, about } => {
                self.first.get_or_insert(at);
                (self.began, self.last) = (at, Duration::ZERO);
                if std::mem::take(&mut self.painted) {
                    out.raw(RESET).await?;
                }
                out.error(about).await?;
            }
            Frame::Command => {
                self.commands += 1;
                if self.from == Start::Command(self.commands) {
                    self.from = Start::Beginning;
                }
            }
            Frame::Shown { at, text } => {
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
