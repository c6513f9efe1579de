//! Stories of the log and of projections, and a model of both under crashes.

use proptest::prelude::*;

use kernel::{Result, problems};
use store::{Engine, Findings, Options, Pending, Quarantine, Space, Store, Table, Tx};

use crate::*;

mod consumers;
mod model;
mod parity;
mod retention;
mod streams;
mod work;

fn draft(subject: &'static str, key: &str) -> Draft {
    Draft {
        subject: subject.into(),
        key: key.to_owned(),
        actor: "user_1".to_owned(),
        trace_parent: None,
        version: 1,
        body: b"{}".to_vec().into(),
        headers: Vec::new(),
    }
}

fn memory() -> Store {
    Store::over(
        Engine::in_memory(),
        Options {
            seed: Some(1),
            ..Options::default()
        },
    )
}

/// Waits for a commit, also within a test's runtime.
fn done<T: Send>(pending: Pending<T>) -> Result<T> {
    let commit = std::thread::scope(|scope| scope.spawn(|| pending.wait()).join().unwrap());
    commit.map(|commit| commit.out)
}

fn faults(store: &Store) -> Vec<String> {
    let mut findings = Findings::default();
    verify(&store.snapshot(), &mut findings).unwrap();
    findings.faults
}

#[test]
fn positions_and_sequences_have_no_gaps_even_when_commands_are_refused() {
    let store = memory();
    let pending: Vec<_> = (0..100)
        .map(|n| {
            store.submit(move |tx| {
                append(tx, draft("edusphere.courses.published", "course_1"))?;
                append(tx, draft("edusphere.users.added", "user_1"))?;
                if n % 3 == 0 {
                    problems::FORBIDDEN.refuse()
                } else {
                    Ok(())
                }
            })
        })
        .collect();
    let done = pending
        .into_iter()
        .filter_map(|pending| pending.wait().ok())
        .count() as u64;
    assert_eq!(done, 66);
    let snapshot = store.snapshot();
    assert_eq!(head(&snapshot).unwrap(), 2 * done);
    assert_eq!(last_sequence(&snapshot, Stream::Courses).unwrap(), done);
    assert_eq!(faults(&store), Vec::<String>::new());
    let tail: Vec<_> = read(&snapshot, 2 * done - 1)
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    assert_eq!(tail.len(), 1);
    assert_eq!(tail[0].1.subject, "edusphere.users.added");
}

#[test]
fn a_subject_that_no_stream_takes_and_a_body_that_is_too_long_are_faults() {
    let store = memory();
    assert!(
        store
            .submit(|tx| append(tx, draft("elsewhere.users.added", "1")))
            .wait()
            .is_err()
    );
    let long = Draft {
        body: vec![b' '; 1024 * 1024 + 1].into(),
        ..draft("edusphere.users.added", "1")
    };
    assert!(store.submit(|tx| append(tx, long)).wait().is_err());
    assert_eq!(head(&store.snapshot()).unwrap(), 0);
}

/// Counts messages by key, and fails when it is told to.
struct Tally;

static TALLY: Table<String, u64> = Table::new(0x7f10, "tally").within(Space::Consumers);

impl Follower for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }
    fn subjects(&self) -> &'static [&'static str] {
        &["edusphere.users.*"]
    }
}

impl Projection for Tally {
    fn apply(&self, tx: &mut Tx, message: &Message) -> Result<()> {
        let count = tx.get(&TALLY, &message.key)?.unwrap_or(0);
        tx.put(&TALLY, &message.key, &(count + 1))
    }
}

fn count(store: &Store, key: &str) -> u64 {
    store
        .snapshot()
        .get(&TALLY, &key.to_owned())
        .unwrap()
        .unwrap_or(0)
}

#[tokio::test]
async fn a_projection_follows_until_it_is_stopped() {
    let store = memory();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let follow = follow(store.clone(), &Tally, stopped);
    let publish = async {
        for _ in 0..1_000 {
            store
                .submit(|tx| append(tx, draft("edusphere.users.added", "ada")))
                .await
                .unwrap();
        }
        store
            .submit(|tx| append(tx, draft("edusphere.courses.published", "ada")))
            .await
            .unwrap();
        let mut versions = store.versions();
        while position(&store.snapshot(), &Tally).unwrap() < 1_001 {
            versions.changed().await.unwrap();
        }
        stop.send(true).unwrap();
    };
    let (followed, ()) = tokio::join!(follow, publish);
    followed.unwrap();
    assert_eq!(
        count(&store, "ada"),
        1_000,
        "another subject does not count"
    );
}

#[derive(Debug, Clone)]
enum Op {
    Publish(u8),
    Step,
    /// Two runners take the same step: one of them must lose.
    TwoSteps,
    Reopen,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_message_takes_effect_once(ops in prop::collection::vec(
        prop_oneof![
            6 => (0..3_u8).prop_map(Op::Publish),
            2 => Just(Op::Step),
            1 => Just(Op::TwoSteps),
            1 => Just(Op::Reopen),
        ],
        1..30,
    )) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let root = tempfile::tempdir().unwrap();
        let open = || {
            let folder = root.path().join("quarantine");
            let quarantine = Quarantine { folder, label: "now".to_owned() };
            Store::on_disk(&root.path().join("records"), &quarantine, Options::default()).unwrap()
        };
            let mut store = open();
        let mut published = [0_u64; 3];
        for op in ops {
            match op {
                Op::Publish(key) => {
                    let text = key.to_string();
                    let publish = move |tx: &mut Tx| append(tx, draft("edusphere.users.added", &text));
                    store.submit(publish).wait().unwrap();
                    published[usize::from(key)] += 1;
                }
                Op::Step => drop(runtime.block_on(step(&store, &Tally)).unwrap()),
                Op::TwoSteps => runtime.block_on(async {
                    let (one, two) = tokio::join!(step(&store, &Tally), step(&store, &Tally));
                    one.and(two).unwrap();
                }),
                Op::Reopen => {
                    store.close();
                    drop(store);
                    store = open();
                }
            }
        }
        while runtime.block_on(step(&store, &Tally)).unwrap().is_some() {}
        for (key, wanted) in published.iter().enumerate() {
            prop_assert_eq!(count(&store, &key.to_string()), *wanted);
        }
        prop_assert_eq!(faults(&store), Vec::<String>::new());
    }
}
