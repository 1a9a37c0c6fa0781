#![allow(clippy::unwrap_used)]

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn starts(total: u32, per_source: u32) -> Arc<Starts> {
    Arc::new(Starts::new(total, per_source))
}

/// One that has got as far as a key.
fn good(starts: &Arc<Starts>, source: &str) -> Option<Permit> {
    let permit = starts.begin(Some(ip(source)), Share::Strangers).ok()?;
    permit.greeted();
    Some(permit)
}

fn gave_way(permit: &Permit) -> bool {
    permit.give_way.is_cancelled()
}

#[test]
fn starts_are_bounded_in_all_and_per_source_and_come_back() {
    let starts = starts(3, 2);
    let first = good(&starts, "192.0.2.1");
    let second = good(&starts, "192.0.2.1");
    assert!(first.is_some() && second.is_some());
    assert!(good(&starts, "192.0.2.1").is_none(), "two from one source");
    let third = good(&starts, "2001:db8::1");
    assert!(third.is_some());
    assert!(good(&starts, "2001:db8::1").is_none(), "three in all");
    drop(first);
    assert!(good(&starts, "2001:db8::1").is_some());
    assert_eq!(starts.take_refused().values().sum::<u64>(), 2);
    assert!(starts.take_refused().is_empty());
    drop((second, third));
    assert!(starts.lock().starts.is_empty());
}

#[test]
fn who_comes_through_a_balancer_counts_in_all_first_and_then_for_its_source() {
    let starts = starts(2, 1);
    let source = ip("192.0.2.1");
    let begin = || {
        let permit = starts.begin(None, Share::Strangers).ok()?;
        permit.greeted();
        Some(permit)
    };
    let first = begin().unwrap();
    let second = begin().unwrap();
    assert!(begin().is_none(), "two in all");
    assert!(first.settle(source).is_ok());
    assert!(second.settle(source).is_err(), "one from one source");
    drop(second);
    assert!(good(&starts, "192.0.2.1").is_none(), "the place of the source is still taken");
    drop(first);
    assert!(good(&starts, "192.0.2.1").is_some());
    assert!(starts.lock().starts.is_empty());
}

/// attack 15: a hundred silent sockets from five addresses kept everybody out.
#[test]
fn the_oldest_silent_one_gives_way_and_none_that_speaks() {
    let starts = starts(4, 2);
    let begin = |source| starts.begin(Some(ip(source)), Share::Strangers);
    let speaking = good(&starts, "192.0.2.1").unwrap();
    let silent = [begin("192.0.2.1").unwrap(), begin("192.0.2.2").unwrap(), begin("192.0.2.2").unwrap()];
    let newcomer = begin("192.0.2.9").unwrap();
    assert_eq!(silent.each_ref().map(gave_way), [true, false, false], "the oldest");
    let own = begin("192.0.2.2").unwrap();
    assert_eq!(
        silent.each_ref().map(gave_way),
        [true, true, false],
        "a source's own, where it has its share"
    );
    for permit in [&silent[2], &newcomer, &own] {
        permit.greeted();
    }
    assert!(begin("192.0.2.3").is_err(), "nobody is silent");
    assert!(!gave_way(&speaking));
    assert_eq!(starts.take_refused().values().sum::<u64>(), 3);
}

/// attack 15: who has logged in lately is not kept out by strangers.
#[test]
fn a_source_that_logged_in_lately_has_a_share_of_its_own() {
    let starts = starts(2, 2);
    let known = good(&starts, "192.0.2.7").unwrap();
    known.proven(ip("192.0.2.7"));
    drop(known);
    let strangers = [good(&starts, "192.0.2.1"), good(&starts, "192.0.2.2")];
    assert!(strangers.iter().all(Option::is_some) && good(&starts, "192.0.2.3").is_none());
    assert!(good(&starts, "192.0.2.7").is_some());
}

/// tunnel 1: half-open connections of strangers kept out who came through a tunnel.
#[test]
fn devices_have_a_share_of_their_own() {
    let starts = starts(2, 2);
    let strangers = [good(&starts, "192.0.2.1"), good(&starts, "192.0.2.2")];
    assert!(strangers.iter().all(Option::is_some) && good(&starts, "192.0.2.3").is_none());
    assert!(starts.begin(Some(ip("10.99.0.2")), Share::Devices).is_ok());
    let by_certificate = strangers[0].as_ref().unwrap();
    by_certificate.by_device();
    assert!(good(&starts, "192.0.2.3").is_some(), "its place among the strangers is free");
}

/// trial 24: an office behind one address, each with the code still to give.
#[test]
fn who_has_proven_one_factor_is_in_nobodys_way() {
    let starts = starts(3, 1);
    let office: Vec<_> = (0..3)
        .map(|_| {
            let permit = good(&starts, "192.0.2.1").unwrap();
            permit.halfway();
            permit
        })
        .collect();
    let more = good(&starts, "192.0.2.1").unwrap();
    more.halfway();
    assert!(good(&starts, "192.0.2.1").is_none(), "where too many look for their code, a place is kept");
    drop(office);
    more.halfway();
    assert!(good(&starts, "192.0.2.1").is_some());
}

#[test]
fn what_is_known_of_sources_is_bounded() {
    let starts = starts(1, 1);
    let mut counts = starts.lock();
    let now = Instant::now();
    for number in 0..10_000u32 {
        counts.know(IpAddr::from(number.to_be_bytes()), now + Duration::from_millis(u64::from(number)));
    }
    assert_eq!(counts.known.len(), MOST_KNOWN);
    assert!(counts.known.contains_key(&IpAddr::from(9_999u32.to_be_bytes())), "the latest stay");
}
