//! `direct-tcpip`: a connection that a client wants made. On a connection that named an asset it is a
//! forward from there; on one that named none it is the hop of `ssh -J`, which ends here.

use std::sync::Arc;

use super::audience::Screen;
use super::channel;
use super::hop::{self, Attend};
use super::outstanding;
use super::relay::{Manner, Relay, relay};
use super::select::ChannelRequest;
use super::transfer::Transfer;
use super::words;
use crate::access::approve;
use crate::access::audience::Notifier;
use crate::access::channel::OpenChannel;
use crate::access::decide::AccessRequest;
use crate::access::outcome::{ChannelEnd, NotRelayed};
use crate::access::target::{LoginChoice, Target};
use crate::access::{in_english, speaking};
use crate::domain::{AsciiText, FileAccess, Language, Protocol};
use crate::platform::failpoint;
use crate::policy::{Address, Asset, Host};
use crate::ssh::Channel;
use crate::ssh::server::Direct;
use crate::ssh_session::visit::Visit;

/// Serves one request, whichever of the two it is. Of one that is refused a client prints what it was told, so that is
/// English.
pub(super) async fn serve(visit: Arc<Visit>, target: Option<Target>, direct: Direct, attend: Attend) {
    match target {
        Some(_) if let Some(line) = speaking(Some(Language::English), outstanding::refusal(&visit)).await => {
            direct.prohibit(&AsciiText::of(&line)).await;
        }
        Some(target) => {
            speaking(Some(Language::English), Box::pin(from_asset(&visit, &target, direct))).await;
        }
        None => into_asset(&visit, direct, attend).await,
    }
}

/// The hop's host is an asset's name, or an asset's address and port: SSH to it ends here.
async fn into_asset(visit: &Arc<Visit>, direct: Direct, attend: Attend) {
    let standing = visit.services.live.standing();
    let policy = &standing.policy;
    let named = policy.asset(&direct.host).or_else(|| policy.asset_at(&direct.host, direct.port));
    let theirs = |asset: &&Asset| policy.might_open(visit.who.operator.as_str(), asset);
    if let Some(asset) = named.filter(theirs) {
        return hop::serve(visit, asset.name.to_string(), direct.accept().await, attend).await;
    }
    // Any other destination is a forward, and without an asset to forward from no rule opens it. Of an asset that no
    // rule opens to this person no more is said than of one that is not there.
    let wish = named.map_or_else(|| elsewhere(&direct), entry);
    let mut watch = visit.services.live.watch();
    let _ = crate::access::decide::decide(&visit.services, &visit.who, &mut watch, wish, None).await; // journaled there
    visit.count_refusal().await;
    let why = in_english(|| words::about_asset(&visit.services, "refused.hop", &direct.host, ""));
    direct.prohibit(&AsciiText::of(&why)).await;
}

fn elsewhere(direct: &Direct) -> AccessRequest {
    wish(Target { login: LoginChoice::NotGiven, asset: direct.host.clone() }, direct)
}

/// What is asked of an asset before anybody has said more than its name.
fn entry(asset: &Asset) -> AccessRequest {
    AccessRequest {
        asset: asset.name.to_string(),
        login: asset
            .logins
            .first()
            .map_or(LoginChoice::NotGiven, |login| LoginChoice::Named(login.to_string())),
        protocol: Protocol::Shell,
        file: FileAccess::List,
        forward_to: None,
    }
}

fn wish(Target { asset, login }: Target, direct: &Direct) -> AccessRequest {
    let forward_to = Host::parse(&direct.host).ok().map(|host| Address { host, port: direct.port });
    AccessRequest { asset, login, protocol: Protocol::Forward, file: FileAccess::List, forward_to }
}

async fn from_asset(visit: &Visit, target: &Target, direct: Direct) {
    let mut wish = wish(target.clone(), &direct);
    if wish.login == LoginChoice::NotGiven {
        wish.login = visit.first_login(&wish);
    }
    let purpose = ChannelRequest {
        start: crate::ssh::Start::Exec(format!("forward {}:{}", direct.host, direct.port).into_bytes()),
        ..ChannelRequest::shell(None, vec![])
    };
    let mut opened = match channel::open(visit, wish, &purpose).await {
        Ok(opened) => opened,
        Err(line) => return direct.prohibit(&AsciiText::of(&line)).await,
    };
    if let Err((end, line)) = approved(visit, &mut opened).await {
        channel::conclude(visit, opened, None, end).await;
        return direct.prohibit(&AsciiText::of(&line)).await;
    }
    let Some(mut far) = connect(visit, &opened, &direct).await else {
        channel::conclude(visit, opened, None, ChannelEnd::Lost).await;
        return direct.unreachable().await;
    };
    let mut near = direct.accept().await;
    failpoint::panic("forward", visit.who.operator.as_str());
    let transfer = Transfer::new(&visit.services, &opened.session, &opened.grant, "");
    let passes = Relay { tape: Arc::clone(&opened.tape), transfer, guard: None, manner: Manner::default() };
    let term = Arc::clone(&opened.session.term);
    let hold = opened.hold(visit);
    let end = relay(&mut near, &mut far, &term, passes, hold).await;
    // Before the evidence is on the disk: a browser that waits for this place to open its next connection.
    let _ = near.outlet.close().await; // the client may have closed it
    channel::conclude(visit, opened, Some(far), end).await;
}

/// A forward waits for a second person's word like anything else, but nobody can be told so: the client knows
/// of an answer, with a line about it, or of none.
async fn approved(visit: &Visit, opened: &mut OpenChannel) -> Result<(), (ChannelEnd, String)> {
    let Some(rules) = opened.grant.awaits_approval() else { return Ok(()) };
    let session = Arc::clone(&opened.session);
    let mut hold = opened.hold(visit);
    let word = approve::session(visit, &session, &rules, None::<Notifier<'_, Screen<'_>>>);
    match hold.during(visit.left.cancelled(), word).await {
        Ok(()) => {
            opened.grant.approved();
            Ok(())
        }
        Err(NotRelayed::Unapproved(line)) => Err((ChannelEnd::Closed, line)),
        Err(stopped) => {
            let end = match stopped {
                NotRelayed::Lapsed(lapse) => ChannelEnd::Lapsed(lapse),
                NotRelayed::NotRecorded(error) => ChannelEnd::NotRecorded(error),
                _ => ChannelEnd::Closed,
            };
            let line = words::ended(&visit.services, opened.grant.asset().as_str(), &end);
            Err((end, line.unwrap_or_default()))
        }
    }
}

async fn connect(visit: &Visit, opened: &OpenChannel, direct: &Direct) -> Option<Channel> {
    let lines = visit.lines(&opened.session).await;
    let connection = lines.connection(&visit.services, &opened.session).await.ok()?;
    let limit = visit.services.config.limits.connect_timeout.as_duration();
    tokio::time::timeout(limit, connection.direct(&direct.host, direct.port)).await.ok()?.ok()
}
