//! What this area does when a course as a whole is hidden, copied or cleared of its files.

use courses::catalog::{
    COURSE_HAS_WORK, CourseChange, CourseId, PublishCourse, UnpublishCourse, UpdateCourse, course,
};
use courses::change::Change;
use courses::copies::CopyCourse;
use courses::files::{DeleteFile, FILE_IN_USE};
use courses::markup::{SafeHtml, Written};
use courses::modules::{CreateModule, PublishItem, items_of};
use courses::neighbours::Neighbours;
use testkit::{Cast, Role};

use super::{DAY, class, course_with_files, enroll, essay, hand_in, set};
use crate::assignments::{
    self, AssignmentId, CreateAssignment, NewAssignment, PostGrades, assignments_of,
};
use crate::submissions::{self, SubmitAssignment, Work};

const NEIGHBOURS: Neighbours = Neighbours {
    has_work: submissions::any_in,
    has_handed_in: submissions::has_handed_in,
    publish_assignment: assignments::publish,
    assignments_of,
    copy_assignment: assignments::copy,
    ..Neighbours::NONE
};

#[test]
fn a_course_is_not_hidden_once_something_was_handed_in() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let neighbours = NEIGHBOURS;
    let unpublish = UnpublishCourse { course, neighbours };
    cast.does(Role::Teacher, unpublish.clone());
    cast.does(Role::Teacher, PublishCourse { course });
    cast.does(Role::Student, hand_in(essay, "Mine."));
    assert_eq!(cast.refused(Role::Teacher, unpublish), COURSE_HAS_WORK);
    cast.school.agrees();
}

#[test]
fn a_file_that_somebody_handed_in_is_not_deleted() {
    let (cast, _) = class();
    let (course, files) = course_with_files(&cast, "CS-102", &[true, true]);
    cast.does(Role::Program, PublishCourse { course });
    enroll(&cast, course, Role::Student);
    let essay = CreateAssignment {
        course,
        module: None,
        assignment: essay(),
        estimated_minutes: None,
    };
    let essay = cast.does(Role::Admin, essay);
    let work = SubmitAssignment {
        work: Work::new(None, None, vec![files[0]]).unwrap(),
        ..hand_in(essay, "a file instead")
    };
    cast.does(Role::Student, work);
    let delete = |at: usize| DeleteFile {
        file: files[at],
        neighbours: NEIGHBOURS,
    };
    assert_eq!(cast.refused(Role::Admin, delete(0)), FILE_IN_USE);
    cast.does(Role::Admin, delete(1));
    cast.school.agrees();
}

#[test]
fn an_item_that_is_published_publishes_the_work_behind_it() {
    let (cast, course) = class();
    let module = CreateModule {
        course,
        title: "Basics".to_owned(),
        published: true,
    };
    let module = Some(cast.does(Role::Teacher, module));
    let create = CreateAssignment {
        course,
        module,
        assignment: essay().published(false),
        estimated_minutes: None,
    };
    let essay = cast.does(Role::Teacher, create);
    let item = items_of(&cast.school.app.snapshot(), course, essay).unwrap()[0].0;
    let neighbours = NEIGHBOURS;
    let publish = PublishItem {
        course,
        item,
        neighbours,
    };
    cast.does(Role::Teacher, publish);
    cast.does(Role::Student, hand_in(essay, "I see it."));
    cast.school.agrees();
}

/// Lets the course begin now, and copies it to begin ten days later.
fn copied(cast: &Cast, id: CourseId) -> CourseId {
    let now = cast.school.app.now();
    let change = CourseChange {
        starts_at: Change::To(Some(now)),
        ..CourseChange::default()
    };
    cast.does(Role::Teacher, UpdateCourse { course: id, change });
    let copy = CopyCourse {
        course: id,
        code: "CS-102".to_owned(),
        title: Some("Once more".to_owned()),
        starts_at: Some(now.plus(10 * DAY)),
        neighbours: NEIGHBOURS,
        idempotency_key: None,
    };
    cast.does(Role::Admin, copy)
}

#[test]
fn the_copy_of_work_has_its_terms_later_and_nothing_handed_in() {
    let (cast, id) = class();
    let now = cast.school.app.now();
    let first = set(&cast, id, essay());
    let link = format!("<a href=\"/courses/{id}/assignments/{first}\">first</a>");
    let instructions = SafeHtml::of(Written::Html(&link)).unwrap();
    let work = NewAssignment::titled("Essay", instructions).unwrap();
    let work = work.points(Some(10.0)).unwrap();
    let dates = work.dates(Some(now), Some(now.plus(DAY)), Some(now.plus(2 * DAY)));
    let second = set(&cast, id, dates.unwrap());
    cast.does(Role::Student, hand_in(second, "Mine."));
    cast.does(Role::Teacher, PostGrades { assignment: second });

    let copy = copied(&cast, id);
    let snapshot = cast.school.app.snapshot();
    let title = &course(&snapshot, copy).unwrap().unwrap().title;
    let copies: Vec<AssignmentId> = assignments_of(&snapshot, copy).unwrap();
    assert_eq!((title.as_str(), copies.len()), ("Once more", 2));
    let read = |id| assignments::assignment(&snapshot, id).unwrap().unwrap();
    let (original, made) = (read(second), read(copies[1]));
    assert_eq!(made.due_at, Some(now.plus(11 * DAY)));
    assert_eq!(made.unlock_at, Some(now.plus(10 * DAY)));
    assert_eq!(made.lock_at, Some(now.plus(12 * DAY)));
    assert_eq!(
        (made.points, made.grades_posted_at),
        (original.points, None)
    );
    assert!(original.grades_posted_at.is_some());
    let link = format!("/courses/{copy}/assignments/{}", copies[0]);
    assert!(made.instructions.as_str().contains(&link));
    assert!(!submissions::any_in(&snapshot, copy).unwrap());
    cast.school.agrees();
}
