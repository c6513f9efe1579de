//! Stories of people as documents show and change them.

use people::codes::{Code, IssueSignInCode};
use people::sessions::{Client, Hashers, sessions};
use people::sign_in::SignIns;
use serde_json::json;
use testkit::Role;

use super::{World, codes, refused};

const USERS: &str = "query ($filter: UserFilter) {
    users(first: 2, filter: $filter) {
        totalCount nodes { username role disabled externalId }
    }
}";
const UPDATE: &str = "mutation ($input: UpdateUserInput!) {
    updateUser(input: $input) {
        user { username displayName email externalId } errors { code field }
    }
}";
const ROLE: &str = "mutation ($input: ChangeRoleInput!) {
    changeRole(input: $input) { user { role } errors { code } }
}";
const DISABLE: &str = "mutation ($id: ID!) {
    disableUser(input: { userId: $id }) { user { disabled } errors { code } }
}";

#[test]
fn staff_lists_people_and_others_do_not() {
    let world = World::new();
    let filter = json!({ "filter": { "search": "STAFF", "role": "STAFF", "disabled": false } });
    let found = world.ask(Role::Staff, USERS, filter);
    let staff = json!({
        "username": "staff", "role": "STAFF", "disabled": false, "externalId": null,
    });
    assert_eq!(found["data"]["users"]["totalCount"], 1, "{found}");
    assert_eq!(found["data"]["users"]["nodes"], json!([staff]));
    for (role, code) in [
        (Role::Teacher, "FORBIDDEN"),
        (Role::Nobody, "UNAUTHENTICATED"),
    ] {
        assert_eq!(codes(&world.ask(role, USERS, json!({}))), [code]);
    }
}

#[test]
fn people_change_their_profile_and_administrators_all_of_it() {
    let world = World::new();
    let id = world.cast.user(Role::Student).to_string();
    let profile = json!({ "input": { "userId": id, "displayName": "Stu", "email": null } });
    let updated = world.ask(Role::Student, UPDATE, profile);
    let user = &updated["data"]["updateUser"]["user"];
    assert_eq!(
        (&user["displayName"], &user["email"]),
        (&json!("Stu"), &json!(null))
    );
    let renamed = json!({ "input": { "userId": id, "username": "stu", "externalId": "b2c7" } });
    for role in [Role::Student, Role::Staff, Role::Teacher] {
        assert_eq!(
            codes(&world.ask(role, UPDATE, renamed.clone())),
            ["FORBIDDEN"]
        );
    }
    let updated = world.ask(Role::Admin, UPDATE, renamed);
    let user = &updated["data"]["updateUser"]["user"];
    assert_eq!(
        (&user["username"], &user["externalId"]),
        (&json!("stu"), &json!("b2c7"))
    );
    let taken = json!({ "input": { "userId": id, "username": "TEACHER" } });
    let refusals = world.ask(Role::Admin, UPDATE, taken);
    assert_eq!(refused(&refusals, "updateUser"), ["USERNAME_TAKEN"]);
    let own_role = json!({ "input": { "userId": id, "role": "ADMIN" } });
    let unknown = world.ask(Role::Student, UPDATE, own_role.clone());
    assert!(
        unknown["data"].is_null(),
        "a profile has no role: {unknown}"
    );
    assert_eq!(
        codes(&world.ask(Role::Student, ROLE, own_role)),
        ["FORBIDDEN"]
    );
}

#[test]
fn the_last_administrator_stays_one() {
    let world = World::new();
    let id = world.cast.user(Role::Admin).to_string();
    let demoted = world.ask(
        Role::Admin,
        ROLE,
        json!({ "input": { "userId": id, "role": "MEMBER" } }),
    );
    assert_eq!(refused(&demoted, "changeRole"), ["LAST_ADMIN"]);
    let disabled = world.ask(Role::Admin, DISABLE, json!({ "id": id }));
    assert_eq!(refused(&disabled, "disableUser"), ["LAST_ADMIN"]);
    let student = json!({ "id": world.cast.user(Role::Student).to_string() });
    let disabled = world.ask(Role::Admin, DISABLE, student.clone());
    assert_eq!(disabled["data"]["disableUser"]["user"]["disabled"], true);
    let enable = "mutation ($id: ID!) {
        enableUser(input: { userId: $id }) { user { disabled } errors { code } }
    }";
    let enabled = world.ask(Role::Admin, enable, student);
    assert_eq!(enabled["data"]["enableUser"]["user"]["disabled"], false);
}

#[test]
fn people_see_their_sessions_and_end_them() {
    let world = World::new();
    let (app, user) = (&world.cast.school.app, world.cast.user(Role::Student));
    let code = Code::new(&app.new_secret());
    world.given(IssueSignInCode {
        user,
        code: code.hash(),
    });
    let sign_ins = SignIns::new(app.clone(), Hashers::start(1).unwrap());
    let client = Client::at([192, 0, 2, 1].into(), Some("curl/8.5"));
    let (code, password) = (code.reveal(), "looms and threads");
    let with_code = sign_ins.with_code("student", &code, password, &client);
    world.cast.school.block_on(with_code).unwrap();
    let with_password = sign_ins.with_password("student", password, &client);
    world.cast.school.block_on(with_password).unwrap();
    let list = "query ($user: ID) { sessions(userId: $user) { id address agent current } }";
    let seen = world.ask(Role::Student, list, json!({}));
    let seen = seen["data"]["sessions"].as_array().unwrap().clone();
    assert_eq!((seen.len(), &seen[0]["current"]), (2, &json!(false)));
    assert_eq!(seen[0]["agent"], "curl/8.5");
    let of_student = json!({ "user": user.to_string() });
    assert_eq!(
        codes(&world.ask(Role::Staff, list, of_student)),
        ["FORBIDDEN"]
    );
    let revoke = "mutation ($input: RevokeSessionInput!) {
        revokeSession(input: $input) { revokedId errors { code } }
    }";
    let one = json!({ "input": { "sessionId": seen[1]["id"] } });
    let revoked = world.ask(Role::Student, revoke, one.clone());
    assert_eq!(revoked["data"]["revokeSession"]["revokedId"], seen[1]["id"]);
    assert_eq!(codes(&world.ask(Role::Student, revoke, one)), ["NOT_FOUND"]);
    let revoke_all = "mutation ($user: ID) {
        revokeSessions(input: { userId: $user }) { done errors { code } }
    }";
    let of_student = json!({ "user": user.to_string() });
    let revoked = world.ask(Role::Admin, revoke_all, of_student);
    assert_eq!(revoked["data"]["revokeSessions"]["done"], true, "{revoked}");
    let student = world.cast.actor(Role::Student);
    assert!(
        sessions(&app.snapshot(), &student, user, app.now())
            .unwrap()
            .is_empty()
    );
}
