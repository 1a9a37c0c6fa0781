//! What the fields of an item may refer to: names, schedules and networks of the same set of files.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::fields::Fields;
use super::names::Names;
use super::schedule::Schedule;
use super::sources::{Sources, parse_range};
use crate::diagnostic::Fault;

/// What the fields of an item may refer to.
pub(super) struct Context<'a> {
    pub(super) names: Names<'a>,
    pub(super) timezone: &'a TimeZone,
    pub(super) schedules: BTreeMap<&'a str, Arc<Schedule>>,
    pub(super) networks: BTreeMap<&'a str, Sources>,
    pub(super) known_networks: Vec<String>,
}

impl Context<'_> {
    /// The schedule of that name; `None` if it exists and is itself at fault.
    pub(super) fn schedule(&self, text: &str) -> Result<Option<Arc<Schedule>>, Fault> {
        self.names.schedule(text)?;
        Ok(self.schedules.get(text).cloned())
    }

    /// The `sources` of an item: ranges, addresses and `@network`s.
    pub(super) fn sources(&self, fields: &mut Fields<'_, '_>, key: &str) -> Option<Sources> {
        let all = fields.list(key, |text| {
            let Some(name) = text.strip_prefix('@') else {
                let range = parse_range(text).map(|range| Sources::new(vec![range]));
                return range.map_err(|fault| self.network_meant(text, fault));
            };
            self.names.known(text, "is not a network", self.known_networks.iter().map(String::as_str))?;
            Ok(self.networks.get(name).cloned().unwrap_or_default())
        })?;
        Some(Sources::union(&all))
    }

    /// The name of a network without its sign.
    fn network_meant(&self, text: &str, fault: Fault) -> Fault {
        match self.known_networks.iter().find(|name| name.strip_prefix('@') == Some(text)) {
            Some(name) => fault.hint(format_args!("did you mean {name:?}?")),
            None => fault,
        }
    }
}
