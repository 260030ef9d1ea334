//! Seed values: what a signature field asks of the signature that goes into it (ISO 32000-2 12.7.5.5, Tables 237 and 238).

use super::examine::Signature;
use super::field::tolerate;
use super::permit::refused;
use super::prepare::Addition;
use super::seed_certificate as certificate;
use super::{Dictionary, Object, Pdf, PdfString, Value, View};
use crate::cms::CmsFacts;
use crate::crypto::DigestAlgorithm;
use crate::message::{Message, id};
use crate::x509::Certificate;

/// A signature, as far as a field may ask for something: one that is to be made, or one that is there.
#[derive(Debug, Default)]
pub(crate) struct Candidate<'a> {
    /// `/Filter`.
    pub(crate) filter: Option<String>,
    /// `/SubFilter`.
    pub(crate) sub_filter: Option<String>,
    pub(crate) digest: Option<DigestAlgorithm>,
    /// `/Reason`.
    pub(crate) reason: Option<&'a str>,
    /// `/P` of its DocMDP transform.
    pub(crate) certification: Option<u8>,
    pub(crate) signer: Option<&'a Certificate>,
    /// The certificates that come with the signer's.
    pub(crate) issuers: &'a [Certificate],
    pub(crate) has_timestamp: bool,
    /// Whether status lists or answers stand in the signature itself.
    pub(crate) has_revocation: bool,
    /// Whether nothing in the document may change after it.
    pub(crate) locks_document: bool,
    /// What the author attests to in the document (12.8.7).
    pub(crate) attestation: Option<String>,
}

/// A requirement that a signature does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unmet {
    /// The entry must be one of these.
    Differs { entry: &'static str, wanted: String },
    /// The signature lacks what the entry asks for.
    Lacks(&'static str),
    /// Whether the entry is met cannot be found out.
    Unchecked(&'static str),
}

/// Refuses where the field requires what the signature will not have.
pub(crate) fn check(view: View<'_>, field: &str, dictionary: &Dictionary, addition: &Addition<'_>) -> crate::Result<()> {
    let Some(seed) = view.get(dictionary, b"SV")? else { return Ok(()) };
    let (signer, issuers) =
        addition.certificates.split_first().map_or((None, addition.certificates), |(signer, issuers)| (Some(signer), issuers));
    let candidate = Candidate {
        filter: Some(String::from("Adobe.PPKLite")),
        sub_filter: Some(String::from("ETSI.CAdES.detached")),
        digest: Some(addition.digest),
        reason: addition.reason,
        certification: addition.certification,
        signer,
        issuers,
        ..Candidate::default()
    };
    match unmet(view, &seed, &candidate)?.into_iter().next() {
        Some(Unmet::Differs { entry, wanted }) => {
            Err(refused(Message::new(id::SIGN_SEED_VALUE).with("field", field).with("entry", entry).with("wanted", wanted)))
        }
        Some(Unmet::Lacks(entry) | Unmet::Unchecked(entry)) => {
            Err(refused(Message::new(id::SIGN_SEED_VALUE_UNSUPPORTED).with("field", field).with("entry", entry)))
        }
        None => Ok(()),
    }
}

/// What the fields that bear `signature` require and it is not. The field counts as it was before the signature, too: what it asked for
/// then no signature takes back.
pub(crate) fn findings(pdf: &Pdf, signature: &Signature, cms: Option<&CmsFacts>) -> crate::Result<Vec<Message>> {
    let (shown, mut findings) = (signature.found.shown, Vec::new());
    let candidate = Candidate::of(pdf.view(shown), signature, cms)?;
    for bearer in &signature.found.fields {
        let before = match (shown.checked_sub(1), bearer.reference) {
            (Some(before), Some(reference)) => tolerate(pdf.view(before).object(reference))?.map(|object| (pdf.view(before), object)),
            _ => None,
        };
        let before = before.as_ref().and_then(|(view, object)| Some((*view, object.value.as_dictionary()?)));
        for (view, field) in [(pdf.view(shown), &*bearer.dictionary)].into_iter().chain(before) {
            let Some(seed) = tolerate(view.get(field, b"SV"))?.flatten() else { continue };
            let unmet = tolerate(unmet(view, &seed, &candidate))?.unwrap_or_else(|| vec![Unmet::Unchecked("SV")]);
            for message in unmet.into_iter().map(|unmet| unmet.finding(&bearer.name)) {
                if !findings.contains(&message) {
                    findings.push(message);
                }
            }
        }
    }
    Ok(findings)
}

impl<'a> Candidate<'a> {
    /// A signature that is there, as of the version of the document that shows it.
    fn of(view: View<'_>, signature: &'a Signature, cms: Option<&'a CmsFacts>) -> crate::Result<Self> {
        let entries = &signature.entries;
        let filter = tolerate(view.get(&signature.found.dictionary, b"Filter"))?.flatten();
        Ok(Self {
            filter: filter.and_then(|filter| filter.value.as_name().map(|name| String::from_utf8_lossy(name).into_owned())),
            sub_filter: entries.sub_filter_name.clone(),
            digest: cms.and_then(|cms| cms.content_digest_algorithm.or_else(|| cms.algorithm?.digest())),
            reason: entries.reason.as_deref(),
            certification: entries.certification,
            signer: cms.and_then(|cms| cms.signer.as_ref()),
            issuers: cms.map(|cms| cms.certificates.as_slice()).unwrap_or_default(),
            has_timestamp: cms.is_some_and(|cms| cms.has_signature_timestamp),
            has_revocation: cms.is_some_and(|cms| !cms.crls.is_empty() || !cms.ocsp_responses.is_empty()),
            locks_document: entries.certification == Some(1) || entries.locks.iter().any(|lock| lock.permission == Some(1)),
            attestation: attestation(view)?,
        })
    }
}

/// What the author says of content that may change what is shown (12.8.7).
fn attestation(view: View<'_>) -> crate::Result<Option<String>> {
    let Some(catalog) = tolerate(view.catalog())? else { return Ok(None) };
    let Some(legal) = tolerate(view.get(&catalog, b"Legal"))?.flatten() else { return Ok(None) };
    let Some(legal) = legal.value.as_dictionary() else { return Ok(None) };
    Ok(tolerate(view.get(legal, b"Attestation"))?.flatten().and_then(|text| text.value.as_string().map(PdfString::text)))
}

impl Unmet {
    fn finding(self, field: &str) -> Message {
        match self {
            Self::Differs { entry, wanted } => {
                Message::new(id::SEED_DIFFERS).with("field", field).with("entry", entry).with("wanted", wanted)
            }
            Self::Lacks(entry) => Message::new(id::SEED_LACKS).with("field", field).with("entry", entry),
            Self::Unchecked(entry) => Message::new(id::SEED_UNCHECKED).with("field", field).with("entry", entry),
        }
    }
}

/// Everything that the dictionary `seed` requires and `candidate` is not. What it only recommends is nothing to be said.
pub(crate) fn unmet(view: View<'_>, seed: &Object, candidate: &Candidate<'_>) -> crate::Result<Vec<Unmet>> {
    let Some(dictionary) = seed.value.as_dictionary() else { return Ok(vec![Unmet::Unchecked("SV")]) };
    let required = integer(view, dictionary, b"Ff")?.unwrap_or(0);
    let mut seed = Seed { view, required, dictionary, candidate, unmet: Vec::new() };
    seed.check_names("Filter", 1, candidate.filter.as_deref())?;
    seed.check_names("SubFilter", 2, candidate.sub_filter.as_deref())?;
    seed.check_names("DigestMethod", 7, candidate.digest.map(DigestAlgorithm::name))?;
    seed.check_version()?;
    seed.check_reason()?;
    seed.check_certification()?;
    seed.check_certificate()?;
    seed.check_others()?;
    Ok(seed.unmet)
}

struct Seed<'a> {
    view: View<'a>,
    required: i64,
    dictionary: &'a Dictionary,
    candidate: &'a Candidate<'a>,
    unmet: Vec<Unmet>,
}

impl Seed<'_> {
    fn is_required(&self, bit: u32) -> bool {
        has(self.required, bit)
    }

    fn get(&self, key: &[u8]) -> crate::Result<Option<Object>> {
        self.view.get(self.dictionary, key)
    }

    fn differs(&mut self, entry: &'static str, wanted: impl Into<String>) {
        self.unmet.push(Unmet::Differs { entry, wanted: wanted.into() });
    }

    /// A name or string, or several of which one must be `ours`. Some programs write the names of digests with a hyphen, some without.
    fn check_names(&mut self, key: &'static str, bit: u32, ours: Option<&str>) -> crate::Result<()> {
        let wanted = match self.get(key.as_bytes())? {
            Some(value) if self.is_required(bit) => texts(self.view, &value)?,
            _ => return Ok(()),
        };
        let plain = |name: &str| name.replace('-', "").to_ascii_lowercase();
        if !wanted.iter().any(|wanted| ours.is_some_and(|ours| plain(ours) == plain(wanted))) {
            self.differs(key, wanted.join(", "));
        }
        Ok(())
    }

    /// The version of the rules that a program must know: 3 is that of PDF 2.0. Flags of none are those of a later one.
    fn check_version(&mut self) -> crate::Result<()> {
        match integer(self.view, self.dictionary, b"V")? {
            Some(version) if self.is_required(3) && version > 3 => self.differs("V", version.to_string()),
            _ => {}
        }
        if self.required & !KNOWN_FLAGS != 0 {
            self.unmet.push(Unmet::Unchecked("Ff"));
        }
        Ok(())
    }

    /// Required reasons: one of the list; none at all where the list is empty or a single full stop.
    fn check_reason(&mut self) -> crate::Result<()> {
        if !self.is_required(4) {
            return Ok(());
        }
        let wanted = match self.get(b"Reasons")? {
            Some(value) => texts(self.view, &value)?,
            None => Vec::new(),
        };
        let fits = match (wanted.as_slice(), self.candidate.reason) {
            ([], None) => true,
            ([one], None) => one == ".",
            (_, Some(reason)) => wanted.iter().any(|wanted| wanted == reason && wanted != "."),
            _ => false,
        };
        if !fits {
            self.differs("Reasons", wanted.join(", "));
        }
        Ok(())
    }

    /// `/MDP` always holds: 0 asks for an approval, 1 to 3 for a certification of that level.
    fn check_certification(&mut self) -> crate::Result<()> {
        let Some(wanted) = self.get(b"MDP")? else { return Ok(()) };
        let Some(wanted) = wanted.value.as_dictionary() else { return Ok(()) };
        match integer(self.view, wanted, b"P")? {
            Some(level) if level != self.candidate.certification.map_or(0, i64::from) => self.differs("MDP", level.to_string()),
            _ => {}
        }
        Ok(())
    }

    fn check_certificate(&mut self) -> crate::Result<()> {
        let Some(wanted) = self.get(b"Cert")? else { return Ok(()) };
        let Some(wanted) = wanted.value.as_dictionary() else { return Ok(()) };
        self.unmet.extend(certificate::unmet(self.view, wanted, self.candidate)?);
        Ok(())
    }

    fn check_others(&mut self) -> crate::Result<()> {
        let timestamp = self.get(b"TimeStamp")?;
        let is_stamped = match timestamp.as_ref().and_then(|timestamp| timestamp.value.as_dictionary()) {
            Some(timestamp) => has(integer(self.view, timestamp, b"Ff")?.unwrap_or(0), 1),
            None => false,
        };
        if is_stamped && !self.candidate.has_timestamp {
            self.unmet.push(Unmet::Lacks("TimeStamp"));
        }
        if let Some(wanted) = self.get(b"LegalAttestation")?.filter(|_| self.is_required(5)) {
            let wanted = texts(self.view, &wanted)?;
            if !self.candidate.attestation.as_ref().is_some_and(|attestation| wanted.contains(attestation)) {
                self.unmet.push(Unmet::Lacks("LegalAttestation"));
            }
        }
        if self.is_required(6) && self.is(b"AddRevInfo", |value| matches!(value, Value::Boolean(true)))? && !self.candidate.has_revocation {
            self.unmet.push(Unmet::Lacks("AddRevInfo"));
        }
        if self.is_required(8) && self.is(b"LockDocument", |value| value.as_name() == Some(b"true"))? && !self.candidate.locks_document {
            self.unmet.push(Unmet::Lacks("LockDocument"));
        }
        // How a picture was made nothing in the file says.
        if self.is_required(9) && self.get(b"AppearanceFilter")?.is_some() {
            self.unmet.push(Unmet::Unchecked("AppearanceFilter"));
        }
        Ok(())
    }

    fn is(&self, key: &[u8], test: impl Fn(&Value) -> bool) -> crate::Result<bool> {
        Ok(self.get(key)?.is_some_and(|object| test(&object.value)))
    }
}

/// Whether bit `bit`, from 1, is set.
pub(super) fn has(flags: i64, bit: u32) -> bool {
    flags.checked_shr(bit.saturating_sub(1)).is_some_and(|flags| flags & 1 == 1)
}

pub(super) fn integer(view: View<'_>, dictionary: &Dictionary, key: &[u8]) -> crate::Result<Option<i64>> {
    Ok(view.get(dictionary, key)?.and_then(|value| value.value.as_integer()))
}

/// The names and strings of a value, or of the array that it is.
pub(super) fn texts(view: View<'_>, value: &Object) -> crate::Result<Vec<String>> {
    let one = std::slice::from_ref(value);
    let mut texts = Vec::new();
    for object in value.value.as_array().map_or(one, |array| array.0.as_slice()) {
        let object = view.resolve(object)?;
        let name = object.value.as_name().map(|name| String::from_utf8_lossy(name).into_owned());
        texts.extend(name.or_else(|| object.value.as_string().map(PdfString::text)));
    }
    Ok(texts)
}

/// The flags of Table 237.
const KNOWN_FLAGS: i64 = 0b1_1111_1111;

#[cfg(test)]
mod tests;
