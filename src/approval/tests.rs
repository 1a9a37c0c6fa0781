#![allow(clippy::unwrap_used)]

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_777_000_000 + second).unwrap()
}

fn request(chance: u64, what: ApprovalScope) -> ApprovalRequest {
    let subject = Subject {
        operator: "op1".parse().unwrap(),
        asset: "box".parse().unwrap(),
        login: "root".parse().unwrap(),
        what,
    };
    ApprovalRequest {
        id: ApprovalId::new(chance),
        subject,
        session: SessionId::new(1, 1),
        source: "127.0.0.1".parse().unwrap(),
        judged: None,
        danger: None,
        programs: Vec::new(),
        reason: "maintenance".into(),
        at: at(i64::try_from(chance).unwrap()),
        lapses: at(300),
    }
}

#[test]
fn only_another_officer_whom_no_lockdown_covers_may_answer() {
    let request = request(1, ApprovalScope::Session);
    let may = |name: &str, role, covered| {
        request.may_answer(&Person::Account { name: name.parse().unwrap(), role, covered })
    };
    assert_eq!(may("officer", Role::Security, false), Ok(()));
    assert_eq!(may("officer", Role::Security, true), Err(ApprovalObjection::Covered));
    for role in [Role::System, Role::Auditor, Role::Operator] {
        assert_eq!(may("other", role, false), Err(ApprovalObjection::Role));
    }
    // An account whose role was changed since it asked.
    assert_eq!(may("op1", Role::Security, false), Err(ApprovalObjection::OwnRequest));
    assert_eq!(request.may_answer(&Person::Local("local:root".into())), Ok(()));
}

#[test]
fn a_request_is_settled_once() {
    let mut book = Book::default();
    let (first, second) = (request(1, ApprovalScope::Session), request(2, ApprovalScope::Session));
    book.enter(second.clone());
    book.enter(first.clone());
    assert_eq!(book.waiting(), [first.clone(), second]);
    assert_eq!(book.take(&first.id), Some(first.clone()));
    assert_eq!(book.take(&first.id), None);
    assert_eq!(book.find(&first.id), None);
}

#[test]
fn an_opening_holds_for_the_same_thing_until_its_end() {
    let mut book = Book::default();
    let asked = request(1, ApprovalScope::Command("reboot".into()));
    book.open(asked.opened("officer", at(600)));
    assert!(book.knows(&asked.id));
    let found = |book: &Book, subject: &Subject, now| book.opening(subject, now).is_some();
    assert!(found(&book, &asked.subject, at(599)));
    assert!(!found(&book, &asked.subject, at(600)));
    let others = [
        Subject { what: ApprovalScope::Command("reboot ".into()), ..asked.subject.clone() },
        Subject { what: ApprovalScope::Session, ..asked.subject.clone() },
        Subject { operator: "op2".parse().unwrap(), ..asked.subject.clone() },
        Subject { asset: "box2".parse().unwrap(), ..asked.subject.clone() },
        Subject { login: "oracle".parse().unwrap(), ..asked.subject.clone() },
    ];
    for other in &others {
        assert!(!found(&book, other, at(0)), "{other:?}");
    }
    book.keep(|opening| opening.subject.operator.as_str() != "op1");
    assert!(!found(&book, &asked.subject, at(0)));
}
