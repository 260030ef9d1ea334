//! Elliptic curves that `ring` lacks, and digests that it lacks on its own curves: verification, and signing with P-521.

use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize, PublicKey, SecretKey};
use ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use ecdsa::{EcdsaCurve, Signature, VerifyingKey};

use super::brainpool512::BrainpoolP512r1;
use crate::crypto::VerifyError;
use crate::crypto::key::Curve;

/// Verifies the value r‖s over a digest. The point may be compressed; it must lie on the curve.
pub(crate) fn verify_ecdsa(curve: Curve, point: &[u8], digest: &[u8], value: &[u8]) -> Result<(), VerifyError> {
    match curve {
        Curve::P256 => verify::<p256::NistP256>(point, digest, value),
        Curve::P384 => verify::<p384::NistP384>(point, digest, value),
        Curve::P521 => verify::<p521::NistP521>(point, digest, value),
        Curve::BrainpoolP256r1 => verify::<bp256::BrainpoolP256r1>(point, digest, value),
        Curve::BrainpoolP384r1 => verify::<bp384::BrainpoolP384r1>(point, digest, value),
        Curve::BrainpoolP512r1 => verify::<BrainpoolP512r1>(point, digest, value),
    }
}

fn verify<C>(point: &[u8], digest: &[u8], value: &[u8]) -> Result<(), VerifyError>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let key = VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| VerifyError::BadKey)?;
    let value = Signature::<C>::from_slice(value).map_err(|_| VerifyError::Mismatch)?;
    key.verify_prehash(digest, &value).map_err(|_| VerifyError::Mismatch)
}

/// Verifies Ed448 (RFC 8032 5.2.7) without a context.
pub(crate) fn verify_ed448(point: &[u8], message: &[u8], value: &[u8]) -> Result<(), VerifyError> {
    let point = <&[u8; 57]>::try_from(point).ok().filter(|point| is_canonical(point)).ok_or(VerifyError::BadKey)?;
    if !value.first_chunk().is_some_and(is_canonical) {
        return Err(VerifyError::Mismatch);
    }
    let key = ed448_goldilocks::VerifyingKey::from_bytes(point).map_err(|_| VerifyError::BadKey)?;
    let value = ed448_goldilocks::Signature::from_slice(value).map_err(|_| VerifyError::Mismatch)?;
    key.verify_raw(&value, message).map_err(|_| VerifyError::Mismatch)
}

/// Whether an Ed448 point is encoded as RFC 8032 5.2.3 asks: y below the prime, and no bit that has no meaning. The crate ignores those.
fn is_canonical(point: &[u8; 57]) -> bool {
    /// 2^448 - 2^224 - 1, little-endian.
    const PRIME: [u8; 56] = {
        let mut bytes = [0xFF; 56];
        bytes[28] = 0xFE;
        bytes
    };
    let [y @ .., last] = point;
    last & 0x7F == 0 && y.iter().rev().lt(PRIME.iter().rev())
}

/// The uncompressed point that belongs to a private number.
pub(crate) fn public_point(curve: Curve, secret: &[u8]) -> Option<Vec<u8>> {
    match curve {
        Curve::P256 => point::<p256::NistP256>(secret),
        Curve::P384 => point::<p384::NistP384>(secret),
        Curve::P521 => point::<p521::NistP521>(secret),
        Curve::BrainpoolP256r1 | Curve::BrainpoolP384r1 | Curve::BrainpoolP512r1 => None,
    }
}

fn point<C>(secret: &[u8]) -> Option<Vec<u8>>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let key: PublicKey<C> = SecretKey::<C>::from_slice(secret).ok()?.public_key();
    Some(key.to_sec1_point(false).as_bytes().to_vec())
}

/// A P-521 key that signs; zeroed when dropped.
pub(crate) struct P521Key(p521::ecdsa::SigningKey);

impl P521Key {
    pub(crate) fn new(secret: &[u8]) -> Option<Self> {
        p521::ecdsa::SigningKey::from_slice(secret).ok().map(Self)
    }

    /// The value r‖s over a digest, with the nonce of RFC 6979.
    pub(crate) fn sign(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let value: p521::ecdsa::Signature = self.0.sign_prehash(digest).ok()?;
        Some(value.to_vec())
    }
}
