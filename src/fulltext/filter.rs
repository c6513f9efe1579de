//! What may be found: by course, which is how permission comes in, and by kind.

use std::sync::Arc;

use tantivy::{
    DocId, SegmentReader,
    query::{
        BoostQuery, Query,
        doc_predicate_query::{DocPredicateQuery, FunctionPredicate},
    },
};

use crate::columns::{Columns, Edition, Marks};

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
        let allowed = self.allowed()?;
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

    /// Ready to be asked about documents; nothing, if everything may be found.
    pub(crate) fn allowed(&self) -> Option<Allowed> {
        Allowed::of(self)
    }
}

/// A filter, ready to be asked about many documents.
#[derive(Clone)]
pub(crate) struct Allowed {
    courses: Option<Arc<These>>,
    within: Option<u128>,
    kinds: Option<Arc<[bool; 256]>>,
}

/// Some courses, and their tags, in order.
struct These {
    courses: Vec<u128>,
    tags: Vec<u64>,
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
        let courses = match &filter.courses {
            Courses::All if filter.within.is_none() && kinds.is_none() => return None,
            Courses::All => None,
            Courses::Only(courses) => {
                let mut tags: Vec<u64> = courses.iter().map(|id| Marks::tag_of(*id)).collect();
                let mut courses = courses.clone();
                tags.sort_unstable();
                courses.sort_unstable();
                Some(Arc::new(These { courses, tags }))
            }
        };
        Some(Self {
            courses,
            within: filter.within,
            kinds,
        })
    }

    /// Most documents are of another course, which one small number tells.
    pub(crate) fn is(&self, columns: &Columns, doc: DocId) -> bool {
        let marks = columns.marks(doc);
        let is_wanted = |kinds: &Arc<[bool; 256]>| {
            let wanted = kinds.get(usize::from(marks.kind()));
            wanted.is_some_and(|wanted| *wanted)
        };
        if !self.kinds.as_ref().is_none_or(is_wanted) {
            return false;
        }
        if let Some(within) = self.within {
            let may = marks.tag() == Some(Marks::tag_of(within));
            if !may || columns.course(doc) != Some(within) {
                return false;
            }
        }
        let is_among = |these: &Arc<These>| {
            let tag = marks.tag();
            let may = tag.is_some_and(|tag| these.tags.binary_search(&tag).is_ok());
            let course = if may { columns.course(doc) } else { None };
            course.is_some_and(|course| these.courses.binary_search(&course).is_ok())
        };
        marks.is_public() || self.courses.as_ref().is_none_or(is_among)
    }
}
