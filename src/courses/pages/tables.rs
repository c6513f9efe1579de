//! Where pages stand in the store.

use store::{Count, Index, Record, Table};

use super::{Page, PageId};
use crate::catalog::CourseId;

impl Record for Page {
    const VERSION: u8 = 1;
}

pub(super) static PAGES: Table<PageId, Page> =
    Table::new(0x0230, "pages").derives(&[&PAGES_IN_COURSE, &PAGES_OF_COURSE]);

/// How many pages a course has.
pub(super) static PAGES_IN_COURSE: Count<PageId, Page, CourseId> =
    Count::new(0x0231, "pages_in_course", |_, page| Some(page.course));

/// The pages of a course, the oldest first.
pub(super) static PAGES_OF_COURSE: Index<PageId, Page, CourseId> =
    Index::new(0x02b1, "pages_of_course", |_, page| Some(page.course));
