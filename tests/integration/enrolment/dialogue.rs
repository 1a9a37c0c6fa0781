//! The dialogue, step by step.

use serde_json::json;

use super::{Invitee, answer, enrol_with_key, recovery_codes, set_codes, states};
use crate::harness::{Gateway, PATIENCE, Running, Setup, field, has_event};

#[test]
fn an_invited_person_enrols_with_a_key_and_logs_in() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let (operator, codes) = enrol_with_key(&gateway, &invitee);
    assert_eq!(codes.len(), 10, "{codes:?}");
    gateway.exec(&operator, "+box", "true").ok();
    let rows = gateway.events();
    assert!(has_event(&rows, "operator-invited", &[("operator", "op3")]));
    assert!(has_event(&rows, "operator-enrolled", &[("actor", "op3"), ("operator", "op3")]));
    let accepted = rows.iter().find(|row| field(row, "event") == "login-accepted").unwrap();
    assert_eq!(accepted["factors"], json!(["invitation"]));
    // No code and no secret is in the journal, whole or in part.
    let journal: String = rows.iter().map(ToString::to_string).collect();
    for secret in [&invitee.code, &codes[0]] {
        assert!(!journal.contains(&secret[..5]), "{secret} in {journal}");
    }
    // The invitation is spent, and looks as any wrong password.
    invitee.knock_without_key(&gateway, &invitee.code).expect("Permission denied");
    let shown = &gateway.records(&["operator", "show", "op3"])[0];
    assert_eq!(shown["recovery_left"], json!(10));
    assert!(field(shown, "factors_set_by").starts_with("local:"), "who gave the code could be them: {shown}");
}

#[test]
fn a_password_is_held_to_the_rules_and_asked_twice_in_chinese_on_sixty_columns() {
    let gateway = Setup::new().language("zh-CN").start();
    let invitee = Invitee::of(&gateway, "op4");
    let terminal = invitee.come(&gateway);
    terminal.resize(24, 60);
    answer(&terminal, &["编号（1 至 2）："], "２");
    for (password, told) in [
        ("Kurz-1", "至少 12 个字符"),
        ("xx-op4-Xx-77-q", "账号名"),
        ("P@ssw0rd2026", "最先会被猜到"),
        ("nur-kleine-buch", "三类"),
    ] {
        answer(&terminal, &["新密码："], password);
        answer(&terminal, &["再输入一次："], password);
        terminal.expect(told);
    }
    let good = "Tulpen-Fjord-42-kv";
    answer(&terminal, &["新密码："], good);
    answer(&terminal, &["再输入一次："], "another");
    terminal.expect("两次输入不一致");
    answer(&terminal, &["新密码："], good);
    answer(&terminal, &["再输入一次："], good);
    let mut operator = set_codes(&terminal, &invitee);
    assert_eq!(recovery_codes(&terminal).len(), 10);
    terminal.line("");
    terminal.expect("已完成登记");
    good.clone_into(&mut operator.password);
    let login = gateway.login(&operator);
    let mut ssh = login.ssh("+box");
    ssh.args([
        "-o",
        "PubkeyAuthentication=no",
        "-o",
        "PreferredAuthentications=password,keyboard-interactive",
    ]);
    Running::run(ssh.arg("true"), b"", PATIENCE).ok();
}

#[test]
fn a_key_is_pasted_and_what_is_not_one_is_told() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let other = crate::harness::key_pair(&gateway.fresh("key"));
    let line = std::fs::read_to_string(other.with_extension("pub")).unwrap();
    let terminal = invitee.come(&gateway);
    answer(&terminal, &["Number (1 to 2): "], "1");
    answer(&terminal, &["Number (1 to 2): "], "2");
    answer(&terminal, &["not shown): "], "ssh-ed25519 nonsense");
    terminal.expect("That does not work");
    answer(&terminal, &["not shown): "], line.trim());
    terminal.expect("This is the key ssh-ed25519 SHA256:");
    answer(&terminal, &["Take it?"], "");
    let operator = set_codes(&terminal, &Invitee { key: other, code: String::new(), ..invitee });
    recovery_codes(&terminal);
    terminal.line("");
    terminal.expect("is enrolled");
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn whoever_leaves_before_the_end_leaves_nothing_and_may_come_again() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let terminal = invitee.come(&gateway);
    answer(&terminal, &["Number (1 to 2): "], "1");
    answer(&terminal, &["Number (1 to 2): "], "1");
    set_codes(&terminal, &invitee);
    recovery_codes(&terminal);
    terminal.send("\u{3}"); // Ctrl-C, where nothing but Enter was missing
    terminal.expect("nothing was kept");
    assert_eq!(states(&gateway, "op3"), json!(["not-enrolled"]));
    // The same of a client that is cut off.
    let terminal = invitee.come(&gateway);
    terminal.expect("Welcome, op3");
    drop(terminal);
    assert_eq!(states(&gateway, "op3"), json!(["not-enrolled"]));
    let (operator, _) = enrol_with_key(&gateway, &invitee);
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn the_last_seat_is_not_taken_twice_and_the_invitation_stays() {
    let gateway = Setup::new().settings("seats = 1").start();
    let (first, second) = (Invitee::of(&gateway, "op3"), Invitee::of(&gateway, "op4"));
    let terminal = second.come(&gateway);
    answer(&terminal, &["Number (1 to 2): "], "1");
    enrol_with_key(&gateway, &first);
    answer(&terminal, &["Number (1 to 2): "], "1");
    set_codes(&terminal, &second);
    recovery_codes(&terminal);
    terminal.line("");
    terminal.expect("all seats of the gateway are taken");
    gateway.journaled("login-refused", &[("actor", "op4"), ("reason", "no-seat")]);
    drop(terminal);
    // newcomer: nobody scans a secret and writes codes down for a seat that is not there.
    second.come(&gateway).expect("all seats of the gateway are taken");
    gateway.juyong(&["operator", "reset", "op3"]).ok();
    enrol_with_key(&gateway, &second);
}

#[test]
fn the_terms_of_work_are_read_a_screen_at_a_time_and_accepted_or_nothing_is_kept() {
    let gateway = Setup::new().tables("[login]\nterms = \"terms.txt\"").stopped().start();
    let text: String = (1..=60).map(|line| format!("Rule {line}: keep \u{1b}[31mit\n")).collect();
    std::fs::write(gateway.path("terms.txt"), text).unwrap();
    gateway.start();
    gateway.set_credential("box");
    let invitee = Invitee::of(&gateway, "op3");
    let to_the_end = || {
        let terminal = invitee.come(&gateway);
        for _ in 0..2 {
            let heard = answer(&terminal, &["Enter: more"], "");
            assert!(!heard.contains("\u{1b}[31m"), "the text steers the terminal: {heard:?}");
        }
        terminal.expect("Rule 60");
        terminal
    };
    answer(&to_the_end(), &["(yes/no) "], "no");
    let terminal = to_the_end();
    answer(&terminal, &["(yes/no) "], "perhaps");
    answer(&terminal, &["(yes/no) "], "yes");
    answer(&terminal, &["Number (1 to 2): "], "1");
    answer(&terminal, &["Number (1 to 2): "], "1");
    set_codes(&terminal, &invitee);
    recovery_codes(&terminal);
    assert!(!has_event(&gateway.events(), "terms-accepted", &[]), "nothing is kept before the end");
    terminal.line("");
    terminal.expect("is enrolled");
    gateway.journaled("terms-accepted", &[("actor", "op3")]);
}
