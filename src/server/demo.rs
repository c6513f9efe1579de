//! The school that `edusphere demo` makes: read from `data/demo/school.toml`, made through the same
//! commands that people use, each run by the person who would.

use std::collections::HashMap;
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use app::{Actor, App, SchoolRole, UserId};
use assess::assignments::{AssignmentId, Change, CreateAssignment, NewAssignment, PostGrades};
use assess::grading::GradeSubmission;
use assess::submissions::{SubmitAssignment, Work};
use community::discussions::{CreateDiscussionPost, CreateTopic, NewTopic};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::{SafeHtml, Written};
use courses::modules::{AddItem, CreateModule, Linked, ModuleId, WebAddress};
use courses::pages::CreatePage;
use kernel::{Fault, Result, Timestamp};
use people::sessions::Password;
use people::users::{AddUser, NewUser};
use serde::Deserialize;

/// What is printed when the school has been made.
pub(crate) const SIGN_INS: &str = "
This is the demo school. Sign in with the password `edusphere` as:
  admin   administrator
  maria   teaches Introduction to Biology (BIO-101)
  james   teaches The Industrial Revolution (HIST-210)
  lena    learns in both (so do aisha and samir)
Over the API:  POST /api/auth/login, then POST /graphql; the README shows the requests.";

const SCHOOL: &str = include_str!("../../data/demo/school.toml");
const PASSWORD: &str = "edusphere";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct School {
    people: Vec<Person>,
    courses: Vec<Course>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    username: String,
    name: String,
    role: Option<SchoolRole>,
    locale: Option<String>,
    time_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Course {
    code: String,
    title: String,
    description: String,
    instructors: Vec<String>,
    #[serde(default)]
    assistants: Vec<String>,
    #[serde(default)]
    students: Vec<String>,
    #[serde(default)]
    observers: Vec<String>,
    publish: bool,
    modules: Vec<Module>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    title: String,
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Item {
    Page {
        title: String,
        minutes: u32,
        body: String,
    },
    Link {
        title: String,
        minutes: u32,
        url: String,
    },
    Assignment(Assignment),
    Discussion {
        title: String,
        body: String,
        posts: Vec<Post>,
    },
}

#[derive(Deserialize)]
struct Assignment {
    title: String,
    points: f64,
    due_in_days: u64,
    opens_in_days: Option<u64>,
    attempts: Option<u32>,
    minutes: u32,
    body: String,
    #[serde(default)]
    submissions: Vec<Submission>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Submission {
    by: String,
    body: String,
    score: Option<f64>,
    feedback: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    by: String,
    body: String,
    answers: Option<usize>,
}

/// Makes the school.
pub(crate) fn fill(app: &App) -> Result<()> {
    let school: School =
        toml::from_str(SCHOOL).map_err(|error| Fault::caused("the demo school", error))?;
    let maker = Maker {
        app,
        people: add_people(app, &school.people)?,
    };
    school
        .courses
        .iter()
        .try_for_each(|course| maker.course(course))
}

/// Adds the people, with one salt each; hashing takes a thread a core.
fn add_people(app: &App, people: &[Person]) -> Result<HashMap<String, Actor>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = people.len().div_ceil(threads).max(1);
    let hash_all = |people: &[Person]| {
        // It is known to everybody, so the rules for passwords that are chosen do not hold.
        let hash = |_: &Person| Password::offer(PASSWORD)?.hash(&app.new_secret());
        people.iter().map(hash).collect::<Result<Vec<_>>>()
    };
    let hashes = std::thread::scope(|scope| {
        let workers: Vec<_> = people
            .chunks(share)
            .map(|people| scope.spawn(move || hash_all(people)))
            .collect();
        let joined = workers.into_iter().map(ScopedJoinHandle::join);
        joined
            .map(|hashes| hashes.unwrap_or_else(|_| gone()))
            .collect::<Result<Vec<_>>>()
    })?;
    let mut actors = HashMap::new();
    for (person, hash) in people.iter().zip(hashes.into_iter().flatten()) {
        let role = person.role.unwrap_or(SchoolRole::Member);
        let mut user = NewUser::named(&person.username, &person.name)?
            .role(role)
            .email(&format!("{}@school.example", person.username))?;
        if let Some(locale) = &person.locale {
            user = user.locale(locale)?;
        }
        if let Some(time_zone) = &person.time_zone {
            user = user.time_zone(time_zone)?;
        }
        let id = app.run_blocking(
            Actor::program("demo"),
            AddUser {
                user,
                password: Some(hash),
            },
        )?;
        actors.insert(person.username.clone(), Actor::user(id, role, app.new_id()));
    }
    Ok(actors)
}

fn gone<T>() -> Result<T> {
    Err(Fault::new("a thread that hashed is gone").into())
}

struct Maker<'a> {
    app: &'a App,
    people: HashMap<String, Actor>,
}

impl Maker<'_> {
    fn actor(&self, username: &str) -> Result<Actor> {
        let actor = self.people.get(username).cloned();
        actor.ok_or_else(|| Fault::new(format!("the demo school has no {username}")).into())
    }

    fn user(&self, username: &str) -> Result<UserId> {
        self.actor(username)?.require_user()
    }

    fn in_days(&self, days: u64) -> Timestamp {
        self.app.now().plus(Duration::from_secs(days * 24 * 3_600))
    }

    fn course(&self, course: &Course) -> Result<()> {
        let (first, others) = course
            .instructors
            .split_first()
            .ok_or_else(|| Fault::new("a course of the demo school has no instructor"))?;
        let teacher = self.actor(first)?;
        let new =
            NewCourse::titled(&course.code, &course.title)?.description(&course.description)?;
        let id = self.app.run_blocking(
            teacher.clone(),
            CreateCourse {
                course: new,
                idempotency_key: None,
            },
        )?;
        let people = [
            (others, CourseRole::Instructor),
            (&course.assistants, CourseRole::Assistant),
            (&course.students, CourseRole::Student),
            (&course.observers, CourseRole::Observer),
        ];
        for (usernames, role) in people {
            for username in usernames {
                let enroll = Enroll {
                    course: id,
                    user: self.user(username)?,
                    role,
                    section: None,
                    idempotency_key: None,
                };
                self.app.run_blocking(teacher.clone(), enroll)?;
            }
        }
        if course.publish {
            self.app
                .run_blocking(teacher.clone(), PublishCourse { course: id })?;
        }
        for module in &course.modules {
            let create = CreateModule {
                course: id,
                title: module.title.clone(),
                published: true,
            };
            let module_id = self.app.run_blocking(teacher.clone(), create)?;
            for item in &module.items {
                self.item(&teacher, (id, module_id), item)?;
            }
        }
        Ok(())
    }

    fn item(
        &self,
        teacher: &Actor,
        (course, module): (CourseId, ModuleId),
        item: &Item,
    ) -> Result<()> {
        match item {
            Item::Page {
                title,
                minutes,
                body,
            } => {
                let page = CreatePage {
                    course,
                    module: Some(module),
                    title: title.clone(),
                    body: SafeHtml::of(Written::Markdown(body))?,
                    estimated_minutes: Some(*minutes),
                    published: true,
                };
                self.app.run_blocking(teacher.clone(), page).map(drop)
            }
            Item::Link {
                title,
                minutes,
                url,
            } => {
                let item = AddItem {
                    course,
                    module,
                    title: title.clone(),
                    content: Linked::Link(WebAddress::parse(url)?),
                    estimated_minutes: Some(*minutes),
                    published: true,
                };
                self.app.run_blocking(teacher.clone(), item).map(drop)
            }
            Item::Assignment(assignment) => self.assignment(teacher, (course, module), assignment),
            Item::Discussion { title, body, posts } => {
                let body = SafeHtml::of(Written::Markdown(body))?;
                let topic = NewTopic::titled(title, body, true)?;
                self.discussion(
                    teacher,
                    CreateTopic {
                        course,
                        module: Some(module),
                        topic,
                    },
                    posts,
                )
            }
        }
    }

    fn assignment(
        &self,
        teacher: &Actor,
        (course, module): (CourseId, ModuleId),
        from: &Assignment,
    ) -> Result<()> {
        let instructions = SafeHtml::of(Written::Markdown(&from.body))?;
        let opens = from.opens_in_days.map(|days| self.in_days(days));
        let assignment = NewAssignment::titled(&from.title, instructions)?
            .points(Some(from.points))?
            .dates(opens, Some(self.in_days(from.due_in_days)), None)?
            .attempts(from.attempts)?;
        let create = CreateAssignment {
            course,
            module: Some(module),
            assignment,
            estimated_minutes: Some(from.minutes),
        };
        let id = self.app.run_blocking(teacher.clone(), create)?;
        for submission in &from.submissions {
            self.submission(teacher, id, submission)?;
        }
        if from
            .submissions
            .iter()
            .any(|submission| submission.score.is_some())
        {
            self.app
                .run_blocking(teacher.clone(), PostGrades { assignment: id })?;
        }
        Ok(())
    }

    fn submission(
        &self,
        teacher: &Actor,
        assignment: AssignmentId,
        from: &Submission,
    ) -> Result<()> {
        let work = Work::new(Some(from.body.clone()), None, Vec::new())?;
        let submit = SubmitAssignment {
            assignment,
            work,
            idempotency_key: None,
        };
        let submission = self.app.run_blocking(self.actor(&from.by)?, submit)?;
        let Some(score) = from.score else {
            return Ok(());
        };
        let grade = GradeSubmission {
            submission,
            score,
            feedback: Change::To(from.feedback.clone()),
        };
        self.app.run_blocking(teacher.clone(), grade)
    }

    fn discussion(&self, teacher: &Actor, create: CreateTopic, posts: &[Post]) -> Result<()> {
        let topic = self.app.run_blocking(teacher.clone(), create)?;
        let mut ids = Vec::with_capacity(posts.len());
        for post in posts {
            let say = CreateDiscussionPost {
                topic,
                parent: post.answers.and_then(|place| ids.get(place).copied()),
                body: post.body.clone(),
                idempotency_key: None,
            };
            ids.push(self.app.run_blocking(self.actor(&post.by)?, say)?);
        }
        Ok(())
    }
}
