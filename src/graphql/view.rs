//! What one request reads: one state of the school, as one actor sees it.

use std::sync::{Arc, Mutex, PoisonError};

use app::{Actor, App, Message, UserId};
use assess::assignments;
use assess::extensions::{self, Extended};
use assess::grading::GradeReads;
use assess::submissions;
use async_graphql::Context;
use community::discussions::{self, Post, PostId, TopicId, ViewedTopic};
use courses::catalog::{self, CourseId};
use courses::modules::{AssignmentId, ItemId};
use courses::progress;
use courses::terms::{self, TermId};
use kernel::{Fault, Result};
use people::users;
use store::Snapshot;

use crate::cost::Budget;
use crate::loaders::Memo;

/// A state of the school and who looks at it. Objects of one document share it, so that they
/// agree with each other and read each record once.
pub(crate) struct View {
    app: App,
    actor: Actor,
    snapshot: Snapshot,
    budget: Budget,
    grade_reads: Arc<Mutex<GradeReads>>,
    users: Memo<UserId, Option<Arc<users::User>>>,
    courses: Memo<CourseId, Option<Arc<catalog::Viewed>>>,
    instructors: Memo<CourseId, Arc<[UserId]>>,
    terms: Memo<TermId, Option<Arc<terms::Term>>>,
    completed: Memo<CourseId, Arc<[ItemId]>>,
    assignments: Memo<AssignmentId, Option<Arc<assignments::Viewed>>>,
    extended: Memo<CourseId, Arc<Extended>>,
    topics: Memo<TopicId, Option<Arc<ViewedTopic>>>,
    posts: Memo<PostId, Option<Arc<Post>>>,
}

/// The view of the running request.
pub(crate) fn seen<'a>(ctx: &Context<'a>) -> &'a Arc<View> {
    ctx.data_unchecked::<Arc<View>>()
}

impl View {
    /// The newest state, seen by this actor.
    pub(crate) fn new(app: App, actor: Actor) -> Arc<Self> {
        Self::noting_in(Arc::default(), app, actor)
    }

    fn noting_in(grade_reads: Arc<Mutex<GradeReads>>, app: App, actor: Actor) -> Arc<Self> {
        Arc::new(Self {
            grade_reads,
            snapshot: app.snapshot(),
            app,
            actor,
            budget: Budget::default(),
            users: Memo::default(),
            courses: Memo::default(),
            instructors: Memo::default(),
            terms: Memo::default(),
            completed: Memo::default(),
            assignments: Memo::default(),
            extended: Memo::default(),
            topics: Memo::default(),
            posts: Memo::default(),
        })
    }

    /// The newest state, seen by the same actor: what they just did is in it.
    pub(crate) fn renewed(&self) -> Arc<Self> {
        let grade_reads = Arc::clone(&self.grade_reads);
        Self::noting_in(grade_reads, self.app.clone(), self.actor.clone())
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What the request may still resolve.
    pub(crate) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Notes that the viewer is shown the grade of a submission, or comments on it.
    pub(crate) fn note_grade_read(&self, shown: &submissions::Viewed) {
        let mut reads = self
            .grade_reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        reads.add(&self.actor, shown);
    }

    /// Notes that the viewer is shown a message of the log, which may tell of a grade.
    pub(crate) fn note_grade_told(&self, message: &Message) {
        let mut reads = self
            .grade_reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        reads.add_told(&self.actor, message);
    }

    /// What was noted so far in this request, to be written down.
    pub(crate) fn take_grade_reads(&self) -> GradeReads {
        let mut reads = self
            .grade_reads
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut reads)
    }

    /// A user, whoever looks: for names beside what the viewer may already see.
    pub(crate) fn user(&self, id: UserId) -> Result<Option<Arc<users::User>>> {
        self.users.get(id, || users::user(&self.snapshot, id))
    }

    /// A user that a record names.
    pub(crate) fn named_user(&self, id: UserId) -> Result<Arc<users::User>> {
        let user = self.user(id)?;
        user.ok_or_else(|| Fault::new(format!("a record names {id}, who is not there")).into())
    }

    /// A course as the viewer sees it.
    pub(crate) fn course(&self, id: CourseId) -> Result<Option<Arc<catalog::Viewed>>> {
        self.courses.get(id, || {
            Ok(catalog::view(&self.snapshot, &self.actor, id)?.map(Arc::new))
        })
    }

    /// Keeps a course that was read with others.
    pub(crate) fn keep_course(&self, viewed: catalog::Viewed) -> Arc<catalog::Viewed> {
        let viewed = Arc::new(viewed);
        self.courses.keep(viewed.id, Some(Arc::clone(&viewed)));
        viewed
    }

    /// Who teaches a course.
    pub(crate) fn instructors(&self, course: CourseId) -> Result<Arc<[UserId]>> {
        self.instructors.get(course, || {
            Ok(courses::enrollments::instructors(&self.snapshot, course)?.into())
        })
    }

    /// A term, whoever looks: for what names it and may be seen.
    pub(crate) fn term(&self, id: TermId) -> Result<Option<Arc<terms::Term>>> {
        self.terms
            .get(id, || Ok(terms::term(&self.snapshot, id)?.map(Arc::new)))
    }

    /// The items of a course that the viewer has completed, in the order of their ids; `None` for
    /// who is not signed in.
    pub(crate) fn completed(&self, course: CourseId) -> Result<Option<Arc<[ItemId]>>> {
        let Some(user) = self.actor.user_id() else {
            return Ok(None);
        };
        let completed = self.completed.get(course, || {
            Ok(progress::completed(&self.snapshot, course, user)?.into())
        });
        completed.map(Some)
    }

    /// An assignment as the viewer sees it.
    pub(crate) fn assignment(&self, id: AssignmentId) -> Result<Option<Arc<assignments::Viewed>>> {
        self.assignments.get(id, || {
            Ok(assignments::view(&self.snapshot, &self.actor, id)?.map(Arc::new))
        })
    }

    /// What the viewer's extensions change in a course.
    pub(crate) fn extended(&self, course: &catalog::Viewed) -> Result<Arc<Extended>> {
        self.extended.get(course.id, || {
            extensions::of_viewer(&self.snapshot, &self.actor, course).map(Arc::new)
        })
    }

    /// A topic as the viewer sees it.
    pub(crate) fn topic(&self, id: TopicId) -> Result<Option<Arc<ViewedTopic>>> {
        self.topics.get(id, || {
            Ok(discussions::view_topic(&self.snapshot, &self.actor, id)?.map(Arc::new))
        })
    }

    /// A post as the viewer sees it.
    pub(crate) fn post(&self, id: PostId) -> Result<Option<Arc<Post>>> {
        self.posts
            .get(id, || discussions::post(&self.snapshot, &self.actor, id))
    }

    /// Keeps a post that was read with others.
    pub(crate) fn keep_post(&self, id: PostId, post: Post) -> Arc<Post> {
        let post = Arc::new(post);
        self.posts.keep(id, Some(Arc::clone(&post)));
        post
    }
}
