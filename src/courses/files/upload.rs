//! A file on its way in: looked at while it comes, and never held in memory whole.
//!
//! The face gives each piece to [`Upload::append`], which writes it to the disk and refuses as soon
//! as it can: before the first byte by name and declared size, with the first bytes by what they
//! are, at the limit by size. An upload that is dropped leaves nothing behind.

use std::io;

use app::Actor;
use kernel::{Error, Fault, Result};
use store::Snapshot;

use super::add_file::AddFile;
use super::blobs::{Blobs, Incoming};
use super::kinds::{HEAD_BYTES, Kind, Unfit, kind_of, may_be_taken};
use super::model::Limits;
use super::names::shown_name;
use super::pictures::{self, PIXELS_MAX, Size};
use super::problems::{
    DISK_FULL, EMPTY_FILE, FILE_TYPE_MISMATCH, FILE_TYPE_NOT_ALLOWED, IMAGE_TOO_LARGE,
};
use super::room::{Keeper, Room};
use crate::catalog::CourseId;

/// What is said of a file before its bytes come.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The course.
    pub course: CourseId,
    /// The name, as it was sent.
    pub name: String,
    /// How many bytes are to come, where that was said.
    pub bytes: Option<u64>,
    /// Whether learners may read it. A learner's own file is theirs whatever this says.
    pub published: bool,
    /// The same for each try of one upload: it then counts once.
    pub idempotency_key: Option<String>,
}

/// A file on its way in.
#[derive(Debug)]
pub struct Upload {
    announced: Announced,
    name: String,
    incoming: Incoming,
    limits: Limits,
    room: Room,
    head: Vec<u8>,
    kind: Option<Kind>,
}

impl Upload {
    /// Begins to take a file, when the actor may add it and there is room.
    pub fn begin(
        snapshot: &Snapshot,
        actor: &Actor,
        blobs: &Blobs,
        announced: Announced,
        limits: Limits,
    ) -> Result<Self> {
        let keeper = Keeper::of(snapshot, actor, announced.course)?;
        let name = shown_name(&announced.name);
        if !may_be_taken(&name) {
            return Err(FILE_TYPE_NOT_ALLOWED.on("name"));
        }
        let room = Room::left(snapshot, (keeper, announced.course), &limits)?;
        let declared = announced.bytes.unwrap_or(0);
        if declared > room.bytes() || room.bytes() == 0 {
            return Err(room.refusal());
        }
        let free = blobs.free_bytes().map_err(unwritten)?;
        if free < limits.disk_floor_bytes.saturating_add(declared) {
            return DISK_FULL.refuse();
        }
        Ok(Self {
            announced,
            name,
            incoming: blobs.incoming(),
            limits,
            room,
            head: Vec::with_capacity(HEAD_BYTES),
            kind: None,
        })
    }

    /// How many bytes have come.
    pub(super) fn came(&self) -> u64 {
        self.incoming.bytes()
    }

    /// Takes the next piece. It waits for the disk; an error ends the upload.
    pub fn append(&mut self, piece: &[u8]) -> Result<()> {
        if self.came() + piece.len() as u64 > self.room.bytes() {
            return Err(self.room.refusal());
        }
        self.incoming.append(piece).map_err(unwritten)?;
        if self.kind.is_none() {
            let wanted = HEAD_BYTES - self.head.len();
            self.head
                .extend_from_slice(piece.get(..wanted).unwrap_or(piece));
            if self.head.len() == HEAD_BYTES {
                self.recognise()?;
            }
        }
        Ok(())
    }

    /// Moves the bytes to their place once all are written, and gives the command that adds the
    /// file. It waits for the disk.
    pub fn finish(mut self) -> Result<AddFile> {
        if self.came() == 0 {
            return EMPTY_FILE.refuse();
        }
        let kind = match self.kind {
            Some(kind) => kind,
            None => self.recognise()?,
        };
        if kind.is_measured() {
            self.measure()?;
        }
        let blob = self.incoming.settle().map_err(unwritten)?;
        Ok(AddFile {
            course: self.announced.course,
            name: self.name,
            media_type: kind.media_type,
            blob,
            published: self.announced.published,
            limits: self.limits,
            idempotency_key: self.announced.idempotency_key,
        })
    }

    /// What the file is, by its name and its first bytes.
    fn recognise(&mut self) -> Result<Kind> {
        let kind = kind_of(&self.name, &self.head).map_err(|unfit| match unfit {
            Unfit::NotAllowed => FILE_TYPE_NOT_ALLOWED.on("name"),
            Unfit::Mismatch => FILE_TYPE_MISMATCH.on("name"),
        })?;
        if kind.is_measured()
            && let Ok(Some(size)) = pictures::size(&mut io::Cursor::new(&self.head))
        {
            require_small(size)?;
        }
        self.kind = Some(kind);
        Ok(kind)
    }

    /// Reads the size of a picture from the disk: some formats keep it behind much else.
    fn measure(&self) -> Result<()> {
        let file = fs_err::File::open(self.incoming.path()).map_err(unwritten)?;
        match pictures::size(&mut io::BufReader::new(file)) {
            Ok(Some(size)) => require_small(size),
            Ok(None) => FILE_TYPE_MISMATCH.refuse(),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                FILE_TYPE_MISMATCH.refuse()
            }
            Err(error) => Err(unwritten(error)),
        }
    }
}

fn require_small(size: Size) -> Result<()> {
    if size.pixels() <= PIXELS_MAX {
        return Ok(());
    }
    let (width, height) = (size.width, size.height);
    Err(IMAGE_TOO_LARGE.because(format!(
        "The picture has {width} by {height} dots; at most 40 million in all are taken."
    )))
}

/// What an error of the disk means for who uploads: no room, or our fault.
fn unwritten(error: io::Error) -> Error {
    let full = matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    );
    if full {
        DISK_FULL.error()
    } else {
        Fault::caused("writing an upload", error).into()
    }
}
