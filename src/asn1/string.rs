//! The character strings of names.

#![warn(clippy::arithmetic_side_effects)]

use super::{Element, Tag};

/// The text of a DirectoryString or IA5String, or `None` where the tag is no character string or the bytes break its rules.
///
/// TeletexString is read as ISO 8859-1, as every peer does.
pub(crate) fn directory_string(element: &Element<'_>) -> Option<String> {
    let bytes = element.octets().ok()?;
    match element.tag {
        Tag::UTF8_STRING => std::str::from_utf8(&bytes).ok().map(str::to_owned),
        // Real certificates have letters outside the type's alphabet; what is readable as UTF-8 or Latin-1 is shown.
        Tag::PRINTABLE_STRING | Tag::IA5_STRING | Tag::NUMERIC_STRING | Tag::VISIBLE_STRING | Tag::TELETEX_STRING => {
            Some(std::str::from_utf8(&bytes).map_or_else(|_| latin1(&bytes), str::to_owned))
        }
        Tag::BMP_STRING => wide(&bytes, 2),
        Tag::UNIVERSAL_STRING => wide(&bytes, 4),
        _ => None,
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Big-endian characters of `width` bytes; surrogate pairs are put together.
fn wide(bytes: &[u8], width: usize) -> Option<String> {
    if !bytes.len().is_multiple_of(width) {
        return None;
    }
    if width == 2 {
        let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(u16::from_be_bytes));
        return char::decode_utf16(units).collect::<Result<String, _>>().ok();
    }
    bytes.chunks_exact(4).map(|quad| quad.try_into().ok().map(u32::from_be_bytes).and_then(char::from_u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    fn text(bytes: &[u8]) -> Option<String> {
        directory_string(&Reader::der(bytes).read().unwrap())
    }

    #[test]
    fn every_kind_of_string_is_read() {
        assert_eq!(text(&[0x0C, 0x03, 0xE1, 0xBB, 0x85]).as_deref(), Some("ễ"));
        assert_eq!(text(&[0x1E, 0x02, 0x1E, 0xC5]).as_deref(), Some("ễ"));
        assert_eq!(text(&[0x1C, 0x04, 0, 0, 0x1E, 0xC5]).as_deref(), Some("ễ"));
        assert_eq!(text(&[0x14, 0x01, 0xE9]).as_deref(), Some("é"));
        assert_eq!(text(&[0x13, 0x02, b'V', b'N']).as_deref(), Some("VN"));
    }

    #[test]
    fn broken_strings_are_no_text() {
        assert_eq!(text(&[0x0C, 0x01, 0xE1]), None);
        assert_eq!(text(&[0x1E, 0x01, 0x41]), None);
        assert_eq!(text(&[0x1E, 0x02, 0xD8, 0x00]), None);
        assert_eq!(text(&[0x02, 0x01, 0x41]), None);
    }
}
