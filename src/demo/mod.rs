//! Everything in one process, on embedded defaults: gateway, an asset with a real shell, an operator.
//! Nothing is installed and nothing stays: the data directory goes with the process.

mod asset;
mod stage;
mod tour;

use tokio_util::sync::CancellationToken;

use crate::console::{self, Demo, Failure};
use crate::gateway;
use stage::Stage;

/// Runs the demo, or its tour.
pub(crate) async fn run(options: &Demo) -> Result<u8, Failure> {
    let stage = Stage::set(options).await?;
    if options.tour {
        return tour::run(&stage).await;
    }
    let listeners = gateway::Listeners::open(stage.services(), &stage.services().config.listen)?;
    announce(&stage)?;
    let stop = CancellationToken::new();
    let ended = stop.clone();
    tokio::spawn(gateway::signalled(ended));
    let serving = gateway::serve(stage.services().clone(), listeners, stop);
    tokio::select! {
        result = serving => result?,
        failure = codes(&stage) => return Err(failure),
    }
    Ok(0)
}

/// Whoever has no phone at hand presses Enter for the code of now. Returns only if nothing can be printed.
async fn codes(stage: &Stage) -> Failure {
    // A thread of its own: one that waits for a key must not hold up the end of the demo.
    let (pressed, mut enter) = tokio::sync::mpsc::channel(1);
    std::thread::spawn(move || {
        let mut lines = std::io::stdin().lines();
        while let Some(Ok(_)) = lines.next() {
            if pressed.blocking_send(()).is_err() {
                break;
            }
        }
    });
    while enter.recv().await.is_some() {
        if let Err(failure) = say(&format!("the code now: {}\n", stage.code())) {
            return failure;
        }
    }
    std::future::pending().await // nobody is at the keyboard
}

fn say(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// What a person needs to log in, and nothing else.
fn announce(stage: &Stage) -> Result<(), Failure> {
    let address = stage.address();
    let text = format!(
        "{qr}\n\
         Scan it with an authenticator app, or take codes from the secret {secret}\n\n\
         operator   alice          password   {password}\n\
         officer    olga           auditor    audrey      (same password and secret)\n\n\
         the menu             ssh -p {port} alice@{host}\n\
         straight to a shell  ssh -p {port} alice+demo@{host}\n\
         a file               scp -P {port} FILE alice+demo@{host}:/tmp/\n\
         what happened        ssh -p {port} audrey@{host} audit sessions\n\
         everybody out        ssh -p {port} olga@{host} lockdown start --reason drill\n\n\
         The code now: {code}. A code works once, for 30 s; Enter shows the next.\n\
         Ctrl-C ends the demo and forgets everything.\n",
        code = stage.code(),
        qr = console::qr(&stage.url())?,
        secret = stage.totp_secret(),
        password = stage.password(),
        port = address.port(),
        host = address.ip(),
    );
    say(&text)
}
