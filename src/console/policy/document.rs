//! `policy plan-document`: the security control plan of the policy, for people.

use std::sync::Arc;

use super::super::out::Out;
use super::super::run::Failure;
use super::Ground;
use crate::domain::{Language, plain_lines};
use crate::policy::Cover;

pub(super) async fn write(ground: &Ground, language: Option<&str>, out: &Out) -> Result<(), Failure> {
    let setting = &ground.setting;
    let language = match language {
        Some(tag) => {
            let wrong = || Failure(format!("--language {tag}: there is no such language; take zh-CN or en"));
            Language::parse(tag).ok_or_else(wrong)?
        }
        None => setting.language,
    };
    let standing = &ground.standing;
    let version = (standing.policy_version > 0).then_some(standing.policy_version);
    let cover = Cover { version, at: setting.now };
    let (policy, zone) = (Arc::clone(&standing.policy), setting.zone.clone());
    let write = move || policy.document(&cover, language, &zone);
    let text = tokio::task::spawn_blocking(write).await?; // of many rules it takes long
    if out.json {
        let object = serde_json::json!({
            "version": version, "digest": standing.policy.digest(), "language": language, "markdown": text,
        });
        return Ok(out.line(object.to_string()).await?);
    }
    Ok(out.raw(plain_lines(&text)).await?)
}
