//! How large a picture is, read from its header without decoding it.

use std::io::{self, Read, Seek, SeekFrom};

/// The most dots of one picture: more than that fills the memory of whoever shows it.
pub(super) const PIXELS_MAX: u64 = 40_000_000;

/// How many parts of a JPEG are passed over before its size is given up.
const JPEG_PARTS_MAX: usize = 1_000;

/// Width and height, in dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Size {
    pub(super) fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn of(width: impl Into<u32>, height: impl Into<u32>) -> Self {
        Self {
            width: width.into(),
            height: height.into(),
        }
    }
}

/// The size of a PNG, GIF, WebP, BMP or JPEG; `None` where the header does not tell.
pub(super) fn size(picture: &mut (impl Read + Seek)) -> io::Result<Option<Size>> {
    let mut head = Vec::with_capacity(32);
    picture.take(32).read_to_end(&mut head)?;
    if head.starts_with(&[0xff, 0xd8]) {
        picture.seek(SeekFrom::Start(2))?;
        return jpeg(picture);
    }
    let size = match head.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => png(&head),
        [b'G', b'I', b'F', ..] => gif(&head),
        [b'R', b'I', b'F', b'F', ..] => webp(&head),
        [b'B', b'M', ..] => bmp(&head),
        _ => None,
    };
    Ok(size)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

fn png(head: &[u8]) -> Option<Size> {
    let header = array::<4>(head, 12)? == *b"IHDR";
    let (width, height) = (array(head, 16)?, array(head, 20)?);
    header.then(|| Size::of(u32::from_be_bytes(width), u32::from_be_bytes(height)))
}

fn gif(head: &[u8]) -> Option<Size> {
    let (width, height) = (array(head, 6)?, array(head, 8)?);
    Some(Size::of(
        u16::from_le_bytes(width),
        u16::from_le_bytes(height),
    ))
}

fn bmp(head: &[u8]) -> Option<Size> {
    let (width, height) = (array(head, 18)?, array(head, 22)?);
    // A negative height says that the rows begin at the top.
    Some(Size::of(
        i32::from_le_bytes(width).unsigned_abs(),
        i32::from_le_bytes(height).unsigned_abs(),
    ))
}

fn webp(head: &[u8]) -> Option<Size> {
    let short = |at| array(head, at).map(u16::from_le_bytes);
    match &array::<4>(head, 12)? {
        b"VP8 " if array::<3>(head, 23)? == [0x9d, 0x01, 0x2a] => {
            Some(Size::of(short(26)? & 0x3fff, short(28)? & 0x3fff))
        }
        b"VP8L" if head.get(20) == Some(&0x2f) => {
            let bits = u32::from_le_bytes(array(head, 21)?);
            Some(Size::of((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let three = |at| array::<3>(head, at).map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]));
            Some(Size::of(three(24)? + 1, three(27)? + 1))
        }
        _ => None,
    }
}

/// Goes from part to part until the one that holds the size.
fn jpeg(picture: &mut (impl Read + Seek)) -> io::Result<Option<Size>> {
    for _ in 0..JPEG_PARTS_MAX {
        let [mark, mut code] = bytes(picture)?;
        if mark != 0xff {
            return Ok(None);
        }
        while code == 0xff {
            [code] = bytes(picture)?;
        }
        match code {
            // These stand alone.
            0x01 | 0xd0..=0xd7 => {}
            // The picture itself, or its end: too late for a size.
            0xd9 | 0xda => return Ok(None),
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => {
                let [_, _, _, h1, h2, w1, w2] = bytes(picture)?;
                let (width, height) = (u16::from_be_bytes([w1, w2]), u16::from_be_bytes([h1, h2]));
                return Ok(Some(Size::of(width, height)));
            }
            _ => {
                let long = i64::from(u16::from_be_bytes(bytes(picture)?));
                if long < 2 {
                    return Ok(None);
                }
                picture.seek(SeekFrom::Current(long - 2))?;
            }
        }
    }
    Ok(None)
}

fn bytes<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn measured(bytes: &[u8]) -> Option<(u32, u32)> {
        let size = size(&mut Cursor::new(bytes)).ok().flatten();
        size.map(|size| (size.width, size.height))
    }

    #[test]
    fn the_header_of_each_format_tells_the_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x31\x08\x02\0\0\0";
        assert_eq!(measured(png), Some((30_000, 30_001)));
        assert_eq!(measured(b"GIF89a\x0a\0\x14\0rest"), Some((10, 20)));
        let vp8 = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0";
        assert_eq!(measured(vp8), Some((320, 240)));
        let vp8l = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x3f\xc1\x3b\0rest";
        assert_eq!(measured(vp8l), Some((320, 240)));
        let vp8x = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x3f\x01\0\xef\0\0";
        assert_eq!(measured(vp8x), Some((320, 240)));
        let mut bmp = b"BM".to_vec();
        bmp.extend([0; 16]);
        bmp.extend(320_i32.to_le_bytes());
        bmp.extend((-240_i32).to_le_bytes());
        assert_eq!(measured(&bmp), Some((320, 240)));
        let jpeg =
            b"\xff\xd8\xff\xe0\0\x05abc\xff\xff\xdb\0\x02\xff\xc2\0\x11\x08\0\xf0\x01\x40\x03";
        assert_eq!(measured(jpeg), Some((320, 240)));
    }

    #[test]
    fn a_header_that_is_cut_or_goes_round_in_circles_tells_nothing() {
        assert_eq!(measured(b""), None);
        assert_eq!(measured(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(measured(b"\xff\xd8\xff\xe0\xff\xff"), None);
        assert_eq!(measured(b"\xff\xd8\xff\xda\0\x02"), None);
        let mut circles = b"\xff\xd8".to_vec();
        circles.extend(b"\xff\x01".repeat(2_000));
        assert_eq!(measured(&circles), None);
    }
}
