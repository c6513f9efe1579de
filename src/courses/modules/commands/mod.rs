//! What can be done to modules and items.

mod add_item;
mod create_module;
mod follow_content;
mod remove_items;

pub use self::add_item::{AddItem, Linked, NewItem, add_item};
pub(crate) use self::add_item::{ITEMS_MAX, put_item};
pub use self::create_module::CreateModule;
pub(crate) use self::create_module::add_module;
pub use self::follow_content::{Shown, follow_content};
pub use self::remove_items::remove_items_of;
