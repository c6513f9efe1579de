//! Whatever people try in whatever order: what is kept agrees with itself.

use std::collections::BTreeMap;

use proptest::prelude::*;

use app::{Command, UserId};
use courses::catalog::CourseId;
use courses::modules::{CreateModule, ModuleId, items_of};
use courses::progress::{completed, progress};
use kernel::{Error, Id, PageRequest};
use testkit::{Cast, Role};

use super::{DAY, class, enroll, essay, hand_in};
use crate::assignments::{
    AssignmentId, Change, CreateAssignment, DeleteAssignment, PostGrades, Terms, assignment, view,
};
use crate::drafts::{Begun, SaveDraft, own_draft};
use crate::extensions::{Extension, GrantExtension, Holder, RevokeExtension, of_viewer};
use crate::grading::GradeSubmission;
use crate::submissions::{
    self, SubmissionFilter, SubmissionId, SubmitAssignment, own_submissions, submissions_of,
};

/// What somebody tries. Numbers choose among what is there by then, and may miss.
#[derive(Debug, Clone)]
enum Deed {
    Set {
        attempts: Option<u32>,
        days: u32,
        published: bool,
        in_module: bool,
    },
    Submit {
        assignment: usize,
        body: u8,
        key: Option<u8>,
    },
    Grade {
        submission: usize,
        score: f64,
    },
    Post {
        assignment: usize,
    },
    Extend {
        assignment: usize,
        to_member: bool,
        days: u32,
        extra_attempts: u32,
    },
    Revoke {
        assignment: usize,
        to_member: bool,
    },
    Draft {
        assignment: usize,
        body: u8,
    },
    Delete {
        assignment: usize,
    },
    Wait {
        days: u32,
    },
}

impl Deed {
    /// One who may.
    fn usual(&self) -> Role {
        match self {
            Self::Submit { body: 0, .. } | Self::Draft { body: 0, .. } => Role::Member,
            Self::Submit { .. } | Self::Draft { .. } => Role::Student,
            Self::Set { .. }
            | Self::Post { .. }
            | Self::Wait { .. }
            | Self::Extend { .. }
            | Self::Revoke { .. }
            | Self::Delete { .. } => Role::Teacher,
            Self::Grade { .. } => Role::Assistant,
        }
    }
}

/// Who tries it: now and then anybody, mostly one who may.
fn somebody() -> impl Strategy<Value = Option<Role>> {
    prop::option::weighted(0.3, prop::sample::select(&Role::ALL[..]))
}

fn deeds() -> impl Strategy<Value = Vec<(Option<Role>, Deed)>> {
    let set = (
        prop::option::of(0..4_u32),
        0..9_u32,
        any::<bool>(),
        any::<bool>(),
    );
    let extend = (0..4_usize, any::<bool>(), 0..9_u32, 0..3_u32);
    let submit = (0..4_usize, 0..3_u8, prop::option::of(0..3_u8));
    let deed = prop_oneof![
        1 => set.prop_map(|(attempts, days, published, in_module)| {
            Deed::Set { attempts, days, published, in_module }
        }),
        6 => submit.prop_map(|(assignment, body, key)| Deed::Submit { assignment, body, key }),
        3 => (0..9_usize, -1.0..20.0).prop_map(|(submission, score)| Deed::Grade { submission, score }),
        1 => (0..5_usize).prop_map(|assignment| Deed::Post { assignment }),
        1 => (0..4_u32).prop_map(|days| Deed::Wait { days }),
        2 => extend.prop_map(|(assignment, to_member, days, extra_attempts)| {
            Deed::Extend { assignment, to_member, days, extra_attempts }
        }),
        1 => (0..5_usize, any::<bool>())
            .prop_map(|(assignment, to_member)| Deed::Revoke { assignment, to_member }),
        2 => (0..5_usize, 0..3_u8).prop_map(|(assignment, body)| Deed::Draft { assignment, body }),
        1 => (0..6_usize).prop_map(|assignment| Deed::Delete { assignment }),
    ];
    prop::collection::vec((somebody(), deed), 30..120)
}

/// A class of two students with what came about in it.
struct World {
    cast: Cast,
    course: CourseId,
    module: ModuleId,
    assignments: Vec<AssignmentId>,
    submissions: Vec<SubmissionId>,
    scores: BTreeMap<SubmissionId, f64>,
    /// When what was handed in was due, and how many attempts there were, for its learner then.
    terms: BTreeMap<SubmissionId, Terms>,
    /// By assignment and learner.
    extensions: BTreeMap<(AssignmentId, UserId), Extension>,
    drafts: BTreeMap<(AssignmentId, UserId), String>,
}

impl World {
    fn new() -> Self {
        let (cast, course) = class();
        enroll(&cast, course, Role::Member);
        let title = "Basics".to_owned();
        let module = cast.does(
            Role::Teacher,
            CreateModule {
                course,
                title,
                published: true,
            },
        );
        let mut world = Self {
            cast,
            course,
            module,
            assignments: Vec::new(),
            submissions: Vec::new(),
            scores: BTreeMap::new(),
            terms: BTreeMap::new(),
            extensions: BTreeMap::new(),
            drafts: BTreeMap::new(),
        };
        for attempts in [None, Some(3)] {
            let (days, published, in_module) = (2, true, true);
            let set = Deed::Set {
                attempts,
                days,
                published,
                in_module,
            };
            world.happens(Role::Teacher, &set);
        }
        world
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
            Deed::Set {
                attempts,
                days,
                published,
                in_module,
            } => self.set(role, (attempts, days), (published, in_module)),
            Deed::Submit {
                assignment,
                body,
                key,
            } => self.submit(role, assignment, (body, key)),
            Deed::Extend {
                assignment,
                to_member,
                days,
                extra_attempts,
            } => self.extend(role, (assignment, to_member), (days, extra_attempts)),
            Deed::Revoke {
                assignment,
                to_member,
            } => self.revoke(role, (assignment, to_member)),
            Deed::Draft { assignment, body } => self.draft(role, assignment, body),
            Deed::Delete { assignment } => self.delete(role, assignment),
            Deed::Grade { submission, score } => {
                let submission = self.one_of(&self.submissions, submission);
                let grade = GradeSubmission {
                    submission,
                    score,
                    feedback: Change::Keep,
                };
                if self.tries(role, grade).is_some() {
                    self.scores.insert(submission, score);
                }
            }
            Deed::Post { assignment } => {
                let assignment = self.one_of(&self.assignments, assignment);
                let _posted = self.tries(role, PostGrades { assignment });
            }
            Deed::Wait { days } => self.cast.school.clock.advance(days * DAY),
        }
    }

    fn set(
        &mut self,
        role: Role,
        (attempts, days): (Option<u32>, u32),
        (published, in_module): (bool, bool),
    ) {
        let due = Some(self.cast.school.app.now().plus(days * DAY));
        let new = essay().published(published).dates(None, due, None).unwrap();
        let create = CreateAssignment {
            course: self.course,
            module: in_module.then_some(self.module),
            assignment: new.clone().attempts(attempts).unwrap_or(new),
            estimated_minutes: None,
        };
        self.assignments.extend(self.tries(role, create));
    }

    fn submit(&mut self, role: Role, assignment: usize, (body, key): (u8, Option<u8>)) {
        let assignment = self.one_of(&self.assignments, assignment);
        let submit = SubmitAssignment {
            idempotency_key: key.map(|key| format!("key {key}")),
            ..hand_in(assignment, &format!("work {body}"))
        };
        let done = self.tries(role, submit);
        if let Some(id) = done.filter(|id| !self.submissions.contains(id)) {
            let user = self.cast.user(role);
            self.submissions.push(id);
            self.terms.insert(id, self.terms_of(assignment, user));
            self.drafts.remove(&(assignment, user));
        }
    }

    fn draft(&mut self, role: Role, assignment: usize, body: u8) {
        let assignment = self.one_of(&self.assignments, assignment);
        let body = format!("draft {body}");
        let begun = Begun::new(Some(body.clone()), None, Vec::new()).unwrap();
        if self.tries(role, SaveDraft { assignment, begun }).is_some() {
            self.drafts.insert((assignment, self.cast.user(role)), body);
        }
    }

    fn delete(&mut self, role: Role, assignment: usize) {
        let assignment = self.one_of(&self.assignments, assignment);
        if self.tries(role, DeleteAssignment { assignment }).is_some() {
            self.assignments.retain(|id| *id != assignment);
            self.extensions.retain(|(id, _), _| *id != assignment);
            self.drafts.retain(|(id, _), _| *id != assignment);
        }
    }

    fn revoke(&mut self, role: Role, (at, to_member): (usize, bool)) {
        let (assignment, user) = self.whose(at, to_member);
        let holder = Holder::User(user);
        let revoke = RevokeExtension { assignment, holder };
        if self.tries(role, revoke).is_some() {
            let before = self.extensions.remove(&(assignment, user));
            assert!(before.is_some(), "one was revoked that was not given");
        }
    }

    /// An assignment, and one of the two students.
    fn whose(&self, assignment: usize, to_member: bool) -> (AssignmentId, UserId) {
        let role = if to_member {
            Role::Member
        } else {
            Role::Student
        };
        let assignment = self.one_of(&self.assignments, assignment);
        (assignment, self.cast.user(role))
    }

    fn extend(&mut self, role: Role, (at, to_member): (usize, bool), (days, extra): (u32, u32)) {
        let (assignment, user) = self.whose(at, to_member);
        let extension = Extension {
            due_at: (days > 0).then(|| self.cast.school.app.now().plus(days * DAY)),
            extra_attempts: extra,
            ..Extension::default()
        };
        let grant = GrantExtension {
            assignment,
            holder: Holder::User(user),
            extension,
        };
        if self.tries(role, grant).is_some() {
            let before = self.extensions.insert((assignment, user), extension);
            assert_eq!(before, None, "an extension was given twice");
        }
    }

    /// The terms of a learner as this model has them.
    fn terms_of(&self, id: AssignmentId, user: UserId) -> Terms {
        let snapshot = self.cast.school.app.snapshot();
        let terms = assignment(&snapshot, id).unwrap().unwrap().terms();
        let extension = self.extensions.get(&(id, user));
        extension.map_or(terms, |extension| extension.over(terms))
    }

    fn agrees(&self) {
        self.cast.school.catch_up();
        self.cast.school.agrees();
        let (snapshot, admin) = (
            self.cast.school.app.snapshot(),
            self.cast.actor(Role::Admin),
        );
        let mut found = 0;
        for assignment in &self.assignments {
            let (filter, all) = (SubmissionFilter::default(), PageRequest::first(100));
            let page = submissions_of(&snapshot, &admin, *assignment, (filter, &all)).unwrap();
            assert_eq!(page.total, page.entries.len() as u64);
            found += page.entries.len();
            for role in [Role::Student, Role::Member] {
                self.attempts_are_contiguous(*assignment, role);
            }
        }
        assert_eq!(found, self.submissions.len());
        for id in &self.submissions {
            let seen = submissions::view(&snapshot, &admin, *id).unwrap().unwrap();
            assert_eq!(
                seen.grade.map(|grade| grade.score),
                self.scores.get(id).copied()
            );
        }
        self.progress_follows();
    }

    fn attempts_are_contiguous(&self, id: AssignmentId, role: Role) {
        let (snapshot, actor) = (self.cast.school.app.snapshot(), self.cast.actor(role));
        let Some(viewed) = view(&snapshot, &actor, id).unwrap() else {
            return;
        };
        let own = own_submissions(&snapshot, &actor, &viewed).unwrap();
        let attempts: Vec<u32> = own.iter().map(|seen| seen.submission.attempt).collect();
        assert!(
            attempts
                .iter()
                .copied()
                .eq(1..=u32::try_from(own.len()).unwrap()),
            "{attempts:?}"
        );
        let user = self.cast.user(role);
        let extended = of_viewer(&snapshot, &actor, &viewed.course).unwrap();
        let terms = extended.terms(id, &viewed.assignment);
        assert_eq!(terms, self.terms_of(id, user), "{role}");
        let draft = own_draft(&snapshot, &actor, &viewed).unwrap();
        let body = draft.and_then(|draft| draft.body);
        assert_eq!(body.as_ref(), self.drafts.get(&(id, user)), "{role}");
        for seen in &own {
            let then = self.terms.get(&seen.id).unwrap();
            let submission = &seen.submission;
            assert!(submission.attempt <= then.attempts_allowed.unwrap_or(u32::MAX));
            assert_eq!(submission.late, then.is_late(submission.submitted_at));
            let posted = viewed.assignment.grades_posted_at.is_some();
            assert!(posted || seen.grade.is_none(), "a hidden grade is seen");
        }
    }

    /// Whoever handed something in has completed the items that lead there, and nothing else.
    fn progress_follows(&self) {
        let snapshot = self.cast.school.app.snapshot();
        for role in [Role::Student, Role::Member] {
            let (actor, user) = (self.cast.actor(role), self.cast.user(role));
            let mut expected = Vec::new();
            for id in &self.assignments {
                let Some(viewed) = view(&snapshot, &actor, *id).unwrap() else {
                    continue;
                };
                if !own_submissions(&snapshot, &actor, &viewed)
                    .unwrap()
                    .is_empty()
                {
                    let items = items_of(&snapshot, self.course, *id).unwrap();
                    expected.extend(items.into_iter().map(|(item, _)| item));
                }
            }
            expected.sort_unstable();
            assert_eq!(
                completed(&snapshot, self.course, user).unwrap(),
                expected,
                "{role}"
            );
            let found = progress(&snapshot, self.course, user).unwrap();
            assert_eq!(found.completed_items, expected.len() as u64);
            assert!(found.completed_items <= found.total_items);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_people_try_the_school_agrees_with_itself(deeds in deeds()) {
        let mut world = World::new();
        for (who, deed) in &deeds {
            world.happens(who.unwrap_or_else(|| deed.usual()), deed);
        }
        world.agrees();
    }
}
