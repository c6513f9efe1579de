//! Stories of trying too often.

use std::net::IpAddr;
use std::time::Duration;

use app::{Actor, SchoolRole, UserId};
use kernel::{Error, Timestamp, problems};
use testkit::School;

use super::model::Tries;
use super::tables::{STRANGERS, TRIES};
use super::take_try::STRANGERS_MAX;
use super::*;
use crate::FEATURES;
use crate::sessions::{Client, Hashers, Password, SIGN_IN_FAILED};
use crate::sign_in::{SignIns, SignedIn};
use crate::users::{AddUser, NewUser};

const SECOND: Duration = Duration::from_secs(1);

struct World {
    school: School,
    sign_ins: SignIns,
    ada: UserId,
}

fn world() -> World {
    let school = School::new(FEATURES);
    let password = Password::offer("correct horse").unwrap();
    let ada = school.run_as_program(AddUser {
        user: NewUser::named("ada", "Ada Lovelace").unwrap(),
        password: Some(password.hash(&school.app.new_secret()).unwrap()),
    });
    let sign_ins = SignIns::new(school.app.clone(), Hashers::start(1).unwrap());
    World {
        school,
        sign_ins,
        ada,
    }
}

fn from(number: u8) -> Client {
    Client::at(IpAddr::from([192, 0, 2, number]), None)
}

impl World {
    fn tries(&self, name: &str, password: &str) -> Result<SignedIn> {
        let client = from(1);
        let sign_in = self.sign_ins.with_password(name, password, &client);
        self.school.block_on(sign_in)
    }

    fn code(&self, name: &str, password: &str) -> &'static str {
        let answer = self.tries(name, password);
        answer.map_or_else(|error| error.problem().unwrap().code, |_| "in")
    }

    fn locks(&self) -> Vec<u32> {
        let events = self.school.events().into_iter();
        let locks = events.filter(|event| event.subject.ends_with(".sign_in_locked"));
        let locks = locks.map(|event| serde_json::from_slice::<SignInLocked>(&event.body).unwrap());
        locks.map(|lock| lock.tries).collect()
    }
}

#[test]
fn of_two_hundred_wrong_passwords_at_once_five_are_compared() {
    let world = world();
    let attempts = async {
        let mut attempts = tokio::task::JoinSet::new();
        for number in 0..200 {
            let sign_ins = world.sign_ins.clone();
            // The right one is among those that come too late.
            let password = if number == 150 {
                "correct horse"
            } else {
                "wrong horse"
            };
            attempts.spawn(async move {
                let password = password.to_owned();
                // The queue for hashing takes fewer at once; who finds it full comes again.
                loop {
                    let answer = sign_ins.with_password("ada", &password, &from(1)).await;
                    match answer {
                        Err(error) if error.problem() == Some(crate::sessions::SIGN_IN_BUSY) => {
                            tokio::task::yield_now().await;
                        }
                        answer => return answer.map(drop),
                    }
                }
            });
        }
        attempts.join_all().await
    };
    let before = world.sign_ins.hashers().hashed();
    let answers = world.school.block_on(attempts);
    assert_eq!(world.sign_ins.hashers().hashed() - before, 5);
    let mut failed = 0;
    for answer in answers {
        let Err(Error::Refused(refusal)) = answer else {
            panic!("a refusal, not {answer:?}")
        };
        failed += u32::from(refusal.problem == SIGN_IN_FAILED);
        if refusal.problem != SIGN_IN_FAILED {
            let expected = (SIGN_IN_LOCKED, Some(SECOND));
            assert_eq!((refusal.problem, refusal.retry_after), expected);
        }
    }
    assert_eq!(failed, 5);
    assert_eq!(world.locks(), [5], "one event for all of them");
    world.school.clock.advance(SECOND);
    assert_eq!(world.code("ada", "correct horse"), "in");
    world.school.agrees();
}

#[test]
fn each_further_try_waits_twice_as_long_and_the_right_password_starts_anew() {
    let world = world();
    for round in 0..2 {
        for number in 0..5 {
            let code = world.code("ada", "wrong horse");
            assert_eq!(code, "SIGN_IN_FAILED", "{round} {number}");
        }
        for seconds in [1, 2, 4] {
            assert_eq!(world.code("Ada ", "correct horse"), "SIGN_IN_LOCKED");
            world.school.clock.advance(seconds * SECOND);
            assert_eq!(world.code("ada", "wrong horse"), "SIGN_IN_FAILED");
        }
        world.school.clock.advance(8 * SECOND);
        assert_eq!(world.code("ada", "correct horse"), "in");
    }
    assert_eq!(world.locks(), [5, 6, 7, 8, 9, 5, 6, 7, 8, 9]);
    world.school.agrees();
}

#[test]
fn tries_are_forgotten_after_a_day() {
    let world = world();
    for _ in 0..4 {
        assert_eq!(world.code("ada", "wrong horse"), "SIGN_IN_FAILED");
    }
    world.school.clock.advance(model::REMEMBERED);
    for _ in 0..5 {
        assert_eq!(world.code("ada", "wrong horse"), "SIGN_IN_FAILED");
    }
    assert_eq!(world.code("ada", "wrong horse"), "SIGN_IN_LOCKED");
}

#[test]
fn names_that_nobody_has_are_counted_as_well_and_told_to_nobody() {
    let world = world();
    for name in ["nobody", "Nobody", " nobody", "NOBODY", "nobody"] {
        assert_eq!(world.code(name, "correct horse"), "SIGN_IN_FAILED");
    }
    assert_eq!(world.code("nobody", "correct horse"), "SIGN_IN_LOCKED");
    assert_eq!(world.locks(), Vec::<u32>::new());
    world.school.agrees();
}

#[test]
fn made_up_names_fill_no_disk_and_push_out_nobody() {
    let world = world();
    for _ in 0..5 {
        assert_eq!(world.code("ada", "wrong horse"), "SIGN_IN_FAILED");
    }
    let take = |number: u64| TakeTry {
        account: Account::named(&number.to_string()),
        user: None,
    };
    for number in 0..STRANGERS_MAX + 5 {
        world.school.run_as_program(take(number));
    }
    let strangers = || world.school.app.snapshot().count(&STRANGERS, &0).unwrap();
    assert_eq!(strangers(), STRANGERS_MAX);
    assert_eq!(world.code("ada", "correct horse"), "SIGN_IN_LOCKED");
    world.school.clock.advance(model::REMEMBERED);
    world.school.run_as_program(take(0));
    world.school.run_as_program(take(1));
    assert_eq!(
        strangers(),
        STRANGERS_MAX,
        "each newcomer takes an old place"
    );
    world.school.agrees();
}

#[test]
fn an_address_with_many_failures_waits_whatever_the_name() {
    let world = world();
    let sign_ins = world.sign_ins.clone().failures_per_address(3);
    let code = |name: &str, password: &str, client: Client| {
        let answer = world
            .school
            .block_on(sign_ins.with_password(name, password, &client));
        answer.map_or_else(|error| error.problem().unwrap().code, |_| "in")
    };
    for name in ["one", "two"] {
        assert_eq!(code(name, "wrong horse", from(1)), "SIGN_IN_FAILED");
        assert_eq!(
            code("ada", "correct horse", from(1)),
            "in",
            "it costs nothing"
        );
    }
    assert_eq!(code("three", "wrong horse", from(1)), "SIGN_IN_FAILED");
    assert_eq!(code("ada", "correct horse", from(1)), "SIGN_IN_LOCKED");
    assert_eq!(code("ada", "correct horse", from(2)), "in");
    world.school.clock.advance(Duration::from_mins(5));
    assert_eq!(code("ada", "correct horse", from(1)), "in");
}

#[test]
fn codes_are_tried_under_the_same_limits() {
    let world = world();
    let try_code = || {
        let (sign_ins, client) = (&world.sign_ins, from(1));
        let answer = sign_ins.with_code("ada", "00000-00000-00000", "looms and threads", &client);
        world.school.block_on(answer).unwrap_err().problem()
    };
    for _ in 0..5 {
        assert_eq!(try_code(), Some(SIGN_IN_FAILED));
    }
    assert_eq!(try_code(), Some(SIGN_IN_LOCKED));
    assert_eq!(world.code("ada", "correct horse"), "SIGN_IN_LOCKED");
}

#[test]
fn only_the_program_counts_tries() {
    let world = world();
    for actor in [Actor::ANONYMOUS, world.school.actor(SchoolRole::Admin)] {
        let take = TakeTry {
            account: Account::named("ada"),
            user: Some(world.ada),
        };
        assert_eq!(world.school.refused(actor, take), problems::FORBIDDEN);
    }
    assert!(
        !world
            .school
            .app
            .snapshot()
            .has(&TRIES, &Account::named("ada").key())
            .unwrap()
    );
}

#[test]
fn records_of_every_version_decode() {
    let at = Timestamp::from_millis(1_700_000_000_000);
    let tries = Tries {
        count: 6,
        last_at: at,
        next_at: at.plus(2 * SECOND),
        user: Some(UserId::from_bytes([2; 16])),
    };
    testkit::fixture("people/fixtures/tries.v1", &tries);
}
