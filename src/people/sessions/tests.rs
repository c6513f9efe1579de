//! Stories of signing in.

use std::time::Duration;

use app::{Actor, SchoolRole, UserId};
use kernel::{Error, Timestamp, problems};
use testkit::School;

use super::*;
use crate::FEATURES;
use crate::sign_in::SignIns;
use crate::users::{AddUser, NewUser};

const HOUR: Duration = Duration::from_hours(1);

fn school_with_ada() -> (School, UserId) {
    let school = School::new(FEATURES);
    let password = Password::choose("correct horse").unwrap();
    let password = Some(password.hash(&school.app.new_secret()).unwrap());
    let user = NewUser::named("ada", "Ada Lovelace").unwrap();
    let id = school.run_as_program(AddUser { user, password });
    (school, id)
}

fn sign_ins(school: &School) -> SignIns {
    SignIns::new(school.app.clone(), Hashers::start(1).unwrap())
}

fn signed_in(school: &School) -> Token {
    let sign_ins = sign_ins(school);
    let signed_in = school.block_on(sign_ins.with_password("Ada", "correct horse"));
    signed_in.unwrap().token
}

fn who(school: &School, token: &Token) -> Option<Actor> {
    let found = authenticate(&school.app.snapshot(), token, school.app.now()).unwrap();
    found.map(|found| found.actor)
}

#[test]
fn somebody_signs_in_is_recognised_and_signs_out() {
    let (school, ada) = school_with_ada();
    let token = signed_in(&school);
    assert_eq!(
        who(&school, &token).and_then(|actor| actor.user_id()),
        Some(ada)
    );
    assert!(Token::parse(token.reveal()).is_some_and(|parsed| parsed == token));
    assert_eq!(format!("{token:?}"), "Token(..)");
    assert!(
        school
            .run(
                Actor::ANONYMOUS,
                EndSession {
                    token: token.clone()
                }
            )
            .unwrap()
    );
    assert_eq!(who(&school, &token), None);
    assert!(!school.run(Actor::ANONYMOUS, EndSession { token }).unwrap());
    school.agrees();
}

#[test]
fn an_unknown_name_and_a_wrong_password_get_the_same_answer() {
    let (school, _) = school_with_ada();
    let sign_ins = sign_ins(&school);
    for (name, password) in [
        ("ada", "wrong horse"),
        ("nobody", "correct horse"),
        ("a\0da", "x"),
    ] {
        let refused = school
            .block_on(sign_ins.with_password(name, password))
            .unwrap_err();
        assert_eq!(refused.problem(), Some(SIGN_IN_FAILED), "{name:?}");
    }
    for malformed in ["", &"x".repeat(129)] {
        let refused = school
            .block_on(sign_ins.with_password("ada", malformed))
            .unwrap_err();
        assert_eq!(refused.problem(), Some(PASSWORD_LENGTH));
    }
}

#[test]
fn a_session_ends_when_idle_and_at_its_end() {
    let (school, _) = school_with_ada();
    let idle = signed_in(&school);
    school.clock.advance(8 * HOUR);
    assert_eq!(who(&school, &idle), None);

    let busy = signed_in(&school);
    for _ in 0..3 {
        school.clock.advance(7 * HOUR);
        let found = authenticate(&school.app.snapshot(), &busy, school.app.now())
            .unwrap()
            .unwrap();
        assert!(found.touch);
        school
            .run(
                found.actor,
                TouchSession {
                    token: busy.clone(),
                },
            )
            .unwrap();
        assert!(who(&school, &busy).is_some());
    }
    school.clock.advance(3 * HOUR);
    assert_eq!(who(&school, &busy), None, "24 hours after it began");
}

#[test]
fn a_full_queue_of_sign_ins_says_when_to_come_back() {
    let (school, _) = school_with_ada();
    let sign_ins = sign_ins(&school);
    let attempts = async {
        let mut attempts = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let sign_ins = sign_ins.clone();
            attempts.spawn(async move { sign_ins.with_password("ada", "wrong horse").await });
        }
        attempts.join_all().await
    };
    let refusals: Vec<Error> = school
        .block_on(attempts)
        .into_iter()
        .map(Result::unwrap_err)
        .collect();
    let busy = refusals
        .iter()
        .filter(|error| error.problem() == Some(SIGN_IN_BUSY))
        .count();
    assert!(
        (30..=40).contains(&busy),
        "{busy} of 100 with a queue of 64"
    );
    for error in refusals {
        let Error::Refused(refusal) = error else {
            panic!("a refusal")
        };
        let told_when = refusal.problem == SIGN_IN_BUSY && refusal.retry_after.is_some();
        assert!(
            told_when || refusal.problem == SIGN_IN_FAILED,
            "{refusal:?}"
        );
    }
}

#[test]
fn nobody_starts_a_session_for_somebody_else() {
    let (school, ada) = school_with_ada();
    let token = Token::new(&school.app.new_secret());
    for actor in [Actor::ANONYMOUS, school.actor(SchoolRole::Admin)] {
        let start = StartSession {
            user: ada,
            token: token.clone(),
        };
        assert_eq!(school.refused(actor, start), problems::FORBIDDEN);
    }
}

#[test]
fn records_of_every_version_decode() {
    let at = Timestamp::from_millis(1_700_000_000_000);
    let session = Session {
        id: app::SessionId::from_bytes([1; 16]),
        user: UserId::from_bytes([2; 16]),
        started_at: at,
        seen_at: at,
        expires_at: at.plus(24 * HOUR),
    };
    testkit::fixture("people/fixtures/session.v1", &session);
}
