//! What a service answers. Nothing of it is believed before it was looked at.

use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::Trouble;
use super::post::said;
use crate::embedder::DIMENSIONS_MAX;

#[derive(Deserialize)]
struct Answer {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    /// Which text it belongs to. Some services leave it out and keep the order.
    index: Option<usize>,
    embedding: Vec<f32>,
}

/// Some services answer 200 and tell of a mistake.
#[derive(Deserialize)]
struct Mistaken {
    #[serde(rename = "error")]
    _error: IgnoredAny,
}

/// The vectors of an answer in the order of the texts, each with as many numbers as the first one
/// of all had.
pub(super) fn read(
    body: &[u8],
    asked: usize,
    dimensions: &OnceLock<usize>,
) -> Result<Vec<Vec<f32>>, Trouble> {
    let answer: Answer = serde_json::from_slice(body).map_err(|error| misread(&error, body))?;
    if answer.data.len() != asked {
        return Err(Trouble::Count {
            asked,
            found: answer.data.len(),
        });
    }
    let vectors = in_order(answer.data)?;
    for vector in &vectors {
        require_fit(vector)?;
    }
    // Only now: what is remembered of the first answer comes from one that is right as a whole.
    let first = vectors.first().map_or(0, Vec::len);
    let of_answer = vectors.iter().map(Vec::len).find(|length| *length != first);
    let before = *match of_answer {
        Some(_) => &first,
        None => dimensions.get_or_init(|| first),
    };
    match of_answer.unwrap_or(first) {
        found if found != before => Err(Trouble::Dimensions { before, found }),
        _ => Ok(vectors),
    }
}

fn in_order(rows: Vec<Row>) -> Result<Vec<Vec<f32>>, Trouble> {
    let are_numbered = rows.iter().any(|row| row.index.is_some());
    if !are_numbered {
        return Ok(rows.into_iter().map(|row| row.embedding).collect());
    }
    let mut places: Vec<Option<Vec<f32>>> = vec![None; rows.len()];
    for row in rows {
        let place = row.index.and_then(|index| places.get_mut(index));
        match place {
            Some(place @ None) => *place = Some(row.embedding),
            _ => return Err(Trouble::Form("its vectors are not numbered".to_owned())),
        }
    }
    Ok(places.into_iter().flatten().collect())
}

fn require_fit(vector: &[f32]) -> Result<(), Trouble> {
    let what = if vector.is_empty() {
        "no numbers"
    } else if vector.len() > DIMENSIONS_MAX {
        "too many numbers"
    } else if !vector.iter().all(|x| x.is_finite()) {
        "a number that is none"
    } else if vector.iter().all(|x| *x == 0.0) {
        "nothing but zeros"
    } else {
        return Ok(());
    };
    Err(Trouble::Unfit(what))
}

fn misread(error: &serde_json::Error, body: &[u8]) -> Trouble {
    match error.classify() {
        Category::Eof if !body.trim_ascii().is_empty() => Trouble::CutShort,
        Category::Syntax if body.trim_ascii_start().starts_with(b"<") => Trouble::WebPage,
        Category::Data if serde_json::from_slice::<Mistaken>(body).is_ok() => Trouble::Refused {
            status: 200,
            said: said(body),
        },
        Category::Eof => Trouble::Form("it is empty".to_owned()),
        Category::Syntax | Category::Data | Category::Io => Trouble::Form(error.to_string()),
    }
}
