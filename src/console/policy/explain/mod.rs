//! `policy explain`: one decision with everything that made it.

mod json;
mod text;

use jiff::Timestamp;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::time::Times;
use super::super::tree::{Asked, Explain};
use super::{Ground, Setting};
use crate::access::live::Standing;
use crate::domain::{Protocol, Sense};
use crate::policy::Request;
use crate::policy::explain::{Beside, Explanation};

pub(super) use json::{answer, put};
pub(super) use text::{conditions, refusal};

pub(super) async fn explain(ground: &Ground, question: &Explain, out: &Out) -> Result<(), Failure> {
    let (standing, setting) = (ground.standing.clone(), ground.setting.clone());
    let request = request(question, &setting)?;
    // A large policy takes its time, which is not that of the sessions.
    let work = move || (explained(&standing, &request, &setting), request, setting);
    let (explanation, request, setting) = tokio::task::spawn_blocking(work).await?;
    let text = || text::lines(&request, &explanation, &setting.zone).join("\n");
    Ok(out.records(&json::object(&request, &explanation, &setting.zone), text).await?)
}

fn explained(standing: &Standing, request: &Request, setting: &Setting) -> Explanation {
    let beside = Beside {
        lockdowns: &standing.lockdowns,
        disabled: standing.disabled.get(request.operator.as_str()).map(String::as_str),
        zone: &setting.zone,
    };
    standing.policy.explain(request, &beside, |request| standing.decide(request))
}

fn request(question: &Explain, setting: &Setting) -> Result<Request, Failure> {
    let Explain { operator, source, asset, login, protocol, asked } = question;
    fitting(asked, Some(*protocol))?;
    if *protocol == Protocol::Forward && asked.forward_to.is_none() {
        return Err(Failure("--protocol forward: say where to, with --forward-to HOST:PORT".into()));
    }
    Ok(Request {
        operator: operator.clone(),
        source: *source,
        via: asked.via,
        asset: asset.clone(),
        login: login.clone(),
        protocol: *protocol,
        file: asked.file.unwrap_or_default(),
        forward_to: asked.forward_to.clone(),
        at: moment(asked, setting)?,
    })
}

/// `--file` and `--forward-to` belong to some protocols only.
pub(super) fn fitting(asked: &Asked, protocol: Option<Protocol>) -> Result<(), Failure> {
    let of_files = protocol.is_none_or(|one| matches!(one, Protocol::Sftp | Protocol::Scp));
    let of_forward = protocol.is_none_or(|one| one == Protocol::Forward);
    let both = asked.file.is_some() && asked.forward_to.is_some();
    if asked.file.is_some() && !of_files {
        return Err(Failure("--file: belongs to --protocol sftp or scp".into()));
    }
    if asked.forward_to.is_some() && (!of_forward || both) {
        return Err(Failure("--forward-to: belongs to --protocol forward".into()));
    }
    Ok(())
}

pub(super) fn moment(asked: &Asked, setting: &Setting) -> Result<Timestamp, Failure> {
    let Some(text) = &asked.at else { return Ok(setting.now) };
    let times = Times { now: setting.now, zone: &setting.zone, language: setting.language };
    times.read("--at", text, Sense::At)
}
