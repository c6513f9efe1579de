//! What handing in costs, and that a key holds over a restart.

use std::path::Path;
use std::sync::Arc;

use app::{Actor, App, Command, SchoolRole, Tx, UserId};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use kernel::{Clock, PageRequest, Result};
use people::users::{AddUser, NewUser};
use store::{Options, Quarantine, Snapshot, Store};
use testkit::{ManualClock, Role};

use super::{areas, class, essay, hand_in, set};
use crate::assignments::CreateAssignment;
use crate::submissions::{SubmissionFilter, SubmitAssignment, submissions_of};

/// The most points and scans that handing in reads, permission and all, in a course without
/// extensions. Eight thousand of these are to go through one thread in a second.
const READS_MAX: u64 = 18;

/// A command that answers how much it read.
struct Counted(SubmitAssignment);

impl Command for Counted {
    type Out = u64;
    const NAME: &'static str = SubmitAssignment::NAME;

    fn permit(&self, _: &Actor, _: &Snapshot) -> Result<()> {
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<u64> {
        let before = tx.reads();
        self.0.permit(tx.actor(), tx)?;
        self.0.run(tx)?;
        Ok(tx.reads() - before)
    }
}

#[test]
fn handing_in_reads_little() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let keyed = |body| SubmitAssignment {
        idempotency_key: Some(format!("key of {body}")),
        ..hand_in(essay, body)
    };
    for body in ["first", "second", "third"] {
        let reads = cast.does(Role::Student, Counted(keyed(body)));
        assert!(reads <= READS_MAX, "{reads} reads");
    }
}

/// An application over the records in a folder.
fn open(root: &Path) -> App {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::default());
    let quarantine = Quarantine {
        folder: root.join("quarantine"),
        label: "now".to_owned(),
    };
    let options = Options {
        clock: Arc::clone(&clock),
        ..Options::default()
    };
    let store = Store::on_disk(&root.join("records"), &quarantine, options).unwrap();
    App::new(store, clock, areas().concat(), None)
}

/// A student in a published course.
fn student(app: &App) -> (UserId, CourseId) {
    let program = Actor::program("test");
    let add = AddUser {
        user: NewUser::named("lena", "Lena").unwrap(),
        password: None,
    };
    let user = app.run_blocking(program.clone(), add).unwrap();
    let course = NewCourse::titled("CS-101", "Computing").unwrap();
    let course = CreateCourse {
        course,
        idempotency_key: None,
    };
    let course = app.run_blocking(program.clone(), course).unwrap();
    let role = CourseRole::Student;
    let enroll = Enroll {
        course,
        user,
        role,
        section: None,
        idempotency_key: None,
    };
    app.run_blocking(program.clone(), enroll).unwrap();
    app.run_blocking(program, PublishCourse { course }).unwrap();
    (user, course)
}

#[test]
fn the_same_key_hands_in_once_even_after_a_restart() {
    let root = tempfile::tempdir().unwrap();
    let app = open(root.path());
    let (user, course) = student(&app);
    let create = CreateAssignment {
        course,
        module: None,
        assignment: essay(),
        estimated_minutes: None,
    };
    let program = Actor::program("test");
    let assignment = app.run_blocking(program.clone(), create).unwrap();
    let lena = Actor::user(user, SchoolRole::Member, app.new_id());
    let keyed = |body| SubmitAssignment {
        idempotency_key: Some("k".to_owned()),
        ..hand_in(assignment, body)
    };
    let first = app.run_blocking(lena.clone(), keyed("work")).unwrap();
    app.store().close();
    drop(app);

    let app = open(root.path());
    let again = app.run_blocking(lena.clone(), keyed("work")).unwrap();
    assert_eq!(again, first);
    let reused = app.run_blocking(lena, keyed("other work")).unwrap_err();
    assert_eq!(reused.problem(), Some(app::IDEMPOTENCY_KEY_REUSED));
    let snapshot = app.snapshot();
    let asked = (SubmissionFilter::default(), &PageRequest::first(10));
    let all = submissions_of(&snapshot, &program, assignment, asked).unwrap();
    assert_eq!(all.total, 1);
    let findings = app::check(&snapshot, app.features()).unwrap();
    assert_eq!(findings.faults, Vec::<String>::new());
}
