//! Pages of long lists as Relay has them: one generic type for all of them.

use std::borrow::Cow;

use async_graphql::resolver_utils::ContainerType;
use async_graphql::{Object, SimpleObject, TypeName};
use kernel::{Page, PageRequest, Result};

use crate::rows::Rows;

/// A page of a list.
pub(crate) struct Connection<T> {
    edges: Vec<Edge<T>>,
    has_next: bool,
    has_previous: bool,
    total: u64,
}

/// An entry of a list, with its place in it.
pub(crate) struct Edge<T> {
    cursor: String,
    node: T,
}

/// Where a page stands in its list.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct PageInfo {
    /// Whether entries come after this page.
    pub(crate) has_next_page: bool,
    /// Whether the page was asked for with a cursor, so that entries come before it.
    pub(crate) has_previous_page: bool,
    /// The place of the first entry; null on an empty page.
    pub(crate) start_cursor: Option<String>,
    /// The place of the last entry: the `after` of the next page. Null on an empty page.
    pub(crate) end_cursor: Option<String>,
}

impl<T> Connection<T> {
    /// A page of the domain, each entry made into a node.
    pub(crate) fn of<U>(page: Page<U>, mut node: impl FnMut(U) -> Result<T>) -> Result<Self> {
        let entry = |(cursor, entry): (kernel::Cursor, U)| {
            Ok(Edge {
                cursor: cursor.to_string(),
                node: node(entry)?,
            })
        };
        Ok(Self {
            edges: page.entries.into_iter().map(entry).collect::<Result<_>>()?,
            has_next: page.has_next,
            has_previous: page.has_previous,
            total: page.total,
        })
    }
}

/// What a client asked for with `first` and `after`.
pub(crate) fn page_request(first: Option<i64>, after: Option<&str>) -> Result<PageRequest> {
    PageRequest::parse(first, after)
}

/// A page of a list.
#[Object(name_type, serial)]
impl<T: ContainerType> Connection<T> {
    /// The entries of the page.
    async fn nodes(&self) -> Rows<Vec<&T>> {
        Rows(self.edges.iter().map(|edge| &edge.node).collect())
    }

    /// The entries of the page, each with its place in the list.
    async fn edges(&self) -> Rows<&[Edge<T>]> {
        Rows(&self.edges)
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.clone()),
        }
    }

    /// How many entries the whole list has.
    async fn total_count(&self) -> u64 {
        self.total
    }
}

impl<T: ContainerType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// An entry of a list, with its place in it.
#[Object(name_type, serial)]
impl<T: ContainerType> Edge<T> {
    /// The place in the list: the `after` of the page that begins behind it.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The entry.
    async fn node(&self) -> &T {
        &self.node
    }
}

impl<T: ContainerType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}
