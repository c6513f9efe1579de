//! The command line: one file a subcommand.

#![expect(clippy::print_stderr, reason = "a command line talks to a person")]

mod accept_loss;
mod admin;
mod asked;
mod check;
mod config;
mod demo;
mod extract_text;
mod generate;
mod import;
mod index;
mod log;
mod schema;
mod search;
mod serve;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{IsTerminal, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kernel::RequestId;
use rustix::fs::Mode;
use rustix::process::umask;
use serde::Serialize;
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::config::{Config, Flags};
use crate::disk::require_lasting;
use crate::exit::Exit;
use crate::school::School;

/// A learning platform in one binary.
#[derive(Parser)]
#[command(name = "edusphere", version, about, propagate_version = true)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serve the school in a data directory
    Serve(serve::Serve),
    /// Make a small school to look at, and serve it
    Demo(demo::Demo),
    /// Look after administrators
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Take something over from elsewhere
    #[command(subcommand)]
    Import(import::Import),
    /// Fill an empty school with people, courses and activity, for tests under load
    Generate(generate::Generate),
    /// Read everything and report what does not agree
    Check(check::Check),
    /// Give up changes that are missing, so that the school takes changes again
    AcceptLoss(accept_loss::AcceptLoss),
    /// Look into the event log and look after its consumers
    Log(log::Log),
    /// Look after the indexes of search
    Index(index::Index),
    /// Look for something as somebody of the school
    Search(search::Search),
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::Config),
    /// Read a PDF from standard input and write its text to standard output
    #[command(hide = true)]
    ExtractText,
    /// Write the published contracts to a directory
    #[command(hide = true)]
    Schema(schema::Schema),
}

/// Where the school is: flags that every command has that opens one.
#[derive(Args)]
struct Place {
    /// The folder of the school's data [default: edusphere-data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A configuration file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    fn flags(&self, listen: Option<SocketAddr>) -> Flags {
        Flags {
            data_dir: self.data_dir.clone(),
            listen,
            strict: None,
        }
    }

    /// The configuration, with the log going to standard error.
    fn config(&self, listen: Option<SocketAddr>) -> Result<Config, Exit> {
        configure(self.config.as_deref(), &self.flags(listen))
    }

    /// The configuration, for a school that must be there already.
    fn existing(&self) -> Result<Config, Exit> {
        let config = self.config(None)?;
        if config.data_dir.is_dir() {
            return Ok(config);
        }
        let sentence = format!("there is no data directory {}", config.data_dir.display());
        Err(Exit::new(Exit::NO_INPUT, sentence))
    }

    /// The school itself, to be changed.
    fn open(&self) -> Result<School, Exit> {
        let config = self.config(None)?;
        School::open(&config.data_dir, config.cache_mib)
    }
}

/// The configuration of a command that opens a school: the log goes to standard error from here on,
/// and where the school lies is looked at.
fn configure(file: Option<&Path>, flags: &Flags) -> Result<Config, Exit> {
    let config = Config::load(file, flags)?;
    log_to_stderr(&config.log)?;
    require_lasting(&config.data_dir, config.strict)?;
    Ok(config)
}

/// Runs the program with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = match Command::try_parse_from(arguments) {
        Ok(command) => command,
        Err(error) => return usage(&error),
    };
    // What the program writes is its owner's alone; what developers write with it is the project's.
    if !matches!(command.what, What::Schema(_)) {
        umask(Mode::RWXG | Mode::RWXO);
    }
    let done = match command.what {
        What::Serve(serve) => serve.run(),
        What::Demo(demo) => demo.run(),
        What::Admin(admin) => admin.run(),
        What::Import(import) => import.run(),
        What::Generate(generate) => generate.run(),
        What::Check(check) => check.run(),
        What::AcceptLoss(accept) => accept.run(),
        What::Log(log) => log.run(),
        What::Index(index) => index.run(),
        What::Search(search) => search.run(),
        What::Config(config) => config.run(),
        What::ExtractText => extract_text::run(),
        What::Schema(schema) => schema.run(),
    };
    match done {
        Ok(code) => code,
        Err(exit) => {
            eprintln!("edusphere: {exit}");
            ExitCode::from(&exit)
        }
    }
}

/// Help and version go out as asked for; anything else is a mistake.
fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().is_ok();
    if printed && !error.use_stderr() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(Exit::USAGE)
    }
}

/// Says a line on standard output. When nobody can read it, what was done is done all the same.
fn say(line: impl Display) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

/// Says one JSON object on standard output, for programs.
fn say_json(value: &impl Serialize) -> Result<(), Exit> {
    let json =
        serde_json::to_string(value).map_err(|error| Exit::new(Exit::IO, error.to_string()))?;
    say(json);
    Ok(())
}

/// Sends the log to standard error: in colour to a person, plain otherwise.
fn log_to_stderr(filter: &str) -> Result<(), Exit> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Exit::new(
            Exit::CONFIG,
            format!("the setting `log` is not right: {error}"),
        )
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .event_format(Named(Format::default()))
        .init();
    Ok(())
}

/// Lines of the log that begin with the name of the request they belong to, if they do.
struct Named(Format);

impl<S, N> FormatEvent<S, N> for Named
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        if let Some(id) = RequestId::current() {
            write!(writer, "[{id}] ")?;
        }
        self.0.format_event(context, writer, event)
    }
}
