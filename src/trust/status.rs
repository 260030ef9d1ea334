//! Whether a certificate was revoked: what lists and responses say of it together.

use std::collections::HashMap;

use super::search::{Question, Search};
use super::{Cache, PathFacts, PathOptions, TrustStore, Use, Wanted};
use crate::crypto::SignatureAlgorithm;
use crate::evidence::{Evidence, Origin, Request};
use crate::limits::{Budget, Exceeded};
use crate::message::Message;
use crate::time::Time;
use crate::x509::{Certificate, Crl, GeneralName, Name, OcspAnswer, OcspResponse};

/// The status of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationStatus {
    /// A list that covers the certificate does not name it, or a response says good.
    Good,
    /// It is named, or a response says revoked.
    Revoked,
    /// Nothing that covers the certificate is at hand.
    Unknown,
}

/// What a status is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationSource {
    /// A certificate revocation list (RFC 5280 5).
    Crl,
    /// A response of a status service (RFC 6960).
    Ocsp,
}

impl RevocationSource {
    /// `crl` or `ocsp`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crl => "crl",
            Self::Ocsp => "ocsp",
        }
    }
}

/// The status of one certificate, with the list or response that says so. How fresh it must be is policy.
///
/// As of a time T, among the lists of one issuer and scope, and among the responses, whose signer is authorised:
/// 1. The newest made at T or before counts, with the newest delta list to it.
/// 2. A later one counts where it says that the certificate was revoked at T or before: it knows more.
/// 3. Where none was made at T or before, or none that holds until T, the first later one counts. It may say “revoked” with a date after T; `revoked_at` tells.
///
/// What was made after the certificate expired may have dropped it, and does not make it good, unless it says that it keeps expired
/// certificates (expiredCertsOnCRL, archive cutoff). Of lists with different scopes and of responses, one that says “revoked” decides;
/// “good” needs all reasons covered, which a response does. Where several lists together cover them, the facts are of the one that is due
/// for renewal first; where lists and a response do, of what was made nearest to T.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct RevocationFacts {
    /// The status.
    pub status: RevocationStatus,
    /// What it is from; `None` where it is unknown.
    pub source: Option<RevocationSource>,
    /// SHA-256 of the list or response that it is from.
    #[serde(with = "hexadecimal")]
    pub statement: Option<[u8; 32]>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// The number of CRLReason.
    pub reason: Option<u8>,
    /// thisUpdate of the list or response.
    pub this_update: Option<Time>,
    /// nextUpdate of the list or response.
    pub next_update: Option<Time>,
    /// Where the list or response came from.
    pub origin: Option<Origin>,
    /// Who made the list or response.
    pub issuer: Option<String>,
    /// What the list or response was signed with.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// The first revision of the document that has the list or response, from 1; `None` where none has it.
    pub revision: Option<u64>,
    /// Why lists and responses were not used, or could not be had: message ids with values.
    pub rejected: Vec<Message>,
    /// Addresses where status may be had: CRL distribution points, OCSP.
    pub wanted: Vec<String>,
}

impl RevocationFacts {
    fn unknown(certificate: &Certificate) -> Self {
        Self {
            status: RevocationStatus::Unknown,
            source: None,
            statement: None,
            revoked_at: None,
            reason: None,
            this_update: None,
            next_update: None,
            origin: None,
            issuer: None,
            signature_algorithm: None,
            revision: None,
            rejected: Vec::new(),
            wanted: wanted(certificate),
        }
    }

    /// Whether nothing newer could say more of `time`: it is revoked for good, or a list or response speaks for that time.
    fn is_settled_at(&self, time: Time) -> bool {
        let is_new = |made: Time| time.seconds_since(made) <= CLOCK_SECONDS;
        let covers = self.this_update.is_some_and(is_new) || self.next_update.is_some_and(|next| next >= time);
        match self.status {
            RevocationStatus::Good => covers,
            RevocationStatus::Revoked => self.reason != Some(CERTIFICATE_HOLD) || covers,
            RevocationStatus::Unknown => false,
        }
    }

    pub(super) fn reject(&mut self, id: &'static str, statement: Statement<'_>) {
        if self.rejected.len() < MAX_REJECTED {
            self.rejected.push(Message::new(id).with("issuer", statement.issuer()).with("date", statement.this_update()));
        }
    }

    fn take(&mut self, status: RevocationStatus, finding: &Finding<'_>, evidence: &Evidence) {
        self.status = status;
        self.source = Some(finding.statement.source());
        self.statement = Some(finding.statement.sha256());
        self.revoked_at = finding.revoked.map(|(at, _)| at);
        self.reason = finding.revoked.map(|(_, reason)| reason);
        self.this_update = Some(finding.statement.this_update());
        self.next_update = finding.statement.next_update();
        self.origin = Some(finding.origin);
        self.issuer = Some(finding.statement.issuer());
        self.signature_algorithm = finding.statement.signature_algorithm();
        self.revision = evidence.revision_of(finding.statement.sha256());
    }
}

/// All that a status depends on besides the path.
#[derive(Clone, Copy)]
pub(crate) struct StatusQuestion<'a> {
    pub(crate) trust: &'a TrustStore,
    pub(crate) usage: Use,
    pub(crate) evidence: &'a Evidence,
    pub(crate) time: Time,
    pub(crate) cache: &'a Cache,
    pub(crate) budget: &'a Budget,
}

/// The status of each certificate of `path` as of the time of the question, whatever time the path was built for; `None` for the anchor.
pub(crate) fn statuses_of(path: &PathFacts, question: StatusQuestion<'_>) -> Result<Vec<Option<RevocationFacts>>, Exceeded> {
    let StatusQuestion { trust, usage, evidence, time, cache, budget } = question;
    // What would help with these certificates is asked for along with the path as of that time.
    let wanted = Wanted::default();
    let question = Question { trust, usage, anchor: None, evidence, options: &PLAIN, time, cache, budget, wanted: &wanted };
    let mut statuses = Statuses::new(question);
    let anchor = path.steps.last().filter(|_| path.anchored).map(|step| &step.certificate);
    let mut out = Vec::with_capacity(path.steps.len());
    for (index, step) in path.steps.iter().enumerate() {
        let issuer = path.steps.get(index.saturating_add(1)).map(|step| &step.certificate);
        let is_anchor = path.anchored && issuer.is_none();
        out.push(if is_anchor { None } else { Some(statuses.of(&step.certificate, issuer, anchor)?) });
    }
    Ok(out)
}

/// The addresses of CRLs and OCSP responders, as written.
fn wanted(certificate: &Certificate) -> Vec<String> {
    let extensions = certificate.extensions();
    let points = extensions.crl_distribution_points.iter().chain(&extensions.freshest_crl).flat_map(|point| &point.full_name);
    let lists = points.filter_map(|name| if let GeneralName::Uri(address) = name { Some(address.clone()) } else { None });
    lists.chain(extensions.ocsp_urls.iter().cloned()).collect()
}

/// What speaks of a certificate.
#[derive(Clone, Copy)]
pub(super) enum Statement<'a> {
    List(&'a Crl),
    Response(&'a OcspResponse, &'a OcspAnswer),
}

impl Statement<'_> {
    const fn source(self) -> RevocationSource {
        match self {
            Self::List(_) => RevocationSource::Crl,
            Self::Response(..) => RevocationSource::Ocsp,
        }
    }

    pub(super) fn this_update(self) -> Time {
        match self {
            Self::List(crl) => crl.this_update(),
            Self::Response(_, answer) => answer.this_update,
        }
    }

    pub(super) fn next_update(self) -> Option<Time> {
        match self {
            Self::List(crl) => crl.next_update(),
            Self::Response(_, answer) => answer.next_update,
        }
    }

    fn issuer(self) -> String {
        let shown = |name: &Name| name.display_name().map_or_else(|| name.to_string(), str::to_owned);
        match self {
            Self::List(crl) => shown(crl.issuer()),
            Self::Response(response, _) => response.responder(shown),
        }
    }

    fn sha256(self) -> [u8; 32] {
        match self {
            Self::List(crl) => crl.sha256(),
            Self::Response(response, _) => response.sha256(),
        }
    }

    fn signature_algorithm(self) -> Option<SignatureAlgorithm> {
        match self {
            Self::List(crl) => crl.signature_algorithm(),
            Self::Response(response, _) => response.signature_algorithm(),
        }
    }

    /// The date since which what expired is still spoken of.
    fn keeps_expired_since(self) -> Option<Time> {
        match self {
            Self::List(crl) => crl.keeps_expired_since(),
            Self::Response(_, answer) => answer.archive_cutoff,
        }
    }

    /// Whether it was made at `time` or later, or holds until then.
    pub(super) fn speaks_for(self, time: Time) -> bool {
        self.this_update() >= time || self.next_update().is_some_and(|next| next >= time)
    }

    /// Whether it was made when the certificate had expired, and does not promise to keep such certificates.
    pub(super) fn may_have_dropped(self, certificate: &Certificate) -> bool {
        certificate.not_after() < self.this_update() && self.keeps_expired_since().is_none_or(|since| since > certificate.not_after())
    }
}

/// What lists of one series, or the responses, say.
pub(super) struct Finding<'a> {
    /// The list or response; the delta list where one was used.
    pub(super) statement: Statement<'a>,
    pub(super) origin: Origin,
    pub(super) reasons: u16,
    /// When it was revoked, and the number of CRLReason.
    pub(super) revoked: Option<(Time, u8)>,
}

/// Looks up the status of certificates, each once.
pub(super) struct Statuses<'a> {
    pub(super) question: Question<'a>,
    known: HashMap<Key, RevocationFacts>,
    pub(super) signers: HashMap<Key, Authority>,
    /// Fingerprints of the signers of lists and responses whose paths are being looked up.
    pub(super) pending: Vec<[u8; 32]>,
}

/// Fingerprints of a certificate, list or response, of the issuer, and of the anchor.
type Key = ([u8; 32], Option<[u8; 32]>, Option<[u8; 32]>);

/// Whether a list or response may speak, or the id of why not.
pub(super) type Authority = Result<(), &'static str>;

/// A certificate with those above it.
#[derive(Clone, Copy)]
pub(super) struct Subject<'c> {
    pub(super) certificate: &'c Certificate,
    pub(super) issuer: Option<&'c Certificate>,
    pub(super) anchor: Option<&'c Certificate>,
}

impl Subject<'_> {
    pub(super) fn key(&self, fingerprint: [u8; 32]) -> Key {
        (fingerprint, self.issuer.map(Certificate::sha256), self.anchor.map(Certificate::sha256))
    }
}

impl<'a> Statuses<'a> {
    pub(super) fn new(question: Question<'a>) -> Self {
        Self { question, known: HashMap::new(), signers: HashMap::new(), pending: Vec::new() }
    }

    /// The status of `certificate`, issued by `issuer` on a path to `anchor`.
    pub(super) fn of(
        &mut self,
        certificate: &Certificate,
        issuer: Option<&Certificate>,
        anchor: Option<&Certificate>,
    ) -> Result<RevocationFacts, Exceeded> {
        let subject = Subject { certificate, issuer, anchor };
        let key = subject.key(certificate.sha256());
        if let Some(facts) = self.known.get(&key) {
            return Ok(facts.clone());
        }
        let mut facts = self.look_up(subject)?;
        self.want(subject, &mut facts);
        self.known.insert(key, facts.clone());
        Ok(facts)
    }

    fn look_up(&mut self, subject: Subject<'_>) -> Result<RevocationFacts, Exceeded> {
        let mut facts = RevocationFacts::unknown(subject.certificate);
        let mut findings = self.lists(subject, &mut facts)?;
        findings.extend(self.responses(subject, &mut facts)?);
        let revoked = findings.iter().filter(|finding| finding.revoked.is_some());
        if let Some(finding) = revoked.min_by_key(|finding| finding.revoked) {
            facts.take(RevocationStatus::Revoked, finding, self.question.evidence);
            return Ok(facts);
        }
        if let Some(finding) = self.good(&findings, &mut facts) {
            facts.take(RevocationStatus::Good, finding, self.question.evidence);
        }
        Ok(facts)
    }

    /// Notes where the status may be asked for, and why it was not had there. Of what leads to no anchor, and of what has run out, nobody
    /// needs to know it.
    fn want(&self, subject: Subject<'_>, facts: &mut RevocationFacts) {
        let time = self.question.time;
        let (Some(issuer), Some(_)) = (subject.issuer, subject.anchor) else { return };
        if facts.is_settled_at(time) || time > subject.certificate.not_after() {
            return;
        }
        self.question.wanted.add(Request::status(subject.certificate, issuer));
        let failures = self.question.evidence.failures(subject.certificate);
        facts.rejected.extend(failures.cloned());
    }

    /// Which finding says that the certificate is good for all reasons; that some are not covered is noted.
    fn good<'f>(&self, findings: &'f [Finding<'a>], facts: &mut RevocationFacts) -> Option<&'f Finding<'a>> {
        let time = self.question.time;
        let nearness = |finding: &&Finding<'_>| {
            let made = finding.statement.this_update();
            (!finding.statement.speaks_for(time), made > time, made.seconds_since(time).abs())
        };
        if let Some(finding) = findings.iter().filter(|finding| finding.reasons == ALL_REASONS).min_by_key(nearness) {
            return Some(finding);
        }
        let finding = findings.iter().min_by_key(|finding| finding.statement.next_update())?;
        if findings.iter().fold(0, |covered, finding| covered | finding.reasons) == ALL_REASONS {
            return Some(finding);
        }
        facts.reject(crate::message::id::REVOCATION_CRL_REASONS, finding.statement);
        None
    }

    /// The best path of somebody who speaks for the issuer of `subject`, to the same anchor, with the status of all on it.
    pub(super) fn path_of_signer(&self, signer: &Certificate, anchor: &'a Certificate) -> Result<PathFacts, Exceeded> {
        let question = Question { anchor: Some(anchor), options: &PLAIN, ..self.question };
        let mut statuses = Self::new(question);
        statuses.pending = self.pending.clone();
        statuses.pending.push(signer.sha256());
        Search::with_statuses(question, statuses).best(signer)
    }
}

/// Nothing is asked of signers of lists and responses but what RFC 5280 asks.
static PLAIN: PathOptions = PathOptions {
    initial_policies: Vec::new(),
    explicit_policy: false,
    inhibit_policy_mapping: false,
    inhibit_any_policy: false,
    extended_key_usage: None,
};

/// Reasons as bits of ReasonFlags; bit 0 is unused.
pub(super) const ALL_REASONS: u16 = 0b1_1111_1110;
/// Signers whose own status depends on what other signers say, and so on.
pub(super) const MAX_PENDING: usize = 3;
const MAX_REJECTED: usize = 16;
/// Clocks differ a little.
const CLOCK_SECONDS: i64 = 300;
/// CRLReason certificateHold (RFC 5280 5.3.1): it may end.
const CERTIFICATE_HOLD: u8 = 6;

/// A SHA-256 as lower-case hexadecimal digits in JSON.
mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub(super) fn serialize<S: Serializer>(value: &Option<[u8; 32]>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|value| value.iter().map(|byte| format!("{byte:02x}")).collect::<String>()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 32]>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let malformed = || de::Error::custom("not a SHA-256");
        let digits =
            text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()));
        let bytes: Option<Vec<u8>> = digits.collect();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Some).ok_or_else(malformed)
    }
}
