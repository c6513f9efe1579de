//! The people of a generated school.

use std::time::Duration;

use app::{Actor, App, Command, SchoolRole, Tx, UserId};
use kernel::{Result, Timestamp};
use people::sessions::{Password, PasswordHash};
use people::users::{AddUser, NewUser};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use store::Snapshot;

use super::prose::Prose;
use super::timeline::Calendar;
use super::{PASSWORD, PROGRAM, Purpose, Size, Step};

/// How many people are added in one transaction.
const BATCH: usize = 1_000;
/// The hours of the first day in which everybody is added: from six until eight.
const ADDING: (u64, u64) = (6, 8);

const LOCALES: [&str; 8] = ["en", "en", "en", "de", "es", "fr", "pt-BR", "ja"];
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Nairobi",
    "America/New_York",
    "America/Bogota",
    "Asia/Kolkata",
    "Asia/Tokyo",
];

/// Adds everybody; who they are, by their numbers.
pub(super) fn add(
    app: &App,
    prose: &Prose,
    (size, calendar): (&Size, &Calendar),
    tell: &dyn Fn(Step),
) -> Result<Vec<Actor>> {
    // All have the same password, which is no secret, so one hash with one salt does for all, and
    // the rules for passwords that are chosen do not hold.
    let password = Password::offer(PASSWORD)?.hash(&app.new_secret())?;
    let chance = &mut size.chance(Purpose::People);
    let begin = calendar.midnight(0).plus(Duration::from_hours(ADDING.0));
    let pause = Duration::from_hours(ADDING.1 - ADDING.0) / size.users.max(1);
    let numbers: Vec<u32> = (0..size.users).collect();
    let mut actors = Vec::with_capacity(numbers.len());
    for numbers in numbers.chunks(BATCH) {
        let new = numbers
            .iter()
            .map(|number| {
                Ok((
                    begin.plus(pause * *number),
                    person(prose, size, *number, chance)?,
                ))
            })
            .collect::<Result<Vec<_>>>()?;
        let password = password.clone();
        let ids = app.run_blocking(PROGRAM, AddPeople { new, password })?;
        for (number, id) in numbers.iter().zip(ids) {
            actors.push(Actor::user(id, role(size, *number), app.new_id()));
        }
        tell(Step::of("people", actors.len(), size.users));
    }
    Ok(actors)
}

fn role(size: &Size, number: u32) -> SchoolRole {
    if number == 0 {
        SchoolRole::Admin
    } else if number <= size.instructors() {
        SchoolRole::Staff
    } else {
        SchoolRole::Member
    }
}

fn person(prose: &Prose, size: &Size, number: u32, chance: &mut StdRng) -> Result<NewUser> {
    let username = format!("user{}", number + 1);
    NewUser::named(&username, &prose.name(chance))?
        .role(role(size, number))
        .email(&format!("{username}@school.example"))?
        .locale(LOCALES.choose(chance).unwrap_or(&"en"))?
        .time_zone(ZONES.choose(chance).unwrap_or(&"UTC"))
}

/// Adds people, each at their moment.
struct AddPeople {
    new: Vec<(Timestamp, NewUser)>,
    password: PasswordHash,
}

impl Command for AddPeople {
    type Out = Vec<UserId>;
    const NAME: &'static str = "generate.people";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<UserId>> {
        let actor = tx.actor();
        self.new
            .iter()
            .map(|(at, user)| {
                let add = AddUser {
                    user: user.clone(),
                    password: Some(self.password.clone()),
                };
                tx.perform(actor, *at, &add)
            })
            .collect()
    }
}
