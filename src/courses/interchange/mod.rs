//! Course packages of other platforms: IMS Common Cartridge 1.1 to 1.3 and Canvas's flavour of it.
//!
//! This half is pure: [`open`] reads a file into a [`Cartridge`] under the package's own names, and a
//! [`Report`] that says what became of everything in it. Pages come out of the [`Archive`] one by one
//! and pass through [`rewrite_html`], which makes them safe and points their links at the new course.
//! Nothing here knows records, ids or the store, and nothing is unpacked to disk.
//!
//! A package that cannot be trusted or read at all is refused with a [`CartridgeProblem`]; whatever
//! is only missing or not understood inside becomes a line of the report.

mod archive;
mod canvas;
mod cartridge;
mod html;
mod links;
mod manifest;
mod model;
mod outline;
mod package;
mod paths;
mod problem;
mod report;
mod resources;
mod settings;
mod text;
mod unsupported;
mod xml;

#[cfg(test)]
mod tests;

pub use self::{
    archive::{
        Archive, ENTRIES_MAX, PATH_BYTES_MAX, RATIO_FREE_BYTES, RATIO_MAX, UNPACKED_BYTES_MAX,
    },
    cartridge::open,
    html::{HTML_DEPTH_MAX, HTML_ELEMENTS_MAX, Rewritten, rewrite_html},
    links::{Target, Targets},
    model::{
        Assignment, Cartridge, FileEntry, Item, ItemKind, Key, Module, Page, SubmissionType, Topic,
        Unsupported,
    },
    package::{HTML_BYTES_MAX, TEXTS_BYTES_MAX},
    problem::CartridgeProblem,
    report::{LINES_MAX, Line, Report, What},
    xml::{XML_ATTRIBUTES_MAX, XML_BYTES_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX},
};
pub(crate) use html::{Tag, Token, Tokens, decode};
pub(crate) use problem::shown;
