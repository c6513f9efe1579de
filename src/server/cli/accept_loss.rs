//! `edusphere accept-loss`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{Place, say, say_json};
use crate::exit::Exit;
use crate::school::School;

#[derive(Args)]
pub(super) struct AcceptLoss {
    #[command(flatten)]
    place: Place,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

impl AcceptLoss {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let config = self.place.existing()?;
        let school = School::open_to_read(&config.data_dir, config.cache_mib)?;
        let loss = school.app.store().loss().map(ToString::to_string);
        let proof = school.accept_loss()?;
        school.close();
        let proof = proof.map(|folder| folder.display().to_string());
        if self.json {
            say_json(&json!({ "accepted": loss, "proof": proof }))?;
        } else if let (Some(loss), Some(proof)) = (loss, proof) {
            say(format_args!("Given up: {loss}."));
            say(format_args!(
                "What proves it is kept in {proof}. The next start takes changes again."
            ));
        } else {
            say("Nothing that was acknowledged is missing; nothing was changed.");
        }
        Ok(ExitCode::SUCCESS)
    }
}
