//! Brings signatures to a level at which they can be checked for years.

use super::Verifier;
use crate::message::id;
use crate::sign::archive::{extended, stamp, store, validation_data};
use crate::{Document, Error, ErrorKind, Gathered, Message, Report, SignatureKind, SigningTime, Timestamper, Verdict};

/// A level of PAdES (EN 319 142-1 6), above that of a signature alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// B-T: a timestamp proves when the signature existed.
    T,
    /// B-LT: and the document has all that is needed to check it.
    Lt,
    /// B-LTA: and a timestamp proves when it had that.
    Lta,
}

/// Brings every signature of a document to a level, whoever made it.
///
/// What is missing is asked of the verifier's network and of a timestamp authority, and appended; no byte that is there changes. A document
/// that has the level already is renewed where the level is [`Level::Lta`]: the evidence of the last timestamp is stored, and a new one put
/// over it, which is to be done before the last one's certificate or algorithms end.
pub struct Upgrade<'a> {
    level: Level,
    verifier: &'a Verifier,
    timestamper: Option<&'a dyn Timestamper>,
    max_growth: Option<u64>,
}

/// A document with what was added.
#[derive(Debug)]
#[non_exhaustive]
pub struct Upgraded {
    /// The document as it is now.
    pub document: Document,
    /// What was added, in order.
    pub steps: Vec<UpgradeStep>,
}

/// One thing that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpgradeStep {
    /// Certificates and statuses; the number of bytes.
    Evidence(u64),
    /// A document timestamp; the number of bytes.
    Timestamp(u64),
}

/// What an upgrade would do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpgradePlan {
    /// The addresses that would be asked. More may turn out to be needed by what comes.
    pub requests: Vec<String>,
    /// How many timestamps would be asked for.
    pub timestamps: usize,
    /// Bytes by which the file grows at least, with what is known now.
    pub growth: u64,
}

impl<'a> Upgrade<'a> {
    /// To `level`, with the trust, the evidence, the policy and the network of `verifier`.
    #[must_use]
    pub const fn new(level: Level, verifier: &'a Verifier) -> Self {
        Self { level, verifier, timestamper: None, max_growth: None }
    }

    /// With timestamps of `timestamper`.
    #[must_use]
    pub fn with_timestamper(mut self, timestamper: &'a dyn Timestamper) -> Self {
        self.timestamper = Some(timestamper);
        self
    }

    /// Refuses to let the file grow by more than this many bytes.
    #[must_use]
    pub const fn with_max_growth(mut self, bytes: u64) -> Self {
        self.max_growth = Some(bytes);
        self
    }

    /// Upgrades `document`; it is not changed itself.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] where there is no signature, one of them failed, evidence could not be had, or the file would grow too much;
    /// whatever the timestamper says where none could be had.
    pub fn apply(&self, document: &Document) -> crate::Result<Upgraded> {
        let (_, report) = self.check(document)?;
        let mut work = Work { upgrade: self, current: None, original: document, steps: Vec::new() };
        if report.signatures().iter().any(lacks_time) {
            work.stamp()?;
        }
        if self.level >= Level::Lt {
            work.store()?;
        }
        if self.level >= Level::Lta {
            work.stamp()?;
        }
        match work.current {
            Some(document) => Ok(Upgraded { document, steps: work.steps }),
            None => Err(refused(Message::new(id::UPGRADE_NOTHING))),
        }
    }

    /// What [`Self::apply`] would do, without asking anybody for a timestamp.
    ///
    /// # Errors
    /// As [`Self::apply`], as far as it can be known.
    pub fn plan(&self, document: &Document) -> crate::Result<UpgradePlan> {
        let (gathered, report) = self.check(document)?;
        let first = usize::from(report.signatures().iter().any(lacks_time));
        let timestamps = first.saturating_add(usize::from(self.level >= Level::Lta));
        let stored = if self.level >= Level::Lt { store(document, &validation_data(document, &gathered)?)?.len() } else { 0 };
        // The hole for a token is twice as long as the token, and a field comes with it.
        let token = self.timestamper.map_or(0, Timestamper::token_length).saturating_mul(2).saturating_add(FIELD_LENGTH);
        let growth = stored.saturating_add(token.saturating_mul(timestamps));
        let mut requests: Vec<String> = Vec::new();
        // The other ways are for when the first one fails.
        for request in gathered.wanted.iter().filter(|request| self.level >= Level::Lt && request.way() == 0) {
            if !requests.iter().any(|known| known == request.address()) {
                requests.push(request.address().to_owned());
            }
        }
        Ok(UpgradePlan { requests, timestamps, growth: u64::try_from(growth).unwrap_or(u64::MAX) })
    }

    /// A document whose signatures are worth it.
    fn check(&self, document: &Document) -> crate::Result<(Gathered, Report)> {
        let gathered = self.verifier.gather(document)?;
        let report = self.verifier.judge(&gathered);
        if report.verdict() == Verdict::Unsigned {
            return Err(refused(Message::new(id::UPGRADE_UNSIGNED)));
        }
        if let Some(failed) = report.signatures().iter().find(|one| one.verdict() == Verdict::Failed) {
            let check = failed.why().first().map(|why| why.message.id().to_owned()).unwrap_or_default();
            return Err(refused(Message::new(id::UPGRADE_FAILED).with("number", failed.number()).with("check", check)));
        }
        Ok((gathered, report))
    }
}

impl std::fmt::Debug for Upgrade<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Upgrade").field("level", &self.level).field("max_growth", &self.max_growth).finish_non_exhaustive()
    }
}

/// Whether nothing proves a time of it yet.
fn lacks_time(one: &crate::SignatureReport) -> bool {
    let is_below = one.level().is_none_or(|level| level == "B-B");
    one.kind() == SignatureKind::Signature && is_below && !matches!(one.time(), SigningTime::Timestamp { .. })
}

/// An upgrade in progress.
struct Work<'w, 'a> {
    upgrade: &'w Upgrade<'a>,
    original: &'w Document,
    current: Option<Document>,
    steps: Vec<UpgradeStep>,
}

impl Work<'_, '_> {
    fn document(&self) -> &Document {
        self.current.as_ref().unwrap_or(self.original)
    }

    fn stamp(&mut self) -> crate::Result<()> {
        let timestamper =
            self.upgrade.timestamper.ok_or_else(|| Error::new(ErrorKind::Argument, Message::new(id::UPGRADE_NEEDS_TIMESTAMPER)))?;
        let appended = stamp(self.document(), timestamper)?;
        self.append(&appended, UpgradeStep::Timestamp)
    }

    /// Stores what is needed, and makes sure that it is all there.
    fn store(&mut self) -> crate::Result<()> {
        let gathered = self.upgrade.verifier.gather(self.document())?;
        let data = validation_data(self.document(), &gathered)?;
        let appended = store(self.document(), &data)?;
        if !appended.is_empty() {
            self.append(&appended, UpgradeStep::Evidence)?;
        }
        let report = self.upgrade.verifier.judge(&self.upgrade.verifier.gather(self.document())?);
        for one in report.signatures() {
            if let (Some("B-B" | "B-T"), Some(lacking)) = (one.level(), one.lacks()) {
                return Err(refused(lacks(lacking)));
            }
        }
        Ok(())
    }

    fn append(&mut self, appended: &[u8], step: fn(u64) -> UpgradeStep) -> crate::Result<()> {
        let next = extended(self.document(), appended)?;
        let bytes = u64::try_from(appended.len()).unwrap_or(u64::MAX);
        let growth = u64::try_from(next.bytes().len().saturating_sub(self.original.bytes().len())).unwrap_or(u64::MAX);
        if let Some(limit) = self.upgrade.max_growth.filter(|limit| growth > *limit) {
            return Err(refused(Message::new(id::UPGRADE_GROWTH).with("bytes", growth).with("limit", limit)));
        }
        self.current = Some(next);
        self.steps.push(step(bytes));
        Ok(())
    }
}

/// What could not be had, as an error.
fn lacks(lacking: &Message) -> Message {
    let id = if lacking.id() == id::LEVEL_LACKS_CERTIFICATE { id::UPGRADE_LACKS_CERTIFICATE } else { id::UPGRADE_LACKS_STATUS };
    let named = lacking.arguments().iter().find(|(name, _)| &**name == "name");
    match named {
        Some((_, name)) => Message::new(id).with("name", name.clone()),
        None => Message::new(id).with_word("name", id::WORD_UNKNOWN_NAME),
    }
}

fn refused(message: Message) -> Error {
    Error::new(ErrorKind::Refused, message)
}

/// A field, its widget, and a cross-reference section.
const FIELD_LENGTH: usize = 2 << 10;

#[cfg(test)]
mod tests;
