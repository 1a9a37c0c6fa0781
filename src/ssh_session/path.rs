//! The way between a client and an asset, on which bytes are recorded before they go on.

use super::transfer::Transfer;
use crate::access::outcome::{ChannelEnd, NotRecorded};
use crate::access::record::ChannelRecorder;
use crate::access::term::Activity;
use crate::ssh::{ChannelEvent, Gone, Outlet};
use crate::terminal::size::TerminalSize;

pub(super) struct Path<'a> {
    pub near: &'a Outlet,
    pub far: &'a Outlet,
    pub tape: &'a ChannelRecorder,
    pub transfer: &'a Transfer,
    pub activity: &'a Activity,
}

/// What is neither typed nor the end.
pub(super) async fn request(event: ChannelEvent, path: &Path<'_>) -> Result<Result<(), Gone>, ChannelEnd> {
    Ok(match event {
        ChannelEvent::Eof => path.far.eof().await,
        ChannelEvent::Resize { columns, rows, pixel_width, pixel_height } => {
            path.tape.resize(TerminalSize { columns, rows }).await.map_err(ChannelEnd::NotRecorded)?;
            path.far.resize(columns, rows, pixel_width, pixel_height).await
        }
        ChannelEvent::Signal(name) => path.far.signal(&name).await,
        ChannelEvent::Refused(what) => {
            let told = path.transfer.refused_request(what).await;
            told.map_err(|error| ChannelEnd::NotRecorded(NotRecorded(std::io::Error::other(error))))?;
            Ok(())
        }
        _ => Ok(()),
    })
}
