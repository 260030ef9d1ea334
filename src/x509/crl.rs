//! Certificate revocation lists (RFC 5280 5).

#![warn(clippy::arithmetic_side_effects)]

use std::sync::Arc;

use super::certificate::Frame;
use super::extension::{authority_key_identifier, bits, general_names, only, only_sequence};
use super::{DistributionPoint, GeneralName, Name, ReasonFlags};
use crate::asn1::{Asn1Error, Asn1ErrorKind, Element, Oid, Reader, Tag};
use crate::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, VerifyError};
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::time::Time;

/// A CRL; cheap to clone. Its entries stay bytes: eight bytes each are kept to find them.
#[derive(Clone)]
pub(crate) struct Crl(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    sha256: [u8; 32],
    frame: Frame,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    entries: Entries,
    extensions: CrlExtensions,
}

/// Where the entries are.
#[derive(Default)]
struct Entries {
    /// Hash of the serial number and offset of the entry, sorted.
    index: Vec<(u32, u32)>,
    /// Offsets from which on entries belong to another issuer than that of the list (RFC 5280 5.3.3), ascending.
    issuers: Vec<(u32, Vec<GeneralName>)>,
    /// An entry has a critical extension that nothing here processes.
    unknown_critical: bool,
}

#[derive(Default)]
struct CrlExtensions {
    number: Option<Vec<u8>>,
    base_number: Option<Vec<u8>>,
    authority_key_identifier: Option<Vec<u8>>,
    /// The contents of IssuingDistributionPoint.
    scope: Option<Vec<u8>>,
    point: Option<DistributionPoint>,
    reasons: Option<ReasonFlags>,
    only: (bool, bool, bool),
    indirect: bool,
    expired_since: Option<Time>,
    /// Where the certificate of the signer may be had (5.2.7).
    issuer_urls: Vec<String>,
    unknown_critical: bool,
}

/// One entry of a CRL.
#[derive(Clone, Debug)]
pub(crate) struct RevokedCertificate {
    pub(crate) at: Time,
    /// The number of CRLReason; 0 where the entry gives none.
    pub(crate) reason: u8,
    pub(crate) invalidity_date: Option<Time>,
}

impl Crl {
    /// Reads a DER CRL.
    pub(crate) fn from_der(der: &[u8]) -> crate::Result<Self> {
        let malformed = || Error::new(ErrorKind::Format, Message::new(id::REVOCATION_CRL_MALFORMED));
        let read = || -> Result<Inner, Asn1Error> {
            let frame = Frame::read(der)?;
            let sha256 = DigestAlgorithm::Sha256.digest(der).try_into().unwrap_or_default();
            let mut reader = Reader::der(der);
            let signed = reader.sequence()?.expect(Tag::SEQUENCE)?;
            let mut fields = signed.children()?;
            let version = fields.optional(Tag::INTEGER)?;
            if version.is_some_and(|version| version.content != [1]) {
                return Err(fields.error(Asn1ErrorKind::BadValue));
            }
            fields.expect(Tag::SEQUENCE)?;
            let issuer = fields.expect(Tag::SEQUENCE)?;
            let issuer = Name::parse(issuer.raw).ok_or_else(|| issuer.error(Asn1ErrorKind::BadValue))?;
            let this_update = fields.read()?.time()?;
            let next = matches!(fields.peek(), Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME));
            let next_update = if next { Some(fields.read()?.time()?) } else { None };
            let entries = fields.optional(Tag::SEQUENCE)?.map(|list| Entries::read(&list)).transpose()?.unwrap_or_default();
            let extensions = fields.optional(Tag::context(0))?;
            fields.finish()?;
            if extensions.is_some() && version.is_none() {
                return Err(fields.error(Asn1ErrorKind::BadValue));
            }
            let mut extensions = extensions.map(|list| CrlExtensions::read(&list)).transpose()?.unwrap_or_default();
            // RFC 5280 5.3.3: entries of other issuers are in indirect lists alone.
            extensions.unknown_critical |= !extensions.indirect && !entries.issuers.is_empty();
            Ok(Inner { der: der.into(), sha256, frame, issuer, this_update, next_update, entries, extensions })
        };
        read().map(|inner| Self(Arc::new(inner))).map_err(|error| malformed().at(error.offset).because(error))
    }

    /// The bytes as they were read.
    pub(crate) fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    pub(crate) fn sha256(&self) -> [u8; 32] {
        self.0.sha256
    }

    pub(crate) fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    pub(crate) fn this_update(&self) -> Time {
        self.0.this_update
    }

    pub(crate) fn next_update(&self) -> Option<Time> {
        self.0.next_update
    }

    /// The contents of the INTEGER of cRLNumber.
    pub(crate) fn number(&self) -> Option<&[u8]> {
        self.0.extensions.number.as_deref()
    }

    /// The contents of the INTEGER of deltaCRLIndicator: the number of the list that this one continues.
    pub(crate) fn base_number(&self) -> Option<&[u8]> {
        self.0.extensions.base_number.as_deref()
    }

    pub(crate) fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.0.extensions.authority_key_identifier.as_deref()
    }

    /// Where the certificate of its signer may be had.
    pub(crate) fn issuer_urls(&self) -> &[String] {
        &self.0.extensions.issuer_urls
    }

    pub(crate) fn is_delta(&self) -> bool {
        self.0.extensions.base_number.is_some()
    }

    pub(crate) fn is_indirect(&self) -> bool {
        self.0.extensions.indirect
    }

    /// The date since which revoked certificates stay in the list after they expired (expiredCertsOnCRL, X.509 9.5.2.8).
    pub(crate) fn keeps_expired_since(&self) -> Option<Time> {
        self.0.extensions.expired_since
    }

    /// The distribution point of IssuingDistributionPoint, its onlyContains… flags as (user, authority, attribute).
    pub(crate) fn scope(&self) -> (Option<&DistributionPoint>, Option<ReasonFlags>, (bool, bool, bool)) {
        let extensions = &self.0.extensions;
        (extensions.point.as_ref(), extensions.reasons, extensions.only)
    }

    /// The contents of IssuingDistributionPoint as encoded: lists of one issuer with the same contents replace each other.
    pub(crate) fn scope_der(&self) -> Option<&[u8]> {
        self.0.extensions.scope.as_deref()
    }

    /// Whether it has a critical extension that nothing here processes, or a malformed one.
    pub(crate) fn has_unknown_critical(&self) -> bool {
        self.0.extensions.unknown_critical || self.0.entries.unknown_critical
    }

    /// The algorithm of the signature, where it is known.
    pub(crate) fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.0.frame.algorithm(&self.0.der)
    }

    /// The entry for `serial` of a certificate issued by `issuer`.
    pub(crate) fn entry(&self, issuer: &Name, serial: &[u8]) -> Option<RevokedCertificate> {
        let Inner { der, entries, .. } = &*self.0;
        let wanted = hash(serial);
        let first = entries.index.partition_point(|entry| entry.0 < wanted);
        for (_, offset) in entries.index.get(first..)?.iter().take_while(|entry| entry.0 == wanted) {
            let Some(entry) = usize::try_from(*offset).ok().and_then(|offset| der.get(offset..)) else { continue };
            let Ok(entry) = Reader::der(entry).read().and_then(|element| Entry::read(&element)) else { continue };
            if minimal(entry.serial) == minimal(serial) && self.entry_issuer_matches(*offset, issuer) {
                return Some(entry.revoked);
            }
        }
        None
    }

    fn entry_issuer_matches(&self, offset: u32, issuer: &Name) -> bool {
        let issuers = &self.0.entries.issuers;
        let index = issuers.partition_point(|entry| entry.0 <= offset).checked_sub(1);
        match index.and_then(|index| issuers.get(index)) {
            Some((_, names)) => names.iter().any(|name| matches!(name, GeneralName::Directory(name) if name.matches(issuer))),
            None => self.issuer().matches(issuer),
        }
    }

    pub(crate) fn is_signed_by(&self, issuer: &PublicKey) -> Result<(), VerifyError> {
        self.0.frame.verify(&self.0.der, issuer)
    }
}

impl std::fmt::Debug for Crl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Crl({} {})", self.issuer(), self.this_update())
    }
}

/// What is read of one entry.
struct Entry<'a> {
    serial: &'a [u8],
    revoked: RevokedCertificate,
    issuer: Option<Vec<GeneralName>>,
    unknown_critical: bool,
}

impl Entries {
    /// Goes through all entries once. A list with a malformed one is refused: what it would say is unknown.
    fn read(list: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut out = Self::default();
        let mut reader = list.children()?;
        while !reader.is_empty() {
            let element = reader.read()?;
            let entry = Entry::read(&element)?;
            let offset = u32::try_from(element.offset).map_err(|_| element.error(Asn1ErrorKind::BadValue))?;
            out.index.push((hash(entry.serial), offset));
            out.unknown_critical |= entry.unknown_critical;
            if let Some(issuer) = entry.issuer {
                out.issuers.push((offset, issuer));
            }
        }
        out.index.sort_unstable();
        out.index.shrink_to_fit();
        Ok(out)
    }
}

impl<'a> Entry<'a> {
    fn read(element: &Element<'a>) -> Result<Self, Asn1Error> {
        if element.tag != Tag::SEQUENCE {
            return Err(element.error(Asn1ErrorKind::UnexpectedTag));
        }
        let mut fields = element.children()?;
        let serial = fields.expect(Tag::INTEGER)?.integer()?;
        let at = fields.read()?.time()?;
        let mut entry =
            Self { serial, revoked: RevokedCertificate { at, reason: 0, invalidity_date: None }, issuer: None, unknown_critical: false };
        if let Some(extensions) = fields.optional(Tag::SEQUENCE)? {
            for_each_extension(&extensions, |oid, critical, value| entry.read_extension(oid, critical, value))?;
        }
        fields.finish()?;
        Ok(entry)
    }

    fn read_extension(&mut self, oid: Oid<'_>, critical: bool, value: &[u8]) -> Result<(), Asn1Error> {
        match oid {
            Oid::REASON_CODE => {
                let reason = only(value, Tag::ENUMERATED)?;
                self.revoked.reason = reason.unsigned()?.try_into().map_err(|_| reason.error(Asn1ErrorKind::BadValue))?;
            }
            Oid::INVALIDITY_DATE => self.revoked.invalidity_date = Some(only(value, Tag::GENERALIZED_TIME)?.time()?),
            Oid::CERTIFICATE_ISSUER => self.issuer = Some(general_names(&mut only_sequence(value)?)?),
            _ => self.unknown_critical |= critical,
        }
        Ok(())
    }
}

impl CrlExtensions {
    fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut out = Self::default();
        for_each_extension(&element.inner()?, |oid, critical, value| {
            if out.read_extension(oid, critical, value).is_err() {
                out.unknown_critical = true;
            }
            Ok(())
        })?;
        Ok(out)
    }

    fn read_extension(&mut self, oid: Oid<'_>, critical: bool, value: &[u8]) -> Result<(), Asn1Error> {
        match oid {
            // RFC 5280 5.2.1, 5.2.3: never critical.
            Oid::AUTHORITY_KEY_IDENTIFIER | Oid::CRL_NUMBER if critical => self.unknown_critical = true,
            Oid::AUTHORITY_KEY_IDENTIFIER => self.authority_key_identifier = authority_key_identifier(value)?,
            Oid::CRL_NUMBER => self.number = Some(only(value, Tag::INTEGER)?.integer()?.to_vec()),
            Oid::DELTA_CRL_INDICATOR => self.base_number = Some(only(value, Tag::INTEGER)?.integer()?.to_vec()),
            Oid::EXPIRED_CERTIFICATES_ON_CRL => self.expired_since = Some(only(value, Tag::GENERALIZED_TIME)?.time()?),
            Oid::ISSUING_DISTRIBUTION_POINT => self.read_issuing_distribution_point(value)?,
            Oid::AUTHORITY_INFORMATION_ACCESS if critical => self.unknown_critical = true,
            Oid::AUTHORITY_INFORMATION_ACCESS => {
                let mut access = super::Extensions::default();
                access.read_access(value, critical)?;
                self.issuer_urls = access.issuer_urls;
            }
            // Where deltas are; the list stands without them.
            Oid::FRESHEST_CRL => {}
            _ => self.unknown_critical |= critical,
        }
        Ok(())
    }

    fn read_issuing_distribution_point(&mut self, value: &[u8]) -> Result<(), Asn1Error> {
        self.scope = Some(value.to_vec());
        let mut fields = only_sequence(value)?;
        if let Some(name) = fields.optional(Tag::context(0))? {
            let mut point = DistributionPoint::default();
            point.read_name(&name)?;
            self.point = Some(point);
        }
        let flag = |fields: &mut Reader<'_>, tag| fields.optional(Tag::context(tag))?.map_or(Ok(false), |flag| flag.boolean());
        let user = flag(&mut fields, 1)?;
        let authority = flag(&mut fields, 2)?;
        self.reasons = fields.optional(Tag::context(3))?.map(|reasons| bits(&reasons).map(ReasonFlags)).transpose()?;
        self.indirect = flag(&mut fields, 4)?;
        self.only = (user, authority, flag(&mut fields, 5)?);
        fields.finish()
    }
}

pub(super) fn for_each_extension<'a>(
    list: &Element<'a>,
    mut each: impl FnMut(Oid<'a>, bool, &'a [u8]) -> Result<(), Asn1Error>,
) -> Result<(), Asn1Error> {
    let mut reader = list.children()?;
    let mut seen = Vec::new();
    while !reader.is_empty() {
        let mut fields = reader.sequence()?;
        let oid = fields.oid()?;
        let critical = fields.optional(Tag::BOOLEAN)?.map_or(Ok(false), |flag| flag.boolean())?;
        let value = fields.expect(Tag::OCTET_STRING)?;
        fields.finish()?;
        // RFC 5280 4.2, 5.2: no extension twice. Real lists have a handful.
        if seen.contains(&oid) || seen.len() >= MAX_EXTENSIONS {
            return Err(fields.error(Asn1ErrorKind::BadValue));
        }
        seen.push(oid);
        each(oid, critical, value.content)?;
    }
    Ok(())
}

const MAX_EXTENSIONS: usize = 64;

/// The shortest form of a two's complement number.
pub(super) fn minimal(mut integer: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = integer
        && rest.first().is_some_and(|next| next & 0x80 == 0)
    {
        integer = rest;
    }
    integer
}

/// FNV-1a of the shortest form. Whoever makes serial numbers collide makes look-ups as slow as reading the list once.
fn hash(serial: &[u8]) -> u32 {
    minimal(serial).iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
