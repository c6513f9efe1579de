//! What shows that changes which were acknowledged are not in the records, or may not be.

use std::fmt;
use std::path::PathBuf;

/// Why a store is open for reading only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The records end before the last group that was acknowledged.
    Groups {
        /// Where the records are.
        records: PathBuf,
        /// The file that proves what was acknowledged.
        ring: PathBuf,
        /// The last group that is there.
        found: u64,
        /// The last group that was acknowledged.
        acknowledged: u64,
    },
    /// The last group is not the one that was acknowledged under its number.
    OtherGroup {
        /// Where the records are.
        records: PathBuf,
        /// The file that proves what was acknowledged.
        ring: PathBuf,
        /// The number of the group.
        number: u64,
    },
    /// What was acknowledged cannot be proved any more: the ring is missing or cannot be read.
    Unproved {
        /// Where the records are.
        records: PathBuf,
        /// The file that should prove what was acknowledged.
        ring: PathBuf,
        /// The last group that is there.
        found: u64,
    },
    /// The event log ends before what was noted of it.
    Events {
        /// Where the records are.
        records: PathBuf,
        /// The file that it was noted in.
        head: PathBuf,
        /// The last position that is there.
        found: u64,
        /// The position that was noted.
        noted: u64,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Groups {
                records,
                ring,
                found,
                acknowledged,
            } => write!(
                f,
                "changes that were acknowledged are missing: the records in {} end with group {found}, and {} proves that group {acknowledged} was acknowledged",
                records.display(),
                ring.display()
            ),
            Self::OtherGroup {
                records,
                ring,
                number,
            } => write!(
                f,
                "changes that were acknowledged are missing: group {number}, the last one of the records in {}, is not the one that {} proves was acknowledged",
                records.display(),
                ring.display()
            ),
            Self::Unproved {
                records,
                ring,
                found,
            } => write!(
                f,
                "changes that were acknowledged may be missing: {} is gone or damaged, so nothing proves that group {found}, the last one of the records in {}, was the last to be acknowledged",
                ring.display(),
                records.display()
            ),
            Self::Events {
                records,
                head,
                found,
                noted,
            } => write!(
                f,
                "records are missing: the event log in {} ends at {found}, and {} notes that it had come to {noted}",
                records.display(),
                head.display()
            ),
        }
    }
}
