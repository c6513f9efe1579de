//! Files that are not what was written: a typed error or an index that works, and never a panic.

use std::path::{Path, PathBuf};

use super::*;
use crate::{OpenError, Opened};

/// An index on the disk with two commits, closed.
fn written(directory: &Path) {
    let (index, _) = Index::open(directory).unwrap();
    for round in 0..2 {
        for n in 0..20 {
            let name = format!("{}", n + round * 10);
            let title = format!("Page {n} of round {round}");
            index
                .put(&page(&name, &title, "Some words about rivers and lakes."))
                .unwrap();
        }
        index.commit(round + 1).unwrap();
    }
    index.close().unwrap();
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs_err::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().ends_with(".lock"))
        .collect();
    files.sort();
    files
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for file in files(from) {
        fs_err::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}

/// Opens what may be damaged and uses it, which may fail and must not panic.
fn use_it(directory: &Path) -> Result<u64, OpenError> {
    let (index, position) = Index::open(directory)?;
    let used = || -> Result<(), crate::Error> {
        index.rank(&query("rivers"), &mut |_| true)?;
        index.rank(&query("rivres page"), &mut |_| true)?;
        index.put(&page("new", "New", "rivers"))?;
        index.remove(key("3"))?;
        index.commit(9)?;
        index.rank(&query("rivers"), &mut |_| true).map(drop)
    };
    drop((used(), index.close()));
    Ok(position)
}

/// Damages each file in turn, several times, and says how many of the indexes were refused.
fn damaged_by(damage: impl Fn(&mut Vec<u8>, usize)) -> (usize, usize) {
    let root = tempfile::tempdir().unwrap();
    let whole = root.path().join("whole");
    written(&whole);
    let (mut refused, mut tried) = (0, 0);
    for file in files(&whole) {
        let bytes = fs_err::read(&file).unwrap();
        for n in 0..6 {
            let mut changed = bytes.clone();
            damage(&mut changed, bytes.len().saturating_sub(1) * n / 5);
            if changed == bytes {
                continue;
            }
            let directory = root.path().join(format!("damaged.{tried}"));
            copy(&whole, &directory);
            fs_err::write(directory.join(file.file_name().unwrap()), changed).unwrap();
            tried += 1;
            match use_it(&directory) {
                Ok(position) => assert_eq!(position, 2, "{}", file.display()),
                Err(OpenError::Unreadable { .. }) => refused += 1,
                Err(unusable) => panic!("{}: {unusable}", file.display()),
            }
        }
    }
    (refused, tried)
}

#[test]
fn a_flipped_bit_is_noticed_or_does_no_harm() {
    let (refused, tried) = damaged_by(|bytes, at| {
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 0x10;
        }
    });
    assert!(
        tried > 40 && refused * 10 > tried * 8,
        "{refused} of {tried}"
    );
}

#[test]
fn a_truncated_file_is_noticed_or_does_no_harm() {
    let (refused, tried) = damaged_by(Vec::truncate);
    assert!(
        tried > 40 && refused * 10 > tried * 8,
        "{refused} of {tried}"
    );
}

#[test]
fn a_missing_file_is_noticed() {
    let root = tempfile::tempdir().unwrap();
    let whole = root.path().join("whole");
    written(&whole);
    for (n, file) in files(&whole).iter().enumerate() {
        let directory = root.path().join(format!("damaged.{n}"));
        copy(&whole, &directory);
        fs_err::remove_file(directory.join(file.file_name().unwrap())).unwrap();
        if let Err(error) = use_it(&directory) {
            assert!(matches!(error, OpenError::Unreadable { .. }), "{error}");
        } else {
            // Only the list of what may be collected can be done without.
            assert!(file.ends_with(".managed.json"), "{}", file.display());
        }
    }
}

#[test]
fn an_unreadable_index_is_set_aside_and_an_empty_one_takes_its_place() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("fulltext");
    let quarantine = root.path().join("quarantine/then");
    for name in ["fulltext", "fulltext.1"] {
        written(&directory);
        let before = files(&directory).len();
        fs_err::write(directory.join("meta.json"), "{ not so").unwrap();
        let Opened {
            index,
            position,
            set_aside,
        } = Index::open_or_set_aside(&directory, &quarantine).unwrap();
        assert_eq!(position, 0);
        let aside = set_aside.unwrap();
        assert_eq!(aside.to, quarantine.join(name));
        assert_eq!(files(&aside.to).len(), before, "nothing of it is lost");

        // It can be filled again at once, and is not set aside another time.
        index.put(&page("a", "Rivers", "again")).unwrap();
        index.commit(5).unwrap();
        index.close().unwrap();
        let again = Index::open_or_set_aside(&directory, &quarantine).unwrap();
        assert_eq!(again.position, 5);
        assert!(again.set_aside.is_none());
        again.index.close().unwrap();
        fs_err::remove_dir_all(&directory).unwrap();
    }
}

#[test]
fn an_index_of_another_form_is_unreadable() {
    let root = tempfile::tempdir().unwrap();
    written(root.path());
    let meta = root.path().join("meta.json");
    let text = fs_err::read_to_string(&meta).unwrap();
    for (from, to) in [("form=3", "form=2"), ("position=2", "position=3")] {
        assert!(text.contains(from));
        fs_err::write(&meta, text.replace(from, to)).unwrap();
        let error = Index::open(root.path()).err().unwrap();
        assert!(error.to_string().contains("another form"), "{error}");
    }
    fs_err::write(&meta, text).unwrap();
    assert_eq!(Index::open(root.path()).unwrap().1, 2);
}
