//! What a document would cost, told from its text and its parsed form before anything is
//! validated or executed.
//!
//! A field costs one. What is below `nodes` and `edges` of a connection is counted as often as
//! `first` asks, at most a hundred times, and twenty times where nothing is asked. What lists of
//! other kinds really hold shows when they are resolved: [`Budget`] ends that.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, ServerError, Value, Variables};

use crate::limits::{self, refusal};

/// The most tokens of a document.
const TOKENS_MAX: usize = 2_000;
/// The most that a document may cost.
const COST_MAX: u64 = 1_000;
/// The most fields with a name of the client's.
const ALIASES_MAX: u32 = 30;
/// The most fields of a query's root.
const ROOT_FIELDS_MAX: u64 = 10;
/// The most changes of one document.
const ROOT_MUTATIONS_MAX: u64 = 5;
/// The most things that one subscription follows.
const ROOT_SUBSCRIPTIONS_MAX: u64 = 1;
/// The most entries of one page.
const PAGE_MAX: u64 = 100;
/// The entries of a page when nobody says how many.
const PAGE_DEFAULT: u64 = 20;
/// The most fields that one document may resolve.
const FIELDS_MAX: usize = 20_000;

/// Refuses a text of too many tokens, without looking further than that many.
pub(crate) fn refuse_long(text: &str) -> Result<(), ServerError> {
    if Tokens(text.as_bytes()).nth(TOKENS_MAX).is_some() {
        return Err(refusal(limits::TOO_MANY_TOKENS));
    }
    Ok(())
}

/// The tokens of a document, as the October 2021 specification has them (section 2.1); only
/// where they begin and end is of interest.
struct Tokens<'a>(&'a [u8]);

impl Iterator for Tokens<'_> {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        loop {
            match self.0 {
                [] => return None,
                [b'#', ..] => self.skip_while(|c| c != b'\n' && c != b'\r'),
                [b' ' | b'\t' | b'\n' | b'\r' | b',', ..] => self.skip(1),
                [0xef, 0xbb, 0xbf, ..] => self.skip(3),
                _ => break,
            }
        }
        match self.0 {
            [b'"', b'"', b'"', ..] => self.skip_block(),
            [b'"', ..] => self.skip_string(),
            [b'.', b'.', b'.', ..] => self.skip(3),
            [b'_' | b'a'..=b'z' | b'A'..=b'Z', ..] => {
                self.skip_while(|c| c == b'_' || c.is_ascii_alphanumeric());
            }
            [b'-' | b'0'..=b'9', ..] => {
                self.skip(1);
                self.skip_while(|c| matches!(c, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
            }
            _ => self.skip(1),
        }
        Some(())
    }
}

impl Tokens<'_> {
    fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }

    fn skip_while(&mut self, belongs: impl Fn(u8) -> bool) {
        let end = self.0.iter().position(|c| !belongs(*c));
        self.skip(end.unwrap_or(self.0.len()));
    }

    fn skip_string(&mut self) {
        self.skip(1);
        loop {
            self.skip_while(|c| !matches!(c, b'"' | b'\\' | b'\n'));
            match self.0 {
                [b'\\', ..] => self.skip(2),
                _ => return self.skip(1),
            }
        }
    }

    fn skip_block(&mut self) {
        self.skip(3);
        loop {
            self.skip_while(|c| !matches!(c, b'"' | b'\\'));
            match self.0 {
                [] => return,
                [b'\\', b'"', b'"', b'"', ..] => self.skip(4),
                [b'"', b'"', b'"', ..] => return self.skip(3),
                _ => self.skip(1),
            }
        }
    }
}

/// Refuses a parsed document that asks for too much.
pub(crate) fn refuse_costly(
    document: &ExecutableDocument,
    variables: &Variables,
) -> Result<(), ServerError> {
    let mut operations = document.operations.iter();
    let Some((_, operation)) = operations.next() else {
        return Err(refusal(limits::QUERY_MISSING));
    };
    if operations.next().is_some() {
        return Err(refusal(limits::TOO_MANY_OPERATIONS));
    }
    let mut account = Account {
        document,
        operation: &operation.node,
        variables,
        fragments: HashMap::new(),
        aliases: 0,
    };
    let asked = account.of_set(&operation.node.selection_set.node)?;
    let root_max = match operation.node.ty {
        OperationType::Mutation => ROOT_MUTATIONS_MAX,
        OperationType::Query => ROOT_FIELDS_MAX,
        OperationType::Subscription => ROOT_SUBSCRIPTIONS_MAX,
    };
    if asked.depth > limits::DEPTH_MAX {
        Err(refusal(limits::QUERY_TOO_DEEP))
    } else if account.aliases > ALIASES_MAX {
        Err(refusal(limits::TOO_MANY_ALIASES))
    } else if asked.fields > root_max {
        Err(refusal(limits::TOO_MANY_ROOT_FIELDS))
    } else if asked.cost > COST_MAX {
        Err(refusal(limits::QUERY_TOO_COMPLEX))
    } else {
        Ok(())
    }
}

/// What a selection set asks for.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    /// Fields, those of lists counted as often as there are entries.
    cost: u64,
    /// Fields of this level.
    fields: u64,
    /// Levels of fields.
    depth: usize,
}

struct Account<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// What each fragment asks for; `None` while that is being found out.
    fragments: HashMap<&'a Name, Option<Asked>>,
    aliases: u32,
}

impl<'a> Account<'a> {
    fn of_set(&mut self, set: &'a SelectionSet) -> Result<Asked, ServerError> {
        let mut asked = Asked::default();
        for selection in &set.items {
            let one = match &selection.node {
                Selection::Field(field) => self.of_field(&field.node)?,
                Selection::InlineFragment(inline) => {
                    few_directives(inline.node.directives.len())?;
                    self.of_set(&inline.node.selection_set.node)?
                }
                Selection::FragmentSpread(spread) => {
                    few_directives(spread.node.directives.len())?;
                    self.of_fragment(&spread.node.fragment_name.node)?
                }
            };
            asked.cost = asked.cost.saturating_add(one.cost);
            asked.fields = asked.fields.saturating_add(one.fields);
            asked.depth = asked.depth.max(one.depth);
        }
        Ok(asked)
    }

    fn of_field(&mut self, field: &'a Field) -> Result<Asked, ServerError> {
        few_directives(field.directives.len())?;
        self.aliases += u32::from(field.alias.is_some());
        let page = self.page_of(field);
        let mut asked = Asked {
            cost: 1,
            fields: 1,
            depth: 1,
        };
        for selection in &field.selection_set.node.items {
            let listed = matches!(&selection.node, Selection::Field(inner)
                if matches!(inner.node.name.node.as_str(), "nodes" | "edges"));
            let below = match &selection.node {
                Selection::Field(inner) => self.of_field(&inner.node)?,
                Selection::InlineFragment(inline) => {
                    self.of_set(&inline.node.selection_set.node)?
                }
                Selection::FragmentSpread(spread) => {
                    self.of_fragment(&spread.node.fragment_name.node)?
                }
            };
            // A connection inside of a fragment is multiplied as a whole: rather too much.
            let through_fragment = !matches!(selection.node, Selection::Field(_)) && page.is_some();
            let times = match page {
                Some(page) if listed || through_fragment => page,
                None if listed => PAGE_DEFAULT,
                Some(_) | None => 1,
            };
            // `nodes` and `edges` themselves are there once.
            let once = u64::from(listed);
            let often = below.cost.saturating_sub(once).saturating_mul(times);
            asked.cost = asked.cost.saturating_add(often).saturating_add(once);
            asked.depth = asked.depth.max(below.depth + 1);
        }
        Ok(asked)
    }

    /// What a fragment asks for, counted once however often it is spread.
    fn of_fragment(&mut self, name: &'a Name) -> Result<Asked, ServerError> {
        match self.fragments.get(name) {
            Some(Some(asked)) => return Ok(*asked),
            Some(None) => return Err(refusal(limits::FRAGMENT_CYCLE)),
            None => {}
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Err(refusal(limits::QUERY_INVALID));
        };
        self.fragments.insert(name, None);
        let asked = self.of_set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(asked));
        Ok(asked)
    }

    /// How many entries of a page are asked for, at most the most that are ever given.
    fn page_of(&self, field: &Field) -> Option<u64> {
        let mut arguments = field.arguments.iter();
        let (_, value) =
            arguments.find(|(name, _)| matches!(name.node.as_str(), "first" | "last"))?;
        let value = value.node.clone();
        let asked = value.into_const_with(|name| self.variable(&name).ok_or(()));
        let asked = match asked {
            Ok(Value::Number(number)) => number.as_u64(),
            Ok(_) | Err(()) => None,
        };
        Some(asked.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX))
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        let default = || {
            let mut definitions = self.operation.variable_definitions.iter();
            let definition = definitions.find(|definition| definition.node.name.node == *name)?;
            definition.node.default_value.as_ref().map(|it| &it.node)
        };
        self.variables.get(name).or_else(default).cloned()
    }
}

fn few_directives(count: usize) -> Result<(), ServerError> {
    if count > limits::DIRECTIVES_MAX {
        return Err(refusal(limits::TOO_MANY_DIRECTIVES));
    }
    Ok(())
}

/// How many more fields a request may resolve. Lists draw on it before they are resolved.
#[derive(Debug)]
pub(crate) struct Budget(AtomicUsize);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicUsize::new(FIELDS_MAX))
    }
}

impl Budget {
    /// Takes so many fields off; whether there were as many.
    pub(crate) fn take(&self, fields: usize) -> bool {
        let take = |left: usize| left.checked_sub(fields);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn tokens(text: &str) -> usize {
        Tokens(text.as_bytes()).count()
    }

    #[test]
    fn tokens_are_counted_as_the_specification_has_them() {
        assert_eq!(tokens(""), 0);
        assert_eq!(tokens("  ,,\u{feff}# all of this {{{\n"), 0);
        assert_eq!(tokens("{ me { id } }"), 6);
        assert_eq!(tokens("{me{id}}"), 6);
        assert_eq!(
            tokens("query q($a:[Int!]=-1.5e+3){x(a:$a)@skip(if:true)...F}"),
            31
        );
        assert_eq!(tokens(r#""a \" b" c"#), 2);
        assert_eq!(tokens("\"\"\"a \"quoted\" \\\"\"\" b\"\"\" c"), 2);
        assert_eq!(tokens("\"never closed"), 1);
        assert_eq!(tokens("\"\"\"never closed"), 1);
        assert_eq!(tokens("\"ends with \\"), 1);
    }

    fn verdict(text: &str, variables: serde_json::Value) -> Result<(), String> {
        let document = parse_query(text).unwrap();
        refuse_costly(&document, &Variables::from_json(variables)).map_err(|error| {
            let told = error.extensions.unwrap();
            let code = told.get("code").unwrap().clone().into_json().unwrap();
            code.as_str().unwrap().to_owned()
        })
    }

    fn refused(text: &str) -> String {
        verdict(text, serde_json::json!({})).unwrap_err()
    }

    #[test]
    fn lists_are_counted_as_often_as_they_are_long() {
        let page = |first: &str| {
            format!(
                "query($n: Int = 100) {{ courses(first: {first}) {{ nodes {{ a b c d e f g h i }} totalCount }} }}"
            )
        };
        assert_eq!(verdict(&page("100"), serde_json::json!({})), Ok(()));
        assert_eq!(
            verdict(&page("1000000"), serde_json::json!({})),
            Ok(()),
            "clamped"
        );
        let two = format!(
            "{{ {0} {0} }}",
            "courses(first: 60) { nodes { a b c d e f g h i } }"
        );
        assert_eq!(refused(&two), "QUERY_TOO_COMPLEX");
        let nested =
            "{ courses(first: $n) { nodes { posts(first: 50) { edges { node { id } } } } } }";
        let nested = format!("query($n: Int = 20) {nested}");
        assert_eq!(refused(&nested), "QUERY_TOO_COMPLEX");
        assert_eq!(verdict(&nested, serde_json::json!({ "n": 2 })), Ok(()));
        let silent = "{ courses { nodes { posts { nodes { a b c } } } } }";
        assert_eq!(refused(silent), "QUERY_TOO_COMPLEX", "twenty times twenty");
        let hidden =
            "{ courses(first: 100) { ...F } } fragment F on C { nodes { a b c d e f g h i j k } }";
        assert_eq!(refused(hidden), "QUERY_TOO_COMPLEX");
    }

    #[test]
    fn aliases_root_fields_operations_depth_and_cycles_have_their_limits() {
        let aliases = |count: usize| {
            let fields: Vec<String> = (0..count).map(|n| format!("a{n}: id")).collect();
            format!("{{ me {{ {} }} }}", fields.join(" "))
        };
        assert_eq!(verdict(&aliases(30), serde_json::json!({})), Ok(()));
        assert_eq!(refused(&aliases(31)), "TOO_MANY_ALIASES");
        assert_eq!(
            refused(&format!("{{ {} }}", "me { id } ".repeat(11))),
            "TOO_MANY_ROOT_FIELDS"
        );
        let changes = format!("mutation {{ {} }}", "a(x: 1) { b } ".repeat(6));
        assert_eq!(refused(&changes), "TOO_MANY_ROOT_FIELDS");
        assert_eq!(
            refused("query a { me { id } } query b { me { id } }"),
            "TOO_MANY_OPERATIONS"
        );
        assert_eq!(refused("{ a{b{c{d{e{f{g{h{i}}}}}}}} }"), "QUERY_TOO_DEEP");
        assert_eq!(
            refused("{ ...F } fragment F on Q { a { ...G } } fragment G on Q { ...F }"),
            "FRAGMENT_CYCLE"
        );
        let bomb: Vec<String> = (0..40)
            .map(|n| format!("fragment F{n} on U {{ ...F{} ...F{} }} ", n + 1, n + 1))
            .collect();
        let bomb = format!(
            "{{ me {{ ...F0 }} }} {} fragment F40 on U {{ id }}",
            bomb.join(" ")
        );
        assert_eq!(refused(&bomb), "QUERY_TOO_COMPLEX", "and at once");
        let directives = format!("{{ me {{ id {} }} }}", "@include(if: true) ".repeat(11));
        assert_eq!(refused(&directives), "TOO_MANY_DIRECTIVES");
    }

    #[test]
    fn a_budget_is_spent_and_then_refuses() {
        let budget = Budget::default();
        assert!(budget.take(FIELDS_MAX - 1));
        assert!(
            !budget.take(2),
            "nothing is taken where there is too little"
        );
        assert!(budget.take(1));
        assert!(!budget.take(1));
    }
}
