//! Whatever people say in whatever order: what is kept agrees with itself.

use proptest::prelude::*;

use app::Command;
use courses::catalog::CourseId;
use kernel::{Error, Id, PageRequest};
use testkit::{Cast, Role};

use super::{begin, class, say, talk};
use crate::discussions::{
    CloseTopic, CreateDiscussionPost, CreateTopic, DeletePost, Post, PostId, ReopenTopic, TopicId,
    UpdatePost, post, posts_of, view_topic,
};

/// What somebody tries. Numbers choose among what is there by then, and may miss.
#[derive(Debug, Clone)]
enum Deed {
    Begin {
        closed: bool,
    },
    Say {
        topic: usize,
        parent: Option<usize>,
        body: usize,
        key: Option<u8>,
    },
    Change {
        post: usize,
        body: usize,
    },
    Delete {
        post: usize,
    },
    Close {
        topic: usize,
    },
    Reopen {
        topic: usize,
    },
}

const BODIES: [&str; 4] = ["Hello", "  ", "I see", "Why?"];

impl Deed {
    /// One who may.
    fn usual(&self) -> Role {
        match self {
            Self::Begin { .. } | Self::Close { .. } | Self::Reopen { .. } => Role::Teacher,
            Self::Say { .. } | Self::Change { .. } | Self::Delete { .. } => Role::Student,
        }
    }
}

/// Who tries it: now and then anybody, mostly one who may.
fn somebody() -> impl Strategy<Value = Option<Role>> {
    prop::option::weighted(0.3, prop::sample::select(&Role::ALL[..]))
}

fn deeds() -> impl Strategy<Value = Vec<(Option<Role>, Deed)>> {
    let post = (
        0..3_usize,
        prop::option::of(0..6_usize),
        0..4_usize,
        prop::option::of(0..3_u8),
    );
    let deed = prop_oneof![
        1 => any::<bool>().prop_map(|closed| Deed::Begin { closed }),
        6 => post.prop_map(|(topic, parent, body, key)| Deed::Say { topic, parent, body, key }),
        1 => (0..6_usize, 0..4_usize).prop_map(|(post, body)| Deed::Change { post, body }),
        2 => (0..6_usize).prop_map(|post| Deed::Delete { post }),
        1 => (0..3_usize).prop_map(|topic| Deed::Close { topic }),
        1 => (0..3_usize).prop_map(|topic| Deed::Reopen { topic }),
    ];
    prop::collection::vec((somebody(), deed), 20..100)
}

/// A class with what was said in it.
struct World {
    cast: Cast,
    course: CourseId,
    topics: Vec<TopicId>,
    posts: Vec<PostId>,
}

impl World {
    fn new() -> Self {
        let (cast, course) = class();
        let topics = vec![begin(&cast, course, talk())];
        Self {
            cast,
            course,
            topics,
            posts: Vec::new(),
        }
    }

    /// Runs a command that may be refused, but must not fail.
    fn tries<C: Command>(&self, role: Role, command: C) -> Option<C::Out> {
        match self.cast.tries(role, command) {
            Ok(out) => Some(out),
            Err(Error::Refused(_)) => None,
            Err(Error::Fault(fault)) => panic!("{} by {role}: {fault}", C::NAME),
        }
    }

    /// One of these, or one that is not there.
    fn one_of<K>(&self, all: &[Id<K>], at: usize) -> Id<K> {
        all.get(at)
            .copied()
            .unwrap_or_else(|| self.cast.school.app.new_id())
    }

    fn happens(&mut self, role: Role, deed: &Deed) {
        match *deed {
            Deed::Begin { closed } => {
                let topic = talk().closed(closed);
                let begin = CreateTopic {
                    course: self.course,
                    module: None,
                    topic,
                };
                self.topics.extend(self.tries(role, begin));
            }
            Deed::Say {
                topic,
                parent,
                body,
                key,
            } => {
                let said = CreateDiscussionPost {
                    parent: parent.map(|at| self.one_of(&self.posts, at)),
                    idempotency_key: key.map(|key| format!("key {key}")),
                    ..say(self.one_of(&self.topics, topic), BODIES[body])
                };
                let done = self.tries(role, said);
                // What was said under a key and deleted is not said again.
                let there = |id: &PostId| !self.posts.contains(id) && self.is_there(*id);
                let done = done.filter(there);
                self.posts.extend(done);
            }
            Deed::Change { post, body } => {
                let (post, body) = (self.one_of(&self.posts, post), BODIES[body].to_owned());
                let _done = self.tries(role, UpdatePost { post, body }).is_some();
            }
            Deed::Delete { post } => {
                let post = self.one_of(&self.posts, post);
                let _done = self.tries(role, DeletePost { post }).is_some();
                self.posts = self
                    .posts
                    .iter()
                    .copied()
                    .filter(|id| self.is_there(*id))
                    .collect();
            }
            Deed::Close { topic } => {
                let topic = self.one_of(&self.topics, topic);
                let _done = self.tries(role, CloseTopic { topic }).is_some();
            }
            Deed::Reopen { topic } => {
                let topic = self.one_of(&self.topics, topic);
                let _done = self.tries(role, ReopenTopic { topic }).is_some();
            }
        }
    }

    fn is_there(&self, id: PostId) -> bool {
        let (snapshot, admin) = (
            self.cast.school.app.snapshot(),
            self.cast.actor(Role::Admin),
        );
        post(&snapshot, &admin, id).unwrap().is_some()
    }

    fn agrees(&self) {
        self.cast.school.agrees();
        let (snapshot, student) = (
            self.cast.school.app.snapshot(),
            self.cast.actor(Role::Student),
        );
        let mut listed = Vec::new();
        for topic in &self.topics {
            let viewed = view_topic(&snapshot, &student, *topic).unwrap().unwrap();
            let page = posts_of(&snapshot, &student, *topic, &PageRequest::first(100)).unwrap();
            let ids: Vec<PostId> = page.entries.iter().map(|(_, (id, _))| *id).collect();
            assert!(ids.is_sorted(), "the oldest first");
            assert_eq!(
                (viewed.posts, page.total),
                (ids.len() as u64, ids.len() as u64)
            );
            let blank = |(_, (_, said)): &(_, (_, Post))| said.deleted == said.body.is_empty();
            assert!(page.entries.iter().all(blank), "who is silent is deleted");
            for (_, (_, said)) in &page.entries {
                let answered = said
                    .parent
                    .map(|id| post(&snapshot, &student, id).unwrap().unwrap());
                assert!(answered.is_none_or(|answered| answered.topic == *topic));
            }
            listed.extend(ids);
        }
        listed.sort_unstable();
        let mut there = self.posts.clone();
        there.sort_unstable();
        assert_eq!(listed, there);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_people_say_the_school_agrees_with_itself(deeds in deeds()) {
        let mut world = World::new();
        for (who, deed) in &deeds {
            world.happens(who.unwrap_or_else(|| deed.usual()), deed);
        }
        world.agrees();
    }
}
