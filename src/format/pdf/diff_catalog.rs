//! Later changes of the trailer, the catalog, and what hangs on it apart from forms and pages.

use super::diff_graph::{TRAILER, is_of_type};
use super::diff_rules as rules;
use super::diff_step::{Position, Step, dictionary, items};
use super::field::tolerate;
use super::{Dictionary, Name, Object, Value, equal};

impl Step<'_> {
    /// The trailer names the catalog and the document information.
    pub(super) fn trailer(&mut self) -> crate::Result<()> {
        let (old, new) = (self.before.trailer(), self.after.trailer());
        let position = Position::of(TRAILER);
        for key in equal::changed_keys(&old, &new) {
            if !rules::TRAILER_KEYS.contains(&key) {
                self.event(&rules::TRAILER, &[("key", text(key))], None);
            }
        }
        self.cross_references(&new);
        self.identifier(&old, &new)?;
        // One reader takes the first of two, another the last.
        let twice = self.pdf.revisions().get(self.after.revision).and_then(|revision| revision.duplicate_keys().next());
        if let Some(Name(key)) = twice {
            self.event(&rules::TRAILER, &[("key", text(key))], None);
        }
        self.document_information(&old, &new, &position)?;
        let root = |trailer: &Dictionary| trailer.get(b"Root").and_then(|root| root.value.as_reference());
        match (root(&old), root(&new)) {
            // The catalog may be written anew under another number: what counts is what it says.
            (Some(one), Some(other)) if one == other || self.is_added(other.number) => {
                self.claim(&position.key(b"Root"), other.number);
                self.catalog(other.number)
            }
            _ => {
                self.event(&rules::TRAILER, &[("key", "Root".into())], None);
                Ok(())
            }
        }
    }

    /// What programs find objects by. Where it is broken, each repairs it in its own way, and what one shows another does not.
    fn cross_references(&mut self, new: &Dictionary) {
        let revisions = self.pdf.revisions();
        let Some(now) = revisions.get(self.after.revision) else { return };
        let earlier = revisions.get(..self.after.revision).unwrap_or_default();
        // A table behind streams (7.5.8.4): there are readers that lose what is in object streams, as soon as a reference leads nowhere.
        let is_mixed = !now.stream && earlier.iter().any(|revision| revision.stream && revision.has_members());
        if now.recovered || !now.well_formed || is_mixed {
            self.event(&rules::TRAILER, &[("key", "xref".into())], None);
        }
        // 7.5.5, table 15: objects from this number on are missing. That there were more before, PDFBox forgets where it updates nothing.
        let size = new.get(b"Size").and_then(|size| size.value.as_integer());
        let most = now.highest().map_or(0, |highest| i64::from(highest).saturating_add(1));
        if !now.recovered && size.is_none_or(|size| size < most) {
            self.event(&rules::TRAILER, &[("key", "Size".into())], None);
        }
    }

    /// `/ID` (14.4): the first string should stay, yet honest software writes new ones, and no page shows them. The key of an encrypted
    /// document may be made from it.
    fn identifier(&mut self, old: &Dictionary, new: &Dictionary) -> crate::Result<()> {
        if !self.pdf.is_encrypted() {
            return Ok(());
        }
        let first = |object: Option<&Object>| items(object).first().and_then(|first| Some(first.value.as_string()?.bytes.to_vec()));
        let before = first(self.old(old.get(b"ID"))?.as_ref());
        let after = match new.get(b"ID") {
            Some(object) => first(tolerate(self.after.resolve(object))?.as_ref()),
            None => None,
        };
        if before != after {
            self.event(&rules::TRAILER, &[("key", "ID".into())], None);
        }
        Ok(())
    }

    /// `/Info`: a dictionary of texts that nothing else uses.
    fn document_information(&mut self, old: &Dictionary, new: &Dictionary, position: &Position) -> crate::Result<()> {
        let key = b"Info";
        let progress = self.progress();
        if let Some((information, inside)) = self.enter(&position.key(key), new.get(key))? {
            match &information.value {
                Value::Dictionary(_) => {
                    self.accept(&inside, &information, false);
                }
                _ => self.event(&rules::TRAILER, &[("key", "Info".into())], None),
            }
        }
        let is_other = equal::changed_keys(old, new).any(|changed| changed == key);
        if is_other || self.progress() > progress {
            self.event(&rules::METADATA, &[], None);
        }
        Ok(())
    }

    fn catalog(&mut self, number: u32) -> crate::Result<()> {
        let (old, new) = (self.before.catalog()?, self.after.catalog()?);
        let position = Position::of(number);
        // Its changes mean nothing in another role: each has a type that its key asks for.
        self.claim_any(number);
        for key in self.changes(&position, &old, &new)? {
            match key.as_slice() {
                b"AcroForm" | b"DSS" | b"Extensions" | b"Metadata" | b"Perms" | b"StructTreeRoot" | b"Version" => {}
                b"MarkInfo" => self.event(&rules::STRUCTURE, &[], None),
                _ => self.event(&rules::CATALOG, &[("key", text(&key))], None),
            }
        }
        // Table 29: it shall be indirect, and there are readers that find no pages where it is not.
        let is_indirect = |catalog: &Dictionary| catalog.get(b"Pages").is_some_and(|pages| pages.value.as_reference().is_some());
        if is_indirect(&old) && !is_indirect(&new) {
            self.event(&rules::CATALOG, &[("key", "Pages".into())], None);
        }
        self.form(&old, &new, &position)?;
        self.validation_data(&old, &new, &position)?;
        self.extensions(&old, &new, &position)?;
        self.version(&old, &new)?;
        self.metadata(&old, &new, &position)?;
        self.permissions(&old, &new, &position)
    }

    /// `/DSS` (12.8.4.3): arrays of streams, and `/VRI` with arrays of streams for each signature. Nothing else hides there.
    fn validation_data(&mut self, old: &Dictionary, new: &Dictionary, position: &Position) -> crate::Result<()> {
        let progress = self.progress();
        let Some((store, inside)) = self.enter(&position.key(b"DSS"), new.get(b"DSS"))? else {
            if self.old(old.get(b"DSS"))?.is_some() {
                self.event(&rules::VALIDATION_DATA_ODD, &[], None);
            }
            return Ok(());
        };
        let mut is_proper = true;
        match &store.value {
            Value::Dictionary(store) => {
                for (Name(key), value) in &store.entries {
                    is_proper &= match &**key {
                        b"Type" => true,
                        b"VRI" => self.related_data(&inside.key(key), value)?,
                        _ => self.validation_entry(&inside.key(key), key, value)?,
                    };
                }
            }
            _ => is_proper = false,
        }
        let is_other = equal::changed_keys(old, new).any(|key| key == b"DSS");
        if is_other || self.progress() > progress {
            let rule = if is_proper { &rules::VALIDATION_DATA } else { &rules::VALIDATION_DATA_ODD };
            self.event(rule, &[], None);
        }
        Ok(())
    }

    fn related_data(&mut self, position: &Position, value: &Object) -> crate::Result<bool> {
        let Some((related, inside)) = self.enter(position, Some(value))? else { return Ok(true) };
        let Some(related) = dictionary(Some(&related)) else { return Ok(false) };
        let mut is_proper = true;
        for (Name(signature), entry) in &related.entries {
            let Some((entry, inside)) = self.enter(&inside.key(signature), Some(entry))? else { continue };
            match &entry.value {
                Value::Name(_) => {}
                Value::Dictionary(entry) => {
                    for (Name(key), value) in &entry.entries {
                        is_proper &= self.validation_entry(&inside.key(key), key, value)?;
                    }
                }
                _ => is_proper = false,
            }
        }
        Ok(is_proper)
    }

    /// One entry of the store or of `/VRI`: an array of streams, a stream, a date, or the type.
    fn validation_entry(&mut self, position: &Position, key: &[u8], value: &Object) -> crate::Result<bool> {
        const KEYS: &[&[u8]] = &[b"CRL", b"CRLs", b"Cert", b"Certs", b"OCSP", b"OCSPs", b"TS", b"TU", b"Type"];
        let Some((value, inside)) = self.enter(position, Some(value))? else { return Ok(true) };
        let mut is_proper = KEYS.contains(&key);
        for item in items(Some(&value)) {
            let Some(reference) = item.value.as_reference() else { continue };
            if self.is_added(reference.number) {
                let Some((item, inside)) = self.enter(&inside, Some(item))? else { continue };
                is_proper &= item.value.as_stream().is_some();
                self.accept(&inside, &item, false);
            }
        }
        Ok(is_proper)
    }

    /// `/Extensions` (7.12): versions for developers, which only rise.
    fn extensions(&mut self, old: &Dictionary, new: &Dictionary, position: &Position) -> crate::Result<()> {
        let key = b"Extensions";
        let progress = self.progress();
        let before = dictionary(self.old(old.get(key))?.as_ref()).unwrap_or_default();
        let entered = self.enter(&position.key(key), new.get(key))?;
        let Some((extensions, inside)) = entered else {
            if !before.entries.is_empty() {
                self.event(&rules::CATALOG, &[("key", text(key))], None);
            }
            return Ok(());
        };
        let Some(after) = dictionary(Some(&extensions)) else {
            self.event(&rules::CATALOG, &[("key", text(key))], None);
            return Ok(());
        };
        let mut rises = before.entries.iter().all(|(Name(developer), _)| after.contains(developer));
        for (Name(developer), value) in &after.entries {
            if &**developer == b"Type" {
                continue;
            }
            let Some((value, inside)) = self.enter(&inside.key(developer), Some(value))? else { continue };
            let previous = self.old(before.get(developer))?;
            rises &= self.extension_rises(previous.as_ref(), &value, &inside)?;
        }
        let is_other = equal::changed_keys(old, new).any(|changed| changed == key);
        if is_other || self.progress() > progress {
            match rises {
                true => self.event(&rules::EXTENSIONS, &[], None),
                false => self.event(&rules::CATALOG, &[("key", text(key))], None),
            }
        }
        Ok(())
    }

    /// A developer extension dictionary, or an array of them of which none goes away.
    fn extension_rises(&mut self, old: Option<&Object>, new: &Object, position: &Position) -> crate::Result<bool> {
        const KEYS: &[&[u8]] = &[b"BaseVersion", b"ExtensionLevel", b"ExtensionRevision", b"Type", b"URL"];
        if let Some(after) = dictionary(Some(new)) {
            let level = |dictionary: &Dictionary| dictionary.get(b"ExtensionLevel").and_then(|level| level.value.as_integer());
            let before = dictionary(old).and_then(|before| level(&before));
            let is_plain = after.entries.iter().all(|(Name(key), value)| KEYS.contains(&&**key) && value.value.as_reference().is_none());
            return Ok(is_plain && (old.is_none() || level(&after) >= before));
        }
        let (before, after) = (items(old), items(Some(new)));
        for (index, item) in after.iter().enumerate() {
            let Some((item, inside)) = self.enter(position, Some(item))? else { return Ok(false) };
            let previous = self.old(before.get(index))?;
            if dictionary(Some(&item)).is_none() || !self.extension_rises(previous.as_ref(), &item, &inside)? {
                return Ok(false);
            }
        }
        Ok(!after.is_empty() && before.len() <= after.len())
    }

    /// `/Version`: programs write the one that they used, be it lower than the one before. No page shows it, but it must be one.
    fn version(&mut self, old: &Dictionary, new: &Dictionary) -> crate::Result<()> {
        let key = b"Version";
        let (before, after) = (self.old(old.get(key))?, new.get(key));
        let is_same = match (&before, after) {
            (Some(before), Some(after)) => equal::same(&before.value, &after.value),
            (None, None) => true,
            _ => false,
        };
        if is_same {
            return Ok(());
        }
        match after.and_then(|after| after.value.as_name()) {
            Some([major, b'.', minor]) if major.is_ascii_digit() && minor.is_ascii_digit() => self.event(&rules::EXTENSIONS, &[], None),
            _ => self.event(&rules::CATALOG, &[("key", text(key))], None),
        }
        Ok(())
    }

    /// `/Metadata` of the catalog: an XMP stream, used nowhere else.
    fn metadata(&mut self, old: &Dictionary, new: &Dictionary, position: &Position) -> crate::Result<()> {
        let key = b"Metadata";
        let progress = self.progress();
        let is_other = equal::changed_keys(old, new).any(|changed| changed == key);
        match self.enter(&position.key(key), new.get(key))? {
            Some((metadata, inside)) => {
                let subtype = metadata.value.as_stream().and_then(|stream| stream.dictionary.get(b"Subtype"));
                let is_xmp = is_of_type(&metadata.value, key) && subtype.is_some_and(|name| name.value.as_name() == Some(b"XML"));
                self.accept(&inside, &metadata, false);
                if is_other || self.progress() > progress {
                    match is_xmp {
                        true => self.event(&rules::METADATA, &[], None),
                        false => self.event(&rules::CATALOG, &[("key", text(key))], None),
                    }
                }
            }
            None if is_other => self.event(&rules::METADATA, &[], None),
            None => {}
        }
        Ok(())
    }

    /// `/Perms` (12.8.4): a certification may come; none may go or be replaced. Usage rights may go.
    fn permissions(&mut self, old: &Dictionary, new: &Dictionary, position: &Position) -> crate::Result<()> {
        let before = dictionary(self.old(old.get(b"Perms"))?.as_ref()).unwrap_or_default();
        let entered = self.enter(&position.key(b"Perms"), new.get(b"Perms"))?;
        let after = match &entered {
            Some((permissions, _)) => dictionary(Some(permissions)),
            None => Some(std::sync::Arc::default()),
        };
        let Some(after) = after else {
            self.event(&rules::PERMISSIONS, &[], None);
            return Ok(());
        };
        for key in equal::changed_keys(&before, &after) {
            let signature = after.get(key).and_then(|value| value.value.as_reference());
            match (key, before.get(key), signature) {
                (b"DocMDP", None, Some(signature)) if self.is_added(signature.number) => self.event(&rules::CERTIFIED, &[], None),
                (b"UR" | b"UR3", Some(_), None) if !after.contains(key) => self.event(&rules::METADATA, &[], None),
                _ => self.event(&rules::PERMISSIONS, &[], None),
            }
        }
        Ok(())
    }

    pub(super) fn claim_any(&mut self, number: u32) {
        if self.is_altered(number) {
            self.claims.insert(number, super::diff_step::Claim::Any);
        }
    }
}

/// A key for a message.
pub(super) fn text(key: &[u8]) -> crate::message::Argument {
    String::from_utf8_lossy(key).into_owned().into()
}
