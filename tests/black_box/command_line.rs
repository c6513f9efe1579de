//! The command line: what it prints, and the exit codes of what goes wrong.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::running::{Server, edusphere, stderr, stdout};

fn code(arguments: &[&str]) -> (Option<i32>, String) {
    let output = edusphere(arguments);
    (output.status.code(), stderr(&output))
}

/// Every file below a folder with its bytes.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(contents(&path));
        } else {
            files.push((path.display().to_string(), fs_err::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the promise is about time")]
fn a_second_process_is_told_who_holds_the_directory_and_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::serve(root.path());
    // The first process may still be making the indexes of search.
    let lasting = || {
        let mut contents = contents(root.path());
        contents.retain(|(file, _)| !Path::new(file).starts_with(root.path().join("search")));
        contents
    };
    let before = lasting();
    let started = Instant::now();
    let data_dir = root.path().to_str().unwrap();
    let (code, said) = code(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data_dir]);
    assert!(started.elapsed().as_secs() < 2);
    assert_eq!(code, Some(73), "{said}");
    let lock = fs_err::read_to_string(root.path().join("LOCK")).unwrap();
    assert!(
        lock.starts_with("pid ") && said.contains(lock.trim()),
        "{said}"
    );
    assert_eq!(before, lasting());
    server.kill();
    let again = Server::serve(root.path());
    assert_eq!(
        again.stop(),
        Some(0),
        "a lock that a kill left behind blocks nobody"
    );
}

#[test]
fn a_directory_of_a_newer_program_is_refused_unchanged() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(Server::serve(root.path()).stop(), Some(0));
    fs_err::write(root.path().join("FORMAT"), "99\n").unwrap();
    let before = contents(root.path());
    let (code, said) = code(&["serve", "--data-dir", root.path().to_str().unwrap()]);
    assert_eq!(code, Some(78), "{said}");
    assert!(
        said.contains("format 99") && said.contains("format 1"),
        "{said}"
    );
    assert_eq!(before, contents(root.path()));
}

/// What happens to the folder of records.
type Harm = fn(&Path);

#[test]
fn a_school_whose_records_are_lost_is_not_taken_for_an_empty_one() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let harms: [(&str, Harm); 3] = [
        ("records", |records| {
            fs_err::remove_dir_all(records).unwrap();
        }),
        ("keyspaces", |records| {
            fs_err::remove_dir_all(records.join("keyspaces")).unwrap();
        }),
        ("0.jnl", |records| {
            fs_err::remove_file(records.join("0.jnl")).unwrap();
        }),
    ];
    for (named, harm) in harms {
        if data_dir.exists() {
            fs_err::remove_dir_all(&data_dir).unwrap();
        }
        assert_eq!(Server::demo(&data_dir).stop(), Some(0));
        harm(&data_dir.join("records"));
        for command in ["check", "serve"] {
            let (code, said) = code(&[command, "--data-dir", data_dir.to_str().unwrap()]);
            assert_eq!(code, Some(65), "{named}, {command}: {said}");
            assert!(said.contains(named), "{named}, {command}: {said}");
        }
    }
}

#[test]
fn a_school_whose_journal_was_emptied_is_not_taken_for_a_new_one() {
    let root = tempfile::tempdir().unwrap();
    let place = ["--data-dir", root.path().to_str().unwrap()];
    assert_eq!(Server::demo(root.path()).stop(), Some(0));
    fs_err::write(root.path().join("records/0.jnl"), "").unwrap();
    let (check, said) = code(&[&["check"][..], &place].concat());
    assert_eq!(check, Some(1));
    assert!(said.contains("end with group 0"), "{said}");
    let (create, said) = code(&[&["admin", "code", "lena"][..], &place].concat());
    assert_eq!(create, Some(65));
    assert!(said.contains("accept-loss"), "{said}");
    let server = Server::serve(root.path());
    assert_eq!(server.anonymous().get("/health/ready").0, 503);
}

#[test]
fn a_demo_that_was_stopped_while_it_was_made_is_made_anew() {
    let root = tempfile::tempdir().unwrap();
    let unfinished = root.path().join("data.being-made");
    fs_err::create_dir_all(unfinished.join("records")).unwrap();
    fs_err::write(unfinished.join("FORMAT"), "1\n").unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let courses = server.sign_in("admin", "edusphere").get("/api/courses").1;
    assert_eq!(courses["totalCount"], 3);
    assert_eq!(server.stop(), Some(0));
    assert!(!unfinished.exists());
}

#[test]
fn what_is_done_stays_done_when_nobody_can_read_of_it() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    assert_eq!(Server::serve(&data_dir).stop(), Some(0));
    let full = fs_err::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let check = std::process::Command::new(env!("CARGO_BIN_EXE_edusphere"))
        .args(["check", "--data-dir", data_dir.to_str().unwrap()])
        .stdout(full.into_file())
        .status()
        .unwrap();
    assert_eq!(check.code(), Some(0));
}

#[test]
fn what_a_package_hides_is_reported_and_shown_when_asked() {
    let Some(folder) = corpus() else { return };
    let file = folder.join("course-1.imscc");
    let import = ["import", "cartridge", file.to_str().unwrap(), "--dry-run"];
    let hidden = "hidden from learners as in the package";
    let faithful = stdout(&edusphere(&import));
    assert!(faithful.contains(hidden), "{faithful}");
    let shown = edusphere(&[&import[..], &["--show-hidden"]].concat());
    assert!(shown.status.success(), "{}", stderr(&shown));
    assert!(!stdout(&shown).contains(hidden), "{}", stdout(&shown));
}

#[test]
fn a_report_that_cannot_be_written_keeps_the_package_out() {
    let Some(folder) = corpus() else { return };
    let root = tempfile::tempdir().unwrap();
    let (file, data_dir) = (folder.join("latex.imscc"), root.path().join("data"));
    let (file, data_dir) = (file.to_str().unwrap(), data_dir.to_str().unwrap());
    let report = "/nonexistent/report.json";
    let import = [
        "import",
        "cartridge",
        file,
        "--report",
        report,
        "--data-dir",
        data_dir,
    ];
    let (code, said) = code(&import);
    assert_eq!(code, Some(73), "{said}");
    assert!(!Path::new(data_dir).exists(), "nothing was imported");
}

#[test]
fn what_is_typed_wrong_or_is_not_there_gets_its_own_code() {
    let root = tempfile::tempdir().unwrap();
    let in_root = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    fs_err::write(in_root("bad.toml"), "lisen = 1\n").unwrap();
    fs_err::write(in_root("no.imscc"), "this is no zip").unwrap();
    fs_err::write(in_root("short"), "1234567\n").unwrap();
    fs_err::write(in_root("file"), "").unwrap();
    let data_dir = in_root("data");
    for (arguments, wanted, named) in [
        (vec!["serve", "--lisen", "x"], 64, "--listen"),
        (vec!["frob"], 64, "frob"),
        (
            vec!["serve", "--config", &in_root("none.toml")],
            66,
            "none.toml",
        ),
        (vec!["serve", "--config", &in_root("bad.toml")], 78, "lisen"),
        (vec!["serve", "--data-dir", &in_root("file")], 73, "file"),
        (vec!["check", "--data-dir", &in_root("none")], 66, "none"),
        (
            vec![
                "import",
                "cartridge",
                &in_root("none.imscc"),
                "--data-dir",
                &data_dir,
            ],
            66,
            "none.imscc",
        ),
        (
            vec![
                "import",
                "cartridge",
                &in_root("no.imscc"),
                "--data-dir",
                &data_dir,
            ],
            65,
            "NOT_A_ZIP",
        ),
        (
            vec!["admin", "create", "ada", "--data-dir", &data_dir],
            64,
            "--password-file",
        ),
        (
            vec![
                "admin",
                "create",
                "ada",
                "--password-file",
                &in_root("short"),
                "--data-dir",
                &data_dir,
            ],
            65,
            "PASSWORD_LENGTH",
        ),
    ] {
        let (code, said) = code(&arguments);
        assert_eq!(code, Some(wanted), "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
    assert!(
        !Path::new(&data_dir).exists(),
        "what was refused made nothing"
    );
}

#[test]
fn a_directory_in_memory_is_warned_of_and_refused_where_that_is_asked_for() {
    // Where there is no such folder, the rules are tried with made-up disks alone.
    let Ok(root) = tempfile::tempdir_in("/dev/shm") else {
        println!("skipped: there is no /dev/shm here");
        return;
    };
    let data_dir = root.path().join("data");
    let place = data_dir.to_str().unwrap();
    let named = format!("the data directory {place} is on tmpfs");
    let strict = ["serve", "--listen", "127.0.0.1:0", "--strict"];
    let (refused, said) = code(&[&strict[..], &["--data-dir", place]].concat());
    assert_eq!(refused, Some(73), "{said}");
    assert!(
        said.contains(&named) && said.contains("--data-dir"),
        "{said}"
    );
    assert!(!data_dir.exists(), "nothing was made");
    let config = root.path().join("e.toml");
    fs_err::write(&config, "strict = true\n").unwrap();
    let by_file = ["check", "--config", config.to_str().unwrap()];
    let (refused, said) = code(&[&by_file[..], &["--data-dir", place]].concat());
    assert_eq!(refused, Some(73), "{said}");
    let log = root.path().join("log");
    let server = Server::serve_logging_to(&data_dir, &[], &log);
    assert_eq!(server.stop(), Some(0));
    let said = fs_err::read_to_string(&log).unwrap();
    assert!(said.contains("WARN") && said.contains(&named), "{said}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let root = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data_dir = root.path().to_str().unwrap();
    let (code, said) = code(&["serve", "--listen", &address, "--data-dir", data_dir]);
    assert_eq!(code, Some(69), "{said}");
    let holder = format!("{address}: process {} (", std::process::id());
    assert!(said.contains(&holder), "{said}");
}

#[test]
fn an_administrator_is_made_once_and_signs_in() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let password = root.path().join("password");
    fs_err::write(&password, "correct horse\n").unwrap();
    let password = password.to_str().unwrap();
    let create = [
        "admin",
        "create",
        "ada",
        "--password-file",
        password,
        "--data-dir",
        data_dir.to_str().unwrap(),
    ];
    let made = edusphere(&create);
    assert!(made.status.success(), "{}", stderr(&made));
    let (code, said) = code(&create);
    assert_eq!(code, Some(65));
    assert!(said.contains("USERNAME_TAKEN"), "{said}");
    let server = Server::serve(&data_dir);
    let (_, me) = server.sign_in("Ada", "correct horse").get("/api/courses");
    assert_eq!(me["totalCount"], 0);
}

/// The cartridges of the corpus, where it lies beside the project.
fn corpus() -> Option<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/cartridges");
    if !folder.is_dir() {
        println!("no corpus of cartridges here: skipped");
        return None;
    }
    Some(folder)
}

#[test]
fn the_cartridges_of_the_corpus_come_in_with_a_report() {
    let Some(folder) = corpus() else { return };
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let data_dir = data_dir.to_str().unwrap();
    let mut imported = 0;
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "imscc")
        {
            continue;
        }
        imported += 1;
        let code = format!("C-{imported}");
        let report = root.path().join(format!("{code}.json"));
        let (file, to) = (path.to_str().unwrap(), report.to_str().unwrap());
        let dry = edusphere(&["import", "cartridge", file, "--dry-run", "--code", &code]);
        assert!(dry.status.success(), "{file}: {}", stderr(&dry));
        let import = edusphere(&[
            "import",
            "cartridge",
            file,
            "--code",
            &code,
            "--report",
            to,
            "--data-dir",
            data_dir,
        ]);
        assert!(import.status.success(), "{file}: {}", stderr(&import));
        let report: Value =
            serde_json::from_str(&fs_err::read_to_string(&report).unwrap()).unwrap();
        assert!(
            report["kept"]
                .as_array()
                .is_some_and(|kept| !kept.is_empty()),
            "{file}"
        );
        let twice = edusphere(&[
            "import",
            "cartridge",
            file,
            "--code",
            &code,
            "--data-dir",
            data_dir,
        ]);
        assert_eq!(twice.status.code(), Some(65), "the code is taken");
    }
    let check = edusphere(&["check", "--data-dir", data_dir]);
    assert!(check.status.success(), "{}", stdout(&check));
}

#[test]
fn a_generated_school_is_whole_and_made_only_where_nothing_is() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let place = ["--data-dir", data_dir.to_str().unwrap()];
    let generate = ["generate", "--users", "20", "--courses", "2", "--seed", "3"];
    let made = edusphere(&[&generate[..], &place, &["--json"]].concat());
    assert!(made.status.success(), "{}", stderr(&made));
    let summary: Value = serde_json::from_str(&stdout(&made)).unwrap();
    assert_eq!(
        (&summary["users"], &summary["courses"]),
        (&20.into(), &2.into())
    );
    let (check, said) = code(&[&["check"][..], &place].concat());
    assert_eq!(check, Some(0), "{said}");
    let server = Server::serve(&data_dir);
    let (_, courses) = server.sign_in("user1", "edusphere").get("/api/courses");
    assert_eq!(courses["totalCount"], 2);
    assert_eq!(server.stop(), Some(0));
    let (again, said) = code(&[&generate[..], &place].concat());
    assert_eq!(again, Some(65), "{said}");
    assert!(said.contains("is not empty"), "{said}");
    let elsewhere = root.path().join("elsewhere");
    for wrong in [
        "--users 9 --courses 2",
        "--users 20 --courses 0",
        "--users 20 --courses 2 --now 2999-01-01T00:00:00Z",
    ] {
        let mut flags = vec!["generate", "--data-dir", elsewhere.to_str().unwrap()];
        flags.extend(wrong.split(' '));
        let (refused, said) = code(&flags);
        assert_eq!(refused, Some(64), "{wrong}: {said}");
        assert!(!elsewhere.exists());
    }
}
