//! Signing with a timestamp over the signature (B-T), in one step and in two.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::peers::{self, Case, Folder};
use super::support::{Person, assert_intact, certificate, letter, open, options, refusal_of, signatures, time};
use crate::asn1::Reader;
use crate::cms::testing::{Authority, Lies};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::format::pdf::testing::Layout;
use crate::message::Message;
use crate::{Argument, Error, ErrorKind, Identity, Match, Prepared, Signer, Timestamper};

const NOW: &str = "2026-11-23T09:28:30Z";

/// An authority that is asked by a function call.
pub(super) struct Stamper {
    authority: Authority,
    digest: DigestAlgorithm,
}

impl Stamper {
    pub(super) fn new() -> Self {
        let mut authority = Authority::new("tsa", NOW);
        authority.chain = vec![certificate("sub-rsa")];
        Self { authority, digest: DigestAlgorithm::Sha256 }
    }

    fn lying(lie: impl FnOnce(&mut Lies)) -> Self {
        Self { authority: Authority::new("tsa", NOW).lying(lie), digest: DigestAlgorithm::Sha256 }
    }
}

impl Timestamper for Stamper {
    fn timestamp(&self, algorithm: DigestAlgorithm, imprint: &[u8]) -> crate::Result<Vec<u8>> {
        Ok(self.authority.token(algorithm, imprint))
    }

    fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest
    }
}

/// An authority that is not there.
struct Gone;

impl Timestamper for Gone {
    fn timestamp(&self, _: DigestAlgorithm, _: &[u8]) -> crate::Result<Vec<u8>> {
        Err(Error::new(ErrorKind::Timestamp, Message::new("tsa.unreadable")))
    }
}

/// A signer that counts how often its key is used.
struct Counting(Person, AtomicUsize);

impl Counting {
    fn new(name: &str) -> Self {
        Self(Person::new(name), AtomicUsize::new(0))
    }
}

impl Signer for Counting {
    fn identity(&self) -> &Identity {
        self.0.identity()
    }

    fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> crate::Result<Vec<u8>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.sign(algorithm, message)
    }
}

/// The one signature in `bytes` has one timestamp, of the test authority at [`NOW`], that fits.
fn assert_stamped(name: &str, bytes: &[u8]) {
    assert_intact(name, bytes, None, 1);
    let cms = signatures(bytes, None).remove(0).cms.unwrap();
    let [stamp] = &cms.signature_timestamps[..] else { panic!("{name}: {} timestamps", cms.signature_timestamps.len()) };
    assert_eq!([stamp.imprint, stamp.content(), stamp.value()], [Match::Matches; 3], "{name}");
    assert_eq!((stamp.time(), stamp.authority()), (Some(time(NOW)), Some(&Authority::new("tsa", NOW).certificate)), "{name}");
    assert_eq!(stamp.token.as_ref().unwrap().findings, [], "{name}");
}

#[test]
fn a_signature_is_stamped_and_the_key_is_used_once() {
    for (name, digest) in [
        ("an", DigestAlgorithm::Sha256),
        ("binh", DigestAlgorithm::Sha384),
        ("cuong", DigestAlgorithm::Sha512),
        ("dung", DigestAlgorithm::Sha256),
    ] {
        let signer = Counting::new(name);
        let stamper = Stamper { digest, ..Stamper::new() };
        let signed = options().sign_with_timestamp(&open(&letter().write(Layout::Table), None), &signer, &stamper).unwrap();
        assert_stamped(name, &signed.to_bytes());
        assert_eq!(signed.timestamp().map(|stamp| stamp.time), Some(time(NOW)));
        assert_eq!(signer.1.load(Ordering::Relaxed), 1, "{name}");
    }
}

#[test]
fn without_an_authority_there_is_no_timestamp() {
    let signed = options().sign(&open(&letter().write(Layout::Table), None), &Person::new("an")).unwrap();
    assert_eq!(signed.timestamp(), None);
    assert_eq!(signatures(&signed.to_bytes(), None).remove(0).cms.unwrap().signature_timestamps, []);
}

#[test]
fn a_signature_with_a_timestamp_stays_der() {
    for stamper in [Stamper::new(), Stamper::lying(|lies| lies.ber = true)] {
        let signed = options().sign_with_timestamp(&open(&letter().write(Layout::Table), None), &Person::new("an"), &stamper).unwrap();
        let bytes = signed.to_bytes();
        assert_stamped("der", &bytes);
        let range = signatures(&bytes, None).remove(0).coverage.byte_range;
        let hole = &bytes[usize::try_from(range[1]).unwrap() + 1..usize::try_from(range[2]).unwrap() - 1];
        let cms: Vec<u8> = hole.chunks(2).map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()).collect();
        let mut open = vec![Reader::new(&cms[..], crate::asn1::Encoding::Der, 64).read().unwrap().children().unwrap()];
        let mut elements = 0;
        while let Some(mut reader) = open.pop() {
            while !reader.is_empty() {
                let element = reader.read().unwrap();
                elements += 1;
                if element.constructed {
                    open.push(element.children().unwrap());
                }
            }
        }
        assert!(elements > 100);
    }
}

#[test]
fn a_token_that_is_larger_than_thought_gets_its_room() {
    let signer = Counting::new("an");
    let stamper = Stamper::lying(|lies| lies.ballast = 20_000);
    let document = open(&letter().write(Layout::Table), None);
    let signed = options().sign_with_timestamp(&document, &signer, &stamper).unwrap();
    assert_stamped("large", &signed.to_bytes());
    assert_eq!(signer.1.load(Ordering::Relaxed), 2);
    let error = options().with_reserve(8_000).sign_with_timestamp(&document, &signer, &stamper).unwrap_err();
    assert_eq!((error.kind(), error.message().id()), (ErrorKind::Refused, "sign.hole_too_small"));
    let Some(Argument::Number(needed)) = error.message().arguments().get("needed") else { panic!("no number") };
    let reserve = usize::try_from(*needed).unwrap();
    assert_stamped("told", &options().with_reserve(reserve).sign_with_timestamp(&document, &signer, &stamper).unwrap().to_bytes());
}

#[test]
fn two_steps_end_in_a_stamped_signature() {
    let document = open(&letter().write(Layout::Table), None);
    let signer = Person::new("an");
    let prepared = options().with_timestamp_room().prepare(&document, &signer.identity).unwrap();
    let prepared = Prepared::from_bytes(&prepared.to_bytes()).unwrap();
    let value = signer.sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap();
    let signed = prepared.finish_with_timestamp(&document, &value, &Stamper::new()).unwrap();
    assert_stamped("two steps", &signed.to_bytes());
    assert!(signed.timestamp().is_some());
    // The same preparation can be finished without.
    assert_intact("two steps", &prepared.finish(&document, &value).unwrap().to_bytes(), None, 1);
}

#[test]
fn a_preparation_without_room_says_how_much_is_needed() {
    let document = open(&letter().write(Layout::Table), None);
    let signer = Person::new("an");
    let prepared = options().prepare(&document, &signer.identity).unwrap();
    let value = signer.sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap();
    let error = prepared.finish_with_timestamp(&document, &value, &Stamper::new()).unwrap_err();
    assert_eq!((error.kind(), error.message().id()), (ErrorKind::Refused, "sign.hole_too_small"));
}

#[test]
fn nothing_is_signed_where_no_good_timestamp_can_be_had() {
    let other = crate::asn1::Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| writer.oid(DigestAlgorithm::Sha256.oid()));
            writer.octet_string(&[0; 32]);
        });
    });
    let unsuited = Stamper { authority: Authority::new("an", NOW), ..Stamper::new() };
    let before = Stamper { authority: Authority::new("tsa", "2024-06-01T00:00:00Z"), ..Stamper::new() };
    let weak = Stamper { digest: DigestAlgorithm::Sha1, ..Stamper::new() };
    let rows: [(&str, &dyn Timestamper, &str); 8] = [
        ("an authority that is gone", &Gone, "tsa.unreadable"),
        ("a token for something else", &Stamper::lying(|lies| lies.imprint = Some(other)), "tsa.imprint"),
        ("a false token", &Stamper::lying(|lies| lies.value = Some(vec![1; 256])), "tsa.value"),
        ("a token of two signers", &Stamper::lying(|lies| lies.signers = Some(2)), "tsa.rule"),
        ("a token without a reference", &Stamper::lying(|lies| lies.without_reference = true), "tsa.reference"),
        ("a token by a signer's certificate", &unsuited, "tsa.rule"),
        ("a token from before the certificate of the signer", &before, "sign.certificate_not_yet_valid"),
        ("an imprint by SHA-1", &weak, "sign.digest"),
    ];
    for (name, stamper, expected) in rows {
        let outcome = options().sign_with_timestamp(&open(&letter().write(Layout::Table), None), &Person::new("an"), stamper);
        assert_eq!(refusal_of(outcome), expected, "{name}");
    }
}

/// Every kind of key and digest, and a second signature over the first.
#[test]
fn what_is_stamped_is_so_for_other_programs() {
    let mut cases = Vec::new();
    for (name, digest) in [
        ("an", DigestAlgorithm::Sha256),
        ("an", DigestAlgorithm::Sha384),
        ("an", DigestAlgorithm::Sha512),
        ("binh", DigestAlgorithm::Sha256),
        ("cuong", DigestAlgorithm::Sha256),
    ] {
        let stamper = Stamper { digest, ..Stamper::new() };
        let sign =
            |bytes: &[u8], name: &str| options().sign_with_timestamp(&open(bytes, None), &Person::new(name), &stamper).unwrap().to_bytes();
        let once = sign(&letter().write(Layout::Table), name);
        let twice = sign(&once, "binh");
        for (count, bytes) in [(1, once), (2, twice)] {
            let name = format!("stamped, {name}, {}, {count}", digest.name());
            assert_intact(&name, &bytes, None, count);
            cases.push(Case { name, bytes, password: None, count, foreign: &[] });
        }
    }
    let folder = Folder::new();
    peers::check_structure(&cases, &folder);
    peers::check_signatures(&cases, &folder);
    peers::check_messages(&cases, &folder);
    peers::check_timestamps(&cases, &folder);
    peers::check_changes(&cases, &folder);
}
