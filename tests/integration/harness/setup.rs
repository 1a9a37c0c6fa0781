//! A gateway's files, written from a few strings of the test.

use std::fs;

use super::sshd::{Sshd, user};
use super::{Gateway, free_port};

/// What differs from the ordinary. In every text `{login}`, `{port}` and `{host_key}` stand for the asset's.
pub struct Setup {
    settings: String,
    tables: String,
    policy: String,
    asset: String,
    sshd: String,
    rules: String,
    language: &'static str,
    start: bool,
}

/// Six operators, and one of each other role.
const PEOPLE: &str = r#"
[operator.op1]
groups = ["ops"]
[operator.op2]
groups = ["ops"]
[operator.op3]
groups = ["ops"]
[operator.op4]
groups = ["ops"]
[operator.op5]
groups = ["ops"]
[operator.op6]
groups = ["ops"]
[operator.auditor]
roles = ["auditor"]
[operator.officer]
roles = ["security"]
[operator.admin]
roles = ["system"]
"#;

const BOX: &str = r#"
[asset.box]
address = "127.0.0.1:{port}"
groups = ["lab"]
logins = ["{login}"]
host_keys = ["{host_key}"]
"#;

const EVERYTHING: &str = r#"
[[rule]]
id = "ops"
effect = "allow"
operators = ["@ops"]
assets = ["box"]
protocols = ["shell", "exec", "sftp", "scp"]
files = ["list", "download", "upload", "change"]
"#;

impl Default for Setup {
    fn default() -> Self {
        Self {
            settings: "drain_for = \"1s\"\n".to_owned(),
            tables: String::new(),
            policy: String::new(),
            asset: BOX.to_owned(),
            sshd: String::new(),
            rules: EVERYTHING.to_owned(),
            language: "en",
            start: true,
        }
    }
}

impl Setup {
    pub fn new() -> Self {
        Self::default()
    }

    /// More keys of `juyong.toml`.
    pub fn settings(mut self, text: &str) -> Self {
        self.settings += text;
        self.settings += "\n";
        self
    }

    /// More tables of `juyong.toml`.
    pub fn tables(mut self, text: &str) -> Self {
        self.tables += text;
        self.tables += "\n";
        self
    }

    pub fn language(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// More of the policy.
    pub fn policy(mut self, text: &str) -> Self {
        self.policy += text;
        self
    }

    /// Another asset than the usual one.
    pub fn asset(mut self, text: &str) -> Self {
        text.clone_into(&mut self.asset);
        self
    }

    /// Options of the asset's sshd, which win over the usual ones.
    pub fn sshd(mut self, options: &str) -> Self {
        options.clone_into(&mut self.sshd);
        self
    }

    /// Other rules than that everything is open to @ops.
    pub fn rules(mut self, text: &str) -> Self {
        text.clone_into(&mut self.rules);
        self
    }

    /// The usual rule with more conditions.
    pub fn limited(self, conditions: &str) -> Self {
        self.rules(&format!("{EVERYTHING}{conditions}\n"))
    }

    /// Leaves the gateway's start to the test.
    pub fn stopped(mut self) -> Self {
        self.start = false;
        self
    }

    pub fn start(self) -> Gateway {
        let dir = tempfile::Builder::new().prefix("juyong-").tempdir().unwrap();
        let sshd = Sshd::start(&dir.path().join("asset"), &self.sshd);
        let port = free_port();
        fs::create_dir(dir.path().join("policies")).unwrap();
        let policy = [PEOPLE, &self.asset, &self.rules, &self.policy].concat();
        let policy = policy
            .replace("{login}", &user())
            .replace("{port}", &sshd.port.to_string())
            .replace("{host_key}", &sshd.host_key);
        fs::write(dir.path().join("policies/all.toml"), policy).unwrap();
        let config = format!(
            "data_dir = \"{at}/data\"\npolicy_dir = \"{at}/policies\"\nlanguage = \"{}\"\n{}\n\
             [listen]\nssh = [\"127.0.0.1:{port}\"]\n{}",
            self.language,
            self.settings,
            self.tables,
            at = dir.path().display(),
        );
        fs::write(dir.path().join("juyong.toml"), config).unwrap();
        let gateway = Gateway::new(dir, port, sshd);
        if self.start {
            gateway.start();
            gateway.set_credential("box");
        }
        gateway
    }
}
