//! The security control plan (安全管控方案): a policy as an official document, for people who do not read
//! policy files.
//!
//! The same policy gives the same text; only the cover knows the time. Each section is a function that
//! writes its part of the page.

mod access;
mod audit;
mod commands;
mod page;
mod people;
mod principles;
mod things;
mod times;
mod words;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::Language;

use super::Policy;
use page::Page;
use words::Words;

/// What the cover says beside the policy's digest.
#[derive(Debug, Clone, Copy)]
pub struct Cover {
    /// Its number; `None` for files that nobody has applied.
    pub version: Option<u64>,
    pub at: Timestamp,
}

type Section = fn(&Policy, &Words<'_>, &mut Page);

const SECTIONS: [(&str, Section); 13] = [
    ("document.principles", principles::write),
    ("document.duties", people::duties),
    ("document.people", people::operators),
    ("document.things", things::write),
    ("document.times", times::schedules),
    ("document.access", access::allowed),
    ("document.prohibited", access::denied),
    ("document.commands", commands::write),
    ("document.approval", access::approvals),
    ("document.transfers", access::transfers),
    ("document.limits", access::limits),
    ("document.periods", times::periods),
    ("document.audit", audit::write),
];

impl Policy {
    /// The plan in Markdown. `zone` is the gateway's.
    pub fn document(&self, cover: &Cover, language: Language, zone: &TimeZone) -> String {
        let words = Words::new(language, zone);
        let mut page = Page::default();
        self.write_cover(cover, &words, &mut page);
        let numerals = words.say("document.numerals");
        for ((title, section), number) in SECTIONS.iter().zip(numerals.split_whitespace()) {
            let title = words.say(title);
            page.heading(2, &words.fill("document.section", &[("number", number), ("title", &title)]));
            section(self, &words, &mut page);
        }
        page.into_text()
    }

    fn write_cover(&self, cover: &Cover, words: &Words<'_>, page: &mut Page) {
        page.heading(1, &words.say("document.title"));
        page.paragraph(&words.say("document.origin"));
        let version = cover.version.map_or_else(
            || words.say("document.not-applied"),
            |version| words.fill("document.version-number", &[("version", &version.to_string())]),
        );
        let rows = [
            [words.say("document.version"), version],
            [words.say("document.digest"), self.digest.to_string()],
            [words.say("document.written-at"), words.time(cover.at)],
            [words.say("document.zone"), words.zone()],
        ];
        page.table(&words.head(["item", "content"]), rows);
    }
}

#[cfg(test)]
mod tests;
