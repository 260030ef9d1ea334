//! A timestamp authority on this computer: `openssl ts -reply` behind a small HTTP server, which can also misbehave.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Manner {
    /// Answers by OpenSSL.
    Honest,
    /// Answers by OpenSSL whoever says this (`Authorization`), and nobody else.
    Guarded(&'static str),
    /// Takes this long for each answer, whatever else is asked meanwhile.
    Slow(Duration),
    /// Answers with this status line and body.
    Says(&'static str, Vec<u8>),
    /// Sends elsewhere.
    LeadsTo(String),
    /// Ends the connection without an answer.
    HangsUp,
}

/// A server in a thread of its own, for as long as the process lives.
pub(crate) struct Authority {
    pub(crate) address: String,
    asked: Arc<AtomicUsize>,
}

impl Authority {
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/tsa", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (manner, counter) = (manner.clone(), Arc::clone(&counter));
                thread::spawn(move || serve(stream.unwrap(), &manner, &counter));
            }
        });
        Self { address, asked }
    }

    /// Sends a query over a connection of its own, and waits for the answer.
    pub(crate) fn ask(&self, query: &[u8]) {
        let host = self.address.trim_start_matches("http://").trim_end_matches("/tsa");
        let mut stream = TcpStream::connect(host).unwrap();
        let head = format!("POST /tsa HTTP/1.1\r\nContent-Type: application/timestamp-query\r\nContent-Length: {}\r\n\r\n", query.len());
        stream.write_all(&[head.as_bytes(), query].concat()).unwrap();
        let (status, body) = request(&mut BufReader::new(stream)).unwrap();
        assert!(status[0].contains("200") && !body.is_empty(), "{status:?}");
    }

    /// How many requests came.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Whether OpenSSL is here to stamp.
pub(crate) fn is_possible() -> bool {
    let is_here = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    assert!(is_here || std::env::var("KYSO_PEERS").as_deref() != Ok("required"), "openssl is required");
    if !is_here {
        println!("skipped: openssl is not here");
    }
    is_here
}

fn serve(mut stream: TcpStream, manner: &Manner, counter: &AtomicUsize) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let Some((head, body)) = request(&mut reader) else { return };
        counter.fetch_add(1, Ordering::Relaxed);
        assert!(head.iter().any(|line| line.eq_ignore_ascii_case("content-type: application/timestamp-query")), "{head:?}");
        let said = head.iter().find_map(|line| line.strip_prefix("authorization: ").or_else(|| line.strip_prefix("Authorization: ")));
        let answer = match manner {
            Manner::Honest => stamped(&body),
            Manner::Guarded(wanted) if said == Some(*wanted) => stamped(&body),
            Manner::Guarded(_) => plain("401 Unauthorized", "text/plain", b"who are you?"),
            Manner::Slow(time) => {
                thread::sleep(*time);
                stamped(&body)
            }
            Manner::Says(status, body) => plain(status, "application/timestamp-reply", body),
            Manner::LeadsTo(address) => format!("HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n").into_bytes(),
            Manner::HangsUp => return,
        };
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// The lines of the head, and the body.
fn request(reader: &mut BufReader<TcpStream>) -> Option<(Vec<String>, Vec<u8>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        head.push(line);
    }
    let length = head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn plain(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// OpenSSL's answer to a request.
fn stamped(query: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    std::fs::write(file("query"), query).unwrap();
    std::fs::write(file("serial"), "01\n").unwrap();
    std::fs::write(file("config"), CONFIG.replace("FOLDER", &folder.path().to_string_lossy())).unwrap();
    let pki = pki();
    let (chain, signer, key) = (pki.join("sub-rsa.pem"), pki.join("tsa.pem"), pki.join("tsa.key.pem"));
    let output = Command::new("openssl")
        .args(["ts", "-reply", "-config"])
        .arg(file("config"))
        .args(["-section", "tsa", "-queryfile"])
        .arg(file("query"))
        .arg("-signer")
        .arg(signer)
        .arg("-inkey")
        .arg(key)
        .arg("-chain")
        .arg(chain)
        .arg("-out")
        .arg(file("reply"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    plain("200 OK", "application/timestamp-reply", &std::fs::read(file("reply")).unwrap())
}

pub(crate) fn pki() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pki")
}

const CONFIG: &str = "
[tsa]
serial = FOLDER/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
other_policies = 1.3.6.1.4.1.99999.2
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";
