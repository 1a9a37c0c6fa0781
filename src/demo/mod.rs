//! Everything in one process, on embedded defaults: gateway, an asset with a real shell, four people.
//! Nothing is installed and nothing stays: the data directory goes with the process.

mod asset;
mod codes;
mod moment;
mod screen;
mod stage;
mod tour;

use tokio_util::sync::CancellationToken;

use crate::console::{Demo, Failure};
use crate::gateway::{self, StartError};
use stage::Stage;

/// Runs the demo, or its tour.
pub(crate) async fn run(options: &Demo) -> Result<u8, Failure> {
    let stage = Stage::set(options).await?;
    if options.tour {
        return tour::run(&stage).await;
    }
    let listeners =
        gateway::Listeners::open(stage.services(), &stage.services().config.listen).map_err(taken)?;
    screen::announce(&stage)?;
    let stop = CancellationToken::new();
    let ended = stop.clone();
    tokio::spawn(gateway::signalled(ended));
    let serving = gateway::serve(stage.admin().clone(), stage.front(), listeners, stop);
    tokio::select! {
        result = serving => result?,
        failure = codes::show(&stage) => return Err(failure),
        failure = screen::locks(&stage) => return Err(failure),
    }
    screen::farewell(&stage)?;
    Ok(0)
}

/// The demo's mend is an option, not a configuration.
fn taken(error: StartError) -> Failure {
    match error {
        StartError::Listen(address, cause) => {
            Failure::text(format!("{address}: {cause}: choose another port, such as --listen 127.0.0.1:2230"))
        }
        other => other.into(),
    }
}
