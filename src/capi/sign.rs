//! Signing, in one step and in two.

use std::ffi::c_char;

use super::document::KysoDocument;
use super::error::{Failure, KysoError, KysoStatus, NULL, Outcome, guard};
use super::memory::{Input, Output, free};
use super::options::{self, SigningOptions};
use crate::{Certificate, Error, ErrorKind, Identity, Message, Pkcs12, Prepared, Signed};

/// A key with its certificates. One thread at a time.
pub struct KysoSigner(Pkcs12);

/// A signed document.
pub struct KysoSigned(Signed);

/// A signature that waits for its value.
pub struct KysoPrepared(Prepared);

/// The key of a PKCS#12 file.
///
/// # Safety
/// `path` and `password` are strings that end with NUL, `password` may be NULL; `signer` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_signer_open(
    path: *const c_char,
    password: *const c_char,
    signer: *mut *mut KysoSigner,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signer = Output::needed(signer)?;
        let path = Input::of(path).needed_text()?;
        signer.put(KysoSigner(Pkcs12::open(path, Input::of(password).text()?.unwrap_or_default())?));
        Ok(())
    })
}

/// The key of a PKCS#12 file in memory.
///
/// # Safety
/// `bytes` points to `length` bytes; `password` is NULL or a string that ends with NUL; `signer` and `error` are NULL or point to room for a
/// pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_signer_parse(
    bytes: *const u8,
    length: usize,
    password: *const c_char,
    signer: *mut *mut KysoSigner,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signer = Output::needed(signer)?;
        let bytes = Input::of(bytes).needed_bytes(length)?;
        signer.put(KysoSigner(Pkcs12::from_bytes(bytes, Input::of(password).text()?.unwrap_or_default())?));
        Ok(())
    })
}

free!(
    /// Frees a signer; the key in memory is overwritten.
    kyso_signer_free,
    KysoSigner
);

/// Signs a document with these options (JSON, or NULL).
///
/// # Safety
/// `document` and `signer` are live handles; `options` is NULL or a string that ends with NUL; `signed` and `error` are NULL or point to room
/// for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_sign(
    document: *const KysoDocument,
    signer: *const KysoSigner,
    options: *const c_char,
    signed: *mut *mut KysoSigned,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signed = Output::needed(signed)?;
        let (document, signer) = (Input::of(document).needed()?, Input::of(signer).needed()?);
        let options = read(options)?;
        let made = match options.timestamper()? {
            Some(timestamper) => options.options()?.sign_with_timestamp(&document.0, &signer.0, &timestamper)?,
            None => options.options()?.sign(&document.0, &signer.0)?,
        };
        signed.put(KysoSigned(made));
        Ok(())
    })
}

/// Writes the signed document to a file, whole or not at all. Where `replace` is 0, a file that is there stays and the answer is
/// `KYSO_REFUSED`. The document that was signed is never replaced.
///
/// # Safety
/// `signed` is a live handle; `path` is a string that ends with NUL; `error` is NULL or points to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_signed_save(
    signed: *const KysoSigned,
    path: *const c_char,
    replace: u32,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signed = Input::of(signed).needed()?;
        let path = Input::of(path).needed_text()?;
        if replace == 0 {
            signed.0.save_new(path)?
        } else {
            signed.0.save(path)?
        }
        Ok(())
    })
}

/// The bytes of the signed document.
///
/// # Safety
/// `signed` is a live handle; `bytes`, `length` and `error` are NULL or point to room for a pointer or a size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_signed_bytes(
    signed: *const KysoSigned,
    bytes: *mut *mut u8,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    give_bytes(bytes, length, error, || Ok(Input::of(signed).needed()?.0.to_bytes()))
}

free!(
    /// Frees a signed document.
    kyso_signed_free,
    KysoSigned
);

/// Prepares a signature for a key that is elsewhere. `certificates` (PEM, DER or PKCS#7): the signer's first, then its issuers; NULL where
/// it is not known yet, and then only [`kyso_prepared_finish_cms`] can finish.
///
/// # Safety
/// `document` is a live handle; `certificates` points to `length` bytes or is NULL; `options` is NULL or a string that ends with NUL;
/// `prepared` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepare(
    document: *const KysoDocument,
    certificates: *const u8,
    length: usize,
    options: *const c_char,
    prepared: *mut *mut KysoPrepared,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let prepared = Output::needed(prepared)?;
        let document = Input::of(document).needed()?;
        let options = read(options)?.options()?;
        let made = match Input::of(certificates).bytes(length)? {
            Some(bytes) => options.prepare(&document.0, &identity(bytes)?)?,
            None => options.prepare_unknown(&document.0)?,
        };
        prepared.put(KysoPrepared(made));
        Ok(())
    })
}

/// The digest that a key elsewhere signs: that of the message, or of the document where the certificate is not known.
///
/// # Safety
/// `prepared` is a live handle; `bytes`, `length` and `error` are NULL or point to room for a pointer or a size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_digest(
    prepared: *const KysoPrepared,
    bytes: *mut *mut u8,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    give_bytes(bytes, length, error, || {
        let prepared = &Input::of(prepared).needed()?.0;
        Ok(prepared.digest().unwrap_or_else(|| prepared.document_digest().to_vec()))
    })
}

/// The digest of the document with the hole left out.
///
/// # Safety
/// As [`kyso_prepared_digest`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_document_digest(
    prepared: *const KysoPrepared,
    bytes: *mut *mut u8,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    give_bytes(bytes, length, error, || Ok(Input::of(prepared).needed()?.0.document_digest().to_vec()))
}

/// The message to sign, for keys that take a message; `KYSO_ARGUMENT` where the certificate is not known.
///
/// # Safety
/// As [`kyso_prepared_digest`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_message(
    prepared: *const KysoPrepared,
    bytes: *mut *mut u8,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    give_bytes(bytes, length, error, || {
        let message = Input::of(prepared).needed()?.0.message().map(<[u8]>::to_vec);
        Ok(message.ok_or_else(|| Error::new(ErrorKind::Argument, Message::new("capi.no_message")))?)
    })
}

/// The stored form: plain, versioned data, for another day or another process.
///
/// # Safety
/// As [`kyso_prepared_digest`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_store(
    prepared: *const KysoPrepared,
    bytes: *mut *mut u8,
    length: *mut usize,
    error: *mut *mut KysoError,
) -> KysoStatus {
    give_bytes(bytes, length, error, || Ok(Input::of(prepared).needed()?.0.to_bytes()))
}

/// Reads the stored form.
///
/// # Safety
/// `bytes` points to `length` bytes; `prepared` and `error` are NULL or point to room for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_parse(
    bytes: *const u8,
    length: usize,
    prepared: *mut *mut KysoPrepared,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let prepared = Output::needed(prepared)?;
        prepared.put(KysoPrepared(Prepared::from_bytes(Input::of(bytes).needed_bytes(length)?)?));
        Ok(())
    })
}

/// Finishes with a signature value, which is checked before it goes in.
///
/// # Safety
/// `prepared` and `document` are live handles; `signature` points to `length` bytes; `signed` and `error` are NULL or point to room for a
/// pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_finish(
    prepared: *const KysoPrepared,
    document: *const KysoDocument,
    signature: *const u8,
    length: usize,
    signed: *mut *mut KysoSigned,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signed = Output::needed(signed)?;
        let (prepared, document) = (Input::of(prepared).needed()?, Input::of(document).needed()?);
        signed.put(KysoSigned(prepared.0.finish(&document.0, Input::of(signature).needed_bytes(length)?)?));
        Ok(())
    })
}

/// As [`kyso_prepared_finish`], with a timestamp of the authorities that the options (JSON) name. The preparation should have named them too,
/// so that there is room for it.
///
/// # Safety
/// As [`kyso_prepared_finish`]; `options` is NULL or a string that ends with NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_finish_timestamped(
    prepared: *const KysoPrepared,
    document: *const KysoDocument,
    signature: *const u8,
    length: usize,
    options: *const c_char,
    signed: *mut *mut KysoSigned,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signed = Output::needed(signed)?;
        let (prepared, document) = (Input::of(prepared).needed()?, Input::of(document).needed()?);
        let value = Input::of(signature).needed_bytes(length)?;
        let none = || Error::new(ErrorKind::Argument, Message::new("tsa.no_address"));
        let timestamper = read(options)?.timestamper()?.ok_or_else(none)?;
        signed.put(KysoSigned(prepared.0.finish_with_timestamp(&document.0, value, &timestamper)?));
        Ok(())
    })
}

/// Finishes with a whole CMS made elsewhere, which is verified before it goes in.
///
/// # Safety
/// As [`kyso_prepared_finish`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_prepared_finish_cms(
    prepared: *const KysoPrepared,
    document: *const KysoDocument,
    cms: *const u8,
    length: usize,
    signed: *mut *mut KysoSigned,
    error: *mut *mut KysoError,
) -> KysoStatus {
    guard(error, || {
        let signed = Output::needed(signed)?;
        let (prepared, document) = (Input::of(prepared).needed()?, Input::of(document).needed()?);
        signed.put(KysoSigned(prepared.0.finish_with_cms(&document.0, Input::of(cms).needed_bytes(length)?)?));
        Ok(())
    })
}

free!(
    /// Frees a prepared signature.
    kyso_prepared_free,
    KysoPrepared
);

fn read(options: *const c_char) -> Outcome<SigningOptions> {
    options::read(Input::of(options).text()?)
}

fn identity(bytes: &[u8]) -> Outcome<Identity> {
    let mut certificates = Certificate::read_all(bytes)?.into_iter();
    let certificate = certificates.next().ok_or_else(|| Failure::new(NULL, Message::new("capi.null")))?;
    Ok(Identity::new(certificate, certificates.collect()))
}

fn give_bytes(bytes: *mut *mut u8, length: *mut usize, error: *mut *mut KysoError, body: impl FnOnce() -> Outcome<Vec<u8>>) -> KysoStatus {
    guard(error, || {
        let (bytes, length) = (Output::needed(bytes)?, Output::needed(length)?);
        bytes.put_bytes(body()?, length);
        Ok(())
    })
}
