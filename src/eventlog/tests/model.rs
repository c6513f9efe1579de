//! A consumer against a small model of `JetStream`'s rules, and ours on the order of keys: random
//! publishing, fetching, answering, waiting and crashing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use kernel::Clock;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::consumers::{Rig, named};
use super::faults;
use crate::*;

/// How many walks are taken, and how many steps each has: 120,000 in all.
const WALKS: u64 = 80;
const STEPS: usize = 1_500;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Status {
    Unread,
    InFlight { until: Duration, tick: u64 },
    Waiting { until: Duration, tick: u64 },
    Due,
    Done,
    Dead,
}

#[derive(Debug, Clone)]
struct Entry {
    key: String,
    wanted: bool,
    status: Status,
    deliveries: u32,
    left_over: bool,
}

/// What the consumer should be like, told in the plainest way.
#[derive(Debug, Clone)]
struct Model {
    config: ConsumerConfig,
    entries: BTreeMap<u64, Entry>,
    due: VecDeque<u64>,
    delivered: u64,
    tick: u64,
}

impl Model {
    fn fail(&mut self, sequence: u64, wait: Duration, now: Duration) {
        self.tick += 1;
        let (most, tick) = (self.config.max_deliver, self.tick);
        let entry = self.entries.get_mut(&sequence).unwrap();
        entry.left_over = false;
        entry.status = if most > 0 && entry.deliveries >= most {
            Status::Dead
        } else {
            Status::Waiting {
                until: now + wait,
                tick,
            }
        };
    }

    fn expire(&mut self, now: Duration) {
        loop {
            let timers = self.entries.iter().filter_map(|(sequence, entry)| {
                let (Status::InFlight { until, tick } | Status::Waiting { until, tick }) =
                    entry.status
                else {
                    return None;
                };
                (until <= now).then_some((until, tick, *sequence))
            });
            let Some((_, _, sequence)) = timers.min() else {
                return;
            };
            let entry = self.entries.get_mut(&sequence).unwrap();
            if matches!(entry.status, Status::Waiting { .. }) {
                entry.status = Status::Due;
                self.due.push_back(sequence);
            } else {
                let wait = self.config.backoff(sequence, entry.deliveries);
                let wait = if entry.left_over {
                    wait
                } else {
                    wait.saturating_sub(self.config.ack_wait())
                };
                self.fail(sequence, wait, now);
            }
        }
    }

    fn unanswered(&self) -> usize {
        let is_out = |entry: &&Entry| {
            matches!(
                entry.status,
                Status::InFlight { .. } | Status::Waiting { .. } | Status::Due
            )
        };
        self.entries.values().filter(is_out).count()
    }

    /// The first message that nothing of its key waits before.
    fn next(&self) -> Option<u64> {
        let mut busy = BTreeSet::new();
        for (sequence, entry) in &self.entries {
            if !entry.wanted || matches!(entry.status, Status::Done | Status::Dead) {
                continue;
            }
            let in_order = self.config.ack == AckPolicy::Explicit && !entry.key.is_empty();
            let free = !in_order || busy.insert(entry.key.as_str());
            if free && entry.status == Status::Unread {
                return Some(*sequence);
            }
        }
        None
    }

    fn fetch(&mut self, max: usize, now: Duration) -> Vec<(u64, u32)> {
        self.expire(now);
        let mut batch = Vec::new();
        while batch.len() < max {
            let most = usize::try_from(self.config.max_ack_pending).unwrap();
            let again = self.due.pop_front();
            let sequence = match again {
                Some(sequence) if self.entries[&sequence].status != Status::Due => continue,
                Some(sequence) => Some(sequence),
                None if self.config.ack != AckPolicy::None && self.unanswered() >= most => None,
                None => self.next(),
            };
            let Some(sequence) = sequence else { break };
            self.tick += 1;
            self.delivered += 1;
            let (until, tick) = (now + self.config.ack_wait(), self.tick);
            let ack = self.config.ack;
            let entry = self.entries.get_mut(&sequence).unwrap();
            entry.deliveries += 1;
            entry.left_over = false;
            entry.status = if ack == AckPolicy::None {
                Status::Done
            } else {
                Status::InFlight { until, tick }
            };
            batch.push((sequence, entry.deliveries));
        }
        batch
    }

    fn ack(&mut self, sequence: u64) {
        let all = self.config.ack == AckPolicy::All;
        let first = if all { 0 } else { sequence };
        for (_, entry) in self.entries.range_mut(first..=sequence) {
            if !matches!(entry.status, Status::Unread | Status::Dead) {
                entry.status = Status::Done;
            }
        }
    }

    fn crash(&mut self, now: Duration) {
        self.due.clear();
        for (sequence, entry) in &mut self.entries {
            match entry.status {
                Status::InFlight { .. } => {
                    self.tick += 1;
                    entry.left_over = true;
                    entry.status = Status::InFlight {
                        until: now,
                        tick: self.tick,
                    };
                }
                Status::Waiting { .. } | Status::Due => {
                    self.tick += 1;
                    let wait = self.config.backoff(*sequence, entry.deliveries);
                    entry.status = Status::Waiting {
                        until: now + wait,
                        tick: self.tick,
                    };
                }
                Status::Unread | Status::Done | Status::Dead => {}
            }
        }
    }

    fn dead(&self) -> Vec<(u64, u32)> {
        let entries = self.entries.iter();
        entries
            .filter(|(_, entry)| entry.status == Status::Dead)
            .map(|(sequence, entry)| (*sequence, entry.deliveries))
            .collect()
    }

    fn lowest_unfinished(&self) -> u64 {
        let unfinished =
            |entry: &Entry| entry.wanted && !matches!(entry.status, Status::Done | Status::Dead);
        let mut entries = self.entries.iter();
        entries
            .find(|(_, entry)| unfinished(entry))
            .map_or(u64::MAX, |(sequence, _)| *sequence)
    }
}

fn config(dice: &mut StdRng) -> ConsumerConfig {
    let ack = match dice.random_range(0..10) {
        0 => AckPolicy::None,
        1 | 2 => AckPolicy::All,
        _ => AckPolicy::Explicit,
    };
    let backoff_ms = match dice.random_range(0..3) {
        0 => Vec::new(),
        1 => vec![500],
        _ => vec![1_000, 2_000, 40_000],
    };
    ConsumerConfig {
        ack,
        backoff_ms,
        filters: vec!["orders.wanted".to_owned()],
        max_deliver: dice.random_range(0..5),
        max_ack_pending: dice.random_range(1..12),
        ack_wait_ms: 5_000,
        ..named("shop")
    }
}

/// One walk: the consumer, its model, and the model as it was when the consumer was written down.
struct Walk {
    rig: Rig,
    dice: StdRng,
    shop: Running,
    model: Model,
    kept: Model,
    out: Vec<u64>,
    trail: Vec<String>,
}

impl Walk {
    fn begin(seed: u64) -> Self {
        let rig = Rig::new();
        let mut dice = StdRng::seed_from_u64(seed);
        let config = config(&mut dice);
        let model = Model {
            config: config.clone(),
            entries: BTreeMap::new(),
            due: VecDeque::new(),
            delivered: 0,
            tick: 0,
        };
        Self {
            shop: rig.add(config),
            rig,
            dice,
            kept: model.clone(),
            model,
            out: Vec::new(),
            trail: vec![format!("seed {seed}")],
        }
    }

    fn now(&self) -> Duration {
        self.rig.clock.monotonic()
    }

    async fn publish(&mut self) {
        let wanted = self.dice.random_bool(0.8);
        let key = ["", "ada", "ben", "cleo"][self.dice.random_range(0..4_usize)];
        let subject = if wanted {
            "orders.wanted"
        } else {
            "orders.other"
        };
        let sequence = self.rig.publish_in(subject, key).await;
        let entry = Entry {
            key: key.to_owned(),
            wanted,
            status: Status::Unread,
            deliveries: 0,
            left_over: false,
        };
        // What was published stays, whatever becomes of the consumer.
        self.kept.entries.insert(sequence, entry.clone());
        self.model.entries.insert(sequence, entry);
        self.trail
            .push(format!("publish {sequence} {subject} {key}"));
    }

    async fn fetch(&mut self) {
        let max = self.dice.random_range(1..6);
        let batch = self.shop.fetch(max, Duration::ZERO).await.unwrap();
        let got = batch.iter();
        let got: Vec<_> = got
            .map(|delivery| (delivery.message.sequence, delivery.deliveries))
            .collect();
        self.trail.push(format!("fetch {max}: {got:?}"));
        let wanted = self.model.fetch(max, self.rig.clock.monotonic());
        assert_eq!(got, wanted, "{:#?}", self.trail);
        self.out.extend(got.iter().map(|(sequence, _)| *sequence));
        self.kept = self.model.clone();
    }

    fn answer(&mut self) {
        let Some(at) = (!self.out.is_empty()).then(|| self.dice.random_range(0..self.out.len()))
        else {
            return;
        };
        let sequence = self.out[at];
        let now = self.now();
        let entry = &self.model.entries[&sequence];
        let in_flight = matches!(entry.status, Status::InFlight { .. });
        let is_over = matches!(entry.status, Status::Done | Status::Dead);
        match self.dice.random_range(0..8) {
            0 | 1 => {
                let delay = self.dice.random_bool(0.3).then_some(Duration::from_secs(3));
                self.trail.push(format!("nak {sequence} {delay:?}"));
                self.shop.nak(sequence, "no", delay);
                if in_flight {
                    let wait = self.model.config.backoff(sequence, entry.deliveries);
                    self.model.fail(sequence, delay.unwrap_or(wait), now);
                }
            }
            2 => {
                self.trail.push(format!("in progress {sequence}"));
                self.shop.in_progress(sequence);
                if in_flight {
                    self.model.tick += 1;
                    let (until, tick) = (now + self.model.config.ack_wait(), self.model.tick);
                    let entry = self.model.entries.get_mut(&sequence).unwrap();
                    entry.status = Status::InFlight { until, tick };
                }
            }
            3 => {
                self.trail.push(format!("term {sequence}"));
                self.shop.term(sequence, "never");
                if !is_over {
                    self.model.entries.get_mut(&sequence).unwrap().status = Status::Dead;
                }
                self.out.swap_remove(at);
            }
            _ => {
                self.trail.push(format!("ack {sequence}"));
                self.shop.ack(sequence);
                self.model.ack(sequence);
                self.out.swap_remove(at);
            }
        }
    }

    async fn flush(&mut self) {
        self.shop.flush().await.unwrap();
        self.model.expire(self.now());
        self.kept = self.model.clone();
        self.trail.push("flush".to_owned());
        self.compare();
    }

    async fn step(&mut self) {
        match self.dice.random_range(0..100) {
            0..30 => self.publish().await,
            30..55 => self.fetch().await,
            55..85 => self.answer(),
            85..94 => {
                let millis = self.dice.random_range(1..4_000);
                self.rig.clock.advance(Duration::from_millis(millis));
                self.trail.push(format!("wait {millis} ms"));
            }
            94..97 => self.flush().await,
            _ => {
                self.rig.crash();
                self.shop = self.rig.consumers.get("ORDERS", "shop").unwrap();
                self.model = self.kept.clone();
                self.model.crash(self.rig.clock.monotonic());
                self.trail.push("crash".to_owned());
                // What was in flight failed with it, and that is written down next.
                self.flush().await;
            }
        }
    }

    fn compare(&self) {
        let info = self.shop.info().unwrap();
        let trail = || self.trail.join("\n");
        assert_eq!(info.delivered.0, self.model.delivered, "{}", trail());
        let unanswered = u64::try_from(self.model.unanswered()).unwrap();
        assert_eq!(info.ack_pending, unanswered, "{}", trail());
        assert!(
            info.ack_floor.1 < self.model.lowest_unfinished(),
            "{}",
            trail()
        );
        let snapshot = self.rig.store.snapshot();
        let stream = stream(&snapshot, "ORDERS").unwrap();
        let consumer = consumer(&snapshot, &stream, "shop").unwrap();
        let letters = dead_letters(&snapshot, &consumer, 0).unwrap();
        let dead: Vec<_> = letters.map(Result::unwrap).collect();
        let dead: Vec<_> = dead
            .iter()
            .map(|letter| (letter.message.sequence, letter.deliveries))
            .collect();
        assert_eq!(dead, self.model.dead(), "{}", trail());
    }

    /// Everything is answered in the end, and the floor is the end.
    async fn drain(&mut self) {
        loop {
            self.rig.clock.advance(Duration::from_mins(1));
            let batch = self.shop.fetch(100, Duration::ZERO).await.unwrap();
            let info = self.shop.info().unwrap();
            if batch.is_empty() && info.ack_pending == 0 {
                break;
            }
            for delivery in batch {
                self.shop.ack(delivery.message.sequence);
            }
        }
        self.shop.flush().await.unwrap();
        let info = self.shop.info().unwrap();
        assert_eq!(info.ack_floor, info.delivered);
        assert_eq!(
            (info.ack_pending, info.pending, info.redelivered),
            (0, 0, 0)
        );
        assert_eq!(faults(&self.rig.store), Vec::<String>::new());
    }
}

async fn walk(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut walk = Walk::begin(seed);
        for _ in 0..STEPS {
            walk.step().await;
        }
        walk.flush().await;
        walk.drain().await;
    }
}

#[tokio::test]
async fn a_consumer_does_what_the_model_says() {
    walk(0..WALKS / 2).await;
}

#[tokio::test]
async fn a_consumer_does_what_the_model_says_in_other_walks() {
    walk(WALKS / 2..WALKS).await;
}
