//! The configuration: what is shown of it, and what is said of its mistakes.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::running::{Server, edusphere, stderr, stdout};

fn with_environment(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_edusphere"))
        .args(arguments)
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

/// Writes a file that these permissions hold for.
fn write(path: &Path, text: &str, mode: u32) -> String {
    fs_err::write(path, text).unwrap();
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn each_setting_is_shown_with_where_it_comes_from() {
    let root = tempfile::tempdir().unwrap();
    let text = "log = \"warn\"\nmetrics_token = \"canary-of-metrics-0123\"\n\n[school]\ntime_zone = \"Europe/Berlin\"\n";
    let file = write(&root.path().join("e.toml"), text, 0o600);
    let shown = with_environment(
        &[
            "config",
            "show",
            "--config",
            &file,
            "--listen",
            "127.0.0.1:1",
        ],
        &[("EDUSPHERE__CACHE_MIB", "8")],
    );
    assert!(shown.status.success(), "{}", stderr(&shown));
    let said = stdout(&shown);
    for line in [
        &*format!("log = \"warn\" # {file}:1:1"),
        &*format!("metrics_token = \"********\" # {file}:2:1"),
        &*format!("time_zone = \"Europe/Berlin\" # {file}:5:1"),
        "cache_mib = 8 # environment EDUSPHERE__CACHE_MIB",
        "listen = \"127.0.0.1:1\" # flag --listen",
        "data_dir = \"edusphere-data\" # default",
        "[school]",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
    assert!(!said.contains("canary"), "{said}");
    let check = edusphere(&["config", "check", "--config", &file]);
    assert!(check.status.success(), "{}", stderr(&check));
}

#[test]
fn every_mistake_is_named_and_keeps_the_server_from_starting() {
    let root = tempfile::tempdir().unwrap();
    let text = "cache_mib = 0\nmetrics_token = \"canary\"\n[files]\nown_upload_mib = 4096\n";
    let file = write(&root.path().join("e.toml"), text, 0o644);
    for command in [&["config", "check"][..], &["serve"], &["check"]] {
        let arguments = [command, &["--config", &file]].concat();
        let settings = [
            ("EDUSPHERE__LISEN", "127.0.0.1:1"),
            ("EDUSPHERE__SCHOOL__TIME_ZONE", "5"),
        ];
        let output = with_environment(&arguments, &settings);
        assert_eq!(output.status.code(), Some(78), "{arguments:?}");
        let said = stderr(&output);
        for named in [
            "chmod 600",
            "EDUSPHERE__LISEN",
            "did you mean EDUSPHERE__LISTEN?",
            "environment EDUSPHERE__SCHOOL__TIME_ZONE: `school.time_zone`",
        ] {
            assert!(said.contains(named), "{arguments:?}: {said}");
        }
        assert!(!said.contains("canary"), "{said}");
    }
    let file = write(&root.path().join("e.toml"), text, 0o600);
    let output = edusphere(&["config", "check", "--config", &file]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(78));
    assert!(
        said.contains("e.toml:1:1: `cache_mib` is 0 and must be from 1"),
        "{said}"
    );
    assert!(
        said.contains("`files.own_upload_mib` is 4096 and `files.person_quota_mib` is 2048"),
        "{said}"
    );
}

#[test]
fn values_and_files_that_cannot_be_used_get_their_own_code() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let port = write(
        &root.path().join("port.toml"),
        "listen = \"127.0.0.1:99999\"",
        0o600,
    );
    let syntax = write(&root.path().join("syntax.toml"), "\nlog = \n", 0o600);
    let (none, folder) = (path("none.toml"), path(""));
    for (arguments, wanted, named) in [
        (["config", "check", "--config", &none], 66, "none.toml"),
        (["config", "show", "--config", &folder], 66, "directory"),
        (["config", "check", "--config", &port], 78, "port.toml:1:1"),
        (
            ["config", "check", "--config", &syntax],
            78,
            "syntax.toml:2:",
        ),
        (["config", "check", "--data-dir", ""], 64, "--data-dir"),
        (["config", "chek", "--data-dir", "x"], 64, "check"),
        (["check", "--dta-dir", "x", "--config"], 64, "--data-dir"),
    ] {
        let output = edusphere(&arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(wanted), "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
}

#[test]
fn a_data_directory_that_cannot_be_used_is_named() {
    let root = tempfile::tempdir().unwrap();
    fs_err::write(root.path().join("file"), "").unwrap();
    let below = root.path().join("file/data");
    // The kernel lets nobody make a folder here, not even root.
    for place in [below.to_str().unwrap(), "/proc/edusphere-data"] {
        let output = edusphere(&["serve", "--listen", "127.0.0.1:0", "--data-dir", place]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(73), "{place}: {said}");
        assert!(said.contains(place), "{place}: {said}");
    }
}

#[test]
fn what_the_program_writes_is_its_owners_alone() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let mut folders = vec![data_dir.clone()];
    while let Some(folder) = folders.pop() {
        let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder) & 0o077, 0, "{}", folder.display());
        for entry in fs_err::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    assert_eq!(server.stop(), Some(0));
}
