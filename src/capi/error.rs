//! Errors: a status for programs, and an object that says the rest.

use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use super::memory::{Input, Output, free};
use super::options::{self, VerifyOptions};
use crate::{Error, ErrorKind, Language, Locale, Message, Report, Zone};

/// What a function answers: 0 where it succeeded. A number is never given a second meaning.
pub type KysoStatus = u32;

pub(super) const OK: KysoStatus = 0;
pub(super) const NULL: KysoStatus = 11;
pub(super) const UTF8: KysoStatus = 12;
pub(super) const PANIC: KysoStatus = 99;

/// An error, as the caller owns it.
pub struct KysoError {
    error: Error,
    kind: CString,
    id: CString,
    /// In English and in Vietnamese.
    message: [CString; 2],
    hint: [Option<CString>; 2],
}

/// Why a function failed.
pub(super) struct Failure {
    pub(super) status: KysoStatus,
    pub(super) error: Error,
}

/// The result of what happens inside of a function.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { status: status(error.kind()), error }
    }
}

impl Failure {
    pub(super) fn new(status: KysoStatus, message: Message) -> Self {
        Self { status, error: Error::new(ErrorKind::Argument, message) }
    }
}

/// Runs `body`. What went wrong is put where `error` points, when it points anywhere.
///
/// The closure may be cut short by a panic: it writes its outputs last, and a handle that it was changing is not used again.
pub(super) fn guard(error: *mut *mut KysoError, body: impl FnOnce() -> Outcome) -> KysoStatus {
    let panicked = |_| Err(Failure::new(PANIC, Message::new("capi.panic")));
    let Err(failure) = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(panicked) else { return OK };
    if let Some(error) = Output::of(error) {
        error.put(KysoError::new(failure.error));
    }
    failure.status
}

/// Runs what cannot fail; `otherwise` where it panics.
pub(super) fn quietly<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

const LANGUAGES: [Language; 2] = [Language::English, Language::Vietnamese];

impl KysoError {
    fn new(error: Error) -> Self {
        let locales = LANGUAGES.map(|language| Locale::new(language, Zone::UTC));
        let message = locales.map(|locale| c_string(&error.text(&locale)));
        let hint = locales.map(|locale| error.message().hint(&locale).map(|hint| c_string(&hint)));
        Self { kind: c_string(error.kind().name()), id: c_string(error.message().id()), message, hint, error }
    }
}

/// The text up to a NUL, which no text of ours has.
fn c_string(text: &str) -> CString {
    CString::new(text.split('\0').next().unwrap_or_default()).unwrap_or_default()
}

/// Of the pair, what is in the language that `tag` names; English where it names none.
fn in_language<T>(pair: &[T; 2], tag: *const c_char) -> &T {
    let [english, vietnamese] = pair;
    let language = Input::of(tag).text().ok().flatten().and_then(Language::from_tag);
    if language == Some(Language::Vietnamese) { vietnamese } else { english }
}

const fn status(kind: ErrorKind) -> KysoStatus {
    match kind {
        ErrorKind::Argument => 1,
        ErrorKind::Format => 2,
        ErrorKind::Io => 3,
        ErrorKind::Key => 4,
        ErrorKind::Limit => 5,
        ErrorKind::NotFound => 6,
        ErrorKind::Password => 7,
        ErrorKind::Refused => 8,
        ErrorKind::Signature => 9,
        ErrorKind::Timestamp => 13,
        ErrorKind::Unsupported => 10,
    }
}

/// What went wrong, in the language `language` (`en`, `vi`; NULL is English). It lives as long as `error`.
///
/// # Safety
/// `error` is NULL or an error of this library that was not freed; `language` is NULL or a string that ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_message(error: *const KysoError, language: *const c_char) -> *const c_char {
    quietly(ptr::null(), || Input::of(error).get().map_or(ptr::null(), |error| in_language(&error.message, language).as_ptr()))
}

/// What to do about it, or NULL where there is nothing to say. It lives as long as `error`.
///
/// # Safety
/// As [`kyso_error_message`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_hint(error: *const KysoError, language: *const c_char) -> *const c_char {
    quietly(ptr::null(), || {
        let hint = Input::of(error).get().and_then(|error| in_language(&error.hint, language).as_ref());
        hint.map_or(ptr::null(), |hint| hint.as_ptr())
    })
}

/// The kind of the error, such as `not_found`; stable for programs.
///
/// # Safety
/// `error` is NULL or an error of this library that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_kind(error: *const KysoError) -> *const c_char {
    quietly(ptr::null(), || Input::of(error).get().map_or(ptr::null(), |error| error.kind.as_ptr()))
}

/// The id of the message, such as `file.not_pdf`; stable for programs.
///
/// # Safety
/// As [`kyso_error_kind`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_id(error: *const KysoError) -> *const c_char {
    quietly(ptr::null(), || Input::of(error).get().map_or(ptr::null(), |error| error.id.as_ptr()))
}

/// The report of a document that could not be opened, as the command prints it; options as for a verifier.
///
/// # Safety
/// `error` is an error of this library that was not freed; `name` and `options` are NULL or strings that end with NUL; `json`, `length` and
/// `failure` are NULL or point to room for a pointer or a size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_json(
    error: *const KysoError,
    name: *const c_char,
    options: *const c_char,
    json: *mut *mut c_char,
    length: *mut usize,
    failure: *mut *mut KysoError,
) -> KysoStatus {
    guard(failure, || {
        let json = Output::needed(json)?;
        let error = Input::of(error).needed()?;
        let name = Input::of(name).text()?.unwrap_or_default();
        let options: VerifyOptions = options::read(Input::of(options).text()?)?;
        let time = options.time()?.unwrap_or_else(crate::now);
        json.put_text(Report::error_json_at(name, &error.error, time, &options.locale()?), length);
        Ok(())
    })
}

free!(
    /// Frees an error; NULL is nothing to free.
    kyso_error_free,
    KysoError
);
