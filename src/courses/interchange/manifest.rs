//! `imsmanifest.xml` of Common Cartridge 1.1 to 1.3: what the course is, its table of contents and
//! its resources.
//!
//! Reading is lenient about what exporters get wrong (missing version, other prefixes, several
//! organisations) and strict about nothing but well-formedness.

use super::{paths, xml::Element};

/// The manifest, as far as it is understood.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) version: Option<String>,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) language: Option<String>,
    pub(super) rights: Option<String>,
    pub(super) contents: Vec<Entry>,
    pub(super) resources: Vec<Resource>,
    /// Name and value of what nothing here reads.
    pub(super) unread: Vec<(String, String)>,
}

/// A line of the table of contents with the lines below it. At most 64 deep, by the XML reader.
#[derive(Debug, Default, Clone)]
pub(super) struct Entry {
    pub(super) identifier: String,
    pub(super) title: String,
    /// The identifier of a resource.
    pub(super) resource: Option<String>,
    pub(super) visible: bool,
    pub(super) entries: Vec<Entry>,
}

/// A resource: something to learn with, and the files it consists of.
#[derive(Debug, Default, Clone)]
pub(super) struct Resource {
    pub(super) identifier: String,
    /// The type in small letters, as `webcontent` or `imsdt_xmlv1p1`.
    pub(super) kind: String,
    /// Addresses as written, with `xml:base` in front of them.
    pub(super) href: Option<String>,
    pub(super) files: Vec<String>,
    pub(super) dependencies: Vec<String>,
    /// The resource that this one stands in for.
    pub(super) variant_of: Option<String>,
    pub(super) for_teachers: bool,
    pub(super) title: Option<String>,
    pub(super) unread: Vec<String>,
}

/// Reads the tree of a manifest.
pub(super) fn read(root: &Element) -> Manifest {
    let mut manifest = Manifest::default();
    for part in &root.children {
        match part.name.as_str() {
            "metadata" => read_metadata(part, &mut manifest),
            "organizations" => read_contents(part, &mut manifest),
            "resources" => {
                let base = format!("{}{}", base(root), base(part));
                let resources = part.children_named("resource");
                manifest
                    .resources
                    .extend(resources.map(|resource| read_resource(resource, &base)));
                note_others(part, &["resource"], &mut manifest);
            }
            other => manifest.unread.push((other.to_owned(), first_text(part))),
        }
    }
    manifest
}

fn note_others(part: &Element, known: &[&str], manifest: &mut Manifest) {
    let others = part
        .children
        .iter()
        .filter(|child| !known.contains(&child.name.as_str()));
    let others = others.map(|child| (format!("{}/{}", part.name, child.name), first_text(child)));
    manifest.unread.extend(others);
}

fn read_metadata(metadata: &Element, manifest: &mut Manifest) {
    manifest.version = metadata.value("schemaversion").map(str::to_owned);
    note_others(metadata, &["schema", "schemaversion", "lom"], manifest);
    let Some(lom) = metadata.child("lom") else {
        return;
    };
    for section in &lom.children {
        for field in &section.children {
            let text = language_string(field);
            let slot = match (section.name.as_str(), field.name.as_str()) {
                ("general", "title") => &mut manifest.title,
                ("general", "description") => &mut manifest.description,
                ("general", "language") => &mut manifest.language,
                ("rights", "description") => &mut manifest.rights,
                // Whether there are restrictions at all is said again, better, by the description.
                ("rights", "copyrightAndOtherRestrictions") => continue,
                (section, field) => {
                    if !text.is_empty() {
                        manifest.unread.push((format!("{section}/{field}"), text));
                    }
                    continue;
                }
            };
            if !text.is_empty() && slot.is_none() {
                *slot = Some(text);
            }
        }
    }
}

/// The first text in or below an element: `<string>`, `<langstring>`, `<value>` or its own.
fn language_string(field: &Element) -> String {
    let own = field.text.trim();
    if own.is_empty() {
        first_text(field)
    } else {
        own.to_owned()
    }
}

fn first_text(element: &Element) -> String {
    let texts = std::iter::once(element).chain(element.descendants());
    texts
        .map(|e| e.text.trim())
        .find(|text| !text.is_empty())
        .unwrap_or_default()
        .to_owned()
}

fn read_contents(organizations: &Element, manifest: &mut Manifest) {
    note_others(organizations, &["organization"], manifest);
    for organization in organizations.children_named("organization") {
        note_others(organization, &["item", "title", "metadata"], manifest);
        let mut entries: Vec<Entry> = organization
            .children_named("item")
            .map(read_entry)
            .collect();
        // The standard wants one root without a meaning of its own; many tools leave it out.
        if let [root] = entries.as_mut_slice()
            && root.resource.is_none()
            && !root.entries.is_empty()
            && (root.title.is_empty() || root.entries.iter().any(|e| e.resource.is_none()))
        {
            entries = std::mem::take(&mut root.entries);
        } else if let [root] = entries.as_slice()
            && root.resource.is_none()
            && root.entries.is_empty()
            && root.title.is_empty()
        {
            entries.clear();
        }
        manifest.contents.append(&mut entries);
    }
}

fn read_entry(item: &Element) -> Entry {
    Entry {
        identifier: item.attribute("identifier").unwrap_or_default().to_owned(),
        title: paths::title(item.value("title").unwrap_or_default()),
        resource: item
            .attribute("identifierref")
            .filter(|r| !r.is_empty())
            .map(str::to_owned),
        visible: item.attribute("isvisible") != Some("false"),
        entries: item.children_named("item").map(read_entry).collect(),
    }
}

fn read_resource(resource: &Element, base_above: &str) -> Resource {
    let base = format!("{base_above}{}", base(resource));
    let address = |href: &str| {
        if paths::scheme(href).is_some() {
            href.to_owned()
        } else {
            format!("{base}{href}")
        }
    };
    let href = |element: &Element| {
        element
            .attribute("href")
            .map(str::trim)
            .filter(|h| !h.is_empty())
            .map(address)
    };
    let metadata = resource.child("metadata");
    let roles: Vec<&str> = metadata
        .into_iter()
        .flat_map(Element::descendants)
        .filter(|element| element.name == "intendedEndUserRole")
        .filter_map(|role| role.value("value"))
        .collect();
    let understood = ["file", "dependency", "variant", "metadata"];
    let others = resource
        .children
        .iter()
        .filter(|c| !understood.contains(&c.name.as_str()));
    let standards = metadata.and_then(|metadata| metadata.find("curriculumStandardsMetadataSet"));
    Resource {
        identifier: resource
            .attribute("identifier")
            .unwrap_or_default()
            .to_owned(),
        kind: resource
            .attribute("type")
            .unwrap_or_default()
            .trim()
            .to_lowercase(),
        href: href(resource),
        files: resource.children_named("file").filter_map(href).collect(),
        dependencies: references(resource, "dependency").collect(),
        variant_of: references(resource, "variant").next(),
        for_teachers: !roles.is_empty() && !roles.contains(&"Learner"),
        title: metadata
            .and_then(|metadata| metadata.find("title"))
            .map(|title| paths::title(&language_string(title)))
            .filter(|title| !title.is_empty()),
        unread: others
            .chain(standards)
            .map(|element| element.name.clone())
            .collect(),
    }
}

fn references(resource: &Element, name: &'static str) -> impl Iterator<Item = String> {
    resource
        .children_named(name)
        .filter_map(|element| element.attribute("identifierref"))
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// `xml:base` of an element, which goes in front of every address below it.
fn base(element: &Element) -> &str {
    element.attribute("base").unwrap_or_default()
}
