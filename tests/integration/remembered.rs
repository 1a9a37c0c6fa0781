//! `auth.remember`: one code for a while of work, from where it was given, and what ends that.

use std::fs;

use serde_json::Value;

use crate::harness::{Gateway, Login, Operator, Outcome, PATIENCE, Running, Setup, field, within};

const PASSWORD: &[&str] =
    &["PubkeyAuthentication=no", "PreferredAuthentications=password,keyboard-interactive"];
const ELSEWHERE: &[&str] = &["BindAddress=127.0.0.2"];
const CODE: &str = "One-time code";

fn remembering() -> Gateway {
    Setup::new().tables("[auth]\nremember = \"8h\"").start()
}

/// A login of somebody who has no code to give.
fn codeless(gateway: &Gateway, operator: &Operator) -> Login {
    gateway.login_with(operator, &operator.password, "")
}

fn run(login: &Login, options: &[&str]) -> Outcome {
    let mut ssh = login.ssh("+box");
    for option in options {
        ssh.args(["-o", option]);
    }
    Running::run(ssh.arg("echo in"), b"", PATIENCE)
}

/// In with a code.
fn prove(gateway: &Gateway, operator: &Operator, options: &[&str]) {
    let login = gateway.login(operator);
    assert_eq!(run(&login, options).ok().text(), "in\n");
    assert!(login.prompts().contains(CODE), "{}", login.prompts());
}

/// In without one.
#[track_caller]
fn comes_in(gateway: &Gateway, operator: &Operator, options: &[&str]) {
    let login = codeless(gateway, operator);
    assert_eq!(run(&login, options).ok().text(), "in\n");
    assert!(!login.prompts().contains(CODE), "{}", login.prompts());
}

/// Asked for one, and refused without it.
#[track_caller]
fn is_asked(gateway: &Gateway, operator: &Operator, options: &[&str]) {
    let login = codeless(gateway, operator);
    run(&login, options).refused("Permission denied");
    assert!(login.prompts().contains(CODE), "{}", login.prompts());
}

/// Logins that were accepted with these factors.
fn accepted(gateway: &Gateway, factors: &[&str]) -> usize {
    let rows = gateway.events();
    let with =
        |row: &&Value| field(row, "event") == "login-accepted" && row["factors"] == Value::from(factors);
    rows.iter().filter(with).count()
}

#[test]
fn a_loop_of_scp_and_two_logins_at_once_need_one_code() {
    let gateway = remembering();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    let (from, to) = (gateway.path("file"), gateway.path("copy"));
    fs::write(&from, "copied\n").unwrap();
    for _ in 0..10 {
        let login = codeless(&gateway, &operator);
        let mut scp = login.openssh("scp");
        scp.arg(&from).arg(format!("{}:{}", login.at("+box"), to.display()));
        Running::run(&mut scp, b"", PATIENCE).ok();
        assert_eq!(login.prompts(), "", "nothing is asked");
        assert_eq!(fs::read_to_string(&to).unwrap(), "copied\n");
        fs::remove_file(&to).unwrap();
    }
    let two = [codeless(&gateway, &operator), codeless(&gateway, &operator)];
    let running = two.each_ref().map(|login| Running::start(login.ssh("+box").arg("echo in")));
    for outcome in running.map(|running| running.wait(PATIENCE)) {
        assert_eq!(outcome.ok().text(), "in\n");
    }
    assert_eq!(accepted(&gateway, &["publickey", "totp"]), 1);
    assert_eq!(accepted(&gateway, &["publickey", "remembered"]), 12);

    let shown = gateway.juyong(&["operator", "show", "op1"]).ok().text();
    assert!(shown.contains("REMEMBERED") && shown.contains("127.0.0.1"), "{shown}");
    let record = gateway.records(&["operator", "show", "op1"]).remove(0);
    let code = &record["remembered"][0];
    assert_eq!((field(code, "factors"), field(code, "source")), ("publickey", "127.0.0.1"), "{record}");
    assert!(field(code, "key").starts_with("SHA256:") && !field(code, "until").is_empty(), "{record}");
}

#[test]
fn by_password_the_password_is_asked_and_no_code() {
    let gateway = remembering();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, PASSWORD);
    comes_in(&gateway, &operator, PASSWORD);
    assert_eq!(accepted(&gateway, &["password", "remembered"]), 1);
    is_asked(&gateway, &operator, &[]); // a key is another first factor
    let stranger = gateway.login_with(&operator, "wrong-Password-1", "");
    run(&stranger, PASSWORD).refused("Permission denied (publickey,password,keyboard-interactive)");
    assert_eq!(accepted(&gateway, &["password", "remembered"]), 1);
    // Whoever is asked for both in one dialogue answers both: a password is not guessed by an empty code.
    let questions = ["PubkeyAuthentication=no", "PreferredAuthentications=keyboard-interactive"];
    is_asked(&gateway, &operator, &questions);
}

#[test]
fn each_login_asks_where_nothing_is_remembered() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    is_asked(&gateway, &operator, &[]);
    prove(&gateway, &operator, PASSWORD);
    is_asked(&gateway, &operator, PASSWORD);
    assert!(!gateway.juyong(&["operator", "show", "op1"]).ok().text().contains("REMEMBERED"));
}

#[test]
fn another_address_another_key_and_another_account_are_asked() {
    let gateway = remembering();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    is_asked(&gateway, &operator, ELSEWHERE);
    comes_in(&gateway, &operator, &[]);
    is_asked(&gateway, &gateway.operator("op2"), &[]);
    prove(&gateway, &operator, ELSEWHERE);
    comes_in(&gateway, &operator, ELSEWHERE);
    comes_in(&gateway, &operator, &[]); // one place does not end the other
}

/// The policy shortens the gateway's time, and ends what is remembered.
#[test]
fn an_account_may_be_asked_each_time() {
    let gateway = remembering();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    comes_in(&gateway, &operator, &[]);
    gateway.change_policy("[operator.op1]\n", "[operator.op1]\nremember = \"0s\"\n").ok();
    is_asked(&gateway, &operator, &[]);
    gateway.change_policy("remember = \"0s\"", "remember = \"2d\"").refused("too long to remember a code");
    gateway.change_policy("remember = \"2d\"", "remember = \"23h\"").ok();
    is_asked(&gateway, &operator, &[]);
    prove(&gateway, &operator, &[]);
    comes_in(&gateway, &operator, &[]);
}

/// A rule may want a newer code than the gateway does, or one of the login's own.
#[test]
fn a_rule_may_want_a_code_of_the_logins_own() {
    let gateway = remembering();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    comes_in(&gateway, &operator, &[]);
    let running = Running::start(codeless(&gateway, &operator).ssh("+box").arg("echo up; sleep 90"));
    running.expect("up");
    gateway.change_policy("id = \"ops\"\n", "id = \"ops\"\nremember = \"0s\"\n").ok();
    running.wait(PATIENCE).refused("this needs a login with a one-time code of its own");
    gateway.journaled("session-ended", &[("ending", "cut"), ("reason", "old-code")]);
    run(&codeless(&gateway, &operator), &[]).refused("logout");
    gateway.journaled("decision", &[("decision", "deny"), ("reason", "old-code")]);
    let mut sftp = codeless(&gateway, &operator).openssh("sftp");
    sftp.args(["-b", "-"]).arg(codeless(&gateway, &operator).at("+box"));
    Running::run(&mut sftp, b"pwd\n", PATIENCE).refused("one-time code of its own");

    // What it tells to do is what helps.
    Running::run(codeless(&gateway, &operator).ssh("").arg("logout"), b"", PATIENCE).ok();
    prove(&gateway, &operator, &[]);
    gateway.change_policy("remember = \"0s\"", "remember = \"4h\"").ok();
    comes_in(&gateway, &operator, &[]);
    gateway.change_policy("remember = \"4h\"", "remember = \"25h\"").refused("too long to remember a code");
}

/// By one's own word, and by an administrator's.
#[test]
fn a_code_is_forgotten_by_hand() {
    let gateway = remembering();
    let [one, two] = ["op1", "op2"].map(|name| gateway.operator(name));
    for operator in [&one, &two] {
        prove(&gateway, operator, &[]);
        comes_in(&gateway, operator, &[]);
    }
    let logout = || Running::run(codeless(&gateway, &one).ssh("").arg("logout"), b"", PATIENCE).ok().text();
    assert!(logout().contains("the next login of op1 is asked for a code (1 place forgotten)"));
    gateway.journaled("codes-forgotten", &[("actor", "op1"), ("operator", "op1")]);
    is_asked(&gateway, &one, &[]);
    comes_in(&gateway, &two, &[]);
    Running::run(codeless(&gateway, &two).ssh("").arg("operator forget op1"), b"", PATIENCE)
        .refused("system");
    gateway.juyong(&["operator", "forget", "nobody"]).refused("nobody");
    gateway.juyong(&["logout"]).refused("operator forget");
    assert_eq!(gateway.records(&["operator", "forget", "op2"])[0]["forgotten"], 1);
    is_asked(&gateway, &two, &[]);
}

/// Who decides over others proves a code each time.
#[test]
fn an_officer_is_asked_each_time() {
    let gateway = remembering();
    let officer = gateway.operator("officer");
    let whoami = |login: &Login| Running::run(login.ssh("").arg("whoami"), b"", PATIENCE);
    whoami(&gateway.login(&officer)).ok();
    let again = codeless(&gateway, &officer);
    whoami(&again).refused("Permission denied");
    assert!(again.prompts().contains(CODE), "{}", again.prompts());
}

#[test]
fn what_shuts_an_account_ends_what_is_remembered() {
    let gateway = remembering();
    let [one, two] = ["op1", "op2"].map(|name| gateway.operator(name));
    for operator in [&one, &two] {
        prove(&gateway, operator, &[]);
        comes_in(&gateway, operator, &[]);
    }
    gateway.juyong(&["operator", "disable", "op1", "--reason", "drill"]).ok();
    gateway.juyong(&["operator", "enable", "op1"]).ok();
    is_asked(&gateway, &one, &[]);
    prove(&gateway, &one, &[]);
    gateway.change_policy("[operator.op1]\n", "[operator.op1]\ndisabled = true\n").ok();
    gateway.change_policy("disabled = true\n", "").ok();
    is_asked(&gateway, &one, &[]);

    let order = gateway.records(&["lockdown", "start", "--reason", "drill", "--scope", "op2"]).remove(0);
    is_asked(&gateway, &two, &[]);
    gateway.juyong(&["lockdown", "lift", field(&order, "lockdown"), "--reason", "over"]).ok();
    is_asked(&gateway, &two, &[]);

    for name in ["op1", "op2"] {
        let record = gateway.records(&["operator", "show", name]).remove(0);
        assert_eq!(record["remembered"], Value::Null, "{record}");
    }
}

/// A lock ends what is remembered of the ways that it shuts, and of no other.
#[test]
fn a_lock_ends_what_is_remembered_of_its_ways() {
    let gateway = remembering();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    prove(&gateway, &operator, PASSWORD);
    comes_in(&gateway, &operator, PASSWORD);
    // Five wrong passwords, of somebody else and from elsewhere.
    for _ in 0..5 {
        let stranger = gateway.login_with(&operator, "wrong-Password-1", "000000");
        run(&stranger, &[PASSWORD, ELSEWHERE].concat()).refused("Permission denied");
    }
    gateway.journaled("operator-locked", &[("operator", "op1")]);
    comes_in(&gateway, &operator, &[]);
    gateway.juyong(&["operator", "unlock", "op1"]).ok();
    is_asked(&gateway, &operator, PASSWORD);
    // Wrong codes behind the key, which somebody has stolen.
    for _ in 0..5 {
        let thief = gateway.login_with(&operator, &operator.password, &operator.wrong_code());
        run(&thief, ELSEWHERE).refused("Permission denied");
    }
    gateway.journaled("operator-locked", &[("operator", "op1"), ("source", "127.0.0.2")]);
    comes_in(&gateway, &operator, &[]);
}

#[test]
fn new_factors_and_a_restart_end_what_is_remembered() {
    let gateway = remembering();
    let [one, two, three] = ["op1", "op2", "op3"].map(|name| gateway.operator(name));
    for operator in [&one, &two, &three] {
        prove(&gateway, operator, &[]);
        comes_in(&gateway, operator, &[]);
    }
    let secret = Operator::new("op1", one.key.clone()).base32();
    gateway.juyong(&["operator", "enrol", "op1", "--totp-secret", &secret]).ok();
    is_asked(&gateway, &one, &[]);

    let mut enrol = gateway.command(&["operator", "enrol", "op2", "--password-stdin"]);
    Running::run(&mut enrol, b"Another-Horse-Battery-8\n", PATIENCE).ok();
    is_asked(&gateway, &two, &[]);

    comes_in(&gateway, &three, &[]);
    gateway.stop();
    gateway.start();
    is_asked(&gateway, &three, &[]);
}

#[test]
fn it_is_over_after_its_time() {
    let gateway = Setup::new().tables("[auth]\nremember = \"2s\"").start();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    within(PATIENCE, "a code is asked for again", || {
        let login = codeless(&gateway, &operator);
        run(&login, &[]);
        login.prompts().contains(CODE).then_some(())
    });
    is_asked(&gateway, &operator, &[]);
}

/// Whoever holds the key could else guess at codes for ever, with a login of the owner's between two guesses.
#[test]
fn a_login_without_a_code_forgets_no_wrong_ones() {
    let gateway = Setup::new().tables("[auth]\nremember = \"8h\"\nlock_after = 2").start();
    let operator = gateway.operator("op1");
    prove(&gateway, &operator, &[]);
    let guess = || {
        let login = gateway.login_with(&operator, &operator.password, &operator.wrong_code());
        run(&login, ELSEWHERE).refused("Permission denied");
    };
    guess();
    comes_in(&gateway, &operator, &[]);
    guess();
    gateway.journaled("operator-locked", &[("operator", "op1")]);
    run(&gateway.login(&operator), ELSEWHERE).refused("Permission denied");
}
