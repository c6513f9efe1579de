//! People: who is in the school, and how they sign in.

pub mod audit;
pub mod codes;
pub mod sessions;
pub mod sign_in;
pub mod tries;
pub mod users;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[
    &users::FEATURE,
    &sessions::FEATURE,
    &codes::FEATURE,
    &tries::FEATURE,
];

#[cfg(test)]
mod tests;
