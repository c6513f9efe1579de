//! Where the records of files stand in the store.

use store::{Record, Table};

use super::{File, FileId};

impl Record for File {
    const VERSION: u8 = 1;
}

pub(super) static FILES: Table<FileId, File> = Table::new(0x0240, "files");
