//! Recordings on a real file system.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::super::{Bounds, Quotas, Space};
use super::*;
use crate::domain::{AssetName, LoginName, OperatorName, Protocol, RecordingId, SessionId};
use crate::evidence::Reader;
use crate::evidence::cast::{CastEvent, CastEventKind, CastSession, Env, Version2};

fn header(protocol: Protocol) -> Header {
    Header {
        version: Version2,
        width: 80,
        height: 24,
        timestamp: 1_767_225_600,
        title: None,
        command: None,
        env: Env::default(),
        juyong: CastSession {
            session: SessionId::new(1, 1),
            recording: RecordingId::new(1, 2),
            operator: OperatorName::parse("zhou").unwrap(),
            asset: AssetName::parse("db1").unwrap(),
            login: LoginName::parse("root").unwrap(),
            protocol,
            source: "192.0.2.7:50022".into(),
        },
    }
}

fn started() -> Timestamp {
    "2026-01-01T07:00:00+08:00".parse().unwrap()
}

fn quota(dir: &Path) -> Quota {
    let bounds = Bounds { recording: u64::MAX, rate: u64::MAX, account: u64::MAX };
    Quotas::new(bounds, Space::new(dir, 0)).begin(&OperatorName::parse("zhou").unwrap()).unwrap()
}

fn terms(dir: &Path, terminal: HasTerminal) -> RecordingTerms {
    let patience = Duration::from_secs(60);
    RecordingTerms { terminal, quota: quota(dir), writers: Writers::default(), patience }
}

fn shell(dir: &Path) -> Recording {
    Recording::create(dir, &header(Protocol::Shell), started(), terms(dir, HasTerminal::Yes)).unwrap()
}

fn exec(dir: &Path) -> Recording {
    Recording::create(dir, &header(Protocol::Exec), started(), terms(dir, HasTerminal::No)).unwrap()
}

fn digest(bytes: &[u8]) -> Stream {
    let mut digest = StreamDigest::default();
    digest.update(bytes);
    digest.finish()
}

fn read(path: &Path) -> (Vec<CastEvent>, bool) {
    let bytes = fs::read(path).unwrap();
    let mut reader = Reader::open(&*bytes).unwrap();
    let events = reader.by_ref().map(Result::unwrap).collect();
    (events, reader.is_torn())
}

fn joined(events: &[CastEvent], pick: fn(&CastEventKind) -> Option<&Vec<u8>>) -> Vec<u8> {
    events.iter().filter_map(|event| pick(&event.what)).flatten().copied().collect()
}

fn shown(events: &[CastEvent]) -> Vec<u8> {
    joined(events, |what| if let CastEventKind::Output(bytes) = what { Some(bytes) } else { None })
}

fn typed(events: &[CastEvent]) -> Vec<u8> {
    joined(events, |what| if let CastEventKind::Input(bytes) = what { Some(bytes) } else { None })
}

#[test]
fn a_file_lies_by_its_utc_date_and_is_private() {
    let dir = tempfile::tempdir().unwrap();
    let recording = shell(dir.path());
    assert_eq!(
        recording.file().path(),
        dir.path().join(format!("2025/12/31/{}.cast", RecordingId::new(1, 2)))
    );
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(recording.file().path()), 0o600);
    assert_eq!(mode(&dir.path().join("2025")), 0o700);
    let again = terms(dir.path(), HasTerminal::Yes);
    let again = Recording::create(dir.path(), &header(Protocol::Shell), started(), again);
    assert_eq!(again.err().unwrap().kind(), io::ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn a_shell_is_kept_without_its_password() {
    let dir = tempfile::tempdir().unwrap();
    let mut recording = shell(dir.path());
    let second = Duration::from_secs;
    recording.output(second(0), b"$ ").unwrap();
    recording.input(second(1), b"su\r").unwrap();
    recording.output(second(1), b"su\r\nPassword: ").unwrap();
    recording.input(second(2), b"hunter2\r").unwrap();
    recording.output(second(3), b"\r\n# \xe5\xb1").unwrap();
    recording.resize(second(3), 100, 30).unwrap();
    recording.output(second(4), b"\x85\xff").unwrap();
    recording.marker(second(5), "su").unwrap();
    let closed = recording.finish().await.unwrap().kept().await.unwrap();

    let bytes = fs::read(&closed.path).unwrap();
    assert_eq!(closed.file, digest(&bytes));
    assert!(!String::from_utf8(bytes).unwrap().contains("hunter2"));
    let (events, torn) = read(&closed.path);
    assert!(!torn);
    assert_eq!(typed(&events), b"su\r\r");
    assert_eq!(closed.input, digest(b"su\r\r"), "no digest of a password to guess by");
    let all = b"$ su\r\nPassword: \r\n# \xe5\xb1\x85\xff";
    assert_eq!((shown(&events), closed.output), (all.to_vec(), digest(all)));
}

#[tokio::test]
async fn a_pipe_is_kept_to_its_limit_and_digested_whole() {
    let dir = tempfile::tempdir().unwrap();
    let mut recording = exec(dir.path());
    let data: Vec<u8> =
        (0..18 * 1024 * 1024u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for packet in data.chunks(32_749) {
        recording.output(Duration::ZERO, packet).unwrap();
    }
    recording.errors(Duration::ZERO, b"late").unwrap();
    recording.input(Duration::from_secs(1), &data[..1000]).unwrap();
    let closed = recording.finish().await.unwrap().kept().await.unwrap();

    assert_eq!(closed.output, digest(&data));
    assert_eq!((closed.errors, closed.input), (digest(b"late"), digest(&data[..1000])));
    let (events, _) = read(&closed.path);
    let (shown, tail) = (shown(&events), data.len() - crate::recorder::limit::TAIL);
    let head = shown.len() - crate::recorder::limit::TAIL - b"late".len();
    let part = head * 100 / usize::try_from(KEPT).unwrap();
    assert!((30..=100).contains(&part), "of the first 16 MiB {part} % are kept: what no text has takes more");
    let whole = [&data[..head], b"late", &data[tail..]].concat();
    assert!(shown == whole, "the beginning and the last come back, whatever bytes they are");
    assert_eq!(closed.unrecorded, Unrecorded { output: (tail - head) as u64, ..Unrecorded::default() });
    assert_eq!(typed(&events), &data[..1000]);
    let stops = events.iter().filter(|event| matches!(event.what, CastEventKind::Marker(_))).count();
    assert_eq!(stops, 2, "where it stops, and where it goes on");
    assert_eq!(closed.file, digest(&fs::read(&closed.path).unwrap()));
}

#[tokio::test]
async fn attack_16_what_must_be_whole_ends_where_it_would_not_be() {
    let dir = tempfile::tempdir().unwrap();
    let terms = terms(dir.path(), HasTerminal::NoAndWhole);
    let mut recording = Recording::create(dir.path(), &header(Protocol::Exec), started(), terms).unwrap();
    recording.errors(Duration::ZERO, &vec![b'e'; 1 << 20]).unwrap();
    let piece = [vec![b'o'; (1 << 20) - 1], b"!".to_vec()].concat();
    let most = usize::try_from(KEPT).unwrap() / piece.len() + 1;
    let fault = (0..most).find_map(|_| recording.output(Duration::ZERO, &piece).err()).unwrap();
    assert_eq!(fault.kind(), io::ErrorKind::FileTooLarge);
    let closed = recording.finish().await.unwrap().kept().await.unwrap();
    assert!(closed.unrecorded.is_none(), "what it ended for is in its end");
    assert!(shown(&read(&closed.path).0).ends_with(b"o!"));
}

#[tokio::test]
async fn attack_16_what_is_not_echoed_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let mut recording = shell(dir.path());
    recording.output(Duration::ZERO, b"Password: ").unwrap();
    recording.input(Duration::from_secs(1), b"hunter2\r").unwrap();
    recording.output(Duration::from_secs(1), b"\r\n").unwrap();
    let (events, _) = read(&recording.finish().await.unwrap().kept().await.unwrap().path);
    let mark = |event: &CastEvent| {
        if let CastEventKind::Marker(text) = &event.what { Some(text.clone()) } else { None }
    };
    let marks: Vec<_> = events.iter().filter_map(mark).collect();
    assert_eq!(marks, ["input without an echo, not recorded: at most 64 bytes, 1 times Enter"]);
}

#[tokio::test]
async fn every_call_leaves_whole_lines_behind() {
    let dir = tempfile::tempdir().unwrap();
    let mut recording = shell(dir.path());
    let mark = recording.output(Duration::ZERO, b"one").unwrap();
    let file = recording.file();
    file.written(mark).await.unwrap();
    let path = file.path().to_owned();
    // The gateway is killed here: no finish, no destructor.
    std::mem::forget(recording);
    assert_eq!(read(&path).0.len(), 1);

    let whole = fs::read(&path).unwrap();
    fs::write(&path, [&whole[..], b"[0.5, \"o\", \"tw"].concat()).unwrap();
    let (events, torn) = read(&path);
    assert_eq!((shown(&events), torn), (b"one".to_vec(), true));
}

#[tokio::test]
async fn a_full_disk_is_told_and_stays_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (header, terms) = (header(Protocol::Shell), terms(dir.path(), HasTerminal::Yes));
    let mut recording = Recording::begin(full, "/dev/full".into(), &header, terms).unwrap();
    let fault = recording.file().written(1).await.err().unwrap();
    assert_eq!(fault.kind(), io::ErrorKind::StorageFull);
    assert!(fault.to_string().contains("/dev/full"));
    assert!(recording.output(Duration::ZERO, b"y").is_err(), "there would be a hole in it");
    assert!(recording.finish().await.is_err());
}

#[test]
fn the_disk_tells_its_room() {
    let dir = tempfile::tempdir().unwrap();
    assert!(crate::recorder::free_bytes(dir.path()).unwrap() > 0);
    assert!(crate::recorder::free_bytes(&dir.path().join("none")).is_err());
}
