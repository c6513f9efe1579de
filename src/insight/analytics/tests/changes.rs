//! Stories of changes that concern many, and of events that nobody here knows.

use app::{Actor, Command, Tx};
use assess::assignments::{Assignment, AssignmentId};
use courses::enrollments::{EnrollmentChange, EnrollmentState, Unenroll, UpdateEnrollment};
use courses::modules::{PublishItem, RemoveItem, UnpublishItem, UnpublishModule};
use courses::neighbours::Neighbours;
use kernel::Result;
use store::{Snapshot, Table};

use super::*;
use crate::tests::Novelty;

/// Changes records as no command does.
struct Put<F>(F);

impl<F: Fn(&mut Tx<'_>) -> Result<()> + Send + 'static> Command for Put<F> {
    type Out = ();
    const NAME: &'static str = "tests.put";

    fn permit(&self, _: &Actor, _: &Snapshot) -> Result<()> {
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        (self.0)(tx)
    }
}

static ASSIGNMENTS: Table<AssignmentId, Assignment> = Table::new(0x0301, "assignments");

/// Gives an assignment other points, and says something about it.
fn points(
    cast: &Cast,
    id: AssignmentId,
    points: f64,
    novelty: fn(CourseId, AssignmentId) -> Novelty,
) {
    let change = move |tx: &mut Tx<'_>| {
        let found = tx.get(&ASSIGNMENTS, &id)?.expect("the assignment is there");
        let course = found.course;
        tx.put(
            &ASSIGNMENTS,
            &id,
            &Assignment {
                points: Some(points),
                ..found
            },
        )?;
        tx.emit(&novelty(course, id))
    };
    cast.does(Role::Program, Put(change));
}

#[test]
fn what_concerns_a_whole_course_is_read_anew_whoever_tells_of_it() {
    let (cast, course) = class();
    let essay = essay(&cast, 1);
    let essay = set(&cast, course, essay);
    let work = cast.does(Role::Student, hand_in(essay));
    cast.does(Role::Teacher, grade(work, 10.0));
    assert_eq!(seen(&cast, course, 1).average_score, Some(50.0));
    points(&cast, essay, 40.0, |course, id| Novelty {
        course,
        user: None,
        assignment: Some(id),
    });
    assert_eq!(seen(&cast, course, 1).average_score, Some(25.0));
    points(&cast, essay, 10.0, |course, _| Novelty {
        course,
        user: None,
        assignment: None,
    });
    assert_eq!(seen(&cast, course, 1).average_score, Some(100.0));
}

#[test]
fn reading_anew_changes_nothing_that_was_right() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let (first, second) = (essay(&cast, 1), essay(&cast, 5));
    let (first, second) = (set(&cast, course, first), set(&cast, course, second));
    for (role, essay) in [
        (Role::Student, first),
        (Role::Member, first),
        (Role::Member, second),
    ] {
        let work = cast.does(role, hand_in(essay));
        cast.does(Role::Teacher, grade(work, 15.0));
    }
    let before = seen(&cast, course, 3);
    let student = cast.user(Role::Student);
    for (user, assignment) in [
        (None, None),
        (Some(student), None),
        (Some(student), Some(first)),
        (None, Some(second)),
    ] {
        let say = move |tx: &mut Tx<'_>| {
            tx.emit(&Novelty {
                course,
                user,
                assignment,
            })
        };
        cast.does(Role::Program, Put(say));
        assert_eq!(seen(&cast, course, 3), before);
    }
}

#[test]
fn a_review_that_is_asked_for_while_it_is_held_is_held_again() {
    let (cast, course) = class();
    catch_up(&cast);
    let say = move |tx: &mut Tx<'_>| {
        tx.emit(&Novelty {
            course,
            user: None,
            assignment: None,
        })
    };
    cast.does(Role::Program, Put(say));
    cast.school.catch_up();
    let reviews = &super::super::tables::REVIEWS;
    let review = || {
        cast.school
            .app
            .snapshot()
            .get(reviews, &course)
            .unwrap()
            .unwrap()
    };
    assert!(review().anew && review().due_at == Timestamp::default());
    let asked = review().asked;
    catch_up(&cast);
    assert!(!review().anew && review().due_at > cast.school.app.now());
    assert_eq!(review().asked, asked);
}

#[test]
fn who_is_taken_out_is_counted_no_longer_and_comes_back_with_what_they_did() {
    let (cast, course) = class();
    let essay = essay(&cast, 1);
    let essay = set(&cast, course, essay);
    cast.does(Role::Student, hand_in(essay));
    let counted = || {
        let shown = seen(&cast, course, 1);
        (shown.enrolled_students, shown.submission_count)
    };
    assert_eq!(counted(), (1, 1));
    let user = cast.user(Role::Student);
    let moved = |state| UpdateEnrollment {
        course,
        user,
        change: EnrollmentChange {
            state: Some(state),
            ..EnrollmentChange::default()
        },
    };
    cast.does(Role::Teacher, moved(EnrollmentState::Completed));
    assert_eq!(counted(), (0, 0));
    cast.does(Role::Teacher, moved(EnrollmentState::Active));
    assert_eq!(counted(), (1, 1));
    cast.does(Role::Teacher, Unenroll { course, user });
    assert_eq!(counted(), (0, 0));
    enroll(&cast, course, Role::Student, CourseRole::Student);
    assert_eq!(counted(), (1, 1));
}

#[test]
fn what_is_hidden_or_removed_counts_no_longer() {
    let (cast, course) = class();
    let create = CreateModule {
        course,
        title: "Basics".to_owned(),
        published: true,
    };
    let module = cast.does(Role::Teacher, create);
    let link = || AddItem {
        course,
        module,
        title: "Link".to_owned(),
        content: Linked::Link(WebAddress::parse("https://example.org/").unwrap()),
        estimated_minutes: None,
        published: true,
    };
    let (first, second) = (
        cast.does(Role::Teacher, link()),
        cast.does(Role::Teacher, link()),
    );
    let item = first;
    cast.does(Role::Student, CompleteItem { course, item });
    let rate = || seen(&cast, course, 1).completion_rate;
    assert_eq!(rate(), Some(0.5));
    cast.does(Role::Teacher, UnpublishItem { course, item });
    assert_eq!(rate(), Some(0.0));
    let neighbours = Neighbours::NONE;
    let show = PublishItem {
        course,
        item,
        neighbours,
    };
    cast.does(Role::Teacher, show);
    let item = second;
    cast.does(Role::Teacher, RemoveItem { course, item });
    assert_eq!(rate(), Some(1.0));
    cast.does(Role::Teacher, UnpublishModule { course, module });
    assert_eq!(rate(), None);
}
