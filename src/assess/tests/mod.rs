//! What the stories of this area begin with, and the stories of the area as a whole.

mod chance;
mod handing_in;
mod permissions;
mod whole_course;

use std::time::Duration;

use courses::cartridges::{ImportCourse, ImportedAssignment};
use courses::catalog::{Course, CourseId, CourseState, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::files::{File, FileId, Hash};
use courses::markup::SafeHtml;
use courses::neighbours::Neighbours;
use kernel::Timestamp;
use people::users::{AddUser, NewUser};
use store::Table;
use testkit::{Cast, Role, School};

use crate::assignments::{AssignmentId, CreateAssignment, NewAssignment, import, left_out};
use crate::submissions::{SubmitAssignment, Work};

pub(crate) const DAY: Duration = Duration::from_hours(24);

/// The features that the area stands on, and its own.
fn areas() -> [&'static [&'static app::Feature]; 4] {
    static ONCE: &[&app::Feature] = &[&app::ONCE];
    [ONCE, people::FEATURES, courses::FEATURES, crate::FEATURES]
}

/// A published course with everybody in it who belongs there.
pub(crate) fn class() -> (Cast, CourseId) {
    let school = School::of_areas(&areas());
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

/// An essay for ten points, open at any time.
pub(crate) fn essay() -> NewAssignment {
    let essay = NewAssignment::titled("Essay", SafeHtml::default()).unwrap();
    essay.points(Some(10.0)).unwrap()
}

/// Sets work that stands in no module.
pub(crate) fn set(cast: &Cast, course: CourseId, assignment: NewAssignment) -> AssignmentId {
    let set = CreateAssignment {
        course,
        module: None,
        assignment,
        estimated_minutes: None,
    };
    cast.does(Role::Teacher, set)
}

/// Work that consists of a text.
pub(crate) fn text(body: &str) -> Work {
    Work::new(Some(body.to_owned()), None, Vec::new()).unwrap()
}

/// Handing in a text, without a key.
pub(crate) fn hand_in(assignment: AssignmentId, body: &str) -> SubmitAssignment {
    SubmitAssignment {
        assignment,
        work: text(body),
        idempotency_key: None,
    }
}

/// Makes another person a student of the course.
pub(crate) fn enroll(cast: &Cast, course: CourseId, who: Role) {
    let user = cast.user(who);
    cast.does(
        Role::Program,
        Enroll {
            course,
            user,
            role: CourseRole::Student,
            section: None,
            idempotency_key: None,
        },
    );
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

/// Puts the course of a package, empty but for the files.
pub(crate) fn course_with_files(
    cast: &Cast,
    code: &str,
    files: &[bool],
) -> (CourseId, Vec<FileId>) {
    let id: CourseId = cast.school.app.new_id();
    let of = |published: bool| File {
        course: id,
        name: "map.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 12,
        hash: Hash::from_bytes([7; 32]),
        added_at: Timestamp::default(),
        published,
        owner: None,
    };
    let files: Vec<(FileId, File)> = files
        .iter()
        .map(|published| (cast.school.app.new_id(), of(*published)))
        .collect();
    let ids = files.iter().map(|(id, _)| *id).collect();
    cast.does(
        Role::Program,
        ImportCourse {
            files,
            ..package(id, code)
        },
    );
    (id, ids)
}

/// A package without content, whose topics nobody takes over.
pub(crate) fn package(id: CourseId, code: &str) -> ImportCourse {
    ImportCourse {
        id,
        course: NewCourse::titled(code, "Imported").unwrap(),
        modules: Vec::new(),
        pages: Vec::new(),
        files: Vec::new(),
        assignments: Vec::new(),
        topics: Vec::new(),
        neighbours: Neighbours {
            left_out,
            assignment: import,
            ..Neighbours::NONE
        },
    }
}

/// An assignment as a package has it.
pub(crate) fn packed(id: AssignmentId) -> ImportedAssignment {
    ImportedAssignment {
        id,
        title: "Tie a bowline".to_owned(),
        instructions: SafeHtml::default(),
        points: Some(12.5),
        due_at: None,
        unlock_at: None,
        lock_at: None,
        attempts_allowed: Some(3),
        submissions: Vec::new(),
        published: true,
    }
}
