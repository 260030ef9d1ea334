//! The cases, made anew for each run.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use kyso::{Document, PemKey, SignOptions, Signer, Time, TrustStore, Verifier};

use crate::floor::Sheet;

#[allow(dead_code, reason = "the generator of the fixtures uses more of it")]
#[path = "../../fixtures/make/letter.rs"]
mod letter;

/// The build that is measured: this one, or that which `KYSO_BINARY` names, to compare two.
fn kyso() -> OsString {
    std::env::var_os("KYSO_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_kyso").into())
}

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) goal: &'static str,
    pub(crate) rounds: usize,
    pub(crate) memory: bool,
    pub(crate) make: fn(&Path) -> Made,
}

/// Two commands that do the same work on the same file.
pub(crate) struct Made {
    pub(crate) folder: PathBuf,
    pub(crate) floor: Vec<OsString>,
    pub(crate) kyso: Vec<OsString>,
}

pub(crate) fn all() -> Vec<Case> {
    let case = |name, goal, rounds, memory, make| Case { name, goal, rounds, memory, make };
    vec![
        case("verify letter", "<= 2.5", 100, false, |folder| verify(folder, &letter(false, 1), 1)),
        case("verify letter, 10 signatures", "<= 2.5 (later)", 60, false, |folder| verify(folder, &letter(false, 1), 10)),
        case("verify letter, 50 signatures", "<= 4 (later)", 30, false, |folder| verify(folder, &letter(false, 1), 50)),
        case("verify scan 3 MB", "<= 1.5", 60, false, |folder| verify(folder, &scan(3), 1)),
        case("verify scan 100 MB", "<= 1.1", 11, false, |folder| verify(folder, &scan(100), 1)),
        case("verify 100 MB, 10 signatures", "<= 1.3 (later)", 7, false, |folder| verify(folder, &scan(100), 10)),
        case("verify scan 500 MB", "<= 32 MiB beyond the file", 3, true, |folder| verify(folder, &scan(500), 1)),
        case("verify 10,000 pages, table", "<= 3", 30, false, |folder| verify(folder, &letter(false, 10_000), 1)),
        case("verify 10,000 pages, streams", "<= 3", 30, false, |folder| verify(folder, &letter(true, 10_000), 1)),
        case("10,000 pages signed again, table", "<= 1.3 (to once)", 30, false, |folder| again(folder, &letter(false, 10_000))),
        case("10,000 pages signed again, streams", "<= 1.3 (to once)", 30, false, |folder| again(folder, &letter(true, 10_000))),
        case("verify 1,000 letters in bulk", "<= 4", 7, false, bulk),
        case("sign letter", "<= 2", 60, false, |folder| sign(folder, &letter(false, 1))),
        case("sign scan 3 MB", "", 30, false, |folder| sign(folder, &scan(3))),
        case("sign scan 100 MB", "<= 1.2", 7, false, |folder| sign(folder, &scan(100))),
    ]
}

/// One thousand copies of a signed letter, each a file, in one process on one thread: the command against a bare loop that reads, hashes
/// and checks the signature of each.
fn bulk(folder: &Path) -> Made {
    let made = verify(folder, &letter(false, 1), 1);
    let original = made.folder.join("doc.pdf");
    let copies = (0..1_000).map(|number| made.folder.join(format!("{number}.pdf")));
    let copies: Vec<OsString> = copies
        .map(|copy| {
            fs::copy(&original, &copy).expect("a letter is copied");
            copy.into_os_string()
        })
        .collect();
    let with_copies = |command: &[OsString]| -> Vec<OsString> {
        let others = command.iter().filter(|word| **word != original);
        others.chain(&copies).cloned().collect()
    };
    Made { floor: with_copies(&made.floor), kyso: with_copies(&made.kyso), folder: made.folder }
}

/// What one later revision costs, which touches a handful of objects: the floor is kyso itself with the document as it was signed first.
fn again(folder: &Path, unsigned: &[u8]) -> Made {
    let made = verify(folder, unsigned, 2);
    let (twice, once) = (made.folder.join("doc.pdf"), made.folder.join("once.pdf"));
    fs::write(&once, signed(unsigned, 1).0).expect("the document is written");
    let floor = made.kyso.iter().map(|word| if *word == twice { once.clone().into_os_string() } else { word.clone() }).collect();
    Made { floor, ..made }
}

fn verify(folder: &Path, unsigned: &[u8], signatures: usize) -> Made {
    let (signed, sheet) = signed(unsigned, signatures);
    let folder = empty(folder);
    let (file, beside) = (folder.join("doc.pdf"), folder.join("sheet.json"));
    fs::write(&file, signed).expect("the document is written");
    fs::write(&beside, serde_json::to_vec(&sheet).expect("JSON")).expect("the sheet is written");
    let floor = command(&[current_program().as_os_str(), "--floor".as_ref(), "verify".as_ref(), beside.as_ref(), file.as_ref()]);
    let root = pki("root-rsa.pem");
    let kyso = command(&[
        kyso().as_ref(),
        "verify".as_ref(),
        "--no-user-trust".as_ref(),
        "--trust".as_ref(),
        root.as_ref(),
        "--at".as_ref(),
        AT.as_ref(),
        file.as_ref(),
    ]);
    Made { folder, floor, kyso }
}

fn sign(folder: &Path, unsigned: &[u8]) -> Made {
    let folder = empty(folder);
    let (file, key) = (folder.join("doc.pdf"), folder.join("key.der"));
    fs::write(&file, unsigned).expect("the document is written");
    fs::write(&key, der(&fs::read_to_string(pki("an.key.pem")).expect("the key"))).expect("the key is written");
    let (by_floor, by_kyso) = (folder.join("floor.pdf"), folder.join("kyso.pdf"));
    let floor =
        command(&[current_program().as_os_str(), "--floor".as_ref(), "sign".as_ref(), file.as_ref(), key.as_ref(), by_floor.as_ref()]);
    let (key, certificate, chain) = (pki("an.key.pem"), pki("an.pem"), pki("sub-rsa.pem"));
    let kyso = command(&[
        kyso().as_ref(),
        "sign".as_ref(),
        "--key".as_ref(),
        key.as_ref(),
        "--cert".as_ref(),
        certificate.as_ref(),
        "--cert".as_ref(),
        chain.as_ref(),
        "--force".as_ref(),
        "-o".as_ref(),
        by_kyso.as_ref(),
        file.as_ref(),
    ]);
    Made { folder, floor, kyso }
}

/// The document with as many signatures, and the sheet for the floor.
fn signed(unsigned: &[u8], signatures: usize) -> (Vec<u8>, Sheet) {
    let key = fs::read(pki("an.key.pem")).expect("the key");
    let certificates = [fs::read(pki("an.pem")).expect("a certificate"), fs::read(pki("sub-rsa.pem")).expect("a certificate")].concat();
    let signer = PemKey::from_bytes(&key, None, &certificates).expect("a signer");
    let mut bytes = unsigned.to_vec();
    let mut made = Vec::new();
    let mut digest = Vec::new();
    for _ in 0..signatures {
        let document = Document::parse(bytes).expect("a document");
        let prepared = SignOptions::at(at()).prepare(&document, signer.identity()).expect("a prepared signature");
        let message = prepared.message().expect("a message").to_vec();
        let signature = signer.sign(prepared.algorithm().expect("an algorithm"), &message).expect("a signature");
        bytes = prepared.finish(&document, &signature).expect("a signed document").to_bytes();
        digest = prepared.document_digest().to_vec();
        made.push((message, signature));
    }
    let facts = Verifier::new(trust()).with_time(at()).gather(&Document::parse(bytes.clone()).expect("a document")).expect("facts").facts;
    let range = &facts.document.signatures.last().expect("a signature").coverage.byte_range;
    let ranges: Vec<u64> = range.iter().map(|value| u64::try_from(*value).expect("an offset")).collect();
    let key =
        ring::signature::RsaKeyPair::from_pkcs8(&der(&String::from_utf8(key).expect("PEM"))).expect("a key").public().as_ref().to_vec();
    (bytes, Sheet { ranges: ranges.try_into().expect("four numbers"), digest, signatures: made, key })
}

fn trust() -> TrustStore {
    TrustStore::open(pki("root-rsa.pem")).expect("the root")
}

const AT: &str = "2026-11-24T00:00:00Z";

fn at() -> Time {
    Time::parse(AT, kyso::Zone::UTC).expect("a time")
}

/// A letter that carries its CRLs, of some pages.
fn letter(streams: bool, pages: usize) -> Vec<u8> {
    let crls = ["root-rsa.crl", "sub-rsa.crl"].map(|name| fs::read(pki(name)).expect("a CRL")).to_vec();
    letter::write(&letter::Letter { streams, pages, crls, ..letter::Letter::default() })
}

/// A letter with an image of that many megabytes.
fn scan(megabytes: usize) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(&letter(false, 1)).expect("a letter");
    let mut state = 1_u64;
    let mut pixels = vec![0_u8; megabytes * 1_000_000];
    for chunk in pixels.chunks_mut(8) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        chunk.copy_from_slice(&state.to_le_bytes()[..chunk.len()]);
    }
    let image = lopdf::dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1000, "Height" => i64::try_from(megabytes).expect("small") * 1000, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 };
    let image = document.add_object(lopdf::Stream::new(image, pixels).with_compression(false));
    let page = *document.get_pages().get(&1).expect("a page");
    document.add_xobject(page, "Scan", image).expect("the page takes an image");
    let mut out = Vec::new();
    document.save_to(&mut out).expect("a PDF is written");
    out
}

fn der(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).expect("base64")
}

fn pki(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki").join(name)
}

fn empty(folder: &Path) -> PathBuf {
    let folder = folder.join("case");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn current_program() -> PathBuf {
    std::env::current_exe().expect("this program")
}

fn command(words: &[&std::ffi::OsStr]) -> Vec<OsString> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
