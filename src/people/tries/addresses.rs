//! Tries that failed, by the address they came from: a bucket for each, in memory.
//!
//! A bucket is one number, the moment at which it will be empty again, so that an empty bucket is
//! the same as none and can be forgotten. It is looked at before a try and filled after one that
//! failed: a whole school may sign in from one address at once, and what is under way meanwhile is
//! bounded by the queue for hashing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kernel::{Timestamp, network};

/// How many failed tries an address has when nothing else is configured.
pub const FAILURES_PER_ADDRESS: u32 = 100;
/// How long it takes a full bucket to be empty again.
const WINDOW: Duration = Duration::from_mins(15);
/// The most buckets; below 1 MiB.
const BUCKETS_MAX: usize = 10_000;

/// The buckets of all addresses.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// What a failed try adds to the time until its bucket is empty.
    cost: Duration,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    empty_at: HashMap<IpAddr, Timestamp>,
    /// The bucket of those for whom there is no room.
    others_empty_at: Option<Timestamp>,
}

impl Addresses {
    /// With so many failed tries from one address within a quarter of an hour.
    pub(crate) fn new(failures: u32) -> Self {
        Self {
            cost: WINDOW / failures.max(1),
            buckets: Mutex::default(),
        }
    }

    /// How long an address has to wait before its next try, if it has to.
    pub(crate) fn wait(&self, address: IpAddr, now: Timestamp) -> Option<Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let empty_at = *buckets.of(network(address), now);
        let fill = empty_at.since(now).saturating_add(self.cost);
        fill.checked_sub(WINDOW).filter(|wait| !wait.is_zero())
    }

    /// Counts a try that failed.
    pub(crate) fn failed(&self, address: IpAddr, now: Timestamp) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let empty_at = buckets.of(network(address), now);
        *empty_at = (*empty_at).max(now).plus(self.cost);
    }
}

impl Buckets {
    /// The bucket of an address. When there is no room, those that are empty make room; when none
    /// is, newcomers share one.
    fn of(&mut self, network: IpAddr, now: Timestamp) -> &mut Timestamp {
        if self.empty_at.len() >= BUCKETS_MAX && !self.empty_at.contains_key(&network) {
            self.empty_at.retain(|_, empty_at| *empty_at > now);
            if self.empty_at.len() >= BUCKETS_MAX {
                return self.others_empty_at.get_or_insert(now);
            }
        }
        self.empty_at.entry(network).or_insert(now)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn an_address_waits_after_its_failures_and_others_do_not() {
        let addresses = Addresses::new(3);
        let [one, other] = [1, 2].map(|number| IpAddr::from(Ipv4Addr::from(number)));
        for _ in 0..3 {
            assert_eq!(addresses.wait(one, START), None);
            addresses.failed(one, START);
        }
        assert_eq!(addresses.wait(one, START), Some(WINDOW / 3));
        assert_eq!(addresses.wait(other, START), None);
        let later = START.plus(WINDOW / 3);
        assert_eq!(addresses.wait(one, later), None, "one try is forgotten");
        addresses.failed(one, later);
        assert!(addresses.wait(one, later).is_some());
    }

    #[test]
    fn a_network_of_the_sixth_version_is_one_address() {
        let addresses = Addresses::new(1);
        let within = |host: u128| IpAddr::from(Ipv6Addr::from((0x2001_0db8_u128 << 96) | host));
        addresses.failed(within(1), START);
        assert!(addresses.wait(within(2), START).is_some());
        assert_eq!(addresses.wait(within(1 << 64), START), None);
    }

    #[test]
    fn the_table_is_bounded_and_strangers_beyond_it_share_a_bucket() {
        let addresses = Addresses::new(1);
        let address = |number: usize| IpAddr::from(Ipv4Addr::from(u32::try_from(number).unwrap()));
        for number in 0..=BUCKETS_MAX {
            addresses.failed(address(number), START);
        }
        assert_eq!(
            addresses.buckets.lock().unwrap().empty_at.len(),
            BUCKETS_MAX
        );
        assert!(addresses.wait(address(2 * BUCKETS_MAX), START).is_some());
        let later = START.plus(WINDOW);
        assert_eq!(addresses.wait(address(2 * BUCKETS_MAX), later), None);
    }
}
