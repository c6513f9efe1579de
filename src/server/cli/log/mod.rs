//! `edusphere log`: the event log, in a data directory that nobody has open, or of a running server.
//!
//! Both are asked by the routes of REST: the same rules hold, and what is printed is what a server
//! would have said.

mod consumers;
mod letters;
mod line;
mod publish;
mod server;
mod show;
mod streams;
mod tail;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use kernel::Timestamp;

use self::line::Line;
use super::Place;
use crate::exit::Exit;

#[derive(Args)]
pub(super) struct Log {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    asked: Asked,
}

/// Whose log, and how it is told of.
#[derive(Args)]
struct Asked {
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
    json: bool,
}

#[derive(Subcommand)]
enum What {
    /// List the streams with what they hold
    Streams,
    /// List the consumers of a stream, or of all, with how they fare
    Consumers(consumers::Consumers),
    /// Show a stream, or one of its consumers
    Info(streams::Info),
    /// Read messages under some subjects, and follow them
    Tail(tail::Tail),
    /// Publish a message under a subject of your own
    Publish(publish::Publish),
    /// Have a consumer begin again, as if for the first time
    Replay(consumers::Replay),
    /// Look after what no consumer could handle
    #[command(subcommand)]
    DeadLetters(letters::DeadLetters),
    /// See that no message was changed, taken out or put in
    Verify(verify::Verify),
}

/// Where to begin in a stream.
#[derive(Args)]
struct Beginning {
    /// Begin with this sequence
    #[arg(long, value_name = "SEQ", conflicts_with = "since")]
    from: Option<u64>,
    /// Begin with the first message of this moment: 2026-11-23T08:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
}

impl Log {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let json = self.asked.json;
        let mut line = self.asked.line()?;
        let done = runtime.block_on(self.what.run(&mut line, json));
        line.close();
        done
    }
}

impl What {
    async fn run(self, line: &mut Line, json: bool) -> Result<ExitCode, Exit> {
        match self {
            Self::Streams => streams::list(line, json).await?,
            Self::Consumers(consumers) => consumers.run(line, json).await?,
            Self::Info(info) => info.run(line, json).await?,
            Self::Tail(tail) => tail.run(line, json).await?,
            Self::Publish(publish) => publish.run(line, json).await?,
            Self::Replay(replay) => replay.run(line, json).await?,
            Self::DeadLetters(letters) => letters.run(line, json).await?,
            Self::Verify(verify) => return verify.run(line, json).await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Asked {
    fn line(self) -> Result<Line, Exit> {
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
        Line::to_school(&place)
    }
}
