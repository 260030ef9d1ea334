//! What a signature field asks of the signer's certificate (ISO 32000-2 12.7.5.5, Table 238).

use super::seed::{Candidate, Unmet, has, integer, texts};
use super::{Array, Dictionary, PdfString, View};
use crate::x509::{Certificate, KeyUsage};

/// Everything that the dictionary `wanted` requires and the signer's certificate is not.
pub(super) fn unmet(view: View<'_>, wanted: &Dictionary, candidate: &Candidate<'_>) -> crate::Result<Vec<Unmet>> {
    let required = integer(view, wanted, b"Ff")?.unwrap_or(0);
    let requirement = Requirement { view, wanted, candidate };
    let mut unmet = Vec::new();
    for (bit, entry, key, is_met) in CHECKS {
        if has(required, *bit) && wanted.contains(key.as_bytes()) {
            match is_met(&requirement)? {
                Some(true) => {}
                Some(false) => unmet.push(Unmet::Lacks(entry)),
                None => unmet.push(Unmet::Unchecked(entry)),
            }
        }
    }
    // The address is for getting a certificate (bit 7); what is left are flags of a later version.
    if required & !KNOWN_FLAGS != 0 {
        unmet.push(Unmet::Unchecked("Cert/Ff"));
    }
    Ok(unmet)
}

struct Requirement<'a> {
    view: View<'a>,
    wanted: &'a Dictionary,
    candidate: &'a Candidate<'a>,
}

/// Whether a requirement is met; `None` where that cannot be found out.
type IsMet = fn(&Requirement<'_>) -> crate::Result<Option<bool>>;

/// The flag, the entry for people, its key, and what it means.
const CHECKS: &[(u32, &str, &str, IsMet)] = &[
    (1, "Cert/Subject", "Subject", |requirement| requirement.has_subject()),
    (2, "Cert/Issuer", "Issuer", |requirement| requirement.has_issuer()),
    (3, "Cert/OID", "OID", |requirement| requirement.has_policy()),
    (4, "Cert/SubjectDN", "SubjectDN", |requirement| requirement.has_name()),
    (6, "Cert/KeyUsage", "KeyUsage", |requirement| requirement.has_key_usage()),
];

impl Requirement<'_> {
    fn certificates(&self, key: &[u8]) -> crate::Result<Vec<PdfString>> {
        let Some(value) = self.view.get(self.wanted, key)? else { return Ok(Vec::new()) };
        let mut strings = Vec::new();
        for object in value.value.as_array().map(|Array(array)| array.as_slice()).unwrap_or_default() {
            strings.extend(self.view.resolve(object)?.value.as_string().cloned());
        }
        Ok(strings)
    }

    /// The signer's certificate is one of these.
    fn has_subject(&self) -> crate::Result<Option<bool>> {
        let wanted = self.certificates(b"Subject")?;
        Ok(Some(self.candidate.signer.is_some_and(|signer| wanted.iter().any(|wanted| *wanted.bytes == *signer.as_der()))))
    }

    /// One of these is above the signer's certificate: by name and by signature, as far as the certificates are here.
    fn has_issuer(&self) -> crate::Result<Option<bool>> {
        let wanted: Vec<Certificate> =
            self.certificates(b"Issuer")?.iter().filter_map(|wanted| Certificate::from_der(&wanted.bytes).ok()).collect();
        let Some(signer) = self.candidate.signer else {
            // The signer is not known yet; who is above him may be.
            return Ok(Some(self.candidate.issuers.iter().any(|issuer| wanted.contains(issuer))));
        };
        let mut current = signer;
        for _ in 0..LONGEST_CHAIN {
            let issued =
                |issuer: &&Certificate| issuer.subject().matches(current.issuer()) && current.is_signed_by(issuer.public_key()).is_ok();
            if wanted.iter().find(issued).is_some() {
                return Ok(Some(true));
            }
            match self.candidate.issuers.iter().find(issued) {
                Some(issuer) if issuer != current => current = issuer,
                _ => break,
            }
        }
        Ok(Some(false))
    }

    /// The certificate bears one of these policies.
    fn has_policy(&self) -> crate::Result<Option<bool>> {
        let wanted = self.texts(b"OID")?;
        let policies = self.candidate.signer.and_then(|signer| signer.extensions().policies.as_ref());
        Ok(Some(policies.is_some_and(|policies| policies.iter().any(|policy| wanted.contains(&policy.identifier)))))
    }

    /// The subject has every attribute of one of these dictionaries.
    fn has_name(&self) -> crate::Result<Option<bool>> {
        let Some(value) = self.view.get(self.wanted, b"SubjectDN")? else { return Ok(None) };
        let one = std::slice::from_ref(&value);
        let Some(signer) = self.candidate.signer else { return Ok(Some(false)) };
        for wanted in value.value.as_array().map_or(one, |Array(array)| array.as_slice()) {
            let wanted = self.view.resolve(wanted)?;
            let Some(wanted) = wanted.value.as_dictionary() else { return Ok(None) };
            if self.is_named(signer, wanted)? {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    fn is_named(&self, signer: &Certificate, wanted: &Dictionary) -> crate::Result<bool> {
        for (key, value) in &wanted.entries {
            let value = self.view.resolve(value)?.value.as_string().map(PdfString::text);
            let Ok(key) = std::str::from_utf8(&key.0) else { return Ok(false) };
            let attribute = ATTRIBUTES.iter().find(|(names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(key)));
            let short = attribute.map_or(key, |(_, short)| short);
            if !value.is_some_and(|value| signer.subject().values(short).contains(&value.as_str())) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Each character of such a string is a bit of the extension: 1 set, 0 not set, X either.
    fn has_key_usage(&self) -> crate::Result<Option<bool>> {
        let Some(usage) = self.candidate.signer.and_then(|signer| signer.extensions().key_usage) else { return Ok(Some(false)) };
        let outcomes: Vec<Option<bool>> = self.texts(b"KeyUsage")?.iter().map(|wanted| fits(usage, wanted)).collect();
        if outcomes.contains(&Some(true)) {
            return Ok(Some(true));
        }
        Ok(if outcomes.contains(&None) { None } else { Some(false) })
    }

    fn texts(&self, key: &[u8]) -> crate::Result<Vec<String>> {
        self.view.get(self.wanted, key)?.map_or_else(|| Ok(Vec::new()), |value| texts(self.view, &value))
    }
}

fn fits(usage: KeyUsage, wanted: &str) -> Option<bool> {
    let bits =
        [Some(usage.digital_signature), Some(usage.non_repudiation), None, None, None, Some(usage.certificate_sign), Some(usage.crl_sign)];
    let mut outcome = Some(true);
    for (index, character) in wanted.chars().enumerate() {
        let wanted = match character {
            '0' => false,
            '1' => true,
            _ => continue,
        };
        match bits.get(index).copied().flatten() {
            Some(bit) if bit == wanted => {}
            Some(_) => return Some(false),
            None => outcome = None,
        }
    }
    outcome
}

/// Names of attributes as programs write them, and as they are called here.
const ATTRIBUTES: &[(&[&str], &str)] = &[
    (&["cn", "2.5.4.3"], "CN"),
    (&["o", "2.5.4.10"], "O"),
    (&["ou", "2.5.4.11"], "OU"),
    (&["l", "2.5.4.7"], "L"),
    (&["st", "2.5.4.8"], "ST"),
    (&["c", "2.5.4.6"], "C"),
    (&["e", "email", "emailAddress", "1.2.840.113549.1.9.1"], "emailAddress"),
    (&["uid", "0.9.2342.19200300.100.1.1"], "UID"),
    (&["serialNumber", "2.5.4.5"], "serialNumber"),
    (&["title", "2.5.4.12"], "title"),
];
/// The flags of Table 238.
const KNOWN_FLAGS: i64 = 0b111_1111;
/// Certificates above a signer, more than any real chain has.
const LONGEST_CHAIN: usize = 16;
