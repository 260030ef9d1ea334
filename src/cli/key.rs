//! `kyso key new`: a demo identity, to learn and to test with. It says so wherever it is shown.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kyso::{Error, ErrorKind, Message, Time};
use p12_keystore::{Certificate as StoredCertificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber,
};
use time::{Duration, OffsetDateTime};

use crate::exit::Exit;
use crate::output::{self, Existing, Readers};
use crate::password;
use crate::session::{Outcome, Session, Stop, argument, flag, text};
use crate::sign::required;
use crate::store::pem;
use crate::syntax::{Command, Row};
use crate::{id, say};

pub(crate) const COMMANDS: &[Command] = &[Command {
    name: "new",
    about: id::CLI_KEY_NEW,
    more: id::CLI_KEY_NEW_MORE,
    rows: &[ROWS, password::OF_KEY],
    children: &[],
    run: new,
}];

const ROWS: &[Row] = &[
    Row::text("name", id::CLI_VALUE_NAME, id::CLI_KEY_NAME),
    Row::text("org", id::CLI_VALUE_NAME, id::CLI_KEY_ORG),
    Row::path("output", id::CLI_VALUE_FILE, id::CLI_KEY_OUTPUT).short('o'),
    Row::flag("force", id::CLI_OPTION_FORCE),
];

/// Everybody who looks at the certificate, in whatever program, reads this.
const UNIT: &str = "DEMO – chỉ để thử, không có giá trị pháp lý";
const AUTHORITY: &str = "DEMO CA – chỉ để thử";
const YEAR: Duration = Duration::days(365);
/// Clocks differ; the identity can be used at once everywhere.
const EARLIER: Duration = Duration::minutes(10);

fn new(matches: &ArgMatches, session: &Session) -> Outcome {
    let name = text(matches, "name").ok_or_else(|| argument(Message::new(id::CLI_ERROR_MISSING).with("option", "--name")))?;
    let path = required(matches, "output")?;
    let existing = if flag(matches, "force") { Existing::Replace } else { Existing::Keep };
    let (authority, list) = (beside(path, "ca.pem"), beside(path, "crl"));
    if existing == Existing::Keep {
        for path in [path, &authority, &list] {
            output::refuse_existing(path)?;
        }
    }
    let password = match password::of_key(matches, session)? {
        Some(password) => password,
        None => password::ask_twice(session)?,
    };
    let demo = Demo::make(name, text(matches, "org"), kyso::now()).map_err(failed)?;
    let store = demo.store(&password).map_err(failed)?;
    output::write(path, &[&store], existing, Readers::Owner)?;
    output::write(&authority, &[pem("CERTIFICATE", &demo.authority).as_bytes()], existing, Readers::AsUsual)?;
    output::write(&list, &[&demo.list], existing, Readers::AsUsual)?;
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let message = Message::new(id::CLI_KEY_DONE).with("file", shown(path)).with("name", name);
    let mut out = say::sentence(session, &message) + "\n";
    for (label, path) in [(id::CLI_LABEL_KEY, path), (id::CLI_LABEL_AUTHORITY, &authority), (id::CLI_LABEL_LIST, &list)] {
        out.push_str(&say::labelled(session, label, &shown(path)));
    }
    let next = Message::new(id::CLI_KEY_NEXT).with("file", shown(path)).with("ca", shown(&authority)).with("crl", shown(&list));
    out.push_str(&say::to_do(session, &session.text(&next)));
    output::print_page(session, &out)?;
    Ok(Exit::Valid)
}

/// A key with its certificate, and what is needed to find it valid. The key of the authority is kept nowhere.
struct Demo {
    key: Vec<u8>,
    certificate: Vec<u8>,
    authority: Vec<u8>,
    list: Vec<u8>,
}

impl Demo {
    fn make(name: &str, organization: Option<&str>, now: Time) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let now = OffsetDateTime::from_unix_timestamp(now.unix())?;
        let authority_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = dated(now, &[(DnType::OrganizationalUnitName, UNIT), (DnType::CommonName, AUTHORITY)]);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority = params.self_signed(&authority_key)?;
        let issuer = Issuer::new(params, authority_key);

        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut names = vec![(DnType::OrganizationalUnitName, UNIT), (DnType::CommonName, name)];
        names.extend(organization.map(|name| (DnType::OrganizationName, name)));
        let mut params = dated(now, &names);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &issuer)?;

        let list = CertificateRevocationListParams {
            this_update: now.saturating_sub(EARLIER),
            next_update: now.saturating_add(YEAR),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = list.signed_by(&issuer)?;
        let (certificate, authority) = (certificate.der().to_vec(), authority.der().to_vec());
        Ok(Self { key: key.serialize_der(), certificate, authority, list: list.der().to_vec() })
    }

    /// The PKCS#12 file.
    fn store(&self, password: &str) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let chain = [StoredCertificate::from_der(&self.certificate)?, StoredCertificate::from_der(&self.authority)?];
        let mut store = KeyStore::new();
        store.add_entry("demo", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(vec![1], PrivateKey::from_der(&self.key)?, chain)));
        Ok(store.writer(password).write()?)
    }
}

fn dated(now: OffsetDateTime, names: &[(DnType, &str)]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in names {
        params.distinguished_name.push(kind.clone(), *value);
    }
    params.not_before = now.saturating_sub(EARLIER);
    params.not_after = now.saturating_add(YEAR);
    params
}

/// `an.p12` and `crl` make `an.crl`.
fn beside(path: &Path, extension: &str) -> PathBuf {
    path.with_extension(extension)
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Stop {
    Stop::Error(Error::new(ErrorKind::Key, Message::new(id::CLI_KEY_FAILED)).because(error))
}
