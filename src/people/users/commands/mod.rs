//! What can be done to users.

mod add_user;
mod change_role;
mod disable_user;
mod enable_user;
mod update_user;

pub use self::add_user::AddUser;
pub use self::change_role::ChangeRole;
pub use self::disable_user::DisableUser;
pub use self::enable_user::EnableUser;
pub use self::update_user::UpdateUser;
