//! Real packages of several exporters. They are not part of the project, so without them these
//! tests say that they were skipped.

use std::collections::BTreeSet;

use zip::ZipArchive;

use super::*;

const ALL: [&str; 5] = [
    "canvas_cc_gem_course",
    "course-1",
    "latex",
    "openstax-python",
    "single-page",
];

fn with(name: &str, check: impl FnOnce(Opened)) {
    let Some(folder) = cartridges() else {
        println!("corpus not found: skipped");
        return;
    };
    let bytes = fs_err::read(folder.join(format!("{name}.imscc"))).unwrap();
    check(read_bytes(&bytes).unwrap());
}

/// Rewrites everything and adds it to the report.
fn rewrite_all(opened: &mut Opened) -> Vec<Rewritten> {
    let Opened {
        archive,
        course,
        report,
        ..
    } = opened;
    let mut texts: Vec<(String, String, String)> = Vec::new();
    for page in &course.pages {
        texts.push((
            page.title.clone(),
            page.key.clone(),
            archive.page_html(page).unwrap(),
        ));
    }
    for assignment in &course.assignments {
        let Assignment {
            title,
            base,
            description_html,
            ..
        } = assignment.clone();
        texts.push((title, base, description_html));
    }
    for topic in &course.topics {
        texts.push((topic.title.clone(), topic.key.clone(), topic.html.clone()));
    }
    let mut all = Vec::new();
    for (title, base, html) in texts {
        let rewritten = rewrite_html(&html, &base, &course.targets, &new_address);
        report.add_rewritten(&title, &rewritten);
        all.push(rewritten);
    }
    all
}

#[test]
fn every_file_is_accounted_for() {
    let Some(folder) = cartridges() else {
        println!("corpus not found: skipped");
        return;
    };
    for name in ALL {
        let bytes = fs_err::read(folder.join(format!("{name}.imscc"))).unwrap();
        let opened = read_bytes(&bytes).unwrap();
        let archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names = archive.file_names().map(|name| name.unwrap().into_owned());
        let packed: BTreeSet<String> = names.filter(|name| !name.ends_with('/')).collect();
        let settled: Vec<String> = opened.report.settled().map(str::to_owned).collect();
        let distinct: BTreeSet<String> = settled.iter().cloned().collect();
        assert_eq!(
            packed.difference(&distinct).count(),
            0,
            "{name}: {:?}",
            &packed - &distinct
        );
        assert_eq!(
            distinct.difference(&packed).count(),
            0,
            "{name}: {:?}",
            &distinct - &packed
        );
        assert_eq!(
            settled.len(),
            distinct.len(),
            "{name}: a file is settled twice"
        );
    }
}

#[test]
fn a_book_of_openstax() {
    with("openstax-python", |mut opened| {
        assert_eq!(opened.course.title, "Introduction to Python Programming");
        assert_eq!(opened.course.version.as_deref(), Some("1.3.0"));
        assert!(!opened.course.canvas);
        assert_eq!(opened.course.modules.len(), 15);
        assert_eq!(opened.course.pages.len(), 115);
        assert_eq!(opened.course.modules[14].title, "Data Science");
        let in_modules: usize = opened.course.modules.iter().map(|m| m.items.len()).sum();
        assert_eq!(in_modules, 115);
        assert_eq!(opened.course.modules[0].items[0].title, "Preface");
        assert_eq!(opened.report.changed.len(), 1, "only the preface moved");
        let rewritten = rewrite_all(&mut opened);
        // The conversion of the book dropped its exercises; links to them are all that is lost.
        assert!(
            opened
                .report
                .lost
                .iter()
                .all(|line| line.name.starts_with("#exercise/"))
        );
        assert_eq!(
            rewritten.iter().map(|r| r.lost_links.len()).sum::<usize>(),
            607
        );
        assert!(
            rewritten
                .iter()
                .all(|r| r.removed.is_empty() && r.changed.is_empty())
        );
        let listing = rewritten
            .iter()
            .filter(|r| r.html.contains("<pre>"))
            .count();
        assert!(listing > 0 && rewritten.iter().all(|r| !r.html.contains("<title")));
    });
}

#[test]
fn a_course_of_canvas_with_modules() {
    with("course-1", |mut opened| {
        assert!(opened.course.canvas);
        assert_eq!(opened.course.title, "COURSE-for-modules-testing");
        assert!(!opened.course.modules[0].published);
        let expected = [
            "0 assignment:i7aff7e807cbf2c3be5ca6fc0733ff0a8/assignment.xml First Module Assignment 1",
            "1 not:Quiz First Module Quiz 1",
            "0 file:web_resources/photo.jpg photo.jpg",
            "0 page:wiki_content/first-module-wiki-page-1.html First Module Wiki Page 1",
            "0 topic:ie18870c878cf8b25262994ef4b236540.xml First Module Discussion 1",
            "0 heading First Module Text Header 1",
            "0 link:http://google.com First Module External URL 1",
            "0 not:Tool First Module AnalyTics Beta External Tool",
            "0 page:web_resources/CourseFiles/_assoc/672C021605644FDFBEAC13BE37E326B2/The_First_Measured_Century__1930-1960__60_00_.html The First Measured Century: 1930-1960 (60:00)",
            "0 file:web_resources/sample-document.pdf Sample Document",
            "0 assignment:iaa4b4fdadec793530c31c58a249e0879/assignment.xml Assignment with internal links",
        ];
        assert_eq!(opened.outline(0), expected);
        let assignment = &opened.course.assignments[1];
        assert_eq!(assignment.points, Some(10.0));
        assert_eq!(assignment.submissions, [SubmissionType::File]);
        assert_eq!(opened.lost(What::File).len(), 4);
        assert_eq!(
            opened.lost(What::Quiz),
            ["First Module Quiz 1 (questions: 1)"]
        );
        assert_eq!(opened.lost(What::QuestionBank), ["Unfiled Questions"]);
        rewrite_all(&mut opened);
        // Six links of the assignment name things that the test package does not hold.
        let lost = opened.lost(What::Link);
        assert_eq!(lost.len(), 6);
        assert!(lost.iter().all(|link| link.contains("REFERENCE%24/")));
    });
}

#[test]
fn assignments_of_canvas_beside_their_pages() {
    with("canvas_cc_gem_course", |mut opened| {
        let titles: Vec<&str> = opened
            .course
            .assignments
            .iter()
            .map(|a| a.title.as_str())
            .collect();
        assert_eq!(
            titles,
            [
                "Course with Known Submission Type",
                "Course with Unknown Submission Type",
                "Course with Missing Submission Type",
            ]
        );
        assert!(
            opened
                .course
                .assignments
                .iter()
                .all(|a| a.points == Some(10.0) && a.published)
        );
        assert_eq!(
            opened.course.assignments[0].submissions,
            [SubmissionType::Text]
        );
        assert_eq!(opened.lost(What::Setting), ["submission type n/a"]);
        assert_eq!(opened.lost(What::GradingScheme), ["Grading Standard"]);
        assert_eq!(opened.lost(What::File), ["course_settings/syllabus.html"]);
        let rewritten = rewrite_all(&mut opened);
        assert!(
            rewritten
                .iter()
                .all(|r| r.html == "<p>This is assignment content.</p>")
        );
    });
}

#[test]
fn small_packages_with_empty_folders() {
    with("latex", |mut opened| {
        assert_eq!(
            opened.outline(0),
            [
                "0 page:wiki_content/page-1.html Page 1",
                "0 page:wiki_content/page-2.html Page 2"
            ]
        );
        assert!(opened.course.pages.iter().all(|page| !page.published));
        let page = opened.page("Page 2");
        assert!(
            page.html
                .contains(r"$$x = {-b \pm \sqrt{b^2-4ac} \over 2a}.$$"),
            "{}",
            page.html
        );
    });
    with("single-page", |opened| {
        assert!(opened.course.modules.is_empty());
        assert_eq!(opened.course.pages[0].title, "Our Purpose");
        assert_eq!(opened.report.kept[1].why, "outside modules");
        assert_eq!(
            opened.course.rights.as_deref(),
            Some("Public Domain - http://en.wikipedia.org/wiki/Public_domain")
        );
    });
}
