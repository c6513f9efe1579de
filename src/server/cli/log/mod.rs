//! `edusphere log`: the event log, in a data directory that nobody has open, or of a running server.

mod consumers;
mod letters;
mod publish;
mod streams;
mod tail;
mod verify;

use std::process::ExitCode;

use app::Actor;
use axum::Extension;
use clap::{Args, Subcommand};
use kernel::Timestamp;

use super::asked::line::Line;
use super::asked::{Asked, runtime};
use crate::exit::Exit;

/// Whoever has the data directory may do what an administrator may.
const PROGRAM: Actor = Actor::program("log");

#[derive(Args)]
pub(super) struct Log {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    asked: Asked,
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
        let (runtime, json) = (runtime()?, self.asked.json);
        let mut line = self.asked.line(|school, _| {
            let routes = rest::event_log(school.app.clone());
            Ok(routes.layer(Extension(PROGRAM)))
        })?;
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
