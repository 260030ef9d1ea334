//! The C library: `include/kyso.h` says what each function does.
//!
//! Every function checks its pointers, writes its outputs only when it succeeds, and catches panics (`KYSO_PANIC`). A panic that was
//! caught has still been reported by the panic hook of the process, on standard error unless the host program set another one.
//!
//! The feature `capi` exports unmangled `kyso_*` symbols from whatever links the crate.

mod document;
mod error;
mod memory;
mod options;
mod sign;
mod verify;

use std::ffi::c_char;

pub use document::{
    KysoDocument, KysoTrust, kyso_document_free, kyso_document_history, kyso_document_open, kyso_document_parse, kyso_trust_add,
    kyso_trust_free, kyso_trust_new, kyso_trust_open,
};
pub use error::{
    KysoError, KysoStatus, kyso_error_free, kyso_error_hint, kyso_error_id, kyso_error_json, kyso_error_kind, kyso_error_message,
};
pub use memory::{kyso_bytes_free, kyso_string_free};
pub use sign::{
    KysoPrepared, KysoSigned, KysoSigner, kyso_prepare, kyso_prepared_digest, kyso_prepared_document_digest, kyso_prepared_finish,
    kyso_prepared_finish_cms, kyso_prepared_finish_timestamped, kyso_prepared_free, kyso_prepared_message, kyso_prepared_parse,
    kyso_prepared_store, kyso_sign, kyso_signed_bytes, kyso_signed_free, kyso_signed_save, kyso_signer_free, kyso_signer_open,
    kyso_signer_parse,
};
pub use verify::{
    KysoReport, KysoVerifier, kyso_report_exit, kyso_report_free, kyso_report_json, kyso_report_text, kyso_verifier_free,
    kyso_verifier_new, kyso_verify,
};

/// The version of the library, a string that lives as long as the process.
#[unsafe(no_mangle)]
pub extern "C" fn kyso_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

#[cfg(test)]
mod tests;
