//! What each protocol can be asked for: kinds of file access, destinations of forwards.

use crate::domain::{FileAccess, Protocol};
use crate::policy::Address;
use crate::policy::rule::{Attempt, Rule};
use crate::policy::word::{Effect, Word as _};

use super::inquiry::Inquiry;

/// What a protocol is used for.
#[derive(Debug, Clone, Default)]
pub(super) struct Use {
    pub(super) file: Option<FileAccess>,
    pub(super) forward_to: Option<Address>,
}

impl Use {
    fn file(file: FileAccess) -> Self {
        Self { file: Some(file), forward_to: None }
    }

    fn forward(to: Address) -> Self {
        Self { file: None, forward_to: Some(to) }
    }

    pub(super) fn attempt<'a>(&'a self, protocol: Protocol, attempt: &Attempt<'a>) -> Attempt<'a> {
        let file = self.file.unwrap_or_default();
        Attempt { protocol, file, forward_to: self.forward_to.as_ref(), ..*attempt }
    }
}

impl Inquiry {
    pub(super) fn protocols(&self) -> Vec<Protocol> {
        match (self.protocol, self.file, &self.forward_to) {
            (Some(protocol), ..) => vec![protocol],
            (None, Some(_), _) => vec![Protocol::Sftp, Protocol::Scp],
            (None, None, Some(_)) => vec![Protocol::Forward],
            (None, None, None) => Protocol::WORDS.iter().map(|(_, protocol)| *protocol).collect(),
        }
    }

    /// The one that is asked for, else all. Forwards are asked for where some rule lets them go.
    pub(super) fn uses(&self, protocol: Protocol, rules: &[&Rule]) -> Vec<Use> {
        match (protocol, self.file, &self.forward_to) {
            (Protocol::Shell | Protocol::Exec, ..) => vec![Use::default()],
            (Protocol::Sftp | Protocol::Scp, Some(file), _) => vec![Use::file(file)],
            (Protocol::Sftp | Protocol::Scp, None, _) => {
                FileAccess::WORDS.iter().map(|(_, file)| Use::file(*file)).collect()
            }
            (Protocol::Forward, _, Some(to)) => vec![Use::forward(to.clone())],
            (Protocol::Forward, _, None) => destinations(rules).into_iter().map(Use::forward).collect(),
        }
    }
}

fn destinations(rules: &[&Rule]) -> Vec<Address> {
    let allowing = rules.iter().filter(|rule| rule.effect == Effect::Allow);
    let mut places: Vec<_> = allowing.flat_map(|rule| rule.forward_to.iter().flatten()).collect();
    places.sort();
    places.dedup();
    places.into_iter().cloned().collect()
}
