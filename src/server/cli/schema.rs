//! `edusphere schema`: writes what is generated under `schema/`, for the developers of the project.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use kernel::{Problem, ProblemKind};
use serde_json::Value;

use super::say;
use crate::describe;
use crate::events;
use crate::exit::Exit;
use crate::school::features;

#[derive(Args)]
pub(super) struct Schema {
    /// The directory to write to
    #[arg(long, value_name = "DIR", default_value = "schema")]
    out: PathBuf,
}

impl Schema {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        for (name, text) in documents() {
            let path = self.out.join(name);
            if name == EVENTS {
                refuse_broken(&path, &text)?;
            }
            fs_err::write(&path, text)?;
            say(path.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The list of events, which others rely on for ever.
const EVENTS: &str = "events.json";

/// Refuses to publish a list of events that those who rely on the published one cannot read.
fn refuse_broken(path: &Path, text: &str) -> Result<(), Exit> {
    let Ok(published) = fs_err::read_to_string(path) else {
        return Ok(());
    };
    let broken = broken_events(&published, text);
    if broken.is_empty() {
        return Ok(());
    }
    let sentence = format!("{} is not written: {}", path.display(), broken.join("; "));
    Err(Exit::new(Exit::DATA, sentence))
}

fn broken_events(published: &str, text: &str) -> Vec<String> {
    let parse = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    events::broken(&parse(published), &parse(text))
}

/// The generated documents, by name.
fn documents() -> [(&'static str, String); 4] {
    [
        (EVENTS, events::text()),
        ("schema.graphql", graphql::Api::sdl()),
        ("openapi.json", describe::text()),
        ("problems.md", problems()),
    ]
}

/// The list of refusals.
fn problems() -> String {
    let mut text = String::from(
        "# Problems\n\nWhy a request is refused. The code never changes; the sentence may become clearer.\n\n| code | kind | sentence |\n| --- | --- | --- |\n",
    );
    let features = features();
    let of_features = features.iter().flat_map(|feature| feature.problems);
    let mut all: Vec<&Problem> = kernel::problems::ALL
        .iter()
        .chain(graphql::PROBLEMS)
        .chain(rest::PROBLEMS)
        .chain(live::PROBLEMS)
        .chain(crate::edge::PROBLEMS)
        .chain(of_features)
        .collect();
    all.sort_by_key(|problem| problem.code);
    all.dedup_by_key(|problem| problem.code);
    for problem in all {
        let kind = match problem.kind {
            ProblemKind::Invalid => "invalid input",
            ProblemKind::Malformed => "malformed request",
            ProblemKind::Unauthenticated => "not signed in",
            ProblemKind::Forbidden => "not permitted",
            ProblemKind::NotFound => "not found",
            ProblemKind::Conflict => "not possible now",
            ProblemKind::TooLarge => "too large",
            ProblemKind::Unsupported => "of a type that is not taken",
            ProblemKind::Full => "no room",
            ProblemKind::TooMany => "too many requests",
            ProblemKind::Busy => "try again later",
        };
        let (code, sentence) = (problem.code, problem.sentence);
        writeln!(text, "| {code} | {kind} | {sentence} |").expect("a string takes any text");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_contracts_are_those_of_the_program() {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema");
        for (name, text) in documents() {
            let committed = fs_err::read_to_string(schema.join(name)).unwrap_or_default();
            if name == EVENTS {
                assert_eq!(broken_events(&committed, &text), Vec::<String>::new());
            }
            assert!(
                committed == text,
                "schema/{name} differs: run cargo xtask schema and look"
            );
        }
    }
}
