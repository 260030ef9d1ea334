//! What can be asked of the network, and what an answer must be before it counts as evidence.

use super::FetchError;
use crate::asn1::{Oid, Tag, Writer};
use crate::crypto::DigestAlgorithm;
use crate::error::ErrorKind;
use crate::message::{Message, id};
use crate::time::Time;
use crate::x509::{Certificate, Contents, GeneralName, file_contents};

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestKind {
    /// A certificate revocation list (RFC 5280 4.2.1.13).
    Crl,
    /// The certificate of an issuer (RFC 5280 4.2.2.1).
    Issuer,
    /// The status of one certificate (RFC 6960).
    Ocsp,
    /// A timestamp (RFC 3161).
    Timestamp,
}

impl RequestKind {
    /// `crl`, `issuer`, `ocsp` or `timestamp`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crl => "crl",
            Self::Issuer => "issuer",
            Self::Ocsp => "ocsp",
            Self::Timestamp => "timestamp",
        }
    }

    /// How many bytes an answer may have. The largest lists in use have some tens of mebibytes; a response speaks of one certificate.
    #[must_use]
    pub const fn max_answer_bytes(self) -> u64 {
        match self {
            Self::Crl => 64 << 20,
            Self::Issuer | Self::Timestamp => 1 << 20,
            Self::Ocsp => 64 << 10,
        }
    }

    /// The media type of the body that is sent; `None` where nothing is.
    #[must_use]
    pub const fn content_type(self) -> Option<&'static str> {
        match self {
            Self::Crl | Self::Issuer => None,
            // RFC 6960 A.1, RFC 3161 3.4.
            Self::Ocsp => Some("application/ocsp-request"),
            Self::Timestamp => Some("application/timestamp-query"),
        }
    }

    /// What an answer is called in sentences.
    const fn word(self) -> &'static str {
        match self {
            Self::Crl => id::WORD_REVOCATION_LIST,
            Self::Issuer => id::WORD_ISSUER_CERTIFICATE,
            Self::Ocsp => id::WORD_STATUS_RESPONSE,
            Self::Timestamp => id::WORD_TIMESTAMP,
        }
    }
}

/// One thing to ask at one address. Equal requests ask the same thing at the same address.
#[derive(Clone, Debug)]
pub struct Request {
    kind: RequestKind,
    address: String,
    /// The certificate that it is about; a timestamp is about none.
    certificate: Option<Certificate>,
    /// The CertID of an OCSP request, or the whole request for a timestamp.
    subject: Vec<u8>,
    /// Requests about one certificate with the same number are wanted together; a greater number is for when the lesser ones failed.
    way: usize,
}

impl Request {
    /// For the timestamp that `query`, a TimeStampReq (RFC 3161 2.4.1), asks for.
    #[must_use]
    pub fn timestamp(address: impl Into<String>, query: Vec<u8>) -> Self {
        Self { kind: RequestKind::Timestamp, address: address.into(), certificate: None, subject: query, way: 0 }
    }

    pub(crate) fn crl(address: &str, certificate: &Certificate) -> Self {
        Self { kind: RequestKind::Crl, address: address.to_owned(), certificate: Some(certificate.clone()), subject: Vec::new(), way: 0 }
    }

    /// For the certificate that issued `certificate`.
    pub(crate) fn issuer(address: &str, certificate: &Certificate) -> Self {
        Self { kind: RequestKind::Issuer, ..Self::crl(address, certificate) }
    }

    /// For the status of `certificate`, which `issuer` issued.
    pub(crate) fn ocsp(address: &str, certificate: &Certificate, issuer: &Certificate) -> Self {
        Self { kind: RequestKind::Ocsp, subject: certificate_id(certificate, issuer), ..Self::crl(address, certificate) }
    }

    /// The ways to the status of `certificate`, the best first: responders, whose answers are small, then lists.
    pub(crate) fn status(certificate: &Certificate, issuer: &Certificate) -> Vec<Self> {
        let extensions = certificate.extensions();
        let mut ways: Vec<Vec<Self>> =
            fetchable_first(&extensions.ocsp_urls).into_iter().map(|address| vec![Self::ocsp(address, certificate, issuer)]).collect();
        // RFC 5280 4.2.1.13: the names of one point lead to the same list. Points without reasons are as good as each other; of points
        // that share the reasons among them, every one is needed.
        let addresses = |names: &[GeneralName]| -> Vec<String> { names.iter().filter_map(uri).collect() };
        let (partial, complete): (Vec<_>, Vec<_>) = extensions.crl_distribution_points.iter().partition(|point| point.reasons.is_some());
        let complete: Vec<String> = complete.iter().flat_map(|point| addresses(&point.full_name)).collect();
        let newest: Vec<String> = extensions.freshest_crl.iter().filter_map(|point| point.full_name.iter().find_map(uri)).collect();
        let with_newest = |first: &str| {
            let all = [first].into_iter().chain(newest.iter().map(String::as_str));
            all.take(MAX_ADDRESSES).map(|address| Self::crl(address, certificate)).collect::<Vec<Self>>()
        };
        ways.extend(fetchable_first(&complete).into_iter().map(with_newest));
        let shared: Vec<String> = partial.iter().filter_map(|point| point.full_name.iter().find_map(uri)).collect();
        ways.push(fetchable_first(&shared).into_iter().map(|address| Self::crl(address, certificate)).collect());
        ways.retain(|way| !way.is_empty());
        ways.into_iter().enumerate().flat_map(|(number, way)| way.into_iter().map(move |request| Self { way: number, ..request })).collect()
    }

    /// The ways to the certificate that issued `certificate`.
    pub(crate) fn issuers(certificate: &Certificate) -> Vec<Self> {
        let addresses = fetchable_first(&certificate.extensions().issuer_urls);
        addresses.into_iter().enumerate().map(|(way, address)| Self { way, ..Self::issuer(address, certificate) }).collect()
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Where to ask, as written in the certificate. It may be of any scheme.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The certificate whose status or issuer is asked for; `None` for a timestamp.
    #[must_use]
    pub const fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// The body to send; `None` where there is nothing to send. An OCSP request is without a nonce, and not signed (RFC 6960 4.1).
    #[must_use]
    pub fn body(&self) -> Option<Vec<u8>> {
        self.body_with(None)
    }

    /// As [`Self::body`]; an OCSP request with `nonce`, of 32 bytes by RFC 9654 2.1, so that no old answer can be given for it.
    #[must_use]
    pub fn body_with_nonce(&self, nonce: &[u8]) -> Option<Vec<u8>> {
        self.body_with(Some(nonce))
    }

    fn body_with(&self, nonce: Option<&[u8]>) -> Option<Vec<u8>> {
        match self.kind {
            RequestKind::Crl | RequestKind::Issuer => None,
            RequestKind::Ocsp => Some(ocsp_request(&self.subject, nonce)),
            RequestKind::Timestamp => Some(self.subject.clone()),
        }
    }

    pub(crate) const fn way(&self) -> usize {
        self.way
    }

    /// The same request at another address.
    pub(crate) fn at(&self, address: String) -> Self {
        Self { address, ..self.clone() }
    }

    /// SHA-256 over what is asked and where.
    pub(crate) fn key(&self) -> [u8; 32] {
        let text = format!("{}\n{}\n", self.kind.name(), self.address);
        DigestAlgorithm::Sha256.digest(&[text.as_bytes(), &self.subject].concat()).try_into().unwrap_or_default()
    }

    /// What `answer` holds, where it is of the right kind and about the right certificate. Whether it is true is not looked at here.
    ///
    /// A nonce in an OCSP response must be `nonce`; one without is taken: many responders make their answers beforehand (RFC 9654 3.1),
    /// and then the times in them count.
    pub(crate) fn read(&self, answer: &[u8], nonce: Option<&[u8]>) -> Result<Answer, FetchError> {
        let about = |id| Message::new(id).with("address", self.address.as_str());
        if is_web_page(answer) {
            return Err(FetchError::new(about(id::NET_WEB_PAGE)));
        }
        let garbage = || FetchError::new(about(id::NET_GARBAGE).with_word("kind", self.kind.word()));
        let contents = file_contents(answer).map_err(|error| match error.message().arguments().get("status") {
            Some(status) if error.kind() == ErrorKind::Unsupported => {
                FetchError::new(about(id::NET_OCSP_REFUSED).with("status", status.clone()))
            }
            _ => garbage(),
        })?;
        let read = match self.kind {
            RequestKind::Crl => {
                let updates = contents.crls.iter().map(|crl| crl.next_update());
                Answer { valid_until: earliest(updates), contents }
            }
            RequestKind::Issuer => Answer { valid_until: None, contents },
            RequestKind::Ocsp => {
                let asked =
                    |nonce: &[u8]| contents.responses.iter().all(|response| response.nonce().is_none_or(|known| fits(known, nonce)));
                if nonce.is_some_and(|nonce| !asked(nonce)) {
                    return Err(FetchError::new(about(id::NET_NONCE)));
                }
                let mentioned = |certificate| contents.responses.iter().any(|response| response.mentions(certificate));
                if !contents.responses.is_empty() && !self.certificate.as_ref().is_some_and(mentioned) {
                    return Err(FetchError::new(about(id::NET_OTHER_CERTIFICATE)));
                }
                Answer { valid_until: earliest(contents.responses.iter().map(|response| response.next_update())), contents }
            }
            RequestKind::Timestamp => return Err(garbage()),
        };
        if read.is_empty_for(self.kind) { Err(garbage()) } else { Ok(read) }
    }
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.address, &self.subject) == (other.kind, &other.address, &other.subject)
    }
}

impl Eq for Request {}

/// What an answer holds.
pub(crate) struct Answer {
    pub(crate) contents: Contents,
    /// nextUpdate of the list or response.
    pub(crate) valid_until: Option<Time>,
}

impl Answer {
    const fn is_empty_for(&self, kind: RequestKind) -> bool {
        match kind {
            RequestKind::Crl => self.contents.crls.is_empty(),
            RequestKind::Issuer => self.contents.certificates.is_empty(),
            RequestKind::Ocsp => self.contents.responses.is_empty(),
            RequestKind::Timestamp => true,
        }
    }
}

/// The earliest of times; `None` where one is missing.
fn earliest(times: impl Iterator<Item = Option<Time>>) -> Option<Time> {
    times.collect::<Option<Vec<Time>>>()?.into_iter().min()
}

/// Whether the contents of a nonce extension are `nonce`: as RFC 9654 2.1 wants them, or bare, as responders before RFC 6960 gave them.
fn fits(known: &[u8], nonce: &[u8]) -> bool {
    known == nonce || known == Writer::build(|writer| writer.octet_string(nonce))
}

/// Networks that ask people to log in, and servers that have moved, answer everything with a page.
pub(crate) fn is_web_page(answer: &[u8]) -> bool {
    let text = answer.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(answer);
    text.trim_ascii_start().starts_with(b"<")
}

fn uri(name: &GeneralName) -> Option<String> {
    if let GeneralName::Uri(address) = name { Some(address.clone()) } else { None }
}

/// The first addresses, those that can be fetched over HTTP before the others.
fn fetchable_first(addresses: &[String]) -> Vec<&str> {
    let is_http = |address: &&str| {
        let scheme = address.split(':').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    };
    let (mut first, others): (Vec<&str>, Vec<&str>) = addresses.iter().map(String::as_str).partition(is_http);
    first.extend(others);
    first.truncate(MAX_ADDRESSES);
    first
}

/// RFC 6960 4.1.1: the issuer by the hashes of its name and key, and the serial number. SHA-1, for it is what every responder knows
/// (RFC 5019 2.1.1); nothing rests on its strength, for the answer is compared with the certificate again.
fn certificate_id(certificate: &Certificate, issuer: &Certificate) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(Oid::SHA1);
                writer.null();
            });
            writer.octet_string(&DigestAlgorithm::Sha1.digest(certificate.issuer().as_der()));
            writer.octet_string(&DigestAlgorithm::Sha1.digest(issuer.public_key().key_bits()));
            writer.primitive(Tag::INTEGER, certificate.serial());
        });
    })
}

/// An OCSPRequest of version 1 for one certificate, without the name of who asks (RFC 6960 4.1.1).
fn ocsp_request(certificate_id: &[u8], nonce: Option<&[u8]>) -> Vec<u8> {
    let nonce_extension = |writer: &mut Writer, nonce: &[u8]| {
        writer.sequence(|writer| {
            writer.oid(Oid::OCSP_NONCE);
            writer.octet_string(&Writer::build(|writer| writer.octet_string(nonce)));
        });
    };
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| writer.sequence(|writer| writer.raw(certificate_id)));
                if let Some(nonce) = nonce {
                    writer.constructed(Tag::context(2), |writer| writer.sequence(|writer| nonce_extension(writer, nonce)));
                }
            });
        });
    })
}

/// Addresses of one kind that are asked for one certificate. Real ones name one or two.
const MAX_ADDRESSES: usize = 4;
