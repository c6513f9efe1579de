//! `cargo xtask dist`: builds the binary that is handed out, and says where it lies.
//!
//! It is built from the committed lock file or not at all.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::run::{self, Stop, owned};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    if let Some(arg) = args.first() {
        return Err(Stop::usage(format!(
            "`dist` takes no arguments, not even {arg:?}"
        )));
    }
    run::wait(run::cargo(&owned(&[
        "build",
        "--profile",
        "dist",
        "--locked",
    ]))?)?;
    let binary = binary()?;
    let bytes = fs_err::metadata(&binary)
        .map_err(|e| Stop::new(e.to_string()))?
        .len();
    println!("{} ({} KiB)", binary.display(), bytes.div_ceil(1024));
    if let Some(digest) = sha256(&binary) {
        println!("sha256 {digest}");
    }
    Ok(())
}

/// Cargo keeps the profiles side by side, and this program lies in one of them:
/// `target/debug/xtask` and `target/dist/edusphere`.
fn binary() -> Result<PathBuf, Stop> {
    let ourselves =
        env::current_exe().map_err(|e| Stop::new(format!("where is this program? {e}")))?;
    let profiles = ourselves
        .parent()
        .and_then(Path::parent)
        .ok_or_else(|| Stop::new("run it as `cargo xtask dist`"))?;
    Ok(profiles
        .join("dist")
        .join(format!("edusphere{}", env::consts::EXE_SUFFIX)))
}

/// As `sha256sum` gives it, where that is installed.
fn sha256(path: &Path) -> Option<String> {
    let output = Command::new("sha256sum").arg(path).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().next().map(str::to_owned)
}
