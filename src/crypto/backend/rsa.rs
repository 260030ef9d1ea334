//! RSA verification of our own (RFC 8017), for what `ring` lacks: any digest, any salt, a digest that was given, an identifier
//! without its NULL. Everything here is public, so nothing needs to take constant time.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use crate::asn1::Writer;
use crate::crypto::{DigestAlgorithm, VerifyError};

/// The sizes of modulus that are verified.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 1024..=8192;
/// The largest modulus that goes with an exponent above 64 bits.
const MODULUS_OF_LONG_EXPONENTS: usize = 4096;
/// The digests that a value without any other sign of its digest may name (ISO 32000-2 table 260).
const NAMED_DIGESTS: [DigestAlgorithm; 5] =
    [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512, DigestAlgorithm::Md5];

/// The numbers of an RSA key, big-endian, without leading zeros.
#[derive(Clone, Copy)]
pub(crate) struct RsaKey<'a> {
    pub(crate) modulus: &'a [u8],
    pub(crate) exponent: &'a [u8],
}

impl RsaKey<'_> {
    /// Verifies RSASSA-PKCS1-v1_5 (8.2.2) by building the encoded message and comparing all of it.
    pub(crate) fn verify_pkcs1(&self, algorithm: DigestAlgorithm, digest: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if algorithm == DigestAlgorithm::Shake256 {
            return Err(VerifyError::Unsupported);
        }
        let message = self.recover(signature)?;
        // 9.2 note 2 asks verifiers to take a DigestInfo without the NULL as well.
        let fits =
            [true, false].iter().any(|null| encode_pkcs1(algorithm, digest, *null, message.len()).is_some_and(|built| built == message));
        if fits { Ok(()) } else { Err(VerifyError::Mismatch) }
    }

    /// Verifies RSASSA-PSS (8.1.2, 9.1.2) with a salt of exactly `salt_length` bytes.
    pub(crate) fn verify_pss(
        &self,
        algorithm: DigestAlgorithm,
        mask: DigestAlgorithm,
        salt_length: usize,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        if algorithm == DigestAlgorithm::Shake256 || mask == DigestAlgorithm::Shake256 {
            return Err(VerifyError::Unsupported);
        }
        let message = self.recover(signature)?;
        // emBits is one less than the bits of the modulus; where that is a multiple of eight, the encoding is a byte shorter.
        let bits = bit_length(self.modulus).saturating_sub(1);
        let message = match message.split_first() {
            Some((first, rest)) if bits.is_multiple_of(8) => (*first == 0).then_some(rest),
            _ => Some(message.as_slice()),
        };
        let fits = message.is_some_and(|message| check_pss(message, bits, algorithm, mask, salt_length, digest).is_some());
        if fits { Ok(()) } else { Err(VerifyError::Mismatch) }
    }

    /// The public operation (RSAVP1, 5.2.2), as many bytes as the modulus has.
    fn recover(&self, signature: &[u8]) -> Result<Vec<u8>, VerifyError> {
        let exponent = self.check()?;
        let precision = u32::try_from(self.modulus.len().saturating_mul(8)).map_err(|_| VerifyError::Unsupported)?;
        let modulus = BoxedUint::from_be_slice(self.modulus, precision).map_err(|_| VerifyError::BadKey)?;
        if signature.len() != self.modulus.len() || signature >= self.modulus {
            return Err(VerifyError::Mismatch);
        }
        let value = BoxedUint::from_be_slice(signature, precision).map_err(|_| VerifyError::Mismatch)?;
        let modulus = Odd::new(modulus).into_option().ok_or(VerifyError::BadKey)?;
        let params = BoxedMontyParams::new_vartime(modulus);
        let power = BoxedMontyForm::new(value, &params).pow_bounded_exp(&exponent, exponent.bit_width());
        let bytes = power.retrieve().to_be_bytes();
        let start = bytes.len().saturating_sub(self.modulus.len());
        Ok(bytes.get(start..).unwrap_or_default().to_vec())
    }

    /// The digest that the DigestInfo in a PKCS#1 v1.5 value names (9.2), by comparing all that comes before the digest.
    pub(crate) fn digest_in_value(&self, signature: &[u8]) -> Option<DigestAlgorithm> {
        let message = self.recover(signature).ok()?;
        let named = |algorithm: DigestAlgorithm| {
            let digest = message.get(message.len().checked_sub(algorithm.length())?..)?;
            [true, false]
                .iter()
                .any(|null| encode_pkcs1(algorithm, digest, *null, message.len()).as_ref() == Some(&message))
                .then_some(algorithm)
        };
        NAMED_DIGESTS.into_iter().find_map(named)
    }

    /// The exponent, where modulus and exponent are such that verifying is sound and the work is bounded.
    pub(crate) fn check(&self) -> Result<BoxedUint, VerifyError> {
        let size = bit_length(self.modulus);
        // FIPS 186-5 A.1.1 allows exponents below 2^256. Those above 64 bits cost four times the work, which a modulus of half the size evens out.
        let (most_bytes, precision) = if size <= MODULUS_OF_LONG_EXPONENTS { (32, 256) } else { (8, 64) };
        if !MODULUS_BITS.contains(&size) || self.exponent.len() > most_bytes {
            return Err(VerifyError::Unsupported);
        }
        let exponent = BoxedUint::from_be_slice(self.exponent, precision).map_err(|_| VerifyError::BadKey)?;
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        if is_odd(self.modulus) && is_odd(self.exponent) && self.exponent != [1] { Ok(exponent) } else { Err(VerifyError::BadKey) }
    }
}

/// The bits of a big-endian number without leading zero bytes.
pub(crate) fn bit_length(number: &[u8]) -> usize {
    let Some(first) = number.first() else { return 0 };
    let zeros = usize::try_from(first.leading_zeros()).unwrap_or_default();
    number.len().saturating_mul(8).saturating_sub(zeros)
}

/// EMSA-PKCS1-v1_5 (9.2), or `None` where the modulus is too short for it.
fn encode_pkcs1(algorithm: DigestAlgorithm, digest: &[u8], null: bool, length: usize) -> Option<Vec<u8>> {
    let info = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.oid(algorithm.oid());
                if null {
                    writer.null();
                }
            });
            writer.octet_string(digest);
        });
    });
    let padding = length.checked_sub(info.len())?.checked_sub(3)?;
    if padding < 8 {
        return None;
    }
    let mut out = vec![0, 1];
    out.resize(padding.checked_add(2)?, 0xFF);
    out.push(0);
    out.extend(info);
    Some(out)
}

/// EMSA-PSS-VERIFY (9.1.2), step numbers as there.
fn check_pss(
    message: &[u8],
    bits: usize,
    algorithm: DigestAlgorithm,
    mask: DigestAlgorithm,
    salt_length: usize,
    digest: &[u8],
) -> Option<()> {
    let length = algorithm.length();
    // 3 and 4
    let (body, trailer) = message.split_at_checked(message.len().checked_sub(1)?)?;
    let (masked, hash) = body.split_at_checked(body.len().checked_sub(length)?)?;
    let zeros = masked.len().checked_sub(salt_length)?.checked_sub(1)?;
    if trailer != [0xBC] {
        return None;
    }
    // 6
    let unused = message.len().checked_mul(8)?.checked_sub(bits)?;
    let keep = 0xFF_u8.checked_shr(u32::try_from(unused).ok()?)?;
    if masked.first()? & !keep != 0 {
        return None;
    }
    // 7 to 9
    let mut block = mask_generation(mask, hash, masked.len());
    block.iter_mut().zip(masked).for_each(|(byte, masked)| *byte ^= masked);
    *block.first_mut()? &= keep;
    // 10
    let (padding, salt) = block.split_at_checked(zeros.checked_add(1)?)?;
    let (one, padding) = padding.split_last()?;
    if *one != 1 || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    // 12 to 14
    let mut hasher = algorithm.hasher();
    hasher.update(&[0; 8]);
    hasher.update(digest);
    hasher.update(salt);
    (hasher.finish() == hash).then_some(())
}

/// MGF1 (B.2.1).
fn mask_generation(algorithm: DigestAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length.saturating_add(algorithm.length()));
    let mut counter: u32 = 0;
    while out.len() < length {
        let mut hasher = algorithm.hasher();
        hasher.update(seed);
        hasher.update(&counter.to_be_bytes());
        out.extend(hasher.finish());
        counter = counter.wrapping_add(1);
    }
    out.truncate(length);
    out
}
