//! Questions that can be put to any ground: one decision with everything that made it, everybody who may, the document.

use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::super::error::AdminError;
use super::ground::{Ground, Setting};
use super::objects;
use crate::access::live::Standing;
use crate::domain::{Digest, Language};
use crate::policy::explain::{Access, Beside, Explanation, Inquiry};
use crate::policy::{Cover, Request};

#[derive(Debug, Clone)]
pub enum PolicyQuestion {
    Explain(Request),
    /// Who may reach an asset.
    Who(Inquiry),
    /// What an operator may reach.
    What(Inquiry),
    /// The security control plan; in the setting's language where none is named.
    PlanDocument(Option<Language>),
}

/// One decision with everything that made it.
#[derive(Debug)]
pub struct PolicyExplained {
    pub request: Request,
    pub explanation: Explanation,
    pub zone: TimeZone,
}

impl Serialize for PolicyExplained {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        objects::explanation(&self.request, &self.explanation, &self.zone).serialize(serializer)
    }
}

/// Everybody who may, and everything that somebody may.
#[derive(Debug)]
pub struct PolicyAccesses {
    pub inquiry: Inquiry,
    pub found: Vec<Access>,
    pub zone: TimeZone,
}

impl Serialize for PolicyAccesses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.found.iter().map(|access| objects::access(access, &self.zone)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyDocument {
    pub version: Option<u64>,
    pub digest: Digest,
    pub language: Language,
    pub markdown: String,
}

/// What a ground says.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PolicyAnswer {
    Explained(Box<PolicyExplained>),
    Accesses(PolicyAccesses),
    Document(PolicyDocument),
}

/// Asks.
///
/// # Errors
/// When the question names what is not there.
pub async fn ask(ground: &Ground, question: PolicyQuestion) -> Result<PolicyAnswer, AdminError> {
    let (standing, setting) = (ground.standing.clone(), ground.setting.clone());
    // A large policy takes its time, which is not that of the sessions.
    let work = move || match question {
        PolicyQuestion::Explain(request) => {
            let explanation = explained(&standing, &request, &setting);
            let explained = PolicyExplained { request, explanation, zone: setting.zone };
            Ok(PolicyAnswer::Explained(Box::new(explained)))
        }
        PolicyQuestion::Who(inquiry) | PolicyQuestion::What(inquiry) => {
            let found = standing.policy.accesses(&inquiry, |request| standing.decide(request));
            let found = found.map_err(AdminError::invalid)?;
            Ok(PolicyAnswer::Accesses(PolicyAccesses { inquiry, found, zone: setting.zone }))
        }
        PolicyQuestion::PlanDocument(language) => {
            let language = language.unwrap_or(setting.language);
            Ok(PolicyAnswer::Document(document(&standing, language, &setting)))
        }
    };
    crate::access::blocking(work).await.map_err(AdminError::internal)?
}

pub(crate) fn explained(standing: &Standing, request: &Request, setting: &Setting) -> Explanation {
    let beside = Beside {
        lockdowns: &standing.lockdowns,
        disabled: standing.disabled.get(request.operator.as_str()).map(String::as_str),
        zone: &setting.zone,
    };
    standing.policy.explain(request, &beside, |request| standing.decide(request))
}

fn document(standing: &Standing, language: Language, setting: &Setting) -> PolicyDocument {
    let version = (standing.policy_version > 0).then_some(standing.policy_version);
    let cover = Cover { version, at: setting.now };
    let markdown = standing.policy.document(&cover, language, &setting.zone);
    PolicyDocument { version, digest: standing.policy.digest(), language, markdown }
}
