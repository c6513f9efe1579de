//! The caller's half, with other programs in the place of the child.

use std::io::{Seek as _, Write as _};

use super::*;

/// Long enough for a program that does nothing, on a machine that does much.
const PATIENCE: Duration = Duration::from_secs(30);

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn shell(script: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script]);
    shell
}

fn asked(script: &str, pdf: &[u8], wait: Duration) -> Result<String, Unread> {
    ask(shell(script), file(pdf), wait).unwrap()
}

#[test]
fn what_the_child_says_is_the_text_as_far_as_the_limit() {
    let said = asked("exec /bin/cat", "Zellen\n\nähnlich".as_bytes(), PATIENCE);
    assert_eq!(said.as_deref(), Ok("Zellen\n\nähnlich"));
    let most = asked("exec /usr/bin/head -c 1048576 /dev/zero", b"", PATIENCE);
    assert_eq!(most.map(|said| said.len()), Ok(TEXT_BYTES_MAX));
    // One that says more is no child of ours.
    let endless = asked("exec /bin/cat /dev/zero", b"", PATIENCE);
    assert_eq!(endless, Err(Unread::Damaged));
}

#[test]
fn a_child_that_fails_says_why() {
    for (script, why) in [
        ("exit 65", Unread::Damaged),
        ("exit 77", Unread::Encrypted),
        ("exit 101", Unread::Damaged),
        ("kill -ABRT $$", Unread::Damaged),
        ("kill -SEGV $$", Unread::Damaged),
        ("kill -XCPU $$", Unread::TooSlow),
        ("echo half; kill -KILL $$", Unread::TooSlow),
    ] {
        assert_eq!(asked(script, b"", PATIENCE), Err(why), "{script}");
        assert!(why.to_string().ends_with('.'));
    }
}

#[test]
fn a_child_that_takes_too_long_is_killed_and_buried() {
    let moment = Duration::from_millis(50);
    for script in [
        "exec /bin/sleep 600",
        "echo text; exec /bin/sleep 600",
        // Silent for good, and there all the same.
        "exec /bin/sleep 600 >/dev/null",
    ] {
        assert_eq!(asked(script, b"", moment), Err(Unread::TooSlow), "{script}");
    }
}

#[test]
fn nothing_of_the_surroundings_reaches_the_child() {
    let said = asked("/usr/bin/env; pwd", b"", PATIENCE).unwrap();
    assert!(!said.contains("CARGO") && !said.contains("HOME="), "{said}");
    assert!(said.trim_end().ends_with('/'), "{said}");
}

#[test]
fn a_file_that_is_too_large_is_not_read_at_all() {
    let large = file(b"%PDF-1.7");
    large.set_len(PDF_BYTES_MAX + 1).unwrap();
    assert_eq!(text(large).unwrap(), Err(Unread::TooLarge));
}
