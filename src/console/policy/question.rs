//! From the words of a question about access to the question.

use jiff::Timestamp;

use super::super::readers::Readers;
use super::super::say::say;
use super::super::time::Times;
use super::super::tree::{Asked, Explain, Search, WhatCommand, Who};
use crate::admin::{AdminError, AdminErrorKind, Setting};
use crate::domain::{Protocol, Sense};
use crate::policy::Request;
use crate::policy::explain::Inquiry;

pub(super) fn explain(question: &Explain, setting: &Setting) -> Result<Request, AdminError> {
    let Explain { operator, source, asset, login, protocol, asked } = question;
    fitting(asked, Some(*protocol), setting)?;
    if *protocol == Protocol::Forward && asked.forward_to.is_none() {
        return Err(wrong(setting, "policy.forward-where", "--forward-to HOST:PORT"));
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

pub(super) fn who(question: &Who, setting: &Setting) -> Result<Inquiry, AdminError> {
    Ok(Inquiry {
        asset: Some(question.asset.clone()),
        login: question.login.clone(),
        ..inquiry(&question.search, setting)?
    })
}

pub(super) fn what(question: &WhatCommand, setting: &Setting) -> Result<Inquiry, AdminError> {
    let operator = Some(question.operator.clone());
    Ok(Inquiry { operator, ..inquiry(&question.search, setting)? })
}

fn inquiry(search: &Search, setting: &Setting) -> Result<Inquiry, AdminError> {
    let Search { source, protocol, reasons, asked } = search;
    fitting(asked, *protocol, setting)?;
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

/// `--file` and `--forward-to` belong to some protocols only.
fn fitting(asked: &Asked, protocol: Option<Protocol>, setting: &Setting) -> Result<(), AdminError> {
    let of_files = protocol.is_none_or(|one| matches!(one, Protocol::Sftp | Protocol::Scp));
    let of_forward = protocol.is_none_or(|one| one == Protocol::Forward);
    let both = asked.file.is_some() && asked.forward_to.is_some();
    if asked.file.is_some() && !of_files {
        return Err(wrong(setting, "policy.file-of", "--file"));
    }
    if asked.forward_to.is_some() && (!of_forward || both) {
        return Err(wrong(setting, "policy.forward-of", "--forward-to"));
    }
    Ok(())
}

/// What is wrong with the words of a question.
pub(super) fn wrong(setting: &Setting, key: &str, what: &str) -> AdminError {
    invalid(&say!(Readers(setting.language), key, what = what))
}

fn invalid(text: &str) -> AdminError {
    AdminError::new(AdminErrorKind::Invalid, text)
}

fn moment(asked: &Asked, setting: &Setting) -> Result<Timestamp, AdminError> {
    let Some(text) = &asked.at else { return Ok(setting.now) };
    let times = Times { now: setting.now, zone: &setting.zone, language: setting.language };
    times.read("--at", text, Sense::At)
}
