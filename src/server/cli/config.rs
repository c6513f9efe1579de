//! `edusphere config`.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Place, say};
use crate::config;
use crate::exit::Exit;

#[derive(Subcommand)]
pub(super) enum Config {
    /// Print every setting and where its value comes from, as a configuration file
    Show(Given),
    /// Look for mistakes in the configuration, and name them all
    Check(Given),
}

#[derive(Args)]
pub(super) struct Given {
    #[command(flatten)]
    place: Place,
    /// The address and port to listen at [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Config {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let (Self::Show(given) | Self::Check(given)) = &self;
        let flags = given.place.flags(given.listen);
        let file = given.place.config.as_deref();
        let (loaded, mistakes) = config::Config::examine(file, &flags)?;
        if let (Self::Show(_), Some(loaded)) = (&self, loaded) {
            say(loaded.to_string().trim_end());
        }
        if !mistakes.is_empty() {
            return Err(Exit::new(Exit::CONFIG, mistakes.join("\nedusphere: ")));
        }
        if matches!(self, Self::Check(_)) {
            say("The configuration is right.");
        }
        Ok(ExitCode::SUCCESS)
    }
}
