//! The plan of a generated school: who is in which course, and what happens when. Pure.

use std::time::Duration;

use kernel::{Fault, Result, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{SliceRandom, index};

use super::{Purpose, Size};

/// The days of which there is a history; the last of them is today.
pub(super) const DAYS: u32 = 60;
/// How many courses a student takes, where there are so many.
const COURSES_A_STUDENT: usize = 6;
/// The modules of a course.
pub(super) const MODULES: usize = 8;
/// The pages of a module.
pub(super) const PAGES: usize = 3;
/// The assignments of a module.
pub(super) const ASSIGNMENTS: usize = 2;
/// How many assignments of a course have been handed in so far.
const ASSIGNMENTS_DUE: u8 = 4;
/// How many pages of a course have been read so far.
const PAGES_READ: u8 = 9;
/// The posts of a topic.
const POSTS: u32 = 5;

/// The history's days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    first: Timestamp,
    now: Timestamp,
}

impl Calendar {
    /// The days that end with the day of `now`, in UTC.
    pub(super) fn until(now: Timestamp) -> Self {
        let day = 24 * 3_600 * 1_000_000;
        let midnight = Timestamp::from_micros(now.as_micros().div_euclid(day) * day);
        let first = midnight.minus(days(DAYS - 1));
        Self { first, now }
    }

    /// Midnight at the beginning of a day of the history, or of one behind it.
    pub(super) fn midnight(&self, day: u32) -> Timestamp {
        self.first.plus(days(day))
    }

    /// The how-manyth day this moment is on.
    pub(super) fn day_of(&self, at: Timestamp) -> u64 {
        at.since(self.first).as_secs() / (24 * 3_600)
    }

    /// When an assignment is due: the last minute of a day.
    pub(super) fn due(&self, course: &Roll, assignment: u32) -> Timestamp {
        let end = Duration::from_mins(24 * 60 - 1);
        self.midnight(course.due_day(assignment)).plus(end)
    }

    /// A moment of a day within these hours, if it is over already.
    fn within(&self, day: u32, hours: (u64, u64), chance: &mut StdRng) -> Option<Timestamp> {
        let micros = |hour: u64| hour * 3_600 * 1_000_000;
        let into_day = chance.random_range(micros(hours.0)..micros(hours.1));
        let at = self.midnight(day).plus(Duration::from_micros(into_day));
        (at < self.now).then_some(at)
    }

    /// A moment at which people learn: from seven on, rather in the evening.
    fn learning(&self, day: u32, chance: &mut StdRng) -> Option<Timestamp> {
        let begin = chance.random_range(7..=19);
        self.within(day, (begin, 23), chance)
    }

    /// A moment at which people teach.
    fn teaching(&self, day: u32, chance: &mut StdRng) -> Option<Timestamp> {
        self.within(day, (8, 18), chance)
    }
}

fn days(days: u32) -> Duration {
    Duration::from_hours(24 * u64::from(days))
}

/// Who is in a course, by their numbers: 0 is the administrator.
#[derive(Debug)]
pub(super) struct Roll {
    /// Who teaches it.
    pub(super) teachers: [u32; 2],
    /// Who learns in it.
    pub(super) students: Vec<u32>,
    /// By how many days the course is behind others.
    offset: u32,
}

impl Roll {
    fn due_day(&self, assignment: u32) -> u32 {
        9 + 12 * assignment + self.offset
    }

    fn teacher(&self, chance: &mut StdRng) -> u32 {
        let [first, second] = self.teachers;
        if chance.random_bool(0.5) {
            first
        } else {
            second
        }
    }
}

/// The courses of a school with the people in them.
pub(super) fn rolls(size: &Size) -> Result<Vec<Roll>> {
    let chance = &mut size.chance(Purpose::Rolls);
    let instructors = size.instructors();
    let mut next = (1..=instructors).cycle();
    let mut rolls = Vec::new();
    for _ in 0..size.courses {
        let teachers = next.next().zip(next.next());
        let (first, second) = teachers.ok_or_else(|| Fault::new("nobody can teach"))?;
        rolls.push(Roll {
            teachers: [first, second],
            students: Vec::new(),
            offset: chance.random_range(0..6),
        });
    }
    let taken = COURSES_A_STUDENT.min(rolls.len());
    for student in instructors + 1..size.users {
        for course in index::sample(chance, rolls.len(), taken) {
            if let Some(roll) = rolls.get_mut(course) {
                roll.students.push(student);
            }
        }
    }
    Ok(rolls)
}

/// Something that somebody does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When.
    pub(super) at: Timestamp,
    /// In which course, by its number.
    pub(super) course: u32,
    /// Who, by their number.
    pub(super) who: u32,
    /// What.
    pub(super) deed: Deed,
}

/// What somebody does with a part of a course. Parts are counted through the whole course.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    /// Completes a page.
    Read { page: u8 },
    /// Hands in; submissions have numbers throughout the school.
    Submit { assignment: u8, number: u32 },
    /// Grades a submission, on a later day than it was handed in.
    Grade {
        assignment: u8,
        number: u32,
        percent: u8,
    },
    /// Says something in a topic.
    Post { topic: u8 },
    /// Shows the grades of an assignment.
    Show { assignment: u8 },
}

/// Everything that happens in the courses, in its order.
pub(super) fn history(size: &Size, calendar: &Calendar, rolls: &[Roll]) -> Vec<Moment> {
    let chance = &mut size.chance(Purpose::History);
    let abilities: Vec<i32> = (0..size.users).map(|_| spread(3, 9, chance)).collect();
    let mut planner = Planner {
        calendar,
        abilities,
        submissions: 0,
        moments: Vec::new(),
    };
    for (course, roll) in (0..).zip(rolls) {
        planner.plan(course, roll, chance);
    }
    planner.moments.sort_by_key(|moment| moment.at);
    planner.moments
}

/// The sum of so many numbers from `-each` to `each`: near 0 mostly.
fn spread(numbers: u32, each: i32, chance: &mut StdRng) -> i32 {
    (0..numbers)
        .map(|_| chance.random_range(-each..=each))
        .sum()
}

struct Planner<'a> {
    calendar: &'a Calendar,
    /// What each person is better or worse by than the average, in percent.
    abilities: Vec<i32>,
    submissions: u32,
    moments: Vec<Moment>,
}

impl Planner<'_> {
    fn plan(&mut self, course: u32, roll: &Roll, chance: &mut StdRng) {
        for assignment in 0..ASSIGNMENTS_DUE {
            let hardness = chance.random_range(-8..=6);
            for student in &roll.students {
                if chance.random_bool(0.7) {
                    let work = (course, *student, assignment);
                    self.hand_in(work, (roll, hardness), chance);
                }
            }
            let day = roll.due_day(u32::from(assignment)) + 8;
            let at = self.calendar.teaching(day, chance);
            let [first, _] = roll.teachers;
            self.add(at, (course, first), Deed::Show { assignment });
        }
        for student in &roll.students {
            for page in 0..PAGES_READ {
                if chance.random_bool(1.0 / 6.0) {
                    let day = 1 + 6 * u32::from(page) + chance.random_range(0..15);
                    let at = self.calendar.learning(day, chance);
                    self.add(at, (course, *student), Deed::Read { page });
                }
            }
        }
        self.discuss(course, roll, chance);
    }

    /// One submission, in time or a little late, and its grade some days later.
    fn hand_in(
        &mut self,
        (course, student, assignment): (u32, u32, u8),
        (roll, hardness): (&Roll, i32),
        chance: &mut StdRng,
    ) {
        let due = roll.due_day(u32::from(assignment));
        let late = chance.random_bool(0.09);
        let day = if late {
            due + chance.random_range(1..=3)
        } else {
            // Most hand in on the last days.
            let before = chance.random_range(0..=6);
            due - chance.random_range(0..=before)
        };
        let Some(at) = self.calendar.learning(day, chance) else {
            return;
        };
        let number = self.submissions;
        self.submissions += 1;
        self.add(
            Some(at),
            (course, student),
            Deed::Submit { assignment, number },
        );
        let ability = usize::try_from(student).ok();
        let ability = ability.and_then(|student| self.abilities.get(student));
        let percent = 76 + ability.unwrap_or(&0) + hardness + spread(2, 7, chance);
        let percent = percent - if late { 6 } else { 0 };
        let grade = Deed::Grade {
            assignment,
            number,
            percent: u8::try_from(percent.clamp(0, 100)).unwrap_or(0),
        };
        if chance.random_bool(0.97) {
            let at = self
                .calendar
                .teaching(day + chance.random_range(1..=6), chance);
            let teacher = roll.teacher(chance);
            self.add(at, (course, teacher), grade);
        }
    }

    /// The posts of the topics: students, and a teacher among them.
    fn discuss(&mut self, course: u32, roll: &Roll, chance: &mut StdRng) {
        let topics = u8::try_from(MODULES).unwrap_or(u8::MAX);
        for topic in 0..topics {
            let mut speakers: Vec<u32> = roll.students.clone();
            let asked = usize::try_from(POSTS).unwrap_or(usize::MAX);
            let (speakers, _) = speakers.partial_shuffle(chance, asked);
            for (post, student) in (0..POSTS).zip(speakers.iter()) {
                let day = 2 + 7 * u32::from(topic) + post;
                let (who, at) = if post == 3 {
                    let at = self.calendar.teaching(day, chance);
                    (roll.teacher(chance), at)
                } else {
                    (*student, self.calendar.learning(day, chance))
                };
                self.add(at, (course, who), Deed::Post { topic });
            }
        }
    }

    /// Adds something that has happened already.
    fn add(&mut self, at: Option<Timestamp>, (course, who): (u32, u32), deed: Deed) {
        self.moments.extend(at.map(|at| Moment {
            at,
            course,
            who,
            deed,
        }));
    }
}
