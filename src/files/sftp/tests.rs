#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::domain::FileAccess::{Change, Download, List, Upload};
use bytes::BufMut;
use proptest::prelude::*;

const ALL: [FileAccess; 4] = [List, Download, Upload, Change];

fn packet(kind: u8, id: u32, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    out.put_u32(u32::try_from(body.len()).unwrap() + 5);
    out.put_u8(kind);
    out.put_u32(id);
    out.put_slice(body);
    out
}

fn string(text: &[u8]) -> Vec<u8> {
    [&u32::try_from(text.len()).unwrap().to_be_bytes(), text].concat()
}

fn open(id: u32, pflags: u32) -> Vec<u8> {
    packet(3, id, &[string(b"/f"), pflags.to_be_bytes().to_vec(), vec![0; 4]].concat())
}

fn write(id: u32, payload: &[u8]) -> Vec<u8> {
    packet(6, id, &[string(b"h"), vec![0; 8], string(payload)].concat())
}

fn extended(id: u32, name: &str) -> Vec<u8> {
    packet(200, id, &[string(name.as_bytes()), string(b"/f"), string(b"/g")].concat())
}

fn status(id: u32, code: Code) -> Vec<u8> {
    let message = if code == Code::PermissionDenied { "no" } else { UNSUPPORTED };
    packet(101, id, &[&(code as u32).to_be_bytes()[..], &string(message.as_bytes()), &[0; 4]].concat())
}

/// What one side gets, as one.
fn joined(pieces: &[Bytes]) -> Vec<u8> {
    pieces.concat()
}

fn feed(bytes: &[u8], allowed: &[FileAccess]) -> (Vec<u8>, Vec<u8>) {
    let mut may = |access, _: &FileOp| allowed.contains(&access);
    let passed = Gate::new("no").from_client(Bytes::copy_from_slice(bytes), &mut may).unwrap();
    (joined(&passed.to_server), joined(&passed.to_client))
}

/// The same, a piece at a time.
fn feed_split(bytes: &[u8], cuts: &[usize], allowed: &[FileAccess]) -> (Vec<u8>, Vec<u8>) {
    let mut gate = Gate::new("no");
    let mut may = |access, _: &FileOp| allowed.contains(&access);
    let (mut server, mut client) = (Vec::new(), Vec::new());
    for piece in pieces(bytes, cuts) {
        let passed = gate.from_client(piece, &mut may).unwrap();
        server.extend(joined(&passed.to_server));
        client.extend(joined(&passed.to_client));
    }
    (server, client)
}

fn pieces(bytes: &[u8], cuts: &[usize]) -> Vec<Bytes> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).chain([0, bytes.len()]).collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| Bytes::copy_from_slice(&bytes[pair[0]..pair[1]])).collect()
}

/// Passes with exactly the sets of accesses that hold one of `enough` whole.
fn needs(bytes: &[u8], enough: &[&[FileAccess]]) {
    for mask in 0..16 {
        let allowed: Vec<_> =
            ALL.into_iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1).map(|(_, a)| a).collect();
        let passes = enough.iter().any(|set| set.iter().all(|access| allowed.contains(access)));
        let expected = if passes {
            (bytes.to_vec(), Vec::new())
        } else {
            let id = if bytes[4] == 1 { 0 } else { 7 };
            (Vec::new(), status(id, Code::PermissionDenied))
        };
        assert_eq!(feed(bytes, &allowed), expected, "type {} with {allowed:?}", bytes[4]);
    }
}

#[test]
fn each_request_needs_its_access() {
    needs(&packet(1, 3, b""), &[&[List]]);
    for (kind, access) in [
        (4, List),
        (5, Download),
        (6, Upload),
        (7, List),
        (8, List),
        (9, Change),
        (10, Change),
        (11, List),
        (12, List),
        (13, Change),
        (15, Change),
        (16, List),
        (17, List),
        (18, Change),
        (19, List),
        (20, Change),
    ] {
        needs(&packet(kind, 7, &[string(b"/f"), vec![0; 16]].concat()), &[&[access]]);
    }
    needs(&packet(14, 7, &[string(b"/d"), vec![0; 4]].concat()), &[&[Upload], &[Change]]);
}

#[test]
fn opening_needs_what_its_flags_ask_for() {
    needs(&open(7, 0), &[&[List]]);
    needs(&open(7, 1), &[&[Download]]);
    for write in [2, 4, 8, 0x10, 0x1a, 0x2a, 0x8000_0000] {
        needs(&open(7, write), &[&[Upload]]);
        needs(&open(7, write | 1), &[&[Download, Upload]]);
    }
}

fn opened(id: u32, handle: &[u8]) -> Bytes {
    packet(102, id, &string(handle)).into()
}

/// What of this goes to the server where only this is allowed.
fn passes(gate: &mut Gate, bytes: &[u8], allowed: &[FileAccess]) -> bool {
    let mut may = |access, _: &FileOp| allowed.contains(&access);
    let passed = gate.from_client(Bytes::copy_from_slice(bytes), &mut may).unwrap();
    assert!(passed.to_server.is_empty() != passed.to_client.is_empty());
    !passed.to_server.is_empty()
}

/// attack: file gate. By the handle, as by the name, an upload stamps what it made and nothing that was there.
#[test]
fn a_handle_is_stamped_where_its_file_was_made() {
    let fsetstat = |handle: &[u8]| packet(10, 3, &[string(handle), 0u32.to_be_bytes().to_vec()].concat());
    for (pflags, ours) in
        [(0x0a, false), (2, false), (0x0e, false), (0x12, false), (0x1a, true), (0x2a, true)]
    {
        let mut gate = Gate::new("no");
        let allowed = [List, Upload];
        assert!(passes(&mut gate, &open(1, pflags), &allowed));
        // In two pieces, as they may come.
        let (answer, long) = (opened(1, &[b'h'; 256]), [b'h'; 256]);
        gate.from_server(answer.slice(..40)).unwrap();
        gate.from_server(answer.slice(40..)).unwrap();
        assert_eq!(passes(&mut gate, &fsetstat(&long), &allowed), ours, "{pflags:x}");
        assert!(!passes(&mut gate, &fsetstat(b"another"), &allowed));
        let length = [string(&long), 1u32.to_be_bytes().to_vec(), vec![0; 8]].concat();
        assert!(passes(&mut gate, &packet(10, 3, &length), &allowed), "as who may write may");
        let and_mode = [string(b"another"), 5u32.to_be_bytes().to_vec(), vec![0; 12]].concat();
        assert!(!passes(&mut gate, &packet(10, 3, &and_mode), &allowed));
        assert!(passes(&mut gate, &packet(4, 4, &string(&long)), &allowed));
        assert!(!passes(&mut gate, &fsetstat(&long), &allowed), "closed");
        assert!(passes(&mut gate, &fsetstat(&long), &[Change]));
    }
}

/// attack: file gate. Nothing that an upload makes has set-id or sticky bits.
#[test]
fn special_bits_are_a_change() {
    let given = |permissions: u32| [4u32.to_be_bytes(), permissions.to_be_bytes()].concat();
    for (permissions, special) in
        [(0o777, false), (0o4755, true), (0o2755, true), (0o1777, true), (0o6777, true)]
    {
        let mode = given(permissions);
        let create = packet(3, 1, &[string(b"/f"), 0x1au32.to_be_bytes().to_vec(), mode.clone()].concat());
        let requests = [
            create,
            packet(14, 1, &[string(b"/d"), mode.clone()].concat()),
            packet(9, 1, &[string(b"/own"), mode.clone()].concat()),
            packet(200, 1, &[string(b"lsetstat@openssh.com"), string(b"/own"), mode.clone()].concat()),
            packet(10, 1, &[string(b"own"), mode.clone()].concat()),
        ];
        for request in requests {
            let gate = || {
                let mut gate = Gate::new("no");
                let own = [string(b"/own"), 0x1au32.to_be_bytes().to_vec(), vec![0; 4]].concat();
                assert!(passes(&mut gate, &packet(3, 9, &own), &[Upload]));
                gate.from_server(opened(9, b"own")).unwrap();
                gate
            };
            assert_eq!(passes(&mut gate(), &request, &[List, Upload]), !special, "{request:?}");
            assert!(passes(&mut gate(), &request, &[Upload, Change]));
        }
    }
}

#[test]
fn each_extension_needs_its_access() {
    for name in ["posix-rename@openssh.com", "hardlink@openssh.com", "lsetstat@openssh.com", "copy-data"] {
        needs(&extended(7, name), &[&[Change]]);
    }
    for name in [
        "statvfs@openssh.com",
        "fstatvfs@openssh.com",
        "limits@openssh.com",
        "expand-path@openssh.com",
        "home-directory",
        "users-groups-by-id@openssh.com",
    ] {
        needs(&extended(7, name), &[&[List]]);
    }
    needs(&extended(7, "fsync@openssh.com"), &[&[Upload]]);
}

#[test]
fn what_is_unknown_is_unsupported() {
    for name in ["", "version-select", "posix-rename@openssh.com\0", "COPY-DATA"] {
        assert_eq!(feed(&extended(7, name), &ALL), (vec![], status(7, Code::OpUnsupported)));
    }
    for kind in [0, 2, 21, 22, 23, 100, 101, 105, 199, 201, 255] {
        let two = [packet(kind, 9, &[0; 40]), open(1, 1)].concat();
        assert_eq!(feed(&two, &ALL), (open(1, 1), status(9, Code::OpUnsupported)), "type {kind}");
    }
}

#[test]
fn the_journal_hears_what_and_where() {
    let mut seen = Vec::new();
    let requests = [
        packet(18, 1, &[string(b"/a"), string(b"/b")].concat()),
        write(2, b"x"),
        extended(3, "hardlink@openssh.com"),
        open(4, 3),
    ]
    .concat();
    let mut may = |access, op: &FileOp| {
        seen.push((access, op.what, op.path.clone()));
        true
    };
    Gate::new("no").from_client(requests.into(), &mut may).unwrap();
    let path = |path: &str| Some(path.as_bytes().to_vec());
    assert_eq!(
        seen,
        [
            (Change, "rename", path("/a")),
            (Upload, "write", None),
            (Change, "hardlink@openssh.com", path("/f")),
            (Download, "open", path("/f")),
            (Upload, "open", path("/f")),
        ]
    );
}

#[test]
fn a_newer_version_is_not_offered_to_the_server() {
    for version in [0, 1, 2, 3, 4, 6, u32::MAX] {
        let offer = packet(1, version, &string(b"ext"));
        let expected = packet(1, version.min(3), &string(b"ext"));
        assert_eq!(feed(&offer, &ALL).0, expected);
        assert_eq!(feed_split(&offer, &(0..offer.len()).collect::<Vec<_>>(), &ALL).0, expected);
    }
}

#[test]
fn what_is_allowed_leaves_in_one_piece_and_uncopied() {
    let input = Bytes::from([open(1, 2), write(2, &[1; 30_000]), write(3, &[2; 30_000])].concat());
    let passed = Gate::new("no").from_client(input.clone(), &mut |_, _| true).unwrap();
    assert_eq!(passed.to_server.len(), 1);
    assert_eq!(passed.to_server[0].as_ptr(), input.as_ptr());
}

#[test]
fn bulk_is_streamed_once_its_header_is_there() {
    let whole = Bytes::from(write(1, &[7; 100_000]));
    let mut gate = Gate::new("no");
    assert_eq!(gate.from_client(whole.slice(..12), &mut |_, _| true), Ok(GateOutput::default()));
    let passed = gate.from_client(whole.slice(12..5_000), &mut |_, _| true).unwrap();
    assert_eq!(joined(&passed.to_server), whole[..5_000]);
    assert!(gate.held.is_empty());
    let passed = gate.from_client(whole.slice(5_000..), &mut |_, _| false).unwrap();
    assert_eq!(passed.to_server[0].as_ptr(), whole[5_000..].as_ptr());
}

#[test]
fn hostile_lengths_are_errors_and_stay_so() {
    for length in [0, wire::MAX_LENGTH + 1, u32::MAX] {
        let bytes = Bytes::copy_from_slice(&length.to_be_bytes());
        let mut gate = Gate::new("no");
        assert_eq!(gate.from_client(bytes.clone(), &mut |_, _| true), Err(GateError::Length(length)));
        assert_eq!(gate.from_client(open(1, 1).into(), &mut |_, _| true), Err(GateError::Length(length)));
        let mut gate = Gate::new("no");
        assert_eq!(gate.from_server(bytes), Err(GateError::Length(length)));
        assert_eq!(gate.from_server(packet(101, 1, b"").into()), Err(GateError::Length(length)));
    }
    let largest = write(1, &vec![0; wire::MAX_LENGTH as usize - 5 - 5 - 8 - 4]);
    assert_eq!(feed(&largest, &ALL).0, largest);
}

#[test]
fn fields_that_reach_past_their_packet_are_errors() {
    let long = u32::MAX.to_be_bytes();
    let next = open(2, 1);
    for kind in [3, 4, 5, 6, 14, 18, 200] {
        for body in [&long[..], &[0, 0, 0, 9, 1], &[0, 0]] {
            let bytes = [packet(kind, 1, body), next.clone()].concat();
            let result = Gate::new("no").from_client(bytes.into(), &mut |_, _| true);
            assert_eq!(result, Err(GateError::Malformed(kind)));
        }
    }
}

#[test]
fn answers_that_wait_are_bounded() {
    let mut gate = Gate::new("no");
    gate.from_server(Bytes::from_static(&[0, 0, 0, 9])).unwrap();
    let refused = Bytes::from(open(1, 1).repeat(1_000));
    let flooded = (0..100).find_map(|_| gate.from_client(refused.clone(), &mut |_, _| false).err());
    assert_eq!(flooded, Some(GateError::Flooded));
}

fn any_request() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (any::<u32>(), 0..32u32).prop_map(|(id, pflags)| open(id, pflags)),
        (any::<u32>(), prop::collection::vec(any::<u8>(), 0..80)).prop_map(|(id, data)| write(id, &data)),
        any::<u32>().prop_map(|version| packet(1, version, b"")),
        any::<u32>().prop_map(|id| extended(id, "copy-data")),
        any::<u32>().prop_map(|id| extended(id, "what@example.org")),
        (any::<u8>(), any::<u32>()).prop_map(|(kind, id)| packet(
            kind,
            id,
            &[string(b"/"), vec![0; 20]].concat()
        )),
    ]
}

fn any_answer() -> impl Strategy<Value = Vec<u8>> {
    (102..106u8, any::<u32>(), prop::collection::vec(any::<u8>(), 0..60))
        .prop_map(|(kind, id, body)| packet(kind, id, &body))
}

/// Takes a stream of packets apart; fails if it does not end at a boundary.
fn packets(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let size = 4 + u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
        out.push(bytes[..size].to_vec());
        bytes = &bytes[size..];
    }
    out
}

proptest! {
    #[test]
    fn splitting_changes_nothing(
        requests in prop::collection::vec(any_request(), 1..6),
        cuts in prop::collection::vec(any::<usize>(), 0..12),
        allowed in prop::sample::subsequence(ALL.to_vec(), 0..=4),
    ) {
        let bytes = requests.concat();
        let whole = feed(&bytes, &allowed);
        prop_assert_eq!(&feed_split(&bytes, &cuts, &allowed), &whole);
        let every: Vec<_> = (0..bytes.len()).collect();
        prop_assert_eq!(&feed_split(&bytes, &every, &allowed), &whole);
        for cut in every {
            prop_assert_eq!(&feed_split(&bytes, &[cut], &allowed), &whole);
        }
    }

    #[test]
    fn answers_never_split_a_packet_of_the_server(
        requests in prop::collection::vec(any_request(), 0..8),
        answers in prop::collection::vec(any_answer(), 0..8),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
        turns in prop::collection::vec(any::<bool>(), 0..40),
    ) {
        let (client, server) = (requests.concat(), answers.concat());
        let refusals = feed(&client, &[List]).1;
        let mut may = |access, _: &FileOp| access == List;
        let (mut gate, mut out) = (Gate::new("no"), Vec::new());
        let mut from_client = pieces(&client, &cuts).into_iter();
        let mut from_server = pieces(&server, &cuts).into_iter();
        for turn in turns.into_iter().chain([true; 40]).chain([false; 40]) {
            let piece = if turn { from_client.next() } else { from_server.next() };
            let Some(piece) = piece else { continue };
            out.extend(if turn {
                gate.from_client(piece, &mut may).unwrap().to_client
            } else {
                gate.from_server(piece).unwrap()
            });
        }
        let (ours, theirs): (Vec<_>, Vec<_>) = packets(&joined(&out)).into_iter().partition(|p| p[4] == 101);
        prop_assert_eq!(ours.concat(), refusals);
        prop_assert_eq!(theirs, answers);
    }

    #[test]
    fn no_bytes_panic(client: Vec<u8>, server: Vec<u8>, kind: u8, body: Vec<u8>) {
        let mut gate = Gate::new("no");
        let _ = gate.from_server(server.into());
        let _ = gate.from_client(packet(kind, 1, &body).into(), &mut |_, _| false);
        let _ = gate.from_client(client.into(), &mut |_, _| true);
        prop_assert!(gate.held.len() <= wire::PREFIX + wire::MAX_LENGTH as usize);
    }
}
