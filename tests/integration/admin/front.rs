//! newcomer: what a command says to whom, over SSH: refusals, help, reasons of several words, what counts as work.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::{Gateway, Master, PATIENCE, Running, Setup, field, has_event, within};

fn master(gateway: &Gateway, name: &str) -> Master {
    gateway.master(&gateway.operator(name), "")
}

/// newcomer: `audit kill` of an auditor was refused as if all of `audit` were not theirs.
#[test]
fn a_refusal_names_the_command_and_the_role_that_may() {
    let gateway = Gateway::usual();
    let (auditor, admin) = (master(&gateway, "auditor"), master(&gateway, "admin"));
    auditor
        .exec("audit kill x --reason y")
        .refused("audit kill is not for your role (auditor): it is for role security");
    auditor
        .exec("policy history")
        .refused("policy history is not for your role (auditor): it is for role system");
    admin
        .exec("audit sessions")
        .refused("audit sessions is not for your role (system): it is for role auditor");
    for line in ["policy check", "clock trust --reason x", "doctor"] {
        admin.exec(line).refused("On the gateway's host only: ");
    }
    admin
        .exec("policy who --asset box --policies /tmp")
        .refused("Policy files are read on the gateway's host");
    let help = admin.exec("help").ok().text();
    assert!(help.contains("policy explain|") && help.contains("policy check, policy decide"), "{help}");
    let help = admin.exec("help policy").ok().text();
    assert!(
        help.contains("On the gateway's host only: policy check") && !help.contains("\n  check "),
        "{help}"
    );
    admin.exec("assets").ok();
    assert!(admin.exec("assets").text().contains("Your role does not enter assets"), "says why");
    let help = auditor.exec("help").ok().text();
    assert!(help.contains("audit sessions|") && !help.contains("kill"), "{help}");
}

/// newcomer: a reason of two words wanted two layers of quotes.
#[test]
fn a_reason_of_several_words_needs_no_second_layer_of_quotes() {
    let gateway = Gateway::usual();
    let officer = master(&gateway, "officer");
    let out = officer.exec("lockdown start --reason a drill of today --scope @ops --json").ok().text();
    let order: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let id = field(&order, "lockdown");
    gateway.journaled("lockdown-started", &[("lockdown", id), ("reason", "a drill of today")]);
    // The beginning of an id is enough where no other has it.
    let short = &id[..id.len() - 3];
    officer.exec(&format!("lockdown report {short}")).ok();
    officer.exec(&format!("lockdown lift {short} --reason it is over")).ok();
    gateway.journaled("lockdown-lifted", &[("lockdown", id), ("reason", "it is over")]);
    officer.exec("lockdown lift --reason it is over").refused("Put the whole command in quotes");
    officer.exec("lockdown start --reason it's over").refused("a quote is not closed");
    officer.exec("lockdown start --reason x --scope ''").refused("--scope is empty");
}

#[test]
fn a_report_has_its_zone_and_its_planned_end() {
    let gateway = Gateway::usual();
    let order =
        gateway.records(&["lockdown", "start", "--reason", "drill", "--until", "2099-01-01 00:00"]).remove(0);
    let id = field(&order, "lockdown");
    let report = gateway.juyong(&["lockdown", "report", id]).ok().text();
    assert!(report.contains("it ends 2099-01-01 00:00:00 +08:00"), "{report}");
    assert!(report.contains("except: nobody"), "{report}");
    let status = gateway.juyong(&["lockdown", "status"]).ok().text();
    assert!(status.contains("until 2099-01-01 00:00:00 +08:00"), "{status}");
}

/// newcomer: a command that is not one, even an empty line, renewed `limits.idle` for ever.
#[test]
fn what_is_not_a_command_does_not_renew_the_idle_limit() {
    let gateway = Setup::new().tables("[limits]\nidle = \"3s\"\n").start();
    for (name, line) in
        [("op1", "nonsense"), ("op2", " "), ("op3", "lockdown status"), ("op4", "policy check")]
    {
        let master = master(&gateway, name);
        within(PATIENCE, "the connection ends all the same", || {
            master.exec(line);
            has_event(&gateway.events(), "connection-ended", &[("actor", name), ("reason", "idle")])
                .then_some(())
        });
    }
}

/// newcomer: a login that ran out of `login_grace` had no name in its row.
#[test]
fn a_login_that_takes_too_long_has_the_name_that_was_given() {
    let gateway = Setup::new().tables("[limits]\nlogin_grace = \"3s\"\n").start();
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let script = gateway.fresh("askpass");
    fs::write(&script, "#!/bin/sh\nexec sleep 60\n").unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    let waiting = Running::start(login.ssh("+box").env("SSH_ASKPASS", &script).arg("true"));
    gateway.journaled(
        "login-refused",
        &[("actor", "unproven:op1"), ("operator", "op1"), ("reason", "login-grace")],
    );
    drop(waiting);
}

/// newcomer: an officer was told a command that only an auditor may give.
#[test]
fn a_hint_to_a_command_of_another_role_says_whose_it_is() {
    let gateway = Gateway::usual();
    let officer = gateway.master(&gateway.operator("officer"), "");
    officer.exec("audit kill 01m8m52w --reason over").refused("see `juyong audit sessions` (an auditor can)");
    officer
        .exec("lockdown start --reason drill --scope nobody-like-that")
        .refused("(`juyong operator list` (an administrator can))");
    officer.exec("lockdown start --reason drill --scope @opps").refused("(did you mean @ops?)");
    gateway.juyong(&["asset", "check", "boxx"]).refused("no asset boxx in the policy (did you mean box?)");
    let own = officer.exec("lockdown lift 01m8m52w --reason over").refused("see `juyong lockdown status`");
    assert!(!own.errors().contains("can)"), "{own}");
}

/// newcomer: an installation without a seat left, and two persons who could never be two, were `ok`.
#[test]
fn the_doctor_tells_of_full_seats_and_of_officers_who_count_once() {
    let gateway = Setup::new()
        .settings("seats = 2")
        .tables("[lockdown]\ndual = [\"start\"]\nconfirm_after = \"0s\"")
        .policy("[operator.officer2]\nroles = [\"security\"]\n")
        .start();
    gateway.operator("officer");
    let found = || {
        let out = gateway.juyong(&["doctor", "--lang", "en"]);
        out.text() + &out.errors()
    };
    assert!(!found().contains("seats are taken"), "{}", found());
    gateway.operator("officer2");
    let found = found();
    assert!(found.contains("all 2 seats are taken"), "{found}");
    assert!(found.contains("what is asked for on this host nobody can confirm"), "{found}");
}

/// newcomer: under `language = "zh-CN"` these were English still.
#[test]
fn what_an_administrator_looks_at_first_is_in_chinese() {
    let gateway = Setup::new().language("zh-CN").start();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    let session = field(&gateway.ended_session(), "session").to_owned();
    let explain = "policy explain --operator op1 --source 127.0.0.1 --asset box --login root";
    let explain: Vec<_> = explain.split(' ').collect();
    for (words, told) in [
        (&["doctor"][..], "未登记认证因素，无法登录（"),
        (&["policy", "check"], "没有错误"),
        (&["credential", "list"], "设置人 local:"),
        (&["asset", "check", "box"], "正常   主机密钥："),
        (&["policy", "apply", "--reason", "x", "--dry-run"], "试运行，未作任何更改"),
        (&["policy", "history"], "（生效中）"),
        (&["policy", "show", "1"], "版本 1（生效中）"),
        (&["policy", "diff"], "实际权限没有变化"),
        (&["policy", "who", "--asset", "box"], "可访问 box 的账号，时间 "),
        (&["policy", "what", "--operator", "op1"], "op1 可访问的资产，时间 "),
        (&explain, "检查：最先未通过的一项即为原因"),
        (&explain, "op1 存在"),
        (&["audit", "show", &session], "录像 "),
    ] {
        let out = gateway.juyong(words).ok();
        assert!(out.text().contains(told), "{words:?}: {out}");
        let out = gateway.juyong(&[words, &["--lang", "en"]].concat()).ok();
        assert!(!out.text().contains(told), "{words:?}: {out}");
    }
    gateway.juyong(&["credential", "remove", "box", "nobody"]).refused("没有 nobody@box 的凭据");
    let dir = gateway.path("faulty");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("a.toml"), "[operator.x]\nroles = [\"sytem\"]\n").unwrap();
    let out = gateway.juyong(&["policy", "check", &dir.display().to_string()]);
    out.refused("\"sytem\" 不是有效的角色，可选：");
}
