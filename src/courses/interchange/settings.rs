//! The folder `course_settings` of Canvas: what is understood goes into the course, the rest is
//! named in the report.

use std::collections::HashMap;

use super::{
    canvas::{self, CourseSettings, FileMeta, ModuleMeta},
    links::Target,
    model::Key,
    package::Package,
    paths,
    problem::CartridgeProblem,
    report::{Line, What},
    resources::target_of,
    unsupported::NOT_YET,
    xml::Element,
};

/// The folder of Canvas's own documents.
const FOLDER: &str = "course_settings";
/// The file by which an export of Canvas is known; all it holds is a joke.
const MARKER: &str = "canvas_export.txt";

impl Package {
    /// Reads the settings, and gives back the modules as Canvas orders them.
    pub(super) fn take_settings(&mut self) -> Result<Vec<ModuleMeta>, CartridgeProblem> {
        let mut modules = Vec::new();
        let Some(folder) = paths::join(&self.root, FOLDER) else {
            return Ok(modules);
        };
        let entries = self
            .archive
            .entries()
            .iter()
            .map(|entry| entry.path.clone());
        let settings: Vec<String> = entries
            .filter(|path| paths::folder(path).eq_ignore_ascii_case(&folder))
            .collect();
        self.course.canvas = settings
            .iter()
            .any(|path| matches!(paths::file_name(path), MARKER | "course_settings.xml"));
        if !self.course.canvas {
            return Ok(modules);
        }
        for path in settings {
            let name = paths::file_name(&path).to_owned();
            if name == MARKER {
                self.settle_read(&path);
            }
            if paths::extension(&name) != "xml" {
                continue;
            }
            let Some(root) = self.document(What::Setting, &path)? else {
                continue;
            };
            match name.as_str() {
                "course_settings.xml" => self.apply_course(canvas::course(&root)),
                "module_meta.xml" => modules = canvas::modules(&root),
                "files_meta.xml" => self.files_meta = canvas::files(&root),
                _ => {
                    self.lose_things(&path, &name, &root);
                    continue;
                }
            }
            self.settle_read(&path);
        }
        let unread = std::mem::take(&mut self.files_meta.unread);
        self.lose_settings(&unread, "files_meta.xml");
        Ok(modules)
    }

    fn apply_course(&mut self, settings: CourseSettings) {
        let CourseSettings {
            title,
            code,
            description,
            starts,
            ends,
            unread,
        } = settings;
        self.course.title = title.unwrap_or_default();
        self.course.course_code = code;
        self.course.description_html = description.unwrap_or_default();
        self.course.starts = starts;
        self.course.ends = ends;
        self.lose_settings(&unread, "course_settings.xml");
    }

    fn lose_things(&mut self, path: &str, name: &str, root: &Element) {
        let (what, things) = canvas::named_things(name, root);
        if things.is_empty() {
            // An empty list has nothing to lose.
            self.settle_read(path);
            return;
        }
        for thing in things {
            let line = Line::new(what, &thing).why(NOT_YET).place(name);
            self.settle_lost(line, &[path.to_owned()]);
        }
    }

    /// What Canvas knows about single files: hidden ones, and names that differ from the path.
    pub(super) fn apply_files_meta(&mut self) {
        let mut metas: HashMap<Key, FileMeta> = HashMap::new();
        for meta in std::mem::take(&mut self.files_meta.files) {
            let target = self
                .made
                .get(&meta.identifier)
                .and_then(|made| target_of(&made.kind));
            if let Some(Target::File(key) | Target::Page(key)) = target {
                metas.insert(key, meta);
            }
        }
        for file in &mut self.course.files {
            if let Some(meta) = metas.get_mut(&file.key) {
                file.published &= !meta.hidden;
                file.name = meta.name.take().unwrap_or(std::mem::take(&mut file.name));
            }
        }
        for page in &mut self.course.pages {
            page.published &= !metas.get(&page.key).is_some_and(|meta| meta.hidden);
        }
    }
}
