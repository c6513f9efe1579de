//! Stories of users.

use app::{Actor, Event, SchoolRole};
use kernel::{Change, PageRequest, problems};
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

fn admin(name: &str) -> AddUser {
    AddUser {
        user: NewUser::named(name, name).unwrap().role(SchoolRole::Admin),
        password: None,
    }
}

#[test]
fn what_changes_keeps_its_limits_and_what_only_one_can_have() {
    let school = School::new(FEATURES);
    let id = school.run_as_program(ada());
    let mut eve = admin("eve");
    eve.user = eve.user.email("eve@example.org").unwrap();
    school.run_as_program(eve);
    let update = |change| UpdateUser { user: id, change };
    let change = UserChange {
        username: Some(" countess ".to_owned()),
        display_name: Some("Ada King".to_owned()),
        email: Change::To(None),
        locale: Some("en-GB".to_owned()),
        time_zone: Some("Europe/London".to_owned()),
        external_id: Change::To(Some(ExternalId::parse("b2c7").unwrap())),
    };
    school.run_as_program(update(change.clone()));
    school.run_as_program(update(change));
    let (found, user) = named(&school.app.snapshot(), "Countess").unwrap().unwrap();
    assert_eq!((found, &*user.display_name), (id, "Ada King"));
    assert_eq!((&user.email, &*user.time_zone), (&None, "Europe/London"));
    assert!(named(&school.app.snapshot(), "ada").unwrap().is_none());
    let text = |text: &str| Some(text.to_owned());
    for (change, problem) in [
        (
            UserChange {
                username: text("EVE"),
                ..UserChange::default()
            },
            USERNAME_TAKEN,
        ),
        (
            UserChange {
                email: Change::To(text("Eve@example.org")),
                ..UserChange::default()
            },
            EMAIL_TAKEN,
        ),
        (
            UserChange {
                display_name: text(""),
                ..UserChange::default()
            },
            DISPLAY_NAME_INVALID,
        ),
        (
            UserChange {
                time_zone: text("Mars/Olympus"),
                ..UserChange::default()
            },
            TIME_ZONE_UNKNOWN,
        ),
    ] {
        assert_eq!(
            school.refused(Actor::program("test"), update(change)),
            problem
        );
    }
    let told = school.events().into_iter();
    let told = told.filter(|event| event.subject == UserUpdated::SUBJECT);
    assert_eq!(told.count(), 1, "a change to the same is none");
    school.agrees();
}

#[test]
fn the_last_administrator_stays_one() {
    let school = School::new(FEATURES);
    let program = || Actor::program("test");
    let ada = school.run_as_program(admin("ada"));
    let eve = school.run_as_program(admin("eve"));
    let demote = |user| ChangeRole {
        user,
        role: SchoolRole::Member,
    };
    school.run_as_program(demote(eve));
    assert_eq!(school.refused(program(), demote(ada)), LAST_ADMIN);
    assert_eq!(
        school.refused(program(), DisableUser { user: ada }),
        LAST_ADMIN
    );
    school.run_as_program(ChangeRole {
        user: eve,
        role: SchoolRole::Admin,
    });
    school.run_as_program(DisableUser { user: eve });
    let refused = school.refused(program(), demote(ada));
    assert_eq!(refused, LAST_ADMIN, "who cannot sign in does not count");
    school.run_as_program(EnableUser { user: eve });
    school.run_as_program(demote(ada));
    school.agrees();
}

#[test]
fn staff_lists_and_finds_everybody() {
    let school = School::new(FEATURES);
    let ids: Vec<_> = ["ada", "eve", "zoë"]
        .iter()
        .map(|name| school.run_as_program(admin(name)))
        .collect();
    let tom = school.run_as_program(AddUser {
        user: NewUser::named("tom", "Tom Weaver")
            .unwrap()
            .email("weaver@zoo.org")
            .unwrap(),
        password: None,
    });
    school.run_as_program(DisableUser { user: ids[1] });
    let staff = school.actor(SchoolRole::Staff);
    let list = |filter: &UserFilter, first, after: Option<&str>| {
        let request = PageRequest::parse(Some(first), after).unwrap();
        let page = users(&school.app.snapshot(), &staff, filter, &request).unwrap();
        let found: Vec<UserId> = page.entries.iter().map(|(_, (id, _))| *id).collect();
        let last = page.entries.last().map(|(cursor, _)| cursor.to_string());
        (found, page.total, page.has_next, last)
    };
    let everybody = UserFilter::default();
    let (found, total, more, last) = list(&everybody, 3, None);
    assert_eq!((found, total, more), (ids.clone(), 4, true));
    assert_eq!(list(&everybody, 3, last.as_deref()).0, [tom]);
    let searched = |text: &str| UserFilter {
        search: Some(text.to_owned()),
        ..UserFilter::default()
    };
    let (found, total, more, last) = list(&searched(" ZO"), 1, None);
    assert_eq!((found, total, more), (vec![ids[2]], 2, true));
    let (found, total, more, _) = list(&searched("zo"), 1, last.as_deref());
    assert_eq!(
        (found, total, more),
        (vec![tom], 2, false),
        "by the address"
    );
    let disabled = UserFilter {
        role: Some(SchoolRole::Admin),
        disabled: Some(true),
        ..UserFilter::default()
    };
    assert_eq!(list(&disabled, 9, None).0, [ids[1]]);
    let member = school.actor(SchoolRole::Member);
    let request = PageRequest::first(9);
    let refused = users(&school.app.snapshot(), &member, &everybody, &request).unwrap_err();
    assert_eq!(refused.problem(), Some(problems::FORBIDDEN));
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
