//! `edusphere serve`.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use people::users;

use super::{Place, configure, say};
use crate::config::Flags;
use crate::exit::Exit;
use crate::school::School;
use crate::serve::serve;

#[derive(Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
    /// The address and port to listen at [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Refuse a data directory on what may not keep it, such as memory or another machine
    #[arg(long)]
    strict: bool,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let flags = Flags {
            strict: self.strict.then_some(true),
            ..self.place.flags(self.listen)
        };
        let config = configure(self.place.config.as_deref(), &flags)?;
        let school = School::open_to_read(&config.data_dir, config.cache_mib)?;
        serve(school, &config, |school, address| {
            say(format_args!(
                "EduSphere {} at http://{address}",
                env!("CARGO_PKG_VERSION")
            ));
            say(format_args!(
                "The school is in {}; stop with Ctrl-C.",
                config.data_dir.display()
            ));
            if school.loss().is_some() {
                say("Something is missing from it, so it can only be read: see the log.");
            } else if users::total(&school.app.snapshot()).is_ok_and(|total| total == 0) {
                say("There is nobody in it yet. Stop, then: edusphere admin create NAME");
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
