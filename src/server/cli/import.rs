//! `edusphere import`.

use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use app::{Actor, App};
use clap::{Args, Subcommand};
use courses::cartridges::{Prepared, Step, prepare};
use courses::catalog::{CODE_TAKEN, NewCourse, with_code};
use courses::files::Blobs;
use courses::interchange::{Archive, Cartridge, Report, open};
use fs_err::File;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Place, say};
use crate::exit::Exit;
use crate::school::{NEIGHBOURS, in_memory};

#[derive(Subcommand)]
pub(super) enum Import {
    /// Make a course from a package: IMS Common Cartridge, as Canvas and others export it
    Cartridge(FromCartridge),
}

#[derive(Args)]
pub(super) struct FromCartridge {
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
    #[command(flatten)]
    place: Place,
}

impl Import {
    pub(super) fn run(self) -> Result<ExitCode, Exit> {
        match self {
            Self::Cartridge(import) => import.run(),
        }
    }
}

impl FromCartridge {
    fn run(self) -> Result<ExitCode, Exit> {
        // The package is read, and the report's file made, before the school is opened: what
        // cannot be read or told of changes nothing.
        let opened = open(&self.file)?;
        let course = self.course(&opened.1)?;
        let mut report_file =
            self.report
                .as_ref()
                .map(File::create)
                .transpose()
                .map_err(|error| {
                    Exit::new(
                        Exit::CANNOT_CREATE,
                        format!("the report cannot be written: {error}"),
                    )
                })?;
        if self.dry_run {
            let app = in_memory();
            let Prepared { command, report } = self.prepare(&app, opened, course, None)?;
            app.run_blocking(Actor::program("import"), command)?;
            self.tell(&report, report_file.as_mut())?;
            say("Nothing was imported: this was a dry run.");
            return Ok(ExitCode::SUCCESS);
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
        self.tell(&report, report_file.as_mut())?;
        say(format_args!(
            "The course {code} is a draft now ({id}); it is seen by learners once it is published."
        ));
        Ok(ExitCode::SUCCESS)
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

    fn tell(&self, report: &Report, file: Option<&mut File>) -> Result<(), Exit> {
        say(report.to_string().trim_end());
        if let (Some(file), Some(path)) = (file, &self.report) {
            serde_json::to_writer_pretty(&mut *file, report)
                .map_err(|error| Exit::new(Exit::IO, error.to_string()))?;
            writeln!(file)?;
            say(format_args!("The report is in {} as well.", path.display()));
        }
        Ok(())
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
