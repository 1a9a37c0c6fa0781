//! The three ways to the same machine, and a connection that is kept to work on.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::lab::Lab;
use crate::process::Running;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Direct,
    Jump,
    Gateway,
}

impl Route {
    pub(crate) const ALL: [Self; 3] = [Self::Direct, Self::Jump, Self::Gateway];

    /// Its name in the client's configuration.
    pub(crate) fn host(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Jump => "jumped",
            Self::Gateway => "gateway",
        }
    }
}

/// How long a login may take.
pub(crate) const LOGIN: Duration = Duration::from_secs(30);

/// A connection that is logged in; what runs over it does not log in again.
pub(crate) struct Master {
    pub(crate) route: Route,
    config: PathBuf,
    control: PathBuf,
    _process: Running,
}

impl Master {
    pub(crate) fn open(lab: &mut Lab, route: Route) -> Self {
        let control = lab.control();
        let mut ssh = lab.log_in(route);
        ssh.args(["-M", "-N", "-S"]).arg(&control).arg(route.host()).stdin(Stdio::null());
        let process = Running::spawn(&mut ssh);
        let master = Self { route, config: lab.client_config(), control, _process: process };
        let began = Instant::now();
        while !master.is_up() {
            assert!(began.elapsed() < LOGIN, "no login by way of {route:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        master
    }

    fn is_up(&self) -> bool {
        let mut check = self.command("ssh");
        check.args(["-O", "check", self.route.host()]).stdout(Stdio::null()).stderr(Stdio::null());
        self.control.exists() && Running::spawn(&mut check).succeeds(LOGIN)
    }

    /// `ssh` or `scp` over this connection, up to where the host is named.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = format!("ControlPath={}", self.control.display());
        command.arg("-F").arg(&self.config).args([
            "-o",
            &path,
            "-o",
            "ControlMaster=no",
            "-o",
            "BatchMode=yes",
        ]);
        command
    }

    /// Something to run there.
    pub(crate) fn remote(&self, script: &str) -> Command {
        let mut ssh = self.command("ssh");
        ssh.args([self.route.host(), script]);
        ssh
    }
}
