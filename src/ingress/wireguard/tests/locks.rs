//! One lock: what becomes of a tunnel when its device may not be used any more.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// A tunnel with a connection that works.
async fn working(lab: &Lab, n: u16) -> (client::Tunnel, client::Stream) {
    let tunnel = lab.tunnel(n).await;
    let mut stream = tunnel.connect(login("v4"));
    assert!(works(&mut stream).await);
    (tunnel, stream)
}

async fn works(stream: &mut client::Stream) -> bool {
    let mut room = [0];
    let asked = async {
        stream.write_all(b"x").await.ok()?;
        stream.read_exact(&mut room).await.ok()
    };
    matches!(tokio::time::timeout(Duration::from_millis(400), asked).await, Ok(Some(_)))
}

async fn falls_and_is_back(lock: impl FnOnce(&mut Standing), lift: impl FnOnce(&mut Standing), reason: &str) {
    let lab = Lab::new(2).await;
    let (tunnel, mut stream) = working(&lab, 1).await;
    let (_other, mut untouched) = working(&lab, 2).await;
    lab.live.update(lock);
    assert!(!works(&mut stream).await, "{reason}");
    eventually("the end is told", async || {
        lab.events().await.contains(&("tunnel-down".to_owned(), reason.to_owned()))
    })
    .await;
    assert!(lab.peer(1).await.is_shut_out().await, "no answer while it is locked");
    assert!(lab.refused(reason) > 0);
    assert!(works(&mut untouched).await, "others go on");
    lab.live.update(lift);
    drop(tunnel);
    let (_tunnel, _stream) = working(&lab, 1).await;
    let ups = lab.events().await.iter().filter(|(event, _)| event == "tunnel-up").count();
    assert_eq!(ups, 3);
}

#[tokio::test]
async fn a_disabled_operator_falls_and_is_back_with_the_same_keys() {
    let op1 = || "op1".parse().unwrap();
    falls_and_is_back(
        |standing| standing.disable(&op1(), "leave"),
        |standing| standing.enable(&op1()),
        "operator-disabled",
    )
    .await;
}

#[tokio::test]
async fn a_locked_down_operator_falls_and_is_back_with_the_same_keys() {
    let order = crate::lockdown::Lockdown {
        id: crate::domain::LockdownId::new(1, 1),
        scope: crate::lockdown::Scope::parse("op1").unwrap(),
        except: vec![],
        order: None,
        reason: "drill".into(),
        until: None,
        started_at: Timestamp::UNIX_EPOCH,
        started_by: "officer".into(),
        held: Default::default(),
    };
    let id = order.id.clone();
    falls_and_is_back(|standing| standing.order(order), |standing| standing.lift(&id), "lockdown").await;
}

#[tokio::test]
async fn a_revoked_device_falls_for_good() {
    let lab = Lab::new(1).await;
    let (_tunnel, mut stream) = working(&lab, 1).await;
    lab.live.update(|standing| drop(Arc::make_mut(&mut standing.devices).remove(&id(1))));
    assert!(!works(&mut stream).await);
    assert!(lab.peer(1).await.is_shut_out().await);
    assert!(lab.events().await.contains(&("tunnel-down".into(), "device-unknown".into())));
    lab.live.update(|standing| Arc::make_mut(&mut standing.devices).insert(device(1)));
    assert!(lab.peer(1).await.handshake().await, "as a new peer");
}

#[tokio::test]
async fn time_locks_as_well() {
    let lab = Lab::new(1).await;
    lab.live.update(|standing| {
        *standing = super::standing(
            "[operator.op1]\nvalid = \"1970-01-01..1970-01-02\"\n",
            Arc::unwrap_or_clone(standing.devices.clone()),
        );
    });
    let (_tunnel, mut stream) = working(&lab, 1).await;
    lab.clock.advance(Duration::from_secs(3 * 24 * 3600));
    eventually("nobody changed anything", async || !works(&mut stream).await).await;
    assert!(lab.events().await.contains(&("tunnel-down".into(), "operator-validity".into())));
}

/// The session's own last line still gets out, and nothing comes in any more.
#[tokio::test]
async fn an_end_is_told_and_nothing_comes_in_meanwhile() {
    let lab = Lab::new(1).await;
    let (_tunnel, mut stream) = working(&lab, 1).await;
    lab.live.update(|standing| standing.disable(&"op1".parse().unwrap(), "leave"));
    stream.write_all(b"late").await.unwrap();
    let mut room = Vec::new();
    let _ = tokio::time::timeout(Duration::from_millis(500), stream.read_to_end(&mut room)).await;
    assert_eq!(room, b"", "what was sent after the lock is not answered");
}

#[tokio::test]
async fn a_gateway_that_ends_takes_its_tunnels_along() {
    let lab = Lab::new(1).await;
    let (_tunnel, mut stream) = working(&lab, 1).await;
    lab.live.end();
    assert!(!works(&mut stream).await);
    assert!(lab.events().await.contains(&("tunnel-down".into(), "draining".into())));
}

/// A tunnel that cannot be written down is not let up.
#[tokio::test]
async fn no_journal_no_tunnel() {
    let lab = Lab::new(1).await;
    lab.journal.close().await;
    let tunnel = lab.tunnel(1).await;
    assert!(!tunnel.reaches(login("v4"), Duration::from_millis(500)).await);
}
