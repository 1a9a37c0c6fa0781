//! What is asked.

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;

use crate::domain::{FileAccess, LoginName, Protocol, Via};
use crate::policy::rule::Attempt;
use crate::policy::{Address, Asset, Operator};

/// What is asked; what is left out is asked for every value that it can have.
#[derive(Debug, Clone)]
pub struct Inquiry {
    pub operator: Option<String>,
    pub asset: Option<String>,
    pub login: Option<String>,
    pub source: Option<IpAddr>,
    pub via: Via,
    pub protocol: Option<Protocol>,
    pub file: Option<FileAccess>,
    pub forward_to: Option<Address>,
    pub at: Timestamp,
    /// Also what is denied from every source, by what comes nearest to a grant.
    pub denied: bool,
}

impl Inquiry {
    /// An attempt without what is left open.
    pub(super) fn attempt<'a>(
        &self,
        operator: &'a Operator,
        asset: &'a Asset,
        login: &'a LoginName,
    ) -> Attempt<'a> {
        Attempt {
            operator,
            source: self.source.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            via: self.via,
            asset,
            login: login.as_str(),
            protocol: Protocol::Shell,
            file: FileAccess::default(),
            forward_to: None,
            at: self.at,
        }
    }
}
