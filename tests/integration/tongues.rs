//! What the gateway says in Chinese can be read where OpenSSH shows it, and what is typed full-width is understood.
//!
//! OpenSSH passes some texts through its log, which writes all that is not printable ASCII as octal, in every locale: the
//! instruction of keyboard-interactive, a disconnect, a channel that is not opened. It shows prompts and banners as they are
//! where its locale is UTF-8, and as octal where it is not; what comes on a channel it does not look at.

use std::fs;
use std::process::Command;

use jiff::Timestamp;

use crate::harness::{Gateway, Outcome, PATIENCE, Running, Setup, Terminal, within};

const QUESTIONS: [&str; 4] =
    ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=keyboard-interactive"];

fn setup() -> Setup {
    Setup::new().settings("contact = \"安全值班 8888\"").language("zh-CN")
}

fn chinese() -> Gateway {
    setup().start()
}

/// The same letters and digits as an input method writes them.
fn wide(text: &str) -> String {
    text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect()
}

/// A backslash and three digits.
fn octal(text: &str) -> bool {
    let digit = |byte: &u8| matches!(byte, b'0'..=b'7');
    text.as_bytes().windows(4).any(|four| four[0] == b'\\' && four[1..].iter().all(digit))
}

#[track_caller]
fn readable(text: &str) {
    assert!(!octal(text) && !text.contains('\u{fffd}') && !text.contains("???"), "{text}");
}

#[track_caller]
fn refused(outcome: Outcome, told: &str) -> String {
    let errors = outcome.refused(told).errors();
    readable(&errors);
    errors
}

fn run(command: &mut Command) -> Outcome {
    Running::run(command, b"", PATIENCE)
}

/// A person at a terminal who types every answer.
fn typing(mut ssh: Command, more: &[&str]) -> Terminal {
    ssh.env("SSH_ASKPASS_REQUIRE", "never").args(["-o", "NumberOfPasswordPrompts=3"]).args(more);
    Terminal::start(ssh)
}

/// officer 1: what is said about a code stands in the prompt.
#[test]
fn what_is_wrong_with_a_code_can_be_read_in_chinese() {
    let gateway = chinese();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    for (bad, why) in [
        (operator.last_code(), "（该动态口令已使用过，下一个将在 "),
        (operator.old_code(), "（该动态口令已过期（请检查手机时间是否准确），下一个将在 "),
        (operator.wrong_code(), "（动态口令错误，下一个将在 "),
    ] {
        let login = gateway.login_with(&operator, &operator.password, &format!("{bad}\n{bad}"));
        let outcome = run(login.ssh("+box").args(["-o", "NumberOfPasswordPrompts=2", "true"]));
        refused(outcome, "Permission denied");
        let prompts = login.prompts();
        assert!(prompts.contains(why) && prompts.contains(" 秒后出现）动态口令："), "{prompts}");
        readable(&prompts);
        gateway.juyong(&["operator", "unlock", "op1"]).ok();
    }
}

/// officer 1, officer 4: a vendor at a terminal, from the password to the menu and the asset, all typed full-width but the
/// password; then the cut.
#[test]
fn a_vendor_reads_and_types_chinese_from_the_password_to_the_cut() {
    let gateway = chinese();
    let operator = gateway.operator("op1");
    let mut vendor = typing(gateway.login(&operator).ssh(""), &QUESTIONS);
    vendor.expect("密码：");
    vendor.line(&operator.password);
    vendor.expect("动态口令：");
    vendor.line(&wide(&operator.wrong_code()));
    vendor.expect("密码：");
    vendor.line(&operator.password);
    vendor.expect("（动态口令错误，下一个将在 ");
    vendor.expect("）动态口令：");
    vendor.line(&wide(&operator.next_code()));
    vendor.expect("q 退出）：");
    for (typed, answer) in [("？", "显示本帮助"), ("９９", "没有编号 99")] {
        vendor.line(typed);
        vendor.expect(answer);
        vendor.expect("q 退出）：");
    }
    vendor.line("ｂｏｘ");
    vendor.expect("q 退出）：");
    vendor.line("１");
    vendor.prompt();
    gateway.juyong(&["lockdown", "start", "--reason", "重保！"]).ok();
    vendor.expect("访问已暂停（原因：重保）。请联系 安全值班 8888。");
    assert!(!vendor.wait(PATIENCE).success());
    readable(&vendor.heard.text());
}

/// officer 4: a full-width q leaves.
#[test]
fn a_full_width_q_leaves_the_menu() {
    let gateway = chinese();
    let mut menu = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    menu.expect("q 退出）：");
    menu.line("ｑ");
    assert!(menu.wait(PATIENCE).success());
}

/// officer 1: a refusal is shown on the channel; without a channel the line is English.
#[test]
fn a_refusal_at_the_door_can_be_read_in_chinese() {
    let gateway = chinese();
    let operator = gateway.operator("op1");
    gateway.juyong(&["operator", "disable", "op1", "--reason", "离岗"]).ok();
    refused(gateway.exec(&operator, "+box", "true"), "您的账号已被停用");
    let told = refused(run(gateway.ssh(&operator, "+box").arg("-N")), "your account is disabled");
    assert!(told.contains("Please call ... 8888."), "{told}");
}

/// officer 1: the same of a lockdown, whose reason is Chinese, and of the break-glass question.
#[test]
fn a_lockdown_can_be_read_in_chinese() {
    let gateway = chinese();
    let operator = gateway.operator("op1");
    gateway.juyong(&["lockdown", "codes", "--operator", "op1"]).ok();
    let tunnel = Running::start(gateway.ssh(&operator, "+box").args(["-v", "-N"]));
    within(PATIENCE, "it is in", || tunnel.err.text().contains("Entering interactive session").then_some(()));
    let mut menu = Terminal::start(gateway.ssh(&operator, ""));
    menu.expect("q 退出）：");
    gateway.juyong(&["lockdown", "start", "--reason", "重保！"]).ok();
    menu.expect("访问已暂停（原因：重保）。请联系 安全值班 8888。");
    assert!(!menu.wait(PATIENCE).success());
    readable(&menu.heard.text());
    refused(tunnel.wait(PATIENCE), "access is locked for now (...). Please call ... 8888.");
    let login = gateway.login_with(&operator, &operator.password, &format!("{}\n\n", operator.next_code()));
    refused(run(login.ssh("+box").arg("true")), "访问已暂停");
    assert!(login.prompts().contains("8888）应急口令（"), "{}", login.prompts());
}

/// officer 1, its brother: "open failed" of `-W`, `-L` and `-J` is printed by the client.
#[test]
fn a_connection_that_is_not_opened_is_told_in_ascii() {
    let gateway = chinese();
    let (operator, other) = (gateway.operator("op1"), gateway.operator("op2"));
    for (to, told) in [
        ("", "juyong: there is no asset 127.0.0.1 for you"),
        ("+box", "juyong: no rule allows you port forwarding (forward) from"),
    ] {
        refused(run(gateway.ssh(&operator, to).args(["-W", "127.0.0.1:9"])), told);
    }
    let login = gateway.login(&other);
    let mut jump = login.openssh("ssh");
    jump.args(["-J", &login.at(""), "-o", "HostKeyAlias=box", "-l", "root", "数据库", "true"]);
    refused(run(&mut jump), "juyong: there is no asset ... for you");
}

/// officer 1, its brother: a gateway that goes down.
#[test]
fn a_gateway_that_goes_down_says_so_in_ascii() {
    let gateway = chinese();
    let tunnel = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").args(["-v", "-N"]));
    within(PATIENCE, "it is in", || tunnel.err.text().contains("Entering interactive session").then_some(()));
    gateway.stop();
    refused(tunnel.wait(PATIENCE), "the gateway is going down");
}

/// officer 1, its brother: classic scp shows what the far side says by a function that knows the locale.
#[test]
fn a_refused_file_can_be_read_in_chinese() {
    let listing = "[[rule]]\nid = \"list\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
                   protocols = [\"scp\", \"sftp\"]\nfiles = [\"list\"]\n";
    let gateway = setup().rules(listing).start();
    let operator = gateway.operator("op1");
    let here = gateway.path("here");
    fs::write(&here, "text").unwrap();
    for way in ["-O", "-s"] {
        let login = gateway.login(&operator);
        let mut scp = login.openssh("scp");
        scp.arg(way).arg(&here).arg(format!("{}:{}", login.at("+box"), gateway.path("there").display()));
        refused(run(&mut scp), "");
    }
}

/// officer 1: where the client's locale is C it writes prompts as octal too, and nothing but the locale helps; whoever types
/// the code gets in, what comes on a channel is untouched, and what the client prints by itself is English.
#[test]
fn in_the_c_locale_a_login_works_and_refusals_can_be_read() {
    let gateway = chinese();
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    run(login.ssh("+box").arg("true").env("LC_ALL", "C")).ok();
    assert!(octal(&login.prompts()), "{}", login.prompts());
    refused(
        run(gateway.ssh(&operator, "+nowhere").arg("true").env("LC_ALL", "C")),
        "没有名为 nowhere 的资产",
    );
    gateway.juyong(&["operator", "disable", "op1", "--reason", "离岗"]).ok();
    refused(run(gateway.ssh(&operator, "+box").arg("-N").env("LC_ALL", "C")), "your account is disabled");
}

/// officer 2: the menu hears of a planned lockdown once, and what was typed is still there.
#[test]
fn the_menu_is_told_of_a_planned_lockdown() {
    let from = Timestamp::from_second(Timestamp::now().as_second() + 3600).unwrap();
    let until = Timestamp::from_second(from.as_second() + 3600).unwrap();
    let text = format!("[lockdown.day]\nfrom = \"{from}\"\nuntil = \"{until}\"\nreason = \"国庆重保\"\n");
    let gateway = setup().policy(&text).tables("[lockdown]\nannounce = [\"10m\"]").stopped().start();
    gateway.set_hours(0);
    gateway.start();
    gateway.set_credential("box");
    let mut menu = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    menu.expect("q 退出）：");
    menu.send("b数据");
    menu.expect("b数据");
    gateway.set_hours(3600 - 300);
    let told = menu.expect("请尽快结束操作");
    assert!(told.contains("国庆重保"), "{told}");
    menu.expect("b数据");
    gateway.set_hours(3600 + 60);
    let rest = menu.expect("访问已暂停");
    assert!(!rest.contains("请尽快结束操作"), "told twice: {rest}");
    assert!(!menu.wait(PATIENCE).success());
}
