//! Who may connect: caps of the connections in total and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::network;

/// The most connections at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caps {
    /// Of all clients.
    pub(crate) total: usize,
    /// Of one address. Loopback has no cap of its own: behind a proxy on the same machine all
    /// clients come from it.
    pub(crate) per_address: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            total: 10_000,
            per_address: 1_000,
        }
    }
}

/// Why a connection is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// There are too many connections.
    Server,
    /// There are too many from this address.
    Address,
}

/// Counts the connections.
#[derive(Debug)]
pub(crate) struct Admission {
    caps: Caps,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

impl Admission {
    pub(crate) fn new(caps: Caps) -> Arc<Self> {
        Arc::new(Self {
            caps,
            open: Mutex::default(),
        })
    }

    /// Takes a connection in, until the place is dropped.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let network = network(address);
        let mut open = self.lock();
        if open.total >= self.caps.total {
            return Err(Full::Server);
        }
        let here = open.by_network.get(&network).copied().unwrap_or(0);
        if here >= self.caps.per_address && !network.is_loopback() {
            return Err(Full::Address);
        }
        open.by_network.insert(network, here + 1);
        open.total += 1;
        Ok(Place {
            network,
            admission: Arc::clone(self),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection.
#[derive(Debug)]
pub(crate) struct Place {
    network: IpAddr,
    admission: Arc<Admission>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.admission.lock();
        open.total = open.total.saturating_sub(1);
        if let Some(here) = open.by_network.get_mut(&self.network) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_connection_ends() {
        let admission = Admission::new(Caps {
            total: 3,
            per_address: 2,
        });
        let admit = |text: &str| admission.admit(text.parse().unwrap());
        let (first, second) = (admit("198.51.100.1").unwrap(), admit("::ffff:198.51.100.1"));
        assert!(second.is_ok());
        assert_eq!(admit("198.51.100.1").unwrap_err(), Full::Address);
        let third = admit("198.51.100.2").unwrap();
        assert_eq!(admit("198.51.100.3").unwrap_err(), Full::Server);
        drop(first);
        assert!(admit("198.51.100.1").is_ok());
        drop((second, third));
        assert_eq!(admission.lock().total, 0);
        assert!(admission.lock().by_network.is_empty());
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_loopback_has_no_cap_of_its_own() {
        let admission = Admission::new(Caps {
            total: 10,
            per_address: 1,
        });
        let mut places = Vec::new();
        let mut admit = |text: &str| match admission.admit(text.parse().unwrap()) {
            Ok(place) => {
                places.push(place);
                None
            }
            Err(full) => Some(full),
        };
        assert_eq!(admit("2001:db8:0:1::1"), None);
        assert_eq!(admit("2001:db8:0:1:ffff::2"), Some(Full::Address));
        assert_eq!(admit("2001:db8:0:2::1"), None);
        for loopback in ["127.0.0.1", "127.0.0.1", "::1", "::1"] {
            assert_eq!(admit(loopback), None, "{loopback}");
        }
    }
}
