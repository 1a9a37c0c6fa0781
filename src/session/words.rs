//! What a person is told: one clear line in the configured language. The full reason is in the journal.

mod rulings;
mod strict;

use std::time::Duration;

use jiff::Timestamp;
use rust_i18n::t;

use super::connect::Unreachable;
use super::decide::{Lapse, Refusal};
use super::relay::End;
use super::services::Services;
use super::term::Over;
use crate::domain::{Language, plain};
use crate::lockdown::Lockdown;
use crate::policy::{Denial, Reason, Request};
use crate::recorder::Exceeded;
use crate::ssh::client::ConnectError;

pub(super) use rulings::{
    asked_already, confirm, declined, given_up, granted, of_command, over, session_waits, unanswered, unseen,
    waits,
};

pub(super) use strict::{strict_help, strict_no_directory, strict_reason, strict_refused};

/// Milliseconds since 1970, for ids.
pub(super) fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}

/// Everything that the gateway says to people on an asset's channel comes through here: one line of plain text.
fn head(language: Language, text: &str, contact: &str) -> String {
    let line = t!("refused.head", locale = language.tag(), text = text).into_owned();
    if contact.is_empty() {
        return plain(&line);
    }
    let (tag, stop) =
        (language.tag(), if line.ends_with(STOPS) { "" } else { &*t!("text.stop", locale = language.tag()) });
    plain(&format!("{line}{stop} {}", t!("refused.contact", locale = tag, contact = contact)))
}

const STOPS: [char; 8] = ['.', '!', '?', '…', '。', '！', '？', '”'];

/// What a person wrote, as a part of a sentence of ours, which has its own end.
pub(super) fn clause(text: &str) -> String {
    plain(text.trim().trim_end_matches(['.', '。', '．', ';', '；']))
}

/// Why somebody is not let through.
pub(super) fn refusal(services: &Services, refusal: &Refusal) -> String {
    let tag = services.language().tag();
    let text = match refusal {
        Refusal::Denied(denial, request) => denied(services, denial, Some(request)),
        Refusal::Over(over) => t!(over_key(*over), locale = tag).into_owned(),
        Refusal::Draining => t!("refused.draining", locale = tag).into_owned(),
        Refusal::Journal => t!("cut.journal", locale = tag).into_owned(),
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
pub(super) fn denied(services: &Services, denial: &Denial, request: Option<&Request>) -> String {
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
pub(super) fn not_admitted(services: &Services, denial: &Denial, source: std::net::IpAddr) -> String {
    let tag = services.language().tag();
    let text = match denial.reason {
        Reason::OperatorSource => {
            t!("refused.operator-source", locale = tag, source = source.to_string()).into_owned()
        }
        _ => denied(services, denial, None),
    };
    head(services.language(), &text, &services.config.contact)
}

/// Why an asset cannot be entered.
pub(super) fn unreachable(services: &Services, asset: &str, login: &str, why: &Unreachable) -> String {
    let key = format!("asset.{}", why.word());
    let tag = services.language().tag();
    let text = match why {
        Unreachable::NoCredential => {
            t!("refused.no-credential", locale = tag, asset = asset, login = login).into_owned()
        }
        Unreachable::Connect(ConnectError::NoCommon(mismatch)) => {
            t!(&key, locale = tag, asset = asset, what = mismatch.offered()).into_owned()
        }
        _ => t!(&key, locale = tag, asset = asset, login = login, what = "").into_owned(),
    };
    head(services.language(), &text, "")
}

/// A line of the catalog about one asset, headed as everything that the gateway itself says.
pub(super) fn about_asset(services: &Services, key: &str, asset: &str, what: &str) -> String {
    let text = t!(key, locale = services.language().tag(), asset = asset, what = what).into_owned();
    head(services.language(), &text, "")
}

/// A line of the catalog about the device that somebody came through.
pub(super) fn about_device(services: &Services, key: &str) -> String {
    head(services.language(), &t!(key, locale = services.language().tag()), &services.config.contact)
}

/// A line of the catalog with one value in it.
pub(super) fn with(services: &Services, key: &str, choices: &str) -> String {
    let text =
        t!(key, locale = services.language().tag(), choices = choices, error = choices, seconds = choices);
    head(services.language(), &text, "")
}

/// What a terminal is told when the gateway begins to go down.
pub(super) fn draining(services: &Services) -> String {
    with(services, "notice.drain", &services.config.drain_for.as_duration().as_secs().to_string())
}

/// What a terminal is told before its time is over.
pub(super) fn ends(services: &Services, asset: &str, end: Timestamp, left: Duration) -> String {
    let (tag, (time, left)) = (services.language().tag(), when(services, end, left));
    let text = t!("notice.ends", locale = tag, asset = asset, time = time, left = left);
    head(services.language(), &text, "")
}

/// What a terminal is told before a planned lockdown begins.
pub(super) fn locks(services: &Services, order: &Lockdown, from: Timestamp, left: Duration) -> String {
    let (tag, (time, left)) = (services.language().tag(), when(services, from, left));
    let reason = clause(&order.reason);
    let text = t!("notice.locks", locale = tag, reason = reason, time = time, left = left);
    head(services.language(), &text, &services.config.contact)
}

/// On the clock, and how long until then. Rounded up: whoever is told of one minute has no less than that.
fn when(services: &Services, at: Timestamp, left: Duration) -> (String, String) {
    let time = services.config.timezone.to_datetime(at).strftime("%H:%M:%S").to_string();
    let (key, left) = match left.as_secs_f64().ceil() as u64 {
        seconds @ 0..120 => ("notice.seconds", seconds),
        seconds => ("notice.minutes", seconds.div_ceil(60)),
    };
    (time, t!(key, locale = services.language().tag(), count = left.to_string()).into_owned())
}

/// Why a running session was ended; `None` where nobody needs telling.
pub(super) fn ended(services: &Services, asset: &str, end: &End) -> Option<String> {
    let tag = services.language().tag();
    let text = match end {
        End::Closed => return None,
        End::Lost => t!("asset.lost", locale = tag, asset = asset).into_owned(),
        End::NotRecorded(error) if error.is_too_long() => t!("cut.too-long", locale = tag).into_owned(),
        End::NotRecorded(error) if let Some(exceeded) = error.exceeded() => {
            t!(exceeded_key(exceeded), locale = tag).into_owned()
        }
        End::NotRecorded(_) => t!("cut.recording", locale = tag).into_owned(),
        End::Garbled(fault) => t!("cut.denied", locale = tag, text = fault).into_owned(),
        End::Lapsed(lapse) => lapsed(services, lapse),
    };
    Some(head(services.language(), &text, &services.config.contact))
}

/// Which bound of recordings it was.
pub(super) fn exceeded_key(exceeded: Exceeded) -> &'static str {
    match exceeded {
        Exceeded::Recording => "cut.recording-large",
        Exceeded::Account => "cut.recording-account",
        Exceeded::Share => "cut.recording-share",
    }
}

fn lapsed(services: &Services, lapse: &Lapse) -> String {
    let tag = services.language().tag();
    match lapse {
        Lapse::Until => t!("cut.until", locale = tag).into_owned(),
        Lapse::Idle(idle) => t!("cut.idle", locale = tag, seconds = idle.as_secs().to_string()).into_owned(),
        Lapse::Silent(idle) => {
            t!("cut.silent", locale = tag, seconds = idle.as_secs().to_string()).into_owned()
        }
        Lapse::Killed(kill) => t!("cut.killed", locale = tag, reason = clause(&kill.reason)).into_owned(),
        Lapse::Draining => t!("cut.drain", locale = tag).into_owned(),
        Lapse::Denied(denial, request) => {
            t!("cut.denied", locale = tag, text = denied(services, denial, Some(request))).into_owned()
        }
        Lapse::Device(_) => {
            t!("cut.denied", locale = tag, text = t!("refused.device", locale = tag)).into_owned()
        }
        Lapse::NoTerminal => {
            t!("cut.denied", locale = tag, text = t!("command.no-terminal", locale = tag)).into_owned()
        }
        Lapse::Stricter => {
            t!("cut.denied", locale = tag, text = t!("refused.strict", locale = tag)).into_owned()
        }
        Lapse::Unapproved => {
            t!("cut.denied", locale = tag, text = t!("refused.approval", locale = tag)).into_owned()
        }
    }
}
