//! Stories of streams and of publishing into them.

use store::Store;

use super::{done, draft, faults, memory};
use crate::problems::*;
use crate::*;

fn add(store: &Store, config: StreamConfig) -> kernel::Result<()> {
    done(store.submit(move |tx| add_stream(tx, config))).map(drop)
}

fn orders() -> StreamConfig {
    StreamConfig::new("ORDERS", vec!["orders.>".to_owned()])
}

fn put(store: &Store, message: Publish) -> kernel::Result<Published> {
    let publish = move |tx: &mut store::Tx| publish(tx, message, "test");
    done(store.submit(publish))
}

fn message(subject: &str) -> Publish {
    Publish {
        subject: subject.to_owned(),
        body: b"{}".to_vec().into(),
        ..Publish::default()
    }
}

fn refusal<T: std::fmt::Debug>(result: kernel::Result<T>) -> Option<kernel::Problem> {
    result.unwrap_err().problem()
}

#[test]
fn a_subject_is_taken_by_one_stream_or_refused() {
    let store = memory();
    assert_eq!(
        refusal(put(&store, message("orders.new"))),
        Some(SUBJECT_UNTAKEN)
    );
    add(&store, orders()).unwrap();
    let first = put(&store, message("orders.new")).unwrap();
    assert_eq!((first.stream.as_str(), first.sequence), ("ORDERS", 1));
    assert_eq!(
        refusal(put(&store, message("edusphere.users.added"))),
        Some(SUBJECT_RESERVED)
    );
    assert_eq!(
        refusal(put(&store, message("orders.*"))),
        Some(SUBJECT_INVALID)
    );
    assert_eq!(refusal(add(&store, orders())), Some(STREAM_EXISTS));
    let overlapping = StreamConfig::new("EU", vec!["orders.eu".to_owned()]);
    assert_eq!(refusal(add(&store, overlapping)), Some(SUBJECTS_OVERLAP));
    for reserved in [">", "edusphere.>", "*.users.added", "edusphere"] {
        let greedy = StreamConfig::new("ALL", vec![reserved.to_owned()]);
        assert_eq!(
            refusal(add(&store, greedy)),
            Some(SUBJECT_RESERVED),
            "{reserved}"
        );
    }
    assert_eq!(faults(&store), Vec::<String>::new());
}

#[test]
fn the_schools_own_streams_stay_as_they_are() {
    let store = memory();
    let snapshot = store.snapshot();
    let names = streams(&snapshot).unwrap().into_iter();
    let names: Vec<_> = names.map(|stream| stream.config.name).collect();
    assert_eq!(
        names,
        ["COURSES", "USERS", "ASSIGNMENTS", "ANALYTICS", "AI"]
    );
    let removed = done(store.submit(|tx| remove_stream(tx, "USERS")));
    assert_eq!(refusal(removed), Some(STREAM_RESERVED));
    let limits = Limits {
        max_messages: 10,
        ..Limits::default()
    };
    done(store.submit(move |tx| limit_stream(tx, Stream::Users, limits))).unwrap();
    let users = stream(&store.snapshot(), "USERS").unwrap();
    assert_eq!(users.config.limits, limits);
}

#[test]
fn a_message_id_counts_once_within_the_window() {
    let store = memory();
    add(&store, orders()).unwrap();
    let named = |id: &str| Publish {
        headers: vec![(MESSAGE_ID_HEADER.to_owned(), id.to_owned())],
        ..message("orders.new")
    };
    let first = put(&store, named("a")).unwrap();
    let again = put(&store, named("a")).unwrap();
    assert!(!first.duplicate && again.duplicate);
    assert_eq!((first.sequence, again.sequence), (1, 1));
    assert_eq!(put(&store, named("b")).unwrap().sequence, 2);
    let state = stream(&store.snapshot(), "ORDERS").unwrap().state;
    assert_eq!(state.messages(), 2);
}

#[test]
fn limits_of_a_message_and_the_expected_sequence_are_kept() {
    let store = memory();
    let config = StreamConfig {
        limits: Limits {
            max_message_bytes: 10,
            max_messages: 2,
            ..Limits::default()
        },
        discard: Discard::New,
        ..orders()
    };
    add(&store, config).unwrap();
    let long = Publish {
        body: vec![0; 11].into(),
        ..message("orders.new")
    };
    assert_eq!(refusal(put(&store, long)), Some(MESSAGE_TOO_LARGE));
    let expecting = Publish {
        expected_last_sequence: Some(7),
        ..message("orders.new")
    };
    assert_eq!(refusal(put(&store, expecting)), Some(WRONG_LAST_SEQUENCE));
    let odd = Publish {
        headers: vec![("a:b".to_owned(), String::new())],
        ..message("orders.new")
    };
    assert_eq!(refusal(put(&store, odd)), Some(HEADERS_INVALID));
    put(&store, message("orders.new")).unwrap();
    put(&store, message("orders.new")).unwrap();
    assert_eq!(
        refusal(put(&store, message("orders.new"))),
        Some(STREAM_FULL)
    );
}

/// Has somebody else have done what stands at a position of the log.
fn forge(store: &Store, position: u64) {
    let forge = move |tx: &mut store::Tx| {
        let message = tx.get(&log::LOG, &position)?.unwrap();
        let forged = Message {
            actor: "somebody else".to_owned(),
            ..message
        };
        tx.put(&log::LOG, &position, &forged)
    };
    done(store.submit(forge)).unwrap();
}

#[test]
fn the_chain_shows_a_message_that_was_changed() {
    let store = memory();
    for _ in 0..3 {
        let append = |tx: &mut store::Tx| append(tx, draft("edusphere.users.added", "user_1"));
        done(store.submit(append)).unwrap();
    }
    assert_eq!(faults(&store), Vec::<String>::new());
    forge(&store, 2);
    let faults = faults(&store);
    assert_eq!(faults[0], "USERS: the chain is broken at sequence 2");
}

#[test]
fn a_stream_is_verified_in_pieces_up_to_its_first_fault() {
    let store = memory();
    add(&store, orders()).unwrap();
    for _ in 0..10 {
        put(&store, message("orders.new")).unwrap();
    }
    let verified = |after, max| {
        let snapshot = store.snapshot();
        let stream = stream(&snapshot, "ORDERS").unwrap();
        let verified = verify_stream(&snapshot, &stream, after, max).unwrap();
        (verified.upto, verified.is_end, verified.fault)
    };
    assert_eq!(verified(0, 4), (4, false, None));
    assert_eq!(verified(4, 4), (8, false, None));
    assert_eq!(verified(8, 4), (10, true, None));
    assert_eq!(verified(0, 10), (10, true, None));
    assert_eq!(verified(99, 4), (10, true, None));
    forge(&store, 6);
    let broken = "ORDERS: the chain is broken at sequence 6".to_owned();
    assert_eq!(verified(0, 4), (4, false, None));
    assert_eq!(verified(4, 4), (5, false, Some(broken)));
    let remove = |tx: &mut store::Tx| tx.remove(&log::SEQUENCES, &(16, 3)).map(drop);
    done(store.submit(remove)).unwrap();
    let gap = "ORDERS: sequence 4 follows 2".to_owned();
    assert_eq!(verified(0, 4), (2, false, Some(gap)));
    let remove = |tx: &mut store::Tx| tx.remove(&log::LOG, &10).map(drop);
    done(store.submit(remove)).unwrap();
    let (upto, _, fault) = verified(8, 4);
    assert_eq!((upto, fault.is_some()), (9, true));
}

#[test]
fn what_is_written_down_reads_back_for_ever() {
    testkit::fixture(
        "eventlog/fixtures/stream_config.v1",
        &StreamConfig::new("ORDERS", vec!["orders.>".to_owned()]),
    );
    testkit::fixture(
        "eventlog/fixtures/consumer_config.v1",
        &ConsumerConfig::default(),
    );
}
