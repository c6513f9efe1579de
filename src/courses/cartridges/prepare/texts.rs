//! Assignments and topics of a package, and what of them is not taken over.

use kernel::Timestamp;

use super::Work;
use crate::cartridges::import_course::{ImportedAssignment, ImportedTopic};
use crate::interchange::{Assignment, Key, Line, What};
use crate::markup::SafeHtml;

impl Work<'_> {
    pub(super) fn assignments(&mut self) -> Vec<ImportedAssignment> {
        let mut assignments = Vec::with_capacity(self.cartridge.assignments.len());
        for from in &self.cartridge.assignments {
            let Some(id) = self.ids.assignments.get(&from.key).copied() else {
                continue;
            };
            let title = self.title(What::Assignment, &from.title);
            let instructions = self.safe(&from.description_html, &from.base, &title);
            let instructions = self.with_attachments(&instructions, &from.attachments, &title);
            let assignment = ImportedAssignment {
                id,
                instructions,
                points: from.points,
                due_at: self.moment("the due date", from.due.as_deref(), &title),
                unlock_at: self.moment("the opening date", from.unlocks.as_deref(), &title),
                lock_at: self.moment("the closing date", from.locks.as_deref(), &title),
                attempts_allowed: from.attempts,
                submissions: from.submissions.clone(),
                published: from.published,
                title,
            };
            self.tell_of_settings(from, &assignment);
            assignments.push(assignment);
        }
        assignments
    }

    pub(super) fn topics(&mut self) -> Vec<ImportedTopic> {
        let mut topics = Vec::with_capacity(self.cartridge.topics.len());
        for from in &self.cartridge.topics {
            let Some(id) = self.ids.topics.get(&from.key).copied() else {
                continue;
            };
            let title = self.title(What::Topic, &from.title);
            let body = self.safe(&from.html, &from.key, &title);
            let body = self.with_attachments(&body, &from.attachments, &title);
            topics.push(ImportedTopic {
                id,
                title,
                body,
                published: from.published,
            });
        }
        topics
    }

    /// Reports what an assignment says and the new one does not.
    fn tell_of_settings(&mut self, from: &Assignment, assignment: &ImportedAssignment) {
        let title = assignment.title.as_str();
        for setting in (self.neighbours.left_out)(assignment) {
            let line = Line::new(What::Setting, setting).place(title);
            self.report
                .lose(line.why("it does not fit and was left out"));
        }
        if !from.extensions.is_empty() {
            let line = Line::new(What::Setting, "endings of files").place(title);
            self.report
                .change(line.why("files with any ending are taken"));
        }
    }

    /// A moment of the package; one that cannot be read is reported.
    fn moment(&mut self, name: &str, text: Option<&str>, place: &str) -> Option<Timestamp> {
        let text = text?;
        let moment = text.parse().ok();
        if moment.is_none() {
            let line = Line::new(What::Setting, &format!("{name} {text}")).place(place);
            self.report.lose(line.why("it is no date that can be read"));
        }
        moment
    }

    /// The text with a link to each file that belongs to it at its end.
    fn with_attachments(&mut self, body: &SafeHtml, keys: &[Key], title: &str) -> SafeHtml {
        let mut html = body.as_str().to_owned();
        for key in keys {
            let file = self.cartridge.files.iter().find(|file| file.key == *key);
            let Some((file, id)) = file.zip(self.ids.files.get(key)) else {
                let line = Line::new(What::File, key).place(title);
                self.report
                    .lose(line.why("attached, but not in the package"));
                continue;
            };
            self.linked_files.insert(key.clone());
            let name = ammonia::clean_text(&file.name);
            html.push_str("<p><a href=\"/api/files/");
            html.push_str(&id.to_string());
            html.push_str("\">");
            html.push_str(&name);
            html.push_str("</a></p>");
            let line = Line::new(What::File, &file.name).place(title);
            self.report
                .change(line.why("attached; now a link at the end of the text"));
        }
        SafeHtml::rewritten(html)
    }
}
