//! What the data directory lies on, and whether that keeps what it is given.
//!
//! A change is acknowledged once the disk says that it is written. Where there is no disk, or
//! something between us and it says so for it, that promise holds as far as theirs does.

use std::io;
use std::path::Path;

use rustix::fs::statfs;

use crate::exit::Exit;

/// What lies below a directory, where it is not a disk of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// Memory.
    Memory,
    /// The layer of a container.
    Layer,
    /// Another machine.
    Remote,
    /// Another program.
    Program,
}

/// Kinds of file systems: the number that `statfs` has for each, and its name.
const KINDS: [(u32, &str, Ground); 8] = [
    (0x0102_1994, "tmpfs", Ground::Memory),
    (0x8584_58f6, "ramfs", Ground::Memory),
    (0x794c_7630, "overlay", Ground::Layer),
    (0x0000_6969, "NFS", Ground::Remote),
    (0x0000_517b, "SMB", Ground::Remote),
    (0xff53_4d42, "SMB", Ground::Remote),
    (0xfe53_4d42, "SMB", Ground::Remote),
    (0x6573_5546, "FUSE", Ground::Program),
];

impl Ground {
    /// What becomes of a school here.
    fn says(self) -> &'static str {
        match self {
            Self::Memory => "which is memory: all of it is gone when the machine stops",
            Self::Layer => {
                "a layer of a container: all of it is gone when the container is removed; mount a volume there"
            }
            Self::Remote => {
                "which is another machine: what it calls written may be lost with it, and its locks may not hold"
            }
            Self::Program => {
                "which another program keeps: what it calls written may be lost with it"
            }
        }
    }
}

/// Warns when the data directory lies on what may not keep it; with `strict` that is refused.
pub(crate) fn require_lasting(data_dir: &Path, strict: bool) -> Result<(), Exit> {
    judge(data_dir, strict, kind_of)
}

/// The number of the file system that a path is on.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number has 32 bits, whatever carries it"
)]
fn kind_of(path: &Path) -> io::Result<u32> {
    Ok(statfs(path)?.f_type as u32)
}

/// The same, as `kind_of` has it. Where that cannot be told, opening the directory says why.
fn judge(
    data_dir: &Path,
    strict: bool,
    kind_of: impl Fn(&Path) -> io::Result<u32>,
) -> Result<(), Exit> {
    let absolute = std::path::absolute(data_dir)?;
    // It is made where there is none yet, on what the folder above it lies on.
    let found = absolute.ancestors().find_map(|path| kind_of(path).ok());
    let found = found.and_then(|found| KINDS.iter().find(|(kind, ..)| *kind == found));
    let Some((_, name, ground)) = found else {
        return Ok(());
    };
    let sentence = format!(
        "the data directory {} is on {name}, {}; for a school that is to last, choose a directory on a disk of this machine with --data-dir",
        data_dir.display(),
        ground.says()
    );
    if strict {
        return Err(Exit::new(Exit::CANNOT_CREATE, sentence));
    }
    tracing::warn!("{sentence}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    use super::*;

    const EXT4: u32 = 0xef53;

    fn refusal(kind: u32) -> Option<String> {
        let judged = judge(Path::new("data"), true, |_| Ok(kind));
        judged.err().map(|exit| {
            assert_eq!(ExitCode::from(&exit), ExitCode::from(73));
            exit.to_string()
        })
    }

    #[test]
    fn what_does_not_last_is_refused_when_that_is_asked_for() {
        for (kind, name, ground) in KINDS {
            let said = refusal(kind).unwrap();
            assert!(said.contains(&format!("data is on {name}, ")), "{said}");
            assert!(said.contains(ground.says()), "{said}");
            judge(Path::new("data"), false, |_| Ok(kind)).unwrap();
        }
        assert_eq!(refusal(EXT4), None);
    }

    #[test]
    fn a_directory_that_is_not_there_lies_where_the_folder_above_it_does() {
        let memory_above = |path: &Path| match path.to_str() {
            Some("/above") => Ok(KINDS[0].0),
            Some("/") => Ok(EXT4),
            _ => Err(io::ErrorKind::NotFound.into()),
        };
        let judged = judge(Path::new("/above/not/there"), true, memory_above);
        assert!(judged.is_err());
        judge(Path::new("/beside/not/there"), true, memory_above).unwrap();
        let nothing = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
        judge(Path::new("/above"), true, nothing).unwrap();
    }
}
