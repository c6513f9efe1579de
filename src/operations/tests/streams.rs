//! A story of a stream that an administrator adds.

use std::time::Duration;

use eventlog::{Publish, StreamConfig};
use testkit::Role;

use super::staffed;
use crate::streams::*;

#[test]
fn an_administrator_adds_a_stream_and_publishes_and_the_audit_tells_of_it() {
    let cast = staffed();
    let stream = StreamConfig::new("ORDERS", vec!["orders.>".to_owned()]);
    cast.does(Role::Admin, AddStream { stream });
    let message = Publish {
        subject: "orders.new".to_owned(),
        body: b"{\"pens\":3}".to_vec().into(),
        ..Publish::default()
    };
    let published = cast.does(Role::Admin, PublishMessage { message });
    assert_eq!(
        (published.stream.as_str(), published.sequence),
        ("ORDERS", 1)
    );
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let found = message_of(&snapshot, &admin, "ORDERS", 1).unwrap().unwrap();
    assert_eq!(found.actor, admin.to_string());
    assert_eq!(message_of(&snapshot, &admin, "ORDERS", 2).unwrap(), None);
    let newest = (PageFrom::Newest, 1);
    let (own, _) = messages_of(&snapshot, &admin, "USERS", newest).unwrap();
    let told = own.last().unwrap();
    assert_eq!(told.subject, "edusphere.users.event_log_changed");
    assert_eq!(told.key, "ORDERS");
}

#[test]
fn messages_are_read_in_pages_that_long_ones_make_shorter() {
    let cast = staffed();
    let stream = StreamConfig::new("ORDERS", vec!["orders.>".to_owned()]);
    cast.does(Role::Admin, AddStream { stream });
    let mut middle = None;
    for number in 1..=9_u8 {
        let message = Publish {
            subject: "orders.new".to_owned(),
            body: vec![number; 1024 * 1024 - 1].into(),
            ..Publish::default()
        };
        cast.does(Role::Admin, PublishMessage { message });
        cast.school.clock.advance(Duration::from_secs(1));
        if number == 4 {
            middle = Some(cast.school.app.now());
        }
    }
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let page = |from, first| {
        let (page, more) = messages_of(&snapshot, &admin, "ORDERS", (from, first)).unwrap();
        let sequences: Vec<u64> = page.iter().map(|message| message.sequence).collect();
        (sequences, more)
    };
    assert_eq!(page(PageFrom::Newest, 2), (vec![8, 9], false));
    assert_eq!(page(PageFrom::Behind(0), 2), (vec![1, 2], true));
    assert_eq!(page(PageFrom::Behind(0), 100), (vec![1, 2, 3, 4], true));
    assert_eq!(page(PageFrom::Behind(9), 100), (vec![], false));
    assert_eq!(
        page(PageFrom::Since(middle.unwrap()), 2),
        (vec![5, 6], true)
    );
    let verified = verified(&snapshot, &admin, "ORDERS", 3).unwrap();
    assert_eq!(
        (verified.upto, verified.is_end, verified.fault),
        (9, true, None)
    );
}
