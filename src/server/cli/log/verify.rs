//! `edusphere log verify`.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::super::asked::line::{Line, part};
use super::super::asked::show::{at, grouped, number};
use super::super::{say, say_json};
use super::streams;
use crate::exit::Exit;

#[derive(Args)]
pub(super) struct Verify {
    /// The stream [default: all]
    stream: Option<String>,
}

impl Verify {
    pub(super) async fn run(self, line: &mut Line, json: bool) -> Result<ExitCode, Exit> {
        let streams = streams::named(line, self.stream).await?;
        let (mut verified, mut whole) = (Vec::new(), true);
        for stream in streams {
            let answer = walk(line, &stream).await?;
            let fault = at(&answer, "/fault").as_str();
            whole &= fault.is_none();
            let upto = number(at(&answer, "/verifiedUpTo"));
            if !json {
                match fault {
                    None if upto == 0 => say(format_args!("{stream}: empty.")),
                    None => say(format_args!("{stream}: whole up to {}.", grouped(upto))),
                    Some(fault) => say(format_args!(
                        "{stream}: whole up to {} and no further. {fault}.",
                        grouped(upto)
                    )),
                }
            }
            verified.push(json!({ "stream": stream, "verifiedUpTo": upto, "fault": fault }));
        }
        if json {
            say_json(&json!({ "nodes": verified }))?;
        }
        Ok(if whole {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Walks a stream piece by piece; the last answer.
async fn walk(line: &mut Line, stream: &str) -> Result<Value, Exit> {
    let mut after = 0;
    loop {
        let path = format!("streams/{}/verify?after={after}", part(stream));
        let answer = line.get(&path).await?;
        if at(&answer, "/complete") == true || !at(&answer, "/fault").is_null() {
            return Ok(answer);
        }
        after = number(at(&answer, "/verifiedUpTo"));
    }
}
