//! Kill -9 in the middle of submissions: what was acknowledged is there, records and events agree.

use std::path::Path;

use crate::desk::{Chance, Desk, UNHURRIED, check};
use crate::running::Server;

/// How often the server of each school is killed.
const CYCLES: u64 = 50;
/// Schools that start anew: with the years of one, reading it all takes most of the time.
const SCHOOLS: u64 = 4;

#[test]
fn what_was_acknowledged_survives_two_hundred_kills() {
    let count: usize = (0..SCHOOLS).map(kill_again_and_again).sum();
    println!(
        "{} kills, {count} acknowledged submissions, all there",
        SCHOOLS * CYCLES
    );
}

/// How many submissions were acknowledged.
fn kill_again_and_again(school: u64) -> usize {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let mut server = Server::demo(&data_dir);
    let desk = Desk::set_up(&server);
    let mut acknowledged = Vec::new();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ school);
    for cycle in 0..CYCLES {
        let when = format!("school {school} cycle {cycle}");
        let pause = chance.pause(10, 120);
        let fresh = desk.hand_in_until(&server, (cycle, pause), || server.end());
        drop(server);
        check(&data_dir, &when);
        server = Server::serve_with(&data_dir, &UNHURRIED);
        assert_eq!(desk.missing(&server, &fresh), [""; 0], "{when}");
        acknowledged.extend(fresh);
    }
    assert_eq!(desk.missing(&server, &acknowledged), [""; 0], "in the end");
    assert_eq!(server.stop(), Some(0));
    check(&data_dir, "in the end");
    let enough = usize::try_from(CYCLES).unwrap();
    assert!(acknowledged.len() >= enough, "{}", acknowledged.len());
    acknowledged.len()
}

/// What the tests of this kind would say of a store that goes back to what it was.
#[test]
fn a_school_that_forgets_what_it_acknowledged_does_not_go_unnoticed() {
    let root = tempfile::tempdir().unwrap();
    let (data_dir, before) = (root.path().join("data"), root.path().join("before"));
    let server = Server::demo(&data_dir);
    let desk = Desk::set_up(&server);
    assert_eq!(server.stop(), Some(0));
    copy(&data_dir, &before);
    let server = Server::serve(&data_dir);
    let id = desk.hand_in(&desk.pupil(&server), ("first", 10)).unwrap();
    let ids = [id.unwrap()];
    assert_eq!(desk.missing(&server, &ids), [""; 0]);
    assert_eq!(server.stop(), Some(0));

    // The records alone go back: the ring tells.
    fs_err::remove_dir_all(data_dir.join("records")).unwrap();
    copy(&before.join("records"), &data_dir.join("records"));
    let server = Server::serve(&data_dir);
    assert_eq!(server.anonymous().get("/health/ready").0, 503);
    assert_eq!(desk.missing(&server, &ids), ids);
    assert_eq!(server.stop(), Some(0));

    // Everything goes back: nothing in the directory can tell, but the pupils can.
    let server = Server::serve(&before);
    assert_eq!(server.anonymous().get("/health/ready").0, 200);
    assert_eq!(desk.missing(&server, &ids), ids);
}

/// Copies a folder and all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs_err::copy(&path, to).unwrap();
        }
    }
}
