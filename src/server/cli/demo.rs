//! `edusphere demo`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use people::users;

use super::log_to_stderr;
use crate::config::{Config, Flags};
use crate::demo;
use crate::exit::Exit;
use crate::school::School;
use crate::serve::serve;

#[derive(Args)]
pub(super) struct Demo {
    /// The folder of the school's data
    #[arg(long, value_name = "DIR", default_value = "edusphere-demo")]
    data_dir: PathBuf,
    /// The address and port to listen at [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Demo {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let flags = Flags {
            data_dir: Some(self.data_dir),
            listen: self.listen,
        };
        let config = Config::load(None, &flags)?;
        log_to_stderr(&config.log)?;
        let school = School::open(&config.data_dir, config.cache_mib)?;
        let fresh = users::total(&school.app.snapshot())? == 0;
        if fresh {
            demo::fill(&school.app)?;
        } else {
            println!(
                "{} holds a school already; it is served as it is.",
                config.data_dir.display()
            );
        }
        serve(school, &config, |_, address| {
            println!(
                "EduSphere {} at http://{address}",
                env!("CARGO_PKG_VERSION")
            );
            if fresh {
                println!("{}", demo::SIGN_INS);
            }
            println!("Stop with Ctrl-C.");
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
