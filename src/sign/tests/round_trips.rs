//! Documents of every structure, signed again and again.

use super::peers::{self, Case, Folder};
use super::support::{Person, assert_intact, letter, open, options, sign, signatures};
use crate::format::pdf::testing::{LAYOUTS, Layout, Objects};
use crate::{Certification, ChangeLevel, DigestAlgorithm, Padding, SignOptions};

const TEXT_FIELD: &str = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (So) /Rect [72 600 200 620] /F 4 /DA (/Helv 0 Tf) >>";
const EMPTY_FIELD: &str = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (GiamDoc) /Rect [0 0 0 0] /F 132 /P 3 0 R >>";

/// What a document may already have where a signature goes in. Objects from number 6 follow the letter.
fn structures() -> Vec<(&'static str, Objects)> {
    let form = "/AcroForm << /Fields [6 0 R] /DA (/Helv 0 Tf 0 g) >> ";
    vec![
        ("nothing", letter()),
        (
            "annotations inline",
            Objects::letter("", "/Annots [6 0 R] ").with("<< /Type /Annot /Subtype /Text /Rect [1 2 3 4] /Contents (Ghi chu) >>"),
        ),
        ("annotations empty", Objects::letter("", "/Annots[]")),
        ("annotations indirect", Objects::letter("", "/Annots 6 0 R").with("[]")),
        ("annotations null", Objects::letter("", "/Annots null")),
        ("form inline", Objects::letter(form, "/Annots [6 0 R] ").with(TEXT_FIELD)),
        ("form indirect", Objects::letter("/AcroForm 7 0 R", "/Annots [6 0 R] ").with(TEXT_FIELD).with("<</Fields[6 0 R]/SigFlags 0>>")),
        (
            "fields indirect",
            Objects::letter("/AcroForm 7 0 R", "/Annots 9 0 R")
                .with(TEXT_FIELD)
                .with("<< /Fields 8 0 R >>")
                .with("[ 6 0 R ]")
                .with("[6 0 R]"),
        ),
        ("form without fields", Objects::letter("/AcroForm << /SigFlags 6 0 R >>", "").with("1")),
        ("empty field", Objects::letter("/AcroForm << /Fields [6 0 R] /SigFlags 1 >>", "/Annots [6 0 R] ").with(EMPTY_FIELD)),
        (
            "empty field below another",
            Objects::letter("/AcroForm << /Fields [6 0 R] >>", "/Annots [7 0 R] ")
                .with("<< /T (Ky) /FT /Sig /Kids [7 0 R] >>")
                .with("<< /Parent 6 0 R /T (GiamDoc) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R >>"),
        ),
        (
            "empty field that locks",
            Objects::letter("/AcroForm << /Fields [6 0 R 7 0 R] >>", "/Annots [6 0 R 7 0 R] ")
                .with(EMPTY_FIELD.replace("/P 3", "/Lock 8 0 R /P 3").as_str())
                .with(TEXT_FIELD)
                .with("<< /Type /SigFieldLock /Action /Include /Fields [(So)] >>"),
        ),
        (
            "tagged",
            Objects::letter("/MarkInfo << /Marked true >> /StructTreeRoot 6 0 R /Lang (vi) ", "").with("<< /Type /StructTreeRoot >>"),
        ),
        ("spelled oddly", Objects::letter("/Odd#20Name (\\116guy\\145n) /Real 123456.789012 /Hex <4E 67> %comment\n", "%comment\r\n")),
    ]
}

/// Every structure in every layout, signed by three people with three kinds of key.
fn signed_structures() -> Vec<Case> {
    let mut cases = Vec::new();
    for (structure, objects) in structures() {
        for layout in LAYOUTS {
            let mut bytes = objects.write(layout);
            for (count, name) in ["an", "binh", "cuong"].into_iter().enumerate() {
                let signed = sign(&bytes, name, &options().with_reason("Phê duyệt").with_location("Hà Nội (trụ sở)"));
                assert!(signed.starts_with(&bytes), "{structure} {layout:?}");
                bytes = signed;
                let name = format!("{structure}, {layout:?}, {}", count + 1);
                assert_intact(&name, &bytes, None, count + 1);
                // poppler does not find what only the stream of a hybrid file has, once that is not the last section.
                let foreign: &[&str] = if structure == "empty field below another" && layout == Layout::Hybrid { &["pdfsig"] } else { &[] };
                if count != 1 {
                    cases.push(Case { name, bytes: bytes.clone(), password: None, count: count + 1, foreign });
                }
            }
        }
    }
    cases
}

fn certified() -> Vec<Case> {
    let mut cases = Vec::new();
    for certification in [Certification::NoChanges, Certification::FormFilling, Certification::Annotations] {
        for layout in LAYOUTS {
            let original = letter().write(layout);
            let bytes = sign(&original, "an", &options().with_certification(certification));
            assert_eq!(signatures(&bytes, None)[0].certification, Some(certification.level()));
            let name = format!("{certification:?}, {layout:?}");
            if certification != Certification::NoChanges {
                let twice = sign(&bytes, "binh", &options());
                assert!(twice.starts_with(&bytes));
                assert_intact(&name, &twice, None, 2);
                cases.push(Case { name: format!("{name}, approved"), bytes: twice, password: None, count: 2, foreign: &[] });
            }
            assert_intact(&name, &bytes, None, 1);
            cases.push(Case { name, bytes, password: None, count: 1, foreign: &[] });
        }
    }
    cases
}

fn schemes() -> Vec<Case> {
    let original = letter().write(Layout::Table);
    let cases: &[(&str, Option<DigestAlgorithm>, Padding)] = &[
        ("an", Some(DigestAlgorithm::Sha384), Padding::Pkcs1),
        ("an", Some(DigestAlgorithm::Sha512), Padding::Pkcs1),
        ("an", None, Padding::Pss),
        ("an", Some(DigestAlgorithm::Sha384), Padding::Pss),
        ("an", Some(DigestAlgorithm::Sha512), Padding::Pss),
        ("agency", None, Padding::Pkcs1),
        ("binh", None, Padding::Pkcs1),
        ("cuong", None, Padding::Pkcs1),
        ("dung", None, Padding::Pkcs1),
    ];
    let sign = |(name, digest, padding): &(&str, Option<DigestAlgorithm>, Padding)| {
        let mut options = options().with_padding(*padding);
        options.digest = *digest;
        let bytes = sign(&original, name, &options);
        let name = format!("{name} {digest:?} {padding:?}");
        assert_intact(&name, &bytes, None, 1);
        // NSS, on which pdfsig stands, and OpenSSL 3.0 know no Ed25519 in CMS.
        let foreign: &[&str] = if name.starts_with("dung") { &["pdfsig", "openssl"] } else { &[] };
        Case { name, bytes, password: None, count: 1, foreign }
    };
    cases.iter().map(sign).collect()
}

#[test]
fn what_is_signed_is_intact_for_other_programs() {
    let folder = Folder::new();
    let cases: Vec<Case> = signed_structures().into_iter().chain(certified()).chain(schemes()).collect();
    println!("{} files", cases.len());
    peers::check_structure(&cases, &folder);
    peers::check_signatures(&cases, &folder);
    peers::check_messages(&cases, &folder);
    peers::check_changes(&cases, &folder);
}
