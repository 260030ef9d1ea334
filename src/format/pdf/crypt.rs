//! The standard security handler (ISO 32000-2 7.6): RC4 and AES, revisions 2 to 6.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::revision::Permissions;
use super::stream::Filter;
use super::{Dictionary, Name, Object, Reference, Stream, Value};
use crate::crypto::{DigestAlgorithm, cipher};
use crate::error::ErrorKind;
use crate::message::{Message, id};

/// The key of a document, and what it is used on.
pub(crate) struct Crypt {
    key: Zeroizing<Vec<u8>>,
    /// The number of the encryption dictionary, whose strings are not encrypted.
    dictionary: Option<u32>,
    filters: Vec<(Name, Method)>,
    streams: Method,
    strings: Method,
    embedded: Method,
    metadata: bool,
    owner: bool,
    permissions: Permissions,
    /// `/KDFSalt`: the document is to bear a code over itself (ISO/TS 32004).
    salt: Option<Vec<u8>>,
    /// Whether `/Perms` is not what the other entries say (algorithm 13).
    is_rewritten: bool,
    /// Whether there is no key: the document is encrypted for certain recipients (7.6.5).
    is_sealed: bool,
}

/// How bytes are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// AES with a key for each object.
    Aes,
    /// AES with the key of the document.
    Aes256,
    Identity,
    Rc4,
}

/// The values of the encryption dictionary that make the key (tables 20 and 21).
struct Handler<'a> {
    revision: u8,
    version: i64,
    length: usize,
    owner: &'a [u8],
    user: &'a [u8],
    owner_key: &'a [u8],
    user_key: &'a [u8],
    permissions: i32,
    metadata: bool,
    /// `/Perms`: what is permitted, encrypted.
    kept: &'a [u8],
    identifier: &'a [u8],
}

impl Crypt {
    /// Finds the key. `encrypt` has its values resolved; `at` is where it stands, `identifier` the first part of `/ID`.
    pub(crate) fn open(encrypt: &Dictionary, at: Option<Reference>, identifier: &[u8], password: Option<&[u8]>) -> crate::Result<Self> {
        match name(encrypt, b"Filter") {
            Some(b"Standard") => {}
            Some(_) if has_recipients(encrypt) => return Ok(Self::sealed(encrypt, at)),
            Some(_) if encrypt.contains(b"Recipients") || encrypt.contains(b"CF") || name(encrypt, b"SubFilter").is_some() => {
                return Err(error(ErrorKind::Unsupported, id::DOCUMENT_ENCRYPTION_PUBLIC_KEY));
            }
            _ => return Err(unsupported()),
        }
        let handler = Handler::new(encrypt, identifier).ok_or_else(unsupported)?;
        let filters = crypt_filters(encrypt);
        let method = |key: &[u8], default: Method| match name(encrypt, key) {
            _ if handler.version < 4 => Some(Method::Rc4),
            None => Some(default),
            Some(wanted) => named(&filters, wanted),
        };
        let streams = method(b"StmF", Method::Identity).ok_or_else(unsupported)?;
        let strings = method(b"StrF", Method::Identity).ok_or_else(unsupported)?;
        let embedded = method(b"EFF", streams).ok_or_else(unsupported)?;
        let (key, owner) = handler.unlock(password)?;
        let kept = handler.kept_permissions(&key);
        // Whoever wrote one of the two without the key can only have taken rights away.
        let bits = kept.flatten().unwrap_or(handler.permissions) & handler.permissions;
        Ok(Self {
            key,
            dictionary: at.map(|reference| reference.number),
            filters,
            streams,
            strings,
            embedded,
            metadata: handler.metadata || handler.version < 4,
            owner,
            permissions: Permissions { bits, revision: handler.revision },
            salt: encrypt.get(b"KDFSalt").and_then(|salt| salt.value.as_string()).map(|salt| salt.bytes.to_vec()),
            is_rewritten: kept.is_some_and(|kept| kept != Some(handler.permissions)),
            is_sealed: false,
        })
    }

    /// Of a document for certain recipients: its structure, its names and its signature values are readable without a key (7.6.2).
    fn sealed(encrypt: &Dictionary, at: Option<Reference>) -> Self {
        let filters = crypt_filters(encrypt);
        let is_named = encrypt.get(b"V").and_then(|version| version.value.as_integer()).is_some_and(|version| version >= 4);
        // What the method is does not matter, as long as it is not none.
        let method = |key: &[u8], default: Method| match name(encrypt, key).filter(|_| is_named) {
            None => default,
            Some(wanted) => named(&filters, wanted).unwrap_or(Method::Aes),
        };
        let default = if is_named { Method::Identity } else { Method::Rc4 };
        let streams = method(b"StmF", default);
        Self {
            key: Zeroizing::default(),
            dictionary: at.map(|reference| reference.number),
            streams,
            strings: method(b"StrF", default),
            embedded: method(b"EFF", streams),
            filters,
            metadata: true,
            owner: false,
            permissions: Permissions { bits: 0, revision: 0 },
            salt: None,
            is_rewritten: false,
            is_sealed: true,
        }
    }

    /// Whether there is no key for it: strings are empty, and streams cannot be decoded.
    pub(crate) const fn is_sealed(&self) -> bool {
        self.is_sealed
    }

    /// What the user may do; `None` for the owner.
    pub(crate) const fn permissions(&self) -> Option<Permissions> {
        if self.owner { None } else { Some(self.permissions) }
    }

    /// What a code over the document is checked with: the key of the document, and `/KDFSalt` (ISO/TS 32004).
    pub(crate) fn code_key(&self) -> Option<(&[u8], &[u8])> {
        Some((&self.key, self.salt.as_deref()?))
    }

    /// Whether there must be a code over the document: bit 13 is not set (ISO/TS 32004; elsewhere it is always set).
    pub(crate) const fn requires_code(&self) -> bool {
        const WITHOUT_CODE: i32 = 1 << 12;
        self.permissions.revision == 6 && self.permissions.bits & WITHOUT_CODE == 0
    }

    /// Whether somebody without the key changed what is permitted.
    pub(crate) const fn is_rewritten(&self) -> bool {
        self.is_rewritten
    }

    /// Whether objects in object streams cannot be read.
    pub(crate) fn hides_objects(&self) -> bool {
        self.is_sealed && self.streams != Method::Identity
    }

    /// Decrypts the strings of an indirect object that stands in the file itself.
    pub(crate) fn strings(&self, object: &mut Object, reference: Reference) {
        if self.strings == Method::Identity || self.dictionary == Some(reference.number) || kind(&object.value) == Some(b"XRef") {
            return;
        }
        self.decrypt_value(&mut object.value, reference);
    }

    // Recurses as deep as the lexer let values be nested.
    fn decrypt_value(&self, value: &mut Value, reference: Reference) {
        match value {
            Value::Array(array) => {
                for item in &mut Arc::make_mut(array).0 {
                    self.decrypt_value(&mut item.value, reference);
                }
            }
            Value::Dictionary(dictionary) => self.decrypt_dictionary(Arc::make_mut(dictionary), reference),
            Value::Stream(stream) => self.decrypt_dictionary(&mut Arc::make_mut(stream).dictionary, reference),
            Value::String(string) => string.bytes = self.decrypt(self.strings, reference, &string.bytes).into(),
            _ => {}
        }
    }

    fn decrypt_dictionary(&self, dictionary: &mut Dictionary, reference: Reference) {
        // 7.6.2: the value of a signature is not encrypted.
        let signature = dictionary.contains(b"ByteRange");
        for (key, item) in &mut dictionary.entries {
            let exempt = signature && &*key.0 == b"Contents" && item.value.as_string().is_some_and(|string| string.hexadecimal);
            if !exempt {
                self.decrypt_value(&mut item.value, reference);
            }
        }
    }

    /// Decrypts the data of a stream; `None` where they are not encrypted.
    pub(crate) fn stream(&self, stream: &Stream, filters: &[Filter], raw: &[u8]) -> crate::Result<Option<Vec<u8>>> {
        let method = match kind_of(&stream.dictionary) {
            Some(b"XRef") => Method::Identity,
            Some(b"Metadata") if !self.metadata => Method::Identity,
            kind => match filters.iter().find(|filter| &*filter.name.0 == b"Crypt") {
                Some(filter) => match name(&filter.parameters, b"Name") {
                    Some(wanted) => named(&self.filters, wanted).ok_or_else(unsupported)?,
                    None => Method::Identity,
                },
                None if kind == Some(b"EmbeddedFile") => self.embedded,
                None => self.streams,
            },
        };
        if self.is_sealed && method != Method::Identity {
            return Err(error(ErrorKind::Unsupported, id::DOCUMENT_ENCRYPTION_PUBLIC_KEY));
        }
        Ok((method != Method::Identity).then(|| self.decrypt(method, stream.reference, raw)))
    }

    /// A string of the new object `owner`.
    pub(crate) fn encrypt_string(&self, owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        self.encrypt(self.strings, owner, plain)
    }

    /// The data of the new stream `owner`, which names no crypt filter.
    pub(crate) fn encrypt_stream(&self, owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        self.encrypt(self.streams, owner, plain)
    }

    fn encrypt(&self, method: Method, owner: Reference, plain: &[u8]) -> crate::Result<Vec<u8>> {
        if self.is_sealed {
            return Err(error(ErrorKind::Unsupported, id::DOCUMENT_ENCRYPTION_PUBLIC_KEY));
        }
        let key = self.object_key(method, owner);
        let encrypted = match method {
            Method::Identity => Some(plain.to_vec()),
            Method::Rc4 => cipher::rc4(&key, plain),
            Method::Aes | Method::Aes256 => cipher::random().and_then(|vector| cipher::aes_cbc_encrypt(&key, vector, plain)),
        };
        encrypted.ok_or_else(unsupported)
    }

    fn decrypt(&self, method: Method, owner: Reference, data: &[u8]) -> Vec<u8> {
        if self.is_sealed {
            return Vec::new();
        }
        let key = self.object_key(method, owner);
        match method {
            Method::Identity => data.to_vec(),
            Method::Rc4 => cipher::rc4(&key, data).unwrap_or_default(),
            Method::Aes | Method::Aes256 => aes(&key, data),
        }
    }

    /// Algorithm 1: the key for one object.
    fn object_key(&self, method: Method, owner: Reference) -> Zeroizing<Vec<u8>> {
        if matches!(method, Method::Aes256 | Method::Identity) {
            return self.key.clone();
        }
        let mut input = self.key.clone();
        input.extend(owner.number.to_le_bytes().iter().take(3));
        input.extend(owner.generation.to_le_bytes());
        if method == Method::Aes {
            input.extend(b"sAlT");
        }
        let mut key = Zeroizing::new(DigestAlgorithm::Md5.digest(&input));
        key.truncate(self.key.len().saturating_add(5).min(16));
        key
    }
}

impl std::fmt::Debug for Crypt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Crypt").field("streams", &self.streams).field("strings", &self.strings).finish_non_exhaustive()
    }
}

impl<'a> Handler<'a> {
    fn new(encrypt: &'a Dictionary, identifier: &'a [u8]) -> Option<Self> {
        let integer = |key: &[u8]| encrypt.get(key).and_then(|object| object.value.as_integer());
        let string = |key: &[u8]| encrypt.get(key).and_then(|object| object.value.as_string()).map(|string| &*string.bytes);
        let version = integer(b"V").unwrap_or(0);
        let revision = u8::try_from(integer(b"R")?).ok()?;
        match (version, revision) {
            (1 | 2, 2 | 3) | (4, 4) | (5, 5 | 6) => {}
            _ => return None,
        }
        // Some writers state a negative number as its unsigned twin.
        let permissions = integer(b"P")?;
        let permissions = i32::try_from(permissions).ok().or_else(|| Some(u32::try_from(permissions).ok()?.cast_signed()))?;
        let metadata = !matches!(encrypt.get(b"EncryptMetadata").map(|object| &object.value), Some(Value::Boolean(false)));
        let bits = usize::try_from(integer(b"Length").unwrap_or(40)).ok()?;
        let length = match version {
            1 => 5,
            2 => bits.checked_div(8).filter(|length| (5..=16).contains(length))?,
            4 => 16,
            _ => 32,
        };
        Some(Self {
            revision,
            version,
            length,
            owner: string(b"O")?,
            user: string(b"U")?,
            owner_key: string(b"OE").unwrap_or_default(),
            user_key: string(b"UE").unwrap_or_default(),
            permissions,
            metadata,
            kept: string(b"Perms").unwrap_or_default(),
            identifier,
        })
    }

    /// The key, and whether the password is the owner's. Where the one that was given fits nothing, the empty one is tried.
    fn unlock(&self, password: Option<&[u8]>) -> crate::Result<(Zeroizing<Vec<u8>>, bool)> {
        let mut candidates: Vec<Zeroizing<Vec<u8>>> = Vec::new();
        if let Some(password) = password {
            candidates.push(password.to_vec().into());
            if self.revision <= 4 {
                candidates.extend(single_bytes(password));
            }
        }
        candidates.push(Zeroizing::default());
        for candidate in &candidates {
            let found = if self.revision >= 5 { self.unlock_256(candidate) } else { self.unlock_128(candidate) };
            if let Some(found) = found {
                return Ok(found);
            }
        }
        let id =
            if password.is_some_and(|password| !password.is_empty()) { id::DOCUMENT_PASSWORD_WRONG } else { id::DOCUMENT_PASSWORD_NEEDED };
        Err(error(ErrorKind::Password, id))
    }

    fn unlock_128(&self, password: &[u8]) -> Option<(Zeroizing<Vec<u8>>, bool)> {
        // Algorithm 7: the owner's password gives the user's.
        let user = self.user_password(password)?;
        if let Some(key) = self.key_128(&user) {
            return Some((key, true));
        }
        self.key_128(password).map(|key| (key, false))
    }

    fn user_password(&self, owner: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut digest = Zeroizing::new(DigestAlgorithm::Md5.digest(&pad(owner)));
        if self.revision >= 3 {
            for _ in 0..50 {
                digest = DigestAlgorithm::Md5.digest(&digest).into();
            }
        }
        let key = digest.get(..self.length)?;
        let encrypted = self.owner.get(..32)?;
        if self.revision == 2 { cipher::rc4(key, encrypted).map(Zeroizing::new) } else { rc4_rounds(key, encrypted, (0..20).rev()) }
    }

    /// Algorithms 2, 4, 5 and 6: the key, where the password is the user's.
    fn key_128(&self, password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut input = pad(password);
        input.extend(self.owner.get(..32)?);
        input.extend(self.permissions.to_le_bytes());
        input.extend(self.identifier);
        if self.revision >= 4 && !self.metadata {
            input.extend([0xff; 4]);
        }
        let mut digest = Zeroizing::new(DigestAlgorithm::Md5.digest(&input));
        if self.revision >= 3 {
            for _ in 0..50 {
                digest = DigestAlgorithm::Md5.digest(digest.get(..self.length)?).into();
            }
        }
        digest.truncate(self.length);
        let (expected, stated) = if self.revision == 2 {
            (cipher::rc4(&digest, &PADDING).map(Zeroizing::new)?, self.user.get(..32)?)
        } else {
            let start = DigestAlgorithm::Md5.digest(&[&PADDING, self.identifier].concat());
            (rc4_rounds(&digest, &start, 0..20)?, self.user.get(..16)?)
        };
        (&**expected == stated).then_some(digest)
    }

    /// Algorithm 2.A.
    fn unlock_256(&self, password: &[u8]) -> Option<(Zeroizing<Vec<u8>>, bool)> {
        let password = password.get(..password.len().min(127))?;
        let user = self.user.get(..48)?;
        for (stated, encrypted, extra, owner) in
            [(self.owner.get(..48)?, self.owner_key, user, true), (user, self.user_key, &[][..], false)]
        {
            let (hash, salts) = stated.split_at_checked(32)?;
            let (validation, key_salt) = salts.split_at_checked(8)?;
            if *self.hash(password, validation, extra)? == hash {
                let key = self.hash(password, key_salt, extra)?;
                return cipher::aes_cbc_decrypt_raw(&key, [0; 16], encrypted.get(..32)?).map(|key| (key.into(), owner));
            }
        }
        None
    }

    /// Algorithm 13: the permissions in `/Perms`; the inner `None` where it does not decrypt to any, or contradicts `/EncryptMetadata`.
    /// The outer one: there is no such entry before revision 5.
    fn kept_permissions(&self, key: &[u8]) -> Option<Option<i32>> {
        if self.revision < 5 {
            return None;
        }
        let read = || {
            let plain = cipher::aes_cbc_decrypt_raw(key, [0; 16], self.kept.get(..16)?)?;
            let metadata = if self.metadata { b'T' } else { b'F' };
            let is_right = plain.get(8..12) == Some(&[metadata, b'a', b'd', b'b']);
            is_right.then(|| plain.first_chunk().map(|bits| i32::from_le_bytes(*bits))).flatten()
        };
        Some(read())
    }

    /// Algorithm 2.B; revision 5, of an Adobe supplement, has its first line alone.
    fn hash(&self, password: &[u8], salt: &[u8], extra: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut hash = Zeroizing::new(DigestAlgorithm::Sha256.digest(&Zeroizing::new([password, salt, extra].concat())));
        if self.revision == 5 {
            return Some(hash);
        }
        // The last byte is at most 255, so this ends by itself before round 288.
        for round in 1..=288_u32 {
            let block = Zeroizing::new([password, hash.as_slice(), extra].concat().repeat(64));
            let (key, rest) = hash.split_at_checked(16)?;
            let encrypted = Zeroizing::new(cipher::aes_cbc_encrypt_raw(key, *rest.first_chunk()?, &block)?);
            let sum: u32 = encrypted.iter().take(16).map(|byte| u32::from(*byte)).sum();
            let algorithm = match sum % 3 {
                0 => DigestAlgorithm::Sha256,
                1 => DigestAlgorithm::Sha384,
                _ => DigestAlgorithm::Sha512,
            };
            hash = algorithm.digest(&encrypted).into();
            if round >= 64 && u32::from(*encrypted.last()?) <= round.saturating_sub(32) {
                break;
            }
        }
        hash.truncate(32);
        Some(hash)
    }
}

/// The crypt filters of a document; one of an unknown method is left out.
/// Whether a key is encrypted for somebody (tables 23 and 27).
fn has_recipients(encrypt: &Dictionary) -> bool {
    let filters = encrypt.get(b"CF").and_then(|filters| filters.value.as_dictionary());
    let mut filters = filters.map(|filters| filters.entries.as_slice()).unwrap_or_default().iter();
    encrypt.contains(b"Recipients")
        || filters.any(|(_, filter)| filter.value.as_dictionary().is_some_and(|filter| filter.contains(b"Recipients")))
}

fn crypt_filters(encrypt: &Dictionary) -> Vec<(Name, Method)> {
    let Some(filters) = encrypt.get(b"CF").and_then(|object| object.value.as_dictionary()) else { return Vec::new() };
    let method = |object: &Object| match name(object.value.as_dictionary()?, b"CFM") {
        Some(b"AESV2") => Some(Method::Aes),
        Some(b"AESV3") => Some(Method::Aes256),
        Some(b"V2") => Some(Method::Rc4),
        _ => None,
    };
    filters.entries.iter().filter_map(|(name, object)| Some((name.clone(), method(object)?))).collect()
}

fn named(filters: &[(Name, Method)], wanted: &[u8]) -> Option<Method> {
    if wanted == b"Identity" {
        return Some(Method::Identity);
    }
    filters.iter().rev().find(|(name, _)| &*name.0 == wanted).map(|(_, method)| *method)
}

fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dictionary.get(key)?.value.as_name()
}

fn kind(value: &Value) -> Option<&[u8]> {
    value.as_stream().and_then(|stream| kind_of(&stream.dictionary))
}

fn kind_of(dictionary: &Dictionary) -> Option<&[u8]> {
    name(dictionary, b"Type")
}

/// The first 32 bytes of the password and the padding of algorithm 2.
fn pad(password: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(password.iter().chain(&PADDING).take(32).copied().collect())
}

/// RC4 once for each round, with the key changed by the number of the round.
fn rc4_rounds(key: &[u8], data: &[u8], rounds: impl Iterator<Item = u8>) -> Option<Zeroizing<Vec<u8>>> {
    let mut data = Zeroizing::new(data.to_vec());
    for round in rounds {
        let key: Zeroizing<Vec<u8>> = Zeroizing::new(key.iter().map(|byte| byte ^ round).collect());
        data = cipher::rc4(&key, &data)?.into();
    }
    Some(data)
}

/// AES-CBC as readers do it: a part of a block at the end is left out, and padding is taken off where it is padding.
fn aes(key: &[u8], data: &[u8]) -> Vec<u8> {
    let Some((vector, rest)) = data.split_first_chunk::<16>() else { return Vec::new() };
    let whole = rest.len().saturating_sub(rest.len() % 16);
    let mut plain = rest.get(..whole).and_then(|rest| cipher::aes_cbc_decrypt_raw(key, *vector, rest)).unwrap_or_default();
    if let Some(&count) = plain.last()
        && (1..=16).contains(&count)
        && let Some(length) = plain.len().checked_sub(usize::from(count))
        && plain.iter().skip(length).all(|byte| *byte == count)
    {
        plain.truncate(length);
    }
    plain
}

/// A password of UTF-8 in one byte a character, where that can be: what older revisions were made with.
fn single_bytes(password: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(password).ok().filter(|text| !text.is_ascii())?;
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

fn unsupported() -> crate::Error {
    error(ErrorKind::Unsupported, id::DOCUMENT_ENCRYPTION_UNSUPPORTED)
}

fn error(kind: ErrorKind, id: &'static str) -> crate::Error {
    crate::Error::new(kind, Message::new(id))
}

/// Algorithm 2, step a.
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68,
    0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];

#[cfg(test)]
mod tests;
