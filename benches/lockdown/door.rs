//! Somebody who keeps knocking: from when are logins refused?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use russh::ChannelMsg;

use crate::client::Login;
use crate::lab::Lab;

/// One login, and what came of it.
pub(crate) struct Knock {
    pub(crate) began: Instant,
    /// When the asset was heard; `None`: it never was.
    pub(crate) inside: Option<Instant>,
}

/// Logs in again and again, one after the other, until told to stop.
pub(crate) async fn keep_knocking(lab: Arc<Lab>, stop: Arc<AtomicBool>) -> Vec<Knock> {
    let mut knocks = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let login = lab.log_in();
        let began = Instant::now();
        let inside = knock(&login).await.ok().flatten();
        knocks.push(Knock { began, inside });
    }
    knocks
}

async fn knock(login: &Login) -> Result<Option<Instant>, russh::Error> {
    let connection = login.connect().await.map_err(|_| russh::Error::NotAuthenticated)?;
    let mut channel = connection.channel_open_session().await?;
    channel.exec(false, "echo inside").await?;
    while let Some(message) = channel.wait().await {
        // The gateway's own words are standard error here.
        if matches!(message, ChannelMsg::Data { .. }) {
            return Ok(Some(Instant::now()));
        }
    }
    Ok(None)
}
