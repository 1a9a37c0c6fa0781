//! How the parts of a diff are told: in which language, with times of which zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rust_i18n::t;
use unicode_width::UnicodeWidthStr;

use crate::domain::{Language, shown_time};
use crate::policy::rule::Conditions;
use crate::policy::testcase::duration;

/// How many stretches of time and rules are told.
const TOLD: usize = 3;

/// Where all but the kind of change begins.
const INDENT: usize = 10;

/// For whom a diff is told: in which language, and in which zone its times are.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    pub language: Language,
    pub zone: &'a TimeZone,
}

impl Teller<'_> {
    pub(super) fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The first column.
    pub(super) fn kind(&self, kind: &str) -> String {
        let word = t!(format!("diff.{kind}"), locale = self.tag());
        let blanks = INDENT.saturating_sub(word.width());
        format!("{word}{}", " ".repeat(blanks))
    }

    /// Below what stands after the first column.
    pub(super) fn next_line(&self) -> String {
        format!("\n{}", " ".repeat(INDENT))
    }

    pub(super) fn span(&self, (from, until): (Timestamp, Timestamp)) -> String {
        let (from, until) = (shown_time(from, self.zone), shown_time(until, self.zone));
        t!("diff.span", locale = self.tag(), from = from, until = until).into_owned()
    }

    pub(super) fn minute(&self, at: DateTime) -> String {
        let day = at.weekday().to_monday_one_offset();
        let day = t!(format!("diff.day-{day}"), locale = self.tag());
        format!("{day} {}", at.strftime("%Y-%m-%d %H:%M"))
    }

    /// The first few, and how many there are beside.
    pub(super) fn few<T>(&self, all: impl ExactSizeIterator<Item = T>, told: impl Fn(T) -> String) -> String {
        let more = all.len().saturating_sub(TOLD);
        let told = all.take(TOLD).map(told).collect::<Vec<_>>().join(", ");
        match more {
            0 => told,
            more => t!("diff.more", locale = self.tag(), told = told, more = more.to_string()).into_owned(),
        }
    }

    /// `approval, commands dba, at most 4h`.
    pub(super) fn terms(&self, conditions: &Conditions) -> String {
        let say = |key: &str, what: String| t!(key, locale = self.tag(), what = what).into_owned();
        let mut parts = Vec::new();
        if conditions.approval {
            parts.push(say("diff.approval", String::new()));
        }
        if !conditions.commands.is_empty() {
            let sets: Vec<_> = conditions.commands.iter().map(ToString::to_string).collect();
            parts.push(say("diff.commands", sets.join(", ")));
        }
        parts.extend(conditions.max_session.map(|longest| say("diff.at-most", duration(longest))));
        parts.extend(conditions.idle.map(|longest| say("diff.idle", duration(longest))));
        parts.extend(conditions.remember.map(|longest| say("diff.remember", duration(longest))));
        parts.extend(conditions.handling.asked().map(str::to_owned));
        match parts.is_empty() {
            true => say("diff.no-condition", String::new()),
            false => parts.join(&*t!("diff.semicolon", locale = self.tag())),
        }
    }
}
