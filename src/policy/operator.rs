//! Who there is: the accounts.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::auth::Alternatives;
use crate::domain::{
    Account, AssetName, AssetSelector, GroupName, OperatorName, OperatorSelector, Role, VendorName,
};

use super::context::Context;
use super::days::{Validity, parse_code_age};
use super::fields::Fields;
use super::items::Item;
use super::schedule::Schedule;
use super::sources::Sources;
use super::word::{FactorPair, Word as _};
use crate::diagnostic::{Diagnostics, Fault};

/// A checked `[operator.NAME]`.
#[derive(Debug, Clone)]
pub struct Operator {
    pub name: OperatorName,
    /// How people call them.
    pub display: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    pub vendor: Option<VendorName>,
    pub groups: Vec<GroupName>,
    pub role: Role,
    pub validity: Validity,
    pub schedule: Option<Arc<Schedule>>,
    /// `None`: from anywhere.
    pub sources: Option<Sources>,
    pub disabled: bool,
    /// Replaces the gateway's own list.
    pub factors: Option<Alternatives>,
    /// How long a proven code covers further logins, if that is shorter than the gateway's own time; zero: each login
    /// asks for one.
    pub remember: Option<Duration>,
    /// By what certificates call the account, where that is not its name.
    pub principals: Option<Vec<String>>,
    /// How much of it may be open at once.
    pub concurrent: Concurrent,
    pub audit: AuditScope,
}

/// What one account may have open at once, where that is not what the gateway says for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Concurrent {
    pub connections: Option<NonZeroU32>,
    pub sessions: Option<NonZeroU32>,
}

/// What an auditor may look at: what is left out limits nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditScope {
    pub assets: Option<Vec<AssetSelector>>,
    pub operators: Option<Vec<OperatorSelector>>,
    pub sources: Option<Sources>,
}

impl AuditScope {
    pub fn covers_asset(&self, name: &AssetName, groups: &[GroupName]) -> bool {
        self.assets.as_ref().is_none_or(|list| list.iter().any(|selector| selector.matches(name, groups)))
    }

    pub fn covers_operator(&self, account: &Account<'_>) -> bool {
        self.operators.as_ref().is_none_or(|list| list.iter().any(|selector| selector.matches(account)))
    }

    pub fn covers_source(&self, source: IpAddr) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contain(source))
    }
}

const FIELDS: [&str; 14] = [
    "name",
    "contact",
    "vendor",
    "groups",
    "roles",
    "valid",
    "schedule",
    "sources",
    "disabled",
    "factors",
    "remember",
    "principals",
    "concurrent",
    "audit",
];

impl Operator {
    /// What selectors look at.
    pub fn account(&self) -> Account<'_> {
        Account { name: &self.name, groups: &self.groups, vendor: self.vendor.as_ref(), role: self.role }
    }

    /// Does a certificate for this principal speak of this account?
    pub(super) fn goes_by(&self, principal: &str) -> bool {
        match &self.principals {
            Some(principals) => principals.iter().any(|own| own == principal),
            None => self.name.as_str() == principal,
        }
    }

    /// The first instant at which the account itself ends what is open at `at`.
    pub(super) fn until(&self, at: Timestamp) -> Option<Timestamp> {
        let schedule = self.schedule.as_ref().and_then(|schedule| schedule.open_until(at));
        [self.validity.until(), schedule].into_iter().flatten().min()
    }

    pub(super) fn read<'a>(
        item: &Item<'a>,
        context: &Context<'a>,
        faults: &mut Diagnostics<'a>,
    ) -> Option<Self> {
        let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults);
        let role = read_role(&mut fields);
        let display = fields.text("name").map(|name| name.text.to_owned());
        let contact = fields.text("contact").map(|contact| contact.text.to_owned());
        let vendor = fields.parse("vendor", |text| Ok(VendorName::parse(text)?));
        let groups = fields.list("groups", |text| Ok(GroupName::parse(text)?)).unwrap_or_default();
        let validity =
            fields.parse("valid", |text| Validity::parse(text, context.timezone)).unwrap_or_default();
        let schedule = fields.parse("schedule", |text| context.schedule(text)).flatten();
        let sources = context.sources(&mut fields, "sources");
        let disabled = fields.flag("disabled");
        let factors = fields.list("factors", FactorPair::read).and_then(|sets| {
            let words: Vec<_> = sets.into_iter().map(FactorPair::as_str).collect();
            Alternatives::parse(&words).ok()
        });
        let remember = fields.parse("remember", parse_code_age);
        let principals = fields.list("principals", read_principal);
        let concurrent = read_concurrent(&mut fields);
        let audit = read_audit(&mut fields, context);
        let name = fields.name(item.name, OperatorName::parse)?;
        if item.name == "all" {
            let fault =
                Fault::new("no operator can be called \"all\": a lockdown's scope `all` means everyone");
            fields.faults().add(item.place.clone(), fault);
        }
        Some(Self {
            name,
            display,
            contact,
            vendor,
            groups,
            role,
            validity,
            schedule,
            sources,
            disabled,
            factors,
            remember,
            principals,
            concurrent,
            audit,
        })
    }
}

fn read_principal(text: &str) -> Result<String, Fault> {
    if text.is_empty() || text.contains(',') {
        let fault = Fault::new(format_args!("{text:?} is not a principal"));
        return Err(fault.hint("write each as its authority does, in quotes of its own"));
    }
    Ok(text.to_owned())
}

/// The duties exclude each other, so there is at most one.
fn read_role(fields: &mut Fields<'_, '_>) -> Role {
    let roles = fields.words::<Role>("roles").unwrap_or_default();
    match roles.as_slice() {
        [] => Role::default(),
        [role] => *role,
        [first, ..] => {
            fields
                .fault("roles", Fault::new("an account has one role only").hint("make an account for each"));
            *first
        }
    }
}

fn read_concurrent(fields: &mut Fields<'_, '_>) -> Concurrent {
    let Some((table, place)) = fields.table("concurrent") else { return Concurrent::default() };
    let mut fields = Fields::new(table, place, &["connections", "sessions"], fields.faults());
    Concurrent { connections: fields.number("connections"), sessions: fields.number("sessions") }
}

fn read_audit<'a>(fields: &mut Fields<'a, '_>, context: &Context<'a>) -> AuditScope {
    let Some((table, place)) = fields.table("audit") else { return AuditScope::default() };
    let mut fields = Fields::new(table, place, &["assets", "operators", "sources"], fields.faults());
    AuditScope {
        assets: fields.list("assets", |text| context.names.asset(text)),
        operators: fields.list("operators", |text| context.names.operator(text)),
        sources: context.sources(&mut fields, "sources"),
    }
}
