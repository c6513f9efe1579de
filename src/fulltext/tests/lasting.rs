//! What is on the disk after a stop, a crash, and a start.

use std::path::Path;

use super::*;

fn open(directory: &Path) -> (Index, u64) {
    Index::open(directory).expect("it can be read")
}

#[test]
fn what_was_committed_is_there_after_a_stop() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("fulltext");
    let (index, position) = open(&directory);
    assert_eq!(position, 0);
    index.put(&page("a", "Rivers", "of Europe")).unwrap();
    index.commit(41).unwrap();
    index.put(&page("b", "Lakes", "of Europe")).unwrap();
    index.commit(u64::MAX).unwrap();
    assert_eq!(index.position(), u64::MAX);
    index.close().unwrap();

    let (index, position) = open(&directory);
    assert_eq!((position, index.position()), (u64::MAX, u64::MAX));
    assert_eq!(search(&index, "europe").total, 2);
}

#[test]
fn a_crash_between_putting_and_committing_leaves_the_earlier_position() {
    let root = tempfile::tempdir().unwrap();
    let (index, _) = open(root.path());
    index.put(&page("a", "Rivers", "of Europe")).unwrap();
    index.commit(7).unwrap();
    index.put(&page("b", "Lakes", "of Europe")).unwrap();
    index.remove(key("a")).unwrap();
    drop(index);

    let (index, position) = open(root.path());
    assert_eq!(position, 7);
    assert_eq!(names(&search(&index, "europe")), ["a"]);
    // It goes on from there, and what was lost is put again.
    index.put(&page("b", "Lakes", "of Europe")).unwrap();
    index.commit(9).unwrap();
    assert_eq!(search(&index, "europe").total, 2);
}

#[test]
fn a_position_moves_on_without_documents() {
    let root = tempfile::tempdir().unwrap();
    let (index, _) = open(root.path());
    index.commit(3).unwrap();
    index.close().unwrap();
    assert_eq!(open(root.path()).1, 3);
}

#[test]
fn an_index_in_use_is_not_taken_for_a_damaged_one() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("fulltext");
    let (_held, _) = open(&directory);
    let again = Index::open_or_set_aside(&directory, &root.path().join("quarantine"));
    assert!(matches!(
        again.err(),
        Some(crate::OpenError::Unusable { .. })
    ));
    assert!(!root.path().join("quarantine").exists());
}

#[test]
fn searching_goes_on_while_documents_come() {
    let index = index_of([page("a", "Rivers", "of Europe")]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 2..30 {
                for n in 0..10 {
                    index
                        .put(&page(&format!("{round}.{n}"), "Lakes", "of Asia"))
                        .unwrap();
                }
                index.commit(round).unwrap();
            }
        });
        for _ in 0..200 {
            assert_eq!(search(&index, "rivers").total, 1);
            // A commit is seen whole.
            assert_eq!(search(&index, "lakes").total % 10, 0);
        }
    });
    assert_eq!(search(&index, "lakes").total, 280);
}
