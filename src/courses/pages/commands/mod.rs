//! What can be done to pages.

mod create_page;
mod delete_page;
mod update_page;

pub use self::create_page::CreatePage;
pub(crate) use self::create_page::put_page;
pub use self::delete_page::DeletePage;
pub(crate) use self::update_page::publish;
pub use self::update_page::{PageChange, UpdatePage};

use app::{Actor, OrRefuse};
use kernel::Result;
use store::Snapshot;

use super::{PAGE_NOT_FOUND, PageId, page};
use crate::catalog;

/// The page, for the course's staff to change it.
fn require_author(snapshot: &Snapshot, actor: &Actor, id: PageId) -> Result<()> {
    actor.require_signed_in()?;
    let page = page(snapshot, actor, id)?.or_refuse(PAGE_NOT_FOUND)?;
    catalog::require_author(snapshot, actor, page.course).map(drop)
}
