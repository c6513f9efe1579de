//! Assessment: work that is set, handed in and graded.

pub mod assignments;
pub mod comments;
pub mod drafts;
pub mod extensions;
pub mod grading;
pub mod submissions;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[
    &assignments::FEATURE,
    &submissions::FEATURE,
    &grading::FEATURE,
    &extensions::FEATURE,
    &drafts::FEATURE,
    &comments::FEATURE,
];

#[cfg(test)]
mod tests;
