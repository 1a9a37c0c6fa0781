//! From an outcome to what is printed: an object a line for programs, text for people.

use super::out::{Out, ReaderGone};
use super::readers::{Readers, Told};
use super::{
    approve, asset, audit, clock, credential, import, lockdown, operator, own, policy, source, vpn, whoami,
};
use crate::admin::{
    AdminOutcome, ApproveOutcome, AssetOutcome, AuditOutcome, CheckedPolicy, CredentialOutcome, EventEntry,
    FailingPolicy, FaultyPolicy, ImportOutcome, LockdownEffect, LockdownOutcome, OperatorOutcome, OwnOutcome,
    PolicyAnswer, PolicyApplied, PolicyOutcome, SourceOutcome, TestedPolicy, UnfitPolicy, VpnOutcome,
};

/// Prints an outcome.
pub(super) async fn print(outcome: &AdminOutcome, readers: Readers, out: &Out) -> Result<(), ReaderGone> {
    if out.json && !is_file(outcome) {
        for line in lines(outcome) {
            out.line(line).await?;
        }
    } else {
        print_told(outcome, readers, out).await?;
    }
    match warned(outcome, readers) {
        Some(warning) => out.error(warning).await,
        None => Ok(()),
    }
}

/// It is the bytes that it has, whoever reads it.
fn is_file(outcome: &AdminOutcome) -> bool {
    matches!(outcome, AdminOutcome::Lockdown(LockdownOutcome::Report(_)))
}

async fn print_told(outcome: &AdminOutcome, readers: Readers, out: &Out) -> Result<(), ReaderGone> {
    for told in told(outcome, readers) {
        match told {
            Told::Line(text) => out.line(text).await?,
            Told::Lines(text) => out.lines(text).await?,
            Told::Raw(text) => out.raw(text).await?,
            Told::Error(text) => out.error(text).await?,
        }
    }
    Ok(())
}

/// Why it did not come out well, though it was done: the exit code says so, too.
pub(super) fn failed(outcome: &AdminOutcome, readers: Readers) -> Option<String> {
    match outcome {
        AdminOutcome::Asset(AssetOutcome::Checked(checked)) => asset::failed(checked, readers),
        AdminOutcome::Audit(outcome) => audit::failed(outcome, readers),
        AdminOutcome::Import(outcome) => import::failed(outcome, readers),
        AdminOutcome::Policy(outcome) => policy::failed(outcome, readers),
        AdminOutcome::Lockdown(outcome) => lockdown::failed(outcome, readers),
        _ => None,
    }
}

/// What whoever asked should know beside it, whatever reads the answer.
fn warned(outcome: &AdminOutcome, readers: Readers) -> Option<String> {
    match outcome {
        AdminOutcome::Vpn(outcome) => vpn::warned(outcome, readers),
        _ => None,
    }
}

/// An object a line: of a list each row, of anything else the whole.
fn lines(outcome: &AdminOutcome) -> Vec<String> {
    match outcome {
        AdminOutcome::Assets(assets) => rows(&assets.page.rows),
        AdminOutcome::Approve(ApproveOutcome::List(all)) => {
            [rows(&all.waiting), rows(&all.openings), rows(&all.requests)].concat()
        }
        AdminOutcome::Approve(ApproveOutcome::Waiting(waiting)) => rows(waiting),
        AdminOutcome::Asset(AssetOutcome::List(page)) => rows(&page.rows),
        AdminOutcome::Asset(AssetOutcome::Checked(checked)) => rows(&checked.steps),
        AdminOutcome::Audit(AuditOutcome::Sessions(records)) => in_order(&records.page.rows),
        AdminOutcome::Audit(AuditOutcome::Commands(records)) => in_order(&records.page.rows),
        AdminOutcome::Audit(AuditOutcome::Events(records)) => {
            records.page.rows.iter().map(EventEntry::line).collect()
        }
        AdminOutcome::Audit(AuditOutcome::Keys(keys)) => in_order(&[&keys.first, &keys.current]),
        AdminOutcome::Audit(AuditOutcome::Checkpoint(checkpoint)) => in_order(&[checkpoint]),
        AdminOutcome::Audit(AuditOutcome::Proof(proof)) => in_order(&[proof]),
        AdminOutcome::Audit(AuditOutcome::Shown(shown)) => in_order(std::slice::from_ref(&shown.session)),
        AdminOutcome::Credential(CredentialOutcome::List(page)) => rows(&page.rows),
        AdminOutcome::Import(ImportOutcome::Flawed { flaws }) => in_order(flaws),
        AdminOutcome::Policy(outcome) => policy_lines(outcome),
        AdminOutcome::Lockdown(outcome) => lockdown_lines(outcome),
        AdminOutcome::Operator(OperatorOutcome::List(accounts)) => rows(&accounts.page.rows),
        AdminOutcome::Operator(OperatorOutcome::Invited(invited)) => rows(&invited.invited),
        AdminOutcome::Own(OwnOutcome::Keys(keys)) => rows(keys),
        AdminOutcome::Own(OwnOutcome::Sessions(sessions)) => rows(sessions),
        AdminOutcome::Own(OwnOutcome::Devices(page)) => rows(&page.rows),
        AdminOutcome::Source(SourceOutcome::List { rows: all }) => rows(all),
        AdminOutcome::Vpn(VpnOutcome::List(page)) => rows(&page.rows),
        whole => rows(std::slice::from_ref(whole)),
    }
}

/// A plan and a state of things are several records, and each code is one.
fn lockdown_lines(outcome: &LockdownOutcome) -> Vec<String> {
    match outcome {
        LockdownOutcome::Plan(plan) => {
            [rows(&plan.accounts), rows(&plan.sessions), rows(std::slice::from_ref(&plan.sum))].concat()
        }
        LockdownOutcome::Status(status) => [rows(&status.lockdowns), rows(&status.waiting)].concat(),
        LockdownOutcome::Effect(effect) => match effect.as_ref() {
            LockdownEffect::Codes(drawn) => rows(&drawn.codes),
            done => rows(std::slice::from_ref(done)),
        },
        LockdownOutcome::Report(report) => rows(std::slice::from_ref(report)),
    }
}

fn policy_lines(outcome: &PolicyOutcome) -> Vec<String> {
    match outcome {
        PolicyOutcome::Answered(PolicyAnswer::Accesses(accesses)) => items(accesses),
        PolicyOutcome::Diff(comparison) => items(comparison),
        PolicyOutcome::Replayed(replayed) => [rows(&replayed.cases), rows(&[&replayed.sum])].concat(),
        PolicyOutcome::Applied(PolicyApplied::Unfit(unapplied)) => faults(&unapplied.unfit),
        PolicyOutcome::Checked(CheckedPolicy::Unfit(found))
        | PolicyOutcome::Tested(TestedPolicy::Unfit(found)) => faults(&found.unfit),
        PolicyOutcome::History(page) => rows(&page.rows),
        whole => rows(std::slice::from_ref(whole)),
    }
}

fn faults(unfit: &UnfitPolicy) -> Vec<String> {
    match unfit {
        UnfitPolicy::Faulty(FaultyPolicy { faults }) => in_order(faults),
        UnfitPolicy::Failing(FailingPolicy { failures, .. }) => in_order(failures),
    }
}

/// The items of what is a list to programs.
fn items(list: &impl serde::Serialize) -> Vec<String> {
    match serde_json::to_value(list) {
        Ok(serde_json::Value::Array(items)) => items.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Fields in the order of the alphabet. What cannot be written as JSON does not exist: an outcome's keys are texts.
fn rows(rows: &[impl serde::Serialize]) -> Vec<String> {
    rows.iter().map(|row| serde_json::to_value(row).unwrap_or_default().to_string()).collect()
}

/// Fields in the documented order.
fn in_order(rows: &[impl serde::Serialize]) -> Vec<String> {
    rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default()).collect()
}

fn told(outcome: &AdminOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        AdminOutcome::Whoami(identity) => whoami::identity(identity, readers),
        AdminOutcome::Assets(assets) => whoami::assets(assets, readers),
        AdminOutcome::Approve(outcome) => approve::told(outcome, readers),
        AdminOutcome::Asset(outcome) => asset::told(outcome, readers),
        AdminOutcome::Audit(outcome) => audit::told(outcome, readers),
        AdminOutcome::Clock(outcome) => clock::told(outcome, readers),
        AdminOutcome::Credential(outcome) => credential::told(outcome, readers),
        AdminOutcome::Import(outcome) => import::told(outcome, readers),
        AdminOutcome::Policy(outcome) => policy::told(outcome, readers),
        AdminOutcome::Lockdown(outcome) => lockdown::told(outcome, readers),
        AdminOutcome::Operator(outcome) => operator::told(outcome, readers),
        AdminOutcome::Own(outcome) => own::told(outcome, readers),
        AdminOutcome::Source(outcome) => source::told(outcome, readers),
        AdminOutcome::Vpn(outcome) => vpn::told(outcome, readers),
    }
}
