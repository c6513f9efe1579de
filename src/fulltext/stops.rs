//! Words that most texts of a language have, and that therefore say nothing about one.

use crate::{
    Language,
    words::{fold, places},
};

/// So many more words that say nothing must be of another language than of the asker's, that a
/// question is in the other: one may be a word like others, as "die".
const TELLING: usize = 2;

/// The language of a question: that of who asks, unless it has clearly more words of another that
/// say nothing. Many learn in a language that is not their own.
pub(crate) fn language_of(question: &str, asker: Language) -> Language {
    let words = places(question).filter_map(|place| question.get(place.bytes));
    let words: Vec<String> = words.map(fold).collect();
    let stops = |language| {
        let stops = words.iter().filter(|word| is_stop(word, language));
        stops.count()
    };
    let own = stops(asker);
    let others = Language::ALL.into_iter();
    let counted = others.map(|language| (stops(language), language));
    // Of several with as many the first.
    let most = counted.rev().max_by_key(|(count, _)| *count);
    match most {
        Some((count, language)) if count >= own + TELLING => language,
        Some(_) | None => asker,
    }
}

/// Whether a folded word is one of those. A language that is not known has none.
pub(crate) fn is_stop(word: &str, language: Language) -> bool {
    let stops = match language {
        Language::English => ENGLISH,
        Language::Spanish => SPANISH,
        Language::French => FRENCH,
        Language::German => GERMAN,
        Language::Portuguese => PORTUGUESE,
        Language::Russian => RUSSIAN,
        Language::Arabic => ARABIC,
        Language::Hebrew => HEBREW,
        Language::Other => return false,
    };
    stops.binary_search(&word).is_ok()
}

// Folded as words are, and in order.

#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "between", "both", "but", "by", "can", "could", "did",
    "do", "does", "doing", "during", "each", "for", "from", "had", "has", "have", "having", "he",
    "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its",
    "just", "me", "more", "most", "my", "no", "nor", "not", "of", "off", "on", "once", "only",
    "or", "other", "our", "out", "over", "own", "same", "she", "should", "so", "some", "such",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those",
    "through", "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when",
    "where", "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your",
];

#[rustfmt::skip]
const SPANISH: &[&str] = &[
    "a", "al", "algo", "ante", "antes", "aquel", "como", "con", "contra", "cual", "cuando", "de",
    "del", "desde", "donde", "dos", "e", "el", "ella", "ellas", "ellos", "en", "entre", "era",
    "es", "esa", "ese", "eso", "esta", "estan", "estas", "este", "esto", "estos", "fue", "ha",
    "han", "hasta", "hay", "la", "las", "le", "les", "lo", "los", "mas", "me", "mi", "mucho",
    "muy", "nada", "ni", "no", "nos", "o", "os", "otra", "otro", "para", "pero", "por", "porque",
    "que", "quien", "se", "sea", "ser", "si", "sin", "sobre", "son", "su", "sus", "tambien", "te",
    "tiene", "todo", "tu", "un", "una", "uno", "unos", "y", "ya", "yo",
];

#[rustfmt::skip]
const FRENCH: &[&str] = &[
    "a", "ai", "au", "aux", "avec", "c", "ce", "ces", "cette", "comme", "comment", "d", "dans",
    "de", "des", "du", "elle", "elles", "en", "entre", "es", "est", "et", "etait", "ete", "etre",
    "eu", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "leurs", "lui", "m", "ma",
    "mais", "me", "meme", "mes", "mon", "n", "ne", "nos", "notre", "nous", "on", "ont", "ou",
    "par", "pas", "plus", "pour", "pourquoi", "qu", "quand", "que", "quel", "quelle", "quelles",
    "quels", "qui", "quoi", "s", "sa", "sans", "se", "ses", "si", "son", "sont", "sur", "t", "ta",
    "te", "tes", "toi", "ton", "tu", "un", "une", "vos", "votre", "vous", "y",
];

#[rustfmt::skip]
const GERMAN: &[&str] = &[
    "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "bin", "bis", "da", "das", "dass",
    "dem", "den", "denn", "der", "des", "die", "dies", "diese", "dieser", "dieses", "doch", "du",
    "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "fur", "hat", "hatte",
    "ich", "ihr", "im", "in", "ist", "ja", "kann", "kein", "keine", "konnen", "mit", "muss",
    "nach", "nicht", "noch", "nur", "ob", "oder", "ohne", "sein", "seine", "sich", "sie", "sind",
    "so", "uber", "um", "und", "uns", "unter", "vom", "von", "vor", "wann", "war", "waren",
    "warum", "was", "wegen", "weil", "wenn", "wer", "werden", "wie", "wieder", "wir", "wird",
    "wo", "wurde", "wurden", "zu", "zum", "zur",
];

#[rustfmt::skip]
const PORTUGUESE: &[&str] = &[
    "a", "ao", "aos", "aquela", "aquele", "aquilo", "as", "ate", "com", "como", "da", "das", "de",
    "dela", "dele", "do", "dos", "e", "ela", "elas", "ele", "eles", "em", "entre", "era", "essa",
    "esse", "esta", "estao", "este", "eu", "foi", "foram", "ha", "isso", "isto", "ja", "lhe",
    "mais", "mas", "me", "mesmo", "meu", "minha", "muito", "na", "nao", "nas", "nem", "no", "nos",
    "nossa", "nosso", "o", "os", "ou", "para", "pela", "pelas", "pelo", "pelos", "por", "porque",
    "qual", "quando", "que", "quem", "sao", "se", "sem", "ser", "seu", "seus", "sobre", "sua",
    "suas", "tambem", "te", "tem", "ter", "um", "uma", "voce",
];

#[rustfmt::skip]
const RUSSIAN: &[&str] = &[
    "а", "без", "бы", "был", "была", "были", "было", "быть", "в", "вам", "вас", "весь", "во",
    "вот", "все", "всего", "вы", "где", "да", "для", "до", "его", "ее", "если", "есть", "еще",
    "же", "за", "здесь", "и", "из", "или", "им", "их", "к", "как", "какая", "какие", "какои",
    "ко", "когда", "кто", "ли", "мне", "может", "мы", "на", "над", "не", "него", "нет", "ни",
    "но", "о", "об", "он", "она", "они", "оно", "от", "по", "под", "почему", "при", "про", "с",
    "сам", "свою", "себя", "со", "так", "такои", "там", "тем", "то", "того", "тоже", "только",
    "том", "у", "уже", "хотя", "чего", "чем", "что", "чтобы", "эта", "эти", "это", "этого",
    "этот", "я",
];

#[rustfmt::skip]
const ARABIC: &[&str] = &[
    "ال", "الا", "التي", "الذي", "الذين", "الي", "ان", "انا", "انه", "او", "اي", "اين", "بعد",
    "بل", "بين", "تلك", "ثم", "حتي", "حيث", "ذلك", "علي", "عن", "عند", "غير", "في", "قبل", "قد",
    "كان", "كانت", "كل", "كما", "كيف", "لا", "لان", "لم", "لماذا", "لن", "له", "لها", "ما", "متي",
    "مثل", "مع", "من", "منذ", "نحن", "هذا", "هذه", "هل", "هم", "هنا", "هو", "هي", "و", "يا",
];

#[rustfmt::skip]
const HEBREW: &[&str] = &[
    "או", "אותה", "אותו", "אז", "אחר", "אחרי", "איך", "אילו", "איפה", "אך", "אל", "אלה", "אם",
    "אנחנו", "אני", "אף", "את", "אתה", "אתם", "בין", "גם", "דרך", "הוא", "היא", "היה", "היו",
    "היתה", "הם", "הן", "זאת", "זה", "זו", "יותר", "יש", "כאשר", "כדי", "כי", "כל", "כמה", "כמו",
    "כן", "לא", "לו", "לי", "למה", "לפני", "מאוד", "מדוע", "מה", "מי", "מן", "מתי", "עד", "על",
    "עם", "רק", "של", "שם", "תחת",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fold;

    #[test]
    fn they_are_folded_and_in_order() {
        let lists = [
            ENGLISH, SPANISH, FRENCH, GERMAN, PORTUGUESE, RUSSIAN, ARABIC, HEBREW,
        ];
        for list in lists {
            assert!(list.is_sorted(), "{list:?}");
            for word in list {
                assert_eq!(fold(word), *word);
            }
        }
    }
}
