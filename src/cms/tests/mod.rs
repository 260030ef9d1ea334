//! Messages made for the tests, honest and forged, and what must be said about them.

mod build;
mod corpus;
mod decisions;
mod integrity;
mod mutation;
mod parse;
mod timestamps;
mod tsp;

use super::{CmsFacts, ContentDigests, SignedData, verify};
use crate::asn1::{Oid, Tag, Writer};
use crate::crypto::{DigestAlgorithm, PrivateKey, SignatureAlgorithm};
use crate::limits::Budget;
use crate::x509::{Certificate, pem_certificates, pem_decode};

pub(super) const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
pub(super) const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1 { digest: SHA256 };

/// A person of `fixtures/pki`.
pub(super) struct Person {
    pub(super) certificate: Certificate,
    pub(super) key: PrivateKey,
}

macro_rules! person {
    ($name:literal) => {
        Person::new(
            include_bytes!(concat!("../../../fixtures/pki/", $name, ".pem")),
            include_bytes!(concat!("../../../fixtures/pki/", $name, ".key.pem")),
        )
    };
}

impl Person {
    fn new(certificate: &[u8], key: &[u8]) -> Self {
        let certificate = pem_certificates(certificate).unwrap().remove(0);
        let key = PrivateKey::from_pkcs8(&pem_decode(key).unwrap().remove(0).der).unwrap();
        Self { certificate, key }
    }

    /// RSA 2048.
    pub(super) fn rsa() -> Self {
        person!("an")
    }

    /// An authority with a key identifier in its certificate.
    pub(super) fn authority() -> Self {
        person!("sub-rsa")
    }

    /// A timestamp authority.
    pub(super) fn tsa() -> Self {
        person!("tsa")
    }

    pub(super) fn p256() -> Self {
        person!("binh")
    }

    pub(super) fn p384() -> Self {
        person!("cuong")
    }

    pub(super) fn ed25519() -> Self {
        person!("dung")
    }
}

/// The parts of a message, to be changed before it is written.
pub(super) struct Forge {
    pub(super) person: Person,
    /// What the signature value is made with.
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) digest_identifier: Vec<u8>,
    pub(super) signature_identifier: Vec<u8>,
    pub(super) content_type: Oid<'static>,
    pub(super) content: Option<Vec<u8>>,
    pub(super) attributes: Option<Vec<Vec<u8>>>,
    /// Whether the attributes are written as they are listed here, and not in the order of DER.
    pub(super) as_listed: bool,
    /// Whether the value is over the attributes in the order of DER, whatever the order they are written in.
    pub(super) signs_sorted: bool,
    /// What is signed where there are no attributes.
    pub(super) message: Vec<u8>,
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) revocation: Vec<Vec<u8>>,
    pub(super) identifier: Vec<u8>,
    pub(super) unsigned: Vec<Vec<u8>>,
    pub(super) signers: usize,
    pub(super) value: Option<Vec<u8>>,
}

pub(super) const DOCUMENT: &[u8] = b"Giay xac nhan so 123/UBND";

impl Forge {
    /// An honest signature of `person` over [`DOCUMENT`].
    pub(super) fn new(person: Person, algorithm: SignatureAlgorithm) -> Self {
        let digest = algorithm.digest().unwrap_or(DigestAlgorithm::Sha512);
        let certificate = person.certificate.clone();
        Self {
            algorithm,
            digest_identifier: identifier(digest.oid()),
            signature_identifier: algorithm.to_identifier(),
            content_type: Oid::DATA,
            content: None,
            attributes: Some(vec![
                content_type(Oid::DATA),
                message_digest(&digest.digest(DOCUMENT)),
                reference_v2(&certificate, Some(&certificate)),
            ]),
            as_listed: false,
            signs_sorted: false,
            message: DOCUMENT.to_vec(),
            certificates: vec![certificate.as_der().to_vec()],
            revocation: Vec::new(),
            identifier: issuer_and_serial(&certificate),
            unsigned: Vec::new(),
            signers: 1,
            value: None,
            person,
        }
    }

    pub(super) fn rsa() -> Self {
        Self::new(Person::rsa(), RSA)
    }

    /// Replaces the attribute that starts like `attribute` (its kind), or adds it.
    pub(super) fn with(mut self, attribute: Vec<u8>) -> Self {
        let kind = kind_of(&attribute);
        let list = self.attributes.as_mut().unwrap();
        match list.iter_mut().find(|known| kind_of(known) == kind) {
            Some(known) => *known = attribute,
            None => list.push(attribute),
        }
        self
    }

    pub(super) fn also(mut self, attribute: Vec<u8>) -> Self {
        self.attributes.as_mut().unwrap().push(attribute);
        self
    }

    pub(super) fn without(mut self, kind: Oid<'_>) -> Self {
        self.attributes.as_mut().unwrap().retain(|attribute| kind_of(attribute) != kind.0);
        self
    }

    pub(super) fn change(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The content as a timestamp has it, with the attributes that go with it.
    pub(super) fn timestamp(content: Vec<u8>) -> Self {
        let forge = Self::new(Person::tsa(), RSA);
        forge.with(content_type(Oid::TST_INFO)).with(message_digest(&SHA256.digest(&content))).change(|forge| {
            forge.content_type = Oid::TST_INFO;
            forge.content = Some(content);
        })
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        explicit(&|writer| {
            writer.oid(Oid::SIGNED_DATA);
            writer.constructed(Tag::context(0), |writer| writer.sequence(|writer| self.signed_data(writer)));
        })
    }

    pub(super) fn signed_data(&self, writer: &mut Writer) {
        writer.unsigned(1);
        writer.constructed(Tag::SET, |writer| writer.raw(&self.digest_identifier));
        writer.sequence(|writer| {
            writer.oid(self.content_type);
            if let Some(content) = &self.content {
                writer.constructed(Tag::context(0), |writer| writer.octet_string(content));
            }
        });
        if !self.certificates.is_empty() {
            writer.constructed(Tag::context(0), |writer| self.certificates.iter().for_each(|der| writer.raw(der)));
        }
        if !self.revocation.is_empty() {
            writer.constructed(Tag::context(1), |writer| self.revocation.iter().for_each(|der| writer.raw(der)));
        }
        let signer = self.signer_info();
        writer.constructed(Tag::SET, |writer| (0..self.signers).for_each(|_| writer.raw(&signer)));
    }

    fn signer_info(&self) -> Vec<u8> {
        let value = self.value.clone().unwrap_or_else(|| self.person.key.sign(self.algorithm, &self.to_sign()).unwrap());
        explicit(&|writer| {
            writer.unsigned(1);
            writer.raw(&self.identifier);
            writer.raw(&self.digest_identifier);
            if let Some(attributes) = self.listed(self.as_listed) {
                writer.constructed(Tag::context(0), |writer| attributes.iter().for_each(|der| writer.raw(der)));
            }
            writer.raw(&self.signature_identifier);
            writer.octet_string(&value);
            if !self.unsigned.is_empty() {
                writer.constructed(Tag::context(1), |writer| self.unsigned.iter().for_each(|der| writer.raw(der)));
            }
        })
    }

    fn to_sign(&self) -> Vec<u8> {
        let Some(attributes) = self.listed(self.as_listed && !self.signs_sorted) else { return self.message.clone() };
        Writer::build(|writer| writer.constructed(Tag::SET, |writer| attributes.iter().for_each(|der| writer.raw(der))))
    }

    fn listed(&self, as_listed: bool) -> Option<Vec<Vec<u8>>> {
        let mut attributes = self.attributes.clone()?;
        if !as_listed {
            attributes.sort();
        }
        Some(attributes)
    }

    /// The facts about this message as a detached signature of [`DOCUMENT`].
    pub(super) fn facts(&self) -> CmsFacts {
        facts(&self.to_der(), &ContentDigests::default(), DOCUMENT, &[])
    }
}

/// The facts about `message` as a signature of `document`; the digests that it asks for go into `content`.
pub(super) fn facts(message: &[u8], content: &ContentDigests, document: &[u8], extra: &[Certificate]) -> CmsFacts {
    let signed_data = SignedData::parse(message, 64).unwrap();
    let digests = signed_data.content_digests().into_iter().map(|algorithm| (algorithm, algorithm.digest(document))).collect();
    let start = document.iter().copied().take(64).collect();
    verify(&signed_data, &ContentDigests { digests, start, ..content.clone() }, extra, &Budget::default()).unwrap()
}

/// The ids of the findings, sorted.
pub(super) fn ids(facts: &CmsFacts) -> Vec<&str> {
    let mut ids: Vec<&str> = facts.findings.iter().map(crate::message::Message::id).collect();
    ids.sort_unstable();
    ids
}

fn explicit(write: &dyn Fn(&mut Writer)) -> Vec<u8> {
    Writer::build(|writer| writer.sequence(|writer| write(writer)))
}

/// The bytes of the object identifier of an attribute.
fn kind_of(attribute: &[u8]) -> Vec<u8> {
    crate::asn1::Reader::ber(attribute).sequence().unwrap().oid().unwrap().0.to_vec()
}

pub(super) fn identifier(oid: Oid<'_>) -> Vec<u8> {
    explicit(&|writer| writer.oid(oid))
}

pub(super) fn attribute(kind: Oid<'_>, values: &[Vec<u8>]) -> Vec<u8> {
    explicit(&|writer| {
        writer.oid(kind);
        writer.constructed(Tag::SET, |writer| values.iter().for_each(|value| writer.raw(value)));
    })
}

pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    Writer::build(|writer| writer.octet_string(bytes))
}

pub(super) fn content_type(oid: Oid<'_>) -> Vec<u8> {
    attribute(Oid::CONTENT_TYPE, &[Writer::build(|writer| writer.oid(oid))])
}

pub(super) fn message_digest(digest: &[u8]) -> Vec<u8> {
    attribute(Oid::MESSAGE_DIGEST, &[octets(digest)])
}

pub(super) fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    explicit(&|writer| {
        writer.raw(certificate.issuer_der());
        writer.primitive(Tag::INTEGER, certificate.serial());
    })
}

fn issuer_serial(certificate: &Certificate) -> Vec<u8> {
    explicit(&|writer| {
        writer.sequence(|writer| writer.constructed(Tag::context(4), |writer| writer.raw(certificate.issuer_der())));
        writer.primitive(Tag::INTEGER, certificate.serial());
    })
}

/// signing-certificate-v2 with the hash of one certificate, and the issuer and serial number of another.
pub(super) fn reference_v2(hashed: &Certificate, issuer: Option<&Certificate>) -> Vec<u8> {
    reference(Oid::SIGNING_CERTIFICATE_V2, None, &SHA256.digest(hashed.as_der()), issuer)
}

pub(super) fn reference(kind: Oid<'_>, algorithm: Option<Oid<'_>>, hash: &[u8], issuer: Option<&Certificate>) -> Vec<u8> {
    let entry = explicit(&|writer| {
        if let Some(oid) = algorithm {
            writer.raw(&identifier(oid));
        }
        writer.octet_string(hash);
        if let Some(certificate) = issuer {
            writer.raw(&issuer_serial(certificate));
        }
    });
    attribute(kind, &[explicit(&|writer| writer.sequence(|writer| writer.raw(&entry)))])
}

/// A TSTInfo for `document`.
pub(super) fn tst_info(document: &[u8], time: &[u8]) -> Vec<u8> {
    explicit(&|writer| {
        writer.unsigned(1);
        writer.oid(Oid::ANY_POLICY);
        writer.sequence(|writer| {
            writer.raw(&identifier(DigestAlgorithm::Sha384.oid()));
            writer.octet_string(&DigestAlgorithm::Sha384.digest(document));
        });
        writer.unsigned(7);
        writer.primitive(Tag::GENERALIZED_TIME, time);
        writer.sequence(|writer| {
            writer.unsigned(2);
            writer.primitive(Tag::context(0), &[5]);
        });
        writer.unsigned(99);
    })
}
