//! The stories of this area as a whole.

mod permissions;
