//! Who listens at a port that is taken, as far as `/proc` shows it.
//!
//! The kernel tells which sockets listen and where, and each process which sockets it has; the
//! processes of other people show theirs to root only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use fs_err as fs;

/// How `/proc/net/tcp` calls a socket that listens.
const LISTENS: &str = "0A";

/// The process that keeps us from listening at this address: `process 4711 (nginx)`.
pub(crate) fn holder(address: SocketAddr) -> Option<String> {
    holder_in(Path::new("/proc"), address)
}

fn holder_in(proc: &Path, address: SocketAddr) -> Option<String> {
    let sockets = ["net/tcp", "net/tcp6"].map(|table| fs::read_to_string(proc.join(table)));
    let inode = sockets
        .iter()
        .flatten()
        .flat_map(|table| table.lines())
        .filter_map(listener)
        .find(|(at, _)| at.port() == address.port() && overlap(at.ip(), address.ip()))
        .map(|(_, inode)| format!("socket:[{inode}]"))?;
    let processes = fs::read_dir(proc).ok()?.flatten();
    let pid = processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .find(|pid| has(&proc.join(pid.to_string()), &inode))?;
    let name = fs::read_to_string(proc.join(format!("{pid}/comm"))).unwrap_or_default();
    Some(format!("process {pid} ({})", name.trim_end()))
}

/// Address and inode of a line of `/proc/net/tcp`, if its socket listens.
fn listener(line: &str) -> Option<(SocketAddr, &str)> {
    let mut words = line.split_whitespace();
    let (address, state) = (words.nth(1)?, words.nth(1)?);
    let inode = words.nth(5)?;
    let (ip, port) = address.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    (state == LISTENS).then_some((SocketAddr::new(ip_of(ip)?, port), inode))
}

/// An address as the kernel prints it: each 4 bytes as the number they are to this machine.
fn ip_of(text: &str) -> Option<IpAddr> {
    let words = text.as_bytes().chunks(8).map(|word| {
        let word = str::from_utf8(word).ok()?;
        Some(u32::from_str_radix(word, 16).ok()?.to_ne_bytes())
    });
    let words = words.collect::<Option<Vec<_>>>()?;
    match (text.len(), words.as_slice()) {
        (8, [word]) => Some(Ipv4Addr::from(*word).into()),
        (32, words) => {
            let bytes = <[u8; 16]>::try_from(words.as_flattened()).ok()?;
            Some(Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

/// Whether who listens at one of them keeps others from the other.
fn overlap(one: IpAddr, other: IpAddr) -> bool {
    one == other || one.is_unspecified() || other.is_unspecified()
}

/// Whether a process has this among its open files.
fn has(process: &Path, file: &str) -> bool {
    let Ok(open) = fs::read_dir(process.join("fd")) else {
        return false;
    };
    open.flatten()
        .any(|entry| fs::read_link(entry.path()).is_ok_and(|to| to == Path::new(file)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// `/proc` of a little-endian machine on which 4711 listens at 127.0.0.1:8080 and [::]:9090, and
    /// somebody whose files are not shown at 10.0.0.1:8080.
    fn proc() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        fs::create_dir_all(path.join("net")).unwrap();
        fs::create_dir_all(path.join("4711/fd")).unwrap();
        fs::create_dir_all(path.join("1")).unwrap();
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
        let rest = "00000000:00000000 00:00000000 00000000     0        0";
        let four = format!(
            "{head}   0: 0100007F:1F90 00000000:0000 0A {rest} 31 1 0 100 0 0 10 0\n   \
             1: 0100007F:1F91 00000000:0000 01 {rest} 32 1 0 100 0 0 10 0\n   \
             2: 0100000A:1F90 00000000:0000 0A {rest} 33 1 0 100 0 0 10 0\n"
        );
        let nowhere = "0".repeat(32);
        let six =
            format!("{head}   0: {nowhere}:2382 {nowhere}:0000 0A {rest} 34 1 0 100 0 0 10 0\n");
        fs::write(path.join("net/tcp"), four).unwrap();
        fs::write(path.join("net/tcp6"), six).unwrap();
        fs::write(path.join("4711/comm"), "nginx\n").unwrap();
        for (fd, inode) in [(3, 31), (4, 34)] {
            let link = path.join(format!("4711/fd/{fd}"));
            symlink(format!("socket:[{inode}]"), link).unwrap();
        }
        root
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn who_listens_is_found_by_address_and_port() {
        let proc = proc();
        let holder = |address: &str| holder_in(proc.path(), address.parse().unwrap());
        let nginx = Some("process 4711 (nginx)".to_owned());
        for address in [
            "127.0.0.1:8080",
            "0.0.0.0:8080",
            "127.0.0.1:9090",
            "[::1]:9090",
        ] {
            assert_eq!(holder(address), nginx, "{address}");
        }
        // Another address, a connection that does not listen, another's process, nobody.
        for address in [
            "127.0.0.2:8080",
            "127.0.0.1:8081",
            "10.0.0.1:8080",
            "127.0.0.1:1",
        ] {
            assert_eq!(holder(address), None, "{address}");
        }
    }

    #[test]
    fn what_is_no_table_names_nobody() {
        for line in [
            "",
            "x",
            "0: zz:1F90 0:0 0A a b c d 31",
            "0: 01:1F90 0:0 0A a b c d 31",
        ] {
            assert_eq!(listener(line), None, "{line}");
        }
        let empty = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        assert_eq!(holder_in(empty.path(), address), None);
    }
}
