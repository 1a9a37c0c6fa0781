//! What a person is told of an asset and of the end of a channel: one clear line in the configured language.

mod strict;

use rust_i18n::t;

use super::connect::Unreachable;
use super::relay::End;
use crate::access::Services;
use crate::access::words::{exceeded_key, head, lapsed};
use crate::ssh::client::ConnectError;

pub(super) use strict::{strict_help, strict_no_directory, strict_reason, strict_refused};

pub(super) use crate::access::rulings::{confirm, given_up, granted};
pub(super) use crate::access::words::{about_asset, about_device, not_admitted, refusal, with};

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

/// Why a running session was ended; `None` where nobody needs telling.
pub(super) fn ended(services: &Services, asset: &str, end: &End) -> Option<String> {
    let tag = services.language().tag();
    let text = match end {
        End::Closed => return None,
        End::Lost => t!("asset.lost", locale = tag, asset = asset).into_owned(),
        End::NotRecorded(error) if error.is_too_long() => t!("cut.too-long", locale = tag).into_owned(),
        End::NotRecorded(error) if let Some(exceeded) = error.exceeded() => {
            t!(exceeded_key(exceeded), locale = tag).into_owned()
        }
        End::NotRecorded(_) => t!("cut.recording", locale = tag).into_owned(),
        End::Garbled(fault) => t!("cut.denied", locale = tag, text = fault).into_owned(),
        End::Lapsed(lapse) => lapsed(services, lapse),
    };
    Some(head(services.language(), &text, &services.config.contact))
}
