//! What can be done to sessions.

mod change_password;
mod end_session;
mod revoke_all_sessions;
mod revoke_session;
mod start_session;
mod touch_session;

pub use self::change_password::ChangePassword;
pub use self::end_session::EndSession;
pub(crate) use self::end_session::end_all;
pub use self::revoke_all_sessions::RevokeAllSessions;
pub use self::revoke_session::RevokeSession;
pub use self::start_session::StartSession;
pub(crate) use self::start_session::start;
pub use self::touch_session::TouchSession;
