//! Commands that ask a school: one in a data directory that nobody has open, or that of a running
//! server.
//!
//! Both are asked by the routes of REST: the same rules hold, and what is printed is what a server
//! would have said.

pub(in crate::cli) mod line;
pub(in crate::cli) mod server;
pub(in crate::cli) mod show;

use std::path::PathBuf;

use axum::Router;
use clap::Args;
use tokio::runtime::{Builder, Runtime};

use self::line::Line;
use super::Place;
use crate::config::Config;
use crate::exit::Exit;
use crate::school::School;

/// Whose school, and how it is told of.
#[derive(Args)]
pub(super) struct Asked {
    /// The folder of the school's data [default: edusphere-data]
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// A configuration file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Ask the server that runs at this address, instead of opening a data directory
    #[arg(long, value_name = "URL", global = true)]
    server: Option<String>,
    /// A file with the token of an administrator [default: the variable `EDUSPHERE_TOKEN`]
    #[arg(long, value_name = "FILE", global = true)]
    token_file: Option<PathBuf>,
    /// Print what is answered as JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
}

impl Asked {
    /// Whether a running server is asked.
    pub(super) fn is_of_server(&self) -> bool {
        self.server.is_some()
    }

    /// Who answers: the server that was named, or these routes over the school that is opened.
    pub(super) fn line(
        self,
        routes: impl FnOnce(&School, &Config) -> Result<Router, Exit>,
    ) -> Result<Line, Exit> {
        if let Some(url) = &self.server {
            return Line::to_server(url, self.token_file.as_deref());
        }
        if self.token_file.is_some() {
            let sentence = "--token-file is for a running server: give --server URL as well";
            return Err(Exit::new(Exit::USAGE, sentence));
        }
        let place = Place {
            data_dir: self.data_dir,
            config: self.config,
        };
        Line::to_school(&place, routes)
    }
}

/// What commands that ask wait on.
pub(super) fn runtime() -> Result<Runtime, Exit> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}
