//! With the keys of the test PKI.

use super::*;
use crate::crypto::{DigestAlgorithm, Input};
use crate::x509::pem_decode;

/// The keys of the test PKI, with the algorithms that they sign with.
const KEYS: [(&str, &[SignatureAlgorithm]); 4] = [
    (include_str!("../../../fixtures/pki/an.key.pem"), &[RSA_SHA256, RSA_SHA384, RSA_SHA512, PSS_SHA256, PSS_SHA384, PSS_SHA512]),
    (include_str!("../../../fixtures/pki/binh.key.pem"), &[ECDSA_SHA256]),
    (include_str!("../../../fixtures/pki/cuong.key.pem"), &[ECDSA_SHA384]),
    (include_str!("../../../fixtures/pki/dung.key.pem"), &[SignatureAlgorithm::Ed25519]),
];
const RSA_SHA256: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha256 };
const RSA_SHA384: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha384 };
const RSA_SHA512: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha512 };
const PSS_SHA256: SignatureAlgorithm = pss(DigestAlgorithm::Sha256);
const PSS_SHA384: SignatureAlgorithm = pss(DigestAlgorithm::Sha384);
const PSS_SHA512: SignatureAlgorithm = pss(DigestAlgorithm::Sha512);
const ECDSA_SHA256: SignatureAlgorithm = SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha256 };
const ECDSA_SHA384: SignatureAlgorithm = SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha384 };
const SHA1: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha1 };

const fn pss(digest: DigestAlgorithm) -> SignatureAlgorithm {
    SignatureAlgorithm::RsaPss { digest, mask_digest: digest, salt_length: digest.length() }
}

fn der(pem: &str) -> Vec<u8> {
    pem_decode(pem.as_bytes()).unwrap().remove(0).der
}

#[test]
fn what_a_key_signs_its_public_half_verifies() {
    for (pem, algorithms) in KEYS {
        let key = PrivateKey::from_pkcs8(&der(pem)).unwrap();
        for algorithm in algorithms {
            let mut value = key.sign(*algorithm, b"message").unwrap();
            let public = key.public_key();
            assert_eq!(public.verify(*algorithm, Input::Message(b"message"), &value), Ok(()), "{algorithm:?}");
            assert!(public.verify(*algorithm, Input::Message(b"other"), &value).is_err());
            *value.last_mut().unwrap() ^= 1;
            assert!(public.verify(*algorithm, Input::Message(b"message"), &value).is_err());
        }
    }
}

#[test]
fn a_key_signs_with_its_own_algorithms_alone() {
    let all = KEYS.iter().flat_map(|(_, algorithms)| algorithms.iter()).chain([&SHA1]).copied();
    for algorithm in all {
        for (pem, algorithms) in KEYS {
            let signed = PrivateKey::from_pkcs8(&der(pem)).unwrap().sign(algorithm, b"message").is_some();
            assert_eq!(signed, algorithms.contains(&algorithm), "{algorithm:?}");
        }
    }
}

#[cfg(feature = "extra-curves")]
#[test]
fn a_key_without_its_point_gets_the_right_one() {
    let pkcs8 = der(KEYS[1].0);
    let whole = PrivateKey::from_pkcs8(&pkcs8).unwrap().public_key();
    let secret = EcPrivateKey::read(Pkcs8::read(&pkcs8).unwrap().key).unwrap().secret.to_vec();
    let bare = ec_private_key(&secret, Curve::P256, None);
    assert_eq!(PrivateKey::from_ec_private_key(&bare).unwrap().public_key(), whole);
    let wrong = ec_private_key(&[7; 32], Curve::P256, Some(whole.key_bits()));
    assert_eq!(PrivateKey::from_ec_private_key(&wrong).err(), Some(KeyError::Malformed));
}

#[cfg(feature = "extra-curves")]
#[test]
fn p521_signs_and_leading_zeros_may_be_missing() {
    let algorithm = SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha512 };
    for secret in [&[7; 66][1..], &[7; 5]] {
        let key = PrivateKey::from_ec_private_key(&ec_private_key(secret, Curve::P521, None)).unwrap();
        let value = key.sign(algorithm, b"message").unwrap();
        assert_eq!(key.public_key().verify(algorithm, Input::Message(b"message"), &value), Ok(()));
    }
}

#[cfg(feature = "extra-curves")]
fn ec_private_key(secret: &[u8], curve: Curve, point: Option<&[u8]>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.unsigned(1);
            writer.octet_string(secret);
            writer.constructed(Tag::context(0), |writer| writer.oid(curve.oid()));
            if let Some(point) = point {
                let bits = [&[0], point].concat();
                writer.constructed(Tag::context(1), |writer| writer.primitive(Tag::BIT_STRING, &bits));
            }
        });
    })
}

#[test]
fn a_damaged_key_is_no_key() {
    for (pem, _) in KEYS {
        let whole = der(pem);
        for length in 0..whole.len() {
            assert!(PrivateKey::from_pkcs8(&whole[..length]).is_err());
        }
    }
    let mut numbers_of_two_keys = der(KEYS[0].0);
    *numbers_of_two_keys.last_mut().unwrap() ^= 2;
    assert_eq!(PrivateKey::from_pkcs8(&numbers_of_two_keys).err(), Some(KeyError::Malformed));
}
