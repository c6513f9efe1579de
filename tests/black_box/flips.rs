//! One wrong bit in any file of a school's directory: the program refuses to start and names a
//! file, or it can only be read, or `check` finds it, or it does no harm.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::crash::copy;
use crate::desk::{Chance, Desk};
use crate::running::{Server, edusphere, stderr, stdout};

const TRIALS: u64 = 300;

/// Each file below a folder that has anything in it.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.metadata().unwrap().len() > 0 {
            found.push(path);
        }
    }
}

/// What `check` says of a directory: its exit code, and everything that it read or had to say.
fn check(data_dir: &Path) -> (Option<i32>, Value, String) {
    let output = edusphere(&["check", "--json", "--data-dir", data_dir.to_str().unwrap()]);
    let found = serde_json::from_str(&stdout(&output)).unwrap_or_default();
    (output.status.code(), found, stderr(&output))
}

#[test]
fn a_wrong_bit_in_any_file_of_a_school_is_found_or_does_no_harm() {
    let root = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let root = root.unwrap();
    let whole = root.path().join("whole");
    let server = Server::demo(&whole);
    let desk = Desk::set_up(&server);
    let pupil = desk.pupil(&server);
    assert_eq!(desk.upload(&pupil, "What I wrote down.").unwrap(), 201);
    let ids: Vec<String> = (0..20)
        .map(|nth| desk.hand_in(&pupil, (&format!("{nth}"), nth * 50)))
        .map(|answer| answer.unwrap().unwrap())
        .collect();
    assert_eq!(server.stop(), Some(0));
    let (code, known, said) = check(&whole);
    assert_eq!(code, Some(0), "{said}");
    let mut found = Vec::new();
    files(&whole, &mut found);
    // What search makes of the records has a story of its own.
    found.retain(|file| !file.starts_with(whole.join("search")));
    found.sort();

    let mut chance = Chance(0x0dd5_eed5);
    let [mut refused, mut told, mut harmless] = [0; 3];
    let count = u64::try_from(found.len()).unwrap();
    for trial in 0..TRIALS {
        let file = &found[usize::try_from(chance.below(count)).unwrap()];
        let name = file.strip_prefix(&whole).unwrap();
        let harmed = root.path().join("harmed");
        copy(&whole, &harmed);
        let mut bytes = fs_err::read(file).unwrap();
        let written = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) + 1;
        let at = usize::try_from(chance.below(u64::try_from(written).unwrap())).unwrap();
        let bit = chance.below(8);
        bytes[at] ^= 1 << bit;
        fs_err::write(harmed.join(name), bytes).unwrap();
        let when = format!("trial {trial}: {} byte {at} bit {bit}", name.display());

        let (code, read, said) = check(&harmed);
        match code {
            Some(0) => {
                assert_eq!(read, known, "{when}: something is gone, silently");
                let server = Server::serve(&harmed);
                assert_eq!(desk.missing(&server, &ids), [""; 0], "{when}");
                assert_eq!(server.stop(), Some(0), "{when}");
                harmless += 1;
            }
            Some(1) => {
                assert_ne!(read["faults"][0], Value::Null, "{when}");
                told += 1;
            }
            Some(65 | 73 | 74 | 78) => {
                let named = said.contains(harmed.to_str().unwrap());
                assert!(named, "{when}: it names no file: {said}");
                refused += 1;
            }
            // A record that cannot be read: the fault of it is what `check` ends with.
            Some(70) => told += 1,
            code => panic!("{when}: {code:?} {said}"),
        }
        fs_err::remove_dir_all(&harmed).unwrap();
    }
    println!("{TRIALS} wrong bits: {refused} refused, {told} told of, {harmless} harmless");
    assert!(refused > 0 && told > 0 && harmless > 0);
}
