//! `kyso sign` with many documents: several at a time, each output whole or not there, and on from where it was interrupted.

use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use clap::ArgMatches;
use kyso::{Document, DocumentOptions, Error, ErrorKind, Match, Message, Signer, TimestampClient, TrustStore, Verifier, io_error};

use crate::exit::Exit;
use crate::output::{self, Existing};
use crate::password::{self, Password};
use crate::session::{Outcome, Session, Stop, argument, fault, flag, path};
use crate::stamp;
use crate::syntax::Row;
use crate::{id, input, say, sign};

pub(crate) const ROWS: &[Row] = &[
    Row::number("jobs", id::CLI_SIGN_JOBS).short('j'),
    Row::flag("resume", id::CLI_SIGN_RESUME).excludes(&["force"]),
    Row::flag("fail-fast", id::CLI_SIGN_FAIL_FAST),
];

/// More documents are no batch that somebody looks at.
const MOST_DOCUMENTS: usize = 1_000_000;
/// More at a time than this is of no use to anybody.
const MOST_JOBS: usize = 64;
/// Whoever waits for an authority or a disk needs no processor, and an authority that answers eight at a time should never wait.
const JOBS_THAT_WAIT: usize = 16;
/// So many documents in a row without a time-stamp, and none will come.
const PATIENCE: usize = 3;

/// Set by Ctrl-C: what is begun is ended, and nothing is begun.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// What is wrong with the key is wrong for every document.
const OF_THE_KEY: &[&str] = &[
    id::SIGN_CERTIFICATE_EXPIRED,
    id::SIGN_CERTIFICATE_NOT_YET_VALID,
    id::SIGN_DIGEST_FOR_KEY,
    id::SIGN_KEY_UNSUPPORTED,
    id::SIGN_KEY_USAGE,
    id::SIGN_PADDING,
    id::SIGN_RSA_SHORT,
];

/// One document, and where it goes when it is signed.
struct Work {
    input: PathBuf,
    output: PathBuf,
}

/// How it went with a document.
enum Done {
    Signed,
    /// By an earlier run.
    There,
}

/// Whether `paths` mean more than one document.
pub(crate) fn is_meant(paths: &[&Path]) -> bool {
    paths.len() > 1 || paths.first().is_some_and(|path| path.is_dir())
}

pub(crate) fn run(matches: &ArgMatches, session: &Session, paths: &[&Path]) -> Outcome {
    let folder = path(matches, "output").ok_or_else(|| argument(Message::new(id::CLI_SIGN_NO_FOLDER)))?;
    if folder.exists() && !folder.is_dir() {
        return Err(argument(Message::new(id::CLI_SIGN_NO_FOLDER)));
    }
    let works = works(paths, folder)?;
    let stamper = stamp::stamper(matches, session)?;
    let waits = if stamper.is_some() { JOBS_THAT_WAIT } else { 1 };
    let usual = || thread::available_parallelism().map_or(1, usize::from).max(waits);
    let jobs = matches.get_one::<u32>("jobs").map_or_else(usual, |jobs| usize::try_from(*jobs).unwrap_or(MOST_JOBS));
    let batch = Batch {
        matches,
        session,
        signer: sign::signer(matches, session)?,
        stamper,
        password: password::of_document(matches, session)?,
        works,
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        signed: AtomicUsize::new(0),
        there: AtomicUsize::new(0),
        failed: AtomicUsize::new(0),
        unstamped: AtomicUsize::new(0),
    };
    // Where no handler can be set, Ctrl-C ends the process at once; no half output is left then either.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, MOST_JOBS) {
            scope.spawn(|| batch.work());
        }
    });
    batch.summary()
}

/// The documents that `paths` mean, folders with all that is in them, in order.
fn works(paths: &[&Path], folder: &Path) -> Outcome<Vec<Work>> {
    let own = folder.canonicalize().ok();
    let mut works = Vec::new();
    for path in paths {
        if path.is_dir() {
            for input in documents_in(path, own.as_deref())? {
                let below = input.strip_prefix(path).unwrap_or(&input);
                works.push(Work { output: folder.join(below), input });
            }
        } else {
            let name = path.file_name().ok_or_else(|| argument(Message::new(id::CLI_SIGN_NO_FOLDER)))?;
            works.push(Work { input: path.to_path_buf(), output: folder.join(name) });
        }
    }
    let mut seen = HashSet::new();
    for work in &works {
        if !seen.insert(&work.output) {
            let file = work.output.to_string_lossy().into_owned();
            return Err(argument(Message::new(id::CLI_SIGN_SAME_OUTPUT).with("file", file)));
        }
        output::apart_from(&work.output, &work.input)?;
    }
    if works.is_empty() {
        return Err(argument(Message::new(id::CLI_SIGN_NOTHING)));
    }
    Ok(works)
}

/// Every PDF file below `folder`, but for what is below `own`, where the outputs go. Links to folders are not followed.
fn documents_in(folder: &Path, own: Option<&Path>) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let cannot = |error| io_error(id::FILE_UNREADABLE, &folder, error);
        for entry in fs::read_dir(&folder).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let path = entry.path();
            let kind = entry.file_type().map_err(cannot)?;
            let is_pdf = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"));
            if kind.is_dir() {
                if own.is_none() || path.canonicalize().ok().as_deref() != own {
                    folders.push(path);
                }
            } else if is_pdf && path.is_file() {
                found.push(path);
            }
        }
        if found.len().max(folders.len()) > MOST_DOCUMENTS {
            return Err(argument(Message::new(id::CLI_SIGN_TOO_MANY).with("count", MOST_DOCUMENTS)));
        }
    }
    found.sort();
    Ok(found)
}

/// All that the threads share.
struct Batch<'a> {
    matches: &'a ArgMatches,
    session: &'a Session,
    signer: Box<dyn Signer + Send + Sync>,
    stamper: Option<TimestampClient>,
    password: Option<Password>,
    works: Vec<Work>,
    /// The place of the next document.
    next: AtomicUsize,
    stop: AtomicBool,
    signed: AtomicUsize,
    there: AtomicUsize,
    failed: AtomicUsize,
    /// How many documents in a row got no time-stamp.
    unstamped: AtomicUsize,
}

impl Batch<'_> {
    /// Signs one document after the other until there are no more.
    fn work(&self) {
        while !self.stop.load(Ordering::Relaxed) && !INTERRUPTED.load(Ordering::Relaxed) {
            let Some(work) = self.works.get(self.next.fetch_add(1, Ordering::Relaxed)) else { return };
            // A document that the program fails on must not keep the others from being signed.
            let outcome = catch_unwind(AssertUnwindSafe(|| self.sign(work))).unwrap_or_else(|_| Err(Stop::Error(fault())));
            match outcome {
                Ok(done) => {
                    let counter = if matches!(done, Done::Signed) { &self.signed } else { &self.there };
                    counter.fetch_add(1, Ordering::Relaxed);
                    self.unstamped.store(0, Ordering::Relaxed);
                }
                Err(Stop::Document(_, error) | Stop::Error(error)) => self.fail(work, &error),
                Err(Stop::Exit(_) | Stop::Pipe) => self.fail(work, &fault()),
            }
        }
    }

    fn sign(&self, work: &Work) -> Outcome<Done> {
        let document = self.open(&work.input)?;
        if flag(self.matches, "resume") && self.is_signed(&document, work) {
            return Ok(Done::There);
        }
        let existing = if flag(self.matches, "force") { Existing::Replace } else { Existing::Keep };
        let is_dry = flag(self.matches, "dry-run");
        if existing == Existing::Keep && !is_dry {
            output::refuse_existing(&work.output)?;
        }
        // The time that is claimed is that of each document.
        let options = sign::options(self.matches, self.session)?;
        for shadow in document.shadows()?.iter().filter(|_| !self.session.quiet) {
            say::note(self.session, &format!("{}: {}", kyso::printable(&work.input.to_string_lossy()), self.session.text(shadow)));
        }
        if is_dry {
            options.prepare(&document, self.signer.identity())?;
            return Ok(Done::Signed);
        }
        let signed = sign::signed(&options, &document, self.signer.as_ref(), self.stamper.as_ref())?;
        if let Some(folder) = work.output.parent() {
            fs::create_dir_all(folder).map_err(|error| io_error(id::FILE_UNWRITABLE, folder, error))?;
        }
        output::save(&signed, &work.output, existing)?;
        Ok(Done::Signed)
    }

    /// Nobody is asked for a password while others work.
    fn open(&self, path: &Path) -> kyso::Result<Document> {
        let mut options = DocumentOptions::default();
        options.password = self.password.clone();
        options.name = Some(path.to_string_lossy().into_owned());
        Document::open_with(path, options)
    }

    /// Whether the output is `document` with an intact signature of this signer over all of it, and a time-stamp where one is wanted. The
    /// file itself says so; nothing else that could be lost or grow old is believed.
    fn is_signed(&self, document: &Document, work: &Work) -> bool {
        let Ok(output) = self.open(&work.output) else { return false };
        if output.bytes().len() <= document.bytes().len() || !output.bytes().starts_with(document.bytes()) {
            return false;
        }
        let Ok(gathered) = Verifier::new(TrustStore::new()).gather(&output) else { return false };
        let fits = |facts: &kyso::SignatureFacts| {
            let Some(cms) = facts.cms.as_ref().filter(|_| facts.coverage.whole_file) else { return false };
            let is_stamped = cms.signature_timestamps.iter().any(|stamp| stamp.value() == Match::Matches);
            cms.content == Match::Matches
                && cms.value == Match::Matches
                && cms.signer.as_ref() == Some(&self.signer.identity().certificate)
                && (is_stamped || self.stamper.is_none())
        };
        gathered.facts.document.signatures.iter().any(fits)
    }

    fn fail(&self, work: &Work, error: &Error) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        input::complain(self.session, &work.input, error);
        let unstamped =
            if error.kind() == ErrorKind::Timestamp { self.unstamped.fetch_add(1, Ordering::Relaxed).saturating_add(1) } else { 0 };
        if flag(self.matches, "fail-fast") || unstamped >= PATIENCE || OF_THE_KEY.contains(&error.message().id()) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn summary(&self) -> Outcome {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        let (signed, there, failed) = (count(&self.signed), count(&self.there), count(&self.failed));
        let left = self.works.len().saturating_sub(signed).saturating_sub(there).saturating_sub(failed);
        let message = Message::new(id::CLI_SIGN_SUMMARY)
            .with("files", self.works.len())
            .with("signed", signed)
            .with("there", there)
            .with("failed", failed)
            .with("left", left);
        if !self.session.quiet {
            let mut out = say::sentence(self.session, &message) + "\n";
            if failed > 0 || left > 0 {
                out.push_str(&say::to_do(self.session, self.session.word(id::CLI_SIGN_AGAIN)));
            }
            output::print_page(self.session, &out)?;
        }
        Ok(if INTERRUPTED.load(Ordering::Relaxed) && left > 0 {
            Exit::Interrupted
        } else if failed > 0 || left > 0 {
            Exit::Error
        } else {
            Exit::Valid
        })
    }
}
