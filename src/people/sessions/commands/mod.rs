//! What can be done to sessions.

mod end_session;
mod start_session;
mod touch_session;

pub use self::end_session::EndSession;
pub(crate) use self::end_session::end_all;
pub use self::start_session::StartSession;
pub(crate) use self::start_session::start;
pub use self::touch_session::TouchSession;
