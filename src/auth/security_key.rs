//! What a security key (FIDO2) says with each signature: whether somebody touched it, whether it knew them, and how often
//! it has signed. The signature covers all of it.

/// One use of a security key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityKeyUse {
    /// Somebody was there.
    pub touched: bool,
    /// It was the owner, by PIN or finger.
    pub verified: bool,
    /// Signatures so far; 0 where the key does not count.
    pub counter: u32,
}

/// Bits of the flags (WebAuthn §6.1).
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;

impl SecurityKeyUse {
    /// From the end of a signature: flags, and the counter (OpenSSH's PROTOCOL.u2f).
    pub fn read(signature: &[u8]) -> Option<Self> {
        let (_, &[flags, ref counter @ ..]) = signature.split_last_chunk::<5>()?;
        Some(Self {
            touched: flags & USER_PRESENT != 0,
            verified: flags & USER_VERIFIED != 0,
            counter: u32::from_be_bytes(*counter),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_counter_stand_at_the_end() {
        let read = |end: [u8; 5]| SecurityKeyUse::read(&[&[0xff; 64][..], &end].concat());
        for (flags, touched, verified) in [
            (0x00, false, false),
            (0x01, true, false),
            (0x04, false, true),
            (0x05, true, true),
            (0xc1, true, false),
        ] {
            let want = SecurityKeyUse { touched, verified, counter: 0x0102_0304 };
            assert_eq!(read([flags, 1, 2, 3, 4]), Some(want), "{flags:#x}");
        }
        assert_eq!(SecurityKeyUse::read(&[1, 0, 0, 0]), None);
    }
}
