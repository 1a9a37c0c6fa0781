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
    let listeners = gateway::listeners(&stage.services().config.listen.ssh)?;
    announce(&stage).await?;
    let stop = CancellationToken::new();
    let ended = stop.clone();
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await; // either way it is time to stop
        ended.cancel();
    });
    gateway::serve(stage.services().clone(), listeners, stop).await?;
    Ok(0)
}

/// What a person needs to log in, and nothing else.
async fn announce(stage: &Stage) -> Result<(), Failure> {
    use std::io::Write;
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
         A code works once; the next comes within 30 s. Ctrl-C ends the demo and forgets everything.\n",
        qr = console::qr(&stage.url())?,
        secret = stage.totp_secret(),
        password = stage.password(),
        port = address.port(),
        host = address.ip(),
    );
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
