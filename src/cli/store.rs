//! The user's trust store: a folder of PEM files and an index that says what each is trusted for.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kyso::{Certificate, Error, ErrorKind, Message, Time, TrustStore, Use};

use crate::id;
use crate::output::{self, Existing, Readers};
use crate::session::{Outcome, Stop, argument};

const INDEX: &str = "index.toml";
/// Where certificates go that are trusted no more.
const REMOVED: &str = "removed";

/// The store as it is on the disk.
#[derive(Debug, Default)]
pub(crate) struct Store {
    folder: PathBuf,
    pub(crate) entries: Vec<Entry>,
}

/// A certificate that the user trusts.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// SHA-256 of the certificate, the key of the entry.
    pub(crate) sha256: String,
    /// The file in the folder.
    pub(crate) file: String,
    /// What the user calls it.
    pub(crate) label: String,
    /// When it was added.
    pub(crate) added: Time,
    /// What it is trusted for.
    #[serde(rename = "use")]
    pub(crate) uses: Vec<Use>,
}

#[derive(Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    #[serde(default)]
    anchor: Vec<Entry>,
}

/// The folder of the store: `KYSO_TRUST_DIR`, else where the platform keeps a user's data.
pub(crate) fn folder() -> Option<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("KYSO_TRUST_DIR").or_else(|| {
        let data = if cfg!(windows) {
            variable("APPDATA")
        } else if cfg!(target_os = "macos") {
            variable("HOME").map(|home| home.join("Library/Application Support"))
        } else {
            variable("XDG_DATA_HOME").filter(|path| path.is_absolute()).or_else(|| variable("HOME").map(|home| home.join(".local/share")))
        };
        data.map(|data| data.join("kyso").join("trust"))
    })
}

/// What the user trusts; nothing where there is no store yet.
pub(crate) fn trusted() -> Outcome<TrustStore> {
    let mut trust = TrustStore::new();
    if let Some(folder) = folder() {
        let store = Store::open(folder)?;
        for entry in &store.entries {
            trust.add_for(store.certificate(entry)?, &entry.uses);
        }
    }
    Ok(trust)
}

impl Store {
    /// The store of the user, to be looked at or changed.
    pub(crate) fn of_user() -> Outcome<Self> {
        Self::open(folder().ok_or_else(|| argument(Message::new(id::CLI_STORE_NO_FOLDER)))?)
    }

    fn open(folder: PathBuf) -> Outcome<Self> {
        let path = folder.join(INDEX);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self { folder, entries: Vec::new() }),
            Err(error) => return Err(kyso::io_error(id::FILE_UNREADABLE, &path, error).into()),
        };
        let index: Index = toml::from_str(&text).map_err(|error| {
            let message = Message::new(id::CLI_STORE_BAD_INDEX).with("file", path.to_string_lossy().into_owned());
            Error::new(ErrorKind::Format, message).because(error)
        })?;
        Ok(Self { folder, entries: index.anchor })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The certificate of an entry. One that is not the one that was added is an error, not a certificate less.
    pub(crate) fn certificate(&self, entry: &Entry) -> Outcome<Certificate> {
        let path = self.folder.join(&entry.file);
        let name = path.to_string_lossy();
        let changed = || Error::new(ErrorKind::Format, Message::new(id::CLI_STORE_CHANGED).with("file", name.as_ref()));
        if Path::new(&entry.file).components().count() != 1 {
            return Err(changed().into());
        }
        let bytes = fs::read(&path).map_err(|error| kyso::io_error(id::FILE_UNREADABLE, &path, error))?;
        let certificates = Certificate::read_all(&bytes).map_err(|error| changed().because(error))?;
        let found = certificates.into_iter().find(|certificate| certificate.sha256_hex() == entry.sha256);
        found.ok_or_else(|| changed().into())
    }

    /// The entry whose SHA-256 begins with `id`; spaces and colons in it are for the eye.
    pub(crate) fn entry(&self, id: &str) -> Outcome<&Entry> {
        let digits: String = id.chars().filter(|character| !matches!(character, ' ' | ':')).collect::<String>().to_ascii_lowercase();
        let mut found = self.entries.iter().filter(|entry| digits.len() >= 4 && entry.sha256.starts_with(&digits));
        match (found.next(), found.next()) {
            (Some(entry), None) => Ok(entry),
            (Some(_), Some(_)) => Err(argument(Message::new(id::CLI_STORE_AMBIGUOUS).with("id", id))),
            (None, _) => Err(argument(Message::new(id::CLI_STORE_UNKNOWN).with("id", id))),
        }
    }

    pub(crate) fn has(&self, certificate: &Certificate) -> bool {
        let sha256 = certificate.sha256_hex();
        self.entries.iter().any(|entry| entry.sha256 == sha256)
    }

    /// Trusts `certificate`: first the file, then the index that counts.
    pub(crate) fn add(&mut self, certificate: &Certificate, label: &str, uses: &[Use], now: Time) -> Outcome<()> {
        let sha256 = certificate.sha256_hex();
        let file = format!("{sha256}.pem");
        fs::create_dir_all(&self.folder).map_err(|error| kyso::io_error(id::FILE_UNWRITABLE, &self.folder, error))?;
        let pem = pem("CERTIFICATE", certificate.as_der());
        output::write(&self.folder.join(&file), &[pem.as_bytes()], Existing::Replace, Readers::AsUsual)?;
        self.entries.push(Entry { sha256, file, label: label.to_owned(), added: now, uses: uses.to_vec() });
        self.save()
    }

    /// Trusts the certificate of `entry` no more; its file is kept aside.
    pub(crate) fn remove(&mut self, entry: &Entry) -> Outcome<()> {
        self.entries.retain(|kept| kept.sha256 != entry.sha256);
        self.save()?;
        let removed = self.folder.join(REMOVED);
        let moved = fs::create_dir_all(&removed).and_then(|()| fs::rename(self.folder.join(&entry.file), removed.join(&entry.file)));
        moved.map_err(|error| Stop::Error(kyso::io_error(id::FILE_UNWRITABLE, &removed, error)))
    }

    fn save(&self) -> Outcome<()> {
        let path = self.folder.join(INDEX);
        let text = toml::to_string(&Index { anchor: self.entries.clone() }).map_err(|error| {
            Error::new(ErrorKind::Io, Message::new(id::CLI_STORE_BAD_INDEX).with("file", path.to_string_lossy().into_owned()))
                .because(error)
        })?;
        output::write(&path, &[text.as_bytes()], Existing::Replace, Readers::AsUsual)
    }
}

/// DER as PEM.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let mut out = format!("-----BEGIN {label}-----\n");
    let text = BASE64.encode(der);
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Hexadecimal digits in groups of four, as people compare them.
pub(crate) fn grouped(digits: &str) -> String {
    let digits = digits.to_ascii_uppercase();
    let groups: Vec<_> = digits.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_shown_in_groups_of_four() {
        assert_eq!(grouped("00ab12cdef"), "00AB 12CD EF");
    }

    #[test]
    fn pem_lines_are_of_64_letters() {
        let text = pem("CERTIFICATE", &[0; 100]);
        let lines: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(lines, [27, 64, 64, 8, 25]);
    }
}
