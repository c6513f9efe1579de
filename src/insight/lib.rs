//! Insight: what the course of things tells about courses and learners.

pub mod analytics;
pub mod calendar;
pub mod search;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[&calendar::FEATURE, &analytics::FEATURE, &search::FEATURE];

#[cfg(test)]
mod tests;
