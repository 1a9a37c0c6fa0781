//! Reading a client's SFTP requests, as far as policy and the journal need (draft-ietf-secsh-filexfer-02 §6).

use bytes::Bytes;

use super::access::{self, Need, Shape};
use super::attributes;
use super::own::{Deed, Handle, Name};
use super::wire::{self, GateError, PREFIX, Reader};

/// The version whose packets we can read (§4).
const VERSION: u32 = 3;

/// One operation, for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOp {
    pub what: &'static str,
    /// As the client wrote it, which may be any bytes; the first where there are two. A request on a handle
    /// has none.
    pub path: Option<Vec<u8>>,
}

/// A request that can be judged.
pub(super) struct Request {
    /// `SSH_FXP_INIT` has none.
    pub id: Option<u32>,
    pub op: FileOp,
    pub need: Need,
    /// What it does to names or an open file, if anything.
    pub deed: Option<Deed>,
    /// Whether what it makes or stamps gets set-id or sticky bits, or may.
    pub special: bool,
    /// Size of the whole packet.
    pub size: usize,
    /// What the server gets in its place, if that is not the packet itself.
    pub instead: Option<Bytes>,
}

pub(super) enum Look {
    /// Cannot be judged before this many bytes are there, and there are fewer.
    Wants(usize),
    Judge(Request),
}

/// Looks at the beginning of a packet.
pub(super) fn look(bytes: &[u8]) -> Result<Look, GateError> {
    let head = PREFIX + 1;
    let mut reader = Reader(bytes);
    let Some(length) = reader.u32() else { return Ok(Look::Wants(head)) };
    let size = wire::size(length)?;
    let Some((&kind, body)) = reader.0.split_first() else { return Ok(Look::Wants(head)) };
    let (what, shape, need) = access::of_request(kind);
    let wanted = match shape {
        Shape::Other => head + 4,
        Shape::Bulk => head + 4 + 4,
        _ => size,
    };
    if bytes.len() < wanted.min(size) {
        return Ok(Look::Wants(wanted.min(size)));
    }
    // A longer slice would read the next packet as part of this one.
    let body = body.get(..body.len().min(size - head)).unwrap_or(body);
    let op = FileOp { what, path: None };
    let mut request = Request { id: None, op, need, deed: None, special: false, size, instead: None };
    read(&mut request, shape, Reader(body)).ok_or(GateError::Malformed(kind))?;
    Ok(Look::Judge(request))
}

fn read(request: &mut Request, shape: Shape, mut body: Reader<'_>) -> Option<()> {
    if shape == Shape::Version {
        return read_version(request, body);
    }
    request.id = Some(body.u32()?);
    match shape {
        Shape::Extended => read_extension(request, body),
        Shape::Bulk => {
            let handle = usize::try_from(body.u32()?).ok()?;
            (handle <= request.size.saturating_sub(PREFIX + 1 + 4 + 4)).then_some(())
        }
        _ => read_fields(request, shape, body),
    }
}

fn read_fields(request: &mut Request, shape: Shape, mut body: Reader<'_>) -> Option<()> {
    match shape {
        Shape::Path | Shape::Stamp => {
            let path = body.string()?;
            request.deed = deed(request.op.what, path);
            request.special = shape == Shape::Stamp && attributes::are_special(body.0);
            request.op.path = Some(path.to_vec());
        }
        Shape::Paths => {
            let (from, to) = (body.string()?, body.string()?);
            request.deed = Some(Deed::Rename { from: Name::parse(from), to: Name::parse(to) });
            request.op.path = Some(from.to_vec());
        }
        Shape::Handle | Shape::StampOpen => {
            let handle = Handle::parse(body.string()?);
            request.deed = handle.and_then(|handle| match request.op.what {
                "fsetstat" => Some(Deed::StampOpen(handle)),
                "close" => Some(Deed::Close(handle)),
                _ => None,
            });
            request.special = shape == Shape::StampOpen && attributes::are_special(body.0);
            // Who may write to a file may leave it as long as what was written: scp empties none that it writes.
            if shape == Shape::StampOpen && attributes::are_length(body.0) {
                request.need = access::LENGTH;
            }
        }
        Shape::Open => {
            let (path, pflags) = (body.string()?, body.u32()?);
            request.need = access::of_opening(pflags);
            let write = |how| Deed::Write { name: Name::parse(path), how };
            request.deed = access::writes(pflags).map(write);
            request.special = attributes::are_special(body.0);
            request.op.path = Some(path.to_vec());
        }
        _ => {}
    }
    Some(())
}

fn deed(what: &str, path: &[u8]) -> Option<Deed> {
    let deed = match what {
        "mkdir" => Deed::MakeDir,
        "setstat" | "lsetstat@openssh.com" => Deed::Stamp,
        "remove" => Deed::Remove,
        "rmdir" => Deed::RemoveDir,
        _ => return None,
    };
    Name::parse(path).map(deed)
}

fn read_extension(request: &mut Request, mut body: Reader<'_>) -> Option<()> {
    let name = body.string()?;
    let (what, shape, need) = access::of_extension(name);
    request.op.what = what;
    request.need = need;
    read_fields(request, shape, body)
}

/// From version 4 on packets are laid out anew; a server that is offered 3 answers with 3 or less (§4).
fn read_version(request: &mut Request, mut body: Reader<'_>) -> Option<()> {
    if body.u32()? > VERSION {
        let length = u32::try_from(request.size - PREFIX).ok()?.to_be_bytes();
        request.instead = Some([&length, &[1][..], &VERSION.to_be_bytes(), body.0].concat().into());
    }
    Some(())
}
