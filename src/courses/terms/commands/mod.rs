//! What can be done to terms.

mod create_term;
mod delete_term;
mod update_term;

pub use self::create_term::CreateTerm;
pub use self::delete_term::DeleteTerm;
pub use self::update_term::UpdateTerm;
