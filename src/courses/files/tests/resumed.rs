//! Stories of uploads that are gone on with.

use std::sync::Arc;
use std::time::Duration;

use app::Actor;
use kernel::{Error, Problem, Result};
use tempfile::TempDir;
use testkit::{Cast, Role};

use crate::catalog::CourseId;
use crate::files::*;
use crate::tests::class;

const TEXT: &[u8] = b"Once upon a time there was a school.";

/// A class, and what is on its way to it.
struct World {
    cast: Cast,
    course: CourseId,
    uploads: Arc<Uploads>,
    root: TempDir,
}

impl World {
    fn new() -> Self {
        let (cast, course) = class();
        let root = tempfile::tempdir().unwrap();
        let limits = Limits {
            own_file_bytes: 100,
            person_bytes: 150,
            disk_floor_bytes: 0,
            ..Limits::default()
        };
        let blobs = Arc::new(Blobs::open(root.path()).unwrap());
        Self {
            cast,
            course,
            uploads: Arc::new(Uploads::new(blobs, limits)),
            root,
        }
    }

    fn student(&self) -> Actor {
        self.cast.actor(Role::Student)
    }

    fn open(&self, role: Role, name: &str, bytes: u64) -> Result<UploadId> {
        let announced = Announced {
            course: self.course,
            name: name.to_owned(),
            bytes: None,
            published: true,
            idempotency_key: None,
        };
        let app = &self.cast.school.app;
        let (id, actor) = (app.new_id(), self.cast.actor(role));
        let declared = (id, bytes, app.now());
        let opened = self
            .uploads
            .open(&app.snapshot(), &actor, announced, declared);
        opened.map(|_| id)
    }

    fn essay(&self) -> UploadId {
        let bytes = TEXT.len() as u64;
        self.open(Role::Student, "essay.txt", bytes).unwrap()
    }

    fn borrow(&self, id: UploadId, offset: u64) -> Result<Lent> {
        let next = Next {
            offset,
            bytes: None,
        };
        let now = self.cast.school.app.now();
        self.uploads.go_on(&self.student(), (id, now), next)
    }

    fn came(&self, role: Role, id: UploadId) -> Result<u64> {
        let now = self.cast.school.app.now();
        let standing = self.uploads.standing(&self.cast.actor(role), id, now);
        standing.map(|standing| standing.came)
    }

    fn on_disk(&self) -> usize {
        let incoming = fs_err::read_dir(self.root.path().join("incoming"));
        incoming.unwrap().count()
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Refused(refusal)) => refusal.problem,
        other => panic!("was to be refused: {other:?}"),
    }
}

#[test]
fn an_upload_is_gone_on_with_from_where_it_stands_and_counts_once() {
    let world = World::new();
    let id = world.essay();
    let mut lent = world.borrow(id, 0).unwrap();
    lent.append(&TEXT[..10]).unwrap();
    assert_eq!(refused(world.borrow(id, 10)), UPLOAD_IN_USE);
    assert_eq!(refused(world.came(Role::Student, id)), UPLOAD_IN_USE);
    drop(lent);
    assert_eq!(world.came(Role::Student, id).unwrap(), 10);
    for wrong in [0, 9, 11, u64::MAX] {
        assert_eq!(refused(world.borrow(id, wrong)), UPLOAD_OFFSET_MISMATCH);
    }
    let mut lent = world.borrow(id, 10).unwrap();
    assert!(lent.finish().unwrap().is_none(), "more is to come");
    lent.append(&TEXT[10..]).unwrap();
    let add = lent.finish().unwrap().unwrap();
    drop(lent);
    let file = world.cast.does(Role::Student, add);
    // The answer got lost: the end is asked for again, and is the same.
    let end = TEXT.len() as u64;
    assert_eq!(world.came(Role::Student, id).unwrap(), end);
    let again = world.borrow(id, end).unwrap().finish().unwrap().unwrap();
    assert_eq!(world.cast.does(Role::Student, again), file);
    let snapshot = world.cast.school.app.snapshot();
    let kept = viewed(&snapshot, &world.student(), file).unwrap().unwrap();
    let blobs = Blobs::open(world.root.path()).unwrap();
    assert_eq!(fs_err::read(blobs.path(kept.hash)).unwrap(), TEXT);
    assert_eq!(world.on_disk(), 0);
    world.cast.school.agrees();
}

#[test]
fn an_upload_is_known_to_who_began_it_and_for_a_day() {
    let world = World::new();
    let id = world.essay();
    world.borrow(id, 0).unwrap().append(&TEXT[..10]).unwrap();
    for role in [Role::Teacher, Role::Admin, Role::Member] {
        assert_eq!(refused(world.came(role, id)), UPLOAD_NOT_FOUND, "{role}");
        let (actor, now) = (world.cast.actor(role), world.cast.school.app.now());
        let given_up = world.uploads.give_up(&actor, id, now);
        assert_eq!(refused(given_up), UPLOAD_NOT_FOUND, "{role}");
    }
    let clock = &world.cast.school.clock;
    clock.advance(Duration::from_hours(24) - Duration::from_millis(1));
    world.uploads.sweep(world.cast.school.app.now());
    assert_eq!(world.came(Role::Student, id).unwrap(), 10);
    clock.advance(Duration::from_millis(1));
    assert_eq!(refused(world.came(Role::Student, id)), UPLOAD_NOT_FOUND);
    assert_eq!(refused(world.borrow(id, 10)), UPLOAD_NOT_FOUND);
    assert_eq!(world.on_disk(), 1);
    world.uploads.sweep(world.cast.school.app.now());
    assert_eq!(world.on_disk(), 0);
}

#[test]
fn what_is_swept_or_given_up_while_it_comes_is_not_there_afterwards() {
    let world = World::new();
    let now = world.cast.school.app.now();
    for give_up in [true, false] {
        let id = world.essay();
        let mut lent = world.borrow(id, 0).unwrap();
        if give_up {
            let given_up = world.uploads.give_up(&world.student(), id, now);
            given_up.unwrap();
        } else {
            world.uploads.sweep(now.plus(Duration::from_hours(24)));
        }
        lent.append(&TEXT[..10]).unwrap();
        drop(lent);
        assert_eq!(refused(world.came(Role::Student, id)), UPLOAD_NOT_FOUND);
        assert_eq!(world.on_disk(), 0);
    }
}

#[test]
fn limits_hold_for_parts_as_for_a_whole() {
    let world = World::new();
    let open = |name, bytes| refused(world.open(Role::Student, name, bytes));
    assert_eq!(open("essay.txt", 0), EMPTY_FILE);
    assert_eq!(open("essay.txt", 101), FILE_TOO_LARGE);
    assert_eq!(open("essay.exe", 10), FILE_TYPE_NOT_ALLOWED);
    assert_eq!(open("film.mp4", u64::MAX), FILE_TOO_LARGE);
    assert_eq!(
        refused(world.open(Role::Observer, "a.txt", 1)).code,
        "FORBIDDEN"
    );
    let id = world.essay();
    let (now, bytes) = (world.cast.school.app.now(), Some(TEXT.len() as u64 + 1));
    let next = Next { offset: 0, bytes };
    let more = world.uploads.go_on(&world.student(), (id, now), next);
    assert_eq!(refused(more), UPLOAD_OVERRUN);
    let mut lent = world.borrow(id, 0).unwrap();
    lent.append(&TEXT[..30]).unwrap();
    assert_eq!(refused(lent.append(TEXT)), UPLOAD_OVERRUN);
    drop(lent);
    assert_eq!(world.came(Role::Student, id).unwrap(), 30, "it goes on");
    // Three of 60 each were begun while there was room for two of them.
    let full: Vec<u8> = (0..60).map(|at| b'a' + at % 26).collect();
    let three = ["1.txt", "2.txt", "3.txt"].map(|name| {
        let id = world.open(Role::Student, name, 60).unwrap();
        let mut lent = world.borrow(id, 0).unwrap();
        lent.append(&full).unwrap();
        lent.finish().unwrap().unwrap()
    });
    let [first, second, third] = three;
    world.cast.does(Role::Student, first);
    world.cast.does(Role::Student, second);
    assert_eq!(
        world.cast.refused(Role::Student, third),
        PERSON_QUOTA_EXCEEDED
    );
    world.cast.school.agrees();
}

#[test]
fn what_is_refused_is_over() {
    let world = World::new();
    let id = world.open(Role::Student, "map.png", 6).unwrap();
    let mut lent = world.borrow(id, 0).unwrap();
    lent.append(b"<html>").unwrap();
    assert_eq!(refused(lent.finish()), FILE_TYPE_MISMATCH);
    drop(lent);
    assert_eq!(refused(world.came(Role::Student, id)), UPLOAD_NOT_FOUND);
    assert_eq!(world.on_disk(), 0);
}

#[test]
fn one_person_has_twenty_that_are_not_whole() {
    let world = World::new();
    let ids: Vec<_> = (0..20).map(|_| world.essay()).collect();
    let more = world.open(Role::Student, "essay.txt", 1);
    assert_eq!(refused(more), TOO_MANY_UPLOADS);
    world.open(Role::Teacher, "notes.txt", 1).unwrap();
    // A whole one makes room, as does one that is given up.
    let mut lent = world.borrow(ids[0], 0).unwrap();
    lent.append(TEXT).unwrap();
    lent.finish().unwrap().unwrap();
    drop(lent);
    let now = world.cast.school.app.now();
    world
        .uploads
        .give_up(&world.student(), ids[1], now)
        .unwrap();
    world.essay();
    world.essay();
    assert_eq!(
        refused(world.open(Role::Student, "essay.txt", 1)),
        TOO_MANY_UPLOADS
    );
}

#[test]
fn what_was_promised_to_others_is_not_free() {
    let world = World::new();
    let disk = rustix::fs::statvfs(world.root.path()).unwrap();
    let free = disk.f_bavail * disk.f_frsize;
    let blobs = Arc::new(Blobs::open(world.root.path()).unwrap());
    let uploads = Arc::new(Uploads::new(
        blobs,
        Limits {
            course_file_bytes: u64::MAX,
            course_bytes: u64::MAX,
            disk_floor_bytes: 0,
            ..Limits::default()
        },
    ));
    let world = World { uploads, ..world };
    let most = free / 2;
    world.open(Role::Teacher, "1.mp4", most).unwrap();
    let second = world.open(Role::Teacher, "2.mp4", most + most / 2);
    assert_eq!(refused(second), DISK_FULL);
}
