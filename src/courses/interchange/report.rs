//! What became of everything in a package: kept, changed or lost, each with its name.
//!
//! Every file of the archive turns up here, either in a line or among the documents that were read
//! for what they say (`read`). The importer adds its own lines as it goes on.

use std::{collections::BTreeMap, collections::HashMap, fmt};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{html::Rewritten, problem::shown};

/// Most lines of a part; what comes after is counted but no longer named.
pub const LINES_MAX: usize = 50_000;
/// Longest name, reason or place of a line.
const TEXT_CHARS_MAX: usize = 1_000;
/// Most names that the text for people gives for one reason.
const NAMES_SHOWN_MAX: usize = 12;

/// What a line of the report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Course,
    Module,
    Heading,
    Page,
    Assignment,
    Topic,
    Announcement,
    File,
    WebLink,
    Quiz,
    QuestionBank,
    Tool,
    Rubric,
    Outcome,
    GradingScheme,
    AssignmentGroup,
    Event,
    MediaTrack,
    Feed,
    Item,
    Setting,
    Metadata,
    Link,
    Markup,
}

impl What {
    /// The words for one and for many.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Course => ("course", "courses"),
            Self::Module => ("module", "modules"),
            Self::Heading => ("heading", "headings"),
            Self::Page => ("page", "pages"),
            Self::Assignment => ("assignment", "assignments"),
            Self::Topic => ("discussion", "discussions"),
            Self::Announcement => ("announcement", "announcements"),
            Self::File => ("file", "files"),
            Self::WebLink => ("web link", "web links"),
            Self::Quiz => ("quiz", "quizzes"),
            Self::QuestionBank => ("question bank", "question banks"),
            Self::Tool => ("external tool", "external tools"),
            Self::Rubric => ("rubric", "rubrics"),
            Self::Outcome => ("learning outcome", "learning outcomes"),
            Self::GradingScheme => ("grading scheme", "grading schemes"),
            Self::AssignmentGroup => ("assignment group", "assignment groups"),
            Self::Event => ("calendar event", "calendar events"),
            Self::MediaTrack => ("caption track", "caption tracks"),
            Self::Feed => ("feed", "feeds"),
            Self::Item => ("entry", "entries"),
            Self::Setting => ("setting", "settings"),
            Self::Metadata => ("description field", "description fields"),
            Self::Link => ("link", "links"),
            Self::Markup => ("piece of markup", "pieces of markup"),
        }
    }
}

/// One fate: what, which, why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub what: What,
    pub name: String,
    /// Why, or how it was changed; empty for what was simply kept.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// In which page, module or assignment; empty where that says nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// How often the same thing happened.
    pub count: u64,
    /// The files of the archive that the line settles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

impl Line {
    /// A line about one thing.
    pub fn new(what: What, name: &str) -> Self {
        let (why, place) = (String::new(), String::new());
        Self {
            what,
            name: short(name),
            why,
            place,
            count: 1,
            files: Vec::new(),
        }
    }

    /// With the reason.
    #[must_use]
    pub fn why(mut self, why: &str) -> Self {
        self.why = short(why);
        self
    }

    /// With the place where it happened.
    #[must_use]
    pub fn place(mut self, place: &str) -> Self {
        self.place = short(place);
        self
    }

    /// So many times.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// Settling these files of the archive.
    #[must_use]
    pub(super) fn files(mut self, files: Vec<String>) -> Self {
        self.files = files;
        self
    }
}

/// The three parts of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Kept,
    Changed,
    Lost,
}

/// The report of one import.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub kept: Vec<Line>,
    pub changed: Vec<Line>,
    pub lost: Vec<Line>,
    /// Documents of the package that were read for what they say and are not content themselves.
    pub read: Vec<String>,
    known: HashMap<(Part, What, String, String, String), usize>,
}

impl Report {
    /// Reports what is in the course as it was in the package.
    pub fn keep(&mut self, line: Line) {
        self.add(Part::Kept, line);
    }

    /// Reports what is in the course but not quite as it was.
    pub fn change(&mut self, line: Line) {
        self.add(Part::Changed, line);
    }

    /// Reports what is not in the course.
    pub fn lose(&mut self, line: Line) {
        self.add(Part::Lost, line);
    }

    /// Adds a line, or counts it where the same line is there already.
    fn add(&mut self, part: Part, mut line: Line) {
        let lines = match part {
            Part::Kept => &mut self.kept,
            Part::Changed => &mut self.changed,
            Part::Lost => &mut self.lost,
        };
        if lines.len() >= LINES_MAX {
            line = Line {
                files: line.files,
                count: line.count,
                ..Line::new(line.what, "…")
            };
            line = line.why("too many to name");
        }
        let Line {
            what,
            name,
            why,
            place,
            ..
        } = &line;
        let key = (part, *what, name.clone(), why.clone(), place.clone());
        let same = self.known.get(&key).and_then(|at| lines.get_mut(*at));
        if let Some(same) = same {
            same.count += line.count;
            same.files.append(&mut line.files);
        } else {
            self.known.insert(key, lines.len());
            lines.push(line);
        }
    }

    /// Reports what rewriting the HTML of a page, assignment or discussion changed and lost.
    pub fn add_rewritten(&mut self, place: &str, rewritten: &Rewritten) {
        for link in &rewritten.lost_links {
            let line = Line::new(What::Link, link).place(place);
            self.lose(line.why("leads to nothing in the package; its text stays"));
        }
        for change in &rewritten.changed {
            let why = "cannot be shown as it was";
            self.change(Line::new(What::Markup, change).why(why).place(place));
        }
        for (name, count) in &rewritten.removed {
            let line = Line::new(What::Markup, name).times(*count);
            self.change(line.why("left out of pages, for safety or looks"));
        }
    }

    /// Everything the report settles: the files of all lines and the documents read.
    #[cfg(test)]
    pub(super) fn settled(&self) -> impl Iterator<Item = &str> {
        let lines = self.kept.iter().chain(&self.changed).chain(&self.lost);
        lines
            .flat_map(|line| &line.files)
            .chain(&self.read)
            .map(String::as_str)
    }

    /// How many of each kind a part holds.
    pub fn counts(lines: &[Line]) -> BTreeMap<What, u64> {
        let mut counts = BTreeMap::new();
        for line in lines {
            *counts.entry(line.what).or_default() += line.count;
        }
        counts
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 5)?;
        let counts: BTreeMap<&str, BTreeMap<What, u64>> = BTreeMap::from([
            ("kept", Self::counts(&self.kept)),
            ("changed", Self::counts(&self.changed)),
            ("lost", Self::counts(&self.lost)),
        ]);
        report.serialize_field("counts", &counts)?;
        report.serialize_field("kept", &self.kept)?;
        report.serialize_field("changed", &self.changed)?;
        report.serialize_field("lost", &self.lost)?;
        report.serialize_field("read", &self.read)?;
        report.end()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept\n")?;
        let mut by_why: BTreeMap<(&str, What), u64> = BTreeMap::new();
        for line in &self.kept {
            *by_why.entry((&line.why, line.what)).or_default() += line.count;
        }
        for ((why, what), count) in by_why {
            writeln!(f, "  {}{}", counted(what, count), bracketed(why))?;
        }
        for (heading, lines) in [("Changed", &self.changed), ("Lost", &self.lost)] {
            writeln!(f, "{heading}")?;
            if lines.is_empty() {
                f.write_str("  nothing\n")?;
            }
            write_groups(f, lines)?;
        }
        Ok(())
    }
}

/// Lines of one kind and one reason as one paragraph, with the first names.
fn write_groups(f: &mut fmt::Formatter<'_>, lines: &[Line]) -> fmt::Result {
    let mut groups: BTreeMap<(What, &str), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        groups.entry((line.what, &line.why)).or_default().push(line);
    }
    for ((what, why), group) in groups {
        let count = group.iter().map(|line| line.count).sum();
        write!(f, "  {}{}: ", counted(what, count), bracketed(why))?;
        for (at, line) in group.iter().take(NAMES_SHOWN_MAX).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}", shown(&line.name))?;
            if !line.place.is_empty() {
                write!(f, " in {}", shown(&line.place))?;
            }
            if line.count > 1 {
                write!(f, " ({} times)", line.count)?;
            }
        }
        match group.len().saturating_sub(NAMES_SHOWN_MAX) {
            0 => f.write_str("\n")?,
            more => writeln!(f, " and {more} more")?,
        }
    }
    Ok(())
}

/// A text that may come from the package, cut to what a report can use.
fn short(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

fn counted(what: What, count: u64) -> String {
    let (one, many) = what.words();
    format!("{count} {}", if count == 1 { one } else { many })
}

fn bracketed(why: &str) -> String {
    if why.is_empty() {
        String::new()
    } else {
        format!(" ({why})")
    }
}
