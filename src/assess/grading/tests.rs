//! Stories of grades.

use app::{Event, UserId};
use courses::catalog::CourseId;
use kernel::{Error, PageRequest, Timestamp, problems};
use testkit::{Cast, Role};

use super::*;
use crate::assignments::{
    AssignmentChange, AssignmentId, Change, LatePenalty, LateUnit, PostGrades, UpdateAssignment,
};
use crate::extensions::NOT_A_LEARNER;
use crate::submissions::{
    SUBMISSION_NOT_FOUND, SubmissionFilter, SubmissionState, own_submissions, submissions_of, view,
};
use crate::tests::{DAY, class, enroll, essay, hand_in, set};

fn work() -> (Cast, AssignmentId, SubmissionId) {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let assignment = set(&cast, course, essay());
    let submission = cast.does(Role::Student, hand_in(assignment, "work"));
    (cast, assignment, submission)
}

fn points(submission: SubmissionId, score: f64) -> GradeSubmission {
    GradeSubmission {
        submission,
        score,
        feedback: Change::To(Some("Well done".to_owned())),
    }
}

/// The score that somebody sees, in both places where it can be seen.
fn score(cast: &Cast, role: Role, id: SubmissionId) -> Option<f64> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
    let seen = view(&snapshot, &actor, id).unwrap().unwrap();
    assert_eq!(
        seen.state() == SubmissionState::Graded,
        seen.grade.is_some()
    );
    let assignment = assignments::view(&snapshot, &actor, seen.submission.assignment);
    let own = own_submissions(&snapshot, &actor, &assignment.unwrap().unwrap()).unwrap();
    let listed = own.into_iter().find(|own| own.id == id);
    assert!(listed.is_none_or(|own| own.grade == seen.grade));
    seen.grade.map(|grade| grade.score)
}

#[test]
fn a_grade_is_hidden_from_the_learner_until_grades_are_posted() {
    let (cast, assignment, id) = work();
    assert_eq!(score(&cast, Role::Teacher, id), None);
    cast.does(Role::Assistant, points(id, 8.5));
    for (role, seen) in [
        (Role::Student, None),
        (Role::Teacher, Some(8.5)),
        (Role::Assistant, Some(8.5)),
        (Role::Admin, Some(8.5)),
    ] {
        let seen_now = if role == Role::Admin {
            let found = view(&cast.school.app.snapshot(), &cast.actor(role), id)
                .unwrap()
                .unwrap();
            found.grade.map(|grade| grade.score)
        } else {
            score(&cast, role, id)
        };
        assert_eq!(seen_now, seen, "{role}");
    }
    cast.does(Role::Teacher, PostGrades { assignment });
    let seen = view(&cast.school.app.snapshot(), &cast.actor(Role::Student), id)
        .unwrap()
        .unwrap();
    let grade = seen.grade.unwrap();
    assert_eq!(
        (grade.score, grade.feedback.as_deref()),
        (8.5, Some("Well done"))
    );
    assert_eq!(grade.grader, cast.user(Role::Assistant));
    cast.school.agrees();
}

#[test]
fn a_grade_given_after_posting_is_seen_at_once_and_may_change() {
    let (cast, assignment, id) = work();
    cast.does(Role::Teacher, PostGrades { assignment });
    assert_eq!(score(&cast, Role::Student, id), None, "there is none yet");
    cast.does(Role::Teacher, points(id, 4.0));
    assert_eq!(score(&cast, Role::Student, id), Some(4.0));
    cast.school.clock.advance(DAY);
    cast.does(
        Role::Assistant,
        GradeSubmission {
            feedback: Change::To(Some("  ".to_owned())),
            ..points(id, 12.0)
        },
    );
    let grade = grade(&cast.school.app.snapshot(), id).unwrap().unwrap();
    assert_eq!(
        (grade.score, grade.feedback),
        (12.0, None),
        "extra credit, and nothing said"
    );
    assert_eq!(
        (grade.grader, grade.graded_at),
        (cast.user(Role::Assistant), cast.school.app.now())
    );
    let told = cast
        .school
        .events()
        .into_iter()
        .filter(|event| event.subject.ends_with(".graded"));
    assert_eq!(told.count(), 2);
    cast.school.agrees();
}

#[test]
fn a_grade_without_feedback_keeps_what_was_said_before() {
    let (cast, _, id) = work();
    let said = |cast: &Cast| {
        let kept = grade(&cast.school.app.snapshot(), id).unwrap().unwrap();
        (kept.score, kept.feedback)
    };
    cast.does(Role::Assistant, points(id, 8.0));
    let silent = |score, feedback| GradeSubmission {
        submission: id,
        score,
        feedback,
    };
    cast.does(Role::Teacher, silent(9.0, Change::Keep));
    assert_eq!(said(&cast), (9.0, Some("Well done".to_owned())));
    cast.does(Role::Teacher, silent(9.0, Change::To(None)));
    assert_eq!(said(&cast), (9.0, None));
    let scores = cast.school.events().into_iter().filter_map(|event| {
        let body: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
        (event.subject == SubmissionGraded::SUBJECT).then(|| body["score"].clone())
    });
    assert_eq!(scores.collect::<Vec<_>>(), [8.0, 9.0, 9.0]);
    cast.school.agrees();
}

#[test]
fn late_work_loses_what_the_assignment_says_and_work_in_time_nothing() {
    let (cast, course) = class();
    let due = cast.school.app.now().plus(DAY);
    let penalty = LatePenalty::new(10.0, LateUnit::Day, 30.0).unwrap();
    let dated = essay().dates(None, Some(due), None).unwrap();
    let assignment = set(&cast, course, dated.late(true, Some(penalty)));
    let in_time = cast.does(Role::Student, hand_in(assignment, "in time"));
    cast.school.clock.advance(3 * DAY);
    let late = cast.does(Role::Student, hand_in(assignment, "late"));
    let graded = |id, entered| {
        cast.does(Role::Teacher, points(id, entered));
        let kept = grade(&cast.school.app.snapshot(), id).unwrap().unwrap();
        (kept.entered_score(), kept.points_deducted(), kept.score)
    };
    assert_eq!(graded(in_time, 9.0), (9.0, 0.0, 9.0));
    assert_eq!(graded(late, 9.0), (9.0, 2.0, 7.0));
    assert_eq!(graded(late, 4.5), (4.5, 1.5, 3.0), "down to the floor");
    assert_eq!(graded(late, 2.5), (2.5, 0.0, 2.5), "below it nothing");
    let earlier = AssignmentChange {
        due_at: Change::To(Some(due.minus(2 * DAY))),
        ..AssignmentChange::default()
    };
    cast.does(
        Role::Teacher,
        UpdateAssignment {
            assignment,
            change: earlier,
        },
    );
    assert_eq!(graded(in_time, 9.0), (9.0, 0.0, 9.0), "it stays in time");
    assert_eq!(graded(late, 9.0), (9.0, 4.0, 5.0));
    cast.school.agrees();
}

#[test]
fn a_learner_is_excused_and_the_excuse_taken_back() {
    let (cast, assignment, id) = work();
    let user = cast.user(Role::Student);
    let excused = |cast: &Cast| {
        let (snapshot, teacher) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
        let viewed = assignments::view(&snapshot, &teacher, assignment).unwrap();
        let filter = SubmissionFilter {
            ungraded: true,
            late: false,
        };
        let asked = (filter, &PageRequest::first(10));
        let waiting = submissions_of(&snapshot, &teacher, assignment, asked).unwrap();
        (
            excused_from(&snapshot, &teacher, &viewed.unwrap()).unwrap(),
            waiting.total,
        )
    };
    assert_eq!(excused(&cast), (vec![], 1));
    cast.does(Role::Assistant, ExcuseStudent { assignment, user });
    assert_eq!(excused(&cast), (vec![user], 0));
    let events = cast.school.events().len();
    cast.does(Role::Teacher, ExcuseStudent { assignment, user });
    assert_eq!(cast.school.events().len(), events, "once is enough");
    cast.does(Role::Teacher, WithdrawExcuse { assignment, user });
    cast.does(Role::Teacher, WithdrawExcuse { assignment, user });
    assert_eq!(cast.school.events().len(), events + 1);
    assert_eq!(excused(&cast), (vec![], 1));
    let teacher = cast.user(Role::Teacher);
    let nobody = ExcuseStudent {
        assignment,
        user: teacher,
    };
    assert_eq!(cast.refused(Role::Teacher, nobody), NOT_A_LEARNER);
    cast.does(Role::Teacher, ExcuseStudent { assignment, user });
    cast.does(Role::Teacher, points(id, 5.0));
    cast.school.agrees();
}

#[test]
fn each_attempt_has_a_grade_of_its_own() {
    let (cast, assignment, first) = work();
    cast.does(Role::Teacher, PostGrades { assignment });
    cast.does(Role::Teacher, points(first, 3.0));
    let second = cast.does(Role::Student, hand_in(assignment, "better"));
    assert_eq!(
        (
            score(&cast, Role::Student, first),
            score(&cast, Role::Student, second)
        ),
        (Some(3.0), None)
    );
    cast.does(Role::Teacher, points(second, 9.0));
    assert_eq!(
        (
            score(&cast, Role::Student, first),
            score(&cast, Role::Student, second)
        ),
        (Some(3.0), Some(9.0))
    );
    cast.school.agrees();
}

#[test]
fn only_a_sensible_score_and_a_short_feedback_are_taken() {
    let (cast, _, id) = work();
    for wrong in [
        -0.5,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1_000_000.5,
    ] {
        let Err(Error::Refused(refusal)) = cast.tries(Role::Teacher, points(id, wrong)) else {
            panic!("{wrong} was taken")
        };
        assert_eq!(
            (refusal.problem, refusal.field),
            (SCORE_INVALID, Some("score"))
        );
    }
    let feedback = Change::To(Some("x".repeat(64 * 1024 + 1)));
    let long = GradeSubmission {
        feedback,
        ..points(id, 1.0)
    };
    assert_eq!(cast.refused(Role::Teacher, long), FEEDBACK_TOO_LONG);
    assert_eq!(score(&cast, Role::Teacher, id), None);
    cast.does(Role::Teacher, points(id, 0.0));
    cast.does(Role::Teacher, points(id, 1_000_000.0));
    cast.school.agrees();
}

#[test]
fn who_may_not_see_work_cannot_tell_whether_it_is_there_by_grading_it() {
    let (cast, _, id) = work();
    let missing = cast.school.app.new_id();
    for role in [Role::Member, Role::Observer, Role::Designer, Role::Staff] {
        assert_eq!(
            cast.refused(role, points(id, 1.0)),
            SUBMISSION_NOT_FOUND,
            "{role}"
        );
        assert_eq!(
            cast.refused(role, points(missing, 1.0)),
            SUBMISSION_NOT_FOUND,
            "{role}"
        );
    }
    assert_eq!(
        cast.refused(Role::Student, points(id, 10.0)),
        problems::FORBIDDEN,
        "one's own"
    );
    assert_eq!(
        cast.refused(Role::Teacher, points(missing, 1.0)),
        SUBMISSION_NOT_FOUND
    );
}

#[test]
fn reading_the_grades_of_others_is_told_of_by_course_and_ones_own_is_not() {
    let (cast, _, id) = work();
    let (snapshot, teacher) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
    let shown = view(&snapshot, &teacher, id).unwrap().unwrap();
    let reads = |role| {
        let mut reads = GradeReads::default();
        reads.add(&cast.actor(role), &shown);
        reads.add(&cast.actor(role), &shown);
        reads
    };
    assert!(reads(Role::Student).is_empty());
    assert!(reads(Role::Program).is_empty());
    let reads = reads(Role::Teacher);
    cast.does(Role::Teacher, NoteGradeReads { reads });
    let told = cast.school.events().into_iter();
    let told: Vec<_> = told
        .filter(|event| event.subject == GradesRead::SUBJECT)
        .collect();
    assert_eq!(told.len(), 1);
    let event: GradesRead = serde_json::from_slice(&told[0].body).unwrap();
    assert_eq!(event.reader, cast.user(Role::Teacher));
    let read = GradeRead {
        assignment: shown.submission.assignment,
        submission: id,
        learner: cast.user(Role::Student),
    };
    assert_eq!(event.read, [read]);
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let grade = Grade {
        score: 8.5,
        feedback: Some("Well done".to_owned()),
        grader: UserId::from_bytes([1; 16]),
        graded_at: Timestamp::from_millis(1_700_000_000_000),
        entered: None,
    };
    testkit::fixture("assess/fixtures/grade.v1", &grade);
    let grade = Grade {
        entered: Some(9.5),
        ..grade
    };
    testkit::fixture("assess/fixtures/grade.late.v1", &grade);
    let excuse = Excuse {
        course: CourseId::from_bytes([2; 16]),
        excused_at: Timestamp::from_millis(1_700_000_000_000),
    };
    testkit::fixture("assess/fixtures/excuse.v1", &excuse);
}
