//! Stories of workers: messages that are pushed to a function in the program.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::yield_now;

use kernel::Clock;

use super::consumers::{Rig, named};
use crate::*;

type Handled = Result<(), String>;

/// A consumer that delivers again at once.
fn hasty(name: &str) -> ConsumerConfig {
    ConsumerConfig {
        backoff_ms: Vec::new(),
        ..named(name)
    }
}

/// Has the worker told to stop once something holds after a commit.
async fn once(rig: &Rig, stop: &watch::Sender<bool>, holds: impl Fn() -> bool) {
    let mut versions = rig.store.versions();
    while !holds() {
        versions.changed().await.unwrap();
    }
    stop.send_replace(true);
}

#[tokio::test]
async fn a_message_whose_handler_panics_is_dead_after_its_deliveries_and_the_others_are_done() {
    let rig = Rig::new();
    rig.publish("orders.poisoned", "a");
    rig.publish("orders.new", "b");
    rig.publish("orders.never", "c");
    rig.publish("orders.refused", "d");
    let shop = rig.add(hasty("shop"));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let handler = move |delivery: Delivery| {
        let counted = Arc::clone(&counted);
        async move {
            counted.fetch_add(1, SeqCst);
            match delivery.message.subject.as_str() {
                "orders.poisoned" => {
                    panic!("the printer burns at delivery {}", delivery.deliveries)
                }
                "orders.never" => Outcome::Hopeless("no such customer".to_owned()),
                "orders.refused" => Outcome::from(Handled::Err("closed".to_owned())),
                _ => Outcome::Done,
            }
        }
    };
    let (stop, stopped) = watch::channel(false);
    let work = shop.work(Working::default(), handler, stopped);
    let (ended, ()) = tokio::join!(work, once(&rig, &stop, || rig.letters("shop").len() == 3));
    assert_eq!(ended.unwrap(), WorkEnded::Stopped);
    let letters = rig.letters("shop");
    let told: Vec<_> = letters
        .iter()
        .map(|letter| (letter.deliveries, letter.error.as_str(), letter.terminated))
        .collect();
    assert_eq!(
        told,
        [
            (6, "panicked: the printer burns at delivery 6", false),
            (1, "no such customer", true),
            (6, "closed", false),
        ]
    );
    assert_eq!(calls.load(SeqCst), 6 + 1 + 1 + 6);
    assert_eq!(shop.info().unwrap().ack_pending, 0);
}

#[tokio::test]
async fn no_more_are_worked_on_at_a_time_than_was_said_and_those_of_a_key_one_by_one() {
    let rig = Rig::new();
    for number in 0..20_u32 {
        let key = if number < 10 {
            "same".to_owned()
        } else {
            number.to_string()
        };
        rig.publish_in("orders.new", &key).await;
    }
    let shop = rig.add(named("shop"));
    let (began, mut begun) = mpsc::channel(20);
    let gate = Arc::new(Semaphore::new(0));
    let passed = Arc::clone(&gate);
    let handler = move |delivery: Delivery| {
        let (began, passed) = (began.clone(), Arc::clone(&passed));
        async move {
            began
                .try_send((delivery.message.key, delivery.message.sequence))
                .unwrap();
            passed.acquire().await.unwrap().forget();
            Handled::Ok(())
        }
    };
    let working = Working {
        at_a_time: 3,
        ..Working::default()
    };
    let (stop, stopped) = watch::channel(false);
    let watched = async {
        let mut of_key = Vec::new();
        for done in 0..20 {
            // Three are being worked on, or all that are left.
            let (key, sequence) = begun.recv().await.unwrap();
            if key == "same" {
                of_key.push(sequence);
            }
            assert!(begun.len() <= 3, "after {done}");
            gate.add_permits(1);
        }
        assert_eq!(of_key, (1..=10).collect::<Vec<u64>>());
        once(&rig, &stop, || shop.info().unwrap().ack_floor.1 == 20).await;
    };
    let (ended, ()) = tokio::join!(shop.work(working, handler, stopped), watched);
    assert_eq!(ended.unwrap(), WorkEnded::Stopped);
    assert_eq!(shop.info().unwrap().delivered, (20, 20), "each once");
}

#[tokio::test]
async fn a_slow_handler_keeps_its_message() {
    let rig = Rig::new();
    rig.publish("orders.new", "");
    let wait = Duration::from_millis(2);
    let shop = rig.add(ConsumerConfig {
        ack_wait_ms: 2,
        ..hasty("shop")
    });
    let (slow, clock) = (shop.clone(), Arc::clone(&rig.clock));
    let handler = move |_| {
        let (slow, clock) = (slow.clone(), Arc::clone(&clock));
        async move {
            for _ in 0..10 {
                clock.advance(wait / 2);
                while slow.due() != Some(clock.monotonic() + wait) {
                    yield_now().await;
                }
            }
            Outcome::Done
        }
    };
    let (stop, stopped) = watch::channel(false);
    let done = once(&rig, &stop, || shop.info().unwrap().ack_floor.1 == 1);
    // The stop waits for the handler.
    let (ended, ()) = tokio::join!(shop.work(Working::default(), handler, stopped), done);
    assert_eq!(ended.unwrap(), WorkEnded::Stopped);
    let info = shop.info().unwrap();
    assert_eq!((info.delivered.0, info.ack_floor), (1, (1, 1)));
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_ends_what_it_is_at_and_takes_nothing_new() {
    let rig = Rig::new();
    for _ in 0..20 {
        rig.publish_in("orders.new", "").await;
    }
    let shop = rig.add(named("shop"));
    let (stop, stopped) = watch::channel(false);
    let told = stop.clone();
    let handler = move |_| {
        told.send_replace(true);
        async {
            yield_now().await;
            Outcome::Done
        }
    };
    let some = Working {
        at_a_time: 4,
        ..Working::default()
    };
    let ended = shop.work(some, handler, stopped).await.unwrap();
    assert_eq!(ended, WorkEnded::Stopped);
    let info = shop.info().unwrap();
    assert_eq!((info.delivered.0, info.ack_floor.1), (4, 4));
    assert_eq!(info.pending, 16);
}

#[tokio::test]
async fn what_does_not_end_is_cut_off_and_comes_again() {
    let rig = Rig::new();
    rig.publish("orders.new", "");
    let shop = rig.add(hasty("shop"));
    let (stop, stopped) = watch::channel(false);
    let handler = move |_| {
        stop.send_replace(true);
        std::future::pending::<Outcome>()
    };
    let hurried = Working {
        grace: Duration::ZERO,
        ..Working::default()
    };
    let ended = shop.work(hurried, handler, stopped).await.unwrap();
    assert_eq!(ended, WorkEnded::Stopped);
    assert_eq!(shop.info().unwrap().ack_pending, 1);
    rig.clock.advance(Duration::from_secs(30));
    let again = shop.fetch(1, Duration::ZERO).await.unwrap();
    assert_eq!(again[0].deliveries, 2);
}

#[tokio::test]
async fn a_worker_whose_consumer_is_removed_says_so() {
    let rig = Rig::new();
    let shop = rig.add(named("shop"));
    let (_stop, stopped) = watch::channel(false);
    let work = shop.work(Working::default(), |_| ready(Outcome::Done), stopped);
    let removal = async {
        let remove = |tx: &mut store::Tx| remove_consumer(tx, "ORDERS", "shop");
        rig.store.submit(remove).await.unwrap();
    };
    let (ended, ()) = tokio::join!(work, removal);
    assert_eq!(ended.unwrap(), WorkEnded::Gone);
}
