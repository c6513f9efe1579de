//! Community: where people of a course talk with each other.

pub mod discussions;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[&discussions::FEATURE];

#[cfg(test)]
mod tests;
