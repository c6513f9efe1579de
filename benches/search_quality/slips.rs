//! Questions with one word mistyped, in each of the ways in which people mistype.

use crate::synthetic::Chance;

/// Words of fewer letters are too short to be told from others when one is wrong.
const LETTERS_MIN: usize = 5;

/// A question with one letter of one longer word another one, exchanged with the next, left out,
/// and put in; none for a question without such a word. The same every time.
pub(super) fn of(text: &str, seed: u64) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let is_fit =
        |word: &&str| word.len() >= LETTERS_MIN && word.bytes().all(|b| b.is_ascii_alphabetic());
    let fit: Vec<usize> = (0..words.len()).filter(|at| is_fit(&words[*at])).collect();
    let mut chance = Chance::new(seed);
    if fit.is_empty() {
        return Vec::new();
    }
    let mut slipped = Vec::new();
    for way in 0..4 {
        let at = fit[chance.below(fit.len())];
        let mut letters = words[at].as_bytes().to_vec();
        // The first letter is seldom wrong.
        let place = 1 + chance.below(letters.len() - 2);
        let other = b'a' + u8::try_from(chance.below(26)).unwrap_or_default();
        match way {
            0 => letters[place] = other,
            1 => letters.swap(place, place + 1),
            2 => drop(letters.remove(place)),
            _ => letters.insert(place, other),
        }
        let word = String::from_utf8(letters).unwrap();
        let mut words = words.clone();
        words[at] = &word;
        slipped.push(words.join(" "));
    }
    slipped
}
