//! What is signed is read again before anybody gets it.

use super::support::{Person, identity, letter, open, options, refusal_of, sign};
use crate::format::pdf::testing::Layout;
use crate::sign::check::scheme;
use crate::sign::request::Request;
use crate::{Bytes, Prepared, Signer};

#[test]
fn only_what_is_too_large_to_copy_is_left_to_whoever_saves_it() {
    let small = options().sign(&open(&letter().write(Layout::Table), None), &Person::new("an")).unwrap();
    assert!(!small.is_unchecked());
    let filler = format!("<< /Length {} >>\nstream\n{}\nendstream", 65 << 20, " ".repeat(65 << 20));
    let large = options().sign(&open(&letter().with(&filler).write(Layout::Table), None), &Person::new("an")).unwrap();
    assert!(large.is_unchecked());
    large.check(Bytes::from(large.to_bytes())).unwrap();
}

#[test]
fn a_file_that_is_not_what_was_signed_does_not_pass() {
    let signed = options().sign(&open(&letter().write(Layout::Table), None), &Person::new("an")).unwrap();
    let (whole, original) = (signed.to_bytes(), signed.parts().0.len());
    let change = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = whole.clone();
        change(&mut changed);
        refusal_of(signed.check(Bytes::from(changed)))
    };
    assert_eq!(change(&|_| ()), "not refused");
    let place = |text: &str| original + signed.parts().1.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    let changes: &[&dyn Fn(&mut Vec<u8>)] = &[
        &|bytes| bytes.truncate(original),
        &|bytes| bytes.truncate(bytes.len() - 10),
        &|bytes| bytes.extend_from_slice(b"more"),
        &|bytes| bytes[place("/ByteRange [0 ") + 14] ^= 1,
        &|bytes| bytes[place("/Contents <") + 40] = b'0',
        &|bytes| bytes[place("/Rect [0 ") + 7] = b'1',
        &|bytes| bytes[place("/M (D:2026") + 8] = b'7',
        &|bytes| bytes[place("/T (Signature1)") + 12] = b'2',
        &|bytes| bytes[place("startxref") + 10] = b'0',
        &|bytes| *bytes = sign(bytes, "binh", &options()),
    ];
    for (index, one) in changes.iter().enumerate() {
        assert_eq!(change(one), "sign.self_check", "{index}");
    }
}

/// A preparation whose update was changed, with everything computed again that can be.
fn tampered(original: &[u8], from: &str, to: &str) -> Prepared {
    let document = open(original, None);
    let mut prepared = options().prepare(&document, &identity("binh")).unwrap();
    let appended = &mut prepared.draft.appended;
    let place = (0..appended.len()).rfind(|place| appended[*place..].starts_with(from.as_bytes())).unwrap();
    appended[place..place + from.len()].copy_from_slice(to.as_bytes());
    let mut hasher = prepared.digest.hasher();
    hasher.update(original);
    prepared.document_digest = prepared.draft.digest(hasher);
    let scheme = scheme(&identity("binh").certificate.key_kind(), &options()).unwrap();
    prepared.request = Some(Request::new(&scheme, &prepared.document_digest, identity("binh")));
    Prepared::from_bytes(&prepared.to_bytes()).unwrap()
}

#[test]
fn an_update_that_breaks_an_earlier_signature_is_not_handed_out() {
    let signed = sign(&letter().write(Layout::Table), "an", &options());
    for (from, to, outcome) in [
        ("/MediaBox [0.000 0 595.276", "/MediaBox [0.000 0 595.276", "not refused"),
        ("/Contents 5 0 R", "/Contents 4 0 R", "sign.earlier_broken"),
        ("/MediaBox [0.000 0 595.276", "/MediaBox [0.000 0 100.276", "sign.earlier_broken"),
        ("/V 10 0 R", "/V 06 0 R", "sign.self_check"),
        ("/SubFilter", "/SubFiltrr", "sign.self_check"),
    ] {
        let prepared = tampered(&signed, from, to);
        let value = Person::new("binh").sign(prepared.algorithm().unwrap(), prepared.message().unwrap()).unwrap();
        assert_eq!(refusal_of(prepared.finish(&open(&signed, None), &value)), outcome, "{from} {to}");
    }
}

#[test]
fn a_signature_that_was_broken_before_stands_in_nobodys_way() {
    let signed = sign(&letter().write(Layout::Table), "an", &options());
    let range = "/ByteRange [0 1056 ";
    let place = signed.windows(range.len()).position(|window| window == range.as_bytes()).unwrap() + 14;
    let broken = [&signed[..place], b"9999", &signed[place + 4..]].concat();
    assert!(options().sign(&open(&broken, None), &Person::new("binh")).is_ok());
}
