//! A session's recordings as files for others.

use super::{View, find, recordings};
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::tree::Format;
use crate::evidence::{Reader, transcript};
use crate::session::Services;

pub(super) async fn write(
    services: &Services,
    view: &View,
    id: &str,
    format: Format,
    out: &Out,
) -> Result<(), Failure> {
    let row = find(services, view, id).await?;
    for (recording, bytes) in recordings(services, &row)? {
        match format {
            // One player's file: of several channels, one after the other.
            Format::Cast => out.raw(bytes).await?,
            Format::Txt => {
                if row.recordings.len() > 1 {
                    out.line(format!("── {recording}")).await?;
                }
                let events = Reader::open(bytes.as_slice())?.collect::<Result<Vec<_>, _>>()?;
                out.raw(transcript::transcript(&events)).await?;
            }
        }
    }
    Ok(())
}
