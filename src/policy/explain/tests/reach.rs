//! Who may reach an asset, and what an operator may reach.

use super::*;

fn inquiry(operator: Option<&str>, asset: Option<&str>, at: &str) -> Inquiry {
    Inquiry {
        operator: operator.map(ToOwned::to_owned),
        asset: asset.map(ToOwned::to_owned),
        login: None,
        source: None,
        via: Via::Direct,
        protocol: None,
        file: None,
        forward_to: None,
        at: format!("{at}+08:00").parse().unwrap(),
        denied: false,
    }
}

fn accesses(policy: &Policy, inquiry: &Inquiry) -> Vec<String> {
    let none = Lockdowns::default();
    let found = policy.accesses(inquiry, |request| policy.decide(request, &none)).unwrap();
    let list = |ranges: &[ipnetwork::IpNetwork]| compare::list(ranges);
    let tell = |access: &Access| {
        let Access { operator, asset, login, protocol, files, from, except, decision, .. } = access;
        let how = match decision {
            Decision::Allow(allowance) => compare::list(&allowance.rules),
            Decision::Deny(denial) => format!("!{} {}", denial.reason, compare::list(&denial.rules)),
        };
        let used = format!("{files:?} {}", compare::list(&access.forward_to));
        format!(
            "{operator} {login}@{asset} {protocol} {used} from {} but {}: {how}",
            list(from),
            list(except)
        )
    };
    found.iter().map(tell).collect()
}

#[test]
fn everybody_who_may_reach_an_asset_is_told_with_the_sources() {
    let policy = table();
    let who = inquiry(None, Some("db1"), "2026-04-30T23:00:00");
    assert_eq!(
        accesses(&policy, &who),
        [
            "li-lei oracle@db1 shell []  from 10.99.0.0/16, 203.0.113.0/25, 2001:db8:10::/48 but : dba-prod",
            "li-lei oracle@db1 exec []  from 10.99.0.0/16, 203.0.113.0/25, 2001:db8:10::/48 but : dba-prod",
            "li-lei root@db1 shell []  from 10.99.0.0/16 but : oncall-root",
            "wang-fang oracle@db1 shell []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: dba-prod",
            "wang-fang oracle@db1 exec []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: dba-prod",
        ]
    );
    let from = |source: &str| Inquiry { source: Some(source.parse().unwrap()), ..who.clone() };
    assert_eq!(accesses(&policy, &from("203.0.113.200")), Vec::<String>::new());
    assert_eq!(accesses(&policy, &from("10.99.1.1")).len(), 5);
    let root = Inquiry { login: Some("root".to_owned()), protocol: Some(Protocol::Shell), ..who.clone() };
    assert_eq!(accesses(&policy, &root).len(), 1);
    let noon = inquiry(None, Some("db1"), "2026-04-30T12:00:00");
    assert!(accesses(&policy, &noon).is_empty());
}

#[test]
fn everything_that_an_operator_may_reach_is_told_with_files_and_forwards() {
    let policy = table();
    let what = inquiry(Some("wang-fang"), None, "2026-04-30T12:00:00");
    assert_eq!(
        accesses(&policy, &what),
        [
            "wang-fang oracle@db2 shell []  from 0.0.0.0/0, ::/0 but : dba-prod",
            "wang-fang oracle@db2 exec []  from 0.0.0.0/0, ::/0 but : dba-prod",
            "wang-fang oracle@db2 sftp [List, Download, Upload]  from 0.0.0.0/0, ::/0 but : dba-files-staging",
            "wang-fang oracle@db2 scp [List, Download, Upload]  from 0.0.0.0/0, ::/0 but : dba-files-staging",
            "wang-fang deploy@web1 shell []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 exec []  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 sftp [List]  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 scp [List]  from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
            "wang-fang deploy@web1 forward [] 127.0.0.1:8080, [::1]:8080 from 0.0.0.0/0, ::/0 but 203.0.113.128/25: web-deploy",
        ]
    );
    let file = |file| Inquiry { file: Some(file), ..what.clone() };
    assert_eq!(accesses(&policy, &file(crate::domain::FileAccess::Upload)).len(), 2);
    assert_eq!(accesses(&policy, &file(crate::domain::FileAccess::Change)).len(), 0);
}

#[test]
fn sources_with_other_conditions_are_told_apart() {
    let policy = loaded_text(
        "[operator.a]\nsources=['10.0.0.0/8']\n[asset.x]\naddress='x:22'\nlogins=['root']\n\
         [[rule]]\nid='r'\neffect='allow'\nprotocols=['shell']\n\
         [[rule]]\nid='s'\neffect='allow'\nprotocols=['shell']\nsources=['10.1.0.0/16','11.0.0.0/8']\napproval=true",
    );
    assert_eq!(
        accesses(&policy, &inquiry(Some("a"), None, "2026-04-30T12:00:00")),
        [
            "a root@x shell []  from 10.0.0.0/8 but 10.1.0.0/16: r",
            "a root@x shell []  from 10.1.0.0/16 but : r, s",
        ]
    );
}

#[test]
fn what_is_denied_is_told_where_it_is_asked_for() {
    let policy = table();
    let who = Inquiry {
        denied: true,
        protocol: Some(Protocol::Shell),
        login: Some("root".to_owned()),
        ..inquiry(None, Some("db1"), "2026-04-30T12:00:00")
    };
    assert_eq!(
        accesses(&policy, &who),
        [
            "li-lei root@db1 shell []  from  but : !operator-schedule ",
            "qian-security root@db1 shell []  from  but : !operator-role ",
            "sun-wei root@db1 shell []  from  but : !operator-disabled ",
            "wang-fang root@db1 shell []  from  but : !asset-schedule ",
            "zhao-min root@db1 shell []  from  but : !asset-schedule ",
            "zhou-audit root@db1 shell []  from  but : !operator-role ",
        ]
    );
    let night = Inquiry {
        login: Some("oracle".to_owned()),
        operator: Some("wang-fang".to_owned()),
        source: Some("203.0.113.200".parse().unwrap()),
        at: "2026-04-30T23:00:00+08:00".parse().unwrap(),
        ..who
    };
    assert_eq!(
        accesses(&policy, &night),
        ["wang-fang oracle@db1 shell []  from 203.0.113.200/32 but : !rule no-prod-from-roof-net"]
    );
}

#[test]
fn names_that_nobody_has_are_refused() {
    let policy = table();
    let refused = |inquiry: &Inquiry| {
        policy.accesses(inquiry, |_| Decision::Deny(Reason::NoRule.into())).unwrap_err().to_string()
    };
    let at = "2026-04-30T12:00:00";
    assert_eq!(
        refused(&inquiry(Some("lilei"), None, at)),
        "there is no operator \"lilei\": did you mean \"li-lei\"?"
    );
    assert_eq!(refused(&inquiry(None, Some("mainframe"), at)), "there is no asset \"mainframe\"");
    let login = Inquiry { login: Some("rot".to_owned()), ..inquiry(None, Some("db1"), at) };
    assert_eq!(refused(&login), "there is no login \"rot\": did you mean \"root\"?");
}
