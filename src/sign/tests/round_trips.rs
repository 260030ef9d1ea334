//! Documents of every structure, signed again and again.

use super::peers::{self, Case, Folder, run, text};
use super::support::{Person, assert_intact, letter, open, options, sign, signatures};
use crate::format::pdf::testing::{LAYOUTS, Layout, Objects};
use crate::{Certification, DigestAlgorithm, Padding};

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

/// What qpdf makes of a document: a name, its arguments, and the password that the result opens with.
const REWRITTEN: &[(&str, &[&str], Option<&str>)] = &[
    ("linearized", &["--linearize"], None),
    ("linearized, object streams", &["--linearize", "--object-streams=generate"], None),
    ("RC4 40", &["--allow-weak-crypto", "--encrypt", "", "chu", "40", "--"], None),
    ("RC4 40, password", &["--allow-weak-crypto", "--encrypt", "khach", "chu", "40", "--"], Some("khach")),
    ("RC4 128", &["--allow-weak-crypto", "--encrypt", "", "chu", "128", "--use-aes=n", "--"], None),
    ("RC4 128, owner", &["--allow-weak-crypto", "--encrypt", "khach", "chu", "128", "--use-aes=n", "--modify=none", "--"], Some("chu")),
    ("AES 128", &["--allow-weak-crypto", "--encrypt", "", "chu", "128", "--use-aes=y", "--"], None),
    (
        "AES 128, object streams",
        &["--allow-weak-crypto", "--object-streams=generate", "--encrypt", "", "chu", "128", "--use-aes=y", "--"],
        None,
    ),
    ("AES 256", &["--encrypt", "", "chu", "256", "--"], None),
    ("AES 256, password", &["--encrypt", "khach", "chu", "256", "--"], Some("khach")),
    ("AES 256, object streams", &["--object-streams=generate", "--encrypt", "", "chu", "256", "--"], None),
    ("AES 256 R5", &["--allow-weak-crypto", "--encrypt", "", "chu", "256", "--force-R5", "--"], None),
];

/// Linearized and encrypted documents, with strings in what is changed.
fn rewritten(folder: &Folder) -> Vec<Case> {
    let plain = folder.file(
        "plain.pdf",
        &Objects::letter("/Lang (vi) /AcroForm << /Fields [6 0 R] /DA (/Helv 0 Tf) >> ", "/Annots [6 0 R] /Odd (\\(Ng\\)) ")
            .with(TEXT_FIELD)
            .write(Layout::Table),
    );
    let mut cases = Vec::new();
    for (name, arguments, password) in REWRITTEN {
        let out = folder.path("rewritten.pdf");
        let Some(output) = run("qpdf", &[arguments, &[text(&plain), text(&out)][..]].concat()) else { return Vec::new() };
        assert!(output.status.success(), "{name}: {output:?}");
        let original = std::fs::read(&out).unwrap();
        let reason = "Phê duyệt (lần 1)";
        let first = options().with_reason(reason).sign(&open(&original, *password), &Person::new("an")).unwrap().to_bytes();
        let second = options().with_reason("Issued").sign(&open(&first, *password), &Person::new("binh")).unwrap().to_bytes();
        assert!(first.starts_with(&original) && second.starts_with(&first));
        assert_intact(name, &second, *password, 2);
        let [one, two] = &signatures(&second, *password)[..] else { panic!("{name}") };
        assert_eq!((one.reason.as_deref(), two.reason.as_deref()), (Some(reason), Some("Issued")), "{name}");
        assert_eq!((one.field.as_deref(), two.field.as_deref()), (Some("Signature1"), Some("Signature2")), "{name}");
        let document = open(&second, *password);
        let (view, catalog) = (document.pdf().last(), document.pdf().last().catalog().unwrap());
        let language = view.get(&catalog, b"Lang").unwrap().unwrap();
        assert_eq!(language.value.as_string().unwrap().text(), "vi", "{name}");
        assert_eq!(view.pages(1).unwrap()[0].1.get(b"Odd").unwrap().value.as_string().unwrap().text(), "(Ng)", "{name}");
        // pyHanko does not know the encryption that came before PDF 2.0's.
        let foreign: &[&str] = if name.ends_with("R5") { &["pyHanko"] } else { &[] };
        cases.push(Case { name: (*name).to_owned(), bytes: second, password: *password, count: 2, foreign });
    }
    cases
}

#[test]
fn linearized_and_encrypted_documents_are_signed_in_their_own_way() {
    let folder = Folder::new();
    let cases = rewritten(&folder);
    println!("{} files", cases.len());
    peers::check_structure(&cases, &folder);
    peers::check_signatures(&cases, &folder);
    peers::check_messages(&cases, &folder);
    peers::check_changes(&cases, &folder);
}

#[test]
fn permission_bits_that_forbid_signing_are_named() {
    let folder = Folder::new();
    let with_field = Objects::letter("/AcroForm << /Fields [6 0 R] >>", "/Annots [6 0 R] ").with(EMPTY_FIELD).write(Layout::Table);
    let (new, empty) = (letter().write(Layout::Table), with_field);
    for (original, modify, bit) in [
        (&new, "none", Some(4)),
        (&new, "form", Some(4)),
        (&new, "annotate", Some(4)),
        (&new, "all", None),
        (&empty, "none", Some(9)),
        (&empty, "assembly", Some(9)),
        (&empty, "form", None),
        (&empty, "annotate", None),
    ] {
        let (plain, out) = (folder.file("plain.pdf", original), folder.path("protected.pdf"));
        let modify_option = format!("--modify={modify}");
        let Some(output) = run("qpdf", &["--encrypt", "", "chu", "256", &modify_option, "--", text(&plain), text(&out)]) else { return };
        assert!(output.status.success(), "{output:?}");
        let protected = std::fs::read(&out).unwrap();
        let result = options().sign(&open(&protected, None), &Person::new("an"));
        let named = result.err().map(|error| {
            assert_eq!(error.message().id(), "sign.permission");
            error.message().arguments()["bit"].clone()
        });
        assert_eq!(named, bit.map(crate::Argument::Number), "{modify}");
        assert!(options().sign(&open(&protected, Some("chu")), &Person::new("an")).is_ok(), "{modify}");
    }
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
