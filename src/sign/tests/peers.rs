//! Other programs that look at what was signed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::support::{read, signatures};

/// A signed file, and how many signatures it bears.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) password: Option<&'static str>,
    pub(crate) count: usize,
    /// Programs that do not know what it is made of.
    pub(crate) foreign: &'static [&'static str],
}

/// A folder that is removed in the end.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// What `program` says; `None` where it is not installed, which is said, and fails where the programs are required.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "{program} is required: {error}");
            println!("skipped: {program} is not here");
            None
        }
    }
}

/// qpdf finds the structure sound.
pub(crate) fn check_structure(cases: &[Case], folder: &Folder) {
    let mut checked = 0;
    for case in cases {
        let path = folder.file("case.pdf", &case.bytes);
        let password = format!("--password={}", case.password.unwrap_or_default());
        let Some(output) = run("qpdf", &["--check", &password, text(&path)]) else { return };
        assert!(output.status.success(), "qpdf: {}: {}", case.name, said(&output));
        checked += 1;
    }
    println!("qpdf: {checked} files");
}

/// poppler finds every signature valid, and the last one covering everything.
pub(crate) fn check_signatures(cases: &[Case], folder: &Folder) {
    let mut checked = 0;
    for case in cases.iter().filter(|case| !case.foreign.contains(&"pdfsig")) {
        let path = folder.file("case.pdf", &case.bytes);
        let mut arguments = vec!["-nocert", text(&path)];
        if let Some(password) = case.password {
            arguments.extend(["-upw", password, "-opw", password]);
        }
        let Some(output) = run("pdfsig", &arguments) else { return };
        let output = said(&output);
        assert_eq!(output.matches("Signature Validation: Signature is Valid.").count(), case.count, "pdfsig: {}: {output}", case.name);
        assert_eq!(output.matches("Total document signed").count(), 1, "pdfsig: {}: {output}", case.name);
        checked += case.count;
    }
    println!("pdfsig: {checked} signatures");
}

/// OpenSSL verifies each CMS over the signed bytes, with the reference to the certificate.
pub(crate) fn check_messages(cases: &[Case], folder: &Folder) {
    let roots = folder.file("roots.pem", &["root-rsa.pem", "root-p256.pem", "root-ed25519.pem"].map(read).concat());
    let mut checked = 0;
    for case in cases.iter().filter(|case| !case.foreign.contains(&"openssl")) {
        for signature in signatures(&case.bytes, case.password) {
            let range: Vec<usize> = signature.coverage.byte_range.iter().map(|number| usize::try_from(*number).unwrap()).collect();
            let hole = &case.bytes[range[1] + 1..range[2] - 1];
            let cms: Vec<u8> = hole.chunks(2).map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()).collect();
            let length = crate::asn1::Reader::der(&cms).read().unwrap().raw.len();
            let content = [&case.bytes[..range[1]], &case.bytes[range[2]..range[2] + range[3]]].concat();
            let (cms, content) = (folder.file("case.p7s", &cms[..length]), folder.file("case.bin", &content));
            let how = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"];
            let what = ["-CAfile", text(&roots), "-in", text(&cms), "-content", text(&content)];
            let Some(output) = run("openssl", &[&how[..], &what].concat()) else { return };
            assert!(output.status.success(), "openssl: {}: {}", case.name, said(&output));
            checked += 1;
        }
    }
    println!("openssl: {checked} signatures");
}

/// OpenSSL verifies the timestamp over each signature value, up to the root.
pub(super) fn check_timestamps(cases: &[Case], folder: &Folder) {
    let roots = folder.file("roots.pem", &read("root-rsa.pem"));
    let issuers = folder.file("issuers.pem", &read("sub-rsa.pem"));
    let mut checked = 0;
    for case in cases {
        for signature in signatures(&case.bytes, case.password) {
            let range: Vec<usize> = signature.coverage.byte_range.iter().map(|number| usize::try_from(*number).unwrap()).collect();
            let hole = &case.bytes[range[1] + 1..range[2] - 1];
            let cms: Vec<u8> = hole.chunks(2).map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()).collect();
            let (value, token) = value_and_token(&cms);
            let (value, token) = (folder.file("value.bin", &value), folder.file("token.der", &token));
            let how = ["ts", "-verify", "-token_in", "-in", text(&token), "-data", text(&value)];
            let Some(output) = run("openssl", &[&how[..], &["-CAfile", text(&roots), "-untrusted", text(&issuers)]].concat()) else {
                return;
            };
            assert!(output.status.success(), "openssl ts: {}: {}", case.name, said(&output));
            checked += 1;
        }
    }
    assert!(checked > 0, "nothing to check");
    println!("openssl ts: {checked} tokens");
}

/// The signature value in a CMS, and the timestamp token over it.
fn value_and_token(cms: &[u8]) -> (Vec<u8>, Vec<u8>) {
    use crate::asn1::{Oid, Reader, Tag};
    let mut info = Reader::der(cms).sequence().unwrap();
    info.oid().unwrap();
    let mut data = info.expect(Tag::context(0)).unwrap().inner().unwrap().children().unwrap();
    let signers = std::iter::from_fn(|| data.read().ok()).last().unwrap();
    let mut signer = signers.children().unwrap().sequence().unwrap();
    let parts: Vec<_> = std::iter::from_fn(|| signer.read().ok()).collect();
    let [.., value, unsigned] = &parts[..] else { panic!("no signer") };
    assert_eq!((value.tag, unsigned.tag), (Tag::OCTET_STRING, Tag::context(1)));
    let mut attribute = unsigned.children().unwrap().sequence().unwrap();
    assert_eq!(attribute.oid().unwrap(), Oid::SIGNATURE_TIMESTAMP);
    let token = attribute.expect(Tag::SET).unwrap().inner().unwrap();
    (value.content.to_vec(), token.raw.to_vec())
}

/// pyHanko finds every signature intact, the chain trusted, and no change that an earlier signature does not allow.
pub(crate) fn check_changes(cases: &[Case], folder: &Folder) {
    let pki = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki");
    let mut list = String::new();
    for (index, case) in cases.iter().enumerate().filter(|(_, case)| !case.foreign.contains(&"pyHanko")) {
        let path = folder.file(&format!("{index}.pdf"), &case.bytes);
        list.push_str(&format!("{}\t{}\t{}\t{}\n", case.name, text(&path), case.count, case.password.unwrap_or_default()));
    }
    let (script, list) = (folder.file("check.py", SCRIPT.as_bytes()), folder.file("list.tsv", list.as_bytes()));
    let Some(output) = run("python3", &[text(&script), text(&list), text(&pki)]) else { return };
    if String::from_utf8_lossy(&output.stderr).contains("ModuleNotFoundError") {
        assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "pyHanko is required: {}", said(&output));
        println!("skipped: pyHanko is not here");
        return;
    }
    assert!(output.status.success(), "pyHanko: {}", said(&output));
    println!("pyHanko: {}", String::from_utf8_lossy(&output.stdout).trim());
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const SCRIPT: &str = r#"
import glob, logging, os, sys
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.keys import load_cert_from_pemder
from pyhanko_certvalidator import ValidationContext

logging.disable(logging.CRITICAL)
roots = [load_cert_from_pemder(path) for path in glob.glob(os.path.join(sys.argv[2], "root-*.pem")) if "key" not in path]
seen = bad = 0
for line in open(sys.argv[1], encoding="utf-8"):
    name, path, count, password = line.rstrip("\n").split("\t")
    with open(path, "rb") as file:
        reader = PdfFileReader(file, strict="Hybrid" not in name)
        if reader.encrypted and reader.decrypt(password).status.name == "FAILED":
            print(name, "is not opened by the password")
            bad += 1
            continue
        signatures = list(reader.embedded_signatures)
        if len(signatures) != int(count):
            print(name, "has", len(signatures), "signatures")
            bad += 1
        for signature in signatures:
            context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
            try:
                status = validate_pdf_signature(signature, context)
                stamp = status.timestamp_validity
                if "stamped" in name:
                    if stamp is None or not (stamp.valid and stamp.intact and stamp.trusted):
                        print(name, signature.field_name, "the time-stamp does not hold", stamp)
                        bad += 1
                elif stamp is not None:
                    print(name, signature.field_name, "a time-stamp that nobody asked for")
                    bad += 1
                if not status.bottom_line:
                    print(name, signature.field_name, status.summary(), getattr(status, "diff_result", None))
                    bad += 1
            except Exception as error:
                print(name, signature.field_name, repr(error))
                bad += 1
            seen += 1
print(seen, "signatures")
sys.exit(1 if bad else 0)
"#;
