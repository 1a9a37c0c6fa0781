#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::store::testing::at;
use crate::store::{Store, TrustedHostKey};

pub(super) async fn only_the_first_key_is_taken_on_trust(store: &Store) {
    let asset = "db1".parse().unwrap();
    let key = |fingerprint: &str| TrustedHostKey {
        fingerprint: fingerprint.to_owned(),
        line: "ssh-ed25519 AAAA".to_owned(),
        how: "first-use".to_owned(),
        at: at(0),
        by: "gateway".to_owned(),
    };
    let keys = store.host_keys();
    assert!(keys.trust_first(&asset, &key("SHA256:a")).await.unwrap());
    assert!(!keys.trust_first(&asset, &key("SHA256:b")).await.unwrap());
    assert_eq!(keys.trusted(&asset).await.unwrap(), [key("SHA256:a")]);
    assert!(keys.trust(&asset, &key("SHA256:b")).await.unwrap());
    assert!(!keys.trust(&asset, &key("SHA256:b")).await.unwrap());
    assert!(keys.distrust(&asset, "SHA256:a").await.unwrap());
    assert_eq!(keys.trusted(&asset).await.unwrap(), [key("SHA256:b")]);
}
