//! `edusphere extract-text`: what the server has a process of its own do.

use std::io::{stdin, stdout};
use std::process::ExitCode;

use clap::Args;

use crate::exit::Exit;
use crate::extract::pdf::{confine, extract};

#[derive(Args)]
pub(super) struct ExtractText;

impl ExtractText {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        confine()?;
        extract(stdin().lock(), stdout().lock())?;
        Ok(ExitCode::SUCCESS)
    }
}
