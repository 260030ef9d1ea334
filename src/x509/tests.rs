use rcgen::{DnType, SanType};

use super::extension::KeyUsage;
use super::testing::{Holder, day, extension, sealed};
use super::{Certificate, Crl, Extensions, GeneralName, Name, file_contents, pem_certificates, pem_decode};
use crate::asn1::{Oid, Tag, Writer};
use crate::crypto::VerifyError;

fn name(parts: &[&[(Oid<'_>, Tag, &[u8])]]) -> Name {
    let der = Writer::build(|writer| {
        writer.sequence(|writer| {
            for part in parts {
                let members = part.iter().map(|(kind, tag, value)| {
                    Writer::build(|writer| {
                        writer.sequence(|writer| {
                            writer.oid(*kind);
                            writer.primitive(*tag, value);
                        });
                    })
                });
                writer.set_of(Tag::SET, members.collect());
            }
        });
    });
    Name::parse(&der).unwrap()
}

fn common_name(tag: Tag, value: &[u8]) -> Name {
    name(&[&[(Oid::COMMON_NAME, tag, value)]])
}

#[test]
fn names_are_equal_across_case_white_space_and_string_types() {
    let an = common_name(Tag::UTF8_STRING, "Nguyễn Văn An".as_bytes());
    let wide: Vec<u8> = "NGUYỄN văn an".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (tag, value, equal) in [
        (Tag::UTF8_STRING, "  nguyễn   VĂN an ".as_bytes(), true),
        (Tag::BMP_STRING, &wide, true),
        (Tag::UTF8_STRING, "Nguyễn VănAn".as_bytes(), false),
        (Tag::UTF8_STRING, "Nguyên Văn An".as_bytes(), false),
    ] {
        assert_eq!(an.matches(&common_name(tag, value)), equal, "{}", String::from_utf8_lossy(value));
    }
    let printable = common_name(Tag::PRINTABLE_STRING, b"CA 1");
    assert!(printable.matches(&common_name(Tag::TELETEX_STRING, b"ca  1")));
    assert!(!printable.matches(&name(&[&[(Oid::ORGANIZATION, Tag::PRINTABLE_STRING, b"CA 1")]])));
}

#[test]
fn the_members_of_a_part_have_no_order_but_parts_have() {
    let (tax, person) = ((Oid::USER_ID, Tag::UTF8_STRING, &b"MST:1"[..]), (Oid::USER_ID, Tag::UTF8_STRING, &b"CCCD:2"[..]));
    assert!(name(&[&[tax, person]]).matches(&name(&[&[person, tax]])));
    assert!(!name(&[&[tax], &[person]]).matches(&name(&[&[person], &[tax]])));
    assert!(!name(&[&[tax], &[person]]).matches(&name(&[&[tax, person]])));
    assert_eq!(name(&[&[tax, person]]).values("UID").len(), 2);
}

#[test]
fn a_subtree_is_a_beginning() {
    let country = (Oid::COUNTRY, Tag::PRINTABLE_STRING, &b"VN"[..]);
    let other = (Oid::COMMON_NAME, Tag::PRINTABLE_STRING, &b"An"[..]);
    let person = name(&[&[country], &[other]]);
    assert!(person.is_within(&name(&[&[country]])) && person.is_within(&name(&[])) && person.is_within(&person));
    assert!(!person.is_within(&name(&[&[other]])) && !name(&[&[country]]).is_within(&person));
}

#[test]
fn names_are_shown_holder_first_and_escaped() {
    let country = (Oid::COUNTRY, Tag::PRINTABLE_STRING, &b"VN"[..]);
    let place = (Oid::LOCALITY, Tag::UTF8_STRING, "12, \"Bến Nghé\"".as_bytes());
    let person = (Oid::COMMON_NAME, Tag::UTF8_STRING, &b" #An"[..]);
    let shown = "CN=\\ #An,L=12\\, \\\"Bến Nghé\\\",C=VN";
    assert_eq!(name(&[&[country], &[place], &[person]]).to_string(), shown);
    assert_eq!(name(&[&[person], &[place], &[country]]).to_string(), shown);
    assert_eq!(name(&[&[(Oid::COMMON_NAME, Tag::INTEGER, &[5])]]).to_string(), "CN=#020105");
    assert_eq!(name(&[&[country], &[place], &[person]]).display_name(), Some(" #An"));
    assert_eq!(name(&[&[country]]).display_name(), None);
}

#[test]
fn a_relative_name_continues_the_issuer() {
    let country = (Oid::COUNTRY, Tag::PRINTABLE_STRING, &b"VN"[..]);
    let part = (Oid::COMMON_NAME, Tag::UTF8_STRING, &b"CRL1"[..]);
    let relative = Writer::build(|writer| {
        writer.constructed(Tag::context(1), |writer| {
            writer.sequence(|writer| {
                writer.oid(part.0);
                writer.primitive(part.1, part.2);
            });
        });
    });
    assert!(name(&[&[country]]).join(&relative).unwrap().matches(&name(&[&[country], &[part]])));
}

fn holder() -> Holder {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    Holder::person("Nguyễn Văn An", &root, |params| {
        params.serial_number = Some(0x1234_u64.into());
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 12]), "Chủ tịch");
        params.subject_alt_names = vec![SanType::Rfc822Name("an@example.vn".try_into().unwrap())];
    })
}

#[test]
fn a_certificate_tells_what_is_in_it() {
    let certificate = holder().certificate;
    assert_eq!(certificate.subject().display_name(), Some("Nguyễn Văn An"));
    assert_eq!(certificate.subject().title(), Some("Chủ tịch"));
    assert_eq!(certificate.issuer().to_string(), "CN=Gốc Thử,C=VN");
    assert_eq!((certificate.version(), certificate.serial()), (3, &[0x12, 0x34][..]));
    assert_eq!(certificate.not_before().rfc3339(), "2025-01-01T00:00:00Z");
    assert_eq!(certificate.not_after().rfc3339(), "2040-01-01T00:00:00Z");
    assert!(certificate.algorithms_agree() && certificate.has_extensions() && !certificate.is_self_issued());
    let extensions = certificate.extensions();
    let usage = KeyUsage { digital_signature: true, non_repudiation: true, certificate_sign: false, crl_sign: false };
    assert_eq!(extensions.key_usage, Some(usage));
    assert!(matches!(extensions.subject_alternative_names.as_slice(), [GeneralName::Email(address)] if address == "an@example.vn"));
    assert!(extensions.malformed.is_empty() && extensions.unknown_critical.is_empty() && extensions.duplicate.is_empty());
}

#[test]
fn both_ends_of_the_validity_period_belong_to_it() {
    let certificate = holder().certificate;
    assert!(certificate.is_in_date(certificate.not_before()) && certificate.is_in_date(certificate.not_after()));
    assert!(!certificate.is_in_date(certificate.not_before().plus_seconds(-1)));
    assert!(!certificate.is_in_date(certificate.not_after().plus_seconds(1)));
}

#[test]
fn a_certificate_survives_json() {
    let certificate = holder().certificate;
    let json = serde_json::to_string(&certificate).unwrap();
    assert_eq!(serde_json::from_str::<Certificate>(&json).unwrap(), certificate);
    assert!(serde_json::from_str::<Certificate>("\"MAA=\"").is_err());
}

#[test]
fn the_signature_is_that_of_the_issuer_and_of_no_other() {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    let other = Holder::authority("Gốc Thử", None, |_| {});
    let person = Holder::person("An", &root, |_| {});
    assert_eq!(person.certificate.is_signed_by(root.certificate.public_key()), Ok(()));
    assert!(person.certificate.is_signed_by(other.certificate.public_key()).is_err());
}

#[test]
fn what_follows_a_certificate_is_refused() {
    let mut der = holder().certificate.as_der().to_vec();
    der.push(0);
    assert!(Certificate::from_der(&der).is_err());
}

#[test]
fn a_signed_part_with_more_than_the_standard_has_is_refused() {
    let certificate = holder().certificate;
    let (signed, _) = certificate.signed_part();
    let content = crate::asn1::Reader::der(signed).read().unwrap().content;
    let longer = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.raw(content);
            writer.null();
        });
    });
    let algorithm = Writer::build(|writer| writer.sequence(|writer| writer.oid(Oid::SHA256_WITH_ECDSA)));
    assert!(Certificate::from_der(&sealed(signed, &algorithm)).is_ok());
    assert!(Certificate::from_der(&sealed(&longer, &algorithm)).is_err());
}

#[test]
fn an_algorithm_that_differs_outside_does_not_verify() {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    let (signed, _) = root.certificate.signed_part();
    let algorithm = Writer::build(|writer| writer.sequence(|writer| writer.oid(Oid::SHA384_WITH_ECDSA)));
    let mixed = Certificate::from_der(&sealed(signed, &algorithm)).unwrap();
    assert!(!mixed.algorithms_agree());
    assert!(mixed.is_signed_by(root.certificate.public_key()).is_err());
}

#[test]
fn damaged_certificates_and_lists_are_errors_or_are_read_but_never_more() {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    let (certificate, crl) = (holder().certificate, root.crl((1, 1), &[(7, (1, 1))]));
    for der in [certificate.as_der(), crl.as_der()] {
        for end in 0..der.len() {
            assert!(Certificate::from_der(&der[..end]).is_err() && Crl::from_der(&der[..end]).is_err());
        }
        let mut bytes = der.to_vec();
        let mut read = 0;
        for index in 0..der.len() {
            for flip in [0x01, 0x80, 0xFF] {
                bytes[index] ^= flip;
                read += usize::from(Certificate::from_der(&bytes).is_ok()) + usize::from(Crl::from_der(&bytes).is_ok());
                bytes[index] ^= flip;
            }
        }
        assert!(read > 0 && read < der.len() * 3);
    }
}

fn extensions(list: &[(Oid<'_>, bool, &[u8])]) -> Extensions {
    Extensions::read(list.iter().map(|(oid, critical, value)| (oid.0, *critical, *value)))
}

#[test]
fn malformed_extensions_are_recorded() {
    let rows: &[(Oid<'_>, &[u8])] = &[
        (Oid::BASIC_CONSTRAINTS, &[0x30, 0x03, 0x01, 0x01]),
        (Oid::BASIC_CONSTRAINTS, &[0x30, 0x03, 0x01, 0x01, 0x01]),
        (Oid::BASIC_CONSTRAINTS, &[0x30, 0x02, 0x01, 0x00]),
        (Oid::BASIC_CONSTRAINTS, &[0x30, 0x00, 0x05, 0x00]),
        (Oid::BASIC_CONSTRAINTS, &[0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0xFF]),
        (Oid::KEY_USAGE, &[0x03, 0x00]),
        (Oid::KEY_USAGE, &[0x03, 0x01, 0x07]),
        (Oid::KEY_USAGE, &[0x03, 0x02, 0x08, 0x00]),
        (Oid::EXTENDED_KEY_USAGE, &[0x30, 0x00]),
        (Oid::NAME_CONSTRAINTS, &[0x30, 0x00]),
        (Oid::NAME_CONSTRAINTS, &[0x30, 0x02, 0xA0, 0x00]),
        (Oid::NAME_CONSTRAINTS, &[0x30, 0x0A, 0xA0, 0x08, 0x30, 0x06, 0x82, 0x01, 0x61, 0x80, 0x01, 0x01]),
        (Oid::NAME_CONSTRAINTS, &[0x30, 0x0A, 0xA0, 0x08, 0x30, 0x06, 0x82, 0x01, 0x61, 0x81, 0x01, 0x01]),
        (Oid::POLICY_CONSTRAINTS, &[0x30, 0x00]),
        (Oid::SUBJECT_ALTERNATIVE_NAME, b"an@example.vn"),
        (Oid::SUBJECT_ALTERNATIVE_NAME, &[0x30, 0x02, 0x0C, 0x00]),
    ];
    for (oid, value) in rows {
        assert_eq!(extensions(&[(*oid, false, value)]).malformed, [oid.dotted()], "{value:02x?}");
    }
}

#[test]
fn harmless_departures_from_der_are_read() {
    let explicit_default = extensions(&[(Oid::BASIC_CONSTRAINTS, true, &[0x30, 0x03, 0x01, 0x01, 0x00])]);
    assert_eq!(explicit_default.basic_constraints.map(|constraints| constraints.authority), Some(false));
    let trailing_zeros = extensions(&[(Oid::KEY_USAGE, true, &[0x03, 0x03, 0x00, 0x06, 0x00])]);
    assert_eq!(trailing_zeros.key_usage.map(|usage| (usage.certificate_sign, usage.crl_sign)), Some((true, true)));
    let huge = extensions(&[(Oid::BASIC_CONSTRAINTS, true, &[0x30, 0x0A, 0x01, 0x01, 0xFF, 0x02, 0x05, 1, 0, 0, 0, 0])]);
    assert_eq!(huge.basic_constraints.and_then(|constraints| constraints.path_length), Some(u32::MAX));
    assert!(extensions(&[(Oid::SUBJECT_ALTERNATIVE_NAME, false, &[0x30, 0x00])]).malformed.is_empty());
}

#[test]
fn unknown_critical_and_doubled_extensions_are_recorded() {
    let unknown = Oid(&[0x2A, 0x03]);
    let read = extensions(&[
        (unknown, true, &[]),
        (Oid(&[0x2A, 0x04]), false, &[]),
        (Oid::KEY_USAGE, true, &[0x03, 0x02, 0x01, 0x06]),
        (Oid::KEY_USAGE, true, &[0x03, 0x02, 0x07, 0x80]),
        (Oid::AUTHORITY_INFORMATION_ACCESS, true, &[0x30, 0x00]),
    ]);
    assert_eq!(read.unknown_critical, [unknown.dotted(), Oid::AUTHORITY_INFORMATION_ACCESS.dotted()]);
    assert_eq!(read.duplicate, [Oid::KEY_USAGE.dotted()]);
    assert_eq!(read.key_usage.map(|usage| usage.certificate_sign), Some(true), "the first one stays");
}

#[test]
fn doubled_extensions_of_a_certificate_are_seen() {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    let person = Holder::person("An", &root, |params| {
        params.custom_extensions = vec![extension(Oid::KEY_USAGE, true, vec![0x03, 0x02, 0x02, 0x04])];
    });
    assert_eq!(person.certificate.extensions().duplicate, [Oid::KEY_USAGE.dotted()]);
}

/// A CRL that nobody signed: entries of serial number and DER of extensions; DER of the extensions of the list.
fn list(entries: impl Iterator<Item = (u64, Option<Vec<u8>>)>, extensions: &[Vec<u8>]) -> Vec<u8> {
    let algorithm = Writer::build(|writer| writer.sequence(|writer| writer.oid(Oid::SHA256_WITH_ECDSA)));
    let entries = Writer::build(|writer| {
        for (serial, extensions) in entries {
            writer.sequence(|writer| {
                writer.unsigned(serial);
                writer.primitive(Tag::UTC_TIME, b"260101000000Z");
                if let Some(extensions) = extensions {
                    writer.sequence(|writer| writer.raw(&extensions));
                }
            });
        }
    });
    let signed = Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.unsigned(1);
            writer.raw(&algorithm);
            writer.raw(common_name(Tag::UTF8_STRING, b"A").as_der());
            writer.primitive(Tag::UTC_TIME, b"260201000000Z");
            writer.sequence(|writer| writer.raw(&entries));
            writer.constructed(Tag::context(0), |writer| writer.sequence(|writer| writer.raw(&extensions.concat())));
        });
    });
    sealed(&signed, &algorithm)
}

fn encoded_extension(oid: Oid<'_>, critical: bool, value: &[u8]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(oid);
            if critical {
                writer.primitive(Tag::BOOLEAN, &[0xFF]);
            }
            writer.octet_string(value);
        });
    })
}

fn indirect() -> Vec<u8> {
    encoded_extension(Oid::ISSUING_DISTRIBUTION_POINT, true, &[0x30, 0x03, 0x84, 0x01, 0xFF])
}

fn certificate_issuer(issuer: &Name) -> Vec<u8> {
    let names = Writer::build(|writer| {
        writer.sequence(|writer| writer.constructed(Tag::context(4), |writer| writer.raw(issuer.as_der())));
    });
    encoded_extension(Oid::CERTIFICATE_ISSUER, true, &names)
}

#[test]
fn an_entry_is_found_among_many() {
    let crl = Crl::from_der(&list((0..200_000).map(|serial| (serial * 3, None)), &[])).unwrap();
    let issuer = common_name(Tag::PRINTABLE_STRING, b"a");
    for (serial, listed) in [(&[0x00][..], true), (&[0x03], true), (&[0x04], false), (&[0x09, 0x27, 0xBD], true), (&[0x00, 0x03], true)] {
        assert_eq!(crl.entry(&issuer, serial).is_some(), listed, "{serial:x?}");
    }
    assert!(crl.entry(&common_name(Tag::UTF8_STRING, b"B"), &[0x03]).is_none());
    assert_eq!(crl.this_update(), day(2, 1));
    assert_eq!(crl.next_update(), None);
}

#[test]
fn the_issuer_of_an_entry_holds_until_another_is_named() {
    let (own, other) = (common_name(Tag::UTF8_STRING, b"A"), common_name(Tag::UTF8_STRING, b"B"));
    let entries = [(1, None), (2, Some(certificate_issuer(&other))), (3, None), (4, Some(certificate_issuer(&own))), (5, None)];
    let crl = Crl::from_der(&list(entries.clone().into_iter(), &[indirect()])).unwrap();
    assert!(crl.is_indirect() && !crl.has_unknown_critical());
    for (serial, issuer) in [(1, &own), (2, &other), (3, &other), (4, &own), (5, &own)] {
        assert!(crl.entry(issuer, &[serial]).is_some(), "{serial}");
        assert!(crl.entry(if issuer.matches(&own) { &other } else { &own }, &[serial]).is_none(), "{serial}");
    }
    let direct = Crl::from_der(&list(entries.into_iter(), &[])).unwrap();
    assert!(direct.has_unknown_critical(), "only indirect lists speak of other issuers");
}

#[test]
fn unknown_critical_extensions_of_lists_are_seen() {
    let unknown = |critical| encoded_extension(Oid(&[0x2A, 0x03]), critical, &[]);
    for (entry, of_list, expected) in [
        (None, vec![], false),
        (None, vec![unknown(false)], false),
        (None, vec![unknown(true)], true),
        (Some(unknown(true)), vec![], true),
        (Some(unknown(false)), vec![], false),
        (None, vec![encoded_extension(Oid::CRL_NUMBER, false, &[0x05, 0x00])], true),
    ] {
        let crl = Crl::from_der(&list([(1, entry)].into_iter(), &of_list)).unwrap();
        assert_eq!(crl.has_unknown_critical(), expected);
    }
}

#[test]
fn a_list_with_a_malformed_or_doubled_part_is_refused() {
    let number = encoded_extension(Oid::CRL_NUMBER, false, &[0x02, 0x01, 0x01]);
    assert!(Crl::from_der(&list([(1, None)].into_iter(), std::slice::from_ref(&number))).is_ok());
    assert!(Crl::from_der(&list([(1, None)].into_iter(), &[number.clone(), number])).is_err());
    let reason = encoded_extension(Oid::REASON_CODE, false, &[0x02, 0x01, 0x01]);
    assert!(Crl::from_der(&list([(1, Some(reason))].into_iter(), &[])).is_err());
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", base64::engine::general_purpose::STANDARD.encode(der))
}

fn bundle(certificates: &[&[u8]]) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|writer| {
            writer.oid(Oid::SIGNED_DATA);
            writer.constructed(Tag::context(0), |writer| {
                writer.sequence(|writer| {
                    writer.unsigned(1);
                    writer.constructed(Tag::SET, |_| {});
                    writer.sequence(|writer| writer.oid(Oid::DATA));
                    writer.constructed(Tag::context(0), |writer| certificates.iter().for_each(|der| writer.raw(der)));
                    writer.constructed(Tag::SET, |_| {});
                });
            });
        });
    })
}

#[test]
fn certificates_are_read_from_every_kind_of_file() {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    let (first, second) = (holder().certificate, root.certificate);
    let text = pem("CERTIFICATE", first.as_der());
    let both = [first.clone(), second.clone()];
    let bundle = bundle(&[first.as_der(), second.as_der()]);
    let rows: &[(&str, Vec<u8>, &[Certificate])] = &[
        ("DER", first.as_der().to_vec(), &both[..1]),
        ("PEM", text.clone().into_bytes(), &both[..1]),
        ("two", (text.clone() + "in between\r\n" + &pem("CERTIFICATE", second.as_der())).into_bytes(), &both),
        ("CR LF", text.replace('\n', "\r\n").into_bytes(), &both[..1]),
        ("one line", text.replace('\n', "").into_bytes(), &both[..1]),
        ("text around", format!("\u{FEFF}Subject: an\n{text}\nthe end").into_bytes(), &both[..1]),
        ("no padding", text.replace("=\n", "\n").replace("=\n", "\n").into_bytes(), &both[..1]),
        ("headers", text.replacen("-----\n", "-----\nX-Header: a b\n\n", 1).into_bytes(), &both[..1]),
        ("base64 alone", text.lines().nth(1).unwrap().as_bytes().to_vec(), &both[..1]),
        ("PKCS#7", bundle.clone(), &both),
        ("PKCS#7 as PEM", pem("PKCS7", &bundle).into_bytes(), &both),
    ];
    for (what, bytes, expected) in rows {
        assert_eq!(pem_certificates(bytes).unwrap(), *expected, "{what}");
    }
}

#[test]
fn files_without_certificates_are_errors_with_their_reason() {
    for (bytes, id) in [
        (&b""[..], "certificate.none"),
        (b"hello", "certificate.none"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "certificate.pem_malformed"),
        (b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "certificate.pem_malformed"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "certificate.malformed"),
        (b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "certificate.none"),
        (b"\x30\x80", "certificate.malformed"),
    ] {
        assert_eq!(pem_certificates(bytes).unwrap_err().message().id(), id, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn lists_are_told_from_certificates() {
    let root = Holder::authority("Gốc Thử", None, |_| {});
    let crl = root.crl((1, 1), &[]);
    for bytes in [crl.as_der().to_vec(), pem("X509 CRL", crl.as_der()).into_bytes()] {
        let contents = file_contents(&bytes).unwrap();
        assert_eq!((contents.certificates.len(), contents.crls.len()), (0, 1));
    }
    assert!(file_contents(root.certificate.as_der()).unwrap().crls.is_empty());
}

#[test]
fn blocks_keep_their_labels() {
    let blocks = pem_decode(pem("ENCRYPTED PRIVATE KEY", &[0x30, 0x00]).as_bytes()).unwrap();
    assert_eq!(
        blocks.iter().map(|block| (block.label.as_str(), block.der.as_slice())).collect::<Vec<_>>(),
        [("ENCRYPTED PRIVATE KEY", &[0x30, 0x00][..])]
    );
}

#[test]
fn real_roots_and_authorities_are_read_whole() {
    let corpus = std::env::var_os("KYSO_CORPUS").map_or_else(|| "../shared/corpus".into(), std::path::PathBuf::from);
    let Ok(folder) = std::fs::read_dir(corpus.join("../vietnam-roots")) else {
        assert_ne!(std::env::var("KYSO_PEERS").as_deref(), Ok("required"), "the roots are required");
        println!("skipped: no roots beside {}", corpus.display());
        return;
    };
    let mut count = 0;
    for path in folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|ending| ending == "pem")) {
        let certificates = pem_certificates(&std::fs::read(&path).unwrap()).unwrap();
        for certificate in certificates {
            let extensions = certificate.extensions();
            assert!(extensions.malformed.is_empty() && extensions.unknown_critical.is_empty(), "{}", path.display());
            assert!(certificate.signature_algorithm().is_some() && certificate.algorithms_agree(), "{}", path.display());
            count += 1;
        }
    }
    println!("{count} real certificates read");
    assert!(count >= 20);
}
#[test]
fn a_signature_value_of_odd_bits_is_read_and_never_fits() {
    let root = Holder::authority("Gốc Thử", None, |_| {}).certificate;
    let mut der = root.as_der().to_vec();
    let start = der.len() - root.signed_part().1.len();
    der[start - 1] = 1;
    *der.last_mut().unwrap() &= 0xFE;
    let odd = Certificate::from_der(&der).unwrap();
    assert_eq!(root.is_signed_by(root.public_key()), Ok(()));
    assert_eq!(odd.is_signed_by(root.public_key()), Err(VerifyError::Mismatch));
}
