//! Why a cartridge cannot be read at all: every refusal has a code and a sentence with a way out.
//!
//! What is merely missing or not understood inside a readable package is no problem but a line of
//! the [`Report`](super::Report).

use std::{error::Error, fmt, io};

/// Longest part of a name from the package that a message repeats.
const SHOWN_CHARS_MAX: usize = 120;

/// A refusal of the whole package.
#[derive(Debug)]
pub enum CartridgeProblem {
    /// The file itself cannot be opened or read; the error names it.
    FileUnreadable { source: io::Error },
    /// The file is not a zip archive, or its directory is damaged.
    NotAZip { why: String },
    /// The archive holds no `imsmanifest.xml`.
    ManifestMissing,
    /// A document of the package is not well-formed, or not what it says it is.
    ManifestInvalid {
        file: String,
        line: usize,
        why: String,
    },
    /// The archive breaks one of the limits of `archive.rs`.
    ArchiveLimit { entry: Option<String>, why: String },
    /// A document declares a document type or uses an entity of its own.
    XmlDtdForbidden {
        file: String,
        line: usize,
        what: String,
    },
    /// A document breaks one of the limits of `xml.rs`.
    XmlLimit {
        file: String,
        line: usize,
        why: String,
    },
    /// The manifest points at something outside of the package.
    PathOutside { href: String },
    /// One entry of the archive cannot be unpacked.
    EntryDamaged { entry: String, why: String },
    /// A file was read but could not be written where the caller wanted it.
    CopyFailed { entry: String, source: io::Error },
}

impl CartridgeProblem {
    /// The code that a caller, a log and the documentation share.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileUnreadable { .. } => "FILE_UNREADABLE",
            Self::NotAZip { .. } => "NOT_A_ZIP",
            Self::ManifestMissing => "MANIFEST_MISSING",
            Self::ManifestInvalid { .. } => "MANIFEST_INVALID",
            Self::ArchiveLimit { .. } => "ARCHIVE_LIMIT",
            Self::XmlDtdForbidden { .. } => "XML_DTD_FORBIDDEN",
            Self::XmlLimit { .. } => "XML_LIMIT",
            Self::PathOutside { .. } => "PATH_OUTSIDE",
            Self::EntryDamaged { .. } => "ENTRY_DAMAGED",
            Self::CopyFailed { .. } => "COPY_FAILED",
        }
    }
}

impl fmt::Display for CartridgeProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileUnreadable { source } => {
                write!(f, "{source}; check the path and the permissions of the file.")
            }
            Self::NotAZip { why } => write!(
                f,
                "The file is not a readable zip archive ({}); export the course again as a Common Cartridge (.imscc).",
                shown(why)
            ),
            Self::ManifestMissing => f.write_str(
                "The archive holds no imsmanifest.xml, so it is not a Common Cartridge; export the course as a Common Cartridge, not as a plain folder of files.",
            ),
            Self::ManifestInvalid { file, line, why } => write!(
                f,
                "{} cannot be read at line {line}: {}; correct it or export the course again.",
                shown(file),
                shown(why)
            ),
            Self::ArchiveLimit { entry: Some(entry), why } => write!(
                f,
                "The entry {} of the archive {why}; leave it out and pack the course again.",
                shown(entry)
            ),
            Self::ArchiveLimit { entry: None, why } => {
                write!(f, "The archive {why}; split the course into smaller packages.")
            }
            Self::XmlDtdForbidden { file, line, what } => write!(
                f,
                "{} has {} at line {line}, which is not allowed for safety; remove it and pack the course again.",
                shown(file),
                shown(what)
            ),
            Self::XmlLimit { file, line, why } => write!(
                f,
                "{} {why} at line {line}; split the course into smaller packages.",
                shown(file)
            ),
            Self::PathOutside { href } => write!(
                f,
                "The manifest points outside of the package ({}); correct the path and pack the course again.",
                shown(href)
            ),
            Self::EntryDamaged { entry, why } => write!(
                f,
                "The entry {} of the archive cannot be unpacked ({}); download or export the package again.",
                shown(entry),
                shown(why)
            ),
            Self::CopyFailed { entry, source } => write!(
                f,
                "The file {} could not be stored ({source}); free some space and import again.",
                shown(entry)
            ),
        }
    }
}

impl Error for CartridgeProblem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::FileUnreadable { source } | Self::CopyFailed { source, .. } => Some(source),
            Self::NotAZip { .. }
            | Self::ManifestMissing
            | Self::ManifestInvalid { .. }
            | Self::ArchiveLimit { .. }
            | Self::XmlDtdForbidden { .. }
            | Self::XmlLimit { .. }
            | Self::PathOutside { .. }
            | Self::EntryDamaged { .. } => None,
        }
    }
}

/// A name from the package as a message may show it: one line, nothing invisible, not endless.
pub(crate) fn shown(name: &str) -> String {
    let mut shown = String::new();
    for c in name.chars().take(SHOWN_CHARS_MAX) {
        // Marks of writing direction could make a message read backwards.
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || hidden {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    if name.chars().nth(SHOWN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}
