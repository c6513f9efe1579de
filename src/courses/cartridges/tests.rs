//! The story of a course that comes in a package.

use std::cell::RefCell;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use app::Tx;
use kernel::Result;
use store::{Range, Table};
use tempfile::TempDir;
use testkit::{Cast, Role};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::catalog::{self, CODE_TAKEN, CourseId, CourseState, NewCourse};
use crate::enrollments::CourseRole;
use crate::files::{self, Blobs};
use crate::interchange::{self, Report};
use crate::modules::{self, Content, ItemKind, ModuleItems};
use crate::neighbours::Neighbours;
use crate::pages;
use crate::tests::{cast, titled};

const TOPIC: &str = r#"<topic xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1">
<title>Which knot?</title><text texttype="text/html">&lt;p&gt;See &lt;a href="pages/one.html"&gt;one&lt;/a&gt;&lt;/p&gt;</text></topic>"#;
const LINK: &str = r#"<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1">
<title>Guild</title><url href="https://example.org/guild"/></webLink>"#;
const QUIZ: &str = r#"<questestinterop><assessment ident="q" title="Knots quiz">
<section ident="s"><item ident="1"/></section></assessment></questestinterop>"#;
const ASSIGNMENT: &str = r#"<assignment xmlns="http://www.imsglobal.org/xsd/imscc_extensions/assignment">
<title>Tie a bowline</title><text texttype="text/html">&lt;p onclick="x()"&gt;Take a rope.&lt;/p&gt;</text>
<gradable points_possible="12.5">true</gradable></assignment>"#;
const ONE: &str = r#"<html><body><h1>One</h1><script>alert(1)</script>
<a href="two.html">two</a> <img src="../files/map.png" alt="map"> <a href="gone.html">gone</a></body></html>"#;
const TWO: &str = r#"<p>Back to <a href="one.html">one</a></p>"#;
const MAP: &[u8] = b"\x89PNG and so on";

/// Two modules, two pages that lead to each other and to a file, a link, a topic, work and a quiz.
fn package(folder: &Path) -> std::path::PathBuf {
    let resource = |id: &str, kind: &str, href: &str| {
        format!(
            r#"<resource identifier="{id}" type="{kind}" href="{href}"><file href="{href}"/></resource>"#
        )
    };
    let resources = [
        resource("p1", "webcontent", "pages/one.html"),
        resource("p2", "webcontent", "pages/two.html"),
        resource("f", "webcontent", "files/map.png"),
        resource("w", "imswl_xmlv1p1", "guild.xml"),
        resource("t", "imsdt_xmlv1p1", "talk.xml"),
        resource("a", "assignment_xmlv1p0", "bowline.xml"),
        resource("q", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "quiz.xml"),
    ];
    let manifest = format!(
        r#"<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">
<item identifier="m1"><title>Basics</title>
  <item identifier="i1" identifierref="p1"><title>First page</title></item>
  <item identifier="i2" identifierref="p2"><title>Second page</title></item>
  <item identifier="i3" identifierref="f"><title>The map</title></item></item>
<item identifier="m2"><title>Practice</title>
  <item identifier="i4" identifierref="w"><title>The guild</title></item>
  <item identifier="i5" identifierref="t"><title>Talk</title></item>
  <item identifier="i6" identifierref="a"><title>Bowline</title></item>
  <item identifier="i7" identifierref="q"><title>Final quiz</title></item></item>
</item></organization></organizations><resources>{}</resources></manifest>"#,
        resources.concat()
    );
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in [
        ("imsmanifest.xml", manifest.as_bytes()),
        ("pages/one.html", ONE.as_bytes()),
        ("pages/two.html", TWO.as_bytes()),
        ("files/map.png", MAP),
        ("guild.xml", LINK.as_bytes()),
        ("talk.xml", TOPIC.as_bytes()),
        ("bowline.xml", ASSIGNMENT.as_bytes()),
        ("quiz.xml", QUIZ.as_bytes()),
    ] {
        writer
            .start_file(path, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    let path = folder.join("knots.imscc");
    fs_err::write(&path, writer.finish().unwrap().into_inner()).unwrap();
    path
}

/// What the neighbours were given.
static TAKEN_OVER: Table<(CourseId, String), u64> = Table::new(0x7f30, "taken_over");

fn take_over(tx: &mut Tx<'_>, course: CourseId, what: String) -> Result<()> {
    tx.put(&TAKEN_OVER, &(course, what), &1)
}

fn neighbours() -> Neighbours {
    fn assignment(tx: &mut Tx<'_>, course: CourseId, from: &ImportedAssignment) -> Result<()> {
        let (title, points) = (&from.title, from.points.unwrap_or_default());
        take_over(
            tx,
            course,
            format!("{title} for {points}: {}", from.instructions.as_str()),
        )
    }
    fn topic(tx: &mut Tx<'_>, course: CourseId, from: &ImportedTopic) -> Result<()> {
        take_over(
            tx,
            course,
            format!("{}: {}", from.title, from.body.as_str()),
        )
    }
    Neighbours {
        left_out: |_| vec!["the points"],
        assignment,
        topic,
        ..Neighbours::NONE
    }
}

/// A school that has a package and a folder for files.
struct Desk {
    cast: Cast,
    folder: TempDir,
    blobs: Blobs,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&folder.path().join("files")).unwrap();
        Self {
            cast: cast(),
            folder,
            blobs,
        }
    }

    fn prepares(&self, code: &str, blobs: Option<&Blobs>) -> (ImportCourse, Report) {
        let opened = interchange::open(&package(self.folder.path())).unwrap();
        let course = NewCourse::titled(code, &opened.1.title).unwrap();
        let steps = RefCell::new(Vec::new());
        let progress = |step| steps.borrow_mut().push(step);
        let app = &self.cast.school.app;
        let prepared = prepare(app, opened, course, neighbours(), (blobs, &progress)).unwrap();
        let expected: Vec<Step> = (1..=3).map(|done| Step { done, total: 3 }).collect();
        assert_eq!(*steps.borrow(), expected, "two pages and a file");
        (prepared.command, prepared.report)
    }

    fn imports(&self, role: Role, code: &str) -> (CourseId, Report) {
        let (command, report) = self.prepares(code, Some(&self.blobs));
        (self.cast.does(role, command), report)
    }

    fn modules(&self, role: Role, course: CourseId) -> Vec<ModuleItems> {
        let snapshot = self.cast.school.app.snapshot();
        let viewed = catalog::view(&snapshot, &self.cast.actor(role), course)
            .unwrap()
            .unwrap();
        modules::modules_of(&snapshot, &viewed).unwrap()
    }

    fn kept_files(&self) -> usize {
        let folders = fs_err::read_dir(self.folder.path().join("files")).unwrap();
        let folders = folders.map(|folder| folder.unwrap().path());
        folders
            .map(|folder| fs_err::read_dir(folder).unwrap().count())
            .sum()
    }
}

#[test]
fn modules_and_items_come_in_their_order_and_say_what_could_not_come() {
    let desk = Desk::new();
    let (course, report) = desk.imports(Role::Staff, "KN-1");
    let modules = desk.modules(Role::Staff, course);
    let titles: Vec<&str> = modules
        .iter()
        .map(|found| found.module.title.as_str())
        .collect();
    assert_eq!(titles, ["Basics", "Practice"]);
    let items = |at: usize| -> Vec<(ItemKind, &str)> {
        modules[at]
            .items
            .iter()
            .map(|item| (item.content.kind(), item.title.as_str()))
            .collect()
    };
    assert_eq!(
        items(0),
        [
            (ItemKind::Page, "First page"),
            (ItemKind::Page, "Second page"),
            (ItemKind::File, "The map"),
        ]
    );
    assert_eq!(
        items(1),
        [
            (ItemKind::Link, "The guild"),
            (ItemKind::Discussion, "Talk"),
            (ItemKind::Assignment, "Bowline"),
            (ItemKind::Quiz, "Final quiz (not imported yet)"),
        ]
    );
    let snapshot = desk.cast.school.app.snapshot();
    assert_eq!(
        modules::counting_items(&snapshot, course).unwrap(),
        6,
        "the quiz does not count"
    );
    let lost: Vec<&str> = report.lost.iter().map(|line| line.name.as_str()).collect();
    assert!(lost.contains(&"gone.html"), "{lost:?}");
    desk.cast.school.agrees();
}

#[test]
fn who_imports_a_course_teaches_it_and_it_begins_as_a_draft() {
    let desk = Desk::new();
    let (course, _) = desk.imports(Role::Staff, "KN-1");
    let snapshot = desk.cast.school.app.snapshot();
    let staff = desk.cast.actor(Role::Staff);
    let viewed = catalog::view(&snapshot, &staff, course).unwrap().unwrap();
    assert_eq!(viewed.course.state, CourseState::Draft);
    assert_eq!(viewed.enrollment.unwrap().role, CourseRole::Instructor);
    desk.cast
        .does(Role::Staff, catalog::PublishCourse { course });
    let (by_program, _) = desk.imports(Role::Program, "KN-2");
    let viewed = catalog::view(&desk.cast.school.app.snapshot(), &staff, by_program).unwrap();
    assert_eq!(viewed, None, "nobody imported it, so nobody teaches it yet");
    desk.cast.school.agrees();
}

#[test]
fn links_lead_to_the_new_places_and_nothing_harmful_comes_along() {
    let desk = Desk::new();
    let (course, _) = desk.imports(Role::Staff, "KN-1");
    let modules = desk.modules(Role::Staff, course);
    let ids: Vec<String> = modules[0]
        .items
        .iter()
        .map(|item| item.content.id_text().unwrap())
        .collect();
    let [one, two, map] = ids.as_slice() else {
        panic!("three items")
    };
    let (snapshot, staff) = (
        desk.cast.school.app.snapshot(),
        desk.cast.actor(Role::Staff),
    );
    let read = |id: &str| {
        pages::page(&snapshot, &staff, id.parse().unwrap())
            .unwrap()
            .unwrap()
    };
    let first = read(one);
    assert_eq!(
        (first.title.as_str(), first.updated_at),
        ("First page", desk.cast.school.app.now())
    );
    let body = first.body.as_str();
    assert!(
        body.contains(&format!(r#"href="/courses/{course}/pages/{two}""#)),
        "{body}"
    );
    assert!(
        body.contains(&format!(r#"src="/api/files/{map}""#)),
        "{body}"
    );
    assert!(
        !body.contains("script") && !body.contains("gone.html"),
        "{body}"
    );
    let second = read(two);
    assert!(
        second
            .body
            .as_str()
            .contains(&format!("/courses/{course}/pages/{one}"))
    );
}

#[test]
fn the_bytes_of_files_are_kept_and_shared() {
    let desk = Desk::new();
    let (course, _) = desk.imports(Role::Staff, "KN-1");
    let (again, _) = desk.imports(Role::Staff, "KN-2");
    let bytes = |course| {
        let modules = desk.modules(Role::Staff, course);
        let Content::File(id) = modules[0].items[2].content else {
            panic!("the map is a file")
        };
        let (snapshot, staff) = (
            desk.cast.school.app.snapshot(),
            desk.cast.actor(Role::Staff),
        );
        let file = files::viewed(&snapshot, &staff, id).unwrap().unwrap();
        assert_eq!(
            (file.name.as_str(), file.media_type.as_str()),
            ("map.png", "image/png")
        );
        assert_eq!(file.added_at, desk.cast.school.app.now());
        let mut bytes = Vec::new();
        desk.blobs
            .read(file.hash)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        assert_eq!(file.bytes, bytes.len() as u64);
        bytes
    };
    assert_eq!(bytes(course), MAP);
    assert_eq!(bytes(again), MAP);
    assert_eq!(desk.kept_files(), 1, "two courses, one file on disk");
    desk.cast.school.agrees();
}

#[test]
fn neighbours_take_over_what_is_theirs() {
    let desk = Desk::new();
    let (course, _) = desk.imports(Role::Staff, "KN-1");
    let snapshot = desk.cast.school.app.snapshot();
    let taken = snapshot.scan(&TAKEN_OVER, &course, Range::ALL).unwrap();
    let taken: Vec<String> = taken.map(|entry| entry.unwrap().0.1).collect();
    let [work, talk] = taken.as_slice() else {
        panic!("{taken:?}")
    };
    assert_eq!(work, "Tie a bowline for 12.5: <p>Take a rope.</p>");
    assert!(
        talk.starts_with("Which knot?: <p>See <a href=\"/courses/course_"),
        "{talk}"
    );
}

#[test]
fn a_dry_run_tells_the_same_and_stores_nothing() {
    let desk = Desk::new();
    let (_, dry) = desk.prepares("KN-1", None);
    assert_eq!(desk.kept_files(), 0);
    let snapshot = desk.cast.school.app.snapshot();
    assert_eq!(catalog::with_code(&snapshot, "KN-1").unwrap(), None);
    let (_, report) = desk.imports(Role::Staff, "KN-1");
    assert_eq!(dry.to_string(), report.to_string());
}

#[test]
fn a_code_that_is_taken_refuses_the_course_as_a_whole() {
    let desk = Desk::new();
    desk.cast.does(Role::Staff, titled("kn-1"));
    let events = desk.cast.school.events().len();
    let (command, _) = desk.prepares("KN-1", Some(&desk.blobs));
    assert_eq!(desk.cast.refused(Role::Staff, command.clone()), CODE_TAKEN);
    assert_eq!(desk.cast.school.events().len(), events);
    assert_eq!(
        catalog::course(&desk.cast.school.app.snapshot(), command.id).unwrap(),
        None
    );
    desk.cast.school.agrees();
}

#[test]
fn what_learners_must_not_see_has_no_item_that_they_see() {
    let desk = Desk::new();
    let (mut command, _) = desk.prepares("KN-1", Some(&desk.blobs));
    assert!(
        command
            .modules
            .iter()
            .flat_map(|found| &found.items)
            .all(|item| item.published)
    );
    let (mut archive, mut cartridge, report) =
        interchange::open(&package(desk.folder.path())).unwrap();
    assert!(archive.page_html(&cartridge.pages[0]).is_ok());
    cartridge.pages[0].published = false;
    cartridge.files[0].published = false;
    let course = NewCourse::titled("KN-2", "Knots").unwrap();
    let (app, silent) = (&desk.cast.school.app, |_| {});
    let opened = (archive, cartridge, report);
    command = prepare(
        app,
        opened,
        course,
        neighbours(),
        (Some(&desk.blobs), &silent),
    )
    .unwrap()
    .command;
    let shown: Vec<bool> = command.modules[0]
        .items
        .iter()
        .map(|item| item.published)
        .collect();
    assert_eq!(shown, [false, true, false]);
}

#[test]
fn what_the_package_does_not_say_stays_as_it_was_asked_for() {
    let desk = Desk::new();
    let opened = interchange::open(&package(desk.folder.path())).unwrap();
    assert_eq!(
        (opened.1.description_html.as_str(), &opened.1.starts),
        ("", &None)
    );
    let starts = Some(desk.cast.school.app.now());
    let course = NewCourse::titled("KN-1", "Knots").unwrap();
    let course = course
        .description("How to tie them")
        .unwrap()
        .dates(starts, None)
        .unwrap();
    let silent = |_| {};
    let app = &desk.cast.school.app;
    let prepared = prepare(app, opened, course.clone(), neighbours(), (None, &silent)).unwrap();
    assert_eq!(prepared.command.course, course);
}
