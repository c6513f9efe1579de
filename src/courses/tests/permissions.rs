//! Who may do what to a course.

use kernel::Result;
use testkit::{Cast, Matrix, Role};

use super::{class, draft, file, module, titled};
use crate::cartridges::ImportCourse;
use crate::catalog::{
    ArchiveCourse, CourseChange, CourseId, CreateCourse, DeleteCourse, NewCourse, PublishCourse,
    RestoreCourse, UnpublishCourse, UpdateCourse, Visibility,
};
use crate::copies::CopyCourse;
use crate::enrollments::{
    CourseRole, Enroll, EnrollSelf, Enrollment, EnrollmentChange, LeaveCourse, Unenroll,
    UpdateEnrollment,
};
use crate::files::tests::uploads::small_picture;
use crate::files::{AddFile, DeleteFile, PublishFile, RenameFile, UnpublishFile};
use crate::markup::SafeHtml;
use crate::modules::{
    AddItem, CreateModule, DeleteModule, ItemChange, ItemId, Linked, ModuleId, MoveItem,
    PublishItem, PublishModule, RemoveItem, ReorderItems, ReorderModules, UnpublishItem,
    UnpublishModule, UpdateItem, UpdateModule, WebAddress, items_of,
};
use crate::neighbours::Neighbours;
use crate::pages::{CreatePage, DeletePage, PageChange, UpdatePage};
use crate::progress::CompleteItem;
use crate::rosters::{Roster, TakeRoster};
use crate::sections::{CreateSection, DeleteSection, NewSection, SectionChange, UpdateSection};
use crate::terms::{CreateTerm, DeleteTerm, NewTerm, TermChange, UpdateTerm};

const PUBLISHED: &str = "
    command                   nobody  member student observer designer assistant teacher staff  admin program
    courses.create            sign-in no     no      no       no       no        no      yes    yes   yes
    courses.import            sign-in no     no      no       no       no        no      yes    yes   yes
    courses.update            sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.publish           sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.unpublish         sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.archive           sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.restore           sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.delete            sign-in unseen unseen  unseen   no       no        yes     unseen yes   yes
    courses.copy              sign-in unseen no      no       no       no        no      unseen yes   yes
    courses.enroll            sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.update_enrollment sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.unenroll          sign-in unseen no      no       no       no        yes     unseen yes   yes
    courses.enroll_self       sign-in yes    yes     yes      yes      yes       yes     yes    yes   sign-in
    courses.leave             sign-in yes    yes     yes      yes      yes       yes     yes    yes   sign-in
    modules.create            sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    modules.update            sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    modules.publish           sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    modules.unpublish         sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    modules.reorder           sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    modules.delete            sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.add                 sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.update              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.publish             sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.unpublish           sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.move                sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.reorder             sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    items.remove              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    pages.create              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    pages.update              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    pages.delete              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    files.add                 sign-in unseen yes     no       yes      yes       yes     unseen yes   yes
    files.rename              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    files.publish             sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    files.unpublish           sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    files.delete              sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    terms.create              sign-in no     no      no       no       no        no      no     yes   yes
    terms.update              sign-in no     no      no       no       no        no      no     yes   yes
    terms.delete              sign-in no     no      no       no       no        no      no     yes   yes
    sections.create           sign-in unseen no      no       no       no        yes     unseen yes   yes
    sections.update           sign-in unseen no      no       no       no        yes     unseen yes   yes
    sections.delete           sign-in unseen no      no       no       no        yes     unseen yes   yes
    rosters.take              no      no     no      no       no       no        no      no     no    yes
    items.complete            sign-in unseen yes     no       no       no        no      unseen no    no
";

fn import(id: CourseId) -> ImportCourse {
    ImportCourse {
        id,
        course: NewCourse::titled("CS-102", "Imported").unwrap(),
        modules: Vec::new(),
        pages: Vec::new(),
        files: Vec::new(),
        assignments: Vec::new(),
        topics: Vec::new(),
        neighbours: Neighbours::NONE,
    }
}

fn page(course: CourseId) -> CreatePage {
    CreatePage {
        course,
        module: None,
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published: true,
    }
}

fn complete(role: Role) -> Result<crate::progress::Progress> {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let page = cast.does(
        Role::Teacher,
        CreatePage {
            module: Some(module),
            ..page(course)
        },
    );
    let items = items_of(&cast.school.app.snapshot(), course, page)?;
    cast.tries(
        role,
        CompleteItem {
            course,
            item: items[0].0,
        },
    )
}

fn create_module(course: CourseId) -> CreateModule {
    CreateModule {
        course,
        title: "Basics".to_owned(),
        published: true,
    }
}

fn create_term() -> CreateTerm {
    CreateTerm {
        term: NewTerm::named("Year").unwrap(),
        idempotency_key: None,
    }
}

fn create_section(course: CourseId) -> CreateSection {
    CreateSection {
        course,
        section: NewSection::named("Morning").unwrap(),
        idempotency_key: None,
    }
}

fn rows_of_courses(matrix: Matrix) -> Matrix {
    let neighbours = Neighbours::NONE;
    matrix
        .row::<CreateCourse>(|role| super::cast().tries(role, titled("CS-102")))
        .row::<ImportCourse>(|role| {
            let cast = super::cast();
            cast.tries(role, import(cast.school.app.new_id()))
        })
        .row::<UpdateCourse>(|role| {
            let (cast, course) = class();
            let change = CourseChange::default();
            cast.tries(role, UpdateCourse { course, change })
        })
        .row::<PublishCourse>(|role| {
            let (cast, course) = class();
            cast.tries(role, PublishCourse { course })
        })
        .row::<UnpublishCourse>(|role| {
            let (cast, course) = class();
            cast.tries(role, UnpublishCourse { course, neighbours })
        })
        .row::<ArchiveCourse>(|role| {
            let (cast, course) = class();
            cast.tries(role, ArchiveCourse { course })
        })
        .row::<RestoreCourse>(|role| {
            let (cast, course) = class();
            cast.does(Role::Teacher, ArchiveCourse { course });
            cast.tries(role, RestoreCourse { course })
        })
        .row::<DeleteCourse>(|role| {
            let (cast, course) = draft();
            cast.tries(role, DeleteCourse { course, neighbours })
        })
        .row::<CopyCourse>(|role| {
            let (cast, course) = class();
            let copy = CopyCourse {
                course,
                code: "CS-102".to_owned(),
                title: None,
                starts_at: None,
                neighbours,
                idempotency_key: None,
            };
            cast.tries(role, copy)
        })
}

/// Somebody of this role comes into a course that is open to all and that nobody is in.
fn join(role: Role) -> (Cast, CourseId, Result<Enrollment>) {
    let cast = super::cast();
    let course = cast.does(Role::Program, titled("CS-101"));
    cast.does(Role::Program, PublishCourse { course });
    let change = CourseChange {
        visibility: Some(Visibility::School),
        self_enrollment: Some(true),
        ..CourseChange::default()
    };
    cast.does(Role::Program, UpdateCourse { course, change });
    let join = EnrollSelf {
        course,
        code: None,
        idempotency_key: None,
    };
    let done = cast.tries(role, join);
    (cast, course, done)
}

fn rows_of_enrollments(matrix: Matrix) -> Matrix {
    matrix
        .row::<Enroll>(|role| {
            let (cast, course) = class();
            let user = cast.user(Role::Member);
            cast.tries(
                role,
                Enroll {
                    course,
                    user,
                    role: CourseRole::Student,
                    section: None,
                    idempotency_key: None,
                },
            )
        })
        .row::<UpdateEnrollment>(|role| {
            let (cast, course) = class();
            let (user, change) = (cast.user(Role::Student), EnrollmentChange::default());
            cast.tries(
                role,
                UpdateEnrollment {
                    course,
                    user,
                    change,
                },
            )
        })
        .row::<Unenroll>(|role| {
            let (cast, course) = class();
            let user = cast.user(Role::Observer);
            cast.tries(role, Unenroll { course, user })
        })
        .row::<EnrollSelf>(|role| join(role).2)
        .row::<LeaveCourse>(|role| {
            let (cast, course, _) = join(role);
            cast.tries(role, LeaveCourse { course })
        })
}

fn rows_of_modules(matrix: Matrix) -> Matrix {
    let with_module = || {
        let (cast, course) = class();
        let module = module(&cast, course, true);
        (cast, course, module)
    };
    matrix
        .row::<CreateModule>(|role| {
            let (cast, course) = class();
            cast.tries(role, create_module(course))
        })
        .row::<UpdateModule>(|role| {
            let (cast, course, module) = with_module();
            let title = "More".to_owned();
            let update = UpdateModule {
                course,
                module,
                title,
            };
            cast.tries(role, update)
        })
        .row::<PublishModule>(|role| {
            let (cast, course, module) = with_module();
            cast.tries(role, PublishModule { course, module })
        })
        .row::<UnpublishModule>(|role| {
            let (cast, course, module) = with_module();
            cast.tries(role, UnpublishModule { course, module })
        })
        .row::<ReorderModules>(|role| {
            let (cast, course, module) = with_module();
            let modules = vec![module];
            cast.tries(role, ReorderModules { course, modules })
        })
        .row::<DeleteModule>(|role| {
            let (cast, course, module) = with_module();
            cast.tries(role, DeleteModule { course, module })
        })
}

/// A class with an item, in its module.
fn with_item() -> (Cast, CourseId, (ModuleId, ItemId)) {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let item = cast.does(Role::Teacher, add_item(course, module));
    (cast, course, (module, item))
}

fn add_item(course: CourseId, module: ModuleId) -> AddItem {
    AddItem {
        course,
        module,
        title: "Film".to_owned(),
        content: Linked::Video(WebAddress::parse("https://example.org").unwrap()),
        estimated_minutes: None,
        published: true,
    }
}

fn rows_of_items(matrix: Matrix) -> Matrix {
    matrix
        .row::<AddItem>(|role| {
            let (cast, course) = class();
            let module = module(&cast, course, true);
            cast.tries(role, add_item(course, module))
        })
        .row::<UpdateItem>(|role| {
            let (cast, course, (_, item)) = with_item();
            let change = ItemChange::default();
            let update = UpdateItem {
                course,
                item,
                change,
            };
            cast.tries(role, update)
        })
        .row::<PublishItem>(|role| {
            let (cast, course, (_, item)) = with_item();
            let neighbours = Neighbours::NONE;
            let publish = PublishItem {
                course,
                item,
                neighbours,
            };
            cast.tries(role, publish)
        })
        .row::<UnpublishItem>(|role| {
            let (cast, course, (_, item)) = with_item();
            cast.tries(role, UnpublishItem { course, item })
        })
        .row::<MoveItem>(|role| {
            let (cast, course, (module, item)) = with_item();
            let position = None;
            let to = MoveItem {
                course,
                item,
                module,
                position,
            };
            cast.tries(role, to)
        })
        .row::<ReorderItems>(|role| {
            let (cast, course, (module, item)) = with_item();
            let items = vec![item];
            let reorder = ReorderItems {
                course,
                module,
                items,
            };
            cast.tries(role, reorder)
        })
        .row::<RemoveItem>(|role| {
            let (cast, course, (_, item)) = with_item();
            cast.tries(role, RemoveItem { course, item })
        })
}

fn rows_of_content(matrix: Matrix) -> Matrix {
    matrix
        .row::<CreatePage>(|role| {
            let (cast, course) = class();
            cast.tries(role, page(course))
        })
        .row::<UpdatePage>(|role| {
            let (cast, course) = class();
            let update = UpdatePage {
                page: cast.does(Role::Teacher, page(course)),
                change: PageChange::default(),
                expected_updated_at: None,
            };
            cast.tries(role, update)
        })
        .row::<DeletePage>(|role| {
            let (cast, course) = class();
            let page = cast.does(Role::Teacher, page(course));
            cast.tries(role, DeletePage { page })
        })
        .row::<AddFile>(|role| {
            let (cast, course) = class();
            cast.tries(role, small_picture(&cast, course))
        })
        .row::<RenameFile>(|role| {
            let (cast, course) = class();
            let (file, name) = (file(&cast, course, true), "a.png".to_owned());
            cast.tries(role, RenameFile { file, name })
        })
        .row::<PublishFile>(|role| {
            let (cast, course) = class();
            let file = file(&cast, course, true);
            cast.tries(role, PublishFile { file })
        })
        .row::<UnpublishFile>(|role| {
            let (cast, course) = class();
            let file = file(&cast, course, true);
            cast.tries(role, UnpublishFile { file })
        })
        .row::<DeleteFile>(|role| {
            let (cast, course) = class();
            let (file, neighbours) = (file(&cast, course, true), Neighbours::NONE);
            cast.tries(role, DeleteFile { file, neighbours })
        })
}

fn rows_of_terms_and_sections(matrix: Matrix) -> Matrix {
    matrix
        .row::<CreateTerm>(|role| super::cast().tries(role, create_term()))
        .row::<UpdateTerm>(|role| {
            let cast = super::cast();
            let term = cast.does(Role::Admin, create_term());
            let change = TermChange::default();
            cast.tries(role, UpdateTerm { term, change })
        })
        .row::<DeleteTerm>(|role| {
            let cast = super::cast();
            let term = cast.does(Role::Admin, create_term());
            cast.tries(role, DeleteTerm { term })
        })
        .row::<CreateSection>(|role| {
            let (cast, course) = class();
            cast.tries(role, create_section(course))
        })
        .row::<UpdateSection>(|role| {
            let (cast, course) = class();
            let section = cast.does(Role::Teacher, create_section(course));
            let change = SectionChange::default();
            cast.tries(role, UpdateSection { section, change })
        })
        .row::<DeleteSection>(|role| {
            let (cast, course) = class();
            let section = cast.does(Role::Teacher, create_section(course));
            cast.tries(role, DeleteSection { section })
        })
}

#[test]
fn who_may_do_what_in_a_published_course() {
    let matrix = rows_of_enrollments(rows_of_courses(Matrix::new()));
    let matrix = rows_of_content(rows_of_items(rows_of_modules(matrix)));
    rows_of_terms_and_sections(matrix)
        .row::<TakeRoster>(|role| {
            let none = Roster::default();
            super::cast().tries(role, none.whole(Neighbours::NONE))
        })
        .row::<CompleteItem>(complete)
        .shows(env!("CARGO_MANIFEST_DIR"), PUBLISHED);
}

#[test]
fn a_draft_does_not_exist_for_learners() {
    let (cast, course) = draft();
    for role in [Role::Student, Role::Observer, Role::Member, Role::Staff] {
        assert_eq!(
            cast.refused(role, PublishCourse { course }).code,
            "NOT_FOUND",
            "{role}"
        );
        assert_eq!(cast.refused(role, page(course)).code, "NOT_FOUND", "{role}");
        assert_eq!(
            cast.refused(role, create_module(course)).code,
            "NOT_FOUND",
            "{role}"
        );
        let item = cast.school.app.new_id();
        assert_eq!(
            cast.refused(role, CompleteItem { course, item }).code,
            "NOT_FOUND",
            "{role}"
        );
    }
    cast.does(Role::Designer, create_module(course));
    cast.does(Role::Assistant, page(course));
    cast.school.agrees();
}
