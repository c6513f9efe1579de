//! The power goes: a file system of its own is cut off in the middle of submissions, with whatever
//! it had not written, and mounted again. What was acknowledged before is there.
//!
//! ext4 on a loop device does this on request, without writing out its journal first. It takes
//! root, `mkfs.ext4` and perl, which asks for it; where one is missing nothing is tested and the
//! reason is printed.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

use crate::desk::{Chance, Desk, UNHURRIED, check, wait};
use crate::running::{Server, stderr};

/// How often the power goes.
const CYCLES: u64 = 50;
/// How often it goes at most until a disk that lies about syncs must have been found out.
const LYING_CYCLES: u64 = 10;

/// `EXT4_IOC_SHUTDOWN` without a flush of the journal (2).
const CUT: &str = r#"open(my $file, "<", $ARGV[0]) or die $!; my $how = pack("L", 2);
    ioctl($file, 0x8004587d, $how) or die "ioctl: $!""#;

/// A file system in a file, mounted; gone when dropped.
struct Disk {
    root: TempDir,
}

impl Disk {
    /// Makes one; none with the reason printed where that cannot be done.
    fn new() -> Option<Self> {
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir(root.path().join("mounted")).unwrap();
        let image = fs_err::File::create(root.path().join("image")).unwrap();
        image.set_len(512 * 1024 * 1024).unwrap();
        let disk = Self { root };
        let path = disk.image();
        let made = run("mkfs.ext4", &["-q", "-F", path.to_str().unwrap()]);
        let mounted = made.and_then(|()| disk.mount());
        let cut = mounted.and_then(|()| disk.cut());
        let again = cut.and_then(|()| disk.unmount());
        if let Err(why) = again.and_then(|()| disk.mount()) {
            println!("no power can be cut here ({why}): skipped");
            return None;
        }
        Some(disk)
    }

    fn image(&self) -> PathBuf {
        self.root.path().join("image")
    }

    fn mounted(&self) -> PathBuf {
        self.root.path().join("mounted")
    }

    fn data_dir(&self) -> PathBuf {
        self.mounted().join("data")
    }

    fn mount(&self) -> Result<(), String> {
        let (image, at) = (self.image(), self.mounted());
        let arguments = ["-o", "loop", image.to_str().unwrap(), at.to_str().unwrap()];
        run("mount", &arguments)
    }

    /// Unmounts it as soon as the kernel is done with a program that was killed.
    fn unmount(&self) -> Result<(), String> {
        let mounted = self.mounted();
        let unmount = || run("umount", &[mounted.to_str().unwrap()]);
        for _ in 0..BUSY_TRIES {
            match unmount() {
                Err(why) if why.contains("busy") => wait(Duration::from_millis(20)),
                done => return done,
            }
        }
        unmount()
    }

    /// Cuts it off: what is on the disk by now is all that will be there.
    fn cut(&self) -> Result<(), String> {
        // Any file of it will do.
        let at = self.mounted().join("lost+found");
        run("perl", &["-e", CUT, at.to_str().unwrap()])
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Where it never was mounted this says so to nobody.
        drop(self.unmount());
    }
}

/// How often a busy disk is looked at again.
const BUSY_TRIES: usize = 250;

/// Runs a program; what it had to say when it failed.
fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output: Output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", stderr(&output).trim()))
}

/// Hands in until the power goes, and mounts what is left; what was acknowledged before.
fn hand_in_until_power_goes(
    (disk, server, desk): (&Disk, Server, &Desk),
    cycle: u64,
    chance: &mut Chance,
) -> Vec<String> {
    let pause = chance.pause(10, 120);
    let fresh = desk.hand_in_until(&server, (cycle, pause), || {
        disk.cut().unwrap();
        server.end();
    });
    drop(server);
    disk.unmount().unwrap();
    disk.mount().unwrap();
    fresh
}

#[test]
fn what_was_acknowledged_survives_fifty_power_cuts() {
    let Some(disk) = Disk::new() else { return };
    let mut server = Server::demo(&disk.data_dir());
    let desk = Desk::set_up(&server);
    let (mut acknowledged, mut chance) = (Vec::new(), Chance(0x51ed_270b_0c5f_8e21));
    for cycle in 0..CYCLES {
        let fresh = hand_in_until_power_goes((&disk, server, &desk), cycle, &mut chance);
        check(&disk.data_dir(), &format!("cycle {cycle}"));
        server = Server::serve_with(&disk.data_dir(), &UNHURRIED);
        assert_eq!(desk.missing(&server, &fresh), [""; 0], "cycle {cycle}");
        acknowledged.extend(fresh);
    }
    assert_eq!(desk.missing(&server, &acknowledged), [""; 0], "in the end");
    let count = acknowledged.len();
    assert!(count >= usize::try_from(CYCLES).unwrap(), "{count}");
    println!("{CYCLES} power cuts, {count} acknowledged submissions, all there");
    assert_eq!(server.stop(), Some(0));
}

/// A server whose disk says of each sync that it is done, and does nothing, is one that answers
/// before it syncs. If that could pass, the test above would prove nothing.
#[test]
fn a_server_that_does_not_sync_is_found_out_when_the_power_goes() {
    let Some(disk) = Disk::new() else { return };
    let lying = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        "inject=fsync,fdatasync:retval=0",
    ];
    if let Err(why) = run(lying[0], &[&lying[1..], &["true"]].concat()) {
        println!("no sync can be made to lie here ({why}): skipped");
        return;
    }
    let server = Server::demo(&disk.data_dir());
    let desk = Desk::set_up(&server);
    assert_eq!(server.stop(), Some(0));
    let mut chance = Chance(7);
    for cycle in 0..LYING_CYCLES {
        run("sync", &[]).unwrap();
        let server = Server::serve_under(&lying, &disk.data_dir());
        let fresh = hand_in_until_power_goes((&disk, server, &desk), cycle, &mut chance);
        let server = Server::serve(&disk.data_dir());
        let missing = desk.missing(&server, &fresh).len();
        if missing > 0 {
            println!("cycle {cycle}: {missing} of {} are missing", fresh.len());
            return;
        }
    }
    panic!("{LYING_CYCLES} power cuts did not show that nothing is synced");
}
