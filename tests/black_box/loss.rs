//! Acknowledged changes that the disk has lost: found at the start, read around, given up by hand.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::running::{Client, Server, edusphere, stderr, stdout};
use crate::school_day::{content, course_of};

/// The newest journal of the records.
pub(crate) fn newest_journal(data_dir: &Path) -> PathBuf {
    let entries = fs_err::read_dir(data_dir.join("records")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let number = |path: &PathBuf| -> Option<u64> {
        path.file_name()?
            .to_str()?
            .strip_suffix(".jnl")?
            .parse()
            .ok()
    };
    let journals = paths.filter(|path| number(path).is_some());
    journals.max_by_key(number).unwrap()
}

/// Flips a bit of the last batch of the journal.
fn rot(journal: &Path) {
    let mut bytes = fs_err::read(journal).unwrap();
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[last - 20] ^= 4;
    fs_err::write(journal, bytes).unwrap();
}

/// Hands in for the first assignment of the course.
fn hand_in(pupil: &Client, key: &str) -> serde_json::Value {
    let assignment = content(&course_of(pupil, "BIO-101"), "ASSIGNMENT");
    let input = json!({ "input": {
        "assignmentId": assignment,
        "body": "What I saw.",
        "idempotencyKey": key,
    } });
    pupil.answer("submitAssignment", &input)
}

#[test]
fn a_school_that_lost_what_it_acknowledged_is_read_only_until_the_loss_is_accepted() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let place = data_dir.to_str().unwrap();
    let server = Server::demo(&data_dir);
    let lena = server.sign_in("lena", "edusphere");
    let answer = hand_in(&lena, "first");
    assert_eq!(answer["errors"], json!(null), "{answer}");
    assert_eq!(server.stop(), Some(0));
    rot(&newest_journal(&data_dir));
    let ring = fs_err::read(data_dir.join("ack.ring")).unwrap();

    let log = root.path().join("log");
    let server = Server::serve_logging_to(&data_dir, &[], &log);
    let lena = server.bearing(lena.token());
    assert_eq!(
        course_of(&lena, "BIO-101")["code"],
        "BIO-101",
        "reads go on"
    );
    let refused = hand_in(&lena, "second");
    assert_eq!(refused["errors"][0]["extensions"]["code"], "READ_ONLY");
    let credentials = json!({ "username": "maria", "password": "edusphere" });
    let (status, refused) = server.anonymous().post("/api/auth/login", &credentials);
    assert_eq!((status, &refused["code"]), (503, &json!("READ_ONLY")));
    for path in ["/health/ready", "/api/health"] {
        let (status, health) = lena.get(path);
        assert_eq!((status, &health["status"]), (503, &json!("read_only")));
    }
    assert_eq!(lena.get("/health/live").0, 200);
    assert_eq!(server.stop(), Some(0));
    let log = fs_err::read_to_string(log).unwrap();
    let way_out = format!("edusphere accept-loss --data-dir {place}");
    assert!(log.contains("ack.ring") && log.contains(&way_out), "{log}");
    assert!(!log.contains("a task failed"), "{log}");

    let check = edusphere(&["check", "--data-dir", place]);
    assert_eq!(check.status.code(), Some(1));
    assert!(stdout(&check).contains(&way_out), "{}", stdout(&check));
    let create = ["admin", "code", "lena", "--data-dir", place];
    let refused = edusphere(&create);
    assert_eq!(refused.status.code(), Some(65));
    assert!(stderr(&refused).contains(&way_out), "{}", stderr(&refused));
    let kept = fs_err::read(data_dir.join("ack.ring")).unwrap();
    assert_eq!(kept, ring, "nothing but accepting touches the proof");

    let accepted = edusphere(&["accept-loss", "--json", "--data-dir", place]);
    assert!(accepted.status.success(), "{}", stderr(&accepted));
    let accepted: serde_json::Value = serde_json::from_str(&stdout(&accepted)).unwrap();
    let proof = Path::new(accepted["proof"].as_str().unwrap());
    assert_eq!(fs_err::read(proof.join("ack.ring")).unwrap(), ring);
    let again = edusphere(&["accept-loss", "--data-dir", place]);
    assert!(stdout(&again).contains("nothing was changed"));

    let server = Server::serve(&data_dir);
    let answer = hand_in(&server.sign_in("lena", "edusphere"), "third");
    assert_eq!(answer["errors"], json!(null), "{answer}");
    assert_eq!(server.stop(), Some(0));
    let check = edusphere(&["check", "--data-dir", place]);
    assert!(check.status.success(), "{}", stdout(&check));
}
