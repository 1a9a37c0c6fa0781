//! Command lines as lines of JSON, verdicts as lines of JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judgement::Judgement;
use super::line::judge;
use super::place::Place;
use crate::domain::{CommandSetName, Danger};
use crate::policy::Policy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    command: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    verdict: &'static str,
    sets: BTreeMap<&'a str, &'static str>,
    programs: &'a [String],
    danger: Option<Danger>,
    opaque: bool,
    reason: String,
}

/// Answers one line; a line that asks nothing is answered with what is wrong with it.
pub fn judge_line(policy: &Policy, sets: &[CommandSetName], line: &str) -> String {
    match serde_json::from_str::<Asked>(line) {
        Ok(asked) => render(&judge(policy, sets, &asked.command, Place::Terminal)),
        Err(error) => serde_json::json!({ "error": error.to_string() }).to_string(),
    }
}

fn render(judgement: &Judgement) -> String {
    let sets = judgement.sets.iter().map(|(set, verdict)| (set.as_str(), verdict.as_str()));
    let answer = Answer {
        verdict: judgement.verdict.as_str(),
        sets: sets.collect(),
        programs: &judgement.programs,
        danger: judgement.danger,
        opaque: judgement.opaque,
        reason: judgement.reason.to_string(),
    };
    serde_json::to_string(&answer)
        .unwrap_or_else(|error| serde_json::json!({ "error": error.to_string() }).to_string())
}
