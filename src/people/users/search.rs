//! People as search finds them, for staff.

use app::search::{Body, Card, Document, FoundKind, Searched};
use app::{Event, UserId, UserKind};
use kernel::Result;
use store::Snapshot;

use super::events::{UserAdded, UserUpdated};
use super::model::User;
use super::queries::user;
use super::tables::USERS;

pub(super) static SEARCHED: Searched<UserKind, User> = Searched {
    kind: FoundKind::User,
    table: &USERS,
    subjects: &[UserAdded::SUBJECT, UserUpdated::SUBJECT],
    of_course: |_, _| Ok(Vec::new()),
    document,
    seen: |snapshot, actor, id| {
        if actor.is_staff() {
            user(snapshot, id)
        } else {
            Ok(None)
        }
    },
    card: |_, id, user| {
        Ok(Some(Card {
            id: id.to_text(),
            title: user.display_name.clone(),
            url: format!("/users/{id}"),
            course: None,
        }))
    },
};

fn document(snapshot: &Snapshot, id: UserId) -> Result<Option<Document>> {
    let user = user(snapshot, id)?;
    Ok(user.map(|user| Document {
        course: None,
        open: false,
        language: String::new(),
        title: String::new(),
        body: Body::Blocks(Vec::new()),
        code: user.username.clone(),
        names: user.display_name.clone(),
        time: user.created_at,
    }))
}
