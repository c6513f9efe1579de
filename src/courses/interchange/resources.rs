//! The resources of the manifest, one after another: pages, files, discussions, assignments, web
//! links; and what stays behind by name: quizzes, question banks, external tools.

use std::collections::{HashMap, HashSet};

use super::{
    canvas,
    links::Target,
    manifest::Resource,
    model::{Assignment, ItemKind, Topic, Unsupported},
    package::{Made, Package, WebLink, item_kind},
    paths,
    problem::CartridgeProblem,
    report::{Line, What},
    text,
    xml::Element,
};

/// The resources of the manifest by their identifiers.
pub(super) type ById<'a> = HashMap<&'a str, &'a Resource>;
/// What a step gives back, unless the package is refused.
pub(super) type Done<T = ()> = Result<T, CartridgeProblem>;

/// The kinds of resource, whatever version of the standard names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Content,
    /// Belongs to something else: Canvas's own documents, attachments.
    Associated,
    WebLink,
    Topic,
    Assignment,
    Quiz,
    QuestionBank,
    Tool,
    Unknown,
}

pub(super) fn kind(resource: &Resource) -> Kind {
    let kind = resource.kind.as_str();
    if kind.starts_with("imswl") {
        Kind::WebLink
    } else if kind.starts_with("imsdt") {
        Kind::Topic
    } else if kind.starts_with("assignment_xml") {
        Kind::Assignment
    } else if kind.ends_with("question-bank") {
        Kind::QuestionBank
    } else if kind.starts_with("imsqti") {
        Kind::Quiz
    } else if kind.starts_with("imsbasiclti") {
        Kind::Tool
    } else if kind.ends_with("learning-application-resource")
        || kind.starts_with("associatedcontent")
    {
        Kind::Associated
    } else if kind == "webcontent" || kind.is_empty() {
        Kind::Content
    } else {
        Kind::Unknown
    }
}

impl Package {
    /// Takes all resources. What belongs to others comes last, when they have claimed it.
    pub(super) fn take_resources(&mut self) -> Done {
        let resources = std::mem::take(&mut self.manifest.resources);
        let mut all = ById::new();
        for resource in &resources {
            all.entry(resource.identifier.as_str()).or_insert(resource);
        }
        let (last, first): (Vec<_>, Vec<_>) = resources.iter().partition(|resource| {
            kind(resource) == Kind::Associated || resource.variant_of.is_some()
        });
        for resource in first.into_iter().chain(last) {
            for name in &resource.unread {
                let name = format!("{name} of the resource {}", resource.identifier);
                self.report
                    .lose(Line::new(What::Metadata, &name).why("not understood"));
            }
            if let Some(made) = self.take_resource(resource, &all)? {
                if let Some(target) = target_of(&made.kind) {
                    self.course.targets.know_id(&resource.identifier, &target);
                }
                self.made.entry(resource.identifier.clone()).or_insert(made);
            }
        }
        self.manifest.resources = resources;
        Ok(())
    }

    fn take_resource(&mut self, resource: &Resource, all: &ById<'_>) -> Done<Option<Made>> {
        if let Some(url) = resource.href.as_deref().filter(|href| paths::is_web(href)) {
            let title = self.title_of(resource).unwrap_or(url.to_owned());
            return Ok(Some(self.web_link(title, url, None)));
        }
        let files = self.files_of(resource)?;
        let Some(main) = files.first().cloned() else {
            let title = self.title_of(resource).unwrap_or_default();
            return Ok(Some(Made::missing(Unsupported::Missing, &title)));
        };
        if let Some(made) = self.fallback(resource, &files) {
            return Ok(Some(made));
        }
        let kind = kind(resource);
        if let Some(target) = self.course.targets.at_path(&main) {
            // Listed twice, under two identifiers; the second may still bring files of its own.
            let made = Made {
                kind: item_kind(target),
                title: self.title_of(resource).unwrap_or_default(),
            };
            self.contents(resource, &files)?;
            return Ok(Some(made));
        }
        let unsupported = match kind {
            Kind::Quiz => Some(Unsupported::Quiz),
            Kind::QuestionBank => Some(Unsupported::QuestionBank),
            Kind::Tool => Some(Unsupported::Tool),
            Kind::Content
            | Kind::Associated
            | Kind::WebLink
            | Kind::Topic
            | Kind::Assignment
            | Kind::Unknown => None,
        };
        if let Some(what) = unsupported.filter(|_| self.is_settled(&main)) {
            // Listed twice as well, and reported the first time.
            let title = self.title_of(resource).unwrap_or_default();
            return Ok(Some(Made::missing(what, &title)));
        }
        match kind {
            Kind::Content => self.contents(resource, &files).map(Some),
            Kind::Unknown => {
                let why = "a kind of resource that is not known; its files are kept";
                self.report
                    .change(Line::new(What::Item, &resource.kind).why(why));
                self.contents(resource, &files).map(Some)
            }
            Kind::Associated => self.associated(resource, &files),
            Kind::WebLink => self.take_web_link(&main).map(Some),
            Kind::Topic => self.take_topic(resource, &files, all).map(Some),
            Kind::Assignment => self.take_assignment(resource, &files).map(Some),
            Kind::Quiz | Kind::QuestionBank => self.take_quiz(resource, &files, all).map(Some),
            Kind::Tool => self.take_tool(&files).map(Some),
        }
    }

    pub(super) fn title_of(&self, resource: &Resource) -> Option<String> {
        self.titles
            .get(&resource.identifier)
            .or(resource.title.as_ref())
            .cloned()
    }

    /// A simpler copy of a resource that was taken is not needed; otherwise it is content itself.
    fn fallback(&mut self, resource: &Resource, files: &[String]) -> Option<Made> {
        let made = self.made.get(resource.variant_of.as_ref()?)?.clone();
        let (ItemKind::Page(key)
        | ItemKind::File(key)
        | ItemKind::Assignment(key)
        | ItemKind::Topic(key)) = &made.kind
        else {
            return None;
        };
        let key = key.clone();
        if let Some(target) = target_of(&made.kind) {
            for path in files {
                self.course.targets.know_path(path, &target);
            }
        }
        self.settle_with(&key, files);
        Some(made)
    }

    /// Pages and files. The first one is what links to the resource mean.
    fn contents(&mut self, resource: &Resource, files: &[String]) -> Done<Made> {
        let title = self.title_of(resource);
        let mut first = None;
        for path in files {
            let title = if first.is_none() {
                title.as_deref()
            } else {
                None
            };
            let settled = self.is_settled(path) && self.course.targets.at_path(path).is_none();
            if !settled {
                let made = self.content(path, title, !resource.for_teachers)?;
                first.get_or_insert(made);
            }
        }
        let title = title.unwrap_or_default();
        Ok(first.unwrap_or_else(|| Made::missing(Unsupported::Other, &title)))
    }

    /// What is left of the files that go with something else.
    fn associated(&mut self, resource: &Resource, files: &[String]) -> Done<Option<Made>> {
        let settings = files
            .iter()
            .find(|f| paths::file_name(f) == "assignment_settings.xml")
            .cloned();
        if let Some(settings) = settings {
            return self.take_canvas_assignment(&settings, files).map(Some);
        }
        let mut open = Vec::new();
        for path in files
            .iter()
            .filter(|path| !self.is_settled(path))
            .cloned()
            .collect::<Vec<_>>()
        {
            if matches!(paths::extension(&path).as_str(), "xml" | "qti") {
                match self.document(What::Setting, &path)? {
                    Some(root) if self.is_left_behind(&path, &root) => continue,
                    Some(_) => {}
                    None => continue,
                }
            }
            open.push(path);
        }
        if open.is_empty() {
            Ok(None)
        } else {
            self.contents(resource, &open).map(Some)
        }
    }

    fn take_web_link(&mut self, path: &str) -> Done<Made> {
        let Some(root) = self.document(What::WebLink, path)? else {
            return Ok(Made::missing(Unsupported::Missing, path));
        };
        let url = root
            .find("url")
            .and_then(|url| url.attribute("href"))
            .unwrap_or_default()
            .trim();
        let title = paths::title(root.value("title").unwrap_or(url));
        Ok(self.web_link(title, url, Some(path)))
    }

    fn web_link(&mut self, title: String, url: &str, path: Option<&str>) -> Made {
        if !paths::is_web(url) {
            let files: Vec<String> = path.map(str::to_owned).into_iter().collect();
            let line = Line::new(What::WebLink, &format!("{title}: {url}"));
            self.settle_lost(line.why("its address is none of the web"), &files);
            return Made::missing(Unsupported::Other, &title);
        }
        // Whether it is kept turns out when the modules are made.
        let path = path.filter(|path| self.settle(path)).map(str::to_owned);
        let link = WebLink {
            title: title.clone(),
            url: url.to_owned(),
            path,
        };
        self.web_links.push(link);
        Made {
            kind: ItemKind::Link {
                url: url.to_owned(),
            },
            title,
        }
    }

    fn take_topic(&mut self, resource: &Resource, files: &[String], all: &ById<'_>) -> Done<Made> {
        let Some(main) = files.first() else {
            return Ok(Made::missing(Unsupported::Missing, ""));
        };
        let Some(root) = self.document(What::Topic, main)? else {
            return Ok(Made::missing(Unsupported::Missing, main));
        };
        let mut topic = Topic {
            key: main.clone(),
            title: paths::title(root.value("title").unwrap_or_default()),
            html: html_text(&root),
            announcement: false,
            published: !resource.for_teachers,
            attachments: Vec::new(),
        };
        let mut own = vec![main.clone()];
        for path in self.documents_beside(resource, all)? {
            let Some(meta) = self
                .document(What::Setting, &path)?
                .filter(|r| r.name == "topicMeta")
            else {
                continue;
            };
            let meta = canvas::topic(&meta);
            topic.title = meta.title.unwrap_or(topic.title);
            topic.announcement = meta.announcement;
            topic.published &= meta.published;
            self.lose_settings(&meta.unread, &topic.title);
            own.push(path);
        }
        if topic.title.is_empty() {
            topic.title = self
                .title_of(resource)
                .unwrap_or_else(|| paths::stem(main).to_owned());
        }
        self.hold(&topic.html)?;
        topic.attachments = self.attachments(&root, main)?;
        let target = Target::Topic(main.clone());
        self.course.targets.know_path(main, &target);
        self.settle_with(main, &own);
        self.contents(resource, files.get(1..).unwrap_or_default())?;
        let title = topic.title.clone();
        self.course.topics.push(topic);
        Ok(Made {
            kind: item_kind(&target),
            title,
        })
    }

    /// Files that a document names as attached; they are files of the course too.
    fn attachments(&mut self, root: &Element, base: &str) -> Done<Vec<String>> {
        let mut keys = Vec::new();
        for attachment in root
            .child("attachments")
            .iter()
            .flat_map(|a| a.children_named("attachment"))
        {
            let Some(href) = attachment.attribute("href") else {
                continue;
            };
            let beside = paths::join(paths::folder(base), &paths::decoded(href));
            let beside = beside.filter(|path| self.archive.find(path).is_some());
            let Some(path) = beside.map_or_else(|| self.locate(href), |path| Ok(Some(path)))?
            else {
                let line = Line::new(What::File, href).place(base);
                self.report
                    .lose(line.why("attached, but not in the archive"));
                continue;
            };
            self.content(&path, None, true)?;
            keys.push(path);
        }
        Ok(keys)
    }

    /// The documents of the resources that this one depends on and that exist for its sake.
    pub(super) fn documents_beside(
        &mut self,
        resource: &Resource,
        all: &ById<'_>,
    ) -> Done<Vec<String>> {
        let (mut documents, mut seen) = (Vec::new(), HashSet::new());
        for identifier in &resource.dependencies {
            let Some(beside) = all.get(identifier.as_str()) else {
                let line = Line::new(What::Item, identifier).place(&resource.identifier);
                self.report
                    .lose(line.why("is needed, but the manifest does not list it"));
                continue;
            };
            if kind(beside) != Kind::Associated {
                continue;
            }
            for href in beside.href.iter().chain(&beside.files) {
                let document = self.locate(href)?.filter(|path| !self.is_settled(path));
                let document =
                    document.filter(|p| matches!(paths::extension(p).as_str(), "xml" | "qti"));
                documents.extend(document.filter(|path| seen.insert(path.clone())));
            }
        }
        Ok(documents)
    }

    /// The assignment of the IMS extension, with Canvas's settings inside when Canvas wrote it.
    fn take_assignment(&mut self, resource: &Resource, files: &[String]) -> Done<Made> {
        let Some(main) = files.first() else {
            return Ok(Made::missing(Unsupported::Missing, ""));
        };
        let Some(root) = self.document(What::Assignment, main)? else {
            return Ok(Made::missing(Unsupported::Missing, main));
        };
        let (submissions, mut unread) = canvas::formats(&root);
        let mut assignment = Assignment {
            key: main.clone(),
            base: main.clone(),
            title: paths::title(root.value("title").unwrap_or_default()),
            description_html: html_text(&root),
            points: root
                .child("gradable")
                .and_then(|g| canvas::points(g.attribute("points_possible")?)),
            submissions,
            published: !resource.for_teachers,
            ..Assignment::default()
        };
        unread.extend(
            root.child("instructor_text")
                .map(|_| "the text for teachers".to_owned()),
        );
        if let Some(settings) = root.at(&["extensions", "assignment"]) {
            unread.extend(canvas::assignment(settings, &mut assignment));
        }
        assignment.attachments = self.attachments(&root, main)?;
        self.contents(resource, files.get(1..).unwrap_or_default())?;
        self.add_assignment(assignment, &unread, std::slice::from_ref(main))
    }

    /// The assignment of Canvas: a page and a document of settings beside it.
    fn take_canvas_assignment(&mut self, settings: &str, files: &[String]) -> Done<Made> {
        let Some(root) = self.document(What::Assignment, settings)? else {
            return Ok(Made::missing(Unsupported::Missing, settings));
        };
        let mut own = vec![settings.to_owned()];
        let mut assignment = Assignment {
            key: settings.to_owned(),
            base: settings.to_owned(),
            ..Assignment::default()
        };
        if let Some(page) = files.iter().find(|path| paths::is_html(path)) {
            match self.page_text(page)? {
                Ok(html) => assignment.description_html = html,
                Err(why) => self.report.lose(Line::new(What::Page, page).why(&why)),
            }
            assignment.base.clone_from(page);
            own.push(page.clone());
        }
        let unread = canvas::assignment(&root, &mut assignment);
        let made = self.add_assignment(assignment, &unread, &own)?;
        for path in files.iter().filter(|path| !own.contains(path)) {
            self.content(path, None, true)?;
        }
        Ok(made)
    }

    fn add_assignment(
        &mut self,
        mut assignment: Assignment,
        unread: &[String],
        own: &[String],
    ) -> Done<Made> {
        if assignment.title.is_empty() {
            paths::stem(&assignment.base).clone_into(&mut assignment.title);
        }
        self.hold(&assignment.description_html)?;
        self.lose_settings(unread, &assignment.title);
        let target = Target::Assignment(assignment.key.clone());
        for path in own {
            self.course.targets.know_path(path, &target);
        }
        self.settle_with(&assignment.key, own);
        let title = assignment.title.clone();
        self.course.assignments.push(assignment);
        Ok(Made {
            kind: item_kind(&target),
            title,
        })
    }

    /// Reports settings that are not carried over.
    pub(super) fn lose_settings(&mut self, unread: &[String], place: &str) {
        for name in unread {
            let line = Line::new(What::Setting, name).place(place);
            self.report.lose(line.why("not carried over"));
        }
    }
}

/// What links to an object mean; nothing for what is no object of the course.
pub(super) fn target_of(kind: &ItemKind) -> Option<Target> {
    match kind {
        ItemKind::Page(key) => Some(Target::Page(key.clone())),
        ItemKind::File(key) => Some(Target::File(key.clone())),
        ItemKind::Assignment(key) => Some(Target::Assignment(key.clone())),
        ItemKind::Topic(key) => Some(Target::Topic(key.clone())),
        ItemKind::Link { .. } | ItemKind::Heading | ItemKind::NotImported { .. } => None,
    }
}

/// The text of a discussion or an assignment as HTML.
fn html_text(root: &Element) -> String {
    let Some(element) = root.child("text") else {
        return String::new();
    };
    match element.attribute("texttype") {
        Some("text/plain") => text::to_html(&element.text),
        Some(_) | None => element.text.clone(),
    }
}
