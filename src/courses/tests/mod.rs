//! What the stories of this area begin with, and the stories of the area as a whole.

mod chance;
mod listing;
mod permissions;

use app::{Actor, Command, Tx};
use kernel::{Cursor, Page, PageRequest, Result, Timestamp};
use people::users::{AddUser, NewUser};
use store::{Snapshot, Table};
use testkit::{Cast, Role, School};

use crate::catalog::{Course, CourseId, CourseState, CreateCourse, NewCourse, PublishCourse};
use crate::enrollments::{CourseRole, Enroll};
use crate::files::{self, File, FileId, Hash};
use crate::modules::{CreateModule, ModuleId};

/// A school with one person of each role, and no course.
pub(crate) fn cast() -> Cast {
    let once: &[&'static app::Feature] = &[&app::ONCE];
    let school = School::of_areas(&[once, people::FEATURES, crate::FEATURES]);
    Cast::gather(school, |school, name, role| {
        let user = NewUser::named(name, name).unwrap().role(role);
        school.run_as_program(AddUser {
            user,
            password: None,
        })
    })
}

/// A course of this code.
pub(crate) fn titled(code: &str) -> CreateCourse {
    CreateCourse {
        course: NewCourse::titled(code, &format!("About {code}")).unwrap(),
        idempotency_key: None,
    }
}

/// The roles of the cast that are in the course.
pub(crate) const ENROLLED: [(Role, CourseRole); 5] = [
    (Role::Teacher, CourseRole::Instructor),
    (Role::Assistant, CourseRole::Assistant),
    (Role::Designer, CourseRole::Designer),
    (Role::Student, CourseRole::Student),
    (Role::Observer, CourseRole::Observer),
];

/// A draft with everybody in it who belongs there.
pub(crate) fn draft() -> (Cast, CourseId) {
    let cast = cast();
    let course = cast.does(Role::Program, titled("CS-101"));
    for (role, place) in ENROLLED {
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
    (cast, course)
}

/// A published course with everybody in it who belongs there.
pub(crate) fn class() -> (Cast, CourseId) {
    let (cast, course) = draft();
    cast.does(Role::Program, PublishCourse { course });
    (cast, course)
}

/// Adds a module.
pub(crate) fn module(cast: &Cast, course: CourseId, published: bool) -> ModuleId {
    let title = "Basics".to_owned();
    cast.does(
        Role::Teacher,
        CreateModule {
            course,
            title,
            published,
        },
    )
}

/// The first page of a list, of this many entries, behind a cursor.
pub(crate) fn first(size: i64, after: Option<&Cursor>) -> PageRequest {
    let after = after.map(ToString::to_string);
    PageRequest::parse(Some(size), after.as_deref()).unwrap()
}

/// Goes through a list page by page, and checks what each page says of itself.
pub(crate) fn leaf_through<T>(size: i64, list: impl Fn(&PageRequest) -> Result<Page<T>>) -> Vec<T> {
    let (mut all, mut after): (Vec<T>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = list(&first(size, after.as_ref())).unwrap();
        assert_eq!(page.has_previous, after.is_some());
        assert!(page.entries.len() <= usize::try_from(size).unwrap());
        after = page.entries.last().map(|(cursor, _)| cursor.clone());
        all.extend(page.entries.into_iter().map(|(_, entry)| entry));
        assert_eq!(
            page.has_next,
            u64::try_from(all.len()).unwrap() < page.total
        );
        if !page.has_next {
            return all;
        }
    }
}

/// Puts a record as no command would, to see how the rest takes it.
pub(crate) struct Put<F>(pub(crate) F);

impl<F: Fn(&mut Tx<'_>) -> Result<()> + Send + 'static> Command for Put<F> {
    type Out = ();
    const NAME: &'static str = "tests.put";

    fn permit(&self, _: &Actor, _: &Snapshot) -> Result<()> {
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        (self.0)(tx)
    }
}

/// Adds the record of a file to a course.
pub(crate) fn file(cast: &Cast, course: CourseId, published: bool) -> FileId {
    let id = cast.school.app.new_id();
    let file = File {
        course,
        name: "map.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 12,
        hash: Hash::from_bytes([7; 32]),
        added_at: Timestamp::default(),
        published,
        owner: None,
    };
    cast.does(
        Role::Program,
        Put(move |tx: &mut Tx<'_>| files::put_file(tx, id, &file)),
    );
    id
}

/// The courses by themselves: what is derived from those that only their members see does not
/// depend on their state.
static COURSES: Table<CourseId, Course> = Table::new(0x0201, "courses");

/// Moves a course to a state that no command leads to.
pub(crate) fn set_state(cast: &Cast, id: CourseId, state: CourseState) {
    let put = move |tx: &mut Tx<'_>| {
        let course = tx.get(&COURSES, &id)?.expect("the course is there");
        tx.put(&COURSES, &id, &Course { state, ..course })
    };
    cast.does(Role::Program, Put(put));
}
