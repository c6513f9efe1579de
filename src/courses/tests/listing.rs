//! The list of courses, against a plain filter of all of them, and what it reads.

use proptest::prelude::*;

use kernel::PageRequest;
use testkit::{Cast, Role};

use super::{ENROLLED, cast, leaf_through, titled};
use crate::catalog::{
    self, CourseFilter, CourseId, CourseState, PublishCourse, Viewed, Visibility, courses,
};
use crate::enrollments::{CourseRole, Enroll};

const VISIBILITIES: [Visibility; 3] =
    [Visibility::Enrolled, Visibility::School, Visibility::Public];

/// A course of a random school.
#[derive(Debug, Clone)]
struct Plan {
    number: u8,
    visibility: Visibility,
    published: bool,
    people: Vec<(Role, CourseRole)>,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let people = prop::sample::subsequence(ENROLLED.to_vec(), 0..=ENROLLED.len());
    let plan = (
        any::<u8>(),
        prop::sample::select(&VISIBILITIES[..]),
        any::<bool>(),
        people,
    );
    let plan = plan.prop_map(|(number, visibility, published, people)| Plan {
        number,
        visibility,
        published,
        people,
    });
    prop::collection::vec(plan, 0..25)
}

fn filters() -> impl Strategy<Value = CourseFilter> {
    let search = prop::option::weighted(0.4, prop::sample::select(vec!["1", "CS-2", "zz", " "]));
    let state = prop::option::weighted(
        0.4,
        prop::sample::select(vec![CourseState::Draft, CourseState::Published]),
    );
    (search, state, any::<bool>()).prop_map(|(search, state, mine)| CourseFilter {
        search: search.map(str::to_owned),
        state,
        mine,
    })
}

fn found(cast: &Cast, plan: &Plan) -> Option<CourseId> {
    let mut create = titled(&format!("CS-{}", plan.number));
    create.course = create.course.visibility(plan.visibility);
    let course = cast.tries(Role::Program, create).ok()?;
    for (who, role) in &plan.people {
        enroll(cast, course, *who, *role);
    }
    if plan.published {
        cast.does(Role::Program, PublishCourse { course });
    }
    Some(course)
}

fn enroll(cast: &Cast, course: CourseId, who: Role, role: CourseRole) {
    let user = cast.user(who);
    cast.does(
        Role::Program,
        Enroll {
            course,
            user,
            role,
            section: None,
            idempotency_key: None,
        },
    );
}

/// What the list says, by the rule alone.
fn takes(filter: &CourseFilter, viewed: &Viewed) -> bool {
    let text = filter
        .search
        .as_deref()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let (code, title) = (&viewed.course.code, &viewed.course.title);
    let found = code.to_lowercase().contains(&text) || title.to_lowercase().contains(&text);
    let state = filter
        .state
        .is_none_or(|state| state == viewed.course.state);
    found && state && (!filter.mine || viewed.enrollment.is_some())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_list_is_what_one_may_see_of_all_courses(
        plans in plans(),
        filter in filters(),
        size in 1..7_i64,
    ) {
        let cast = cast();
        let mut all: Vec<CourseId> = plans.iter().filter_map(|plan| found(&cast, plan)).collect();
        let snapshot = cast.school.app.snapshot();
        all.sort_by_key(|id| {
            let course = catalog::course(&snapshot, *id).unwrap().unwrap();
            course.code.to_lowercase()
        });
        for role in Role::ALL {
            let actor = cast.actor(role);
            if filter.mine && role == Role::Nobody {
                continue;
            }
            let visible = all.iter().filter_map(|id| catalog::view(&snapshot, &actor, *id).unwrap());
            let expected: Vec<Viewed> = visible.filter(|viewed| takes(&filter, viewed)).collect();
            let listed = leaf_through(size, |page| courses(&snapshot, &actor, &filter, page));
            prop_assert_eq!(listed, expected, "as {}", role);
        }
        cast.school.agrees();
    }
}

/// A school of 400 courses, 80 of which are open to everybody; the student is in 6 of them.
fn large_school() -> Cast {
    let cast = cast();
    for number in 0..400 {
        let visibility = if number % 5 == 0 {
            Visibility::Public
        } else {
            Visibility::Enrolled
        };
        let mut create = titled(&format!("CS-{number:03}"));
        create.course = create.course.visibility(visibility);
        let course = cast.does(Role::Program, create);
        cast.does(Role::Program, PublishCourse { course });
        if number % 70 == 1 {
            enroll(&cast, course, Role::Student, CourseRole::Student);
        }
    }
    cast
}

/// How many points and scans are read for a page of 20.
fn reads(cast: &Cast, role: Role, filter: &CourseFilter) -> (u64, u64) {
    let snapshot = cast.school.app.snapshot();
    let page = courses(
        &snapshot,
        &cast.actor(role),
        filter,
        &PageRequest::first(20),
    )
    .unwrap();
    (page.total, snapshot.reads())
}

#[test]
fn a_page_reads_ones_own_courses_and_itself_however_large_the_school() {
    let cast = large_school();
    let all = CourseFilter::default();
    // One's own courses and the enrolments in them, with the list of these; the number and the
    // list of those that are open; and for each of 18 others on the page course and enrolment.
    assert_eq!(
        reads(&cast, Role::Student, &all),
        (86, (1 + 6 * 2) + 2 + 18 * 2)
    );
    assert_eq!(reads(&cast, Role::Member, &all), (80, 1 + 2 + 20 * 2));
    assert_eq!(reads(&cast, Role::Nobody, &all), (80, 2 + 20));
    assert_eq!(reads(&cast, Role::Admin, &all), (400, 2 + 20 * 2));
    let mine = CourseFilter {
        mine: true,
        ..CourseFilter::default()
    };
    assert_eq!(reads(&cast, Role::Student, &mine), (6, 1 + 6 * 2));
    let drafts = CourseFilter {
        state: Some(CourseState::Draft),
        ..CourseFilter::default()
    };
    assert_eq!(reads(&cast, Role::Student, &drafts), (0, 1 + 6 * 2));
}

#[test]
fn a_course_that_is_open_and_ones_own_is_listed_once() {
    let cast = cast();
    let plan = Plan {
        number: 1,
        visibility: Visibility::School,
        published: false,
        people: Vec::new(),
    };
    let course = found(&cast, &plan).unwrap();
    let total = || reads(&cast, Role::Member, &CourseFilter::default()).0;
    assert_eq!(total(), 0, "a draft");
    cast.does(Role::Program, PublishCourse { course });
    assert_eq!(total(), 1);
    enroll(&cast, course, Role::Member, CourseRole::Student);
    assert_eq!(total(), 1, "listed once though both open and one's own");
    cast.school.agrees();
}
