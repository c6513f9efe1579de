//! What can be done to users.

mod add_user;

pub use self::add_user::AddUser;
