//! Registered operations: documents that are parsed once, and can be asked for by name alone.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Selection, SelectionSet, TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{parse_query, parse_schema};
use async_graphql::{Name, Value, Variables};

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
        "searchContent",
        include_str!("../../schema/operations/searchContent.graphql"),
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
    /// The type of each variable, without lists and whether it may be missing.
    variables: Vec<(String, String)>,
    /// Whether each selection is a field under a name of its own, without conditions.
    pub(crate) distinct: bool,
}

/// The schema in its own language, as it is published.
const SCHEMA: &str = include_str!("../../schema/schema.graphql");

/// The registered operations.
pub(crate) struct Operations {
    all: Vec<Operation>,
    inputs: Inputs,
    by_name: HashMap<&'static str, usize>,
    by_text: HashMap<&'static str, usize>,
}

impl Operations {
    /// Parses them.
    pub(crate) fn parse() -> Self {
        let operations = DOCUMENTS.iter().map(|(_, text)| {
            let document = parse_query(text).expect("a test parses each registered document");
            Operation {
                variables: variables_of(&document),
                distinct: are_distinct(&document),
                document,
            }
        });
        Self {
            all: operations.collect(),
            inputs: Inputs::parse(),
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

    /// Whether an operation can be executed without validation, whose outcome is known but for
    /// its variables. The executor reads these and refuses what does not fit; only fields of
    /// input objects that there are not would it pass over.
    pub(crate) fn need_no_validation(&self, operation: &Operation, given: &Variables) -> bool {
        let mut variables = operation.variables.iter();
        variables.all(|(name, base)| {
            let value = given.get(&Name::new(name));
            value.is_none_or(|value| self.inputs.know(base, value))
        })
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

fn variables_of(document: &ExecutableDocument) -> Vec<(String, String)> {
    let operations = document.operations.iter();
    let variables = operations.flat_map(|(_, operation)| &operation.node.variable_definitions);
    variables
        .map(|variable| {
            let base = innermost(&variable.node.var_type.node.base).to_owned();
            (variable.node.name.node.to_string(), base)
        })
        .collect()
}

fn innermost(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(&of.base),
    }
}

/// The input objects of the schema: the fields of each, with their types.
struct Inputs(HashMap<String, HashMap<String, String>>);

impl Inputs {
    fn parse() -> Self {
        let schema = parse_schema(SCHEMA).expect("a test compares it with what is served");
        let mut inputs = HashMap::new();
        for definition in schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            if let TypeKind::InputObject(object) = definition.node.kind {
                let fields = object.fields.iter().map(|field| {
                    let base = innermost(&field.node.ty.node.base).to_owned();
                    (field.node.name.node.to_string(), base)
                });
                inputs.insert(definition.node.name.node.to_string(), fields.collect());
            }
        }
        Self(inputs)
    }

    /// Whether a value of a type has no fields but those that there are.
    fn know(&self, base: &str, value: &Value) -> bool {
        match (self.0.get(base), value) {
            (Some(fields), Value::Object(given)) => given.iter().all(|(name, value)| {
                let base = fields.get(name.as_str());
                base.is_some_and(|base| self.know(base, value))
            }),
            (Some(_), Value::List(values)) => values.iter().all(|it| self.know(base, it)),
            (_, _) => true,
        }
    }
}
