#![allow(clippy::unwrap_used)]

use std::net::IpAddr;
use std::num::NonZeroU32;

use super::pages::each_page;
use crate::device::Pool;
use crate::domain::{Device, DeviceCredential, DeviceId, Digest, OperatorName, WireguardKey};
use crate::store::testing::at;
use crate::store::{DeviceError, DeviceProof, DeviceRow, NewDevice, Revocation, Store};

fn pool() -> Pool {
    Pool::new(&["10.99.0.0/24".parse().unwrap(), "fd6a::/64".parse().unwrap()])
}

fn key(number: u8) -> WireguardKey {
    WireguardKey::new([number; 32])
}

fn id(number: u8) -> DeviceId {
    DeviceId::new(1_777_000_000_000 + u64::from(number), 7)
}

async fn enrol(store: &Store, operator: &str, name: &str, number: u8) -> Result<Device, DeviceError> {
    let (operator, pool) = (operator.parse().unwrap(), pool());
    let new = NewDevice {
        id: id(number),
        operator: &operator,
        name: name.parse().unwrap(),
        proof: DeviceProof::Wireguard { key: key(number), pool: &pool },
        at: at(i64::from(number)),
        by: "local:root",
    };
    store.devices().enrol(new, NonZeroU32::new(2).unwrap()).await
}

async fn certify(store: &Store, operator: &str, name: &str, number: u8) -> Result<Device, DeviceError> {
    let operator = operator.parse().unwrap();
    let proof = DeviceProof::Tls { fingerprint: Digest([number; 32]), not_after: at(9000) };
    let name = name.parse().unwrap();
    let new = NewDevice { id: id(number), operator: &operator, name, proof, at: at(0), by: "li-lei" };
    store.devices().enrol(new, NonZeroU32::new(2).unwrap()).await
}

async fn revoke(store: &Store, number: u8) -> bool {
    let revocation = Revocation { at: at(99), by: "zhou".into(), reason: "lost".into() };
    store.devices().revoke(&id(number), &revocation).await.unwrap()
}

pub(super) async fn a_device_reads_back_and_its_revocation_too(store: &Store) {
    let tunnel = enrol(store, "li-lei", "laptop", 1).await.unwrap();
    let v6 = Some("fd6a::2".parse().unwrap());
    let v4 = Some("10.99.0.2".parse().unwrap());
    assert_eq!(tunnel.credential, DeviceCredential::Wireguard { key: key(1), v4, v6 });
    let tls = certify(store, "han-mei", "laptop", 2).await.unwrap();
    assert!(revoke(store, 1).await);
    assert!(!revoke(store, 1).await, "the first revocation stays");
    assert!(!revoke(store, 7).await, "there is none");
    let rows = store.devices().list(None, None, 9).await.unwrap();
    let revoked = Some(Revocation { at: at(99), by: "zhou".into(), reason: "lost".into() });
    let expected = [
        DeviceRow { device: tls, enrolled_by: "li-lei".into(), revoked: None },
        DeviceRow { device: tunnel, enrolled_by: "local:root".into(), revoked },
    ];
    assert_eq!(rows, expected);
    let of = store.devices().list(Some(&"han-mei".parse().unwrap()), None, 9).await.unwrap();
    assert_eq!(of, &expected[..1]);
}

pub(super) async fn an_operator_has_so_many_of_a_kind(store: &Store) {
    enrol(store, "li-lei", "a", 1).await.unwrap();
    enrol(store, "li-lei", "b", 2).await.unwrap();
    let error = enrol(store, "li-lei", "c", 3).await.unwrap_err().to_string();
    assert!(error.starts_with("li-lei has 2 devices of this kind: revoke one"), "{error}");
    certify(store, "li-lei", "c", 4).await.unwrap();
    enrol(store, "han-mei", "a", 5).await.unwrap();
    assert!(revoke(store, 1).await);
    enrol(store, "li-lei", "a", 3).await.unwrap();
}

pub(super) async fn a_name_is_free_again_once_revoked_and_a_key_never(store: &Store) {
    enrol(store, "li-lei", "laptop", 1).await.unwrap();
    let error = certify(store, "li-lei", "laptop", 2).await.unwrap_err();
    assert!(matches!(error, DeviceError::NameTaken { .. }), "{error}");
    let error = enrol(store, "han-mei", "laptop", 1).await.unwrap_err();
    assert!(matches!(error, DeviceError::Known), "{error}");
    assert!(revoke(store, 1).await);
    let error = enrol(store, "li-lei", "laptop", 1).await.unwrap_err();
    assert!(matches!(error, DeviceError::Known), "a revoked key stays revoked: {error}");
    let anew = enrol(store, "li-lei", "laptop", 2).await.unwrap();
    let addresses: Vec<_> = anew.credential.addresses().collect();
    let expected: [IpAddr; 2] = ["10.99.0.3".parse().unwrap(), "fd6a::3".parse().unwrap()];
    assert_eq!(addresses, expected, "what another had is left alone");
}

pub(super) async fn enrolments_side_by_side_share_neither_the_last_place_nor_an_address(store: &Store) {
    let (a, b, c, d) = tokio::join!(
        enrol(store, "li-lei", "a", 1),
        enrol(store, "li-lei", "b", 2),
        enrol(store, "li-lei", "c", 3),
        enrol(store, "han-mei", "d", 4),
    );
    let made: Vec<_> = [a, b, c, d].into_iter().flatten().collect();
    assert_eq!(made.len(), 3, "{made:?}");
    let addresses: std::collections::HashSet<_> =
        made.iter().flat_map(|device| device.credential.addresses()).collect();
    assert_eq!(addresses.len(), 6, "{addresses:?}");
}

pub(super) async fn the_lists_go_by_pages(store: &Store) {
    for (number, operator) in [(1, "li-lei"), (2, "han-mei"), (3, "li-lei"), (4, "han-mei")] {
        enrol(store, operator, &format!("n{number}"), number).await.unwrap();
    }
    // Of the same instant: their ids tell which is next.
    certify(store, "li-lei", "c5", 5).await.unwrap();
    certify(store, "han-mei", "c6", 6).await.unwrap();
    each_page(6, |after, limit| store.devices().list(None, after, limit)).await;
    let one: &OperatorName = &"li-lei".parse().unwrap();
    each_page(3, |after, limit| store.devices().list(Some(one), after, limit)).await;
}
