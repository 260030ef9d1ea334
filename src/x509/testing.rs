//! Certificates and CRLs for tests, made on the spot.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::{Certificate, Crl};
use crate::asn1::{Oid, Reader, Tag, Writer};
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
