//! Manifests and other documents that must be refused, and those that are merely odd.

use super::*;

/// A package of nothing but this manifest.
fn only(manifest: impl AsRef<[u8]>) -> Pack {
    Pack::new().file("imsmanifest.xml", manifest)
}

/// The manifest with something in front of its root element.
fn with_prolog(prolog: &str) -> String {
    manifest("", "").replace("<manifest", &format!("{prolog}<manifest"))
}

#[test]
fn document_types_and_entities() {
    let laughs =
        r#"<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">]>"#;
    let prologs = [
        r#"<!DOCTYPE manifest [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>"#,
        r#"<!DOCTYPE manifest SYSTEM "http://127.0.0.1:9/evil.dtd">"#,
        r#"<!DOCTYPE manifest PUBLIC "-//A//B" "http://127.0.0.1:9/evil.dtd">"#,
        r#"<!DOCTYPE manifest [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>"#,
        laughs,
        "<!DOCTYPE manifest>",
        "<!doctype manifest>",
    ];
    for prolog in prologs {
        let (code, why) = only(with_prolog(prolog)).refusal();
        assert_eq!(code, "XML_DTD_FORBIDDEN", "{prolog}: {why}");
        assert!(
            why.contains("imsmanifest.xml") && why.contains("line 2"),
            "{why}"
        );
    }
    let named = manifest("<item><title>&xxe;</title></item>", "");
    assert_eq!(only(named).refusal().0, "XML_DTD_FORBIDDEN");
    let in_attribute = manifest(r#"<item identifier="&xxe;"/>"#, "");
    assert_eq!(only(in_attribute).refusal().0, "XML_DTD_FORBIDDEN");
}

#[test]
fn document_types_below_the_manifest() {
    let evil = r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>"#;
    let kinds = [
        "imswl_xmlv1p1",
        "imsdt_xmlv1p1",
        "imsqti_xmlv1p2/imscc_xmlv1p1/assessment",
        "imsbasiclti_xmlv1p0",
        "assignment_xmlv1p0",
        "associatedcontent/imscc_xmlv1p1/learning-application-resource",
    ];
    for kind in kinds {
        let pack = only(manifest("", &resource("r", kind, "x.xml"))).file("x.xml", evil);
        let (code, why) = pack.refusal();
        assert_eq!(code, "XML_DTD_FORBIDDEN", "{kind}");
        assert!(why.starts_with("x.xml"), "{why}");
    }
    let settings = only(manifest("", "")).file("course_settings/canvas_export.txt", "");
    assert_eq!(
        settings
            .file("course_settings/rubrics.xml", evil)
            .refusal()
            .0,
        "XML_DTD_FORBIDDEN"
    );
}

#[test]
fn limits_of_documents() {
    let nested = |depth: usize| format!("{}{}", "<item>".repeat(depth), "</item>".repeat(depth));
    assert_eq!(only(manifest(&nested(10_000), "")).refusal().0, "XML_LIMIT");
    // Four elements are around the items already.
    assert_eq!(
        only(manifest(&nested(XML_DEPTH_MAX - 4), ""))
            .read()
            .course
            .modules
            .len(),
        1
    );
    let unclosed = format!("<manifest>{}", "<a>".repeat(200_000));
    assert_eq!(only(unclosed).refusal().0, "XML_LIMIT");
    let attributes = pieces(XML_ATTRIBUTES_MAX + 1, |n| format!(" a{n}=''"));
    assert_eq!(
        only(manifest(&format!("<item{attributes}/>"), ""))
            .refusal()
            .0,
        "XML_LIMIT"
    );
    let many = "<i/>".repeat(XML_ELEMENTS_MAX + 1);
    let (code, why) = only(manifest(&many, "")).refusal();
    assert_eq!(
        code, "ARCHIVE_LIMIT",
        "so regular a document is a bomb first: {why}"
    );
    let qti = format!("<questestinterop>{}", "<item>".repeat(10_000));
    let resources = resource("q", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "q.xml");
    assert_eq!(
        only(manifest("", &resources))
            .file("q.xml", qti)
            .refusal()
            .0,
        "XML_LIMIT"
    );
}

#[test]
fn manifests_that_are_none() {
    let cases: [(&[u8], &str); 9] = [
        (b"", "holds no element"),
        (b"   ", "holds no element"),
        (b"<manifest>", "never closed"),
        (b"<manifest></manifest><manifest/>", "more than one root"),
        (b"<manifest/>tail", "outside of the root"),
        (b"<html></html>", "root element is html"),
        (b"<manifest><a></b></manifest>", "line 1"),
        (b"\xFF\xFE<\0m\0", "UTF-16"),
        (b"<manifest>\n\n<a b=c/></manifest>", "line 3"),
    ];
    for (bytes, expected) in cases {
        let (code, why) = only(bytes).refusal();
        assert_eq!(code, "MANIFEST_INVALID", "{why}");
        assert!(why.contains(expected), "{why} lacks {expected}");
    }
}

#[test]
fn odd_but_readable_manifests() {
    let bom = [b"\xEF\xBB\xBF".as_slice(), manifest("", "").as_bytes()].concat();
    assert_eq!(only(bom).read().course.title, "Knots & ropes");
    let declared = manifest("", "")
        .replace("UTF-8", "UTF-16")
        .replace("ropes", "Söhne");
    assert_eq!(only(declared).read().course.title, "Knots & Söhne");
    let latin: Vec<u8> = manifest("", "")
        .replace("UTF-8", "ISO-8859-1")
        .replace("ropes", "S\u{f6}hne")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    assert_eq!(only(latin).read().course.title, "Knots & Söhne");
    let prefixed = r#"<x:manifest xmlns:x="urn:any"><x:resources><x:resource identifier="r"
        type="webcontent"><x:file href="a.txt"/></x:resource></x:resources></x:manifest>"#;
    let opened = only(prefixed).file("a.txt", "x").read();
    assert_eq!(opened.course.title, "Untitled course");
    assert!(opened.course.files[0].published);
    let numeric = manifest("<item><title>&#65;&#x42;&lt;</title></item>", "");
    assert_eq!(only(numeric).read().course.modules[0].title, "AB<");
}

#[test]
fn paths_outside_of_the_package() {
    for href in [
        "../secret.html",
        "a/../../secret.html",
        "%2e%2e/secret.html",
        "..%2fsecret.html",
        "/etc/passwd",
        "file:///etc/passwd",
        "C:\\windows\\win.ini",
        "..\\secret.html",
        "data:text/html,x",
    ] {
        let (code, why) = only(manifest("", &resource("r", "webcontent", href))).refusal();
        assert_eq!(code, "PATH_OUTSIDE", "{href}: {why}");
    }
    let based = r#"<resource identifier="r" type="webcontent" xml:base="../"><file href="a.html"/></resource>"#;
    assert_eq!(only(manifest("", based)).refusal().0, "PATH_OUTSIDE");
}

#[test]
fn spellings_of_paths() {
    let resources = [
        resource("a", "webcontent", "My%20files/a%20b.txt"),
        resource("b", "webcontent", "MY FILES/C.TXT"),
        resource("c", "webcontent", "My files\\d.txt"),
        resource("f", "webcontent", "R%C3%A9sum%C3%A9.txt"),
        r#"<resource identifier="e" type="webcontent" xml:base="My%20files/"><file href="e.txt"/></resource>"#
            .to_owned(),
    ];
    let opened = only(manifest("", &resources.concat()))
        .file("My files/a b.txt", "x")
        .file("My files/c.txt", "x")
        .file("My files/d.txt", "x")
        .file("My files/e.txt", "x")
        .file("Re\u{301}sume\u{301}.txt", "the Mac writes accents apart")
        .read();
    assert_eq!(opened.course.files.len(), 5);
    assert!(opened.report.lost.is_empty(), "{}", opened.report);
    assert!(opened.course.files.iter().all(|file| file.published));
}

#[test]
fn a_broken_document_is_reported_and_the_rest_is_kept() {
    let resources =
        resource("t", "imsdt_xmlv1p1", "t.xml") + &resource("p", "webcontent", "p.html");
    let items = r#"<item identifier="m"><title>One</title><item identifierref="t"><title>Talk</title></item>
        <item identifierref="p"><title>Read</title></item></item>"#;
    let opened = only(manifest(items, &resources))
        .file("t.xml", "<topic><title>")
        .file("p.html", "x")
        .read();
    assert_eq!(
        opened.outline(0),
        ["0 not:Missing Talk", "0 page:p.html Read"]
    );
    assert_eq!(opened.lost(What::Topic), ["t.xml"]);
    assert!(opened.report.lost[0].why.contains("line 1"));
}
