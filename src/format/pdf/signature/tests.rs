use crate::Zone;
use crate::format::pdf::entries::pdf_date;
use crate::format::pdf::letter::{facts, ids, letter, letter_with, page, seal, signature, signature_field, signed};
use crate::format::{SignatureKind, TimeSource};

#[test]
fn dates_are_read_with_their_zone() {
    for (text, expected) in [
        ("D:20261123162829+07'00'", Some(("2026-11-23T09:28:29Z", 420))),
        ("D:20261123162829+07'00", Some(("2026-11-23T09:28:29Z", 420))),
        ("D:20261123162829-0330", Some(("2026-11-23T19:58:29Z", -210))),
        ("D:20261123162829Z00'00'", Some(("2026-11-23T16:28:29Z", 0))),
        ("20261123", Some(("2026-11-23T00:00:00Z", 0))),
        ("D:2026", Some(("2026-01-01T00:00:00Z", 0))),
        ("D:20261323", None),
        ("D:202611231", None),
        ("D:20261123162829+7", None),
        ("yesterday", None),
        ("", None),
        ("D:", None),
    ] {
        let read = pdf_date(text).map(|(time, zone)| (time.rfc3339(), zone.minutes()));
        assert_eq!(read, expected.map(|(time, zone)| (time.to_owned(), zone)), "{text}");
    }
}

#[test]
fn what_the_signer_says_is_read() {
    let more = "/M (D:20261123162829+07'00') /Name (An) /Reason <FEFF0110> /Location (Ha Noi) /ContactInfo (1)";
    let facts = facts(&signed(more).bytes);
    let signature = &facts.signatures[0];
    let claimed = signature.claimed_time.unwrap();
    assert_eq!((claimed.zone, claimed.source), (Zone::VIETNAM, TimeSource::Dictionary));
    let said = [&signature.name, &signature.reason, &signature.location, &signature.contact].map(|text| text.as_deref().unwrap());
    assert_eq!(said, ["An", "\u{110}", "Ha Noi", "1"]);
    assert_eq!(signature.kind, SignatureKind::Signature);
}

#[test]
fn an_odd_signature_is_reported_as_one_with_findings() {
    for (old, new, expected) in [
        ("/SubFilter /ETSI.CAdES.detached", "/SubFilter /unheard.of", "format.subfilter"),
        ("/SubFilter /ETSI.CAdES.detached", "", "format.subfilter"),
        ("/Type /Sig", "/Type /DocTimeStamp", "format.type"),
        ("/SubFilter /ETSI.CAdES.detached", "/SubFilter /ETSI.RFC3161", "format.type"),
        ("/Type /Sig", "/Type /Sig /Type /Sig", "format.duplicate_key"),
        ("/Filter /Adobe.PPKLite", "", "format.filter"),
        ("/Type /Sig", "/M (yesterday)", "format.time"),
        ("<30060102030405060000>", "<00000000000000000000>", "format.not_signed"),
    ] {
        let mut sample = letter();
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &signature("").replacen(old, new, 1)).table("");
        seal_any(&mut sample);
        let facts = facts(&sample.bytes);
        assert_eq!(facts.signatures.len(), 1, "{new}");
        assert!(ids(&facts.signatures[0], "format.").contains(&expected), "{new}: {:?}", ids(&facts.signatures[0], "format."));
        assert_eq!(facts.signatures[0].unsigned, expected == "format.not_signed");
    }
}

fn seal_any(sample: &mut crate::format::pdf::sample::Sample) {
    if memchr::memmem::find(&sample.bytes, crate::format::pdf::letter::VALUE.as_bytes()).is_some() {
        seal(sample);
    }
}

#[test]
fn a_document_timestamp_may_say_so_or_nothing() {
    for kind in ["/Type /DocTimeStamp", ""] {
        let mut sample = letter();
        let dictionary = signature("").replace("/Type /Sig", kind).replace("ETSI.CAdES.detached", "ETSI.RFC3161");
        sample.object(9, &signature_field("Leader", "/V 10 0 R")).object(10, &dictionary).table("");
        seal(&mut sample);
        let facts = facts(&sample.bytes);
        assert_eq!(facts.signatures[0].kind, SignatureKind::DocumentTimestamp);
        assert_eq!(ids(&facts.signatures[0], "format."), Vec::<&str>::new());
    }
}

#[test]
fn a_signature_that_no_field_shows_is_an_orphan() {
    let mut sample = letter();
    sample.object(10, &signature("")).table("");
    seal(&mut sample);
    let facts = facts(&sample.bytes);
    assert_eq!(facts.signatures.len(), 1);
    assert_eq!(facts.signatures[0].field, None);
    assert_eq!(ids(&facts.signatures[0], "format."), ["format.orphan"]);
}

#[test]
fn usage_rights_and_empty_fields_are_no_signatures() {
    let mut sample = letter();
    let rights = signature("/Reference [<< /Type /SigRef /TransformMethod /UR3 >>]");
    sample.object(9, &signature_field("Leader", "")).object(10, &rights).table("");
    seal(&mut sample);
    assert_eq!(facts(&sample.bytes).signatures.len(), 0);
}

#[test]
fn a_text_field_may_not_bear_a_signature() {
    let mut sample = letter();
    sample.object(9, &signature_field("Leader", "/V 10 0 R").replace("/FT /Sig", "/FT /Tx")).object(10, &signature("")).table("");
    seal(&mut sample);
    assert_eq!(ids(&facts(&sample.bytes).signatures[0], "format."), ["format.field_type"]);
}

#[test]
fn one_signature_in_two_fields_is_one() {
    let mut sample = letter_with(&page("/Annots [9 0 R 11 0 R]"), "<< /Fields [9 0 R 11 0 R] >>");
    sample.object(9, &signature_field("Leader", "/V 10 0 R"));
    sample.object(11, &signature_field("Office", "/V 10 0 R")).object(10, &signature("")).table("");
    seal(&mut sample);
    let facts = facts(&sample.bytes);
    assert_eq!(facts.signatures.len(), 1);
    assert_eq!(ids(&facts.signatures[0], "format."), ["format.two_fields"]);
}

#[test]
fn a_signature_that_was_taken_out_is_still_reported() {
    for again in [signature_field("Leader", ""), signature_field("Leader", "/V (signed)")] {
        let mut sample = signed("");
        let facts = facts(&sample.object(9, &again).table("").bytes);
        assert!(ids(&facts.signatures[0], "format.").contains(&"format.removed"), "{again}");
        assert_eq!(facts.signatures[0].coverage.revision, Some(1));
    }
}

#[test]
fn a_certification_with_a_wrong_level_allows_nothing() {
    let transform = |level: &str| format!("/Reference [<< /TransformMethod /DocMDP /TransformParams << {level} >> >>]");
    for (level, certification, findings) in [("/P 3", 3, vec![]), ("", 2, vec![]), ("/P 7", 1, vec!["format.certification"])] {
        let facts = facts(&signed(&transform(level)).bytes);
        assert_eq!(facts.signatures[0].certification, Some(certification));
        // The catalog does not name it.
        assert_eq!(ids(&facts.signatures[0], "format."), [findings, vec!["format.permissions"]].concat());
    }
}
