//! The event log: publishing, consuming, retention; and, when a `nats-server` is on the path, the
//! same asked of it in the same run.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first error"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]

#[path = "eventlog/jetstream.rs"]
mod jetstream;
#[path = "measure/mod.rs"]
mod measure;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use eventlog::{
    ConsumerConfig, Consumers, Limits, NewConsumer, Publish, Retention, Running, StreamConfig,
    add_consumer, add_stream, publish, publish_all, update_stream,
};
use kernel::SystemClock;
use store::{Options, Quarantine, Store, Tx};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use measure::{report, time};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a message holds, in bytes.
const BODY_BYTES: usize = 1_024;
/// How many messages a figure is taken over.
const MESSAGES: usize = 100_000;
/// How many messages retention removes.
const RETAINED: u64 = 1_000_000;

fn message() -> Publish {
    message_of(vec![b'x'; BODY_BYTES])
}

fn message_of(body: Vec<u8>) -> Publish {
    Publish {
        subject: "load.noted".to_owned(),
        body: body.into(),
        ..Publish::default()
    }
}

/// Publishes a message that is there already.
fn put() -> impl FnOnce(&mut Tx) -> kernel::Result<()> {
    let message = message();
    |tx| publish(tx, message, "bench").map(drop)
}

fn open(root: &Path) -> Store {
    let quarantine = Quarantine {
        folder: root.join("quarantine"),
        label: "bench".to_owned(),
    };
    let store = Store::on_disk(&root.join("records"), &quarantine, Options::default()).unwrap();
    let config = StreamConfig::new("LOAD", vec!["load.>".to_owned()]);
    store.submit(|tx| add_stream(tx, config)).wait().unwrap();
    store
}

/// Messages a second of so many publishers that each wait for the answer before the next.
fn publishers(runtime: &Runtime, store: &Store, count: usize) -> f64 {
    let each = MESSAGES / count;
    let taken = time(|| {
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for _ in 0..count {
                let store = store.clone();
                tasks.spawn(async move {
                    for _ in 0..each {
                        store.submit(put()).await.unwrap();
                    }
                });
            }
            while tasks.join_next().await.is_some() {}
        });
    });
    (each * count) as f64 / taken.as_secs_f64()
}

/// Messages a second in batches of 256, four batches on their way.
fn batches(runtime: &Runtime, store: &Store) -> f64 {
    const BATCH: usize = 256;
    let started = now();
    runtime.block_on(async {
        let mut waiting = std::collections::VecDeque::new();
        for _ in 0..MESSAGES / BATCH {
            let messages = (0..BATCH).map(|_| message()).collect();
            let batch = move |tx: &mut Tx| publish_all(tx, messages, "bench").map(drop);
            waiting.push_back(store.submit(batch));
            if waiting.len() >= 8 {
                waiting.pop_front().unwrap().await.unwrap();
            }
        }
        for pending in waiting {
            pending.await.unwrap();
        }
    });
    (MESSAGES / BATCH * BATCH) as f64 / started.elapsed().as_secs_f64()
}

fn consumer(store: &Store, consumers: &Consumers, name: &str) -> Running {
    let config = ConsumerConfig {
        name: name.to_owned(),
        deliver: eventlog::DeliverPolicy::New,
        max_ack_pending: 10_000,
        ..ConsumerConfig::default()
    };
    let new = NewConsumer::prepare(&store.snapshot(), "LOAD", config).unwrap();
    store.submit(|tx| add_consumer(tx, new)).wait().unwrap();
    consumers.get("LOAD", name).unwrap()
}

/// Publishes at a pace, or as fast as it goes, and consumes with an answer for each message:
/// messages a second, and the 95th percentile from before publishing to the answer, in ms.
fn through(runtime: &Runtime, store: &Store, consumer: &Running, pace: Option<u64>) -> (f64, f64) {
    const PUBLISHERS: usize = 64;
    let started = now();
    let sent = Arc::new(AtomicU64::new(0));
    let mut delays: Vec<f64> = Vec::with_capacity(MESSAGES);
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..PUBLISHERS {
            let (store, sent) = (store.clone(), Arc::clone(&sent));
            tasks.spawn(async move {
                loop {
                    let number = sent.fetch_add(1, Ordering::Relaxed);
                    if number >= MESSAGES as u64 {
                        return;
                    }
                    if let Some(pace) = pace {
                        let due = started + Duration::from_micros(number * 1_000_000 / pace);
                        tokio::time::sleep_until(due.into()).await;
                    }
                    let mut body = vec![b'x'; BODY_BYTES];
                    body.splice(..8, micros(started).to_le_bytes());
                    let message = message_of(body);
                    let publish = move |tx: &mut Tx| publish(tx, message, "bench");
                    store.submit(publish).await.unwrap();
                }
            });
        }
        while delays.len() < MESSAGES {
            let batch = consumer.fetch(500, Duration::from_secs(5)).await.unwrap();
            for delivery in batch {
                let sent = delivery.message.body.first_chunk::<8>().copied();
                let sent = u64::from_le_bytes(sent.unwrap_or_default());
                delays.push((micros(started) - sent) as f64 / 1_000.0);
                consumer.ack(delivery.message.sequence);
            }
        }
        consumer.flush().await.unwrap();
    });
    let rate = MESSAGES as f64 / started.elapsed().as_secs_f64();
    delays.sort_by(f64::total_cmp);
    let at = delays.len() * 95 / 100;
    (rate, delays.get(at).copied().unwrap_or(f64::NAN))
}

/// The longest that a writer waits for its answer while retention removes a million messages, in
/// ms; the room that is free again on the disk is printed beside it.
fn retention(runtime: &Runtime, root: &Path) -> f64 {
    let store = open(root);
    let mut left = RETAINED;
    while left > 0 {
        let batch = left.min(2_000);
        let small = move |tx: &mut Tx| {
            (0..batch).try_for_each(|_| {
                let message = Publish {
                    body: vec![b'x'; 200].into(),
                    ..message()
                };
                publish(tx, message, "bench").map(drop)
            })
        };
        store.submit(small).wait().unwrap();
        left -= batch;
    }
    let config = StreamConfig {
        limits: Limits {
            max_messages: 1,
            ..Limits::default()
        },
        ..StreamConfig::new("LOAD", vec!["load.>".to_owned()])
    };
    store.submit(|tx| update_stream(tx, config)).wait().unwrap();
    let before = bytes_in(root);
    let started = now();
    let worst = runtime.block_on(async {
        let clock = Arc::new(SystemClock);
        let retention = Retention::begin(store.clone(), clock, Vec::new());
        let mut retention = retention.await.unwrap();
        let trim = async { while retention.pass().await.unwrap() {} };
        let mut worst = Duration::ZERO;
        let write = async {
            loop {
                let asked = now();
                store.submit(put()).await.unwrap();
                worst = worst.max(asked.elapsed());
            }
        };
        tokio::select! {
            () = trim => {}
            () = write => {}
        }
        worst
    });
    let taken = started.elapsed().as_secs_f64();
    store.close();
    let (before, after) = (before >> 20, bytes_in(root) >> 20);
    say(format_args!(
        "  retention removed {RETAINED} messages in {taken:.1} s; the folder had {before} MiB and has {after} MiB"
    ));
    worst.as_secs_f64() * 1_000.0
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = fs_err::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            // A file may go while it is looked at.
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
                Ok(metadata) => metadata.len(),
                Err(_) => 0,
            }
        })
        .sum()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}

fn micros(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let store = open(&root.path().join("publish"));
    report("publish_1kib_64_publishers_per_second", || {
        publishers(&runtime, &store, 64)
    });
    report("publish_1kib_512_in_flight_per_second", || {
        publishers(&runtime, &store, 512)
    });
    report("publish_1kib_batches_of_256_per_second", || {
        batches(&runtime, &store)
    });
    let consumers = Consumers::new(store.clone(), Arc::new(SystemClock));
    let fast = consumer(&store, &consumers, "fast");
    report("publish_and_consume_per_second", || {
        through(&runtime, &store, &fast, None).0
    });
    report("publish_to_answer_at_20000_per_second_p95_ms", || {
        through(&runtime, &store, &fast, Some(20_000)).1
    });
    store.close();
    let mut runs = 0;
    report("longest_wait_during_retention_ms", || {
        runs += 1;
        retention(&runtime, &root.path().join(format!("retention-{runs}")))
    });
    for sync_always in [true, false] {
        let folder = root.path().join(format!("nats-{sync_always}"));
        jetstream::compare(&runtime, &folder, sync_always);
    }
}
