//! Every write and every sync of a submission fails in turn, or the process dies there: what was
//! acknowledged is there afterwards, and an error of the disk ends the server with 74.
//!
//! strace, attached to the running server, makes the calls fail. Where there is no strace, or it
//! may not attach, nothing is tested and the reason is printed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::desk::{Desk, UNHURRIED, check, wait};
use crate::running::Server;

/// The calls that change a file or make it durable.
const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,\
    rename,renameat,renameat2,ftruncate,fallocate";

/// What is done to a call, as strace writes it, and how a server ends that it was done to.
const HARMS: [(&str, Option<i32>); 3] = [
    ("error=EIO", Some(74)),
    ("error=ENOSPC", Some(74)),
    ("signal=KILL", None),
];

/// What happens before the answer, in this order.
const BOUNDARIES_OF_A_GROUP: [(&str, &str); 4] = [
    ("write", ".jnl"),
    ("fdatasync", ".jnl"),
    ("pwrite64", "/ack.ring"),
    ("fdatasync", "/ack.ring"),
];

/// strace, attached to a running process; it lets go when dropped.
struct Strace(Child);

impl Strace {
    /// Attaches; none with the reason printed where that cannot be done.
    fn attach(server: &Server, arguments: &[&str]) -> Option<Self> {
        let started = Command::new("strace")
            .args(["-f", "-y", "-p", &server.pid().to_string()])
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                println!("no strace here ({error}): skipped");
                return None;
            }
        };
        let stderr = child.stderr.take().expect("standard error is piped");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let said = lines.find(|line| line.contains("attach"));
        let attached = said.as_ref().is_some_and(|line| !line.contains("ptrace("));
        // The rest is read to its end so that strace never waits for us.
        #[expect(
            clippy::disallowed_methods,
            reason = "it ends with the output of strace"
        )]
        drop(std::thread::spawn(move || lines.for_each(drop)));
        let strace = Self(child);
        if attached {
            return Some(strace);
        }
        println!("strace may not attach here ({said:?}): skipped");
        None
    }
}

impl Strace {
    /// Has this call fail, or end the process.
    fn harm(server: &Server, (call, path, nth): &Boundary, harm: &str) -> Self {
        let trace = format!("trace={call}");
        let inject = format!("inject={call}:{harm}:when={nth}");
        let arguments = ["-o", "/dev/null", "-P", path, "-e", &trace, "-e", &inject];
        Self::attach(server, &arguments).expect("it could a moment ago")
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        // It has ended already where the server has. Now and then it waits for a thread of the
        // killed server for ever, and takes notice of nothing but its own end.
        let pid = self.0.id().to_string();
        drop(Command::new("kill").args(["-TERM", &pid]).status());
        let step = Duration::from_millis(10);
        for _ in 0..200 {
            if self.0.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            wait(step);
        }
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A call on a file of the data directory, the first, second and so on of its kind.
type Boundary = (String, String, usize);

/// The calls of one deed and of what follows from it; none where strace cannot be used.
fn boundaries(server: &Server, deed: impl FnOnce()) -> Option<Vec<Boundary>> {
    let root = tempfile::tempdir().unwrap();
    let log = root.path().join("trace");
    let trace = format!("trace={CALLS}");
    let strace = Strace::attach(server, &["-o", log.to_str().unwrap(), "-e", &trace])?;
    deed();
    // Time for what follows from it.
    wait(Duration::from_millis(500));
    drop(strace);
    let data_dir = server.data_dir().canonicalize().unwrap();
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut found = Vec::new();
    for line in fs_err::read_to_string(log).unwrap().lines() {
        // `4711  pwrite64(9</data/ack.ring>, ...`
        let Some((call, rest)) = line.split_once('(') else {
            continue;
        };
        let Some(call) = call.split_whitespace().last() else {
            continue;
        };
        let path = rest.split(['<', '>', '"']).nth(1).unwrap_or_default();
        if Path::new(path).starts_with(&data_dir) {
            let of_kind = (call.to_owned(), path.to_owned());
            let nth = seen.entry(of_kind.clone()).or_default();
            *nth += 1;
            found.push((of_kind.0, of_kind.1, *nth));
        }
    }
    Some(found)
}

#[test]
fn a_crash_at_any_boundary_of_a_submission_loses_nothing_and_an_error_stops_the_server() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let desk = Desk::set_up(&server);
    let hand_in = || {
        let answer = desk.hand_in(&desk.pupil(&server), ("traced", 100));
        answer.unwrap().unwrap();
    };
    let Some(boundaries) = boundaries(&server, hand_in) else {
        return;
    };
    for (nth, (call, ending)) in BOUNDARIES_OF_A_GROUP.into_iter().enumerate() {
        let (seen, path, _) = &boundaries[nth];
        assert!(seen == call && path.ends_with(ending), "{boundaries:#?}");
    }
    assert_eq!(server.stop(), Some(0));
    let (mut acknowledged, mut harmed) = (Vec::new(), 0);
    let cases = boundaries
        .iter()
        .enumerate()
        .flat_map(|boundary| HARMS.map(|harm| (boundary, harm)));
    for ((at, boundary), (harm, code)) in cases {
        let (call, path, nth) = boundary;
        let when = format!("{harm} at {call} number {nth} of {path}");
        let mut server = Server::serve_with(&data_dir, &UNHURRIED);
        assert_eq!(desk.missing(&server, &acknowledged), [""; 0], "{when}");
        let strace = Strace::harm(&server, boundary, harm);
        let key = format!("{when} {at}");
        let answer = desk.hand_in(&desk.pupil(&server), (&key, 100));
        let id = answer.ok().and_then(Result::ok);
        // What follows from it may come in fewer groups than it did when it was traced.
        let sure = at < BOUNDARIES_OF_A_GROUP.len();
        let patience = Duration::from_millis(if sure { 5_000 } else { 1_000 });
        let ended = server.ended_within(patience);
        drop(strace);
        if sure {
            assert!(ended.is_some(), "{when}: it goes on");
            assert_eq!(id, None, "{when}: it was acknowledged");
        }
        if let Some(ended) = ended {
            assert_eq!(ended.code(), code, "{when}");
            harmed += 1;
        }
        acknowledged.extend(id);
        drop(server);
        check(&data_dir, &when);
    }
    let server = Server::serve_with(&data_dir, &UNHURRIED);
    assert_eq!(desk.missing(&server, &acknowledged), [""; 0], "in the end");
    println!(
        "{} boundaries, {harmed} harmed runs, {} acknowledged submissions, all there",
        boundaries.len(),
        acknowledged.len()
    );
}

/// Were it strace alone that ends the server or keeps it from answering, the test above would prove
/// nothing: where a call is held up and then done all the same, nothing of that happens.
#[test]
fn a_call_that_is_only_slow_neither_stops_the_server_nor_looks_like_a_crash() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::demo(&root.path().join("data"));
    let desk = Desk::set_up(&server);
    let ring = server.data_dir().canonicalize().unwrap().join("ack.ring");
    let boundary = ("fdatasync".to_owned(), ring.to_str().unwrap().to_owned(), 1);
    if Strace::attach(&server, &["-o", "/dev/null"]).is_none() {
        return;
    }
    let strace = Strace::harm(&server, &boundary, "delay_enter=1000");
    let answer = desk.hand_in(&desk.pupil(&server), ("slow", 100)).unwrap();
    drop(strace);
    let ids = [answer.unwrap()];
    assert_eq!(desk.missing(&server, &ids), [""; 0]);
    assert_eq!(server.stop(), Some(0));
}

/// The bytes of a file are written and synced under a name of their own before they get their
/// place, and only then does a record name them.
#[test]
fn a_crash_or_an_error_while_a_file_comes_in_leaves_no_half_of_it() {
    let root = tempfile::tempdir().unwrap();
    let data_dir = root.path().join("data");
    let server = Server::demo(&data_dir);
    let desk = Desk::set_up(&server);
    let put = || assert_eq!(desk.upload(&desk.pupil(&server), "traced").unwrap(), 201);
    let Some(mut boundaries) = boundaries(&server, put) else {
        return;
    };
    // The names of places depend on what is in the files; the first to come in is always 0.
    boundaries.retain(|(_, path, _)| path.ends_with("/files/incoming/0"));
    let calls: Vec<&str> = boundaries.iter().map(|(call, ..)| call.as_str()).collect();
    for kind in ["write", "sync", "rename"] {
        let some = calls.iter().any(|call| call.contains(kind));
        assert!(some, "no {kind} among {calls:?}");
    }
    assert_eq!(server.stop(), Some(0));
    for boundary in &boundaries {
        for (harm, code) in HARMS {
            let (call, _, nth) = boundary;
            let when = format!("{harm} at {call} number {nth} of a file");
            let mut server = Server::serve(&data_dir);
            let strace = Strace::harm(&server, boundary, harm);
            let status = desk.upload(&desk.pupil(&server), &when);
            drop(strace);
            if code.is_none() {
                let ended = server.ended_within(Duration::from_secs(5));
                assert!(ended.is_some() && status.is_err(), "{when}: it goes on");
            } else {
                let status = status.unwrap();
                assert!(status >= 500, "{when}: {status}");
                let again = desk.upload(&desk.pupil(&server), &format!("{when} again"));
                assert_eq!(again.unwrap(), 201, "{when}: it does not go on");
                assert_eq!(server.stop(), Some(0));
            }
            check(&data_dir, &when);
            let left = fs_err::read_dir(data_dir.join("files/incoming")).unwrap();
            assert_eq!(left.count(), 0, "{when}");
        }
    }
    println!("{} boundaries of a file, nothing half", boundaries.len());
}
