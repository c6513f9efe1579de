//! Stories of codes.

use std::time::Duration;

use app::{Actor, Secret, UserId};
use kernel::{Error, Timestamp};
use testkit::School;

use super::model::SignInCode;
use super::*;
use crate::FEATURES;
use crate::sessions::{
    Client, Hashers, PASSWORD_LENGTH, SIGN_IN_FAILED, Token, WEAK_PASSWORD, authenticate,
};
use crate::sign_in::{SignIns, SignedIn};
use crate::users::{AddUser, NewUser};

const DAY: Duration = Duration::from_hours(24);

fn school_with_tom() -> (School, SignIns, UserId) {
    let school = School::new(FEATURES);
    let user = NewUser::named("tom", "Tom Weaver").unwrap();
    let tom = school.run_as_program(AddUser {
        user,
        password: None,
    });
    let sign_ins = SignIns::new(school.app.clone(), Hashers::start(1).unwrap());
    (school, sign_ins, tom)
}

fn client() -> Client {
    Client::at([127, 0, 0, 1].into(), None)
}

fn issued(school: &School, user: UserId) -> Code {
    let code = Code::new(&school.app.new_secret());
    let until = school.run_as_program(IssueSignInCode {
        user,
        code: code.hash(),
    });
    assert_eq!(until, school.app.now().plus(14 * DAY));
    code
}

fn holds(school: &School, token: &Token) -> bool {
    let found = authenticate(&school.app.snapshot(), token, school.app.now());
    found.unwrap().is_some()
}

#[test]
fn a_code_lets_its_person_choose_a_password_once() {
    let (school, sign_ins, tom) = school_with_tom();
    let code = issued(&school, tom).reveal();
    let with_code =
        |password| school.block_on(sign_ins.with_code("Tom", &code, password, &client()));
    let SignedIn { token, user, .. } = with_code("looms and threads").unwrap();
    assert!(holds(&school, &token) && user.0 == tom);
    let again = with_code("another password").unwrap_err();
    assert_eq!(again.problem(), Some(SIGN_IN_FAILED));
    let with_password =
        |password| school.block_on(sign_ins.with_password("tom", password, &client()));
    assert!(with_password("another password").is_err());
    with_password("looms and threads").unwrap();
    school.agrees();
}

#[test]
fn a_weak_password_uses_no_code_up() {
    let (school, sign_ins, tom) = school_with_tom();
    let code = issued(&school, tom).reveal();
    let with_code = |password| {
        let client = client();
        school.block_on(sign_ins.with_code("tom", &code, password, &client))
    };
    for (password, problem) in [
        ("short", PASSWORD_LENGTH),
        ("tom weaver", WEAK_PASSWORD),
        ("Password2027!", WEAK_PASSWORD),
    ] {
        let Err(Error::Refused(refusal)) = with_code(password) else {
            panic!("{password} was to be refused")
        };
        assert_eq!(refusal.problem, problem, "{password}");
        assert_eq!(refusal.field, Some("newPassword"));
    }
    with_code("looms and threads").unwrap();
}

#[test]
fn who_comes_in_with_a_code_is_signed_out_elsewhere() {
    let (school, sign_ins, tom) = school_with_tom();
    let mut before = None;
    for password in ["looms and threads", "threads and looms"] {
        let code = issued(&school, tom).reveal();
        let signed_in = school.block_on(sign_ins.with_code("tom", &code, password, &client()));
        let token = signed_in.unwrap().token;
        assert!(holds(&school, &token));
        if let Some(before) = before.replace(token) {
            assert!(!holds(&school, &before));
        }
    }
    school.agrees();
}

#[test]
fn what_is_wrong_used_replaced_or_expired_gets_one_answer() {
    let (school, sign_ins, tom) = school_with_tom();
    let replaced = issued(&school, tom).reveal();
    let code = issued(&school, tom).reveal();
    let refused = |name: &str, code: &str| {
        let answer =
            school.block_on(sign_ins.with_code(name, code, "looms and threads", &client()));
        answer.unwrap_err().problem()
    };
    let other = Code::new(&Secret([1; 32])).reveal();
    for (name, code) in [
        ("tom", &*replaced),
        ("tom", &other),
        ("tom", ""),
        ("nobody", &code),
    ] {
        assert_eq!(refused(name, code), Some(SIGN_IN_FAILED), "{name} {code}");
    }
    school.clock.advance(14 * DAY);
    assert_eq!(refused("tom", &code), Some(SIGN_IN_FAILED));
    school.agrees();
}

#[test]
fn a_thousand_codes_are_issued_in_one_transaction() {
    struct Import(Vec<(NewUser, CodeHash)>);
    impl app::Command for Import {
        type Out = ();
        const NAME: &'static str = "test.import";
        fn permit(&self, actor: &Actor, _: &store::Snapshot) -> kernel::Result<()> {
            actor.require_admin()
        }
        fn run(&self, tx: &mut app::Tx<'_>) -> kernel::Result<()> {
            let (actor, now) = (tx.actor(), tx.now());
            for (user, code) in &self.0 {
                let add = AddUser {
                    user: user.clone(),
                    password: None,
                };
                let user = tx.perform(actor, now, &add)?;
                tx.perform(actor, now, &IssueSignInCode { user, code: *code })?;
            }
            Ok(())
        }
    }
    let (school, sign_ins, _) = school_with_tom();
    let codes: Vec<Code> = (0..1_000)
        .map(|_| Code::new(&school.app.new_secret()))
        .collect();
    let people = codes.iter().zip(0..).map(|(code, number)| {
        let name = format!("pupil{number}");
        (NewUser::named(&name, &name).unwrap(), code.hash())
    });
    school.run_as_program(Import(people.collect()));
    let code = codes[999].reveal();
    school
        .block_on(sign_ins.with_code("pupil999", &code, "looms and threads", &client()))
        .unwrap();
    school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let code = SignInCode {
        hash: Code::new(&Secret([7; 32])).hash(),
        expires_at: Timestamp::from_millis(1_700_000_000_000),
    };
    testkit::fixture("people/fixtures/sign_in_code.v1", &code);
}
