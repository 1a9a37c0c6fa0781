#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::pages::each_page;
use crate::store::testing::at;
use crate::store::{CredentialKind, NewCredential, Store};

pub(super) async fn one_credential_a_login(store: &Store) {
    let (asset, login) = ("db1".parse().unwrap(), "oracle".parse().unwrap());
    let new = |kind, sealed| NewCredential {
        asset: &asset,
        login: &login,
        kind,
        sealed,
        at: at(0),
        by: "local:root",
    };
    let credentials = store.credentials();
    assert!(!store.holds_sealed().await.unwrap());
    credentials.set(&new(CredentialKind::Key, b"sealed key")).await.unwrap();
    credentials.set(&new(CredentialKind::Password, b"sealed password")).await.unwrap();
    assert!(store.holds_sealed().await.unwrap());
    let found = credentials.find(&asset, &login).await.unwrap().unwrap();
    assert_eq!((found.kind, found.sealed.as_slice()), (CredentialKind::Password, &b"sealed password"[..]));
    let listed = credentials.list(None, 9).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed.first().unwrap().set_at, listed.first().unwrap().kind), (at(0), found.kind));
    assert!(credentials.remove(&asset, &login).await.unwrap());
    assert!(!credentials.remove(&asset, &login).await.unwrap());
    assert_eq!(credentials.find(&asset, &login).await.unwrap(), None);
}

pub(super) async fn the_list_goes_by_pages(store: &Store) {
    for asset in ["db2", "db1"] {
        for login in ["root", "app", "web"] {
            let (asset, login) = (&asset.parse().unwrap(), &login.parse().unwrap());
            let (kind, sealed) = (CredentialKind::Key, b"sealed".as_slice());
            let new = NewCredential { asset, login, kind, sealed, at: at(0), by: "local:root" };
            store.credentials().set(&new).await.unwrap();
        }
    }
    each_page(6, |after, limit| store.credentials().list(after, limit)).await;
    let rows = store.credentials().list(None, 9).await.unwrap();
    let places: Vec<_> = rows.iter().map(|row| format!("{}@{}", row.login, row.asset)).collect();
    assert_eq!(places, ["app@db1", "root@db1", "web@db1", "app@db2", "root@db2", "web@db2"]);
}
