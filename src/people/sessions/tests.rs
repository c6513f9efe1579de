//! Stories of signing in.

use std::time::Duration;

use app::{Actor, SchoolRole, UserId};
use kernel::{Error, Timestamp, problems};
use testkit::School;

use super::*;
use crate::FEATURES;
use crate::codes::{Code, IssueSignInCode, ResetPassword};
use crate::sign_in::SignIns;
use crate::users::{self, AddUser, DisableUser, EnableUser, NewUser};

const HOUR: Duration = Duration::from_hours(1);

fn school_with_ada() -> (School, UserId) {
    let school = School::new(FEATURES);
    let password = Password::offer("correct horse").unwrap();
    let password = Some(password.hash(&school.app.new_secret()).unwrap());
    let user = NewUser::named("ada", "Ada Lovelace").unwrap();
    let id = school.run_as_program(AddUser { user, password });
    (school, id)
}

fn sign_ins(school: &School) -> SignIns {
    SignIns::new(school.app.clone(), Hashers::start(1).unwrap())
}

fn client() -> Client {
    Client::at([127, 0, 0, 1].into(), Some("curl/8.5\r\n"))
}

fn signed_in(school: &School) -> Token {
    let sign_ins = sign_ins(school);
    let client = client();
    let signed_in = school.block_on(sign_ins.with_password("Ada", "correct horse", &client));
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
            .block_on(sign_ins.with_password(name, password, &client()))
            .unwrap_err();
        assert_eq!(refused.problem(), Some(SIGN_IN_FAILED), "{name:?}");
    }
    for malformed in ["", &"x".repeat(129)] {
        let refused = school
            .block_on(sign_ins.with_password("ada", malformed, &client()))
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
        for number in 0..100 {
            let sign_ins = sign_ins.clone();
            attempts.spawn(async move {
                let name = format!("nobody{number}");
                sign_ins
                    .with_password(&name, "wrong horse", &client())
                    .await
            });
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
fn a_hash_of_other_costs_is_computed_anew_when_its_password_is_shown() {
    use argon2::password_hash::{PasswordHasher, SaltString};
    let (school, ada) = school_with_ada();
    let costs = argon2::Params::new(8, 1, 1, None).unwrap();
    let weak = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, costs);
    let salt = SaltString::encode_b64(&[7; 16]).unwrap();
    let weak = weak.hash_password(b"correct horse", &salt).unwrap();
    school.run_as_program(SetPassword(ada, PasswordHash::stored(weak.to_string())));
    let kept = || {
        users::password_of(&school.app.snapshot(), ada)
            .unwrap()
            .unwrap()
    };
    signed_in(&school);
    assert!(
        kept()
            .as_str()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    let renewed = kept();
    signed_in(&school);
    assert_eq!(kept(), renewed, "it is right now");
}

/// Gives somebody a password as an older program might have.
struct SetPassword(UserId, PasswordHash);

impl app::Command for SetPassword {
    type Out = ();
    const NAME: &'static str = "test.set_password";
    fn permit(&self, actor: &Actor, _: &store::Snapshot) -> kernel::Result<()> {
        actor.require_admin()
    }
    fn run(&self, tx: &mut app::Tx<'_>) -> kernel::Result<()> {
        users::set_password(tx, self.0, &self.1)
    }
}

#[test]
fn one_session_too_many_ends_the_oldest_and_removes_what_is_over() {
    let (school, ada) = school_with_ada();
    let start = |token: &Token| NewSession {
        user: ada,
        token: token.clone(),
        client: client(),
    };
    let password = users::password_of(&school.app.snapshot(), ada)
        .unwrap()
        .unwrap();
    let begin = || {
        let token = Token::new(&school.app.new_secret());
        school.run_as_program(StartSession {
            session: start(&token),
            password: Some(password.clone()),
            renewed: None,
        });
        school.clock.advance(Duration::from_millis(1));
        token
    };
    let kept = || {
        let snapshot = school.app.snapshot();
        let all = snapshot.scan(&tables::SESSIONS, &store::All, store::Range::ALL);
        all.unwrap().count()
    };
    let tokens: Vec<Token> = (0..=model::SESSIONS_MAX).map(|_| begin()).collect();
    assert_eq!(kept(), model::SESSIONS_MAX);
    assert_eq!(who(&school, &tokens[0]), None);
    assert!(who(&school, &tokens[1]).is_some());
    school.clock.advance(8 * HOUR);
    begin();
    assert_eq!(kept(), 1);
}

#[test]
fn a_changed_password_ends_all_sessions_but_the_new_one() {
    let (school, ada) = school_with_ada();
    let sign_ins = sign_ins(&school);
    let before = [signed_in(&school), signed_in(&school)];
    let own = who(&school, &before[0]).unwrap();
    let change = |current, new| {
        let client = client();
        let change = sign_ins.change_password(&own, (current, new), &client);
        school.block_on(change)
    };
    for (current, new, problem, field) in [
        (
            "wrong horse",
            "looms and threads",
            PASSWORD_WRONG,
            "current",
        ),
        ("correct horse", "short", PASSWORD_LENGTH, "new"),
        ("correct horse", "ada lovelace", WEAK_PASSWORD, "new"),
    ] {
        let Err(Error::Refused(refusal)) = change(current, new) else {
            panic!("{new} was to be refused")
        };
        assert_eq!((refusal.problem, refusal.field), (problem, Some(field)));
    }
    let after = change("correct horse", "looms and threads").unwrap();
    assert_eq!(after.user.0, ada);
    assert!(who(&school, &after.token).is_some());
    for token in &before {
        assert_eq!(who(&school, token), None);
    }
    let client = client();
    let sign_in = |password| school.block_on(sign_ins.with_password("ada", password, &client));
    assert!(sign_in("correct horse").is_err());
    sign_in("looms and threads").unwrap();
    school.agrees();
}

#[test]
fn guessing_the_current_password_is_guessing() {
    let (school, _) = school_with_ada();
    let sign_ins = sign_ins(&school);
    let own = who(&school, &signed_in(&school)).unwrap();
    let guess = || {
        let client = client();
        let guess = sign_ins.change_password(&own, ("wrong horse", "looms and threads"), &client);
        school.block_on(guess).unwrap_err().problem()
    };
    for _ in 0..5 {
        assert_eq!(guess(), Some(PASSWORD_WRONG));
    }
    assert_eq!(guess(), Some(crate::tries::SIGN_IN_LOCKED));
}

#[test]
fn who_is_disabled_or_reset_is_out_at_once() {
    let (school, ada) = school_with_ada();
    school.run_as_program(AddUser {
        user: NewUser::named("eve", "Eve")
            .unwrap()
            .role(SchoolRole::Admin),
        password: None,
    });
    let sign_ins = sign_ins(&school);
    let client = client();
    let sign_in = || school.block_on(sign_ins.with_password("ada", "correct horse", &client));
    let token = sign_in().unwrap().token;
    school.run_as_program(DisableUser { user: ada });
    assert_eq!(who(&school, &token), None);
    assert_eq!(sign_in().unwrap_err().problem(), Some(SIGN_IN_FAILED));
    school.run_as_program(EnableUser { user: ada });
    assert_eq!(who(&school, &token), None, "a new session is needed");
    let token = sign_in().unwrap().token;
    let code = Code::new(&school.app.new_secret());
    let issue = IssueSignInCode {
        user: ada,
        code: code.hash(),
    };
    school.run_as_program(ResetPassword { issue });
    assert_eq!(who(&school, &token), None);
    assert_eq!(sign_in().unwrap_err().problem(), Some(SIGN_IN_FAILED));
    let code = code.reveal();
    let came_in = sign_ins.with_code("ada", &code, "looms and threads", &client);
    school.block_on(came_in).unwrap();
    school.agrees();
}

#[test]
fn people_see_where_they_are_signed_in_and_end_it() {
    let (school, ada) = school_with_ada();
    let tokens: Vec<Token> = (0..3)
        .map(|_| {
            school.clock.advance(Duration::from_secs(1));
            signed_in(&school)
        })
        .collect();
    let own = who(&school, &tokens[2]).unwrap();
    let listed = || sessions(&school.app.snapshot(), &own, ada, school.app.now()).unwrap();
    let seen = listed();
    assert_eq!(seen.len(), 3);
    assert!(seen.is_sorted_by_key(|session| std::cmp::Reverse(session.started_at)));
    assert_eq!(seen[0].agent.as_deref(), Some("curl/8.5"));
    assert_eq!(seen[0].address, Some([127, 0, 0, 1].into()));
    let revoke = RevokeSession {
        user: ada,
        session: seen[2].id,
    };
    school.run(own.clone(), revoke.clone()).unwrap();
    assert_eq!(who(&school, &tokens[0]), None);
    assert_eq!(school.refused(own.clone(), revoke), SESSION_NOT_FOUND);
    let others = RevokeAllSessions {
        user: ada,
        but: Some(seen[0].id),
    };
    school.run(own.clone(), others).unwrap();
    assert_eq!(who(&school, &tokens[1]), None);
    assert_eq!(listed().len(), 1);
    assert!(who(&school, &tokens[2]).is_some());
    let member = school.actor(SchoolRole::Member);
    let refused = sessions(&school.app.snapshot(), &member, ada, school.app.now());
    assert_eq!(refused.unwrap_err().problem(), Some(problems::FORBIDDEN));
}

#[test]
fn what_is_over_is_swept_away() {
    let (school, ada) = school_with_ada();
    let idle = signed_in(&school);
    let code = Code::new(&school.app.new_secret()).hash();
    school.run_as_program(IssueSignInCode { user: ada, code });
    let client = client();
    let wrong = |name| {
        let sign_ins = sign_ins(&school);
        let answer = school.block_on(sign_ins.with_password(name, "wrong horse", &client));
        assert!(answer.is_err());
    };
    let records = || {
        let checked = app::check(&school.app.snapshot(), FEATURES).unwrap();
        checked.records
    };
    wrong("nobody");
    let before = records();
    school.block_on(app::sweep(&school.app)).unwrap();
    assert_eq!(records(), before, "nothing is over yet");
    school.clock.advance(8 * HOUR);
    school.block_on(app::sweep(&school.app)).unwrap();
    assert_eq!(records(), before - 1, "the session");
    assert_eq!(who(&school, &idle), None);
    school.clock.advance(16 * HOUR);
    school.block_on(app::sweep(&school.app)).unwrap();
    assert_eq!(records(), before - 2, "the tries");
    school.clock.advance(13 * 24 * HOUR);
    school.block_on(app::sweep(&school.app)).unwrap();
    assert_eq!(records(), before - 3, "the code");
    school.agrees();
}

#[test]
fn nobody_starts_a_session_for_somebody_else() {
    let (school, ada) = school_with_ada();
    let token = Token::new(&school.app.new_secret());
    for actor in [Actor::ANONYMOUS, school.actor(SchoolRole::Admin)] {
        let start = StartSession {
            session: NewSession {
                user: ada,
                token: token.clone(),
                client: client(),
            },
            password: None,
            renewed: None,
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
        address: None,
        agent: None,
    };
    testkit::fixture("people/fixtures/session.v1", &session);
    let located = Session {
        address: Some([192, 0, 2, 1].into()),
        agent: Some("curl/8.5".to_owned()),
        ..session
    };
    testkit::fixture("people/fixtures/session.address.v1", &located);
}
