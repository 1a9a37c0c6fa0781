//! Accounts for people: a line each, or one in full.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use super::super::table::aligned;
use super::state::kept_out;
use crate::access::account::KeptOut;
use crate::admin::{AccountEntry, AccountPage};
use crate::domain::plain;

/// A line each, below their heads.
pub(super) fn table(accounts: &AccountPage, readers: Readers) -> Vec<Told> {
    let heads = ["operator", "name", "role", "groups", "valid", "factors", "state"];
    let heads = accounts.first.then(|| heads.map(|word| head(word, readers)));
    let rows = accounts.page.rows.iter().map(|account| cells(account, readers));
    let rows: Vec<_> = heads.into_iter().chain(rows).collect();
    aligned("", &rows).into_iter().map(Told::Line).collect()
}

/// Everything, a line each.
pub(super) fn whole(account: &AccountEntry, readers: Readers) -> String {
    let [name, display, role, groups, valid, _, _] = cells(account, readers);
    let set = account.factors_set.as_ref().zip(account.factors_set_by.as_ref());
    let lines = [
        ("operator", name),
        ("name", display),
        ("role", role),
        ("groups", groups),
        ("vendor", account.vendor.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("valid", valid),
        ("factors", or_nothing(&account.factors, readers)),
        ("set", set.map(|(at, by)| format!("{} {by}", at.told())).unwrap_or_default()),
        ("remembered", remembered(account)),
        ("state", state(account, readers)),
    ];
    let shown = lines.into_iter().filter(|(_, text)| !text.is_empty());
    aligned("", &shown.map(|(word, text)| [head(word, readers), text]).collect::<Vec<_>>()).join("\n")
}

fn head(word: &str, readers: Readers) -> String {
    say!(readers, format!("operator.head-{word}"))
}

fn cells(account: &AccountEntry, readers: Readers) -> [String; 7] {
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
    let told: Vec<_> = told.map(|what| kept_out(what, readers.language(), &account.zone)).collect();
    told.join(", ")
}
