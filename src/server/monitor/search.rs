//! How search fares: what its indexes hold, how far behind the log they are, what is asked of them.

use std::fmt::{self, Write};

use cache::Stats;
use insight::search::{Mode, Status};
use llm::Counts;
use schemars::JsonSchema;
use serde::Serialize;

use super::{COUNTER, GAUGE, Monitor, head, row, whole};

/// How search fares at one moment.
pub(super) struct Figures {
    status: Status,
    /// What is remembered of a service that makes vectors, where there is one.
    kept: Option<(Counts, Stats)>,
}

/// How search fares. None of it keeps requests from being answered.
#[derive(Serialize, JsonSchema)]
pub(super) struct SearchDetail {
    words: IndexDetail,
    meaning: IndexDetail,
    /// What makes vectors.
    embedder: String,
    /// What is the matter with it; null when nothing is.
    trouble: Option<String>,
}

/// How one of its indexes does.
#[derive(Serialize, JsonSchema)]
struct IndexDetail {
    /// Whether everything is in it, up to its position.
    whole: bool,
    /// Documents, or passages.
    entries: u64,
    position: u64,
    lag: u64,
}

impl Monitor {
    pub(super) fn search_figures(&self) -> kernel::Result<Figures> {
        let embeddings = self.embeddings.as_ref();
        Ok(Figures {
            status: self.search.status()?,
            kept: embeddings.map(|embeddings| (embeddings.counts(), embeddings.kept())),
        })
    }
}

fn lag(status: &Status, position: u64) -> u64 {
    status.head.saturating_sub(position)
}

impl From<Figures> for SearchDetail {
    fn from(figures: Figures) -> Self {
        let status = figures.status;
        Self {
            words: IndexDetail {
                whole: status.words_whole,
                entries: status.documents,
                position: status.words_at,
                lag: lag(&status, status.words_at),
            },
            meaning: IndexDetail {
                whole: status.meaning_whole,
                entries: status.vectors,
                position: status.meaning_at,
                lag: lag(&status, status.meaning_at),
            },
            embedder: status.embedder,
            trouble: status.trouble,
        }
    }
}

/// A mode, as it is called in metrics.
fn label(mode: Mode) -> &'static str {
    match mode {
        Mode::Fulltext => "fulltext",
        Mode::Semantic => "semantic",
        Mode::Hybrid => "hybrid",
    }
}

impl Figures {
    pub(super) fn write(&self, text: &mut String) -> fmt::Result {
        let status = &self.status;
        let documents = ("edusphere_search_documents", GAUGE);
        let help = "Documents that can be found by their words.";
        row(text, documents, help, whole(status.documents))?;
        let vectors = ("edusphere_search_vectors", GAUGE);
        let help = "Passages that can be found by their meaning.";
        row(text, vectors, help, whole(status.vectors))?;
        let (words, meaning) = (status.words_at, status.meaning_at);
        let help = "Events that an index of search has yet to take into account.";
        let behind = [lag(status, words), lag(status, meaning)];
        of_indexes(text, "edusphere_search_lag", help, behind)?;
        let help = "1 while an index of search holds everything up to where it is.";
        let are_whole = [status.words_whole, status.meaning_whole].map(u64::from);
        of_indexes(text, "edusphere_search_whole", help, are_whole)?;
        let rebuilt = ("edusphere_search_rebuilt_total", COUNTER);
        let help = "Documents indexed because everything was, since the start.";
        row(text, rebuilt, help, whole(status.rebuilt))?;
        let trouble = ("edusphere_search_embedder_trouble", GAUGE);
        let help = "1 while what makes vectors cannot.";
        let is_troubled = u64::from(status.trouble.is_some());
        row(text, trouble, help, whole(is_troubled))?;
        self.write_queries(text)?;
        self.write_embeddings(text)
    }

    fn write_queries(&self, text: &mut String) -> fmt::Result {
        let name = "edusphere_search_queries_total";
        head(text, name, COUNTER, "Searches answered, by mode.")?;
        for (mode, count, _) in &self.status.searches {
            writeln!(text, "{name}{{mode=\"{}\"}} {count}", label(*mode))?;
        }
        let name = "edusphere_search_query_seconds_total";
        let help = "Time that searches took, waiting included, by mode.";
        head(text, name, COUNTER, help)?;
        for (mode, _, taken) in &self.status.searches {
            let (mode, seconds) = (label(*mode), taken.as_secs_f64());
            writeln!(text, "{name}{{mode=\"{mode}\"}} {seconds}")?;
        }
        Ok(())
    }

    fn write_embeddings(&self, text: &mut String) -> fmt::Result {
        let Some((counts, kept)) = &self.kept else {
            return Ok(());
        };
        let name = "edusphere_search_embeddings_cache_total";
        let help = "Texts whose vector was remembered (hit), or had to be asked for (miss).";
        head(text, name, COUNTER, help)?;
        for (of, hits, misses) in [
            ("document", counts.document_hits, counts.document_misses),
            ("question", counts.question_hits, counts.question_misses),
        ] {
            writeln!(text, "{name}{{of=\"{of}\",result=\"hit\"}} {hits}")?;
            writeln!(text, "{name}{{of=\"{of}\",result=\"miss\"}} {misses}")?;
        }
        let bytes = ("edusphere_search_embeddings_cache_bytes", GAUGE);
        let help = "Room that remembered vectors take on the disk.";
        row(text, bytes, help, whole(kept.bytes))?;
        let failures = ("edusphere_search_embeddings_cache_failures_total", COUNTER);
        let help = "How often the disk failed remembering a vector.";
        row(text, failures, help, whole(kept.failures))
    }
}

/// A metric of both indexes: the full text first.
fn of_indexes(text: &mut String, name: &str, help: &str, values: [u64; 2]) -> fmt::Result {
    head(text, name, GAUGE, help)?;
    for (index, value) in ["words", "meaning"].into_iter().zip(values) {
        writeln!(text, "{name}{{index=\"{index}\"}} {value}")?;
    }
    Ok(())
}
