//! What C programs do wrong, and that header and code name the same functions.

use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_char};
use std::ptr;

use super::error::{KysoError, NULL, OK, PANIC, UTF8, guard, kyso_error_free, kyso_error_id, kyso_error_kind, kyso_error_message};
use super::*;

const SOURCES: [&str; 5] =
    [include_str!("mod.rs"), include_str!("document.rs"), include_str!("error.rs"), include_str!("sign.rs"), include_str!("verify.rs")];
const MEMORY: &str = include_str!("memory.rs");
const HEADER: &str = include_str!("../../include/kyso.h");

fn text(pointer: *const c_char) -> String {
    assert!(!pointer.is_null());
    // SAFETY: a string of an error that lives.
    unsafe { CStr::from_ptr(pointer) }.to_str().unwrap().to_owned()
}

#[test]
fn the_header_declares_the_functions_that_are_exported() {
    let exported: BTreeSet<&str> =
        SOURCES.iter().copied().chain([MEMORY]).flat_map(|source| source.lines()).filter_map(exported_name).collect();
    let declared: BTreeSet<&str> = HEADER.lines().filter_map(declared_name).collect();
    assert!(exported.len() > 30);
    assert_eq!(exported, declared);
}

#[test]
fn every_status_of_the_header_has_the_number_of_the_code() {
    let numbers: Vec<(&str, u32)> = HEADER.lines().filter_map(defined_status).collect();
    assert_eq!(numbers.iter().find(|row| row.0 == "KYSO_OK"), Some(&("KYSO_OK", OK)));
    assert_eq!(numbers.iter().find(|row| row.0 == "KYSO_NULL"), Some(&("KYSO_NULL", NULL)));
    assert_eq!(numbers.iter().find(|row| row.0 == "KYSO_NOT_UTF8"), Some(&("KYSO_NOT_UTF8", UTF8)));
    assert_eq!(numbers.iter().find(|row| row.0 == "KYSO_PANIC"), Some(&("KYSO_PANIC", PANIC)));
    let distinct: BTreeSet<u32> = numbers.iter().map(|row| row.1).collect();
    assert_eq!(distinct.len(), numbers.len());
    assert_eq!(numbers.len(), 15);
}

/// A closed port of this computer.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

#[test]
fn a_timestamp_that_cannot_be_had_has_a_status_of_its_own() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let letter = std::fs::read(folder.join("pdf/unsigned/doc.pdf")).unwrap();
    let certificates = std::fs::read(folder.join("pki/an.pem")).unwrap();
    for (options, status, kind) in [
        (format!(r#"{{"tsa":["{}"],"tsa_timeout":5}}"#, nobody()), 13, "timestamp"),
        (r#"{"tsa":["ftp://tsa.example.vn"]}"#.to_owned(), 1, "argument"),
        (r#"{"tsa":["http://tsa.example.vn"],"tsa_timeout":0}"#.to_owned(), 1, "argument"),
        (r#"{"tsa":["http://tsa.example.vn"],"tsa_policy":"x"}"#.to_owned(), 1, "argument"),
        (r#"{"tsa":["http://tsa.example.vn"],"tsa_password":"x"}"#.to_owned(), 1, "argument"),
        ("{}".to_owned(), 1, "argument"),
    ] {
        let options = CString::new(options).unwrap();
        let (mut document, mut prepared, mut signed, mut error) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: every pointer is that of a value that lives, or a handle that was given just before.
        unsafe {
            assert_eq!(
                kyso_document_parse(letter.as_ptr(), letter.len(), ptr::null(), ptr::null(), &raw mut document, ptr::null_mut()),
                OK
            );
            let prepare =
                kyso_prepare(document, certificates.as_ptr(), certificates.len(), ptr::null(), &raw mut prepared, ptr::null_mut());
            assert_eq!(prepare, OK);
            let mut key = crate::PemKey::from_bytes(&std::fs::read(folder.join("pki/an.key.pem")).unwrap(), None, &certificates).ok();
            let (mut message, mut length) = (ptr::null_mut(), 0);
            assert_eq!(kyso_prepared_message(prepared, &raw mut message, &raw mut length, ptr::null_mut()), OK);
            let algorithm = crate::SignatureAlgorithm::RsaPkcs1 { digest: crate::DigestAlgorithm::Sha256 };
            let value = crate::Signer::sign(&key.take().unwrap(), algorithm, std::slice::from_raw_parts(message, length)).unwrap();
            kyso_bytes_free(message, length);
            let (value, length) = (value.as_ptr(), value.len());
            let found =
                kyso_prepared_finish_timestamped(prepared, document, value, length, options.as_ptr(), &raw mut signed, &raw mut error);
            assert_eq!((found, text(kyso_error_kind(error)).as_str()), (status, kind), "{options:?}");
            assert!(signed.is_null());
            kyso_error_free(error);
            kyso_prepared_free(prepared);
            kyso_document_free(document);
        }
    }
}

#[test]
fn a_null_pointer_is_an_answer_and_no_output_is_written() {
    let mut document = ptr::dangling_mut::<KysoDocument>();
    let before = document;
    let mut error: *mut KysoError = ptr::null_mut();
    // SAFETY: NULL is what is tried.
    let status = unsafe { kyso_document_open(ptr::null(), ptr::null(), &raw mut document, &raw mut error) };
    assert_eq!(status, NULL);
    assert_eq!(document, before);
    // SAFETY: the error was given just now.
    unsafe {
        assert_eq!(text(kyso_error_kind(error)), "argument");
        assert_eq!(text(kyso_error_id(error)), "capi.null");
        kyso_error_free(error);
        assert_eq!(kyso_document_open(ptr::null(), ptr::null(), ptr::null_mut(), ptr::null_mut()), NULL);
        assert_eq!(kyso_trust_new(ptr::null_mut(), ptr::null_mut()), NULL);
        assert_eq!(kyso_verify(ptr::null(), ptr::null(), ptr::null_mut(), ptr::null_mut()), NULL);
        assert_eq!(kyso_report_exit(ptr::null()), 2);
        assert!(kyso_error_message(ptr::null(), ptr::null()).is_null());
    }
}

#[test]
fn nothing_is_freed_where_there_is_nothing() {
    // SAFETY: NULL is what is tried.
    unsafe {
        kyso_document_free(ptr::null_mut());
        kyso_error_free(ptr::null_mut());
        kyso_string_free(ptr::null_mut());
        kyso_bytes_free(ptr::null_mut(), 7);
        kyso_signed_free(ptr::null_mut());
    }
}

#[test]
fn a_panic_stops_at_the_boundary() {
    let mut error: *mut KysoError = ptr::null_mut();
    let status = guard(&raw mut error, || panic!("a defect, made for this test"));
    assert_eq!(status, PANIC);
    // SAFETY: the error was given just now.
    unsafe {
        assert_eq!(text(kyso_error_message(error, c"vi".as_ptr())), "kyso có lỗi bên trong");
        kyso_error_free(error);
    }
}

#[test]
fn an_error_speaks_both_languages() {
    let path = CString::new("/nowhere/GXN-123.pdf").unwrap();
    let (mut document, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: live strings, room for both outputs.
    unsafe {
        assert_eq!(kyso_document_open(path.as_ptr(), ptr::null(), &raw mut document, &raw mut error), 6);
        assert_eq!(text(kyso_error_message(error, ptr::null())), "no such file: /nowhere/GXN-123.pdf");
        assert_eq!(text(kyso_error_message(error, c"vi".as_ptr())), "không tìm thấy tệp: /nowhere/GXN-123.pdf");
        assert_eq!(text(kyso_error_kind(error)), "not_found");
        kyso_error_free(error);
    }
}

#[test]
fn options_with_a_key_that_is_unknown_are_refused() {
    let (mut trust, mut verifier, mut error) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: live handles and strings, room for the outputs.
    unsafe {
        assert_eq!(kyso_trust_new(&raw mut trust, ptr::null_mut()), OK);
        let online = c"{\"online\":true,\"timeout\":5,\"proxy\":\"http://a.vn:3128\",\"cache\":\"/nowhere\",\"allow_private\":true}";
        assert_eq!(kyso_verifier_new(trust, online.as_ptr(), &raw mut verifier, &raw mut error), OK);
        kyso_verifier_free(verifier);
        verifier = ptr::null_mut();
        for options in [
            c"{\"polcy\":\"basic\"}",
            c"[",
            c"{\"policy\":\"lax\"}",
            c"{\"at\":\"yesterday\"}",
            c"{\"lang\":\"fr\"}",
            c"{\"online\":true,\"timeout\":0}",
            c"{\"online\":true,\"proxy\":\"socks5://a.vn\"}",
        ] {
            assert_eq!(kyso_verifier_new(trust, options.as_ptr(), &raw mut verifier, &raw mut error), 1, "{options:?}");
            assert!(verifier.is_null());
            kyso_error_free(error);
        }
        let latin = [b'"', 0xE9, b'"', 0];
        assert_eq!(kyso_verifier_new(trust, latin.as_ptr().cast(), &raw mut verifier, ptr::null_mut()), UTF8);
        kyso_trust_free(trust);
    }
}

#[test]
fn handles_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<KysoDocument>();
    shared::<KysoError>();
    shared::<KysoPrepared>();
    shared::<KysoReport>();
    shared::<KysoSigned>();
    shared::<KysoTrust>();
    shared::<KysoVerifier>();
}

#[test]
fn every_message_that_is_said_here_is_in_the_catalogue() {
    let sources = SOURCES.iter().copied().chain([MEMORY, include_str!("options.rs")]);
    let said: BTreeSet<&str> =
        sources.flat_map(|source| source.split("Message::new(\"").skip(1)).filter_map(|rest| rest.split('"').next()).collect();
    assert!(said.len() > 4);
    for id in said {
        assert!(crate::ids().any(|known| known == id), "{id}");
    }
}

/// `pub … fn kyso_x(`, or the first name behind `free!(`.
fn exported_name(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = match line.split_once("extern \"C\" fn ") {
        Some((_, rest)) => rest.split('(').next()?,
        None => line.strip_suffix(',').filter(|name| name.ends_with("_free") && !name.contains(' '))?,
    };
    name.starts_with("kyso_").then_some(name)
}

fn declared_name(line: &str) -> Option<&str> {
    if line.starts_with([' ', '*', '/', '#']) {
        return None;
    }
    let (before, _) = line.split_once('(')?;
    let name = before.rsplit([' ', '*']).next()?;
    name.starts_with("kyso_").then_some(name)
}

fn defined_status(line: &str) -> Option<(&str, u32)> {
    let mut words = line.strip_prefix("#define ")?.split_whitespace();
    let (name, number) = (words.next()?, words.next()?);
    let number = number.strip_prefix("((kyso_status)")?.strip_suffix(')')?;
    Some((name, number.parse().ok()?))
}
