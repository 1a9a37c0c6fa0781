#![allow(clippy::unwrap_used)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn sources(after: u32) -> FailingSources {
    FailingSources::new(BlockRule {
        after: NonZeroU32::new(after),
        within: MINUTE * 10,
        first: MINUTE,
        longest: MINUTE * 10,
        alarm: NonZeroU32::new(3).unwrap(),
    })
}

fn v4(number: u32) -> SourceNet {
    SourceNet::of(IpAddr::V4(Ipv4Addr::from_bits(number)))
}

/// Fails until it is blocked; returns for how long, as it was told.
fn block(sources: &FailingSources, source: SourceNet, now: Instant) -> Duration {
    while !sources.fail(source, now) {}
    sources.take_new().blocks.first().unwrap().left
}

/// attack 6: each block in a row is twice as long, up to a bound, and quiet ends the row.
#[test]
fn a_source_that_fails_again_and_again_is_blocked_for_longer() {
    let (sources, mut now) = (sources(3), Instant::now());
    for minutes in [1, 2, 4, 8, 10, 10] {
        let left = block(&sources, v4(1), now);
        assert_eq!(left, MINUTE * minutes);
        assert!(!sources.fail(v4(1), now), "what comes meanwhile does not lengthen it");
        now += left;
    }
    now += MINUTE * 10;
    assert_eq!(block(&sources, v4(1), now), MINUTE, "a row that was over");
}

#[test]
fn failures_far_apart_and_a_login_between_them_block_nobody() {
    let (sources, now) = (sources(3), Instant::now());
    for minute in 0..20 {
        assert!(!sources.fail(v4(1), now + MINUTE * 5 * minute), "two within ten minutes");
    }
    for _ in 0..20 {
        assert!(!sources.fail(v4(2), now) && !sources.fail(v4(2), now));
        sources.proven(v4(2));
    }
    let never = self::sources(0);
    assert!((0..1000).all(|_| !never.fail(v4(1), now)));
}

#[test]
fn a_login_does_not_end_a_block_and_a_word_does() {
    let (sources, now) = (sources(3), Instant::now());
    block(&sources, v4(1), now);
    sources.proven(v4(1));
    assert!(sources.block(v4(1)).is_some());
    assert_eq!(sources.blocks().iter().map(|block| block.source).collect::<Vec<_>>(), [v4(1)]);
    assert!(sources.unblock(v4(1)) && !sources.unblock(v4(1)));
    assert!(sources.block(v4(1)).is_none() && sources.blocks().is_empty());
}

/// attack 6: whoever has a /64 has one source.
#[test]
fn an_ipv6_network_is_blocked_as_one() {
    let (sources, now) = (sources(3), Instant::now());
    let address = |last: u128| SourceNet::of(Ipv6Addr::from_bits((0x2001_0db8 << 96) | last).into());
    let failed = (0..3).filter(|last| sources.fail(address(*last), now)).count();
    assert_eq!((failed, sources.blocks().len()), (1, 1));
    assert!(sources.block(address(77)).is_some());
    assert!(sources.block(address(1 << 64)).is_none(), "the next network is another's");
}

/// attack 6: a million attempts from everywhere.
#[test]
fn what_is_kept_is_bounded_and_a_blocked_source_stays() {
    let (sources, now) = (sources(3), Instant::now());
    block(&sources, v4(1), now);
    for number in 2..10_000 {
        sources.fail(v4(number), now + Duration::from_millis(u64::from(number)));
    }
    assert_eq!(sources.lock().sources.len(), MOST);
    assert!(sources.block(v4(1)).is_some(), "who is counted gives way first");
    for number in 0..5_000 {
        while !sources.fail(v4(number + 100_000), now) {}
    }
    assert_eq!(sources.lock().sources.len(), MOST);
    let new = sources.take_new();
    assert_eq!((new.blocks.len(), new.more), (MOST_TOLD, 5_000 - MOST_TOLD as u64));
}

#[test]
fn many_blocks_within_an_hour_are_an_alarm_once() {
    let (sources, now) = (sources(1), Instant::now());
    let alarms: Vec<_> = (0..9)
        .map(|number| {
            sources.fail(v4(number), now + MINUTE * if number < 6 { 0 } else { 61 });
            sources.take_new().alarm
        })
        .collect();
    assert_eq!(alarms, [None, None, Some(3), None, None, None, None, None, Some(3)]);
}
