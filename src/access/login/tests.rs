//! What a guess does before it is answered, for a name of the policy and for one that nobody has.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use super::*;
use crate::access::testing::services;
use crate::domain::{Secret, Via};
use crate::platform::clock::Clock;
use crate::store::{Filter, WayIn};

fn attempt(services: &Arc<Services>) -> LoginAttempt {
    let origin = Origin::new("192.0.2.7:40000".parse().unwrap(), Via::Direct);
    LoginAttempt::new(Arc::clone(services), (origin, ClaimedName::default()), Arc::new(()))
}

async fn guess(services: &Arc<Services>, name: &str) -> bool {
    let reply = attempt(services).prove(&LoginSpec::parse(name), Offer::Password(Secret::new("wrong"))).await;
    matches!(reply, Reply::Refused { partial: false, .. })
}

/// attack: under load the wait for a turn told whether somebody has the name.
#[tokio::test]
async fn a_name_that_nobody_has_waits_in_a_queue_of_its_own_as_an_account_does() {
    let dir = tempfile::tempdir().unwrap();
    let now = jiff::Timestamp::from_second(1_777_000_000).unwrap();
    let services = services(dir.path(), "[operator.op1]\n", Clock::set(now)).await;
    for name in ["op1", "nobody"] {
        let turn = guess::turn(name, WayIn { operator: None, key: None, home: None }).await;
        let mut waiting = Box::pin(guess(&services, name));
        let early = tokio::time::timeout(Duration::from_millis(50), &mut waiting).await;
        assert!(early.is_err(), "{name} did not wait for its turn");
        drop(turn);
        assert!(waiting.await, "{name}");
    }
    let rows = services.store.journal().list(&Filter::default(), |row| row.event == "login-refused").await;
    assert_eq!(rows.unwrap().len(), 2, "each guess has its row");
}
