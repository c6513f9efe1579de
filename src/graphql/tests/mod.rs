//! Stories of the face: a school of one course, asked with documents.

#![expect(
    clippy::needless_pass_by_value,
    reason = "json!(..) is made where it is handed over"
)]

mod accounts;
mod analytics;
mod assessment;
mod attacks;
mod audit;
mod building;
mod catalog;
mod content;
mod contract;
mod documents;
mod lifecycle;
mod live;
mod reads;
mod refusals;
mod routes;
mod searching;
mod visibility;

use std::sync::Arc;

use app::Command;
use assess::assignments::{AssignmentId, CreateAssignment, NewAssignment};
use async_graphql::{Request, Variables};
use community::discussions::{CreateTopic, NewTopic, TopicId};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::{SafeHtml, Written};
use courses::modules::{CreateModule, ModuleId};
use courses::neighbours::Neighbours;
use insight::search::Search;
use people::sessions::PasswordHash;
use people::users::{AddUser, NewUser};
use serde_json::{Value, json};
use testkit::{Cast, Role, School};

use crate::operations::DOCUMENTS;
use crate::{Api, Options};

/// What assessment and community do for a course as a whole.
const NEIGHBOURS: Neighbours = Neighbours {
    left_out: assess::assignments::left_out,
    assignment: assess::assignments::import,
    topic: community::discussions::import,
    has_work: assess::submissions::any_in,
    has_posts: community::discussions::any_in,
    has_handed_in: assess::submissions::has_handed_in,
    assignment_in: assess::assignments::shown_in,
    topic_in: community::discussions::shown_in,
    publish_assignment: assess::assignments::publish,
    publish_topic: community::discussions::publish,
    assignments_of: assess::assignments::assignments_of,
    topics_of: community::discussions::topics_of,
    copy_assignment: assess::assignments::copy,
    copy_topic: community::discussions::copy,
};

/// Noon of the day that the clock of the tests begins with.
const NOON: &str = "2023-11-14T12:00:00Z";

/// A school with one person of each role, and a published course that they are in.
struct World {
    cast: Cast,
    api: Api,
    search: Arc<Search>,
    course: CourseId,
}

impl World {
    fn new() -> Self {
        Self::with_password(None)
    }

    /// The same, where all have this password.
    fn with_password(password: Option<PasswordHash>) -> Self {
        let once: &[&app::Feature] = &[&app::ONCE];
        let areas = [
            people::FEATURES,
            courses::FEATURES,
            assess::FEATURES,
            community::FEATURES,
            insight::FEATURES,
            once,
        ];
        let cast = Cast::gather(School::of_areas(&areas), |school, name, role| {
            let user = NewUser::named(name, &format!("The {name}")).unwrap();
            let user = user
                .email(&format!("{name}@example.org"))
                .unwrap()
                .role(role);
            let password = password.clone();
            school.run_as_program(AddUser { user, password })
        });
        let search = Search::in_memory(cast.school.app.clone()).unwrap();
        let api = Api::with(
            cast.school.app.clone(),
            Options {
                introspection: true,
            },
            NEIGHBOURS,
            Arc::clone(&search),
        );
        let course = new_course(&cast, "CS-101", "Introduction to Computing");
        for (role, in_course) in [
            (Role::Student, CourseRole::Student),
            (Role::Observer, CourseRole::Observer),
            (Role::Designer, CourseRole::Designer),
            (Role::Assistant, CourseRole::Assistant),
            (Role::Teacher, CourseRole::Instructor),
        ] {
            let user = cast.user(role);
            cast.does(
                Role::Program,
                Enroll {
                    course,
                    user,
                    role: in_course,
                    section: None,
                    idempotency_key: None,
                },
            );
        }
        Self {
            cast,
            api,
            search,
            course,
        }
    }

    /// Runs a command of the domain, as the program.
    fn given<C: Command>(&self, command: C) -> C::Out {
        self.cast.does(Role::Program, command)
    }

    fn module(&self) -> ModuleId {
        let title = "Basics".to_owned();
        self.given(CreateModule {
            course: self.course,
            title,
            published: true,
        })
    }

    fn assignment(&self, module: Option<ModuleId>) -> AssignmentId {
        self.assignment_of(
            module,
            NewAssignment::titled("Essay", SafeHtml::default()).unwrap(),
        )
    }

    fn assignment_of(&self, module: Option<ModuleId>, assignment: NewAssignment) -> AssignmentId {
        let course = self.course;
        self.given(CreateAssignment {
            course,
            module,
            assignment,
            estimated_minutes: Some(90),
        })
    }

    fn topic(&self, closed: bool) -> TopicId {
        let body = SafeHtml::of(Written::Markdown("What was *hard*?")).unwrap();
        let topic = NewTopic::titled("Week one", body, true)
            .unwrap()
            .closed(closed);
        let course = self.course;
        self.cast.does(
            Role::Teacher,
            CreateTopic {
                course,
                module: None,
                topic,
            },
        )
    }

    /// The answer to a document.
    fn ask(&self, role: Role, query: &str, variables: Value) -> Value {
        self.execute(
            role,
            Request::new(query).variables(Variables::from_json(variables)),
        )
    }

    /// The answer to a document of the contract, letter for letter.
    fn operation(&self, role: Role, name: &str, variables: Value) -> Value {
        self.ask(role, document(name), variables)
    }

    fn execute(&self, role: Role, request: Request) -> Value {
        let response = self.api.execute(self.cast.actor(role), request);
        serde_json::to_value(self.cast.school.block_on(response)).unwrap()
    }
}

/// A registered document.
fn document(name: &str) -> &'static str {
    DOCUMENTS
        .iter()
        .find(|(known, _)| *known == name)
        .unwrap()
        .1
}

fn new_course(cast: &Cast, code: &str, title: &str) -> CourseId {
    let course = NewCourse::titled(code, title)
        .unwrap()
        .description("What is *taught*.")
        .unwrap();
    let course = cast.does(
        Role::Program,
        CreateCourse {
            course,
            idempotency_key: None,
        },
    );
    cast.does(Role::Program, PublishCourse { course });
    course
}

/// The codes of the errors of a document.
fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    errors
        .iter()
        .map(|error| error["extensions"]["code"].as_str().unwrap())
        .collect()
}

/// The codes in the payload of a mutation, after making sure that it made nothing.
fn refused<'a>(answer: &'a Value, mutation: &str) -> Vec<&'a str> {
    assert_eq!(codes(answer), Vec::<&str>::new(), "{answer}");
    let payload = &answer["data"][mutation];
    let errors = payload["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"));
    for (field, made) in payload.as_object().unwrap() {
        assert!(field == "errors" || made.is_null(), "{answer}");
    }
    errors
        .iter()
        .map(|error| error["code"].as_str().unwrap())
        .collect()
}

/// What a query answers about something that is not there.
fn is_not_found(answer: &Value, field: &str) -> bool {
    answer["data"] == json!({ field: null }) && codes(answer) == ["NOT_FOUND"]
}
