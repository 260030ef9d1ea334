//! `kyso verify`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clap::ArgMatches;
use kyso::{Error, EvidenceFile, Limits, Message, Report, Time, Verifier};

use crate::exit::Exit;
use crate::expect::{self, Expected};
use crate::explain::{self, Wanted};
use crate::output::{self, Existing, Readers};
use crate::password::{self, Password};
use crate::session::{Outcome, Session, Stop, argument, fault, flag, path, text};
use crate::syntax::Row;
use crate::{id, input, net, say};

pub(crate) const ROWS: &[&[Row]] = &[
    &[Row::path("path", id::CLI_VALUE_PATH, id::CLI_VERIFY_PATH).many().positional()],
    input::TRUST,
    net::ROWS,
    &[
        Row::text("policy", id::CLI_VALUE_POLICY, id::CLI_VERIFY_POLICY),
        Row::text("at", id::CLI_VALUE_TIME, id::CLI_VERIFY_AT),
        Row::text("tz", id::CLI_VALUE_ZONE, id::CLI_OPTION_TZ),
        Row::flag("json", id::CLI_VERIFY_JSON),
        Row::path("output", id::CLI_VALUE_FILE, id::CLI_VERIFY_OUTPUT).short('o'),
        Row::path("save-evidence", id::CLI_VALUE_FOLDER, id::CLI_VERIFY_SAVE_EVIDENCE),
    ],
    expect::ROWS,
    &[Row::text("explain", id::CLI_VALUE_CHECK, id::CLI_VERIFY_EXPLAIN).value_optional()],
    password::OF_DOCUMENT,
    &[Row::flag("quiet", id::CLI_OPTION_QUIET).short('q')],
];

pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Outcome {
    let explain = Wanted::of(matches)?;
    let paths: Vec<&Path> = explain.path().into_iter().chain(crate::session::paths(matches, "path")).collect();
    if paths.is_empty() {
        return match explain {
            Wanted::Nothing => Err(argument(Message::new(id::CLI_ERROR_NO_PATH))),
            _ => explain::print(&explain, session),
        };
    }
    let task = Task::of(matches, session, !matches!(explain, Wanted::Nothing))?;
    if let Some(output) = path(matches, "output") {
        for path in &paths {
            output::apart_from(output, path)?;
        }
    }
    let mut results = Results::to(path(matches, "output"), session, task.json);
    let mut exit = Exit::Valid;
    let mut tally = [0_u32; 5];
    for path in &paths {
        let (page, one) = task.verify(path);
        exit = exit.and(one);
        if let Some(count) = tally.get_mut(usize::from(one.code())) {
            *count = count.saturating_add(1);
        }
        match results.put(&page) {
            // Nobody reads on; what was found out still counts.
            Err(Stop::Pipe) => return Ok(exit),
            other => other?,
        }
    }
    if paths.len() > 1 && !task.json {
        results.put(&summary(session, paths.len(), tally))?;
    }
    results.finish()?;
    Ok(exit)
}

/// What is to be done with each document.
struct Task<'a> {
    session: &'a Session,
    verifier: Verifier,
    /// The time of judgement; `None` is the time of each.
    time: Option<Time>,
    expected: Expected<'a>,
    password: Option<Password>,
    json: bool,
    explain: bool,
    /// Where evidence is kept.
    evidence: Option<&'a Path>,
}

impl<'a> Task<'a> {
    fn of(matches: &'a ArgMatches, session: &'a Session, explain: bool) -> Outcome<Self> {
        let mut verifier = Verifier::new(input::trust(matches)?).with_evidence(input::evidence(matches)?);
        if let Some(fetcher) = net::fetcher(matches)? {
            verifier = verifier.with_fetch(fetcher);
        }
        if matches.get_flag("json") {
            verifier = verifier.with_document_digest();
        }
        if let Some(name) = text(matches, "policy") {
            verifier = verifier.with_policy(input::policy(name)?);
        }
        let time = input::time(matches, "at", session)?;
        if let Some(time) = time {
            session.note(&Message::new(id::CLI_NOTE_AT).with("time", time));
            verifier = verifier.with_time(time);
        }
        let password = password::of_document(matches, session)?;
        let evidence = path(matches, "save-evidence");
        let json = flag(matches, "json");
        Ok(Self { session, verifier, time, expected: Expected::of(matches), password, json, explain, evidence })
    }

    /// What is to be said about one document, and how it counts. A document that cannot be read is one more result.
    fn verify(&self, path: &Path) -> (String, Exit) {
        let report = AssertUnwindSafe(|| {
            let mut limits = Limits::default();
            if self.explain {
                // Whoever wants to know everything has the time.
                limits.shadow_objects = u64::MAX;
            }
            let document = input::document_within(path, self.password.as_ref(), self.session, &limits)?;
            let unreadable = |error| Stop::Document(path.to_owned(), error);
            let gathered = self.verifier.gather(&document).map_err(unreadable)?;
            let report = self.verifier.judge(&gathered);
            if let Some(folder) = self.evidence {
                self.keep(folder, path, &self.verifier.evidence_files(&document, &gathered).map_err(unreadable)?, &report)?;
            }
            Ok(report)
        });
        // A document that the program fails on must not keep the others from their verdict.
        match catch_unwind(report).unwrap_or_else(|_| Err(Stop::Error(fault()))) {
            Ok(report) => self.report(&report, path),
            Err(Stop::Document(_, error) | Stop::Error(error)) => (self.error(path, &error), Exit::Error),
            Err(_) => (String::new(), Exit::Error),
        }
    }

    /// Keeps what the verdict rests on in a folder of the name of the document, with the report itself.
    fn keep(&self, folder: &Path, path: &Path, files: &[EvidenceFile], report: &Report) -> Outcome<()> {
        let name = path.file_stem().map_or_else(|| "document".into(), |name| name.to_string_lossy().into_owned());
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder).map_err(|error| Stop::Error(kyso::io_error(id::FILE_UNWRITABLE, &folder, error)))?;
        for file in files {
            output::write(&folder.join(&file.name), &[&file.bytes], Existing::Replace, Readers::AsUsual)?;
        }
        let json = report.to_json(&self.session.locale) + "\n";
        output::write(&folder.join("report.json"), &[json.as_bytes()], Existing::Replace, Readers::AsUsual)
    }

    fn report(&self, report: &Report, path: &Path) -> (String, Exit) {
        let unmet = self.expected.unmet(report);
        let locale = &self.session.locale;
        let exit = Exit::of(report.exit_code());
        let exit = if unmet.is_empty() { exit } else { exit.and(Exit::Invalid) };
        if self.json {
            return (expect::in_json(report.to_json(locale), report.exit_code(), &unmet, locale) + "\n", exit);
        }
        let style = self.session.style();
        let mut page = if self.explain { report.explain(locale, style) } else { report.to_styled_text(locale, style) };
        if !unmet.is_empty() {
            page = expect::in_page(self.session, report, &path.to_string_lossy(), &page, &unmet);
        }
        (page, exit)
    }

    fn error(&self, path: &Path, error: &Error) -> String {
        input::complain(self.session, path, error);
        if !self.json {
            return String::new();
        }
        let time = self.time.unwrap_or_else(kyso::now);
        Report::error_json_at(&path.to_string_lossy(), error, time, &self.session.locale) + "\n"
    }
}

/// Where the results go, one after another.
struct Results<'a> {
    session: &'a Session,
    file: Option<(&'a Path, String)>,
    /// A blank line stands between two pages.
    apart: bool,
    begun: bool,
}

impl<'a> Results<'a> {
    fn to(path: Option<&'a Path>, session: &'a Session, json: bool) -> Self {
        Self { session, file: path.map(|path| (path, String::new())), apart: !json, begun: false }
    }

    fn put(&mut self, page: &str) -> Outcome<()> {
        if page.is_empty() {
            return Ok(());
        }
        let gap = if self.apart && std::mem::replace(&mut self.begun, true) { "\n" } else { "" };
        let page = format!("{gap}{page}");
        match &mut self.file {
            Some((_, text)) => text.push_str(&page),
            None if self.session.quiet => {}
            None => output::print(&page)?,
        }
        Ok(())
    }

    fn finish(self) -> Outcome<()> {
        let Some((path, text)) = self.file else { return Ok(()) };
        output::write(path, &[text.as_bytes()], Existing::Replace, Readers::AsUsual)
    }
}

fn summary(session: &Session, files: usize, tally: [u32; 5]) -> String {
    let [valid, invalid, error, uncertain, unsigned] = tally;
    let message = Message::new(id::CLI_VERIFY_SUMMARY)
        .with("files", files)
        .with("valid", valid)
        .with("invalid", invalid)
        .with("uncertain", uncertain)
        .with("unsigned", unsigned)
        .with("error", error);
    say::sentence(session, &message) + "\n"
}
