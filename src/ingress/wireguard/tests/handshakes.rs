//! Who is answered, and who is not.

use super::*;

#[tokio::test]
async fn an_enrolled_device_is_answered_and_its_tunnel_is_journaled() {
    let lab = Lab::new(1).await;
    assert!(lab.peer(1).await.handshake().await);
    eventually("the tunnel is up", async || lab.events().await == [("tunnel-up".into(), String::new())])
        .await;
}

#[tokio::test]
async fn nobody_else_is_answered() {
    let lab = Lab::new(1).await;
    let mut stranger = client::Peer::new([9; 32], client::public(GATEWAY), lab.address).await;
    assert!(stranger.is_shut_out().await, "an unknown key");
    assert_eq!(lab.refused("device-unknown"), 1);
    let mut mistaken = client::Peer::new(private(1), client::public([8; 32]), lab.address).await;
    assert!(mistaken.is_shut_out().await, "a handshake for another gateway");
    assert_eq!(lab.refused("handshake-forged"), 1);
    assert!(mistaken.is_ignored(b"SSH-2.0-x\r\n").await, "no WireGuard at all");
    assert_eq!(lab.refused("datagram-malformed"), 1);
    let mut thief = lab.peer(1).await;
    let mut initiation = thief.initiation();
    initiation[100] ^= 1;
    assert!(thief.is_ignored(&initiation).await, "a broken one");
    assert_eq!(lab.refused("handshake-forged"), 1);
    assert!(lab.events().await.is_empty());
}

#[tokio::test]
async fn a_handshake_is_answered_once() {
    let lab = Lab::new(1).await;
    let mut peer = lab.peer(1).await;
    let initiation = peer.initiation();
    let answer = peer.ask(&initiation).await.unwrap();
    assert!(peer.is_ignored(&initiation).await, "at once");
    let alive = peer.take(&answer).unwrap();
    peer.send(&alive).await;
    assert!(peer.is_ignored(&initiation).await, "when the tunnel is up");
    assert_eq!(lab.refused("handshake-replayed"), 2);
    lab.live.update(|standing| standing.disable(&"op1".parse().unwrap(), "leave"));
    eventually("it falls", async || lab.events().await.len() == 2).await;
    lab.live.update(|standing| standing.enable(&"op1".parse().unwrap()));
    assert!(peer.is_ignored(&initiation).await, "when it was down");
    assert!(peer.handshake().await, "a new one is good");
}

/// What time it is, truly, for a gateway whose clock begins in 1970.
fn real() -> Duration {
    std::time::UNIX_EPOCH.elapsed().unwrap()
}

/// tunnel 3, trial 32: an officer sees that a clock was ahead, and what one handshake was worth can be forgotten; then
/// the next has to be of now.
#[tokio::test]
async fn a_device_whose_clock_was_ahead_gets_in_again_when_that_is_forgotten() {
    let lab = Lab::new(1).await;
    let mut peer = lab.peer(1).await;
    assert!(peer.handshake().await, "half a century ahead of the gateway");
    let seen = lab.live.tunnels().of(&id(1)).unwrap();
    assert!(seen.is_ahead(), "{seen:?}");
    assert_eq!(seen.last.unwrap().at, Timestamp::UNIX_EPOCH);
    assert!(lab.live.tunnels().forget(&id(1), lab.clock.now()).is_some());
    assert!(peer.is_shut_out().await, "it is ahead still");
    assert_eq!(lab.refused("handshake-ahead"), 1);
    lab.clock.advance(real());
    assert!(peer.handshake().await, "its clock is right now");
    assert!(!lab.live.tunnels().of(&id(1)).unwrap().is_ahead());
}

/// tunnel 3: what was recorded before a handshake was forgotten gets nobody in afterwards.
#[tokio::test]
async fn a_recorded_handshake_is_no_way_in_after_the_last_was_forgotten() {
    let lab = Lab::new(1).await;
    lab.clock.advance(real());
    let mut peer = lab.peer(1).await;
    let recorded = peer.initiation();
    assert!(peer.ask(&recorded).await.is_some());
    assert!(peer.is_ignored(&recorded).await, "before");
    let refused = lab.live.tunnels().of(&id(1)).unwrap().refused;
    assert!(refused.is_some(), "an officer sees that one was not later");
    lab.clock.advance(Duration::from_secs(180));
    assert!(lab.live.tunnels().forget(&id(1), lab.clock.now()).is_some());
    assert!(peer.is_ignored(&recorded).await, "after");
    assert_eq!(lab.refused("handshake-replayed"), 2);
}

#[tokio::test]
async fn data_counts_once_and_only_from_whom_it_is() {
    let lab = Lab::new(2).await;
    let mut peer = lab.peer(1).await;
    assert!(peer.handshake().await);
    let ping = ping(inner(1)[0], 1);
    let sealed = peer.seal(&ping);
    assert!(peer.ask(&sealed).await.is_some());
    assert!(peer.is_ignored(&sealed).await, "the same again");
    assert_eq!(lab.refused("data-replayed"), 1);
    let mut broken = peer.seal(&ping);
    broken[20] ^= 1;
    assert!(peer.is_ignored(&broken).await);
    assert_eq!(lab.refused("data-forged"), 1);
    let mut last = peer.seal(&ping);
    last[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(peer.is_ignored(&last).await, "the last counter that can be written");
    assert_eq!(lab.refused("data-counter"), 1);
    let mut elsewhere = peer.seal(&ping);
    elsewhere[4..8].copy_from_slice(&[1, 2, 3, 4]);
    assert!(peer.is_ignored(&elsewhere).await, "nobody's index");
    assert_eq!(lab.refused("data-without-session"), 1);
    let mut other = lab.peer(2).await;
    assert!(other.handshake().await);
    let sealed = other.seal(&ping);
    assert!(other.is_ignored(&sealed).await, "another's inner address");
    assert_eq!(lab.refused("inner-source"), 1);
}

#[tokio::test]
async fn answers_follow_a_peer_that_moves_and_nobody_who_claims_to_be_it() {
    let lab = Lab::new(1).await;
    let mut peer = lab.peer(1).await;
    assert!(peer.handshake().await);
    let sealed = peer.seal(&ping(inner(1)[0], 1));
    let stranger = lab.peer(1).await;
    let mut forged = sealed.clone();
    forged[40] ^= 1;
    assert!(stranger.is_ignored(&forged).await);
    assert!(peer.ask(&sealed).await.is_some(), "the way back is the old one");
    peer.roam().await;
    let sealed = peer.seal(&ping(inner(1)[1], 2));
    let answer = peer.ask(&sealed).await.expect("the way back is the new one");
    assert!(peer.open(&answer).is_some());
}

/// A thousand handshakes in a second that were made for our key, and of nobody: then each has to show where it
/// comes from, and a good one gets through by its cookie.
#[tokio::test]
async fn under_load_a_cookie_opens_the_door() {
    let lab = Lab::new(1).await;
    let mut stranger = client::Peer::new([9; 32], client::public(GATEWAY), lab.address).await;
    let flood: Vec<_> = (0..1000).map(|_| stranger.initiation()).collect();
    let mut peer = lab.peer(1).await;
    for round in 0..20 {
        for initiation in &flood {
            stranger.send(initiation).await;
        }
        let initiation = peer.initiation();
        let Some(answer) = peer.ask(&initiation).await else { continue };
        if answer[0] == 3 {
            assert_eq!(peer.take(&answer), None);
            let with_cookie = peer.initiation();
            let answer = peer.ask(&with_cookie).await.expect("an answer to a cookie");
            assert_eq!(answer[0], 2, "round {round}");
            assert!(lab.refused("handshake-load") > 0);
            return;
        }
    }
    panic!("no cookie was asked for");
}

#[test]
fn load_is_counted_by_the_second_and_a_source_only_under_it() {
    let identity = Identity::new(&GATEWAY);
    let start = Instant::now();
    let mut limiter = HandshakeLimiter::new(identity, start);
    let mut tunn =
        boringtun::noise::Tunn::new([9; 32].into(), client::public(GATEWAY).into(), None, None, 1, None);
    let mut room = [0; 2048];
    let mut ask = |limiter: &mut HandshakeLimiter, at: Instant, learn: bool| {
        let boringtun::noise::TunnResult::WriteToNetwork(initiation) =
            tunn.format_handshake_initiation(&mut room, true)
        else {
            panic!("no initiation");
        };
        let asked = limiter.ask(initiation, "192.0.2.1".parse().unwrap(), at);
        if let (HandshakeCheck::Cookie(cookie), true) = (&asked, learn) {
            let _ = tunn.decapsulate(None, cookie, &mut [0; 2048]);
        }
        asked
    };
    for _ in 0..500 {
        assert_eq!(ask(&mut limiter, start, true), HandshakeCheck::Passed);
    }
    assert!(!limiter.is_under_load());
    assert!(matches!(ask(&mut limiter, start, false), HandshakeCheck::Cookie(_)), "without one");
    assert!(limiter.is_under_load());
    assert!(matches!(ask(&mut limiter, start, true), HandshakeCheck::Cookie(_)));
    for _ in 0..50 {
        assert_eq!(ask(&mut limiter, start, true), HandshakeCheck::Passed, "with one");
    }
    assert_eq!(
        ask(&mut limiter, start, true),
        HandshakeCheck::Dropped("handshake-load"),
        "too many of one source"
    );
    assert_eq!(
        ask(&mut limiter, start + Duration::from_secs(1), true),
        HandshakeCheck::Passed,
        "the next second"
    );
    assert!(!limiter.is_under_load());
}

/// An echo request of `n` to the gateway.
fn ping(from: IpAddr, n: u8) -> Vec<u8> {
    match from {
        IpAddr::V4(from) => {
            let mut packet = vec![0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 1, 0, 0];
            packet.extend(from.octets());
            packet.extend(own().v4.unwrap().octets());
            let sum = checksum(&packet);
            packet[10..12].copy_from_slice(&sum.to_be_bytes());
            let mut echo = vec![8, 0, 0, 0, 0, 1, 0, n];
            let sum = checksum(&echo);
            echo[2..4].copy_from_slice(&sum.to_be_bytes());
            packet.extend(echo);
            packet
        }
        IpAddr::V6(from) => {
            let mut packet = vec![0x60, 0, 0, 0, 0, 8, 58, 64];
            packet.extend(from.octets());
            packet.extend(own().v6.unwrap().octets());
            let mut echo = vec![128, 0, 0, 0, 0, 1, 0, n];
            let mut pseudo = packet[8..40].to_vec();
            pseudo.extend([0, 0, 0, 8, 0, 0, 0, 58]);
            pseudo.extend(&echo);
            let sum = checksum(&pseudo);
            echo[2..4].copy_from_slice(&sum.to_be_bytes());
            packet.extend(echo);
            packet
        }
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let sum: u32 = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
    let folded = (sum >> 16) + (sum & 0xffff);
    !u16::try_from(folded & 0xffff).unwrap()
}
