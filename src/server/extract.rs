//! The text of PDF files. They come from strangers, and what reads them may panic, go round in
//! circles or eat memory: so a child process does it, this program once more, with limits that the
//! kernel keeps.

pub(crate) mod pdf;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::AsFd;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open};

use self::pdf::{ENCRYPTED, PDF_BYTES_MAX, TEXT_BYTES_MAX};

/// The longest that reading a file may take, however busy the machine is.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// Why there is no text of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is no PDF, or one that cannot be read within the memory there is for it.
    Damaged,
    /// It opens with a password only.
    Encrypted,
    /// It is not even tried.
    TooLarge,
    /// It was given up.
    TooSlow,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Damaged => "The file is damaged, or takes too much memory to read.",
            Self::Encrypted => "The file opens with a password only.",
            Self::TooLarge => "The file is larger than 64 MiB, which is the limit.",
            Self::TooSlow => "The file takes too long to read.",
        })
    }
}

/// The text of a PDF: paragraphs with empty lines between them, a page at least one. Waits for it,
/// so it is called where waiting is done.
pub(crate) fn text(pdf: File) -> io::Result<Result<String, Unread>> {
    if pdf.metadata()?.len() > PDF_BYTES_MAX {
        return Ok(Err(Unread::TooLarge));
    }
    // What runs, also where another version has taken its place on the disk.
    let mut program = Command::new("/proc/self/exe");
    program.arg0("edusphere").arg("extract-text");
    ask(program, pdf, WAIT_MAX)
}

/// Has the program read the file, and kills it when it takes too long.
fn ask(mut program: Command, pdf: File, wait: Duration) -> io::Result<Result<String, Unread>> {
    let child = program
        .env_clear()
        // The allocator would claim a GiB before the child sets its limits, and it would count.
        .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
        .current_dir("/")
        .stdin(pdf)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut child = Reaped(child);
    let deadline = Deadline::after(wait);
    let Some(text) = read(child.0.stdout.take(), &deadline)? else {
        return Ok(Err(Unread::TooSlow));
    };
    let Some(status) = child.wait(&deadline)? else {
        return Ok(Err(Unread::TooSlow));
    };
    Ok(match refusal(status) {
        None => Ok(text),
        Some(why) => Err(why),
    })
}

/// What the program says until it is silent for good; `None` if that takes too long.
fn read(from: Option<ChildStdout>, deadline: &Deadline) -> io::Result<Option<String>> {
    let mut said = Vec::new();
    if let Some(mut from) = from {
        let mut piece = vec![0; 64 * 1024];
        while said.len() < TEXT_BYTES_MAX {
            if !deadline.wait_for(&from)? {
                return Ok(None);
            }
            let read = from.read(&mut piece)?;
            if read == 0 {
                break;
            }
            said.extend_from_slice(piece.get(..read).unwrap_or_default());
        }
    }
    said.truncate(TEXT_BYTES_MAX);
    Ok(Some(String::from_utf8_lossy(&said).into_owned()))
}

fn refusal(status: ExitStatus) -> Option<Unread> {
    if status.success() {
        return None;
    }
    let out_of_time = [Signal::XCPU, Signal::KILL].map(Signal::as_raw);
    Some(match (status.code(), status.signal()) {
        (Some(code), _) if code == i32::from(ENCRYPTED) => Unread::Encrypted,
        (_, Some(signal)) if out_of_time.contains(&signal) => Unread::TooSlow,
        _ => Unread::Damaged,
    })
}

/// A child that is neither left running nor left unburied.
struct Reaped(Child);

impl Reaped {
    /// How it ended; `None` if it takes too long.
    fn wait(&mut self, deadline: &Deadline) -> io::Result<Option<ExitStatus>> {
        let ended = pidfd_open(Pid::from_child(&self.0), PidfdFlags::empty())?;
        if !deadline.wait_for(ended)? {
            return Ok(None);
        }
        self.0.wait().map(Some)
    }
}

impl Drop for Reaped {
    fn drop(&mut self) {
        // Of one that has ended and is buried both do nothing.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// When waiting is over.
struct Deadline(Instant);

#[expect(
    clippy::disallowed_methods,
    reason = "how long a child has run is only measured"
)]
impl Deadline {
    fn after(wait: Duration) -> Self {
        Self(Instant::now() + wait)
    }

    /// Waits until there is something to be read, or no more will come; `false` when it is too
    /// late.
    fn wait_for(&self, source: impl AsFd) -> io::Result<bool> {
        loop {
            let left = self.0.saturating_duration_since(Instant::now());
            let left = Timespec {
                tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            };
            let mut sources = [PollFd::new(&source, PollFlags::IN)];
            match poll(&mut sources, Some(&left)) {
                Ok(ready) => return Ok(ready > 0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests;
