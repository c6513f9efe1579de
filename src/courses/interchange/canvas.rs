//! The documents that Canvas adds to a cartridge: settings, modules, files, assignments.
//!
//! Pure reading: a tree of elements in, a small struct out. Whatever is set to something and is not
//! understood comes back by name, so that the report can say that it was lost.

use std::collections::HashSet;

use super::{
    model::{Assignment, SubmissionType},
    paths,
    report::What,
    text,
    xml::Element,
};

/// `course_settings.xml`.
#[derive(Debug, Default)]
pub(super) struct CourseSettings {
    pub(super) title: Option<String>,
    pub(super) code: Option<String>,
    pub(super) description: Option<String>,
    pub(super) starts: Option<String>,
    pub(super) ends: Option<String>,
    pub(super) unread: Vec<String>,
}

/// A module of `module_meta.xml`.
#[derive(Debug, Default)]
pub(super) struct ModuleMeta {
    pub(super) identifier: String,
    pub(super) title: String,
    pub(super) published: bool,
    pub(super) unlocks: Option<String>,
    pub(super) items: Vec<ItemMeta>,
    pub(super) unread: Vec<String>,
}

/// A line of a module.
#[derive(Debug, Default)]
pub(super) struct ItemMeta {
    pub(super) identifier: String,
    pub(super) kind: String,
    pub(super) title: String,
    /// The identifier of a resource.
    pub(super) resource: String,
    pub(super) url: Option<String>,
    pub(super) indent: u8,
    pub(super) published: bool,
    pub(super) unread: Vec<String>,
}

/// `files_meta.xml`: what learners must not see, and names that differ from the path.
#[derive(Debug, Default)]
pub(super) struct FilesMeta {
    /// Folders below `web_resources`.
    pub(super) hidden_folders: HashSet<String>,
    pub(super) files: Vec<FileMeta>,
    pub(super) unread: Vec<String>,
}

/// A file of `files_meta.xml`.
#[derive(Debug, Default)]
pub(super) struct FileMeta {
    pub(super) identifier: String,
    pub(super) hidden: bool,
    pub(super) name: Option<String>,
}

/// What Canvas keeps about a discussion beside its text.
#[derive(Debug, Default)]
pub(super) struct TopicMeta {
    pub(super) title: Option<String>,
    pub(super) announcement: bool,
    pub(super) published: bool,
    pub(super) unread: Vec<String>,
}

pub(super) fn course(root: &Element) -> CourseSettings {
    let mut unread = unread_settings(
        root,
        &[
            "title",
            "course_code",
            "public_description",
            "start_at",
            "conclude_at",
        ],
    );
    let starts = time(root, "start_at", &mut unread);
    let ends = time(root, "conclude_at", &mut unread);
    CourseSettings {
        title: root.value("title").map(paths::title),
        code: root.value("course_code").map(paths::title),
        description: root.value("public_description").map(text::to_html),
        starts,
        ends,
        unread,
    }
}

pub(super) fn modules(root: &Element) -> Vec<ModuleMeta> {
    let understood = ["title", "workflow_state", "position", "items", "unlock_at"];
    let mut modules: Vec<(u64, ModuleMeta)> = Vec::new();
    for module in root.children_named("module") {
        let mut unread = unread_settings(module, &understood);
        let mut items: Vec<(u64, ItemMeta)> = module
            .child("items")
            .into_iter()
            .flat_map(|items| items.children_named("item"))
            .map(|item| (position(item), item_meta(item)))
            .collect();
        items.sort_by_key(|(position, _)| *position);
        let meta = ModuleMeta {
            identifier: module
                .attribute("identifier")
                .unwrap_or_default()
                .to_owned(),
            title: paths::title(module.value("title").unwrap_or_default()),
            published: is_published(module),
            unlocks: time(module, "unlock_at", &mut unread),
            items: items.into_iter().map(|(_, item)| item).collect(),
            unread,
        };
        modules.push((position(module), meta));
    }
    modules.sort_by_key(|(position, _)| *position);
    modules.into_iter().map(|(_, module)| module).collect()
}

fn item_meta(item: &Element) -> ItemMeta {
    let understood = [
        "content_type",
        "workflow_state",
        "title",
        "identifierref",
        "url",
        "position",
        "indent",
        "global_identifierref",
    ];
    ItemMeta {
        identifier: item.attribute("identifier").unwrap_or_default().to_owned(),
        kind: item.value("content_type").unwrap_or_default().to_owned(),
        title: paths::title(item.value("title").unwrap_or_default()),
        resource: item.value("identifierref").unwrap_or_default().to_owned(),
        url: item.value("url").map(str::to_owned),
        indent: item
            .value("indent")
            .and_then(|n| n.parse().ok())
            .unwrap_or(0),
        published: is_published(item),
        unread: unread_settings(item, &understood),
    }
}

pub(super) fn files(root: &Element) -> FilesMeta {
    let mut meta = FilesMeta::default();
    for folder in root
        .child("folders")
        .into_iter()
        .flat_map(|f| f.children_named("folder"))
    {
        let path = folder.attribute("path").unwrap_or_default();
        if folder.flag("hidden") || folder.flag("locked") {
            meta.hidden_folders
                .insert(path.trim_matches('/').to_owned());
        }
        let unread = unread_settings(folder, &["hidden", "locked"]);
        meta.unread.extend(
            unread
                .iter()
                .map(|name| format!("{name} of the folder {path}")),
        );
    }
    for file in root
        .child("files")
        .into_iter()
        .flat_map(|f| f.children_named("file"))
    {
        let identifier = file.attribute("identifier").unwrap_or_default();
        meta.files.push(FileMeta {
            identifier: identifier.to_owned(),
            hidden: file.flag("hidden") || file.flag("locked"),
            name: file.value("display_name").map(paths::title),
        });
        let unread = unread_settings(file, &["hidden", "locked", "display_name", "category"]);
        meta.unread.extend(
            unread
                .iter()
                .map(|name| format!("{name} of the file {identifier}")),
        );
    }
    meta
}

pub(super) fn topic(root: &Element) -> TopicMeta {
    let understood = [
        "topic_id",
        "title",
        "type",
        "workflow_state",
        "discussion_type",
    ];
    let mut unread = unread_settings(root, &understood);
    // `side_comment` is how Canvas says that replies are not nested further, `threaded` that they are.
    unread.extend(
        root.value("discussion_type")
            .filter(|t| *t == "only_graders")
            .map(str::to_owned),
    );
    TopicMeta {
        title: root.value("title").map(paths::title),
        announcement: root.value("type") == Some("announcement"),
        published: is_published(root),
        unread,
    }
}

/// Fills in what Canvas says about an assignment; gives back what is not understood.
pub(super) fn assignment(root: &Element, assignment: &mut Assignment) -> Vec<String> {
    let understood = [
        "title",
        "due_at",
        "unlock_at",
        "lock_at",
        "points_possible",
        "submission_types",
        "allowed_attempts",
        "allowed_extensions",
        "workflow_state",
        "assignment_group_identifierref",
    ];
    let mut unread = unread_settings(root, &understood);
    if let Some(title) = root.value("title") {
        assignment.title = paths::title(title);
    }
    assignment.due = time(root, "due_at", &mut unread);
    assignment.unlocks = time(root, "unlock_at", &mut unread);
    assignment.locks = time(root, "lock_at", &mut unread);
    assignment.published = is_published(root);
    if let Some(value) = root.value("points_possible") {
        match points(value) {
            Some(points) => assignment.points = Some(points),
            None => unread.push(format!("points_possible = {value}")),
        }
    }
    // -1 stands for as often as one likes.
    assignment.attempts = root.value("allowed_attempts").and_then(|n| n.parse().ok());
    if let Some(types) = root.value("submission_types") {
        assignment.submissions.clear();
        for name in types
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            match submission_type(name) {
                Some(kind) => assignment.submissions.push(kind),
                None => unread.push(format!("submission type {name}")),
            }
        }
    }
    let endings = root
        .value("allowed_extensions")
        .unwrap_or_default()
        .split(',');
    let endings = endings.map(|e| e.trim().trim_start_matches('.').to_lowercase());
    assignment.extensions = endings.filter(|ending| !ending.is_empty()).collect();
    unread
}

fn submission_type(name: &str) -> Option<SubmissionType> {
    match name {
        "online_text_entry" | "text" | "html" => Some(SubmissionType::Text),
        "online_upload" | "file" => Some(SubmissionType::File),
        "online_url" | "url" => Some(SubmissionType::Link),
        "media_recording" => Some(SubmissionType::Recording),
        "on_paper" => Some(SubmissionType::OnPaper),
        "none" | "not_graded" => Some(SubmissionType::Nothing),
        _ => None,
    }
}

/// The assignment extension of IMS (`assignment_xmlv1p0`): formats that may be handed in.
pub(super) fn formats(root: &Element) -> (Vec<SubmissionType>, Vec<String>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for format in root
        .child("submission_formats")
        .iter()
        .flat_map(|f| f.children_named("format"))
    {
        let name = format.attribute("type").unwrap_or_default();
        match submission_type(name) {
            Some(kind) if !known.contains(&kind) => known.push(kind),
            Some(_) => {}
            None => unknown.push(format!("submission type {name}")),
        }
    }
    (known, unknown)
}

/// Points that can be counted with.
pub(super) fn points(value: &str) -> Option<f64> {
    value
        .parse()
        .ok()
        .filter(|points: &f64| points.is_finite() && *points >= 0.0)
}

/// What the other lists in `course_settings` hold: the kind by the file's name, the names inside.
pub(super) fn named_things(file_name: &str, root: &Element) -> (What, Vec<String>) {
    let what = match file_name {
        "assignment_groups.xml" => What::AssignmentGroup,
        "rubrics.xml" => What::Rubric,
        "learning_outcomes.xml" => What::Outcome,
        "grading_standards.xml" => What::GradingScheme,
        "events.xml" => What::Event,
        "media_tracks.xml" => What::MediaTrack,
        "external_feeds.xml" => What::Feed,
        _ => What::Setting,
    };
    let name = |element: &Element| {
        let named = element.value("title").or_else(|| element.value("name"));
        let by = ["path", "url", "identifier", "identifierref"];
        let named = named.or_else(|| by.iter().find_map(|key| element.attribute(key)));
        let own = element.text.trim();
        match named {
            Some(named) => paths::title(named),
            None if own.is_empty() => element.name.clone(),
            None => format!("{} = {}", element.name, paths::title(own)),
        }
    };
    let things = if what == What::Outcome {
        // Outcomes lie in groups; the groups are named too, being what the outcomes are found by.
        let kinds = ["learningOutcome", "learningOutcomeGroup"];
        root.descendants()
            .filter(|e| kinds.contains(&e.name.as_str()))
            .map(name)
            .collect()
    } else {
        root.children.iter().map(name).collect()
    };
    (what, things)
}

/// Settings that say something and that nothing reads, as `name = value`.
fn unread_settings(root: &Element, understood: &[&str]) -> Vec<String> {
    /// Said by every export, whatever the teacher chose.
    const USUAL: [&str; 14] = [
        "position",
        "module_locked",
        "could_be_locked",
        "grader_comments_visible_to_graders",
        "grader_names_visible_to_final_grader",
        "grading_type = points",
        "peer_review_count = 0",
        "grader_count = 0",
        "root_account_uuid",
        "workflow_state",
        "new_tab",
        "category = uncategorized",
        "requirement_count = 0",
        "link_settings_json = null",
    ];
    let mut unread = Vec::new();
    for setting in &root.children {
        let value = setting.text.trim();
        let nothing = setting.children.is_empty() && matches!(value, "" | "false" | "0" | "0.0");
        if understood.contains(&setting.name.as_str()) || nothing {
            continue;
        }
        let said = match value {
            "" => setting.name.clone(),
            value => format!("{} = {}", setting.name, paths::title(value)),
        };
        if !USUAL.contains(&setting.name.as_str()) && !USUAL.contains(&said.as_str()) {
            unread.push(said);
        }
    }
    unread
}

/// A time in UTC; what is no time is not understood.
fn time(root: &Element, name: &str, unread: &mut Vec<String>) -> Option<String> {
    let value = root.value(name)?;
    let time = text::utc(value);
    if time.is_none() {
        unread.push(format!("{name} = {value}"));
    }
    time
}

fn position(element: &Element) -> u64 {
    element
        .value("position")
        .and_then(|n| n.parse().ok())
        .unwrap_or(u64::MAX)
}

/// Canvas writes `active`, `published`, `available` or `unpublished`; older exports nothing.
fn is_published(element: &Element) -> bool {
    !matches!(
        element.value("workflow_state"),
        Some("unpublished" | "deleted" | "post_delayed")
    )
}
