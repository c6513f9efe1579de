//! The stories of this area as a whole.

mod equal_time;
mod permissions;
