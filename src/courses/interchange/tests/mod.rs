//! Tests of reading packages: generated ones, hostile ones, real ones, broken ones.

mod archives;
mod chance;
mod corpus;
mod documents;
mod formats;
mod markup;
mod payloads;

use std::{
    io::{Cursor, Write},
    path::PathBuf,
};

use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

/// A package that is put together file by file.
pub(super) struct Pack {
    files: Vec<(String, Vec<u8>)>,
}

impl Pack {
    pub(super) fn new() -> Self {
        Self { files: Vec::new() }
    }

    /// With one more file.
    pub(super) fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.files
            .push((path.to_owned(), content.as_ref().to_vec()));
        self
    }

    /// The bytes of the archive.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in &self.files {
            writer
                .start_file(path.as_str(), SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Reads the package.
    pub(super) fn read(&self) -> Opened {
        read_bytes(&self.bytes()).unwrap()
    }

    /// The code and the sentence with which the package is refused.
    pub(super) fn refusal(&self) -> (&'static str, String) {
        refusal_of(&self.bytes())
    }
}

/// A package that was opened, with the folder it lies in.
pub(super) struct Opened {
    pub(super) archive: Archive,
    pub(super) course: Cartridge,
    pub(super) report: Report,
    _folder: TempDir,
}

impl Opened {
    /// A page, rewritten with [`new_address`].
    pub(super) fn page(&mut self, title: &str) -> Rewritten {
        let page = self
            .course
            .pages
            .iter()
            .find(|page| page.title == title)
            .unwrap();
        let html = self.archive.page_html(page).unwrap();
        rewrite_html(&html, &page.key, &self.course.targets, &new_address)
    }

    /// The items of a module as `indent kind title`.
    pub(super) fn outline(&self, module: usize) -> Vec<String> {
        let items = self.course.modules[module].items.iter();
        items
            .map(|item| format!("{} {} {}", item.indent, kind(&item.kind), item.title))
            .collect()
    }

    /// The names of the losses of one kind.
    pub(super) fn lost(&self, what: What) -> Vec<&str> {
        let lines = self.report.lost.iter().filter(|line| line.what == what);
        lines.map(|line| line.name.as_str()).collect()
    }
}

fn kind(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Page(key) => format!("page:{key}"),
        ItemKind::File(key) => format!("file:{key}"),
        ItemKind::Assignment(key) => format!("assignment:{key}"),
        ItemKind::Topic(key) => format!("topic:{key}"),
        ItemKind::Link { url } => format!("link:{url}"),
        ItemKind::Heading => "heading".to_owned(),
        ItemKind::NotImported { what } => format!("not:{what:?}"),
    }
}

/// An address for everything, as an importer would give it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature of the importer's answer"
)]
pub(super) fn new_address(target: &Target) -> Option<String> {
    Some(match target {
        Target::Page(key) => format!("/new/page/{key}"),
        Target::File(key) => format!("/new/file/{key}"),
        Target::Assignment(key) => format!("/new/assignment/{key}"),
        Target::Topic(key) => format!("/new/topic/{key}"),
        Target::Module(key) => format!("/new/module/{key}"),
        Target::Course => "/new".to_owned(),
    })
}

pub(super) fn read_bytes(bytes: &[u8]) -> Result<Opened, CartridgeProblem> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("package.imscc");
    fs_err::write(&path, bytes).unwrap();
    let (archive, course, report) = open(&path)?;
    Ok(Opened {
        archive,
        course,
        report,
        _folder: folder,
    })
}

pub(super) fn refusal_of(bytes: &[u8]) -> (&'static str, String) {
    let Err(problem) = read_bytes(bytes) else {
        panic!("the package was accepted")
    };
    (problem.code(), problem.to_string())
}

/// Rewrites a piece of HTML that links to nothing in a package.
pub(super) fn rewrite(html: &str) -> Rewritten {
    rewrite_html(html, "page.html", &Targets::default(), &new_address)
}

/// So many pieces, one for each number.
pub(super) fn pieces(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().concat()
}

/// A manifest of version 1.3 with this table of contents and these resources.
pub(super) fn manifest(items: &str, resources: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
  xmlns:lomimscc="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest">
  <metadata><schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion>
    <lomimscc:lom><lomimscc:general><lomimscc:title><lomimscc:string>Knots &amp; ropes</lomimscc:string></lomimscc:title></lomimscc:general></lomimscc:lom>
  </metadata>
  <organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">{items}</item></organization></organizations>
  <resources>{resources}</resources>
</manifest>"#
    )
}

/// A resource of the manifest with one file.
pub(super) fn resource(id: &str, kind: &str, href: &str) -> String {
    format!(
        r#"<resource identifier="{id}" type="{kind}" href="{href}"><file href="{href}"/></resource>"#
    )
}

/// The folder of real packages, if there is one: it is not part of the project.
pub(super) fn cartridges() -> Option<PathBuf> {
    let given = std::env::var_os("EDUSPHERE_CORPUS").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = here
        .ancestors()
        .map(|folder| folder.join("../shared/corpus"));
    given
        .into_iter()
        .chain(beside)
        .map(|corpus| corpus.join("cartridges"))
        .find(|f| f.is_dir())
}
