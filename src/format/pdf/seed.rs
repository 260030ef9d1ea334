//! Seed values: what a signature field asks of the signature that goes into it (ISO 32000-2 12.7.5.5, Tables 237 and 238).

use super::permit::refused;
use super::prepare::Addition;
use super::{Dictionary, Object, PdfString, View};
use crate::message::{Message, id};

/// Refuses where the field requires what the signature will not have.
pub(crate) fn check(view: View<'_>, field: &str, dictionary: &Dictionary, addition: &Addition<'_>) -> crate::Result<()> {
    let Some(seed) = view.get(dictionary, b"SV")? else { return Ok(()) };
    let Some(seed) = seed.value.as_dictionary() else { return Ok(()) };
    let seed = Seed { view, field, required: integer(view, seed, b"Ff")?.unwrap_or(0), dictionary: seed };
    seed.check_names(b"Filter", 1, "Adobe.PPKLite")?;
    seed.check_names(b"SubFilter", 2, "ETSI.CAdES.detached")?;
    seed.check_names(b"DigestMethod", 7, &addition.digest.name().replace('-', ""))?;
    seed.check_version()?;
    seed.check_reason(addition.reason)?;
    seed.check_certification(addition.certification)?;
    seed.check_certificate(addition)?;
    seed.check_others()
}

struct Seed<'a> {
    view: View<'a>,
    field: &'a str,
    required: i64,
    dictionary: &'a Dictionary,
}

impl Seed<'_> {
    fn is_required(&self, bit: u32) -> bool {
        has(self.required, bit)
    }

    fn get(&self, key: &[u8]) -> crate::Result<Option<Object>> {
        self.view.get(self.dictionary, key)
    }

    /// A name or string, or several of which one must be `ours`.
    fn check_names(&self, key: &'static [u8], bit: u32, ours: &str) -> crate::Result<()> {
        let wanted = match self.get(key)? {
            Some(value) if self.is_required(bit) => texts(self.view, &value)?,
            _ => return Ok(()),
        };
        if wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(ours)) { Ok(()) } else { Err(self.asks_for(key, &wanted.join(", "))) }
    }

    /// The version of the rules that a program must know: 3 is that of PDF 2.0.
    fn check_version(&self) -> crate::Result<()> {
        match integer(self.view, self.dictionary, b"V")? {
            Some(version) if self.is_required(3) && version > 3 => Err(self.asks_for(b"V", &version.to_string())),
            _ => Ok(()),
        }
    }

    /// Required reasons: one of the list; none at all where the list is empty or a single full stop.
    fn check_reason(&self, reason: Option<&str>) -> crate::Result<()> {
        if !self.is_required(4) {
            return Ok(());
        }
        let wanted = match self.get(b"Reasons")? {
            Some(value) => texts(self.view, &value)?,
            None => Vec::new(),
        };
        let fits = match (wanted.as_slice(), reason) {
            ([], None) => true,
            ([one], None) => one == ".",
            (_, Some(reason)) => wanted.iter().any(|wanted| wanted == reason && wanted != "."),
            _ => false,
        };
        if fits { Ok(()) } else { Err(self.asks_for(b"Reasons", &wanted.join(", "))) }
    }

    /// `/MDP` always holds: 0 asks for an approval, 1 to 3 for a certification of that level.
    fn check_certification(&self, certification: Option<u8>) -> crate::Result<()> {
        let Some(wanted) = self.get(b"MDP")? else { return Ok(()) };
        let Some(wanted) = wanted.value.as_dictionary() else { return Ok(()) };
        match integer(self.view, wanted, b"P")? {
            Some(level) if level != certification.map_or(0, i64::from) => Err(self.asks_for(b"MDP", &level.to_string())),
            _ => Ok(()),
        }
    }

    /// `/Cert`: the certificate itself, or one of its issuers, may be required; whatever else is required cannot be checked here.
    fn check_certificate(&self, addition: &Addition<'_>) -> crate::Result<()> {
        let Some(wanted) = self.get(b"Cert")? else { return Ok(()) };
        let Some(wanted) = wanted.value.as_dictionary() else { return Ok(()) };
        let required = integer(self.view, wanted, b"Ff")?.unwrap_or(0);
        let (signer, issuers) =
            addition.certificates.split_first().map_or((None, addition.certificates), |(signer, issuers)| (Some(signer), issuers));
        for (bit, key, ours) in [(1, b"Subject".as_slice(), signer.map(std::slice::from_ref).unwrap_or_default()), (2, b"Issuer", issuers)]
        {
            let certificates = match self.view.get(wanted, key)? {
                Some(value) if has(required, bit) => strings(self.view, &value)?,
                _ => continue,
            };
            if !ours.iter().any(|ours| certificates.iter().any(|wanted| *wanted.bytes == *ours.as_der())) {
                return Err(self.cannot_give(if bit == 1 { "Cert/Subject" } else { "Cert/Issuer" }));
            }
        }
        match [(3, "Cert/OID"), (4, "Cert/SubjectDN"), (6, "Cert/KeyUsage")].into_iter().find(|(bit, _)| has(required, *bit)) {
            Some((_, name)) => Err(self.cannot_give(name)),
            None => Ok(()),
        }
    }

    /// Requirements that nothing here can meet.
    fn check_others(&self) -> crate::Result<()> {
        let timestamp = match self.get(b"TimeStamp")?.as_ref().and_then(|value| value.value.as_dictionary()) {
            Some(timestamp) => has(integer(self.view, timestamp, b"Ff")?.unwrap_or(0), 1),
            None => false,
        };
        let others = [
            (timestamp, "TimeStamp"),
            (self.is_required(5) && self.get(b"LegalAttestation")?.is_some(), "LegalAttestation"),
            (self.is_required(6) && self.is(b"AddRevInfo", |value| matches!(value, super::Value::Boolean(true)))?, "AddRevInfo"),
            (self.is_required(8) && self.is(b"LockDocument", |value| value.as_name() == Some(b"true"))?, "LockDocument"),
            (self.is_required(9) && self.get(b"AppearanceFilter")?.is_some(), "AppearanceFilter"),
        ];
        match others.into_iter().find(|(asked, _)| *asked) {
            Some((_, name)) => Err(self.cannot_give(name)),
            None => Ok(()),
        }
    }

    fn is(&self, key: &[u8], test: impl Fn(&super::Value) -> bool) -> crate::Result<bool> {
        Ok(self.get(key)?.is_some_and(|object| test(&object.value)))
    }

    fn asks_for(&self, key: &'static [u8], wanted: &str) -> crate::Error {
        let entry = String::from_utf8_lossy(key).into_owned();
        refused(Message::new(id::SIGN_SEED_VALUE).with("field", self.field).with("entry", entry).with("wanted", wanted))
    }

    fn cannot_give(&self, entry: &str) -> crate::Error {
        refused(Message::new(id::SIGN_SEED_VALUE_UNSUPPORTED).with("field", self.field).with("entry", entry))
    }
}

/// Whether bit `bit`, from 1, is set.
fn has(flags: i64, bit: u32) -> bool {
    flags.checked_shr(bit.saturating_sub(1)).is_some_and(|flags| flags & 1 == 1)
}

fn integer(view: View<'_>, dictionary: &Dictionary, key: &[u8]) -> crate::Result<Option<i64>> {
    Ok(view.get(dictionary, key)?.and_then(|value| value.value.as_integer()))
}

/// The names and strings of a value, or of the array that it is.
fn texts(view: View<'_>, value: &Object) -> crate::Result<Vec<String>> {
    let one = std::slice::from_ref(value);
    let mut texts = Vec::new();
    for object in value.value.as_array().map_or(one, |array| array.0.as_slice()) {
        let object = view.resolve(object)?;
        let name = object.value.as_name().map(|name| String::from_utf8_lossy(name).into_owned());
        texts.extend(name.or_else(|| object.value.as_string().map(PdfString::text)));
    }
    Ok(texts)
}

fn strings(view: View<'_>, value: &Object) -> crate::Result<Vec<PdfString>> {
    let mut strings = Vec::new();
    for object in value.value.as_array().map(|array| array.0.as_slice()).unwrap_or_default() {
        strings.extend(view.resolve(object)?.value.as_string().cloned());
    }
    Ok(strings)
}
