//! Uploads that can be gone on with: what has come of them outlives the connection.
//!
//! They are kept in memory and their bytes among those that are coming in, for a day at most; when
//! the program starts anew, all of them are gone. Only who began an upload knows of it. A request
//! that goes on with one borrows it, so that no two write to it, and gives it back as far as it
//! came, whatever becomes of the request.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::{Actor, OrRefuse, UserId};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::add_file::AddFile;
use super::blobs::Blobs;
use super::model::Limits;
use super::problems::{
    EMPTY_FILE, TOO_MANY_UPLOADS, UPLOAD_IN_USE, UPLOAD_NOT_FOUND, UPLOAD_OFFSET_MISMATCH,
    UPLOAD_OVERRUN, UPLOADS_FULL,
};
use super::upload::{Announced, Upload};

kernel::id_kind!(pub UploadKind, UploadId, "upload");

/// How long an upload may take, with all its interruptions.
const LIFETIME: Duration = Duration::from_hours(24);
/// The most that one person has which are not whole.
const OF_PERSON_MAX: usize = 20;
/// The most that are remembered.
const HELD_MAX: usize = 4_096;
/// When to try again what another request holds.
const IN_USE_WAIT: Duration = Duration::from_secs(5);

/// All uploads of the school.
#[derive(Debug)]
pub struct Uploads {
    blobs: Arc<Blobs>,
    limits: Limits,
    held: Mutex<BTreeMap<UploadId, Held>>,
}

#[derive(Debug)]
struct Held {
    user: UserId,
    bytes: u64,
    expires: Timestamp,
    part: Part,
}

/// How far an upload is.
#[derive(Debug)]
enum Part {
    /// Some of it has come.
    Coming(Box<Upload>),
    /// A request has borrowed it.
    Lent,
    /// All of it has come. Kept for who did not get the answer and asks again.
    Whole(Box<AddFile>),
}

impl Held {
    /// How many bytes have come, as long as no request adds to them.
    fn came(&self) -> Result<u64> {
        match &self.part {
            Part::Coming(upload) => Ok(upload.came()),
            Part::Lent => Err(UPLOAD_IN_USE.retry_after(IN_USE_WAIT)),
            Part::Whole(_) => Ok(self.bytes),
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self.part, Part::Whole(_))
    }

    /// How many bytes may still come.
    fn missing(&self) -> u64 {
        match &self.part {
            Part::Coming(upload) => self.bytes.saturating_sub(upload.came()),
            Part::Lent => self.bytes,
            Part::Whole(_) => 0,
        }
    }
}

/// How far an upload is, for who goes on with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many bytes have come.
    pub came: u64,
    /// How many there will be.
    pub bytes: u64,
    /// When it is forgotten.
    pub expires: Timestamp,
}

/// What is about to come of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Where in the file it begins.
    pub offset: u64,
    /// How many bytes, where that was said.
    pub bytes: Option<u64>,
}

impl Uploads {
    /// No uploads yet.
    pub fn new(blobs: Arc<Blobs>, limits: Limits) -> Self {
        Self {
            blobs,
            limits,
            held: Mutex::default(),
        }
    }

    /// Begins to take a file in one request.
    pub fn begin(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        announced: Announced,
    ) -> Result<Upload> {
        let promised = self.held().values().map(Held::missing).sum::<u64>();
        let mut limits = self.limits;
        // What others were promised is not free.
        limits.disk_floor_bytes = limits.disk_floor_bytes.saturating_add(promised);
        Upload::begin(snapshot, actor, &self.blobs, announced, limits)
    }

    /// Begins to take a file of `bytes` in as many requests as it needs.
    pub fn open(
        &self,
        snapshot: &Snapshot,
        actor: &Actor,
        mut announced: Announced,
        (id, bytes, now): (UploadId, u64, Timestamp),
    ) -> Result<Standing> {
        let user = actor.require_user()?;
        if bytes == 0 {
            return Err(EMPTY_FILE.on("bytes"));
        }
        announced.bytes = Some(bytes);
        // The end of an upload may be asked for again and again; the file is added once.
        announced.idempotency_key = Some(id.to_string());
        let upload = self.begin(snapshot, actor, announced)?;
        let expires = now.plus(LIFETIME);
        let mut all = self.held();
        all.retain(|_, held| held.expires > now);
        let own = all.values().filter(|held| held.user == user);
        if own.filter(|held| !held.is_whole()).count() >= OF_PERSON_MAX {
            return TOO_MANY_UPLOADS.refuse();
        }
        if all.len() >= HELD_MAX {
            let whole = all.iter().find(|(_, held)| held.is_whole());
            let oldest = whole.map(|(id, _)| *id).or_refuse(UPLOADS_FULL)?;
            all.remove(&oldest);
        }
        let part = Part::Coming(Box::new(upload));
        let held = Held {
            user,
            bytes,
            expires,
            part,
        };
        all.insert(id, held);
        Ok(Standing {
            came: 0,
            bytes,
            expires,
        })
    }

    /// How far an upload of the actor is.
    pub fn standing(&self, actor: &Actor, id: UploadId, now: Timestamp) -> Result<Standing> {
        let mut all = self.held();
        let held = find(&mut all, actor, (id, now))?;
        Ok(Standing {
            came: held.came()?,
            bytes: held.bytes,
            expires: held.expires,
        })
    }

    /// Lends an upload to a request of the actor that goes on with it.
    pub fn go_on(
        self: &Arc<Self>,
        actor: &Actor,
        (id, now): (UploadId, Timestamp),
        next: Next,
    ) -> Result<Lent> {
        let mut all = self.held();
        let held = find(&mut all, actor, (id, now))?;
        let came = held.came()?;
        if next.offset != came {
            return Err(UPLOAD_OFFSET_MISMATCH.because(format!(
                "The upload stands at byte {came}; send it from there."
            )));
        }
        if next.bytes.is_some_and(|bytes| bytes > held.bytes - came) {
            return UPLOAD_OVERRUN.refuse();
        }
        Ok(Lent {
            uploads: Arc::clone(self),
            id,
            bytes: held.bytes,
            part: Some(std::mem::replace(&mut held.part, Part::Lent)),
        })
    }

    /// Gives up an upload of the actor.
    pub fn give_up(&self, actor: &Actor, id: UploadId, now: Timestamp) -> Result<()> {
        let mut all = self.held();
        find(&mut all, actor, (id, now))?;
        all.remove(&id);
        Ok(())
    }

    /// Forgets the uploads whose time is over.
    pub fn sweep(&self, now: Timestamp) {
        self.held().retain(|_, held| held.expires > now);
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<UploadId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An upload of the actor that is not over.
fn find<'a>(
    all: &'a mut BTreeMap<UploadId, Held>,
    actor: &Actor,
    (id, now): (UploadId, Timestamp),
) -> Result<&'a mut Held> {
    let user = actor.require_user()?;
    let held = all.get_mut(&id).filter(|held| held.user == user);
    held.filter(|held| held.expires > now)
        .or_refuse(UPLOAD_NOT_FOUND)
}

/// An upload that one request goes on with. Dropped, it is given back as far as it came.
#[derive(Debug)]
pub struct Lent {
    uploads: Arc<Uploads>,
    id: UploadId,
    bytes: u64,
    /// `None` once it was refused.
    part: Option<Part>,
}

impl Lent {
    /// How many bytes have come.
    pub fn came(&self) -> u64 {
        match &self.part {
            Some(Part::Coming(upload)) => upload.came(),
            Some(Part::Whole(_)) => self.bytes,
            Some(Part::Lent) | None => 0,
        }
    }

    /// Takes the next piece. It waits for the disk. More than was declared is not taken; any other
    /// error ends the upload.
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        if piece.len() as u64 > self.bytes - self.came() {
            return UPLOAD_OVERRUN.refuse();
        }
        if let Some(Part::Coming(upload)) = &mut self.part {
            let taken = upload.append(piece);
            return taken.inspect_err(|_| self.part = None);
        }
        Ok(())
    }

    /// The command that adds the file, once all of it has come. It waits for the disk; an error
    /// ends the upload.
    pub fn finish(&mut self) -> Result<Option<AddFile>> {
        if self.came() < self.bytes {
            return Ok(None);
        }
        let add = match self.part.take() {
            Some(Part::Coming(upload)) => Box::new(upload.finish()?),
            Some(Part::Whole(add)) => add,
            Some(Part::Lent) | None => return UPLOAD_NOT_FOUND.refuse(),
        };
        self.part = Some(Part::Whole(add.clone()));
        Ok(Some(*add))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut all = self.uploads.held();
        let Some(part) = self.part.take() else {
            all.remove(&self.id);
            return;
        };
        // What was given up meanwhile goes with this.
        if let Some(held) = all.get_mut(&self.id) {
            held.part = part;
        }
    }
}
