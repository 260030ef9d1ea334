//! Documents and trust stores.

use std::ffi::c_char;

use super::error::{KysoError, KysoStatus, guard};
use super::memory::{Input, Output, changed, free};
use super::options::{self, VerifyOptions};
use crate::{Document, DocumentOptions, TrustStore};

/// An opened document. Never changed: several threads may use one.
pub struct KysoDocument(pub(super) Document);

/// A trust store. One thread may add to it while no other uses it.
pub struct KysoTrust(pub(super) TrustStore);

/// Opens a file.
///
/// # Safety
/// `path` is a string that ends with NUL, `password` too or NULL; `document` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_document_open(
    path: *const c_char,
    password: *const c_char,
    document: *mut *mut KysoDocument,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let document = Output::needed(document)?;
        let path = Input::of(path).needed_text()?;
        document.put(KysoDocument(Document::open_with(path, reading(Input::of(password).text()?, None))?));
        Ok(())
    })
}

/// Reads a document from memory; the bytes are copied. `name` is what reports call it, or NULL.
///
/// # Safety
/// `bytes` points to `length` bytes; `name` and `password` are NULL or strings that end with NUL; `document` and `error` are NULL or point to
/// room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_document_parse(
    bytes: *const u8,
    length: usize,
    name: *const c_char,
    password: *const c_char,
    document: *mut *mut KysoDocument,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let document = Output::needed(document)?;
        let bytes = Input::of(bytes).needed_bytes(length)?;
        let options = reading(Input::of(password).text()?, Input::of(name).text()?);
        document.put(KysoDocument(Document::parse_with(bytes, options)?));
        Ok(())
    })
}

/// The revisions of a document as one line of JSON, as `kyso inspect --revisions --json` prints it, without the line break.
///
/// # Safety
/// `document` is a live handle; `options` is NULL or a string that ends with NUL; `json`, `length` and `error` are NULL or point to room for
/// a pointer or a size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_document_history(
    document: *const KysoDocument,
    options: *const c_char,
    json: *mut *mut c_char,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let json = Output::needed(json)?;
        let document = Input::of(document).needed()?;
        let options: VerifyOptions = options::read(Input::of(options).text()?)?;
        let history = document.0.history(&options.evidence()?)?;
        json.put_text(history.to_json(&options.locale()?), length);
        Ok(())
    })
}

free!(
    /// Frees a document.
    kyso_document_free,
    KysoDocument
);

/// A trust store that trusts nobody.
///
/// # Safety
/// `trust` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_trust_new(trust: *mut *mut KysoTrust, error: *mut *mut KysoError) -> KysoStatus {
    guard(error, || {
        Output::needed(trust)?.put(KysoTrust(TrustStore::new()));
        Ok(())
    })
}

/// Trusts the certificates of a file, or of the files of a folder.
///
/// # Safety
/// `path` is a string that ends with NUL; `trust` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_trust_open(path: *const c_char, trust: *mut *mut KysoTrust, error: *mut *mut KysoError) -> KysoStatus {
    guard(error, || {
        let trust = Output::needed(trust)?;
        trust.put(KysoTrust(TrustStore::open(Input::of(path).needed_text()?)?));
        Ok(())
    })
}

/// Trusts the certificates in these bytes (PEM, DER or PKCS#7) too.
///
/// # Safety
/// `trust` is a live handle that no other thread uses meanwhile; `bytes` points to `length` bytes; `error` is NULL or points to room for a
/// pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_trust_add(trust: *mut KysoTrust, bytes: *const u8, length: usize, error: *mut *mut KysoError) -> KysoStatus {
    guard(error, || {
        let bytes = Input::of(bytes).needed_bytes(length)?;
        changed(trust)?.0.add_bytes(bytes)?;
        Ok(())
    })
}

free!(
    /// Frees a trust store. Verifiers made with it keep what they need.
    kyso_trust_free,
    KysoTrust
);

fn reading(password: Option<&str>, name: Option<&str>) -> DocumentOptions {
    let password = password.map(|password| zeroize::Zeroizing::new(password.to_owned()));
    DocumentOptions { password, name: name.map(str::to_owned), ..DocumentOptions::default() }
}
