//! What each check and each rule say of a request.

use super::*;

#[test]
fn checks_say_what_they_compared() {
    let (policy, none) = (table(), Lockdowns::default());
    for (line, reason, want) in [
        (
            "li-lei 10.1.2.3 db1 root shell 2026-04-30T23:00:00",
            Reason::OperatorSource,
            "10.1.2.3 is not in 203.0.113.0/24, 2001:db8:10::/48, 10.99.0.0/16",
        ),
        (
            "li-lei ::ffff:10.1.2.3 db1 root shell 2026-04-30T23:00:00",
            Reason::OperatorSource,
            "10.1.2.3 is not in 203.0.113.0/24, 2001:db8:10::/48, 10.99.0.0/16",
        ),
        (
            "li-lei 10.99.0.1 db1 root shell 2026-04-30T12:00:00",
            Reason::OperatorSchedule,
            "oncall-hours is closed on Thu 2026-04-30 12:00:00 (Asia/Shanghai)",
        ),
        (
            "wang-fang 8.8.8.8 db2 oracle shell 2027-02-01T00:00:00",
            Reason::OperatorValidity,
            "valid from 2026-04-08 00:00 +08:00 until 2027-01-01 00:00 +08:00",
        ),
        (
            "wang-fan 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00",
            Reason::OperatorUnknown,
            "there is no operator \"wang-fan\": did you mean \"wang-fang\"?",
        ),
        (
            "wang-fang 8.8.8.8 db22 oracle shell 2026-05-01T00:00:00",
            Reason::AssetUnknown,
            "there is no asset \"db22\": did you mean \"db2\"?",
        ),
        (
            "wang-fang 8.8.8.8 db2 oracel shell 2026-05-01T00:00:00",
            Reason::AssetLogin,
            "there is no login \"oracel\": did you mean \"oracle\"? db2 has oracle",
        ),
        (
            "zhou-audit 8.8.8.8 db2 oracle shell 2026-05-01T00:00:00",
            Reason::OperatorRole,
            "the role is auditor; only operator reaches assets",
        ),
        (
            "wang-fang 203.0.113.200 db1 oracle shell 2026-04-30T23:00:00",
            Reason::Rule,
            "denies: no-prod-from-roof-net",
        ),
        (
            "wang-fang 8.8.8.8 db1 root shell 2026-04-30T23:00:00",
            Reason::NoRule,
            "no rule that allows matches",
        ),
    ] {
        let explanation = explain(&policy, &none, &request(line));
        let check = explanation.checks.iter().find(|check| !check.passed).unwrap();
        assert_eq!((check.reason, &*check.compared), (reason, want), "{line}");
    }
}

#[test]
fn rules_tell_the_fields_that_fail_and_the_nearest_come_first() {
    let (policy, none) = (table(), Lockdowns::default());
    let request = request("wang-fang 8.8.8.8 db1 root sftp 2026-04-30T23:00:00");
    let rules = explain(&policy, &none, &request).rules;
    assert!(rules.windows(2).all(|two| two[0].matches || two[0].fields.len() <= two[1].fields.len()));
    assert_eq!(rules.len(), policy.rules().count());
    let told = |id: &str, field: Field| {
        let rule = rules.iter().find(|rule| rule.id.as_str() == id).unwrap();
        rule.fields.iter().find(|one| one.field == field).map(|one| one.compared.clone())
    };
    for (id, field, want) in [
        ("dba-prod", Field::Logins, "root is not in oracle"),
        ("dba-prod", Field::Protocols, "sftp is not in shell, exec"),
        ("oncall-root", Field::Operators, "wang-fang (@dba, vendor:acme-db) is not in @oncall"),
        ("oncall-root", Field::Sources, "8.8.8.8 is not in 10.99.0.0/16"),
        ("dba-files-staging", Field::Assets, "db1 (@oracle, @prod) is not in @staging"),
        ("web-deploy", Field::MaxDanger, "db1 has danger high, more than medium"),
        ("web-deploy", Field::Schedule, "work-hours is closed on Thu 2026-04-30 23:00:00 (Asia/Shanghai)"),
    ] {
        assert_eq!(told(id, field).as_deref(), Some(want), "{id} {field}");
    }
    assert_eq!(told("dba-prod", Field::Operators), None);
}

#[test]
fn files_and_forwards_tell_what_a_rule_without_them_allows() {
    let policy = loaded_text(
        "[operator.a]\n[asset.x]\naddress='x:22'\nlogins=['root']\n[[rule]]\nid='r'\neffect='allow'\n\
         [[rule]]\nid='s'\neffect='allow'\nfiles=['list','download']\nforward_to=['a:1']\nvia=['tunnel']",
    );
    let told = |more: &str| {
        let line = format!(
            r#"{{"operator":"a","source":"::1","asset":"x","login":"root","at":"2026-04-08T12:00:00Z",{more}}}"#
        );
        let rules = explain(&policy, &Lockdowns::default(), &parse_request(&line).unwrap()).rules;
        let fields = rules.iter().flat_map(|rule| rule.fields.iter().map(|one| one.compared.clone()));
        fields.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        told(r#""protocol":"sftp","file":"upload""#),
        "upload is not in list, all that a rule without `files` allows; direct is not in tunnel; upload is not in list, download"
    );
    assert_eq!(
        told(r#""protocol":"forward","forward_to":"b:1""#),
        "a rule without `forward_to` allows no forward; direct is not in tunnel; b:1 is not in a:1"
    );
}

#[test]
fn conditions_are_traced_to_their_rules() {
    let policy = loaded_text(
        "[schedule.day]\nopen=['daily 08:00-18:00']\n\
         [operator.a]\n[asset.x]\naddress='x:22'\nlogins=['root']\nschedule='day'\n\
         [commands.one]\nmode='guard'\ndefault='allow'\nopaque='allow'\n\
         [[rule]]\nid='p'\neffect='allow'\nmax_session='1h'\ncommands=['one']\n\
         [[rule]]\nid='q'\neffect='allow'\nmax_session='1h'\nidle='5m'\napproval=true\n\
         [[rule]]\nid='r'\neffect='allow'\nidle='9m'\nschedule='day'\ncommands=['one']",
    );
    let origins = |at: &str| {
        explain(&policy, &Lockdowns::default(), &request(&format!("a ::1 x root shell 2026-04-30T{at}")))
            .origins
    };
    let names = |ids: &[crate::domain::RuleId]| ids.iter().map(ToString::to_string).collect::<String>();
    let early = origins("09:00:00.5");
    assert_eq!(
        (names(&early.max_session), names(&early.idle), names(&early.approval)),
        ("pq".into(), "q".into(), "q".into())
    );
    assert_eq!(early.commands.values().map(|ids| names(ids)).collect::<Vec<_>>(), ["pr"]);
    assert_eq!(early.until, ["max_session"]);
    assert_eq!(origins("17:30:00").until, ["schedule day of asset x", "schedule day of rule r"]);
}
