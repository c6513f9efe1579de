//! The modules of the course: from Canvas's list where there is one, else from the table of
//! contents, and nothing of either left out.
//!
//! A module is flat. Folders inside a module become headings with their lines moved in; lines that
//! stand beside the modules move into the nearest one, so that the order of reading stays.

use std::collections::{HashMap, HashSet};

use super::{
    canvas::{ItemMeta, ModuleMeta},
    links::Target,
    manifest::Entry,
    model::{Item, ItemKind, Key, Module, Unsupported},
    package::{Made, Package},
    paths,
    report::{Line, What},
    unsupported::NOT_YET,
};

/// What a line without a title is called.
const UNTITLED: &str = "Untitled";

impl Package {
    /// Remembers how the table of contents calls each resource.
    pub(super) fn note_titles(&mut self) {
        let contents = std::mem::take(&mut self.manifest.contents);
        let mut waiting: Vec<&Entry> = contents.iter().rev().collect();
        while let Some(entry) = waiting.pop() {
            if let Some(resource) = entry.resource.as_ref().filter(|_| !entry.title.is_empty()) {
                self.titles
                    .entry(resource.clone())
                    .or_insert_with(|| entry.title.clone());
            }
            waiting.extend(entry.entries.iter().rev());
        }
        self.manifest.contents = contents;
    }

    /// Makes the modules.
    pub(super) fn take_modules(&mut self, metas: Vec<ModuleMeta>) {
        let contents = std::mem::take(&mut self.manifest.contents);
        if metas.is_empty() {
            self.modules_from_contents(&contents);
        } else {
            self.modules_from_canvas(metas, &contents);
        }
        for module in &self.course.modules {
            self.course
                .targets
                .know_id(&module.key, &Target::Module(module.key.clone()));
            self.report.keep(Line::new(What::Module, &module.title));
        }
    }

    fn modules_from_contents(&mut self, contents: &[Entry]) {
        let is_module = |entry: &Entry| {
            entry.resource.is_none() && !entry.entries.is_empty()
                || (entry.resource.is_none() && !entry.title.is_empty())
        };
        if !contents.is_empty() && !contents.iter().any(is_module) {
            let mut module = new_module("contents", &self.course.title.clone());
            for entry in contents {
                self.add_entry(entry, 0, &mut module.items);
            }
            let why = "the table of contents has no modules; everything stands in this one";
            self.report
                .change(Line::new(What::Module, &module.title).why(why));
            self.course.modules.push(module);
            return;
        }
        let mut waiting = Vec::new();
        for entry in contents {
            if is_module(entry) {
                let mut module = new_module(&entry.identifier, &entry.title);
                module.published = entry.visible;
                module.items.append(&mut waiting);
                for below in &entry.entries {
                    self.add_entry(below, 0, &mut module.items);
                }
                self.course.modules.push(module);
                continue;
            }
            let mut items = Vec::new();
            self.add_entry(entry, 0, &mut items);
            let why = "stood beside the modules and is now in the nearest one";
            for item in &items {
                self.report
                    .change(Line::new(What::Item, &item.title).why(why));
            }
            match self.course.modules.last_mut() {
                Some(module) => module.items.append(&mut items),
                None => waiting.append(&mut items),
            }
        }
    }

    /// Adds a line and the lines below it. As deep as the XML reader allows, so at most 64 levels.
    fn add_entry(&mut self, entry: &Entry, indent: u8, items: &mut Vec<Item>) {
        let kind = match entry.resource.as_deref() {
            None if entry.title.is_empty() && entry.entries.is_empty() => return,
            None => {
                if !entry.entries.is_empty() {
                    let line = Line::new(What::Heading, &titled(&entry.title, ""));
                    self.report
                        .change(line.why("a folder inside a module is now a heading"));
                }
                Made {
                    kind: ItemKind::Heading,
                    title: String::new(),
                }
            }
            Some(resource) => self.made_of(resource, &entry.title),
        };
        items.push(Item {
            title: titled(&entry.title, &kind.title),
            kind: kind.kind,
            indent,
            published: entry.visible,
        });
        for below in &entry.entries {
            self.add_entry(below, indent.saturating_add(1), items);
        }
    }

    /// What became of a resource; one that is not there is reported.
    fn made_of(&mut self, resource: &str, title: &str) -> Made {
        if let Some(made) = self.made.get(resource) {
            return made.clone();
        }
        let line = Line::new(What::Item, &titled(title, resource)).place(resource);
        self.report
            .lose(line.why("leads to something that is not in the package"));
        Made::missing(Unsupported::Missing, title)
    }

    fn modules_from_canvas(&mut self, metas: Vec<ModuleMeta>, contents: &[Entry]) {
        let mut listed: HashSet<String> = HashSet::new();
        for meta in metas {
            let ModuleMeta {
                identifier,
                title,
                published,
                unlocks,
                items,
                unread,
            } = meta;
            let mut module = Module {
                published,
                unlocks,
                ..new_module(&identifier, &title)
            };
            self.lose_settings(&unread, &module.title);
            listed.insert(identifier);
            for item in items {
                listed.extend([item.identifier.clone(), item.resource.clone()]);
                let item = self.canvas_item(item);
                module.items.push(item);
            }
            self.course.modules.push(module);
        }
        self.add_unlisted(contents, &listed);
    }

    fn canvas_item(&mut self, meta: ItemMeta) -> Item {
        let ItemMeta {
            identifier,
            kind,
            title,
            resource,
            url,
            indent,
            published,
            unread,
        } = meta;
        self.lose_settings(&unread, &title);
        let web = url.filter(|url| paths::is_web(url));
        let made = match (kind.as_str(), web) {
            ("ContextModuleSubHeader", _) => Made {
                kind: ItemKind::Heading,
                title: String::new(),
            },
            ("ExternalUrl", Some(url)) => Made {
                kind: ItemKind::Link { url },
                title: title.clone(),
            },
            ("ContextExternalTool", _) => {
                let known = [&resource, &identifier]
                    .into_iter()
                    .any(|id| self.made.contains_key(id));
                if !known {
                    self.report.lose(Line::new(What::Tool, &title).why(NOT_YET));
                }
                Made::missing(Unsupported::Tool, &title)
            }
            _ => self.made_of(&resource, &title),
        };
        if let (ItemKind::Page(key), "Attachment") = (&made.kind, kind.as_str()) {
            let why = "was a file of HTML and is now a page";
            self.report.change(Line::new(What::Page, key).why(why));
        }
        Item {
            title: titled(&title, &made.title),
            kind: made.kind,
            indent,
            published,
        }
    }

    /// Lines of the table of contents that Canvas's own list does not have.
    fn add_unlisted(&mut self, contents: &[Entry], listed: &HashSet<String>) {
        let modules = self.course.modules.iter().enumerate();
        let places: HashMap<Key, usize> = modules.map(|(at, m)| (m.key.clone(), at)).collect();
        for top in contents {
            let mut items = Vec::new();
            let mut waiting = vec![top];
            while let Some(entry) = waiting.pop() {
                waiting.extend(entry.entries.iter().rev());
                let resource = entry.resource.as_ref();
                let known = listed.contains(&entry.identifier)
                    || resource.is_some_and(|resource| listed.contains(resource));
                if !known && (resource.is_some() || entry.entries.is_empty()) {
                    let alone = Entry {
                        identifier: entry.identifier.clone(),
                        title: entry.title.clone(),
                        resource: entry.resource.clone(),
                        visible: entry.visible,
                        entries: Vec::new(),
                    };
                    self.add_entry(&alone, 0, &mut items);
                }
            }
            let why =
                "the table of contents has it, Canvas's list has not; it stands last in its module";
            for item in &items {
                self.report
                    .change(Line::new(What::Item, &item.title).why(why));
            }
            let modules = &mut self.course.modules;
            let last = modules.len().saturating_sub(1);
            let at = places.get(&top.identifier).copied().unwrap_or(last);
            if let Some(module) = modules.get_mut(at) {
                module.items.append(&mut items);
            }
        }
    }
}

fn new_module(key: &str, title: &str) -> Module {
    let title = titled(title, "");
    Module {
        key: key.to_owned(),
        title,
        published: true,
        unlocks: None,
        items: Vec::new(),
    }
}

fn titled(title: &str, other: &str) -> String {
    let title = if title.is_empty() { other } else { title };
    if title.is_empty() {
        UNTITLED.to_owned()
    } else {
        title.to_owned()
    }
}
