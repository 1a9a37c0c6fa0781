//! Accounts for people: a line each, or one in full.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use super::super::table::aligned;
use super::list::seats;
use super::state::kept_out;
use crate::access::account::KeptOut;
use crate::admin::{AccountEntry, AccountPage, LeftAccount, LocalTime, MadeKey};
use crate::domain::plain;

/// A line each, below their heads.
pub(super) fn table(accounts: &AccountPage, readers: Readers) -> Vec<Told> {
    let heads = ["operator", "name", "role", "groups", "valid", "factors", "login", "state"];
    let heads = accounts.first.then(|| heads.map(|word| head(word, readers)));
    let rows = accounts.page.rows.iter().map(|account| cells(account, readers));
    let rows: Vec<_> = heads.into_iter().chain(rows).collect();
    let last = accounts.page.next.is_none().then(|| Told::Error(seats(accounts, readers)));
    aligned("", &rows).into_iter().map(Told::Line).chain(last).collect()
}

/// Everything, a line each.
pub(super) fn whole(account: &AccountEntry, readers: Readers) -> String {
    let [name, display, role, groups, valid, _, login, _] = cells(account, readers);
    let source = account.last_source.as_deref().map(plain).unwrap_or_default();
    let some = |number: usize| if number == 0 { String::new() } else { number.to_string() };
    let set = account.factors_set.as_ref().zip(account.factors_set_by.as_ref());
    let lines = [
        ("operator", name),
        ("name", display),
        ("role", role),
        ("contact", plain(account.contact.as_deref().unwrap_or_default())),
        ("groups", groups),
        ("vendor", account.vendor.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("valid", valid),
        ("factors", or_nothing(&account.factors, readers)),
        ("makes", makes(account)),
        ("challenge", account.key_challenge.clone().unwrap_or_default()),
        ("set", set.map(|(at, by)| format!("{} {by}", at.told())).unwrap_or_default()),
        ("recovery", account.recovery_left.map(|left| left.to_string()).unwrap_or_default()),
        ("remembered", remembered(account)),
        ("login", format!("{login} {source}").trim_end().to_owned()),
        ("failures", some(usize::try_from(account.failures).unwrap_or(usize::MAX))),
        ("devices", some(account.devices)),
        ("sessions", some(account.sessions)),
        ("state", state(account, readers)),
    ];
    let shown = lines.into_iter().filter(|(_, text)| !text.is_empty());
    aligned("", &shown.map(|(word, text)| [head(word, readers), text]).collect::<Vec<_>>()).join("\n")
}

fn head(word: &str, readers: Readers) -> String {
    say!(readers, format!("operator.head-{word}"))
}

fn cells(account: &AccountEntry, readers: Readers) -> [String; 8] {
    let kind = |factor: &String| factor.split(' ').next().unwrap_or_default().to_owned();
    let mut kinds: Vec<_> = account.factors.iter().map(kind).collect();
    kinds.dedup();
    let groups: Vec<_> = account.groups.iter().map(ToString::to_string).collect();
    [
        account.operator.to_string(),
        plain(account.name.as_deref().unwrap_or_default()),
        readers.role(account.role),
        groups.join(","),
        valid(account),
        or_nothing(&kinds, readers),
        account.last_login.as_ref().map(LocalTime::told).unwrap_or_default(),
        state(account, readers),
    ]
}

/// `2026-10-01..2026-12-31`, as in the policy files.
fn valid(account: &AccountEntry) -> String {
    let from = account.valid_from.as_ref().map(|at| at.date().to_string());
    let until = account.valid_until.as_ref().map(|at| at.last_date().to_string());
    match (from, until) {
        (None, None) => String::new(),
        (from, until) => format!("{}..{}", from.unwrap_or_default(), until.unwrap_or_default()),
    }
}

/// `SHA256:… Yubico cb69481e-…`, for each security key whose maker was asked.
fn makes(account: &AccountEntry) -> String {
    let told = |key: &MadeKey| format!("{} {} {}", key.key, plain(&key.make.maker), key.make.aaguid);
    account.key_makes.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// `publickey SHA256:… 192.0.2.7 until …`, for each place where no code is asked for now.
fn remembered(account: &AccountEntry) -> String {
    let told = account.remembered.iter().map(|code| {
        let words = [Some(code.factors.clone()), code.key.clone(), Some(code.source.clone())];
        let device = code.device.as_ref().map(ToString::to_string);
        let words: Vec<_> = words.into_iter().flatten().chain(device).collect();
        format!("{} ({})", words.join(" "), code.until.told())
    });
    told.collect::<Vec<_>>().join(", ")
}

fn or_nothing(factors: &[String], readers: Readers) -> String {
    match factors.is_empty() {
        true => say!(readers, "operator.not-enrolled"),
        false => factors.join(","),
    }
}

/// What keeps it out. That nothing is enrolled stands with the factors.
fn state(account: &AccountEntry, readers: Readers) -> String {
    let told = account.kept_out.iter().filter(|what| **what != KeptOut::NotEnrolled);
    let told = told.map(|what| kept_out(what, readers.language(), &account.zone));
    let invited = account.invited.then(|| say!(readers, "operator.invited"));
    let locked_down = account.states.contains(&"locked-down").then(|| say!(readers, "operator.locked-down"));
    told.chain(invited).chain(locked_down).collect::<Vec<_>>().join(", ")
}

/// What was closed for somebody who leaves, a line each.
pub(super) fn left(left: &LeftAccount, readers: Readers) -> Vec<String> {
    let name = left.operator.as_str();
    let (sessions, devices) =
        (readers.count("sessions", left.sessions_cut), left.devices_revoked.len().to_string());
    let (remembered, permits) = (left.remembered_ended.to_string(), left.permits_ended.to_string());
    let first = say!(
        readers,
        "operator.left",
        operator = name,
        sessions = sessions,
        devices = devices,
        remembered = remembered,
        permits = permits
    );
    let factors = match (left.factors_stay, left.factors_removed.as_slice()) {
        (true, _) => Some(say!(readers, "operator.left-factors-stay", operator = name)),
        (false, []) => None,
        (false, gone) => Some(say!(readers, "operator.left-factors", factors = gone.join(", "))),
    };
    [Some(first), factors, Some(say!(readers, "operator.left-policy", operator = name))]
        .into_iter()
        .flatten()
        .collect()
}
