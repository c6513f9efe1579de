//! `edusphere serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use people::users;

use super::log_to_stderr;
use crate::config::{Config, Flags};
use crate::exit::Exit;
use crate::school::School;
use crate::serve::serve;

#[derive(Args)]
pub(super) struct Serve {
    /// The folder of the school's data [default: edusphere-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The address and port to listen at [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// A configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let flags = Flags { data_dir: self.data_dir, listen: self.listen };
        let config = Config::load(self.config.as_deref(), &flags)?;
        log_to_stderr(&config.log)?;
        let school = School::open(&config.data_dir, config.cache_mib)?;
        serve(school, &config, |school, address| {
            println!("EduSphere {} at http://{address}", env!("CARGO_PKG_VERSION"));
            println!("The school is in {}; stop with Ctrl-C.", config.data_dir.display());
            if users::total(&school.app.snapshot()).is_ok_and(|total| total == 0) {
                println!("There is nobody in it yet. Stop, then: edusphere admin create NAME");
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
