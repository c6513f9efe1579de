//! `edusphere import cartridge`.

use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use app::{Actor, App};
use clap::Args;
use courses::cartridges::{Prepared, Step, prepare};
use courses::catalog::{CODE_TAKEN, CourseId, NewCourse, with_code};
use courses::files::Blobs;
use courses::interchange::{Archive, Cartridge, Report, open};
use fs_err::File;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::make_report;
use crate::cli::{Place, say, say_json};
use crate::exit::Exit;
use crate::school::{NEIGHBOURS, in_memory};

#[derive(Args)]
pub(in crate::cli) struct FromCartridge {
    /// The package, an .imscc or .zip file
    file: PathBuf,
    /// The code of the new course [default: as the package says]
    #[arg(long)]
    code: Option<String>,
    /// Only report what would become of it
    #[arg(long)]
    dry_run: bool,
    /// Show learners everything, also what the package hides
    #[arg(long)]
    show_hidden: bool,
    /// Write the report to this file, as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

impl FromCartridge {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        // The package is read, and the report's file made, before the school is opened: what
        // cannot be read or told of changes nothing.
        let opened = open(&self.file)?;
        let course = self.course(&opened.1)?;
        let mut report_file = make_report(self.report.as_ref())?;
        if self.dry_run {
            let app = in_memory();
            let Prepared { command, report } = self.prepare(&app, opened, course, None)?;
            app.run_blocking(Actor::program("import"), command)?;
            return self.tell(&report, None, report_file.as_mut());
        }
        let school = self.place.open()?;
        let code = course.code().to_owned();
        if with_code(&school.app.snapshot(), &code)?.is_some() {
            let sentence = format!(
                "{} --code gives the new course another",
                CODE_TAKEN.sentence
            );
            return Err(CODE_TAKEN.because(sentence).into());
        }
        let Prepared { command, report } =
            self.prepare(&school.app, opened, course, Some(&school.blobs))?;
        let id = school.app.run_blocking(Actor::program("import"), command)?;
        school.close();
        self.tell(&report, Some((&code, id)), report_file.as_mut())
    }

    /// The course to make: its code as given, as the package says, or from the name of the file.
    fn course(&self, cartridge: &Cartridge) -> Result<NewCourse, Exit> {
        let title: String = cartridge
            .title
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect();
        if let Some(code) = &self.code {
            return Ok(NewCourse::titled(code, &title)?);
        }
        let stem = self
            .file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let of_package = cartridge.course_code.iter().chain(stem.iter());
        let mut codes = of_package.map(|code| code.chars().take(40).collect::<String>());
        let found = codes.find_map(|code| NewCourse::titled(&code, &title).ok());
        found.ok_or_else(|| {
            Exit::new(
                Exit::USAGE,
                "the package has no usable course code; give one with --code",
            )
        })
    }

    /// Tells what became of the package, and the course that was made, if one was.
    fn tell(
        &self,
        report: &Report,
        course: Option<(&str, CourseId)>,
        file: Option<&mut File>,
    ) -> Result<ExitCode, Exit> {
        if let Some(file) = file {
            serde_json::to_writer_pretty(&mut *file, report)
                .map_err(|error| Exit::new(Exit::IO, error.to_string()))?;
            writeln!(file)?;
        }
        if self.json {
            let course = course.map(|(code, id)| json!({ "code": code, "id": id }));
            say_json(&json!({ "course": course, "report": report }))?;
            return Ok(ExitCode::SUCCESS);
        }
        say(report.to_string().trim_end());
        if let Some(path) = &self.report {
            say(format_args!("The report is in {} as well.", path.display()));
        }
        match course {
            Some((code, id)) => say(format_args!(
                "The course {code} is a draft now ({id}); it is seen by learners once it is published."
            )),
            None => say("Nothing was imported: this was a dry run."),
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Prepares the course, with a bar on a terminal.
    fn prepare(
        &self,
        app: &App,
        opened: (Archive, Cartridge, Report),
        course: NewCourse,
        blobs: Option<&Blobs>,
    ) -> Result<Prepared, Exit> {
        let on_terminal = std::io::stderr().is_terminal();
        let bar = if on_terminal {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} pages and files") {
            bar.set_style(style);
        }
        let step = |step: Step| {
            bar.set_length(u64::try_from(step.total).unwrap_or(0));
            bar.set_position(u64::try_from(step.done).unwrap_or(0));
        };
        let (archive, mut cartridge, report) = opened;
        if self.show_hidden {
            cartridge.show_hidden();
        }
        let opened = (archive, cartridge, report);
        let prepared = prepare(app, opened, course, NEIGHBOURS, (blobs, &step));
        bar.finish_and_clear();
        Ok(prepared?)
    }
}
