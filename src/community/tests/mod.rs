//! What the stories of this area begin with, and the stories of the area as a whole.

mod chance;
mod permissions;

use courses::catalog::{Course, CourseId, CourseState, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::SafeHtml;
use people::users::{AddUser, NewUser};
use store::Table;
use testkit::{Cast, Role, School};

use crate::discussions::{CreateDiscussionPost, CreateTopic, NewTopic, TopicId};

/// A published course with everybody in it who belongs there.
pub(crate) fn class() -> (Cast, CourseId) {
    let once: &[&'static app::Feature] = &[&app::ONCE];
    let school = School::of_areas(&[once, people::FEATURES, courses::FEATURES, crate::FEATURES]);
    let cast = Cast::gather(school, |school, name, role| {
        let user = NewUser::named(name, name).unwrap().role(role);
        school.run_as_program(AddUser {
            user,
            password: None,
        })
    });
    let course = NewCourse::titled("CS-101", "Computing").unwrap();
    let course = cast.does(
        Role::Program,
        CreateCourse {
            course,
            idempotency_key: None,
        },
    );
    for (role, place) in [
        (Role::Teacher, CourseRole::Instructor),
        (Role::Assistant, CourseRole::Assistant),
        (Role::Designer, CourseRole::Designer),
        (Role::Student, CourseRole::Student),
        (Role::Observer, CourseRole::Observer),
    ] {
        let user = cast.user(role);
        cast.does(
            Role::Program,
            Enroll {
                course,
                user,
                role: place,
                section: None,
                idempotency_key: None,
            },
        );
    }
    cast.does(Role::Program, PublishCourse { course });
    (cast, course)
}

/// A topic that everybody sees and that takes posts.
pub(crate) fn talk() -> NewTopic {
    NewTopic::titled("Which knot?", SafeHtml::default(), true).unwrap()
}

/// Begins a topic that stands in no module.
pub(crate) fn begin(cast: &Cast, course: CourseId, topic: NewTopic) -> TopicId {
    cast.does(
        Role::Teacher,
        CreateTopic {
            course,
            module: None,
            topic,
        },
    )
}

/// Saying something, without a key.
pub(crate) fn say(topic: TopicId, body: &str) -> CreateDiscussionPost {
    let body = body.to_owned();
    CreateDiscussionPost {
        topic,
        parent: None,
        body,
        idempotency_key: None,
    }
}

/// The courses by themselves: what is derived from them does not depend on their state.
static COURSES: Table<CourseId, Course> = Table::new(0x0201, "courses");

/// Moves a course to a state that no command leads to.
pub(crate) fn set_state(cast: &Cast, id: CourseId, state: CourseState) {
    let put = cast.school.app.store().submit(move |tx| {
        let course = tx.get(&COURSES, &id)?.expect("the course is there");
        tx.put(&COURSES, &id, &Course { state, ..course })
    });
    put.wait().unwrap();
}
