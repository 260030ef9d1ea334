//! How much work one document may cause.
//!
//! Every parser and every search spends from a [`Budget`]; the figures are [`Limits`], which the caller may change.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Upper bounds for one document. The defaults let every real document through that the project knows of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the document itself.
    pub document_bytes: u64,
    /// PDF objects parsed, each time they are parsed.
    pub objects: u64,
    /// Levels of nested arrays, dictionaries and page or field trees.
    pub depth: u32,
    /// Cross-reference sections.
    pub sections: u64,
    /// Signatures and document timestamps.
    pub signatures: u64,
    /// Bytes of one signature value (`/Contents`).
    pub signature_bytes: u64,
    /// Bytes that decompression may give, over the whole document.
    pub decoded_bytes: u64,
    /// Bytes that decompression may give for each byte that goes in, past the first mebibyte.
    pub decoded_ratio: u64,
    /// Levels of nested ASN.1 values.
    pub asn1_depth: u32,
    /// Certificates taken from one document.
    pub certificates: u64,
    /// Steps of the search for certification paths.
    pub path_steps: u64,
    /// Signatures checked with a public key, those on certificates and CRLs included.
    pub signature_checks: u64,
    /// Comparisons of a name with a name constraint.
    pub name_comparisons: u64,
    /// Objects of a document that verifying looks through for what can show something else than was signed. Of a document with more it
    /// looks at the form alone, and says so; before signing all are looked through, however many.
    pub shadow_objects: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 1 << 40,
            objects: 8_000_000,
            depth: 128,
            sections: 4_096,
            signatures: 256,
            signature_bytes: 1 << 20,
            decoded_bytes: 256 << 20,
            decoded_ratio: 1_000,
            asn1_depth: 64,
            // Every signature brings its chain, the same one again and again: sixteen for each of the signatures that may be.
            certificates: 4_096,
            path_steps: 20_000,
            // rustls-webpki allows 100 for one TLS chain; a document carries many signatures.
            signature_checks: 4_096,
            // The figure of rustls-webpki.
            name_comparisons: 250_000,
            // A letter has some dozens; looking through this many takes less than a millisecond.
            shadow_objects: 2_000,
        }
    }
}

/// What can be spent from a [`Budget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// Certificates.
    Certificates,
    /// Decompressed bytes.
    DecodedBytes,
    /// Names compared with constraints.
    NameComparisons,
    /// Parsed objects.
    Objects,
    /// Steps of path building.
    PathSteps,
    /// Cross-reference sections.
    Sections,
    /// Public-key operations.
    SignatureChecks,
    /// Signatures.
    Signatures,
}

const RESOURCES: usize = 8;

impl Resource {
    const fn index(self) -> usize {
        match self {
            Self::Certificates => 0,
            Self::DecodedBytes => 1,
            Self::NameComparisons => 2,
            Self::Objects => 3,
            Self::PathSteps => 4,
            Self::Sections => 5,
            Self::SignatureChecks => 6,
            Self::Signatures => 7,
        }
    }

    /// The name of the figure in [`Limits`].
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certificates => "certificates",
            Self::DecodedBytes => "decoded_bytes",
            Self::NameComparisons => "name_comparisons",
            Self::Objects => "objects",
            Self::PathSteps => "path_steps",
            Self::Sections => "sections",
            Self::SignatureChecks => "signature_checks",
            Self::Signatures => "signatures",
        }
    }
}

/// A limit was reached: the work was not done, and nothing may be concluded from its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document asks for more work than the limit `{}` allows", .0.name())]
#[expect(clippy::exhaustive_structs, reason = "it names the limit and nothing else")]
pub struct Exceeded(pub Resource);

/// What is left of [`Limits`] while one document is read. Clones share what was spent.
#[derive(Clone, Debug)]
pub struct Budget {
    limits: Arc<Limits>,
    spent: Arc<[AtomicU64; RESOURCES]>,
}

impl Budget {
    /// A budget from which nothing has been spent.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits: Arc::new(limits), spent: Arc::default() }
    }

    /// The limits this budget started from.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Spends `amount` of `resource`.
    ///
    /// # Errors
    /// [`Exceeded`] where the limit is passed by it.
    pub fn spend(&self, resource: Resource, amount: u64) -> Result<(), Exceeded> {
        let limit = match resource {
            Resource::Certificates => self.limits.certificates,
            Resource::DecodedBytes => self.limits.decoded_bytes,
            Resource::NameComparisons => self.limits.name_comparisons,
            Resource::Objects => self.limits.objects,
            Resource::PathSteps => self.limits.path_steps,
            Resource::Sections => self.limits.sections,
            Resource::SignatureChecks => self.limits.signature_checks,
            Resource::Signatures => self.limits.signatures,
        };
        let Some(counter) = self.spent.get(resource.index()) else { return Err(Exceeded(resource)) };
        let before = counter.fetch_add(amount, Ordering::Relaxed);
        if before.saturating_add(amount) > limit { Err(Exceeded(resource)) } else { Ok(()) }
    }
}

#[cfg(test)]
impl Budget {
    /// What was spent of `resource`.
    pub(crate) fn spent(&self, resource: Resource) -> u64 {
        self.spent.get(resource.index()).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_may_be_spent_and_no_more() {
        let budget = Budget::new(Limits { objects: 3, ..Limits::default() });
        assert_eq!(budget.spend(Resource::Objects, 3), Ok(()));
        assert_eq!(budget.clone().spend(Resource::Objects, 1), Err(Exceeded(Resource::Objects)));
        assert_eq!(budget.spend(Resource::Signatures, 1), Ok(()));
    }
}
