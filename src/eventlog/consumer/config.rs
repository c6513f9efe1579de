//! How a consumer is set up, in `JetStream`'s words.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use kernel::{Result, Timestamp};
use store::Record;

use crate::problems::out_of_range;
use crate::stream::require_name;
use crate::subject::{matches, require_filter};

/// The most filters of one consumer.
const FILTERS_MAX: usize = 32;
/// The most messages that may wait for an answer.
const ACK_PENDING_MAX: u32 = 10_000;
/// The most redeliveries.
const DELIVER_MAX: u32 = 1_000;
/// The longest wait for an answer, and before a redelivery: a day, in milliseconds.
const WAIT_MS_MAX: u64 = 24 * 60 * 60 * 1_000;

/// Where a new consumer begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliverPolicy {
    /// With the first message that is there.
    #[default]
    All,
    /// With the last message that it filters.
    Last,
    /// With the next message that comes.
    New,
    /// With this sequence, or the first one behind it.
    ByStartSequence(u64),
    /// With the first message of this moment or later.
    ByStartTime(Timestamp),
    /// With the last message of each subject.
    LastPerSubject,
}

/// What counts as an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AckPolicy {
    /// Each message is answered for itself.
    #[default]
    Explicit,
    /// An answer counts for all messages before as well.
    All,
    /// No answer is waited for: each message is delivered once at most.
    None,
}

/// How far delivery is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryClass {
    /// Retention keeps what the consumer has not acknowledged.
    Guaranteed,
    /// Redelivered until it is acknowledged or retention removes it.
    AtLeastOnce,
    /// Delivered once, whatever becomes of it.
    AtMostOnce,
}

/// A consumer, as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConsumerConfig {
    /// Its name within the stream: letters, digits, `_` and `-`.
    pub name: String,
    /// The subjects it wants, with `*` and `>`; none for all.
    pub filters: Vec<String>,
    /// Where it begins.
    pub deliver: DeliverPolicy,
    /// What counts as an answer.
    pub ack: AckPolicy,
    /// How long an answer may take, in milliseconds.
    pub ack_wait_ms: u64,
    /// How often a message is delivered at most, the first time included; 0 without end.
    pub max_deliver: u32,
    /// How long a message waits after its first, second, ... failure, in milliseconds, give or
    /// take a tenth. The last one stands for all further ones; none redelivers at once.
    pub backoff_ms: Vec<u64>,
    /// The most messages that may wait for an answer.
    pub max_ack_pending: u32,
    /// Nothing is delivered before this moment.
    pub paused_until: Option<Timestamp>,
    /// Whether retention keeps what is not acknowledged.
    pub guaranteed: bool,
}

impl Default for ConsumerConfig {
    /// One delivery and five redeliveries after 1, 2, 4, 8 and 16 seconds.
    fn default() -> Self {
        Self {
            name: String::new(),
            filters: Vec::new(),
            deliver: DeliverPolicy::All,
            ack: AckPolicy::Explicit,
            ack_wait_ms: 30_000,
            max_deliver: 6,
            backoff_ms: vec![1_000, 2_000, 4_000, 8_000, 16_000],
            max_ack_pending: 1_000,
            paused_until: None,
            guaranteed: false,
        }
    }
}

impl Record for ConsumerConfig {
    const VERSION: u8 = 1;
}

impl ConsumerConfig {
    /// How far delivery is promised.
    pub fn class(&self) -> DeliveryClass {
        match (self.ack, self.guaranteed) {
            (AckPolicy::None, _) => DeliveryClass::AtMostOnce,
            (_, true) => DeliveryClass::Guaranteed,
            (_, false) => DeliveryClass::AtLeastOnce,
        }
    }

    pub(crate) fn ack_wait(&self) -> Duration {
        Duration::from_millis(self.ack_wait_ms)
    }

    /// How long a message waits after so many deliveries that failed: the backoff give or take a
    /// tenth, by its sequence, so that what failed together does not come together again.
    pub(crate) fn backoff(&self, sequence: u64, deliveries: u32) -> Duration {
        let Some(failures) = deliveries.checked_sub(1) else {
            return Duration::ZERO;
        };
        let at = usize::try_from(failures).unwrap_or(usize::MAX);
        let wait = self.backoff_ms.get(at).or_else(|| self.backoff_ms.last());
        let wait = wait.copied().unwrap_or(0);
        let dice = (sequence ^ (u64::from(deliveries) << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // From 900 to 1,100 thousandths.
        Duration::from_micros(wait * (900 + (dice >> 32) % 201))
    }

    pub(crate) fn wants(&self, subject: &str) -> bool {
        let mut filters = self.filters.iter();
        self.filters.is_empty() || filters.any(|filter| matches(filter, subject))
    }

    pub(crate) fn require_valid(&self) -> Result<()> {
        require_name("The name of a consumer", &self.name)?;
        if self.filters.len() > FILTERS_MAX {
            return Err(out_of_range("The number of filters", "at most 32"));
        }
        self.filters
            .iter()
            .try_for_each(|filter| require_filter(filter))?;
        if !(1..=WAIT_MS_MAX).contains(&self.ack_wait_ms) {
            return Err(out_of_range("The ack wait", "from 1 ms to a day"));
        }
        if self.max_deliver > DELIVER_MAX {
            return Err(out_of_range(
                "Max deliver",
                "at most 1,000, or 0 for no end",
            ));
        }
        if self.backoff_ms.len() > 32 || self.backoff_ms.iter().any(|wait| *wait > WAIT_MS_MAX) {
            return Err(out_of_range(
                "The backoff",
                "at most 32 waits of at most a day",
            ));
        }
        if !(1..=ACK_PENDING_MAX).contains(&self.max_ack_pending) {
            return Err(out_of_range("Max ack pending", "from 1 to 10,000"));
        }
        if self.ack == AckPolicy::None && self.guaranteed {
            return Err(out_of_range(
                "A guaranteed consumer",
                "one that acknowledges",
            ));
        }
        Ok(())
    }
}
