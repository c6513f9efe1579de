//! `edusphere check`.

use std::process::ExitCode;

use clap::Args;

use super::{Place, say};
use crate::exit::Exit;
use crate::school::School;

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let config = self.place.config(None)?;
        if !config.data_dir.is_dir() {
            let sentence = format!("there is no data directory {}", config.data_dir.display());
            return Err(Exit::new(Exit::NO_INPUT, sentence));
        }
        let school = School::open(&config.data_dir, config.cache_mib)?;
        let findings = school.check()?;
        school.close();
        say(format_args!(
            "{} records, {} derived rows, {} events, {} files read.",
            findings.records, findings.derived, findings.events, findings.files
        ));
        for fault in &findings.faults {
            say(format_args!("- {fault}"));
        }
        let kept = u64::try_from(findings.faults.len()).unwrap_or(u64::MAX);
        if findings.fault_count > kept {
            say(format_args!("- and {} more", findings.fault_count - kept));
        }
        if findings.fault_count == 0 {
            say("Everything agrees.");
            Ok(ExitCode::SUCCESS)
        } else {
            say(format_args!(
                "{} faults. Restore a backup, or ask for help with this list.",
                findings.fault_count
            ));
            Ok(ExitCode::FAILURE)
        }
    }
}
