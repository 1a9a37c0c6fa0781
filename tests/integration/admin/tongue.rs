//! What is wrong is told in the configured language, whoever found it: the gateway, the reader of TOML, the system.

use std::fs;

use crate::harness::{Outcome, PATIENCE, Running, Setup};

/// newcomer 5: these were English still under `language = "zh-CN"`.
#[test]
fn what_is_wrong_is_told_in_chinese() {
    let gateway = Setup::new().language("zh-CN").start();
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
    gateway.ended_session();
    let dir = gateway.fresh("faulty");
    fs::create_dir_all(&dir).unwrap();
    let file = |name: &str, text: &str| {
        fs::write(dir.join(name), text).unwrap();
        dir.join(name).display().to_string()
    };
    let (nothing, public) = (file("nothing", "nothing"), file("key.pub", "ssh-ed25519 AAAA"));
    let missing = dir.join("missing").display().to_string();
    let faulty = dir.display().to_string();
    file("a.toml", "x = [1 2]\n[operator.a+b]\n");
    for (words, told) in [
        (&["operator", "enrol", "op1", "--public-key", &public][..], "这不是 OpenSSH 公钥"),
        (&["operator", "enrol", "op1", "--public-key", &missing], "missing：没有此文件或目录"),
        (
            &["credential", "set", "box", "root", "--private-key", &nothing],
            "这不是 OpenSSH 或 PEM 格式的私钥",
        ),
        (&["credential", "set", "box", "root", "--private-key", &public], "私钥"),
        (&["policy", "check", &faulty], "未加引号的键无效，此处应为：字母"),
        (&["policy", "check", &missing], "没有此目录"),
        (&["policy", "who", "--asset", "boxx"], "没有资产 \"boxx\"：是否指 \"box\"？"),
        (&["policy", "judge", "--policies", &missing, "--sets", "x", "--batch"], "没有此目录"),
        (&["policy", "apply", &faulty, "--reason", "x"], "文本须加引号"),
        (&["serve"], "另一个网关（进程 "),
        (&["audit", "sessions", "--assset", "box"], "没有参数 --assset"),
    ] {
        let lang = ["--lang", "zh-CN"];
        let out = gateway.juyong(&[words, &lang].concat()).refused(told);
        assert!(out.errors().starts_with("juyong: ") || out.code() == 2 || words[0] == "policy", "{out}");
        let english = gateway.juyong(&[words, &["--lang", "en"]].concat());
        assert!(english.code() != 0 && !chinese(&english.errors()), "{words:?}: {english}");
    }
    let sessions = gateway.juyong(&["audit", "sessions"]).ok();
    assert!(sessions.text().contains("正常结束"), "{sessions}");
    let short = given(&gateway, &["operator", "enrol", "op1", "--password-stdin"], "Short-1\n");
    short.refused("密码太短：至少 12 个字符");
    let secret = given(&gateway, &["operator", "enrol", "op1", "--totp-secret-stdin"], "1!\n");
    secret.refused("动态码密钥不是 Base32");
}

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn given(gateway: &crate::harness::Gateway, words: &[&str], input: &str) -> Outcome {
    Running::run(&mut gateway.command(words), input.as_bytes(), PATIENCE)
}

/// A test of the policy files that fails.
#[test]
fn a_failing_test_is_told_in_chinese() {
    let test = "[[test]]\nname = \"first in\"\noperator = \"op1\"\nsource = \"127.0.0.1\"\nasset = \"box\"\n\
                login = \"{login}\"\nprotocol = \"shell\"\nat = \"2026-12-01 12:00\"\nexpect = \"deny\"\n";
    let gateway = Setup::new().policy(test).language("zh-CN").stopped().start();
    let out = gateway.juyong(&["policy", "test"]).refused("测试 \"first in\" 未通过：期望 deny，判定为 ");
    assert!(out.errors().contains("规则 "), "{out}");
}
