//! Stories of bytes on disk.

mod removal;
mod resumed;
pub(crate) mod uploads;

use std::io::{self, Read};

use fs_err as fs;

use app::UserId;
use kernel::Timestamp;

use super::*;
use crate::catalog::CourseId;

fn keep(blobs: &Blobs, bytes: &[u8]) -> Blob {
    blobs.keep::<io::Error>(|out| out.write_all(bytes)).unwrap()
}

#[test]
fn the_same_bytes_are_kept_once_and_read_back() {
    let root = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(root.path()).unwrap();
    let (first, second) = (keep(&blobs, b"hello"), keep(&blobs, b"hello"));
    assert_eq!(first, second);
    assert_eq!(first.bytes, 5);
    let mut text = String::new();
    blobs
        .read(first.hash)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "hello");
    assert!(blobs.verify(first.hash).unwrap());
    assert_eq!(
        fs::read_dir(root.path().join("incoming")).unwrap().count(),
        0
    );
}

#[test]
fn a_write_that_fails_leaves_nothing_and_a_crash_is_tidied_up() {
    let root = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(root.path()).unwrap();
    let failed = blobs.keep::<io::Error>(|out| {
        out.write_all(b"half")?;
        Err(io::Error::other("the connection broke"))
    });
    assert!(failed.is_err());
    let incoming = root.path().join("incoming");
    assert_eq!(fs::read_dir(&incoming).unwrap().count(), 0);
    fs::write(incoming.join("7"), "left by a crash").unwrap();
    Blobs::open(root.path()).unwrap();
    assert_eq!(fs::read_dir(&incoming).unwrap().count(), 0);
}

#[test]
fn damaged_and_missing_bytes_are_found() {
    let root = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(root.path()).unwrap();
    let blob = keep(&blobs, b"hello");
    let name = blob.hash.to_string();
    let path = root.path().join(&name[..2]).join(&name[2..]);
    fs::write(&path, "hellO").unwrap();
    assert!(!blobs.verify(blob.hash).unwrap());
    fs::remove_file(&path).unwrap();
    assert!(!blobs.verify(blob.hash).unwrap());
}

#[test]
fn records_of_every_version_decode() {
    let file = File {
        course: CourseId::from_bytes([1; 16]),
        name: "map.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 12,
        hash: Hash::from_bytes([7; 32]),
        added_at: Timestamp::from_millis(1_700_000_000_000),
        published: true,
        owner: None,
    };
    testkit::fixture("courses/fixtures/file.v1", &file);
    let owner = Some(UserId::from_bytes([2; 16]));
    testkit::fixture("courses/fixtures/file.owned.v1", &File { owner, ..file });
}
