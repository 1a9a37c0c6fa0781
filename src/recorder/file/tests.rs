//! What waits for a file, on real files, on a device that is full and on a pipe that nobody reads.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Read as _;
use std::os::fd::OwnedFd;

use super::super::{Bounds, Quotas, Space};
use super::*;

impl RecordingFile {
    /// Has a writer write it.
    fn push(self: &Arc<Self>, lines: &mut Vec<u8>) -> io::Result<u64> {
        self.lay(lines).map(|laid| laid.mark())
    }
}

const PATIENCE: Duration = Duration::from_secs(60);

fn quota(recording: u64) -> Quota {
    let bounds = Bounds { recording, rate: u64::MAX, account: u64::MAX };
    Quotas::new(bounds, Space::new(&std::env::temp_dir(), 0)).begin(&"zhou".parse().unwrap()).unwrap()
}

fn of(file: impl Into<File>, writers: &Writers, patience: Duration) -> Arc<RecordingFile> {
    let (path, operator) = (PathBuf::from("a.cast"), "zhou".parse().unwrap());
    Arc::new(RecordingFile::new(file.into(), path, operator, quota(u64::MAX), writers.clone(), patience))
}

/// A file whose disk takes nothing but a little, until somebody reads.
fn stuck(writers: &Writers, patience: Duration) -> (Arc<RecordingFile>, File) {
    let (read, write) = std::io::pipe().unwrap();
    (of(OwnedFd::from(write), writers, patience), OwnedFd::from(read).into())
}

fn lines(length: usize) -> Vec<u8> {
    let mut lines = vec![b'x'; length - 1];
    lines.push(b'\n');
    lines
}

#[tokio::test]
async fn what_is_pushed_is_written_in_its_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    let file = of(fs::File::create(&path).unwrap(), &Writers::default(), PATIENCE);
    let mut all = Vec::new();
    for n in 0..5000 {
        let line = format!("{n}\n");
        all.extend_from_slice(line.as_bytes());
        let mark = file.push(&mut line.into_bytes()).unwrap();
        assert_eq!(mark, all.len() as u64);
        if n % 97 == 0 {
            file.written(mark).await.unwrap();
            assert!(fs::read(&path).unwrap() == all, "what is behind the mark is in the file");
        }
    }
    file.settled(all.len() as u64).await.unwrap();
    let mut digest = StreamDigest::default();
    digest.update(&fs::read(&path).unwrap());
    assert_eq!(file.sync().unwrap(), digest.finish());
    assert!(fs::read(&path).unwrap() == all);
    assert_eq!(file.writers.waiting(), 0);
}

#[tokio::test]
async fn several_who_push_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    let file = of(fs::File::create(&path).unwrap(), &Writers::default(), PATIENCE);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let file = Arc::clone(&file);
            tokio::spawn(async move {
                for _ in 0..200 {
                    let mark = file.push(&mut lines(50)).unwrap();
                    file.written(mark).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(fs::metadata(&path).unwrap().len(), 8 * 200 * 50);
}

#[tokio::test]
async fn a_full_disk_reaches_whoever_waits_and_all_after_them() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let file = of(full, &Writers::default(), PATIENCE);
    let mark = file.push(&mut lines(10)).unwrap();
    let fault = file.written(mark).await.unwrap_err();
    assert_eq!(fault.kind(), io::ErrorKind::StorageFull);
    assert!(fault.to_string().contains("a.cast"), "{fault}");
    assert_eq!(file.push(&mut lines(10)).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(file.settled(0).await.unwrap_err().kind(), io::ErrorKind::StorageFull, "nor does it end well");
    assert_eq!(file.writers.waiting(), 0);
}

#[tokio::test]
async fn a_fault_of_the_system_reaches_whoever_waits() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), "").unwrap();
    let only_read = fs::File::open(dir.path().join("a")).unwrap();
    let file = of(only_read, &Writers::default(), PATIENCE);
    let mark = file.push(&mut lines(10)).unwrap();
    assert!(file.written(mark).await.is_err());
}

#[tokio::test]
async fn a_disk_that_does_not_answer_ends_its_own_and_nobody_else() {
    let writers = Writers::default();
    let (slow, held) = stuck(&writers, Duration::from_millis(200));
    let mark = slow.push(&mut lines(4 << 20)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let other = of(fs::File::create(dir.path().join("a")).unwrap(), &writers, PATIENCE);
    let written = other.push(&mut lines(100)).unwrap();
    other.written(written).await.unwrap();

    let fault = slow.written(mark).await.unwrap_err();
    assert_eq!(fault.kind(), io::ErrorKind::TimedOut);
    assert!(fault.to_string().contains("did not take it"), "{fault}");
    assert!(slow.push(&mut lines(10)).is_err());
    assert!(slow.settled(0).await.is_err(), "whoever closes it does not wait once more");
    drop(held);
}

#[tokio::test]
async fn what_waits_is_bounded_and_goes_on_when_the_disk_does() {
    let writers = Writers::default();
    let (file, mut pipe) = stuck(&writers, PATIENCE);
    file.room().await.unwrap();
    let mark = file.push(&mut lines(2 << 20)).unwrap();
    assert!(!file.has_room());
    let waits = tokio::spawn({
        let file = Arc::clone(&file);
        async move { file.room().await }
    });
    tokio::task::yield_now().await;
    assert!(!waits.is_finished());
    let reading = std::thread::spawn(move || pipe.read_exact(&mut vec![0; 2 << 20]).map(|()| pipe));
    waits.await.unwrap().unwrap();
    file.written(mark).await.unwrap();
    drop(reading.join().unwrap().unwrap());
}

#[tokio::test]
async fn whoever_has_little_does_not_notice_that_the_others_have_much() {
    let writers = Writers::default();
    writers.wait(ALL);
    let dir = tempfile::tempdir().unwrap();
    let idle = of(fs::File::create(dir.path().join("a")).unwrap(), &writers, PATIENCE);
    assert!(idle.has_room());
    let (busy, held) = stuck(&writers, PATIENCE);
    busy.push(&mut lines(200 * 1024)).unwrap();
    assert!(!busy.has_room(), "in the sum it is too much");
    writers.wrote(ALL);
    assert!(busy.has_room());
    drop(held);
}

#[tokio::test]
async fn what_is_over_a_bound_is_told_and_the_end_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let file = fs::File::create(dir.path().join("a")).unwrap();
    let (path, operator) = (PathBuf::from("a.cast"), "zhou".parse().unwrap());
    let file = RecordingFile::new(file, path, operator, quota(100), Writers::default(), PATIENCE);
    let file = Arc::new(file);
    let mark = file.push(&mut lines(101)).unwrap();
    let fault = file.written(mark).await.unwrap_err();
    assert_eq!(Exceeded::of(&fault), Some(Exceeded::Recording));
    let mark = file.push(&mut lines(9)).unwrap();
    file.settled(mark).await.unwrap();
    assert_eq!(fs::metadata(dir.path().join("a")).unwrap().len(), 110);
}

/// What a channel left that failed: a digest of it holds, whatever a writer was about to write.
#[tokio::test]
async fn what_nobody_goes_on_with_is_sealed_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..50 {
        let path = dir.path().join(n.to_string());
        let (file, operator) = (fs::File::create(&path).unwrap(), "zhou".parse().unwrap());
        let quota = quota(u64::MAX);
        let file = RecordingFile::new(file, path.clone(), operator, quota, Writers::default(), PATIENCE);
        let file = Arc::new(file);
        file.push(&mut lines(1000)).unwrap();
        let left = Arc::clone(&file);
        let sealed = tokio::task::spawn_blocking(move || left.abandon()).await.unwrap().unwrap();
        assert!(file.push(&mut lines(10)).is_err());
        assert_eq!(super::super::digest(&path).unwrap(), sealed);
        assert!([0, 1000].contains(&sealed.bytes), "whole, or not at all");
        assert_eq!(file.writers.waiting(), 0);
    }
}

/// What is small is written by whoever has it, and what came meanwhile is not left lying.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_small_is_written_here_and_now() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    let file = of(fs::File::create(&path).unwrap(), &Writers::default(), PATIENCE);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let file = Arc::clone(&file);
            tokio::spawn(async move {
                for _ in 0..200 {
                    let laid = file.lay(&mut lines(50)).unwrap();
                    let mark = laid.mark();
                    laid.write();
                    file.written(mark).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(fs::metadata(&path).unwrap().len(), 4 * 200 * 50);
    assert_eq!(file.writers.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_writes_themself_is_overdue_and_keeps_nobody_waiting() {
    let (slow, held) = stuck(&Writers::default(), Duration::from_millis(200));
    let mark = slow.push(&mut lines(60 * 1024)).unwrap(); // the pipe is nearly full
    slow.written(mark).await.unwrap();
    let writes = tokio::spawn({
        let slow = Arc::clone(&slow);
        async move { while slow.lay(&mut lines(3 * 1024)).map(Laid::write).is_ok() {} }
    });
    let waits = tokio::spawn({
        let slow = Arc::clone(&slow);
        async move { slow.overdue().await }
    });
    assert_eq!(waits.await.unwrap().kind(), io::ErrorKind::TimedOut);
    assert!(slow.lay(&mut lines(10)).is_err());
    drop(held);
    writes.await.unwrap();
}
