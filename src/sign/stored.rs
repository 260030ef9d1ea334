//! The stored form of a prepared signature: JSON, versioned, and hostile until it has proven itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::request::Request;
use super::{Identity, Prepared, check};
use crate::bytes::Span;
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::error::ErrorKind;
use crate::format::pdf::prepare::Draft;
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::Certificate;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    schema: String,
    document: StoredDocument,
    field: String,
    time: Time,
    digest: DigestAlgorithm,
    /// Base64.
    document_digest: String,
    /// Base64.
    appended: String,
    /// The offsets of `/Contents` in `appended`, brackets included.
    hole: [usize; 2],
    signer: Option<StoredSigner>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredDocument {
    bytes: usize,
    /// Base64.
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredSigner {
    algorithm: SignatureAlgorithm,
    /// Base64.
    message: String,
    /// The signer's first.
    certificates: Vec<Certificate>,
}

/// The schema alone: a form of another version is told from no form at all.
#[derive(Deserialize)]
struct Schema {
    schema: String,
}

pub(super) fn write(prepared: &Prepared) -> Vec<u8> {
    let stored = Stored {
        schema: String::from(SCHEMA),
        document: StoredDocument { bytes: prepared.original.0, sha256: STANDARD.encode(&prepared.original.1) },
        field: prepared.draft.field.clone(),
        time: prepared.time,
        digest: prepared.digest,
        document_digest: STANDARD.encode(&prepared.document_digest),
        appended: STANDARD.encode(&prepared.draft.appended),
        hole: [prepared.draft.hole.start, prepared.draft.hole.end],
        signer: prepared.request.as_ref().map(|request| StoredSigner {
            algorithm: request.algorithm,
            message: STANDARD.encode(&request.message),
            certificates: request.identity.certificates(),
        }),
    };
    // Strings and numbers alone: writing them cannot fail.
    let mut bytes = serde_json::to_vec(&stored).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

pub(super) fn read(bytes: &[u8]) -> crate::Result<Prepared> {
    let unreadable = || crate::Error::new(ErrorKind::Format, Message::new(id::SIGN_PREPARED_UNREADABLE));
    if bytes.len() > LARGEST {
        return Err(unreadable());
    }
    let schema: Schema = serde_json::from_slice(bytes).map_err(|error| unreadable().because(error))?;
    if schema.schema != SCHEMA {
        let message = if schema.schema.starts_with(FAMILY) {
            Message::new(id::SIGN_PREPARED_VERSION).with("schema", schema.schema)
        } else {
            Message::new(id::SIGN_PREPARED_UNREADABLE)
        };
        return Err(crate::Error::new(ErrorKind::Format, message));
    }
    let stored: Stored = serde_json::from_slice(bytes).map_err(|error| broken().because(error))?;
    prepared(stored)
}

/// Takes nothing on trust that can be computed again; the document itself is compared when it is there.
fn prepared(stored: Stored) -> crate::Result<Prepared> {
    let decode = |text: &str| STANDARD.decode(text).map_err(|error| broken().because(error));
    let [start, end] = stored.hole;
    let draft = Draft { appended: decode(&stored.appended)?, hole: Span::new(start, end), field: stored.field };
    let document_digest = decode(&stored.document_digest)?;
    let sha256 = decode(&stored.document.sha256)?;
    let is_consistent = draft.is_consistent(stored.document.bytes)
        && check::digest(stored.digest).is_ok()
        && document_digest.len() == stored.digest.length()
        && sha256.len() == DigestAlgorithm::Sha256.length();
    if !is_consistent {
        return Err(broken());
    }
    let request = match stored.signer {
        Some(signer) => Some(request(signer, stored.digest, &document_digest)?),
        None => None,
    };
    Ok(Prepared { draft, original: (stored.document.bytes, sha256), digest: stored.digest, document_digest, request, time: stored.time })
}

fn request(stored: StoredSigner, digest: DigestAlgorithm, document_digest: &[u8]) -> crate::Result<Request> {
    let message = STANDARD.decode(&stored.message).map_err(|error| broken().because(error))?;
    let mut certificates = stored.certificates.into_iter();
    let certificate = certificates.next().ok_or_else(broken)?;
    let identity = Identity::new(certificate, certificates.collect());
    let request = Request { digest, algorithm: stored.algorithm, message, identity };
    if request.is_consistent(document_digest) { Ok(request) } else { Err(broken()) }
}

fn broken() -> crate::Error {
    crate::Error::new(ErrorKind::Format, Message::new(id::SIGN_PREPARED_BROKEN))
}

const FAMILY: &str = "kyso.prepared/";
const SCHEMA: &str = "kyso.prepared/1";

/// No honest one comes near: a signature of 16 MiB, and what is around it.
const LARGEST: usize = 64 << 20;
