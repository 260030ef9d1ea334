//! OCSP responses of OpenSSL's own tests, as pyHanko runs them, and the CRLs and responses that others parse.

use std::fs;
use std::path::Path;

use super::material::{Case, Depth, Tally, folder};
use crate::error::ErrorKind;
use crate::time::{Time, Zone};
use crate::trust::PathOptions;
use crate::x509::{Certificate, file_contents};

/// Responders whose own certificate carries no id-pkix-ocsp-nocheck, and whose status the case does not bring. RFC 6960 4.2.2.2.1 leaves it to
/// policy whether they count; here what is not known does not.
const RESPONDERS: &[(&str, &str)] = &[
    ("ocsp-crl-pyhanko-openssl-ocsp.json_delegated_success", "the status of the responder is not known"),
    ("ocsp-crl-pyhanko-openssl-ocsp.json_delegated_with_intermediate_success", "the status of the responder is not known"),
];

const UNREAD: &[(&str, &str)] = &[
    (
        "ocsp-crl-cryptography-vectors-crl_dup_entry_ext.pem",
        "an extension twice in an entry: RFC 5280 4.2 forbids it; the peer reads entries when asked",
    ),
    ("ocsp-crl-cryptography-vectors-crl_inval_cert_issuer_entry_ext.pem", "an empty certificateIssuer; the peer reads entries when asked"),
    (
        "ocsp-crl-cryptography-vectors-crl_issuer_invalid_printable_string.der",
        "letters of another set in a name change nothing: names are compared as they are",
    ),
];

/// The rows of the manifest: columns by their names.
pub(super) fn rows(root: &Path, kind: &str) -> Vec<impl Fn(&str) -> String + use<>> {
    let manifest = fs::read_to_string(root.join("manifest.tsv")).unwrap();
    let mut lines = manifest.lines();
    let names: Vec<String> = lines.next().unwrap().split('\t').map(str::to_owned).collect();
    let all = lines.map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let of_kind = all.filter(|row| row.get(1).is_some_and(|found| found == kind));
    of_kind
        .map(|row| {
            let names = names.clone();
            move |name: &str| {
                let column = names.iter().position(|known| known == name).unwrap();
                row.get(column).cloned().unwrap_or_default()
            }
        })
        .collect()
}

/// The `name=path` pairs of a column, in their order.
pub(super) fn pairs(column: &str) -> Vec<(String, String)> {
    column.split("; ").filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn responses_of_the_tests_of_openssl_are_judged_as_expected() {
    let Some(folder) = folder() else { return };
    let root = folder.parent().unwrap();
    let mut tally = Tally::new("OCSP", RESPONDERS);
    for row in rows(root, "ocsp-crl").iter().filter(|row| row("sub") == "openssl-ocsp") {
        let der = |path: &str| {
            let contents = file_contents(&fs::read(root.join(path)).unwrap()).unwrap();
            contents.certificates.first().map(|certificate| certificate.as_der().to_vec())
        };
        let aux = pairs(&row("aux"));
        let of = |wanted: &str| aux.iter().filter(|(name, _)| name == wanted).map(|(_, path)| path.clone()).collect::<Vec<_>>();
        let moment = pairs(&row("params")).into_iter().find(|(name, _)| name == "moment").unwrap().1;
        let case = Case {
            end: der(&of("leaf")[0]).unwrap(),
            others: of("cert").iter().filter_map(|path| der(path)).collect(),
            anchors: of("anchor").iter().filter_map(|path| der(path)).collect(),
            lists: of("ocsp").iter().map(|path| fs::read(root.join(path)).unwrap()).collect(),
            options: PathOptions::default(),
            time: Time::parse(&moment, Zone::UTC).unwrap(),
        };
        tally.count(&row("id"), row("verdict") == "valid", case.reasons(Depth::PathAndStatus).is_empty());
    }
    tally.finish(17);
}

#[test]
fn lists_and_responses_that_others_parse_are_parsed() {
    let Some(folder) = folder() else { return };
    let root = folder.parent().unwrap();
    let mut tally = Tally::new("CRLs and OCSP responses", UNREAD);
    for row in rows(root, "ocsp-crl").iter().filter(|row| row("sub") != "openssl-ocsp") {
        let bytes = fs::read(root.join(row("corpus_path"))).unwrap();
        let contents = file_contents(&bytes);
        // A refusal is an answer, and is read as one; a certificate among the files is read as such.
        let is_read = match &contents {
            Ok(contents) => !contents.crls.is_empty() || !contents.responses.is_empty() || !contents.certificates.is_empty(),
            Err(error) => error.kind() == ErrorKind::Unsupported,
        };
        let issuer = pairs(&row("aux")).into_iter().filter(|_| row("verdict") != "parse-ok").find(|(name, _)| name == "issuer");
        let fits = issuer.is_none_or(|(_, path)| {
            let issuer = Certificate::read_all(&fs::read(root.join(path)).unwrap()).unwrap().remove(0);
            contents.as_ref().is_ok_and(|contents| contents.crls.iter().all(|crl| crl.is_signed_by(issuer.public_key()).is_ok()))
        });
        tally.count(&row("id"), row("verdict") != "invalid", is_read && fits);
    }
    tally.finish(33);
}
