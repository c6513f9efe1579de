//! `edusphere demo`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use courses::catalog::with_code;
use people::users;

use super::{configure, say};
use crate::config::Flags;
use crate::demo;
use crate::exit::Exit;
use crate::school::{School, holds_nothing, make_whole};
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
            strict: None,
        };
        let config = configure(None, &flags)?;
        if holds_nothing(&config.data_dir) {
            make_whole(&config.data_dir, |directory| {
                let school = School::open(directory, config.cache_mib)?;
                demo::fill(&school.app)?;
                school.close();
                Ok(())
            })?;
        } else {
            say(format_args!(
                "{} is there already; the school in it is served as it is.",
                config.data_dir.display()
            ));
        }
        let school = School::open_to_read(&config.data_dir, config.cache_mib)?;
        let snapshot = school.app.snapshot();
        let is_demo = users::named(&snapshot, "lena")?.is_some();
        let is_demo = is_demo && with_code(&snapshot, "BIO-101")?.is_some();
        drop(snapshot);
        serve(school, &config, |_, address| {
            say(format_args!(
                "EduSphere {} at http://{address}",
                env!("CARGO_PKG_VERSION")
            ));
            if is_demo {
                say(demo::SIGN_INS);
            }
            say("Stop with Ctrl-C.");
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
