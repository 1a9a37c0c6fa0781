//! `policy who` and `policy what`: everybody who may, and everything that somebody may.

mod text;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::out::Out;
use super::super::run::Failure;
use super::super::tree::{Search, What, Who};
use super::explain::{answer, fitting, moment, put};
use super::{Ground, Setting};
use crate::policy::explain::{Access, Inquiry};

pub(super) async fn who(ground: &Ground, question: &Who, out: &Out) -> Result<(), Failure> {
    let inquiry = Inquiry {
        asset: Some(question.asset.clone()),
        login: question.login.clone(),
        ..inquiry(&question.search, &ground.setting)?
    };
    tell(ground, inquiry, out).await
}

pub(super) async fn what(ground: &Ground, question: &What, out: &Out) -> Result<(), Failure> {
    let operator = Some(question.operator.clone());
    tell(ground, Inquiry { operator, ..inquiry(&question.search, &ground.setting)? }, out).await
}

fn inquiry(search: &Search, setting: &Setting) -> Result<Inquiry, Failure> {
    let Search { source, protocol, reasons, asked } = search;
    fitting(asked, *protocol)?;
    Ok(Inquiry {
        operator: None,
        asset: None,
        login: None,
        source: *source,
        via: asked.via,
        protocol: *protocol,
        file: asked.file,
        forward_to: asked.forward_to.clone(),
        at: moment(asked, setting)?,
        denied: *reasons,
    })
}

async fn tell(ground: &Ground, inquiry: Inquiry, out: &Out) -> Result<(), Failure> {
    let (standing, zone) = (ground.standing.clone(), &ground.setting.zone);
    // Thousands of questions take their time, which is not that of the sessions.
    let work = move || {
        let found = standing.policy.accesses(&inquiry, |request| standing.decide(request));
        (found, inquiry)
    };
    let (found, inquiry) = tokio::task::spawn_blocking(work).await?;
    let found = found?;
    if !out.json {
        return Ok(out.lines(text::lines(&inquiry, &found, zone).join("\n")).await?);
    }
    for access in &found {
        out.line(object(access, zone).to_string()).await?;
    }
    Ok(())
}

fn object(access: &Access, zone: &TimeZone) -> Value {
    let mut object = answer(&access.decision, zone);
    put(&mut object, "operator", json!(access.operator));
    put(&mut object, "asset", json!(access.asset));
    put(&mut object, "login", json!(access.login));
    put(&mut object, "protocol", json!(access.protocol));
    put(&mut object, "files", json!(access.files));
    put(&mut object, "forward_to", access.forward_to.iter().map(ToString::to_string).collect());
    put(&mut object, "from", access.from.iter().map(ToString::to_string).collect());
    put(&mut object, "except", access.except.iter().map(ToString::to_string).collect());
    object.into()
}
