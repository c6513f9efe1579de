//! Files that are not what was written.

use super::*;

/// A small index in which slots are live, dead and free.
fn small() -> Index {
    let index = sparse(4);
    filled(&index, 14);
    for key in 3..6 {
        index.remove(key);
    }
    index.compact();
    for key in 9..11 {
        index.remove(key);
    }
    index
}

/// A place for files, and what a small index is as one.
fn written() -> (tempfile::TempDir, Vec<u8>) {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("vectors");
    small().save(&path, 41).unwrap();
    let bytes = fs_err::read(&path).unwrap();
    (root, bytes)
}

/// What comes of a file of these bytes.
fn loaded(root: &tempfile::TempDir, bytes: &[u8]) -> Result<Loaded, LoadError> {
    let path = root.path().join("changed");
    fs_err::write(&path, bytes).unwrap();
    Index::load(&path)
}

#[test]
fn an_index_comes_back_as_it_was() {
    let (root, bytes) = written();
    let back = loaded(&root, &bytes).unwrap();
    assert_eq!(back.position, 41);
    let (was, is) = (small(), back.index);
    assert_eq!((is.len(), is.dimensions()), (9, 4));
    for query in Source::new(4, 23).take(20) {
        let found = |index: &Index| index.search(&query, 30, 64, None).unwrap();
        assert_eq!(found(&was), found(&is));
    }
    assert!(root.path().join("vectors").exists());
    assert!(!root.path().join("vectors.new").exists());
    // It goes on from there, and what is written again is the same.
    is.save(&root.path().join("again"), 41).unwrap();
    assert!(fs_err::read(root.path().join("again")).unwrap() == bytes);
    filled(&is, 200);
    assert_eq!(is.len(), 200);
}

#[test]
fn a_new_snapshot_takes_the_place_of_the_old_one_or_leaves_it() {
    let (root, _) = written();
    let path = root.path().join("vectors");
    let index = sparse(4);
    filled(&index, 3);
    index.save(&path, 42).unwrap();
    assert_eq!(Index::load(&path).unwrap().position, 42);
    // A folder stands where the new file would be written.
    fs_err::create_dir_all(root.path().join("vectors.new")).unwrap();
    assert!(index.save(&path, 43).is_err());
    assert_eq!(Index::load(&path).unwrap().position, 42);
}

#[test]
fn a_missing_file_is_told_from_a_damaged_one() {
    let root = tempfile::tempdir().unwrap();
    let missing = Index::load(&root.path().join("none"));
    let Err(LoadError::Io(error)) = missing else {
        panic!("{missing:?}");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    let foreign = loaded(&root, b"ESV\x02 and what a later version writes");
    assert!(matches!(foreign, Err(LoadError::Foreign)));
}

#[test]
fn no_file_that_was_cut_short_is_taken() {
    let (root, bytes) = written();
    for length in 0..bytes.len() {
        let cut = loaded(&root, &bytes[..length]);
        assert!(matches!(cut, Err(LoadError::Damaged(_))), "{length} bytes");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(matches!(loaded(&root, &longer), Err(LoadError::Damaged(_))));
}

#[test]
fn no_file_with_a_flipped_bit_is_taken() {
    let (root, bytes) = written();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let result = loaded(&root, &flipped);
        let refused = match at {
            ..4 => matches!(result, Err(LoadError::Foreign)),
            _ => matches!(result, Err(LoadError::Damaged(_))),
        };
        assert!(refused, "byte {at}");
    }
}

/// Somebody may write a file with the right sum and anything in it. It is refused, or makes an
/// index that finds odd things, and never stops the program.
#[test]
fn a_forged_file_does_no_harm() {
    let (root, bytes) = written();
    let body = &bytes[..bytes.len() - 32];
    let sealed = |body: &[u8]| [body, blake3::hash(body).as_bytes()].concat();
    assert!(loaded(&root, &sealed(body)).is_ok());
    let mut taken = 0;
    let forged = (0..body.len()).flat_map(|at| [0x00, 0x7f, 0xff].map(|to| (at, to)));
    for (at, to) in forged {
        let mut forged = body.to_vec();
        forged[at] = to;
        if let Ok(Loaded { index, .. }) = loaded(&root, &sealed(&forged)) {
            taken += 1;
            let query = vec![1.0; index.dimensions()];
            index.search(&query, 3, 8, None).unwrap();
            index.read().walk_from_everywhere(&query);
            index.put(1, &query).unwrap();
            index.put(100, &query).unwrap();
            index.remove(12);
            index.compact();
            index.search(&query, 100, 8, None).unwrap();
        }
    }
    assert!(taken > 0);
    for length in 0..body.len() {
        assert!(loaded(&root, &sealed(&body[..length])).is_err(), "{length}");
    }
}

impl Graph {
    /// Walks on each level as a search of a large index would.
    fn walk_from_everywhere(&self, query: &[f32]) {
        let code = Code::of(query, self.dimensions).unwrap();
        for slot in (0..).take(self.slots.len()) {
            let start = self.descend(code.borrow(), slot, 0);
            for level in 0..3 {
                let wide = walk::Wide {
                    level,
                    width: 8,
                    budget: usize::MAX,
                };
                self.walk(code.borrow(), &[start], wide, &|slot| self.is_live(slot));
            }
        }
    }
}
