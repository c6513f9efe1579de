//! Registered operations: documents that are parsed once, and can be asked for by name alone.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{BaseType, ExecutableDocument, Selection, SelectionSet};

/// The registered documents by name, as they are published in `schema/operations`.
pub(crate) const DOCUMENTS: &[(&str, &str)] = &[
    (
        "createDiscussionPost",
        include_str!("../../schema/operations/createDiscussionPost.graphql"),
    ),
    (
        "getAnalyticsDashboard",
        include_str!("../../schema/operations/getAnalyticsDashboard.graphql"),
    ),
    (
        "getCourseDetails",
        include_str!("../../schema/operations/getCourseDetails.graphql"),
    ),
    (
        "getUserProfile",
        include_str!("../../schema/operations/getUserProfile.graphql"),
    ),
    (
        "listCourses",
        include_str!("../../schema/operations/listCourses.graphql"),
    ),
    (
        "submitAssignment",
        include_str!("../../schema/operations/submitAssignment.graphql"),
    ),
];

/// A registered operation.
pub(crate) struct Operation {
    /// Its document.
    pub(crate) document: ExecutableDocument,
    /// Whether its variables are ids, numbers and texts only. The executor reads each of these
    /// itself and refuses what does not fit; within an input object it would pass over fields
    /// that there are not, so such variables are worth the full validation.
    pub(crate) plain: bool,
    /// Whether each selection is a field under a name of its own, without conditions.
    pub(crate) distinct: bool,
}

/// The registered operations.
pub(crate) struct Operations {
    all: Vec<Operation>,
    by_name: HashMap<&'static str, usize>,
    by_text: HashMap<&'static str, usize>,
}

impl Operations {
    /// Parses them.
    pub(crate) fn parse() -> Self {
        let operations = DOCUMENTS.iter().map(|(_, text)| {
            let document = parse_query(text).expect("a test parses each registered document");
            Operation {
                plain: is_plain(&document),
                distinct: are_distinct(&document),
                document,
            }
        });
        Self {
            all: operations.collect(),
            by_name: (0..)
                .zip(DOCUMENTS)
                .map(|(place, (name, _))| (*name, place))
                .collect(),
            by_text: (0..)
                .zip(DOCUMENTS)
                .map(|(place, (_, text))| (text.trim(), place))
                .collect(),
        }
    }

    /// The operation of this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Operation> {
        self.all.get(*self.by_name.get(name)?)
    }

    /// The operation of this text.
    pub(crate) fn with_text(&self, text: &str) -> Option<&Operation> {
        self.all.get(*self.by_text.get(text.trim())?)
    }
}

pub(crate) fn are_distinct(document: &ExecutableDocument) -> bool {
    fn within(set: &SelectionSet) -> bool {
        let mut names = HashSet::new();
        set.items.iter().all(|selection| match &selection.node {
            Selection::Field(field) => {
                let field = &field.node;
                field.directives.is_empty()
                    && field.name.node != "__typename"
                    && names.insert(&field.response_key().node)
                    && within(&field.selection_set.node)
            }
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => false,
        })
    }
    let mut operations = document.operations.iter();
    operations.all(|(_, operation)| within(&operation.node.selection_set.node))
}

fn is_plain(document: &ExecutableDocument) -> bool {
    let variables = document
        .operations
        .iter()
        .flat_map(|(_, operation)| &operation.node.variable_definitions);
    variables
        .into_iter()
        .all(|variable| match &variable.node.var_type.node.base {
            BaseType::Named(name) => {
                matches!(name.as_str(), "ID" | "Int" | "Float" | "String" | "Boolean")
            }
            BaseType::List(_) => false,
        })
}
