//! What can be done to sections.

mod create_section;
mod delete_section;
mod update_section;

pub use self::create_section::CreateSection;
pub use self::delete_section::DeleteSection;
pub(crate) use self::delete_section::delete_all;
pub use self::update_section::UpdateSection;
