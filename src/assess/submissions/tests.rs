//! Stories of work that is handed in.

use std::time::Duration;

use app::{IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED};
use courses::catalog::{COURSE_NOT_OPEN, CourseId, CourseState};
use courses::files::FileId;
use courses::modules::{CreateModule, WebAddress};
use courses::progress::progress;
use kernel::{Error, PageRequest, Problem, Timestamp};
use testkit::{Cast, Role};

use super::*;
use crate::assignments::{
    self, ASSIGNMENT_CLOSED, ASSIGNMENT_NOT_FOUND, ASSIGNMENT_NOT_OPEN, ATTEMPTS_EXHAUSTED,
    AssignmentId, Change, CreateAssignment, WorkKind, WorkKinds,
};
use crate::grading::GradeSubmission;
use crate::tests::{DAY, class, course_with_files, enroll, essay, hand_in, set, set_state, text};

fn found(cast: &Cast, role: Role, id: SubmissionId) -> Option<Viewed> {
    view(&cast.school.app.snapshot(), &cast.actor(role), id).unwrap()
}

/// One's own work for an assignment, as `attempt text`.
fn own(cast: &Cast, role: Role, assignment: AssignmentId) -> Vec<String> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
    let viewed = assignments::view(&snapshot, &actor, assignment)
        .unwrap()
        .unwrap();
    let own = own_submissions(&snapshot, &actor, &viewed).unwrap();
    let shown = |seen: &Viewed| {
        format!(
            "{} {}",
            seen.submission.attempt,
            seen.submission.work.body().unwrap_or_default()
        )
    };
    own.iter().map(shown).collect()
}

fn refusal<T>(answer: kernel::Result<T>) -> (Problem, Option<&'static str>) {
    match answer {
        Err(Error::Refused(refusal)) => (refusal.problem, refusal.field),
        Err(Error::Fault(fault)) => panic!("{fault}"),
        Ok(_) => panic!("was to be refused"),
    }
}

fn with_key(assignment: AssignmentId, body: &str, key: &str) -> SubmitAssignment {
    SubmitAssignment {
        idempotency_key: Some(key.to_owned()),
        ..hand_in(assignment, body)
    }
}

#[test]
fn attempts_count_from_one_for_each_learner_and_assignment() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let (essay, other) = (set(&cast, course, essay()), set(&cast, course, essay()));
    for (who, assignment, body) in [
        (Role::Student, essay, "first"),
        (Role::Member, essay, "mine"),
        (Role::Student, essay, "second"),
        (Role::Student, other, "elsewhere"),
        (Role::Student, essay, "third"),
    ] {
        cast.does(who, hand_in(assignment, body));
    }
    assert_eq!(
        own(&cast, Role::Student, essay),
        ["1 first", "2 second", "3 third"]
    );
    assert_eq!(own(&cast, Role::Student, other), ["1 elsewhere"]);
    assert_eq!(own(&cast, Role::Member, essay), ["1 mine"]);
    assert_eq!(own(&cast, Role::Teacher, essay), Vec::<String>::new());
    cast.school.agrees();
}

#[test]
fn what_was_handed_in_is_kept_as_it_was() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let address = WebAddress::parse("https://example.org/essay").unwrap();
    let body = "  with space\n\tand <b>marks</b> ";
    let work = Work::new(Some(body.to_owned()), Some(address.clone()), Vec::new()).unwrap();
    let submit = SubmitAssignment {
        assignment: essay,
        work,
        idempotency_key: None,
    };
    let id = cast.does(Role::Student, submit);
    let kept = found(&cast, Role::Student, id).unwrap();
    assert_eq!(kept.submission.work.body(), Some(body));
    assert_eq!(kept.submission.work.url(), Some(&address));
    assert_eq!(kept.submission.submitted_at, cast.school.app.now());
    assert_eq!(
        (kept.submission.user, kept.submission.course),
        (cast.user(Role::Student), course)
    );
    assert_eq!(kept.state(), SubmissionState::Submitted);
    let told = cast.school.events().pop().unwrap();
    assert_eq!(
        (told.subject.as_str(), told.key),
        ("edusphere.assignments.submitted", id.to_string())
    );
}

#[test]
fn work_is_late_after_its_due_date_and_not_taken_outside_its_dates() {
    let (cast, course) = class();
    let start = cast.school.app.now();
    let (opens, due, closes) = (start.plus(DAY), start.plus(2 * DAY), start.plus(3 * DAY));
    let dated = essay().dates(Some(opens), Some(due), Some(closes)).unwrap();
    let essay = set(&cast, course, dated);
    let tries = || cast.tries(Role::Student, hand_in(essay, "work"));
    let late = |id| found(&cast, Role::Student, id).unwrap().submission.late;
    let moment = Duration::from_micros(1);

    cast.school.clock.advance(DAY.saturating_sub(moment));
    assert_eq!(refusal(tries()), (ASSIGNMENT_NOT_OPEN, None));
    cast.school.clock.advance(moment);
    assert!(!late(tries().unwrap()), "from the moment it opens");
    cast.school.clock.advance(DAY);
    assert!(!late(tries().unwrap()), "at the moment it is due");
    cast.school.clock.advance(moment);
    assert!(late(tries().unwrap()));
    cast.school.clock.advance(DAY.saturating_sub(2 * moment));
    assert!(late(tries().unwrap()), "until just before it closes");
    cast.school.clock.advance(moment);
    assert_eq!(refusal(tries()), (ASSIGNMENT_CLOSED, None));
    assert_eq!(own(&cast, Role::Student, essay).len(), 4);
    cast.school.agrees();
}

#[test]
fn attempts_run_out_for_each_learner_alone() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let essay = set(&cast, course, essay().attempts(Some(2)).unwrap());
    cast.does(Role::Student, hand_in(essay, "one"));
    cast.does(Role::Student, hand_in(essay, "two"));
    assert_eq!(
        cast.refused(Role::Student, hand_in(essay, "three")),
        ATTEMPTS_EXHAUSTED
    );
    cast.does(Role::Member, hand_in(essay, "one"));
    assert_eq!(own(&cast, Role::Student, essay), ["1 one", "2 two"]);
    cast.school.agrees();
}

#[test]
fn work_within_its_limits_is_taken_and_no_other() {
    let new = |body: Option<&str>, files: usize| {
        let files = (0..files).map(|at| FileId::from_bytes([u8::try_from(at).unwrap(); 16]));
        let files = files.collect();
        Work::new(body.map(str::to_owned), None, files)
    };
    assert_eq!(refusal(new(None, 0)), (SUBMISSION_EMPTY, Some("body")));
    assert_eq!(
        refusal(new(Some(" \n\t "), 0)),
        (SUBMISSION_EMPTY, Some("body"))
    );
    assert_eq!(refusal(new(None, 21)), (TOO_MANY_FILES, Some("fileIds")));
    let longest = "x".repeat(128 * 1024);
    assert_eq!(
        refusal(new(Some(&format!("{longest}x")), 0)),
        (BODY_TOO_LONG, Some("body"))
    );
    assert!(new(Some(&longest), 0).is_ok() && new(Some(" "), 20).is_ok());
    let twice = [1, 2, 1].map(|id| FileId::from_bytes([id; 16]));
    let twice = Work::new(None, None, twice.to_vec());
    assert_eq!(refusal(twice), (FILE_REPEATED, Some("fileIds")));
    let address = WebAddress::parse("https://example.org").unwrap();
    assert!(Work::new(None, Some(address), Vec::new()).is_ok());
}

#[test]
fn only_work_of_a_kind_that_is_asked_for_is_taken() {
    let (cast, course) = class();
    let address = || WebAddress::parse("https://example.org/essay").ok();
    let files = || vec![FileId::from_bytes([1; 16])];
    let body = || Some("An essay".to_owned());
    let takes = |kinds: &[WorkKind]| {
        let kinds = WorkKinds::of(kinds).unwrap();
        set(&cast, course, essay().kinds(kinds))
    };
    let (text, url) = (WorkKind::Text, WorkKind::Url);
    let texts = takes(&[text]);
    let files_only = takes(&[WorkKind::File]);
    let either = takes(&[text, url]);
    let tries = |assignment, work: kernel::Result<Work>| {
        let submit = SubmitAssignment {
            assignment,
            work: work.unwrap(),
            idempotency_key: None,
        };
        cast.tries(Role::Student, submit)
    };
    for (assignment, work, field) in [
        (texts, Work::new(None, address(), Vec::new()), "url"),
        (texts, Work::new(body(), address(), Vec::new()), "url"),
        (texts, Work::new(None, None, files()), "fileIds"),
        (files_only, Work::new(body(), None, Vec::new()), "body"),
        (files_only, Work::new(body(), None, files()), "body"),
        (either, Work::new(body(), address(), files()), "fileIds"),
    ] {
        let refused = refusal(tries(assignment, work));
        assert_eq!(refused, (KIND_NOT_TAKEN, Some(field)));
    }
    let blank = Some(" ".to_owned());
    let blank = tries(either, Work::new(blank, address(), Vec::new()));
    assert!(blank.is_ok(), "a blank text is no text");
    tries(either, Work::new(body(), address(), Vec::new())).unwrap();
    tries(texts, Work::new(body(), None, Vec::new())).unwrap();
    cast.school.agrees();
}

#[test]
fn only_files_of_the_course_that_the_learner_sees_are_handed_in() {
    let (cast, _) = class();
    let (course, files) = course_with_files(&cast, "CS-102", &[true, false]);
    let (_, foreign) = course_with_files(&cast, "CS-103", &[true]);
    enroll(&cast, course, Role::Student);
    set_state(&cast, course, CourseState::Published);
    let set = CreateAssignment {
        course,
        module: None,
        assignment: essay(),
        estimated_minutes: None,
    };
    let essay = cast.does(Role::Admin, set);
    let with = |files: &[FileId]| SubmitAssignment {
        assignment: essay,
        work: Work::new(None, None, files.to_vec()).unwrap(),
        idempotency_key: None,
    };
    let [map, hidden] = files.as_slice() else {
        panic!("two files")
    };
    let missing = cast.school.app.new_id();
    for wrong in [*hidden, foreign[0], missing] {
        let answer = cast.tries(Role::Student, with(&[*map, wrong]));
        assert_eq!(refusal(answer), (FILE_NOT_USABLE, Some("fileIds")));
    }
    let id = cast.does(Role::Student, with(&[*map]));
    assert_eq!(
        found(&cast, Role::Student, id)
            .unwrap()
            .submission
            .work
            .file_ids(),
        [*map]
    );
    cast.school.agrees();
}

#[test]
fn the_same_key_hands_in_once() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let essay = set(&cast, course, essay().attempts(Some(1)).unwrap());
    let first = cast.does(Role::Student, with_key(essay, "work", "k"));
    let events = cast.school.events().len();
    let moment = Duration::from_micros(1);
    cast.school.clock.advance((7 * DAY).saturating_sub(moment));
    assert_eq!(
        cast.does(Role::Student, with_key(essay, "work", "k")),
        first
    );
    assert_eq!(cast.school.events().len(), events, "nothing happened again");
    let of_another = cast.does(Role::Member, with_key(essay, "work", "k"));
    assert_ne!(of_another, first, "another person's key is another key");
    assert_eq!(own(&cast, Role::Student, essay), ["1 work"]);
    cast.school.clock.advance(moment);
    assert_eq!(
        cast.refused(Role::Student, with_key(essay, "work", "k")),
        ATTEMPTS_EXHAUSTED
    );
    cast.school.agrees();
}

#[test]
fn after_seven_days_a_key_is_a_new_one() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let first = cast.does(Role::Student, with_key(essay, "work", "k"));
    cast.school.clock.advance(7 * DAY);
    let second = cast.does(Role::Student, with_key(essay, "other work", "k"));
    assert_ne!(first, second);
    assert_eq!(
        cast.does(Role::Student, with_key(essay, "other work", "k")),
        second
    );
    assert_eq!(own(&cast, Role::Student, essay), ["1 work", "2 other work"]);
    cast.school.agrees();
}

#[test]
fn a_key_that_went_with_other_work_is_refused_rather_than_lose_this() {
    let (cast, course) = class();
    let (essay, other) = (set(&cast, course, essay()), set(&cast, course, essay()));
    cast.does(Role::Student, with_key(essay, "work", "k"));
    for reused in [
        with_key(essay, "better work", "k"),
        with_key(other, "work", "k"),
    ] {
        let answer = cast.tries(Role::Student, reused);
        assert_eq!(
            refusal(answer),
            (IDEMPOTENCY_KEY_REUSED, Some("idempotencyKey"))
        );
    }
    assert_eq!(own(&cast, Role::Student, essay), ["1 work"]);
    assert_eq!(own(&cast, Role::Student, other), Vec::<String>::new());
}

#[test]
fn a_key_has_1_to_255_characters_and_a_refusal_uses_none_up() {
    let (cast, course) = class();
    let opens = Some(cast.school.app.now().plus(DAY));
    let essay = set(&cast, course, essay().dates(opens, None, None).unwrap());
    for wrong in ["", &"é".repeat(256)] {
        let answer = cast.tries(Role::Student, with_key(essay, "work", wrong));
        assert_eq!(
            refusal(answer),
            (IDEMPOTENCY_KEY_INVALID, Some("idempotencyKey"))
        );
    }
    let longest = "é".repeat(255);
    assert_eq!(
        cast.refused(Role::Student, with_key(essay, "work", &longest)),
        ASSIGNMENT_NOT_OPEN
    );
    cast.school.clock.advance(DAY);
    cast.does(Role::Student, with_key(essay, "work", &longest));
    cast.does(Role::Student, with_key(essay, "nul", "a\0b"));
    assert_eq!(own(&cast, Role::Student, essay), ["1 work", "2 nul"]);
    cast.school.agrees();
}

#[test]
fn a_draft_and_an_archived_course_take_no_work() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let id = cast.does(Role::Student, hand_in(essay, "in time"));
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Student, hand_in(essay, "late")),
        COURSE_NOT_OPEN
    );
    assert!(
        found(&cast, Role::Student, id).is_some(),
        "it can still be read"
    );
    set_state(&cast, course, CourseState::Draft);
    assert_eq!(
        cast.refused(Role::Student, hand_in(essay, "early")),
        ASSIGNMENT_NOT_FOUND
    );
    assert!(found(&cast, Role::Student, id).is_none());
    cast.school.agrees();
}

#[test]
fn work_that_learners_do_not_see_takes_none() {
    let (cast, course) = class();
    let hidden = set(&cast, course, essay().published(false));
    assert_eq!(
        cast.refused(Role::Student, hand_in(hidden, "x")),
        ASSIGNMENT_NOT_FOUND
    );
    let missing = hand_in(cast.school.app.new_id(), "x");
    assert_eq!(cast.refused(Role::Student, missing), ASSIGNMENT_NOT_FOUND);
}

#[test]
fn a_learner_sees_their_own_work_and_that_of_others_does_not_exist() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let essay = set(&cast, course, essay());
    let id = cast.does(Role::Student, hand_in(essay, "mine"));
    for role in Role::ALL {
        let sees = matches!(
            role,
            Role::Student | Role::Teacher | Role::Assistant | Role::Admin | Role::Program
        );
        assert_eq!(found(&cast, role, id).is_some(), sees, "{role}");
        assert_eq!(found(&cast, role, cast.school.app.new_id()), None);
    }
}

#[test]
fn those_who_grade_leaf_through_all_work_by_learner_and_attempt() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let essay = set(&cast, course, essay());
    for who in [
        Role::Student,
        Role::Member,
        Role::Student,
        Role::Member,
        Role::Student,
    ] {
        cast.does(who, hand_in(essay, who.name()));
    }
    let snapshot = cast.school.app.snapshot();
    let page = |role: Role, request: &PageRequest| {
        let all = SubmissionFilter::default();
        submissions_of(&snapshot, &cast.actor(role), essay, (all, request))
    };
    let mut seen = Vec::new();
    let mut request = PageRequest::first(2);
    loop {
        let found = page(Role::Assistant, &request).unwrap();
        assert_eq!(found.total, 5);
        let last = found.entries.last().unwrap().0.to_string();
        seen.extend(
            found
                .entries
                .into_iter()
                .map(|(_, seen)| (seen.submission.user, seen.submission.attempt)),
        );
        if !found.has_next {
            break;
        }
        request = PageRequest::parse(Some(2), Some(&last)).unwrap();
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(seen.len(), 5);
    for (role, code) in [
        (Role::Nobody, "UNAUTHENTICATED"),
        (Role::Staff, "NOT_FOUND"),
        (Role::Student, "FORBIDDEN"),
        (Role::Observer, "FORBIDDEN"),
        (Role::Designer, "FORBIDDEN"),
    ] {
        let refused = page(role, &PageRequest::first(2)).unwrap_err();
        assert_eq!(refused.problem().unwrap().code, code, "{role}");
    }
}

#[test]
fn those_who_grade_ask_for_what_is_late_and_what_waits_for_them() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let due = Some(cast.school.app.now());
    let essay = set(&cast, course, essay().dates(None, due, None).unwrap());
    let mut ids = vec![cast.does(Role::Member, hand_in(essay, "Member 1"))];
    cast.school.clock.advance(DAY);
    for (who, body) in [
        (Role::Member, "Member 2"),
        (Role::Student, "Student 1"),
        (Role::Student, "Student 2"),
    ] {
        ids.push(cast.does(who, hand_in(essay, body)));
    }
    let listed = |ungraded, late, size| {
        let (snapshot, teacher) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
        let filter = SubmissionFilter { ungraded, late };
        let (mut bodies, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let asked = (filter, &request);
            let page = submissions_of(&snapshot, &teacher, essay, asked).unwrap();
            let body = |seen: &Viewed| seen.submission.work.body().unwrap().to_owned();
            bodies.extend(page.entries.iter().map(|(_, seen)| body(seen)));
            if !page.has_next {
                assert_eq!(page.total, bodies.len() as u64);
                bodies.sort();
                return bodies;
            }
            let last = page.entries.last().unwrap().0.to_string();
            request = PageRequest::parse(Some(i64::try_from(size).unwrap()), Some(&last)).unwrap();
        }
    };
    let late = ["Member 2", "Student 1", "Student 2"];
    for size in [1, 2, 100] {
        assert_eq!(listed(false, true, size), late);
        assert_eq!(listed(true, false, size), ["Member 2", "Student 2"]);
    }
    let grade = |submission| GradeSubmission {
        submission,
        score: 1.0,
        feedback: Change::Keep,
    };
    cast.does(Role::Assistant, grade(ids[1]));
    assert_eq!(listed(true, false, 1), ["Student 2"]);
    assert_eq!(listed(true, true, 1), ["Student 2"]);
    assert_eq!(listed(false, false, 3).len(), 4);
}

#[test]
fn handing_in_completes_the_item_that_leads_there() {
    let (cast, course) = class();
    let module = cast.does(
        Role::Teacher,
        CreateModule {
            course,
            title: "Basics".to_owned(),
            published: true,
        },
    );
    let create = |published| CreateAssignment {
        course,
        module: Some(module),
        assignment: essay().published(published),
        estimated_minutes: None,
    };
    let essay = cast.does(Role::Teacher, create(true));
    cast.does(Role::Teacher, create(false));
    let of_student = |cast: &Cast| {
        let found = progress(
            &cast.school.app.snapshot(),
            course,
            cast.user(Role::Student),
        )
        .unwrap();
        (found.completed_items, found.total_items)
    };
    assert_eq!(of_student(&cast), (0, 1));
    cast.does(Role::Student, hand_in(essay, "first"));
    cast.does(Role::Student, hand_in(essay, "second"));
    assert_eq!(of_student(&cast), (1, 1), "once, however often");
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let address = WebAddress::parse("https://example.org/essay").unwrap();
    let file = FileId::from_bytes([5; 16]);
    let submission = Submission {
        assignment: AssignmentId::from_bytes([1; 16]),
        course: CourseId::from_bytes([2; 16]),
        user: app::UserId::from_bytes([3; 16]),
        attempt: 2,
        submitted_at: Timestamp::from_millis(1_700_000_000_000),
        late: true,
        work: Work::new(Some("My work".to_owned()), Some(address), vec![file]).unwrap(),
    };
    testkit::fixture("assess/fixtures/submission.v1", &submission);
    let submission = Submission {
        work: text("Only text"),
        ..submission
    };
    testkit::fixture("assess/fixtures/submission.text.v1", &submission);
}
