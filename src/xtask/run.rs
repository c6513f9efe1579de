//! Running other programs: the root of the tree, cargo as a child, and how a task ends.
//!
//! A task either succeeds or gives a [`Stop`], which carries the exit code of the step that
//! failed; only `main` turns it into the exit code of the process.

use std::{
    env,
    path::PathBuf,
    process::{Command, ExitStatus},
};

/// The exit code for a command line that makes no sense, as in sysexits.h.
pub(crate) const USAGE: u8 = 64;

/// Why a task could not do its work, and what the process then exits with.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) code: u8,
    pub(crate) why: String,
}

impl Stop {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            code: 1,
            why: why.into(),
        }
    }

    pub(crate) fn usage(why: impl Into<String>) -> Self {
        Self {
            code: USAGE,
            why: why.into(),
        }
    }
}

/// The nearest folder upwards that holds the manifest of the workspace.
pub(crate) fn root() -> Result<PathBuf, Stop> {
    let here = env::current_dir().map_err(|e| Stop::new(format!("no current folder: {e}")))?;
    here.ancestors()
        .find(|folder| {
            fs_err::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
        })
        .map(PathBuf::from)
        .ok_or_else(|| Stop::new("no workspace here or above; run it inside the source tree"))
}

/// Cargo in the root of the tree, without what `cargo run` told us about ourselves: build scripts
/// of others watch such variables, and would run again each time that a task is started.
pub(crate) fn cargo(args: &[String]) -> Result<Command, Stop> {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(root()?);
    for (name, _) in env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            [
                "CARGO_PKG_",
                "CARGO_MANIFEST_",
                "CARGO_BIN_",
                "CARGO_CRATE_",
            ]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        });
        if ours {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Runs the command on our terminal and waits for it.
pub(crate) fn wait(mut command: Command) -> Result<(), Stop> {
    let shown = shown(&command);
    let status = command
        .status()
        .map_err(|e| Stop::new(format!("cannot start `{shown}`: {e}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Stop {
        code: exit_code(status),
        why: format!("`{shown}` failed ({status})"),
    })
}

/// Whether a subcommand of cargo is installed.
pub(crate) fn has(subcommand: &str) -> bool {
    cargo(&[subcommand.to_owned(), "--version".to_owned()])
        .and_then(|mut command| command.output().map_err(|e| Stop::new(e.to_string())))
        .is_ok_and(|output| output.status.success())
}

/// Owned copies of words, for the argument lists of commands.
pub(crate) fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(std::ffi::OsStr::to_string_lossy));
    words.join(" ")
}

/// What a shell would report; a child that a signal ended counts as a plain failure.
fn exit_code(status: ExitStatus) -> u8 {
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1)
}
