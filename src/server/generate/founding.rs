//! The courses of a generated school as they were on the first day: content and enrolments.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use app::{Actor, App, Command, Tx, UserId};
use assess::assignments::{AssignmentId, CreateAssignment, NewAssignment};
use community::discussions::{CreateTopic, NewTopic, TopicId};
use courses::catalog::{self, CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::{SafeHtml, Written};
use courses::modules::{self, Content, CreateModule, ItemId, ModuleId};
use courses::pages::CreatePage;
use kernel::{Fault, Result, Timestamp};
use rand::Rng;
use rand::rngs::StdRng;
use store::Snapshot;

use super::prose::Writer;
use super::timeline::{ASSIGNMENTS, Calendar, MODULES, PAGES, Roll};
use super::{PROGRAM, Purpose, School, Step};

/// The hours of the first day in which courses are made: from nine until nineteen.
const FOUNDING: (u64, u64) = (9, 19);
/// How many courses are prepared ahead of the one that is being made.
const AHEAD: usize = 4;

/// The parts of a course, each kind in the order of the course.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) course: CourseId,
    /// The items that lead to pages.
    pub(super) pages: Vec<ItemId>,
    pub(super) assignments: Vec<AssignmentId>,
    pub(super) topics: Vec<TopicId>,
}

/// Makes all courses. Texts are written on a thread of their own while earlier courses are made.
pub(super) fn found(app: &App, school: &School<'_>, tell: &dyn Fn(Step)) -> Result<Vec<Parts>> {
    std::thread::scope(|scope| {
        let (sender, prepared) = sync_channel(AHEAD);
        let writer = scope.spawn(move || prepare(school, &sender));
        let mut parts = Vec::with_capacity(school.rolls.len());
        for founding in prepared {
            parts.push(app.run_blocking(PROGRAM, founding)?);
            tell(Step::of("courses", parts.len(), school.size.courses));
        }
        writer
            .join()
            .unwrap_or_else(|_| Err(Fault::new("the thread that wrote texts is gone").into()))?;
        Ok(parts)
    })
}

fn prepare(school: &School<'_>, prepared: &SyncSender<Founding>) -> Result<()> {
    let chance = &mut school.size.chance(Purpose::Content);
    for (number, (roll, writer)) in school.rolls.iter().zip(&school.writers).enumerate() {
        let founding = Founding::of(school, number, (roll, writer), chance)?;
        // Nobody takes it when making an earlier course has failed, and that is told there.
        if prepared.send(founding).is_err() {
            break;
        }
    }
    Ok(())
}

/// Makes a course with all that is in it.
struct Founding {
    begin: Timestamp,
    pause: Duration,
    teacher: Actor,
    colleague: UserId,
    students: Vec<UserId>,
    course: NewCourse,
    modules: Vec<Module>,
}

struct Module {
    title: String,
    pages: Vec<(String, SafeHtml, u32)>,
    assignments: Vec<(NewAssignment, u32)>,
    topic: NewTopic,
}

impl Founding {
    fn of(
        school: &School<'_>,
        number: usize,
        (roll, writer): (&Roll, &Writer<'_>),
        chance: &mut StdRng,
    ) -> Result<Self> {
        let [first, second] = roll.teachers;
        let title = writer.course_title(chance);
        let code = format!("{}-{}", writer.subject.code, 101 + number);
        let course = NewCourse::titled(&code, &title)?.description(&writer.essay(60, chance))?;
        let modules = (0..MODULES)
            .map(|module| Module::of(&school.calendar, module, (roll, writer), chance))
            .collect::<Result<_>>()?;
        let students = roll.students.iter();
        let students = students.map(|student| school.user(*student));
        let students = students.collect::<Result<Vec<_>>>()?;
        let hours = |hours| Duration::from_hours(hours);
        let share = hours(FOUNDING.1 - FOUNDING.0) / school.size.courses.max(1);
        let place = u32::try_from(number).unwrap_or(u32::MAX);
        let steps = MODULES * (2 + PAGES + ASSIGNMENTS) + students.len() + 4;
        Ok(Self {
            begin: school
                .calendar
                .midnight(0)
                .plus(hours(FOUNDING.0))
                .plus(share * place),
            pause: share / u32::try_from(steps).unwrap_or(u32::MAX),
            teacher: school.actor(first)?.clone(),
            colleague: school.user(second)?,
            students,
            course,
            modules,
        })
    }
}

impl Module {
    fn of(
        calendar: &Calendar,
        number: usize,
        (roll, writer): (&Roll, &Writer<'_>),
        chance: &mut StdRng,
    ) -> Result<Self> {
        let html = |text: &str| SafeHtml::of(Written::Markdown(text));
        let mut pages = Vec::with_capacity(PAGES);
        for _ in 0..PAGES {
            let title = writer.title(chance);
            pages.push((
                title,
                html(&writer.page(chance))?,
                chance.random_range(5..25),
            ));
        }
        let mut assignments = Vec::with_capacity(ASSIGNMENTS);
        for at in 0..ASSIGNMENTS {
            let place = number * ASSIGNMENTS + at;
            let due = calendar.due(roll, u32::try_from(place).unwrap_or(u32::MAX));
            let title = format!("Assignment {}: {}", place + 1, writer.title(chance));
            let instructions = html(&writer.essay(60, chance))?;
            let new = NewAssignment::titled(&title, instructions)?
                .points(Some(f64::from(points_of(place))))?
                .dates(None, Some(due), None)?;
            assignments.push((new, chance.random_range(30..180)));
        }
        let title = format!("Discussion: {}", writer.title(chance));
        let topic = NewTopic::titled(&title, html(&writer.remark(chance))?, true)?;
        Ok(Self {
            title: format!("Module {}: {}", number + 1, writer.title(chance)),
            pages,
            assignments,
            topic,
        })
    }
}

/// The points of the assignment at this place in its course.
pub(super) fn points_of(assignment: usize) -> u32 {
    [100, 20, 50, 10]
        .into_iter()
        .cycle()
        .nth(assignment % 4)
        .unwrap_or(100)
}

impl Command for Founding {
    type Out = Parts;
    const NAME: &'static str = "generate.course";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Parts> {
        let create = CreateCourse {
            course: self.course.clone(),
            idempotency_key: None,
        };
        let course = tx.perform(&self.teacher, self.begin, &create)?;
        let mut making = Making {
            founding: self,
            course,
            at: self.begin,
        };
        let mut parts = Parts {
            course,
            pages: Vec::new(),
            assignments: Vec::new(),
            topics: Vec::new(),
        };
        for module in &self.modules {
            making.module(tx, module, &mut parts)?;
        }
        making.step(tx, &PublishCourse { course })?;
        making.enroll(tx, self.colleague, CourseRole::Instructor)?;
        for student in &self.students {
            making.enroll(tx, *student, CourseRole::Student)?;
        }
        let viewed = catalog::require_visible(tx, tx.actor(), course)?;
        let modules = modules::modules_of(tx, &viewed)?;
        let items = modules.into_iter().flat_map(|module| module.items);
        parts.pages = items
            .filter(|item| matches!(item.content, Content::Page(_)))
            .map(|item| item.id())
            .collect();
        Ok(parts)
    }
}

/// A course being made by its first teacher, one thing after another.
struct Making<'a> {
    founding: &'a Founding,
    course: CourseId,
    at: Timestamp,
}

impl Making<'_> {
    fn step<C: Command>(&mut self, tx: &mut Tx<'_>, command: &C) -> Result<C::Out> {
        self.at = self.at.plus(self.founding.pause);
        tx.perform(&self.founding.teacher, self.at, command)
    }

    fn enroll(&mut self, tx: &mut Tx<'_>, user: UserId, role: CourseRole) -> Result<()> {
        let course = self.course;
        self.step(
            tx,
            &Enroll {
                course,
                user,
                role,
                section: None,
                idempotency_key: None,
            },
        )
        .map(drop)
    }

    fn module(&mut self, tx: &mut Tx<'_>, module: &Module, parts: &mut Parts) -> Result<()> {
        let create = CreateModule {
            course: self.course,
            title: module.title.clone(),
            published: true,
        };
        let id = self.step(tx, &create)?;
        // Readings first, then what is to be done with them.
        for page in &module.pages {
            self.page(tx, id, page)?;
        }
        for (assignment, minutes) in &module.assignments {
            let create = CreateAssignment {
                course: self.course,
                module: Some(id),
                assignment: assignment.clone(),
                estimated_minutes: Some(*minutes),
            };
            parts.assignments.push(self.step(tx, &create)?);
        }
        let create = CreateTopic {
            course: self.course,
            module: Some(id),
            topic: module.topic.clone(),
        };
        parts.topics.push(self.step(tx, &create)?);
        Ok(())
    }

    fn page(
        &mut self,
        tx: &mut Tx<'_>,
        module: ModuleId,
        (title, body, minutes): &(String, SafeHtml, u32),
    ) -> Result<()> {
        let create = CreatePage {
            course: self.course,
            module: Some(module),
            title: title.clone(),
            body: body.clone(),
            estimated_minutes: Some(*minutes),
            published: true,
        };
        self.step(tx, &create).map(drop)
    }
}
