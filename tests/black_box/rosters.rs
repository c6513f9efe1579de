//! A school that takes its people from a roster.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::running::{Server, edusphere, stderr, stdout};

const USERS: &str = "sourcedId,status,enabledUser,role,username,givenName,familyName,email,password
t1,,true,teacher,maria,Maria,Santos,maria@school.example,
s1,,true,student,lena,Lena,Fischer,,looms and threads
s2,,true,student,tomas,Tomas,Novak,,
";
const CLASSES: &str = "sourcedId,title,classCode\nbio-1,Biology 9a,BIO-9A\n";
const ENROLLMENTS: &str = "sourcedId,classSourcedId,userSourcedId,role
e1,bio-1,t1,teacher\ne2,bio-1,s1,student\ne3,bio-1,s2,student\n";

fn roster(folder: &Path) {
    fs_err::create_dir_all(folder).unwrap();
    for (name, content) in [
        ("users.csv", USERS),
        ("classes.csv", CLASSES),
        ("enrollments.csv", ENROLLMENTS),
    ] {
        fs_err::write(folder.join(name), content).unwrap();
    }
}

/// Imports the roster into the school, both in `root`; what was printed, as JSON.
fn import(root: &Path, flags: &[&str]) -> Value {
    let text = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let (from, data_dir) = (text(root.join("roster")), text(root.join("data")));
    let import = ["import", "roster", &from, "--data-dir", &data_dir, "--json"];
    let output = edusphere(&[&import[..], flags].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn people_come_in_with_a_roster_and_sign_in_with_their_codes() {
    let root = tempfile::tempdir().unwrap();
    let codes = root.path().join("codes.csv");
    let flags = ["--codes", codes.to_str().unwrap()];
    roster(&root.path().join("roster"));
    let dry = import(root.path(), &["--dry-run"]);
    assert_eq!(dry["imported"], false);
    assert_eq!(dry["counts"]["people"]["added"], 3);
    assert!(
        !root.path().join("data").exists(),
        "a dry run makes nothing"
    );

    let taken = import(root.path(), &flags);
    assert_eq!(taken["counts"]["enrollments"]["added"], 3);
    assert_eq!(taken["counts"], dry["counts"]);
    assert_eq!(taken["codes"], codes.to_str().unwrap());
    let mode = fs_err::metadata(&codes).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let handed_out = fs_err::read_to_string(&codes).unwrap();
    let rows: Vec<Vec<&str>> = handed_out
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(rows.len(), 3, "Lena has a password: {rows:?}");

    let again = import(root.path(), &flags);
    assert_eq!(again["counts"]["people"]["unchanged"], 3);
    assert_eq!(again["codes"], Value::Null);
    assert_eq!(fs_err::read_to_string(&codes).unwrap(), handed_out);

    let data_dir = root.path().join("data");
    let place = ["--json", "--data-dir", data_dir.to_str().unwrap()];
    let answer = |command: &[&str]| -> Value {
        let output = edusphere(&[command, &place].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_str(&stdout(&output)).unwrap()
    };
    let check = answer(&["check"]);
    assert_eq!(check["faultCount"], 0, "{check}");
    let tomas = answer(&["admin", "code", "tomas"]);
    assert!(!handed_out.contains(tomas["code"].as_str().unwrap()));
    let server = Server::serve(&data_dir);
    let maria = &rows[1];
    assert_eq!(maria[..3], ["t1", "maria", "Maria Santos"]);
    let body = json!({
        "username": "maria", "code": maria[3], "newPassword": "ferns and mosses",
    });
    let (status, answer) = server.anonymous().post("/api/auth/code", &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["user"]["role"], "STAFF");
    let body = json!({
        "username": "tomas", "code": tomas["code"], "newPassword": "mosses and ferns",
    });
    let (status, answer) = server.anonymous().post("/api/auth/code", &body);
    assert_eq!(status, 200, "the newer code counts: {answer}");
    let maria = server.sign_in("maria", "ferns and mosses");
    let (_, courses) = maria.get("/api/courses");
    assert_eq!(courses["nodes"][0]["code"], "BIO-9A");
    let lena = server.sign_in("lena", "looms and threads");
    assert_eq!(lena.get("/api/courses").1["totalCount"], 0, "it is a draft");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_strict_import_takes_all_or_nothing() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("roster");
    roster(&folder);
    let wrong = format!("{ENROLLMENTS}e4,bio-1,nobody,student\n");
    fs_err::write(folder.join("enrollments.csv"), wrong).unwrap();
    let data_dir = root.path().join("data");
    let (from, data_dir) = (folder.to_str().unwrap(), data_dir.to_str().unwrap());
    let report = root.path().join("report.json");
    let strict = edusphere(&[
        "import",
        "roster",
        from,
        "--strict",
        "--report",
        report.to_str().unwrap(),
        "--data-dir",
        data_dir,
    ]);
    assert_eq!(strict.status.code(), Some(65));
    assert!(stderr(&strict).contains("nothing was imported"));
    let said = stdout(&strict);
    assert!(
        said.contains("enrollments.csv, row 5, userSourcedId")
            && said.contains("REFERENCE_UNKNOWN"),
        "{said}"
    );
    let report = fs_err::read_to_string(&report).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["refused"][0]["row"], 5);
    let taken = import(root.path(), &["--codes", &format!("{from}.codes")]);
    assert_eq!(taken["counts"]["people"]["added"], 3, "it was not there");
    assert_eq!(taken["counts"]["enrollments"]["refused"], 1);
}

#[test]
fn a_roster_that_was_cut_takes_nobody_away() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("roster");
    roster(&folder);
    let codes = root.path().join("codes.csv");
    import(root.path(), &["--codes", codes.to_str().unwrap()]);
    let cut: String = USERS.split_inclusive('\n').take(3).collect();
    fs_err::write(folder.join("users.csv"), cut).unwrap();
    fs_err::remove_file(folder.join("enrollments.csv")).unwrap();
    let data_dir = root.path().join("data");
    let remove = ["import", "roster", folder.to_str().unwrap(), "--data-dir"];
    let remove = [
        &remove[..],
        &[data_dir.to_str().unwrap(), "--remove-missing"],
    ]
    .concat();
    let refused = edusphere(&remove);
    let said = stderr(&refused);
    assert_eq!(refused.status.code(), Some(65), "{said}");
    for named in ["1 of the 3 people", "TOO_MANY_MISSING", "--remove-at-most"] {
        assert!(said.contains(named), "{named}: {said}");
    }
    let allowed = import(root.path(), &["--remove-missing", "--remove-at-most", "34"]);
    assert_eq!(allowed["counts"]["people"]["removed"], 1);
}

#[test]
fn what_is_no_roster_or_cannot_be_written_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("roster");
    roster(&folder);
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    fs_err::write(path("no.zip"), "this is no zip").unwrap();
    fs_err::create_dir(path("empty")).unwrap();
    fs_err::write(path("taken.csv"), "").unwrap();
    let long = format!("sourcedId,username\ns1,\"{}", "x".repeat(1_000_000));
    fs_err::create_dir(path("open")).unwrap();
    fs_err::write(root.path().join("open/users.csv"), long).unwrap();
    let (none, no, empty, open, from, taken) = (
        path("none"),
        path("no.zip"),
        path("empty"),
        path("open"),
        path("roster"),
        path("taken.csv"),
    );
    for (arguments, wanted, named) in [
        (vec![none.as_str()], 66, "none"),
        (vec![&no], 65, "NOT_A_ZIP"),
        (vec![&empty], 65, "ROSTER_EMPTY"),
        (vec![&open], 65, "QUOTE_OPEN"),
        (vec![&from, "--report", "/nonexistent/r.json"], 73, "report"),
        (vec![&from, "--codes", &taken], 73, "--codes"),
        (vec![&from, "--dryrun"], 64, "--dry-run"),
    ] {
        let data_dir = path("data");
        let place = ["--data-dir", &data_dir];
        let output = edusphere(&[&["import", "roster"], &arguments[..], &place].concat());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(wanted), "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
    let dry = import(root.path(), &["--dry-run"]);
    assert_eq!(dry["counts"]["people"]["added"], 3, "nothing was imported");
}
