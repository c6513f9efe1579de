//! XML documents of a package as small trees of elements, read with nothing that can be abused.
//!
//! No document type, no entity but the five predefined and the numeric ones, no inclusion, no
//! network; depth, attributes, elements and size have limits. Namespaces are ignored on purpose:
//! exporters disagree about prefixes, and no two elements we read differ only by namespace.

use quick_xml::{
    Reader,
    escape::{resolve_xml_entity, unescape_with},
    events::{BytesRef, BytesStart, Event},
};

use super::{problem::CartridgeProblem, text};

/// Largest document in bytes.
pub const XML_BYTES_MAX: u64 = 20_000_000;
/// Deepest nesting of elements.
pub const XML_DEPTH_MAX: usize = 64;
/// Most attributes of one element.
pub const XML_ATTRIBUTES_MAX: usize = 256;
/// Most elements of one document; a course of 10,000 files needs about 50,000.
pub const XML_ELEMENTS_MAX: usize = 400_000;

/// An element with what is in it. Names are local names: the prefix is cut off.
#[derive(Debug, Default, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// The text directly in this element, all pieces joined.
    pub(super) text: String,
}

impl Element {
    /// The value of an attribute by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(super) fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at the end of a path of first children.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// The trimmed text of a child; `None` when it is missing or empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(|child| child.text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Whether the text of a child is `true`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.value(name) == Some("true")
    }

    /// The first element of this name anywhere below, in the order of the document.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.descendants().find(|element| element.name == name)
    }

    /// All elements below this one, parents before children.
    pub(super) fn descendants(&self) -> impl Iterator<Item = &Element> {
        let mut waiting: Vec<&Element> = self.children.iter().rev().collect();
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            waiting.extend(next.children.iter().rev());
            Some(next)
        })
    }
}

/// Reads a document; `file` is its name in messages.
pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Element, CartridgeProblem> {
    if bytes.len() as u64 > XML_BYTES_MAX {
        return Err(Place {
            file,
            source: "",
            at: 0,
        }
        .limit("is larger than 20 MB"));
    }
    let Ok(decoded) = text::decode(bytes) else {
        let why = "it is written in UTF-16, save it as UTF-8";
        return Err(Place {
            file,
            source: "",
            at: 0,
        }
        .invalid(why));
    };
    Parser {
        file,
        source: &decoded.text,
        open: Vec::new(),
        root: None,
        elements: 0,
    }
    .run()
}

/// Where in a document something is wrong.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    source: &'a str,
    at: u64,
}

impl Place<'_> {
    fn line(&self) -> usize {
        let at = usize::try_from(self.at).unwrap_or(usize::MAX);
        1 + self
            .source
            .bytes()
            .take(at)
            .filter(|byte| *byte == b'\n')
            .count()
    }

    fn invalid(&self, why: &str) -> CartridgeProblem {
        let (file, line, why) = (self.file.to_owned(), self.line(), why.to_owned());
        CartridgeProblem::ManifestInvalid { file, line, why }
    }

    fn limit(&self, why: &str) -> CartridgeProblem {
        let (file, line, why) = (self.file.to_owned(), self.line(), why.to_owned());
        CartridgeProblem::XmlLimit { file, line, why }
    }

    fn forbidden(&self, what: &str) -> CartridgeProblem {
        let (file, line, what) = (self.file.to_owned(), self.line(), what.to_owned());
        CartridgeProblem::XmlDtdForbidden { file, line, what }
    }
}

struct Parser<'a> {
    file: &'a str,
    source: &'a str,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl<'a> Parser<'a> {
    fn run(mut self) -> Result<Element, CartridgeProblem> {
        let mut reader = Reader::from_str(self.source);
        loop {
            let event = reader.read_event();
            let place = Place {
                file: self.file,
                source: self.source,
                at: reader.buffer_position(),
            };
            match event {
                Ok(Event::Start(tag)) => self.start(&tag, place)?,
                Ok(Event::Empty(tag)) => {
                    self.start(&tag, place)?;
                    self.end();
                }
                Ok(Event::End(_)) => self.end(),
                Ok(Event::Text(text)) => self.text(&text.xml10_content(), place)?,
                Ok(Event::CData(text)) => self.text(&text.xml10_content(), place)?,
                Ok(Event::GeneralRef(reference)) => self.reference(&reference, place)?,
                Ok(Event::DocType(_)) => return Err(place.forbidden("a DOCTYPE")),
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => {}
                Ok(Event::Eof) => return self.finish(place),
                Err(error) => {
                    let at = reader.error_position();
                    return Err(Place { at, ..place }.invalid(&error.to_string()));
                }
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, place: Place<'a>) -> Result<(), CartridgeProblem> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(place.invalid("it has more than one root element"));
        }
        if self.open.len() >= XML_DEPTH_MAX {
            return Err(place.limit("is nested deeper than 64 elements"));
        }
        self.elements += 1;
        if self.elements > XML_ELEMENTS_MAX {
            return Err(place.limit("has more than 400,000 elements"));
        }
        let mut element = Element {
            name: local(tag.name().0).to_owned(),
            ..Element::default()
        };
        // The check for doubles is left out: it compares all with all, and the first one counts.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| place.invalid(&error.to_string()))?;
            if element.attributes.len() >= XML_ATTRIBUTES_MAX {
                return Err(place.limit("has an element with more than 256 attributes"));
            }
            let value = unescape_with(&attribute.value, resolve_xml_entity)
                .map_err(|error| entity(place, &error.to_string()))?;
            let key = local(attribute.key.0).to_owned();
            // `xml:base` must not be mistaken for another attribute named base; nothing else clashes.
            element.attributes.push((key, value.into_owned()));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str, place: Place<'a>) -> Result<(), CartridgeProblem> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(place.invalid("it has text outside of the root element")),
        }
        Ok(())
    }

    fn reference(
        &mut self,
        reference: &BytesRef<'_>,
        place: Place<'a>,
    ) -> Result<(), CartridgeProblem> {
        let character = reference
            .resolve_char_ref()
            .map_err(|error| place.invalid(&error.to_string()))?;
        match (character, resolve_xml_entity(reference)) {
            (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4]), place),
            (None, Some(text)) => self.text(text, place),
            (None, None) => Err(place.forbidden(&format!("the entity &{};", &**reference))),
        }
    }

    fn finish(self, place: Place<'a>) -> Result<Element, CartridgeProblem> {
        if let Some(element) = self.open.last() {
            return Err(place.invalid(&format!("the element {} is never closed", element.name)));
        }
        self.root
            .ok_or_else(|| place.invalid("it holds no element"))
    }
}

/// A reference in an attribute that cannot be resolved: either an entity, or simply wrong.
fn entity(place: Place<'_>, why: &str) -> CartridgeProblem {
    if why.contains("unrecognized entity") {
        place.forbidden("an entity of its own")
    } else {
        place.invalid(why)
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}
