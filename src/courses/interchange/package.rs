//! A package while it is being taken apart: its files, what became of them, and the course so far.
//!
//! Every file of the archive is settled exactly once: it belongs to an object, to a line of the
//! report, or was read for what it says. What nobody settles is found at the end.

use std::collections::{HashMap, HashSet};

use super::{
    archive::Archive,
    canvas::FilesMeta,
    html::{Head, read_head},
    links::{Target, Targets},
    manifest::{Manifest, Resource},
    model::{Cartridge, FileEntry, ItemKind, Key, Page, Unsupported},
    paths,
    problem::CartridgeProblem,
    report::{Line, Report, What},
    text, xml,
};

/// Largest page in bytes; a larger one is left behind and reported.
pub const HTML_BYTES_MAX: u64 = 4_000_000;
/// Most bytes of documents, each counted as often as it is read.
const DOCUMENTS_BYTES_MAX: u64 = 300_000_000;
/// Most bytes of descriptions and discussions together, since they are held in memory.
pub const TEXTS_BYTES_MAX: usize = 64_000_000;

/// What became of a resource.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) kind: ItemKind,
    pub(super) title: String,
}

impl Made {
    pub(super) fn missing(what: Unsupported, title: &str) -> Self {
        Self {
            kind: ItemKind::NotImported { what },
            title: title.to_owned(),
        }
    }
}

/// A web link, which needs a module to stand in.
#[derive(Debug)]
pub(super) struct WebLink {
    pub(super) title: String,
    pub(super) url: String,
    /// The document it came from, if it had one of its own.
    pub(super) path: Option<String>,
}

pub(super) struct Package {
    pub(super) archive: Archive,
    pub(super) manifest: Manifest,
    /// The folder of the manifest; empty for the top.
    pub(super) root: String,
    pub(super) report: Report,
    pub(super) course: Cartridge,
    pub(super) files_meta: FilesMeta,
    /// By the identifier of the resource.
    pub(super) made: HashMap<String, Made>,
    /// The title that the table of contents gives a resource.
    pub(super) titles: HashMap<String, String>,
    pub(super) web_links: Vec<WebLink>,
    /// More files of an object than its key, for the report.
    pub(super) belongings: HashMap<Key, Vec<String>>,
    /// Objects that the manifest does not list.
    pub(super) strays: HashSet<Key>,
    settled: HashSet<String>,
    texts_bytes: usize,
    xml_bytes: u64,
}

impl Package {
    pub(super) fn new(archive: Archive, manifest: Manifest, root: String) -> Self {
        let course = Cartridge {
            targets: Targets::new(&root),
            ..Cartridge::default()
        };
        Self {
            archive,
            manifest,
            root,
            report: Report::default(),
            course,
            files_meta: FilesMeta::default(),
            made: HashMap::new(),
            titles: HashMap::new(),
            web_links: Vec::new(),
            belongings: HashMap::new(),
            strays: HashSet::new(),
            settled: HashSet::new(),
            texts_bytes: 0,
            xml_bytes: 0,
        }
    }

    pub(super) fn is_settled(&self, path: &str) -> bool {
        self.settled.contains(path)
    }

    /// Marks a file as accounted for; `false` when it was before.
    pub(super) fn settle(&mut self, path: &str) -> bool {
        self.settled.insert(path.to_owned())
    }

    /// Settles a document that was read for what it says.
    pub(super) fn settle_read(&mut self, path: &str) {
        if self.settle(path) {
            self.report.read.push(path.to_owned());
        }
    }

    /// Settles files by reporting them as lost.
    pub(super) fn settle_lost(&mut self, line: Line, paths: &[String]) {
        let fresh: Vec<String> = paths
            .iter()
            .filter(|path| self.settle(path))
            .cloned()
            .collect();
        self.report.lose(line.files(fresh));
    }

    /// Settles files as parts of the object `key`.
    pub(super) fn settle_with(&mut self, key: &str, paths: &[String]) {
        let fresh: Vec<String> = paths
            .iter()
            .filter(|path| self.settle(path))
            .cloned()
            .collect();
        self.belongings
            .entry(key.to_owned())
            .or_default()
            .extend(fresh);
    }

    /// The file of the archive that an address of the manifest means, if the archive has it.
    pub(super) fn locate(&self, href: &str) -> Result<Option<String>, CartridgeProblem> {
        let outside = || CartridgeProblem::PathOutside {
            href: href.to_owned(),
        };
        if href.starts_with('/') || href.starts_with('\\') || paths::scheme(href).is_some() {
            return Err(outside());
        }
        let written = href.replace('\\', "/");
        let bare = written
            .split(['?', '#'])
            .next()
            .unwrap_or(&written)
            .to_owned();
        for variant in [&written, &bare] {
            for spelling in [variant.as_str(), &paths::decoded(variant)] {
                let path = paths::join(&self.root, spelling).ok_or_else(outside)?;
                if let Some(entry) = self.archive.find(&path) {
                    return Ok(Some(entry.path.clone()));
                }
            }
        }
        Ok(None)
    }

    /// The files of a resource that the archive holds, the main one first. Others are reported.
    pub(super) fn files_of(
        &mut self,
        resource: &Resource,
    ) -> Result<Vec<String>, CartridgeProblem> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        for href in resource.href.iter().chain(&resource.files) {
            match self.locate(href)? {
                Some(path) if seen.insert(path.clone()) => found.push(path),
                None if seen.insert(href.clone()) => {
                    let why = "the manifest lists it, but the archive does not hold it";
                    self.report.lose(Line::new(What::File, href).why(why));
                }
                Some(_) | None => {}
            }
        }
        Ok(found)
    }

    /// The tree of a document. One that is not well-formed is reported and left behind.
    pub(super) fn document(
        &mut self,
        what: What,
        path: &str,
    ) -> Result<Option<xml::Element>, CartridgeProblem> {
        let Some(bytes) = self.archive.read(path, xml::XML_BYTES_MAX)? else {
            let (file, why) = (path.to_owned(), "is larger than 20 MB".to_owned());
            return Err(CartridgeProblem::XmlLimit { file, line: 1, why });
        };
        // Documents can be pointed at again and again; that must not take for ever.
        self.xml_bytes = self.xml_bytes.saturating_add(bytes.len() as u64);
        if self.xml_bytes > DOCUMENTS_BYTES_MAX {
            let why = "has more than 300 MB of documents to read".to_owned();
            return Err(CartridgeProblem::ArchiveLimit { entry: None, why });
        }
        match xml::parse(path, &bytes) {
            Ok(root) => Ok(Some(root)),
            Err(CartridgeProblem::ManifestInvalid { line, why, .. }) => {
                let why = format!("cannot be read at line {line}: {why}");
                self.settle_lost(Line::new(what, path).why(&why), &[path.to_owned()]);
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    /// The text of a page, or why it cannot be had.
    pub(super) fn page_text(
        &mut self,
        path: &str,
    ) -> Result<Result<String, String>, CartridgeProblem> {
        let Some(bytes) = self.archive.read(path, HTML_BYTES_MAX)? else {
            return Ok(Err(format!(
                "is larger than {} MB",
                HTML_BYTES_MAX / 1_000_000
            )));
        };
        match text::decode(&bytes) {
            Ok(decoded) => {
                if decoded.western {
                    let why = "is not UTF-8 and was read as Western European (Windows-1252)";
                    self.report.change(Line::new(What::Page, path).why(why));
                }
                Ok(Ok(decoded.text))
            }
            Err(text::Utf16) => Ok(Err("is written in UTF-16, save it as UTF-8".to_owned())),
        }
    }

    /// Counts text that stays in memory, so that no package fills it.
    pub(super) fn hold(&mut self, text: &str) -> Result<(), CartridgeProblem> {
        self.texts_bytes = self.texts_bytes.saturating_add(text.len());
        if self.texts_bytes > TEXTS_BYTES_MAX {
            let why = "holds more than 64 MB of descriptions and discussions".to_owned();
            return Err(CartridgeProblem::ArchiveLimit { entry: None, why });
        }
        Ok(())
    }

    /// Makes a page or a file of a path, whichever it is by its name.
    pub(super) fn content(
        &mut self,
        path: &str,
        title: Option<&str>,
        published: bool,
    ) -> Result<Made, CartridgeProblem> {
        if let Some(target) = self.course.targets.at_path(path) {
            let kind = item_kind(target);
            return Ok(Made {
                kind,
                title: title.unwrap_or(paths::file_name(path)).to_owned(),
            });
        }
        if self.is_settled(path) {
            // Lost before, and reported then.
            let title = title.unwrap_or(paths::file_name(path));
            return Ok(Made::missing(Unsupported::Missing, title));
        }
        if paths::is_html(path) {
            return self.page(path, title, published);
        }
        let size = self.archive.find(path).map_or(0, |entry| entry.size);
        let hidden = self.is_in_hidden_folder(path);
        let name = paths::title(paths::file_name(path));
        let (key, media_type) = (path.to_owned(), paths::media_type(path));
        let published = published && !hidden;
        self.course.files.push(FileEntry {
            key,
            name: name.clone(),
            size,
            media_type,
            published,
        });
        let target = Target::File(path.to_owned());
        self.course.targets.know_path(path, &target);
        self.settle_with(path, &[path.to_owned()]);
        Ok(Made {
            kind: item_kind(&target),
            title: title.map_or(name, str::to_owned),
        })
    }

    fn is_in_hidden_folder(&self, path: &str) -> bool {
        let web = paths::join(&self.root, "web_resources").unwrap_or_default();
        let Some(below) = path
            .strip_prefix(&web)
            .and_then(|path| path.strip_prefix('/'))
        else {
            return false;
        };
        let ends = below
            .match_indices('/')
            .filter_map(|(at, _)| below.get(..at));
        ends.into_iter()
            .any(|folder| self.files_meta.hidden_folders.contains(folder))
    }

    fn page(
        &mut self,
        path: &str,
        title: Option<&str>,
        published: bool,
    ) -> Result<Made, CartridgeProblem> {
        let html = match self.page_text(path)? {
            Ok(html) => html,
            Err(why) => {
                self.settle_lost(Line::new(What::Page, path).why(&why), &[path.to_owned()]);
                let title = title.unwrap_or(paths::file_name(path));
                return Ok(Made::missing(Unsupported::Missing, title));
            }
        };
        let head = read_head(&html);
        let hint = title.map(str::to_owned);
        // Canvas keeps the page's title in the page; elsewhere it is often left from a template.
        let title = match (self.course.canvas, hint, head.title.clone()) {
            (true, hint, title) => title.or(hint),
            (false, hint, title) => hint.or(title),
        };
        let title = title.unwrap_or_else(|| paths::title(paths::stem(path)));
        let wiki = paths::folder(path).ends_with("wiki_content");
        if wiki {
            self.note_unread(&title, &head);
        }
        let open = !matches!(head.note("workflow_state"), Some("unpublished" | "deleted"));
        self.course.pages.push(Page {
            key: path.to_owned(),
            title: title.clone(),
            published: published && (open || !wiki) && !self.is_in_hidden_folder(path),
            front: wiki && head.note("front_page") == Some("true"),
        });
        let target = Target::Page(path.to_owned());
        self.course.targets.know_path(path, &target);
        if wiki {
            self.course.targets.know_slug(paths::stem(path), &target);
        }
        self.settle_with(path, &[path.to_owned()]);
        Ok(Made {
            kind: item_kind(&target),
            title,
        })
    }

    /// What Canvas notes in the head of a wiki page and nothing here keeps.
    fn note_unread(&mut self, title: &str, head: &Head) {
        for (name, usual) in [
            ("editing_roles", "teachers"),
            ("todo_date", ""),
            ("publish_at", ""),
        ] {
            if let Some(value) = head.note(name).filter(|value| *value != usual) {
                self.lose_settings(&[format!("{name} = {value}")], title);
            }
        }
    }
}

/// What a line of a module that leads to a target is.
pub(super) fn item_kind(target: &Target) -> ItemKind {
    match target {
        Target::Page(key) => ItemKind::Page(key.clone()),
        Target::File(key) => ItemKind::File(key.clone()),
        Target::Assignment(key) => ItemKind::Assignment(key.clone()),
        Target::Topic(key) => ItemKind::Topic(key.clone()),
        Target::Module(_) | Target::Course => ItemKind::Heading,
    }
}
