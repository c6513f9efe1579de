//! Packages of each flavour, written here file by file.

use super::*;

const TOPIC: &str = r#"<?xml version="1.0"?>
<topic xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1"><title>Which knot?</title>
<text texttype="text/html">&lt;p&gt;See &lt;a href="pages/one.html"&gt;one&lt;/a&gt;&lt;/p&gt;</text>
<attachments><attachment href="files/rope.pdf"/></attachments></topic>"#;
const WEB_LINK: &str = r#"<webLink xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1">
<title>Guild</title><url href="https://example.org/guild?a=1&amp;b=2" target="_blank"/></webLink>"#;
const QUIZ: &str = r#"<questestinterop><assessment ident="q" title="Knots quiz"><section ident="s">
<item ident="1"/><item ident="2"/></section></assessment></questestinterop>"#;
const TOOL: &str = r#"<cartridge_basiclti_link xmlns:blti="http://www.imsglobal.org/xsd/imsbasiclti_v1p0">
<blti:title>Simulator</blti:title><blti:launch_url>https://tool.example.org</blti:launch_url></cartridge_basiclti_link>"#;

/// Every file of the package turns up in the report, once.
fn all_settled(pack: &Pack, opened: &Opened) {
    let mut settled: Vec<&str> = opened.report.settled().collect();
    settled.sort_unstable();
    let mut packed: Vec<&str> = pack.files.iter().map(|(path, _)| path.as_str()).collect();
    packed.sort_unstable();
    assert_eq!(settled, packed);
}

fn version_1_1() -> Pack {
    let items = r#"
      <item identifier="i1"><title>Basics</title>
        <item identifier="i2" identifierref="p1"><title>First page</title></item>
        <item identifier="i3"><title>More</title>
          <item identifier="i4" identifierref="p2"><title>Second page</title></item>
          <item identifier="i5" identifierref="w"><title>The guild</title></item>
        </item>
        <item identifier="i6" identifierref="t"><title>Talk</title></item>
      </item>
      <item identifier="i7"><title>Test</title>
        <item identifier="i8" identifierref="q"><title>Final quiz</title></item>
        <item identifier="i9" identifierref="l"><title>Simulator</title></item>
        <item identifier="i10" identifierref="f"><title>Rope list</title></item>
        <item identifier="i11" identifierref="gone"><title>Nothing</title></item>
      </item>"#;
    let resources = [
        resource("p1", "webcontent", "pages/one.html"),
        resource("p2", "webcontent", "pages/two.html"),
        resource("w", "imswl_xmlv1p1", "guild.xml"),
        resource("t", "imsdt_xmlv1p1", "talk.xml"),
        resource("q", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "quiz.xml"),
        resource(
            "b",
            "imsqti_xmlv1p2/imscc_xmlv1p1/question-bank",
            "bank.xml",
        ),
        resource("l", "imsbasiclti_xmlv1p0", "tool.xml"),
        resource("f", "webcontent", "files/rope.pdf"),
        resource("o", "webcontent", "files/spare.png"),
    ];
    let manifest = manifest(items, &resources.concat()).replace("1.3.0", "1.1.0");
    Pack::new()
        .file("imsmanifest.xml", manifest)
        .file("pages/one.html", r##"<!DOCTYPE html><html><head><title>x</title></head><body><h1 id="top1">One</h1>
            <a href="two.html#part">two</a> <a href="#top1">up</a> <img src="../files/spare.png?x=1" alt="spare"></body></html>"##)
        .file("pages/two.html", r#"<p id="part">Two</p><a href="./../pages/one.html">one</a><a href="three.html">three</a>"#)
        .file("guild.xml", WEB_LINK)
        .file("talk.xml", TOPIC)
        .file("quiz.xml", QUIZ)
        .file("bank.xml", "<questestinterop><objectbank ident='b'/></questestinterop>")
        .file("tool.xml", TOOL)
        .file("files/rope.pdf", "pdf")
        .file("files/spare.png", "png")
}

#[test]
fn common_cartridge_1_1() {
    let pack = version_1_1();
    let mut opened = pack.read();
    all_settled(&pack, &opened);
    assert_eq!(opened.course.version.as_deref(), Some("1.1.0"));
    let titles: Vec<&str> = opened
        .course
        .modules
        .iter()
        .map(|m| m.title.as_str())
        .collect();
    assert_eq!(titles, ["Basics", "Test"]);
    assert_eq!(
        opened.outline(0),
        [
            "0 page:pages/one.html First page",
            "0 heading More",
            "1 page:pages/two.html Second page",
            "1 link:https://example.org/guild?a=1&b=2 The guild",
            "0 topic:talk.xml Talk",
        ]
    );
    assert_eq!(
        opened.outline(1),
        [
            "0 not:Quiz Final quiz",
            "0 not:Tool Simulator",
            "0 file:files/rope.pdf Rope list",
            "0 not:Missing Nothing",
        ]
    );
    assert_eq!(opened.course.topics[0].attachments, ["files/rope.pdf"]);
    let one = opened.page("First page");
    assert!(one.html.contains(r#"<h1 id="c-top1">"#), "{}", one.html);
    assert!(
        one.html.contains("/new/page/pages/two.html#c-part"),
        "{}",
        one.html
    );
    assert!(one.html.contains("\"#c-top1\""), "{}", one.html);
    assert!(
        one.html.contains(r#"src="/new/file/files/spare.png?x=1""#),
        "{}",
        one.html
    );
    assert!(one.lost_links.is_empty(), "{:?}", one.lost_links);
    let two = opened.page("Second page");
    assert_eq!(two.lost_links, ["three.html"]);
    assert!(two.html.ends_with("three") && two.html.contains("/new/page/pages/one.html"));
    let topic = &opened.course.topics[0];
    let topic = rewrite_html(
        &topic.html,
        &topic.key,
        &opened.course.targets,
        &new_address,
    );
    assert!(
        topic.html.contains("/new/page/pages/one.html"),
        "{}",
        topic.html
    );
}

#[test]
fn the_report_says_it_all() {
    let opened = version_1_1().read();
    let text = opened.report.to_string();
    for line in [
        "  2 modules\n",
        "  2 pages\n",
        "  1 file (outside modules)\n",
        "  1 web link\n",
        "a folder inside a module is now a heading): More\n",
        "  1 quiz (not imported yet): Final quiz (questions: 2)\n",
        "  1 question bank (not imported yet): b (questions: 0)\n",
        "  1 external tool (not imported yet): Simulator\n",
        "not in the package): Nothing in gone\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
    let json = serde_json::to_value(&opened.report).unwrap();
    assert_eq!(json["counts"]["kept"]["page"], 2);
    assert_eq!(json["counts"]["lost"]["quiz"], 1);
    assert_eq!(json["lost"][0]["what"], "quiz");
    assert_eq!(json["lost"][0]["files"][0], "quiz.xml");
    assert_eq!(json["read"][0], "imsmanifest.xml");
}

const ASSIGNMENT: &str = r#"<assignment xmlns="http://www.imsglobal.org/xsd/imscc_extensions/assignment">
<title>Tie a bowline</title><text texttype="text/plain">Take a rope.

Then &lt;tie&gt; it.</text><instructor_text>Watch them.</instructor_text>
<gradable points_possible="12.5">true</gradable>
<submission_formats><format type="file"/><format type="html"/><format type="fax"/></submission_formats></assignment>"#;

fn version_1_3() -> Pack {
    // No root item, a leaf between the modules, a variant, teachers' files, an unknown kind.
    let items = r#"</item><item identifier="m1"><title>Work</title><item identifierref="a"><title>Bowline</title></item></item>
        <item identifierref="note"><title>Loose note</title></item>
        <item identifier="m2" isvisible="false"><title>Hidden</title><item identifierref="e"/></item><item>"#;
    let teachers = r#"<resource identifier="k" type="webcontent" href="key.pdf"><metadata><lom><educational><intendedEndUserRole>
        <source>IMSGLC_CC_Rolesv1p1</source><value>Instructor</value></intendedEndUserRole></educational></lom></metadata><file href="key.pdf"/></resource>"#;
    let variant = r#"<resource identifier="af" type="webcontent"><variant identifier="v" identifierref="a"/><file href="plain.html"/></resource>"#;
    let resources = [
        resource("a", "assignment_xmlv1p0", "work.xml"),
        variant.to_owned(),
        resource("note", "webcontent", "note.html"),
        resource("e", "idpfepub_xmlv3p0", "book.epub"),
        teachers.to_owned(),
        resource("web", "webcontent", "https://example.org/elsewhere"),
        resource("wl", "imswl_xmlv1p3", "guild.xml"),
    ];
    Pack::new()
        .file("imsmanifest.xml", manifest(items, &resources.concat()))
        .file("work.xml", ASSIGNMENT)
        .file("plain.html", "<p>Take a rope.</p>")
        .file("note.html", "<title>Note &amp; more</title>Hi")
        .file("book.epub", "epub")
        .file("key.pdf", "pdf")
        .file("guild.xml", WEB_LINK)
        .file("unlisted.html", "<title>Secret</title>")
        .file("__MACOSX/._note.html", "x")
}

#[test]
fn common_cartridge_1_3() {
    let pack = version_1_3();
    let opened = pack.read();
    all_settled(&pack, &opened);
    let titles: Vec<&str> = opened
        .course
        .modules
        .iter()
        .map(|m| m.title.as_str())
        .collect();
    assert_eq!(titles, ["Work", "Hidden"]);
    assert_eq!(
        opened.outline(0),
        [
            "0 assignment:work.xml Bowline",
            "0 page:note.html Loose note"
        ]
    );
    assert_eq!(opened.outline(1), ["0 file:book.epub book.epub"]);
    assert!(!opened.course.modules[1].published);
    let assignment = &opened.course.assignments[0];
    assert_eq!(assignment.points, Some(12.5));
    assert_eq!(
        assignment.submissions,
        [SubmissionType::File, SubmissionType::Text]
    );
    assert_eq!(
        assignment.description_html,
        "<p>Take a rope.</p><p>Then &lt;tie&gt; it.</p>"
    );
    assert_eq!(
        opened.lost(What::Setting),
        ["submission type fax", "the text for teachers"]
    );
    assert_eq!(opened.lost(What::WebLink).len(), 2, "no module has them");
    assert_eq!(opened.lost(What::File), ["__MACOSX/._note.html"]);
    let key = opened
        .course
        .files
        .iter()
        .find(|file| file.key == "key.pdf")
        .unwrap();
    assert!(!key.published);
    let secret = opened
        .course
        .pages
        .iter()
        .find(|page| page.title == "Secret")
        .unwrap();
    assert!(!secret.published);
}

#[test]
fn a_table_of_contents_without_modules() {
    let items = r#"<item identifierref="a"/><item identifierref="b"><title>Bee</title></item>"#;
    let resources = resource("a", "webcontent", "a.html") + &resource("b", "webcontent", "b.txt");
    let opened = Pack::new()
        .file("imsmanifest.xml", manifest(items, &resources))
        .file(
            "a.html",
            "<html><head><title>  Ay\n you </title></head></html>",
        )
        .file("b.txt", "x")
        .read();
    assert_eq!(opened.course.modules[0].title, "Knots & ropes");
    assert_eq!(
        opened.outline(0),
        ["0 page:a.html Ay you", "0 file:b.txt Bee"]
    );
    assert_eq!(opened.course.pages[0].title, "Ay you");
}

const MODULES: &str = r#"<modules xmlns="http://canvas.instructure.com/xsd/cccv1p0">
<module identifier="m2"><title>Second</title><workflow_state>unpublished</workflow_state><position>2</position>
  <unlock_at>2030-01-02T03:04:05</unlock_at><prerequisites><prerequisite/></prerequisites><items>
    <item identifier="x5"><content_type>ExternalUrl</content_type><workflow_state>active</workflow_state><title>Guild</title><url>https://example.org/</url><position>2</position></item>
    <item identifier="x4"><content_type>Quizzes::Quiz</content_type><workflow_state>active</workflow_state><title>Quiz</title><identifierref>q</identifierref><position>1</position></item>
  </items></module>
<module identifier="m1"><title>First</title><workflow_state>active</workflow_state><position>1</position><items>
    <item identifier="x1"><content_type>WikiPage</content_type><workflow_state>unpublished</workflow_state><title>Knots</title><identifierref>w1</identifierref><position>1</position><indent>2</indent></item>
    <item identifier="x2"><content_type>ContextModuleSubHeader</content_type><workflow_state>active</workflow_state><title>Head</title><position>2</position></item>
    <item identifier="x3"><content_type>ContextExternalTool</content_type><workflow_state>active</workflow_state><title>Tool</title><url>https://tool.example.org</url><position>3</position></item>
    <item identifier="x6"><content_type>DiscussionTopic</content_type><workflow_state>active</workflow_state><title>Talk</title><identifierref>t</identifierref><position>4</position></item>
    <item identifier="x7"><content_type>Assignment</content_type><workflow_state>active</workflow_state><title>Work</title><identifierref>a</identifierref><position>5</position></item>
  </items></module></modules>"#;
const SETTINGS: &str = r#"<course identifier="c" xmlns="http://canvas.instructure.com/xsd/cccv1p0"><title>Rope work</title>
<course_code>RW-1</course_code><start_at>2024-02-29T23:30:00-01:00</start_at><conclude_at>soon</conclude_at>
<is_public>false</is_public><license>cc_by</license></course>"#;
const CANVAS_ASSIGNMENT: &str = r#"<assignment identifier="a" xmlns="http://canvas.instructure.com/xsd/cccv1p0"><title>Work</title>
<due_at>2015-04-22T05:59:59Z</due_at><unlock_at/><lock_at>2015-05-01T05:59:59</lock_at><points_possible>7.5</points_possible>
<grading_type>letter_grade</grading_type><allowed_attempts>3</allowed_attempts><submission_types>online_upload,online_text_entry</submission_types>
<allowed_extensions>PDF,.doc</allowed_extensions><workflow_state>unpublished</workflow_state><peer_reviews>true</peer_reviews><position>1</position></assignment>"#;
const PAGE_1: &str = r#"<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><title>Knots</title>
<meta name="identifier" content="w1"/><meta name="workflow_state" content="unpublished"/><meta name="front_page" content="true"/></head><body>
<a href="%24WIKI_REFERENCE%24/pages/more-knots#end">more</a><a href="$WIKI_REFERENCE$/pages/none">none</a>
<a href="$IMS-CC-FILEBASE$/pictures/bow%20line.png?canvas_download=1&amp;canvas_qs_wrap=1">file</a>
<img src="%24IMS-CC-FILEBASE%24/pictures/bow%20line.png" alt="bowline" loading="lazy"/>
<a href="$CANVAS_OBJECT_REFERENCE$/assignments/a">work</a><a href="$CANVAS_OBJECT_REFERENCE$/discussion_topics/t">talk</a>
<a href="$CANVAS_OBJECT_REFERENCE$/modules/m2">module</a><a href="$CANVAS_OBJECT_REFERENCE$/quizzes/q">quiz</a>
<a href="$CANVAS_COURSE_REFERENCE$/modules">modules</a><a href="$CANVAS_COURSE_REFERENCE$/file_contents/course%20files/pictures/bow%20line.png">again</a>
<a href="$CANVAS_COURSE_REFERENCE$/file_ref/f/download">ref</a><a href="$CANVAS_COURSE_REFERENCE$/grades">grades</a>
<img class="equation_image" src="/equation_images/x%255E2" alt="LaTeX: x^2" data-equation-content="x^2">
<iframe title="A film" src="https://video.example.org/embed/1"></iframe></body></html>"#;

fn canvas() -> Pack {
    let associated = "associatedcontent/imscc_xmlv1p1/learning-application-resource";
    let assignment = format!(
        r#"<resource identifier="a" type="{associated}" href="a/work.html"><file href="a/work.html"/><file href="a/assignment_settings.xml"/></resource>"#
    );
    let settings = format!(
        r#"<resource identifier="s" type="{associated}" href="course_settings/canvas_export.txt"><file href="course_settings/module_meta.xml"/></resource>
        <resource identifier="syl" type="{associated}" href="course_settings/syllabus.html" intendeduse="syllabus"><file href="course_settings/syllabus.html"/></resource>"#
    );
    let topic = r#"<resource identifier="t" type="imsdt_xmlv1p1"><file href="t.xml"/><dependency identifierref="tm"/></resource>"#;
    let quiz = r#"<resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="q/assessment_qti.xml"/><dependency identifierref="qm"/></resource>"#;
    let quiz_meta = format!(
        r#"<resource identifier="qm" type="{associated}" href="q/assessment_meta.xml"><file href="q/assessment_meta.xml"/><file href="non_cc_assessments/q.xml.qti"/></resource>"#
    );
    let resources = [
        settings,
        resource("w1", "webcontent", "wiki_content/knots.html"),
        resource("w2", "webcontent", "wiki_content/more-knots.html"),
        assignment,
        topic.to_owned(),
        resource("tm", associated, "tm.xml"),
        quiz.to_owned(),
        quiz_meta,
        resource("f", "webcontent", "web_resources/pictures/bow line.png"),
    ];
    Pack::new()
        .file("imsmanifest.xml", manifest("", &resources.concat()))
        .file("course_settings/canvas_export.txt", "joke")
        .file("course_settings/course_settings.xml", SETTINGS)
        .file("course_settings/module_meta.xml", MODULES)
        .file("course_settings/files_meta.xml", r#"<fileMeta><folders><folder path="pictures"><hidden>true</hidden></folder></folders>
            <files><file identifier="f"><display_name>Bowline.png</display_name></file></files></fileMeta>"#)
        .file("course_settings/rubrics.xml", "<rubrics><rubric identifier='r'><title>Good knot</title></rubric></rubrics>")
        .file("course_settings/late_policy.xml", "<late_policy><late_submission_deduction>10.0</late_submission_deduction></late_policy>")
        .file("course_settings/syllabus.html", "<html><head><title>Syllabus</title></head><body>All of it</body></html>")
        .file("wiki_content/knots.html", PAGE_1)
        .file("wiki_content/more-knots.html", "<title>More</title><meta name='editing_roles' content='students'><p id=end>x</p>")
        .file("a/work.html", "<title>Assignment: Work</title><a href='../wiki_content/knots.html'>knots</a>")
        .file("a/assignment_settings.xml", CANVAS_ASSIGNMENT)
        .file("t.xml", TOPIC.replace("<attachments><attachment href=\"files/rope.pdf\"/></attachments>", ""))
        .file("tm.xml", "<topicMeta><topic_id>t</topic_id><title>Talk</title><type>announcement</type><workflow_state>active</workflow_state><lock_at>2020-01-01</lock_at></topicMeta>")
        .file("q/assessment_qti.xml", QUIZ)
        .file("q/assessment_meta.xml", "<quiz identifier='q'><title>Quiz of Canvas</title></quiz>")
        .file("non_cc_assessments/q.xml.qti", QUIZ)
        .file("web_resources/pictures/bow line.png", "png")
}

#[test]
fn canvas_course() {
    let pack = canvas();
    let opened = pack.read();
    all_settled(&pack, &opened);
    let course = &opened.course;
    assert_eq!(
        (course.title.as_str(), course.course_code.as_deref()),
        ("Rope work", Some("RW-1"))
    );
    assert_eq!(
        (course.starts.as_deref(), course.ends.as_deref()),
        (Some("2024-03-01T00:30:00Z"), None)
    );
    let titles: Vec<&str> = course.modules.iter().map(|m| m.title.as_str()).collect();
    assert_eq!(titles, ["First", "Second"]);
    assert_eq!(
        course.modules[1].unlocks.as_deref(),
        Some("2030-01-02T03:04:05Z")
    );
    assert!(course.modules[0].published && !course.modules[1].published);
    assert!(!course.modules[0].items[0].published);
    assert_eq!(
        opened.outline(0),
        [
            "2 page:wiki_content/knots.html Knots",
            "0 heading Head",
            "0 not:Tool Tool",
            "0 topic:t.xml Talk",
            "0 assignment:a/assignment_settings.xml Work",
        ]
    );
    assert_eq!(
        opened.outline(1),
        ["0 not:Quiz Quiz", "0 link:https://example.org/ Guild"]
    );
}

#[test]
fn what_canvas_says_about_objects() {
    let opened = canvas().read();
    let course = &opened.course;
    let work = &course.assignments[0];
    assert_eq!(work.due.as_deref(), Some("2015-04-22T05:59:59Z"));
    assert_eq!(work.locks.as_deref(), Some("2015-05-01T05:59:59Z"));
    assert_eq!(
        (work.points, work.attempts, work.published),
        (Some(7.5), Some(3), false)
    );
    assert_eq!(
        work.submissions,
        [SubmissionType::File, SubmissionType::Text]
    );
    assert_eq!(work.extensions, ["pdf", "doc"]);
    assert!(course.topics[0].announcement);
    let front: Vec<bool> = course.pages.iter().map(|page| page.front).collect();
    assert_eq!(front, [true, false, false]);
    assert!(!course.pages[0].published && course.pages[1].published);
    assert_eq!(course.pages[2].title, "Syllabus");
    assert_eq!(
        (course.files[0].name.as_str(), course.files[0].published),
        ("Bowline.png", false)
    );
    assert_eq!(opened.lost(What::Quiz), ["Quiz of Canvas (questions: 2)"]);
    assert_eq!(opened.lost(What::Rubric), ["Good knot"]);
    assert_eq!(opened.lost(What::Tool), ["Tool"]);
    assert_eq!(
        opened.lost(What::Setting),
        [
            "license = cc_by",
            "conclude_at = soon",
            "late_submission_deduction = 10.0",
            "editing_roles = students",
            "lock_at = 2020-01-01",
            "grading_type = letter_grade",
            "peer_reviews = true",
            "prerequisites",
        ]
    );
}

#[test]
fn links_of_canvas() {
    let mut opened = canvas().read();
    let page = opened.page("Knots");
    for address in [
        "/new/page/wiki_content/more-knots.html#c-end\"",
        "href=\"/new/file/web_resources/pictures/bow line.png\"",
        "src=\"/new/file/web_resources/pictures/bow line.png\"",
        "/new/assignment/a/assignment_settings.xml",
        "/new/topic/t.xml",
        "/new/module/m2",
        "href=\"/new\"",
        "data-equation-content=\"x^2\"",
        ">A film</a>",
    ] {
        assert!(
            page.html.contains(address),
            "{address} is missing in {}",
            page.html
        );
    }
    assert_eq!(page.html.matches("/new/file/").count(), 4);
    assert_eq!(
        page.lost_links,
        [
            "$WIKI_REFERENCE$/pages/none",
            "$CANVAS_OBJECT_REFERENCE$/quizzes/q",
            "$CANVAS_COURSE_REFERENCE$/grades",
        ]
    );
    assert_eq!(page.changed.len(), 2);
    assert_eq!(page.removed.get("loading attribute"), Some(&1));
    assert!(!page.html.contains("iframe"));
}
