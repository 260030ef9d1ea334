//! What a signature dictionary says (ISO 32000-2 12.8.1), and its value.

use std::sync::Arc;

use super::field::{FieldKind, Lock, LockScope, tolerate};
use super::lexer::decode_hexadecimal;
use super::signature::Found;
use super::{Array, Dictionary, Object, Pdf, PdfString, Value, View, permissions};
use crate::bytes::Span;
use crate::format::SignatureKind;
use crate::message::{Message, id};
use crate::time::{Civil, Time, Zone};

/// `/SubFilter`: the form of the signature value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubFilter {
    CadesDetached,
    Pkcs7Detached,
    Pkcs7Sha1,
    Timestamp,
    X509RsaSha1,
}

impl SubFilter {
    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            // ICP-Brasil (DOC-ICP-15.03) gives the same form a name of its own.
            b"ETSI.CAdES.detached" | b"PBAD.PAdES" => Self::CadesDetached,
            b"ETSI.RFC3161" => Self::Timestamp,
            b"adbe.pkcs7.detached" => Self::Pkcs7Detached,
            b"adbe.pkcs7.sha1" => Self::Pkcs7Sha1,
            b"adbe.x509.rsa_sha1" => Self::X509RsaSha1,
            _ => return None,
        })
    }
}

/// What a signature dictionary says, apart from its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Entries {
    pub(crate) kind: SignatureKind,
    pub(crate) sub_filter: Option<SubFilter>,
    pub(crate) sub_filter_name: Option<String>,
    pub(crate) time: Option<(Time, Zone)>,
    pub(crate) name: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) contact: Option<String>,
    /// `/P` of the DocMDP transform.
    pub(crate) certification: Option<u8>,
    /// FieldMDP transforms, and the `/Lock` of the field.
    pub(crate) locks: Vec<Lock>,
    /// `/Cert`: DER certificates (`adbe.x509.rsa_sha1`).
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) findings: Vec<Message>,
}

impl Entries {
    /// Reads the dictionary in the revision that shows it.
    pub(crate) fn read(view: View<'_>, found: &Found) -> crate::Result<Self> {
        let dictionary = &found.dictionary;
        let value = |key: &[u8]| -> crate::Result<Option<Object>> { Ok(tolerate(view.get(dictionary, key))?.flatten()) };
        let text = |key: &[u8]| -> crate::Result<Option<String>> {
            Ok(value(key)?.and_then(|value| value.value.as_string().map(PdfString::text)).filter(|text| !text.is_empty()))
        };
        let name_of =
            |key: &[u8]| -> crate::Result<Option<Vec<u8>>> { Ok(value(key)?.and_then(|value| value.value.as_name().map(<[u8]>::to_vec))) };
        let (sub_filter, kind) = (name_of(b"SubFilter")?, name_of(b"Type")?);
        let known = sub_filter.as_deref().and_then(SubFilter::from_name);
        let is_timestamp = known == Some(SubFilter::Timestamp) || kind.as_deref() == Some(b"DocTimeStamp");
        let (date, mut findings) = (text(b"M")?, Vec::new());
        let time = date.as_deref().and_then(pdf_date);
        if let Some(date) = date.filter(|_| time.is_none()) {
            findings.push(Message::new(id::FORMAT_TIME).with("value", date));
        }
        let mut entries = Self {
            kind: if is_timestamp { SignatureKind::DocumentTimestamp } else { SignatureKind::Signature },
            sub_filter: known,
            sub_filter_name: sub_filter.map(|name| String::from_utf8_lossy(&name).into_owned()),
            time,
            name: text(b"Name")?,
            reason: text(b"Reason")?,
            location: text(b"Location")?,
            contact: text(b"ContactInfo")?,
            certification: None,
            locks: Vec::new(),
            certificates: certificates(view, value(b"Cert")?)?,
            findings,
        };
        entries.check_names(kind.as_deref(), value(b"Filter")?.is_some());
        entries.check_place(view, found);
        entries.read_transforms(view, found)?;
        Ok(entries)
    }

    /// `/SubFilter`, `/Type` (VALIDATION rule 8: a document timestamp says so or nothing) and `/Filter`.
    fn check_names(&mut self, kind: Option<&[u8]>, has_filter: bool) {
        if self.sub_filter.is_none() {
            let name = self.sub_filter_name.clone().unwrap_or_default();
            self.findings.push(Message::new(id::FORMAT_SUBFILTER).with("name", name));
        }
        let expected: &[u8] = if self.sub_filter == Some(SubFilter::Timestamp) { b"DocTimeStamp" } else { b"Sig" };
        if let Some(kind) = kind.filter(|kind| self.sub_filter.is_some() && *kind != expected) {
            self.findings.push(Message::new(id::FORMAT_TYPE).with("name", String::from_utf8_lossy(kind).into_owned()));
        }
        if !has_filter {
            self.findings.push(Message::new(id::FORMAT_FILTER));
        }
    }

    /// Who refers to the dictionary, and whether it is clear what it says.
    fn check_place(&mut self, view: View<'_>, found: &Found) {
        if let Some(key) = found.dictionary.duplicates.first() {
            self.findings.push(Message::new(id::FORMAT_DUPLICATE_KEY).with("key", String::from_utf8_lossy(&key.0).into_owned()));
        }
        match found.fields.as_slice() {
            // The field may be among what cannot be read.
            [] if view.pdf.hides_objects() => {}
            [] => self.findings.push(Message::new(id::FORMAT_ORPHAN).with("object", found.holder)),
            [_] => {}
            [one, other, ..] => {
                self.findings.push(Message::new(id::FORMAT_TWO_FIELDS).with("field", one.name.clone()).with("other", other.name.clone()));
            }
        }
        if let Some(field) = found.fields.iter().find(|field| field.kind != FieldKind::Signature) {
            self.findings.push(Message::new(id::FORMAT_FIELD_TYPE).with("field", field.name.clone()));
        }
        if !found.fields.is_empty() && !found.is_current {
            self.findings
                .push(Message::new(id::FORMAT_REMOVED).with("field", found.fields.first().map_or("", |field| field.name.as_str())));
        }
    }

    /// DocMDP and FieldMDP (ISO 32000-2 12.8.2), and the `/Lock` of the field.
    fn read_transforms(&mut self, view: View<'_>, found: &Found) -> crate::Result<()> {
        for (method, parameters) in transforms(view, &found.dictionary)? {
            match &*method {
                b"DocMDP" => self.certify(view, parameters.as_ref())?,
                b"FieldMDP" => self.locks.push(match &parameters {
                    Some(parameters) => Lock::read(view, parameters)?,
                    None => Lock { scope: LockScope::All, permission: None },
                }),
                // Identity of PDF 1.5 changes nothing, and usage rights bind readers alone.
                b"Identity" | b"UR" | b"UR3" => continue,
                // Whatever it forbids, nobody here knows it.
                _ => self.findings.push(Message::new(id::FORMAT_TRANSFORM).with("name", String::from_utf8_lossy(&method).into_owned())),
            }
            self.check_version(view, &method, parameters.as_ref())?;
        }
        for field in &found.fields {
            self.locks.extend(Lock::of_field(view, &field.dictionary)?);
        }
        let named = permissions::certification(view)?;
        let is_named = named.is_some() && named == found.reference;
        // 12.8.2.2.1: the certification is the signature that /Perms names.
        if self.kind == SignatureKind::Signature && is_named != self.certification.is_some() && !found.fields.is_empty() {
            self.findings.push(Message::new(id::FORMAT_PERMISSIONS));
        }
        if self.certification.is_none() && is_named {
            self.certification = Some(2);
        }
        Ok(())
    }

    /// `/V` of the parameters, which has been 1.2 ever since (Tables 257 and 258).
    fn check_version(&mut self, view: View<'_>, method: &[u8], parameters: Option<&Object>) -> crate::Result<()> {
        let Some(parameters) = parameters.and_then(|parameters| parameters.value.as_dictionary()) else { return Ok(()) };
        let version = tolerate(view.get(parameters, b"V"))?.flatten();
        if let Some(version) = version.as_ref().and_then(|version| version.value.as_name()).filter(|version| *version != b"1.2") {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            self.findings.push(Message::new(id::FORMAT_TRANSFORM_VERSION).with("name", text(method)).with("version", text(version)));
        }
        Ok(())
    }

    /// `/P` is 2 where it is absent (Table 257); where it is malformed, nothing may change.
    fn certify(&mut self, view: View<'_>, parameters: Option<&Object>) -> crate::Result<()> {
        let level = match parameters.and_then(|parameters| parameters.value.as_dictionary()) {
            Some(parameters) => tolerate(view.get(parameters, b"P"))?.flatten().map(|level| level.value),
            None => None,
        };
        let level = match level {
            None => 2,
            Some(Value::Integer(level @ 1..=3)) => u8::try_from(level).unwrap_or(1),
            Some(_) => {
                self.findings.push(Message::new(id::FORMAT_CERTIFICATION));
                1
            }
        };
        self.certification = Some(self.certification.map_or(level, |other| other.min(level)));
        Ok(())
    }
}

/// A transform method, and its parameters.
pub(super) type Transform = (Arc<[u8]>, Option<Object>);

/// The transform methods of `/Reference` with their parameters. An entry without a method has an empty one.
pub(super) fn transforms(view: View<'_>, dictionary: &Dictionary) -> crate::Result<Vec<Transform>> {
    let mut transforms = Vec::new();
    let Some(references) = tolerate(view.get(dictionary, b"Reference"))?.flatten() else { return Ok(transforms) };
    for reference in references.value.as_array().map(|array| array.0.as_slice()).unwrap_or_default() {
        let Some(reference) = tolerate(view.resolve(reference))? else { continue };
        let Some(reference) = reference.value.as_dictionary() else { continue };
        let method = tolerate(view.get(reference, b"TransformMethod"))?.flatten();
        let parameters = tolerate(view.get(reference, b"TransformParams"))?.flatten();
        let method = method.and_then(|method| method.value.as_name().map(Arc::from)).unwrap_or_default();
        transforms.push((method, parameters));
    }
    Ok(transforms)
}

/// `/Cert` is one string or an array of strings.
fn certificates(view: View<'_>, value: Option<Object>) -> crate::Result<Vec<Vec<u8>>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let strings = match &value.value {
        Value::Array(array) => array.0.clone(),
        _ => vec![value],
    };
    let mut certificates = Vec::new();
    for string in &strings {
        let Some(string) = tolerate(view.resolve(string))? else { continue };
        certificates.extend(string.value.as_string().map(|string| string.bytes.to_vec()));
    }
    Ok(certificates)
}

/// Reads a date (ISO 32000-2 7.9.4): `D:20261123162829+07'00'`, with everything behind the year optional.
pub(crate) fn pdf_date(text: &str) -> Option<(Time, Zone)> {
    let text = text.trim().strip_prefix("D:").unwrap_or_else(|| text.trim());
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (date, zone) = text.split_at_checked(digits)?;
    let part = |from: usize, to: usize, default: u8| match date.get(from..to) {
        Some(part) => part.parse().ok(),
        None => (date.len() <= from).then_some(default),
    };
    let civil = Civil {
        year: date.get(..4)?.parse().ok()?,
        month: part(4, 6, 1)?,
        day: part(6, 8, 1)?,
        hour: part(8, 10, 0)?,
        minute: part(10, 12, 0)?,
        second: part(12, 14, 0)?,
        nanosecond: 0,
    };
    let zone = pdf_zone(zone)?;
    Time::from_civil(civil, zone).map(|time| (time, zone))
}

/// `Z`, nothing, or `+07'00'` with the apostrophes and the minutes optional.
fn pdf_zone(text: &str) -> Option<Zone> {
    let mut parts = text.chars();
    let sign: i16 = match parts.next() {
        None | Some('Z' | 'z') => return Some(Zone::UTC),
        Some('+') => 1,
        Some('-') => -1,
        Some(_) => return None,
    };
    let digits: String = parts.as_str().chars().filter(|character| *character != '\'' && *character != ':').collect();
    if digits.len() > 4 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let hours: i16 = digits.get(..2)?.parse().ok()?;
    let minutes: i16 = digits.get(2..).filter(|minutes| !minutes.is_empty()).map_or(Some(0), |minutes| minutes.parse().ok())?;
    Zone::from_minutes(hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(sign)?)
}

/// The signature value: its token in the file, and its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    /// The token `<…>` in the file; `None` where there is no such token.
    pub(crate) token: Option<Span>,
    pub(crate) bytes: Vec<u8>,
    /// Whether there is no string at all.
    pub(crate) is_missing: bool,
    /// Whether the token holds nothing but hexadecimal digits, and its value is what the reader read.
    pub(crate) is_plain: bool,
}

impl Contents {
    /// Reads the value of a signature dictionary. The bytes come from the token itself: they are never decrypted.
    pub(crate) fn read(pdf: &Pdf, found: &Found) -> Self {
        let value = found.dictionary.get(b"Contents");
        let Some((string, span)) = value.and_then(|value| Some((value.value.as_string()?, value.span))) else {
            let bytes =
                value.and_then(|value| pdf.view(found.shown).resolve(value).ok()?.value.as_string().map(|string| string.bytes.to_vec()));
            return Self { token: None, is_missing: bytes.is_none(), bytes: bytes.unwrap_or_default(), is_plain: false };
        };
        let token = (!found.compressed).then(|| span.of(pdf.bytes())).flatten();
        let digits = token.and_then(|token| token.strip_prefix(b"<")?.strip_suffix(b">"));
        let Some(digits) = digits.filter(|_| string.hexadecimal) else {
            return Self { token: None, is_missing: false, bytes: string.bytes.to_vec(), is_plain: false };
        };
        let bytes = decode_hexadecimal(digits);
        let is_hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
        // The reader leaves this string as it is; where it took it for an encrypted one, the lengths still agree.
        let is_plain = is_hexadecimal && (bytes[..] == string.bytes[..] || pdf.is_encrypted());
        Self { token: Some(span), is_missing: false, bytes, is_plain }
    }

    /// Whether nothing has been signed yet.
    pub(crate) fn is_blank(&self) -> bool {
        !self.is_missing && self.bytes.iter().all(|byte| *byte == 0)
    }
}

/// `/ByteRange` as integers, where it is a direct array of direct integers.
pub(crate) fn byte_range(dictionary: &Dictionary) -> Option<Vec<i64>> {
    let Array(numbers) = dictionary.get(b"ByteRange")?.value.as_array()?;
    (numbers.len() <= 64).then(|| numbers.iter().map(|number| number.value.as_integer()).collect()).flatten()
}
