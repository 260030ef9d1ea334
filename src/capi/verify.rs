//! Verifiers and reports.

use std::ffi::c_char;

use super::document::{KysoDocument, KysoTrust};
use super::error::{KysoError, KysoStatus, guard, quietly};
use super::memory::{Input, Output, free};
use super::options::{self, VerifyOptions};
use crate::{Locale, Report, Verifier};

/// A verifier. Never changed: several threads may use one.
pub struct KysoVerifier {
    verifier: Verifier,
    locale: Locale,
}

/// A report, and the language and zone it is shown in.
pub struct KysoReport {
    report: Report,
    locale: Locale,
}

/// A verifier with these options (JSON, or NULL).
///
/// # Safety
/// `trust` is a live handle; `options` is NULL or a string that ends with NUL; `verifier` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_verifier_new(
    trust: *const KysoTrust,
    options: *const c_char,
    verifier: *mut *mut KysoVerifier,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let out = Output::needed(verifier)?;
        let trust = Input::of(trust).needed()?;
        let options: VerifyOptions = options::read(Input::of(options).text()?)?;
        let mut verifier =
            Verifier::new(trust.0.clone()).with_policy(options.policy()?).with_evidence(options.evidence()?).with_document_digest();
        if let Some(fetcher) = options.fetcher()? {
            verifier = verifier.with_fetch(fetcher);
        }
        if let Some(time) = options.time()? {
            verifier = verifier.with_time(time);
        }
        out.put(KysoVerifier { verifier, locale: options.locale()? });
        Ok(())
    })
}

free!(
    /// Frees a verifier.
    kyso_verifier_free,
    KysoVerifier
);

/// Verifies every signature of a document.
///
/// # Safety
/// `verifier` and `document` are live handles; `report` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_verify(
    verifier: *const KysoVerifier,
    document: *const KysoDocument,
    report: *mut *mut KysoReport,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let out = Output::needed(report)?;
        let verifier = Input::of(verifier).needed()?;
        let document = Input::of(document).needed()?;
        out.put(KysoReport { report: verifier.verifier.verify(&document.0)?, locale: verifier.locale });
        Ok(())
    })
}

/// The verdict as the exit status of the command: 0 valid, 1 invalid, 3 uncertain, 4 unsigned; 2 where `report` is NULL.
///
/// # Safety
/// `report` is NULL or a live handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_report_exit(report: *const KysoReport) -> u32 {
    quietly(2, || Input::of(report).get().map_or(2, |report| u32::from(report.report.exit_code())))
}

/// The report as one line of JSON, as `kyso verify --json` prints it, without the line break.
///
/// # Safety
/// `report` is a live handle; `json`, `length` and `error` are NULL or point to room for a pointer or a size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_report_json(
    report: *const KysoReport,
    json: *mut *mut c_char,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let json = Output::needed(json)?;
        let report = Input::of(report).needed()?;
        json.put_text(report.report.to_json(&report.locale), length);
        Ok(())
    })
}

/// The clerk's page, as `kyso verify` prints it.
///
/// # Safety
/// As [`kyso_report_json`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_report_text(
    report: *const KysoReport,
    text: *mut *mut c_char,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let text = Output::needed(text)?;
        let report = Input::of(report).needed()?;
        text.put_text(report.report.to_text(&report.locale), length);
        Ok(())
    })
}

free!(
    /// Frees a report.
    kyso_report_free,
    KysoReport
);
