//! Whether two texts say the same, though one is a value and the other was laid out for people.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How a field writes its value (`/AA /F`, the format scripts that every form editor offers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `AFDate_…` and `AFTime_…`: a date or a time.
    Date,
    /// None: as it is.
    Plain,
    /// `AFNumber_Format` and `AFPercent_Format`.
    Number,
    /// `AFSpecial_Format`: digits in groups, as telephone numbers have.
    Special,
    /// A script of its own.
    Unknown,
}

/// What is known of value and appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    Agrees,
    Differs,
    Unknown,
}

/// Compares the value of a field with what is drawn for it.
pub(super) fn compare(value: &str, shown: &str, format: Format) -> Agreement {
    let (plain, drawn) = (fold(value), fold(shown));
    if plain == drawn || is_same_number(&plain, &drawn) || is_poorly_drawn(&plain, &drawn) {
        return Agreement::Agrees;
    }
    if [&plain, &drawn].iter().any(|text| text.contains(is_shaped)) {
        return Agreement::Unknown;
    }
    match format {
        Format::Date => compare_dates(&plain, &drawn),
        Format::Number if is_rounded(&plain, &drawn) => Agreement::Agrees,
        Format::Special if !digits(&plain).is_empty() && digits(&plain) == digits(&drawn) => Agreement::Agrees,
        Format::Unknown => Agreement::Unknown,
        Format::Number | Format::Plain | Format::Special => Agreement::Differs,
    }
}

/// The text without white space, its compatibility characters and its kinds of dashes and quotes made one.
fn fold(text: &str) -> String {
    let letters = text.nfkc().filter(|letter| !letter.is_whitespace() && !letter.is_control() && !is_ignorable(*letter));
    letters
        .map(|letter| match letter {
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
            '‘' | '’' | '‚' | '‛' | '`' | '´' => '\'',
            '“' | '”' | '„' | '‟' => '"',
            '⁄' => '/',
            other => other,
        })
        .collect()
}

const fn is_ignorable(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// Scripts whose letters are drawn in another order or form than they are written.
const fn is_shaped(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
}

/// Whether both are numbers, and the same but for the separators of groups.
fn is_same_number(value: &str, shown: &str) -> bool {
    let (values, numbers) = (readings(value), readings(shown));
    let is_same =
        |one: &Reading, other: &Reading| one.is_negative == other.is_negative && one.whole == other.whole && one.fraction == other.fraction;
    values.iter().any(|value| numbers.iter().any(|number| is_same(value, number)))
}

/// Whether a number was rounded, and written with a currency or as a share of a hundred.
fn is_rounded(value: &str, shown: &str) -> bool {
    // Beyond these digits nothing is rounded: a floating-point number could not tell them apart.
    const DIGITS: usize = 15;
    let shown = shown.trim_matches(|letter: char| !letter.is_ascii_digit() && !"-.,()%".contains(letter));
    let is_share = shown.ends_with('%');
    let shown = shown.trim_end_matches('%');
    let number = |reading: &Reading| -> Option<f64> { format!("{}.{}", reading.whole, reading.fraction).parse().ok() };
    for value in readings(value) {
        for reading in readings(shown) {
            if value.whole.len().saturating_add(value.fraction.len()) > DIGITS || reading.whole.len() > DIGITS {
                continue;
            }
            let (Some(exact), Some(rounded)) = (number(&value), number(&reading)) else { continue };
            let exact = if is_share { exact * 100.0 } else { exact };
            let places = i32::try_from(reading.decimals).unwrap_or(i32::MAX);
            // A format may show what is negative in red, or in brackets.
            if (exact - rounded).abs() <= 0.5 * 10_f64.powi(places.saturating_neg()) + f64::EPSILON * exact.abs() * 4.0 {
                return true;
            }
        }
    }
    false
}

/// One way to read a text as a number, without leading and trailing zeros.
#[derive(Debug)]
struct Reading {
    is_negative: bool,
    whole: String,
    fraction: String,
    /// Digits behind the mark, zeros too.
    decimals: usize,
}

/// The ways to read `text` as a number: where there is one mark, it may be that of decimals or that of groups.
fn readings(text: &str) -> Vec<Reading> {
    let is_bracketed = text.starts_with('(') && text.ends_with(')');
    let text = text.trim_matches(|letter: char| letter == '(' || letter == ')' || is_currency(letter));
    let unsigned = text.trim_start_matches(['-', '+']);
    let is_negative = is_bracketed || text.starts_with('-');
    let unsigned = unsigned.trim_matches(is_currency);
    if !unsigned.contains(|letter: char| letter.is_ascii_digit())
        || !unsigned.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '\''))
    {
        return Vec::new();
    }
    let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let reading = |whole: String, fraction: String| Reading {
        is_negative,
        whole: whole.trim_start_matches('0').to_owned(),
        fraction: fraction.trim_end_matches('0').to_owned(),
        decimals: fraction.len(),
    };
    let mut readings = Vec::new();
    let is_grouped = |whole: &str| {
        let groups: Vec<usize> = whole.split(['.', ',', '\'']).map(str::len).collect();
        // Indian groups have two digits, but for the last.
        matches!(groups.as_slice(), [1..=3, middle @ .., 3] if middle.iter().all(|digits| matches!(digits, 2 | 3)))
    };
    if let Some((whole, fraction)) = unsigned.rsplit_once(['.', ','])
        && (is_grouped(whole) || !whole.contains(['.', ',', '\'']))
    {
        readings.push(reading(plain(whole), plain(fraction)));
    }
    if is_grouped(unsigned) || !unsigned.contains(['.', ',', '\'']) {
        readings.push(reading(plain(unsigned), String::new()));
    }
    readings
}

const fn is_currency(letter: char) -> bool {
    matches!(letter, '$' | '¢' | '£' | '¤' | '¥' | '\u{20a0}'..='\u{20cf}')
}

/// Whether the appearance differs only where the writer's font lacks a letter beyond Latin-1: it writes nothing there, or a stand-in, or
/// the letter without its marks.
fn is_poorly_drawn(value: &str, shown: &str) -> bool {
    let mut rest = shown.chars().peekable();
    let mut differs = false;
    for letter in value.chars() {
        if rest.peek() == Some(&letter) {
            rest.next();
            continue;
        }
        if u32::from(letter) < 0x100 {
            return false;
        }
        differs = true;
        let base = std::iter::once(letter).nfd().next();
        if rest.peek().is_some_and(|drawn| matches!(drawn, '?' | '.' | '•' | '·' | '□' | ' ') || Some(*drawn) == base) {
            rest.next();
        }
        while rest.peek().is_some_and(|drawn| is_combining_mark(*drawn)) {
            rest.next();
        }
    }
    differs && rest.next().is_none() && shown.chars().any(char::is_alphanumeric)
}

/// Every number that is shown must be in the value, months by their names too: how a script writes a date is not known.
fn compare_dates(value: &str, shown: &str) -> Agreement {
    let values = numbers(value);
    if values.is_empty() {
        return Agreement::Unknown;
    }
    // Years may be cut to two digits, hours may be counted to twelve.
    let fits = |number: u64, known: u64| number == known || number == known % 100 || number % 100 == known || number % 12 == known % 12;
    let is_known = |number: &u64| values.iter().any(|known| fits(*number, *known));
    if numbers(shown).iter().all(is_known) { Agreement::Agrees } else { Agreement::Differs }
}

/// The runs of digits as numbers.
fn numbers(text: &str) -> Vec<u64> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_layouts_agree() {
        for (value, shown, format) in [
            ("Nguyễn Văn An", "Nguyễn  Văn An", Format::Plain),
            ("Nguyễn", "Nguyê\u{303}n", Format::Plain),
            ("Nguyễn Văn Ưng", "Nguy?n V?n ?ng", Format::Plain),
            ("Nguyễn Văn Ưng", "Nguyn Vn ng", Format::Plain),
            ("Nguyễn Văn Ưng", "Nguyen Van Ung", Format::Plain),
            ("fi – “x”", "ﬁ - \"x\"", Format::Plain),
            ("123456", "1 2 3 4 5 6", Format::Plain),
            ("a\nb", "a b", Format::Plain),
            ("1234567", "1.234.567", Format::Plain),
            ("1234.5", "1,234.50", Format::Plain),
            ("1234,50", "1 234,5", Format::Plain),
            ("-5", "(5)", Format::Plain),
            ("1234567.5", "12,34,567.50", Format::Plain),
            ("1234.567", "$1,234.57", Format::Number),
            ("1234.567", "1.234,57 VND", Format::Number),
            ("0.125", "12.5%", Format::Number),
            ("-1234.5", "1,234.50", Format::Number),
            ("2026-01-05", "5 Jan 2026", Format::Date),
            ("5/1/26", "05.01.2026", Format::Date),
            ("13:30", "1:30 pm", Format::Date),
            ("0901234567", "(090) 123-4567", Format::Special),
        ] {
            assert_eq!(compare(value, shown, format), Agreement::Agrees, "{value} / {shown}");
        }
    }

    #[test]
    fn other_content_differs() {
        for (value, shown, format) in [
            ("100", "999", Format::Plain),
            ("1000000", "9000000", Format::Number),
            ("1000000", "100", Format::Plain),
            ("100", "1000000", Format::Plain),
            ("an", "An", Format::Plain),
            ("Nguyễn", "Trần", Format::Plain),
            ("Nguyễn Văn An", "Nguyễn Văn Ân", Format::Plain),
            ("đồng ý", "không đồng ý", Format::Plain),
            ("", "100", Format::Plain),
            ("1.5", "15", Format::Plain),
            ("12.34", "1234", Format::Plain),
            ("-5", "5", Format::Plain),
            ("10000000000000001", "10000000000000000", Format::Number),
            ("1234.567", "1,234.99", Format::Number),
            ("2026-01-05", "7 Mar 2026", Format::Date),
            ("0901234567", "(090) 123-9999", Format::Special),
        ] {
            assert_eq!(compare(value, shown, format), Agreement::Differs, "{value} / {shown}");
        }
    }

    #[test]
    fn what_is_shaped_or_formatted_by_a_script_is_not_known() {
        assert_eq!(compare("שלום", "םולש", Format::Plain), Agreement::Unknown);
        assert_eq!(compare("a", "b", Format::Unknown), Agreement::Unknown);
        assert_eq!(compare("today", "5 Jan 2026", Format::Date), Agreement::Unknown);
    }
}
