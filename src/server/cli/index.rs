//! `edusphere index`: the indexes of search, of a running server or in a data directory.

use std::io::IsTerminal;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use app::Actor;
use axum::http::Method;
use axum::{Extension, Router};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use insight::search::Search;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::time::interval;

use super::asked::line::Line;
use super::asked::show::{at, count, number, say_facts, text, things};
use super::asked::{Asked, runtime};
use super::{say, say_json};
use crate::config::Config;
use crate::exit::Exit;
use crate::school::School;
use crate::search::search;

/// Whoever has the data directory may do what an administrator may.
const PROGRAM: Actor = Actor::program("index");
/// How often is told how far the indexes have come.
const TOLD_EVERY: Duration = Duration::from_millis(100);

#[derive(Args)]
pub(super) struct Index {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Subcommand)]
enum What {
    /// Say how the indexes fare
    Status,
    /// Make the indexes anew from the records
    Rebuild,
    /// Compare the indexes with the records
    Verify,
}

impl Index {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let (runtime, json) = (runtime()?, self.asked.json);
        let in_background = self.asked.is_of_server();
        let anew = matches!(self.what, What::Rebuild);
        let mut line = line(self.asked, &runtime, anew)?;
        let done = runtime.block_on(async {
            match self.what {
                What::Status => status(&mut line, json).await,
                What::Rebuild if in_background => rebuild(&mut line, json).await,
                What::Rebuild => status(&mut line, json).await,
                What::Verify => verify(&mut line, json).await,
            }
        });
        line.close();
        done
    }
}

/// Whom search is asked of. In a data directory the indexes are brought up to date first, or made
/// anew.
pub(super) fn line(asked: Asked, runtime: &Runtime, anew: bool) -> Result<Line, Exit> {
    asked.line(|school, config| routes(school, config, (runtime, anew)))
}

fn routes(
    school: &School,
    config: &Config,
    (runtime, anew): (&Runtime, bool),
) -> Result<Router, Exit> {
    if anew {
        school.search_home().remove()?;
    }
    let (search, _) = search(school, &config.search, 1)?;
    runtime.block_on(catch_up(&search))?;
    Ok(rest::search(school.app.clone(), search).layer(Extension(PROGRAM)))
}

/// Brings the indexes up to date, and tells a person how far they have come.
async fn catch_up(search: &Arc<Search>) -> Result<(), Exit> {
    let bar = bar();
    let mut ticks = interval(TOLD_EVERY);
    let mut caught_up = pin!(search.caught_up());
    loop {
        tokio::select! {
            done = &mut caught_up => {
                bar.finish_and_clear();
                return Ok(done?);
            }
            _ = ticks.tick() => {
                let status = search.status()?;
                bar.set_message(format!(
                    "{}, {}",
                    things(status.documents, "document"),
                    things(status.vectors, "passage"),
                ));
                bar.tick();
            }
        }
    }
}

/// A line on a terminal that goes on. How much there is to do is not known before it is done.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} Indexing: {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

async fn status(line: &mut Line, json: bool) -> Result<ExitCode, Exit> {
    let answer = line.get("index").await?;
    if json {
        say_json(&answer)?;
    } else {
        say_status(&answer);
    }
    Ok(ExitCode::SUCCESS)
}

async fn rebuild(line: &mut Line, json: bool) -> Result<ExitCode, Exit> {
    let answer = line.ask(Method::POST, "index/rebuild", None).await?;
    if json {
        say_json(&answer)?;
    } else {
        say(
            "The indexes are made anew in the background; `edusphere index status` says how far they are.",
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn say_status(answer: &Value) {
    let (words, meaning) = (at(answer, "/words"), at(answer, "/meaning"));
    let state = |index: &Value| {
        let made = if at(index, "/whole") == true {
            "whole"
        } else {
            "still being made"
        };
        match number(at(index, "/lag")) {
            0 => format!("{made}, up to date"),
            lag => format!("{made}, {} behind", things(lag, "event")),
        }
    };
    let trouble = at(meaning, "/trouble");
    let trouble = if trouble.is_null() {
        "none".to_owned()
    } else {
        text(trouble)
    };
    let searches = at(answer, "/searches").as_array();
    let searches: Vec<String> = searches
        .into_iter()
        .flatten()
        .map(|of| {
            let mode = text(at(of, "/mode")).to_lowercase();
            format!("{} {mode}", count(at(of, "/count")))
        })
        .collect();
    say_facts(&[
        ("Words", state(words)),
        ("Documents", count(at(words, "/documents"))),
        ("Put anew", count(at(words, "/rebuilt"))),
        ("Meaning", state(meaning)),
        ("Passages", count(at(meaning, "/vectors"))),
        ("Embedder", text(at(meaning, "/embedder"))),
        ("Trouble", trouble),
        ("Searches", searches.join(", ")),
    ]);
}

async fn verify(line: &mut Line, json: bool) -> Result<ExitCode, Exit> {
    line.may_read_all();
    let answer = line.ask(Method::POST, "index/verify", None).await?;
    let agrees = at(&answer, "/agrees") == true;
    if json {
        say_json(&answer)?;
    } else {
        say_facts(&[
            ("Documents compared", count(at(&answer, "/documents"))),
            ("Not in the index", count(at(&answer, "/missing"))),
            ("There as they were", count(at(&answer, "/stale"))),
            ("There, but gone", count(at(&answer, "/leftOver"))),
            (
                "Passages without a vector",
                count(at(&answer, "/withoutVector")),
            ),
        ]);
        say(if agrees {
            "The index agrees with the records."
        } else {
            "The index does not agree with the records. Make it anew: edusphere index rebuild"
        });
    }
    Ok(if agrees {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
