//! `edusphere import`.

mod cartridge;
mod codes;
mod roster;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use fs_err::File;

use crate::exit::Exit;

#[derive(Subcommand)]
pub(super) enum Import {
    /// Make a course from a package: IMS Common Cartridge, as Canvas and others export it
    Cartridge(cartridge::FromCartridge),
    /// Take people, classes and enrolments from a roster: OneRoster 1.1 or 1.2 in CSV files
    Roster(roster::FromRoster),
}

impl Import {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        match self {
            Self::Cartridge(import) => import.run(),
            Self::Roster(import) => import.run(),
        }
    }
}

/// Makes the file of the report, before anything is imported: what cannot be told of changes
/// nothing.
fn make_report(path: Option<&PathBuf>) -> Result<Option<File>, Exit> {
    let make = |path: &Path| {
        File::create(path).map_err(|error| {
            let sentence = format!("the report cannot be written: {error}");
            Exit::new(Exit::CANNOT_CREATE, sentence)
        })
    };
    path.map(|path| make(path)).transpose()
}
