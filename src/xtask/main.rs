//! `cargo xtask`: everything a developer or a build machine does with this tree, in one program.
//!
//! It needs cargo and nothing else; what is optional (nextest, rustfmt, clippy) is used when it
//! is installed. It imports none of our crates, so it builds in seconds and runs while they are
//! broken. Each subcommand is a module of the same name.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]

mod bench;
mod dist;
mod run;
mod schema;
mod test;
mod tidy;

use std::{env, process::ExitCode};

use run::Stop;

/// One thing that can be asked for.
struct Task {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Result<(), Stop>,
}

const TASKS: &[Task] = &[
    Task {
        name: "test",
        does: "all checks before a push: fmt, tidy, clippy, doc, build, tests [--fast] [-- RUNNER ARGS]",
        run: test::run,
    },
    Task {
        name: "tidy",
        does: "the rules of the house that the compiler does not know",
        run: tidy::run,
    },
    Task {
        name: "schema",
        does: "write the contracts in schema/ anew from the program",
        run: schema::run,
    },
    Task {
        name: "bench",
        does: "run the benches, all or by name [NAME..] [-- BENCH ARGS]",
        run: bench::run,
    },
    Task {
        name: "dist",
        does: "build the binary that is handed out",
        run: dist::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("xtask: {}", stop.why);
            ExitCode::from(stop.code)
        }
    }
}

fn dispatch(args: &[String]) -> Result<(), Stop> {
    let (name, rest) = match args.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => return Err(usage("say what to do")),
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        return Err(usage(&format!("there is no task {name:?}")));
    };
    (task.run)(rest)
}

fn usage(why: &str) -> Stop {
    let list: Vec<String> = TASKS
        .iter()
        .map(|task| format!("  {:<7} {}", task.name, task.does))
        .collect();
    Stop::usage(format!(
        "{why}; the tasks of `cargo xtask` are\n{}",
        list.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::USAGE;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn no_or_unknown_task_lists_the_tasks() {
        for line in ["", "polish"] {
            let stop = dispatch(&words(line)).expect_err("it is not a task");
            assert_eq!(stop.code, USAGE);
            for task in TASKS {
                assert!(stop.why.contains(task.does), "{} is listed", task.name);
            }
        }
    }

    #[test]
    fn tasks_refuse_arguments_they_do_not_know() {
        for line in [
            "tidy now",
            "schema --check",
            "dist --fat",
            "test --quick",
            "bench --quick",
        ] {
            let stop = dispatch(&words(line)).expect_err("the argument means nothing");
            assert_eq!(stop.code, USAGE, "{line}: {}", stop.why);
        }
    }
}
