//! Stories of work that is set.

use courses::cartridges::{ImportCourse, ImportedAssignment};
use courses::catalog::{self, CourseState, PublishCourse};
use courses::interchange::SubmissionType;
use courses::markup::SafeHtml;
use courses::modules::{
    Content, CreateModule, MODULE_NOT_FOUND, ModuleId, counting_items, items_of,
};
use kernel::Timestamp;
use testkit::{Cast, Role};

use super::*;
use crate::drafts::{Begun, SaveDraft};
use crate::extensions::{Extension, GrantExtension, Holder};
use crate::grading::{ExcuseStudent, is_excused};
use crate::tests::{DAY, class, essay, hand_in, package, packed, set, set_state};

fn viewed(cast: &Cast, role: Role, id: AssignmentId) -> Option<Viewed> {
    view(&cast.school.app.snapshot(), &cast.actor(role), id).unwrap()
}

fn module(cast: &Cast, course: catalog::CourseId, published: bool) -> ModuleId {
    cast.does(
        Role::Teacher,
        CreateModule {
            course,
            title: "Basics".to_owned(),
            published,
        },
    )
}

#[test]
fn work_that_is_set_in_a_module_has_an_item_that_leads_to_it() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let due = Some(cast.school.app.now().plus(DAY));
    let assignment = essay()
        .dates(None, due, None)
        .unwrap()
        .attempts(Some(2))
        .unwrap();
    let create = CreateAssignment {
        course,
        module: Some(module),
        assignment,
        estimated_minutes: Some(90),
    };
    let id = cast.does(Role::Designer, create);
    let items = items_of(&cast.school.app.snapshot(), course, id).unwrap();
    let [(_, item)] = items.as_slice() else {
        panic!("one item")
    };
    assert_eq!(
        (&item.content, item.due_at),
        (&Content::Assignment(id), due)
    );
    assert_eq!(
        (item.title.as_str(), item.estimated_minutes),
        ("Essay", Some(90))
    );
    let seen = viewed(&cast, Role::Student, id).unwrap().assignment;
    assert_eq!(
        (seen.points, seen.due_at, seen.attempts_allowed),
        (Some(10.0), due, Some(2))
    );
    assert_eq!(seen.grades_posted_at, None);
    cast.school.agrees();
}

#[test]
fn learners_see_work_when_it_and_a_way_to_it_are_published() {
    let (cast, course) = class();
    let (open, closed) = (module(&cast, course, true), module(&cast, course, false));
    for (module, published, seen) in [
        (None, true, true),
        (None, false, false),
        (Some(open), true, true),
        (Some(open), false, false),
        (Some(closed), true, false),
    ] {
        let assignment = essay().published(published);
        let create = CreateAssignment {
            course,
            module,
            assignment,
            estimated_minutes: None,
        };
        let id = cast.does(Role::Teacher, create);
        for role in [Role::Student, Role::Observer] {
            assert_eq!(
                viewed(&cast, role, id).is_some(),
                seen,
                "{role} {module:?} {published}"
            );
        }
        for role in [
            Role::Teacher,
            Role::Assistant,
            Role::Designer,
            Role::Admin,
            Role::Program,
        ] {
            assert!(viewed(&cast, role, id).is_some(), "{role}");
        }
        for role in [Role::Nobody, Role::Member, Role::Staff] {
            assert!(viewed(&cast, role, id).is_none(), "{role}");
        }
    }
    cast.school.agrees();
}

#[test]
fn those_who_teach_and_administrators_grade_and_nobody_else() {
    let (cast, course) = class();
    let id = set(&cast, course, essay());
    for role in Role::ALL {
        let grades = viewed(&cast, role, id).is_some_and(|seen| seen.may_grade(&cast.actor(role)));
        let expected = matches!(
            role,
            Role::Teacher | Role::Assistant | Role::Admin | Role::Program
        );
        assert_eq!(grades, expected, "{role}");
    }
}

#[test]
fn work_is_not_set_in_a_module_of_another_course_nor_in_an_archive() {
    let (cast, course) = class();
    let unknown = Some(cast.school.app.new_id());
    let create = |module| CreateAssignment {
        course,
        module,
        assignment: essay(),
        estimated_minutes: None,
    };
    let before = cast.school.events().len();
    assert_eq!(
        cast.refused(Role::Teacher, create(unknown)),
        MODULE_NOT_FOUND
    );
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Teacher, create(None)),
        catalog::COURSE_ARCHIVED
    );
    assert_eq!(cast.school.events().len(), before);
    cast.school.agrees();
}

#[test]
fn grades_are_posted_once_and_stay_so() {
    let (cast, course) = class();
    let id = set(&cast, course, essay());
    let posted = cast.does(Role::Teacher, PostGrades { assignment: id });
    assert_eq!(posted, cast.school.app.now());
    let events = cast.school.events().len();
    cast.school.clock.advance(DAY);
    assert_eq!(
        cast.does(Role::Assistant, PostGrades { assignment: id }),
        posted
    );
    assert_eq!(cast.school.events().len(), events, "nothing happened");
    let seen = viewed(&cast, Role::Student, id).unwrap();
    assert_eq!(seen.assignment.grades_posted_at, Some(posted));
    cast.school.agrees();
}

#[test]
fn hidden_grades_can_be_posted_again() {
    let (cast, course) = class();
    let id = set(&cast, course, essay());
    let events = cast.school.events().len();
    cast.does(Role::Assistant, HideGrades { assignment: id });
    assert_eq!(cast.school.events().len(), events, "they were hidden");
    cast.does(Role::Assistant, PostGrades { assignment: id });
    cast.does(Role::Teacher, HideGrades { assignment: id });
    let posted_at = |cast: &Cast| {
        let seen = viewed(cast, Role::Student, id).unwrap();
        seen.assignment.grades_posted_at
    };
    assert_eq!(posted_at(&cast), None);
    cast.school.clock.advance(DAY);
    let posted = cast.does(Role::Teacher, PostGrades { assignment: id });
    assert_eq!(posted_at(&cast), Some(posted));
    assert_eq!(posted, cast.school.app.now());
    cast.school.agrees();
}

#[test]
fn a_change_of_work_reaches_the_items_that_lead_there() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let create = CreateAssignment {
        course,
        module: Some(module),
        assignment: essay().attempts(Some(2)).unwrap(),
        estimated_minutes: None,
    };
    let id = cast.does(Role::Teacher, create);
    let due = Some(cast.school.app.now().plus(DAY));
    let change = AssignmentChange {
        title: Change::To("Long essay".to_owned()),
        due_at: Change::To(due),
        attempts_allowed: Change::To(Some(1)),
        late_penalty: Change::To(LatePenalty::new(10.0, LateUnit::Day, 0.0).ok()),
        ..AssignmentChange::default()
    };
    let update = UpdateAssignment {
        assignment: id,
        change,
    };
    cast.does(Role::Designer, update.clone());
    let seen = viewed(&cast, Role::Student, id).unwrap().assignment;
    assert_eq!((seen.title.as_str(), seen.due_at), ("Long essay", due));
    assert_eq!((seen.points, seen.attempts_allowed), (Some(10.0), Some(1)));
    let items = items_of(&cast.school.app.snapshot(), course, id).unwrap();
    let [(_, item)] = items.as_slice() else {
        panic!("one item")
    };
    assert_eq!((item.title.as_str(), item.due_at), ("Long essay", due));
    assert!(item.visible);
    let events = cast.school.events().len();
    cast.does(Role::Teacher, update);
    assert_eq!(cast.school.events().len(), events, "nothing changed");
    let blank = AssignmentChange {
        title: Change::To(" ".to_owned()),
        ..AssignmentChange::default()
    };
    let refused = cast.refused(
        Role::Teacher,
        UpdateAssignment {
            assignment: id,
            change: blank,
        },
    );
    assert_eq!(refused, catalog::TITLE_INVALID);
    cast.school.agrees();
}

#[test]
fn fewer_attempts_than_were_used_take_none_away_and_allow_no_more() {
    let (cast, course) = class();
    let id = set(&cast, course, essay());
    for body in ["one", "two"] {
        cast.does(Role::Student, hand_in(id, body));
    }
    let change = AssignmentChange {
        attempts_allowed: Change::To(Some(1)),
        ..AssignmentChange::default()
    };
    cast.does(
        Role::Teacher,
        UpdateAssignment {
            assignment: id,
            change,
        },
    );
    assert_eq!(
        cast.refused(Role::Student, hand_in(id, "three")),
        ATTEMPTS_EXHAUSTED
    );
    cast.school.agrees();
}

#[test]
fn work_is_hidden_and_shown_again_with_its_items() {
    let (cast, course) = class();
    let (open, closed) = (module(&cast, course, true), module(&cast, course, false));
    let create = |module| CreateAssignment {
        course,
        module: Some(module),
        assignment: essay(),
        estimated_minutes: None,
    };
    let id = cast.does(Role::Teacher, create(open));
    let in_closed = cast.does(Role::Teacher, create(closed));
    let submission = cast.does(Role::Student, hand_in(id, "work"));
    let counted = || {
        let snapshot = cast.school.app.snapshot();
        counting_items(&snapshot, course).unwrap()
    };
    assert_eq!(counted(), 1);
    cast.does(Role::Designer, UnpublishAssignment { assignment: id });
    assert!(viewed(&cast, Role::Student, id).is_none());
    assert_eq!(counted(), 0);
    cast.does(Role::Designer, PublishAssignment { assignment: id });
    assert!(viewed(&cast, Role::Student, id).is_some());
    assert_eq!(counted(), 1);
    let (snapshot, student) = (cast.school.app.snapshot(), cast.actor(Role::Student));
    let kept = crate::submissions::view(&snapshot, &student, submission).unwrap();
    assert!(kept.is_some(), "what was handed in is there again");
    for assignment in [in_closed, in_closed] {
        cast.does(Role::Teacher, UnpublishAssignment { assignment });
    }
    cast.does(
        Role::Teacher,
        PublishAssignment {
            assignment: in_closed,
        },
    );
    assert_eq!(counted(), 1, "its module is still hidden");
    cast.school.agrees();
}

#[test]
fn work_that_nobody_handed_in_for_is_deleted_with_all_that_hangs_on_it() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let create = || CreateAssignment {
        course,
        module: Some(module),
        assignment: essay(),
        estimated_minutes: None,
    };
    let (gone, used) = (
        cast.does(Role::Teacher, create()),
        cast.does(Role::Teacher, create()),
    );
    let student = cast.user(Role::Student);
    cast.does(
        Role::Teacher,
        GrantExtension {
            assignment: gone,
            holder: Holder::User(student),
            extension: Extension {
                extra_attempts: 1,
                ..Extension::default()
            },
        },
    );
    cast.does(
        Role::Teacher,
        ExcuseStudent {
            assignment: gone,
            user: student,
        },
    );
    let begun = Begun::new(Some("It was".to_owned()), None, Vec::new()).unwrap();
    cast.does(
        Role::Student,
        SaveDraft {
            assignment: gone,
            begun,
        },
    );
    cast.does(Role::Student, hand_in(used, "work"));
    assert_eq!(
        cast.refused(Role::Teacher, DeleteAssignment { assignment: used }),
        ASSIGNMENT_IN_USE
    );
    cast.does(Role::Designer, DeleteAssignment { assignment: gone });
    assert_eq!(viewed(&cast, Role::Admin, gone), None);
    let snapshot = cast.school.app.snapshot();
    assert_eq!(items_of(&snapshot, course, gone).unwrap(), []);
    assert_eq!(items_of(&snapshot, course, used).unwrap().len(), 1);
    assert!(!is_excused(&snapshot, gone, student).unwrap());
    assert_eq!(counting_items(&snapshot, course).unwrap(), 1);
    assert_eq!(
        cast.refused(Role::Student, hand_in(gone, "late")),
        ASSIGNMENT_NOT_FOUND
    );
    assert_eq!(
        cast.refused(Role::Teacher, DeleteAssignment { assignment: gone }),
        ASSIGNMENT_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn work_of_a_package_comes_with_what_fits_and_without_what_does_not() {
    let (cast, _) = class();
    let at = |days: u32| Some(cast.school.app.now().plus(days * DAY));
    let ids: [AssignmentId; 4] = std::array::from_fn(|_| cast.school.app.new_id());
    let whole = ImportedAssignment {
        unlock_at: at(1),
        due_at: at(2),
        lock_at: at(3),
        ..packed(ids[0])
    };
    let reversed = ImportedAssignment {
        due_at: at(2),
        lock_at: at(1),
        ..packed(ids[1])
    };
    let odd = ImportedAssignment {
        points: Some(-1.0),
        attempts_allowed: Some(0),
        ..packed(ids[2])
    };
    let hidden = ImportedAssignment {
        published: false,
        submissions: vec![SubmissionType::File, SubmissionType::Link],
        ..packed(ids[3])
    };
    assert_eq!(left_out(&whole), Vec::<&str>::new());
    assert_eq!(left_out(&reversed), ["the dates of opening and closing"]);
    assert_eq!(left_out(&odd), ["the points", "the number of attempts"]);
    let in_person = ImportedAssignment {
        submissions: vec![SubmissionType::File, SubmissionType::OnPaper],
        ..packed(ids[3])
    };
    assert_eq!(left_out(&in_person), ["a kind of submission"]);
    let assignments = vec![whole, reversed, odd, hidden];
    let import = ImportCourse {
        assignments,
        ..package(cast.school.app.new_id(), "KN-1")
    };
    let course = cast.does(Role::Staff, import);
    cast.does(Role::Staff, PublishCourse { course });
    let kept = ids.map(|id| viewed(&cast, Role::Staff, id).unwrap().assignment);
    assert_eq!(
        (kept[0].unlock_at, kept[0].due_at, kept[0].lock_at),
        (at(1), at(2), at(3))
    );
    assert_eq!(
        (kept[0].points, kept[0].attempts_allowed),
        (Some(12.5), Some(3))
    );
    assert_eq!(
        (kept[1].due_at, kept[1].lock_at, kept[1].points),
        (at(2), None, Some(12.5))
    );
    assert_eq!((kept[2].points, kept[2].attempts_allowed), (None, None));
    assert!(kept[2].published && !kept[3].published);
    assert_eq!(kept[2].kinds, WorkKinds::ALL);
    let (file, url) = (WorkKind::File, WorkKind::Url);
    assert_eq!(kept[3].kinds, WorkKinds::of(&[file, url]).unwrap());
    crate::tests::enroll(&cast, course, Role::Student);
    assert_eq!(
        cast.refused(Role::Student, hand_in(ids[0], "early")),
        ASSIGNMENT_NOT_OPEN
    );
    cast.does(Role::Student, hand_in(ids[2], "in time"));
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let at = |millis| Some(Timestamp::from_millis(millis));
    let assignment = Assignment {
        course: catalog::CourseId::from_bytes([1; 16]),
        title: "Essay".to_owned(),
        instructions: SafeHtml::default(),
        points: Some(12.5),
        due_at: at(1_700_000_000_000),
        unlock_at: at(1_699_000_000_000),
        lock_at: at(1_701_000_000_000),
        attempts_allowed: Some(3),
        published: true,
        grades_posted_at: at(1_702_000_000_000),
        kinds: WorkKinds::ALL,
        accepts_late: true,
        late_penalty: None,
    };
    testkit::fixture("assess/fixtures/assignment.v1", &assignment);
    let assignment = Assignment {
        kinds: WorkKinds::of(&[WorkKind::Url, WorkKind::File]).unwrap(),
        accepts_late: false,
        late_penalty: Some(LatePenalty::new(12.5, LateUnit::Hour, 40.0).unwrap()),
        ..assignment
    };
    testkit::fixture("assess/fixtures/assignment.late.v1", &assignment);
}
