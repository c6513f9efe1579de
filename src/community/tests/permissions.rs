//! Who may begin a discussion, and who may speak in it.

use testkit::{Matrix, Role};

use super::{begin, class, say, talk};
use crate::discussions::{CreateDiscussionPost, CreateTopic};

const OPEN: &str = "
    command       nobody  member student observer designer assistant teacher staff  admin program
    topics.create sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    posts.create  sign-in unseen yes     no       yes      yes       yes     unseen no    sign-in
";

#[test]
fn who_may_do_what_in_discussions() {
    Matrix::new()
        .row::<CreateTopic>(|role| {
            let (cast, course) = class();
            cast.tries(
                role,
                CreateTopic {
                    course,
                    module: None,
                    topic: talk(),
                },
            )
        })
        .row::<CreateDiscussionPost>(|role| {
            let (cast, course) = class();
            let topic = begin(&cast, course, talk());
            cast.tries(role, say(topic, "Hello"))
        })
        .shows(env!("CARGO_MANIFEST_DIR"), OPEN);
}

#[test]
fn what_learners_do_not_see_they_cannot_speak_in_either() {
    let (cast, course) = class();
    let hidden = crate::discussions::NewTopic::titled(
        "For teachers",
        courses::markup::SafeHtml::default(),
        false,
    );
    let topic = begin(&cast, course, hidden.unwrap());
    for role in [Role::Student, Role::Observer, Role::Member] {
        assert_eq!(
            cast.refused(role, say(topic, "Hello")).code,
            "NOT_FOUND",
            "{role}"
        );
    }
    cast.does(Role::Designer, say(topic, "Hello"));
    cast.school.agrees();
}
