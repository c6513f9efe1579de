//! Words of many languages: what is the same word, and how well a small library answers.

use super::{texts::TEXTS, *};
use crate::{
    Language, Ranking,
    words::{fold, places},
};

fn library() -> Index {
    index_of((0..).zip(TEXTS).map(|(n, text)| Document {
        key: n,
        language: text.language,
        ..page("", text.title, text.body)
    }))
}

/// Where the text stands among the first five of the answer.
fn rank(index: &Index, language: Language, asked: &str, title: &str) -> Option<usize> {
    let query = Query {
        language,
        limit: 5,
        ..query(asked)
    };
    let found = index.rank(&query, &mut |_| true).unwrap();
    let told = |hit: &Ranking| found.tell(hit.key).unwrap().unwrap();
    found.hits.iter().position(|hit| told(hit).title == title)
}

#[test]
fn words_are_the_same_without_case_accents_and_width() {
    let same = [
        ("ÉCOLE", "ecole"),
        ("Straße", "STRASSE"),
        ("Œuvre", "oeuvre"),
        ("ｆｕｌｌ", "full"),
        ("ﬁn", "fin"),
        ("İstanbul", "istanbul"),
        ("перешёл", "перешел"),
        ("Σοφός", "σοφοσ"),
        ("שָׁלוֹם", "שלום"),
        ("كِتَابٌ", "كتاب"),
        ("أحمد", "احمد"),
        ("مدرسة", "مدرسه"),
        ("が", "か\u{3099}"),
        ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
    ];
    for (one, other) in same {
        assert_eq!(fold(one), fold(other), "{one} {other}");
    }
    // Their vowel signs are no accents.
    assert_ne!(fold("कि"), fold("का"));
    assert_ne!(fold("が"), fold("か"));
}

#[test]
fn texts_are_taken_apart_into_words() {
    let cases: [(&str, &[&str]); 9] = [
        ("Hello, world!", &["Hello", "world"]),
        ("l'école d’été", &["école", "été"]),
        ("student's don't", &["student", "don"]),
        ("x' = y", &["x", "y"]),
        (
            "e\u{301}te\u{301} co\u{ad}operate",
            &["e\u{301}te\u{301}", "co\u{ad}operate"],
        ),
        ("水循环", &["水循", "循环", "环"]),
        ("Python入門2", &["Python", "入門", "門", "2"]),
        ("हिन्दी भाषा", &["हिन्दी", "भाषा"]),
        ("🎉 -- ?", &[]),
    ];
    for (text, expected) in cases {
        let words: Vec<&str> = places(text).map(|place| &text[place.bytes]).collect();
        assert_eq!(words, expected, "{text}");
    }
}

#[test]
fn each_language_knows_forms_of_its_words() {
    let cases = [
        (Language::English, "running", "runs"),
        (Language::Spanish, "canciones", "canción"),
        (Language::French, "nationales", "national"),
        (Language::German, "Häuser", "Haus"),
        (Language::Portuguese, "professores", "professor"),
        (Language::Arabic, "الكتاب", "كتاب"),
        (Language::Hebrew, "הספר", "ספר"),
        (Language::Russian, "книгами", "книга"),
    ];
    for (language, one, other) in cases {
        assert_eq!(language.stem(one), language.stem(other), "{one} {other}");
        let index = index_of([Document {
            language,
            ..page("it", "x", one)
        }]);
        assert_eq!(rank(&index, language, other, "x"), Some(0), "{other}");
    }
    assert_eq!(Language::of_tag("pt-BR"), Language::Portuguese);
    assert_eq!(Language::of_tag("HE"), Language::Hebrew);
    assert_eq!(Language::of_tag("zh-Hant"), Language::Other);
    assert_eq!(Language::of_tag(""), Language::Other);
}

#[test]
fn a_word_is_found_by_who_reads_another_language() {
    let index = library();
    let found = [
        ("mitochondrien", None),
        ("Hausaufgaben", Some("Hausaufgaben abgeben")),
        ("fotossíntese", Some("A fotossíntese")),
        ("המים", Some("מחזור המים")),
    ];
    for (asked, title) in found {
        for language in [Language::English, Language::Russian, Language::Other] {
            if let Some(title) = title {
                assert_eq!(rank(&index, language, asked, title), Some(0), "{asked}");
            }
        }
    }
}

#[test]
fn any_part_of_a_run_of_signs_is_found() {
    let index = library();
    for asked in ["光合", "合作", "作用", "光合作用", "用", "\"光合作用\""] {
        assert_eq!(
            rank(&index, Language::Other, asked, "光合作用"),
            Some(0),
            "{asked}"
        );
    }
    assert_eq!(rank(&index, Language::Other, "\"合光\"", "光合作用"), None);
}

#[test]
fn quotes_and_minus_hold_within_a_run_of_signs() {
    let index = index_of([
        page("light", "光合作用", "植物的光合作用需要阳光。"),
        page("cats", "猫和狗", "小猫喜欢睡觉。"),
        page("korean", "학교", "우리 학교에서 배운다"),
    ]);
    let found = |text: &str| names(&search(&index, text)).join(" ");
    for (asked, expected) in [
        ("\"光合\"", "light"),
        ("\"光合作\"", "light"),
        ("\"合作用\"", "light"),
        ("\"光作\"", ""),
        ("\"猫\"", "cats"),
        ("\"小猫喜欢\"", "cats"),
        ("\"학교\"", "korean"),
        ("植物 -光合", ""),
        ("植物 -光作", "light"),
        ("喜欢 -猫", ""),
        ("喜欢 -\"狗\"", ""),
        ("喜欢 -鸟", "cats"),
        ("喜欢 -title:小", "cats"),
    ] {
        assert_eq!(found(asked), expected, "{asked}");
    }
}

#[test]
fn each_question_finds_its_text_first() {
    let index = library();
    let mut missed = Vec::new();
    for text in TEXTS {
        if rank(&index, text.language, text.asked, text.title) != Some(0) {
            missed.push(text.asked);
        }
    }
    assert!(missed.len() * 20 <= TEXTS.len(), "{missed:?}");
}

/// Every mistake of one letter in a word: one is missing, doubled, another, or two are swapped.
fn mistakes(asked: &str) -> Vec<String> {
    let letters: Vec<char> = asked.chars().collect();
    let mut mistakes = Vec::new();
    for at in 0..letters.len() {
        if letters[at] == ' ' {
            continue;
        }
        let mut changed = |change: &dyn Fn(&mut Vec<char>)| {
            let mut letters = letters.clone();
            change(&mut letters);
            mistakes.push(letters.into_iter().collect());
        };
        changed(&|letters| {
            letters.remove(at);
        });
        changed(&|letters| letters.insert(at, letters[at]));
        // Another letter of the same script.
        changed(&|letters| letters[at] = letters[(at + 2) % letters.len()]);
        if letters.get(at + 1).is_some_and(|next| *next != ' ') {
            changed(&|letters| letters.swap(at, at + 1));
        }
    }
    mistakes
}

#[test]
fn a_question_with_a_mistyped_letter_still_finds_its_text() {
    let index = library();
    let (mut found, mut tried, mut missed) = (0, 0, Vec::new());
    // Pairs of signs are too short to guess; words with letters are what people mistype.
    for text in TEXTS.iter().filter(|text| text.language != Language::Other) {
        // Every seventh, so that each kind of mistake has its turn in each part of a word.
        for typed in mistakes(text.asked).into_iter().step_by(7) {
            tried += 1;
            if rank(&index, text.language, &typed, text.title).is_some() {
                found += 1;
            } else {
                missed.push(typed);
            }
        }
    }
    assert!(found * 100 >= tried * 85, "{found} of {tried}: {missed:?}");
}
