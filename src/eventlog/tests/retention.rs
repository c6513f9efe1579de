//! Stories of retention: what goes, what stays for whom, and what the clock may not do.

use std::time::Duration;

use kernel::Clock;
use store::Store;

use super::consumers::{Rig, named};
use super::{Tally, done, draft, faults};
use crate::*;

async fn retention(rig: &Rig) -> Retention {
    let clock = rig.clock.clone();
    Retention::begin(rig.store.clone(), clock, Vec::new())
        .await
        .unwrap()
}

async fn pass(retention: &mut Retention) {
    while retention.pass().await.unwrap() {}
}

fn keep(store: &Store, limits: Limits) {
    let config = StreamConfig {
        limits,
        ..StreamConfig::new("ORDERS", vec!["orders.>".to_owned()])
    };
    let update = move |tx: &mut store::Tx| update_stream(tx, config);
    done(store.submit(update)).unwrap();
}

fn span(rig: &Rig) -> (u64, u64) {
    let state = stream(&rig.store.snapshot(), "ORDERS").unwrap().state;
    (state.first_sequence(), state.last_sequence)
}

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn what_is_too_much_goes_oldest_first_and_the_chain_stays_whole() {
    let rig = Rig::new();
    let mut retention = retention(&rig).await;
    for _ in 0..1_000 {
        rig.publish("orders.new", "");
    }
    let limits = Limits {
        max_messages: 300,
        ..Limits::default()
    };
    keep(&rig.store, limits);
    pass(&mut retention).await;
    assert_eq!(span(&rig), (701, 1_000));
    let state = stream(&rig.store.snapshot(), "ORDERS").unwrap().state;
    keep(
        &rig.store,
        Limits {
            max_bytes: state.bytes / 3,
            ..limits
        },
    );
    pass(&mut retention).await;
    assert_eq!(span(&rig), (901, 1_000));
    assert_eq!(rig.publish("orders.new", ""), 1_001);
    assert_eq!(faults(&rig.store), Vec::<String>::new());
}

#[tokio::test]
async fn a_guaranteed_consumer_keeps_what_it_has_not_acknowledged_and_is_told_of() {
    let rig = Rig::new();
    let mut retention = retention(&rig).await;
    for _ in 0..10 {
        rig.publish("orders.new", "");
    }
    let shop = rig.add(ConsumerConfig {
        guaranteed: true,
        ..named("shop")
    });
    let batch = shop.fetch(4, Duration::ZERO).await.unwrap();
    assert_eq!(batch.len(), 4);
    for sequence in [1, 2, 4] {
        shop.ack(sequence);
    }
    shop.flush().await.unwrap();
    let limits = Limits {
        max_messages: 1,
        ..Limits::default()
    };
    keep(&rig.store, limits);
    pass(&mut retention).await;
    assert_eq!(span(&rig), (3, 10), "the third waits for its answer");
    let stalled = retention.stalled().borrow().clone();
    assert_eq!(
        (stalled[0].consumer.as_str(), stalled[0].sequence),
        ("shop", 3)
    );
    let rest = shop.fetch(10, Duration::ZERO).await.unwrap();
    for delivery in rest {
        shop.ack(delivery.message.sequence);
    }
    shop.ack(3);
    shop.flush().await.unwrap();
    pass(&mut retention).await;
    assert_eq!(span(&rig), (10, 10));
    assert!(retention.stalled().borrow().is_empty());
}

#[tokio::test]
async fn a_projection_keeps_what_it_has_not_taken_into_account() {
    let rig = Rig::new();
    for _ in 0..10 {
        let append = |tx: &mut store::Tx| append(tx, draft("edusphere.users.added", "ada"));
        done(rig.store.submit(append)).unwrap();
    }
    let few = Limits {
        max_messages: 2,
        ..Limits::default()
    };
    let limit = move |tx: &mut store::Tx| limit_stream(tx, Stream::Users, few);
    done(rig.store.submit(limit)).unwrap();
    let clock = rig.clock.clone();
    let mut retention = Retention::begin(rig.store.clone(), clock, vec![&Tally])
        .await
        .unwrap();
    pass(&mut retention).await;
    let first = |rig: &Rig| {
        let users = stream(&rig.store.snapshot(), "USERS").unwrap();
        users.state.first_sequence()
    };
    assert_eq!(first(&rig), 1);
    while step(&rig.store, &Tally).await.unwrap().is_some() {}
    pass(&mut retention).await;
    assert_eq!(first(&rig), 9);
    // Those at positions 1 to 8 are gone.
    for (after, trimmed) in [(0, true), (7, true), (8, false)] {
        let is = is_trimmed(&rig.store.snapshot(), "edusphere.users.added", after).unwrap();
        assert_eq!(is, trimmed, "{after}");
    }
    assert_eq!(faults(&rig.store), Vec::<String>::new());
}

#[tokio::test]
async fn age_counts_only_while_the_program_runs_and_a_jump_of_the_clock_removes_nothing() {
    let rig = Rig::new();
    let limits = Limits {
        max_age_s: 10 * 3_600,
        ..Limits::default()
    };
    keep(&rig.store, limits);
    let mut retention = retention(&rig).await;
    rig.publish("orders.new", "");
    let ten_years = Duration::from_hours(24 * 3_650);
    let before = rig.clock.now();
    rig.clock.set(before.plus(ten_years));
    pass(&mut retention).await;
    assert_eq!(span(&rig), (1, 1), "the clock jumped forward");
    rig.clock.set(before);
    for _ in 0..9 {
        rig.clock.advance(HOUR);
        pass(&mut retention).await;
    }
    assert_eq!(span(&rig), (1, 1), "nine hours of ten");
    rig.publish("orders.new", "");
    rig.clock.advance(HOUR + Duration::from_secs(2));
    pass(&mut retention).await;
    assert_eq!(span(&rig), (2, 2));
}

#[tokio::test]
async fn time_before_a_restart_counts_by_the_durable_marks() {
    let rig = Rig::new();
    let limits = Limits {
        max_age_s: 10 * 3_600,
        ..Limits::default()
    };
    keep(&rig.store, limits);
    rig.publish("orders.new", "");
    for _ in 0..2 {
        let mut retention = retention(&rig).await;
        for _ in 0..5 {
            rig.clock.advance(HOUR);
            pass(&mut retention).await;
        }
    }
    assert_eq!(span(&rig), (2, 1));
}

#[tokio::test]
async fn message_ids_are_forgotten_after_the_window_and_removed_streams_vanish() {
    let rig = Rig::new();
    let mut retention = retention(&rig).await;
    let named = |id: &str| Publish {
        subject: "orders.new".to_owned(),
        headers: vec![(MESSAGE_ID_HEADER.to_owned(), id.to_owned())],
        ..Publish::default()
    };
    let put = |message: Publish| {
        let put = move |tx: &mut store::Tx| publish(tx, message, "test");
        done(rig.store.submit(put))
    };
    put(named("a")).unwrap();
    pass(&mut retention).await;
    assert!(put(named("a")).unwrap().duplicate);
    rig.clock.advance(Duration::from_mins(2));
    pass(&mut retention).await;
    assert!(!put(named("a")).unwrap().duplicate);
    let remove = |tx: &mut store::Tx| remove_stream(tx, "ORDERS");
    done(rig.store.submit(remove)).unwrap();
    pass(&mut retention).await;
    pass(&mut retention).await;
    assert!(stream(&rig.store.snapshot(), "ORDERS").is_err());
    assert_eq!(read(&rig.store.snapshot(), 0).unwrap().count(), 0);
    assert_eq!(faults(&rig.store), Vec::<String>::new());
}
