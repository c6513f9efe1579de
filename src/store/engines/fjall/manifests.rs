//! Looks at the manifests of the keyspaces before fjall believes them.
//!
//! Each keyspace has a file `current`, which says which manifest `v<n>` holds, and the checksum of
//! that manifest. fjall 3.1.13 writes the checksum and never compares it. With a wrong bit in
//! either file it may panic, open another version, or take the tables that it does not find named
//! for leftovers and delete them. Both files are small, so they are compared at each start; the
//! tables themselves carry a checksum for each block, which fjall compares when it reads one.
//!
//! ```text
//! current = n:u64  xxh3_128(the bytes of v<n>):u128  0u8
//! ```

use std::path::{Path, PathBuf};

use fs_err as fs;
use xxhash_rust::xxh3::xxh3_128;

/// A manifest that is not as it was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ManifestError {
    #[error(
        "{0} is damaged, or the manifest that it names is; nothing was changed, and the way out is \
         to restore a backup"
    )]
    Damaged(PathBuf),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Compares the manifest of each keyspace with its checksum.
pub(super) fn examine(directory: &Path) -> Result<(), ManifestError> {
    for entry in fs::read_dir(directory.join("keyspaces"))? {
        let keyspace = entry?.path();
        if keyspace.is_dir() && !is_whole(&keyspace)? {
            return Err(ManifestError::Damaged(keyspace.join("current")));
        }
    }
    Ok(())
}

fn is_whole(keyspace: &Path) -> std::io::Result<bool> {
    let Some(current) = read(&keyspace.join("current"))? else {
        return Ok(false);
    };
    let Some((number, rest)) = current.split_first_chunk() else {
        return Ok(false);
    };
    let name = format!("v{}", u64::from_le_bytes(*number));
    let Some(manifest) = read(&keyspace.join(name))? else {
        return Ok(false);
    };
    let Some((sum, [0])) = rest.split_first_chunk() else {
        return Ok(false);
    };
    Ok(u128::from_le_bytes(*sum) == xxh3_128(&manifest))
}

/// What is in a file, if it is there.
fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_dir::Quarantine;
    use crate::engines::Engine;

    /// One bit of each byte of each of these files, one after another.
    #[test]
    fn a_wrong_bit_in_a_manifest_is_found_before_fjall_opens_it() {
        let root = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let root = root.unwrap();
        let records = root.path().join("records");
        let quarantine = Quarantine {
            folder: root.path().join("quarantine"),
            label: "now".to_owned(),
        };
        drop(Engine::on_disk(&records, &quarantine, 1 << 20).unwrap());
        examine(&records).unwrap();
        for keyspace in fs::read_dir(records.join("keyspaces")).unwrap() {
            let keyspace = keyspace.unwrap().path();
            let names = fs::read_dir(&keyspace).unwrap();
            let files = names.map(|entry| entry.unwrap().path());
            for file in files.filter(|path| path.is_file()) {
                let bytes = fs::read(&file).unwrap();
                for at in 0..bytes.len() {
                    let mut wrong = bytes.clone();
                    wrong[at] ^= 1 << (at % 8);
                    fs::write(&file, wrong).unwrap();
                    let found = examine(&records);
                    assert!(
                        matches!(found, Err(ManifestError::Damaged(_))),
                        "{} byte {at}",
                        file.display()
                    );
                }
                fs::write(&file, bytes).unwrap();
            }
        }
        examine(&records).unwrap();
    }
}
