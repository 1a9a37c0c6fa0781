//! `operator invite`, and `operator reset --factor`.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::{Invitee, answer, enrol_with_key, recovery_codes, set_codes, states};
use crate::harness::{Gateway, PATIENCE, Setup, Terminal, field};

#[test]
fn codes_of_several_go_to_a_file_for_one_person() {
    let gateway = Setup::new()
        .policy("[operator.gone]\nvalid = \"..2020-01-01\"\n[operator.wide]\nname = \"=王芳 <b>\"\ngroups = [\"new\"]\n")
        .tables("[login]\naddress = \"gw.example.org:2222\"")
        .start();
    gateway.operator("op1");
    gateway.juyong(&["operator", "invite", "@ops"]).refused("--csv FILE or --sheet FILE");
    gateway.juyong(&["operator", "invite", "op1"]).refused("operator reset op1 --factor");
    gateway.juyong(&["operator", "invite", "gone"]).refused("has expired");
    gateway.juyong(&["operator", "invite", "@nobody"]).refused("@nobody selects no account");
    assert_eq!(gateway.juyong(&["operator", "invite"]).code(), 2);
    let file = gateway.path("codes.csv");
    let out = gateway.juyong(&["operator", "invite", "@ops", "wide", "--csv", file.to_str().unwrap()]).ok();
    assert!(out.errors().contains("6 invitations were made"), "{out}");
    assert!(out.errors().contains("op1 was not invited: its factors are complete"), "{out}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let table = std::fs::read_to_string(&file).unwrap();
    let rows: Vec<_> = table.lines().collect();
    assert_eq!((rows[0], rows.len()), ("operator,name,code,expires,login,fingerprint", 7), "{table}");
    assert!(
        table.contains("wide,'=王芳 <b>,") && table.contains("ssh -p 2222 op2@gw.example.org"),
        "{table}"
    );
    let again = ["operator", "invite", "--all", "--csv", file.to_str().unwrap()];
    gateway.juyong(&again).refused("codes.csv");
    let sheet = gateway.path("cards.html");
    gateway.juyong(&["operator", "invite", "--all", "--sheet", sheet.to_str().unwrap()]).ok();
    assert_eq!(std::fs::metadata(&sheet).unwrap().permissions().mode() & 0o777, 0o600);
    let page = std::fs::read_to_string(&sheet).unwrap();
    assert!(page.matches("<article>").count() == 9 && page.contains("<svg"), "{page}");
    assert!(page.contains("=王芳 &lt;b&gt; (wide)") && !page.contains("<b>"), "{page}");
    let code = table.lines().nth(1).unwrap().split(',').nth(2).unwrap();
    let journal: String = gateway.events().iter().map(ToString::to_string).collect();
    assert!(!journal.contains(&code[..11]), "a code is in the journal");
}

/// newcomer: a code that opened nothing was handed out, and an older one was void without a word.
#[test]
fn whoever_invites_hears_that_a_code_opens_nothing_yet_or_that_an_older_one_is_void() {
    let gateway = Setup::new().policy("[operator.later]\nvalid = \"2099-01-01..2099-12-31\"\n").start();
    let said = |name: &str| gateway.juyong(&["operator", "invite", name]).ok().errors();
    let later = said("later");
    assert!(later.contains("later is not valid yet: the code opens nothing before 2099-01-01"), "{later}");
    let first = said("op3");
    assert!(!first.contains("void") && !first.contains("nothing"), "{first}");
    assert!(said("op3").contains("an older code of op3 was still good: it is void now"));
    gateway.juyong(&["lockdown", "start", "--reason", "drill", "--scope", "op3"]).ok();
    assert!(said("op3").contains("a lockdown covers op3: the code opens nothing until it ends or is lifted"));
}

/// A code that was drawn before a lockdown opens nothing while that lasts, and is good again afterwards.
#[test]
fn an_invitation_opens_nothing_during_a_lockdown() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let started = gateway.records(&["lockdown", "start", "--reason", "drill", "--scope", "op3"]).remove(0);
    invitee.come(&gateway).expect("access is locked");
    gateway.juyong(&["lockdown", "lift", field(&started, "lockdown"), "--reason", "over"]).ok();
    invitee.come(&gateway).expect("Welcome, op3");
}

/// One factor of an officer's taken away is as loud as all of them.
#[test]
fn an_alarm_tells_of_an_officers_lost_factor() {
    let gateway = Gateway::usual();
    gateway.operator("officer");
    let alarms = || {
        let rows = gateway.events();
        rows.iter().filter(|row| row["alarm"] == "officer-factors").count()
    };
    let before = alarms();
    gateway.juyong(&["operator", "reset", "officer", "--factor", "totp"]).ok();
    assert!(alarms() > before, "{:?}", gateway.events());
    gateway.journaled("operator-reset", &[("operator", "officer"), ("factor", "totp")]);
}

#[test]
fn an_administrator_invites_over_ssh_and_nobody_else_does() {
    let gateway = Gateway::usual();
    let (admin, op1) = (gateway.operator("admin"), gateway.operator("op1"));
    let told = gateway.exec(&admin, "", "operator invite op3").ok().text();
    assert!(told.contains("Invitation for op3") && told.contains("SHA256:"), "{told}");
    let table = gateway.exec(&admin, "", "operator invite --all --csv -").ok().text();
    assert!(table.lines().count() > 5, "{table}");
    gateway.exec(&admin, "", "operator invite --all --csv codes.csv").refused("--csv");
    gateway.exec(&op1, "", "operator invite op3").refused("juyong:");
}

#[test]
fn an_officer_whose_factors_take_two_persons_is_invited_by_two() {
    let gateway = Setup::new()
        .policy("[operator.officer2]\nroles = [\"security\"]\n[operator.officer3]\nroles = [\"security\"]\n")
        .tables("[lockdown]\ndual = [\"factors\"]\nconfirm_after = \"0s\"")
        .start();
    // The first set-up is one person's.
    let first = Invitee::of(&gateway, "officer");
    let (officer, _) = enrol_with_key(&gateway, &first);
    gateway
        .journaled("alarm", &[("alarm", "officer-factors"), ("operator", "officer"), ("actor", "officer")]);
    gateway.juyong(&["operator", "reset", "officer", "--factor", "totp"]).refused("two persons");
    let (_second, admin) = (gateway.operator("officer2"), gateway.operator("admin"));
    let file = gateway.path("codes.csv");
    let all = gateway.juyong(&["operator", "invite", "--all", "--csv", file.to_str().unwrap()]).ok();
    assert!(all.errors().contains("officer3 was not invited: its factors take two persons"), "{all}");
    let asked = gateway.exec(&admin, "", "operator invite officer3 --json").ok().text();
    let asked: serde_json::Value = serde_json::from_str(&asked).unwrap();
    assert!(asked.get("code").is_none() && field(&asked, "state") == "requested", "{asked}");
    let confirm = format!("lockdown confirm {} --json", field(&asked, "request"));
    let told = gateway.exec(&officer, "", &confirm).ok().text();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let code = field(&told["invited"][0], "code").to_owned();
    let third = Invitee { name: "officer3", code, key: crate::harness::key_pair(&gateway.fresh("key")) };
    enrol_with_key(&gateway, &third);
    let shown = &gateway.records(&["operator", "show", "officer3"])[0];
    assert_eq!(field(shown, "factors_set_by"), "officer", "whoever had the code");
}

/// From the first set-up nobody keeps a way in past it that one person alone has given.
#[test]
fn one_persons_invitation_of_an_officer_is_void_once_two_are_needed() {
    let gateway = Setup::new()
        .policy("[operator.officer2]\nroles = [\"security\"]\n[operator.officer3]\nroles = [\"security\"]\n")
        .tables("[lockdown]\ndual = [\"factors\"]\nconfirm_after = \"0s\"")
        .start();
    let (begun, late) = (Invitee::of(&gateway, "auditor"), Invitee::of(&gateway, "officer3"));
    let terminal = at_the_end(&gateway, &begun);
    let _officers = (gateway.operator("officer"), gateway.operator("officer2"));
    terminal.line("");
    terminal.expect("the invitation is not good any more");
    late.come(&gateway).expect("Permission denied");
    gateway.journaled("login-refused", &[("operator", "officer3"), ("reason", "invitation-two-persons")]);
    for name in ["auditor", "officer3"] {
        assert_eq!(states(&gateway, name), json!(["not-enrolled"]));
    }
}

/// The dialogue, up to the last Enter.
fn at_the_end(gateway: &Gateway, invitee: &Invitee) -> Terminal {
    let terminal = invitee.come(gateway);
    for _ in 0..2 {
        answer(&terminal, &["Number (1 to 2): "], "1");
    }
    set_codes(&terminal, invitee);
    recovery_codes(&terminal);
    terminal
}

#[test]
fn an_enrolment_is_refused_at_its_end_where_the_account_is_another_by_then() {
    let gateway = Gateway::usual();
    let (set, risen) = (Invitee::of(&gateway, "op3"), Invitee::of(&gateway, "op4"));
    let (first, second) = (at_the_end(&gateway, &set), at_the_end(&gateway, &risen));
    gateway.juyong(&["operator", "enrol", "op3"]).ok();
    gateway
        .change_policy("[operator.op4]\ngroups = [\"ops\"]", "[operator.op4]\nroles = [\"security\"]")
        .ok();
    for terminal in [first, second] {
        terminal.line("");
        terminal.expect("the invitation is not good any more");
    }
    let shown = &gateway.records(&["operator", "show", "op3"])[0];
    assert_eq!((&shown["factors"], &shown["recovery_left"]), (&json!(["totp"]), &json!(0)), "{shown}");
    assert_eq!(states(&gateway, "op4"), json!(["not-enrolled"]));
}

#[test]
fn an_invitation_does_not_come_back_with_the_account() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let (with, without) = ("[operator.op3]\ngroups = [\"ops\"]", "[operator.other]\ngroups = [\"ops\"]");
    gateway.change_policy(with, without).ok();
    gateway.journaled("invitation-withdrawn", &[("operator", "op3")]);
    gateway.change_policy(without, with).ok();
    invitee.come(&gateway).expect("Permission denied");
}

#[test]
fn nobody_is_invited_for_a_factor_that_is_not_missed() {
    let gateway = Gateway::usual();
    gateway.operator("op1");
    let told = gateway.juyong(&["operator", "reset", "op1", "--factor", "password"]).ok();
    assert!(told.errors().contains("op1 was not invited: its factors are complete"), "{told}");
    assert_eq!(told.text().trim(), "");
    assert_eq!(states(&gateway, "op1"), json!([]));
}

/// A role that was given after the invitation is not in it.
#[test]
fn an_invitation_ends_with_the_role_that_it_was_for() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    gateway
        .change_policy("[operator.op3]\ngroups = [\"ops\"]", "[operator.op3]\nroles = [\"security\"]")
        .ok();
    invitee.come(&gateway).expect("Permission denied");
}

#[test]
fn a_lost_phone_is_replaced_and_the_key_stays() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let (operator, codes) = enrol_with_key(&gateway, &invitee);
    gateway.juyong(&["operator", "reset", "op3", "--factor", "password"]).refused("no such factor");
    let rows = gateway.records(&["operator", "reset", "op3", "--factor", "totp"]);
    assert_eq!((field(&rows[0], "operator"), &rows[0]["missing"]), ("op3", &json!(["totp"])));
    assert_eq!(states(&gateway, "op3"), json!(["incomplete"]));
    let lost = gateway.login_with(&operator, "", &codes[0]);
    crate::harness::Running::run(lost.ssh("+box").arg("true"), b"", PATIENCE).refused("Permission denied");
    let again = Invitee { code: field(&rows[0], "code").to_owned(), ..invitee };
    let terminal = again.come(&gateway);
    terminal.expect("Welcome, op3");
    let operator = set_codes(&terminal, &again);
    recovery_codes(&terminal);
    terminal.line("");
    terminal.expect("op3 is enrolled: totp");
    again.knock_without_key(&gateway, &again.code).expect("Permission denied");
    gateway.exec(&operator, "+box", "true").ok();
}
