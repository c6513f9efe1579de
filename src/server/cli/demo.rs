//! `edusphere demo`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use courses::catalog::with_code;
use fs_err as fs;
use people::users;

use super::{log_to_stderr, say};
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
        if holds_nothing(&config.data_dir) {
            make(&config)?;
        } else {
            say(format_args!(
                "{} is there already; the school in it is served as it is.",
                config.data_dir.display()
            ));
        }
        let school = School::open(&config.data_dir, config.cache_mib)?;
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

/// Whether there is no directory here, or an empty one.
fn holds_nothing(directory: &Path) -> bool {
    fs::read_dir(directory).map_or(true, |mut entries| entries.next().is_none())
}

/// Makes the school beside its place and moves it there when it is whole: whoever stops this in
/// the middle finds nothing instead of half a school.
fn make(config: &Config) -> Result<(), Exit> {
    let mut name = config.data_dir.file_name().unwrap_or_default().to_owned();
    name.push(".being-made");
    let unfinished = config.data_dir.with_file_name(name);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let school = School::open(&unfinished, config.cache_mib)?;
    demo::fill(&school.app)?;
    school.close();
    if config.data_dir.exists() {
        fs::remove_dir(&config.data_dir)?;
    }
    fs::rename(&unfinished, &config.data_dir)?;
    Ok(())
}
