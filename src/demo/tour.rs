//! The whole story, unattended: a login with both factors, commands, a refusal, a lockdown that cuts a
//! running session, the record of it all, and the proof that nothing was altered. Each step says what it
//! found, and the first that did not hold ends the tour.

use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::stage::Stage;
use crate::config::Listen;
use crate::console::{self, Caller, Chunk, Cli, Failure, Input, Out};
use crate::domain::Secret;
use crate::gateway;
use crate::ssh::client::{self, Asset, Credential, Dial};
use crate::ssh::{Event, PublicKey, Start};

/// No step takes longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the tour; 0 when everything held.
pub(super) async fn run(stage: &Stage) -> Result<u8, Failure> {
    let listen =
        Listen { ssh: vec![(Ipv4Addr::LOCALHOST, 0).into()], ..stage.services().config.listen.clone() };
    let listeners = gateway::Listeners::open(stage.services(), &listen)?;
    let found = listeners.addresses().next();
    let (_, address) = found.ok_or_else(|| Failure("no port was found to listen on".into()))?;
    let port = address.port();
    let stop = CancellationToken::new();
    let gateway = tokio::spawn(gateway::serve(Arc::clone(stage.services()), listeners, stop.clone()));
    let told = tokio::time::timeout(PATIENCE * 4, story(stage, port)).await;
    stop.cancel();
    let _ = tokio::time::timeout(PATIENCE, gateway).await; // how it ended is not the tour's subject
    told.map_err(|_| Failure("the tour did not end in time".into()))??;
    say("The pass stands.")?;
    Ok(0)
}

fn say(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

fn hold(claim: bool, otherwise: impl Into<String>) -> Result<(), Failure> {
    if claim { Ok(()) } else { Err(Failure(otherwise.into())) }
}

struct Visitor<'a> {
    stage: &'a Stage,
    dial: Dial,
    host_key: PublicKey,
}

async fn story(stage: &Stage, port: u16) -> Result<(), Failure> {
    let dial = Dial { host: "127.0.0.1".into(), port, timeout: PATIENCE, keepalive: None };
    let host_key = client::host_key(&dial).await?;
    let visitor = Visitor { stage, dial, host_key };
    let user = console::user_name(rustix::process::getuid().as_raw());

    say("1. A wrong code is refused, a right one lets in.")?;
    hold(visitor.log_in("alice+demo", 0, "000000").await.is_err(), "a wrong code was accepted")?;
    let shell = visitor.log_in_now("alice+demo", 0).await?;

    say("2. Commands run on the asset, as the login that the gateway keeps.")?;
    let (status, output) = exec(&shell, "id -un; exit 7").await?;
    hold(output.trim() == user && status == Some(7), format!("`id -un` said {output:?}, status {status:?}"))?;

    say("3. What no rule allows is refused, in one line.")?;
    let refused = visitor.log_in_now("alice+admin@demo", 1).await?;
    let (status, output) = exec(&refused, "reboot").await?;
    hold(
        status == Some(255) && output.contains("admin@demo"),
        format!("a refusal said {output:?}, status {status:?}"),
    )?;
    say(&format!("   {}", output.trim()))?;

    say("4. A command that destroys data is refused before the asset hears of it.")?;
    let (status, output) = exec(&shell, "echo first; sudo sh -c 'rm -rf /u01/demo'").await?;
    hold(
        status == Some(255) && output.contains("rm -rf /u01/demo") && !output.contains("first\n"),
        format!("a dangerous command said {output:?}, status {status:?}"),
    )?;
    say(&format!("   {}", output.trim()))?;

    say("5. A lockdown cuts what is running.")?;
    let running = tokio::spawn(async move { exec(&shell, "echo started; sleep 60").await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let order = console(stage, &["lockdown", "start", "--reason", "drill", "--json"]).await?;
    say(&format!("   {}", order.trim()))?;
    let (status, output) = running.await.map_err(|error| Failure(error.to_string()))??;
    hold(status == Some(255), format!("the session was not cut: status {status:?}, {output:?}"))?;
    let order: serde_json::Value = serde_json::from_str(&order)?;
    hold(order.get("sessions_cut").is_some_and(|cut| *cut == 1), "the order did not count one session")?;
    let id = order.get("lockdown").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();

    say("6. Nobody gets in while it lasts; lifting opens again.")?;
    let locked = visitor.log_in_now("alice+demo", 2).await;
    let answer = match &locked {
        Ok(connection) => exec(connection, "true").await.map(|(status, _)| status).unwrap_or(None),
        Err(_) => None,
    };
    hold(answer != Some(0), "a locked account reached the asset")?;
    console(stage, &["lockdown", "lift", &id, "--reason", "drill over"]).await?;

    say("7. The auditor sees the sessions, and what was on the screen.")?;
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
        .ok_or_else(|| Failure("no session is marked as cut".into()))?;
    let replay = console(stage, &["audit", "replay", session, "--speed", "1000"]).await?;
    hold(replay.contains("started"), format!("the replay shows {replay:?}"))?;

    say("8. The journal's chain holds.")?;
    say(&format!("   {}", console(stage, &["audit", "verify"]).await?.trim()))
}

impl Visitor<'_> {
    /// Logs in with the password and the code of now, for the `n`th login of this person: a code works once,
    /// so the tour takes the codes of the step before, of now, and after.
    async fn log_in_now(&self, user: &str, n: u64) -> Result<Asset, Failure> {
        let now = self.stage.services().clock.now().as_second();
        let step = u64::try_from(now).unwrap_or_default() / 30 + n - 1;
        let code = self.stage.secret().code(step);
        self.log_in(user, n, &code).await
    }

    async fn log_in(&self, user: &str, _n: u64, code: &str) -> Result<Asset, Failure> {
        let credential =
            Credential::TwoFactors { password: Secret::new(self.stage.password()), code: code.to_owned() };
        Ok(client::connect(&self.dial, std::slice::from_ref(&self.host_key), user, &credential).await?)
    }
}

/// Runs a command to its end: exit status, and output and errors together.
async fn exec(connection: &Asset, command: &str) -> Result<(Option<u32>, String), Failure> {
    let mut channel = connection.session().await?;
    channel.outlet.start(&Start::Exec(command.into())).await?;
    let (mut status, mut output) = (None, Vec::new());
    let all = async {
        while let Some(event) = channel.inbox.next().await {
            match event {
                Event::Data(bytes) | Event::Errors(bytes) => output.extend(bytes),
                Event::ExitStatus(code) => status = Some(code),
                Event::Close => break,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, all).await.map_err(|_| Failure(format!("`{command}` did not end")))?;
    Ok((status, String::from_utf8_lossy(&output).into_owned()))
}

/// Runs a console command as the host's user, and returns what it printed.
async fn console(stage: &Stage, words: &[&str]) -> Result<String, Failure> {
    use clap::Parser;
    let cli = Cli::try_parse_from(std::iter::once("juyong").chain(words.iter().copied()))?;
    let (out, mut pieces) = Out::new(cli.json);
    let caller = Caller::Local(console::user_name(rustix::process::getuid().as_raw()));
    let line = words.join(" ");
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let work = async {
        let exit =
            console::run(stage.services(), &caller, &cli.command, &words, Input::default(), &out).await;
        drop(out);
        exit
    };
    let collect = async {
        let mut text = Vec::new();
        while let Some(Chunk::Out(bytes) | Chunk::Err(bytes)) = pieces.recv().await {
            text.extend(bytes);
        }
        String::from_utf8_lossy(&text).into_owned()
    };
    let (exit, text) = tokio::join!(work, collect);
    hold(exit == 0, format!("`{line}` ended with {exit}: {}", text.trim()))?;
    Ok(text)
}
