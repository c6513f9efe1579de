//! A story of a stream that an administrator adds.

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
        body: b"{\"pens\":3}".to_vec(),
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
    let own = messages_of(&snapshot, &admin, "USERS", (0, 100)).unwrap();
    let told = own.last().unwrap();
    assert_eq!(told.subject, "edusphere.users.event_log_changed");
    assert_eq!(told.key, "ORDERS");
}
