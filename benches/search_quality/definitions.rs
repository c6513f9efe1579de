//! Taking the sentences out of a page that say what a term means.

/// A definition of fewer words than this says too little to be a question.
const WORDS_MIN: usize = 6;
/// What a sentence begins behind.
const BEFORE: [&str; 6] = ["<p>", "<li>", "<td>", "</h3>", "</aside>", ". "];
/// What a sentence ends before.
const BEHIND: [&str; 6] = [". ", ".<", "\n\n", "</p>", "</li>", "</td>"];

/// A page without the sentences that have a term in bold, and those sentences without the term.
pub(super) fn without_definitions(html: &str) -> (String, Vec<String>) {
    let (mut left, mut definitions) = (String::new(), Vec::new());
    let mut rest = html;
    while let Some((before, bold)) = rest.split_once("<strong>") {
        let Some((_, after)) = bold.split_once("</strong>") else {
            break;
        };
        let begins = BEFORE
            .iter()
            .filter_map(|mark| Some(before.rfind(mark)? + mark.len()));
        let (kept, first) = before.split_at(begins.max().unwrap_or(0));
        let ends = BEHIND.iter().filter_map(|mark| after.find(mark));
        let (second, behind) = after.split_at(ends.min().unwrap_or(after.len()));
        left.push_str(kept);
        rest = behind;
        let definition = text(&format!("{first} {second}"));
        if definition.split(' ').count() >= WORDS_MIN {
            definitions.push(definition);
        }
    }
    left.push_str(rest);
    (left, definitions)
}

/// What HTML says, without quotation marks: in a question they mean that words stand together.
fn text(html: &str) -> String {
    let mut said = String::new();
    let mut is_mark = false;
    for c in html.chars() {
        match c {
            '<' => is_mark = true,
            '>' => is_mark = false,
            '"' | '“' | '”' => said.push(' '),
            c if !is_mark => said.push(c),
            _ => {}
        }
    }
    let said = said
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
