//! Whether a proven person may be here: asked once at the login, and again for as long as they stay.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::idle;
use super::live::Standing;
use super::login::{certificate_stands, device, has_room, refused_login};
use super::places::{HeldPlace, Kind};
use super::services::{Authenticated, Services};
use super::whereabouts::Whereabout;
use super::words::{self, LastLine};
use crate::config::SecondAddress;
use crate::event::Event;
use crate::policy::Reason;

/// Why somebody may not be here any more.
pub(crate) struct Banished {
    /// For the journal.
    pub reason: &'static str,
    /// For the person.
    pub line: LastLine,
}

/// The last question at the login, and its row. Who may not be here at all is told by the error, with which the
/// connection ends; whose account is shut is told inside.
pub(crate) async fn welcome(services: &Arc<Services>, who: &Authenticated) -> Result<(), LastLine> {
    let standing = services.live.standing();
    if standing.draining {
        refused_login(services, who.actor(), &who.origin, "draining", None).await;
        return Err(LastLine::of(|| words::with(services, "refused.draining", "")));
    }
    if let Some(line) = device::refuse(services, who, &standing).await {
        return Err(line);
    }
    if let Some(line) = idle::refuse(services, who).await {
        return Err(line);
    }
    if !has_room(services, who).await {
        // Without a row: there is no room for one, and the disk has its own.
        return Err(LastLine::of(|| words::with(services, "refused.space", "")));
    }
    let verdict = standing.admit(who.operator.as_str(), who.origin.address(), who.now(&services.clock));
    let event = match verdict {
        Ok(_) => Event::LoginAccepted {
            factors: who.factors.clone(),
            certificate: who.certificate.as_ref().map(|certificate| certificate.id.to_string()),
            client: who.client.clone(),
        },
        Err(denial) => {
            let reason = denial.reason.as_str().to_owned();
            Event::LoginRefused { operator: None, reason, detail: None }
        }
    };
    services.journal(who.actor(), Some(&who.origin), event).await.map_err(|error| {
        tracing::error!(%error, "a login could not be journaled");
        LastLine::of(|| words::with(services, "cut.journal", ""))
    })
}

/// A proven person's place among the connections; given back when dropped.
pub(crate) struct Seat {
    _place: HeldPlace,
    _whereabout: Whereabout,
}

/// Who has too many connections, or is logged in from elsewhere where that may not be, is told by the error.
pub(crate) async fn seat(services: &Services, who: &Authenticated) -> Result<Seat, LastLine> {
    let place = match services.place(&who.operator, Kind::Connection) {
        Ok(place) => place,
        Err(full) => {
            let detail = Some(full.as_str().to_owned());
            refused_login(services, who.actor(), &who.origin, "connections", detail).await;
            return Err(LastLine::of(|| words::with(services, "refused.connections", "")));
        }
    };
    let (address, now) = (who.origin.address(), services.clock.now());
    let refuses = services.config.auth.second_address == SecondAddress::Refuse;
    let (whereabout, others) = match services.whereabouts.enter(&who.operator, (address, now), refuses) {
        Ok(entered) => entered,
        Err(other) => {
            let detail = Some(other.address.to_string());
            refused_login(services, who.actor(), &who.origin, "second-address", detail).await;
            return Err(LastLine::of(|| words::elsewhere(services, "refused.second-address", other)));
        }
    };
    if !others.is_empty() {
        let others: BTreeSet<_> = others.into_iter().map(|other| other.address).collect();
        let event = Event::SecondAddress { others };
        services.journal(who.actor(), Some(&who.origin), event).await.map_err(|error| {
            tracing::error!(%error, "a login from a second address could not be journaled");
            LastLine::of(|| words::with(services, "cut.journal", ""))
        })?;
    }
    Ok(Seat { _place: place, _whereabout: whereabout })
}

/// May they go on to be here, as things stand?
pub(crate) fn may_stay(
    services: &Services,
    who: &Authenticated,
    standing: &Standing,
) -> Result<(), Banished> {
    let at = who.now(&services.clock);
    if let Err(denial) = standing.admit(who.operator.as_str(), who.origin.address(), at) {
        let line = LastLine::of(|| {
            let line = words::not_admitted(services, &denial, who.origin.address());
            match who.broke_nothing && denial.reason == Reason::Lockdown {
                true => format!("{line}\n{}", words::with(services, "refused.break-glass", "")),
                false => line,
            }
        });
        return Err(Banished { reason: denial.reason.as_str(), line });
    }
    if let Some(Err(refused)) = who.device(standing, at) {
        let line = LastLine::of(|| words::about_device(services, "refused.device"));
        return Err(Banished { reason: refused.as_str(), line });
    }
    if let Some(certificate) = &who.certificate
        && let Err(fault) = certificate_stands(&standing.policy, &who.operator, certificate)
    {
        let line = LastLine::of(|| words::with(services, "refused.certificate", ""));
        return Err(Banished { reason: fault.as_str(), line });
    }
    Ok(())
}
