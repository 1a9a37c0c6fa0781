//! Why nothing can be listened for at an address.

use std::io::{Error, ErrorKind};

/// The system's word for it, and the mend.
pub(crate) fn unheard(error: &Error) -> String {
    let mend = match error.kind() {
        ErrorKind::AddrInUse => "something listens there already: stop it, or choose another address or port",
        ErrorKind::AddrNotAvailable => {
            "this host has no such address: write one of its own (`ip address` lists them), or [::] for all"
        }
        ErrorKind::PermissionDenied => {
            "ports below 1024 are for root: choose a higher one, or give the program CAP_NET_BIND_SERVICE"
        }
        _ => "check the address in [listen]",
    };
    format!("{error}: {mend}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// newcomer: "stop what listens there" was said of an address that the host has not.
    #[test]
    fn each_cause_has_its_own_mend() {
        for (kind, mend) in [
            (ErrorKind::AddrInUse, "something listens there already"),
            (ErrorKind::AddrNotAvailable, "this host has no such address"),
            (ErrorKind::PermissionDenied, "ports below 1024"),
        ] {
            assert!(unheard(&Error::from(kind)).contains(mend));
        }
    }
}
