//! `edusphere generate`.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Clock, SystemClock, Timestamp};

use super::{Place, say, say_json};
use crate::config::Config;
use crate::exit::Exit;
use crate::generate::{PASSWORD, Size, Step, Summary, fill};
use crate::school::{School, holds_nothing, make_whole};

#[derive(Args)]
pub(super) struct Generate {
    /// How many people: one administrator, 8 of 100 instructors, the others students
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(Size::USERS_MIN..=Size::USERS_MAX))]
    users: u32,
    /// How many courses
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=Size::COURSES_MAX))]
    courses: u32,
    /// Which of the schools of this size
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// When its 60 days of activity end, in RFC 3339 [default: the present]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Print a summary as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl Generate {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let present = SystemClock.now();
        let now = self.now.unwrap_or(present);
        if now > present {
            let sentence = format!("{now} is yet to come: --now is when the history ends");
            return Err(Exit::new(Exit::USAGE, sentence));
        }
        let size = Size {
            users: self.users,
            courses: self.courses,
            seed: self.seed,
            now,
        };
        let config = self.place.config(None)?;
        let make = |directory: &Path| make_in(directory, &config, &size);
        let summary = if holds_nothing(&config.data_dir) {
            make_whole(&config.data_dir, make)?
        } else {
            make(&config.data_dir)?
        };
        self.tell(&summary)
    }

    fn tell(&self, summary: &Summary) -> Result<ExitCode, Exit> {
        if self.json {
            say_json(summary)?;
            return Ok(ExitCode::SUCCESS);
        }
        say(format_args!(
            "{} people, {} courses, {} submissions, {} grades, {} events.",
            summary.users, summary.courses, summary.submissions, summary.grades, summary.events
        ));
        say(format_args!(
            "Everybody's password is `{PASSWORD}`: user1 administers, user2 to user{} teach, the others learn. Keep this school off the internet.",
            summary.instructors + 1
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// Fills the empty school in this directory.
fn make_in(directory: &Path, config: &Config, size: &Size) -> Result<Summary, Exit> {
    let school = School::open_by(directory, config.cache_mib, size.clock(), Some(size.seed))?;
    if eventlog::head(&school.app.snapshot())? > 0 {
        school.close();
        let sentence = format!(
            "the school in {} is not empty, and only an empty one is filled; choose another directory with --data-dir",
            directory.display()
        );
        return Err(Exit::new(Exit::DATA, sentence));
    }
    school.go_by(&config.school.time_zone)?;
    let bar = bar();
    let tell = |step: Step| {
        bar.set_message(step.stage);
        bar.set_length(step.total);
        bar.set_position(step.done);
    };
    let made = fill(&school.app, size, &tell);
    bar.finish_and_clear();
    school.close();
    Ok(made?)
}

/// A bar on a terminal.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style =
        ProgressStyle::with_template("{msg:10} {wide_bar} {human_pos}/{human_len} {elapsed}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
