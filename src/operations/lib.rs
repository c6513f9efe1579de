//! Operations: what the administrator of the server does with the event log, and with the systems
//! around the school.

pub mod streams;
pub mod webhooks;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[&streams::FEATURE, &webhooks::FEATURE];

#[cfg(test)]
mod tests;
