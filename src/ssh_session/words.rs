//! What a person is told of an asset and of the end of a channel: one clear line in the configured language.

mod strict;

use rust_i18n::t;

use super::connect::Unreachable;
use crate::access::Services;
use crate::access::words::head;
use crate::ssh::client::ConnectError;

pub(super) use strict::{strict_help, strict_no_directory, strict_reason, strict_refused};

pub(super) use crate::access::rulings::{confirm, given_up, granted};
pub(super) use crate::access::words::{about_asset, ended, with};

/// Why an asset cannot be entered.
pub(super) fn unreachable(services: &Services, asset: &str, login: &str, why: &Unreachable) -> String {
    let key = format!("asset.{}", why.word());
    let tag = services.language().tag();
    let text = match why {
        Unreachable::NoCredential => {
            t!("refused.no-credential", locale = tag, asset = asset, login = login).into_owned()
        }
        Unreachable::Connect(ConnectError::NoCommon(mismatch)) => {
            t!(&key, locale = tag, asset = asset, what = mismatch.offered()).into_owned()
        }
        _ => t!(&key, locale = tag, asset = asset, login = login, what = "").into_owned(),
    };
    head(services.language(), &text, "")
}

/// Why a connection that nobody uses ends.
pub(super) fn deserted(services: &Services, alone: std::time::Duration) -> String {
    with(services, "cut.deserted", &alone.as_secs().to_string())
}
