//! Break-glass codes: drawn, told once, and kept nowhere.

use std::time::Duration;

use serde::Serialize;

use super::super::error::AdminError;
use super::super::once::ToldOnce;
use super::confirmed::{By, journal_confirmed, settled_already};
use crate::access::Services;
use crate::domain::OperatorName;
use crate::event::Event;
use crate::lockdown::{self, Deed};
use crate::store::{Given, NewCode};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawnCodes {
    pub operator: OperatorName,
    /// How long one opens the account.
    pub opens_s: u32,
    /// None: those that there were are void.
    pub codes: Vec<DrawnCode>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawnCode {
    pub operator: OperatorName,
    pub code: ToldOnce,
    pub opens_s: u32,
}

pub(super) async fn codes(
    services: &Services,
    (actor, origin): By<'_>,
    operator: OperatorName,
    (count, seconds): (u16, u32),
    given: Given<'_>,
) -> Result<DrawnCodes, AdminError> {
    let opens = Duration::from_secs(seconds.into());
    let (mut codes, mut kept) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let code = lockdown::code(&crate::platform::random::bytes::<{ lockdown::CODE_LEN }>()?);
        let digest = lockdown::digest(&operator, &code);
        kept.extend(digest.map(|digest| NewCode { digest, opens }));
        let code = ToldOnce::new(code.expose_str().unwrap_or_default());
        codes.push(DrawnCode { operator: operator.clone(), code, opens_s: seconds });
    }
    journal_confirmed(services, (actor.clone(), origin), Deed::Codes, None, given).await?;
    let event = Event::CodesDrawn { operator: operator.clone(), count, opens_s: opens.as_secs() };
    services.journal(actor, origin, event).await?;
    if !services.store.break_glass().replace(&operator, &kept, given).await? {
        return Err(settled_already(services));
    }
    Ok(DrawnCodes { operator, opens_s: seconds, codes })
}
