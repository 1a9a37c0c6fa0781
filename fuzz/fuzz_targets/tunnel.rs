//! Any datagram and any inner packet is taken without a panic, and what passes the gate is the peer's own.
#![no_main]

use std::cell::RefCell;
use std::time::Instant;

use juyong::device::Addresses;
use juyong::domain::WireguardKey;
use juyong::ingress::wireguard::{HandshakeLimiter, Identity, PacketGate, Passage, Tunnel};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static ENDS: RefCell<(HandshakeLimiter, Tunnel)> = RefCell::new({
        let identity = Identity::new(&[7; 32]);
        let tunnel = Tunnel::new(&identity, &WireguardKey::new([9; 32]), 1);
        (HandshakeLimiter::new(identity, Instant::now()), tunnel)
    });
}

fuzz_target!(|bytes: &[u8]| {
    ENDS.with_borrow_mut(|(door, tunnel)| {
        let _ = door.ask(bytes, [192, 0, 2, 1].into(), Instant::now());
        let _ = tunnel.open(bytes, &mut vec![0; bytes.len().max(2048)]);
    });
    let address = |v4: &str, v6: &str| Addresses { v4: v4.parse().ok(), v6: v6.parse().ok() };
    let (own, peer) = (address("10.99.0.1", "fd00::1"), address("10.99.0.7", "fd00::7"));
    if let Ok(Passage::Tcp(segment)) = (PacketGate { own, port: 22, peer }).judge(bytes) {
        assert!(peer.iter().any(|address| address == segment.from.ip()));
        assert!(own.iter().any(|address| address == segment.to.ip()) && segment.to.port() == 22);
    }
});
