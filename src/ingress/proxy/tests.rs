#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [&SIGNATURE[..], &[command, family], &length, rest].concat()
}

/// 192.0.2.7:50022 to 198.51.100.1:2222.
const IPV4: [u8; 12] = [192, 0, 2, 7, 198, 51, 100, 1, 0xc3, 0x66, 8, 0xae];

fn ipv6(source: &str) -> Vec<u8> {
    let source: std::net::Ipv6Addr = source.parse().unwrap();
    [&source.octets()[..], &[0; 16], &[0xc3, 0x66, 8, 0xae]].concat()
}

fn from(text: &str) -> Result<ProxyHeader, Malformed> {
    Ok(ProxyHeader::From(text.parse().unwrap()))
}

#[test]
fn the_source_is_read_and_what_follows_is_skipped() {
    assert_eq!(parse(&header(0x21, 0x11, &IPV4)), from("192.0.2.7:50022"));
    assert_eq!(parse(&header(0x21, 0x21, &ipv6("2001:db8::7"))), from("[2001:db8::7]:50022"));
    let more = [&IPV4[..], &[0x04, 0, 3, 1, 2, 3], &[0; 100]].concat();
    assert_eq!(parse(&header(0x21, 0x11, &more)), from("192.0.2.7:50022"));
}

#[test]
fn a_mapped_address_is_the_ipv4_address() {
    assert_eq!(parse(&header(0x21, 0x21, &ipv6("::ffff:192.0.2.7"))), from("192.0.2.7:50022"));
}

#[test]
fn a_balancers_own_connection_is_local_whatever_else_it_says() {
    for family in [0, 0x11, 0x21] {
        assert_eq!(parse(&header(0x20, family, &[])), Ok(ProxyHeader::Local));
        assert_eq!(parse(&header(0x20, family, &[0; 40])), Ok(ProxyHeader::Local));
    }
}

#[test]
fn all_else_is_refused() {
    for (what, command, family) in [
        ("UNSPEC", 0x21, 0x00),
        ("UDP", 0x21, 0x12),
        ("a unix socket", 0x21, 0x31),
        ("another command", 0x22, 0x11),
        ("another version", 0x11, 0x11),
    ] {
        assert_eq!(parse(&header(command, family, &[0; 216])), Err(Malformed::Kind), "{what}");
    }
    assert_eq!(parse(&header(0x21, 0x11, &IPV4[..11])), Err(Malformed::Length));
    assert_eq!(parse(&header(0x21, 0x21, &ipv6("::1")[..35])), Err(Malformed::Length));
    assert_eq!(parse(&header(0x21, 0x11, &[0; 521])), Err(Malformed::Length));
    assert_eq!(parse(b"PROXY TCP4 192.0.2.7 198.51.100.1 50022 2222\r\n"), Err(Malformed::Absent));
    assert_eq!(parse(b"SSH-2.0-OpenSSH_10.0\r\n"), Err(Malformed::Absent));
    let whole = header(0x21, 0x11, &IPV4);
    for cut in 0..whole.len() {
        assert!(parse(&whole[..cut]).is_err(), "cut at {cut}");
    }
    assert_eq!(parse(&[&whole[..], b"S"].concat()), Err(Malformed::Length));
}

#[tokio::test]
async fn a_stream_gives_its_header_and_keeps_every_byte_behind_it() {
    let whole = header(0x21, 0x11, &IPV4);
    let mut stream = &[&whole[..], b"SSH-2.0-x\r\n"].concat()[..];
    assert_eq!(read(&mut stream).await.unwrap().ok_or(Malformed::Absent), from("192.0.2.7:50022"));
    assert_eq!(stream, b"SSH-2.0-x\r\n");
    assert_eq!(read(&mut &b""[..]).await.unwrap(), None);
    for cut in 1..whole.len() {
        assert!(read(&mut &whole[..cut]).await.is_err(), "cut at {cut}");
    }
    assert!(read(&mut &b"SSH-2.0-OpenSSH_10.0\r\n"[..]).await.is_err());
    let long = [&SIGNATURE[..], &[0x21, 0x11, 0xff, 0xff]].concat();
    let mut stream = &[&long[..], &[0; 600]].concat()[..];
    assert!(read(&mut stream).await.is_err());
    assert_eq!(stream.len(), 600, "a length that is too much is not waited for");
}

proptest! {
    #[test]
    fn no_bytes_panic_and_an_address_needs_a_whole_header(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(parse(&bytes).is_err(), "twelve bytes of the signature are not drawn by chance");
    }

    #[test]
    fn an_address_needs_a_whole_header(command: u8, family: u8, length: u16, rest in proptest::collection::vec(any::<u8>(), 0..600)) {
        let [high, low] = length.to_be_bytes();
        let bytes = [&SIGNATURE[..], &[command, family, high, low], &rest].concat();
        if let Ok(header) = parse(&bytes) {
            prop_assert_eq!(rest.len(), usize::from(length));
            prop_assert!(header == ProxyHeader::Local || (command == 0x21 && matches!(family, 0x11 | 0x21)));
        }
    }

    #[test]
    fn every_address_reads_back(address: std::net::Ipv6Addr, port: u16, more in proptest::collection::vec(any::<u8>(), 0..200)) {
        let rest = [&address.octets()[..], &[0; 16], &port.to_be_bytes(), &[0, 22], &more].concat();
        let expected = SocketAddr::new(IpAddr::from(address).to_canonical(), port);
        prop_assert_eq!(parse(&header(0x21, 0x21, &rest)), Ok(ProxyHeader::From(expected)));
    }
}
