//! Stories of work that is begun.

use courses::catalog::{COURSE_NOT_OPEN, CourseState};
use courses::modules::URL_INVALID;
use testkit::{Cast, Role};

use super::*;
use crate::submissions::{BODY_TOO_LONG, FILE_REPEATED, TOO_MANY_FILES};
use crate::tests::{DAY, class, enroll, essay, hand_in, set, set_state};

fn save(assignment: AssignmentId, body: &str) -> SaveDraft {
    let begun = Begun::new(Some(body.to_owned()), None, Vec::new()).unwrap();
    SaveDraft { assignment, begun }
}

fn own(cast: &Cast, role: Role, id: AssignmentId) -> Option<Draft> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
    let viewed = assignments::view(&snapshot, &actor, id).unwrap().unwrap();
    own_draft(&snapshot, &actor, &viewed).unwrap()
}

#[test]
fn a_draft_is_saved_read_back_and_gone_when_the_work_is_handed_in() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let (essay, other) = (set(&cast, course, essay()), set(&cast, course, essay()));
    cast.does(Role::Student, save(essay, "It was"));
    cast.school.clock.advance(DAY);
    let saved_at = cast.does(Role::Student, save(essay, "It was a dark"));
    let draft = own(&cast, Role::Student, essay).unwrap();
    assert_eq!(draft.body.as_deref(), Some("It was a dark"));
    assert_eq!((draft.saved_at, draft.course), (saved_at, course));
    for role in [Role::Member, Role::Observer, Role::Teacher, Role::Admin] {
        assert_eq!(own(&cast, role, essay), None, "{role}");
    }
    assert_eq!(own(&cast, Role::Student, other), None);
    let events = cast.school.events();
    let told = events.last().unwrap();
    assert_eq!(told.subject, "edusphere.assignments.draft_saved");
    let body = String::from_utf8(told.body.clone()).unwrap();
    assert!(!body.contains("dark"), "{body}");

    cast.does(Role::Student, save(other, "Elsewhere"));
    cast.does(Role::Student, hand_in(essay, "It was a dark night."));
    assert_eq!(own(&cast, Role::Student, essay), None);
    assert!(own(&cast, Role::Student, other).is_some());
    cast.does(Role::Student, save(essay, "Second try"));
    assert!(own(&cast, Role::Student, essay).is_some());
    cast.school.agrees();
}

#[test]
fn saving_the_same_again_and_discarding_nothing_change_nothing() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let first = cast.does(Role::Student, save(essay, "It was"));
    let events = cast.school.events().len();
    cast.school.clock.advance(DAY);
    assert_eq!(cast.does(Role::Student, save(essay, "It was")), first);
    assert_eq!(cast.school.events().len(), events);
    let discard = DiscardDraft { assignment: essay };
    cast.does(Role::Student, discard.clone());
    assert_eq!(own(&cast, Role::Student, essay), None);
    cast.does(Role::Student, discard);
    assert_eq!(cast.school.events().len(), events + 1);
    cast.school.agrees();
}

#[test]
fn a_draft_may_be_unfinished_but_not_larger_than_work() {
    let new = |body: &str, url: &str, files: &[u8]| {
        let files = files.iter().map(|id| FileId::from_bytes([*id; 16]));
        Begun::new(Some(body.to_owned()), Some(url.to_owned()), files.collect())
    };
    assert!(new("", "", &[]).is_ok());
    assert!(new(" ", "https://exa", &[1, 2]).is_ok());
    let refused = |answer: Result<Begun>| answer.unwrap_err().problem();
    let long = "x".repeat(128 * 1024 + 1);
    assert_eq!(refused(new(&long, "", &[])), Some(BODY_TOO_LONG));
    assert_eq!(refused(new("", &long, &[])), Some(URL_INVALID));
    assert_eq!(refused(new("", "", &[1, 1])), Some(FILE_REPEATED));
    let many: Vec<u8> = (0..21).collect();
    assert_eq!(refused(new("", "", &many)), Some(TOO_MANY_FILES));
}

#[test]
fn a_draft_of_an_archived_course_is_kept_and_not_changed() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    cast.does(Role::Student, save(essay, "It was"));
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Student, save(essay, "It is")),
        COURSE_NOT_OPEN
    );
    assert!(own(&cast, Role::Student, essay).is_some());
}

#[test]
fn records_of_every_version_decode() {
    let draft = Draft {
        course: CourseId::from_bytes([1; 16]),
        body: Some("It was".to_owned()),
        url: Some("https://exa".to_owned()),
        file_ids: vec![FileId::from_bytes([2; 16])],
        saved_at: Timestamp::from_millis(1_700_000_000_000),
    };
    testkit::fixture("assess/fixtures/draft.v1", &draft);
}
