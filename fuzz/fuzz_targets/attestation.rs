//! Whatever is given as a maker's statement is read or refused; and without a maker who is named, none is believed.
#![no_main]

use juyong::auth::attestation::{AttestationStatement, SecurityKey};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "sk-ssh-ed25519@openssh.com \
    AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIHaSw601QLuAPAILOu5mzYiHEjI06gxucUPArdc/9DHtAAAABHNzaDo=";

fuzz_target!(|bytes: &[u8]| {
    let key = SecurityKey::read(KEY).unwrap();
    if let Ok(statement) = AttestationStatement::read(bytes) {
        assert!(statement.check(&key, b"challenge", &[], 1_780_000_000).is_err());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = SecurityKey::read(text);
    }
});
