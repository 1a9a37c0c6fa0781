//! Times as people type them on a command line, and as they are shown.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::access::Services;
use crate::admin::{AdminError, AdminErrorKind};
use crate::domain::{InvalidTime, Language, Moments, Sense, shown_time};

/// Reads times for one command: of the gateway's zone, counted from now, refused in the language of its people.
#[derive(Clone, Copy)]
pub(super) struct Times<'a> {
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    pub language: Language,
}

impl<'a> Times<'a> {
    pub(super) fn of(services: &'a Services) -> Self {
        Self { now: services.clock.now(), zone: &services.config.timezone, language: services.language() }
    }

    /// What an option says; what is wrong with it names the option.
    pub(super) fn read(&self, option: &str, text: &str, sense: Sense) -> Result<Timestamp, AdminError> {
        let moments = Moments { zone: self.zone, now: Some(self.now) };
        let read = moments.read(text, sense);
        read.map_err(|error| {
            AdminError::new(AdminErrorKind::Invalid, format!("{option}: {}", wrong(&error, self.language)))
        })
    }
}

fn wrong(error: &InvalidTime, language: Language) -> String {
    let tag = language.tag();
    let text = |text: &String| format!("{text:?}");
    match error {
        InvalidTime::Form(given) => t!("time.form", locale = tag, text = text(given)),
        InvalidTime::Date(given) => t!("time.date", locale = tag, text = given),
        InvalidTime::Zone(given) => t!("time.zone", locale = tag, text = text(given)),
        InvalidTime::Skipped { text: given, before, after } => {
            t!("time.skipped", locale = tag, text = text(given), before = before, after = after)
        }
        InvalidTime::Twice { text: given, first, second } => {
            t!("time.twice", locale = tag, text = text(given), first = first, second = second)
        }
        InvalidTime::Relative(given) => t!("time.relative", locale = tag, text = text(given)),
        InvalidTime::Far(given) => t!("time.far", locale = tag, text = text(given)),
    }
    .into_owned()
}

/// For people, wherever they read a time: to the second, with the zone's offset, in a form that is read again.
pub(super) fn told(at: Timestamp, zone: &TimeZone) -> String {
    shown_time(at, zone)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_wrong_names_the_option_and_the_forms_in_each_language() {
        let now: Timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        for (language, word) in [(Language::English, "is not a time: write"), (Language::Chinese, "不是时间")]
        {
            let times = Times { now, zone: &zone, language };
            let error = times.read("--until", "2026-12-01 18", Sense::Until).unwrap_err().text;
            assert!(error.starts_with("--until: \"2026-12-01 18\"") && error.contains(word), "{error}");
            assert!(error.contains("18:00") && error.contains("2h"), "{error}");
        }
    }

    #[test]
    fn lengths_are_shown_as_they_are_written() {
        for (seconds, text) in [(0, "0s"), (59, "59s"), (5400, "1h30m"), (14400, "4h"), (90061, "1d1h1m1s")] {
            assert_eq!(lasting(Duration::from_secs(seconds)), text);
        }
    }
}
