//! A registered operation in process: from the request to the bytes of the answer, with every
//! read of the store.
// The optimiser looks into the futures of the merged mutations, which hold each other.
#![recursion_limit = "256"]
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first error"
)]

#[path = "measure/mod.rs"]
mod measure;
#[path = "measure/school.rs"]
mod school;

use app::{Actor, App, SchoolRole, UserId};
use assess::assignments::{CreateAssignment, NewAssignment};
use community::discussions::{CreateTopic, NewTopic};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::{SafeHtml, Written};
use courses::modules::{AddItem, CreateModule, Linked, ModuleId, WebAddress};
use courses::neighbours::Neighbours;
use courses::pages::CreatePage;
use courses::progress::{self, CompleteItem};
use graphql::{Api, Request, Variables};
use insight::search::Search;
use kernel::Timestamp;
use people::users::{AddUser, NewUser};
use tokio::runtime::Runtime;

use measure::{median, report, time};
use school::{open, run};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MODULES: usize = 8;
const STUDENTS: usize = 30;
const COMPLETED: usize = 10;
const WARM_UP: usize = 500;
const EXECUTIONS: usize = 3_000;

fn add_user(app: &App, number: usize) -> UserId {
    let user =
        NewUser::named(&format!("user{number}"), &format!("Person Number {number}")).unwrap();
    run(
        app,
        AddUser {
            user,
            password: None,
        },
    )
}

/// A published course of eight modules with six items each, all kinds of them.
fn build(app: &App) -> (CourseId, UserId) {
    let course = NewCourse::titled("CS-101", "Introduction to Computing").unwrap();
    let course = course
        .description(&"What a machine can do, and cannot. ".repeat(10))
        .unwrap();
    let course = run(
        app,
        CreateCourse {
            course,
            idempotency_key: None,
        },
    );
    run(app, PublishCourse { course });
    let people: Vec<UserId> = (0..STUDENTS + 2)
        .map(|number| add_user(app, number))
        .collect();
    for (place, user) in people.iter().enumerate() {
        let role = if place < 2 {
            CourseRole::Instructor
        } else {
            CourseRole::Student
        };
        run(
            app,
            Enroll {
                course,
                user: *user,
                role,
                section: None,
                idempotency_key: None,
            },
        );
    }
    for number in 1..=MODULES {
        let title = format!("Week {number}: what there is to learn");
        let module = run(
            app,
            CreateModule {
                course,
                title,
                published: true,
            },
        );
        fill(app, course, module);
    }
    let student = *people.last().unwrap();
    complete(app, course, student);
    (course, student)
}

fn fill(app: &App, course: CourseId, module: ModuleId) {
    let text = || SafeHtml::of(Written::Markdown("Some *text* to read.")).unwrap();
    for part in 1..=2 {
        let (title, body) = (format!("Reading, part {part}"), text());
        let page = CreatePage {
            course,
            module: Some(module),
            title,
            body,
            estimated_minutes: Some(20),
            published: true,
        };
        run(app, page);
    }
    for title in ["Exercise", "Essay"] {
        let due_at = Some(Timestamp::from_millis(1_800_000_000_000));
        let assignment = NewAssignment::titled(title, text()).unwrap();
        let assignment = assignment.dates(None, due_at, None).unwrap();
        run(
            app,
            CreateAssignment {
                course,
                module: Some(module),
                assignment,
                estimated_minutes: Some(90),
            },
        );
    }
    let topic = NewTopic::titled("What was hard?", text(), true).unwrap();
    run(
        app,
        CreateTopic {
            course,
            module: Some(module),
            topic,
        },
    );
    let content = Linked::Video(WebAddress::parse("https://video.example.org/watch?v=1").unwrap());
    let title = "A lecture".to_owned();
    run(
        app,
        AddItem {
            course,
            module,
            title,
            content,
            estimated_minutes: Some(45),
            published: true,
        },
    );
}

fn complete(app: &App, course: CourseId, student: UserId) {
    let actor = actor(app, student);
    let snapshot = app.snapshot();
    let viewed = courses::catalog::view(&snapshot, &actor, course)
        .unwrap()
        .unwrap();
    let modules = courses::modules::modules_of(&snapshot, &viewed).unwrap();
    let items = modules
        .iter()
        .flat_map(|module| &module.items)
        .map(courses::modules::Listed::id);
    for item in items {
        if progress::completed(&app.snapshot(), course, student)
            .unwrap()
            .len()
            < COMPLETED
        {
            // Assignments and topics are completed in another way, and refuse this one.
            drop(app.run_blocking(actor.clone(), CompleteItem { course, item }));
        }
    }
}

fn actor(app: &App, user: UserId) -> Actor {
    Actor::user(user, SchoolRole::Member, app.new_id())
}

/// The median time of one execution, in microseconds.
fn executions(runtime: &Runtime, count: usize, execute: impl AsyncFn() -> Vec<u8>) -> f64 {
    let times = (0..count).map(|_| {
        let taken = time(|| {
            std::hint::black_box(runtime.block_on(execute()));
        });
        taken.as_secs_f64() * 1e6
    });
    median(times.collect())
}

fn main() {
    let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let app = open(root.path());
    let (course, student) = build(&app);
    let search = Search::in_memory(app.clone()).unwrap();
    let options = graphql::Options::default();
    let api = Api::with(app.clone(), options, Neighbours::NONE, search);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let actor = actor(&app, student);
    let variables = format!(r#"{{"id": "{course}"}}"#);
    let get_course_details = async || {
        let variables: Variables = serde_json::from_str(&variables).unwrap();
        let request = Request::new("")
            .operation_name("getCourseDetails")
            .variables(variables);
        api.answer(actor.clone(), request).await.to_json()
    };
    let answer = runtime.block_on(get_course_details());
    assert!(answer.len() > 6_000, "an answer of {} bytes", answer.len());
    executions(&runtime, WARM_UP, get_course_details);
    report("get_course_details_microseconds", || {
        executions(&runtime, EXECUTIONS, get_course_details)
    });
}
