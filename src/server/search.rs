//! Search, put together: where its indexes are, what reads files, what makes vectors.

use std::io;
use std::sync::Arc;

use app::search::Block;
use courses::files::{self, Blobs, Hash};
use courses::markup::plain_blocks;
use fs_err::File;
use insight::search::{FileTexts, Parts, Search};
use kernel::{Fault, Result};
use llm::StaticTable;

use crate::extract;
use crate::school::School;

/// What PDF files are.
const PDF: &str = "application/pdf";

/// Search over an open school.
pub(crate) fn search(school: &School, threads: usize) -> io::Result<Arc<Search>> {
    Search::new(Parts {
        app: school.app.clone(),
        home: Some(school.search_home()),
        texts: Arc::new(Texts {
            blobs: Arc::clone(&school.blobs),
        }),
        embedder: Arc::new(StaticTable::built_in()),
        threads,
    })
}

/// The texts of the school's files.
struct Texts {
    blobs: Arc<Blobs>,
}

impl FileTexts for Texts {
    fn text(&self, hash: &[u8; 32], media_type: &str) -> Result<Option<Vec<Block>>> {
        let hash = Hash::from_bytes(*hash);
        let text = if media_type == PDF {
            self.text_of_pdf(hash)
        } else {
            files::text(&self.blobs, hash, media_type)
        };
        text.or_else(|error| match error.kind() {
            // A file whose bytes are lost is found by its name.
            io::ErrorKind::NotFound => Ok(None),
            _ => Err(Fault::caused("reading a file for search", error).into()),
        })
    }
}

impl Texts {
    /// The text of a PDF file, read by a child process; of one that cannot be read there is none.
    fn text_of_pdf(&self, hash: Hash) -> io::Result<Option<Vec<Block>>> {
        let pdf = File::open(self.blobs.path(hash))?;
        Ok(match extract::text(pdf.into_file())? {
            Ok(text) => Some(plain_blocks(&text)),
            Err(why) => {
                tracing::info!(file = %hash, %why, "a PDF file is found by its name only");
                None
            }
        })
    }
}
