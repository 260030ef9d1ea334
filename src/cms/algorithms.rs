//! Which digest and which scheme a signer used, and where the two disagree.

use super::signed_data::SignerInfo;
use crate::asn1::Oid;
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm, SignatureAlgorithm};
use crate::message::{Message, id};

/// The algorithms of one signer, as far as they are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Algorithms {
    /// The digest of the content.
    pub(super) digest: Option<DigestAlgorithm>,
    /// Whether the identifier of the digest is that of a signature algorithm.
    signature_in_digest: bool,
    /// The scheme, by its own identifier: where it names another digest than `digest`, that one is in it.
    pub(super) signature: Option<SignatureAlgorithm>,
}

impl Algorithms {
    pub(super) fn of(signer: &SignerInfo<'_>) -> Self {
        let named = digest_named(&signer.digest_algorithm);
        // The identifier of a signature algorithm in the place of the digest's names the same digest.
        let digest = named.or_else(|| SignatureAlgorithm::from_identifier(&signer.digest_algorithm, None)?.digest());
        let signature = SignatureAlgorithm::from_identifier(&signer.signature_algorithm, digest);
        Self { digest, signature_in_digest: named.is_none() && digest.is_some(), signature }
    }

    /// The rules of RFC 5652, RFC 4056 and RFC 8419 that the two break.
    pub(super) fn findings(self, signer: &SignerInfo<'_>, findings: &mut Vec<Message>) {
        let finding = |id| {
            Message::new(id)
                .with("digest", signer.digest_algorithm.oid.to_string())
                .with("signature", signer.signature_algorithm.oid.to_string())
        };
        let (Some(digest), Some(signature)) = (self.digest, self.signature) else {
            findings.push(finding(id::CMS_ALGORITHM_UNSUPPORTED));
            return;
        };
        let wanted = match signature {
            // RFC 8419 3.1: the digest that goes with the curve, where signed attributes carry it.
            SignatureAlgorithm::Ed25519 if signer.signed_attributes.is_some() => DigestAlgorithm::Sha512,
            SignatureAlgorithm::Ed448 if signer.signed_attributes.is_some() => DigestAlgorithm::Shake256,
            _ => signature.digest().unwrap_or(digest),
        };
        if wanted != digest {
            findings.push(finding(id::CMS_ALGORITHM_MISMATCH));
        } else if self.signature_in_digest {
            findings.push(finding(id::CMS_DIGEST_IDENTIFIER));
        }
        if let SignatureAlgorithm::RsaPss { digest, mask_digest, .. } = signature
            && digest != mask_digest
        {
            findings.push(finding(id::CMS_PSS_PARAMETERS));
        }
    }

    /// The identifiers as written, for people.
    pub(super) fn text(signer: &SignerInfo<'_>) -> String {
        format!("{} / {}", signer.digest_algorithm.oid, signer.signature_algorithm.oid)
    }
}

fn digest_named(identifier: &AlgorithmIdentifier<'_>) -> Option<DigestAlgorithm> {
    if identifier.oid == Oid::SHAKE256_LENGTH {
        // RFC 8419 2.3: the length in bits is the parameter; that of Ed448 is 512.
        let bits = identifier.parameters?.unsigned().ok()?;
        return (bits == 512).then_some(DigestAlgorithm::Shake256);
    }
    identifier.digest()
}
