//! Stories of consumers: fetching, answering, failing, dying, coming back.

use std::sync::Arc;
use std::time::Duration;

use store::{Engine, Options, Pending, Store};
use testkit::ManualClock;

use super::{done, faults};
use crate::problems::{
    CONSUMER_EXISTS, CONSUMER_NOT_FOUND, DEAD_LETTER_NOT_FOUND, SUBJECT_INVALID,
};
use crate::*;

/// A store with a stream of its own, and its consumers under a clock that a test moves.
pub(super) struct Rig {
    pub(super) store: Store,
    pub(super) clock: Arc<ManualClock>,
    pub(super) consumers: Consumers,
}

impl Rig {
    pub(super) fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let options = Options {
            clock: clock.clone(),
            seed: Some(1),
            ..Options::default()
        };
        let store = Store::over(Engine::in_memory(), options);
        let config = StreamConfig::new("ORDERS", vec!["orders.>".to_owned()]);
        let add = move |tx: &mut store::Tx| add_stream(tx, config);
        done(store.submit(add)).unwrap();
        let consumers = Consumers::new(store.clone(), clock.clone());
        Self {
            store,
            clock,
            consumers,
        }
    }

    pub(super) fn publish(&self, subject: &str, key: &str) -> u64 {
        done(self.send(subject, key)).unwrap().sequence
    }

    pub(super) async fn publish_in(&self, subject: &str, key: &str) -> u64 {
        self.send(subject, key).await.unwrap().out.sequence
    }

    fn send(&self, subject: &str, key: &str) -> Pending<Published> {
        let message = Publish {
            subject: subject.to_owned(),
            key: key.to_owned(),
            body: subject.as_bytes().to_vec().into(),
            ..Publish::default()
        };
        self.store.submit(move |tx| publish(tx, message, "test"))
    }

    pub(super) fn add(&self, config: ConsumerConfig) -> Running {
        let name = config.name.clone();
        let new = NewConsumer::prepare(&self.store.snapshot(), "ORDERS", config).unwrap();
        let add = move |tx: &mut store::Tx| add_consumer(tx, new);
        done(self.store.submit(add)).unwrap();
        self.consumers.get("ORDERS", &name).unwrap()
    }

    /// The program stops at once and starts again: what was not written down is lost.
    pub(super) fn crash(&mut self) {
        self.consumers = Consumers::new(self.store.clone(), self.clock.clone());
    }

    fn running(&self, name: &str) -> Running {
        self.consumers.get("ORDERS", name).unwrap()
    }

    pub(super) fn letters(&self, name: &str) -> Vec<DeadLetter> {
        let snapshot = self.store.snapshot();
        let stream = stream(&snapshot, "ORDERS").unwrap();
        let consumer = consumer(&snapshot, &stream, name).unwrap();
        let letters = dead_letters(&snapshot, &consumer, 0).unwrap();
        letters.map(Result::unwrap).collect()
    }

    pub(super) fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut store::Tx) -> kernel::Result<T> + Send + 'static,
    ) -> T {
        done(self.store.submit(change)).unwrap()
    }
}

pub(super) fn named(name: &str) -> ConsumerConfig {
    ConsumerConfig {
        name: name.to_owned(),
        ..ConsumerConfig::default()
    }
}

async fn fetched(consumer: &Running, max: usize) -> Vec<(u64, u32)> {
    let batch = consumer.fetch(max, Duration::ZERO).await.unwrap();
    let places = batch.iter();
    places
        .map(|delivery| (delivery.message.sequence, delivery.deliveries))
        .collect()
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn what_is_answered_is_done_and_what_fails_comes_again_after_its_backoff() {
    let rig = Rig::new();
    for _ in 0..3 {
        rig.publish("orders.new", "");
    }
    let shop = rig.add(named("shop"));
    assert_eq!(fetched(&shop, 10).await, [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(fetched(&shop, 10).await, [], "they wait for an answer");
    shop.ack(1);
    shop.nak(2, "the printer is out of paper", None);
    shop.ack(3);
    shop.flush().await.unwrap();
    let info = shop.info().unwrap();
    assert_eq!((info.delivered, info.ack_floor), ((3, 3), (1, 1)));
    assert_eq!(
        (info.ack_pending, info.redelivered, info.pending),
        (1, 0, 0)
    );
    rig.clock.advance(Duration::from_millis(899));
    assert_eq!(fetched(&shop, 10).await, [], "its first wait is a second");
    rig.clock.advance(Duration::from_millis(202));
    assert_eq!(fetched(&shop, 10).await, [(2, 2)]);
    assert_eq!(shop.info().unwrap().redelivered, 1);
    shop.ack(2);
    shop.flush().await.unwrap();
    let info = shop.info().unwrap();
    assert_eq!((info.delivered, info.ack_floor), ((4, 3), (4, 3)));
    assert_eq!(faults(&rig.store), Vec::<String>::new());
}

#[tokio::test]
async fn a_message_that_always_fails_is_dead_after_five_redeliveries_and_can_be_retried() {
    let rig = Rig::new();
    rig.publish("orders.new", "");
    let shop = rig.add(named("shop"));
    for (deliveries, wait) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)] {
        assert_eq!(fetched(&shop, 1).await, [(1, deliveries)]);
        shop.nak(1, format!("error {deliveries}"), None);
        rig.clock.advance(SECOND * wait + SECOND * wait / 10);
    }
    assert_eq!(fetched(&shop, 1).await, [(1, 6)]);
    shop.nak(1, "the last error", None);
    assert_eq!(fetched(&shop, 1).await, []);
    let letters = rig.letters("shop");
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].deliveries, letters[0].error.as_str()),
        (6, "the last error")
    );
    assert_eq!(letters[0].message.body, b"orders.new");
    assert!(!letters[0].terminated && letters[0].first_failed <= letters[0].died);
    assert_eq!(shop.info().unwrap().ack_floor, (6, 1), "it holds nobody up");

    let retried = rig.change(|tx| retry_dead_letters(tx, ("ORDERS", "shop"), &Chosen::default()));
    assert_eq!(retried, 1);
    assert_eq!(
        fetched(&shop, 1).await,
        [(1, 1)],
        "as if for the first time"
    );
    assert!(
        rig.letters("shop")[0].retried.is_some(),
        "listed until it is handled"
    );
    shop.ack(1);
    shop.flush().await.unwrap();
    assert_eq!(rig.letters("shop"), []);
}

#[tokio::test]
async fn a_terminated_message_is_dead_at_once_and_can_be_dropped() {
    let rig = Rig::new();
    rig.publish("orders.new", "");
    let shop = rig.add(named("shop"));
    assert_eq!(fetched(&shop, 1).await, [(1, 1)]);
    shop.term(1, "no such customer");
    shop.flush().await.unwrap();
    let letters = rig.letters("shop");
    assert!(letters[0].terminated && letters[0].error == "no such customer");
    let first = Chosen {
        sequence: Some(1),
        ..Chosen::default()
    };
    let dropped = rig.change(move |tx| drop_dead_letters(tx, ("ORDERS", "shop"), &first));
    assert_eq!((dropped, rig.letters("shop").len()), (1, 0));
}

#[tokio::test]
async fn dead_letters_are_chosen_by_a_filter_over_their_subjects() {
    let rig = Rig::new();
    for subject in ["orders.eu.new", "orders.us.new", "orders.eu.paid"] {
        rig.publish(subject, "");
    }
    let shop = rig.add(named("shop"));
    for (sequence, _) in fetched(&shop, 3).await {
        shop.term(sequence, "closed");
    }
    shop.flush().await.unwrap();
    let under = |filter: &str| Chosen {
        subject: Some(filter.to_owned()),
        ..Chosen::default()
    };
    let (european, american) = (under("orders.eu.*"), under("orders.us.>"));
    let retried = rig.change(move |tx| retry_dead_letters(tx, ("ORDERS", "shop"), &european));
    assert_eq!(retried, 2);
    assert_eq!(fetched(&shop, 3).await, [(1, 1), (3, 1)]);
    let other = Chosen {
        sequence: Some(1),
        ..american.clone()
    };
    let none = move |tx: &mut store::Tx| drop_dead_letters(tx, ("ORDERS", "shop"), &other);
    let refused = done(rig.store.submit(none)).unwrap_err();
    assert_eq!(refused.problem(), Some(DEAD_LETTER_NOT_FOUND));
    let dropped = rig.change(move |tx| drop_dead_letters(tx, ("ORDERS", "shop"), &american));
    assert_eq!((dropped, rig.letters("shop").len()), (1, 2));
    let wrong = under("orders.>.new");
    let wrong = move |tx: &mut store::Tx| drop_dead_letters(tx, ("ORDERS", "shop"), &wrong);
    let refused = done(rig.store.submit(wrong)).unwrap_err();
    assert_eq!(refused.problem(), Some(SUBJECT_INVALID));
}

#[tokio::test]
async fn how_long_answers_take_is_measured_from_the_last_delivery() {
    let rig = Rig::new();
    rig.publish("orders.new", "");
    rig.publish("orders.new", "");
    let shop = rig.add(named("shop"));
    assert_eq!(fetched(&shop, 2).await.len(), 2);
    rig.clock.advance(SECOND);
    shop.nak(1, "busy", None);
    rig.clock.advance(SECOND);
    shop.ack(2);
    shop.ack(2);
    shop.ack(1);
    let info = shop.info().unwrap();
    assert_eq!((info.answered, info.handling), (2, SECOND * 3));
}

#[tokio::test]
async fn no_answer_within_the_ack_wait_is_a_failure_and_progress_puts_it_off() {
    let rig = Rig::new();
    rig.publish("orders.new", "");
    let shop = rig.add(ConsumerConfig {
        ack_wait_ms: 5_000,
        max_deliver: 2,
        backoff_ms: Vec::new(),
        ..named("shop")
    });
    assert_eq!(fetched(&shop, 1).await, [(1, 1)]);
    rig.clock.advance(SECOND * 4);
    shop.in_progress(1);
    rig.clock.advance(SECOND * 4);
    assert_eq!(fetched(&shop, 1).await, []);
    rig.clock.advance(SECOND);
    assert_eq!(fetched(&shop, 1).await, [(1, 2)]);
    rig.clock.advance(SECOND * 5);
    shop.flush().await.unwrap();
    assert_eq!(
        rig.letters("shop")[0].error,
        "no answer came within the ack wait"
    );
}

#[tokio::test]
async fn a_message_in_backoff_holds_only_those_of_its_own_key() {
    let rig = Rig::new();
    for key in ["ada", "ada", "ben", "ada", "ben"] {
        rig.publish("orders.new", key);
    }
    let shop = rig.add(named("shop"));
    assert_eq!(fetched(&shop, 10).await, [(1, 1), (3, 1)]);
    shop.nak(1, "later", Some(SECOND * 60));
    shop.ack(3);
    assert_eq!(fetched(&shop, 10).await, [(5, 1)], "ben's next, not ada's");
    shop.ack(5);
    rig.clock.advance(SECOND * 60);
    for (sequence, deliveries) in [(1, 2), (2, 1), (4, 1)] {
        assert_eq!(fetched(&shop, 10).await, [(sequence, deliveries)]);
        shop.ack(sequence);
    }
    shop.flush().await.unwrap();
    assert_eq!(shop.info().unwrap().ack_floor, (6, 5));
}

#[tokio::test]
async fn a_kill_neither_forgets_a_delivery_nor_counts_one_twice() {
    let mut rig = Rig::new();
    rig.publish("orders.poison", "");
    rig.add(ConsumerConfig {
        max_deliver: 3,
        backoff_ms: vec![1_000],
        ..named("shop")
    });
    for deliveries in 1..=3 {
        let shop = rig.running("shop");
        assert_eq!(fetched(&shop, 1).await, [(1, deliveries)]);
        rig.crash();
        let shop = rig.running("shop");
        assert_eq!(
            fetched(&shop, 1).await,
            [],
            "it waits after a crash as well"
        );
        rig.crash();
        assert_eq!(fetched(&rig.running("shop"), 1).await, []);
        rig.clock.advance(SECOND * 2);
    }
    let letters = rig.letters("shop");
    assert_eq!(letters[0].deliveries, 3);
    assert_eq!(
        letters[0].error,
        "the program stopped before the message was answered"
    );
}

#[tokio::test]
async fn an_answer_that_was_not_written_down_means_another_delivery_never_one_less() {
    let mut rig = Rig::new();
    for _ in 0..2 {
        rig.publish("orders.new", "");
    }
    let config = ConsumerConfig {
        backoff_ms: Vec::new(),
        ..named("shop")
    };
    let shop = rig.add(config);
    assert_eq!(fetched(&shop, 2).await, [(1, 1), (2, 1)]);
    shop.ack(1);
    shop.flush().await.unwrap();
    shop.ack(2);
    rig.crash();
    assert_eq!(fetched(&rig.running("shop"), 2).await, [(2, 2)]);
}

#[tokio::test]
async fn a_consumer_begins_where_its_policy_says() {
    let rig = Rig::new();
    rig.publish("orders.eu", "");
    rig.publish("orders.us", "");
    rig.clock.advance(SECOND);
    let noon = kernel::Clock::now(&*rig.clock);
    rig.publish("orders.eu", "");
    rig.publish("orders.asia", "");
    let begun = |name: &str, deliver| {
        rig.add(ConsumerConfig {
            deliver,
            ..named(name)
        })
    };
    let all = begun("all", DeliverPolicy::All);
    let last = begun("last", DeliverPolicy::Last);
    let new = begun("new", DeliverPolicy::New);
    let third = begun("third", DeliverPolicy::ByStartSequence(3));
    let late = begun("late", DeliverPolicy::ByStartSequence(99));
    let since = begun("since", DeliverPolicy::ByStartTime(noon));
    let subjects = begun("subjects", DeliverPolicy::LastPerSubject);
    let last_of_us = rig.add(ConsumerConfig {
        deliver: DeliverPolicy::Last,
        filters: vec!["orders.us".to_owned()],
        ..named("last_of_us")
    });
    rig.publish("orders.eu", "");
    let sequences = async |consumer: &Running| {
        let batch = fetched(consumer, 10).await;
        batch
            .into_iter()
            .map(|(sequence, _)| sequence)
            .collect::<Vec<_>>()
    };
    assert_eq!(sequences(&all).await, [1, 2, 3, 4, 5]);
    assert_eq!(sequences(&last).await, [4, 5]);
    assert_eq!(sequences(&new).await, [5]);
    assert_eq!(sequences(&third).await, [3, 4, 5]);
    assert_eq!(sequences(&late).await, [5]);
    assert_eq!(sequences(&since).await, [3, 4, 5]);
    assert_eq!(sequences(&subjects).await, [2, 3, 4, 5]);
    assert_eq!(sequences(&last_of_us).await, [2]);
}

#[tokio::test]
async fn max_ack_pending_bounds_what_is_out_and_a_pause_stops_it() {
    let rig = Rig::new();
    for _ in 0..5 {
        rig.publish("orders.new", "");
    }
    let shop = rig.add(ConsumerConfig {
        max_ack_pending: 2,
        ..named("shop")
    });
    assert_eq!(fetched(&shop, 10).await, [(1, 1), (2, 1)]);
    shop.ack(2);
    assert_eq!(fetched(&shop, 10).await, [(3, 1)]);
    let until = kernel::Clock::now(&*rig.clock).plus(SECOND * 10);
    let paused = ConsumerConfig {
        paused_until: Some(until),
        ..shop.info().unwrap().config
    };
    rig.change(move |tx| update_consumer(tx, "ORDERS", paused));
    shop.ack(1);
    assert_eq!(fetched(&shop, 10).await, []);
    rig.clock.advance(SECOND * 10);
    let after = fetched(&shop, 10).await;
    assert!(
        after.contains(&(4, 1)) || after.contains(&(1, 2)),
        "{after:?}"
    );
}

#[tokio::test]
async fn a_reset_consumer_is_given_everything_from_there_on_again() {
    let rig = Rig::new();
    for _ in 0..4 {
        rig.publish("orders.new", "");
    }
    let shop = rig.add(named("shop"));
    assert_eq!(fetched(&shop, 10).await.len(), 4);
    (1..=4).for_each(|sequence| shop.ack(sequence));
    shop.flush().await.unwrap();
    rig.change(|tx| reset_consumer(tx, "ORDERS", "shop", ReplayFrom::Sequence(3)));
    assert_eq!(fetched(&shop, 10).await, [(3, 1), (4, 1)]);
    shop.ack(3);
    let stale = rig.running("shop");
    rig.change(|tx| remove_consumer(tx, "ORDERS", "shop"));
    let gone = stale.fetch(1, Duration::ZERO).await.unwrap_err();
    assert_eq!(gone.problem(), Some(CONSUMER_NOT_FOUND));
    stale.flush().await.unwrap();
    assert_eq!(
        faults(&rig.store),
        Vec::<String>::new(),
        "nothing comes back"
    );
}

#[tokio::test]
async fn a_consumer_of_the_same_name_must_have_the_same_settings() {
    let rig = Rig::new();
    rig.add(named("shop"));
    rig.add(named("shop"));
    let other = ConsumerConfig {
        max_deliver: 2,
        ..named("shop")
    };
    let new = NewConsumer::prepare(&rig.store.snapshot(), "ORDERS", other).unwrap();
    let refused = done(rig.store.submit(|tx| add_consumer(tx, new)));
    assert_eq!(refused.unwrap_err().problem(), Some(CONSUMER_EXISTS));
    let unnamed = NewConsumer::prepare(&rig.store.snapshot(), "ORDERS", named("a b"));
    assert!(unnamed.is_err());
}

#[tokio::test]
async fn a_fetch_waits_for_what_is_published_and_for_what_comes_due() {
    let rig = Rig::new();
    let shop = rig.add(named("shop"));
    let wait = Duration::from_secs(30);
    let (batch, ()) = tokio::join!(shop.fetch(1, wait), async {
        rig.publish("orders.new", "");
    });
    assert_eq!(batch.unwrap().len(), 1);
    rig.publish("orders.new", "ada");
    rig.publish("orders.new", "ada");
    assert_eq!(fetched(&shop, 5).await, [(2, 1)]);
    let (batch, ()) = tokio::join!(shop.fetch(1, wait), async { shop.ack(2) });
    assert_eq!(
        batch.unwrap()[0].message.sequence,
        3,
        "an answer makes room"
    );
}
