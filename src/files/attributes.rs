//! The attributes that a request gives a file (draft-ietf-secsh-filexfer-02 §5).

use super::wire::Reader;

const SIZE: u32 = 1;
const OWNER: u32 = 2;
const PERMISSIONS: u32 = 4;

/// Set-user-id, set-group-id and sticky.
const SPECIAL_BITS: u32 = 0o7000;

/// Whether they set such a bit; what cannot be read may.
pub(super) fn are_special(attributes: &[u8]) -> bool {
    permissions(&mut Reader(attributes)).is_none_or(|permissions| permissions & SPECIAL_BITS != 0)
}

/// Whether they say how long a file is, and nothing else.
pub(super) fn are_length(attributes: &[u8]) -> bool {
    Reader(attributes).u32() == Some(SIZE)
}

/// Without any: none, which is 0.
fn permissions(body: &mut Reader<'_>) -> Option<u32> {
    let flags = body.u32()?;
    let before = [(SIZE, 2), (OWNER, 2)];
    for _ in before.iter().filter(|(flag, _)| flags & flag != 0).flat_map(|(_, words)| 0..*words) {
        body.u32()?;
    }
    if flags & PERMISSIONS == 0 { Some(0) } else { body.u32() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn special_bits_are_found_behind_what_stands_before_them() {
        let are_special = |words: &[u32]| {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            super::are_special(&bytes)
        };
        for words in [
            &[4, 0o4755][..],
            &[4, 0o2755],
            &[4, 0o1777],
            &[4, 0o106_777],
            &[5, 0, 10, 0o4755],
            &[6, 0, 0, 0o4755],
            &[0x8000_000f, 0, 10, 0, 0, 0o4755, 1, 1],
            &[4],
            &[7, 0, 0, 0],
            &[],
        ] {
            assert!(are_special(words), "{words:?}");
        }
        for words in [
            &[0][..],
            &[4, 0o100_777],
            &[4, 0o40_755],
            &[8, 0o7777, 0o7777],
            &[1, 0o7777, 0o7777],
            &[0xd, 0, 1, 0o644, 1, 1],
        ] {
            assert!(!are_special(words), "{words:?}");
        }
    }
}
