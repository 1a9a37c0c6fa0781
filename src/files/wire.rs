//! The bytes of SFTP version 3 (draft-ietf-secsh-filexfer-02 §3).

use bytes::{Buf, BufMut, BytesMut};

/// Largest value of the length field that either side may send; OpenSSH's own limit.
pub(super) const MAX_LENGTH: u32 = 256 * 1024;

/// Bytes of the length field, which does not count itself.
pub(super) const PREFIX: usize = 4;

/// Why a channel cannot go on: from here on we might read packets where the other side does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    #[error("an SFTP packet of {0} bytes")]
    Length(u32),
    #[error("a malformed SFTP packet of type {0}")]
    Malformed(u8),
    #[error("too many refused SFTP requests wait for their answer")]
    Flooded,
}

/// Codes of `SSH_FXP_STATUS` (§7) that we answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    PermissionDenied = 3,
    OpUnsupported = 8,
}

const STATUS: u8 = 101;

/// Size of a whole packet whose length field is given.
pub(super) fn size(length: u32) -> Result<usize, GateError> {
    if length == 0 || length > MAX_LENGTH {
        return Err(GateError::Length(length));
    }
    Ok(PREFIX.saturating_add(usize::try_from(length).map_err(|_| GateError::Length(length))?))
}

/// What is left to read of a packet.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.0.try_get_u32().ok()
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        let (string, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

/// Writes an answer; the language tag is empty, for the message is in whatever language we were given.
pub(super) fn put_status(out: &mut BytesMut, id: u32, code: Code, message: &str) {
    let fixed = 1 + 4 + 4 + 4 + 4;
    // A message is a line of text; one that is not, is left out.
    let (length, message) = match u32::try_from(message.len()) {
        Ok(length) if length < MAX_LENGTH - fixed => (length, message),
        _ => (0, ""),
    };
    out.put_u32(fixed + length);
    out.put_u8(STATUS);
    out.put_u32(id);
    out.put_u32(code as u32);
    out.put_u32(length);
    out.put_slice(message.as_bytes());
    out.put_u32(0);
}
