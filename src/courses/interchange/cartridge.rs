//! From a file to a course and a report: the steps of reading a cartridge, in their order.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use super::{
    archive::Archive,
    manifest::{self, Manifest},
    model::{Cartridge, FileEntry, Item, ItemKind, Key, Page},
    package::{Package, WebLink},
    paths,
    problem::CartridgeProblem,
    report::{Line, Report, What},
    text, xml,
};

/// The file that makes an archive a cartridge.
const MANIFEST: &str = "imsmanifest.xml";
/// What a course without a title is called.
const UNTITLED: &str = "Untitled course";
/// In the report, beside objects that no module leads to.
const OUTSIDE: &str = "outside modules";

/// Opens a cartridge and reads everything in it but the content of pages and files, which the
/// archive hands out one by one.
pub fn open(path: &Path) -> Result<(Archive, Cartridge, Report), CartridgeProblem> {
    let mut archive = Archive::open(path)?;
    let (place, manifest) = read_manifest(&mut archive)?;
    let root = paths::folder(&place).to_owned();
    let mut package = Package::new(archive, manifest, root);
    package.settle_read(&place);
    package.note_titles();
    let modules = package.take_settings()?;
    package.describe()?;
    package.take_resources()?;
    package.take_strays()?;
    package.apply_files_meta();
    package.take_modules(modules);
    package.report_kept();
    let Package {
        archive,
        course,
        report,
        ..
    } = package;
    Ok((archive, course, report))
}

impl Archive {
    /// The raw HTML of a page; not sanitised, with the links of the package.
    pub fn page_html(&mut self, page: &Page) -> Result<String, CartridgeProblem> {
        let damaged = |why: &str| CartridgeProblem::EntryDamaged {
            entry: page.key.clone(),
            why: why.to_owned(),
        };
        let bytes = self.read(&page.key, super::package::HTML_BYTES_MAX)?;
        let bytes = bytes.ok_or_else(|| damaged("it is too large for a page"))?;
        let decoded =
            text::decode(&bytes).map_err(|text::Utf16| damaged("it is written in UTF-16"))?;
        Ok(decoded.text)
    }
}

/// Finds the manifest: at the top, or in the one folder that somebody packed by mistake.
fn read_manifest(archive: &mut Archive) -> Result<(String, Manifest), CartridgeProblem> {
    let mut places: Vec<String> = archive
        .entries()
        .iter()
        .map(|entry| entry.path.clone())
        .filter(|path| paths::file_name(path).eq_ignore_ascii_case(MANIFEST))
        .filter(|path| path.matches('/').count() <= 1)
        .collect();
    places.sort_by_key(|path| path.matches('/').count());
    let Some(place) = places.into_iter().next() else {
        return Err(CartridgeProblem::ManifestMissing);
    };
    let Some(bytes) = archive.read(&place, xml::XML_BYTES_MAX)? else {
        let why = "is larger than 20 MB".to_owned();
        return Err(CartridgeProblem::XmlLimit {
            file: place,
            line: 1,
            why,
        });
    };
    let root = xml::parse(&place, &bytes)?;
    if root.name != "manifest" {
        let why = format!("its root element is {}, not manifest", root.name);
        return Err(CartridgeProblem::ManifestInvalid {
            file: place,
            line: 1,
            why,
        });
    }
    Ok((place, manifest::read(&root)))
}

impl Package {
    /// What the course is, where Canvas's settings have not said it already.
    fn describe(&mut self) -> Result<(), CartridgeProblem> {
        let manifest = &self.manifest;
        let course = &mut self.course;
        course.version = manifest.version.as_deref().map(paths::title);
        course.language = manifest.language.as_deref().map(paths::title);
        course.rights.clone_from(&manifest.rights);
        if course.title.is_empty() {
            course.title = paths::title(manifest.title.as_deref().unwrap_or_default());
        }
        if course.title.is_empty() {
            UNTITLED.clone_into(&mut course.title);
        }
        if course.description_html.is_empty()
            && let Some(description) = &manifest.description
        {
            course.description_html = text::to_html(description);
        }
        let texts = [
            course.description_html.clone(),
            course.rights.clone().unwrap_or_default(),
        ];
        for text in texts {
            self.hold(&text)?;
        }
        let (manifest, course) = (&self.manifest, &self.course);
        self.report.keep(Line::new(What::Course, &course.title));
        for (name, value) in &manifest.unread {
            let value = paths::title(value);
            let name = if value.is_empty() {
                name.clone()
            } else {
                format!("{name} = {value}")
            };
            let line = Line::new(What::Metadata, &name).place(MANIFEST);
            self.report.lose(line.why("not carried over"));
        }
        Ok(())
    }

    /// Files that the manifest does not list. They are kept, but learners do not see them: whoever
    /// left them out of the manifest may have had a reason.
    fn take_strays(&mut self) -> Result<(), CartridgeProblem> {
        let paths: Vec<String> = self
            .archive
            .entries()
            .iter()
            .map(|e| e.path.clone())
            .collect();
        for path in paths {
            if self.is_settled(&path) {
                continue;
            }
            if is_by_product(&path) {
                let why = "a by-product of packing, not part of the course";
                self.settle_lost(
                    Line::new(What::File, &path).why(why),
                    std::slice::from_ref(&path),
                );
                continue;
            }
            self.content(&path, None, false)?;
            self.strays.insert(path);
        }
        Ok(())
    }

    /// A line for everything that was kept, with whether a module leads to it.
    fn report_kept(&mut self) {
        let items: Vec<&Item> = self.course.modules.iter().flat_map(|m| &m.items).collect();
        let used: HashSet<&Key> = items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Page(key)
                | ItemKind::File(key)
                | ItemKind::Assignment(key)
                | ItemKind::Topic(key) => Some(key),
                ItemKind::Link { .. } | ItemKind::Heading | ItemKind::NotImported { .. } => None,
            })
            .collect();
        let mut kept: Vec<(What, &str, &Key)> = Vec::new();
        let course = &self.course;
        kept.extend(
            course
                .pages
                .iter()
                .map(|page| (What::Page, page.title.as_str(), &page.key)),
        );
        for assignment in &course.assignments {
            kept.push((What::Assignment, &assignment.title, &assignment.key));
        }
        for topic in &course.topics {
            let what = if topic.announcement {
                What::Announcement
            } else {
                What::Topic
            };
            kept.push((what, &topic.title, &topic.key));
        }
        // A file is named by its path, which tells copies of the same name apart.
        let by_path = |file: &'_ FileEntry| (What::File, file.key.clone());
        let files: Vec<(What, Key)> = course.files.iter().map(by_path).collect();
        kept.extend(files.iter().map(|(what, key)| (*what, key.as_str(), key)));
        for (what, name, key) in kept {
            let own = self.belongings.remove(key).unwrap_or_default();
            let line = Line::new(what, name).files(own);
            if self.strays.contains(key) {
                let why = "the manifest does not list it; it is kept, hidden from learners";
                self.report.change(line.why(why));
            } else {
                self.report
                    .keep(line.why(if used.contains(key) { "" } else { OUTSIDE }));
            }
        }
        for heading in items.iter().filter(|item| item.kind == ItemKind::Heading) {
            self.report.keep(Line::new(What::Heading, &heading.title));
        }
        let in_modules: Vec<(String, String)> = items
            .iter()
            .filter_map(|item| Some((url_of(item)?, item.title.clone())))
            .collect();
        self.report_web_links(&in_modules);
    }

    /// Web links live in modules only: one that no module has is lost, with its address.
    fn report_web_links(&mut self, in_modules: &[(String, String)]) {
        let mut documents: HashMap<String, Vec<String>> = HashMap::new();
        let used: HashSet<&String> = in_modules.iter().map(|(url, _)| url).collect();
        for WebLink { title, url, path } in std::mem::take(&mut self.web_links) {
            if used.contains(&url) {
                documents.entry(url).or_default().extend(path);
            } else {
                let line = Line::new(What::WebLink, &format!("{title}: {url}"));
                let line = line
                    .why("stands in no module")
                    .files(path.into_iter().collect());
                self.report.lose(line);
            }
        }
        for (url, title) in in_modules {
            let files = documents.remove(url).unwrap_or_default();
            self.report
                .keep(Line::new(What::WebLink, title).files(files));
        }
    }
}

fn url_of(item: &Item) -> Option<String> {
    match &item.kind {
        ItemKind::Link { url } => Some(url.clone()),
        ItemKind::Page(_)
        | ItemKind::File(_)
        | ItemKind::Assignment(_)
        | ItemKind::Topic(_)
        | ItemKind::Heading
        | ItemKind::NotImported { .. } => None,
    }
}

/// What operating systems and packing programs leave in archives.
fn is_by_product(path: &str) -> bool {
    let name = paths::file_name(path).to_lowercase();
    path.split('/').any(|part| part == "__MACOSX")
        || matches!(name.as_str(), ".ds_store" | "thumbs.db" | "desktop.ini")
        || matches!(paths::extension(path).as_str(), "xsd" | "dtd")
}
