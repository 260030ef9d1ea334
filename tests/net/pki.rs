//! Authorities, a signer, lists, responses and letters, made for the addresses of one test.

use std::path::Path;

use kyso::{Document, PemKey, SignOptions, TrustStore};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint, CustomExtension, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SerialNumber,
    SigningKey as _, date_time_ymd,
};
use sha1::Digest as _;
use time::{Duration, OffsetDateTime};

/// The serial number of the signer.
pub(crate) const SIGNER: u64 = 0x1234;
const SUB: u64 = 0x77;

/// The addresses that certificates name; empty for none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    pub(crate) lists: Vec<String>,
    pub(crate) responders: Vec<String>,
    pub(crate) issuers: Vec<String>,
}

/// Somebody with a key.
pub(crate) struct Holder {
    params: CertificateParams,
    pub(crate) key: KeyPair,
    pub(crate) der: Vec<u8>,
}

/// A root, an authority below it, and a signer.
pub(crate) struct Pki {
    pub(crate) root: Holder,
    pub(crate) sub: Holder,
    pub(crate) signer: Holder,
}

impl Pki {
    /// Signer and authority name `signer` and `sub`.
    pub(crate) fn new(signer: &Addresses, sub: &Addresses) -> Self {
        let root = Holder::new("Root", 1, None, authority);
        let sub = Holder::new("Sub", SUB, Some(&root), |params| {
            authority(params);
            name(params, sub);
        });
        let signer = Holder::new("Nguyễn Văn A", SIGNER, Some(&sub), |params| {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
            name(params, signer);
        });
        Self { root, sub, signer }
    }

    /// A responder of the sub authority.
    pub(crate) fn responder(&self) -> Holder {
        Holder::new("Responder", 0x99, Some(&self.sub), |params| {
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
            params.custom_extensions.push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 5], vec![5, 0]));
        })
    }

    pub(crate) fn trust(&self) -> TrustStore {
        let mut trust = TrustStore::new();
        trust.add_bytes(&self.root.der).unwrap();
        trust
    }

    /// A letter that the signer signed, with these certificates in the signature beside his own.
    pub(crate) fn letter(&self, with: &[&Holder]) -> Vec<u8> {
        let mut certificates = pem("CERTIFICATE", &self.signer.der);
        with.iter().for_each(|holder| certificates.push_str(&pem("CERTIFICATE", &holder.der)));
        let key = PemKey::from_bytes(self.signer.key.serialize_pem().as_bytes(), None, certificates.as_bytes()).unwrap();
        let blank = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pdf/unsigned/doc.pdf");
        SignOptions::new().sign(&Document::open(blank).unwrap(), &key).unwrap().to_bytes()
    }

    /// The list of the root, on which nobody is.
    pub(crate) fn root_list(&self) -> Vec<u8> {
        self.root.list(&[], Age::Current)
    }
}

/// When something was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Current,
    /// Made a month ago, for a week.
    Old,
}

impl Age {
    fn times(self) -> (OffsetDateTime, OffsetDateTime) {
        let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap();
        match self {
            Self::Current => (now - Duration::hours(1), now + Duration::days(7)),
            Self::Old => (now - Duration::days(30), now - Duration::days(23)),
        }
    }
}

impl Holder {
    pub(crate) fn new(common_name: &str, serial: u64, issuer: Option<&Self>, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.not_before = date_time_ymd(2025, 1, 1);
        params.not_after = date_time_ymd(2060, 1, 1);
        params.serial_number = Some(SerialNumber::from(serial));
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let made = match issuer {
            Some(issuer) => params.signed_by(&key, &Issuer::from_params(&issuer.params, &issuer.key)),
            None => params.self_signed(&key),
        };
        let der = made.unwrap().der().to_vec();
        Self { params, key, der }
    }

    /// A list with these serial numbers, revoked two hours ago.
    pub(crate) fn list(&self, revoked: &[u64], age: Age) -> Vec<u8> {
        let (this_update, next_update) = age.times();
        let entry = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: this_update - Duration::hours(1),
            reason_code: Some(RevocationReason::KeyCompromise),
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update,
            next_update,
            crl_number: SerialNumber::from(7_u64),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&Issuer::from_params(&self.params, &self.key)).unwrap().der().to_vec()
    }
}

/// What a response says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Good,
    Revoked,
}

/// How a response is made.
pub(crate) struct Answer<'a> {
    pub(crate) by: &'a Holder,
    /// Goes along where the responder is not the issuer.
    pub(crate) with_certificate: bool,
    pub(crate) status: Status,
    pub(crate) age: Age,
    pub(crate) nonce: Nonce,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nonce {
    Absent,
    Echoed,
    /// Of another request.
    Other,
}

impl<'a> Answer<'a> {
    pub(crate) fn good(by: &'a Holder) -> Self {
        Self { by, with_certificate: false, status: Status::Good, age: Age::Current, nonce: Nonce::Echoed }
    }

    /// The OCSPResponse (RFC 6960 4.2.1) to `request`.
    pub(crate) fn to(&self, request: &[u8]) -> Vec<u8> {
        let (this_update, next_update) = self.age.times();
        let status = match self.status {
            Status::Good => tlv(0x80, &[]),
            Status::Revoked => tlv(0xA1, &[tlv(0x18, &time(this_update - Duration::hours(1))), tlv(0xA0, &tlv(0x0A, &[1]))].concat()),
        };
        let answer = tlv(
            0x30,
            &[certificate_id(request), status, tlv(0x18, &time(this_update)), tlv(0xA0, &tlv(0x18, &time(next_update)))].concat(),
        );
        let responder = tlv(0xA2, &tlv(0x04, &sha1::Sha1::digest(self.by.key.public_key_raw())));
        let extension = |nonce: &[u8]| {
            let value = tlv(0x04, &tlv(0x04, nonce));
            tlv(0xA1, &tlv(0x30, &tlv(0x30, &[tlv(0x06, NONCE), value].concat())))
        };
        let extensions = match self.nonce {
            Nonce::Absent => Vec::new(),
            Nonce::Echoed => extension(nonce(request)),
            Nonce::Other => extension(&[7; 32]),
        };
        let data = tlv(0x30, &[responder, tlv(0x18, &time(this_update)), tlv(0x30, &answer), extensions].concat());
        let value = self.by.key.sign(&data).unwrap();
        let certificates = if self.with_certificate { tlv(0xA0, &tlv(0x30, &self.by.der)) } else { Vec::new() };
        let basic = tlv(0x30, &[data, tlv(0x30, &tlv(0x06, ECDSA_SHA256)), tlv(0x03, &[&[0], &value[..]].concat()), certificates].concat());
        let bytes = tlv(0x30, &[tlv(0x06, OCSP_BASIC), tlv(0x04, &basic)].concat());
        tlv(0x30, &[tlv(0x0A, &[0]), tlv(0xA0, &bytes)].concat())
    }
}

/// An OCSPResponse that says tryLater.
pub(crate) fn try_later() -> Vec<u8> {
    tlv(0x30, &tlv(0x0A, &[3]))
}

/// A request about another certificate of the same issuer: the last byte of its serial number is another.
pub(crate) fn about_another(request: &[u8]) -> Vec<u8> {
    let id = certificate_id(request);
    let start = request.windows(id.len()).position(|window| window == id).unwrap();
    let mut other = request.to_vec();
    other[start + id.len() - 1] ^= 1;
    other
}

/// PKCS#7 with certificates alone (RFC 5652 5.1, degenerate).
pub(crate) fn bundle(certificates: &[&[u8]]) -> Vec<u8> {
    let data = tlv(0x30, &tlv(0x06, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1]));
    let signed = tlv(0x30, &[tlv(0x02, &[1]), tlv(0x31, &[]), data, tlv(0xA0, &certificates.concat()), tlv(0x31, &[])].concat());
    tlv(0x30, &[tlv(0x06, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2]), tlv(0xA0, &signed)].concat())
}

pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn authority(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
}

/// Writes the addresses into the certificate.
fn name(params: &mut CertificateParams, addresses: &Addresses) {
    params.crl_distribution_points = addresses.lists.iter().map(|address| CrlDistributionPoint { uris: vec![address.clone()] }).collect();
    let access = |method: u8, address: &String| {
        tlv(0x30, &[tlv(0x06, &[0x2B, 6, 1, 5, 5, 7, 0x30, method]), tlv(0x86, address.as_bytes())].concat())
    };
    let responders = addresses.responders.iter().map(|address| access(1, address));
    let all: Vec<Vec<u8>> = responders.chain(addresses.issuers.iter().map(|address| access(2, address))).collect();
    if !all.is_empty() {
        let content = tlv(0x30, &all.concat());
        params.custom_extensions.push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], content));
    }
}

/// The CertID of an OCSPRequest: four levels down, the first element.
fn certificate_id(request: &[u8]) -> Vec<u8> {
    let inside = (0..4).fold(request, |bytes, _| split(bytes).1);
    split(inside).0.to_vec()
}

/// The nonce of an OCSPRequest.
fn nonce(request: &[u8]) -> &[u8] {
    let oid = tlv(0x06, NONCE);
    let at = request.windows(oid.len()).position(|window| window == oid).unwrap() + oid.len();
    split(split(&request[at..]).1).1
}

/// The first element with its head, and its contents.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (head, length) = match bytes[1] {
        short @ 0..=0x7F => (2, usize::from(short)),
        0x81 => (3, usize::from(bytes[2])),
        0x82 => (4, usize::from(bytes[2]) * 256 + usize::from(bytes[3])),
        _ => panic!("a length that no request has"),
    };
    (&bytes[..head + length], &bytes[head..head + length])
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..=0x7F => vec![tag, u8::try_from(length).unwrap()],
        0x80..=0xFF => vec![tag, 0x81, u8::try_from(length).unwrap()],
        _ => vec![tag, 0x82, u8::try_from(length / 256).unwrap(), u8::try_from(length % 256).unwrap()],
    };
    [&head, content].concat()
}

fn time(time: OffsetDateTime) -> Vec<u8> {
    let (date, clock) = (time.date(), time.time());
    let month = u8::from(date.month());
    format!("{:04}{month:02}{:02}{:02}{:02}{:02}Z", date.year(), date.day(), clock.hour(), clock.minute(), clock.second()).into_bytes()
}

const NONCE: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 2];
const OCSP_BASIC: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 0x30, 1, 1];
const ECDSA_SHA256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];
