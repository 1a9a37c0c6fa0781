//! The report for people, in the gateway's language.

use jiff::tz::TimeZone;
use rust_i18n::t;

use crate::domain::{Language, OperatorName, plain, shown_time};
use crate::lockdown::report::{OrderReport, ReportedEvent, Stay};
use crate::store::Head;

pub(super) fn text(report: &OrderReport, head: Head, language: Language, zone: &TimeZone) -> String {
    let page = Page { report, tag: language.tag(), zone };
    let mut lines = page.order();
    lines.extend(page.cuts());
    lines.extend(page.permit_cuts());
    lines.extend(page.may_go_on());
    lines.extend(page.events("report.refusals", &report.refusals));
    lines.extend(page.permits());
    lines.extend(page.stays("report.exempt-sessions", &report.exempt_sessions));
    lines.extend(page.events("report.alarms", &report.alarms));
    lines.extend(page.stays("report.recordings", &report.sessions));
    lines.extend(page.days());
    lines.push(String::new());
    let (seq, hash) = (head.seq.to_string(), head.hash.to_string());
    lines.push(t!("report.journal", locale = page.tag, seq = seq, hash = hash).into_owned());
    let plain: Vec<_> = lines.iter().map(|line| plain(line)).collect();
    plain.join("\n") + "\n"
}

struct Page<'a> {
    report: &'a OrderReport,
    tag: &'a str,
    zone: &'a TimeZone,
}

impl Page<'_> {
    fn told(&self, at: jiff::Timestamp) -> String {
        shown_time(at, self.zone)
    }

    /// A heading with how many there are; of none, only that.
    fn heading(&self, key: &str, count: usize) -> Vec<String> {
        vec![String::new(), t!(key, locale = self.tag, count = count.to_string()).into_owned()]
    }

    fn order(&self) -> Vec<String> {
        let (about, lockdown) = (&self.report.about, &self.report.about.lockdown);
        let (id, order) = (lockdown.id.as_str(), lockdown.order.as_deref().unwrap_or_default());
        let by = match &about.confirmed_by {
            Some(second) => {
                t!("lockdown.by-two", locale = self.tag, by = lockdown.started_by, second = second)
            }
            None => t!("lockdown.by", locale = self.tag, by = lockdown.started_by),
        };
        let except: Vec<_> = lockdown.except.iter().map(ToString::to_string).collect();
        let except = match except.is_empty() {
            true => t!("report.nobody", locale = self.tag).into_owned(),
            false => except.join(","),
        };
        let names =
            |names: &[OperatorName]| names.iter().map(OperatorName::as_str).collect::<Vec<_>>().join(" ");
        let mut lines = vec![
            t!("report.title", locale = self.tag, id = id, order = order).into_owned(),
            t!("report.reason", locale = self.tag, reason = lockdown.reason, by = by).into_owned(),
            t!("report.scope", locale = self.tag, scope = lockdown.scope.to_string(), except = except)
                .into_owned(),
            self.span(),
        ];
        if !about.stored {
            lines.push(t!("report.not-stored", locale = self.tag).into_owned());
        }
        if let (Some(by), Some(reason)) = (&about.lifted_by, &about.lift_reason) {
            let by = by.replace(", ", &t!("text.and", locale = self.tag));
            lines.push(t!("report.lifted", locale = self.tag, by = by, reason = reason).into_owned());
        }
        lines.extend(self.heading("report.covered", about.covered.len()));
        lines.push(format!("  {}", names(&about.covered)));
        lines.extend(self.heading("report.exempt", about.exempt.len()));
        lines.push(format!("  {}", names(&about.exempt)));
        lines
    }

    /// Since when it holds or held, and until when it did or is to.
    fn span(&self) -> String {
        let about = &self.report.about;
        let from = self.told(about.in_force);
        match (about.over, about.lockdown.until) {
            (Some(over), _) => t!("report.span", locale = self.tag, from = from, over = self.told(over)),
            (None, Some(until)) => {
                t!("report.span-planned", locale = self.tag, from = from, until = self.told(until))
            }
            (None, None) => t!("report.span-open", locale = self.tag, from = from),
        }
        .into_owned()
    }

    /// Sessions whose programs may have outlived the cut.
    fn may_go_on(&self) -> Vec<String> {
        let sessions = &self.report.about.may_go_on;
        if sessions.is_empty() {
            return Vec::new();
        }
        let mut lines = self.heading("report.may-go-on", sessions.len());
        lines.extend(sessions.iter().map(|session| format!("  {session}")));
        lines
    }

    fn cuts(&self) -> Vec<String> {
        let (cut, rows) = (self.report.cut(), self.report.cuts.len());
        let mut lines = self.heading("report.cuts", cut);
        if rows < cut {
            let missing = (cut - rows).to_string();
            lines.push(t!("report.cuts-without-row", locale = self.tag, count = missing).into_owned());
        }
        lines.extend(self.report.cuts.iter().map(|cut| {
            let word = |word: &Option<String>| word.clone().unwrap_or_default();
            let (source, asset) = (word(&cut.source), word(&cut.asset));
            let at = self.told(cut.at);
            format!(
                "  {at}  +{} ms  {}  {source}  {asset}  {}",
                cut.after_ms,
                cut.operator,
                word(&cut.session)
            )
        }));
        lines
    }

    /// Without the time after the order, which says nothing of a permit's end.
    fn permit_cuts(&self) -> Vec<String> {
        let cuts = &self.report.permit_cuts;
        if cuts.is_empty() {
            return Vec::new();
        }
        let mut lines = self.heading("report.permit-cuts", cuts.len());
        lines.extend(cuts.iter().map(|cut| {
            let word = |word: &Option<String>| word.clone().unwrap_or_default();
            let (at, source, asset) = (self.told(cut.at), word(&cut.source), word(&cut.asset));
            format!("  {at}  {}  {source}  {asset}  {}", cut.operator, word(&cut.session))
        }));
        lines
    }

    fn events(&self, key: &str, events: &[ReportedEvent]) -> Vec<String> {
        let mut lines = self.heading(key, events.len());
        lines.extend(events.iter().map(|event| {
            let word = |word: &Option<String>| word.clone().unwrap_or_default();
            let (source, asset) = (word(&event.source), word(&event.asset));
            let line =
                format!("  {}  {}  {source}  {}  {asset}", self.told(event.at), event.operator, event.what);
            line.trim_end().to_owned()
        }));
        lines
    }

    fn permits(&self) -> Vec<String> {
        let mut lines = self.heading("report.permits", self.report.permits.len());
        for passed in &self.report.permits {
            let permit = &passed.permit;
            let second = passed
                .confirmed_by
                .as_ref()
                .map(|who| format!("{}{who}", t!("text.and", locale = self.tag)))
                .unwrap_or_default();
            let until = permit.until.map_or_else(|| "–".to_owned(), |at| self.told(at));
            let asset = permit.asset.as_ref().map_or("*", |asset| asset.as_str());
            lines.push(format!(
                "  {} – {until}  {}  {asset}  {}  {}{second}",
                self.told(passed.given_at),
                permit.operator,
                permit.ticket,
                passed.given_by
            ));
            lines.extend(passed.sessions.iter().map(|session| format!("    {session}")));
        }
        lines
    }

    fn stays(&self, key: &str, stays: &[Stay]) -> Vec<String> {
        let mut lines = self.heading(key, stays.len());
        for stay in stays {
            let ended = stay.ended.map_or_else(|| "–".to_owned(), |at| self.told(at));
            let (started, who) = (self.told(stay.started), &stay.operator);
            lines.push(format!(
                "  {started} – {ended}  {who}  {}  {}  {}",
                stay.source, stay.asset, stay.session
            ));
            lines.extend(stay.recordings.iter().map(|recording| {
                let digest = recording.sha256.map(|digest| format!("  sha256 {digest}")).unwrap_or_default();
                format!("    {}{digest}", recording.recording)
            }));
        }
        lines
    }

    fn days(&self) -> Vec<String> {
        let mut lines = self.heading("report.days", self.report.days.len());
        lines.extend(self.report.days.iter().map(|day| {
            let date = day.date.to_string();
            if day.quiet {
                return format!("  {}", t!("report.quiet", locale = self.tag, date = date));
            }
            let [cut, refused, sessions, permits, alarms] =
                [day.cut, day.refused, day.sessions, day.permits, day.alarms].map(|count| count.to_string());
            let line = t!(
                "report.day",
                locale = self.tag,
                date = date,
                cut = cut,
                refused = refused,
                sessions = sessions,
                permits = permits,
                alarms = alarms
            );
            format!("  {line}")
        }));
        lines
    }
}
