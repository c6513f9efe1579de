//! Where an address inside a package leads: relative paths, Canvas's placeholders, the web.
//!
//! An address is only ever looked up among what the package holds; nothing is fetched.

use std::collections::HashMap;

use super::{model::Key, paths};

/// Something in the package that a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    Page(Key),
    File(Key),
    Assignment(Key),
    Topic(Key),
    Module(Key),
    /// The course itself, or one of its lists (all pages, all modules).
    Course,
}

/// The names under which a package's objects are linked to.
#[derive(Debug, Default, Clone)]
pub struct Targets {
    /// By path in the archive, as [`paths::folded`] writes it.
    by_path: HashMap<String, Target>,
    /// By the identifiers of resources, modules and Canvas's own objects.
    by_id: HashMap<String, Target>,
    /// Pages by the last part of their address in Canvas, in small letters.
    by_slug: HashMap<String, Target>,
    /// Whether there is no package: an address that begins with `/` is one of this site.
    of_site: bool,
    /// The folder of the manifest; empty when it lies at the top as it should.
    root: String,
}

/// What an address turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// On the web, or a mail address: stays as it is.
    External(String),
    Inside {
        target: Target,
        query: String,
        fragment: String,
    },
    /// A place in the same page.
    Fragment(String),
    Lost,
}

impl Targets {
    pub(super) fn new(root: &str) -> Self {
        Self {
            root: root.to_owned(),
            ..Self::default()
        }
    }

    /// For text that was written here: addresses within the site stay as they are.
    pub fn of_site() -> Self {
        Self {
            of_site: true,
            ..Self::default()
        }
    }

    /// Makes an object known by the path of a file of it.
    pub(super) fn know_path(&mut self, path: &str, target: &Target) {
        self.by_path
            .entry(paths::folded(path))
            .or_insert_with(|| target.clone());
    }

    /// Makes an object known by an identifier; the first one of the same name counts.
    pub(super) fn know_id(&mut self, id: &str, target: &Target) {
        if !id.is_empty() {
            self.by_id
                .entry(id.to_owned())
                .or_insert_with(|| target.clone());
        }
    }

    /// Makes a page known by its address in Canvas.
    pub(super) fn know_slug(&mut self, slug: &str, target: &Target) {
        self.by_slug
            .entry(slug.to_lowercase())
            .or_insert_with(|| target.clone());
    }

    /// What is at this path of the archive.
    pub(super) fn at_path(&self, path: &str) -> Option<&Target> {
        self.by_path.get(&paths::folded(path))
    }

    /// Finds out where the address `raw`, written in the file `base`, leads to.
    pub(super) fn resolve(&self, base: &str, raw: &str) -> Link {
        let kept = raw
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r' | '\0'));
        let address: String = kept.collect();
        let address = address.trim_matches(|c: char| c <= ' ');
        if let Some(fragment) = address.strip_prefix('#') {
            return Link::Fragment(paths::decoded(fragment).into_owned());
        }
        if address.starts_with("//") {
            return Link::External(format!("https:{address}"));
        }
        if self.of_site && address.starts_with('/') && !address.contains('\\') {
            return Link::External(address.to_owned());
        }
        if let Some(scheme) = paths::scheme(address)
            && ["http", "https", "mailto", "tel"]
                .iter()
                .any(|s| scheme.eq_ignore_ascii_case(s))
        {
            return Link::External(address.to_owned());
        }
        let (rest, fragment) = address.split_once('#').unwrap_or((address, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if path.is_empty() {
            return Link::Lost;
        }
        let slashed = path.replace('\\', "/");
        let decoded = paths::decoded(&slashed);
        let found = match placeholder(&decoded) {
            Some((name, rest)) => self.in_placeholder(base, name, rest),
            None => self
                .relative(base, &decoded)
                .or_else(|| self.relative(base, &slashed)),
        };
        match found {
            Some(target) => Link::Inside {
                target,
                query: own_query(query),
                fragment: paths::decoded(fragment).into_owned(),
            },
            None => Link::Lost,
        }
    }

    fn relative(&self, base: &str, path: &str) -> Option<Target> {
        let folder = if path.starts_with('/') {
            &self.root
        } else {
            paths::folder(base)
        };
        self.at_path(&paths::join(folder, path)?).cloned()
    }

    fn in_placeholder(&self, base: &str, name: &str, rest: &str) -> Option<Target> {
        let rest = rest.trim_matches('/');
        match name {
            "IMS-CC-FILEBASE" | "IMS_CC_FILEBASE" => self.file(base, rest),
            "WIKI_REFERENCE" => match rest.split_once('/') {
                Some(("pages" | "wiki", slug)) => self.page(slug),
                Some(_) => None,
                None => Some(Target::Course),
            },
            "CANVAS_OBJECT_REFERENCE" => {
                let (kind, id) = rest.split_once('/')?;
                match kind {
                    "pages" | "wiki" => self.page(id),
                    _ => self.by_id.get(id.split('/').next().unwrap_or(id)).cloned(),
                }
            }
            "CANVAS_COURSE_REFERENCE" => self.in_course(base, rest),
            _ => None,
        }
    }

    /// Canvas counts from `web_resources`, other systems from the manifest or from the file itself.
    fn file(&self, base: &str, path: &str) -> Option<Target> {
        let web = paths::join(&self.root, "web_resources").unwrap_or_default();
        [web.as_str(), &self.root, paths::folder(base)]
            .iter()
            .find_map(|folder| self.at_path(&paths::join(folder, path)?))
            .cloned()
    }

    fn page(&self, slug: &str) -> Option<Target> {
        self.by_slug
            .get(&slug.to_lowercase())
            .or_else(|| self.by_id.get(slug))
            .cloned()
    }

    fn in_course(&self, base: &str, rest: &str) -> Option<Target> {
        let parts: Vec<&str> = rest.split('/').collect();
        match parts.as_slice() {
            [
                "" | "modules" | "pages" | "wiki" | "assignments" | "discussion_topics"
                | "announcements" | "files" | "quizzes",
            ]
            | ["assignments", "syllabus"] => Some(Target::Course),
            ["pages" | "wiki", slug] => self.page(slug),
            ["file_contents", "course files", path @ ..] => self.file(base, &path.join("/")),
            ["modules", "items", id, ..]
            | [
                "file_ref" | "files" | "modules" | "assignments" | "discussion_topics"
                | "announcements",
                id,
                ..,
            ] => self.by_id.get(*id).cloned(),
            _ => None,
        }
    }
}

/// `$NAME$/rest` as its two parts.
fn placeholder(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix('$')?.split_once('$')
}

/// The query without what only means something to Canvas.
fn own_query(query: &str) -> String {
    let foreign = |part: &&str| {
        let name = part.split('=').next().unwrap_or(part);
        name.is_empty()
            || name.starts_with("canvas_")
            || matches!(name, "wrap" | "download" | "download_frd" | "verifier")
    };
    let kept: Vec<&str> = query
        .split('&')
        .map(|p| p.trim_start_matches("amp;"))
        .filter(|p| !foreign(p))
        .collect();
    kept.join("&")
}
