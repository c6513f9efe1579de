//! Long lists of plain objects, resolved one field after another.
//!
//! The executor makes a boxed future of each field of each object, so that fields can wait side
//! by side. Nothing of ours waits, and for the items of a course that machinery is most of the
//! work; here the fields are asked for in their order, by the same generated resolvers. Where an
//! answer has only to be written, [`AsText`], each is written down at once. Each list draws on the
//! request's budget first.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection};
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::ContainerType;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use crate::limits;
use crate::view::View;
use crate::written;

/// Goes with a request whose lists are to be written down as text: its answer is written and not
/// looked into, and each selection of its document is a field under a name of its own, so that
/// nothing is merged with anything.
pub(crate) struct AsText;

/// What a row takes as text, about.
const ROW_BYTES: usize = 192;

/// A list, of the same type as a `Vec` or a slice is.
pub(crate) struct Rows<L>(pub(crate) L);

impl<L, T> OutputType for Rows<L>
where
    L: Deref<Target = [T]> + Send + Sync,
    T: ContainerType,
{
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let fields = self.0.len() * field.node.selection_set.node.items.len().max(1);
        if !ctx.data_unchecked::<Arc<View>>().budget().take(fields) {
            return Err(ctx.set_error_path(limits::refusal(limits::ANSWER_TOO_LARGE)));
        }
        if ctx.data_opt::<AsText>().is_some() {
            return Ok(Value::Binary(text_of(ctx, &self.0).await?.into()));
        }
        let mut values = Vec::with_capacity(self.0.len());
        for (place, row) in self.0.iter().enumerate() {
            let ctx = ctx.with_index(place);
            let value = match columns(&ctx, row).await {
                Some(value) => value,
                None => row.resolve(&ctx, field).await?,
            };
            values.push(value);
        }
        Ok(Value::List(values))
    }
}

/// The list as JSON text. A field that has no value although it must have one leaves the list
/// without one.
async fn text_of<T: ContainerType>(
    ctx: &ContextSelectionSet<'_>,
    rows: &[T],
) -> ServerResult<Vec<u8>> {
    let mut text = Vec::with_capacity(2 + rows.len() * ROW_BYTES);
    text.push(b'[');
    for (place, row) in rows.iter().enumerate() {
        written::separate(place, &mut text);
        let ctx = ctx.with_index(place);
        text.push(b'{');
        for (place, selection) in ctx.item.node.items.iter().enumerate() {
            let Selection::Field(field) = &selection.node else {
                continue;
            };
            let value = row.resolve_field(&ctx.with_field(field)).await?;
            written::separate(place, &mut text);
            written::write_name(&field.node.response_key().node, &mut text);
            written::write(&value.unwrap_or_default(), &mut text);
        }
        text.push(b'}');
    }
    text.push(b']');
    Ok(text)
}

/// The object, if each selection is a field under a name of its own. Fragments, directives and
/// fields that are selected twice are left to the executor.
async fn columns<T: ContainerType>(ctx: &ContextSelectionSet<'_>, row: &T) -> Option<Value> {
    let selections = &ctx.item.node.items;
    let mut values = IndexMap::with_capacity(selections.len());
    for selection in selections {
        let Selection::Field(field) = &selection.node else {
            return None;
        };
        if !field.node.directives.is_empty() || field.node.name.node == "__typename" {
            return None;
        }
        let name = field.node.response_key().node.clone();
        match row.resolve_field(&ctx.with_field(field)).await {
            Ok(value) => {
                if values.insert(name, value.unwrap_or_default()).is_some() {
                    return None;
                }
            }
            Err(error) => ctx.add_error(error),
        }
    }
    Some(Value::Object(values))
}
