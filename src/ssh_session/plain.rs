//! What a terminal does for a program, where the client has one and the asset gave none: keys are shown, Enter ends a
//! line, and lines begin at the left. The client has turned all that off by the time the asset refuses.

use bytes::Bytes;

use crate::ssh::Outlet;

/// What was typed, as a program reads it; it is shown to whoever typed it.
pub(super) async fn typed(bytes: &Bytes, near: &Outlet) -> Bytes {
    let line: Bytes = bytes.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect();
    let _ = near.data(shown(&line)).await; // gone: its inbox ends
    line
}

/// What a program prints, as a terminal shows it.
pub(super) fn shown(bytes: &[u8]) -> Bytes {
    let mut shown = Vec::with_capacity(bytes.len() + 16);
    for &byte in bytes {
        if byte == b'\n' {
            shown.push(b'\r'); // one that stands there already does no harm
        }
        shown.push(byte);
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn lines_begin_at_the_left() {
        assert_eq!(shown(b"a\nb\n").as_ref(), b"a\r\nb\r\n");
    }
}
