//! Search, from outside: what is found by whom and how soon, what a crash and a bad disk leave of
//! the indexes, and what cannot be meant.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http::Request;

use crate::desk::wait;
use crate::extract::written;
use crate::running::{Client, Server, edusphere, stderr, stdout};

/// How often is looked again for what comes by and by, and after which pause.
const LOOKS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);

/// Looks until something is so.
pub(crate) fn until(what: &str, so: impl Fn() -> bool) {
    let seen = (0..LOOKS).any(|_| so() || (wait(PAUSE), false).1);
    assert!(seen, "{what}");
}

/// A text as a part of an address.
fn part(text: &str) -> String {
    let mut part = String::new();
    for byte in text.bytes() {
        write!(part, "%{byte:02X}").unwrap();
    }
    part
}

/// What somebody finds.
pub(crate) fn found(client: &Client, text: &str, more: &str) -> Value {
    let (status, answer) = client.get(&format!("/api/search?q={}{more}", part(text)));
    assert_eq!(status, 200, "{text}: {answer}");
    answer
}

fn titles(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap().iter();
    results.map(|one| one["title"].as_str().unwrap()).collect()
}

fn finds(client: &Client, text: &str, title: &str) -> bool {
    titles(&found(client, text, "&fresh=true")).contains(&title)
}

/// How the indexes fare.
pub(crate) fn status(admin: &Client) -> Value {
    let (status, answer) = admin.get("/api/admin/index");
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Waits until both indexes hold everything.
pub(crate) fn until_whole(admin: &Client) {
    until("both indexes are whole", || {
        let status = status(admin);
        let done = |index: &str| status[index]["whole"] == true && status[index]["lag"] == 0;
        done("words") && done("meaning")
    });
}

/// Has everything put anew; the status of the answer.
pub(crate) fn rebuild(admin: &Client) -> u16 {
    let request = Request::post("/api/admin/index/rebuild");
    admin.exchange(request, Vec::new()).status().as_u16()
}

fn agrees(admin: &Client) -> bool {
    let request = Request::post("/api/admin/index/verify");
    let answer = admin.exchange(request, Vec::new());
    assert_eq!(answer.status(), 200, "{answer:?}");
    let report: Value = serde_json::from_slice(answer.body()).unwrap();
    report["agrees"] == true
}

fn course(client: &Client, code: &str) -> String {
    let (_, courses) = client.get(&format!("/api/courses?search={code}"));
    courses["nodes"][0]["id"].as_str().unwrap().to_owned()
}

/// Writes a page into a course; its id.
fn write_page(teacher: &Client, course: &str, (title, body): (&str, &str), shown: bool) -> String {
    let page = json!({ "courseId": course, "title": title, "body": body, "published": shown });
    let answer = teacher.document(
        "mutation($input: CreatePageInput!) { createPage(input: $input) { page { id } errors { code } } }",
        &json!({ "input": page }),
    );
    let id = answer["createPage"]["page"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn upload(teacher: &Client, course: &str, (name, kind, bytes): (&str, &str, &[u8])) {
    let path = format!("/api/courses/{course}/files?name={name}");
    let request = Request::post(path).header("content-type", kind);
    let answer = teacher.exchange(request, bytes.to_vec());
    assert_eq!(answer.status(), 201, "{answer:?}");
}

#[test]
fn what_is_in_the_school_is_found_by_those_who_may_see_it() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let [maria, lena, admin] =
        ["maria", "lena", "admin"].map(|name| server.sign_in(name, "edusphere"));
    let biology = course(&maria, "BIO-101");
    until_whole(&admin);

    // The contract: by name, and letter for letter.
    let variables = json!({ "query": "chloroplasts" });
    let by_name = lena.operation("searchContent", &variables);
    let document = include_str!("../../schema/operations/searchContent.graphql");
    assert_eq!(lena.document(document, &variables), by_name);
    let best = &by_name["searchContent"]["nodes"][0];
    assert_eq!(best["title"], "Mitochondria and chloroplasts", "{by_name}");
    assert_eq!(best["course"]["code"], "BIO-101");
    let answer = found(&lena, "chloroplasts", "");
    assert_eq!(answer["results"][0]["id"], best["id"]);
    assert_eq!(answer["results"][0]["snippet"], best["snippet"]);
    let snippet = best["snippet"].as_str().unwrap();
    assert!(snippet.contains("<mark>"), "{snippet}");

    // Without `fresh` it takes a moment; with it, what is answered holds what was done.
    let body = "<p>Saltatory conduction leaps from node to node.</p>";
    write_page(&maria, &biology, ("Nerves", body), true);
    until("a new page is found", || {
        titles(&found(&lena, "saltatory", "")).contains(&"Nerves")
    });
    write_page(
        &maria,
        &biology,
        ("Draft of tides", "<p>Spring tide.</p>"),
        false,
    );
    assert!(finds(&maria, "spring tide", "Draft of tides"));
    assert!(!finds(&lena, "spring tide", "Draft of tides"));
    let anyone = server.anonymous();
    assert_eq!(found(&anyone, "saltatory", "&fresh=true")["totalCount"], 0);

    let assignment = json!({
        "courseId": biology, "title": "Herbarium", "instructions": "<p>Press ten ferns.</p>",
        "published": true,
    });
    maria.document(
        "mutation($input: CreateAssignmentInput!) { createAssignment(input: $input) { errors { code } } }",
        &json!({ "input": assignment }),
    );
    assert!(finds(&lena, "ferns", "Herbarium"));
    let topic = maria.document(
        "query($id: ID!) { course(id: $id) { topics { nodes { id title } } } }",
        &json!({ "id": biology }),
    );
    let topic = &topic["course"]["topics"]["nodes"][0];
    let post = json!({ "topicId": topic["id"], "body": "My axolotl regrew a leg." });
    lena.operation("createDiscussionPost", &json!({ "input": post }));
    let answer = found(&maria, "axolotl", "&fresh=true&kind=POST&kind=TOPIC");
    assert_eq!(answer["results"][0]["kind"], "POST", "{answer}");
    assert_eq!(answer["kinds"][0], json!({ "kind": "POST", "count": 1 }));
    assert_eq!(answer["courses"][0]["course"]["code"], "BIO-101");
    let pages = found(&maria, "axolotl", "&kind=PAGE&mode=FULLTEXT");
    assert_eq!(pages["totalCount"], 0);

    let text = ("notes.txt", "text/plain", &b"The okapi is shy."[..]);
    upload(&maria, &biology, text);
    assert!(finds(&maria, "okapi", "notes.txt"));
    let pdf = written(&["A quokka smiles at whoever comes."]);
    upload(&maria, &biology, ("island.pdf", "application/pdf", &pdf));
    assert!(
        finds(&maria, "quokka", "island.pdf"),
        "read by the child process"
    );

    let (_, begun) = lena.get("/api/search/suggest?q=mitoch");
    assert_eq!(begun["nodes"][0]["title"], "Mitochondria and chloroplasts");
    let id = best["id"].as_str().unwrap();
    let (status, like) = lena.get(&format!("/api/search/similar?id={id}&first=3"));
    assert_eq!((status, like["nodes"].as_array().unwrap().len()), (200, 3));
    assert_eq!(anyone.get(&format!("/api/search/similar?id={id}")).0, 404);
}

#[test]
fn administrators_see_how_search_fares_and_what_others_would_find() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let [maria, lena, admin] =
        ["maria", "lena", "admin"].map(|name| server.sign_in(name, "edusphere"));
    until_whole(&admin);
    let biology = course(&maria, "BIO-101");
    write_page(
        &maria,
        &biology,
        ("Draft of tides", "<p>Neap tide.</p>"),
        false,
    );
    let as_whom = |who: &str| {
        let path = format!("/api/admin/search?q=%22neap+tide%22&fresh=true&as={who}");
        admin.get(&path).1["totalCount"].as_u64().unwrap()
    };
    assert_eq!((as_whom("maria"), as_whom("samir")), (1, 0));
    let nobody = admin.get("/api/admin/search?q=tide&as=nobody");
    assert_eq!((nobody.0, &nobody.1["field"]), (404, &json!("as")));
    for path in [
        "/api/admin/index",
        "/api/admin/search?q=a&as=maria",
        "/api/search?q=a&as=maria",
    ] {
        assert_eq!(lena.get(path).0, 403, "{path}");
    }
    assert!(agrees(&admin));
    let before = status(&admin);
    assert_eq!(rebuild(&admin), 202);
    until("everything was put anew", || {
        let now = status(&admin);
        let anew = |status: &Value| status["words"]["rebuilt"].as_u64().unwrap();
        anew(&now) >= anew(&before) + now["words"]["documents"].as_u64().unwrap()
    });
    until_whole(&admin);
    assert!(agrees(&admin));

    let (_, _, metrics) = server.anonymous().get_text("/metrics");
    for line in [
        "edusphere_search_lag{index=\"words\"} 0\n",
        "edusphere_search_whole{index=\"meaning\"} 1\n",
        "edusphere_search_queries_total{mode=\"semantic\"} 0\n",
        "edusphere_search_query_seconds_total{mode=\"hybrid\"} ",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    let (_, detail) = admin.get("/api/health/detail");
    assert_eq!(detail["search"]["words"]["whole"], true, "{detail}");
    assert_eq!(detail["search"]["trouble"], Value::Null);
}

#[test]
fn the_command_line_asks_a_server_or_the_data_directory_itself() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let server = Server::demo(&data);
    let admin = server.sign_in("admin", "edusphere");
    until_whole(&admin);
    let token = root.path().join("token");
    fs_err::write(&token, admin.token()).unwrap();
    let url = server.url("");
    let there = ["--server", &url, "--token-file", token.to_str().unwrap()];
    let here = ["--data-dir", data.to_str().unwrap()];
    let run = |arguments: &[&str], whom: &[&str]| {
        let output = edusphere(&[arguments, whom].concat());
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        stdout(&output)
    };
    let question = ["search", "chloroplasts", "--as", "lena", "--kind", "page"];
    let status = ["index", "status"];
    let asked = run(&question, &there);
    assert!(
        asked.starts_with("Mitochondria and chloroplasts\n"),
        "{asked}"
    );
    assert!(asked.contains("  PAGE in BIO-101, /"), "{asked}");
    let fares = run(&status, &there);
    assert!(fares.contains("Words      whole, up to date\n"), "{fares}");
    assert!(run(&["index", "verify"], &there).contains("agrees"));
    run(&["index", "rebuild"], &there);
    let in_use = edusphere(&[&status[..], &here].concat());
    assert!(
        stderr(&in_use).contains("--server URL"),
        "{}",
        stderr(&in_use)
    );
    assert_eq!(server.stop(), Some(0));

    let first = |said: &str| said.lines().next().map(str::to_owned);
    assert_eq!(first(&run(&question, &here)), first(&asked));
    let anew = run(&["index", "rebuild"], &here);
    assert!(anew.contains("Meaning    whole, up to date\n"), "{anew}");
    let fares: Value = serde_json::from_str(&run(&["index", "status", "--json"], &here)).unwrap();
    assert_eq!(fares["words"]["rebuilt"], 0, "what was made is there");
    assert!(run(&["index", "verify"], &here).contains("agrees"));
    let unknown = edusphere(&[&["search", "a", "--as", "nobody"], &here[..]].concat());
    assert_eq!(unknown.status.code(), Some(65));
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn a_crash_a_deleted_index_and_a_wrong_byte_cost_no_hit() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let server = Server::demo(&data);
    let maria = server.sign_in("maria", "edusphere");
    until_whole(&server.sign_in("admin", "edusphere"));
    let biology = course(&maria, "BIO-101");
    write_page(
        &maria,
        &biology,
        ("Nerves", "<p>Saltatory conduction.</p>"),
        true,
    );
    assert!(finds(&maria, "saltatory", "Nerves"));
    server.kill();

    let signed_in = |server: &Server| {
        let admin = server.sign_in("admin", "edusphere");
        (server.sign_in("maria", "edusphere"), admin)
    };
    let server = Server::serve(&data);
    let (maria, admin) = signed_in(&server);
    assert!(finds(&maria, "saltatory", "Nerves"));
    assert_eq!(
        status(&admin)["words"]["rebuilt"],
        0,
        "nothing was made anew"
    );
    assert_eq!(server.stop(), Some(0));

    fs_err::remove_dir_all(data.join("search")).unwrap();
    let server = Server::serve(&data);
    let (maria, admin) = signed_in(&server);
    until("it is found again", || finds(&maria, "saltatory", "Nerves"));
    until_whole(&admin);
    let answer = found(&maria, "saltatory", "");
    assert_eq!(answer["partial"], false, "{answer}");
    assert_ne!(status(&admin)["words"]["rebuilt"], 0);
    assert!(agrees(&admin));
    assert_eq!(server.stop(), Some(0));

    let whole = root.path().join("whole");
    copy(&data.join("search"), &whole);
    for file in files(&whole) {
        let name = file.strip_prefix(&whole).unwrap();
        fs_err::remove_dir_all(data.join("search")).unwrap();
        copy(&whole, &data.join("search"));
        let mut bytes = fs_err::read(&file).unwrap();
        let Some(middle) = bytes.len().checked_div(2).filter(|_| !bytes.is_empty()) else {
            continue;
        };
        bytes[middle] ^= 0x10;
        fs_err::write(data.join("search").join(name), bytes).unwrap();
        let server = Server::serve(&data);
        let (maria, admin) = signed_in(&server);
        let when = name.display();
        until(&format!("{when}: found"), || {
            finds(&maria, "saltatory", "Nerves")
        });
        until_whole(&admin);
        until(&format!("{when}: agrees"), || agrees(&admin));
        assert_eq!(server.stop(), Some(0), "{when}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            fs_err::copy(&path, &copied).unwrap();
        }
    }
}

/// A demo school whose indexes are whole, and Lena, who learns there.
fn school() -> (TempDir, Server, Client) {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let lena = server.sign_in("lena", "edusphere");
    until_whole(&server.sign_in("admin", "edusphere"));
    (root, server, lena)
}

#[test]
fn whatever_is_typed_is_answered() {
    let (_root, _server, lena) = school();
    let thousand: Vec<String> = (0..1_000).map(|nth| nth.to_string()).collect();
    for text in [
        "",
        " \t\n",
        "?!.,;:",
        "the of and",
        "\"cell",
        "\"\"\"",
        "-",
        "-cell",
        "title:",
        "title:\"",
        "(cell OR",
        "cell AND NOT",
        "*",
        "cell~9999 ^3",
        "a\u{0}b\u{7}\u{1b}[2J",
        "\u{202e}llec\u{202c} \u{200f}\u{feff}",
        "🧬🔬",
        "e\u{301}\u{301}\u{301}",
        &thousand.join(" "),
        &"cell ".repeat(800),
    ] {
        for mode in ["FULLTEXT", "SEMANTIC", "HYBRID"] {
            found(&lena, text, &format!("&mode={mode}"));
        }
        let (status, answer) = lena.get(&format!("/api/search/suggest?q={}", part(text)));
        assert_eq!(status, 200, "{text:?}: {answer}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (_root, _server, lena) = school();
    let long = "x".repeat(4_097);
    for (query, status, code) in [
        (format!("q={long}"), 422, "QUERY_TOO_LONG"),
        ("q=a&first=0".to_owned(), 422, "PAGE_INVALID"),
        ("q=a&first=-1".to_owned(), 422, "PAGE_INVALID"),
        ("q=a&first=1000000000".to_owned(), 422, "PAGE_INVALID"),
        ("q=a&first=many".to_owned(), 422, "INVALID_QUERY"),
        ("q=a&after=zz".to_owned(), 422, "CURSOR_INVALID"),
        ("q=a&after=00".to_owned(), 422, "CURSOR_INVALID"),
        ("q=a&kind=DRAGON".to_owned(), 422, "INVALID_QUERY"),
        ("q=a&kind=PAGE&kind=".to_owned(), 422, "INVALID_QUERY"),
        ("q=a&mode=PSYCHIC".to_owned(), 422, "INVALID_QUERY"),
        ("q=a&colour=red".to_owned(), 422, "INVALID_QUERY"),
        ("first=1".to_owned(), 422, "INVALID_QUERY"),
        ("q=a&course=NOWHERE-1".to_owned(), 404, "NOT_FOUND"),
        (
            "q=a&course=course_01h455vb4pex5vsknk084sn02q".to_owned(),
            404,
            "NOT_FOUND",
        ),
    ] {
        let (said, answer) = lena.get(&format!("/api/search?{query}"));
        let shown = &query[..query.len().min(60)];
        assert_eq!(
            (said, &answer["code"]),
            (status, &json!(code)),
            "{shown}: {answer}"
        );
        assert!(answer.to_string().len() < 1_000, "{shown}: {answer}");
    }
    // A cursor that was made up begins where it says, at the end where there is nothing.
    let forged = format!("&after={}", "ff".repeat(20));
    assert_eq!(found(&lena, "cell", &forged)["results"], json!([]));
    let first = found(&lena, "cell", "&first=1");
    let after = first["pageInfo"]["endCursor"].as_str().unwrap();
    let second = found(&lena, "cell", &format!("&first=1&after={after}"));
    assert_eq!(second["pageInfo"]["hasPreviousPage"], true);
    assert_ne!(first["results"][0]["id"], second["results"][0]["id"]);
    for (query, first) in [
        ("suggest?q=ce", "0"),
        ("suggest?q=ce", "21"),
        ("similar?id=page_01h455vb4pex5vsknk084sn02q", "-1"),
    ] {
        let (status, answer) = lena.get(&format!("/api/search/{query}&first={first}"));
        let refused = (status, &answer["code"], &answer["field"]);
        let expected = (422, &json!("SUGGESTIONS_INVALID"), &json!("first"));
        assert_eq!(refused, expected, "{query} {first}: {answer}");
    }
    for query in ["id=", "id=nonsense", "id=page_01h455vb4pex5vsknk084sn02q"] {
        let (status, answer) = lena.get(&format!("/api/search/similar?{query}"));
        assert_eq!(
            (status, &answer["code"]),
            (404, &json!("NOT_FOUND")),
            "{query}"
        );
    }
}
