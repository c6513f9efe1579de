//! Stories of comments.

use courses::catalog::{COURSE_ARCHIVED, CourseState};
use kernel::Timestamp;
use testkit::{Cast, Role};

use super::*;
use crate::tests::{DAY, class, enroll, essay, hand_in, set, set_state};

fn comment(submission: SubmissionId, body: &str) -> CommentSubmission {
    CommentSubmission {
        submission,
        body: body.to_owned(),
        idempotency_key: None,
    }
}

/// What somebody reads there, as `author body`; `None` where the submission is not theirs to see.
fn read(cast: &Cast, role: Role, submission: SubmissionId) -> Option<Vec<String>> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
    let seen = submissions::view(&snapshot, &actor, submission).unwrap()?;
    let of_student = |author| author == cast.user(Role::Student);
    let shown = |(_, comment): (CommentId, Comment)| {
        let author = if of_student(comment.author) {
            "student"
        } else {
            "staff"
        };
        format!("{author} {}", comment.body)
    };
    let found = comments_of(&snapshot, &seen).unwrap();
    Some(found.into_iter().map(shown).collect())
}

#[test]
fn a_learner_and_those_who_grade_write_to_each_other_before_there_is_a_grade() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let essay = set(&cast, course, essay());
    let id = cast.does(Role::Student, hand_in(essay, "work"));
    cast.does(Role::Assistant, comment(id, "Which source?"));
    cast.school.clock.advance(DAY);
    cast.does(Role::Student, comment(id, "The library."));
    let both = vec![
        "staff Which source?".to_owned(),
        "student The library.".to_owned(),
    ];
    for role in [Role::Student, Role::Teacher, Role::Admin] {
        assert_eq!(read(&cast, role, id), Some(both.clone()), "{role}");
    }
    for role in [Role::Member, Role::Observer, Role::Designer, Role::Staff] {
        assert_eq!(read(&cast, role, id), None, "{role}");
    }
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Student, comment(id, "Hello?")),
        COURSE_ARCHIVED
    );
    cast.school.agrees();
}

#[test]
fn a_comment_says_something_and_is_said_once() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let id = cast.does(Role::Student, hand_in(essay, "work"));
    let long = "x".repeat(64 * 1024 + 1);
    for (body, problem) in [(" \n", COMMENT_EMPTY), (long.as_str(), COMMENT_TOO_LONG)] {
        assert_eq!(cast.refused(Role::Teacher, comment(id, body)), problem);
    }
    let keyed = |body| CommentSubmission {
        idempotency_key: Some("k".to_owned()),
        ..comment(id, body)
    };
    let first = cast.does(Role::Teacher, keyed("Good."));
    assert_eq!(cast.does(Role::Teacher, keyed("Good.")), first);
    assert_eq!(
        cast.refused(Role::Teacher, keyed("Better.")),
        app::IDEMPOTENCY_KEY_REUSED
    );
    for _ in 1..COMMENTS_MAX {
        cast.does(Role::Student, comment(id, "?"));
    }
    assert_eq!(
        cast.refused(Role::Student, comment(id, "?")),
        TOO_MANY_COMMENTS
    );
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let comment = Comment {
        author: UserId::from_bytes([1; 16]),
        body: "Which source?".to_owned(),
        written_at: Timestamp::from_millis(1_700_000_000_000),
    };
    testkit::fixture("assess/fixtures/comment.v1", &comment);
}
