//! PKCS#12 files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as ArchiveError;
use zeroize::Zeroizing;

use super::ber::Pfx;
use super::password::spellings;
use super::software::{SoftwareKey, error, key_error};
use crate::asn1::Asn1Error;
use crate::crypto::{KeyError, PrivateKey};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::x509::Certificate;
use crate::{Identity, Result, SignatureAlgorithm, Signer};

/// Key files are of a few thousand bytes.
const MAXIMUM_BYTES: u64 = 4 << 20;

/// The key and certificates of a PKCS#12 file.
pub struct Pkcs12(SoftwareKey);

impl Pkcs12 {
    /// Opens a file.
    ///
    /// # Errors
    /// A wrong password, no key, or a key of an unsupported kind; the message says which.
    pub fn open(path: impl AsRef<Path>, password: &str) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = |cause: std::io::Error| {
            let kind = if cause.kind() == std::io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Io };
            Error::new(kind, Message::new(id::KEY_UNREADABLE).with("file", path.display().to_string())).because(cause)
        };
        let mut bytes = Zeroizing::new(Vec::new());
        File::open(path).and_then(|file| file.take(MAXIMUM_BYTES.saturating_add(1)).read_to_end(&mut bytes)).map_err(unreadable)?;
        Self::from_bytes(&bytes, password)
    }

    /// Reads bytes. Of several keys, the one is taken whose certificate is meant for signing and lasts longest.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn from_bytes(bytes: &[u8], password: &str) -> Result<Self> {
        let archive = open_archive(bytes, password)?;
        let mut keys = Vec::new();
        let mut refused: Option<KeyError> = None;
        for bag in &archive.keys {
            match PrivateKey::from_pkcs8(bag.key.as_der()) {
                Ok(key) => keys.push(key),
                Err(cause) => refused = refused.or(Some(cause)),
            }
        }
        if let (true, Some(cause)) = (keys.is_empty(), refused) {
            return Err(key_error(cause));
        }
        // A certificate that cannot be read may be one that is not needed.
        let certificates: Vec<Certificate> = archive.certs.iter().filter_map(|bag| Certificate::from_der(bag.cert.as_der()).ok()).collect();
        SoftwareKey::choose(keys, &certificates).map(Self)
    }
}

impl Signer for Pkcs12 {
    fn identity(&self) -> &Identity {
        &self.0.identity
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        self.0.sign(algorithm, message)
    }
}

fn open_archive(bytes: &[u8], password: &str) -> Result<Pkcs12Archive> {
    let malformed = |cause: Asn1Error| error(id::KEY_FILE_MALFORMED).at(cause.offset).because(cause);
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAXIMUM_BYTES) {
        return Err(error(id::KEY_FILE_MALFORMED));
    }
    let file = Pfx::read(bytes).map_err(malformed)?;
    let outer = Zeroizing::new(file.outer_der().map_err(malformed)?);
    for spelling in spellings(password) {
        let cause = match Pkcs12Archive::from_pkcs12(&outer, &spelling) {
            Ok(archive) => return Ok(archive),
            Err(cause) if is_wrong_password(&cause, file.has_mac()) => cause,
            Err(cause @ ArchiveError::DerError(_)) => cause,
            Err(cause) => return Err(archive_error(&cause).because(cause)),
        };
        if matches!(cause, ArchiveError::MacError(_)) && !password.is_empty() {
            continue;
        }
        // The MAC held, and what is under it is not DER, which the reader of archives finds out later. Or there is no password, and
        // programs differ in whether the MAC is then over nothing or over an empty string; or it has letters that the MAC cannot have.
        let whole = Zeroizing::new(file.whole_der().map_err(malformed)?);
        let is_held = file.has_mac() && is_in_one_plane(&spelling) && !matches!(cause, ArchiveError::MacError(_));
        match Pkcs12Archive::from_pkcs12(&whole, &spelling) {
            Ok(archive) => return Ok(archive),
            Err(cause) if is_wrong_password(&cause, is_held) => {}
            Err(cause) => return Err(archive_error(&cause).because(cause)),
        }
    }
    Err(error(id::KEY_PASSWORD_WRONG))
}

/// Whether the password explains the failure. Where no MAC holds, a wrong one shows as nonsense once decrypted.
fn is_wrong_password(cause: &ArchiveError, is_held: bool) -> bool {
    match cause {
        ArchiveError::MacError(_) => true,
        ArchiveError::Pkcs5Error(_)
        | ArchiveError::UnpadError
        | ArchiveError::DerError(_)
        | ArchiveError::InvalidPrivateKey
        | ArchiveError::X509Error(_) => !is_held,
        _ => false,
    }
}

/// Whether the password can be written in the two-byte letters of the MAC (RFC 7292 B.1).
fn is_in_one_plane(password: &str) -> bool {
    password.chars().all(|letter| u16::try_from(u32::from(letter)).is_ok())
}

fn archive_error(cause: &ArchiveError) -> Error {
    error(match cause {
        ArchiveError::UnsupportedContentType
        | ArchiveError::UnsupportedEncryptionScheme
        | ArchiveError::UnsupportedMacAlgorithm
        | ArchiveError::UnsupportedCertificateType
        | ArchiveError::Pkcs5Error(_) => id::KEY_ENCRYPTION_UNSUPPORTED,
        ArchiveError::InvalidParameters => id::KEY_WORK,
        _ => id::KEY_FILE_MALFORMED,
    })
}
