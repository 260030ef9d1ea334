//! The encodings that simple fonts are based on (ISO 32000-2 annex D).

use crate::format::pdf::object::pdf_doc_character;

/// The character of a code.
pub(super) type Encoding = fn(u8) -> Option<char>;

/// The encoding of this name.
pub(super) fn encoding(name: &[u8]) -> Option<Encoding> {
    Some(match name {
        b"MacRomanEncoding" => mac_roman,
        b"PDFDocEncoding" => pdf_doc,
        b"StandardEncoding" => standard,
        b"WinAnsiEncoding" => win_ansi,
        _ => return None,
    })
}

fn win_ansi(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => at(WIN_80, byte.saturating_sub(0x80)),
        // D.2, note 3: codes without a character show a bullet.
        0x7f => Some('•'),
        0xad => Some('-'),
        0x20.. => Some(char::from(byte)),
        _ => None,
    }
}

fn pdf_doc(byte: u8) -> Option<char> {
    Some(pdf_doc_character(byte)).filter(|character| *character != char::REPLACEMENT_CHARACTER && !character.is_control())
}

fn mac_roman(byte: u8) -> Option<char> {
    match byte {
        0x20..=0x7e => Some(char::from(byte)),
        0x80.. => at(MAC_80, byte.saturating_sub(0x80)),
        _ => None,
    }
}

fn standard(byte: u8) -> Option<char> {
    match byte {
        b'\'' => Some('’'),
        b'`' => Some('‘'),
        0x20..=0x7e => Some(char::from(byte)),
        0xa1..=0xfb => at(STANDARD_A1, byte.saturating_sub(0xa1)),
        _ => None,
    }
}

/// A blank stands for no character.
fn at(table: &str, index: u8) -> Option<char> {
    table.chars().nth(index.into()).filter(|character| *character != ' ')
}

const WIN_80: &str = "€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ";
const MAC_80: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø\
                      ¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";
const STANDARD_A1: &str = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_has_its_characters_where_the_standard_has_them() {
        assert_eq!([WIN_80.chars().count(), MAC_80.chars().count(), STANDARD_A1.chars().count()], [32, 128, 91]);
        for (encoding, byte, character) in [
            (win_ansi as Encoding, 0x80, '€'),
            (win_ansi, 0x8e, 'Ž'),
            (win_ansi, 0x9f, 'Ÿ'),
            (win_ansi, 0xe0, 'à'),
            (mac_roman, 0x8e, 'é'),
            (mac_roman, 0xca, '\u{a0}'),
            (mac_roman, 0xdb, '€'),
            (mac_roman, 0xff, 'ˇ'),
            (standard, 0xae, 'ﬁ'),
            (standard, 0xd0, '—'),
            (standard, 0xe1, 'Æ'),
            (standard, 0xf5, 'ı'),
            (standard, 0xfb, 'ß'),
            (pdf_doc, 0xa0, '€'),
        ] {
            assert_eq!(encoding(byte), Some(character), "{byte:x}");
        }
        assert_eq!([standard(0xb0), standard(0xfc), mac_roman(0xf0), pdf_doc(0x7f)], [None; 4]);
    }
}
