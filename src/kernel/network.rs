//! What counts as one address.

use std::net::{IpAddr, Ipv6Addr};

/// What counts as one address: an IPv4 address, or the 64 bits of an IPv6 address that name the
/// network of one customer.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) & (u128::MAX << 64);
            IpAddr::V6(if v6.is_loopback() {
                v6
            } else {
                Ipv6Addr::from(bits)
            })
        }
    }
}
