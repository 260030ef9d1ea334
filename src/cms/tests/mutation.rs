//! No changed byte of a signature goes unnoticed where it counts.

use std::ops::Range;

use super::super::{Match, ReferenceMatch};
use super::*;

fn position(message: &[u8], part: &[u8]) -> Range<usize> {
    let start = message.windows(part.len()).position(|window| window == part).unwrap();
    start..start + part.len()
}

#[test]
fn no_flipped_byte_of_what_is_signed_still_fits() {
    let forge = Forge::new(Person::ed25519(), SignatureAlgorithm::Ed25519).change(|forge| {
        forge.unsigned = vec![attribute(Oid::SIGNATURE_TIMESTAMP, &[octets(b"unsigned")])];
    });
    let message = forge.to_der();
    let attributes = Writer::build(|writer| {
        writer.constructed(Tag::context(0), |writer| forge.listed(false).unwrap().iter().for_each(|der| writer.raw(der)));
    });
    let value = forge.person.key.sign(forge.algorithm, &forge.to_sign()).unwrap();
    let protected =
        [position(&message, &attributes), position(&message, &value), position(&message, forge.person.certificate.public_key().key_bits())];
    let certificate = position(&message, forge.person.certificate.as_der());
    let mut clean = Vec::new();
    let (mut read, mut tried) = (0, 0);
    for offset in 0..message.len() {
        for mask in [0x01, 0x20, 0x80, 0xFF] {
            tried += 1;
            let mut message = message.clone();
            message[offset] ^= mask;
            let Ok(signed_data) = SignedData::parse(&message, 64) else { continue };
            read += 1;
            let digests = signed_data.content_digests().into_iter().map(|digest| (digest, digest.digest(DOCUMENT))).collect();
            let content = ContentDigests { digests, ..ContentDigests::default() };
            let facts = verify(&signed_data, &content, &[], &Budget::default()).unwrap();
            if facts.content != Match::Matches || facts.value != Match::Matches {
                continue;
            }
            assert!(!protected.iter().any(|range| range.contains(&offset)), "byte {offset}, mask {mask:02x}");
            if facts.signing_certificate == ReferenceMatch::Matches && facts.findings.is_empty() {
                clean.push(offset);
            } else {
                assert!(certificate.contains(&offset) || !ids(&facts).is_empty(), "byte {offset}, mask {mask:02x}");
            }
        }
    }
    println!("{tried} flips, {read} still readable, {} fit", clean.len());
    assert!(read > 100 && clean.len() > 10, "nothing was tested");
    assert!(!clean.iter().any(|offset| certificate.contains(offset)), "a changed certificate is another certificate");
}
