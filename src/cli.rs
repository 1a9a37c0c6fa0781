//! The binary's entry: reads the words, finds the configuration, runs the command here or in the gateway
//! that is already running.

mod keyed;

use std::io::{IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use jiff::tz::TimeZone;
use rust_i18n::t;
use tokio_util::sync::CancellationToken;

use crate::access::speaking;
use crate::admin::{self, Setting};
use crate::config::{self, Config};
use crate::console::{
    self, AssetCommand, Caller, Chunk, Cli, Command, CommandLine, Failure, Front, Input, OperatorCommand,
    Out, PolicyCommand, Stdin,
};
use crate::diagnostic::suggest;
use crate::domain::{AboutFile, Language, Secret, Tell, Via, plain, plain_lines, text};
use crate::gateway::{StartError, Unapplied};
use crate::journal::NamedKey;
use crate::lockdown::Lockdowns;
use crate::platform::clock::Clock;
use crate::platform::host_user::user_name;
use crate::platform::regular;
use crate::store::LockError;
use crate::{command, demo, doctor, gateway, policy};

/// How long a disk that does not answer may delay the end of the program: what waits for it is lost with it.
const LEAVING: Duration = Duration::from_secs(2);

/// Runs the program.
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let language = spoken(&words);
    match console::help(&words, language, Front::Host) {
        Some(Ok(text)) => return say(&text),
        Some(Err(text)) => {
            let _ = writeln!(std::io::stderr(), "{text}"); // nobody reads: the exit code still says it
            return ExitCode::from(2);
        }
        None => {}
    }
    let cli = match console::parse(words.iter().map(String::as_str), language, Front::Host) {
        Ok(cli) => cli,
        Err(usage) => {
            let text = plain_lines(&usage.text);
            // A closed terminal: the exit code still says it.
            let _ = match usage.exit() {
                0 => std::io::stdout().write_all(text.as_bytes()),
                _ => std::io::stderr().write_all(text.as_bytes()),
            };
            return ExitCode::from(usage.exit());
        }
    };
    let tag = language.tag();
    if !matches!(cli.command, Command::Demo(_))
        && let Err(error) = keep_memory()
    {
        return fail(
            &Failure::text(t!("start.core-files", locale = tag, error = error.told(language))),
            language,
        );
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into(), language),
    };
    let done = runtime.block_on(run(cli, words, language));
    runtime.shutdown_timeout(LEAVING);
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => fail(&failure, language),
    }
}

/// Prints what needs no gateway.
fn say(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end()); // `juyong help | head` is in order
    ExitCode::SUCCESS
}

fn fail(failure: &Failure, language: Language) -> ExitCode {
    let text = plain_lines(&failure.told(language));
    let _ = writeln!(std::io::stderr(), "juyong: {text}"); // nobody reads: the exit code still says it
    ExitCode::from(1)
}

async fn run(cli: Cli, words: Vec<String>, language: Language) -> Result<u8, Failure> {
    match &cli.command {
        Command::Demo(options) => {
            log();
            Ok(demo::run(options).await?)
        }
        Command::Serve => {
            log();
            serve(&configuration(&cli)?).await
        }
        Command::Help => {
            say(&console::overview(None, language));
            Ok(0)
        }
        Command::Completions { shell } => {
            let _ = std::io::stdout().write_all(&console::completions(*shell)); // as `say`
            Ok(0)
        }
        Command::Doctor => {
            let found = configuration(&cli);
            locally(&cli, |out| async move { doctor::run(found, &out).await }).await
        }
        Command::Policy(PolicyCommand::Decide { policies, timezone, .. }) => {
            decide(policies, timezone, language)
        }
        Command::Policy(PolicyCommand::Judge { policies, sets, .. }) => judge(policies, sets, language),
        Command::Policy(question) if cli.command.is_local() => {
            let found = configuration(&cli);
            let (setting, dir) = setting(found, language);
            locally(&cli, |out| async move {
                speaking(Some(language), console::here(question, dir, &setting, &out)).await
            })
            .await
        }
        _ => command(&cli, words).await,
    }
}

/// What files are read with where no gateway is asked: the configuration's, or its defaults where there is
/// none. The directory of the policy files is known only with a configuration.
fn setting(found: Result<Config, Failure>, language: Language) -> (Setting, Result<PathBuf, Failure>) {
    let now = Clock::system().now();
    match found {
        Ok(config) => {
            let setting = Setting { zone: config.timezone, language, now };
            (setting, Ok(config.policy_dir))
        }
        Err(failure) => {
            let zone = TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC);
            (Setting { zone, language, now }, Err(failure))
        }
    }
}

/// Diagnostics go to standard error; what happened is in the journal.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("JUYONG_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,juyong=info,russh=off,boringtun=off"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| PlainLine)
        .with_ansi(false)
        .try_init();
}

/// Standard error, for one line of diagnosis at a time: what a client or an asset wrote does not steer a terminal there,
/// nor look like a line of its own.
struct PlainLine;

impl Write for PlainLine {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let text = plain(text.strip_suffix('\n').unwrap_or(&text)) + "\n";
        std::io::stderr().write_all(text.as_bytes()).map(|()| line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

fn configuration(cli: &Cli) -> Result<Config, Failure> {
    let variable = std::env::var_os("JUYONG_CONFIG").map(PathBuf::from);
    let path = config::find(cli.config.as_deref(), variable.as_deref(), Path::exists)?;
    Ok(Config::load(&path)?)
}

/// What this command line is answered in, before it is read: as it asks, else as the configuration has it, else in
/// English.
fn spoken(words: &[String]) -> Language {
    let configured = || {
        let after = words.iter().skip_while(|word| *word != "--config").nth(1).map(String::as_str);
        let named = after.or(words.iter().find_map(|word| word.strip_prefix("--config="))).map(Path::new);
        let variable = std::env::var_os("JUYONG_CONFIG").map(PathBuf::from);
        let path = config::find(named, variable.as_deref(), Path::exists).ok()?;
        let whole = Config::load(&path).ok().map(|config| config.language);
        whole.or_else(|| config::language_of(&path))
    };
    console::asked_language(words).or_else(configured).unwrap_or(Language::English)
}

/// No core file and no debugger of the same user: passwords and code secrets pass through this memory.
fn keep_memory() -> std::io::Result<()> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

async fn serve(config: &Config) -> Result<u8, Failure> {
    let assembled = gateway::assemble(config.clone(), Clock::system(), Unapplied::Apply).await?;
    if let Some(drift) = admin::drift(&assembled.services).await? {
        tracing::warn!("{drift}");
    }
    let listeners = gateway::Listeners::open(&assembled.services, &config.listen)?;
    gateway::started(&assembled.services).await?;
    if let Some((first, _)) = NamedKey::first_and_current(&assembled.services.store).await? {
        tracing::info!(key = %first.key, "the log's first key: write it down elsewhere");
    }
    let stop = CancellationToken::new();
    tokio::spawn(gateway::signalled(stop.clone()));
    for (via, address) in listeners.addresses() {
        let kind = if via == Via::Tls { "tls" } else { "ssh" };
        tracing::info!(kind, %address, "listening");
    }
    gateway::serve(assembled.admin, assembled.front, listeners, stop).await?;
    Ok(0)
}

fn show(piece: Chunk) -> std::io::Result<()> {
    match piece {
        Chunk::Out(bytes) => {
            let mut out = std::io::stdout().lock();
            out.write_all(&bytes)?;
            out.flush()
        }
        Chunk::Err(bytes) => std::io::stderr().write_all(&bytes),
    }
}

/// Runs something whose words go to this terminal.
async fn locally<W, F>(cli: &Cli, work: W) -> Result<u8, Failure>
where
    W: FnOnce(Out) -> F,
    F: Future<Output = Result<(), Failure>>,
{
    let (out, mut pieces) = Out::new(cli.json, cli.lang);
    let carry = async {
        while let Some(piece) = pieces.recv().await {
            show(piece)?;
        }
        Ok::<_, std::io::Error>(())
    };
    let (result, carried) = tokio::join!(work(out), carry);
    match carried.map(|()| 0).or_else(nobody_reads)? {
        0 => result.map(|()| 0),
        unread => Ok(unread),
    }
}

/// Requests on standard input, decisions on standard output.
fn decide(dir: &Path, timezone: &str, language: Language) -> Result<u8, Failure> {
    let policy = load(dir, timezone, language)?;
    let lockdowns = Lockdowns::default();
    answer(|line| policy::decide_line(&policy, &lockdowns, line))
}

/// Command lines on standard input, verdicts on standard output.
fn judge(dir: &Path, sets: &[String], language: Language) -> Result<u8, Failure> {
    command::check()?;
    let policy = load(dir, "Asia/Shanghai", language)?; // a set has no dates
    let named = |set: &String| match policy.command_set(set) {
        Some(set) => Ok(set.name.clone()),
        None => {
            let known = policy.command_sets().map(|set| set.name.as_str());
            let hint = suggest::meant(language, set, known);
            let dir = dir.display();
            let tag = language.tag();
            Err(Failure::text(t!("policy.no-set", locale = tag, set = set, dir = dir, hint = hint)))
        }
    };
    let sets = sets.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    answer(|line| command::judge_line(&policy, &sets, line))
}

fn load(dir: &Path, timezone: &str, language: Language) -> Result<policy::Policy, Failure> {
    let zone = TimeZone::get(timezone)
        .map_err(|_| Failure::text(t!("policy.no-timezone", locale = language.tag(), zone = timezone)))?;
    policy::load(&admin::read_policy(dir, language)?, &zone).map_err(|faults| {
        let texts: Vec<_> = faults.iter().map(|fault| fault.told(language)).collect();
        Failure::text(texts.join("\n"))
    })
}

/// What `| head` leaves behind is no fault, and nothing to tell: the exit code is a shell's for SIGPIPE.
fn nobody_reads(error: std::io::Error) -> std::io::Result<u8> {
    if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(128 + 13) } else { Err(error) }
}

/// Says where the output is.
fn written(out: Option<&PathBuf>, exit: u8, language: Language) -> u8 {
    if let (Some(path), 0) = (out, exit) {
        let line = plain(&text!(language, "console.written", file = path.display()));
        let _ = writeln!(std::io::stderr(), "{line}"); // nobody reads: the file is there all the same
    }
    exit
}

/// A line for each line; a bad one does not stop the rest.
fn answer(to: impl Fn(&str) -> String) -> Result<u8, Failure> {
    answers(to).or_else(nobody_reads).map_err(Failure::from)
}

fn answers(to: impl Fn(&str) -> String) -> std::io::Result<u8> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lines() {
        let line = line?;
        if !line.trim().is_empty() {
            writeln!(out, "{}", plain(&to(&line)))?;
        }
    }
    out.flush()?;
    Ok(0)
}

/// A command that the running gateway runs; where none runs, this process stands in for it.
async fn command(cli: &Cli, words: Vec<String>) -> Result<u8, Failure> {
    let mut words = from_here(&cli.command, words)?;
    let config = configuration(cli)?;
    let mut input = gather(&cli.command)?;
    if let Command::Asset(AssetCommand::Trust { name, fingerprint: None, .. }) = &cli.command
        && input.terminal
    {
        match compared(&config, name).await? {
            Answer::Yes(fingerprint) => words.extend(["--fingerprint".to_owned(), fingerprint]),
            Answer::No(code) => return Ok(code),
        }
        input.terminal = false;
    }
    let mut file = cli
        .command
        .out()
        .map(|path| create(path, cli.command.replaces_file(), config.language))
        .transpose()?;
    let exit = carried_out(words, config, input, &mut file).await;
    if let (Some(path), Some(file)) = (cli.command.out(), &file)
        && !matches!(exit, Ok(0))
        && file.metadata().is_ok_and(|is| is.len() == 0)
    {
        let _ = std::fs::remove_file(path); // nothing came: the name is free for the next try
    }
    exit
}

/// Its output goes to `file`, where there is one.
async fn carried_out(
    words: Vec<String>,
    config: Config,
    input: Input,
    file: &mut Option<std::fs::File>,
) -> Result<u8, Failure> {
    let mut show = |piece: Chunk| match (&mut *file, piece) {
        (Some(file), Chunk::Out(bytes)) => file.write_all(&bytes),
        (_, piece) => show(piece),
    };
    give(&config, words, input, &mut show).await
}

/// How long a gateway that is starting is waited for: it has its lock before it has its socket.
const STARTING: Duration = Duration::from_secs(10);

/// Gives the words to the gateway that runs here, or does what they say.
async fn give(
    config: &Config,
    words: Vec<String>,
    input: Input,
    show: &mut impl FnMut(Chunk) -> std::io::Result<()>,
) -> Result<u8, Failure> {
    let cli = Cli::try_parse_from(std::iter::once("juyong").chain(words.iter().map(String::as_str)));
    let cli = cli.map_err(Failure::internal)?;
    let language = cli.lang.unwrap_or(config.language);
    let from = Instant::now();
    let assembled = loop {
        if let Some(answer) = console::send(&config.data_dir, words.clone(), &input, &mut *show).await {
            let exit = answer.or_else(nobody_reads)?;
            return Ok(written(cli.command.out(), exit, language));
        }
        match gateway::assemble(config.clone(), Clock::system(), unapplied(&cli.command)).await {
            Err(StartError::Lock(LockError::Held { .. })) if from.elapsed() < STARTING => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            assembled => break assembled?,
        }
    };
    let caller = Caller::Local(user_name(rustix::process::getuid().as_raw()));
    let (services, out) = (assembled.services.clone(), cli.command.out().cloned());
    let line = CommandLine { caller, cli, words, input };
    let mut running = console::run(&assembled.admin, line);
    let mut carried = Ok(());
    while let (Ok(()), Some(piece)) = (&carried, running.next().await) {
        carried = show(piece);
    }
    let exit = running.exit().await;
    services.journal.close().await;
    services.store.close().await;
    let exit = carried.map(|()| exit).or_else(nobody_reads)?;
    Ok(written(out.as_ref(), exit, language))
}

/// What a command makes of policy files that nobody has applied: reading changes nothing.
fn unapplied(command: &Command) -> Unapplied {
    match command {
        Command::Policy(PolicyCommand::Apply { .. })
        | Command::Operator(OperatorCommand::Import(_))
        | Command::Asset(AssetCommand::Import(_)) => Unapplied::Leave,
        _ => Unapplied::Read,
    }
}

/// What somebody at the terminal says to a host key.
enum Answer {
    Yes(String),
    /// The exit code.
    No(u8),
}

/// Shows the host key that an asset has now, and asks whether it was compared.
async fn compared(config: &Config, name: &str) -> Result<Answer, Failure> {
    let words = ["asset", "key", name].map(str::to_owned);
    let mut heard = Vec::new();
    let asked = [&words[..], &["--json".to_owned()]].concat();
    let code = give(config, asked, Input::default(), &mut |piece| match piece {
        Chunk::Out(bytes) => {
            heard.extend_from_slice(&bytes);
            Ok(())
        }
        piece => show(piece),
    })
    .await?;
    if code != 0 {
        return Ok(Answer::No(code));
    }
    let found: serde_json::Value = serde_json::from_slice(&heard).map_err(Failure::internal)?;
    let shown = found.get("fingerprint").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let tag = config.language.tag();
    let question = rust_i18n::t!("hostkey.ask", locale = tag, asset = name, shown = shown);
    write!(std::io::stderr(), "{question} ")?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    match crate::domain::halfwidth(answer.trim()).as_str() {
        "y" | "Y" | "yes" | "是" => Ok(Answer::Yes(shown)),
        _ => {
            writeln!(std::io::stderr(), "{}", rust_i18n::t!("hostkey.left", locale = tag))?;
            Ok(Answer::No(1))
        }
    }
}

/// A directory is meant from where the caller stands, not from where the gateway does.
fn from_here(command: &Command, words: Vec<String>) -> Result<Vec<String>, Failure> {
    let Command::Policy(question) = command else { return Ok(words) };
    let mut words = words;
    for dir in question.dirs() {
        let there = std::path::absolute(dir).map_err(|error| about(dir, error))?;
        let given = dir.display().to_string();
        for word in words.iter_mut().filter(|word| **word == given) {
            *word = there.display().to_string();
        }
    }
    Ok(words)
}

/// What comes out may be a key, or what somebody typed: it is for the caller alone. A file that is there keeps its mode,
/// and may be another device's key: it is left as it is, unless it was said to take its place.
fn create(path: &Path, replace: bool, language: Language) -> Result<std::fs::File, Failure> {
    if replace {
        // Nothing is written through a link, and nobody reads from a pipe's other end.
        regular::free_or_regular(path).map_err(|error| about(path, error))?;
    }
    let mut options = std::fs::OpenOptions::new();
    let options = match replace {
        true => options.write(true).create(true).truncate(true),
        false => options.write(true).create_new(true),
    };
    options.mode(0o600).open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::text(t!("console.out-exists", locale = language.tag(), file = path.display()))
        }
        _ => about(path, error),
    })
}

/// What is wrong, after whose it is.
fn about(path: &Path, error: impl Tell + Send + Sync + 'static) -> Failure {
    AboutFile { file: path.to_owned(), error }.into()
}

/// All that there is to read, up to so many bytes.
fn all_of(from: impl Read, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the command needs from this side: a file, standard input.
fn gather(command: &Command) -> Result<Input, Failure> {
    let file = command.file().map(|(option, path)| {
        let read = std::fs::File::open(path).and_then(|file| all_of(file, Stdin::File.most()));
        let file = read.map(Secret::new).map_err(|error| about(path, error))?;
        keyed::check(option, path, &file).map_err(|error| about(path, error))?;
        Ok::<_, Failure>(file)
    });
    let attestation = command.attestation().map(|path| {
        let read = std::fs::File::open(path).and_then(|file| all_of(file, Stdin::Secret.most()));
        read.map(Secret::new).map_err(|error| about(path, error))
    });
    let stdin = command.stdin().map(|wanted| all_of(std::io::stdin(), wanted.most()).map(Secret::new));
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let (file, attestation) = (file.transpose()?, attestation.transpose()?);
    Ok(Input { file, attestation, stdin: stdin.transpose()?, terminal })
}
