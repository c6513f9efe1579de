//! The files that belong to the tree: those that git knows or would add.
//!
//! Without git (an unpacked archive) every file counts that is not in a folder of build output.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

use crate::run::Stop;

/// Folders at the root that never belong to the tree.
const OUTPUT: &[&str] = &[".git", "target", "edusphere-data"];

/// A file of the tree; files that are not text have none.
#[derive(Debug)]
pub(super) struct File {
    /// From the root, with `/` between the parts.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) text: Option<String>,
}

pub(super) fn read(root: &Path) -> Result<Vec<File>, Stop> {
    let paths = match known_to_git(root) {
        Some(paths) => paths,
        None => walk(root).map_err(|e| Stop::new(e.to_string()))?,
    };
    let mut files = Vec::new();
    for path in paths {
        let full = root.join(&path);
        // Deleted but not yet committed, or a link to elsewhere.
        if !fs_err::symlink_metadata(&full).is_ok_and(|entry| entry.is_file()) {
            continue;
        }
        let content = fs_err::read(&full).map_err(|e| Stop::new(e.to_string()))?;
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        files.push(File {
            path,
            bytes,
            text: String::from_utf8(content).ok(),
        });
    }
    Ok(files)
}

/// `None` where git is not installed, or the tree is not a clone.
fn known_to_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-co", "--exclude-standard", "-z"])
        .current_dir(root)
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut paths: Vec<String> = list
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    // An archive unpacked inside another clone that ignores it has no files of its own there.
    (!paths.is_empty()).then_some(paths)
}

fn walk(root: &Path) -> io::Result<Vec<String>> {
    let mut folders = vec![String::new()];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(root.join(&folder))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            if entry.file_type()?.is_dir() {
                if !OUTPUT.contains(&path.as_str()) {
                    folders.push(path);
                }
            } else {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run;

    #[test]
    fn walking_finds_what_git_knows() {
        let root = run::root().expect("tests run inside the tree");
        let known = known_to_git(&root).unwrap_or_default();
        let walked = walk(&root).expect("it can be read");
        assert!(walked.contains(&"src/xtask/tidy/tree.rs".to_owned()));
        assert!(!walked.iter().any(|path| path.starts_with("target/")));
        for path in known {
            assert!(
                walked.contains(&path) || !root.join(&path).exists(),
                "{path}"
            );
        }
    }
}
