//! What is found, in which order, and what is told of it.

use app::search::FoundKind;
use courses::catalog::{CourseChange, UpdateCourse};
use courses::pages::DeletePage;
use kernel::PageRequest;
use testkit::Role;

use super::{Library, by, kinds, titles};
use crate::search::{Answer, Mode, Notice, Question};

#[test]
fn a_page_is_found_by_its_words_and_by_what_it_means() {
    let library = Library::open();
    library.page(
        "Tides",
        "<p>The moon pulls the ocean, and water rises twice a day.</p>",
    );
    library.page("Taxes", "<p>An income tax takes a share of wages.</p>");
    for (mode, question) in [
        (Mode::Fulltext, "ocean"),
        (Mode::Semantic, "why does the sea go up and down"),
        (Mode::Hybrid, "ocean water"),
    ] {
        let answer = library.ask(Role::Student, by(mode, question));
        assert_eq!(titles(&answer).first().unwrap(), "Tides", "{mode:?}");
        let unlucky = [Notice::Partial, Notice::WithoutMeaning];
        assert!(!answer.notices.iter().any(|notice| unlucky.contains(notice)));
    }
}

#[test]
fn a_mistyped_question_means_what_was_meant() {
    let library = Library::open();
    library.page(
        "Forces",
        "<p>Gravitation pulls the apple towards the ground.</p>",
    );
    library.page("Taxes", "<p>An income tax takes a share of wages.</p>");
    for mode in [Mode::Semantic, Mode::Hybrid] {
        let right = library.ask(Role::Student, by(mode, "gravitation"));
        let slipped = library.ask(Role::Student, by(mode, "gravittaion"));
        let told = |answer: &Answer| -> Vec<(String, f64)> {
            let hits = answer.hits.iter();
            hits.map(|hit| (hit.card.title.clone(), hit.score))
                .collect()
        };
        assert_eq!(told(&slipped), told(&right), "{mode:?}");
        assert_eq!(titles(&right), ["Forces"], "{mode:?}");
    }
}

#[test]
fn quotes_and_minus_hold_whatever_means_the_like() {
    let library = Library::open();
    library.page(
        "Tides",
        "<p>The moon pulls the ocean, and water rises twice a day.</p>",
    );
    library.page(
        "Waves",
        "<p>The wind pushes ocean water, and the moon has no part.</p>",
    );
    let found = |text| {
        let answer = library.ask(Role::Student, by(Mode::Hybrid, text));
        (answer.total, titles(&answer).join(" "))
    };
    assert_eq!(found("moon and ocean water").0, 2);
    for (text, title) in [
        ("ocean water -wind", "Tides"),
        ("\"ocean water\"", "Waves"),
        ("\"ocean water\" and sailing ships", "Waves"),
        ("title:tides ocean", "Tides"),
    ] {
        assert_eq!(found(text), (1, title.to_owned()), "{text}");
    }
    assert_eq!(found("\"water ocean\"").0, 0);
}

#[test]
fn what_changed_is_found_as_it_is_now_and_what_was_deleted_not_at_all() {
    let library = Library::open();
    let page = library.page("Whales", "<p>Whales sing.</p>");
    assert_eq!(library.titles(Role::Student, "sing"), ["Whales"]);
    library.rewrite(page, "Bats", "<p>Bats hear.</p>");
    assert_eq!(library.titles(Role::Student, "sing"), [""; 0]);
    assert_eq!(library.titles(Role::Student, "hear"), ["Bats"]);
    library.cast.does(Role::Program, DeletePage { page });
    for mode in [Mode::Fulltext, Mode::Semantic, Mode::Hybrid] {
        let answer = library.ask(Role::Admin, by(mode, "bats hear"));
        assert_eq!((answer.total, kinds(&answer)), (0, Vec::new()), "{mode:?}");
    }
}

#[test]
fn the_text_of_a_file_is_found_and_its_name() {
    let library = Library::open();
    library.file(
        library.course,
        "week-3_notes.txt",
        "Enzymes speed reactions up.",
    );
    for words in ["enzymes", "notes", "week"] {
        assert_eq!(
            library.titles(Role::Student, words),
            ["week-3_notes.txt"],
            "{words}"
        );
    }
}

#[test]
fn snippets_mark_what_fits_and_escape_everything_else() {
    let library = Library::open();
    library.page(
        "Signs",
        "<p>If a &lt; b &amp; the octopus agrees, then b &gt; a.</p>",
    );
    let answer = library.ask(Role::Student, by(Mode::Fulltext, "octopus"));
    let snippet = &answer.hits.first().unwrap().snippet;
    assert!(
        snippet.contains("a &lt; b &amp; the <mark>octopus</mark> agrees"),
        "{snippet}"
    );
}

#[test]
fn a_passage_deep_in_a_long_page_is_found_by_its_meaning_and_shown() {
    let library = Library::open();
    let filler = "<p>The committee met on Tuesday and approved the minutes of the budget.</p>";
    let lava = "<p>Lava flows from a volcano when magma rises through the crust and erupts.</p>";
    let page = format!(
        "{}<h2>Volcanoes</h2>{}<h2>Budget</h2>{}",
        filler.repeat(60),
        lava.repeat(12),
        filler.repeat(60)
    );
    library.page("Minutes", &page);
    let answer = library.ask(Role::Student, by(Mode::Semantic, "volcano and lava"));
    let hit = answer.hits.first().unwrap();
    assert_eq!(hit.card.title, "Minutes");
    assert!(
        hit.snippet.contains("Lava") || hit.snippet.contains("Volcanoes"),
        "{}",
        hit.snippet
    );
}

#[test]
fn pages_of_an_answer_follow_each_other_without_gaps_and_without_repeats() {
    let library = Library::open();
    for number in 0..25 {
        library.page(
            &format!("Page {number}"),
            "<p>A lighthouse stands on the rock.</p>",
        );
    }
    for mode in [Mode::Fulltext, Mode::Semantic, Mode::Hybrid] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = PageRequest::parse(Some(7), after.as_deref()).unwrap();
            let question = Question {
                page,
                ..by(mode, "lighthouse")
            };
            let answer = library.ask(Role::Student, question);
            assert_eq!(answer.total, 25, "{mode:?}");
            assert_eq!(answer.has_previous, after.is_some());
            seen.extend(titles(&answer));
            after = answer.hits.last().map(|hit| hit.cursor.to_string());
            if !answer.has_next {
                break;
            }
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!((seen.len(), once.len()), (25, 25), "{mode:?}");
    }
}

#[test]
fn the_page_behind_a_hit_that_is_gone_begins_with_the_next_one() {
    let library = Library::open();
    let pages: Vec<_> = (0..6)
        .map(|number| library.page(&format!("Page {number}"), "<p>A lighthouse.</p>"))
        .collect();
    let asks = |after: Option<&str>| {
        let page = PageRequest::parse(Some(3), after).unwrap();
        let question = by(Mode::Fulltext, "lighthouse");
        library.ask(Role::Student, Question { page, ..question })
    };
    let first = asks(None);
    let last = first.hits.last().unwrap();
    let next = titles(&asks(Some(&last.cursor.to_string())));
    let number = titles(&first).last().unwrap().replace("Page ", "");
    let page = *pages.get(number.parse::<usize>().unwrap()).unwrap();
    library.cast.does(Role::Program, DeletePage { page });
    assert_eq!(titles(&asks(Some(&last.cursor.to_string()))), next);
}

#[test]
fn what_nothing_is_called_is_found_by_meaning_with_a_word_about_it() {
    let library = Library::open();
    library.page("Forces", "<p>Gravitation pulls the apple.</p>");
    let notices = |mode, text| library.ask(Role::Student, by(mode, text)).notices;
    assert_eq!(notices(Mode::Hybrid, "gravity"), [Notice::OnlyMeant]);
    assert_eq!(notices(Mode::Hybrid, "apple"), []);
    assert_eq!(notices(Mode::Semantic, "gravity"), []);
    assert_eq!(notices(Mode::Fulltext, "gravity"), []);
}

#[test]
fn facets_count_what_was_found_by_kind_and_course() {
    let library = Library::open();
    library.page("One", "<p>comet</p>");
    library.page("Two", "<p>comet</p>");
    library.file(library.course, "comet.txt", "comet");
    let answer = library.ask(Role::Student, by(Mode::Fulltext, "comet"));
    assert_eq!(
        answer.facets.kinds,
        [(FoundKind::Page, 2), (FoundKind::File, 1)]
    );
    assert_eq!(answer.facets.courses, [(library.course, 3)]);
    let only = Question {
        kinds: vec![FoundKind::File],
        ..by(Mode::Fulltext, "comet")
    };
    assert_eq!(titles(&library.ask(Role::Student, only)), ["comet.txt"]);
}

#[test]
fn a_course_is_found_by_its_code_title_and_description() {
    let library = Library::open();
    let change = CourseChange {
        description: Some("How **algorithms** sort.".to_owned()),
        ..CourseChange::default()
    };
    let update = UpdateCourse {
        course: library.course,
        change,
    };
    library.cast.does(Role::Program, update);
    for words in ["CS-101", "cs101", "computing", "algorithms"] {
        let answer = library.ask(Role::Student, by(Mode::Fulltext, words));
        assert_eq!(kinds(&answer), [FoundKind::Course], "{words}");
    }
}

#[test]
fn suggestions_are_titles_that_begin_so_and_people_for_staff() {
    let library = Library::open();
    library.page("Photosynthesis", "<p>Light.</p>");
    library.search.catch_up().unwrap();
    let suggest = |role, prefix: &str| {
        let (snapshot, actor) = (library.cast.school.app.snapshot(), library.cast.actor(role));
        let asked = library
            .search
            .suggest(&snapshot, &actor, (prefix, None, 10));
        let found = library.cast.school.block_on(asked).unwrap();
        found
            .into_iter()
            .map(|(_, card)| card.title)
            .collect::<Vec<_>>()
    };
    assert_eq!(suggest(Role::Student, "photos"), ["Photosynthesis"]);
    assert_eq!(suggest(Role::Member, "photos"), [""; 0]);
    assert_eq!(suggest(Role::Staff, "teach"), ["teacher"]);
    assert_eq!(suggest(Role::Teacher, "teach"), [""; 0]);
}

#[test]
fn what_is_similar_is_of_the_same_matter_and_not_the_thing_itself() {
    let library = Library::open();
    let cats = library.page(
        "Cats",
        "<p>A cat is a small animal that purrs and hunts mice.</p>",
    );
    library.page(
        "Dogs",
        "<p>A dog is an animal that barks; it is kept as a pet.</p>",
    );
    library.page("Loans", "<p>A bank lends money at interest.</p>");
    library.search.catch_up().unwrap();
    let similar = |role, id| {
        let (snapshot, actor) = (library.cast.school.app.snapshot(), library.cast.actor(role));
        let bits = app::search::bits(id);
        let asked = library
            .search
            .similar(&snapshot, &actor, (FoundKind::Page, bits, 3));
        let found = library.cast.school.block_on(asked);
        found.map(|found| {
            found
                .into_iter()
                .map(|(_, card)| card.title)
                .collect::<Vec<_>>()
        })
    };
    let found = similar(Role::Student, cats).unwrap();
    assert_eq!(found.first().unwrap(), "Dogs");
    assert!(!found.contains(&"Cats".to_owned()));
    let refused = similar(Role::Member, cats).unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "NOT_FOUND");
}
