//! `edusphere extract-text`: what the server has a process of its own do.

use std::io::{stdin, stdout};
use std::process::ExitCode;

use crate::exit::Exit;
use crate::extract::pdf::{confine, extract};

pub(super) fn run() -> Result<ExitCode, Exit> {
    confine()?;
    extract(stdin().lock(), stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}
