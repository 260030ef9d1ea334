//! Keys of the test PKI, as OpenSSL packs them, and the key files of the corpus.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::PemKey;
use crate::asn1::{Oid, Writer, parse_dotted};
use crate::crypto::Input;
use crate::{DigestAlgorithm, ErrorKind, Identity, KeyKind, SignatureAlgorithm, Signer};

/// The outside program is skipped visibly where it is missing, unless it is required.
fn openssl(arguments: &[&str], input: Option<&str>) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (inside, outside) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::write(&inside, input.unwrap_or_default()).unwrap();
    let mut command = Command::new("openssl");
    command.args(arguments).arg("-out").arg(&outside);
    if input.is_some() {
        command.arg("-in").arg(&inside);
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            Some(std::fs::read(outside).unwrap())
        }
        Err(error) => {
            assert_ne!(std::env::var("KYSO_PEERS").as_deref(), Ok("required"), "openssl is required: {error}");
            println!("skipped: openssl cannot be run ({error})");
            None
        }
    }
}

fn pki(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(name)).unwrap()
}

fn algorithm(kind: &KeyKind) -> SignatureAlgorithm {
    match kind {
        KeyKind::Rsa { .. } => SignatureAlgorithm::RsaPkcs1 { digest: DigestAlgorithm::Sha256 },
        KeyKind::Ec { bits: 256, .. } => SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha256 },
        KeyKind::Ec { bits: 384, .. } => SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha384 },
        KeyKind::Ec { .. } => SignatureAlgorithm::Ecdsa { digest: DigestAlgorithm::Sha512 },
        KeyKind::Ed25519 => SignatureAlgorithm::Ed25519,
        other => panic!("no test of {other:?}"),
    }
}

/// The key signs what the certificate of the identity verifies.
fn assert_signs(signer: &dyn Signer) {
    let certificate = &signer.identity().certificate;
    let algorithm = algorithm(&certificate.key_kind());
    let value = signer.sign(algorithm, b"message").unwrap();
    assert_eq!(certificate.public_key().verify(algorithm, Input::Message(b"message"), &value), Ok(()));
}

fn names(identity: &Identity) -> Vec<&str> {
    std::iter::once(&identity.certificate).chain(&identity.chain).map(|one| one.subject().display_name().unwrap_or("?")).collect()
}

const AN: [&str; 3] = ["Nguyễn Văn A", "Kyso Test Sub CA", "Kyso Test Root CA"];

#[test]
fn a_plain_key_finds_its_certificate_and_the_chain_in_any_order() {
    for files in [["an.pem", "sub-rsa.pem", "root-rsa.pem"], ["root-rsa.pem", "an.pem", "sub-rsa.pem"]] {
        let certificates = files.map(pki).concat() + &pki("binh.pem") + &pki("root-unknown.pem");
        let signer = PemKey::from_bytes(pki("an.key.pem").as_bytes(), None, certificates.as_bytes()).unwrap();
        assert_eq!(names(signer.identity()), AN);
        assert_signs(&signer);
    }
}

#[test]
fn certificates_may_stand_beside_the_key() {
    let both = pki("an.key.pem") + &pki("an.pem") + &pki("sub-rsa.pem");
    for certificates in [both.as_bytes(), b""] {
        let signer = PemKey::from_bytes(both.as_bytes(), None, certificates).unwrap();
        assert_eq!(names(signer.identity()), AN[..2]);
    }
}

#[test]
fn a_key_without_its_certificate_says_so() {
    let missing = PemKey::from_bytes(pki("an.key.pem").as_bytes(), None, pki("binh.pem").as_bytes());
    assert_eq!(missing.err().map(|error| error.message().id().to_owned()).as_deref(), Some("key.certificate_missing"));
    let none = PemKey::from_bytes(pki("an.pem").as_bytes(), None, pki("an.pem").as_bytes());
    assert_eq!(none.err().map(|error| error.message().id().to_owned()).as_deref(), Some("key.none"));
    let nonsense = PemKey::from_bytes(b"nonsense", None, pki("an.pem").as_bytes());
    assert_eq!(nonsense.err().map(|error| error.message().id().to_owned()).as_deref(), Some("key.file_malformed"));
}

#[test]
fn encrypted_pem_keys_open_with_their_password_alone() {
    let certificates = ["an", "binh", "cuong", "dung"].map(|name| pki(&format!("{name}.pem"))).concat();
    let password = "Mật khẩu Việt 123";
    let ways: [&[&str]; 4] = [
        &["-v2", "aes-256-cbc"],
        &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
        &["-v2", "des3", "-v2prf", "hmacWithSHA1"],
        &["-scrypt"],
    ];
    let mut count = 0;
    for name in ["an", "binh", "cuong", "dung"] {
        for way in ways {
            for form in ["PEM", "DER"] {
                let fixed = ["pkcs8", "-topk8", "-outform", form, "-passout", "pass:Mật khẩu Việt 123"];
                let Some(key) = openssl(&[&fixed[..], way].concat(), Some(&pki(&format!("{name}.key.pem")))) else { return };
                let open = |password| PemKey::from_bytes(&key, password, certificates.as_bytes());
                assert_signs(&open(Some(password)).unwrap());
                assert_signs(&open(Some("Ma\u{323}\u{302}t khâ\u{309}u Vie\u{302}\u{323}t 123")).unwrap());
                assert_eq!(open(None).err().map(|error| error.kind()), Some(ErrorKind::Password));
                assert_eq!(open(Some("mật khẩu việt 123")).err().map(|error| error.kind()), Some(ErrorKind::Password));
                count += 1;
            }
        }
    }
    println!("{count} encrypted keys");
}

#[test]
fn the_older_pem_forms_are_read_and_their_encryption_is_refused() {
    for name in ["an", "binh"] {
        let (key, certificate) = (pki(&format!("{name}.key.pem")), pki(&format!("{name}.pem")));
        let old = if name == "an" { "rsa" } else { "ec" };
        let traditional: &[&str] = if name == "an" { &["rsa", "-traditional"] } else { &["ec"] };
        let Some(plain) = openssl(traditional, Some(&key)) else { return };
        assert!(!String::from_utf8_lossy(&plain).contains("BEGIN PRIVATE KEY"), "{old}");
        assert_signs(&PemKey::from_bytes(&plain, None, certificate.as_bytes()).unwrap());
        let Some(encrypted) = openssl(&[traditional, &["-aes128", "-passout", "pass:x"]].concat(), Some(&key)) else { return };
        let error = PemKey::from_bytes(&encrypted, Some("x"), certificate.as_bytes()).err().unwrap();
        assert_eq!((error.kind(), error.message().id()), (ErrorKind::Unsupported, "key.pem_encryption"));
    }
}

/// An encrypted key whose derivation is `derivation` with `parameters` behind the salt.
fn encrypted(derivation: &str, parameters: &[u64]) -> Vec<u8> {
    let oid = |writer: &mut Writer, oid: &str| writer.oid(Oid(&parse_dotted(oid).unwrap()));
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                oid(writer, "1.2.840.113549.1.5.13");
                writer.sequence(|writer| {
                    writer.sequence(|writer| {
                        oid(writer, derivation);
                        writer.sequence(|writer| {
                            writer.octet_string(&[7; 8]);
                            parameters.iter().for_each(|number| writer.unsigned(*number));
                        });
                    });
                    writer.sequence(|writer| {
                        oid(writer, "2.16.840.1.101.3.4.1.42");
                        writer.octet_string(&[7; 16]);
                    });
                });
            });
            writer.octet_string(&[7; 32]);
        });
    })
}

#[test]
fn derivations_without_end_are_refused_before_they_begin() {
    const PBKDF2: &str = "1.2.840.113549.1.5.12";
    const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
    for (derivation, parameters, expected) in [
        (PBKDF2, &[2048][..], "key.password_wrong"),
        (PBKDF2, &[10_000_001], "key.work"),
        (SCRYPT, &[1 << 14, 8, 1], "key.password_wrong"),
        (SCRYPT, &[1 << 20, 8, 1], "key.work"),
        (SCRYPT, &[1 << 14, 8, 17], "key.work"),
    ] {
        let error = PemKey::from_bytes(&encrypted(derivation, parameters), Some("x"), b"").err().unwrap();
        assert_eq!(error.message().id(), expected, "{derivation} {parameters:?}");
    }
}

#[cfg(feature = "pkcs12")]
mod pkcs12 {
    use super::*;
    use crate::Pkcs12;

    fn corpus() -> Option<PathBuf> {
        let corpus = std::env::var_os("KYSO_CORPUS").map_or_else(|| PathBuf::from("../shared/corpus"), PathBuf::from).join("other");
        if corpus.is_dir() {
            return Some(corpus);
        }
        assert_ne!(std::env::var("KYSO_PEERS").as_deref(), Ok("required"), "the corpus is required");
        println!("skipped: no corpus at {}", corpus.display());
        None
    }

    /// A file of OpenSSL with the key, the certificate and the issuers.
    fn export(name: &str, authorities: &[&str], password: &str, way: &[&str]) -> Option<Vec<u8>> {
        let input =
            pki(&format!("{name}.key.pem")) + &pki(&format!("{name}.pem")) + &authorities.iter().map(|file| pki(file)).collect::<String>();
        let password = format!("pass:{password}");
        openssl(&[&["pkcs12", "-export", "-passout", &password], way].concat(), Some(&input))
    }

    const WAYS: [&[&str]; 5] = [
        &[],
        &["-macalg", "sha512", "-keypbe", "aes-128-cbc", "-certpbe", "aes-128-cbc"],
        &["-legacy"],
        &["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
        &["-certpbe", "NONE"],
    ];

    #[test]
    fn files_of_openssl_open_with_their_password_alone() {
        let mut count = 0;
        for (name, authorities) in [
            ("an", &["root-rsa.pem", "sub-rsa.pem"][..]),
            ("binh", &["sub-p256.pem", "root-p256.pem"]),
            ("cuong", &["sub-p256.pem"]),
            ("dung", &["root-ed25519.pem"]),
        ] {
            for password in ["Kyso-2026", "", "Mật khẩu Việt 123"] {
                for way in WAYS {
                    let Some(file) = export(name, authorities, password, way) else { return };
                    let signer = Pkcs12::from_bytes(&file, password).unwrap();
                    assert_eq!(signer.identity().chain.len(), authorities.len(), "{:?}", names(signer.identity()));
                    assert_signs(&signer);
                    let wrong = Pkcs12::from_bytes(&file, "kyso-2026").err().unwrap();
                    assert_eq!((wrong.kind(), wrong.message().id()), (ErrorKind::Password, "key.password_wrong"));
                    count += 1;
                }
            }
        }
        println!("{count} files");
    }

    #[test]
    fn a_vietnamese_password_opens_in_every_spelling() {
        for way in WAYS {
            let Some(file) = export("an", &[], "Mật khẩu", way) else { return };
            for spelling in ["Mật khẩu", "Ma\u{323}\u{302}t kha\u{302}\u{309}u", "Mâ\u{323}t khâ\u{309}u"] {
                assert_signs(&Pkcs12::from_bytes(&file, spelling).unwrap());
            }
            assert_eq!(Pkcs12::from_bytes(&file, "Mât khẩu").err().map(|error| error.kind()), Some(ErrorKind::Password));
        }
    }

    #[test]
    fn a_password_outside_the_letters_of_the_mac_opens_where_the_encryption_allows_it() {
        // The archive is encrypted with the UTF-8 of the password; its MAC cannot be checked.
        let Some(file) = export("an", &[], "Kyso🔑", &[]) else { return };
        assert_signs(&Pkcs12::from_bytes(&file, "Kyso🔑").unwrap());
        assert_eq!(Pkcs12::from_bytes(&file, "Kyso🔒").err().map(|error| error.kind()), Some(ErrorKind::Password));
    }

    #[test]
    fn without_a_mac_a_wrong_password_is_still_told() {
        let Some(file) = export("an", &["sub-rsa.pem"], "đúng", &["-nomac"]) else { return };
        assert_eq!(names(Pkcs12::from_bytes(&file, "đúng").unwrap().identity()), AN[..2]);
        assert_eq!(Pkcs12::from_bytes(&file, "sai").err().map(|error| error.kind()), Some(ErrorKind::Password));
    }

    #[test]
    fn a_file_cut_short_is_damaged_and_no_byte_of_it_is_a_panic() {
        let Some(file) = export("binh", &["sub-p256.pem"], "x", &["-iter", "1"]) else { return };
        for length in (0..file.len()).step_by(7) {
            let error = Pkcs12::from_bytes(&file[..length], "x").err().unwrap();
            assert_eq!((error.kind(), error.message().id()), (ErrorKind::Key, "key.file_malformed"), "{length}");
        }
        for index in 0..file.len() {
            for bits in [0x01, 0x80, 0xFF] {
                let mut other = file.clone();
                other[index] ^= bits;
                if let Ok(signer) = Pkcs12::from_bytes(&other, "x") {
                    // What is not under the MAC, such as a NULL of an algorithm.
                    assert_signs(&signer);
                }
            }
        }
    }

    #[test]
    fn of_several_keys_the_one_for_signing_is_taken() {
        use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
        let mut store = KeyStore::new();
        for (alias, name) in [("1", "wrong-usage"), ("2", "expired"), ("3", "an"), ("4", "wrong-usage")] {
            let key = crate::x509::pem_decode(pki(&format!("{name}.key.pem")).as_bytes()).unwrap().remove(0).der;
            let certificate = crate::x509::pem_decode(pki(&format!("{name}.pem")).as_bytes()).unwrap().remove(0).der;
            let chain = PrivateKeyChain::new(alias, PrivateKey::from_der(&key).unwrap(), [Certificate::from_der(&certificate).unwrap()]);
            store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(chain));
        }
        let file = store.writer("x").encryption_iterations(1).mac_iterations(1).write().unwrap();
        assert_eq!(names(Pkcs12::from_bytes(&file, "x").unwrap().identity()), ["Nguyễn Văn A"]);
    }

    /// Files that are well but hold nothing to sign with here, by the id of the message.
    const NOTHING_TO_SIGN_WITH: [(&str, &str); 13] = [
        ("example.pfx", "key.too_short"),
        ("example13.pfx", "key.too_short"),
        ("example2.pfx", "key.too_short"),
        ("example4.pfx", "key.too_short"),
        ("example6.pfx", "key.too_short"),
        ("example8.pfx", "key.too_short"),
        ("expired_signer.p12", "key.too_short"),
        ("no-cert-key-aes256cbc.p12", "key.certificate_missing"),
        ("no-cert-name-2-pwd.p12", "key.none"),
        ("no-cert-name-3-pwd.p12", "key.none"),
        ("no-cert-name-all-no-pwd.p12", "key.none"),
        ("no-cert-no-name-no-pwd.p12", "key.none"),
        ("ValidDSASignaturesTest4EE.p12", "key.unsupported"),
    ];

    #[test]
    fn the_key_files_of_the_corpus_open() {
        let Some(corpus) = corpus() else { return };
        let manifest = std::fs::read_to_string(corpus.join("manifest.tsv")).unwrap();
        let columns: Vec<&str> = manifest.lines().next().unwrap().split('\t').collect();
        let column = |name: &str| columns.iter().position(|column| *column == name).unwrap();
        let (kind, path, parameters) = (column("kind"), column("corpus_path"), column("params"));
        let (mut opened, mut empty, mut wrong) = (0, 0, Vec::new());
        for row in manifest.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).filter(|row| row[kind] == "pkcs12") {
            let password = row[parameters].strip_prefix("password=").unwrap();
            let name = row[path].rsplit('/').next().unwrap();
            let expected = NOTHING_TO_SIGN_WITH.iter().find(|(file, _)| *file == name).map(|(_, id)| *id);
            match (Pkcs12::open(corpus.join(row[path]), password), expected) {
                (Ok(signer), None) => {
                    assert_signs(&signer);
                    opened += 1;
                }
                (Err(error), Some(id)) if error.message().id() == id => empty += 1,
                (Ok(_), Some(id)) => wrong.push(format!("{name}: opens, but {id} was expected")),
                (Err(error), _) => wrong.push(format!("{name}: {error:?}")),
            }
        }
        println!("{opened} files opened, {empty} with nothing to sign with");
        assert!(wrong.is_empty(), "{wrong:#?}");
        // Two files are named example.pfx.
        assert!(opened > 20 && empty == NOTHING_TO_SIGN_WITH.len() + 1);
    }

    #[test]
    fn a_missing_file_is_not_found() {
        let error = Pkcs12::open("/nowhere/an.p12", "x").err().unwrap();
        assert_eq!((error.kind(), error.message().id()), (ErrorKind::NotFound, "key.unreadable"));
    }
}
