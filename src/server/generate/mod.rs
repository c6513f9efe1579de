//! The school that `edusphere generate` makes, for tests under load: people, courses, and sixty
//! days of what people do there.
//!
//! Everything is done through the commands that people use, each by the person who would and at
//! its moment (`Tx::perform`), many of them in one transaction. So records, indexes, counts and
//! events agree as in any school. The same seed and moment make the same school, ids included.

mod crowd;
mod founding;
mod history;
mod prose;
mod timeline;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use app::{Actor, App, Projection, UserId};
use kernel::{Clock, Fault, Result, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;

use self::prose::{Prose, Writer};
use self::timeline::{Calendar, Deed, Moment, Roll};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "edusphere";
/// Who makes the school.
const PROGRAM: Actor = Actor::program("generate");
/// How many people of a hundred are instructors.
const INSTRUCTORS_PERCENT: u32 = 8;

/// How large the school is to be, and which one of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// The people: the administrator, then instructors, then students.
    pub(crate) users: u32,
    /// The courses.
    pub(crate) courses: u32,
    /// Other seeds make other schools.
    pub(crate) seed: u64,
    /// The end of the history.
    pub(crate) now: Timestamp,
}

impl Size {
    /// The fewest people: one of each kind, two to teach, and some to talk to each other.
    pub(crate) const USERS_MIN: i64 = 10;
    /// The most people.
    pub(crate) const USERS_MAX: i64 = 100_000;
    /// The most courses.
    pub(crate) const COURSES_MAX: i64 = 5_000;

    /// How many instructors there are; their numbers follow the administrator's.
    fn instructors(&self) -> u32 {
        (self.users * INSTRUCTORS_PERCENT / 100).max(2)
    }

    /// Chance for one purpose: what one part draws changes nothing elsewhere.
    fn chance(&self, purpose: Purpose) -> StdRng {
        let mixed = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        StdRng::seed_from_u64(mixed.wrapping_add(purpose as u64))
    }

    /// The clock of the store while the school is made: it stands before the history, which moves
    /// the moment of its commands itself.
    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(Standing(Calendar::until(self.now).midnight(0)))
    }
}

/// What chance is drawn for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    People,
    Rolls,
    Focus,
    Content,
    History,
    Texts,
}

/// A clock that stands still.
struct Standing(Timestamp);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// What is being made.
    pub(crate) stage: &'static str,
    /// How much of it is there.
    pub(crate) done: u64,
    /// How much there will be.
    pub(crate) total: u64,
}

impl Step {
    fn of(stage: &'static str, done: usize, total: u32) -> Self {
        Self {
            stage,
            done: u64::try_from(done).unwrap_or(u64::MAX),
            total: u64::from(total),
        }
    }
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) users: usize,
    pub(crate) instructors: u32,
    pub(crate) courses: usize,
    pub(crate) enrollments: usize,
    pub(crate) pages: usize,
    pub(crate) assignments: usize,
    pub(crate) topics: usize,
    pub(crate) submissions: usize,
    pub(crate) grades: usize,
    pub(crate) pages_completed: usize,
    pub(crate) posts: usize,
    /// All events in the log.
    pub(crate) events: u64,
}

/// What is known of the school while it is made.
struct School<'a> {
    size: &'a Size,
    calendar: Calendar,
    /// By their numbers.
    people: Vec<Actor>,
    rolls: Vec<Roll>,
    /// One a course.
    writers: Vec<Writer<'a>>,
}

impl School<'_> {
    fn actor(&self, number: u32) -> Result<&Actor> {
        let found = usize::try_from(number).ok();
        let found = found.and_then(|number| self.people.get(number));
        found.ok_or_else(|| Fault::new(format!("there is no person {number}")).into())
    }

    fn user(&self, number: u32) -> Result<UserId> {
        self.actor(number)?.require_user()
    }
}

/// Fills an empty school. Its store must go by [`Size::clock`].
pub(crate) fn fill(app: &App, size: &Size, tell: &(dyn Fn(Step) + Sync)) -> Result<Summary> {
    let prose = Prose::load()?;
    let calendar = Calendar::until(size.now);
    let rolls = timeline::rolls(size)?;
    let chance = &mut size.chance(Purpose::Focus);
    let school = School {
        size,
        calendar,
        people: crowd::add(app, &prose, (size, &calendar), tell)?,
        writers: (0..rolls.len())
            .map(|course| prose.writer(course, chance))
            .collect::<Result<_>>()?,
        rolls,
    };
    let parts = founding::found(app, &school, tell)?;
    let moments = timeline::history(size, &calendar, &school.rolls);
    history::tell(app, &school, (&parts, &moments), tell)?;
    catch_up(app, tell)?;
    let count = |is: fn(&Deed) -> bool| {
        let deeds = moments.iter().map(|moment: &Moment| moment.deed);
        deeds.filter(is).count()
    };
    let teachers = 2 * parts.len();
    let students: usize = school.rolls.iter().map(|roll| roll.students.len()).sum();
    Ok(Summary {
        users: school.people.len(),
        instructors: size.instructors(),
        courses: parts.len(),
        enrollments: teachers + students,
        pages: parts.iter().map(|parts| parts.pages.len()).sum(),
        assignments: parts.iter().map(|parts| parts.assignments.len()).sum(),
        topics: parts.iter().map(|parts| parts.topics.len()).sum(),
        submissions: count(|deed| matches!(deed, Deed::Submit { .. })),
        grades: count(|deed| matches!(deed, Deed::Grade { .. })),
        pages_completed: count(|deed| matches!(deed, Deed::Read { .. })),
        posts: count(|deed| matches!(deed, Deed::Post { .. })),
        events: eventlog::head(&app.snapshot())?,
    })
}

/// Lets every projection take the whole log into account, so that the first start has nothing to
/// catch up with. Each goes on a thread of its own, and their commits share groups.
fn catch_up(app: &App, tell: &(dyn Fn(Step) + Sync)) -> Result<()> {
    let projections: Vec<&'static dyn Projection> = app
        .features()
        .iter()
        .flat_map(|feature| feature.projections)
        .copied()
        .collect();
    let head = eventlog::head(&app.snapshot())?;
    let total = head * u64::try_from(projections.len()).unwrap_or(u64::MAX);
    let done = AtomicU64::new(0);
    let follow = |projection: &'static dyn Projection| -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| Fault::caused("starting a runtime", error))?;
        let mut reached = 0;
        while let Some(to) = runtime.block_on(eventlog::step(app.store(), projection))? {
            let further = to - reached;
            reached = to;
            let done = done.fetch_add(further, Ordering::Relaxed) + further;
            tell(Step {
                stage: "views",
                done,
                total,
            });
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = projections
            .into_iter()
            .map(|projection| scope.spawn(move || follow(projection)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| {
                Err(Fault::new("a thread that followed the log is gone").into())
            })
        })
    })
}

#[cfg(test)]
mod tests;
