//! `edusphere search`: what somebody would find.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::asked::line::{Line, part};
use super::asked::show::{at, count, text, things};
use super::asked::{Asked, runtime};
use super::{index, say, say_json};
use crate::exit::Exit;

#[derive(Args)]
pub(super) struct Search {
    /// What is looked for
    text: String,
    /// The user name or id of who looks
    #[arg(long = "as", value_name = "USER")]
    who: String,
    /// By what [default: hybrid]
    #[arg(long, value_parser = ["fulltext", "semantic", "hybrid"])]
    mode: Option<String>,
    /// Only this kind; may be given again
    #[arg(long = "kind", value_name = "KIND")]
    #[arg(value_parser = ["course", "item", "page", "file", "assignment", "topic", "post", "user"])]
    kinds: Vec<String>,
    /// Only in the course of this code or id
    #[arg(long, value_name = "CODE")]
    course: Option<String>,
    /// How many, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 10)]
    first: u64,
    #[command(flatten)]
    asked: Asked,
}

impl Search {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let (runtime, json, path) = (runtime()?, self.asked.json, self.path());
        let mut line = index::line(self.asked, &runtime, false)?;
        let done = runtime.block_on(ask(&mut line, &path, json));
        line.close();
        done.map(|()| ExitCode::SUCCESS)
    }

    fn path(&self) -> String {
        let mut pairs = vec![
            ("q", self.text.clone()),
            ("as", self.who.clone()),
            ("first", self.first.to_string()),
        ];
        pairs.extend(self.mode.iter().map(|mode| ("mode", mode.to_uppercase())));
        pairs.extend(self.kinds.iter().map(|kind| ("kind", kind.to_uppercase())));
        pairs.extend(self.course.iter().map(|course| ("course", course.clone())));
        let pairs = pairs.into_iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", part(&value)));
        format!("search?{}", pairs.collect::<Vec<_>>().join("&"))
    }
}

async fn ask(line: &mut Line, path: &str, json: bool) -> Result<(), Exit> {
    let answer = line.get(path).await?;
    if json {
        return say_json(&answer);
    }
    let results = at(&answer, "/results").as_array();
    let results = results.map(Vec::as_slice).unwrap_or_default();
    for result in results {
        say_result(result);
    }
    let shown = things(results.len() as u64, "result");
    let more = if at(&answer, "/hasMore") == true {
        " and more"
    } else {
        ""
    };
    say(format_args!(
        "{shown} of {}{more}.",
        count(at(&answer, "/totalCount"))
    ));
    for notice in at(&answer, "/notices").as_array().into_iter().flatten() {
        say(text(notice));
    }
    Ok(())
}

fn say_result(result: &Value) {
    let code = at(result, "/course/code");
    let within = if code.is_null() {
        String::new()
    } else {
        format!(" in {}", text(code))
    };
    say(text(at(result, "/title")));
    say(format_args!(
        "  {}{within}, {}",
        text(at(result, "/kind")),
        text(at(result, "/url"))
    ));
    let snippet = plain(&text(at(result, "/snippet")));
    if !snippet.is_empty() {
        say(format_args!("  {snippet}"));
    }
}

/// A snippet without its marks.
fn plain(snippet: &str) -> String {
    let marks = [
        ("<mark>", ""),
        ("</mark>", ""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        // Last, so that nothing is read twice.
        ("&amp;", "&"),
    ];
    let mut plain = snippet.to_owned();
    for (mark, meant) in marks {
        plain = plain.replace(mark, meant);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_read_as_it_was_written() {
        let snippet = "&lt;b&gt; &amp;amp; <mark>oak</mark> &#39;s";
        assert_eq!(plain(snippet), "<b> &amp; oak 's");
    }
}
