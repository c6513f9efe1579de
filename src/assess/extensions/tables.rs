//! Where extensions stand in the store.

use app::UserId;
use courses::catalog::CourseId;
use store::{Count, Index, Key, Record, Table};

use super::model::{Extension, Holder};
use crate::assignments::AssignmentId;

impl Record for Extension {
    const VERSION: u8 = 1;
}

/// Where an extension stands: those of one holder in one course lie together.
pub(super) type Place = (CourseId, Holder, AssignmentId);

/// A byte for the kind of holder and the bytes of their id. The bytes of the kinds are for ever.
impl Key for Holder {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::User(id) => (1_u8, *id).write(out),
        }
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        match u8::read(from)? {
            1 => UserId::read(from).map(Self::User),
            _ => None,
        }
    }
}

pub(super) static EXTENSIONS: Table<Place, Extension> =
    Table::new(0x0320, "extensions").derives(&[&EXTENSIONS_OF_ASSIGNMENT, &EXTENSIONS_OF_COURSE]);

/// The extensions of an assignment.
pub(super) static EXTENSIONS_OF_ASSIGNMENT: Index<Place, Extension, AssignmentId> = Index::new(
    0x0321,
    "extensions_of_assignment",
    |(_, _, assignment), _| Some(*assignment),
);

/// How many extensions a course has: where there are none, nobody looks further.
pub(super) static EXTENSIONS_OF_COURSE: Count<Place, Extension, CourseId> =
    Count::new(0x0322, "extensions_of_course", |(course, _, _), _| {
        Some(*course)
    });
