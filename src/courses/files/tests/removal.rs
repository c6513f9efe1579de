//! Stories of files that are shown, hidden and deleted.

use testkit::{Cast, Role};

use super::uploads::small_picture;
use crate::catalog::CourseId;
use crate::files::*;
use crate::modules::{self, AddItem, Linked};
use crate::neighbours::Neighbours;
use crate::tests::{class, file, module};

fn sees(cast: &Cast, role: Role, id: FileId) -> bool {
    let snapshot = cast.school.app.snapshot();
    viewed(&snapshot, &cast.actor(role), id).unwrap().is_some()
}

fn lead_to(cast: &Cast, course: CourseId, id: FileId) {
    let add = AddItem {
        course,
        module: module(cast, course, true),
        title: "Map".to_owned(),
        content: Linked::File(id),
        estimated_minutes: None,
        published: false,
    };
    cast.does(Role::Designer, add);
}

fn delete(file: FileId) -> DeleteFile {
    let neighbours = Neighbours::NONE;
    DeleteFile { file, neighbours }
}

#[test]
fn a_file_is_shown_and_hidden_with_the_items_that_lead_to_it() {
    let (cast, course) = class();
    let map = file(&cast, course, false);
    lead_to(&cast, course, map);
    assert!(!sees(&cast, Role::Student, map));
    cast.does(Role::Designer, PublishFile { file: map });
    assert!(sees(&cast, Role::Student, map));
    let told = cast.school.events().len();
    cast.does(Role::Designer, PublishFile { file: map });
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    cast.does(Role::Designer, UnpublishFile { file: map });
    assert!(!sees(&cast, Role::Student, map));
    cast.school.agrees();
}

#[test]
fn a_file_is_deleted_with_its_items_unless_somebody_handed_it_in() {
    let (cast, course) = class();
    let map = file(&cast, course, true);
    lead_to(&cast, course, map);
    let handed_in = DeleteFile {
        file: map,
        neighbours: Neighbours {
            has_handed_in: |_, _, _| Ok(true),
            ..Neighbours::NONE
        },
    };
    assert_eq!(cast.refused(Role::Designer, handed_in), FILE_IN_USE);
    cast.does(Role::Designer, delete(map));
    assert!(!sees(&cast, Role::Admin, map));
    let snapshot = cast.school.app.snapshot();
    assert!(
        modules::items_of(&snapshot, course, map)
            .unwrap()
            .is_empty()
    );
    assert_eq!(cast.refused(Role::Designer, delete(map)), FILE_NOT_FOUND);
    cast.school.agrees();
}

#[test]
fn learners_delete_what_they_keep_themselves_and_nobody_elses() {
    let (cast, course) = class();
    let own = || {
        let picture = small_picture(&cast, course);
        cast.does(Role::Student, picture)
    };
    let first = own();
    assert_eq!(cast.refused(Role::Observer, delete(first)), FILE_NOT_FOUND);
    assert_eq!(cast.refused(Role::Designer, delete(first)), FILE_NOT_FOUND);
    cast.does(Role::Student, delete(first));
    let second = own();
    cast.does(Role::Assistant, delete(second));
    assert!(!sees(&cast, Role::Student, first) && !sees(&cast, Role::Student, second));
    let of_course = file(&cast, course, true);
    assert_eq!(
        cast.refused(Role::Student, delete(of_course)),
        kernel::problems::FORBIDDEN
    );
    cast.school.agrees();
}
