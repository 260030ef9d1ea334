//! A server on loopback that answers as it is told, rightly or wrongly.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// As the request line has it: a path, or for a proxy the whole address.
    pub(crate) target: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Vec<u8>,
}

/// How it is answered.
pub(crate) enum Reply {
    /// With this status, these header lines and this body, the right length among the headers.
    Full(u16, Vec<String>, Vec<u8>),
    /// With exactly these bytes, and then the end.
    Raw(Vec<u8>),
    /// With these bytes, one at a time, with a pause before each.
    Slowly(Vec<u8>, Duration),
    /// With a header that promises 10 GiB, and zeros until nobody reads on.
    Endless,
    /// Not at all, until the other side gives up.
    Silence,
}

impl Reply {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Full(200, Vec::new(), body.into())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Full(status, Vec::new(), Vec::new())
    }

    pub(crate) fn moved(to: &str) -> Self {
        Self::Full(302, vec![format!("Location: {to}")], Vec::new())
    }
}

/// A server; it lives until the tests end.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A port that is bound, and answers once it is started.
pub(crate) struct Port(TcpListener);

impl Port {
    pub(crate) fn new() -> Self {
        Self(TcpListener::bind(("127.0.0.1", 0)).unwrap())
    }

    /// `http://127.0.0.1:port` and the path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.local_addr().unwrap())
    }

    /// Answers with what `reply` says.
    pub(crate) fn start(self, reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let server = Server { address: self.0.local_addr().unwrap(), asked: Arc::clone(&asked) };
        let reply = Arc::new(reply);
        thread::spawn(move || {
            for stream in self.0.incoming().flatten() {
                let (reply, asked) = (Arc::clone(&reply), Arc::clone(&asked));
                thread::spawn(move || serve(stream, &*reply, &asked));
            }
        });
        server
    }
}

impl Server {
    /// The request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|asked| format!("{} {}", asked.method, asked.target)).collect()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request a connection. That the other side goes away is what some tests are about.
fn serve(stream: TcpStream, reply: &dyn Fn(&Asked) -> Reply, asked: &Mutex<Vec<Asked>>) {
    let Some(request) = read(&stream) else { return };
    asked.lock().unwrap().push(request.clone());
    let _ = answer(stream, reply(&request));
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        headers.push(line);
    }
    let length =
        headers.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { method, target, headers, body })
}

fn answer(mut stream: TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Full(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            headers.iter().for_each(|line| head.push_str(&format!("{line}\r\n")));
            stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat())
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Slowly(bytes, pause) => {
            for byte in bytes {
                thread::sleep(pause);
                stream.write_all(&[byte])?;
            }
            Ok(())
        }
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")?;
            let zeros = vec![0; 1 << 16];
            loop {
                stream.write_all(&zeros)?;
            }
        }
        Reply::Silence => stream.read_to_end(&mut Vec::new()).map(|_| ()),
    }
}
