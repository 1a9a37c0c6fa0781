//! `juyong clock …`.

use super::readers::{Readers, Told};
use super::say::say;
use super::tree::ClockCommand;
use crate::admin::{ClockRequest, ClockTrust};

pub(super) fn request(ClockCommand::Trust { reason }: &ClockCommand) -> ClockRequest {
    ClockRequest::Trust { reason: reason.clone() }
}

pub(super) fn told(outcome: &ClockTrust, readers: Readers) -> Vec<Told> {
    vec![Told::Line(match outcome.behind_s {
        0 => say!(readers, "clock.not-behind"),
        behind => say!(readers, "clock.trusted", seconds = behind.to_string()),
    })]
}
