//! `edusphere check`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use store::Findings;

use super::{Place, say, say_json};
use crate::exit::Exit;
use crate::school::School;

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    place: Place,
    /// Print what was found as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let config = self.place.existing()?;
        let school = School::open_to_read(&config.data_dir, config.cache_mib)?;
        let findings = school.check()?;
        school.close();
        if self.json {
            say_json(&json!({
                "records": findings.records,
                "derived": findings.derived,
                "events": findings.events,
                "files": findings.files,
                "faultCount": findings.fault_count,
                "faults": findings.faults,
            }))?;
        } else {
            tell(&findings);
        }
        Ok(if findings.fault_count == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn tell(findings: &Findings) {
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
    } else {
        say(format_args!(
            "{} faults. Restore a backup, or ask for help with this list.",
            findings.fault_count
        ));
    }
}
