use std::process::Command;

use super::*;
use crate::format::pdf::sample::Sample;
use crate::format::pdf::{OpenOptions, Pdf};
use crate::limits::Budget;

const USER: &str = "người dùng";
const OWNER: &str = "chủ";

/// A file with a string, a stream, a signature and metadata.
fn plain() -> Vec<u8> {
    let mut sample = Sample::new();
    sample
        .object(1, "<< /Type /Catalog /Pages 2 0 R /Test 4 0 R /Data 5 0 R /Signature 6 0 R /Metadata 7 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")
        .object(4, "<< /Text [(Secret) << /Deep <0102> >>] /Empty () >>")
        .stream(5, "/Note (Secret)", b"stream data")
        .object(6, "<< /Type /Sig /ByteRange [0 1 2 3] /Contents <3003020101> /Reason (Secret) >>")
        .stream(7, "/Type /Metadata /Subtype /XML", b"<x:xmpmeta/>")
        .table("/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]");
    sample.bytes
}

/// Encrypts with qpdf, where it is there.
fn encrypt(user: &str, owner: &str, options: &[&str]) -> Option<Vec<u8>> {
    encrypt_with(user, owner, options, "--object-streams=preserve")
}

fn encrypt_with(user: &str, owner: &str, options: &[&str], streams: &str) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("plain.pdf"), folder.path().join("encrypted.pdf"));
    std::fs::write(&from, plain()).unwrap();
    let mut arguments =
        vec!["--no-warn", "--warning-exit-0", "--allow-weak-crypto", "--password-mode=bytes", streams, "--encrypt", user, owner];
    arguments.extend(options);
    arguments.push("--");
    let status = match Command::new("qpdf").args(&arguments).arg(&from).arg(&to).status() {
        Ok(status) => status,
        Err(error) => {
            assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "qpdf is required: {error}");
            println!("skipped: qpdf is not there");
            return None;
        }
    };
    assert!(status.success(), "qpdf {arguments:?}");
    Some(std::fs::read(to).unwrap())
}

fn open(bytes: &[u8], password: Option<&str>) -> crate::Result<Pdf> {
    let options = OpenOptions { password: password.map(|password| password.as_bytes().to_vec().into()) };
    Pdf::open(bytes.into(), &options, &Budget::default())
}

const MATRIX: [&[&str]; 9] = [
    &["40"],
    &["128", "--use-aes=n"],
    &["128", "--use-aes=y"],
    &["128", "--use-aes=y", "--cleartext-metadata"],
    &["128", "--force-V4", "--use-aes=n"],
    &["256", "--force-R5"],
    &["256"],
    &["256", "--cleartext-metadata"],
    &["256", "--modify=none", "--print=none"],
];

#[test]
fn encrypted_documents_are_read_with_either_password() {
    for options in MATRIX {
        let Some(bytes) = encrypt(USER, OWNER, options) else { return };
        for (password, owner) in [(USER, false), (OWNER, true)] {
            let pdf = open(&bytes, Some(password)).unwrap_or_else(|error| panic!("{options:?}: {error}"));
            check_values(&pdf, options);
            assert_eq!(pdf.permissions().is_none(), owner, "{options:?}");
        }
        for (password, id) in [(Some("sai"), "document.password_wrong"), (None, "document.password_needed")] {
            let error = open(&bytes, password).unwrap_err();
            assert_eq!((error.kind(), error.message().id()), (ErrorKind::Password, id), "{options:?}");
        }
    }
}

#[test]
fn an_empty_user_password_is_tried_by_itself() {
    for options in MATRIX {
        let Some(bytes) = encrypt("", OWNER, options) else { return };
        for password in [None, Some("sai")] {
            let pdf = open(&bytes, password).unwrap();
            check_values(&pdf, options);
            assert!(pdf.permissions().is_some());
        }
    }
}

#[test]
fn strings_in_object_streams_are_decrypted_with_their_stream() {
    for options in MATRIX {
        let Some(bytes) = encrypt_with(USER, OWNER, options, "--object-streams=generate") else { return };
        let pdf = open(&bytes, Some(USER)).unwrap();
        assert!(pdf.revisions().iter().all(|revision| revision.stream));
        check_values(&pdf, options);
    }
}

/// `bytes` with the first `old` replaced by `new`, which is as long.
fn rewritten(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    let at = bytes.windows(old.len()).position(|window| window == old.as_bytes()).unwrap();
    let mut bytes = bytes.to_vec();
    bytes[at..at + old.len()].copy_from_slice(new.as_bytes());
    bytes
}

#[test]
fn permissions_that_somebody_rewrote_are_known() {
    let plain = include_bytes!("../../../../fixtures/honest/pyhanko-encrypted-aes256/doc.pdf");
    let cleartext = include_bytes!("../../../../fixtures/honest/pyhanko-encrypted-aes256-metadata/doc.pdf");
    for (bytes, is_rewritten, bits) in [
        (plain.to_vec(), false, -4),
        // Rights given without the key are none, and rights taken away are gone.
        (rewritten(plain, "/P -4", "/P -1"), true, -4),
        (rewritten(plain, "/P -4", "/P -8"), true, -8),
        (rewritten(plain, "/Perms", "/Permz"), true, -4),
        (cleartext.to_vec(), false, -4),
        (rewritten(cleartext, "/EncryptMetadata false", "/EncryptMetadata true "), true, -4),
    ] {
        let pdf = open(&bytes, None).unwrap();
        let crypt = pdf.crypt().unwrap();
        assert_eq!((crypt.is_rewritten(), crypt.permissions.bits), (is_rewritten, bits));
        assert!(!crypt.requires_code() && crypt.code_key().is_none());
    }
}

#[test]
fn a_document_says_whether_it_must_bear_a_code() {
    let coded = include_bytes!("../../../../fixtures/honest/mac-table/doc.pdf");
    let bit = include_bytes!("../../../../fixtures/attacks/mac/bit-table/doc.pdf");
    for (bytes, has_salt) in [(coded.to_vec(), true), (bit.to_vec(), false), (rewritten(coded, "/P -4100", "/P -0004"), true)] {
        let pdf = open(&bytes, None).unwrap();
        let crypt = pdf.crypt().unwrap();
        assert!(crypt.requires_code(), "whoever states the bit openly does not have the key");
        assert_eq!(crypt.code_key().is_some(), has_salt);
    }
}

fn check_values(pdf: &Pdf, options: &[&str]) {
    let view = pdf.last();
    let catalog = view.catalog().unwrap();
    let entry = |dictionary: &Dictionary, key: &[u8]| view.get(dictionary, key).unwrap().unwrap();
    let string = |object: &Object| object.value.as_string().unwrap().bytes.to_vec();
    let test = entry(&catalog, b"Test");
    let text = entry(test.value.as_dictionary().unwrap(), b"Text");
    let [first, second] = text.value.as_array().unwrap().0.as_slice() else { panic!() };
    assert_eq!(string(first), b"Secret", "{options:?}");
    assert_eq!(string(&entry(second.value.as_dictionary().unwrap(), b"Deep")), [1, 2], "{options:?}");
    assert_eq!(string(&entry(test.value.as_dictionary().unwrap(), b"Empty")), b"", "{options:?}");
    let data = entry(&catalog, b"Data");
    assert_eq!(&*view.decode(data.value.as_stream().unwrap()).unwrap(), b"stream data", "{options:?}");
    assert_eq!(string(&entry(data.value.as_dictionary().unwrap(), b"Note")), b"Secret", "{options:?}");
    let signature = entry(&catalog, b"Signature");
    let signature = signature.value.as_dictionary().unwrap();
    assert_eq!(string(&entry(signature, b"Contents")), [0x30, 3, 2, 1, 1], "{options:?}");
    assert_eq!(string(&entry(signature, b"Reason")), b"Secret", "{options:?}");
    let metadata = entry(&catalog, b"Metadata");
    assert_eq!(&*view.decode(metadata.value.as_stream().unwrap()).unwrap(), b"<x:xmpmeta/>", "{options:?}");
    assert!(pdf.is_encrypted() && pdf.repairs().is_empty() && pdf.findings().is_empty(), "{options:?}");
}

#[test]
fn what_is_encrypted_here_is_decrypted_the_way_of_the_document() {
    let reference = Reference { number: 70_000, generation: 1 };
    for options in MATRIX {
        let Some(bytes) = encrypt(USER, OWNER, options) else { return };
        let pdf = open(&bytes, Some(USER)).unwrap();
        for plain in [&b""[..], b"Secret", &[7; 16], &[9; 1000]] {
            let encrypted = pdf.encrypt_string(reference, plain).unwrap();
            assert!(plain.is_empty() || encrypted != plain);
            let crypt = pdf.crypt.as_ref().unwrap();
            assert_eq!(crypt.decrypt(crypt.strings, reference, &encrypted), plain, "{options:?}");
            let encrypted = pdf.encrypt_stream(reference, plain).unwrap();
            assert_eq!(crypt.decrypt(crypt.streams, reference, &encrypted), plain, "{options:?}");
        }
    }
}

#[test]
fn unknown_handlers_say_so() {
    for (dictionary, id) in [
        ("/Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /CF << >>", "document.encryption_public_key"),
        ("/Filter /Foo", "document.encryption_unsupported"),
        ("/Filter /Standard /V 3 /R 3 /P 0 /O () /U ()", "document.encryption_unsupported"),
        ("/Filter /Standard /V 4 /R 4 /P 0 /O () /U () /StmF /Gone", "document.encryption_unsupported"),
        ("/Filter /Standard", "document.encryption_unsupported"),
        ("/Filter /Standard /V 1 /R 2 /P -4 /O () /U ()", "document.password_needed"),
        ("/Filter /Standard /V 5 /R 6 /P -4 /O () /U ()", "document.password_needed"),
    ] {
        let mut sample = Sample::with_four(&format!("<< {dictionary} >>"));
        sample.table("/Encrypt 4 0 R");
        assert_eq!(open(&sample.bytes, None).unwrap_err().message().id(), id, "{dictionary}");
    }
}

#[test]
fn nothing_secret_is_in_the_debug_form() {
    let Some(bytes) = encrypt("", "Secret", &["128", "--use-aes=y"]) else { return };
    let pdf = open(&bytes, Some("Secret")).unwrap();
    let text = format!("{:?} {:?}", pdf.crypt.as_ref().unwrap(), pdf.options());
    assert_eq!(text, "Crypt { streams: Aes, strings: Aes, .. } OpenOptions { .. }");
}
