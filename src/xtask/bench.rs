//! `cargo xtask bench`: runs the benches one by one.
//!
//! One command for each bench keeps their numbers apart, and a bench that fails to build does
//! not keep the others from being named on the command line.

use std::path::Path;

use crate::run::{self, Stop, owned};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    let (names, passed) = split(args)?;
    let known = benches(&run::root()?.join("benches"))?;
    for name in chosen(names, &known)? {
        println!("== {name} ==");
        let mut command = run::cargo(&owned(&["bench", "--bench", name, "--"]))?;
        command.args(passed);
        run::wait(command)?;
    }
    Ok(())
}

/// The names before `--`, and what the benches themselves are told.
fn split(args: &[String]) -> Result<(&[String], &[String]), Stop> {
    let mut parts = args.splitn(2, |arg| arg == "--");
    let names = parts.next().unwrap_or_default();
    match names.iter().find(|name| name.starts_with('-')) {
        Some(flag) => Err(Stop::usage(format!(
            "flags of a bench follow --: `bench -- {flag}`"
        ))),
        None => Ok((names, parts.next().unwrap_or_default())),
    }
}

/// The file stems in the folder of benches, in order of the alphabet.
fn benches(folder: &Path) -> Result<Vec<String>, Stop> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let unreadable = |e: std::io::Error| Stop::new(e.to_string());
    let mut names = Vec::new();
    for entry in fs_err::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
        {
            names.push(stem.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn chosen<'a>(names: &[String], known: &'a [String]) -> Result<Vec<&'a str>, Stop> {
    if known.is_empty() {
        return Err(Stop::new("there are no benches in benches/ yet"));
    }
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(Stop::usage(format!(
            "no bench {name:?}; there are: {}",
            known.join(", ")
        )));
    }
    let wanted = |bench: &&String| names.is_empty() || names.contains(bench);
    Ok(known.iter().filter(wanted).map(String::as_str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_and_none_means_all() {
        let known = owned(&["commit", "query"]);
        assert_eq!(
            chosen(&[], &known).expect("there are some"),
            ["commit", "query"]
        );
        assert_eq!(
            chosen(&owned(&["query"]), &known).expect("it is there"),
            ["query"]
        );
        assert!(chosen(&owned(&["commmit"]), &known).is_err());
        assert!(chosen(&[], &[]).is_err());
    }

    #[test]
    fn arguments_of_the_bench_follow_the_dashes() {
        let args = owned(&["query", "--", "--quick", "--", "deep"]);
        let (names, passed) = split(&args).expect("names come first");
        assert_eq!(names, ["query"]);
        assert_eq!(passed, ["--quick", "--", "deep"]);
        assert!(split(&owned(&["--quick"])).is_err());
    }
}
