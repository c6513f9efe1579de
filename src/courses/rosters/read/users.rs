//! Users become people. In 1.2 their roles, and perhaps their names to sign in with, stand in files
//! of their own.

use std::collections::HashMap;

use app::SchoolRole;
use people::sessions::{Owner, Password};
use people::users::NewUser;

use super::{Reading, Seen};
use crate::rosters::model::{Person, Wish};
use crate::rosters::problems::{
    EMAIL_LEFT_OUT, PASSWORD_LEFT_OUT, ROLE_LOWERED, VALUE_LEFT_OUT, VALUE_MISSING,
};
use crate::rosters::report::Finding;
use crate::rosters::sheet::{Row, Sheet};
use crate::rosters::values::{Role, is_gone, is_yes};

/// The roles that 1.2 gives somebody.
type Roles<'a> = HashMap<&'a str, Vec<Role>>;

/// The name to sign in with and the password that a profile of 1.2 has.
type Profiles<'a> = HashMap<&'a str, (&'a str, &'a str)>;

pub(super) fn read(reading: &mut Reading<'_>, users: &Sheet, roles: &Sheet, profiles: &Sheet) {
    let roles = roles_of(reading, roles);
    let profiles = profiles_of(profiles);
    let mut seen = Seen::nothing();
    let mut names: HashMap<String, u32> = HashMap::new();
    let mut addresses: HashMap<String, u32> = HashMap::new();
    for row in users.rows() {
        let Some(mut person) = person(reading, row, (&roles, &profiles)) else {
            continue;
        };
        let said = (
            person.username.clone(),
            person.display_name.clone(),
            person.email.clone(),
            (person.role, person.gone),
        );
        if !seen.is_first(reading, row, (&person.id, said)) {
            continue;
        }
        if !person.gone {
            let name = people::users::name_key(&person.username);
            let number = row.place().row;
            if let Some(first) = names.insert(name, number) {
                let sentence = format!("Row {first} has this user name already.");
                let taken = people::users::USERNAME_TAKEN.because(sentence);
                reading.refuse_for(row, "username", &taken);
                continue;
            }
            // Sisters and brothers often share the address of a parent.
            let address = person.email.as_deref().map(people::users::name_key);
            let first = address.map(|address| *addresses.entry(address).or_insert(number));
            if let Some(first) = first.filter(|first| *first != number) {
                let finding = Finding::at(row.place(), Some("email"), EMAIL_LEFT_OUT);
                reading.report.note(finding.because(format!(
                    "Row {first} has this e-mail address already; the person was taken without it."
                )));
                person.email = None;
            }
        }
        reading.ask(row.place(), Wish::Person(person));
    }
}

fn person(
    reading: &mut Reading<'_>,
    row: Row<'_>,
    (roles, profiles): (&Roles<'_>, &Profiles<'_>),
) -> Option<Person> {
    let id = reading.id(row, "sourcedId")?;
    let mut gone = reading.gone(row)?;
    match is_yes(row.cell("enabledUser")) {
        Some(enabled) => gone |= !enabled,
        None => reading.note(row, "enabledUser", VALUE_LEFT_OUT),
    }
    let (profile_name, profile_password) = profiles
        .get(row.cell("sourcedId"))
        .copied()
        .unwrap_or_default();
    let mut email = Some(row.cell("email")).filter(|email| !email.is_empty());
    let username = [row.cell("username"), profile_name, email.unwrap_or("")];
    let username = username.into_iter().find(|name| !name.is_empty());
    let display_name = display_name(row, username.unwrap_or_default());
    // Who is to go needs no more than an id.
    if !gone || username.is_some() {
        let Some(username) = username else {
            reading.refuse(row, "username", VALUE_MISSING);
            return None;
        };
        let new = match NewUser::named(username, &display_name) {
            Ok(new) => new,
            Err(error) => {
                reading.refuse_for(row, "username", &error);
                return None;
            }
        };
        if email.is_some_and(|email| new.email(email).is_err()) {
            reading.note(row, "email", VALUE_LEFT_OUT);
            email = None;
        }
    }
    let role = role(reading, row, roles)?;
    let owner = Owner {
        role: role.unwrap_or(SchoolRole::Member),
        username: username.unwrap_or_default(),
        display_name: &display_name,
    };
    let password = [row.cell("password"), profile_password];
    let password = password.into_iter().find(|password| !password.is_empty());
    let password = password.and_then(|text| {
        let password = Password::choose(text, &owner);
        password
            .map_err(|_| reading.note(row, "password", PASSWORD_LEFT_OUT))
            .ok()
    });
    Some(Person {
        username: username.unwrap_or_default().to_owned(),
        display_name,
        email: email.map(str::to_owned),
        role,
        gone,
        password,
        id,
    })
}

/// The name that others see: the preferred one where 1.2 has it.
fn display_name(row: Row<'_>, otherwise: &str) -> String {
    let preferred = |preferred, given| match row.cell(preferred) {
        "" => row.cell(given),
        preferred => preferred,
    };
    let name = [
        preferred("preferredGivenName", "givenName"),
        preferred("preferredFamilyName", "familyName"),
    ];
    let name = name.join(" ").trim().to_owned();
    if name.is_empty() {
        otherwise.to_owned()
    } else {
        name
    }
}

/// What the person is in the school; `None` refuses the row.
#[expect(
    clippy::option_option,
    reason = "nothing is known of the role, or what is said of it is wrong"
)]
fn role(reading: &mut Reading<'_>, row: Row<'_>, roles: &Roles<'_>) -> Option<Option<SchoolRole>> {
    let mut all = roles
        .get(row.cell("sourcedId"))
        .cloned()
        .unwrap_or_default();
    // 1.1 allows one role; some programs write several into the cell.
    for word in super::ids_in(row.cell("role")) {
        match Role::parse(word) {
            Ok(role) => all.push(role),
            Err(error) => {
                reading.refuse_for(row, "role", &error);
                return None;
            }
        }
    }
    if all.contains(&Role::Administrator) {
        reading.note(row, "role", ROLE_LOWERED);
    }
    Some(all.into_iter().map(Role::in_school).max())
}

fn roles_of<'a>(reading: &mut Reading<'_>, sheet: &'a Sheet) -> Roles<'a> {
    let mut roles: Roles<'a> = HashMap::new();
    for row in sheet.rows() {
        if reading.gone(row) != Some(false) {
            continue;
        }
        match Role::parse(row.cell("role")) {
            Ok(role) => roles
                .entry(row.cell("userSourcedId"))
                .or_default()
                .push(role),
            Err(error) => reading.refuse_for(row, "role", &error),
        }
    }
    roles
}

fn profiles_of(sheet: &Sheet) -> Profiles<'_> {
    let mut profiles = HashMap::new();
    for row in sheet.rows() {
        let has_name = !row.cell("username").is_empty();
        if has_name && is_gone(row.cell("status")) == Ok(false) {
            let said = (row.cell("username"), row.cell("password"));
            profiles.entry(row.cell("userSourcedId")).or_insert(said);
        }
    }
    profiles
}
