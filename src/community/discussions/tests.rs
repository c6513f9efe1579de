//! Stories of discussions.

use std::time::Duration;

use app::{IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED};
use courses::cartridges::{ImportCourse, ImportedTopic};
use courses::catalog::{
    COURSE_ARCHIVED, COURSE_NOT_OPEN, CourseId, CourseState, NewCourse, PublishCourse,
};
use courses::enrollments::NOT_A_PARTICIPANT;
use courses::markup::{SafeHtml, Written};
use courses::modules::{Content, CreateModule, items_of};
use courses::neighbours::Neighbours;
use courses::progress::progress;
use kernel::problems::FORBIDDEN;
use kernel::{Cursor, Error, PageRequest, Problem, Result, Timestamp};
use testkit::{Cast, Role};

use super::*;
use crate::tests::{begin, class, say, set_state, talk};

const DAY: Duration = Duration::from_hours(24);

fn answer(topic: TopicId, parent: PostId, body: &str) -> CreateDiscussionPost {
    CreateDiscussionPost {
        parent: Some(parent),
        ..say(topic, body)
    }
}

fn with_key(topic: TopicId, body: &str, key: &str) -> CreateDiscussionPost {
    CreateDiscussionPost {
        idempotency_key: Some(key.to_owned()),
        ..say(topic, body)
    }
}

fn refusal<T>(answer: Result<T>) -> (Problem, Option<&'static str>) {
    match answer {
        Err(Error::Refused(refusal)) => (refusal.problem, refusal.field),
        Err(Error::Fault(fault)) => panic!("{fault}"),
        Ok(_) => panic!("was to be refused"),
    }
}

/// What was said in a topic, page by page, two at a time.
fn said(cast: &Cast, topic: TopicId) -> Vec<(PostId, Post)> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Student));
    let (mut all, mut after): (Vec<_>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let text = after.as_ref().map(ToString::to_string);
        let request = PageRequest::parse(Some(2), text.as_deref()).unwrap();
        let page = posts_of(&snapshot, &actor, topic, &request).unwrap();
        assert_eq!(page.has_previous, after.is_some());
        after = page.entries.last().map(|(cursor, _)| cursor.clone());
        all.extend(page.entries.into_iter().map(|(_, entry)| entry));
        if !page.has_next {
            assert_eq!(page.total, all.len() as u64);
            return all;
        }
    }
}

fn bodies(cast: &Cast, topic: TopicId) -> Vec<String> {
    said(cast, topic)
        .into_iter()
        .map(|(_, post)| post.body)
        .collect()
}

#[test]
fn people_talk_and_answer_each_other() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    let question = cast.does(Role::Student, say(topic, " Which one?\n\nThis? "));
    cast.school.clock.advance(DAY);
    let reply = cast.does(Role::Assistant, answer(topic, question, "That one."));
    cast.does(Role::Student, answer(topic, reply, "Thanks"));
    cast.does(Role::Designer, say(topic, "Something else"));
    cast.does(Role::Teacher, answer(topic, question, "Either."));
    let all = said(&cast, topic);
    let shape: Vec<(&str, Option<PostId>)> = all
        .iter()
        .map(|(_, post)| (post.body.as_str(), post.parent))
        .collect();
    assert_eq!(
        shape,
        [
            ("Which one?\n\nThis?", None),
            ("That one.", Some(question)),
            ("Thanks", Some(reply)),
            ("Something else", None),
            ("Either.", Some(question)),
        ]
    );
    let (_, first) = &all[0];
    assert_eq!(first.author, cast.user(Role::Student));
    assert_eq!(first.created_at.plus(DAY), all[1].1.created_at);
    let viewed = view_topic(
        &cast.school.app.snapshot(),
        &cast.actor(Role::Observer),
        topic,
    )
    .unwrap();
    assert_eq!(viewed.unwrap().posts, 5);
    cast.school.agrees();
}

#[test]
fn an_answer_stands_in_the_topic_of_what_it_answers() {
    let (cast, course) = class();
    let (topic, other) = (begin(&cast, course, talk()), begin(&cast, course, talk()));
    let elsewhere = cast.does(Role::Student, say(other, "Elsewhere"));
    for parent in [elsewhere, cast.school.app.new_id()] {
        let refused = cast.tries(Role::Student, answer(topic, parent, "Here"));
        assert_eq!(refusal(refused), (PARENT_NOT_IN_TOPIC, Some("parentId")));
    }
    assert_eq!(bodies(&cast, topic), Vec::<String>::new());
    cast.school.agrees();
}

#[test]
fn a_closed_topic_is_read_and_takes_nothing() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk().closed(true));
    for role in [Role::Student, Role::Teacher] {
        assert_eq!(
            cast.refused(role, say(topic, "Too late")),
            TOPIC_CLOSED,
            "{role}"
        );
    }
    assert_eq!(bodies(&cast, topic), Vec::<String>::new());
}

#[test]
fn something_must_be_said_and_not_too_much() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    for empty in ["", " \n\t\u{2003} "] {
        let refused = cast.tries(Role::Student, say(topic, empty));
        assert_eq!(refusal(refused), (BODY_EMPTY, Some("body")));
    }
    let longest = "x".repeat(64 * 1024);
    let refused = cast.tries(Role::Student, say(topic, &format!("{longest}x")));
    assert_eq!(refusal(refused), (BODY_TOO_LONG, Some("body")));
    cast.does(Role::Student, say(topic, &format!(" {longest} ")));
    cast.does(Role::Student, say(topic, "<script>alert(1)</script>"));
    assert_eq!(
        bodies(&cast, topic),
        [longest.as_str(), "<script>alert(1)</script>"],
        "as typed"
    );
    cast.school.agrees();
}

#[test]
fn observers_and_those_outside_look_on_or_see_nothing() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    let id = cast.does(Role::Student, say(topic, "Hello"));
    assert_eq!(
        cast.refused(Role::Observer, say(topic, "Me too")),
        NOT_A_PARTICIPANT
    );
    let snapshot = cast.school.app.snapshot();
    for role in Role::ALL {
        let inside = !matches!(role, Role::Nobody | Role::Member | Role::Staff);
        let actor = cast.actor(role);
        assert_eq!(
            view_topic(&snapshot, &actor, topic).unwrap().is_some(),
            inside,
            "{role}"
        );
        assert_eq!(
            post(&snapshot, &actor, id).unwrap().is_some(),
            inside,
            "{role}"
        );
        let list = posts_of(&snapshot, &actor, topic, &PageRequest::first(2));
        assert_eq!(list.is_ok(), inside, "{role}");
    }
}

#[test]
fn the_same_key_posts_once() {
    let (cast, course) = class();
    let (topic, other) = (begin(&cast, course, talk()), begin(&cast, course, talk()));
    let first = cast.does(Role::Student, with_key(topic, "Hello", "k"));
    let events = cast.school.events().len();
    assert_eq!(
        cast.does(Role::Student, with_key(topic, " Hello ", "k")),
        first
    );
    assert_eq!(cast.school.events().len(), events, "nothing happened again");
    assert_ne!(
        cast.does(Role::Teacher, with_key(topic, "Hello", "k")),
        first
    );
    for reused in [
        with_key(topic, "Good-bye", "k"),
        with_key(other, "Hello", "k"),
        CreateDiscussionPost {
            parent: Some(first),
            ..with_key(topic, "Hello", "k")
        },
    ] {
        let refused = cast.tries(Role::Student, reused);
        assert_eq!(
            refusal(refused),
            (IDEMPOTENCY_KEY_REUSED, Some("idempotencyKey"))
        );
    }
    let long = with_key(topic, "Hello", &"k".repeat(256));
    assert_eq!(cast.refused(Role::Student, long), IDEMPOTENCY_KEY_INVALID);
    cast.school.clock.advance(7 * DAY);
    assert_ne!(
        cast.does(Role::Student, with_key(topic, "Hello", "k")),
        first
    );
    assert_eq!(bodies(&cast, topic).len(), 3);
    cast.school.agrees();
}

#[test]
fn a_draft_and_an_archived_course_take_no_posts_and_an_archive_no_topics() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Student, say(topic, "Late")),
        COURSE_NOT_OPEN
    );
    let begin = CreateTopic {
        course,
        module: None,
        topic: talk(),
    };
    assert_eq!(cast.refused(Role::Teacher, begin), COURSE_ARCHIVED);
    assert_eq!(
        bodies(&cast, topic),
        Vec::<String>::new(),
        "it can still be read"
    );
    set_state(&cast, course, CourseState::Draft);
    assert_eq!(
        cast.refused(Role::Teacher, say(topic, "Early")),
        COURSE_NOT_OPEN
    );
    assert_eq!(
        cast.refused(Role::Student, say(topic, "Early")),
        TOPIC_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn a_post_completes_the_item_that_leads_to_its_topic() {
    let (cast, course) = class();
    let module = CreateModule {
        course,
        title: "Basics".to_owned(),
        published: true,
    };
    let module = Some(cast.does(Role::Teacher, module));
    let topic = cast.does(
        Role::Teacher,
        CreateTopic {
            course,
            module,
            topic: talk(),
        },
    );
    let of_student = || {
        let found = progress(
            &cast.school.app.snapshot(),
            course,
            cast.user(Role::Student),
        )
        .unwrap();
        (found.completed_items, found.total_items)
    };
    let items = items_of(&cast.school.app.snapshot(), course, topic).unwrap();
    assert_eq!(items[0].1.content, Content::Topic(topic));
    assert_eq!(of_student(), (0, 1));
    cast.does(Role::Student, say(topic, "Hello"));
    cast.does(Role::Student, say(topic, "Hello again"));
    cast.does(Role::Teacher, say(topic, "Hello, all"));
    assert_eq!(of_student(), (1, 1));
    cast.school.agrees();
}

#[test]
fn a_topic_of_a_package_has_no_author_and_takes_posts() {
    let (cast, _) = class();
    let id: TopicId = cast.school.app.new_id();
    let body = SafeHtml::of(Written::Html("<p>Which knot?</p>")).unwrap();
    let topic = ImportedTopic {
        id,
        title: "Talk".to_owned(),
        body,
        published: true,
    };
    let bring = ImportCourse {
        id: cast.school.app.new_id(),
        course: NewCourse::titled("KN-1", "Knots").unwrap(),
        modules: Vec::new(),
        pages: Vec::new(),
        files: Vec::new(),
        assignments: Vec::new(),
        topics: vec![topic],
        neighbours: Neighbours {
            topic: import,
            ..Neighbours::NONE
        },
    };
    let course = cast.does(Role::Staff, bring);
    cast.does(Role::Staff, PublishCourse { course });
    let viewed = view_topic(&cast.school.app.snapshot(), &cast.actor(Role::Staff), id).unwrap();
    let kept = viewed.unwrap().topic;
    assert_eq!(
        (kept.author, kept.title.as_str(), kept.closed),
        (None, "Talk", false)
    );
    assert_eq!(
        (kept.course, kept.created_at),
        (course, cast.school.app.now())
    );
    cast.does(Role::Staff, say(id, "Hello"));
    cast.school.agrees();
}

#[test]
fn people_change_and_delete_what_they_said_themselves() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    let post = cast.does(Role::Student, say(topic, "Helo"));
    cast.school.clock.advance(Duration::from_secs(9));
    let update = |body: &str| UpdatePost {
        post,
        body: body.to_owned(),
    };
    cast.does(Role::Student, update(" Hello "));
    let told = cast.school.events().len();
    cast.does(Role::Student, update("Hello"));
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    let (_, changed) = &said(&cast, topic)[0];
    assert_eq!(
        (changed.body.as_str(), changed.edited_at),
        ("Hello", Some(cast.school.app.now()))
    );
    for role in [Role::Teacher, Role::Admin, Role::Observer] {
        assert_eq!(cast.refused(role, update("I say so")), FORBIDDEN, "{role}");
    }
    assert_eq!(cast.refused(Role::Student, update(" ")), BODY_EMPTY);
    assert_eq!(cast.refused(Role::Member, update("x")), POST_NOT_FOUND);
    assert_eq!(cast.refused(Role::Observer, DeletePost { post }), FORBIDDEN);

    cast.does(Role::Teacher, CloseTopic { topic });
    cast.does(Role::Teacher, CloseTopic { topic });
    assert_eq!(cast.refused(Role::Student, update("Bye")), TOPIC_CLOSED);
    assert_eq!(
        cast.refused(Role::Student, DeletePost { post }),
        TOPIC_CLOSED
    );
    assert_eq!(cast.refused(Role::Student, say(topic, "x")), TOPIC_CLOSED);
    cast.does(Role::Teacher, ReopenTopic { topic });
    cast.does(Role::Student, DeletePost { post });
    assert!(said(&cast, topic).is_empty());
    assert_eq!(
        cast.refused(Role::Student, DeletePost { post }),
        POST_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn a_deleted_post_that_was_answered_says_nothing_and_keeps_its_answers() {
    let (cast, course) = class();
    let topic = begin(&cast, course, talk());
    let first = cast.does(Role::Student, with_key(topic, "Rude words", "k"));
    cast.does(Role::Teacher, answer(topic, first, "Please don't"));
    cast.does(Role::Assistant, DeletePost { post: first });
    assert_eq!(bodies(&cast, topic), ["", "Please don't"]);
    let all = said(&cast, topic);
    assert_eq!((all[0].1.deleted, all[1].1.parent), (true, Some(first)));
    let update = UpdatePost {
        post: first,
        body: "More of them".to_owned(),
    };
    assert_eq!(cast.refused(Role::Student, update), POST_NOT_FOUND);
    assert_eq!(
        cast.does(Role::Student, with_key(topic, "Rude words", "k")),
        first,
        "asked once more, it is not said again"
    );
    assert_eq!(bodies(&cast, topic), ["", "Please don't"]);
    cast.school.agrees();
}

#[test]
fn a_topic_changes_and_its_items_follow_until_it_is_deleted() {
    let (cast, course) = class();
    let module = CreateModule {
        course,
        title: "Basics".to_owned(),
        published: true,
    };
    let module = Some(cast.does(Role::Teacher, module));
    let begin = CreateTopic {
        course,
        module,
        topic: talk(),
    };
    let topic = cast.does(Role::Teacher, begin);
    let post = cast.does(Role::Student, say(topic, "Hello"));
    let update = |change| UpdateTopic { topic, change };
    let renamed = TopicChange {
        title: Some("Knots".to_owned()),
        ..TopicChange::default()
    };
    cast.does(Role::Designer, update(renamed));
    let items = || items_of(&cast.school.app.snapshot(), course, topic).unwrap();
    assert_eq!(items()[0].1.title, "Knots");
    let sees = |role: Role| {
        let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
        view_topic(&snapshot, &actor, topic).unwrap().is_some()
    };
    let hidden = TopicChange {
        published: Some(false),
        ..TopicChange::default()
    };
    cast.does(Role::Designer, update(hidden));
    assert!(!sees(Role::Student) && sees(Role::Designer));
    let show = courses::modules::PublishItem {
        course,
        item: items()[0].0,
        neighbours: Neighbours {
            publish_topic: publish,
            ..Neighbours::NONE
        },
    };
    cast.does(Role::Designer, show);
    assert!(sees(Role::Student));

    cast.does(Role::Designer, DeleteTopic { topic });
    assert!(!sees(Role::Admin) && items().is_empty());
    let snapshot = cast.school.app.snapshot();
    let left = super::post(&snapshot, &cast.actor(Role::Admin), post).unwrap();
    assert_eq!(left, None);
    assert!(!any_in(&snapshot, course).unwrap());
    assert_eq!(
        cast.refused(Role::Student, say(topic, "Hello?")),
        TOPIC_NOT_FOUND
    );
    assert_eq!(
        cast.refused(Role::Teacher, DeleteTopic { topic }),
        TOPIC_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let created_at = Timestamp::from_millis(1_700_000_000_000);
    let topic = Topic {
        course: CourseId::from_bytes([1; 16]),
        title: "Which knot?".to_owned(),
        body: SafeHtml::of(Written::Html("<p>Which?</p>")).unwrap(),
        author: Some(app::UserId::from_bytes([2; 16])),
        created_at,
        closed: true,
        published: true,
        deleted: false,
    };
    testkit::fixture("community/fixtures/topic.v1", &topic);
    let deleted = Topic {
        deleted: true,
        ..topic.clone()
    };
    testkit::fixture("community/fixtures/topic.deleted.v1", &deleted);
    let imported = Topic {
        author: None,
        ..topic
    };
    testkit::fixture("community/fixtures/topic.imported.v1", &imported);
    let post = Post {
        topic: TopicId::from_bytes([3; 16]),
        parent: Some(PostId::from_bytes([4; 16])),
        author: app::UserId::from_bytes([2; 16]),
        body: "This one.".to_owned(),
        created_at,
        edited_at: None,
        deleted: false,
    };
    testkit::fixture("community/fixtures/post.v1", &post);
    let withdrawn = Post {
        body: String::new(),
        edited_at: Some(created_at.plus(Duration::from_secs(9))),
        deleted: true,
        ..post
    };
    testkit::fixture("community/fixtures/post.withdrawn.v1", &withdrawn);
}
