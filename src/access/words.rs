//! What a person is told: one clear line in the configured language. The full reason is in the journal.

use std::time::Duration;

use jiff::Timestamp;
use rust_i18n::t;

use super::decide::{AccessRefusal, GrantEnd};
use super::live::Kill;
use super::outcome::ChannelEnd;
use super::services::{Services, in_english};
use super::term::Over;
use super::whereabouts::OtherLogin;
use crate::domain::{AsciiText, Language, plain};
use crate::lockdown::Lockdown;
use crate::policy::{Denial, Reason, Request};
use crate::recorder::Exceeded;

/// Milliseconds since 1970, for ids.
pub(crate) fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}

/// Everything that the gateway says to people on an asset's channel comes through here: one line of plain text.
pub(crate) fn head(language: Language, text: &str, contact: &str) -> String {
    let line = t!("refused.head", locale = language.tag(), text = text).into_owned();
    if contact.is_empty() {
        return plain(&line);
    }
    let (tag, stop) =
        (language.tag(), if line.ends_with(STOPS) { "" } else { &*t!("text.stop", locale = language.tag()) });
    plain(&format!("{line}{stop}{}{}", gap(language), t!("refused.contact", locale = tag, contact = contact)))
}

/// Between two sentences.
pub(crate) fn gap(language: Language) -> &'static str {
    match language {
        Language::English => " ",
        Language::Chinese => "",
    }
}

const STOPS: [char; 8] = ['.', '!', '?', '…', '。', '！', '？', '”'];

/// What a person wrote, as a part of a sentence of ours, which has its own end.
pub(crate) fn clause(text: &str) -> String {
    plain(text.trim().trim_end_matches(['.', '。', '．', ';', '；', '!', '！', '?', '？']))
}

/// Why somebody is not let through.
pub(crate) fn refusal(services: &Services, refusal: &AccessRefusal) -> String {
    let tag = services.language().tag();
    let text = match refusal {
        AccessRefusal::Denied(denial, request) => denied(services, denial, Some(request)),
        AccessRefusal::Over(over) => t!(over_key(*over), locale = tag).into_owned(),
        AccessRefusal::OldCode => t!("refused.old-code", locale = tag).into_owned(),
        AccessRefusal::Draining => t!("refused.draining", locale = tag).into_owned(),
        AccessRefusal::Journal => t!("cut.journal", locale = tag).into_owned(),
    };
    head(services.language(), &text, &services.config.contact)
}

fn over_key(over: Over) -> &'static str {
    match over {
        Over::Until => "refused.over-until",
        Over::Idle => "refused.over-idle",
        Over::Killed => "refused.over-killed",
    }
}

/// The text for a denial; what belongs to no request (login, lockdown) needs none.
pub(crate) fn denied(services: &Services, denial: &Denial, request: Option<&Request>) -> String {
    let tag = services.language().tag();
    let key = match (denial.reason, &denial.order) {
        (Reason::Lockdown, None) => "refused.lockdown-unnumbered".to_owned(),
        (reason, _) => format!("refused.{}", reason.as_str()),
    };
    let (asset, login, doing, source) = request.map_or_else(Default::default, |request| {
        let doing = t!(format!("doing.{}", request.protocol), locale = tag).into_owned();
        (request.asset.clone(), request.login.clone(), doing, request.source.to_string())
    });
    let order = denial.order.as_deref().unwrap_or_default();
    let because = match &denial.text {
        Some(text) => t!("refused.because", locale = tag, reason = clause(text)).into_owned(),
        None => String::new(),
    };
    t!(
        &key,
        locale = tag,
        asset = asset,
        login = login,
        doing = doing,
        source = source,
        order = order,
        because = because
    )
    .into_owned()
}

/// Why a login that proved its factors still leads nowhere.
pub(crate) fn not_admitted(services: &Services, denial: &Denial, source: std::net::IpAddr) -> String {
    let tag = services.language().tag();
    let text = match denial.reason {
        Reason::OperatorSource => {
            t!("refused.operator-source", locale = tag, source = source.to_string()).into_owned()
        }
        _ => denied(services, denial, None),
    };
    head(services.language(), &text, &services.config.contact)
}

/// The line with which a connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastLine {
    /// On a channel, in the configured language.
    pub shown: String,
    /// In a message that clients print by themselves, in English.
    pub ascii: AsciiText,
}

impl LastLine {
    pub(crate) fn of(say: impl Fn() -> String) -> Self {
        Self { shown: say(), ascii: AsciiText::of(&in_english(say)) }
    }
}

/// A line of the catalog about one asset, headed as everything that the gateway itself says.
pub(crate) fn about_asset(services: &Services, key: &str, asset: &str, what: &str) -> String {
    let text = t!(key, locale = services.language().tag(), asset = asset, what = what).into_owned();
    head(services.language(), &text, "")
}

/// A line of the catalog about the device that somebody came through.
pub(crate) fn about_device(services: &Services, key: &str) -> String {
    head(services.language(), &t!(key, locale = services.language().tag()), &services.config.contact)
}

/// What everybody is shown who comes from a blocked source where somebody is at home.
pub(crate) fn source_blocked(services: &Services, left: Duration) -> String {
    let text =
        t!("login.source-blocked", locale = services.language().tag(), until = told_end(services, left));
    head(services.language(), &text, &services.config.contact)
}

/// When what lasts so long from now on is over.
pub(crate) fn told_end(services: &Services, left: Duration) -> String {
    services.told_time(services.clock.now().saturating_add(left).unwrap_or(Timestamp::MAX))
}

/// That an account is logged in from elsewhere, too.
pub(crate) fn elsewhere(services: &Services, key: &str, other: OtherLogin) -> String {
    let (address, since) = (other.address.to_string(), services.told_time(other.since));
    let text = t!(key, locale = services.language().tag(), address = address, since = since);
    head(services.language(), &text, &services.config.contact)
}

/// A line of the catalog with one value in it.
pub(crate) fn with(services: &Services, key: &str, choices: &str) -> String {
    let text =
        t!(key, locale = services.language().tag(), choices = choices, error = choices, seconds = choices);
    head(services.language(), &text, "")
}

/// That nobody has used the account for long, and who opens it again.
pub(crate) fn idle(services: &Services, since: &str) -> String {
    let text = t!("refused.operator-idle", locale = services.language().tag(), since = since);
    head(services.language(), &text, &services.config.contact)
}

/// What a terminal is told when the gateway begins to go down.
pub(crate) fn draining(services: &Services) -> String {
    with(services, "notice.drain", &services.config.drain_for.as_duration().as_secs().to_string())
}

/// What a terminal is told before its time is over.
pub(crate) fn ends(services: &Services, asset: &str, end: Timestamp, left: Duration) -> String {
    let (tag, (time, left)) = (services.language().tag(), when(services, end, left));
    let text = t!("notice.ends", locale = tag, asset = asset, time = time, left = left);
    head(services.language(), &text, "")
}

/// What a terminal is told before a planned lockdown begins.
pub(crate) fn locks(services: &Services, order: &Lockdown, from: Timestamp, left: Duration) -> String {
    let (tag, (time, left)) = (services.language().tag(), when(services, from, left));
    let reason = clause(&order.reason);
    let text = t!("notice.locks", locale = tag, reason = reason, time = time, left = left);
    head(services.language(), &text, &services.config.contact)
}

/// On the clock, and how long until then. Rounded up: whoever is told of one minute has no less than that.
fn when(services: &Services, at: Timestamp, left: Duration) -> (String, String) {
    let time = services.told_time(at);
    let (key, left) = match left.as_secs_f64().ceil() as u64 {
        seconds @ 0..120 => ("notice.seconds", seconds),
        seconds => ("notice.minutes", seconds.div_ceil(60)),
    };
    (time, t!(key, locale = services.language().tag(), count = left.to_string()).into_owned())
}

/// Which bound of recordings it was.
pub(crate) fn exceeded_key(exceeded: Exceeded) -> &'static str {
    match exceeded {
        Exceeded::Recording => "cut.recording-large",
        Exceeded::Account => "cut.recording-account",
        Exceeded::Share => "cut.recording-share",
    }
}

pub(crate) fn lapsed(services: &Services, lapse: &GrantEnd) -> String {
    let tag = services.language().tag();
    match lapse {
        GrantEnd::Until => t!("cut.until", locale = tag).into_owned(),
        GrantEnd::Idle(idle) => {
            t!("cut.idle", locale = tag, seconds = idle.as_secs().to_string()).into_owned()
        }
        GrantEnd::Silent(idle) => {
            t!("cut.silent", locale = tag, seconds = idle.as_secs().to_string()).into_owned()
        }
        GrantEnd::Killed(kill) if kill.reason == Kill::OWN => t!("cut.killed-own", locale = tag).into_owned(),
        GrantEnd::Killed(kill) => t!("cut.killed", locale = tag, reason = clause(&kill.reason)).into_owned(),
        GrantEnd::Draining => t!("cut.drain", locale = tag).into_owned(),
        GrantEnd::Denied(denial, request) => {
            t!("cut.denied", locale = tag, text = denied(services, denial, Some(request))).into_owned()
        }
        GrantEnd::Device(_) => {
            t!("cut.denied", locale = tag, text = t!("refused.device", locale = tag)).into_owned()
        }
        GrantEnd::NoTerminal => {
            t!("cut.denied", locale = tag, text = t!("command.no-terminal", locale = tag)).into_owned()
        }
        GrantEnd::Stricter => {
            t!("cut.denied", locale = tag, text = t!("refused.strict", locale = tag)).into_owned()
        }
        GrantEnd::OldCode => {
            t!("cut.denied", locale = tag, text = t!("refused.old-code", locale = tag)).into_owned()
        }
        GrantEnd::Unapproved => {
            t!("cut.denied", locale = tag, text = t!("refused.approval", locale = tag)).into_owned()
        }
    }
}

/// Why a running session was ended; `None` where nobody needs telling.
pub(crate) fn ended(services: &Services, asset: &str, end: &ChannelEnd) -> Option<String> {
    let tag = services.language().tag();
    let text = match end {
        ChannelEnd::Closed => return None,
        ChannelEnd::Lost => t!("asset.lost", locale = tag, asset = asset).into_owned(),
        ChannelEnd::NotRecorded(error) if error.is_too_long() => {
            t!("cut.too-long", locale = tag).into_owned()
        }
        ChannelEnd::NotRecorded(error) if let Some(exceeded) = error.exceeded() => {
            t!(exceeded_key(exceeded), locale = tag).into_owned()
        }
        ChannelEnd::NotRecorded(error) if error.is_late() => {
            t!("cut.recording-late", locale = tag).into_owned()
        }
        ChannelEnd::NotRecorded(_) => t!("cut.recording", locale = tag).into_owned(),
        ChannelEnd::Garbled(fault) => t!("cut.denied", locale = tag, text = fault).into_owned(),
        ChannelEnd::Lapsed(lapse) => lapsed(services, lapse),
    };
    Some(head(services.language(), &text, &services.config.contact))
}
