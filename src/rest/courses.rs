//! Courses: reading them, copying and archiving them.

use std::sync::Arc;

use app::Actor;
use assess::extensions::{self, Extended};
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use courses::catalog::{self, ArchiveCourse, CourseFilter, CourseId, CourseState, Viewed};
use courses::copies::CopyCourse;
use courses::enrollments;
use courses::modules::{self, Content, ItemId, ModuleId};
use courses::progress;
use kernel::{PageRequest, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Snapshot;

use crate::Rest;
use crate::body::{Body, IdInPath, Parameters};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let list = Operation::get(
        "/api/courses",
        "Lists the courses that one may see, by code.",
    )
    .open()
    .query::<Wanted>()
    .answers::<Courses>(200, "A page of courses.")
    .refuses(&[401]);
    let show = Operation::get("/api/courses/{id}", "Shows a course with what is in it.")
        .open()
        .answers::<CourseInFull>(200, "The course.")
        .refuses(&[401]);
    let biology = json!({
        "code": "BIO-102",
        "title": "Introduction to Biology",
        "startsAt": "2027-02-01T08:00:00Z",
    });
    let copy = Operation::post(
        "/api/courses/{id}/copy",
        "Copies a course with all that is in it, without people and work, as a draft.",
    )
    .takes::<Copy>(biology)
    .answers::<Changed>(201, "The copy.")
    .refuses(&[403, 409]);
    let archive = Operation::post(
        "/api/courses/{id}/archive",
        "Archives a course: it can be read, not changed.",
    )
    .answers::<Changed>(200, "The course.")
    .refuses(&[403, 409]);
    vec![
        list.by(self::list),
        show.by(self::show),
        copy.by(self::copy),
        archive.by(self::archive),
    ]
}

/// Which courses are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// How many, 1 to 100; 20 unless it is said.
    #[schemars(range(min = 1, max = 100))]
    first: Option<i64>,
    /// The `endCursor` of the page before.
    after: Option<String>,
    /// What code or title have in them.
    search: Option<String>,
    #[schemars(with = "Option<shapes::CourseState>")]
    state: Option<CourseState>,
    /// Only those that the viewer is enrolled in.
    #[serde(default)]
    mine: bool,
}

/// A page of courses.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Courses {
    nodes: Vec<Course>,
    total_count: u64,
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Course {
    #[schemars(with = "shapes::Id")]
    id: CourseId,
    code: String,
    title: String,
    description: String,
    language: String,
    #[schemars(with = "shapes::CourseState")]
    state: CourseState,
    #[schemars(with = "Option<shapes::Moment>")]
    starts_at: Option<Timestamp>,
    #[schemars(with = "Option<shapes::Moment>")]
    ends_at: Option<Timestamp>,
    enrollment_count: u64,
}

impl Course {
    fn of(snapshot: &Snapshot, viewed: Viewed) -> kernel::Result<Self> {
        let course = Arc::unwrap_or_clone(viewed.course);
        Ok(Self {
            id: viewed.id,
            code: course.code,
            title: course.title,
            description: course.description,
            language: course.language,
            state: course.state,
            starts_at: course.starts_at,
            ends_at: course.ends_at,
            enrollment_count: enrollments::active_students(snapshot, viewed.id)?,
        })
    }
}

/// `GET /api/courses?first&after&search&state&mine`.
pub(crate) async fn list(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Courses>, Problem> {
    let request = PageRequest::parse(wanted.first, wanted.after.as_deref())?;
    let filter = CourseFilter {
        search: wanted.search,
        state: wanted.state,
        mine: wanted.mine,
    };
    let snapshot = rest.app.snapshot();
    let page = catalog::courses(&snapshot, &actor, &filter, &request)?;
    let end_cursor = page.entries.last().map(|(cursor, _)| cursor.to_string());
    let nodes = page
        .entries
        .into_iter()
        .map(|(_, viewed)| Course::of(&snapshot, viewed));
    Ok(Json(Courses {
        nodes: nodes.collect::<Result<_, _>>()?,
        total_count: page.total,
        has_next_page: page.has_next,
        end_cursor,
    }))
}

/// A course with what is in it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CourseInFull {
    #[serde(flatten)]
    course: Course,
    modules: Vec<Module>,
    viewer_progress: Option<Progress>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Progress {
    completed_items: u64,
    total_items: u64,
}

#[derive(Serialize, JsonSchema)]
struct Module {
    #[schemars(with = "shapes::Id")]
    id: ModuleId,
    title: String,
    position: u32,
    items: Vec<Item>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[schemars(with = "shapes::Id")]
    id: ItemId,
    title: String,
    #[schemars(with = "shapes::ItemKind")]
    kind: modules::ItemKind,
    position: u32,
    estimated_minutes: Option<u32>,
    #[schemars(with = "Option<shapes::Moment>")]
    due_at: Option<Timestamp>,
    content_id: Option<String>,
    url: Option<String>,
}

impl Module {
    fn of(module: modules::ModuleItems, extended: &Extended) -> Self {
        let due_at = |item: &modules::Item| {
            if let Content::Assignment(id) = item.content {
                extended.due_at(id, item.due_at)
            } else {
                item.due_at
            }
        };
        let items = module.items.into_iter().map(|item| Item {
            id: item.id(),
            kind: item.content.kind(),
            content_id: item.content.id_text(),
            url: item.content.url().map(str::to_owned),
            due_at: due_at(&item),
            title: item.title.clone(),
            position: item.position,
            estimated_minutes: item.estimated_minutes,
        });
        Self {
            id: module.id,
            items: items.collect(),
            title: module.module.title,
            position: module.module.position,
        }
    }
}

/// `GET /api/courses/{id}`.
pub(crate) async fn show(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(id): IdInPath<CourseId>,
) -> Result<Json<CourseInFull>, Problem> {
    let snapshot = rest.app.snapshot();
    let viewed = catalog::require_visible(&snapshot, &actor, id)?;
    let modules = modules::modules_of(&snapshot, &viewed)?.into_iter();
    let extended = extensions::of_viewer(&snapshot, &actor, &viewed)?;
    let viewer_progress = match (&viewed.enrollment, actor.user_id()) {
        (Some(_), Some(user)) => {
            let progress = progress::progress(&snapshot, id, user)?;
            let (completed_items, total_items) = (progress.completed_items, progress.total_items);
            Some(Progress {
                completed_items,
                total_items,
            })
        }
        (_, _) => None,
    };
    Ok(Json(CourseInFull {
        course: Course::of(&snapshot, viewed)?,
        modules: modules
            .map(|module| Module::of(module, &extended))
            .collect(),
        viewer_progress,
    }))
}

/// A copy that is to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Copy {
    code: String,
    title: Option<String>,
    #[schemars(with = "Option<shapes::Moment>")]
    starts_at: Option<Timestamp>,
    #[schemars(length(min = 1, max = 255))]
    idempotency_key: Option<String>,
}

/// One course, as it is after a change.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Changed {
    course: Course,
}

impl Changed {
    fn of(rest: &Rest, actor: &Actor, id: CourseId) -> kernel::Result<Json<Self>> {
        let snapshot = rest.app.snapshot();
        let viewed = catalog::require_visible(&snapshot, actor, id)?;
        let course = Course::of(&snapshot, viewed)?;
        Ok(Json(Self { course }))
    }
}

/// `POST /api/courses/{id}/copy`.
pub(crate) async fn copy(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(course): IdInPath<CourseId>,
    Body(copy): Body<Copy>,
) -> Result<(StatusCode, Json<Changed>), Problem> {
    let command = CopyCourse {
        course,
        code: copy.code,
        title: copy.title,
        starts_at: copy.starts_at,
        neighbours: rest.neighbours,
        idempotency_key: copy.idempotency_key,
    };
    let id = rest.app.run(actor.clone(), command).await?;
    let copied = Changed::of(&rest, &actor, id)?;
    Ok((StatusCode::CREATED, copied))
}

/// `POST /api/courses/{id}/archive`.
pub(crate) async fn archive(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(course): IdInPath<CourseId>,
) -> Result<Json<Changed>, Problem> {
    rest.app
        .run(actor.clone(), ArchiveCourse { course })
        .await?;
    Ok(Changed::of(&rest, &actor, course)?)
}
