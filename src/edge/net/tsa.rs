//! The client of timestamp authorities (RFC 3161 3.4).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::client::{Ask, Client};
use super::fault::{about, shown};
use super::target::Target;
use super::{ProxyChoice, proxy};
use crate::cms::{NONCE_BYTES, TimestampRequest};
use crate::crypto::random;
use crate::edge::clock::now;
use crate::edge::corrections::corrected;
use crate::error::{Error, ErrorKind};
use crate::message::{Message, id};
use crate::{Budget, DigestAlgorithm, RequestKind, Timestamper};

/// Asks timestamp authorities over HTTP: in their order, the next where one fails. Share one over documents and threads.
///
/// - Each answer is held against what was asked (imprint, nonce, policy), against the rules of RFC 3161 and against the clock of this computer
///   (5 minutes) before it is used.
/// - An authority has 180 s, in which faults that may pass are tried three times. Whoever answered last is asked first the next time, so that
///   an authority that is down does not hold up every document.
/// - The addresses are the user's own, so they may be of this computer or of a private network. Where an answer leads elsewhere, that must be
///   public, and gets no password.
///
/// ```no_run
/// use kyso::{Document, Pkcs12, SignOptions, TimestampClient};
///
/// let authority = TimestampClient::new(["http://tsa.example.vn/"])?;
/// let signer = Pkcs12::open("an.p12", "secret")?;
/// SignOptions::new().sign_with_timestamp(&Document::open("letter.pdf")?, &signer, &authority)?.save("letter.signed.pdf")?;
/// # Ok::<(), kyso::Error>(())
/// ```
#[derive(Debug)]
pub struct TimestampClient {
    client: Client,
    addresses: Vec<String>,
    /// The place of the authority that answered last.
    first: AtomicUsize,
    policy: Option<String>,
    digest: DigestAlgorithm,
    timeout: Duration,
    authorization: Option<Authorization>,
}

/// The value of the header; never shown.
struct Authorization(Zeroizing<String>);

impl std::fmt::Debug for Authorization {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Authorization")
    }
}

impl TimestampClient {
    /// A client of the authorities at these addresses, in this order. One that is known to have moved is asked where it is now. The network is reached as the environment says.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where there is no address, or one is none.
    pub fn new(addresses: impl IntoIterator<Item = impl Into<String>>) -> crate::Result<Self> {
        let current = |address: String| corrected(RequestKind::Timestamp, &address).unwrap_or(address);
        let addresses: Vec<String> = addresses.into_iter().map(Into::into).map(current).collect();
        for address in &addresses {
            Target::parse(address).map_err(|_| Error::new(ErrorKind::Argument, about(id::TSA_ADDRESS, address)))?;
        }
        if addresses.is_empty() {
            return Err(Error::new(ErrorKind::Argument, Message::new(id::TSA_NO_ADDRESS)));
        }
        Ok(Self {
            client: Client::for_named(proxy(&ProxyChoice::Environment)?),
            addresses,
            first: AtomicUsize::new(0),
            policy: None,
            digest: DigestAlgorithm::Sha256,
            timeout: TIMEOUT,
            authorization: None,
        })
    }

    /// Reaching the network in this way.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where the proxy is none.
    pub fn with_proxy(mut self, choice: &ProxyChoice) -> crate::Result<Self> {
        self.client = Client::for_named(proxy(choice)?);
        Ok(self)
    }

    /// Under the policy with these numbers (`1.2.3.4`), and no other.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] where they are none.
    pub fn with_policy(mut self, policy: impl Into<String>) -> crate::Result<Self> {
        let policy = policy.into();
        TimestampRequest::new(self.digest, &self.digest.digest(b""), [0; NONCE_BYTES], Some(&policy))?;
        self.policy = Some(policy);
        Ok(self)
    }

    /// With imprints by SHA-256, SHA-384 or SHA-512.
    #[must_use]
    pub const fn with_digest(mut self, digest: DigestAlgorithm) -> Self {
        self.digest = digest;
        self
    }

    /// With this long for each authority, repetitions included.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// With a user's name and password (RFC 7617), sent to the addresses that were given and nowhere else. Over `http` everybody on the way can
    /// read them.
    #[must_use]
    pub fn with_password(mut self, user: &str, password: &str) -> Self {
        let pair = Zeroizing::new(format!("{user}:{password}"));
        self.authorization = Some(Authorization(Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))));
        self
    }

    /// A token of one authority.
    fn ask(&self, address: &str, algorithm: DigestAlgorithm, imprint: &[u8]) -> Result<Vec<u8>, Message> {
        let nonce = random().ok_or_else(|| about(id::NET_RANDOM, address))?;
        let why =
            |error: &Error| Message::new(id::TSA_AT).with("address", shown(address)).with_messages("why", vec![error.message().clone()]);
        let request = TimestampRequest::new(algorithm, imprint, nonce, self.policy.as_deref()).map_err(|error| why(&error))?;
        let answer = self.client.ask(&Ask {
            address,
            body: Some((QUERY, &request.to_der())),
            authorization: self.authorization.as_ref().map(|value| value.0.as_str()),
            bytes: MAX_ANSWER_BYTES,
            time: self.timeout,
        });
        let token = request.token(&answer.map_err(|fault| fault.message)?, now(), &Budget::default());
        token.map(|token| token.der).map_err(|error| why(&error))
    }
}

impl Timestamper for TimestampClient {
    fn timestamp(&self, algorithm: DigestAlgorithm, imprint: &[u8]) -> crate::Result<Vec<u8>> {
        let first = self.first.load(Ordering::Relaxed);
        let numbered = || self.addresses.iter().enumerate();
        let mut failures = Vec::new();
        for (place, address) in numbered().skip(first).chain(numbered().take(first)) {
            match self.ask(address, algorithm, imprint) {
                Ok(token) => {
                    self.first.store(place, Ordering::Relaxed);
                    return Ok(token);
                }
                Err(failure) => failures.push(failure),
            }
        }
        Err(Error::new(ErrorKind::Timestamp, Message::new(id::TSA_NONE).with_messages("failures", failures)))
    }

    fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest
    }
}

/// Authorities that queue requests take their time.
const TIMEOUT: Duration = Duration::from_secs(180);
const QUERY: &str = "application/timestamp-query";
/// A token with a chain of long certificates, its CRLs and responses has less.
const MAX_ANSWER_BYTES: u64 = 256 << 10;
