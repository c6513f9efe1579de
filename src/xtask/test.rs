//! `cargo xtask test`: what must hold before a push, cheapest first, each step timed.
//!
//! Steps whose tool is not installed are named and skipped, so that a machine with nothing but
//! Rust can run the rest. The unit and black-box tests come last: their summary ends the output.

use std::time::{Duration, Instant};

use crate::{
    run::{self, Stop, owned},
    tidy,
};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    let wish = Wish::parse(args)?;
    let tools = Tools {
        fmt: run::has("fmt"),
        clippy: run::has("clippy"),
        nextest: run::has("nextest"),
    };
    for step in plan(&wish, tools) {
        println!("== {} ==", step.name);
        let start = now();
        if let Err(stop) = step.action.perform() {
            let why = format!("{} failed after {}: {}", step.name, shown(start), stop.why);
            return Err(Stop { why, ..stop });
        }
        println!("== {}: {} ==", step.name, shown(start));
    }
    Ok(())
}

/// What the command line asks for.
#[derive(Debug, Default)]
struct Wish {
    fast: bool,
    runner_args: Vec<String>,
}

impl Wish {
    fn parse(args: &[String]) -> Result<Self, Stop> {
        let mut wish = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--fast" => wish.fast = true,
                "--" => wish.runner_args = args.by_ref().cloned().collect(),
                other => {
                    return Err(Stop::usage(format!(
                        "`test` knows --fast, and arguments of the runner after --; not {other:?}"
                    )));
                }
            }
        }
        Ok(wish)
    }
}

/// Which of the optional tools this machine has.
#[derive(Clone, Copy)]
struct Tools {
    fmt: bool,
    clippy: bool,
    nextest: bool,
}

struct Step {
    name: &'static str,
    action: Action,
}

#[derive(Debug, PartialEq)]
enum Action {
    Tidy,
    Cargo {
        args: Vec<String>,
        env: &'static [(&'static str, &'static str)],
    },
    Skip(&'static str),
}

impl Action {
    fn perform(&self) -> Result<(), Stop> {
        match self {
            Self::Tidy => tidy::run(&[]),
            Self::Cargo { args, env } => {
                let mut command = run::cargo(args)?;
                command.envs(env.iter().copied());
                run::wait(command)
            }
            Self::Skip(why) => {
                println!("skipped: {why}");
                Ok(())
            }
        }
    }
}

/// The steps in order. The schema needs no step: tests compare the committed files.
fn plan(wish: &Wish, tools: Tools) -> Vec<Step> {
    let mut steps = vec![
        step(
            "fmt",
            tools.fmt,
            "rustfmt is not installed",
            &["fmt", "--all", "--check"],
        ),
        Step {
            name: "tidy",
            action: Action::Tidy,
        },
    ];
    if !wish.fast {
        steps.push(step(
            "clippy",
            tools.clippy,
            "clippy is not installed",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        ));
        steps.push(Step {
            name: "doc",
            action: Action::Cargo {
                args: owned(&["doc", "--workspace", "--no-deps"]),
                env: &[("RUSTDOCFLAGS", "-Dwarnings")],
            },
        });
    }
    steps.push(cargo("build", &["build"]));
    if tools.nextest {
        steps.push(cargo(
            "examples in the documentation",
            &["test", "--doc", "--workspace"],
        ));
        steps.push(cargo("tests", &["nextest", "run", "--workspace"]));
    } else {
        steps.push(cargo("tests", &["test", "--workspace"]));
    }
    if let Some(Step {
        action: Action::Cargo { args, .. },
        ..
    }) = steps.last_mut()
    {
        args.extend(wish.runner_args.iter().cloned());
    }
    steps
}

fn cargo(name: &'static str, args: &[&str]) -> Step {
    Step {
        name,
        action: Action::Cargo {
            args: owned(args),
            env: &[],
        },
    }
}

fn step(name: &'static str, installed: bool, otherwise: &'static str, args: &[&str]) -> Step {
    if installed {
        cargo(name, args)
    } else {
        Step {
            name,
            action: Action::Skip(otherwise),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "only shows how long a step took")]
fn now() -> Instant {
    Instant::now()
}

fn shown(start: Instant) -> String {
    let took: Duration = start.elapsed();
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Tools = Tools {
        fmt: true,
        clippy: true,
        nextest: true,
    };
    const NONE: Tools = Tools {
        fmt: false,
        clippy: false,
        nextest: false,
    };

    fn names(wish: &Wish, tools: Tools) -> Vec<&'static str> {
        plan(wish, tools).iter().map(|step| step.name).collect()
    }

    fn last_command(wish: &Wish, tools: Tools) -> String {
        match plan(wish, tools).pop().expect("there are steps").action {
            Action::Cargo { args, .. } => args.join(" "),
            Action::Tidy | Action::Skip(_) => panic!("the tests come last"),
        }
    }

    #[test]
    fn the_whole_run_has_every_step() {
        assert_eq!(
            names(&Wish::default(), ALL),
            [
                "fmt",
                "tidy",
                "clippy",
                "doc",
                "build",
                "examples in the documentation",
                "tests"
            ]
        );
    }

    #[test]
    fn fast_leaves_out_clippy_and_doc() {
        let wish = Wish::parse(&owned(&["--fast"])).expect("it is known");
        assert!(
            !names(&wish, ALL)
                .iter()
                .any(|name| ["clippy", "doc"].contains(name))
        );
    }

    #[test]
    fn a_missing_tool_skips_its_step() {
        let steps = plan(&Wish::default(), NONE);
        let skipped: Vec<&str> = steps
            .iter()
            .filter(|step| matches!(step.action, Action::Skip(_)))
            .map(|step| step.name)
            .collect();
        assert_eq!(skipped, ["fmt", "clippy"]);
    }

    #[test]
    fn what_follows_the_dashes_goes_to_the_runner() {
        let wish = Wish::parse(&owned(&["--", "--no-fail-fast", "grading"])).expect("both known");
        let nextest = "nextest run --workspace --no-fail-fast grading";
        assert_eq!(last_command(&wish, ALL), nextest);
        assert_eq!(
            last_command(&wish, NONE),
            "test --workspace --no-fail-fast grading"
        );
    }
}
