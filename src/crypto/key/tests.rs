//! Keys of odd kinds and sizes, made by OpenSSL, and what a malformed key gives.

use std::process::Command;

use super::*;

const SHA1: DigestAlgorithm = DigestAlgorithm::Sha1;
const SHA256: DigestAlgorithm = DigestAlgorithm::Sha256;
const SHA384: DigestAlgorithm = DigestAlgorithm::Sha384;
const SHA512: DigestAlgorithm = DigestAlgorithm::Sha512;
const MESSAGE: &[u8] = "Văn bản".as_bytes();

/// A key of OpenSSL and a folder to sign in.
struct Signer(tempfile::TempDir);

impl Signer {
    /// `None`, visibly, where OpenSSL is missing and not required.
    fn new(arguments: &[&str]) -> Option<Self> {
        let signer = Self(tempfile::tempdir().unwrap());
        std::fs::write(signer.path("message"), MESSAGE).unwrap();
        match Command::new("openssl").arg("genpkey").args(arguments).arg("-out").arg(signer.path("key")).output() {
            Ok(output) => {
                assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
                Some(signer)
            }
            Err(error) => {
                assert_ne!(std::env::var("KYSO_PEERS").as_deref(), Ok("required"), "openssl is required: {error}");
                println!("skipped: openssl cannot be run ({error})");
                None
            }
        }
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new("openssl").arg(arguments[0]).args(["-out", &self.path("out")]).args(&arguments[1..]).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(self.path("out")).unwrap()
    }

    fn public_key(&self, options: &[&str]) -> PublicKey {
        let key = self.path("key");
        PublicKey::parse(&self.run(&[&["pkey", "-in", &key, "-pubout", "-outform", "DER"], options].concat())).unwrap()
    }

    fn sign(&self, digest: &str, options: &[&str]) -> Vec<u8> {
        let (key, message) = (self.path("key"), self.path("message"));
        self.run(&[&["dgst", digest, "-sign", &key, "-binary"], options, &[&message]].concat())
    }
}

/// The signature holds over message and digest, and over nothing else.
fn assert_holds(key: &PublicKey, algorithm: SignatureAlgorithm, signature: &[u8]) {
    let digest = algorithm.digest().unwrap();
    for (message, expected) in [(MESSAGE, Ok(())), (b"other", Err(VerifyError::Mismatch))] {
        assert_eq!(key.verify(algorithm, Input::Message(message), signature), expected, "{key:?} {algorithm:?}");
        let given = digest.digest(message);
        assert_eq!(key.verify(algorithm, Input::Digest(&given), signature), expected, "{key:?} {algorithm:?}");
        assert_eq!(key.verify(algorithm, Input::Digest(&given[1..]), signature), Err(VerifyError::Mismatch));
    }
    for index in [0, signature.len() / 2, signature.len() - 1] {
        let mut other = signature.to_vec();
        other[index] ^= 1;
        assert_eq!(key.verify(algorithm, Input::Message(MESSAGE), &other), Err(VerifyError::Mismatch));
    }
    assert_eq!(key.verify(algorithm, Input::Message(MESSAGE), &[signature, &[0]].concat()), Err(VerifyError::Mismatch));
    assert_eq!(key.verify(algorithm, Input::Message(MESSAGE), &[]), Err(VerifyError::Mismatch));
}

#[test]
fn rsa_of_every_size_and_digest_is_verified() {
    let digests = [
        ("-md5", DigestAlgorithm::Md5),
        ("-sha1", SHA1),
        ("-sha224", DigestAlgorithm::Sha224),
        ("-sha256", SHA256),
        ("-sha384", SHA384),
        ("-sha512", SHA512),
        ("-sha512-224", DigestAlgorithm::Sha512_224),
        ("-sha512-256", DigestAlgorithm::Sha512_256),
        ("-sha3-256", DigestAlgorithm::Sha3_256),
    ];
    let mut count = 0;
    // Sizes around whole bytes: the encoded message of PSS is then a byte shorter than the modulus, or not.
    for bits in ["1024", "1025", "1030", "2048", "2049"] {
        let bits_option = format!("rsa_keygen_bits:{bits}");
        for exponent in ["rsa_keygen_pubexp:3", "rsa_keygen_pubexp:65537", "rsa_keygen_pubexp:1099511627791"] {
            let Some(signer) = Signer::new(&["-algorithm", "RSA", "-pkeyopt", &bits_option, "-pkeyopt", exponent]) else { return };
            let key = signer.public_key(&[]);
            // From 2048 bits on, OpenSSL makes both primes equally long; with the exponent 3 it does not.
            let made = if exponent == "rsa_keygen_pubexp:3" || bits < "2048" { bits } else { "2048" };
            assert_eq!(key.kind(), KeyKind::Rsa { bits: made.parse().unwrap() });
            for (name, digest) in digests {
                assert_holds(&key, SignatureAlgorithm::RsaPkcs1 { digest }, &signer.sign(name, &[]));
                count += 1;
            }
            for (name, digest, mask, salt_length) in
                [("-sha1", SHA1, SHA1, 20), ("-sha256", SHA256, SHA256, 32), ("-sha256", SHA256, SHA1, 0), ("-sha256", SHA256, SHA512, 64)]
            {
                let options = [
                    "rsa_padding_mode:pss".to_owned(),
                    format!("rsa_pss_saltlen:{salt_length}"),
                    format!("rsa_mgf1_md:{}", openssl_name(mask)),
                ];
                let options: Vec<&str> = options.iter().flat_map(|option| ["-sigopt", option]).collect();
                let signature = signer.sign(name, &options);
                assert_holds(&key, SignatureAlgorithm::RsaPss { digest, mask_digest: mask, salt_length }, &signature);
                let other_salt = SignatureAlgorithm::RsaPss { digest, mask_digest: mask, salt_length: salt_length + 1 };
                assert_eq!(key.verify(other_salt, Input::Message(MESSAGE), &signature), Err(VerifyError::Mismatch));
                count += 1;
            }
        }
    }
    println!("{count} signatures");
}

fn openssl_name(digest: DigestAlgorithm) -> String {
    digest.name().replace('-', "").to_ascii_lowercase()
}

#[test]
fn rsa_below_1024_bits_is_not_supported() {
    let Some(signer) = Signer::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1023"]) else { return };
    let algorithm = SignatureAlgorithm::RsaPkcs1 { digest: SHA256 };
    let outcome = signer.public_key(&[]).verify(algorithm, Input::Message(MESSAGE), &signer.sign("-sha256", &[]));
    assert_eq!(outcome, Err(VerifyError::Unsupported));
}

#[test]
fn a_key_for_pss_alone_holds_to_its_parameters() {
    let restriction = ["rsa_pss_keygen_md:sha256", "rsa_pss_keygen_mgf1_md:sha256", "rsa_pss_keygen_saltlen:24"];
    let restriction = restriction.map(|option| ["-pkeyopt", option]).concat();
    for options in [&[][..], &restriction] {
        let Some(signer) = Signer::new(&[&["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"], options].concat()) else { return };
        let key = signer.public_key(&[]);
        assert_eq!(key.kind(), KeyKind::Rsa { bits: 2048 });
        let pss = |salt_length| SignatureAlgorithm::RsaPss { digest: SHA256, mask_digest: SHA256, salt_length };
        for salt in [24, 32] {
            let option = format!("rsa_pss_saltlen:{salt}");
            assert_holds(&key, pss(salt), &signer.sign("-sha256", &["-sigopt", &option]));
        }
        let refused: &[SignatureAlgorithm] = if options.is_empty() {
            &[SignatureAlgorithm::RsaPkcs1 { digest: SHA256 }]
        } else {
            &[
                SignatureAlgorithm::RsaPkcs1 { digest: SHA256 },
                pss(23),
                SignatureAlgorithm::RsaPss { digest: SHA512, mask_digest: SHA256, salt_length: 32 },
                SignatureAlgorithm::RsaPss { digest: SHA256, mask_digest: SHA1, salt_length: 32 },
            ]
        };
        for algorithm in refused {
            assert_eq!(key.verify(*algorithm, Input::Message(MESSAGE), &[1; 256]), Err(VerifyError::KeyMismatch), "{algorithm:?}");
        }
    }
}

#[cfg(feature = "extra-curves")]
#[test]
fn every_curve_takes_every_digest() {
    let curves = ["P-256", "P-384", "P-521", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"];
    let digests = [
        ("-sha1", SHA1),
        ("-sha224", DigestAlgorithm::Sha224),
        ("-sha256", SHA256),
        ("-sha384", SHA384),
        ("-sha512", SHA512),
        ("-sha3-512", DigestAlgorithm::Sha3_512),
    ];
    let mut count = 0;
    for curve in curves {
        let option = format!("ec_paramgen_curve:{curve}");
        let Some(signer) = Signer::new(&["-algorithm", "EC", "-pkeyopt", &option]) else { return };
        for form in ["uncompressed", "compressed"] {
            let key = signer.public_key(&["-ec_conv_form", form]);
            assert!(matches!(key.kind(), KeyKind::Ec { curve: name, .. } if name == curve));
            for (name, digest) in digests {
                let signature = signer.sign(name, &[]);
                assert_holds(&key, SignatureAlgorithm::Ecdsa { digest }, &signature);
                let Material::Ec(curve) = key.material else { panic!("{key:?}") };
                let plain = fixed_value(&signature, curve.length()).unwrap();
                assert_holds(&key, SignatureAlgorithm::PlainEcdsa { digest }, &plain);
                // Neither form passes for the other.
                let outcome = key.verify(SignatureAlgorithm::Ecdsa { digest }, Input::Message(MESSAGE), &plain);
                assert_eq!(outcome, Err(VerifyError::Mismatch));
                count += 1;
            }
        }
    }
    println!("{count} keys and digests");
}

/// A `SubjectPublicKeyInfo` of an identifier, its parameters, and bits.
fn spki(oid: Oid<'_>, parameters: &[u8], bits: &[u8]) -> Vec<u8> {
    let identifier = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(oid);
            writer.raw(parameters);
        });
    });
    PublicKey::build(&identifier, bits).unwrap().spki
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> PublicKey {
    let bits = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.primitive(Tag::INTEGER, modulus);
            writer.primitive(Tag::INTEGER, exponent);
        });
    });
    PublicKey::parse(&spki(Oid::RSA_ENCRYPTION, &[5, 0], &bits)).unwrap()
}

#[test]
fn rsa_keys_that_prove_nothing_or_cost_too_much_are_refused() {
    let odd = [&[0][..], &[0xFF; 128]].concat();
    let even = [&odd[..128], &[0xFE]].concat();
    let wide = [&[0][..], &[0xFF; 513]].concat();
    let long = [&[0][..], &[0xFF; 1025]].concat();
    for (modulus, exponent, expected) in [
        (&odd, &[3][..], VerifyError::Mismatch),
        (&odd, &[1], VerifyError::BadKey),
        (&odd, &[0x40], VerifyError::BadKey),
        (&odd, &[0x81], VerifyError::BadKey),
        (&odd, &[0], VerifyError::BadKey),
        (&even, &[3], VerifyError::BadKey),
        (&odd, &[1, 0, 0, 0, 0, 0, 0, 0, 1], VerifyError::Mismatch),
        (&odd, &[0x7F; 32], VerifyError::Mismatch),
        (&odd, &[0x7F; 33], VerifyError::Unsupported),
        (&wide, &[3], VerifyError::Mismatch),
        (&wide, &[1, 0, 0, 0, 0, 0, 0, 0, 1], VerifyError::Unsupported),
        (&long, &[3], VerifyError::Unsupported),
    ] {
        for digest in [SHA256, DigestAlgorithm::Sha3_256] {
            let outcome = rsa(modulus, exponent).verify(SignatureAlgorithm::RsaPkcs1 { digest }, Input::Message(b""), &[1; 128]);
            assert_eq!(outcome, Err(expected), "{exponent:?}");
        }
    }
    // A value of one is one to every power; a value of the modulus or more is no value.
    for value in [vec![0; 128], vec![0xFF; 128], [&[0; 127][..], &[1]].concat()] {
        let outcome = rsa(&odd, &[3]).verify(SignatureAlgorithm::RsaPkcs1 { digest: SHA256 }, Input::Message(b""), &value);
        assert_eq!(outcome, Err(VerifyError::Mismatch));
    }
}

#[test]
fn a_modulus_without_its_zero_byte_is_read_where_it_can_be_no_other() {
    let Some(signer) = Signer::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]) else { return };
    let honest = signer.public_key(&[]);
    let Material::Rsa { modulus, exponent, .. } = &honest.material else { panic!("no RSA key") };
    assert!(modulus[0] & 0x80 != 0);
    let key = rsa(modulus, exponent);
    assert_eq!(key.kind(), KeyKind::Rsa { bits: 1024 });
    let algorithm = SignatureAlgorithm::RsaPkcs1 { digest: SHA256 };
    assert_holds(&key, algorithm, &signer.sign("-sha256", &[]));
    // A number that is negative, and no whole number of words.
    for odd in [&[0xFF; 127][..], &[0xFF; 129], &[0x80]] {
        assert_eq!(rsa(odd, &[3]).verify(algorithm, Input::Message(b""), &[1; 128]), Err(VerifyError::BadKey));
    }
}

#[test]
fn exponents_of_up_to_256_bits_are_verified() {
    let exponent = format!("rsa_keygen_pubexp:0x{}", "C3".repeat(31));
    let Some(signer) = Signer::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", &exponent]) else { return };
    assert_holds(&signer.public_key(&[]), SignatureAlgorithm::RsaPkcs1 { digest: SHA256 }, &signer.sign("-sha256", &[]));
}

#[test]
fn the_digest_that_a_value_names_is_read() {
    let Some(signer) = Signer::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]) else { return };
    let key = signer.public_key(&[]);
    for (name, digest) in [("-sha1", Some(SHA1)), ("-sha256", Some(SHA256)), ("-sha512", Some(SHA512)), ("-sha224", None)] {
        assert_eq!(key.digest_in_value(&signer.sign(name, &[])), digest, "{name}");
    }
    assert_eq!(key.digest_in_value(&[1; 128]), None);
    assert_eq!(key.digest_in_value(b""), None);
}

#[test]
fn points_must_lie_on_their_curve() {
    let curve = |oid| Writer::build(|writer| writer.oid(oid));
    let (p256, p521) = (curve(Oid::SECP256R1), curve(Oid::SECP521R1));
    let value = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.unsigned(1);
            writer.unsigned(1);
        });
    });
    for (parameters, point) in [
        (&p256, [&[4][..], &[1; 64]].concat()),
        (&p256, [&[4][..], &[0; 64]].concat()),
        (&p256, [&[6][..], &[1; 64]].concat()),
        (&p256, vec![0]),
        (&p256, vec![]),
        (&p256, [&[4][..], &[1; 63]].concat()),
        (&p521, [&[4][..], &[1; 132]].concat()),
    ] {
        let key = PublicKey::parse(&spki(Oid::EC_PUBLIC_KEY, parameters, &point)).unwrap();
        for digest in [SHA256, SHA512] {
            assert!(key.verify(SignatureAlgorithm::Ecdsa { digest }, Input::Message(b""), &value).is_err(), "{point:?}");
        }
    }
}

#[test]
fn unknown_keys_are_read_and_verify_nothing() {
    let all = [SignatureAlgorithm::RsaPkcs1 { digest: SHA256 }, SignatureAlgorithm::Ecdsa { digest: SHA256 }, SignatureAlgorithm::Ed25519];
    let secp256k1 = Writer::build(|writer| writer.oid(Oid(&[0x2B, 0x81, 0x04, 0x00, 0x0A])));
    for (oid, parameters, kind) in [
        (Oid::DSA, &[][..], KeyKind::Dsa),
        (Oid(&[0x2A, 3]), &[], KeyKind::Unknown { oid: "1.2.3".to_owned() }),
        (Oid::EC_PUBLIC_KEY, &secp256k1, KeyKind::Ec { curve: "1.3.132.0.10".to_owned(), bits: 256 }),
        // A curve given by its numbers.
        (Oid::EC_PUBLIC_KEY, &[0x30, 0], KeyKind::Unknown { oid: "1.2.840.10045.2.1".to_owned() }),
    ] {
        let key = PublicKey::parse(&spki(oid, parameters, &[4; 65])).unwrap();
        assert_eq!(key.kind(), kind);
        for algorithm in all {
            assert_eq!(key.verify(algorithm, Input::Message(b""), &[0; 64]), Err(VerifyError::Unsupported));
        }
    }
    let malformed = PublicKey::parse(&spki(Oid::RSA_ENCRYPTION, &[5, 0], b"no key")).unwrap();
    assert_eq!(malformed.verify(all[0], Input::Message(b""), &[0; 256]), Err(VerifyError::BadKey));
    assert!(!malformed.is_same_key(&malformed.clone()));
}

#[test]
fn what_is_no_key_at_all_is_not_read() {
    let whole = spki(Oid::ED25519, &[], &[7; 32]);
    assert!(PublicKey::parse(&whole).is_some());
    for length in 0..whole.len() {
        assert_eq!(PublicKey::parse(&whole[..length]), None);
    }
    assert_eq!(PublicKey::parse(&[&whole[..], &[0]].concat()), None);
    let mut unused_bits = whole.clone();
    unused_bits[whole.len() - 33] = 1;
    assert_eq!(PublicKey::parse(&unused_bits), None);
}

#[test]
fn eddsa_needs_the_message_itself() {
    let key = PublicKey::parse(&spki(Oid::ED25519, &[], &[7; 32])).unwrap();
    assert_eq!(key.verify(SignatureAlgorithm::Ed25519, Input::Digest(&[0; 64]), &[0; 64]), Err(VerifyError::Unsupported));
    assert_eq!(key.verify(SignatureAlgorithm::Ed448, Input::Message(b""), &[0; 64]), Err(VerifyError::KeyMismatch));
    assert_eq!(key.verify(SignatureAlgorithm::Ed25519, Input::Message(b""), &[0; 64]), Err(VerifyError::Mismatch));
    let short = PublicKey::parse(&spki(Oid::ED25519, &[], &[7; 31])).unwrap();
    assert_eq!(short.verify(SignatureAlgorithm::Ed25519, Input::Message(b""), &[0; 64]), Err(VerifyError::BadKey));
}
