//! Stories of users.

use app::{Actor, SchoolRole};
use kernel::problems;
use testkit::School;

use super::tables::Credential;
use super::*;
use crate::FEATURES;

fn ada() -> AddUser {
    let user = NewUser::named("ada", "Ada Lovelace")
        .unwrap()
        .email("ada@example.org")
        .unwrap();
    AddUser {
        user,
        password: None,
    }
}

#[test]
fn a_name_and_an_address_are_taken_once() {
    let school = School::new(FEATURES);
    let id = school.run_as_program(ada());
    let twice = school.refused(Actor::program("test"), ada());
    assert_eq!(twice, USERNAME_TAKEN);
    let same_address = NewUser::named("lovelace", "A. L.")
        .unwrap()
        .email("ADA@example.org")
        .unwrap();
    let clash = AddUser {
        user: same_address,
        password: None,
    };
    assert_eq!(school.refused(Actor::program("test"), clash), EMAIL_TAKEN);
    let (found, user) = named(&school.app.snapshot(), " ADA").unwrap().unwrap();
    assert_eq!((found, user.role), (id, SchoolRole::Member));
    school.agrees();
}

#[test]
fn an_external_id_is_taken_once() {
    let school = School::new(FEATURES);
    let known = |name: &str, id: &str| AddUser {
        user: NewUser::named(name, name)
            .unwrap()
            .external_id(ExternalId::parse(id).unwrap()),
        password: None,
    };
    let id = school.run_as_program(known("ada", " b2c7 "));
    let twice = school.refused(Actor::program("test"), known("eve", "b2c7"));
    assert_eq!(twice, EXTERNAL_ID_TAKEN);
    school.run_as_program(known("eve", "B2C7"));
    let asked = ExternalId::parse("b2c7").unwrap();
    let found = with_external_id(&school.app.snapshot(), &asked).unwrap();
    assert_eq!(found, Some(id), "letter for letter");
    school.agrees();
}

#[test]
fn only_administrators_add_people() {
    let school = School::new(FEATURES);
    for (role, refused) in [
        (SchoolRole::Member, Some(problems::FORBIDDEN)),
        (SchoolRole::Staff, Some(problems::FORBIDDEN)),
        (SchoolRole::Admin, None),
    ] {
        let actor = school.actor(role);
        assert_eq!(
            school.run(actor, ada()).err().and_then(|e| e.problem()),
            refused,
            "{role:?}"
        );
    }
    assert_eq!(
        school.refused(Actor::ANONYMOUS, ada()),
        problems::UNAUTHENTICATED
    );
}

#[test]
fn an_address_is_for_oneself_and_for_staff() {
    let school = School::new(FEATURES);
    let id = school.run_as_program(ada());
    let own = Actor::user(id, SchoolRole::Member, school.app.new_id());
    assert!(may_see_email(&own, id));
    assert!(may_see_email(&school.actor(SchoolRole::Staff), id));
    assert!(!may_see_email(&school.actor(SchoolRole::Member), id));
    assert!(!may_see_email(&Actor::ANONYMOUS, id));
}

#[test]
fn records_of_every_version_decode() {
    let user = User {
        username: "ada".to_owned(),
        email: Some("ada@example.org".to_owned()),
        display_name: "Ada Lovelace".to_owned(),
        locale: "en-GB".to_owned(),
        time_zone: "Europe/London".to_owned(),
        role: SchoolRole::Admin,
        created_at: kernel::Timestamp::from_millis(1_700_000_000_000),
        disabled: false,
        external_id: None,
    };
    testkit::fixture("people/fixtures/user.v1", &user);
    let known = User {
        external_id: Some(ExternalId::parse("b2c7-ada").unwrap()),
        ..user
    };
    testkit::fixture("people/fixtures/user.external-id.v1", &known);
    let credential = Credential {
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2E$aGE".to_owned(),
    };
    testkit::fixture("people/fixtures/credential.v1", &credential);
}
