//! A PROXY header names a source only where it is whole and for TCP.
#![no_main]

use juyong::ingress::proxy::{ProxyHeader, SIGNATURE, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Behind the signature, too: a fuzzer is slow to find it.
    let signed = [&SIGNATURE[..], bytes].concat();
    for bytes in [bytes, &signed] {
        if let Ok(header) = parse(bytes) {
            assert!(bytes.starts_with(&SIGNATURE) && bytes.len() <= 536);
            let [command, family, high, low] = [bytes[12], bytes[13], bytes[14], bytes[15]];
            assert_eq!(bytes.len(), 16 + usize::from(u16::from_be_bytes([high, low])));
            match header {
                ProxyHeader::Local => assert_eq!(command, 0x20),
                ProxyHeader::From(_) => assert!(command == 0x21 && matches!(family, 0x11 | 0x21)),
            }
        }
    }
});
