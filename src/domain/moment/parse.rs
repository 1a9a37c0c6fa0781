//! From the text to what is written in it.

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use super::error::{InvalidTime, brief};
use super::written::{Day, Hour, Sign, Written, Zone};

/// Days by a word, and how far from today they are.
const DAYS: [(&str, i64); 6] =
    [("today", 0), ("tomorrow", 1), ("yesterday", -1), ("今天", 0), ("明天", 1), ("昨天", -1)];

pub(super) fn written(text: &str) -> Result<Written, InvalidTime> {
    let form = || InvalidTime::Form(brief(text));
    if text == "now" {
        return Ok(Written::Now);
    }
    if let Some((sign, length)) = signed(text) {
        return Ok(Written::Length(sign, length));
    }
    let (day, rest) = match day(text)? {
        Some((day, rest)) => (Some(day), rest),
        None => (None, text),
    };
    let (hour, rest) = match (hour(rest, day), day) {
        (Some((hour, rest)), _) => (Some(hour), rest),
        (None, Some(_)) => (None, rest),
        (None, None) => return Err(form()),
    };
    let zone = zone(rest).map_err(|meant| match meant {
        true => InvalidTime::Zone(brief(rest.trim())),
        false => form(),
    })?;
    match (day, hour) {
        (Some(day), hour) => Ok(Written::Wall(day, hour, zone)),
        (None, Some(hour)) => Ok(Written::Hour(hour, zone)),
        (None, None) => Err(form()),
    }
}

fn signed(text: &str) -> Option<(Option<Sign>, SignedDuration)> {
    let (sign, text) = match text.split_at_checked(1)? {
        ("+", rest) => (Some(Sign::Forward), rest),
        ("-", rest) => (Some(Sign::Back), rest),
        _ => (None, text),
    };
    let seconds = i64::try_from(length(text)?).ok()?;
    Some((sign, SignedDuration::from_secs(seconds)))
}

/// `4h`, `15m`, `1h30m`, `2d` in seconds: numbers with units d, h, m, s, the greater first. At most ten years:
/// what is longer is a slip of the hand, and times stay within what clocks can say.
pub(crate) fn length(text: &str) -> Option<u64> {
    let (mut rest, mut sum, mut above) = (text, 0_u64, u64::MAX);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|&digits| (1..=9).contains(&digits))?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let unit = match rest.as_bytes().get(digits)? {
            b'd' => 86_400,
            b'h' => 3_600,
            b'm' => 60,
            b's' => 1,
            _ => return None,
        };
        if unit >= above {
            return None;
        }
        (above, sum, rest) = (unit, sum + number * unit, rest.get(digits + 1..)?);
    }
    (!text.is_empty() && sum <= 3650 * 86_400).then_some(sum)
}

/// The day at the beginning, if there is one, and what comes after it.
fn day(text: &str) -> Result<Option<(Day, &str)>, InvalidTime> {
    let word = DAYS.iter().find_map(|(word, days)| Some((Day::Beside(*days), text.strip_prefix(word)?)));
    if word.is_some() {
        return Ok(word);
    }
    let Some((date, rest)) = text.split_at_checked(10).filter(|(date, _)| shaped(date, "dddd-dd-dd")) else {
        return Ok(None);
    };
    let date: Date = date.parse().map_err(|_| InvalidTime::Date(date.to_owned()))?;
    Ok(Some((Day::Date(date), rest)))
}

/// The hour at the beginning, after a day with what parts it from that.
fn hour(text: &str, day: Option<Day>) -> Option<(Hour, &str)> {
    let text = match day {
        None => text,
        Some(Day::Date(_)) => text.strip_prefix(['T', 't', ' '])?,
        Some(Day::Beside(_)) => text.strip_prefix(' ')?,
    };
    let (clock, rest) = text.split_at_checked(5).filter(|(clock, _)| shaped(clock, "dd:dd"))?;
    let (hours, minutes) = clock.split_once(':')?;
    let (second, nanosecond, rest) = seconds(rest)?;
    let (hours, minutes) = (hours.parse().ok()?, minutes.parse().ok()?);
    if (hours, minutes, second, nanosecond) == (24, 0, 0, 0) {
        return Some((Hour::Midnight, rest));
    }
    Some((Hour::Of(Time::new(hours, minutes, second, nanosecond).ok()?), rest))
}

/// `:08` and `:08.25`, where they are written. What begins like them and is not one is not an hour.
fn seconds(text: &str) -> Option<(i8, i32, &str)> {
    let Some(text) = text.strip_prefix(':') else { return Some((0, 0, text)) };
    let (second, rest) = text.split_at_checked(2).filter(|(second, _)| shaped(second, "dd"))?;
    let Some(fraction) = rest.strip_prefix('.') else { return Some((second.parse().ok()?, 0, rest)) };
    let digits = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    let (fraction, rest) =
        fraction.split_at_checked(digits).filter(|(digits, _)| (1..=9).contains(&digits.len()))?;
    Some((second.parse().ok()?, format!("{fraction:0<9}").parse().ok()?, rest))
}

/// What follows: an offset, the name of a zone, or both, that agree. The error says whether a zone was meant.
fn zone(text: &str) -> Result<Option<Zone>, bool> {
    let text = text.trim_start_matches(' ');
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(offset) = offset(text) {
        return Ok(Some(Zone::Offset(offset)));
    }
    if let Some((written, name)) = text.split_once('[').filter(|(written, _)| !written.is_empty()) {
        let offset = offset(written.trim_end_matches(' ')).ok_or(false)?;
        // The offset is exact: it counts. The name only has to be one.
        named(name.strip_suffix(']').ok_or(false)?)?;
        return Ok(Some(Zone::Offset(offset)));
    }
    let name = text.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(text);
    Ok(Some(Zone::Named(named(name)?)))
}

fn named(name: &str) -> Result<TimeZone, bool> {
    let like_one = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
    TimeZone::get(name).ok().filter(|_| like_one).ok_or(like_one && name.contains('/'))
}

/// `Z`, `+08:00`, `+0800`, `+08`.
fn offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let (sign, digits) = text.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    if !["dd", "dddd", "dd:dd"].iter().any(|shape| shaped(digits, shape)) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = match digits.get(2..)?.trim_start_matches(':') {
        "" => 0,
        minutes => minutes.parse().ok().filter(|minutes| *minutes < 60)?,
    };
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// `d` in a shape is a digit, all else is itself.
fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(c, s)| if s == b'd' { c.is_ascii_digit() } else { c == s })
}
