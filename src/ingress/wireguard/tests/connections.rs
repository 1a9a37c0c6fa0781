//! TCP through a tunnel.

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

#[tokio::test]
async fn a_connection_says_whose_it_is_and_where_from() {
    let mut lab = Lab::new(1).await;
    let tunnel = lab.tunnel(1).await;
    for (n, family) in ["v4", "v6"].into_iter().enumerate() {
        let mut stream = tunnel.connect(login(family));
        stream.write_all(b"hello").await.unwrap();
        let mut room = [0; 5];
        stream.read_exact(&mut room).await.unwrap();
        assert_eq!(&room, b"hello");
        let origin = lab.origins.recv().await.unwrap();
        assert_eq!((origin.via(), origin.address()), (Via::Tunnel, inner(1)[n]));
        let arrival = origin.arrival().unwrap();
        assert_eq!((&arrival.device, arrival.owner.as_str()), (&id(1), "op1"));
        assert!(arrival.outer.ip().is_loopback() && arrival.outer.port() != lab.address.port());
        stream.shutdown().await.unwrap();
        assert_eq!(stream.read(&mut room).await.unwrap(), 0, "the end arrives");
    }
}

#[tokio::test]
async fn bulk_goes_both_ways_at_once_and_arrives_whole() {
    let lab = Lab::new(1).await;
    let tunnel = lab.tunnel(1).await;
    let (mut from, mut to) = tokio::io::split(tunnel.connect(login("v4")));
    const SIZE: usize = 8 << 20;
    let sending = tokio::spawn(async move {
        let mut digest = Sha256::new();
        let mut block = vec![0_u8; 64 << 10];
        for n in 0..SIZE / block.len() {
            block.iter_mut().enumerate().for_each(|(at, byte)| *byte = (at * 31 + n) as u8);
            digest.update(&block);
            to.write_all(&block).await.unwrap();
        }
        to.shutdown().await.unwrap();
        digest.finalize()
    });
    let (mut digest, mut total, mut room) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        let count = from.read(&mut room).await.unwrap();
        if count == 0 {
            break;
        }
        digest.update(&room[..count]);
        total += count;
    }
    assert_eq!(total, SIZE);
    assert_eq!(digest.finalize(), sending.await.unwrap());
}

#[tokio::test]
async fn nothing_but_the_login_answers() {
    let lab = Lab::new(1).await;
    let tunnel = lab.tunnel(1).await;
    let soon = Duration::from_secs(5);
    assert!(tunnel.reaches(login("v4"), soon).await && tunnel.reaches(login("v6"), soon).await);
    lab.refusals.take();
    let moment = Duration::from_millis(100);
    for to in
        ["10.99.0.1:23", "10.99.0.1:1", "[fd00::1]:2222", "10.99.0.12:22", "127.0.0.1:22", "192.0.2.1:22"]
    {
        assert!(!tunnel.reaches(to.parse().unwrap(), moment).await, "{to}");
    }
    let rows = lab.refusals.take();
    assert!(counted(&rows, "inner-port") >= 3 && counted(&rows, "inner-destination") >= 3, "{rows:?}");
}

#[tokio::test]
async fn a_peer_has_so_many_connections_and_no_more() {
    let lab = Lab::new(2).await;
    let tunnel = lab.tunnel(1).await;
    let mut held = Vec::new();
    for n in 0..16 {
        let mut stream = tunnel.connect(login("v4"));
        stream.write_all(b"x").await.unwrap();
        stream.read_exact(&mut [0]).await.unwrap_or_else(|error| panic!("{n}: {error}"));
        held.push(stream);
    }
    assert!(!tunnel.reaches(login("v4"), Duration::from_millis(200)).await);
    assert!(lab.refused("inner-connections") > 0);
    let other = lab.tunnel(2).await;
    assert!(other.reaches(login("v4"), Duration::from_secs(5)).await, "another peer is not concerned");
    held.clear();
    eventually("a place is free again", async || tunnel.reaches(login("v4"), Duration::from_secs(1)).await)
        .await;
}

#[tokio::test]
async fn who_does_not_read_stops_whoever_writes() {
    let lab = Lab::new(1).await;
    let tunnel = lab.tunnel(1).await;
    let mut stream = tunnel.connect(login("v4"));
    let block = vec![0; 64 << 10];
    let mut sent = 0;
    // The echo cannot get rid of what it reads, since nobody reads that.
    while let Ok(written) = tokio::time::timeout(Duration::from_secs(1), stream.write(&block)).await {
        sent += written.unwrap();
        assert!(sent < 16 << 20, "nothing stops it");
    }
    let mut room = vec![0; 64 << 10];
    let mut received = 0;
    while received < sent {
        received += stream.read(&mut room).await.unwrap();
    }
}
