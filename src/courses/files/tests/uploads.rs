//! Stories of files that come in.

use app::{Actor, IDEMPOTENCY_KEY_REUSED};
use kernel::{Error, PageRequest, Problem};
use tempfile::TempDir;
use testkit::{Cast, Role};

use crate::catalog::{self, COURSE_NOT_OPEN, CourseId, CourseState};
use crate::files::*;
use crate::modules::{AddItem, Linked};
use crate::tests::{class, module, set_state};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0rest";

/// A class with a folder for the bytes.
struct World {
    cast: Cast,
    course: CourseId,
    blobs: Blobs,
    root: TempDir,
    limits: Limits,
}

impl World {
    fn new() -> Self {
        let (cast, course) = class();
        let root = tempfile::tempdir().unwrap();
        let limits = Limits {
            course_file_bytes: 1_000,
            own_file_bytes: 100,
            course_bytes: 1_500,
            person_bytes: 150,
            disk_floor_bytes: 0,
        };
        Self {
            cast,
            course,
            blobs: Blobs::open(root.path()).unwrap(),
            root,
            limits,
        }
    }

    fn announced(&self, name: &str) -> Announced {
        Announced {
            course: self.course,
            name: name.to_owned(),
            bytes: None,
            published: true,
            idempotency_key: None,
        }
    }

    /// Sends these bytes in pieces.
    fn sends(&self, role: Role, announced: Announced, bytes: &[u8]) -> kernel::Result<FileId> {
        let actor = self.cast.actor(role);
        let command = self.receive(&actor, announced, bytes)?;
        self.cast.tries(role, command)
    }

    fn receive(
        &self,
        actor: &Actor,
        announced: Announced,
        bytes: &[u8],
    ) -> kernel::Result<AddFile> {
        let snapshot = self.cast.school.app.snapshot();
        let mut upload = Upload::begin(&snapshot, actor, &self.blobs, announced, self.limits)?;
        for piece in bytes.chunks(7) {
            upload.append(piece)?;
        }
        upload.finish()
    }

    fn refused(&self, role: Role, announced: Announced, bytes: &[u8]) -> Problem {
        match self.sends(role, announced, bytes) {
            Err(Error::Refused(refusal)) => refusal.problem,
            other => panic!("was to be refused: {other:?}"),
        }
    }

    fn sees(&self, role: Role, id: FileId) -> bool {
        let snapshot = self.cast.school.app.snapshot();
        viewed(&snapshot, &self.cast.actor(role), id)
            .unwrap()
            .is_some()
    }

    /// Nothing is left behind but what records name, and everything agrees.
    fn agrees(&self) {
        let incoming = fs_err::read_dir(self.root.path().join("incoming")).unwrap();
        assert_eq!(incoming.count(), 0);
        self.cast.school.agrees();
    }
}

#[test]
fn a_file_of_the_course_is_kept_listed_and_renamed() {
    let world = World::new();
    let id = world
        .sends(Role::Teacher, world.announced("../maps/Map.png"), PNG)
        .unwrap();
    let teacher = world.cast.actor(Role::Teacher);
    let snapshot = world.cast.school.app.snapshot();
    let file = viewed(&snapshot, &teacher, id).unwrap().unwrap();
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str(), file.bytes),
        ("Map.png", "image/png", PNG.len() as u64)
    );
    assert!(world.blobs.verify(file.hash).unwrap());
    let course = catalog::view(&snapshot, &teacher, world.course)
        .unwrap()
        .unwrap();
    let listed = files_of(&snapshot, &course, &PageRequest::first(10)).unwrap();
    assert_eq!((listed.total, listed.entries[0].1.0), (1, id));
    let rename = |name: &str| RenameFile {
        file: id,
        name: name.to_owned(),
    };
    world.cast.does(Role::Designer, rename("a/Old Town.png"));
    assert_eq!(
        world.cast.refused(Role::Designer, rename("town.exe")),
        FILE_TYPE_MISMATCH
    );
    let snapshot = world.cast.school.app.snapshot();
    assert_eq!(
        viewed(&snapshot, &teacher, id).unwrap().unwrap().name,
        "Old Town.png"
    );
    assert!(world.sees(Role::Student, id) && world.sees(Role::Observer, id));
    world.agrees();
}

#[test]
fn a_learners_file_is_seen_by_the_learner_and_by_who_grades() {
    let world = World::new();
    let id = world
        .sends(
            Role::Student,
            world.announced("essay.txt"),
            b"Once upon a time",
        )
        .unwrap();
    for (role, sees) in [
        (Role::Student, true),
        (Role::Teacher, true),
        (Role::Assistant, true),
        (Role::Admin, true),
        (Role::Designer, false),
        (Role::Observer, false),
        (Role::Member, false),
    ] {
        assert_eq!(world.sees(role, id), sees, "{role}");
    }
    let snapshot = world.cast.school.app.snapshot();
    let teacher = world.cast.actor(Role::Teacher);
    let course = catalog::view(&snapshot, &teacher, world.course)
        .unwrap()
        .unwrap();
    assert_eq!(
        files_of(&snapshot, &course, &PageRequest::first(10))
            .unwrap()
            .total,
        0
    );
    let add = AddItem {
        course: world.course,
        module: module(&world.cast, world.course, true),
        title: "An essay".to_owned(),
        content: Linked::File(id),
        estimated_minutes: None,
        published: true,
    };
    assert_eq!(world.cast.refused(Role::Teacher, add), FILE_NOT_FOUND);
    let rename = RenameFile {
        file: id,
        name: "x.txt".to_owned(),
    };
    assert_eq!(world.cast.refused(Role::Student, rename).code, "FORBIDDEN");
    world.agrees();
}

#[test]
fn what_is_not_taken_leaves_nothing_behind_and_a_right_file_is_taken_afterwards() {
    let world = World::new();
    let mut huge = PNG.to_vec();
    huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let long = vec![b'x'; 1_001];
    for (role, name, bytes, problem) in [
        (Role::Teacher, "a.txt", &b""[..], EMPTY_FILE),
        (Role::Teacher, "a.txt", &long, FILE_TOO_LARGE),
        (Role::Student, "a.txt", &long[..101], FILE_TOO_LARGE),
        (Role::Teacher, "a.png", b"<html>", FILE_TYPE_MISMATCH),
        (Role::Teacher, "a.png", &PNG[..20], FILE_TYPE_MISMATCH),
        (Role::Teacher, "a.exe", b"text", FILE_TYPE_NOT_ALLOWED),
        (Role::Teacher, "a", b"MZ\0\0", FILE_TYPE_NOT_ALLOWED),
        (Role::Teacher, "a.png", &huge, IMAGE_TOO_LARGE),
    ] {
        assert_eq!(
            world.refused(role, world.announced(name), bytes),
            problem,
            "{name}"
        );
    }
    let declared = Announced {
        bytes: Some(1_001),
        ..world.announced("a.txt")
    };
    assert_eq!(world.refused(Role::Teacher, declared, b"x"), FILE_TOO_LARGE);
    let blobs = fs_err::read_dir(world.root.path()).unwrap();
    assert_eq!(blobs.count(), 1, "only the folder of what is coming in");
    world
        .sends(Role::Teacher, world.announced("a.png"), PNG)
        .unwrap();
    world.agrees();
}

#[test]
fn room_is_counted_for_the_course_and_for_each_learner() {
    let world = World::new();
    let (long, own) = (vec![b'x'; 1_000], vec![b'y'; 100]);
    world
        .sends(Role::Teacher, world.announced("1.txt"), &long)
        .unwrap();
    assert_eq!(
        world.refused(Role::Teacher, world.announced("2.txt"), &long),
        COURSE_QUOTA_EXCEEDED
    );
    world
        .sends(Role::Teacher, world.announced("3.txt"), &long[..500])
        .unwrap();
    assert_eq!(
        world.refused(Role::Teacher, world.announced("4.txt"), b"x"),
        COURSE_QUOTA_EXCEEDED
    );
    world
        .sends(Role::Student, world.announced("1.txt"), &own)
        .unwrap();
    assert_eq!(
        world.refused(Role::Student, world.announced("2.txt"), &own),
        PERSON_QUOTA_EXCEEDED
    );
    // Two that began while there was room for one of them: the second is refused.
    let student = world.cast.actor(Role::Student);
    let both = [b"abc", b"abd"].map(|bytes| {
        let bytes = bytes.repeat(10);
        world
            .receive(&student, world.announced("x.txt"), &bytes)
            .unwrap()
    });
    let [first, second] = both;
    world.cast.does(Role::Student, first);
    assert_eq!(
        world.cast.refused(Role::Student, second),
        PERSON_QUOTA_EXCEEDED
    );
    world.agrees();
}

#[test]
fn a_disk_that_is_nearly_full_takes_nothing() {
    let mut world = World::new();
    world.limits.disk_floor_bytes = u64::MAX;
    assert_eq!(
        world.refused(Role::Teacher, world.announced("a.png"), PNG),
        DISK_FULL
    );
    world.agrees();
}

#[test]
fn an_upload_that_is_repeated_under_its_key_counts_once() {
    let world = World::new();
    let keyed = || Announced {
        idempotency_key: Some("one".to_owned()),
        ..world.announced("essay.txt")
    };
    let first = world.sends(Role::Student, keyed(), b"Once").unwrap();
    assert_eq!(world.sends(Role::Student, keyed(), b"Once").unwrap(), first);
    assert_eq!(
        world.refused(Role::Student, keyed(), b"Twice"),
        IDEMPOTENCY_KEY_REUSED
    );
    world.agrees();
}

#[test]
fn who_may_add_files_follows_from_their_place_and_the_course() {
    let world = World::new();
    for (role, code) in [
        (Role::Nobody, "UNAUTHENTICATED"),
        (Role::Member, "NOT_FOUND"),
        (Role::Staff, "NOT_FOUND"),
        (Role::Observer, "FORBIDDEN"),
    ] {
        let refused = world.refused(role, world.announced("a.png"), PNG);
        assert_eq!(refused.code, code, "{role}");
    }
    set_state(&world.cast, world.course, CourseState::Archived);
    for (role, problem) in [
        (Role::Teacher, catalog::COURSE_ARCHIVED),
        (Role::Student, COURSE_NOT_OPEN),
    ] {
        assert_eq!(world.refused(role, world.announced("a.png"), PNG), problem);
    }
    world.agrees();
}

/// The upload of a small picture, as far as it needs the disk.
pub(crate) fn small_picture(cast: &Cast, course: CourseId) -> AddFile {
    let root = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(root.path()).unwrap();
    let announced = Announced {
        course,
        name: "map.png".to_owned(),
        bytes: None,
        published: true,
        idempotency_key: None,
    };
    let limits = Limits {
        disk_floor_bytes: 0,
        ..Limits::default()
    };
    let (snapshot, teacher) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
    let mut upload = Upload::begin(&snapshot, &teacher, &blobs, announced, limits).unwrap();
    upload.append(PNG).unwrap();
    upload.finish().unwrap()
}
