//! Who may begin a discussion, and who may speak in it.

use testkit::{Cast, Matrix, Role};

use super::{begin, class, say, talk};
use crate::discussions::{
    CloseTopic, CreateDiscussionPost, CreateTopic, DeletePost, DeleteTopic, ReopenTopic,
    TopicChange, TopicId, UpdatePost, UpdateTopic,
};

const OPEN: &str = "
    command       nobody  member student observer designer assistant teacher staff  admin program
    topics.create sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    topics.update sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    topics.close  sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    topics.reopen sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    topics.delete sign-in unseen no      no       yes      yes       yes     unseen yes   yes
    posts.create  sign-in unseen yes     no       yes      yes       yes     unseen no    sign-in
    posts.update  sign-in unseen yes     no       no       no        no      unseen no    sign-in
    posts.delete  sign-in unseen yes     no       yes      yes       yes     unseen yes   yes
";

fn with_topic() -> (Cast, TopicId) {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    (cast, topic)
}

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
        .row::<UpdateTopic>(|role| {
            let (cast, topic) = with_topic();
            let change = TopicChange::default();
            cast.tries(role, UpdateTopic { topic, change })
        })
        .row::<CloseTopic>(|role| {
            let (cast, topic) = with_topic();
            cast.tries(role, CloseTopic { topic })
        })
        .row::<ReopenTopic>(|role| {
            let (cast, topic) = with_topic();
            cast.tries(role, ReopenTopic { topic })
        })
        .row::<DeleteTopic>(|role| {
            let (cast, topic) = with_topic();
            cast.tries(role, DeleteTopic { topic })
        })
        .row::<CreateDiscussionPost>(|role| {
            let (cast, topic) = with_topic();
            cast.tries(role, say(topic, "Hello"))
        })
        .row::<UpdatePost>(|role| {
            let (cast, topic) = with_topic();
            let post = cast.does(Role::Student, say(topic, "Hello"));
            let body = "Hello all".to_owned();
            cast.tries(role, UpdatePost { post, body })
        })
        .row::<DeletePost>(|role| {
            let (cast, topic) = with_topic();
            let post = cast.does(Role::Student, say(topic, "Hello"));
            cast.tries(role, DeletePost { post })
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
