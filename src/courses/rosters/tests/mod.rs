//! Tests of rosters: files as programs write them and as people mend them, and what becomes of a
//! school that takes them.

mod chance;
mod files;
mod mistakes;
mod school;

use std::io::{Cursor, Write as _};

use kernel::Timestamp;
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::model::{SeatState, Wish};
use super::*;

/// The first of October 2026, at noon.
const NOW: Timestamp = Timestamp::from_millis(1_790_856_000_000);

/// A roster that is put together file by file.
#[derive(Debug, Clone, Default)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn new() -> Self {
        Self::default()
    }

    /// With a file, in place of one of the same name.
    fn file(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.0.retain(|(other, _)| other != name);
        self.0.push((name.to_owned(), content.as_ref().to_vec()));
        self
    }

    /// Reads it from a folder.
    fn open(&self) -> Result<(Roster, Report), RosterProblem> {
        let folder = TempDir::new().unwrap();
        for (name, content) in &self.0 {
            fs_err::write(folder.path().join(name), content).unwrap();
        }
        open(folder.path(), &almanac())
    }

    /// Reads it from a zip file.
    fn open_zipped(&self) -> Result<(Roster, Report), RosterProblem> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            zip.start_file(name.as_str(), SimpleFileOptions::default())
                .unwrap();
            zip.write_all(content).unwrap();
        }
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("roster.zip");
        fs_err::write(&path, zip.finish().unwrap().into_inner()).unwrap();
        open(&path, &almanac())
    }

    /// The code with which it is refused as a whole, and what is said.
    fn refusal(&self) -> (&'static str, String) {
        match self.open() {
            Err(RosterProblem::Refused(error)) => {
                (error.problem().unwrap().code, error.to_string())
            }
            other => panic!("it was to be refused: {other:?}"),
        }
    }
}

fn almanac() -> Almanac {
    Almanac::of("Europe/Berlin", NOW).unwrap()
}

/// What a roster asks for, a line each.
fn asked(roster: &Roster) -> Vec<String> {
    let lines = roster.lines.iter();
    lines.map(|line| said(&line.wish)).collect()
}

fn said(wish: &Wish) -> String {
    let gone = if wish.is_gone() { "no " } else { "" };
    let moment = |moment: Option<Timestamp>| moment.map(|at| at.to_string()).unwrap_or_default();
    match wish {
        Wish::Session(session) => format!(
            "{gone}term {} {:?} {}..{} in {}",
            session.id.as_str(),
            session.title,
            moment(session.starts_at),
            moment(session.ends_at),
            session.parent.as_ref().map_or("none", |id| id.as_str()),
        ),
        Wish::Class(class) => format!(
            "{gone}course {} {:?} {:?} {:?} in {}",
            class.id.as_str(),
            class.codes[0],
            class.title,
            class.description,
            class.term.as_ref().map_or("none", |id| id.as_str()),
        ),
        Wish::Person(person) => format!(
            "{gone}person {} {} {:?} {} {:?}{}",
            person.id.as_str(),
            person.username,
            person.display_name,
            person.email.as_deref().unwrap_or("no address"),
            person.role,
            person.password.as_ref().map_or("", |_| " with a password"),
        ),
        Wish::Seat(seat) => format!(
            "{gone}seat of {} in {} as {:?}{}",
            seat.user.as_str(),
            seat.class.as_str(),
            seat.role,
            if seat.state == SeatState::Over {
                ", over"
            } else {
                ""
            },
        ),
    }
}

/// The rows and codes of findings, to be looked at.
fn told(findings: &[Finding]) -> Vec<String> {
    let told = findings.iter().map(|finding| {
        let row = finding.row.map(|row| format!(" {row}")).unwrap_or_default();
        let column = finding.column.as_deref().unwrap_or("-");
        format!("{}{row} {column} {}", finding.file, finding.code)
    });
    told.collect()
}

/// A roster of 1.1 without a mistake.
fn plain() -> Files {
    Files::new()
        .file(
            "manifest.csv",
            "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.academicSessions,bulk\nfile.orgs,bulk\nfile.courses,bulk\nfile.classes,bulk\nfile.users,bulk\nfile.enrollments,bulk\nfile.demographics,absent\n",
        )
        .file("orgs.csv", "sourcedId,name,type\nschool,Our School,school\n")
        .file(
            "academicSessions.csv",
            "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\nhalf,,,First half,semester,2026-09-01,2027-01-31,year,2027\nyear,,,2026/27,schoolYear,2026-09-01,2027-06-30,,2027\n",
        )
        .file(
            "courses.csv",
            "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\nbio,,,year,Biology,BIO,\"09,10\",school,,\n",
        )
        .file(
            "classes.csv",
            "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nbio-1,,,Biology 9a,9,bio,1,scheduled,,school,half,,,\nbio-2,,,Biology 9b,9,bio,2,scheduled,,school,half,,,\n",
        )
        .file(
            "users.csv",
            "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\nt1,,,true,school,teacher,maria,,Maria,Santos,,,maria@school.example,,,,,\ns1,,,true,school,student,lena,,Lena,Fischer,,,lena@school.example,,,,9,looms and threads\ns2,,,true,school,student,tomas,,Tomas,Novak,,,,,,,9,\n",
        )
        .file(
            "enrollments.csv",
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\ne1,,,bio-1,school,t1,teacher,true,,\ne2,,,bio-1,school,s1,student,false,,\ne3,,,bio-1,school,s2,student,false,,\ne4,,,bio-2,school,t1,teacher,true,,\n",
        )
}
