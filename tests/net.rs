//! Evidence over the network: a server on loopback gives right answers and wrong ones, and whatever it does, a verdict comes within the
//! time, never better than what was proved, with a sentence that names the address.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "a test stops where something is wrong"
)]

mod net {
    pub(crate) mod pki;
    pub(crate) mod server;
}

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kyso::{Document, Http, HttpOptions, Locale, ProxyChoice, Report, Verdict, Verifier, Why};
use net::pki::{Addresses, Age, Answer, Nonce, Pki, SIGNER, Status, about_another, bundle, pem, try_later};
use net::server::{Asked, Port, Reply};

/// Waits one second, asks this computer, uses no proxy and no folder.
fn options() -> HttpOptions {
    let mut options = HttpOptions::default();
    options.timeout = Duration::from_secs(1);
    options.proxy = ProxyChoice::Direct;
    options.allow_private = true;
    options
}

/// Verifies a letter of the signer of `pki` with these options, the sub authority in the signature.
fn verify(pki: &Pki, options: HttpOptions) -> Report {
    verify_letter(pki, &pki.letter(&[&pki.sub]), options)
}

fn verify_letter(pki: &Pki, letter: &[u8], options: HttpOptions) -> Report {
    let verifier = Verifier::new(pki.trust()).with_fetch(Http::new(options).unwrap());
    verifier.verify(&Document::parse(letter.to_vec()).unwrap()).unwrap()
}

/// The reasons of the one signature.
fn why(report: &Report) -> &[Why] {
    report.signatures()[0].why()
}

/// The ids of all that is said.
fn ids(report: &Report) -> Vec<&str> {
    why(report).iter().map(|why| why.message.id()).collect()
}

fn said(report: &Report) -> String {
    why(report)
        .iter()
        .map(|why| format!("{} → {}\n", why.message.text(&Locale::default()), why.message.hint(&Locale::default()).unwrap_or_default()))
        .collect()
}

/// Lists and a responder at one server: the signer names both, the sub authority its list.
struct Scene {
    pki: Pki,
    port: Port,
}

impl Scene {
    fn new() -> Self {
        let port = Port::new();
        let signer =
            Addresses { lists: vec![port.url("/sub.crl")], responders: vec![port.url("/ocsp")], issuers: vec![port.url("/sub.cer")] };
        let sub = Addresses { lists: vec![port.url("/root.crl")], issuers: vec![port.url("/root.cer")], ..Addresses::default() };
        Self { pki: Pki::new(&signer, &sub), port }
    }
}

/// What is fetched, rightly: lists, responses and certificates.
fn right(pki: &Pki, asked: &Asked) -> Reply {
    match asked.target.as_str() {
        "/root.crl" => Reply::ok(pki.root_list()),
        "/sub.crl" => Reply::ok(pki.sub.list(&[], Age::Current)),
        "/sub.cer" => Reply::ok(pki.sub.der.clone()),
        "/root.cer" => Reply::ok(pki.root.der.clone()),
        "/ocsp" => Reply::ok(Answer::good(&pki.sub).to(&asked.body)),
        _ => Reply::status(404),
    }
}

/// A scene in which the status of the signer is answered by `reply`, and all else rightly; the report.
fn with_status(options: HttpOptions, reply: impl Fn(&Pki, &Asked) -> Reply + Send + Sync + 'static) -> (Report, net::server::Server) {
    let Scene { pki, port } = Scene::new();
    let letter = pki.letter(&[&pki.sub]);
    let trust = pki.trust();
    let server = port
        .start(move |asked| if ["/sub.crl", "/ocsp"].contains(&asked.target.as_str()) { reply(&pki, asked) } else { right(&pki, asked) });
    let verifier = Verifier::new(trust).with_fetch(Http::new(options).unwrap());
    (verifier.verify(&Document::parse(letter).unwrap()).unwrap(), server)
}

#[test]
fn a_letter_without_evidence_is_valid_online_and_uncertain_offline() {
    let Scene { pki, port } = Scene::new();
    let (letter, trust) = (pki.letter(&[&pki.sub]), pki.trust());
    let server = port.start(move |asked| right(&pki, asked));
    let document = Document::parse(letter).unwrap();
    let offline = Verifier::new(trust.clone()).verify(&document).unwrap();
    assert_eq!((offline.verdict(), server.lines()), (Verdict::Indeterminate, Vec::new()));
    assert!(offline.to_json(&Locale::default()).contains(r#""online":false"#));
    assert!(said(&offline).contains("(offline)"));
    let online = Verifier::new(trust).with_fetch(Http::new(options()).unwrap()).verify(&document).unwrap();
    assert_eq!(online.verdict(), Verdict::Passed, "{}", said(&online));
    let json = online.to_json(&Locale::default());
    assert!(json.contains(r#""online":true"#) && json.contains(r#""source":"ocsp""#), "{json}");
    // The response is preferred to the list, which may be large.
    let mut lines = server.lines();
    lines.sort();
    assert_eq!(lines, ["GET /root.crl", "POST /ocsp"]);
}

#[test]
fn the_list_is_asked_for_where_the_responder_fails() {
    let (report, server) =
        with_status(options(), |pki, asked| if asked.target == "/ocsp" { Reply::status(404) } else { right(pki, asked) });
    assert_eq!(report.verdict(), Verdict::Passed, "{}", said(&report));
    assert!(server.lines().contains(&"GET /sub.crl".to_owned()));
}

#[test]
fn the_list_is_asked_for_where_the_response_proves_nothing() {
    let (report, server) = with_status(options(), |pki, asked| match asked.target.as_str() {
        "/ocsp" => Reply::ok(Answer::good(&pki.root).to(&asked.body)),
        _ => right(pki, asked),
    });
    assert_eq!(report.verdict(), Verdict::Passed, "{}", said(&report));
    assert!(server.lines().contains(&"GET /sub.crl".to_owned()));
}

#[test]
fn a_revocation_is_found_out_either_way() {
    let (report, _) =
        with_status(options(), |pki, asked| Reply::ok(Answer { status: Status::Revoked, ..Answer::good(&pki.sub) }.to(&asked.body)));
    assert!(ids(&report).contains(&"revocation.revoked"), "{}", said(&report));
    let (report, _) = with_status(options(), |pki, asked| match asked.target.as_str() {
        "/ocsp" => Reply::status(404),
        _ => Reply::ok(pem("X509 CRL", &pki.sub.list(&[SIGNER], Age::Current))),
    });
    assert!(ids(&report).contains(&"revocation.revoked"), "{}", said(&report));
}

#[test]
fn a_delegated_responder_and_one_without_nonce_are_heard() {
    let (report, _) = with_status(options(), |pki, asked| {
        let responder = pki.responder();
        Reply::ok(Answer { with_certificate: true, nonce: Nonce::Absent, ..Answer::good(&responder) }.to(&asked.body))
    });
    assert_eq!(report.verdict(), Verdict::Passed, "{}", said(&report));
}

#[test]
fn issuers_come_as_der_pem_or_pkcs7() {
    let forms: [fn(&[u8]) -> Vec<u8>; 3] = [<[u8]>::to_vec, |der| pem("CERTIFICATE", der).into_bytes(), |der| bundle(&[der])];
    for form in forms {
        let Scene { pki, port } = Scene::new();
        let (letter, trust) = (pki.letter(&[]), pki.trust());
        let server = port.start(move |asked| if asked.target == "/sub.cer" { Reply::ok(form(&pki.sub.der)) } else { right(&pki, asked) });
        let report = Verifier::new(trust).with_fetch(Http::new(options()).unwrap()).verify(&Document::parse(letter).unwrap()).unwrap();
        assert_eq!(report.verdict(), Verdict::Passed, "{}", said(&report));
        assert_eq!(server.lines()[0], "GET /sub.cer");
    }
}

/// A fault, what is set differently for it, and the id of the message that says it, for the list and for the response.
type Fault = (&'static str, fn(&Pki, &Asked) -> Reply, &'static str);

const FAULTS: &[Fault] = &[
    ("no answer", |_, _| Reply::Silence, "net.timeout"),
    ("header byte by byte", |_, _| Reply::Slowly(b"HTTP/1.1 200 OK\r\n".repeat(9), Duration::from_millis(50)), "net.timeout"),
    (
        "body byte by byte",
        |_, _| Reply::Slowly([&b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"[..], &[0x30; 900]].concat(), Duration::from_millis(10)),
        "net.timeout",
    ),
    ("the end at once", |_, _| Reply::Raw(Vec::new()), "net.interrupted"),
    ("half an answer", |_, _| Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n\x30\x82\x03".to_vec()), "net.interrupted"),
    (
        "half an answer without a length",
        |_, _| Reply::Raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\x30\x82\x03".to_vec()),
        "net.garbage",
    ),
    ("nothing", |_, _| Reply::ok([]), "net.garbage"),
    ("a picture", |_, _| Reply::Full(200, vec!["Content-Type: image/png".to_owned()], b"\x89PNG\r\n\x1a\n".to_vec()), "net.garbage"),
    ("a certificate", |pki, _| Reply::ok(pki.sub.der.clone()), "net.garbage"),
    ("garbage", |_, _| Reply::ok((0..5_000_u32).map(|number| u8::try_from(number * 7 % 251).unwrap()).collect::<Vec<u8>>()), "net.garbage"),
    ("a page to log in", |_, _| Reply::ok("\u{feff}\r\n <!DOCTYPE html><title>Đăng nhập Wi-Fi</title>"), "net.web_page"),
    ("a network that asks to log in", |_, _| Reply::status(511), "net.web_page"),
    ("gone", |_, _| Reply::status(410), "net.status"),
    ("always busy", |_, _| Reply::status(503), "net.status"),
    ("compressed", |_, _| Reply::Full(200, vec!["Content-Encoding: gzip".to_owned()], GZIP.to_vec()), "net.coded"),
    ("compressed without saying so", |_, _| Reply::ok(GZIP), "net.garbage"),
    ("no HTTP", |_, _| Reply::Raw(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), "net.protocol"),
    ("an endless header", |_, _| Reply::Raw([&b"HTTP/1.1 200 OK\r\nX: "[..], &[b'a'; 1 << 20]].concat()), "net.protocol"),
    ("many header lines", |_, _| Reply::Raw([&b"HTTP/1.1 200 OK\r\n"[..], &b"X: y\r\n".repeat(4_000)].concat()), "net.protocol"),
    ("round and round", |_, asked| Reply::moved(&asked.target), "net.redirects"),
    ("to a file", |_, _| Reply::moved("file:///etc/passwd"), "net.redirect_invalid"),
    ("to a place with a user", |_, _| Reply::moved("http://user@ca.example.vn/"), "net.redirect_invalid"),
];

/// 1 MiB of zeros in a few bytes, and so on within: what matters is that nobody unpacks it.
const GZIP: &[u8] = &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0x4B, 4, 0, 0x43, 0xBE, 0xB7, 0xE8, 1, 0, 0, 0];

#[test]
fn every_fault_leaves_the_letter_uncertain_and_is_said_with_its_address() {
    for (name, fault, id) in FAULTS {
        let started = Instant::now();
        let (report, server) = with_status(options(), fault);
        assert_uncertain(name, &report, id, &[&format!("{}/sub.crl", server.address), &format!("{}/ocsp", server.address)]);
        // Two ways, each within its second; the rest is for a machine that is busy.
        assert!(started.elapsed() < Duration::from_secs(30), "{name}");
    }
}

/// Uncertain, with the sentence `id` for each address, and what to do.
fn assert_uncertain(name: &str, report: &Report, id: &str, addresses: &[&str]) {
    assert_eq!(report.verdict(), Verdict::Indeterminate, "{name}: {}", said(report));
    let sentences: Vec<&Why> = why(report).iter().filter(|why| why.message.id() == id).collect();
    for address in addresses {
        let found = sentences.iter().any(|why| why.message.text(&Locale::default()).contains(address));
        assert!(found, "{name}: no {id} for {address}:\n{}", said(report));
    }
    for why in why(report) {
        assert!(why.message.hint(&Locale::default()).is_some(), "{name}: {} says nothing to do", why.message.id());
    }
    assert!(ids(report).contains(&"revocation.asked_in_vain"), "{name}: {}", said(report));
}

#[test]
fn an_answer_of_ten_gibibytes_is_not_read_to_its_end() {
    let mut options = options();
    options.timeout = Duration::from_secs(30);
    let (report, server) = with_status(options, |_, _| Reply::Endless);
    assert_uncertain("endless", &report, "net.too_large", &[&format!("{}/sub.crl", server.address), &format!("{}/ocsp", server.address)]);
}

#[test]
fn a_server_that_is_not_there_is_said_with_its_address() {
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let signer = Addresses {
        lists: vec![format!("http://{closed}/a.crl")],
        responders: vec![format!("http://{closed}/ocsp")],
        ..Addresses::default()
    };
    let pki = Pki::new(&signer, &Addresses::default());
    let report = verify(&pki, options());
    assert_uncertain("refused", &report, "net.refused", &[&format!("{closed}/a.crl"), &format!("{closed}/ocsp")]);
    assert!(ids(&report).contains(&"revocation.nowhere_to_ask"), "the sub authority names no address: {}", said(&report));
}

#[test]
fn wrong_responses_are_told_apart() {
    let rows: &[(&str, fn(&Pki, &Asked) -> Vec<u8>, &str)] = &[
        ("of another request", |pki, asked| Answer { nonce: Nonce::Other, ..Answer::good(&pki.sub) }.to(&asked.body), "net.nonce"),
        ("about another certificate", |pki, asked| Answer::good(&pki.sub).to(&about_another(&asked.body)), "net.other_certificate"),
        ("a refusal", |_, _| try_later(), "net.ocsp_refused"),
        (
            "by somebody else",
            |pki, asked| Answer { with_certificate: true, ..Answer::good(&pki.root) }.to(&asked.body),
            "net.proved_nothing",
        ),
        (
            "by a signer of letters",
            |pki, asked| Answer { with_certificate: true, ..Answer::good(&pki.signer) }.to(&asked.body),
            "net.proved_nothing",
        ),
        ("that has run out", |pki, asked| Answer { age: Age::Old, ..Answer::good(&pki.sub) }.to(&asked.body), "net.old"),
    ];
    for (name, answer, id) in rows {
        let (report, server) =
            with_status(options(), |pki, asked| if asked.target == "/ocsp" { Reply::ok(answer(pki, asked)) } else { Reply::status(404) });
        assert_eq!(report.verdict(), Verdict::Indeterminate, "{name}: {}", said(&report));
        let sentence = why(&report).iter().find(|why| why.message.id() == *id).unwrap_or_else(|| panic!("{name}: {}", said(&report)));
        assert!(sentence.message.text(&Locale::default()).contains(&format!("{}/ocsp", server.address)), "{name}");
    }
}

#[test]
fn wrong_lists_are_told_apart() {
    let rows: &[(&str, fn(&Pki) -> Vec<u8>, &str, &str)] = &[
        ("of another authority", |pki| pki.root.list(&[], Age::Current), "net.proved_nothing", "revocation.asked_in_vain"),
        (
            "by a stranger of the same name",
            |_| Pki::new(&Addresses::default(), &Addresses::default()).sub.list(&[], Age::Current),
            "net.proved_nothing",
            "revocation.crl_signature",
        ),
        ("that has run out", |pki| pki.sub.list(&[], Age::Old), "net.old", "revocation.fresh"),
    ];
    for (name, list, id, other) in rows {
        let (report, server) =
            with_status(options(), |pki, asked| if asked.target == "/ocsp" { Reply::status(404) } else { Reply::ok(list(pki)) });
        assert_eq!(report.verdict(), Verdict::Indeterminate, "{name}: {}", said(&report));
        assert!(ids(&report).contains(other), "{name}: {}", said(&report));
        let sentence = why(&report).iter().find(|why| why.message.id() == *id).unwrap_or_else(|| panic!("{name}: {}", said(&report)));
        assert!(sentence.message.text(&Locale::default()).contains(&format!("{}/sub.crl", server.address)), "{name}");
    }
}

#[test]
fn an_issuer_that_cannot_be_had_is_said_with_its_address() {
    let Scene { pki, port } = Scene::new();
    let (letter, trust) = (pki.letter(&[]), pki.trust());
    let server = port.start(|_| Reply::status(404));
    let report = Verifier::new(trust).with_fetch(Http::new(options()).unwrap()).verify(&Document::parse(letter).unwrap()).unwrap();
    assert_eq!(report.verdict(), Verdict::Indeterminate);
    assert!(ids(&report).contains(&"chain.anchor") && said(&report).contains(&format!("{}/sub.cer", server.address)), "{}", said(&report));
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let count = AtomicUsize::new(0);
    let mut patient = options();
    patient.timeout = Duration::from_secs(10);
    let (report, _) = with_status(patient, move |pki, asked| {
        if asked.target == "/ocsp" && count.fetch_add(1, Ordering::Relaxed) < 2 { Reply::status(503) } else { right(pki, asked) }
    });
    assert_eq!(report.verdict(), Verdict::Passed, "{}", said(&report));
    assert!(report.to_json(&Locale::default()).contains(r#""source":"ocsp""#));
}

#[test]
fn redirects_are_followed_with_the_same_question() {
    let (report, server) = with_status(options(), |pki, asked| match asked.target.as_str() {
        "/ocsp" => Reply::moved("/elsewhere"),
        _ => right(pki, asked),
    });
    assert_eq!(report.verdict(), Verdict::Passed, "the list stands in: {}", said(&report));
    let elsewhere = server.asked().into_iter().find(|asked| asked.target == "/elsewhere").unwrap();
    assert_eq!((elsewhere.method.as_str(), elsewhere.body.is_empty()), ("POST", false));
}

#[test]
fn nobody_is_asked_on_this_computer_unless_it_is_allowed() {
    let Scene { pki, port } = Scene::new();
    let mut options = options();
    options.allow_private = false;
    let (letter, trust) = (pki.letter(&[&pki.sub]), pki.trust());
    let server = port.start(move |asked| right(&pki, asked));
    let report = Verifier::new(trust).with_fetch(Http::new(options).unwrap()).verify(&Document::parse(letter).unwrap()).unwrap();
    assert_uncertain("private", &report, "net.private", &[&format!("{}/sub.crl", server.address), &format!("{}/ocsp", server.address)]);
    assert_eq!(server.lines(), Vec::<String>::new());
}

#[test]
fn addresses_that_are_not_asked_are_said() {
    let rows = [
        ("ldap://ca.example.vn/cn=Sub?certificateRevocationList", "net.scheme"),
        ("http://user:secret@ca.example.vn/a.crl", "net.user_in_address"),
        ("http:///a.crl", "net.address"),
        ("http://localhost/a.crl", "net.private"),
        ("http://169.254.169.254/latest", "net.private"),
        ("http://[::ffff:10.0.0.1]/a.crl", "net.private"),
        ("http://2130706433/a.crl", "net.private"),
    ];
    for (address, id) in rows {
        let signer = Addresses { lists: vec![address.to_owned()], ..Addresses::default() };
        let mut options = options();
        options.allow_private = false;
        let report = verify(&Pki::new(&signer, &Addresses::default()), options);
        assert_uncertain(address, &report, id, &[address]);
    }
}

#[test]
fn a_server_without_tls_is_no_secure_one() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("https://{}/a.crl", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = stream.read(&mut [0; 4_096]);
        }
    });
    let signer = Addresses { lists: vec![address.clone()], ..Addresses::default() };
    let report = verify(&Pki::new(&signer, &Addresses::default()), options());
    assert_uncertain("plain", &report, "net.tls", &[&address]);
}

/// The roots of web servers are those that come with the program; a server that vouches for itself is not believed.
#[test]
fn a_server_that_vouches_for_itself_is_no_secure_one() {
    let Some(openssl) = peer() else { return };
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    fs::write(folder.path().join("web.pem"), made.cert.pem() + &made.signing_key.serialize_pem()).unwrap();
    let number = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port().to_string();
    let arguments = ["s_server", "-accept", &number, "-cert", "web.pem", "-WWW"];
    let mut child =
        Command::new(openssl).current_dir(folder.path()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let listening = lines.any(|line| line.is_ok_and(|line| line.starts_with("ACCEPT")));
    let address = format!("https://127.0.0.1:{number}/a.crl");
    let signer = Addresses { lists: vec![address.clone()], ..Addresses::default() };
    let mut patient = options();
    patient.timeout = Duration::from_secs(10);
    let report = listening.then(|| verify(&Pki::new(&signer, &Addresses::default()), patient));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_uncertain("self-signed", &report.expect("openssl listens"), "net.tls", &[&address]);
}

#[test]
fn a_proxy_is_asked_for_the_whole_address_and_its_answers_are_vetted() {
    let signer = Addresses { lists: vec!["http://crl.ca.example.vn/sub.crl".to_owned()], ..Addresses::default() };
    let sub = Addresses { lists: vec!["http://crl.ca.example.vn:8080/root.crl".to_owned()], ..Addresses::default() };
    let pki = Pki::new(&signer, &sub);
    let (letter, trust) = (pki.letter(&[&pki.sub]), pki.trust());
    let port = Port::new();
    let mut options = options();
    options.allow_private = false;
    options.proxy = ProxyChoice::At(port.url("").replace("http://", "http://clerk:s%40ecret@"));
    let server = port.start(move |asked| match asked.target.as_str() {
        "http://crl.ca.example.vn/sub.crl" => Reply::ok(pki.sub.list(&[], Age::Current)),
        "http://crl.ca.example.vn:8080/root.crl" => Reply::ok(pki.root_list()),
        _ => Reply::status(404),
    });
    let report = Verifier::new(trust).with_fetch(Http::new(options).unwrap()).verify(&Document::parse(letter).unwrap()).unwrap();
    assert_eq!(report.verdict(), Verdict::Passed, "{}\n{:?}", said(&report), server.lines());
    let asked = server.asked();
    assert!(
        asked.iter().all(|asked| asked.headers.iter().any(|line| line == "Proxy-Authorization: Basic Y2xlcms6c0BlY3JldA==")),
        "{asked:?}"
    );
    assert!(asked.iter().any(|asked| asked.headers.iter().any(|line| line.eq_ignore_ascii_case("host: crl.ca.example.vn"))), "{asked:?}");
}

#[test]
fn a_redirect_into_a_private_network_is_not_followed() {
    for target in ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "//[::1]/", "http://intranet/", "https://10.0.0.1/x"] {
        let signer = Addresses { lists: vec!["http://crl.ca.example.vn/sub.crl".to_owned()], ..Addresses::default() };
        let port = Port::new();
        let mut options = options();
        options.allow_private = false;
        options.proxy = ProxyChoice::At(port.url(""));
        let server = port.start(|_| Reply::moved(target));
        let report = verify(&Pki::new(&signer, &Addresses::default()), options);
        assert_uncertain(target, &report, "net.redirect_private", &["http://crl.ca.example.vn/sub.crl"]);
        assert_eq!(server.lines(), ["GET http://crl.ca.example.vn/sub.crl"], "{target}");
    }
}

#[test]
fn a_proxy_that_is_not_there_is_said() {
    let closed = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    for scheme in ["http", "https"] {
        let address = format!("{scheme}://crl.ca.example.vn/sub.crl");
        let signer = Addresses { lists: vec![address.clone()], ..Addresses::default() };
        let mut options = options();
        options.proxy = ProxyChoice::At(format!("http://{closed}"));
        let report = verify(&Pki::new(&signer, &Addresses::default()), options);
        assert_uncertain(scheme, &report, "net.proxy", &[&address, &closed.to_string()]);
    }
    for wrong in ["", "socks5://127.0.0.1:1", "http://"] {
        let mut options = options();
        options.proxy = ProxyChoice::At(wrong.to_owned());
        assert_eq!(Http::new(options).unwrap_err().message().id(), "net.proxy_address", "{wrong}");
    }
}

#[test]
fn many_letters_ask_once() {
    let Scene { pki, port } = Scene::new();
    let letters: Vec<Vec<u8>> = (0..4).map(|_| pki.letter(&[&pki.sub])).collect();
    let trust = pki.trust();
    let server = port.start(move |asked| right(&pki, asked));
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let mut options = options();
        options.cache = Some(folder.path().join("cache"));
        let verifier = Verifier::new(trust.clone()).with_fetch(Http::new(options).unwrap());
        for letter in &letters {
            assert_eq!(verifier.verify(&Document::parse(letter.clone()).unwrap()).unwrap().verdict(), Verdict::Passed);
        }
    }
    assert_eq!(server.lines().len(), 2, "{:?}", server.lines());
}

#[test]
fn an_answer_that_proved_nothing_is_asked_for_again() {
    let Scene { pki, port } = Scene::new();
    let (letter, trust) = (pki.letter(&[&pki.sub]), pki.trust());
    let count = AtomicUsize::new(0);
    let stranger = Pki::new(&Addresses::default(), &Addresses::default());
    let _server = port.start(move |asked| match asked.target.as_str() {
        "/sub.crl" if count.fetch_add(1, Ordering::Relaxed) == 0 => Reply::ok(stranger.sub.list(&[], Age::Current)),
        "/ocsp" => Reply::status(404),
        _ => right(&pki, asked),
    });
    let verifier = Verifier::new(trust).with_fetch(Http::new(options()).unwrap());
    let verdict = || verifier.verify(&Document::parse(letter.clone()).unwrap()).unwrap().verdict();
    assert_eq!((verdict(), verdict()), (Verdict::Indeterminate, Verdict::Passed));
}

#[test]
fn a_server_that_does_not_answer_is_waited_for_once() {
    let Scene { pki, port } = Scene::new();
    let (letter, trust) = (pki.letter(&[&pki.sub]), pki.trust());
    let server = port.start(|_| Reply::Silence);
    let verifier = Verifier::new(trust).with_fetch(Http::new(options()).unwrap());
    let first = verifier.verify(&Document::parse(letter.clone()).unwrap()).unwrap();
    let asked = server.lines().len();
    for _ in 0..5 {
        let again = verifier.verify(&Document::parse(letter.clone()).unwrap()).unwrap();
        assert_eq!(ids(&again), ids(&first));
    }
    assert_eq!(server.lines().len(), asked);
}

#[test]
fn the_command_asks_with_online_alone_and_says_what_failed() {
    let Scene { pki, port } = Scene::new();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.pdf"), pki.letter(&[&pki.sub])).unwrap();
    fs::write(folder.path().join("root.pem"), pem("CERTIFICATE", &pki.root.der)).unwrap();
    let server = port.start(move |asked| right(&pki, asked));
    let kyso = |options: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kyso"));
        command.current_dir(folder.path()).env_clear().env("KYSO_CACHE_DIR", folder.path().join("cache")).env("LC_ALL", "C.UTF-8");
        let output = command
            .args(["verify", "letter.pdf", "--trust", "root.pem", "--no-user-trust", "--lang", "en"])
            .args(options)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let (status, page) = kyso(&[]);
    assert!(status == Some(3) && page.contains("(offline)"), "{page}");
    let (status, page) = kyso(&["--online"]);
    assert!(status == Some(3) && page.contains(&server.address.to_string()) && page.contains("--allow-private"), "{page}");
    assert_eq!(server.lines(), Vec::<String>::new());
    let (status, page) = kyso(&["--online", "--allow-private", "--timeout", "5s"]);
    assert_eq!(status, Some(0), "{page}");
    assert!(folder.path().join("cache").is_dir());
    let before = server.lines().len();
    assert_eq!(kyso(&["--online", "--allow-private"]).0, Some(0));
    assert_eq!(server.lines().len(), before, "answered from the folder");
    assert_eq!(kyso(&["--online", "--allow-private", "--no-cache"]).0, Some(0));
    assert!(server.lines().len() > before);
    let (status, page) = kyso(&["--timeout", "5s"]);
    assert!(status == Some(2) && page.contains("--online"), "{page}");
    let (status, page) = kyso(&["--online", "--timeout", "1h"]);
    assert!(status == Some(2) && page.contains("10m"), "{page}");
}

/// OpenSSL as responder: what is asked is understood by others, and what others answer is understood here.
#[test]
fn openssl_answers_what_is_asked() {
    let Some(openssl) = peer() else { return };
    let port = Port::new();
    let address = port.url("/ocsp");
    drop(port);
    let signer = Addresses { responders: vec![address.clone()], ..Addresses::default() };
    let lists = Port::new();
    let sub = Addresses { lists: vec![lists.url("/root.crl")], ..Addresses::default() };
    let pki = Pki::new(&signer, &sub);
    let root_list = pki.root_list();
    let _lists = lists.start(move |_| Reply::ok(root_list.clone()));
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let responder = pki.responder();
    fs::write(place("sub.pem"), pem("CERTIFICATE", &pki.sub.der)).unwrap();
    fs::write(place("responder.pem"), pem("CERTIFICATE", &responder.der)).unwrap();
    fs::write(place("responder.key"), responder.key.serialize_pem()).unwrap();
    let number = address.trim_start_matches("http://127.0.0.1:").trim_end_matches("/ocsp");
    for (entry, expected) in [
        (format!("V\t600101000000Z\t\t{SIGNER:X}\tunknown\t/CN=An\n"), Verdict::Passed),
        (format!("R\t600101000000Z\t260101000000Z,keyCompromise\t{SIGNER:X}\tunknown\t/CN=An\n"), Verdict::Indeterminate),
    ] {
        fs::write(place("index.txt"), &entry).unwrap();
        let arguments = [
            "ocsp",
            "-index",
            "index.txt",
            "-port",
            number,
            "-CA",
            "sub.pem",
            "-rsigner",
            "responder.pem",
            "-rkey",
            "responder.key",
            "-nmin",
            "60",
            "-ignore_err",
        ];
        let mut child =
            Command::new(&openssl).current_dir(folder.path()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // A connection to find out whether it listens would be its last: it says so itself.
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = lines.any(|line| line.is_ok_and(|line| line.starts_with("ACCEPT")));
        let mut patient = options();
        patient.timeout = Duration::from_secs(10);
        let report = listening.then(|| verify(&pki, patient));
        child.kill().unwrap();
        child.wait().unwrap();
        let report = report.expect("openssl listens");
        assert_eq!(report.verdict(), expected, "{}", said(&report));
        assert_eq!(ids(&report).contains(&"revocation.revoked"), expected != Verdict::Passed);
    }
}

/// OpenSSL; `None`, said aloud, where it is not there.
fn peer() -> Option<String> {
    if Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success()) {
        return Some("openssl".to_owned());
    }
    assert!(std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "openssl is not there");
    println!("skipped: openssl is not there");
    None
}

#[test]
fn a_fetcher_of_ones_own_is_asked_for_every_scheme() {
    struct Recorded(Vec<u8>);
    impl kyso::Fetch for Recorded {
        fn fetch(&self, request: &kyso::Request) -> Result<Vec<u8>, kyso::FetchError> {
            assert_eq!((request.kind(), request.address(), request.body()), (kyso::RequestKind::Crl, "ldap://ca.example.vn/cn=Sub", None));
            Ok(self.0.clone())
        }
    }
    let signer = Addresses { lists: vec!["ldap://ca.example.vn/cn=Sub".to_owned()], ..Addresses::default() };
    let pki = Pki::new(&signer, &Addresses::default());
    let mut trust = kyso::TrustStore::new();
    trust.add_bytes(&pki.sub.der).unwrap();
    let verifier = Verifier::new(trust).with_fetch(Recorded(pki.sub.list(&[], Age::Current)));
    let report = verifier.verify(&Document::parse(pki.letter(&[])).unwrap()).unwrap();
    assert_eq!(report.verdict(), Verdict::Passed, "{}", said(&report));
}
