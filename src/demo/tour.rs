//! The whole story, unattended: a login with both factors, commands, a refusal, a lockdown that cuts a
//! running session, the record of it all, and the proof that nothing was altered. Each step says what it
//! found, and the first that did not hold ends the tour.

use std::cell::Cell;
use std::net::Ipv4Addr;

use std::time::Duration;

use rust_i18n::t;
use tokio_util::sync::CancellationToken;

use super::moment::STEP;
use super::screen;
use super::stage::Stage;
use crate::config::Listen;
use crate::console::{self, Caller, Chunk, Cli, CommandLine, Failure, Input};
use crate::domain::Secret;
use crate::gateway;
use crate::platform::host_user::user_name;
use crate::ssh::client::{self, AssetConnection, Credential, Dial};
use crate::ssh::{ChannelEvent, PublicKey, Start};

/// No step takes longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the tour; 0 when everything held.
pub(super) async fn run(stage: &Stage) -> Result<u8, Failure> {
    let listen =
        Listen { ssh: vec![(Ipv4Addr::LOCALHOST, 0).into()], ..stage.services().config.listen.clone() };
    let listeners = gateway::Listeners::open(stage.services(), &listen)?;
    let found = listeners.addresses().next();
    let (_, address) = found.ok_or_else(|| Failure::text("no port was found to listen on"))?;
    let port = address.port();
    let stop = CancellationToken::new();
    let gateway = tokio::spawn(gateway::serve(stage.admin().clone(), stage.front(), listeners, stop.clone()));
    let told = tokio::time::timeout(PATIENCE * 4, story(stage, port)).await;
    stop.cancel();
    let _ = tokio::time::timeout(PATIENCE, gateway).await; // how it ended is not the tour's subject
    told.map_err(|_| Failure::text("the tour did not end in time"))??;
    say(&t!("demo.tour-held", locale = stage.language().tag()))?;
    Ok(0)
}

fn say(text: &str) -> Result<(), Failure> {
    screen::say(&format!("{text}\n"))
}

fn hold(claim: bool, otherwise: impl Into<String>) -> Result<(), Failure> {
    if claim { Ok(()) } else { Err(Failure::text(otherwise)) }
}

struct Visitor<'a> {
    stage: &'a Stage,
    dial: Dial,
    host_key: PublicKey,
    /// The step of the last code that was given.
    last: Cell<u64>,
}

async fn story(stage: &Stage, port: u16) -> Result<(), Failure> {
    let dial = Dial { host: "127.0.0.1".into(), port, timeout: PATIENCE, keepalive: None, legacy: vec![] };
    let host_key = client::host_key(&dial).await?;
    let visitor = Visitor { stage, dial, host_key, last: Cell::new(0) };
    let user = stage.user();
    let step = |number: u8| {
        let key = format!("demo.tour-{number}");
        say(&format!("{number}. {}", t!(key, locale = stage.language().tag())))
    };

    step(1)?;
    hold(visitor.log_in("alice+demo", &visitor.wrong_code()).await.is_err(), "a wrong code was accepted")?;
    let shell = visitor.log_in_now("alice+demo").await?;

    step(2)?;
    let (status, output) = exec(&shell, "id -un; exit 7").await?;
    hold(output.trim() == user && status == Some(7), format!("`id -un` said {output:?}, status {status:?}"))?;

    step(3)?;
    let refused = visitor.log_in_now("alice+admin@demo").await?;
    let (status, output) = exec(&refused, "reboot").await?;
    hold(
        status == Some(255) && output.contains("admin@demo"),
        format!("a refusal said {output:?}, status {status:?}"),
    )?;
    say(&format!("   {}", output.trim()))?;

    step(4)?;
    let (status, output) = exec(&shell, "echo first; sudo sh -c 'rm -rf /u01/demo'").await?;
    hold(
        status == Some(255) && output.contains("rm -rf /u01/demo") && !output.contains("first\n"),
        format!("a dangerous command said {output:?}, status {status:?}"),
    )?;
    say(&format!("   {}", output.trim()))?;

    step(5)?;
    let running = tokio::spawn(async move { exec(&shell, "echo started; sleep 60").await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let order = console(stage, &["lockdown", "start", "--reason", "drill", "--json"]).await?;
    let (status, output) = running.await.map_err(|error| Failure::text(error.to_string()))??;
    hold(status == Some(255), format!("the session was not cut: status {status:?}, {output:?}"))?;
    let order: serde_json::Value = serde_json::from_str(&order).map_err(Failure::internal)?;
    hold(order.get("sessions_cut").is_some_and(|cut| *cut == 1), "the order did not count one session")?;
    say(&format!("   {}", output.trim().lines().last().unwrap_or_default()))?;
    let id = order.get("lockdown").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();

    step(6)?;
    let locked = visitor.log_in_now("alice+demo").await;
    let answer = match &locked {
        Ok(connection) => exec(connection, "true").await.map(|(status, _)| status).unwrap_or(None),
        Err(_) => None,
    };
    hold(answer != Some(0), "a locked account reached the asset")?;
    console(stage, &["lockdown", "lift", &id, "--reason", "drill over"]).await?;

    step(7)?;
    let sessions = console(stage, &["audit", "sessions", "--operator", "alice"]).await?;
    say(sessions.trim_end())?;
    let rows = console(stage, &["audit", "sessions", "--operator", "alice", "--json"]).await?;
    let cut = rows
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find(|row| row["ending"] == "cut");
    let session = cut
        .as_ref()
        .and_then(|row| row["session"].as_str())
        .ok_or_else(|| Failure::text("no session is marked as cut"))?;
    let replay = console(stage, &["audit", "replay", session, "--speed", "1000"]).await?;
    hold(replay.contains("started"), format!("the replay shows {replay:?}"))?;

    step(8)?;
    say(&format!("   {}", console(stage, &["audit", "verify"]).await?.trim()))
}

impl Visitor<'_> {
    /// Logs in with the password and a code that was not given yet. Where the clock went on so far meanwhile
    /// that the code was too old, the next one is taken: a tour must not fail by the moment it is begun.
    async fn log_in_now(&self, user: &str) -> Result<AssetConnection, Failure> {
        loop {
            let step = self.fresh_step().await;
            self.last.set(step);
            let found = self.log_in(user, &self.stage.secret().code(step)).await;
            if found.is_ok() || self.stage.second() / STEP <= step + 1 {
                return found;
            }
        }
    }

    /// The first step after the last one given whose code is taken now: of the step before, of now, and of
    /// the next (RFC 6238 §5.2).
    async fn fresh_step(&self) -> u64 {
        loop {
            let step = (self.stage.second() / STEP - 1).max(self.last.get() + 1);
            if step <= self.stage.second() / STEP + 1 {
                return step;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Six digits that are none of the codes of these two minutes.
    fn wrong_code(&self) -> String {
        let now = self.stage.second() / STEP;
        let right: Vec<_> = (now - 2..=now + 2).map(|step| self.stage.secret().code(step)).collect();
        let digits = (0..10).map(|digit| digit.to_string().repeat(6));
        digits.into_iter().find(|code| !right.contains(code)).unwrap_or_default()
    }

    async fn log_in(&self, user: &str, code: &str) -> Result<AssetConnection, Failure> {
        let credential =
            Credential::TwoFactors { password: Secret::new(self.stage.password()), code: code.to_owned() };
        Ok(client::connect(&self.dial, std::slice::from_ref(&self.host_key), user, &credential).await?)
    }
}

/// Runs a command to its end: exit status, and output and errors together.
async fn exec(connection: &AssetConnection, command: &str) -> Result<(Option<u32>, String), Failure> {
    let mut channel = connection.session().await.map_err(Failure::internal)?;
    channel.outlet.start(&Start::Exec(command.into())).await.map_err(Failure::internal)?;
    let (mut status, mut output) = (None, Vec::new());
    let all = async {
        while let Some(event) = channel.inbox.next().await {
            match event {
                ChannelEvent::Data(bytes) | ChannelEvent::Errors(bytes) => output.extend(bytes),
                ChannelEvent::ExitStatus(code) => status = Some(code),
                ChannelEvent::Close => break,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, all)
        .await
        .map_err(|_| Failure::text(format!("`{command}` did not end")))?;
    Ok((status, String::from_utf8_lossy(&output).into_owned()))
}

/// Runs a console command as the host's user, and returns what it printed.
async fn console(stage: &Stage, words: &[&str]) -> Result<String, Failure> {
    use clap::Parser;
    let cli = Cli::try_parse_from(std::iter::once("juyong").chain(words.iter().copied()));
    let cli = cli.map_err(Failure::internal)?;
    let caller = Caller::Local(user_name(rustix::process::getuid().as_raw()));
    let line = words.join(" ");
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let mut running =
        console::run(stage.admin(), CommandLine { caller, cli, words, input: Input::default() });
    let mut text = Vec::new();
    while let Some(Chunk::Out(bytes) | Chunk::Err(bytes)) = running.next().await {
        text.extend(bytes);
    }
    let (exit, text) = (running.exit().await, String::from_utf8_lossy(&text).into_owned());
    hold(exit == 0, format!("`{line}` ended with {exit}: {}", text.trim()))?;
    Ok(text)
}
