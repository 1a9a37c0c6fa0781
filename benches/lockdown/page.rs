//! The page: how it was measured, the tables, and how far the targets are met.

use std::fmt::Write as _;
use std::time::Duration;

use crate::cut::{Cut, FINE, STEADY};
use crate::lab::ESSENTIAL;
use crate::race::{GRACE, Race};
use crate::samples::{milliseconds, percentile};
use crate::verdict::Verdict;

pub(crate) fn page(cuts: &[Cut], race: Option<&Race>) -> String {
    let mut page = String::from(
        "# Performance of a lockdown\n\n<!-- Written by `make bench-lockdown`; changes here are lost. -->\n\n",
    );
    page.push_str(&how(cuts));
    for cut in cuts {
        page.push_str(&table(cut));
    }
    page.push_str("\n## Targets\n\n| | measured | target | |\n|---|--:|--:|---|\n");
    for verdict in cuts.iter().flat_map(verdicts).chain(race.iter().flat_map(|race| proofs(race))) {
        let _ = writeln!(page, "{}", verdict.line());
    }
    if let Some(race) = race {
        page.push_str(&told(race));
    }
    page
}

fn how(cuts: &[Cut]) -> String {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let paces: Vec<_> = cuts
        .iter()
        .map(|cut| format!("{} ms with {} sessions", cut.every.as_millis(), cut.sessions))
        .collect();
    format!(
        "Sessions with traffic in them, and one order that cuts all but {ESSENTIAL}. Gateway, asset and clients share\n\
         {cpus} processors and speak over loopback.\n\n\
         - The asset is a real `sshd`. The clients are russh in one process, each with a connection of its own, logged\n  \
           in with a key and a fresh one-time code. Every session is recorded.\n\
         - By turns a session is a shell on a terminal that prints, a command that prints, SFTP requests, and a\n  \
           forward to something that sends back what it gets. Each has traffic every {}.\n\
         - After {} s of that: `juyong lockdown start --scope all --except @essential --json`. Times are from just\n  \
           before that command is started.\n\
         - The clients of covered sessions, and what the asset runs for them, have the least priority (`nice 19`) and\n  \
           one of the processors, from the last login on: they would be on other machines, and a cut makes all of\n  \
           them busy at once.\n\
         - The last byte is the last that the client had from the asset; the gateway's own last words are not\n  \
           counted. Sessions that are exempt have traffic every {} ms, and a pause is the time between two pieces of\n  \
           it. One more client logs in again and again.\n",
        if paces.is_empty() { "so often".to_owned() } else { paces.join(", ") },
        STEADY.as_secs(),
        FINE.as_millis(),
    )
}

fn table(cut: &Cut) -> String {
    let mut text = format!("\n## {} sessions\n\n", cut.sessions);
    text.push_str("| ms from the order | p50 | p99 | max |\n|---|--:|--:|--:|\n");
    let rows = [
        ("last byte from the asset", &cut.last_byte),
        ("channel ended", &cut.channel_over),
        ("connection ended", &cut.connection_over),
    ];
    for (what, times) in rows {
        let of = |share| if times.is_empty() { f64::NAN } else { percentile(times, share) };
        let _ = writeln!(text, "| {what} | {:.0} | {:.0} | {:.0} |", of(0.5), of(0.99), of(1.0));
    }
    let answer = |name: &str| cut.order.answer[name].to_string();
    let door = |at: Option<f64>| at.map_or("none seen".to_owned(), |at| format!("{at:.0} ms"));
    let (busy, looked) = cut.on_asset;
    let _ = write!(
        text,
        "\n- The gateway's answer, {:.0} ms after the order: covered {}, cut {}, the slowest in {} ms, logins refused\n  \
           from {}.\n\
         - A login beside all this: the last that reached the asset did so at {}, the first that was refused began\n  \
           at {}.\n\
         - {} channels of covered accounts were still open at the end; {} of {ESSENTIAL} exempt sessions went on, with a\n  \
           longest pause of {:.0} ms (before the order: {:.0} ms).\n\
         - On the asset, looked at {:.0} ms after the order: {} connections, {} programs of the bench.\n\
         - Before the order the gateway used {:.0} % of one processor.\n",
        milliseconds(cut.answered),
        answer("covered"),
        answer("sessions_cut"),
        answer("slowest_cut_ms"),
        cut.order.answer["logins_refused_from"].as_str().unwrap_or("?"),
        door(cut.last_in),
        door(cut.first_out),
        cut.left,
        cut.going_on,
        milliseconds(cut.pause_during),
        milliseconds(cut.pause_before),
        milliseconds(looked),
        busy.connections,
        busy.programs,
        cut.load * 100.0,
    );
    text
}

fn verdicts(cut: &Cut) -> Vec<Verdict> {
    let limit = if cut.sessions <= 500 { 200.0 } else { 1000.0 };
    let slowest = |times: &[Duration]| times.iter().max().map_or(f64::INFINITY, |&time| milliseconds(time));
    let said = cut.order.answer["slowest_cut_ms"].as_f64().unwrap_or(f64::INFINITY);
    let named = |what: &str| format!("{} sessions: {what}", cut.sessions);
    let open = cut.sessions - cut.channel_over.len() - ESSENTIAL;
    vec![
        Verdict::below(&named("last byte of the slowest, ms"), slowest(&cut.last_byte), limit),
        Verdict::below(&named("slowest by the gateway's account, ms"), said, limit),
        Verdict::most(&named("longest pause of an exempt session, ms"), milliseconds(cut.pause_during), 50.0),
        Verdict::most(&named("covered sessions left open"), open as f64, 0.0),
        Verdict::most(
            &named("connections left on the asset"),
            cut.on_asset.0.connections.saturating_sub(cut.going_on) as f64,
            0.0,
        ),
    ]
}

fn proofs(race: &Race) -> Vec<Verdict> {
    vec![
        Verdict::most("race: programs alive that the state forbids", race.forbidden as f64, 0.0),
        Verdict::most("race: programs of covered accounts just before a lift", race.alive as f64, 0.0),
        Verdict::least("race: exempt sessions that went on", race.going_on as f64, ESSENTIAL as f64),
    ]
}

fn told(race: &Race) -> String {
    format!(
        "\n## The race\n\n\
         {} orders were started and lifted within {:.0} s, while {} logins came: {} reached the asset, {} heard from\n\
         the gateway why they may not, or not any more. What a login starts on the asset notes every few\n\
         milliseconds that it is alive. From {} ms after an order's answer, which the asset has for ending what lost\n\
         its line, to the lift nothing of covered accounts may be alive: {} programs were. {} more were on their way\n\
         when the order came: the asset had been told, started them late, and they ended at their first word, since\n\
         nobody was there to read it. The latest sign of life came {} ms after an answer. The longest silence of an\n\
         exempt program was {} ms.\n",
        race.orders,
        race.took.as_secs_f64(),
        race.logins,
        race.inside,
        race.refused,
        GRACE.as_millis(),
        race.forbidden,
        race.stillborn,
        race.latest.as_millis(),
        race.silence.as_millis(),
    )
}
