//! Marks, columns and line breaks.

use super::Style;
use crate::verify::report::{CheckResult, Verdict};

/// The signs for verdicts: a sign and, where the terminal has no other, letters.
pub(super) struct Marks {
    passed: &'static str,
    uncertain: &'static str,
    failed: &'static str,
    none: &'static str,
}

impl Marks {
    pub(super) const fn of(style: Style) -> Self {
        if style.ascii {
            Self { passed: "[OK]", uncertain: "[??]", failed: "[X] ", none: "[-] " }
        } else {
            Self { passed: "✓", uncertain: "?", failed: "✗", none: "–" }
        }
    }

    const fn of_verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Failed => self.failed,
            Verdict::Indeterminate => self.uncertain,
            Verdict::Passed => self.passed,
            Verdict::Unsigned => self.none,
        }
    }

    pub(super) const fn of_check(&self, result: CheckResult) -> &'static str {
        match result {
            CheckResult::Failed => self.failed,
            CheckResult::NotApplicable => self.none,
            CheckResult::Passed => self.passed,
            CheckResult::Unknown => self.uncertain,
        }
    }
}

/// `text` in the colour of `verdict`.
pub(super) fn paint(text: &str, verdict: Verdict, style: Style) -> String {
    if !style.color {
        return text.to_owned();
    }
    let code = match verdict {
        Verdict::Failed => "1;31",
        Verdict::Indeterminate => "1;33",
        Verdict::Passed => "1;32",
        Verdict::Unsigned => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// One signature: a line with its mark and name, and lines with labels below.
pub(in crate::verify) struct Block {
    verdict: Option<Verdict>,
    number: String,
    title: String,
    lines: Vec<(&'static str, String)>,
}

impl Block {
    /// `digits` is the room for the number.
    pub(super) fn new(verdict: Verdict, number: Option<usize>, digits: usize, title: String) -> Self {
        let number = number.map_or_else(String::new, |number| number.to_string());
        Self { verdict: Some(verdict), number: format!("{number:>digits$}"), title, lines: Vec::new() }
    }

    /// A block without a mark, for what is not judged.
    pub(in crate::verify) fn unjudged(number: u64, digits: usize, title: String) -> Self {
        Self { verdict: None, number: format!("{number:>digits$}"), title, lines: Vec::new() }
    }

    pub(in crate::verify) fn line(&mut self, label: &'static str, text: String) {
        self.lines.push((label, text));
    }

    /// Writes the block. `labels` are all that can occur, so that the columns of all blocks agree.
    pub(in crate::verify) fn write(&self, out: &mut String, labels: &[&str], style: Style) {
        let mark = self.verdict.map(|verdict| (verdict, Marks::of(style).of_verdict(verdict)));
        let indent = 1 + mark.map_or(0, |(_, mark)| width(mark) + 1) + width(&self.number) + 2;
        let mark = mark.map_or_else(String::new, |(verdict, mark)| paint(mark, verdict, style) + " ");
        let start = format!(" {mark}{}  ", self.number);
        flow(out, &start, indent, indent, &self.title, style);
        let column = labels.iter().map(|label| width(label)).max().unwrap_or(0) + 2;
        for (label, text) in &self.lines {
            let gap = column.saturating_sub(width(label));
            let start = format!("{}{label}{}", " ".repeat(indent), " ".repeat(gap));
            flow(out, &start, indent + column, indent + column, text, style);
        }
    }
}

/// ` What to do: …`, the lines below it aligned with its first word.
pub(super) fn advice(out: &mut String, label: &str, text: &str, style: Style) {
    let start = format!(" {label} ");
    let indent = width(&start);
    flow(out, &start, indent, indent, text, style);
}

/// A paragraph with `indent` before each line.
pub(in crate::verify) fn paragraph(out: &mut String, indent: &str, text: &str, style: Style) {
    flow(out, indent, width(indent), width(indent), text, style);
}

/// Replaces typographic characters where the style asks for it.
pub(in crate::verify) fn finish(text: String, style: Style) -> String {
    if !style.ascii {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '—' | '–' => out.push('-'),
            '“' | '”' => out.push('"'),
            '’' | '‘' => out.push('\''),
            other => out.push(other),
        }
    }
    out
}

/// Writes `start`, which is `used` columns wide, and `text` behind it, broken at spaces before the width of the style; further lines begin
/// with `indent` spaces. A line break in the text is kept. Two spaces stay two where the line is not broken there.
fn flow(out: &mut String, start: &str, used: usize, indent: usize, text: &str, style: Style) {
    out.push_str(start);
    let mut column = used;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            newline(out, indent);
            column = indent;
        }
        let mut gap = 0;
        let mut first = true;
        for word in line.split(' ') {
            if word.is_empty() {
                gap += 1;
                continue;
            }
            let length = width(word);
            if !first && style.width.is_some_and(|most| column + gap + length > most) {
                newline(out, indent);
                column = indent;
                gap = 0;
            }
            out.push_str(&" ".repeat(gap));
            out.push_str(word);
            column += gap + length;
            gap = 1;
            first = false;
        }
    }
    out.push('\n');
}

fn newline(out: &mut String, indent: usize) {
    out.push('\n');
    out.push_str(&" ".repeat(indent));
}

/// The columns that `text` takes on a terminal. Vietnamese in either form of Unicode takes one a letter.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}
