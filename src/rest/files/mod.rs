//! Files: the bytes out and in. What is known of a file besides is for GraphQL.

mod download;
mod range;
mod upload;

pub(crate) use download::download;
pub(crate) use upload::{FORM_NOT_TAKEN, UPLOAD_STALLED, upload};

#[cfg(test)]
mod tests;
