//! The certificates that are trusted because somebody added them.

use crate::crypto::DigestAlgorithm;
use crate::x509::{Certificate, pem_certificates};

/// What an anchor is trusted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Use {
    /// Certificates of signers.
    Signing,
    /// Certificates of time-stamping authorities.
    Timestamping,
}

/// A certificate that is trusted as it is: pinned. Any certificate may be one, root or not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Anchor {
    /// The certificate.
    pub certificate: Certificate,
    /// What it is trusted for.
    pub uses: Vec<Use>,
}

/// The trust store. It is empty until somebody adds something.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    anchors: Vec<Anchor>,
}

impl TrustStore {
    /// A store that trusts nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self { anchors: Vec::new() }
    }

    /// Trusts `certificate` for signing and for timestamps. Adding it again changes nothing.
    pub fn add(&mut self, certificate: Certificate) {
        self.add_for(certificate, &[Use::Signing, Use::Timestamping]);
    }

    /// Trusts `certificate` for `uses`, besides those it is trusted for already.
    pub fn add_for(&mut self, certificate: Certificate, uses: &[Use]) {
        let place = self.anchors.iter().position(|anchor| anchor.certificate == certificate);
        let mut all = place.and_then(|place| self.anchors.get(place)).map_or_else(Vec::new, |anchor| anchor.uses.clone());
        all.extend_from_slice(uses);
        all.sort_unstable();
        all.dedup();
        match place.and_then(|place| self.anchors.get_mut(place)) {
            Some(anchor) => anchor.uses = all,
            None => self.anchors.push(Anchor { certificate, uses: all }),
        }
    }

    /// Trusts every certificate in `bytes` (PEM, DER, or PKCS#7).
    ///
    /// # Errors
    /// [`crate::ErrorKind::Format`] where there is none, or one is damaged; then none is added.
    pub fn add_bytes(&mut self, bytes: &[u8]) -> crate::Result<()> {
        pem_certificates(bytes)?.into_iter().for_each(|certificate| self.add(certificate));
        Ok(())
    }

    /// The anchors, in the order they were added.
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The certificates that are trusted for `usage`.
    pub(super) fn trusted_for(&self, usage: Use) -> impl Iterator<Item = &Certificate> {
        self.anchors.iter().filter(move |anchor| anchor.uses.contains(&usage)).map(|anchor| &anchor.certificate)
    }

    /// A stable identifier of the set: the first 16 hexadecimal digits of a SHA-256 over the sorted fingerprints and uses.
    #[must_use]
    pub fn id(&self) -> String {
        let mut rows: Vec<Vec<u8>> = self
            .anchors
            .iter()
            .map(|anchor| {
                let bits = [Use::Signing, Use::Timestamping].map(|usage| u8::from(anchor.uses.contains(&usage)));
                [&anchor.certificate.sha256()[..], &bits[..]].concat()
            })
            .collect();
        rows.sort_unstable();
        DigestAlgorithm::Sha256.digest(&rows.concat()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}
