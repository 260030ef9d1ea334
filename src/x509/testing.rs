//! Certificates, CRLs and OCSP responses for tests, made on the spot.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::{Certificate, Crl, OcspResponse};
use crate::asn1::{Oid, Reader, Tag, Writer};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::time::{Time, Zone};

/// A name with its key and certificate.
pub(crate) struct Holder {
    pub(crate) params: CertificateParams,
    pub(crate) key: KeyPair,
    pub(crate) certificate: Certificate,
}

impl Holder {
    /// An authority, issued by `issuer` or by itself.
    pub(crate) fn authority(name: &str, issuer: Option<&Self>, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        change(&mut params);
        Self::make(params, issuer)
    }

    /// A person, issued by `issuer`.
    pub(crate) fn person(name: &str, issuer: &Self, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = params(name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        Self::make(params, Some(issuer))
    }

    fn make(params: CertificateParams, issuer: Option<&Self>) -> Self {
        let key = KeyPair::generate().unwrap();
        let made = match issuer {
            Some(issuer) => params.signed_by(&key, &Issuer::from_params(&issuer.params, &issuer.key)),
            None => params.self_signed(&key),
        };
        let certificate = Certificate::from_der(made.unwrap().der()).unwrap();
        Self { params, key, certificate }
    }

    /// Another certificate for the name and key of `self`, issued by `issuer`.
    pub(crate) fn certified_by(&self, issuer: &Self, change: impl FnOnce(&mut CertificateParams)) -> Certificate {
        let mut params = self.params.clone();
        change(&mut params);
        let made = params.signed_by(&self.key, &Issuer::from_params(&issuer.params, &issuer.key)).unwrap();
        Certificate::from_der(made.der()).unwrap()
    }

    /// A CRL of a day of 2026, good for a month, that revokes the serial numbers with their days.
    pub(crate) fn crl(&self, (month, day): (u8, u8), revoked: &[(u8, (u8, u8))]) -> Crl {
        let this_update = date_time_ymd(2026, month, day);
        let params = CertificateRevocationListParams {
            this_update,
            next_update: date_time_ymd(2026, month + 1, day),
            crl_number: SerialNumber::from(u64::from(month) * 100 + u64::from(day)),
            issuing_distribution_point: None,
            revoked_certs: revoked
                .iter()
                .map(|(serial, (month, day))| RevokedCertParams {
                    serial_number: SerialNumber::from(u64::from(*serial)),
                    revocation_time: date_time_ymd(2026, *month, *day),
                    reason_code: Some(RevocationReason::KeyCompromise),
                    invalidity_date: None,
                })
                .collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Crl::from_der(params.signed_by(&Issuer::from_params(&self.params, &self.key)).unwrap().der()).unwrap()
    }
}

/// A day of 2026.
pub(crate) fn day(month: u8, day: u8) -> Time {
    Time::parse(&format!("2026-{month:02}-{day:02}T00:00:00Z"), Zone::UTC).unwrap()
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "VN");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}

/// An extension of the identifier with these contents.
pub(crate) fn extension(oid: Oid<'_>, critical: bool, content: Vec<u8>) -> CustomExtension {
    let numbers: Vec<u64> = oid.dotted().split('.').map(|number| number.parse().unwrap()).collect();
    let mut extension = CustomExtension::from_oid_content(&numbers, content);
    extension.set_criticality(critical);
    extension
}

/// authorityInfoAccess with the address of the issuer's certificate.
pub(crate) fn issuer_address(address: &str) -> CustomExtension {
    let content = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(Oid::ACCESS_CA_ISSUERS);
                writer.primitive(Tag::context(6), address.as_bytes());
            });
        });
    });
    extension(Oid::AUTHORITY_INFORMATION_ACCESS, false, content)
}

/// The same certificate under another algorithm identifier, and with a signature value that nobody made.
pub(crate) fn resealed(certificate: &Certificate, algorithm: Oid<'_>) -> Certificate {
    let identifier = Writer::build(|writer| writer.sequence(|writer| writer.oid(algorithm)));
    let (signed, _) = certificate.signed_part();
    let mut fields = Reader::der(signed).sequence().unwrap();
    let signed = Writer::build(|writer| {
        writer.sequence(|writer| {
            let mut replaced = false;
            while !fields.is_empty() {
                let field = fields.read().unwrap();
                let is_algorithm = !replaced && field.tag == Tag::SEQUENCE;
                replaced |= is_algorithm;
                writer.raw(if is_algorithm { &identifier } else { field.raw });
            }
        });
    });
    Certificate::from_der(&sealed(&signed, &identifier)).unwrap()
}

/// `SIGNED { … }` with a signature value that nobody made.
pub(crate) fn sealed(signed: &[u8], algorithm: &[u8]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(signed);
            writer.raw(algorithm);
            writer.primitive(Tag::BIT_STRING, &[&[0][..], &[7; 64][..]].concat());
        });
    })
}

/// What an OCSP response of a test says, and how.
pub(crate) struct Answered<'a> {
    /// For whom, and by whose name and key it says the certificate was issued.
    pub(crate) about: (&'a Certificate, &'a Certificate),
    /// When the certificate was revoked, or that it is good; `None` for unknown.
    pub(crate) status: Option<Option<Time>>,
    pub(crate) this_update: Time,
    pub(crate) next_update: Option<Time>,
    pub(crate) beside: &'a [&'a Certificate],
    /// Extensions of the response and of the answer, encoded.
    pub(crate) extensions: [Vec<Vec<u8>>; 2],
}

impl<'a> Answered<'a> {
    /// Good, good for a month.
    pub(crate) fn good(about: (&'a Certificate, &'a Certificate), (month, date): (u8, u8)) -> Self {
        let next_update = Some(day(month + 1, date));
        Self { about, status: Some(None), this_update: day(month, date), next_update, beside: &[], extensions: [Vec::new(), Vec::new()] }
    }
}

impl Holder {
    /// An OCSP response signed by `self`.
    pub(crate) fn response(&self, answered: &Answered<'_>) -> OcspResponse {
        OcspResponse::from_der(&self.response_der(answered)).unwrap()
    }

    pub(crate) fn response_der(&self, answered: &Answered<'_>) -> Vec<u8> {
        let data = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.constructed(Tag::context(1), |writer| writer.raw(self.certificate.subject().as_der()));
                writer.primitive(Tag::GENERALIZED_TIME, generalized(answered.this_update).as_bytes());
                writer.sequence(|writer| writer.sequence(|writer| answered.write(writer)));
                extensions(writer, &answered.extensions[0]);
            });
        });
        let value = rcgen::SigningKey::sign(&self.key, &data).unwrap();
        let basic = Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.raw(&data);
                writer.raw(&SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha256 }.to_identifier());
                writer.primitive(Tag::BIT_STRING, &[&[0][..], &value].concat());
                if !answered.beside.is_empty() {
                    writer.constructed(Tag::context(0), |writer| {
                        writer.sequence(|writer| answered.beside.iter().for_each(|certificate| writer.raw(certificate.as_der())));
                    });
                }
            });
        });
        Writer::build(|writer| {
            writer.sequence(|writer| {
                writer.primitive(Tag::ENUMERATED, &[0]);
                writer.constructed(Tag::context(0), |writer| {
                    writer.sequence(|writer| {
                        writer.oid(Oid::OCSP_BASIC);
                        writer.octet_string(&basic);
                    });
                });
            });
        })
    }
}

impl Answered<'_> {
    /// The fields of SingleResponse.
    fn write(&self, writer: &mut Writer) {
        let (certificate, issuer) = self.about;
        writer.sequence(|writer| {
            writer.sequence(|writer| writer.oid(DigestAlgorithm::Sha1.oid()));
            writer.octet_string(&DigestAlgorithm::Sha1.digest(issuer.subject().as_der()));
            writer.octet_string(&DigestAlgorithm::Sha1.digest(issuer.public_key().key_bits()));
            writer.primitive(Tag::INTEGER, certificate.serial());
        });
        match self.status {
            Some(None) => writer.primitive(Tag::context(0), &[]),
            Some(Some(at)) => writer.constructed(Tag::context(1), |writer| {
                writer.primitive(Tag::GENERALIZED_TIME, generalized(at).as_bytes());
                writer.constructed(Tag::context(0), |writer| writer.primitive(Tag::ENUMERATED, &[1]));
            }),
            None => writer.primitive(Tag::context(2), &[]),
        }
        writer.primitive(Tag::GENERALIZED_TIME, generalized(self.this_update).as_bytes());
        if let Some(next) = self.next_update {
            writer.constructed(Tag::context(0), |writer| writer.primitive(Tag::GENERALIZED_TIME, generalized(next).as_bytes()));
        }
        extensions(writer, &self.extensions[1]);
    }
}

fn extensions(writer: &mut Writer, list: &[Vec<u8>]) {
    if !list.is_empty() {
        writer.constructed(Tag::context(1), |writer| writer.sequence(|writer| list.iter().for_each(|one| writer.raw(one))));
    }
}

/// An encoded extension of a response or an answer.
pub(crate) fn encoded_extension(oid: Oid<'_>, critical: bool, content: &[u8]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(oid);
            if critical {
                writer.primitive(Tag::BOOLEAN, &[0xFF]);
            }
            writer.octet_string(content);
        });
    })
}

pub(crate) fn generalized(time: Time) -> String {
    let civil = time.civil(Zone::UTC);
    format!("{:04}{:02}{:02}{:02}{:02}{:02}Z", civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second)
}
