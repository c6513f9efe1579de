//! Whatever people try in whatever order: what is kept agrees with itself.

use std::time::Duration;

use proptest::prelude::*;

use app::{Command, UserId};
use kernel::{Error, PageRequest, Timestamp};
use testkit::{Cast, Role};

use super::{ENROLLED, cast, module, titled};
use crate::activity::last_activity;
use crate::catalog::{
    self, ArchiveCourse, CourseChange, CourseFilter, CourseId, DeleteCourse, PublishCourse,
    RestoreCourse, UnpublishCourse, UpdateCourse, Visibility,
};
use crate::enrollments::{
    self, Enroll, EnrollSelf, Enrollment, EnrollmentChange, EnrollmentState, LeaveCourse, Unenroll,
    UpdateEnrollment,
};
use crate::markup::SafeHtml;
use crate::modules::{
    self, AddItem, CreateModule, DeleteModule, ItemId, Linked, ModuleId, MoveItem, PublishItem,
    PublishModule, RemoveItem, ReorderModules, UnpublishItem, UnpublishModule, WebAddress,
};
use crate::neighbours::Neighbours;
use crate::pages::CreatePage;
use crate::progress::{self, CompleteItem};

const STATES: [EnrollmentState; 4] = [
    EnrollmentState::Active,
    EnrollmentState::Completed,
    EnrollmentState::Inactive,
    EnrollmentState::Invited,
];

/// What somebody tries. Numbers choose among what is there by then, and may miss.
#[derive(Debug, Clone)]
enum Deed {
    Create {
        code: u8,
    },
    Publish,
    Enroll {
        who: usize,
        place: usize,
    },
    Module {
        published: bool,
    },
    Link {
        module: usize,
        published: bool,
    },
    Page {
        module: usize,
        published: bool,
    },
    Complete {
        item: usize,
    },
    Change {
        what: usize,
        module: usize,
        item: usize,
    },
    Leave {
        who: usize,
    },
    Move {
        who: usize,
        state: usize,
    },
    Join,
    Delete,
    CatchUp,
}

impl Deed {
    /// One who may.
    fn usual(&self) -> Role {
        match self {
            Self::Create { .. } => Role::Staff,
            Self::Publish
            | Self::Enroll { .. }
            | Self::Leave { .. }
            | Self::Move { .. }
            | Self::CatchUp => Role::Teacher,
            Self::Join => Role::Member,
            Self::Delete => Role::Admin,
            Self::Module { .. } => Role::Assistant,
            Self::Link { .. } | Self::Page { .. } | Self::Change { .. } => Role::Designer,
            Self::Complete { .. } => Role::Student,
        }
    }
}

/// Who tries it: now and then anybody, mostly one who may.
fn somebody() -> impl Strategy<Value = Option<Role>> {
    prop::option::weighted(0.3, prop::sample::select(&Role::ALL[..]))
}

fn deeds() -> impl Strategy<Value = Vec<(Option<Role>, usize, Deed)>> {
    let deed = prop_oneof![
        1 => (0..4_u8).prop_map(|code| Deed::Create { code }),
        1 => Just(Deed::Publish),
        3 => (0..10_usize, 0..5_usize).prop_map(|(who, place)| Deed::Enroll { who, place }),
        2 => any::<bool>().prop_map(|published| Deed::Module { published }),
        2 => (0..4_usize, any::<bool>()).prop_map(|(module, published)| Deed::Link { module, published }),
        2 => (0..4_usize, any::<bool>()).prop_map(|(module, published)| Deed::Page { module, published }),
        4 => (0..8_usize).prop_map(|item| Deed::Complete { item }),
        6 => (0..14_usize, 0..4_usize, 0..8_usize)
            .prop_map(|(what, module, item)| Deed::Change { what, module, item }),
        1 => (0..10_usize).prop_map(|who| Deed::Leave { who }),
        1 => (0..10_usize, 0..4_usize).prop_map(|(who, state)| Deed::Move { who, state }),
        1 => Just(Deed::Join),
        1 => Just(Deed::Delete),
        1 => Just(Deed::CatchUp),
    ];
    // Mostly in the first course, where everybody is.
    let course = prop_oneof![3 => Just(0_usize), 1 => 1..3_usize];
    prop::collection::vec((somebody(), course, deed), 30..120)
}

/// The cast with a course, and more that come.
struct World {
    cast: Cast,
    courses: Vec<CourseId>,
}

impl World {
    fn new() -> Self {
        let cast = cast();
        let course = cast.does(Role::Program, titled("CS-0"));
        for (role, place) in ENROLLED {
            let user = cast.user(role);
            cast.does(
                Role::Program,
                Enroll {
                    course,
                    user,
                    role: place,
                    section: None,
                    idempotency_key: None,
                },
            );
        }
        cast.does(Role::Teacher, PublishCourse { course });
        let module = module(&cast, course, true);
        cast.does(Role::Teacher, page(course, Some(module), true));
        Self {
            cast,
            courses: vec![course],
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

    fn attempts<C: Command>(&self, role: Role, command: C) {
        let _done = self.tries(role, command).is_some();
    }

    /// Everything in a course, and one of each that is not there.
    fn places(&self, course: CourseId) -> (Vec<ModuleId>, Vec<ItemId>) {
        let snapshot = self.cast.school.app.snapshot();
        let viewed = catalog::view(&snapshot, &self.cast.actor(Role::Admin), course)
            .unwrap()
            .unwrap();
        let modules = modules::modules_of(&snapshot, &viewed).unwrap();
        let items = modules
            .iter()
            .flat_map(|module| module.items.iter().map(modules::Listed::id));
        let items = items.chain([self.cast.school.app.new_id()]).collect();
        let modules = modules.iter().map(|module| module.id);
        (
            modules.chain([self.cast.school.app.new_id()]).collect(),
            items,
        )
    }

    fn happens(&mut self, role: Role, course: usize, deed: &Deed) {
        self.cast.school.clock.advance(Duration::from_secs(1));
        let course = self.courses[course % self.courses.len()];
        let (modules, items) = self.places(course);
        match *deed {
            Deed::Create { code } => {
                self.courses
                    .extend(self.tries(role, titled(&format!("cs-{code}"))));
            }
            Deed::Publish => self.attempts(role, PublishCourse { course }),
            Deed::Enroll { who, place } => {
                let user = self.person(who);
                let (_, as_what) = ENROLLED[place];
                self.attempts(
                    role,
                    Enroll {
                        course,
                        user,
                        role: as_what,
                        section: None,
                        idempotency_key: None,
                    },
                );
            }
            Deed::Module { published } => {
                self.attempts(
                    role,
                    CreateModule {
                        course,
                        title: "M".to_owned(),
                        published,
                    },
                );
            }
            Deed::Link { module, published } => {
                let module = modules[module % modules.len()];
                self.attempts(role, link(course, module, published));
            }
            Deed::Page { module, published } => {
                let module = modules.get(module).copied();
                self.attempts(role, page(course, module, published));
            }
            Deed::Complete { item } => {
                let item = items[item % items.len()];
                self.attempts(role, CompleteItem { course, item });
            }
            Deed::Change { what, module, item } => {
                let (module, item) = (module % modules.len(), item % items.len());
                self.changes(role, course, what, (modules[module], items[item]));
            }
            Deed::Leave { who } => {
                let user = self.person(who);
                self.attempts(role, Unenroll { course, user });
            }
            Deed::Move { who, state } => self.moves(role, (course, who), STATES[state]),
            Deed::Join => self.joins(role, course),
            Deed::Delete => self.deletes(role, course),
            Deed::CatchUp => self.cast.school.catch_up(),
        }
    }

    /// One of the cast, or one who is not there.
    fn person(&self, who: usize) -> UserId {
        let user = self.cast.actor(Role::ALL[who]).user_id();
        user.unwrap_or_else(|| self.cast.school.app.new_id())
    }

    fn moves(&self, role: Role, (course, who): (CourseId, usize), state: EnrollmentState) {
        let update = UpdateEnrollment {
            course,
            user: self.person(who),
            change: EnrollmentChange {
                state: Some(state),
                ..EnrollmentChange::default()
            },
        };
        self.attempts(role, update);
    }

    /// Deletes a course, unless it is the last.
    fn deletes(&mut self, role: Role, course: CourseId) {
        let neighbours = Neighbours::NONE;
        let delete = DeleteCourse { course, neighbours };
        if self.courses.len() > 1 && self.tries(role, delete).is_some() {
            self.courses.retain(|other| *other != course);
        }
    }

    /// Comes into a course that opens to all, or leaves it again.
    fn joins(&self, role: Role, course: CourseId) {
        let change = CourseChange {
            visibility: Some(Visibility::School),
            self_enrollment: Some(true),
            ..CourseChange::default()
        };
        self.attempts(Role::Teacher, UpdateCourse { course, change });
        let join = EnrollSelf {
            course,
            code: None,
            idempotency_key: None,
        };
        if self.tries(role, join).is_none() {
            self.attempts(role, LeaveCourse { course });
        }
    }

    /// Changes something that is there: the course, a module, or an item.
    fn changes(
        &mut self,
        role: Role,
        course: CourseId,
        what: usize,
        (module, item): (ModuleId, ItemId),
    ) {
        let neighbours = Neighbours::NONE;
        match what {
            0 => self.attempts(role, UnpublishModule { course, module }),
            1 | 2 => self.attempts(role, PublishModule { course, module }),
            3 => self.attempts(role, DeleteModule { course, module }),
            4 => self.attempts(role, UnpublishItem { course, item }),
            5 | 6 => {
                let publish = PublishItem {
                    course,
                    item,
                    neighbours,
                };
                self.attempts(role, publish);
            }
            7 => self.attempts(role, RemoveItem { course, item }),
            8 | 9 => {
                let position = Some(1);
                let to = MoveItem {
                    course,
                    item,
                    module,
                    position,
                };
                self.attempts(role, to);
            }
            10 => {
                let (mut modules, _) = self.places(course);
                modules.pop();
                modules.reverse();
                self.attempts(role, ReorderModules { course, modules });
            }
            11 => self.attempts(Role::Teacher, UnpublishCourse { course, neighbours }),
            12 => self.attempts(Role::Teacher, ArchiveCourse { course }),
            _ => self.attempts(Role::Teacher, RestoreCourse { course }),
        }
    }

    fn agrees(&self) {
        self.cast.school.catch_up();
        self.cast.school.agrees();
        for course in &self.courses {
            self.course_agrees(*course);
        }
        let (snapshot, admin) = (
            self.cast.school.app.snapshot(),
            self.cast.actor(Role::Admin),
        );
        let all = CourseFilter::default();
        let page = catalog::courses(&snapshot, &admin, &all, &PageRequest::first(100)).unwrap();
        assert_eq!(page.total, self.courses.len() as u64);
        assert_eq!(page.entries.len(), self.courses.len());
    }

    fn course_agrees(&self, course: CourseId) {
        let snapshot = self.cast.school.app.snapshot();
        let viewed = catalog::view(&snapshot, &self.cast.actor(Role::Admin), course)
            .unwrap()
            .unwrap();
        let modules = modules::modules_of(&snapshot, &viewed).unwrap();
        let places: Vec<u32> = modules.iter().map(|found| found.module.position).collect();
        assert!(
            places
                .iter()
                .copied()
                .eq(1..=u32::try_from(places.len()).unwrap()),
            "{places:?}"
        );
        for found in &modules {
            let places = (1..).zip(&found.items);
            for (place, item) in places {
                assert_eq!(item.position, place, "{found:?}");
                let visible = item.is_published() && found.module.published;
                assert_eq!(item.visible, visible, "{found:?}");
            }
        }
        let items: Vec<_> = modules.iter().flat_map(|found| &found.items).collect();
        let counting = items.iter().filter(|item| item.counts()).count() as u64;
        assert_eq!(
            modules::counting_items(&snapshot, course).unwrap(),
            counting
        );
        let mut students = 0;
        for role in Role::ALL {
            let Some(user) = self.cast.actor(role).user_id() else {
                continue;
            };
            let place = enrollments::enrollment(&snapshot, course, user).unwrap();
            students += u64::from(place.as_ref().is_some_and(Enrollment::is_active_student));
            let found = progress::progress(&snapshot, course, user).unwrap();
            let done = progress::completed(&snapshot, course, user).unwrap();
            assert_eq!(found.completed_items, done.len() as u64);
            assert!(found.completed_items <= found.total_items);
            assert_eq!(
                last_activity(&snapshot, course, user).unwrap(),
                self.last(course, role)
            );
        }
        assert_eq!(
            enrollments::active_students(&snapshot, course).unwrap(),
            students
        );
    }

    /// When somebody was last active, by going through everything that happened.
    fn last(&self, course: CourseId, role: Role) -> Option<Timestamp> {
        let actor = self.cast.actor(role).to_string();
        let events = self.cast.school.events().into_iter().rev();
        let course = format!("\"course\":\"{course}\"");
        events
            .filter(|event| event.actor == actor)
            .find(|event| std::str::from_utf8(&event.body).unwrap().contains(&course))
            .map(|event| event.time)
    }
}

fn link(course: CourseId, module: ModuleId, published: bool) -> AddItem {
    let content = Linked::Link(WebAddress::parse("https://example.org/").unwrap());
    let title = "Link".to_owned();
    AddItem {
        course,
        module,
        title,
        content,
        estimated_minutes: None,
        published,
    }
}

fn page(course: CourseId, module: Option<ModuleId>, published: bool) -> CreatePage {
    let (title, body) = ("Page".to_owned(), SafeHtml::default());
    CreatePage {
        course,
        module,
        title,
        body,
        estimated_minutes: None,
        published,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_people_try_the_school_agrees_with_itself(deeds in deeds()) {
        let mut world = World::new();
        for (who, course, deed) in &deeds {
            world.happens(who.unwrap_or_else(|| deed.usual()), *course, deed);
        }
        world.agrees();
    }
}
