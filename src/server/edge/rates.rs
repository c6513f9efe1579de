//! How many requests a person or an address may send: token buckets, in memory.
//!
//! A bucket is one number, the moment at which it will be full again (the generic cell rate
//! algorithm), so that a full bucket is the same as none and can be forgotten.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use app::UserId;

/// How many requests may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// In the long run, a second. At least 1.
    pub(crate) per_second: u32,
    /// At once, after a pause. At least 1.
    pub(crate) burst: u32,
}

impl Rate {
    /// The time that a request is worth, in nanoseconds.
    fn cost(self) -> u64 {
        1_000_000_000 / u64::from(self.per_second.max(1))
    }

    /// The most time that a bucket can owe, in nanoseconds.
    fn depth(self) -> u64 {
        self.cost().saturating_mul(u64::from(self.burst.max(1)))
    }
}

/// Whose bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Spender {
    /// A person who is signed in, whatever address they come from.
    User(UserId),
    /// Everybody at an address who is not signed in.
    Network(IpAddr),
}

/// What is left in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// How many requests may still come at once.
    pub(crate) requests: u64,
    /// How long until the bucket is full again.
    pub(crate) full_in: Duration,
}

/// The parts of the table, so that threads seldom wait for each other.
const SHARDS: usize = 64;
/// The most buckets of one part. Some 50,000 in all, below 4 MiB.
const SHARD_BUCKETS_MAX: usize = 800;

/// All buckets.
#[derive(Debug)]
pub(crate) struct Rates {
    of_user: Rate,
    of_network: Rate,
    hashing: RandomState,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Debug, Default)]
struct Shard {
    /// When each bucket is full again, in nanoseconds of the clock of whoever asks.
    full_at: HashMap<Spender, u64>,
    /// The bucket of those for whom there is no room.
    others_full_at: u64,
}

impl Rates {
    pub(crate) fn new(of_user: Rate, of_network: Rate) -> Self {
        Self {
            of_user,
            of_network,
            hashing: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// The rate that holds for somebody.
    pub(crate) fn rate_of(&self, spender: Spender) -> Rate {
        match spender {
            Spender::User(_) => self.of_user,
            Spender::Network(_) => self.of_network,
        }
    }

    /// Takes a request out of a bucket: what is left in it, or how long to wait. `now` is the time
    /// since any fixed moment.
    pub(crate) fn spend(&self, spender: Spender, now: Duration) -> Result<Left, Duration> {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let rate = self.rate_of(spender);
        let place = usize::try_from(self.hashing.hash_one(spender) % 64).unwrap_or(0);
        let Some(shard) = self.shards.get(place) else {
            return Ok(left(rate, 0));
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = shard.bucket(spender, now);
        let owed = (*full_at).saturating_sub(now).saturating_add(rate.cost());
        if owed > rate.depth() {
            return Err(Duration::from_nanos(owed - rate.depth()));
        }
        *full_at = now.saturating_add(owed);
        Ok(left(rate, owed))
    }
}

fn left(rate: Rate, owed: u64) -> Left {
    Left {
        requests: rate.depth().saturating_sub(owed) / rate.cost().max(1),
        full_in: Duration::from_nanos(owed),
    }
}

impl Shard {
    /// The bucket of somebody. When there is no room, those that are full make room; when none
    /// is, newcomers share one.
    fn bucket(&mut self, spender: Spender, now: u64) -> &mut u64 {
        if self.full_at.len() >= SHARD_BUCKETS_MAX && !self.full_at.contains_key(&spender) {
            self.full_at.retain(|_, full_at| *full_at > now);
            if self.full_at.len() >= SHARD_BUCKETS_MAX {
                return &mut self.others_full_at;
            }
        }
        self.full_at.entry(spender).or_insert(now)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const RATE: Rate = Rate {
        per_second: 10,
        burst: 3,
    };

    fn network(number: u32) -> Spender {
        Spender::Network(Ipv4Addr::from(number).into())
    }

    #[test]
    fn a_burst_goes_through_and_then_one_each_tenth_of_a_second() {
        let rates = Rates::new(RATE, RATE);
        let at = Duration::from_millis;
        let spend = |ms| rates.spend(network(1), at(ms));
        let left: Vec<u64> = (0..3).map(|_| spend(0).unwrap().requests).collect();
        assert_eq!(left, [2, 1, 0]);
        assert_eq!(spend(0), Err(at(100)));
        assert_eq!(spend(40), Err(at(60)), "a refusal costs nothing");
        assert_eq!(spend(100).unwrap().full_in, at(300));
        assert!(spend(199).is_err());
        assert_eq!(spend(10_000).unwrap().requests, 2, "it is full, not fuller");
        assert!(
            rates.spend(network(2), at(0)).is_ok(),
            "others do not suffer"
        );
    }

    #[test]
    fn the_table_is_bounded_and_strangers_beyond_it_share_a_bucket() {
        let rates = Rates::new(RATE, RATE);
        let now = Duration::from_secs(1);
        let most = u32::try_from(SHARDS * SHARD_BUCKETS_MAX).unwrap();
        let refused = (0..2 * most)
            .filter(|number| rates.spend(network(*number), now).is_err())
            .count();
        assert!(refused > 0, "the shared bucket is empty");
        let kept = |rates: &Rates| -> usize {
            let shards = rates.shards.iter();
            shards
                .map(|shard| shard.lock().unwrap().full_at.len())
                .sum()
        };
        assert!(kept(&rates) <= SHARDS * SHARD_BUCKETS_MAX);
        // Once the buckets are full again they make room for others.
        let later = now + Duration::from_secs(1);
        for number in 2 * most..2 * most + 100 {
            assert!(rates.spend(network(number), later).is_ok());
        }
    }
}
