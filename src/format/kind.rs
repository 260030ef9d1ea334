//! What bytes look like that are no document of ours.

use crate::message::{Message, id};

/// What to say about bytes that cannot be opened; `None` where they look like a whole PDF, damaged in some other way.
pub(crate) fn complaint(bytes: &[u8], name: Option<&str>) -> Option<Message> {
    let message = message(bytes)?;
    Some(match name {
        Some(name) => message.with("file", name),
        None => message.with_word("file", id::FILE_THIS),
    })
}

fn message(bytes: &[u8]) -> Option<Message> {
    if bytes.is_empty() {
        return Some(Message::new(id::FILE_EMPTY));
    }
    let header = super::pdf::revision::header(bytes);
    if header == Some(0) {
        return truncated(bytes);
    }
    if let Some(message) = known(bytes) {
        return Some(message);
    }
    if header.is_some() { truncated(bytes) } else { Some(Message::new(id::FILE_UNKNOWN)) }
}

fn truncated(bytes: &[u8]) -> Option<Message> {
    let tail = bytes.get(bytes.len().saturating_sub(WINDOW)..).unwrap_or_default();
    memchr::memmem::find(tail, b"%%EOF").is_none().then(|| Message::new(id::FILE_TRUNCATED).with("bytes", bytes.len()))
}

fn known(bytes: &[u8]) -> Option<Message> {
    let of = |kind| Message::new(id::FILE_NOT_PDF).with_word("kind", kind);
    let picture = |kind: &str| Message::new(id::FILE_PICTURE).with("kind", kind);
    let office = |kind| Message::new(id::FILE_OFFICE).with_word("kind", kind);
    for (start, kind) in PICTURES {
        if bytes.starts_with(start) {
            return Some(picture(kind));
        }
    }
    match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => return Some(picture("WebP")),
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', ..] => return Some(picture("HEIC")),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => return Some(office(id::KIND_OFFICE_OLD)),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => return Some(archive(bytes)),
        [b'{', b'\\', b'r', b't', b'f', ..] => return Some(office(id::KIND_RTF)),
        [0x30, 0x80 | 0x82 | 0x83 | 0x84, ..] => return Some(of(id::KIND_CMS)),
        _ => {}
    }
    let start = text_start(bytes)?;
    if ["<!doctype html", "<html", "<head", "<body", "<script"].iter().any(|tag| start.contains(tag)) {
        return Some(Message::new(id::FILE_HTML).with_word("kind", id::KIND_HTML));
    }
    Some(of(if start.starts_with("<?xml") { id::KIND_XML } else { id::KIND_TEXT }))
}

/// A ZIP file, by the names in it.
fn archive(bytes: &[u8]) -> Message {
    let first = bytes.get(..bytes.len().min(ENDS)).unwrap_or_default();
    let last = bytes.get(bytes.len().saturating_sub(ENDS)..).unwrap_or_default();
    let has = |name: &str| [first, last].iter().any(|part| memchr::memmem::find(part, name.as_bytes()).is_some());
    let office = |kind| Message::new(id::FILE_OFFICE).with_word("kind", kind);
    if has("word/") {
        office(id::KIND_WORD)
    } else if has("xl/") {
        office(id::KIND_EXCEL)
    } else if has("[Content_Types].xml") || has("application/vnd.oasis.opendocument") {
        office(id::KIND_OFFICE)
    } else {
        Message::new(id::FILE_NOT_PDF).with_word("kind", id::KIND_ZIP)
    }
}

/// The beginning of a text in lower case; `None` where the bytes are no text.
fn text_start(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(WINDOW)).unwrap_or_default();
    let text = match start {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            let valid = match std::str::from_utf8(start) {
                Ok(text) => text,
                // A character that the window cuts is no fault.
                Err(error) if error.error_len().is_none() => std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?,
                // Old pages are in encodings of one byte a character.
                Err(_) if start.is_ascii() => return None,
                Err(_) => {
                    return Some(String::from_utf8_lossy(start).to_ascii_lowercase())
                        .filter(|text| text.contains('<') && text.contains("html"));
                }
            };
            valid.trim_start_matches('\u{feff}').to_owned()
        }
    };
    let is_text = |character: char| !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\u{c}');
    (!text.is_empty() && text.chars().all(is_text)).then(|| text.trim_start().to_ascii_lowercase())
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
    char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

const PICTURES: [(&[u8], &str); 6] =
    [(b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"GIF8", "GIF"), (b"BM", "BMP")];
/// Bytes at either end that are looked at.
const WINDOW: usize = 1_024;
/// The same for the names in a ZIP file.
const ENDS: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use crate::{Document, DocumentOptions, ErrorKind, Locale};

    #[test]
    fn the_error_says_what_the_bytes_look_like() {
        let zip = |name: &str| [b"PK\x03\x04................", name.as_bytes()].concat();
        let web = "a.pdf is not a PDF: it looks like a web page (HTML)";
        for (bytes, text) in [
            (b"".to_vec(), "a.pdf is empty"),
            (b"x".to_vec(), "a.pdf is not a PDF: it looks like plain text"),
            (vec![0; 4096], "a.pdf is not a PDF"),
            (b"\n <!DOCTYPE html><title>Log in</title>".to_vec(), web),
            (b"<?xml version='1.0'?>\n<HTML>".to_vec(), web),
            (b"<html><!-- %PDF- --></html>".to_vec(), web),
            (b"<html>Ti\xeang Vi\xeat</html>".to_vec(), web),
            (b"\xff\xfe<\0h\0t\0m\0l\0>\0".to_vec(), web),
            (b"\xef\xbb\xbf<?xml version='1.0'?><a/>".to_vec(), "a.pdf is not a PDF: it looks like an XML file"),
            (b"\x89PNG\r\n\x1a\n....".to_vec(), "a.pdf is not a PDF: it is a picture (PNG)"),
            (b"\xff\xd8\xff\xe0".to_vec(), "a.pdf is not a PDF: it is a picture (JPEG)"),
            (b"MM\0*....".to_vec(), "a.pdf is not a PDF: it is a picture (TIFF)"),
            (zip("word/document.xml"), "a.pdf is not a PDF: it is a Word document"),
            (zip("xl/workbook.xml"), "a.pdf is not a PDF: it is an Excel workbook"),
            (zip("[Content_Types].xml"), "a.pdf is not a PDF: it is an office document"),
            (zip("a.txt"), "a.pdf is not a PDF: it looks like a ZIP archive"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "a.pdf is not a PDF: it is an old Word or Excel document"),
            (b"{\\rtf1 a}".to_vec(), "a.pdf is not a PDF: it is a rich text document (RTF)"),
            (b"\x30\x82\x01\x00".to_vec(), "a.pdf is not a PDF: it looks like a certificate or a separate signature file"),
            (b"%PDF-1.7\n1 0 obj\n<< /Type".to_vec(), "a.pdf ends too early: 25 bytes, no end mark"),
            (b"%PDF-1.7\n%%EOF".to_vec(), "the document is too damaged to be read"),
        ] {
            let options = DocumentOptions { name: Some("a.pdf".into()), ..DocumentOptions::default() };
            let error = Document::parse_with(bytes.clone(), options).unwrap_err();
            assert_eq!((error.kind(), error.text(&Locale::default()).as_str()), (ErrorKind::Format, text), "{bytes:?}");
            assert!(error.hint().is_some());
        }
        assert_eq!(Document::parse(Vec::new()).unwrap_err().to_string(), "the file is empty");
    }
}
