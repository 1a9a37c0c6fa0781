//! Moments as people write them on a command line.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

use super::run::Failure;

/// An RFC 3339 time, a date (its beginning, in the gateway's zone), or a length such as `12h` — counted
/// back from now for what was, forward for what will be.
pub(super) fn moment(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
    forward: bool,
) -> Result<Timestamp, Failure> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(date) = text.parse::<civil::Date>() {
        return Ok(zone.to_timestamp(date.at(0, 0, 0, 0))?);
    }
    let Some(length) = length(text) else {
        return Err(Failure(format!(
            "{text:?} is no time: give 2026-05-01, 2026-05-01T08:00:00+08:00, or a length such as 12h"
        )));
    };
    Ok(if forward { now.checked_add(length)? } else { now.checked_sub(length)? })
}

/// `30s`, `15m`, `12h`, `7d`.
fn length(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => return None,
    };
    let number: i64 = number.parse().ok().filter(|number| *number >= 0)?;
    Some(SignedDuration::from_secs(number.checked_mul(seconds)?))
}

/// As policy files write it: `1h30m`.
pub(super) fn lasting(length: Duration) -> String {
    let (mut left, mut text) = (length.as_secs(), String::new());
    for (unit, seconds) in [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)] {
        if left >= seconds {
            text += &format!("{}{unit}", left / seconds);
            left %= seconds;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// RFC 3339 in the gateway's zone.
pub(super) fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

/// For a person: to the second, in the gateway's zone.
pub(super) fn brief(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn moments_are_times_dates_and_lengths() {
        let now: Timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let at = |text, forward| moment(text, now, &zone, forward).ok().map(|at| at.to_string());
        assert_eq!(at("12h", false).as_deref(), Some("2026-05-01T00:00:00Z"));
        assert_eq!(at("1d", true).as_deref(), Some("2026-05-02T12:00:00Z"));
        assert_eq!(at("2026-05-01", false).as_deref(), Some("2026-04-30T16:00:00Z"));
        assert_eq!(at("2026-05-01T08:00:00+08:00", false).as_deref(), Some("2026-05-01T00:00:00Z"));
        for wrong in ["", "d", "-1d", "99999999999999999d", "tomorrow", "５d"] {
            assert_eq!(at(wrong, false), None, "{wrong}");
        }
    }

    #[test]
    fn lengths_are_shown_as_they_are_written() {
        for (seconds, text) in [(0, "0s"), (59, "59s"), (5400, "1h30m"), (14400, "4h"), (90061, "1d1h1m1s")] {
            assert_eq!(lasting(Duration::from_secs(seconds)), text);
        }
    }
}
