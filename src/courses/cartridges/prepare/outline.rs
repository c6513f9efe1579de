//! Modules and items of a package.

use std::collections::HashSet;

use super::Work;
use crate::cartridges::import_course::{ImportedAssignment, ImportedItem, ImportedModule};
use crate::interchange::{Item, ItemKind, Key, Line, Unsupported, What};
use crate::modules::{Content, NotImported, WebAddress};

/// The title of the module for what no module of the package leads to.
const OTHER_MATERIAL: &str = "Other material";

impl Work<'_> {
    pub(super) fn modules(&mut self, assignments: &[ImportedAssignment]) -> Vec<ImportedModule> {
        let mut modules = Vec::with_capacity(self.cartridge.modules.len());
        for from in &self.cartridge.modules {
            let Some(id) = self.ids.modules.get(&from.key).copied() else {
                continue;
            };
            let title = self.title(What::Module, &from.title);
            let items = from
                .items
                .iter()
                .map(|item| self.item(item, assignments))
                .collect();
            let module = ImportedModule {
                id,
                title,
                published: from.published,
                items,
            };
            self.tell_of_hidden(&module);
            modules.push(module);
        }
        modules.extend(self.other_material(assignments));
        modules
    }

    /// Reports what learners will not see, as the package wants it.
    fn tell_of_hidden(&mut self, module: &ImportedModule) {
        if !module.published {
            let count = module.items.len();
            let why = format!("hidden from learners as in the package, with its {count} entries");
            self.report
                .change(Line::new(What::Module, &module.title).why(&why));
            return;
        }
        for item in module.items.iter().filter(|item| !item.published) {
            let line = Line::new(What::Item, &item.title).place(&module.title);
            self.report
                .change(line.why("hidden from learners as in the package"));
        }
    }

    /// A module for the pages, assignments, topics and files that no module of the package leads to, so
    /// that nobody has to know of them to find them.
    fn other_material(&mut self, assignments: &[ImportedAssignment]) -> Option<ImportedModule> {
        let cartridge = self.cartridge;
        let items = cartridge.modules.iter().flat_map(|module| &module.items);
        let listed: HashSet<&Key> = items
            .filter_map(|item| match &item.kind {
                ItemKind::Page(key)
                | ItemKind::Assignment(key)
                | ItemKind::Topic(key)
                | ItemKind::File(key) => Some(key),
                ItemKind::Link { .. } | ItemKind::Heading | ItemKind::NotImported { .. } => None,
            })
            .chain(&self.linked_files)
            .collect();
        let item = |key: &Key, title: &str, kind: fn(Key) -> ItemKind| {
            let unlisted = !listed.contains(key);
            let (title, kind) = (title.to_owned(), kind(key.clone()));
            unlisted.then_some(Item {
                title,
                kind,
                indent: 0,
                published: true,
            })
        };
        let pages = cartridge
            .pages
            .iter()
            .map(|it| item(&it.key, &it.title, ItemKind::Page));
        let works = cartridge
            .assignments
            .iter()
            .map(|it| item(&it.key, &it.title, ItemKind::Assignment));
        let topics = cartridge
            .topics
            .iter()
            .map(|it| item(&it.key, &it.title, ItemKind::Topic));
        let files = cartridge
            .files
            .iter()
            .map(|it| item(&it.key, &it.name, ItemKind::File));
        let others: Vec<Item> = pages
            .chain(works)
            .chain(topics)
            .chain(files)
            .flatten()
            .collect();
        if others.is_empty() {
            return None;
        }
        let why = "made for what no module of the package leads to";
        let line = Line::new(What::Module, OTHER_MATERIAL).why(why);
        self.report.change(line);
        let module = ImportedModule {
            id: self.ids.other_material,
            title: OTHER_MATERIAL.to_owned(),
            published: true,
            items: others
                .iter()
                .map(|other| self.item(other, assignments))
                .collect(),
        };
        self.tell_of_hidden(&module);
        Some(module)
    }

    fn item(&mut self, from: &Item, assignments: &[ImportedAssignment]) -> ImportedItem {
        let content = self.content(&from.kind);
        let due_at = match &content {
            Content::Assignment(id) => assignments
                .iter()
                .find(|work| work.id == *id)
                .and_then(|work| work.due_at),
            Content::Page(_)
            | Content::File(_)
            | Content::Link(_)
            | Content::Video(_)
            | Content::Topic(_)
            | Content::NotImported(_)
            | Content::Heading => None,
        };
        let title = match content {
            Content::NotImported(_) => format!("{} (not imported yet)", from.title.trim()),
            Content::Page(_)
            | Content::File(_)
            | Content::Link(_)
            | Content::Video(_)
            | Content::Assignment(_)
            | Content::Topic(_)
            | Content::Heading => from.title.clone(),
        };
        let title = self.title(What::Item, &title);
        if from.indent > 0 {
            let line = Line::new(What::Item, &title).why("it is no longer indented");
            self.report.change(line);
        }
        // An item that learners see must not lead to what they may not see.
        let published = from.published && !self.leads_to_hidden(&from.kind);
        ImportedItem {
            title,
            content,
            due_at,
            published,
        }
    }

    fn leads_to_hidden(&self, kind: &ItemKind) -> bool {
        match kind {
            ItemKind::Page(key)
            | ItemKind::File(key)
            | ItemKind::Assignment(key)
            | ItemKind::Topic(key) => self.hidden.contains(key),
            ItemKind::Link { .. } | ItemKind::Heading | ItemKind::NotImported { .. } => false,
        }
    }

    fn content(&self, kind: &ItemKind) -> Content {
        let found = match kind {
            ItemKind::Page(key) => self.ids.pages.get(key).map(|id| Content::Page(*id)),
            ItemKind::File(key) => self.ids.files.get(key).map(|id| Content::File(*id)),
            ItemKind::Assignment(key) => self
                .ids
                .assignments
                .get(key)
                .map(|id| Content::Assignment(*id)),
            ItemKind::Topic(key) => self.ids.topics.get(key).map(|id| Content::Topic(*id)),
            ItemKind::Link { url } => WebAddress::parse(url).ok().map(Content::Link),
            ItemKind::Heading => Some(Content::Heading),
            ItemKind::NotImported { what } => Some(Content::NotImported(match what {
                Unsupported::Quiz => NotImported::Quiz,
                Unsupported::Tool => NotImported::Tool,
                Unsupported::QuestionBank | Unsupported::Missing | Unsupported::Other => {
                    NotImported::Other
                }
            })),
        };
        found.unwrap_or(Content::NotImported(NotImported::Other))
    }
}
