//! People who enrol by themselves, at a real terminal: the invitation, the dialogue, and what it leads to.

mod devices;
mod dialogue;
mod door;
mod invite;
mod owed;
mod own;
mod recovery;

use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Gateway, Operator, Terminal, field, key_pair};

/// An invited person: their client's key, and the code that they were given.
pub struct Invitee {
    pub name: &'static str,
    pub code: String,
    pub key: PathBuf,
}

impl Invitee {
    pub fn of(gateway: &Gateway, name: &'static str) -> Self {
        let rows = gateway.records(&["operator", "invite", name]);
        assert_eq!(rows.len(), 1, "{rows:?}");
        Self { name, code: field(&rows[0], "code").to_owned(), key: key_pair(&gateway.fresh("key")) }
    }

    /// `ssh` at a terminal, after the code was given in the place of a password.
    pub fn come(&self, gateway: &Gateway) -> Terminal {
        self.knock(gateway, &self.code)
    }

    /// The same with whatever code.
    pub fn knock(&self, gateway: &Gateway, code: &str) -> Terminal {
        self.knock_by(gateway, code, "publickey,keyboard-interactive")
    }

    /// The same without the key, where it would open the account by now.
    fn knock_without_key(&self, gateway: &Gateway, code: &str) -> Terminal {
        self.knock_by(gateway, code, "keyboard-interactive")
    }

    /// The same where no account has a password and a code, so that no code is asked for behind the invitation's.
    pub fn come_by_password(&self, gateway: &Gateway) -> Terminal {
        let terminal = self.ssh(gateway, "publickey,keyboard-interactive");
        answer(&terminal, &["assword: ", "密码："], &self.code);
        terminal
    }

    fn knock_by(&self, gateway: &Gateway, code: &str, methods: &str) -> Terminal {
        let terminal = self.ssh(gateway, methods);
        answer(&terminal, &["assword: ", "密码："], code);
        answer(&terminal, &["code: ", "动态口令："], "");
        terminal
    }

    fn ssh(&self, gateway: &Gateway, methods: &str) -> Terminal {
        let operator = Operator::new(self.name, self.key.clone());
        let login = gateway.login_with(&operator, "", "");
        let mut ssh = login.ssh("");
        ssh.env("SSH_ASKPASS_REQUIRE", "never").args(["-o", "NumberOfPasswordPrompts=1"]);
        ssh.args(["-o", &format!("PreferredAuthentications={methods}")]);
        Terminal::start(ssh)
    }
}

/// Waits for one of these questions, and types a line.
#[track_caller]
pub fn answer(terminal: &Terminal, questions: &[&str], line: &str) -> String {
    let found = terminal.heard.any(questions, crate::harness::PATIENCE);
    let (_, heard) =
        found.unwrap_or_else(|| panic!("{questions:?} never showed:\n{}", terminal.heard.text()));
    terminal.line(line);
    heard
}

/// From the question for the drawing to the code that is right; the phone is whoever has the secret that was shown.
pub fn set_codes(terminal: &Terminal, invitee: &Invitee) -> Operator {
    answer(
        terminal,
        &["press Enter to see the QR code", "按回车显示二维码"],
        if invitee.name == "op3" { "" } else { "t" },
    );
    let heard = terminal
        .heard
        .any(&["that the app shows now: ", "应用当前显示的动态口令："], crate::harness::PATIENCE);
    let shown = heard.unwrap_or_else(|| panic!("no secret:\n{}", terminal.heard.text())).1;
    assert_eq!(
        shown.contains('█'),
        invitee.name == "op3",
        "the QR code is shown where it is wanted: {shown}"
    );
    let is_secret =
        |line: &&str| line.trim().len() == 39 && line.trim().split(' ').all(|group| group.len() == 4);
    let secret = shown.lines().find(is_secret).unwrap_or_else(|| panic!("no secret in {shown}")).trim();
    let operator = Operator::with_phone(invitee.name, invitee.key.clone(), secret);
    terminal.line(&operator.wrong_code());
    answer(terminal, &["that the app shows now: ", "应用当前显示的动态口令："], &operator.next_code());
    operator
}

/// The recovery codes that are shown.
pub fn recovery_codes(terminal: &Terminal) -> Vec<String> {
    let heard =
        terminal.heard.any(&["Press Enter when you have them", "记下后请按回车"], crate::harness::PATIENCE);
    let shown = heard.unwrap_or_else(|| panic!("no recovery codes:\n{}", terminal.heard.text())).1;
    let is_code = |word: &&str| word.len() == 11 && word.as_bytes()[5] == b'-';
    shown.split_whitespace().filter(is_code).map(str::to_owned).collect()
}

/// Enrols with the key that the client shows, and codes.
fn enrol_with_key(gateway: &Gateway, invitee: &Invitee) -> (Operator, Vec<String>) {
    let mut terminal = invitee.come(gateway);
    terminal.expect(&format!("Welcome, {}", invitee.name));
    answer(&terminal, &["Number (1 to 2): "], "1");
    terminal.expect("Your client showed these keys:");
    answer(&terminal, &["Number (1 to 2): "], "1");
    let operator = set_codes(&terminal, invitee);
    let codes = recovery_codes(&terminal);
    terminal.line("");
    terminal.expect(&format!("{} is enrolled: publickey, totp", invitee.name));
    assert!(terminal.wait(crate::harness::PATIENCE).success());
    (operator, codes)
}

fn states(gateway: &Gateway, name: &str) -> Value {
    gateway.records(&["operator", "show", name])[0]["states"].clone()
}
