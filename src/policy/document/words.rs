//! The words of a language: values of a policy as a person reads them.

use std::fmt::Display;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::auth::Alternatives;
use crate::domain::{
    AssetSelector, Danger, FileAccess, GroupName, Language, OperatorSelector, Protocol, Role, Via,
};
use crate::policy::days::Validity;
use crate::policy::word::{Mode, Verdict, Word};
use crate::policy::{Operator, Sources};

pub(super) struct Words<'a> {
    language: Language,
    /// The gateway's.
    zone: &'a TimeZone,
}

impl<'a> Words<'a> {
    pub(super) fn new(language: Language, zone: &'a TimeZone) -> Self {
        Self { language, zone }
    }

    /// A text of the catalog.
    pub(super) fn say(&self, key: &str) -> String {
        t!(key, locale = self.language.tag()).into_owned()
    }

    /// A text of the catalog with values in it.
    pub(super) fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let text = self.say(key);
        values.iter().fold(text, |text, (name, value)| text.replace(&format!("%{{{name}}}"), value))
    }

    /// Several texts of the catalog, for the head of a table.
    pub(super) fn head<const N: usize>(&self, keys: [&str; N]) -> [String; N] {
        keys.map(|key| self.say(&format!("document.{key}")))
    }

    pub(super) fn list<T: Display>(&self, items: impl IntoIterator<Item = T>) -> String {
        let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
        if items.is_empty() { self.say("document.none") } else { items.join(&self.say("document.comma")) }
    }

    /// A field that is left out matches everything.
    pub(super) fn any<T>(&self, field: Option<&T>, say: impl Fn(&T) -> String) -> String {
        field.map_or_else(|| self.say("document.any"), say)
    }

    pub(super) fn operator(&self, operator: &Operator) -> String {
        match &operator.display {
            Some(display) => {
                self.fill("document.named", &[("name", operator.name.as_str()), ("display", display)])
            }
            None => operator.name.to_string(),
        }
    }

    pub(super) fn operators(&self, selectors: &[OperatorSelector]) -> String {
        self.list(selectors.iter().map(|selector| match selector {
            OperatorSelector::Name(name) => name.to_string(),
            OperatorSelector::Group(group) => self.group(group),
            OperatorSelector::Vendor(vendor) => self.fill("document.of-vendor", &[("name", vendor.as_str())]),
        }))
    }

    pub(super) fn assets(&self, selectors: &[AssetSelector]) -> String {
        self.list(selectors.iter().map(|selector| match selector {
            AssetSelector::Name(name) => name.to_string(),
            AssetSelector::Group(group) => self.group(group),
        }))
    }

    fn group(&self, group: &GroupName) -> String {
        self.fill("document.of-group", &[("name", group.as_str())])
    }

    pub(super) fn sources(&self, sources: Option<&Sources>) -> String {
        self.any(sources, |sources| self.list(sources.ranges()))
    }

    pub(super) fn role(&self, role: Role) -> String {
        self.word("role", word_of(role))
    }

    pub(super) fn danger(&self, danger: Danger) -> String {
        self.word("danger", word_of(danger))
    }

    pub(super) fn protocol(&self, protocol: Protocol) -> String {
        self.word("protocol", protocol.as_str())
    }

    pub(super) fn via(&self, via: Via) -> String {
        self.word("via", word_of(via))
    }

    pub(super) fn file(&self, file: FileAccess) -> String {
        self.word("file", word_of(file))
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> String {
        self.word("verdict", word_of(verdict))
    }

    pub(super) fn mode(&self, mode: Mode) -> String {
        self.word("mode", word_of(mode))
    }

    fn word(&self, kind: &str, word: &str) -> String {
        self.say(&format!("document.{kind}-{word}"))
    }

    pub(super) fn factors(&self, factors: Option<&Alternatives>) -> String {
        let Some(factors) = factors else { return self.say("document.by-default") };
        let and = self.say("document.and");
        let set = |names: Vec<String>| {
            let names: Vec<_> = names.iter().map(|name| self.word("factor", name)).collect();
            names.join(&and)
        };
        let sets: Vec<_> = factors.iter().map(|factors| set(factors.names())).collect();
        sets.join(&self.say("document.or"))
    }

    pub(super) fn duration(&self, length: Duration) -> String {
        let seconds = length.as_secs();
        let units = [
            ("document.days", seconds / 86_400),
            ("document.hours", seconds / 3_600 % 24),
            ("document.minutes", seconds / 60 % 60),
            ("document.seconds", seconds % 60),
        ];
        let parts = units.into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<_> =
            parts.map(|(key, count)| self.fill(key, &[("count", &count.to_string())])).collect();
        parts.join(" ")
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        self.zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    pub(super) fn zone(&self) -> String {
        zone_name(self.zone)
    }

    /// The first and the last day.
    pub(super) fn validity(&self, validity: Validity) -> String {
        let first = validity.since().map(|at| self.zone.to_datetime(at).date().to_string());
        let last = validity.until().and_then(|until| self.zone.to_datetime(until).date().yesterday().ok());
        let last = last.map(|date| date.to_string());
        match (first, last) {
            (Some(first), Some(last)) => self.between(&first, &last),
            (Some(first), None) => self.fill("document.from", &[("first", &first)]),
            (None, Some(last)) => self.fill("document.until", &[("last", &last)]),
            (None, None) => self.say("document.for-ever"),
        }
    }

    pub(super) fn between(&self, first: &str, last: &str) -> String {
        self.fill("document.between", &[("first", first), ("last", last)])
    }
}

pub(super) fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// The word by which the files call a value.
fn word_of<W: Word + PartialEq>(value: W) -> &'static str {
    W::WORDS.iter().find(|(_, one)| *one == value).map_or("", |(word, _)| *word)
}
