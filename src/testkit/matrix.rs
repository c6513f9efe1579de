//! Who may do what, as a table that people can read.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use app::Command;
use kernel::{Error, Result, problems};

use crate::Role;

/// What stands above the names of the commands.
const FIRST: &str = "command";

/// A table of permissions: commands in rows, roles in columns.
///
/// A cell says `yes`; or `sign-in`, `no` and `unseen` for `UNAUTHENTICATED`, `FORBIDDEN` and
/// `NOT_FOUND`; or else the code of the refusal.
#[derive(Debug, Default)]
pub struct Matrix {
    rows: Vec<(&'static str, Vec<&'static str>)>,
}

impl Matrix {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the row of a command. `run` has it done by somebody of a role, each time in a school
    /// of its own.
    #[must_use]
    pub fn row<C: Command>(mut self, run: impl Fn(Role) -> Result<C::Out>) -> Self {
        self.rows.push((
            C::NAME,
            Role::ALL.iter().map(|role| cell(run(*role))).collect(),
        ));
        self
    }

    /// The table must look like this, and have each command of the crate in this folder.
    pub fn shows(&self, crate_folder: &str, expected: &str) {
        let expected: Vec<&str> = expected
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let (expected, actual) = (expected.join("\n"), self.text());
        assert!(
            expected == actual,
            "the table is now\n{actual}\n\nand was to be\n{expected}"
        );
        let listed: BTreeSet<String> = self
            .rows
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        assert_eq!(
            listed,
            commands_in(Path::new(crate_folder)),
            "a row for each command"
        );
    }

    fn text(&self) -> String {
        let names = self
            .rows
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or(0)
            .max(FIRST.len());
        let widths: Vec<usize> = Role::ALL
            .iter()
            .enumerate()
            .map(|(at, role)| {
                let cells = self.rows.iter().filter_map(|(_, cells)| cells.get(at));
                cells
                    .map(|cell| cell.len())
                    .max()
                    .unwrap_or(0)
                    .max(role.name().len())
            })
            .collect();
        let line = |name: &str, cells: &[&str]| {
            let mut line = format!("{name:names$}");
            for (cell, width) in cells.iter().zip(&widths) {
                write!(line, " {cell:width$}").expect("a string takes text");
            }
            line.trim().to_owned()
        };
        let heading = line(FIRST, &Role::ALL.map(Role::name));
        let rows = self.rows.iter().map(|(name, cells)| line(name, cells));
        std::iter::once(heading)
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn cell<T>(answer: Result<T>) -> &'static str {
    let problem = match answer {
        Ok(_) => return "yes",
        Err(Error::Fault(fault)) => panic!("a fault: {fault}"),
        Err(Error::Refused(refusal)) => refusal.problem,
    };
    match problem.code {
        code if code == problems::UNAUTHENTICATED.code => "sign-in",
        code if code == problems::FORBIDDEN.code => "no",
        code if code == problems::NOT_FOUND.code => "unseen",
        code => code,
    }
}

/// The names of the commands that the sources in a folder declare, tests aside.
fn commands_in(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs_err::read_dir(folder).expect("the sources can be read") {
        let path = entry.expect("the sources can be read").path();
        if path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }
        if path.is_dir() {
            names.extend(commands_in(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs_err::read_to_string(&path).expect("a source can be read");
            let declared = text.split("const NAME: &'static str = \"").skip(1);
            names.extend(
                declared
                    .filter_map(|rest| rest.split('"').next())
                    .map(str::to_owned),
            );
        }
    }
    names
}
