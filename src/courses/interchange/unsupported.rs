//! What stays behind for now and is known by name: quizzes, question banks, tools of other sites.
//!
//! Their documents are read for titles and sizes, so that a teacher sees what is missing where.

use super::{
    manifest::Resource,
    model::Unsupported,
    package::{Made, Package},
    paths,
    report::{Line, What},
    resources::{ById, Done, Kind, kind},
    xml::Element,
};

/// Why quizzes and tools are in the list of losses.
pub(super) const NOT_YET: &str = "not imported yet";

impl Package {
    /// Documents of Canvas that no resource has claimed.
    pub(super) fn is_left_behind(&mut self, path: &str, root: &Element) -> bool {
        let (what, title) = match root.name.as_str() {
            "questestinterop" => quiz_name(root),
            "quiz" => (
                What::Quiz,
                root.value("title").unwrap_or_default().to_owned(),
            ),
            "topicMeta" => (
                What::Setting,
                root.value("title").unwrap_or_default().to_owned(),
            ),
            _ => return false,
        };
        let title = if title.is_empty() {
            path.to_owned()
        } else {
            title
        };
        self.settle_lost(Line::new(what, &title).why(NOT_YET), &[path.to_owned()]);
        true
    }

    pub(super) fn take_quiz(
        &mut self,
        resource: &Resource,
        files: &[String],
        all: &ById<'_>,
    ) -> Done<Made> {
        let bank = kind(resource) == Kind::QuestionBank;
        let (what, unsupported) = if bank {
            (What::QuestionBank, Unsupported::QuestionBank)
        } else {
            (What::Quiz, Unsupported::Quiz)
        };
        let (mut title, mut questions) = (self.title_of(resource).unwrap_or_default(), 0);
        let mut own = Vec::new();
        let beside = self.documents_beside(resource, all)?;
        for path in files.iter().chain(&beside) {
            if !matches!(paths::extension(path).as_str(), "xml" | "qti") {
                self.content(path, None, true)?;
                continue;
            }
            let Some(root) = self.document(what, path)? else {
                continue;
            };
            own.push(path.clone());
            questions = questions.max(root.descendants().filter(|e| e.name == "item").count());
            let named = match root.name.as_str() {
                "quiz" => root.value("title").unwrap_or_default().to_owned(),
                _ => quiz_name(&root).1,
            };
            if title.is_empty() || root.name == "quiz" {
                title = paths::title(&named);
            }
        }
        if title.is_empty() {
            title.clone_from(&resource.identifier);
        }
        let name = format!("{title} (questions: {questions})");
        self.settle_lost(Line::new(what, &name).why(NOT_YET), &own);
        Ok(Made::missing(unsupported, &title))
    }

    pub(super) fn take_tool(&mut self, files: &[String]) -> Done<Made> {
        let Some(main) = files.first() else {
            return Ok(Made::missing(Unsupported::Tool, ""));
        };
        let Some(root) = self.document(What::Tool, main)? else {
            return Ok(Made::missing(Unsupported::Tool, main));
        };
        let title = paths::title(root.value("title").unwrap_or(main));
        self.settle_lost(Line::new(What::Tool, &title).why(NOT_YET), files);
        Ok(Made::missing(Unsupported::Tool, &title))
    }
}

/// The name of a QTI document: an assessment has a title, a bank of Canvas a field of its own.
fn quiz_name(root: &Element) -> (What, String) {
    if let Some(assessment) = root.child("assessment") {
        return (
            What::Quiz,
            assessment.attribute("title").unwrap_or_default().to_owned(),
        );
    }
    let fields = root
        .descendants()
        .filter(|element| element.name == "qtimetadatafield");
    let mut titles = fields.filter(|field| field.value("fieldlabel") == Some("bank_title"));
    let title = titles.next().and_then(|field| field.value("fieldentry"));
    (What::QuestionBank, paths::title(title.unwrap_or_default()))
}
