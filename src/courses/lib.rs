//! Courses: what is taught, to whom, in which order, and how far everybody is.

pub mod activity;
pub mod cartridges;
pub mod catalog;
pub mod change;
pub mod copies;
pub mod enrollments;
pub mod files;
pub mod interchange;
pub mod markup;
pub mod modules;
pub mod neighbours;
pub mod pages;
pub mod progress;
pub mod rosters;
pub mod sections;
pub mod terms;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[
    &catalog::FEATURE,
    &enrollments::FEATURE,
    &modules::FEATURE,
    &pages::FEATURE,
    &files::FEATURE,
    &progress::FEATURE,
    &activity::FEATURE,
    &terms::FEATURE,
    &sections::FEATURE,
    &rosters::FEATURE,
];

#[cfg(test)]
mod tests;
