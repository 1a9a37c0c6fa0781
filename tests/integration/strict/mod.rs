//! Strict mode: a prompt of the gateway's own, and no shell on the asset.

mod attacks;
mod exec;
mod prompt;
mod rulings;

use std::path::PathBuf;

use crate::harness::*;

/// A short list of programs, as a policy of strict mode has it.
const SET: &str = r#"
[commands.list]
mode    = "strict"
default = "deny"
opaque  = "deny"

[[commands.list.entry]]
effect   = "allow"
programs = ["ls", "cat", "echo", "printf", "grep", "tail", "head", "sort", "tr", "wc", "df", "uptime", "pwd", "stty",
            "env", "sleep", "true", "false", "touch"]

[[commands.list.entry]]
effect   = "deny"
programs = ["touch"]
args     = ["**/secret/**"]
reason   = "nothing is touched there"

[[commands.list.entry]]
effect   = "warn"
programs = ["df"]
reason   = "it may take long"

[[commands.list.entry]]
effect   = "approve"
programs = ["uptime"]
reason   = "ask first"
"#;

/// A gateway whose operators have strict shells, with a directory of the test's own on the asset.
struct Strict {
    gateway: Gateway,
    operator: Operator,
}

impl Strict {
    fn start() -> Self {
        Self::with(SET)
    }

    fn with(set: &str) -> Self {
        Self::with_limits(set, "approval = \"20s\"")
    }

    fn with_limits(set: &str, limits: &str) -> Self {
        let gateway = Setup::new()
            .policy(set)
            .limited("commands = [\"list\"]")
            .tables(&format!("[limits]\n{limits}"))
            .start();
        let operator = gateway.operator("op1");
        Self { gateway, operator }
    }

    /// A fresh directory on the asset.
    fn directory(&self) -> PathBuf {
        let directory = self.gateway.fresh("asset-dir");
        std::fs::create_dir(&directory).unwrap();
        directory.canonicalize().unwrap()
    }

    /// Somebody at the prompt.
    fn prompt(&self) -> Prompt {
        let mut ssh = self.gateway.ssh(&self.operator, "+box");
        ssh.arg("-tt");
        let terminal = Terminal::start(ssh);
        let prompt = Prompt { terminal };
        prompt.terminal.heard.expect("> ", PATIENCE);
        prompt
    }
}

struct Prompt {
    terminal: Terminal,
}

impl Prompt {
    /// Types a line and waits for the next prompt; what came in between.
    #[track_caller]
    fn run(&self, line: &str) -> String {
        self.terminal.send(line);
        self.terminal.send("\r");
        // The echo of the line's end, and then the prompt that comes after the answer.
        self.terminal.expect("\x1b[?2004l");
        self.terminal.expect("\x1b[?2004h")
    }

    fn cd(&self, directory: &std::path::Path) {
        let answer = self.run(&format!("cd {}", directory.display()));
        assert!(!answer.contains("juyong"), "{answer}");
    }
}
