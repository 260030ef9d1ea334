//! PKCS#8 keys in PEM, plain or encrypted, with certificates in PEM.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Kdf;
use zeroize::Zeroizing;

use super::password::spellings;
use super::software::{SoftwareKey, error, key_error};
use crate::asn1::{Reader, Tag};
use crate::crypto::PrivateKey;
use crate::message::id;
use crate::x509::{file_contents, pem_decode};
use crate::{Identity, Result, SignatureAlgorithm, Signer};

/// RFC 8018 4.2 speaks of 10,000,000 iterations for especially critical keys.
const MAXIMUM_ITERATIONS: u32 = 10_000_000;
/// Bytes of memory that scrypt may ask for; OpenSSL's default is 16 MiB.
const MAXIMUM_SCRYPT_MEMORY: u64 = 256 << 20;
const MAXIMUM_SCRYPT_PARALLELISM: u16 = 16;

/// A key and certificates from PEM or DER.
pub struct PemKey(SoftwareKey);

impl PemKey {
    /// `key`: PKCS#8, PEM or DER, encrypted or not; or the older `RSA PRIVATE KEY` and `EC PRIVATE KEY`, not encrypted.
    /// `certificates`: the signer's (found by its key) and its issuers, in any order; those beside the key in its file count too.
    ///
    /// # Errors
    /// A wrong or missing password, no such key, no certificate that fits the key.
    pub fn from_bytes(key: &[u8], password: Option<&str>, certificates: &[u8]) -> Result<Self> {
        let keys = private_keys(key, password)?;
        let mut pool = file_contents(certificates)?.certificates;
        if is_pem(key) {
            pool.extend(file_contents(key)?.certificates);
        }
        SoftwareKey::choose(keys, &pool).map(Self)
    }
}

impl Signer for PemKey {
    fn identity(&self) -> &Identity {
        &self.0.identity
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        self.0.sign(algorithm, message)
    }
}

/// Every private key of the file.
fn private_keys(bytes: &[u8], password: Option<&str>) -> Result<Vec<PrivateKey>> {
    if !is_pem(bytes) {
        return Ok(vec![private_key(bytes, password)?]);
    }
    let mut out = Vec::new();
    for block in pem_decode(bytes)? {
        let der = Zeroizing::new(block.der);
        if block.label.ends_with("PRIVATE KEY") {
            if contains(bytes, b"Proc-Type: 4,ENCRYPTED") && block.label != "ENCRYPTED PRIVATE KEY" {
                return Err(error(id::KEY_PEM_ENCRYPTION));
            }
            out.push(private_key(&der, password)?);
        }
    }
    Ok(out)
}

/// Reads a key of whichever form, told apart by its first fields.
fn private_key(der: &[u8], password: Option<&str>) -> Result<PrivateKey> {
    let key = match form(der).ok_or_else(|| error(id::KEY_FILE_MALFORMED))? {
        Form::Ec => PrivateKey::from_ec_private_key(der),
        Form::Encrypted => return decrypt(der, password.ok_or_else(|| error(id::KEY_PASSWORD_MISSING))?),
        Form::Pkcs8 => PrivateKey::from_pkcs8(der),
        Form::Rsa => PrivateKey::from_rsa_private_key(der),
    };
    key.map_err(key_error)
}

enum Form {
    /// `ECPrivateKey` (RFC 5915 3).
    Ec,
    /// `EncryptedPrivateKeyInfo` (RFC 5958 3).
    Encrypted,
    /// `PrivateKeyInfo` (RFC 5958 2).
    Pkcs8,
    /// `RSAPrivateKey` (RFC 8017 A.1.2).
    Rsa,
}

fn form(der: &[u8]) -> Option<Form> {
    let mut reader = Reader::der(der).sequence().ok()?;
    match reader.read().ok()?.tag {
        Tag::SEQUENCE => (reader.peek() == Some(Tag::OCTET_STRING)).then_some(Form::Encrypted),
        Tag::INTEGER => match reader.peek()? {
            Tag::INTEGER => Some(Form::Rsa),
            Tag::OCTET_STRING => Some(Form::Ec),
            Tag::SEQUENCE => Some(Form::Pkcs8),
            _ => None,
        },
        _ => None,
    }
}

fn decrypt(der: &[u8], password: &str) -> Result<PrivateKey> {
    let unsupported = || error(id::KEY_ENCRYPTION_UNSUPPORTED);
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|cause| unsupported().because(cause.to_string()))?;
    let parameters = info.encryption_algorithm.pbes2().ok_or_else(unsupported)?;
    if !is_bearable(&parameters.kdf) {
        return Err(error(id::KEY_WORK));
    }
    for spelling in spellings(password) {
        match info.decrypt(spelling.as_bytes()) {
            // A wrong password now and then gives a padding that looks right: what it hides is no key then.
            Ok(plain) => match form(plain.as_bytes()) {
                Some(Form::Pkcs8) => return PrivateKey::from_pkcs8(plain.as_bytes()).map_err(key_error),
                _ => continue,
            },
            Err(pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. })) => return Err(unsupported()),
            Err(_) => {}
        }
    }
    Err(error(id::KEY_PASSWORD_WRONG))
}

/// Whether deriving the key ends in good time.
fn is_bearable(derivation: &Kdf) -> bool {
    match derivation {
        Kdf::Pbkdf2(parameters) => parameters.iteration_count <= MAXIMUM_ITERATIONS,
        Kdf::Scrypt(parameters) => {
            let memory = u64::from(parameters.block_size).saturating_mul(128).saturating_mul(parameters.cost_parameter);
            memory <= MAXIMUM_SCRYPT_MEMORY && parameters.parallelization <= MAXIMUM_SCRYPT_PARALLELISM
        }
        _ => false,
    }
}

fn is_pem(bytes: &[u8]) -> bool {
    contains(bytes, b"-----BEGIN ")
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
