//! The audit, for administrators.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use people::audit::{self, audit};

use crate::connection::{PageInfo, page_request};
use crate::errors::shown;
use crate::scalars::{DateTime, id_of};
use crate::view::seen;

/// Which events are wanted.
#[derive(InputObject)]
struct AuditFilter {
    /// Done by this person, by their id, or by this part of the program, by its name.
    actor: Option<String>,
    /// About this person, or naming them.
    user_id: Option<ID>,
    /// Not before this moment.
    since: Option<DateTime>,
}

impl From<AuditFilter> for audit::AuditFilter {
    fn from(filter: AuditFilter) -> Self {
        Self {
            actor: filter.actor,
            user: filter.user_id.as_ref().map(id_of),
            since: filter.since.map(|since| since.0),
        }
    }
}

/// Something that happened.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct AuditEvent {
    /// The id.
    id: ID,
    /// When.
    at: DateTime,
    /// What: `edusphere.users.role_changed`.
    subject: String,
    /// Who did it: the id of a person, or the name of a part of the program.
    actor: String,
    /// The id of what it is about.
    key: String,
    /// The particulars, as JSON.
    body: String,
}

/// Some events, the newest first. A page may be short, or empty, although more come: it looks
/// through a bounded part of the log.
#[derive(SimpleObject)]
#[graphql(serial)]
struct AuditEventPage {
    /// The events.
    nodes: Vec<AuditEvent>,
    /// Where the page stands.
    page_info: PageInfo,
}

/// Questions about what happened.
#[derive(Default)]
pub(crate) struct AuditQueries;

#[Object]
impl AuditQueries {
    /// What happened in the school, the newest first, for administrators: what was changed and by
    /// whom, who signed in, and who read the grades of others.
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
        filter: Option<AuditFilter>,
    ) -> Option<AuditEventPage> {
        let view = seen(ctx);
        let filter = filter.map(audit::AuditFilter::from).unwrap_or_default();
        let page = page_request(first, after.as_deref())
            .and_then(|request| audit(view.snapshot(), view.actor(), &filter, &request));
        let page = page.map(|page| {
            for (_, message) in &page.entries {
                view.note_grade_told(message);
            }
            let start = page.entries.first().map(|(cursor, _)| cursor.to_string());
            let last = page.entries.last().map(|(cursor, _)| cursor.to_string());
            AuditEventPage {
                page_info: PageInfo {
                    has_next_page: page.next.is_some(),
                    has_previous_page: after.is_some(),
                    start_cursor: start,
                    end_cursor: page.next.map(|next| next.to_string()).or(last),
                },
                nodes: page
                    .entries
                    .iter()
                    .map(|(_, message)| message.into())
                    .collect(),
            }
        });
        shown(ctx, page.map_err(Into::into))
    }
}

impl From<&app::Message> for AuditEvent {
    fn from(message: &app::Message) -> Self {
        Self {
            id: message.id.to_string().into(),
            at: DateTime(message.time),
            subject: message.subject.clone(),
            actor: message.actor.clone(),
            key: message.key.clone(),
            body: String::from_utf8_lossy(&message.body).into_owned(),
        }
    }
}
