//! What the names of glyphs mean: the rules of the Adobe Glyph List Specification, and its names for Latin letters and signs.

use unicode_normalization::UnicodeNormalization as _;

/// The text that a glyph of this name stands for; `None` where the name is not known.
pub(super) fn text(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    // What follows a point tells variants apart; underlines join the parts of ligatures.
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    name.split('_').map(component).collect()
}

fn component(name: &str) -> Option<String> {
    if let Ok(index) = SIGNS.binary_search_by(|(sign, _)| (*sign).cmp(name)) {
        return SIGNS.get(index).map(|(_, text)| (*text).to_owned());
    }
    let is_hexadecimal = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit() || (b'A'..=b'F').contains(&digit));
    if let Some(digits) = name.strip_prefix("uni").filter(|digits| digits.len() >= 4 && digits.len() % 4 == 0 && is_hexadecimal(digits)) {
        let digits: Vec<char> = digits.chars().collect();
        return digits.chunks(4).map(|unit| char::from_u32(u32::from_str_radix(&unit.iter().collect::<String>(), 16).ok()?)).collect();
    }
    if let Some(digits) = name.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len()) && is_hexadecimal(digits)) {
        return Some(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?.to_string());
    }
    letter(name)
}

/// A Latin letter, and the marks on it: `ecircumflexacute`.
fn letter(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let first = letters.next().filter(char::is_ascii_alphabetic)?;
    let mut text = String::from(first);
    let mut rest = letters.as_str();
    while !rest.is_empty() {
        let (behind, mark) = MARKS.iter().find_map(|(word, mark)| Some((rest.strip_prefix(word)?, *mark)))?;
        text.push(mark);
        rest = behind;
    }
    Some(text.nfc().collect())
}

const MARKS: &[(&str, char)] = &[
    ("acute", '\u{301}'),
    ("breve", '\u{306}'),
    ("caron", '\u{30c}'),
    ("cedilla", '\u{327}'),
    ("circumflex", '\u{302}'),
    ("commaaccent", '\u{326}'),
    ("dieresis", '\u{308}'),
    ("dotaccent", '\u{307}'),
    ("dotbelow", '\u{323}'),
    ("grave", '\u{300}'),
    ("hookabove", '\u{309}'),
    ("horn", '\u{31b}'),
    ("hungarumlaut", '\u{30b}'),
    ("macron", '\u{304}'),
    ("ogonek", '\u{328}'),
    ("ring", '\u{30a}'),
    ("tilde", '\u{303}'),
];

/// In the order of their names.
const SIGNS: &[(&str, &str)] = &[
    ("AE", "Æ"),
    ("Dcroat", "Đ"),
    ("Delta", "∆"),
    ("Dslash", "Đ"),
    ("Eth", "Ð"),
    ("Euro", "€"),
    ("Lslash", "Ł"),
    ("OE", "Œ"),
    ("Omega", "Ω"),
    ("Oslash", "Ø"),
    ("Thorn", "Þ"),
    ("acute", "´"),
    ("ae", "æ"),
    ("ampersand", "&"),
    ("approxequal", "≈"),
    ("asciicircum", "^"),
    ("asciitilde", "~"),
    ("asterisk", "*"),
    ("at", "@"),
    ("backslash", "\\"),
    ("bar", "|"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("breve", "˘"),
    ("brokenbar", "¦"),
    ("bullet", "•"),
    ("caron", "ˇ"),
    ("cedilla", "¸"),
    ("cent", "¢"),
    ("circumflex", "ˆ"),
    ("colon", ":"),
    ("comma", ","),
    ("copyright", "©"),
    ("currency", "¤"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("dcroat", "đ"),
    ("degree", "°"),
    ("dieresis", "¨"),
    ("divide", "÷"),
    ("dollar", "$"),
    ("dong", "₫"),
    ("dotaccent", "˙"),
    ("dotlessi", "ı"),
    ("dslash", "đ"),
    ("eight", "8"),
    ("ellipsis", "…"),
    ("emdash", "—"),
    ("endash", "–"),
    ("equal", "="),
    ("eth", "ð"),
    ("exclam", "!"),
    ("exclamdown", "¡"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("fi", "fi"),
    ("five", "5"),
    ("fl", "fl"),
    ("florin", "ƒ"),
    ("four", "4"),
    ("fraction", "⁄"),
    ("germandbls", "ß"),
    ("grave", "`"),
    ("greater", ">"),
    ("greaterequal", "≥"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("hungarumlaut", "˝"),
    ("hyphen", "-"),
    ("hyphensoft", "-"),
    ("infinity", "∞"),
    ("integral", "∫"),
    ("less", "<"),
    ("lessequal", "≤"),
    ("logicalnot", "¬"),
    ("lozenge", "◊"),
    ("lslash", "ł"),
    ("macron", "¯"),
    ("middot", "·"),
    ("minus", "−"),
    ("mu", "µ"),
    ("multiply", "×"),
    ("nbspace", " "),
    ("nine", "9"),
    ("nonbreakingspace", " "),
    ("notequal", "≠"),
    ("numbersign", "#"),
    ("oe", "œ"),
    ("ogonek", "˛"),
    ("one", "1"),
    ("onehalf", "½"),
    ("onequarter", "¼"),
    ("onesuperior", "¹"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("oslash", "ø"),
    ("paragraph", "¶"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("partialdiff", "∂"),
    ("percent", "%"),
    ("period", "."),
    ("periodcentered", "·"),
    ("perthousand", "‰"),
    ("pi", "π"),
    ("plus", "+"),
    ("plusminus", "±"),
    ("product", "∏"),
    ("question", "?"),
    ("questiondown", "¿"),
    ("quotedbl", "\""),
    ("quotedblbase", "„"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quoteleft", "‘"),
    ("quoteright", "’"),
    ("quotesinglbase", "‚"),
    ("quotesingle", "'"),
    ("radical", "√"),
    ("registered", "®"),
    ("ring", "˚"),
    ("section", "§"),
    ("semicolon", ";"),
    ("seven", "7"),
    ("sfthyphen", "-"),
    ("six", "6"),
    ("slash", "/"),
    ("softhyphen", "-"),
    ("space", " "),
    ("sterling", "£"),
    ("summation", "∑"),
    ("thorn", "þ"),
    ("three", "3"),
    ("threequarters", "¾"),
    ("threesuperior", "³"),
    ("tilde", "˜"),
    ("trademark", "™"),
    ("two", "2"),
    ("twosuperior", "²"),
    ("underscore", "_"),
    ("yen", "¥"),
    ("zero", "0"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_for_the_search() {
        assert!(SIGNS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn names_of_every_form_are_known() {
        for (name, expected) in [
            ("A", Some("A")),
            ("zero", Some("0")),
            ("Dcroat", Some("Đ")),
            ("ecircumflexacute", Some("ế")),
            ("Ohorndotbelow", Some("Ợ")),
            ("acircumflexdotbelow", Some("ậ")),
            ("abreve", Some("ă")),
            ("uni1EBF", Some("ế")),
            ("uni00410042", Some("AB")),
            ("u1F600", Some("\u{1f600}")),
            ("one.oldstyle", Some("1")),
            ("f_i", Some("fi")),
            ("quoteright", Some("’")),
            ("g12", None),
            ("abrevx", None),
            ("", None),
            (".notdef", None),
            ("uniD800", None),
        ] {
            assert_eq!(text(name.as_bytes()).as_deref(), expected, "{name}");
        }
    }
}
