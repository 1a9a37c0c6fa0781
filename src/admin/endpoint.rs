//! How clients reach a listener, where nobody said it.

use std::net::SocketAddr;

/// The port of the documentation's examples.
pub(super) const PORT: u16 = 2222;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub text: String,
    /// Whether it is more than a guess.
    pub certain: bool,
}

impl Endpoint {
    /// By the first address that is one machine's, else by the name that this one has.
    pub(super) fn of(listeners: &[SocketAddr], default_port: u16) -> Self {
        match listeners.iter().find(|address| !address.ip().is_unspecified()) {
            Some(address) => Self { text: address.to_string(), certain: true },
            None => {
                let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
                let port = listeners.first().map_or(default_port, SocketAddr::port);
                Self { text: format!("{host}:{port}"), certain: false }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_of_one_machine_is_where_clients_go() {
        let of = |texts: &[&str]| {
            let listeners: Vec<_> = texts.iter().map(|text| text.parse().unwrap()).collect();
            Endpoint::of(&listeners, 51820)
        };
        let certain = |text: &str| Endpoint { text: text.to_owned(), certain: true };
        assert_eq!(of(&["0.0.0.0:1", "192.0.2.7:2", "192.0.2.8:3"]), certain("192.0.2.7:2"));
        assert_eq!(of(&["[2001:db8::7]:51820"]), certain("[2001:db8::7]:51820"));
        for (listeners, port) in [(&["[::]:4000", "0.0.0.0:4001"][..], ":4000"), (&[], ":51820")] {
            let guess = of(listeners);
            assert!(!guess.certain && guess.text.ends_with(port), "{guess:?}");
        }
    }
}
