//! Timestamp tokens of others: those of the tests of DSS.

use std::fs;

use super::material::{Tally, folder};
use super::ocsp::{pairs, rows};
use crate::asn1::{Encoding, Reader};
use crate::cms::{ContentDigests, Match, ReferenceMatch, SignedData, verify};
use crate::limits::Budget;

/// What else of this kind the collection has, and why it is not judged.
const OUT_OF_SCOPE: &[(&str, &str)] = &[
    ("er-asn1", "evidence records (RFC 4998) are no timestamps of a signature or a document, and are not read"),
    ("er-xml", "evidence records in XML (RFC 6283) are no timestamps of a signature or a document, and are not read"),
];

const MISLABELLED: &[(&str, &str)] = &[(
    "tsp-dss-TimestampTokenTest.java_dss1913.tst",
    "the certificate of the authority, which the test compares with; the token is a file of its own",
)];

/// A token is as expected where its value and its content fit, the authority is named in its signed part, and no rule is broken that would
/// keep it from proving a time.
#[test]
fn tokens_of_the_tests_of_dss_are_judged_as_expected() {
    let Some(folder) = folder() else { return };
    let root = folder.parent().unwrap();
    let mut tally = Tally::new("TSP", MISLABELLED);
    let mut skipped = std::collections::BTreeMap::new();
    for row in rows(root, "tsp") {
        if let Some((sub, reason)) = OUT_OF_SCOPE.iter().find(|(sub, _)| *sub == row("sub")) {
            *skipped.entry((sub, reason)).or_insert(0) += 1;
            continue;
        }
        assert_eq!(row("sub"), "tst", "{}: neither judged nor out of scope", row("id"));
        let token = fs::read(root.join(row("corpus_path"))).unwrap();
        let stamped = pairs(&row("detached")).first().map(|(_, path)| fs::read(root.join(path)).unwrap());
        tally.count(&row("id"), row("verdict") == "valid", is_sound(&token, stamped.as_deref()));
    }
    for ((sub, reason), count) in &skipped {
        println!("TSP: {count} of {sub}: {reason}");
    }
    assert_eq!(skipped.len(), OUT_OF_SCOPE.len(), "a reason that nothing has");
    tally.finish(8);
}

fn is_sound(token: &[u8], stamped: Option<&[u8]>) -> bool {
    let budget = Budget::default();
    // Some of the files hold a whole response of an authority.
    let token = token_of_response(token).unwrap_or(token);
    let Ok(message) = SignedData::parse(token, 64) else { return false };
    let digests = message.content_digests().into_iter();
    let digests = stamped.map(|stamped| digests.map(|algorithm| (algorithm, algorithm.digest(stamped))).collect());
    let content = ContentDigests { digests: digests.unwrap_or_default(), timestamp: true, ..ContentDigests::default() };
    let facts = verify(&message, &content, &[], &budget).unwrap();
    let fits = if stamped.is_some() { facts.content == Match::Matches } else { facts.content != Match::Differs };
    // Without what was stamped, the imprint is compared with nothing.
    let broken: Vec<&str> = facts.findings.iter().map(|finding| finding.id()).filter(|id| *id != "cms.imprint_unsupported").collect();
    fits && facts.value == Match::Matches
        && facts.signing_certificate == ReferenceMatch::Matches
        && facts.timestamp_time.is_some()
        && broken.iter().all(|id| ["cms.attributes_der", "cms.issuer_serial"].contains(id))
}

fn token_of_response(bytes: &[u8]) -> Option<&[u8]> {
    let mut fields = Reader::new(bytes, Encoding::Ber, 64).sequence().ok()?;
    fields.sequence().ok()?;
    fields.read().ok().map(|token| token.raw)
}
