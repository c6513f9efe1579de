//! `edusphere import roster`.

use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use app::{Actor, App};
use clap::Args;
use courses::rosters::{Almanac, Report, Roster, TOO_MANY_MISSING, open};
use fs_err::File;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Clock, Error, SystemClock};
use serde::Serialize;

use super::{codes, make_report};
use crate::cli::{Place, say, say_json};
use crate::exit::Exit;
use crate::school::{NEIGHBOURS, School, in_memory};

/// Who takes a roster.
const PROGRAM: Actor = Actor::program("import");
/// Where codes go when nobody says where.
const CODES: &str = "sign-in-codes.csv";
/// How many of a hundred that are there a roster takes away without a word: a fifth.
const REMOVED_PERCENT: u8 = 20;

#[derive(Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(in crate::cli) struct FromRoster {
    /// The roster: a folder of CSV files, or the zip file of them
    path: PathBuf,
    /// Only report what would become of it
    #[arg(long)]
    dry_run: bool,
    /// Import nothing if a single row is refused
    #[arg(long)]
    strict: bool,
    /// Take away what an earlier roster brought and this one, which should have all, does not have
    #[arg(long)]
    remove_missing: bool,
    /// Import nothing if more than so many of a hundred terms, courses, people or enrolments would go
    #[arg(long, value_name = "PERCENT", default_value_t = REMOVED_PERCENT, requires = "remove_missing")]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=100))]
    remove_at_most: u8,
    /// Write the report to this file, as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    /// Write the codes of those who are new and have no password to this new file
    /// [default: beside the report, or sign-in-codes.csv]
    #[arg(long, value_name = "FILE.csv")]
    codes: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// What is told to programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    /// Whether anything was imported.
    imported: bool,
    /// Where the codes are, if any were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    codes: Option<String>,
    #[serde(flatten)]
    report: &'a Report,
}

impl FromRoster {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        let config = self.place.config(None)?;
        let almanac = Almanac::of(&config.school.time_zone, SystemClock.now())
            .ok_or_else(|| Exit::unknown_time_zone(&config.school.time_zone))?;
        // The roster is read, and the report's file made, before the school is opened.
        let (roster, report) = open(&self.path, &almanac)?;
        let mut report_file = make_report(self.report.as_ref())?;
        if self.dry_run && !config.data_dir.exists() {
            return self.import(&in_memory(), (roster, report), report_file.as_mut());
        }
        let school = School::open(&config.data_dir, config.cache_mib)?;
        let done = self.import(&school.app, (roster, report), report_file.as_mut());
        school.close();
        done
    }

    fn import(
        &self,
        app: &App,
        (mut roster, mut report): (Roster, Report),
        file: Option<&mut File>,
    ) -> Result<ExitCode, Exit> {
        let remove = self.remove_missing.then_some(self.remove_at_most);
        let looked = roster.look_for_missing(&app.snapshot(), remove, &mut report);
        looked.map_err(allow_more)?;
        let rehearsed = app.rehearse_blocking(PROGRAM, roster.whole(NEIGHBOURS))?;
        let newcomers = roster.newcomers(&rehearsed);
        let mut would_be = report.clone();
        roster.report(rehearsed, &mut would_be);
        if self.dry_run || (self.strict && !would_be.took_all()) {
            self.tell(&would_be, (false, None), file)?;
            return self.nothing_imported();
        }
        let bar = bar(newcomers.len() + roster.len());
        let (ways_in, handouts) = codes::ways_in(app, &newcomers, &|| bar.inc(1))?;
        let codes = (!handouts.is_empty()).then(|| self.codes_path());
        if let Some(path) = &codes {
            codes::write(path, &handouts)?;
        }
        let mut taken = Vec::with_capacity(roster.len());
        for batch in roster.batches(ways_in, NEIGHBOURS) {
            taken.extend(app.run_blocking(PROGRAM, batch)?);
            bar.set_position(u64::try_from(newcomers.len() + taken.len()).unwrap_or(u64::MAX));
        }
        bar.finish_and_clear();
        roster.report(taken, &mut report);
        self.tell(&report, (true, codes), file)?;
        Ok(ExitCode::SUCCESS)
    }

    fn nothing_imported(&self) -> Result<ExitCode, Exit> {
        if self.dry_run {
            if !self.json {
                say("Nothing was imported: this was a dry run.");
            }
            return Ok(ExitCode::SUCCESS);
        }
        let sentence = "rows are refused, so that nothing was imported; correct them, or leave out --strict to import the others";
        Err(Exit::new(Exit::DATA, sentence))
    }

    fn codes_path(&self) -> PathBuf {
        let beside = || {
            let report = self.report.as_ref();
            report.map(|report| report.with_extension("codes.csv"))
        };
        let given = self.codes.clone().or_else(beside);
        given.unwrap_or_else(|| PathBuf::from(CODES))
    }

    fn tell(
        &self,
        report: &Report,
        (imported, codes): (bool, Option<PathBuf>),
        file: Option<&mut File>,
    ) -> Result<(), Exit> {
        let told = Told {
            imported,
            codes: codes.as_ref().map(|path| path.display().to_string()),
            report,
        };
        if let Some(file) = file {
            serde_json::to_writer_pretty(&mut *file, &told)
                .map_err(|error| Exit::new(Exit::IO, error.to_string()))?;
            writeln!(file)?;
        }
        if self.json {
            return say_json(&told);
        }
        say(report.to_string().trim_end());
        if let Some(path) = &self.report {
            say(format_args!("The report is in {} as well.", path.display()));
        }
        if let Some(path) = codes {
            say(format_args!(
                "Codes to sign in with for the first time, good for 14 days, are in {}: hand them out and delete it.",
                path.display()
            ));
        }
        Ok(())
    }
}

/// How to allow what was refused for taking away too much.
fn allow_more(error: Error) -> Exit {
    let refused = error.problem() == Some(TOO_MANY_MISSING);
    let exit = Exit::from(error);
    if refused {
        let sentence = format!("{exit}: --remove-at-most PERCENT");
        return Exit::new(Exit::DATA, sentence);
    }
    exit
}

/// A bar on a terminal.
fn bar(length: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {elapsed}")
    {
        bar.set_style(style);
    }
    bar
}
