//! The command tree over SSH: `ssh alice@gateway whoami`.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rust_i18n::t;
use zeroize::Zeroizing;

use super::help::help;
use super::out::{Chunk, Out};
use super::run::{Caller, Input, commands, not_run, permitted, run};
use super::tree::Cli;
use super::usage::{self, Front, Usage, asked_language};
use super::{vpn, words};
use crate::access::{Authenticated, Services};
use crate::domain::{Language, Secret, plain_lines};
use crate::ssh::{Channel, Event, Inbox, Outlet, Terminal};
use crate::ssh_session::prompt::Prompt;
use crate::ssh_session::{Call, CommandRunner};

/// Most bytes of standard input that a command takes.
const MAX_STDIN: usize = 64 * 1024;

/// The command tree, for the SSH front.
pub(crate) struct OverSsh;

impl CommandRunner for OverSsh {
    fn run<'a>(
        &'a self,
        services: &'a Arc<Services>,
        who: &'a Authenticated,
        call: Call<'a>,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(over_ssh(services, who, call))
    }

    fn overview(&self, services: &Services, who: &Authenticated) -> String {
        commands(services, who)
    }
}

/// Runs one command line for a proven person, and ends the channel with its exit code. True where it was a command that
/// they may run: whoever sends anything else is not at work.
async fn over_ssh(services: &Arc<Services>, who: &Authenticated, call: Call<'_>) -> bool {
    let Call { mut channel, line, terminal, mut banished } = call;
    let raw = terminal.is_some();
    let parsed = parse(services, line);
    let caller = Caller::Operator(who.clone());
    let works = matches!(&parsed, Ok((cli, _)) if permitted(services, &caller, cli).is_ok());
    let code = match &parsed {
        Ok((cli, _)) if works && vpn::wants_code(services, who, &cli.command) => tokio::select! {
            biased;
            () = &mut banished => None,
            code = code(services, &mut channel, terminal) => code,
        },
        _ => None,
    };
    let Channel { mut inbox, outlet } = channel;
    let exit = match parsed {
        Err(Unread { words, text, exit }) => {
            not_run(services, &caller, &words, exit).await;
            show(&outlet, raw, if exit == 0 { Chunk::Out(text.into()) } else { Chunk::Err(text.into()) })
                .await;
            exit
        }
        Ok((cli, words)) => {
            let (out, pieces) = Out::new(cli.json, cli.lang);
            let left = inbox.ended();
            let cut = AtomicBool::new(false);
            let gone = async {
                tokio::select! {
                    () = left => {}
                    () = banished => cut.store(true, Ordering::Relaxed),
                }
            };
            let work = async {
                let stdin = match works && cli.command.wants_stdin() {
                    true => stdin(services, &mut inbox, &outlet).await.map(Secret::new),
                    false => code,
                };
                let input = Input { file: None, stdin, terminal: raw };
                let exit = execute(services, &caller, &cli, &words, input, &out).await;
                drop(out);
                exit
            };
            // A client that leaves, or may not be here any more, loses the output; what was ordered is done,
            // and journaled, all the same.
            let (exit, ()) = tokio::join!(work, carry(pieces, &outlet, raw, gone));
            // Whoever did not hear the end has not heard that it went well.
            if cut.into_inner() { exit.max(1) } else { exit }
        }
    };
    let end = async {
        outlet.exit_status(u32::from(exit)).await?;
        outlet.eof().await?;
        outlet.close().await
    };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), end).await; // the client may be gone
    works
}

/// A line that is not a command: what to say of it, and the exit code.
struct Unread {
    words: Vec<String>,
    text: String,
    exit: u8,
}

/// The command and its words.
fn parse(services: &Services, line: &str) -> Result<(Cli, Vec<String>), Unread> {
    let open = || {
        let tag = services.language().tag();
        let text =
            format!("{}\n{}\n", t!("console.open-quote", locale = tag), t!("console.quote", locale = tag));
        Unread { words: vec![line.to_owned()], text, exit: 2 }
    };
    let words = shlex::split(line).ok_or_else(open)?;
    // `juyong whoami` and `whoami` are the same here.
    let words: Vec<String> = words.into_iter().skip_while(|word| word == "juyong").collect();
    let unread = |text, exit| Unread { words: words.clone(), text, exit };
    let language = asked_language(&words).unwrap_or(services.language());
    match help(&words, language, Front::Ssh) {
        Some(Ok(text)) => return Err(unread(text, 0)),
        Some(Err(text)) => return Err(unread(format!("{text}\n"), 2)),
        None => {}
    }
    let read = |words: &[String]| usage::parse(words.iter().map(String::as_str), language, Front::Ssh);
    match (read(&words), words::joined(&words)) {
        (Ok(cli), _) => Ok((cli, words)),
        (Err(usage), None) => Err(unread(wrong(&usage, language), usage.exit())),
        (Err(usage), Some(whole)) => match read(&whole) {
            Ok(cli) => Ok((cli, whole)),
            Err(_) => {
                let quote = t!("console.quote", locale = language.tag());
                Err(unread(format!("{}{quote}\n", wrong(&usage, language)), usage.exit()))
            }
        },
    }
}

fn wrong(usage: &Usage, language: Language) -> String {
    // Most likely meant for an asset: scp, rsync, git and plain commands without one end up here.
    if usage.is_unknown_command() {
        let tag = language.tag();
        let (unknown, mend) = (t!("console.unknown", locale = tag), t!("refused.no-asset", locale = tag));
        return format!("juyong: {unknown} {mend}\n");
    }
    plain_lines(&usage.text)
}

async fn execute(
    services: &Arc<Services>,
    caller: &Caller,
    cli: &Cli,
    words: &[String],
    input: Input,
    out: &Out,
) -> u8 {
    if let Some(option) = cli.command.names_file() {
        let tag = services.language().tag();
        let _ = out.error(t!("console.not-here", locale = tag, option = option)).await; // nobody reads: same end
        not_run(services, caller, words, 2).await;
        return 2;
    }
    run(services, caller, cli, words, input, out).await
}

/// A one-time code: asked for, and not shown, in a terminal; else the first line that comes.
async fn code(services: &Services, channel: &mut Channel, terminal: Option<Terminal>) -> Option<Secret> {
    let tag = services.language().tag();
    match terminal {
        Some(terminal) => {
            let patience = services.config.limits.idle.as_duration();
            Prompt::new(channel, terminal, patience).secret(&t!("login.code", locale = tag)).await
        }
        None => {
            // Whoever types this sees it: nobody asked for a terminal, so it is not ours to turn the echo off.
            let label = t!("vpn.code-shown", locale = tag);
            let _ = channel.outlet.errors(label.into_owned().into_bytes().into()).await; // gone: nothing comes
            let given = Zeroizing::new(stdin(services, &mut channel.inbox, &channel.outlet).await?);
            given.split(|byte| matches!(byte, b'\n' | b'\r')).next().map(Secret::new)
        }
    }
}

/// The first line that comes, or all there is; `None` where nobody says anything for as long as a connection is kept
/// that nobody uses.
async fn stdin(services: &Services, inbox: &mut Inbox, outlet: &Outlet) -> Option<Vec<u8>> {
    let patience = services.config.limits.idle.as_duration();
    tokio::time::timeout(patience, line(inbox, outlet)).await.ok()
}

async fn line(inbox: &mut Inbox, outlet: &Outlet) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some(event) = inbox.next().await {
        match event {
            Event::Data(bytes) => {
                let room = MAX_STDIN.saturating_sub(text.len());
                text.extend(bytes.iter().take(room));
                if outlet.credit(bytes.len()).await.is_err() || text.contains(&b'\n') {
                    break;
                }
            }
            Event::Eof | Event::Close => break,
            _ => {}
        }
    }
    text
}

/// Shows the output until there is no more, or nobody to see it.
async fn carry(
    mut pieces: tokio::sync::mpsc::Receiver<Chunk>,
    outlet: &Outlet,
    raw: bool,
    gone: impl Future<Output = ()>,
) {
    let showing = async {
        while let Some(piece) = pieces.recv().await {
            show(outlet, raw, piece).await;
        }
    };
    tokio::select! {
        () = showing => {}
        () = gone => {}
    }
}

/// A raw terminal needs its carriage returns.
async fn show(outlet: &Outlet, raw: bool, piece: Chunk) {
    let cooked = |bytes: bytes::Bytes| match raw && !bytes.contains(&b'\r') {
        true => String::from_utf8_lossy(&bytes).replace('\n', "\r\n").into_bytes().into(),
        false => bytes,
    };
    let _ = match piece {
        Chunk::Out(bytes) => outlet.data(cooked(bytes)).await,
        Chunk::Err(bytes) => outlet.errors(cooked(bytes)).await,
    }; // gone: the command's own end is near
}
