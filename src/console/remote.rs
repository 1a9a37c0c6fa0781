//! The command tree over SSH: `ssh alice@gateway whoami`.

use std::pin::Pin;
use std::sync::Arc;

use rust_i18n::t;
use zeroize::Zeroizing;

use super::command_line::CommandLine;
use super::command_row::not_run;
use super::help::{help, meant};
use super::input::Input;
use super::out::Chunk;
use super::own::Ask;
use super::run::{Running, commands, permitted, role_of, run};
use super::tree::{Cli, Command, Stdin};
use super::usage::{self, Front, Usage, asked_language};
use super::{own, vpn, words};
use crate::access::{Authenticated, Services, attestation, speaking};
use crate::admin::{self, Admin, AdminError, AdminErrorKind, AdminRequest, Caller, Duty};
use crate::domain::{Language, Role, Secret, plain, plain_lines};
use crate::ssh::{Channel, ChannelEvent, Inbox, Outlet, Terminal};
use crate::ssh_session::prompt::ChannelPrompt;
use crate::ssh_session::{Call, CommandRunner, new_password};

/// The command tree, for the SSH front.
pub(crate) struct OverSsh {
    pub(crate) admin: Arc<Admin>,
}

impl CommandRunner for OverSsh {
    fn run<'a>(
        &'a self,
        services: &'a Arc<Services>,
        who: &'a Authenticated,
        call: Call<'a>,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(over_ssh(&self.admin, services, who, call))
    }

    fn overview(&self, services: &Services, who: &Authenticated) -> String {
        commands(services, who)
    }
}

/// Runs one command line for a proven person, and ends the channel with its exit code. True where it was a command that
/// they may run: whoever sends anything else is not at work.
async fn over_ssh(admin: &Arc<Admin>, services: &Arc<Services>, who: &Authenticated, call: Call<'_>) -> bool {
    let Call { mut channel, line, terminal, mut banished } = call;
    let raw = terminal.is_some();
    let caller = Caller::Operator(who.clone());
    let parsed = parse(services, &caller, line);
    let works = matches!(&parsed, Ok((cli, _)) if permitted(services, &caller, cli).is_ok());
    let asked = match &parsed {
        Ok((cli, _)) if works && vpn::wants_code(services, who, &cli.command) => &[Ask::Code],
        Ok((cli, _)) if works => own::asks(&cli.command, attestation::is_asked(services)),
        _ => &[],
    };
    let command = parsed.as_ref().ok().map(|(cli, _)| cli);
    let answers = tokio::select! {
        biased;
        line = &mut banished => return turned_out(services, &caller, &parsed, &channel, (line, raw)).await,
        answers = answered(admin, (&caller, who), &mut channel, terminal, (command, asked)) => answers,
    };
    let Channel { mut inbox, outlet } = channel;
    let exit = match parsed {
        Err(unread) => refuse(services, &caller, unread, &outlet, raw).await,
        Ok((cli, words)) => {
            let left = inbox.ended();
            let stdin = match cli.command.stdin().filter(|_| works) {
                Some(wanted) => stdin(services, &mut inbox, &outlet, (wanted, &|_| 1)).await.map(Secret::new),
                None => answers,
            };
            let input = Input { stdin, terminal: raw, ..Input::default() };
            let line = CommandLine { caller, cli, words, input };
            match not_here(services, &line, &outlet, raw).await {
                Some(exit) => exit,
                None => carry(run(admin, line), &outlet, raw, left, banished).await,
            }
        }
    };
    ended(&outlet, exit).await;
    works
}

async fn ended(outlet: &Outlet, exit: u8) {
    let end = async {
        outlet.exit_status(u32::from(exit)).await?;
        outlet.eof().await?;
        outlet.close().await
    };
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), end).await; // the client may be gone
}

/// Whoever may not be here any more is told so, in place of what they were asked for. Nothing ran.
async fn turned_out(
    services: &Services,
    caller: &Caller,
    parsed: &Result<(Cli, Vec<String>), Unread>,
    channel: &Channel,
    (line, raw): (String, bool),
) -> bool {
    let (Ok((_, words)) | Err(Unread { words, .. })) = parsed;
    not_run(services, caller, words, 1).await;
    // The cursor stands behind a question.
    show(&channel.outlet, raw, Chunk::Err(format!("\n{line}\n").into())).await;
    ended(&channel.outlet, 1).await;
    false
}

/// A line that is not a command: what to say of it, and the exit code.
struct Unread {
    words: Vec<String>,
    text: String,
    exit: u8,
}

/// The command and its words. Whose a command is comes first: whoever may not give it learns nothing of its grammar.
fn parse(services: &Services, caller: &Caller, line: &str) -> Result<(Cli, Vec<String>), Unread> {
    let open = || {
        let tag = services.language().tag();
        let text =
            format!("{}\n{}\n", t!("console.open-quote", locale = tag), t!("console.quote", locale = tag));
        Unread { words: line.split_whitespace().map(str::to_owned).collect(), text, exit: 2 }
    };
    let words = shlex::split(line).ok_or_else(open)?;
    // `juyong whoami` and `whoami` are the same here.
    let words: Vec<String> = words.into_iter().skip_while(|word| word == "juyong").collect();
    let unread = |text, exit| Unread { words: words.clone(), text, exit };
    let language = asked_language(&words).unwrap_or(services.language());
    let role = role_of(services, caller).unwrap_or_default();
    let meant = meant(&words, role);
    // Who looks after the installation reads in the help what works on its host.
    if meant.open.is_empty()
        && !(role == Role::System && meant.duty == Duty::Hosts)
        && let Err(refusal) = admin::permit(services, caller, meant.duty, &meant.path)
    {
        return Err(unread(format!("juyong: {}\n", refusal.told(language)), 1));
    }
    let front = Front::Ssh(role);
    let wrong = |usage: &Usage| wrong(usage, language, role, &meant.open);
    match help(&words, language, front) {
        Some(Ok(text)) => return Err(unread(text, 0)),
        Some(Err(text)) => return Err(unread(format!("{text}\n"), 2)),
        None => {}
    }
    let read = |words: &[String]| usage::parse(words.iter().map(String::as_str), language, front);
    match (read(&words), words::joined(&words)) {
        (Ok(cli), _) => Ok((cli, words)),
        (Err(usage), None) => Err(unread(wrong(&usage), usage.exit())),
        (Err(usage), Some(whole)) => match read(&whole) {
            Ok(cli) => Ok((cli, whole)),
            Err(_) => {
                let quote = t!("console.quote", locale = language.tag());
                Err(unread(format!("{}{quote}\n", wrong(&usage)), usage.exit()))
            }
        },
    }
}

/// What is wrong with a command line; `yours` are the commands that were meant at most.
fn wrong(usage: &Usage, language: Language, role: Role, yours: &[String]) -> String {
    if !usage.is_unknown_command() {
        return plain_lines(&usage.text);
    }
    let tag = language.tag();
    let unknown = t!("console.unknown", locale = tag);
    // Most likely meant for an asset: scp, rsync, git and plain commands without one end up here.
    let mend = match role {
        Role::Operator => t!("refused.no-asset", locale = tag),
        _ => {
            let comma = t!("console.comma", locale = tag);
            t!("console.yours", locale = tag, commands = yours.join(&comma))
        }
    };
    format!("juyong: {unknown} {mend}\n")
}

/// Says what is wrong with a line that is not a command.
async fn refuse(services: &Services, caller: &Caller, unread: Unread, outlet: &Outlet, raw: bool) -> u8 {
    let Unread { words, text, exit } = unread;
    not_run(services, caller, &words, exit).await;
    show(outlet, raw, if exit == 0 { Chunk::Out(text.into()) } else { Chunk::Err(text.into()) }).await;
    exit
}

/// A file on the caller's machine is not to be had over SSH. The exit code, where one is named.
async fn not_here(services: &Services, line: &CommandLine, outlet: &Outlet, raw: bool) -> Option<u8> {
    let option = line.cli.command.names_file()?;
    let tag = line.cli.lang.unwrap_or(services.language()).tag();
    let text = t!("console.not-here", locale = tag, option = option);
    show(outlet, raw, Chunk::Err(format!("{text}\n").into())).await;
    not_run(services, &line.caller, &line.words, 2).await;
    Some(2)
}

/// What a command asks for, a line each: asked for, and not shown, in a terminal; else the first lines that come.
async fn answered(
    admin: &Arc<Admin>,
    (caller, who): (&Caller, &Authenticated),
    channel: &mut Channel,
    terminal: Option<Terminal>,
    (command, asked): (Option<&Cli>, &[Ask]),
) -> Option<Secret> {
    let services = &admin.services;
    let (Some(cli), [first, ..]) = (command, asked) else { return None };
    let due = async |lines: &[u8]| is_due(admin, caller, cli, Secret::new(lines)).await;
    let patience = services.config.limits.idle.as_duration();
    let Some(terminal) = terminal else {
        let vain = *first == Ask::Code && !due(&[]).await;
        return if vain { None } else { piped(services, who, channel, asked).await };
    };
    let mut prompt = ChannelPrompt::new(channel, terminal, patience).with_room(LONGEST_ANSWER);
    let mut lines = Zeroizing::new(Vec::new());
    for ask in asked {
        if !own::is_asked(*ask, asked, &lines) {
            continue;
        }
        if *ask == Ask::Code && !due(&lines).await {
            break; // the command says why
        }
        let answer = typed(services, who, &mut prompt, *ask).await?;
        lines.extend(answer.expose());
        lines.push(b'\n');
    }
    prompt.finish();
    Some(Secret::new(lines.as_slice()))
}

/// Longest answer that is typed or pasted: what the maker of a security key says of it, with a large certificate.
const LONGEST_ANSWER: usize = 8192;

/// Whether a fresh code is all that is missing: nobody is asked for one in vain.
async fn is_due(admin: &Arc<Admin>, caller: &Caller, cli: &Cli, given: Secret) -> bool {
    let attests = attestation::is_asked(&admin.services);
    let input = Input { stdin: Some(given), ..Input::default() };
    let request = match (own::request(&cli.command, &input, attests), &cli.command) {
        (Some(request), _) => Ok(AdminRequest::Own(request)),
        (None, Command::Vpn(command)) => vpn::request(command, input).map(AdminRequest::Vpn),
        (None, _) => return false,
    };
    let language = Some(cli.lang.unwrap_or(admin.services.language()));
    let Ok(request) = request else { return false };
    let tried = speaking(language, Box::pin(admin::execute(admin, caller, request))).await;
    matches!(tried, Err(AdminError { kind: AdminErrorKind::Unproven, .. }))
}

async fn typed(
    services: &Services,
    who: &Authenticated,
    prompt: &mut ChannelPrompt<'_>,
    ask: Ask,
) -> Option<Secret> {
    let tag = services.language().tag();
    match ask {
        Ask::Code => prompt.secret(&t!("login.code", locale = tag)).await,
        Ask::NewCode => prompt.secret(&t!("own.new-code", locale = tag)).await,
        Ask::PublicKey => prompt.secret(&t!("enrol.paste-key", locale = tag)).await,
        Ask::Attestation => {
            let label = format!("{}\n{}", how_attested(services, who), t!("attest.paste", locale = tag));
            prompt.secret(&label).await
        }
        Ask::NewPassword => new_password(services, prompt).await,
    }
}

/// How a security key is made that is taken.
fn how_attested(services: &Services, who: &Authenticated) -> String {
    let (makers, tag) = (plain(&attestation::makers(services)), services.language().tag());
    let challenge = attestation::challenge(services, who.operator());
    t!("attest.how", locale = tag, makers = makers, challenge = challenge, option = "").into_owned()
}

/// Whoever types this sees it: nobody asked for a terminal, so it is not ours to turn the echo off.
async fn piped(
    services: &Services,
    who: &Authenticated,
    channel: &mut Channel,
    asked: &[Ask],
) -> Option<Secret> {
    let tag = services.language().tag();
    let told = |ask: &Ask| match ask {
        Ask::Code | Ask::NewCode => t!("vpn.code-shown", locale = tag),
        Ask::NewPassword => t!("own.password-shown", locale = tag),
        Ask::PublicKey => t!("own.key-shown", locale = tag),
        Ask::Attestation => {
            let challenge = attestation::challenge(services, who.operator());
            t!("own.attestation-shown", locale = tag, challenge = challenge)
        }
    };
    let label: String = asked.iter().map(|ask| told(ask).into_owned()).collect();
    let _ = channel.outlet.errors(label.into_bytes().into()).await; // gone: nothing comes
    let (inbox, outlet) = (&mut channel.inbox, &channel.outlet);
    let lines = |given: &[u8]| asked.iter().filter(|ask| own::is_asked(**ask, asked, given)).count();
    let given = Zeroizing::new(stdin(services, inbox, outlet, (Stdin::Secret, &lines)).await?);
    let lines = given.split(|byte| *byte == b'\n').take(lines(&given));
    let bare = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect::<Vec<_>>().join(&b'\n');
    Some(Secret::new(bare))
}

/// How many lines are wanted, by what has come so far.
type LinesWanted<'a> = &'a (dyn Fn(&[u8]) -> usize + Sync);

/// The first lines that come, or the whole of a file; `None` where nobody says anything for as long as a connection is
/// kept that nobody uses.
async fn stdin(
    services: &Services,
    inbox: &mut Inbox,
    outlet: &Outlet,
    (wanted, lines): (Stdin, LinesWanted<'_>),
) -> Option<Vec<u8>> {
    let patience = services.config.limits.idle.as_duration();
    tokio::time::timeout(patience, gathered(inbox, outlet, wanted, lines)).await.ok()
}

async fn gathered(inbox: &mut Inbox, outlet: &Outlet, wanted: Stdin, lines: LinesWanted<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some(event) = inbox.next().await {
        match event {
            ChannelEvent::Data(bytes) => {
                let room = wanted.most().saturating_sub(text.len());
                text.extend(bytes.iter().take(room));
                let enough = || text.iter().filter(|byte| **byte == b'\n').count() >= lines(&text);
                if outlet.credit(bytes.len()).await.is_err() || wanted == Stdin::Secret && enough() {
                    break;
                }
            }
            ChannelEvent::Eof | ChannelEvent::Close => break,
            _ => {}
        }
    }
    text
}

/// Shows what a command prints, and then has its exit code. A client that leaves, or may not be here any more, loses the
/// output; what was ordered is done, and journaled, all the same.
async fn carry(
    mut running: Running,
    outlet: &Outlet,
    raw: bool,
    left: impl Future<Output = ()>,
    banished: impl Future<Output = String>,
) -> u8 {
    let showing = async {
        while let Some(piece) = running.next().await {
            show(outlet, raw, piece).await;
        }
    };
    let cut = tokio::select! {
        () = showing => None,
        () = left => None,
        line = banished => Some(line),
    };
    if let Some(line) = &cut {
        show(outlet, raw, Chunk::Err(format!("{line}\n").into())).await;
    }
    let exit = running.exit().await;
    // Whoever did not hear the end has not heard that it went well.
    if cut.is_some() { exit.max(1) } else { exit }
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
