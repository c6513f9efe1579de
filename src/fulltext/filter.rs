//! What may be found: by course, which is how permission comes in, and by kind.

use std::sync::Arc;

use tantivy::{
    SegmentReader,
    query::{
        BoostQuery, Query,
        doc_predicate_query::{DocPredicateQuery, FunctionPredicate},
    },
};

use crate::{
    columns::{Columns, Edition},
    document::halves,
};

/// Which courses' documents may be found, beside those that are public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Courses {
    /// Those of every course, and of none.
    #[default]
    All,
    /// Those of these courses.
    Only(Vec<u128>),
}

/// What may be found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By course: this is how permission comes in.
    pub courses: Courses,
    /// Of these, only what belongs to this course.
    pub within: Option<u128>,
    /// These kinds; all, if none is named.
    pub kinds: Vec<u8>,
}

impl Filter {
    /// As the engine asks it: of each document that has the words, by its columns. Documents by
    /// course are no list of the index, as such lists are not shorter than those of the words.
    pub(crate) fn query(&self, edition: &Arc<Edition>) -> Option<Box<dyn Query>> {
        let allowed = Allowed::of(self)?;
        let edition = Arc::clone(edition);
        let predicate = FunctionPredicate::from(move |segment: &SegmentReader| {
            let columns = edition.columns_of(segment)?;
            let allowed = allowed.clone();
            Ok(move |doc| allowed.is(&columns, doc))
        });
        let query: DocPredicateQuery = predicate.into();
        // It adds nothing to the score.
        Some(Box::new(BoostQuery::new(Box::new(query), 0.0)))
    }
}

/// A filter, ready to be asked about many documents.
#[derive(Clone)]
struct Allowed {
    /// In order.
    courses: Option<Arc<[u128]>>,
    /// The lower halves, in order.
    low: Arc<[u64]>,
    within: Option<u128>,
    kinds: Option<Arc<[bool; 256]>>,
}

impl Allowed {
    /// Nothing, if everything is allowed.
    fn of(filter: &Filter) -> Option<Self> {
        let kinds = (!filter.kinds.is_empty()).then(|| {
            let mut kinds = [false; 256];
            for kind in &filter.kinds {
                if let Some(kind) = kinds.get_mut(usize::from(*kind)) {
                    *kind = true;
                }
            }
            Arc::new(kinds)
        });
        let (courses, low) = match &filter.courses {
            Courses::All if filter.within.is_none() && kinds.is_none() => return None,
            Courses::All => (None, Vec::new()),
            Courses::Only(courses) => {
                let mut courses = courses.clone();
                courses.sort_unstable();
                let mut low: Vec<u64> = courses.iter().map(|id| halves(*id).1).collect();
                low.sort_unstable();
                (Some(courses.into()), low)
            }
        };
        Some(Self {
            courses,
            low: low.into(),
            within: filter.within,
            kinds,
        })
    }

    fn is(&self, columns: &Columns, doc: u32) -> bool {
        if let Some(within) = self.within
            && (columns.course_low(doc) != halves(within).1 || columns.course(doc) != Some(within))
        {
            return false;
        }
        if let Some(kinds) = &self.kinds {
            let kind = usize::from(columns.marks(doc).kind());
            if !kinds.get(kind).is_some_and(|wanted| *wanted) {
                return false;
            }
        }
        let Some(courses) = &self.courses else {
            return true;
        };
        // Most are of another course, which half of its id tells.
        let may = self.low.binary_search(&columns.course_low(doc)).is_ok();
        let of_these = || {
            let course = columns.course(doc);
            course.is_some_and(|course| courses.binary_search(&course).is_ok())
        };
        may && of_these() || columns.marks(doc).is_public()
    }
}
