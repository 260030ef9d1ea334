//! Passwords with Vietnamese letters, which keyboards and programs spell in several ways.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The spellings to try, as typed first. A password of ASCII alone has one.
pub(super) fn spellings(password: &str) -> Vec<Zeroizing<String>> {
    let mut out = vec![Zeroizing::new(password.to_owned())];
    if password.is_ascii() {
        return out;
    }
    let composed: Zeroizing<String> = Zeroizing::new(password.nfc().collect());
    let decomposed = password.nfd().collect();
    let tones_apart = composed.chars().flat_map(tone_apart).collect();
    for spelling in [composed, Zeroizing::new(decomposed), Zeroizing::new(tones_apart), Zeroizing::new(widened(password))] {
        if !out.contains(&spelling) {
            out.push(spelling);
        }
    }
    out
}

/// The letter with its tone behind it: `ệ` as `ê` and a dot. The Vietnamese keyboard of Windows types so.
fn tone_apart(letter: char) -> impl Iterator<Item = char> {
    let (tones, rest): (Vec<char>, Vec<char>) = [letter].into_iter().nfd().partition(|part| TONES.contains(part));
    rest.into_iter().nfc().collect::<Vec<char>>().into_iter().chain(tones)
}

/// Each byte of UTF-8 as a letter of its own: OpenSSL before 1.1.0 made PKCS#12 files so.
fn widened(password: &str) -> String {
    password.bytes().map(char::from).collect()
}

/// Grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_password_is_tried_once() {
        assert_eq!(spellings("Unikey-123"), [Zeroizing::new("Unikey-123".to_owned())]);
        assert_eq!(spellings(""), [Zeroizing::new(String::new())]);
    }

    #[test]
    fn vietnamese_letters_are_tried_in_each_spelling() {
        let spellings: Vec<String> = spellings("Việt").iter().map(|spelling| spelling.to_string()).collect();
        assert_eq!(spellings, ["Vi\u{1EC7}t", "Vie\u{323}\u{302}t", "Vi\u{EA}\u{323}t", "Vi\u{E1}\u{BB}\u{87}t"]);
        assert!(super::spellings("Vie\u{302}\u{323}t").iter().any(|spelling| **spelling == "Vi\u{1EC7}t"));
        // The horn and the bar are parts of their letters, not tones.
        assert_eq!(tone_apart('ữ').collect::<String>(), "ư\u{303}");
        assert_eq!(tone_apart('đ').collect::<String>(), "đ");
    }
}
