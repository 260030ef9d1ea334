//! Names that differ little from what was typed.

use std::fs;
use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;

/// How many letters may differ.
const FURTHEST: usize = 2;
/// How many names of a folder are looked at.
const MOST: usize = 10_000;

/// Letters as they are compared: composed, in lower case, one space between words.
pub(crate) fn folded(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names in the folder of `path` that are nearest to its own, at most three.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let Some(wanted) = path.file_name().map(|name| folded(&name.to_string_lossy())) else { return Vec::new() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(folder.unwrap_or_else(|| Path::new("."))) else { return Vec::new() };
    let mut found: Vec<(usize, String)> = entries
        .take(MOST)
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| distance(&wanted, &folded(&name)).map(|distance| (distance, name)))
        .collect();
    found.sort();
    let nearest = found.first().map(|(distance, _)| *distance);
    found.into_iter().filter(|(distance, _)| Some(*distance) == nearest).take(3).map(|(_, name)| name).collect()
}

/// How many letters must be put in, left out or replaced, where that is few for the length.
fn distance(one: &str, other: &str) -> Option<usize> {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let allowed = FURTHEST.min(one.len() / 3);
    if one.len().abs_diff(other.len()) > allowed {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, left) in one.iter().enumerate() {
        let mut diagonal = line;
        let mut last = line.saturating_add(1);
        for (place, right) in other.iter().enumerate() {
            let above = row.get(place.saturating_add(1)).copied().unwrap_or(usize::MAX);
            let replaced = diagonal.saturating_add(usize::from(left != right));
            let next = replaced.min(above.saturating_add(1)).min(last.saturating_add(1));
            diagonal = above;
            if let Some(cell) = row.get_mut(place) {
                *cell = last;
            }
            last = next;
        }
        if let Some(cell) = row.last_mut() {
            *cell = last;
        }
    }
    row.last().copied().filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_letters_may_differ_and_no_more() {
        for (one, other, expected) in [
            ("gxn-132.pdf", "gxn-123.pdf", Some(2)),
            ("gxn-123.pdf", "gxn-123.pdf", Some(0)),
            ("gxn-13.pdf", "gxn-123.pdf", Some(1)),
            ("gxn-1234.pdf", "gxn-123.pdf", Some(1)),
            ("gxn-321.pdf", "gxn-123.pdf", Some(2)),
            ("gxn-456.pdf", "gxn-123.pdf", None),
            ("a", "b", None),
            ("kitten", "sitting", None),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(folded("Quye\u{302}\u{301}t  định"), folded("Quyết định"));
    }
}
