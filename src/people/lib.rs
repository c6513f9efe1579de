//! People: who is in the school, and how they sign in.

pub mod sessions;
pub mod users;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[&users::FEATURE, &sessions::FEATURE];
