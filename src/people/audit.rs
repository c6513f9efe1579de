//! The audit: what happened, read back from the event log by administrators, the newest first.
//!
//! Everything that changes the school is in the log with who did it, and so are signing in, waits
//! after too many tries, and reading the grades of others. Nothing here can change it.

use std::time::Duration;

use app::{Actor, Message, UserId};
use kernel::{Cursor, PageRequest, Result, Timestamp, problems};
use store::Snapshot;

/// The most events that are looked through for one page.
const LOOKED_THROUGH_MAX: usize = 10_000;
/// How far times in the log may lie out of order, after the clock of the machine was set back.
const CLOCK_SLACK: Duration = Duration::from_hours(1);

/// Which events are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Done by this person, or by this part of the program.
    pub actor: Option<String>,
    /// About this person, or naming them.
    pub user: Option<UserId>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
}

/// Some events, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The events, each with the cursor behind it.
    pub entries: Vec<(Cursor, Message)>,
    /// Where to go on; none at the end. A page may be short, or empty, although more come: it
    /// looks through a bounded part of the log.
    pub next: Option<Cursor>,
}

/// What happened, as far as the filter takes it, for administrators.
pub fn audit(
    snapshot: &Snapshot,
    actor: &Actor,
    filter: &AuditFilter,
    request: &PageRequest,
) -> Result<AuditPage> {
    actor.require_admin()?;
    let before = request.after().map(position).transpose()?;
    let user = filter.user.map(|user| user.to_string());
    let end = filter.since.map(|since| since.minus(CLOCK_SLACK));
    let (mut entries, mut last) = (Vec::new(), None);
    for (looked, entry) in eventlog::read_back(snapshot, before)?.enumerate() {
        if entries.len() == request.size() || looked == LOOKED_THROUGH_MAX {
            return Ok(AuditPage {
                entries,
                next: last,
            });
        }
        let (position, message) = entry?;
        if end.is_some_and(|end| message.time < end) {
            break;
        }
        let cursor = Cursor::at(position.to_be_bytes().into());
        last = Some(cursor.clone());
        // What others publish into streams of their own is not about the school.
        if !message.subject.starts_with("edusphere.") {
            continue;
        }
        let by = filter
            .actor
            .as_ref()
            .is_none_or(|actor| message.actor == *actor);
        let about = user.as_ref().is_none_or(|user| names(&message, user));
        if by && about && filter.since.is_none_or(|since| message.time >= since) {
            entries.push((cursor, message));
        }
    }
    Ok(AuditPage {
        entries,
        next: None,
    })
}

fn position(cursor: &Cursor) -> Result<eventlog::Position> {
    let bytes = <[u8; 8]>::try_from(cursor.key());
    let bytes = bytes.map_err(|_| problems::CURSOR_INVALID.on("after"))?;
    Ok(eventlog::Position::from_be_bytes(bytes))
}

/// Whether an event is about somebody or names them. Ids are unlike anything else in a body.
fn names(message: &Message, user: &str) -> bool {
    let user = user.as_bytes();
    message.key.as_bytes() == user || message.body.windows(user.len()).any(|part| part == user)
}

#[cfg(test)]
mod tests {
    use app::SchoolRole;
    use testkit::School;

    use super::*;
    use crate::FEATURES;
    use crate::users::{AddUser, DisableUser, NewUser};

    #[test]
    fn administrators_read_back_who_did_what_to_whom() {
        let school = School::new(FEATURES);
        let add = |name: &str| AddUser {
            user: NewUser::named(name, name).unwrap(),
            password: None,
        };
        let admin = school.actor(SchoolRole::Admin);
        let ada = school.run_as_program(add("ada"));
        let eve = school.run(admin.clone(), add("eve")).unwrap();
        school.clock.advance(Duration::from_hours(2));
        school
            .run(admin.clone(), DisableUser { user: eve })
            .unwrap();
        let read = |filter: &AuditFilter, first, after: Option<&str>| {
            let request = PageRequest::parse(Some(first), after).unwrap();
            let page = audit(&school.app.snapshot(), &admin, filter, &request).unwrap();
            let seen = page.entries.iter().map(|(_, event)| {
                let (_, verb) = event.subject.rsplit_once('.').unwrap();
                (verb.to_owned(), event.key.clone())
            });
            let next = page.next.map(|cursor| cursor.to_string());
            (seen.collect::<Vec<_>>(), next)
        };
        let (disabled, added) = ("disabled".to_owned(), "added".to_owned());
        let [ada_id, eve_id] = [ada, eve].map(|id| id.to_string());
        let all = AuditFilter::default();
        let (newest, next) = read(&all, 2, None);
        let of_eve = vec![
            (disabled.clone(), eve_id.clone()),
            (added.clone(), eve_id.clone()),
        ];
        assert_eq!(newest, of_eve);
        assert_eq!(
            read(&all, 2, next.as_deref()),
            (vec![(added, ada_id)], None)
        );
        let about = AuditFilter {
            user: Some(eve),
            ..AuditFilter::default()
        };
        assert_eq!(read(&about, 9, None), (of_eve.clone(), None));
        let by = AuditFilter {
            actor: Some(admin.to_string()),
            ..AuditFilter::default()
        };
        assert_eq!(read(&by, 9, None).0, of_eve);
        let since = AuditFilter {
            since: Some(school.app.now()),
            ..AuditFilter::default()
        };
        assert_eq!(read(&since, 9, None), (vec![(disabled, eve_id)], None));
        for role in [SchoolRole::Member, SchoolRole::Staff] {
            let request = PageRequest::first(9);
            let refused = audit(&school.app.snapshot(), &school.actor(role), &all, &request);
            assert_eq!(refused.unwrap_err().problem(), Some(problems::FORBIDDEN));
        }
    }

    #[test]
    fn a_page_looks_through_a_bounded_part_of_the_log() {
        let school = School::new(FEATURES);
        let add = |number: usize| AddUser {
            user: NewUser::named(&format!("user{number}"), "Somebody").unwrap(),
            password: None,
        };
        for number in 0..=LOOKED_THROUGH_MAX {
            school.run_as_program(add(number));
        }
        let filter = AuditFilter {
            actor: Some("nobody".to_owned()),
            ..AuditFilter::default()
        };
        let admin = school.actor(SchoolRole::Admin);
        let read = |after: Option<&Cursor>| {
            let after = after.map(ToString::to_string);
            let request = PageRequest::parse(None, after.as_deref()).unwrap();
            audit(&school.app.snapshot(), &admin, &filter, &request).unwrap()
        };
        let first = read(None);
        assert!(first.entries.is_empty() && first.next.is_some());
        assert_eq!(read(first.next.as_ref()).next, None);
    }
}
