//! What a file may be: by the ending of its name, and by its first bytes. Pure.
//!
//! The two must agree: what is called a picture and does not begin like one is not taken.

/// How many of its first bytes tell what a file is.
pub(super) const HEAD_BYTES: usize = 4_096;

/// What the bytes of a file look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Png,
    Jpeg,
    Gif,
    Webp,
    Bmp,
    Tiff,
    Icon,
    Pdf,
    Ole,
    Zip,
    Rtf,
    Mp3,
    Aac,
    Ogg,
    Wav,
    Flac,
    Midi,
    Iso,
    Matroska,
    Avi,
    SevenZip,
    Gzip,
    Bzip2,
    Xz,
    Tar,
    Rar,
    Font,
    Woff,
    Woff2,
    Markup,
    Text,
}

impl Form {
    /// Whether a file that begins so has this form.
    fn fits(self, head: &[u8]) -> bool {
        let at = |place: usize, bytes: &[u8]| {
            head.get(place..)
                .is_some_and(|rest| rest.starts_with(bytes))
        };
        match self {
            Self::Png => at(0, b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => at(0, b"\xff\xd8\xff"),
            Self::Gif => at(0, b"GIF87a") || at(0, b"GIF89a"),
            Self::Webp => at(0, b"RIFF") && at(8, b"WEBP"),
            Self::Bmp => at(0, b"BM") && at(6, &[0, 0, 0, 0]),
            Self::Tiff => at(0, b"II*\0") || at(0, b"MM\0*"),
            Self::Icon => at(0, &[0, 0, 1, 0]),
            Self::Pdf => at(0, b"%PDF-"),
            Self::Ole => at(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            Self::Zip => at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06"),
            Self::Rtf => at(0, b"{\\rtf"),
            Self::Mp3 => at(0, b"ID3") || is_mpeg(head, |layer| layer == 1),
            Self::Aac => is_mpeg(head, |layer| layer == 0),
            Self::Ogg => at(0, b"OggS"),
            Self::Wav => at(0, b"RIFF") && at(8, b"WAVE"),
            Self::Flac => at(0, b"fLaC"),
            Self::Midi => at(0, b"MThd"),
            Self::Iso => at(4, b"ftyp"),
            Self::Matroska => at(0, b"\x1a\x45\xdf\xa3"),
            Self::Avi => at(0, b"RIFF") && at(8, b"AVI "),
            Self::SevenZip => at(0, b"7z\xbc\xaf\x27\x1c"),
            Self::Gzip => at(0, b"\x1f\x8b"),
            Self::Bzip2 => at(0, b"BZh"),
            Self::Xz => at(0, b"\xfd7zXZ\0"),
            Self::Tar => at(257, b"ustar"),
            Self::Rar => at(0, b"Rar!\x1a\x07"),
            Self::Font => at(0, &[0, 1, 0, 0]) || at(0, b"OTTO"),
            Self::Woff => at(0, b"wOFF"),
            Self::Woff2 => at(0, b"wOF2"),
            Self::Markup => is_text(head) && first_character(head) == Some(b'<'),
            Self::Text => is_text(head) && !at(0, b"%PDF-"),
        }
    }
}

/// The first two bytes of a frame of MPEG audio, of one of these layers.
fn is_mpeg(head: &[u8], takes: fn(u8) -> bool) -> bool {
    matches!(head, [0xff, second, ..] if second & 0xe0 == 0xe0 && takes((second >> 1) & 3))
}

/// Whether these bytes are text of some encoding: UTF-16 says so itself, all others do without the
/// control characters that only other things have.
fn is_text(head: &[u8]) -> bool {
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    utf16 || !head.iter().any(control)
}

fn first_character(head: &[u8]) -> Option<u8> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

/// A kind of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    ending: &'static str,
    /// The media type that it is served with.
    pub(super) media_type: &'static str,
    form: Form,
}

impl Kind {
    /// Whether its width and height can be read, and must be within the limit.
    pub(super) fn is_measured(self) -> bool {
        matches!(
            self.form,
            Form::Png | Form::Jpeg | Form::Gif | Form::Webp | Form::Bmp
        )
    }
}

macro_rules! kinds {
    ($($form:ident: $($ending:literal $media_type:literal),+;)+) => {
        &[$($(Kind { ending: $ending, media_type: $media_type, form: Form::$form }),+),+]
    };
}

/// All that is taken. The first of each form is what a file without an ending is.
const KINDS: &[Kind] = kinds! {
    Png: "png" "image/png";
    Jpeg: "jpg" "image/jpeg", "jpeg" "image/jpeg";
    Gif: "gif" "image/gif";
    Webp: "webp" "image/webp";
    Bmp: "bmp" "image/bmp";
    Tiff: "tif" "image/tiff", "tiff" "image/tiff";
    Icon: "ico" "image/x-icon";
    Pdf: "pdf" "application/pdf";
    Ole: "doc" "application/msword", "xls" "application/vnd.ms-excel",
        "ppt" "application/vnd.ms-powerpoint";
    Zip: "zip" "application/zip", "imscc" "application/zip", "epub" "application/epub+zip",
        "docx" "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt" "application/vnd.oasis.opendocument.text",
        "ods" "application/vnd.oasis.opendocument.spreadsheet",
        "odp" "application/vnd.oasis.opendocument.presentation",
        "odg" "application/vnd.oasis.opendocument.graphics",
        "ggb" "application/vnd.geogebra.file", "sb3" "application/x.scratch.sb3";
    Rtf: "rtf" "application/rtf";
    Mp3: "mp3" "audio/mpeg";
    Aac: "aac" "audio/aac";
    Ogg: "ogg" "audio/ogg", "oga" "audio/ogg", "opus" "audio/ogg", "ogv" "video/ogg";
    Wav: "wav" "audio/wav";
    Flac: "flac" "audio/flac";
    Midi: "mid" "audio/midi", "midi" "audio/midi";
    Iso: "mp4" "video/mp4", "m4v" "video/mp4", "mov" "video/quicktime", "m4a" "audio/mp4",
        "heic" "image/heic", "heif" "image/heif", "avif" "image/avif";
    Matroska: "webm" "video/webm", "mkv" "video/x-matroska";
    Avi: "avi" "video/x-msvideo";
    SevenZip: "7z" "application/x-7z-compressed";
    Gzip: "gz" "application/gzip", "tgz" "application/gzip";
    Bzip2: "bz2" "application/x-bzip2";
    Xz: "xz" "application/x-xz";
    Tar: "tar" "application/x-tar";
    Rar: "rar" "application/vnd.rar";
    Font: "ttf" "font/ttf", "otf" "font/otf";
    Woff: "woff" "font/woff";
    Woff2: "woff2" "font/woff2";
    Text: "txt" "text/plain", "text" "text/plain", "log" "text/plain", "md" "text/markdown",
        "csv" "text/csv", "tsv" "text/tab-separated-values", "json" "application/json",
        "ipynb" "application/x-ipynb+json", "yaml" "application/yaml", "yml" "application/yaml",
        "toml" "application/toml", "ini" "text/plain", "tex" "text/x-tex", "bib" "text/x-bibtex",
        "html" "text/html", "htm" "text/html", "css" "text/css", "js" "text/javascript",
        "mjs" "text/javascript", "ts" "text/plain", "vtt" "text/vtt",
        "srt" "application/x-subrip", "py" "text/x-python", "r" "text/plain", "jl" "text/plain",
        "java" "text/plain", "kt" "text/plain", "c" "text/plain", "h" "text/plain",
        "cpp" "text/plain", "hpp" "text/plain", "cs" "text/plain", "go" "text/plain",
        "rs" "text/plain", "rb" "text/plain", "php" "text/plain", "pl" "text/plain",
        "lua" "text/plain", "swift" "text/plain", "scala" "text/plain", "hs" "text/plain",
        "m" "text/plain", "pas" "text/plain", "sql" "text/plain", "sh" "text/plain",
        "patch" "text/plain", "diff" "text/plain", "ics" "text/calendar";
    Markup: "xml" "application/xml", "svg" "image/svg+xml", "xhtml" "application/xhtml+xml",
        "gpx" "application/gpx+xml";
};

/// The ending of a name in small letters; empty when there is none.
pub(super) fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase())
}

/// The media type of files with this ending, in small letters; `None` for one that is not known.
pub(crate) fn media_type_of(ending: &str) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|kind| kind.ending == ending)
        .map(|kind| kind.media_type)
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// No file of its kind is.
    NotAllowed,
    /// It is not what its name says.
    Mismatch,
}

/// What a file of this name is, when it begins with these bytes.
pub(super) fn kind_of(name: &str, head: &[u8]) -> Result<Kind, Unfit> {
    let ending = ending(name);
    let kinds = || KINDS.iter().copied();
    if ending.is_empty() {
        return kinds()
            .find(|kind| kind.form.fits(head))
            .ok_or(Unfit::NotAllowed);
    }
    let kind = kinds()
        .find(|kind| kind.ending == ending)
        .ok_or(Unfit::NotAllowed)?;
    if kind.form.fits(head) {
        Ok(kind)
    } else {
        Err(Unfit::Mismatch)
    }
}

/// Whether a name can be refused before the first byte has come.
pub(super) fn may_be_taken(name: &str) -> bool {
    let ending = ending(name);
    ending.is_empty() || media_type_of(&ending).is_some()
}

/// Whether a browser may show files of this media type in its window: pictures without script,
/// documents, sound and film. Everything else is saved.
pub fn may_be_shown(media_type: &str) -> bool {
    matches!(
        media_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "application/pdf"
    ) || media_type.starts_with("audio/")
        || media_type.starts_with("video/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(name: &str, head: &[u8]) -> Result<&'static str, Unfit> {
        kind_of(name, head).map(|kind| kind.media_type)
    }

    #[test]
    fn the_ending_and_the_first_bytes_must_agree() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        assert_eq!(media_type("Map.PNG", png), Ok("image/png"));
        assert_eq!(media_type("map.png", b"<html>"), Err(Unfit::Mismatch));
        assert_eq!(media_type("map.jpg", png), Err(Unfit::Mismatch));
        assert_eq!(media_type("notes.txt", png), Err(Unfit::Mismatch));
        assert_eq!(media_type("notes.txt", b"%PDF-1.7\n"), Err(Unfit::Mismatch));
        assert_eq!(
            media_type("a.pdf", b"alert(1)//%PDF-1.7"),
            Err(Unfit::Mismatch)
        );
        assert_eq!(media_type("a.pdf", b"%PDF-1.7\n"), Ok("application/pdf"));
        assert_eq!(media_type("a.csv", b"\xff\xfea\0,\0"), Ok("text/csv"));
        assert_eq!(media_type("a.mp3", b"\xff\xfb\x90"), Ok("audio/mpeg"));
        assert_eq!(media_type("a.mp3", b"\xff\xfea\0"), Err(Unfit::Mismatch));
        assert_eq!(media_type("a.svg", b" \n<svg/>"), Ok("image/svg+xml"));
        assert_eq!(media_type("a.svg", b"alert(1)"), Err(Unfit::Mismatch));
    }

    #[test]
    fn what_is_not_known_is_not_taken_and_what_has_no_ending_is_what_it_looks_like() {
        for name in ["a.exe", "a.pdf.exe", "a.xyz", "a.BAT", "a.jar"] {
            assert_eq!(media_type(name, b"hello"), Err(Unfit::NotAllowed), "{name}");
            assert!(!may_be_taken(name), "{name}");
        }
        assert_eq!(media_type("passwd", b"root:x:0:0\n"), Ok("text/plain"));
        assert_eq!(media_type("film", b"\0\0\0\x18ftypmp42"), Ok("video/mp4"));
        assert_eq!(media_type("program", b"MZ\x90\0"), Err(Unfit::NotAllowed));
        assert_eq!(media_type(".profile", b"text"), Ok("text/plain"));
    }

    #[test]
    fn every_ending_stands_once_in_the_table() {
        for (at, kind) in KINDS.iter().enumerate() {
            assert_eq!(
                KINDS.iter().position(|k| k.ending == kind.ending),
                Some(at),
                "{}",
                kind.ending
            );
        }
        assert!(!may_be_shown("image/svg+xml") && !may_be_shown("text/html"));
    }
}
