//! `kyso sign`.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kyso::{
    Certification, DigestAlgorithm, Document, Identity, Message, Padding, PemKey, Pkcs12, Scrutiny, SignOptions, Signed, Signer, Timestamp,
    TimestampClient,
};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::output::{self, Existing};
use crate::password;
use crate::session::{Outcome, Session, Stop, argument, flag, path, paths, text};
use crate::store::pem;
use crate::syntax::Row;
use crate::{batch, id, input, say, stamp};

pub(crate) const ROWS: &[&[Row]] = &[
    &[
        Row::path("file", id::CLI_VALUE_FILE, id::CLI_SIGN_FILES).many().positional(),
        Row::path("p12", id::CLI_VALUE_FILE, id::CLI_SIGN_STORE).excludes(&["key", "cert"]),
        Row::path("key", id::CLI_VALUE_FILE, id::CLI_SIGN_KEY),
        Row::path("cert", id::CLI_VALUE_FILE, id::CLI_SIGN_CERT).many().needs(&["key"]),
        Row::path("output", id::CLI_VALUE_FILE, id::CLI_SIGN_OUTPUT).short('o'),
        Row::flag("force", id::CLI_OPTION_FORCE),
        Row::flag("dry-run", id::CLI_SIGN_DRY_RUN),
    ],
    HOW,
    stamp::ROWS,
    batch::ROWS,
    password::OF_KEY,
    password::OF_DOCUMENT,
    &[Row::flag("quiet", id::CLI_OPTION_QUIET).short('q')],
];

/// How to sign; `kyso prepare` has them too.
pub(crate) const HOW: &[Row] = &[
    Row::text("field", id::CLI_VALUE_NAME, id::CLI_SIGN_FIELD),
    Row::text("reason", id::CLI_VALUE_TEXT, id::CLI_SIGN_REASON),
    Row::text("location", id::CLI_VALUE_TEXT, id::CLI_SIGN_LOCATION),
    Row::text("contact", id::CLI_VALUE_TEXT, id::CLI_SIGN_CONTACT),
    Row::text("time", id::CLI_VALUE_TIME, id::CLI_SIGN_TIME),
    Row::text("tz", id::CLI_VALUE_ZONE, id::CLI_OPTION_TZ),
    Row::choice("digest", &["sha256", "sha384", "sha512"], id::CLI_SIGN_DIGEST),
    Row::flag("pss", id::CLI_SIGN_PSS),
    Row::choice("certify", &["no-changes", "form-filling", "annotations"], id::CLI_SIGN_CERTIFY),
    Row::flag("strict", id::CLI_SIGN_STRICT).excludes(&["accept-shadow"]),
    Row::flag("accept-shadow", id::CLI_SIGN_ACCEPT_SHADOW),
];

const DIGESTS: [(&str, DigestAlgorithm); 3] =
    [("sha256", DigestAlgorithm::Sha256), ("sha384", DigestAlgorithm::Sha384), ("sha512", DigestAlgorithm::Sha512)];

/// `--certify`, what it means to the library, and how it is said.
const CERTIFICATIONS: [(&str, Certification, &str); 3] = [
    ("no-changes", Certification::NoChanges, id::CLI_SIGN_CERTIFIED_NO_CHANGES),
    ("form-filling", Certification::FormFilling, id::CLI_SIGN_CERTIFIED_FORM_FILLING),
    ("annotations", Certification::Annotations, id::CLI_SIGN_CERTIFIED_ANNOTATIONS),
];

pub(crate) fn run(matches: &ArgMatches, session: &Session) -> Outcome {
    let inputs: Vec<&Path> = paths(matches, "file").collect();
    if batch::is_meant(&inputs) {
        return batch::run(matches, session, &inputs);
    }
    let input = required(matches, "file")?;
    let output = output_path(matches, input)?;
    for read in [Some(input), path(matches, "p12"), path(matches, "key")].into_iter().flatten().chain(paths(matches, "cert")) {
        output::apart_from(&output, read)?;
    }
    let existing = if flag(matches, "force") { Existing::Replace } else { Existing::Keep };
    if existing == Existing::Keep && !flag(matches, "dry-run") {
        output::refuse_existing(&output)?;
    }
    let options = options(matches, session)?;
    let password = password::of_document(matches, session)?;
    let document = input::document(input, password.as_ref(), session)?;
    warn(&document, session)?;
    let signer = signer(matches, session)?;
    if flag(matches, "dry-run") {
        let prepared = options.prepare(&document, signer.identity())?;
        let what = What { headline: id::CLI_SIGN_COULD, file: input, field: prepared.field(), timestamp: None };
        return page(session, matches, &options, signer.identity(), &what);
    }
    let stamper = stamp::stamper(matches, session)?;
    let signed = signed(&options, &document, signer.as_ref(), stamper.as_ref())?;
    output::save(&signed, &output, existing)?;
    let what = What { headline: id::CLI_SIGN_DONE, file: &output, field: signed.field(), timestamp: signed.timestamp() };
    page(session, matches, &options, signer.identity(), &what)
}

/// Signs, with a time-stamp where somebody is there to give one.
pub(crate) fn signed(
    options: &SignOptions,
    document: &Document,
    signer: &dyn Signer,
    stamper: Option<&TimestampClient>,
) -> kyso::Result<Signed> {
    match stamper {
        Some(stamper) => options.sign_with_timestamp(document, signer, stamper),
        None => options.sign(document, signer),
    }
}

/// How to sign, as the options of [`HOW`] say.
pub(crate) fn options(matches: &ArgMatches, session: &Session) -> Outcome<SignOptions> {
    let mut options = SignOptions::new();
    let time = input::time(matches, "time", session)?.unwrap_or(options.time);
    options = options.with_time(time, session.locale.zone);
    let owned = |name| text(matches, name).map(str::to_owned);
    (options.reason, options.location, options.contact) = (owned("reason"), owned("location"), owned("contact"));
    options.pdf.field = owned("field");
    options.pdf.certification = certification(matches).map(|(_, certification, _)| *certification);
    options.digest = DIGESTS.iter().find(|(name, _)| text(matches, "digest") == Some(name)).map(|(_, digest)| *digest);
    options.scrutiny = match (flag(matches, "strict"), flag(matches, "accept-shadow")) {
        (true, _) => Scrutiny::Strict,
        (false, true) => Scrutiny::Accepting,
        (false, false) => Scrutiny::Usual,
    };
    if flag(matches, "pss") {
        options = options.with_padding(Padding::Pss);
    }
    Ok(options)
}

/// Says what the document can show besides what is signed.
pub(crate) fn warn(document: &Document, session: &Session) -> Outcome<()> {
    for shadow in document.shadows()? {
        session.note(shadow);
    }
    Ok(())
}

fn certification(matches: &ArgMatches) -> Option<&'static (&'static str, Certification, &'static str)> {
    let name = text(matches, "certify")?;
    CERTIFICATIONS.iter().find(|(certification, ..)| *certification == name)
}

/// The value of an option or argument that the command cannot do without.
pub(crate) fn required<'a>(matches: &'a ArgMatches, name: &'static str) -> Outcome<&'a Path> {
    let missing = || {
        let message = Message::new(id::CLI_ERROR_MISSING);
        argument(match name {
            "file" => message.with_word("option", id::CLI_VALUE_FILE),
            "state" => message.with_word("option", id::CLI_VALUE_STATE),
            _ => message.with("option", format!("--{name}")),
        })
    };
    path(matches, name).ok_or_else(missing)
}

/// `-o`, else `NAME.signed.pdf` beside the document.
fn output_path(matches: &ArgMatches, input: &Path) -> Outcome<PathBuf> {
    if let Some(path) = path(matches, "output") {
        return Ok(path.to_owned());
    }
    if input.as_os_str() == "-" {
        return Err(argument(Message::new(id::CLI_ERROR_MISSING).with("option", "--output")));
    }
    if input.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
        return Ok(input.with_extension("signed.pdf"));
    }
    let mut name = input.as_os_str().to_owned();
    name.push(".signed.pdf");
    Ok(name.into())
}

/// What makes a key of a password.
type Opener<'a> = dyn Fn(Option<&str>) -> kyso::Result<Box<dyn Signer + Send + Sync>> + 'a;

/// The key that the options name.
pub(crate) fn signer(matches: &ArgMatches, session: &Session) -> Outcome<Box<dyn Signer + Send + Sync>> {
    let given = password::of_key(matches, session)?;
    let opened = |file: &Path, open: &Opener<'_>| {
        let question = Message::new(id::CLI_ASK_KEY_PASSWORD).with("file", file.to_string_lossy().into_owned());
        password::open(session, &question, given.as_ref(), |password| open(password.map(|password| password.as_str())))?
            .map_err(Stop::Error)
    };
    if let Some(file) = path(matches, "p12") {
        let bytes = Zeroizing::new(input::small_file(file)?);
        return opened(file, &|password| Ok(Box::new(Pkcs12::from_bytes(&bytes, password.unwrap_or_default())?)));
    }
    let Some(file) = path(matches, "key") else { return Err(argument(Message::new(id::CLI_SIGN_NO_KEY))) };
    let bytes = Zeroizing::new(input::small_file(file)?);
    let certificates = input::certificates(paths(matches, "cert"))?;
    let certificates: String = certificates.iter().map(|certificate| pem("CERTIFICATE", certificate.as_der())).collect();
    opened(file, &|password| Ok(Box::new(PemKey::from_bytes(&bytes, password, certificates.as_bytes())?)))
}

/// What was signed, or would be.
struct What<'a> {
    headline: &'static str,
    file: &'a Path,
    field: &'a str,
    timestamp: Option<&'a Timestamp>,
}

/// The same in words.
fn page(session: &Session, matches: &ArgMatches, options: &SignOptions, identity: &Identity, what: &What<'_>) -> Outcome {
    if session.quiet {
        return Ok(Exit::Valid);
    }
    let certificate = &identity.certificate;
    let subject = certificate.subject();
    let mut names: Vec<_> = [subject.display_name(), subject.organization()].into_iter().flatten().map(kyso::printable).collect();
    names.dedup();
    let message = Message::new(what.headline).with("file", what.file.to_string_lossy().into_owned()).with("names", names.join(", "));
    let mut out = say::sentence(session, &message) + "\n";
    let mut line = |label, text: &str| out.push_str(&say::labelled(session, label, text));
    let at = match what.timestamp {
        Some(timestamp) => {
            let authority = timestamp.authority.subject();
            let authority = authority.display_name().map_or_else(|| authority.to_string(), str::to_owned);
            Message::new(id::CLI_SIGN_STAMPED).with("time", timestamp.time).with("authority", authority)
        }
        None => Message::new(id::CLI_SIGN_AT).with("time", options.time),
    };
    line(id::CLI_LABEL_SIGNED, &say::sentence(session, &at));
    line(id::CLI_LABEL_FIELD, &kyso::printable(what.field));
    for (label, name) in [(id::CLI_LABEL_REASON, "reason"), (id::CLI_LABEL_LOCATION, "location")] {
        if let Some(value) = text(matches, name) {
            line(label, &kyso::printable(value));
        }
    }
    let issuer = certificate.issuer();
    let issuer = issuer.display_name().map_or_else(|| issuer.to_string(), str::to_owned);
    let in_date = Message::new(id::CLI_SIGN_CERTIFICATE).with_day("until", certificate.not_after()).with("issuer", issuer);
    line(id::CLI_LABEL_CERTIFICATE, &say::sentence(session, &in_date));
    line(id::CLI_LABEL_KIND, session.word(certification(matches).map_or(id::CLI_SIGN_APPROVAL, |(.., said)| *said)));
    output::print_page(session, &out)?;
    Ok(Exit::Valid)
}

/// The document that a prepared signature belongs to.
pub(crate) fn document(matches: &ArgMatches, name: &'static str, session: &Session) -> Outcome<Document> {
    let password = password::of_document(matches, session)?;
    input::document(required(matches, name)?, password.as_ref(), session)
}
