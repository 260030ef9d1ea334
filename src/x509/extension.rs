//! Certificate extensions (RFC 5280 4.2).
//!
//! Owned, plain data. An extension that is present but malformed is kept in `malformed`; path validation then refuses the certificate.

#![warn(clippy::arithmetic_side_effects)]

use std::collections::HashSet;

use super::Name;
use crate::asn1::{Asn1Error, Asn1ErrorKind, Class, Element, Oid, Reader, Tag};

/// The extensions that kyso knows, and the identifiers of the critical ones that it does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) key_usage: Option<KeyUsage>,
    /// Dotted identifiers.
    pub(crate) extended_key_usage: Option<Vec<String>>,
    pub(crate) extended_key_usage_critical: bool,
    pub(crate) subject_key_identifier: Option<Vec<u8>>,
    pub(crate) authority_key_identifier: Option<Vec<u8>>,
    pub(crate) subject_alternative_names: Vec<GeneralName>,
    pub(crate) name_constraints: Option<NameConstraints>,
    pub(crate) policies: Option<Vec<PolicyInformation>>,
    /// Pairs of issuerDomainPolicy and subjectDomainPolicy, dotted.
    pub(crate) policy_mappings: Vec<(String, String)>,
    pub(crate) policy_constraints: Option<PolicyConstraints>,
    pub(crate) inhibit_any_policy: Option<u32>,
    pub(crate) crl_distribution_points: Vec<DistributionPoint>,
    pub(crate) freshest_crl: Vec<DistributionPoint>,
    pub(crate) ocsp_urls: Vec<String>,
    pub(crate) issuer_urls: Vec<String>,
    pub(crate) ocsp_no_check: bool,
    /// Dotted identifiers of critical extensions that nothing here processes, or that RFC 5280 never has critical.
    pub(crate) unknown_critical: Vec<String>,
    /// Dotted identifiers of extensions that are malformed.
    pub(crate) malformed: Vec<String>,
    /// Dotted identifiers of extensions that occur twice.
    pub(crate) duplicate: Vec<String>,
}

type Decoder = fn(&mut Extensions, &[u8], bool) -> Result<(), Asn1Error>;

/// Extensions that path validation does not act on, so that a critical one asks for something that is not done here. RFC 5280 4.2.1.1,
/// 4.2.1.2, 4.2.1.15 and 4.2.2.1 forbid to mark them critical.
const NEVER_CRITICAL: &[Oid<'static>] =
    &[Oid::AUTHORITY_INFORMATION_ACCESS, Oid::AUTHORITY_KEY_IDENTIFIER, Oid::FRESHEST_CRL, Oid::SUBJECT_KEY_IDENTIFIER];

/// The extensions that are processed.
const DECODERS: &[(Oid<'static>, Decoder)] = &[
    (Oid::AUTHORITY_INFORMATION_ACCESS, Extensions::read_access),
    (Oid::AUTHORITY_KEY_IDENTIFIER, Extensions::read_authority_key_identifier),
    (Oid::BASIC_CONSTRAINTS, Extensions::read_basic_constraints),
    (Oid::CERTIFICATE_POLICIES, Extensions::read_policies),
    (Oid::CRL_DISTRIBUTION_POINTS, Extensions::read_crl_distribution_points),
    (Oid::EXTENDED_KEY_USAGE, Extensions::read_extended_key_usage),
    (Oid::FRESHEST_CRL, Extensions::read_freshest_crl),
    (Oid::INHIBIT_ANY_POLICY, Extensions::read_inhibit_any_policy),
    (Oid::KEY_USAGE, Extensions::read_key_usage),
    (Oid::NAME_CONSTRAINTS, Extensions::read_name_constraints),
    (Oid::OCSP_NO_CHECK, Extensions::read_ocsp_no_check),
    (Oid::POLICY_CONSTRAINTS, Extensions::read_policy_constraints),
    (Oid::POLICY_MAPPINGS, Extensions::read_policy_mappings),
    (Oid::SUBJECT_ALTERNATIVE_NAME, Extensions::read_subject_alternative_name),
    (Oid::SUBJECT_KEY_IDENTIFIER, Extensions::read_subject_key_identifier),
];

impl Extensions {
    /// Reads identifier, criticality and contents of each extension.
    pub(super) fn read<'a>(extensions: impl Iterator<Item = (&'a [u8], bool, &'a [u8])>) -> Self {
        let mut out = Self::default();
        let mut seen = HashSet::new();
        for (oid, critical, value) in extensions {
            let oid = Oid(oid);
            if !seen.insert(oid) {
                out.duplicate.push(oid.dotted());
                continue;
            }
            if critical && NEVER_CRITICAL.contains(&oid) {
                out.unknown_critical.push(oid.dotted());
            }
            let decoder = DECODERS.iter().find(|row| row.0 == oid).map(|row| row.1);
            match decoder {
                Some(decode) if decode(&mut out, value, critical).is_err() => out.malformed.push(oid.dotted()),
                None if critical => out.unknown_critical.push(oid.dotted()),
                Some(_) | None => {}
            }
        }
        out
    }

    fn read_basic_constraints(&mut self, value: &[u8], critical: bool) -> Result<(), Asn1Error> {
        let mut fields = only_sequence(value)?;
        let authority = fields.optional(Tag::BOOLEAN)?.map_or(Ok(false), |flag| flag.boolean())?;
        let path_length = fields.optional(Tag::INTEGER)?.map(|length| skip_certificates(&length)).transpose()?;
        fields.finish()?;
        self.basic_constraints = Some(BasicConstraints { authority, path_length, critical });
        Ok(())
    }

    fn read_key_usage(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        let bits = bits(&only(value, Tag::BIT_STRING)?)?;
        let bit = |number: u32| bits & (1 << number) != 0;
        self.key_usage = Some(KeyUsage { digital_signature: bit(0), non_repudiation: bit(1), certificate_sign: bit(5), crl_sign: bit(6) });
        Ok(())
    }

    fn read_extended_key_usage(&mut self, value: &[u8], critical: bool) -> Result<(), Asn1Error> {
        let mut purposes = only_sequence(value)?;
        let mut out = Vec::new();
        while !purposes.is_empty() {
            out.push(purposes.oid()?.dotted());
        }
        if out.is_empty() {
            // RFC 5280 4.2.1.12: one or more purposes.
            return Err(purposes.error(Asn1ErrorKind::BadValue));
        }
        self.extended_key_usage_critical = critical;
        self.extended_key_usage = Some(out);
        Ok(())
    }

    fn read_subject_key_identifier(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        self.subject_key_identifier = Some(only(value, Tag::OCTET_STRING)?.octets()?.into_owned());
        Ok(())
    }

    fn read_authority_key_identifier(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        self.authority_key_identifier = authority_key_identifier(value)?;
        Ok(())
    }

    fn read_subject_alternative_name(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        self.subject_alternative_names = general_names(&mut only_sequence(value)?)?;
        Ok(())
    }

    fn read_name_constraints(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        let mut fields = only_sequence(value)?;
        let permitted = fields.optional(Tag::context(0))?;
        let excluded = fields.optional(Tag::context(1))?;
        fields.finish()?;
        if permitted.is_none() && excluded.is_none() {
            // RFC 5280 4.2.1.10: a certificate must not carry an empty sequence.
            return Err(fields.error(Asn1ErrorKind::BadValue));
        }
        let subtrees = |list: Option<Element<'_>>| list.map_or_else(|| Ok(Vec::new()), |list| subtrees(&list));
        self.name_constraints = Some(NameConstraints { permitted: subtrees(permitted)?, excluded: subtrees(excluded)? });
        Ok(())
    }

    fn read_policies(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        let mut list = only_sequence(value)?;
        let mut out = Vec::new();
        let mut seen = HashSet::new();
        while !list.is_empty() {
            let mut information = list.sequence()?;
            let identifier = information.oid()?;
            information.optional(Tag::SEQUENCE)?;
            information.finish()?;
            if seen.insert(identifier) {
                out.push(PolicyInformation { identifier: identifier.dotted() });
            }
        }
        self.policies = Some(out);
        Ok(())
    }

    fn read_policy_mappings(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        let mut list = only_sequence(value)?;
        let mut out = Vec::new();
        while !list.is_empty() {
            let mut pair = list.sequence()?;
            out.push((pair.oid()?.dotted(), pair.oid()?.dotted()));
            pair.finish()?;
        }
        self.policy_mappings = out;
        Ok(())
    }

    fn read_policy_constraints(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        let mut fields = only_sequence(value)?;
        let mut number = |tag| fields.optional(Tag::context(tag))?.map(|number| skip_certificates(&number)).transpose();
        let constraints = PolicyConstraints { require_explicit: number(0)?, inhibit_mapping: number(1)? };
        fields.finish()?;
        if constraints.require_explicit.is_none() && constraints.inhibit_mapping.is_none() {
            // RFC 5280 4.2.1.11: not an empty sequence.
            return Err(fields.error(Asn1ErrorKind::BadValue));
        }
        self.policy_constraints = Some(constraints);
        Ok(())
    }

    fn read_inhibit_any_policy(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        self.inhibit_any_policy = Some(skip_certificates(&only(value, Tag::INTEGER)?)?);
        Ok(())
    }

    fn read_crl_distribution_points(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        self.crl_distribution_points = distribution_points(value)?;
        Ok(())
    }

    fn read_freshest_crl(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        self.freshest_crl = distribution_points(value)?;
        Ok(())
    }

    pub(super) fn read_access(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        let mut list = only_sequence(value)?;
        while !list.is_empty() {
            let mut description = list.sequence()?;
            let method = description.oid()?;
            let location = GeneralName::read(&description.read()?)?;
            description.finish()?;
            match (method, location) {
                (Oid::ACCESS_OCSP, GeneralName::Uri(address)) => self.ocsp_urls.push(address),
                (Oid::ACCESS_CA_ISSUERS, GeneralName::Uri(address)) => self.issuer_urls.push(address),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_ocsp_no_check(&mut self, value: &[u8], _critical: bool) -> Result<(), Asn1Error> {
        only(value, Tag::NULL)?;
        self.ocsp_no_check = true;
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) authority: bool,
    pub(crate) path_length: Option<u32>,
    pub(crate) critical: bool,
}

/// The bits of KeyUsage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyUsage {
    pub(crate) digital_signature: bool,
    pub(crate) non_repudiation: bool,
    pub(crate) certificate_sign: bool,
    pub(crate) crl_sign: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum GeneralName {
    Directory(Name),
    Dns(String),
    Email(String),
    /// Address, or address and mask in a constraint.
    Ip(Vec<u8>),
    Uri(String),
    /// Tag number, contents.
    Other(u32, Vec<u8>),
}

impl GeneralName {
    /// Reads one; the kinds that nothing here compares are kept as bytes.
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        if element.tag.class != Class::Context {
            return Err(element.error(Asn1ErrorKind::UnexpectedTag));
        }
        let primitive = || if element.constructed { Err(element.error(Asn1ErrorKind::BadValue)) } else { Ok(element.content) };
        Ok(match element.tag.number {
            1 => Self::Email(text(primitive()?)),
            2 => Self::Dns(text(primitive()?)),
            // Explicit, because Name is a CHOICE (X.680 31.2.7).
            4 => Self::Directory(Name::parse(element.inner()?.raw).ok_or_else(|| element.error(Asn1ErrorKind::BadValue))?),
            6 => Self::Uri(text(primitive()?)),
            7 => Self::Ip(primitive()?.to_vec()),
            number @ (0 | 3 | 5 | 8) => Self::Other(number, element.content.to_vec()),
            _ => return Err(element.error(Asn1ErrorKind::UnexpectedTag)),
        })
    }
}

#[derive(Clone, Debug)]
pub(crate) struct GeneralSubtree {
    pub(crate) base: GeneralName,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct NameConstraints {
    pub(crate) permitted: Vec<GeneralSubtree>,
    pub(crate) excluded: Vec<GeneralSubtree>,
}

#[derive(Clone, Debug)]
pub(crate) struct PolicyInformation {
    /// Dotted.
    pub(crate) identifier: String,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PolicyConstraints {
    pub(crate) require_explicit: Option<u32>,
    pub(crate) inhibit_mapping: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DistributionPoint {
    pub(crate) full_name: Vec<GeneralName>,
    /// DER of the RelativeDistinguishedName, where the name is relative.
    pub(crate) relative_name: Option<Vec<u8>>,
    pub(crate) reasons: Option<ReasonFlags>,
    pub(crate) crl_issuer: Vec<GeneralName>,
}

/// Bit n is reason n of RFC 5280 4.2.1.13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReasonFlags(pub(crate) u16);

/// The contents of an extension, which must be one element of `tag`.
pub(super) fn only(value: &[u8], tag: Tag) -> Result<Element<'_>, Asn1Error> {
    let mut reader = Reader::der(value);
    let element = reader.expect(tag)?;
    reader.finish()?;
    Ok(element)
}

pub(super) fn only_sequence(value: &[u8]) -> Result<Reader<'_>, Asn1Error> {
    only(value, Tag::SEQUENCE)?.children()
}

/// keyIdentifier of AuthorityKeyIdentifier.
pub(super) fn authority_key_identifier(value: &[u8]) -> Result<Option<Vec<u8>>, Asn1Error> {
    let mut fields = only_sequence(value)?;
    let identifier = fields.optional(Tag::context(0))?;
    fields.optional(Tag::context(1))?;
    fields.optional(Tag::context(2))?;
    fields.finish()?;
    identifier.map(|identifier| identifier.octets().map(std::borrow::Cow::into_owned)).transpose()
}

pub(super) fn general_names(list: &mut Reader<'_>) -> Result<Vec<GeneralName>, Asn1Error> {
    let mut out = Vec::new();
    while !list.is_empty() {
        out.push(GeneralName::read(&list.read()?)?);
    }
    Ok(out)
}

fn subtrees(list: &Element<'_>) -> Result<Vec<GeneralSubtree>, Asn1Error> {
    let mut list = list.children()?;
    let mut out = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let base = GeneralName::read(&fields.read()?)?;
        let minimum = fields.optional(Tag::context(0))?;
        // RFC 5280 4.2.1.10: minimum is zero, maximum absent.
        if minimum.is_some_and(|minimum| minimum.content != [0]) {
            return Err(fields.error(Asn1ErrorKind::BadValue));
        }
        fields.finish()?;
        out.push(GeneralSubtree { base });
    }
    if out.is_empty() { Err(list.error(Asn1ErrorKind::BadValue)) } else { Ok(out) }
}

fn distribution_points(value: &[u8]) -> Result<Vec<DistributionPoint>, Asn1Error> {
    let mut list = only_sequence(value)?;
    let mut out = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let mut point = DistributionPoint::default();
        if let Some(name) = fields.optional(Tag::context(0))? {
            point.read_name(&name)?;
        }
        point.reasons = fields.optional(Tag::context(1))?.map(|reasons| bits(&reasons).map(ReasonFlags)).transpose()?;
        if let Some(issuers) = fields.optional(Tag::context(2))? {
            point.crl_issuer = general_names(&mut issuers.children()?)?;
        }
        fields.finish()?;
        out.push(point);
    }
    Ok(out)
}

impl DistributionPoint {
    /// Reads DistributionPointName under its explicit tag.
    pub(super) fn read_name(&mut self, element: &Element<'_>) -> Result<(), Asn1Error> {
        let name = element.inner()?;
        match name.tag {
            tag if tag == Tag::context(0) => self.full_name = general_names(&mut name.children()?)?,
            tag if tag == Tag::context(1) => self.relative_name = Some(name.raw.to_vec()),
            _ => return Err(name.error(Asn1ErrorKind::UnexpectedTag)),
        }
        Ok(())
    }
}

/// The first 16 bits of a BIT STRING, bit 0 lowest. Trailing zero bits, which DER forbids here, are no harm.
pub(super) fn bits(element: &Element<'_>) -> Result<u16, Asn1Error> {
    let malformed = || element.error(Asn1ErrorKind::BadValue);
    let (unused, bytes) = element.content.split_first().ok_or_else(malformed)?;
    if element.constructed || *unused > 7 || (*unused > 0 && bytes.is_empty()) {
        return Err(malformed());
    }
    let byte = |index: usize| u16::from(bytes.get(index).copied().unwrap_or_default().reverse_bits());
    Ok(byte(0) | (byte(1) << 8))
}

/// A count of certificates; one too large for the type is as good as none.
fn skip_certificates(element: &Element<'_>) -> Result<u32, Asn1Error> {
    let bytes = element.integer()?;
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(element.error(Asn1ErrorKind::BadValue));
    }
    Ok(element.unsigned().ok().and_then(|count| count.try_into().ok()).unwrap_or(u32::MAX))
}

/// The text of an IA5String; what is outside its alphabet is shown as UTF-8 or Latin-1.
fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}
