//! The report.

use crate::message::{Locale, Message};

/// The verdict on a signature or a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Invalid: TOTAL-FAILED.
    Failed,
    /// Uncertain: INDETERMINATE.
    Indeterminate,
    /// Valid: TOTAL-PASSED.
    Passed,
    /// There is no signature (documents alone).
    Unsigned,
}

/// The indications of EN 319 102-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Indication {
    /// INDETERMINATE.
    Indeterminate,
    /// TOTAL-FAILED.
    TotalFailed,
    /// TOTAL-PASSED.
    TotalPassed,
}

/// The sub-indications of EN 319 102-1 that occur here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubIndication {
    /// FORMAT_FAILURE.
    FormatFailure,
}

/// How much a check weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// It decides the verdict.
    Fail,
    /// It is said, and decides nothing.
    Info,
    /// It is said as a warning.
    Warn,
}

/// One reason.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Why {
    /// The check and its values.
    pub message: Message,
    /// How much it weighs.
    pub severity: Severity,
}

/// The report on one signature.
#[derive(Clone, Debug)]
pub struct SignatureReport {}

/// The report on a document.
#[derive(Clone, Debug)]
pub struct Report {}

impl Report {
    /// The verdict on the whole document: the worst of its signatures.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        todo!()
    }

    /// The exit status that the command gives for it (0, 1, 3, 4).
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        todo!()
    }

    /// One report a signature.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureReport] {
        todo!()
    }

    /// The report as one line of JSON (`kyso.report/1`), texts in the language of `locale`. No line break at the end.
    #[must_use]
    pub fn to_json(&self, _locale: &Locale) -> String {
        todo!()
    }

    /// The clerk's page: plain text, line breaks included.
    #[must_use]
    pub fn to_text(&self, _locale: &Locale) -> String {
        todo!()
    }
}

impl Report {
    /// The JSON object of a document that could not be opened: `"verdict":"error","exit":2`.
    #[must_use]
    pub fn error_json(_name: &str, _error: &crate::Error, _locale: &Locale) -> String {
        todo!()
    }
}
