//! The list of everybody, in the order in which they were added, for staff.
//!
//! A page of all reads no more than it shows; one of some looks through everybody.

use unicode_normalization::UnicodeNormalization;

use app::{Actor, SchoolRole, UserId};
use kernel::{Cursor, Page, PageRequest, Result};
use store::{All, Key, Range, Snapshot};

use super::model::User;
use super::queries::total;
use super::tables::USERS;

/// The longest text that a search for people takes, in characters.
const SEARCH_CHARS_MAX: usize = 256;

/// Which people are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// In the user name, the display name or the e-mail address, without regard to case.
    pub search: Option<String>,
    /// With this role in the school.
    pub role: Option<SchoolRole>,
    /// Only those who may not sign in, or only those who may.
    pub disabled: Option<bool>,
}

impl UserFilter {
    fn takes_all(&self) -> bool {
        self.search.is_none() && self.role.is_none() && self.disabled.is_none()
    }

    fn takes(&self, user: &User) -> bool {
        let found = self.search.as_ref().is_none_or(|search| {
            let texts = [&user.username, &user.display_name];
            let mut texts = texts.into_iter().chain(&user.email);
            texts.any(|text| text.to_lowercase().contains(search))
        });
        found
            && self.role.is_none_or(|role| user.role == role)
            && self
                .disabled
                .is_none_or(|disabled| user.disabled == disabled)
    }

    /// The same filter, its text as it is compared.
    fn normalized(&self) -> Self {
        let search = self.search.as_ref().map(|text| {
            let text = text.trim().nfc().take(SEARCH_CHARS_MAX);
            text.collect::<String>().to_lowercase()
        });
        Self {
            search: search.filter(|text| !text.is_empty()),
            ..self.clone()
        }
    }
}

/// The people of the school that the filter takes, for staff.
pub fn users(
    snapshot: &Snapshot,
    actor: &Actor,
    filter: &UserFilter,
    request: &PageRequest,
) -> Result<Page<(UserId, User)>> {
    actor.require_staff()?;
    let filter = filter.normalized();
    if filter.takes_all() {
        return snapshot.page(&USERS, &All, request, total(snapshot)?);
    }
    Range::of(request).require_cursor::<UserId>()?;
    let after = request.after().map(Cursor::key);
    let (mut entries, mut taken, mut has_next) = (Vec::new(), 0, false);
    for entry in snapshot.scan(&USERS, &All, Range::ALL)? {
        let (id, user) = entry?;
        if !filter.takes(&user) {
            continue;
        }
        taken += 1;
        let key = id.encoded();
        if after.is_some_and(|after| key.as_slice() <= after) {
            continue;
        }
        has_next = entries.len() == request.size();
        if !has_next {
            entries.push((Cursor::at(key), (id, user)));
        }
    }
    Ok(Page {
        entries,
        has_next,
        has_previous: after.is_some(),
        total: taken,
    })
}
