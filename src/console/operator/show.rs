//! The accounts as they are listed: who, in which role, what they have enrolled, and what keeps them out.

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::{Failure, role_text};
use super::super::table::aligned;
use super::super::time;
use super::known;
use super::state::kept_out;
use crate::access::Services;
use crate::access::account::{AccountFacts, KeptOut};
use crate::access::live::Standing;
use crate::domain::plain;
use crate::policy::Operator;
use crate::store::{Enrolled, Lock, PAGE, WHOLE, gather};

/// One account.
struct Line<'a> {
    services: &'a Services,
    operator: &'a Operator,
    disabled: bool,
    enrolled: Option<Enrolled>,
    locks: Vec<Lock>,
    kept_out: Vec<KeptOut>,
}

impl<'a> Line<'a> {
    async fn of(
        services: &'a Services,
        standing: &Standing,
        operator: &'a Operator,
        locks: &[Lock],
    ) -> Result<Self, Failure> {
        let name = &operator.name;
        let enrolled = services.store.factors().find(name).await?;
        let locks: Vec<Lock> = locks.iter().filter(|lock| lock.operator == *name).cloned().collect();
        let disabled = standing.disabled.contains_key(name);
        let usual = &services.config.auth.factors;
        let facts = AccountFacts { operator, disabled, enrolled: enrolled.as_ref(), locks: &locks, usual };
        let kept_out = facts.kept_out(services.clock.now());
        let disabled = kept_out.contains(&KeptOut::Disabled);
        Ok(Self { services, operator, disabled, enrolled, locks, kept_out })
    }

    fn factors(&self) -> Vec<String> {
        let Some(enrolled) = &self.enrolled else { return Vec::new() };
        let keys = enrolled.public_keys.iter().map(|key| format!("publickey {}", key.fingerprint));
        let password = enrolled.password.as_ref().map(|_| "password".to_owned());
        keys.chain(password).chain(enrolled.totp.as_ref().map(|_| "totp".to_owned())).collect()
    }

    /// `2026-10-01..2026-12-31`, as in the policy files.
    fn valid(&self) -> String {
        let day = |at: jiff::Timestamp| self.services.config.timezone.to_datetime(at).date().to_string();
        let last =
            |until: jiff::Timestamp| until.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(until);
        let validity = &self.operator.validity;
        match (validity.since().map(day), validity.until().map(last).map(day)) {
            (None, None) => String::new(),
            (from, to) => format!("{}..{}", from.unwrap_or_default(), to.unwrap_or_default()),
        }
    }

    /// What keeps it out. That nothing is enrolled stands with the factors.
    fn state(&self) -> Vec<String> {
        let (language, zone) = (self.services.language(), &self.services.config.timezone);
        let told = self.kept_out.iter().filter(|what| **what != KeptOut::NotEnrolled);
        told.map(|what| kept_out(what, language, zone)).collect()
    }

    /// Each of these would complete its factors.
    fn lacking(&self) -> Vec<String> {
        let lacking = self.kept_out.iter().filter_map(|what| match what {
            KeptOut::Incomplete(lacking) => Some(lacking),
            _ => None,
        });
        lacking.flatten().map(ToString::to_string).collect()
    }

    fn object(&self) -> serde_json::Value {
        let (operator, zone) = (self.operator, &self.services.config.timezone);
        let shown = |at: jiff::Timestamp| time::shown(at, zone);
        let locks: Vec<_> = self
            .locks
            .iter()
            .map(|lock| serde_json::json!({ "until": shown(lock.until), "key": lock.key }))
            .collect();
        let mut states: Vec<_> = self.kept_out.iter().map(KeptOut::as_str).collect();
        states.dedup(); // of several locks one word is enough
        let set = self.enrolled.as_ref();
        serde_json::json!({
            "operator": operator.name, "name": operator.display, "role": operator.role.as_str(),
            "vendor": operator.vendor, "groups": operator.groups,
            "valid_from": operator.validity.since().map(shown), "valid_until": operator.validity.until().map(shown),
            "factors": self.factors(), "disabled": self.disabled, "locks": locks,
            "states": states, "missing": self.lacking(),
            "factors_set": set.map(|set| shown(set.set_at)), "factors_set_by": set.map(|set| &set.set_by),
        })
    }

    fn cells(&self) -> [String; 7] {
        let operator = self.operator;
        let kind = |factor: &String| factor.split(' ').next().unwrap_or_default().to_owned();
        let mut kinds: Vec<_> = self.factors().iter().map(kind).collect();
        kinds.dedup();
        let groups: Vec<_> = operator.groups.iter().map(ToString::to_string).collect();
        [
            operator.name.to_string(),
            plain(operator.display.as_deref().unwrap_or_default()),
            role_text(self.services, operator.role),
            groups.join(","),
            self.valid(),
            self.or_nothing(&kinds),
            self.state().join(", "),
        ]
    }

    fn or_nothing(&self, factors: &[String]) -> String {
        match factors.is_empty() {
            true => t!("operator.not-enrolled", locale = self.services.language().tag()).into_owned(),
            false => factors.join(","),
        }
    }

    /// Everything, a line each.
    fn text(&self) -> String {
        let [name, display, role, groups, valid, _, _] = self.cells();
        let zone = &self.services.config.timezone;
        let vendor = self.operator.vendor.as_ref().map(ToString::to_string).unwrap_or_default();
        let set = |enrolled: &Enrolled| format!("{} {}", time::told(enrolled.set_at, zone), enrolled.set_by);
        let lines = [
            ("operator", name),
            ("name", display),
            ("role", role),
            ("groups", groups),
            ("vendor", vendor),
            ("valid", valid),
            ("factors", self.or_nothing(&self.factors())),
            ("set", self.enrolled.as_ref().map(set).unwrap_or_default()),
            ("state", self.state().join(", ")),
        ];
        let shown = lines.into_iter().filter(|(_, text)| !text.is_empty());
        aligned("", &shown.map(|(word, text)| [head(self.services, word), text]).collect::<Vec<_>>())
            .join("\n")
    }
}

fn head(services: &Services, word: &str) -> String {
    t!(format!("operator.head-{word}"), locale = services.language().tag()).into_owned()
}

pub(in crate::console) async fn list(services: &Services, out: &Out) -> Result<(), Failure> {
    let standing = services.live.standing();
    let now = services.clock.now();
    let locks = gather(WHOLE, |after| services.store.factors().locks(now, after, PAGE)).await?;
    let heads = ["operator", "name", "role", "groups", "valid", "factors", "state"];
    let mut rows = vec![heads.map(|word| head(services, word))];
    for operator in standing.policy.operators() {
        let line = Line::of(services, &standing, operator, &locks).await?;
        match out.json {
            true => out.line(line.object().to_string()).await?,
            false => rows.push(line.cells()),
        }
    }
    if !out.json {
        for line in aligned("", &rows) {
            out.line(line).await?;
        }
    }
    Ok(())
}

pub(in crate::console) async fn show(services: &Services, name: &str, out: &Out) -> Result<(), Failure> {
    let (name, standing) = (known(services, name)?, services.live.standing());
    let now = services.clock.now();
    let locks = gather(WHOLE, |after| services.store.factors().locks(now, after, PAGE)).await?;
    let Some(operator) = standing.policy.operator(name.as_str()) else { return Ok(()) };
    let line = Line::of(services, &standing, operator, &locks).await?;
    Ok(out.records(&line.object(), || line.text()).await?)
}
