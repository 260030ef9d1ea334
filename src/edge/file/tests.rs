//! What happens at the disk.

use super::*;
use crate::SignOptions;

fn signed(document: &Document) -> Signed {
    let key = fs::read(fixture("pki/an.key.pem")).unwrap();
    let certificates = [fs::read(fixture("pki/an.pem")).unwrap(), fs::read(fixture("pki/sub-rsa.pem")).unwrap()].concat();
    let key = crate::PemKey::from_bytes(&key, None, &certificates).unwrap();
    SignOptions::at(crate::Time::parse("2026-11-23T09:28:29Z", crate::Zone::UTC).unwrap()).sign(document, &key).unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn letter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/unsigned.pdf")
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_cannot_be_opened_is_said_by_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    for (path, kind, id) in [
        (folder.path().join("none.pdf"), ErrorKind::NotFound, "file.not_found"),
        (folder.path().to_owned(), ErrorKind::Argument, "file.is_folder"),
        (letter().join("inside"), ErrorKind::Io, "file.unreadable"),
    ] {
        let error = Document::open(&path).unwrap_err();
        assert_eq!((error.kind(), error.message().id()), (kind, id));
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
}

#[test]
fn a_document_bears_the_path_as_its_name_unless_another_is_given() {
    let path = letter();
    assert_eq!(Document::open(&path).unwrap().name(), path.to_str());
    let options = DocumentOptions { name: Some("x.pdf".to_owned()), ..DocumentOptions::default() };
    assert_eq!(Document::open_with(&path, options).unwrap().name(), Some("x.pdf"));
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let limits = crate::Limits { document_bytes: 100, ..crate::Limits::default() };
    let error = Document::open_with(letter(), DocumentOptions { limits, ..DocumentOptions::default() }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

#[test]
fn mapped_and_read_bytes_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let file = File::create(&path).unwrap();
    file.set_len(MAPPED_ABOVE + 1).unwrap();
    (&file).write_all(b"%PDF").unwrap();
    let mapped = read(&path, u64::MAX, Mapping::LargeFiles).unwrap();
    let whole = read(&path, u64::MAX, Mapping::Never).unwrap();
    assert!(mapped[..] == whole[..]);
    assert_eq!(mapped.source(), whole.source());
    assert_eq!(mapped.source().map(|source| source.length), Some(MAPPED_ABOVE + 1));
}

#[test]
fn a_signed_document_is_the_original_and_more() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("a.pdf"), folder.path().join("a.signed.pdf"));
    fs::copy(letter(), &input).unwrap();
    let before = fs::read(&input).unwrap();
    signed(&Document::open(&input).unwrap()).save(&output).unwrap();
    let after = fs::read(&output).unwrap();
    assert!(after.starts_with(&before) && after.len() > before.len());
    assert_eq!(fs::read(&input).unwrap(), before);
    assert_eq!(names(folder.path()), ["a.pdf", "a.signed.pdf"]);
}

#[test]
fn the_document_that_was_signed_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.pdf");
    fs::copy(letter(), &input).unwrap();
    let before = fs::read(&input).unwrap();
    let signed = signed(&Document::open(&input).unwrap());
    let other_way = folder.path().join(".").join("a.pdf");
    for path in [&input, &other_way] {
        for result in [signed.save(path), signed.save_new(path)] {
            let error = result.unwrap_err();
            assert_eq!((error.kind(), error.message().id()), (ErrorKind::Refused, "file.is_original"));
        }
    }
    assert_eq!(fs::read(&input).unwrap(), before);
    assert_eq!(names(folder.path()), ["a.pdf"]);
}

#[cfg(unix)]
#[test]
fn a_second_name_of_the_document_that_was_signed_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.pdf");
    fs::copy(letter(), &input).unwrap();
    let signed = signed(&Document::open(&input).unwrap());
    fs::hard_link(&input, folder.path().join("hard.pdf")).unwrap();
    std::os::unix::fs::symlink(&input, folder.path().join("soft.pdf")).unwrap();
    for name in ["hard.pdf", "soft.pdf"] {
        assert_eq!(signed.save(folder.path().join(name)).unwrap_err().message().id(), "file.is_original", "{name}");
    }
}

#[test]
fn a_new_file_replaces_none() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("b.pdf");
    fs::write(&output, "precious").unwrap();
    let signed = signed(&Document::open(letter()).unwrap());
    let error = signed.save_new(&output).unwrap_err();
    assert_eq!((error.kind(), error.message().id()), (ErrorKind::Refused, "file.exists"));
    assert_eq!(fs::read(&output).unwrap(), b"precious");
    assert_eq!(names(folder.path()), ["b.pdf"]);
    signed.save(&output).unwrap();
    assert_ne!(fs::read(&output).unwrap(), b"precious");
}

#[test]
fn where_nothing_can_be_written_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let signed = signed(&Document::open(letter()).unwrap());
    let missing = folder.path().join("no").join("b.pdf");
    assert_eq!(signed.save(&missing).unwrap_err().message().id(), "file.unwritable");
    // A folder stands where the file should be.
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    assert_eq!(signed.save(&taken).unwrap_err().message().id(), "file.unwritable");
    assert_eq!(names(folder.path()), ["taken"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_in_words() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: there is no /dev/full here");
        return;
    }
    // Every write to this file fails as on a full disk.
    let mut file = fs::OpenOptions::new().write(true).open(full).unwrap();
    let error = file.write_all(b"x").and_then(|()| file.flush()).unwrap_err();
    let said = io_error(id::FILE_UNWRITABLE, Path::new("out.pdf"), error);
    assert!(said.to_string().contains("the disk is full"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_mode_of_the_file_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
    fs::copy(letter(), &input).unwrap();
    fs::set_permissions(&input, fs::Permissions::from_mode(0o640)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let signed = signed(&Document::open(&input).unwrap());
    signed.save(&output).unwrap();
    assert_eq!(mode(&output), 0o640);
    fs::set_permissions(&output, fs::Permissions::from_mode(0o604)).unwrap();
    signed.save(&output).unwrap();
    assert_eq!(mode(&output), 0o604);
}

#[test]
fn the_system_copies_a_large_original_only_while_it_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    File::create(&path).unwrap().set_len(MAPPED_ABOVE + 1).unwrap();
    let original = read(&path, u64::MAX, Mapping::LargeFiles).unwrap();
    let copy = |original: &Bytes| {
        let mut to = tempfile::tempfile_in(folder.path()).unwrap();
        (copy_original(original, &mut to).unwrap(), to.metadata().unwrap().len())
    };
    assert_eq!(copy(&original), (true, MAPPED_ABOVE + 1));
    assert_eq!(copy(&Bytes::from(vec![1, 2, 3])), (false, 0));
    File::options().append(true).open(&path).unwrap().write_all(b"more").unwrap();
    assert_eq!(copy(&original), (false, 0));
}

#[test]
fn a_folder_of_certificates_is_a_trust_store() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture("pki/root-rsa.pem"), folder.path().join("a.pem")).unwrap();
    fs::copy(fixture("pki/root-p256.pem"), folder.path().join("b.CRT")).unwrap();
    fs::write(folder.path().join("readme.txt"), "no certificate").unwrap();
    assert_eq!(TrustStore::open(folder.path()).unwrap().anchors().len(), 2);
    assert_eq!(TrustStore::open(folder.path().join("a.pem")).unwrap().anchors().len(), 1);
    fs::write(folder.path().join("c.cer"), "no certificate").unwrap();
    let error = TrustStore::open(folder.path()).unwrap_err();
    assert_eq!(error.message().id(), "file.no_certificates");
    assert!(error.to_string().contains("c.cer"), "{error}");
}

#[test]
fn a_trust_store_without_certificates_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(TrustStore::open(folder.path()).unwrap_err().message().id(), "file.no_certificates_in_folder");
    assert_eq!(TrustStore::open(folder.path().join("no")).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn evidence_is_certificates_and_lists() {
    let mut evidence = Evidence::new();
    evidence.add_path(fixture("pki/sub-rsa.pem")).unwrap();
    evidence.add_path(fixture("pki/sub-rsa.crl")).unwrap();
    assert_eq!((evidence.certificates().count(), evidence.crls().count()), (1, 1));
    let error = evidence.add_path(letter()).unwrap_err();
    assert_eq!(error.message().id(), "file.no_evidence");
}
