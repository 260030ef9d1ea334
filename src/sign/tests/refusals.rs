//! Everything that is refused before the key is touched, once each.

use super::support::{attempt, certificate, identity, letter, open, options, refusal, refusal_of, replaced, sign, time};
use crate::format::pdf::testing::{Layout, Objects};
use crate::{Certification, DigestAlgorithm, Padding, Scrutiny, Zone};

const EMPTY_FIELD: &str = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (GiamDoc) /Rect [0 0 0 0] /F 132 /P 3 0 R >>";

fn plain() -> Vec<u8> {
    letter().write(Layout::Table)
}

/// A letter with one empty field, which says `more`.
fn with_field(more: &str) -> Vec<u8> {
    let field = EMPTY_FIELD.replace("/P 3", &format!("{more} /P 3"));
    Objects::letter("/AcroForm << /Fields [6 0 R] >> ", "/Annots [6 0 R] ").with(&field).write(Layout::Table)
}

#[test]
fn certificates_that_may_not_sign_are_refused() {
    let original = plain();
    for (name, id) in
        [("expired", "sign.certificate_expired"), ("future", "sign.certificate_not_yet_valid"), ("wrong-usage", "sign.key_usage")]
    {
        assert_eq!(refusal(&original, name, &options()), id, "{name}");
    }
}

#[test]
fn a_document_that_cannot_be_decrypted_is_refused() {
    let sealed = "<< /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s4 /V 2 /Length 128 /Recipients [<30>] >>";
    let bytes = letter().with(sealed).write(Layout::Table);
    let at = bytes.windows(4).rposition(|window| window == b"/ID ").unwrap();
    let bytes = [&bytes[..at], b"/Encrypt 6 0 R ", &bytes[at..]].concat();
    assert_eq!(refusal(&bytes, "an", &options()), "document.encryption_public_key");
}

#[test]
fn a_certificate_must_be_in_date_at_the_claimed_and_at_the_real_time() {
    let (past, present) = (time("2021-06-01T00:00:00Z"), time("2026-11-23T00:00:00Z"));
    let mut options = options().with_time(past, Zone::UTC);
    options.now = present;
    assert_eq!(refusal(&plain(), "expired", &options), "sign.certificate_expired");
    options = options.with_time(present, Zone::UTC);
    options.now = past;
    assert_eq!(refusal(&plain(), "an", &options), "sign.certificate_not_yet_valid");
}

#[test]
fn weak_and_unsuitable_algorithms_are_refused() {
    let original = plain();
    for digest in [DigestAlgorithm::Md5, DigestAlgorithm::Sha1, DigestAlgorithm::Sha224, DigestAlgorithm::Sha3_256] {
        assert_eq!(refusal(&original, "an", &options().with_digest(digest)), "sign.digest", "{digest:?}");
        let unknown = options().with_digest(digest).prepare_unknown(&open(&original, None));
        assert_eq!(refusal_of(unknown), "sign.digest", "{digest:?}");
    }
    assert_eq!(refusal(&original, "dung", &options().with_digest(DigestAlgorithm::Sha256)), "sign.digest_for_key");
    assert_eq!(refusal(&original, "binh", &options().with_padding(Padding::Pss)), "sign.padding");
}

#[test]
fn keys_that_are_too_short_or_unknown_are_refused() {
    use crate::sign::check;
    for (kind, id) in [
        (crate::KeyKind::Rsa { bits: 2047 }, "sign.rsa_short"),
        (crate::KeyKind::Dsa, "sign.key_unsupported"),
        (crate::KeyKind::Ed448, "sign.key_unsupported"),
        (crate::KeyKind::Ec { curve: String::from("secp256k1"), bits: 256 }, "sign.key_unsupported"),
        (crate::KeyKind::Unknown { oid: String::from("1.2.3") }, "sign.key_unsupported"),
    ] {
        assert_eq!(refusal_of(check::key(&kind)), id, "{kind:?}");
    }
}

#[test]
fn documents_that_no_update_can_sign_are_refused() {
    let damaged = replaced(&plain(), "startxref\n", "startxref\n9");
    let mac = replaced(&plain(), "/Root 1 0 R", "/Root 1 0 R /AuthCode << /MACLocation /Standalone >>");
    for (original, id) in [
        (damaged, "sign.repaired"),
        (mac, "sign.document_mac"),
        (include_bytes!("../../../fixtures/honest/mac-table/doc.pdf").to_vec(), "sign.document_mac"),
        (include_bytes!("../../../fixtures/attacks/mac/stripped-table/doc.pdf").to_vec(), "sign.document_mac"),
        (include_bytes!("../../../fixtures/attacks/mac/bit-table/doc.pdf").to_vec(), "sign.document_mac"),
        (Objects::letter("/AcroForm << /Fields [] /XFA [] >> ", "").write(Layout::Table), "sign.xfa"),
        (Objects::letter("/Perms << /UR3 6 0 R >> ", "").with("<< >>").write(Layout::Table), "sign.usage_rights"),
        (Objects::letter("", "/Annots 7 ").write(Layout::Table), "sign.object_unusable"),
        (Objects::letter("/AcroForm 6 0 R /AcroForm null ", "").write(Layout::Table), "sign.object_unusable"),
    ] {
        assert_eq!(refusal(&original, "an", &options()), id);
    }
}

#[test]
fn what_earlier_signatures_forbid_is_refused() {
    let final_one = sign(&plain(), "an", &options().with_certification(Certification::NoChanges));
    assert_eq!(refusal(&final_one, "an", &options()), "sign.certified_no_changes");
    let signed = sign(&plain(), "an", &options());
    assert_eq!(refusal(&signed, "an", &options().with_certification(Certification::FormFilling)), "sign.certify_signed");
    let locks = |lock: &str| with_field(&format!("/Lock << /Type /SigFieldLock {lock} >>"));
    for (lock, field, id) in [
        ("/Action /All", None, "sign.field_locked"),
        ("/Action /All", Some("Other"), "sign.field_locked"),
        ("/Action /Include /Fields [(Other)]", Some("Other"), "sign.field_locked"),
        ("/Action /Exclude /Fields [(Other)]", Some("Third"), "sign.field_locked"),
        ("/Action /Exclude /Fields [(Other)]", Some("Other"), "not refused"),
        ("/Action /Include /Fields [(Signature1)]", None, "not refused"),
        ("/Action /Include /Fields [] /P 1", None, "sign.certified_no_changes"),
        ("/Action /Include /Fields [] /P 2", None, "not refused"),
    ] {
        let signed = sign(&locks(lock), "an", &options().with_field("GiamDoc"));
        let mut options = options();
        options.pdf.field = field.map(str::to_owned);
        assert_eq!(refusal_of(attempt(&signed, "binh", &options)), id, "{lock} {field:?}");
    }
}

#[test]
fn fields_that_cannot_be_signed_are_refused() {
    let text = Objects::letter("/AcroForm << /Fields [6 0 R 7 0 R] >> ", "/Annots [6 0 R] ")
        .with("<< /Type /Annot /Subtype /Widget /FT /Tx /T (So) /Rect [72 600 200 620] >>")
        .with("<< /T (Nhom) /Kids [8 0 R] >>")
        .with("<< /T (Ky) /Parent 7 0 R /FT /Sig >>")
        .write(Layout::Table);
    let signed = sign(&with_field(""), "an", &options());
    for (original, field, id) in [
        (&text, "So", "sign.field_not_signature"),
        (&text, "Nhom", "sign.field_not_signature"),
        (&text, "Nhom.Moi", "sign.field_name"),
        (&text, "", "sign.field_name"),
        (&signed, "GiamDoc", "sign.field_signed"),
        (&text, "Nhom.Ky", "not refused"),
        (&text, "Moi", "not refused"),
    ] {
        assert_eq!(refusal_of(attempt(original, "an", &options().with_field(field))), id, "{field}");
    }
}

#[test]
fn required_seed_values_are_respected() {
    let issuer = |name: &str| certificate(name).as_der().iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (an, root, binh) = (issuer("an"), issuer("root-rsa"), issuer("binh"));
    let cases: &[(String, Option<&str>, &str)] = &[
        (String::from("/Filter /Entrust.PPKEF /Ff 1"), None, "sign.seed_value"),
        (String::from("/Filter /Entrust.PPKEF"), None, "not refused"),
        (String::from("/SubFilter [/adbe.pkcs7.detached] /Ff 2"), None, "sign.seed_value"),
        (String::from("/SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached] /Ff 2"), None, "not refused"),
        (String::from("/SubFilter [/adbe.pkcs7.detached]"), None, "not refused"),
        (String::from("/V 4 /Ff 4"), None, "sign.seed_value"),
        (String::from("/V 3 /Ff 4"), None, "not refused"),
        (String::from("/Reasons [(Duyet) (Sao y)] /Ff 8"), None, "sign.seed_value"),
        (String::from("/Reasons [(Duyet) (Sao y)] /Ff 8"), Some("Khac"), "sign.seed_value"),
        (String::from("/Reasons [(Duyet) (Sao y)] /Ff 8"), Some("Sao y"), "not refused"),
        (String::from("/Reasons [(.)] /Ff 8"), Some("Duyet"), "sign.seed_value"),
        (String::from("/Reasons [(.)] /Ff 8"), None, "not refused"),
        (String::from("/Reasons [(Duyet)]"), Some("Khac"), "not refused"),
        (String::from("/DigestMethod [(SHA384) (SHA512)] /Ff 64"), None, "sign.seed_value"),
        (String::from("/DigestMethod [(SHA1) (SHA256)] /Ff 64"), None, "not refused"),
        (String::from("/MDP << /P 2 >>"), None, "sign.seed_value"),
        (String::from("/MDP << /P 0 >>"), None, "not refused"),
        (String::from("/LegalAttestation [(x)] /Ff 16"), None, "sign.seed_value_unsupported"),
        (String::from("/AddRevInfo true /Ff 32"), None, "sign.seed_value_unsupported"),
        (String::from("/AddRevInfo false /Ff 32"), None, "not refused"),
        (String::from("/LockDocument /true /Ff 128"), None, "sign.seed_value_unsupported"),
        (String::from("/LockDocument /auto /Ff 128"), None, "not refused"),
        (String::from("/AppearanceFilter (x) /Ff 256"), None, "sign.seed_value_unsupported"),
        (String::from("/TimeStamp << /URL (http://tsa.test) /Ff 1 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/TimeStamp << /URL (http://tsa.test) /Ff 0 >>"), None, "not refused"),
        (format!("/Cert << /Subject [<{binh}>] /Ff 1 >>"), None, "sign.seed_value_unsupported"),
        (format!("/Cert << /Subject [<{binh}> <{an}>] /Ff 1 >>"), None, "not refused"),
        (format!("/Cert << /Subject [<{binh}>] >>"), None, "not refused"),
        (format!("/Cert << /Issuer [<{binh}>] /Ff 2 >>"), None, "sign.seed_value_unsupported"),
        (format!("/Cert << /Issuer [<{root}>] /Ff 2 >>"), None, "not refused"),
        (format!("/Cert << /Issuer [<{an}>] /Ff 2 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/DigestMethod [(SHA-256)] /Ff 64"), None, "not refused"),
        (String::from("/Cert << /KeyUsage [(0)] /Ff 32 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/Cert << /KeyUsage [(0) (X1)] /Ff 32 >>"), None, "not refused"),
        (String::from("/Cert << /KeyUsage [(11XXX00)] /Ff 32 >>"), None, "not refused"),
        (String::from("/Cert << /KeyUsage [(XX1)] /Ff 32 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/Cert << /KeyUsage [(0)] >>"), None, "not refused"),
        (String::from("/Cert << /OID [(1.2.3)] /Ff 4 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/Cert << /SubjectDN [<< /UID (CCCD:1) >>] /Ff 8 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/Cert << /SubjectDN [<< /UID (CCCD:1) >> << /c (VN) /UID (CCCD:000000000001) >>] /Ff 8 >>"), None, "not refused"),
        (String::from("/Cert << /SubjectDN [<< /C (VN) /UID (CCCD:1) >>] /Ff 8 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/Cert << /URL (http://ca.test) /Ff 64 >>"), None, "not refused"),
        (String::from("/Cert << /Ff 128 >>"), None, "sign.seed_value_unsupported"),
        (String::from("/Ff 512"), None, "sign.seed_value_unsupported"),
    ];
    for (seed, reason, id) in cases {
        let mut options = options();
        options.reason = reason.map(str::to_owned);
        let original = with_field(&format!("/SV << /Type /SV {seed} >>"));
        assert_eq!(refusal_of(attempt(&original, "an", &options)), *id, "{seed} {reason:?}");
    }
    let certifying = options().with_certification(Certification::FormFilling);
    assert_eq!(refusal_of(attempt(&with_field("/SV << /MDP << /P 2 >> >>"), "an", &certifying)), "not refused");
    assert_eq!(refusal_of(attempt(&with_field("/SV << /MDP << /P 0 >> >>"), "an", &certifying)), "sign.seed_value");
}

#[test]
fn a_hole_that_is_too_small_or_too_large_is_named() {
    let small = attempt(&plain(), "an", &options().with_reserve(1_000)).unwrap_err();
    assert_eq!(small.message().id(), "sign.hole_too_small");
    let needed = small.message().arguments().iter().find_map(|(name, value)| match value {
        crate::Argument::Number(number) if name == "needed" => usize::try_from(*number).ok(),
        _ => None,
    });
    assert!(attempt(&plain(), "an", &options().with_reserve(needed.unwrap() - 1)).is_err());
    assert!(attempt(&plain(), "an", &options().with_reserve(needed.unwrap())).is_ok());
    assert_eq!(refusal(&plain(), "an", &options().with_reserve(usize::MAX)), "sign.reserve");
}

#[test]
fn a_key_that_is_not_the_certificates_makes_no_signature() {
    let mut person = super::support::Person::new("an");
    person.identity = identity("agency");
    let error = options().sign(&open(&plain(), None), &person).unwrap_err();
    assert_eq!((error.kind(), error.message().id()), (crate::ErrorKind::Signature, "sign.value_mismatch"));
}

/// A letter with a text field that shows `1000`, and has this value.
fn with_text(value: &str) -> Vec<u8> {
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Tien) /Rect [72 600 200 620] /F 4 /P 3 0 R /V ({value}) /AP << /N 7 0 R >> >>"
    );
    let content = "BT /F1 12 Tf (1000) Tj ET";
    let picture = format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 128 20] /Resources << /Font << /F1 4 0 R >> >> /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    );
    Objects::letter("/AcroForm << /Fields [6 0 R] >> ", "/Annots [6 0 R] ").with(&field).with(&picture).write(Layout::Table)
}

#[test]
fn a_field_that_shows_another_text_than_its_value_is_not_signed_unless_accepted() {
    let (honest, sneaky) = (with_text("1000"), with_text("9000"));
    for options in [options(), options().with_scrutiny(Scrutiny::Strict)] {
        assert_eq!(refusal(&sneaky, "an", &options), "sign.shadow_value");
        assert_eq!(refusal_of(options.prepare(&open(&sneaky, None), &identity("an"))), "sign.shadow_value");
        assert_eq!(refusal_of(options.prepare_unknown(&open(&sneaky, None))), "sign.shadow_value");
        attempt(&honest, "an", &options).unwrap();
    }
    attempt(&sneaky, "an", &options().with_scrutiny(Scrutiny::Accepting)).unwrap();
}

#[test]
fn strict_scrutiny_refuses_what_is_warned_of_otherwise() {
    let scripted = Objects::letter("/OpenAction << /S /JavaScript /JS (a) >> ", "").write(Layout::Table);
    let document = open(&scripted, None);
    assert_eq!(document.shadows().unwrap().iter().map(crate::Message::id).collect::<Vec<_>>(), ["shadow.script"]);
    attempt(&scripted, "an", &options()).unwrap();
    assert_eq!(refusal(&scripted, "an", &options().with_scrutiny(Scrutiny::Strict)), "sign.strict");
    attempt(&plain(), "an", &options().with_scrutiny(Scrutiny::Strict)).unwrap();
}
