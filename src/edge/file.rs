//! Files: read into memory, or mapped where large; written whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use tempfile::NamedTempFile;

use crate::bytes::Source;
use crate::message::id;
use crate::{Bytes, Document, DocumentOptions, Error, ErrorKind, Evidence, Mapping, Message, Signed, TrustStore};

/// Files up to this size are read, larger ones are mapped.
const MAPPED_ABOVE: u64 = 64 << 20;

/// For files of these sizes the memory is asked for in one piece, which is quicker than page by page. More is never asked for beforehand: the
/// length of a file is what somebody says, until it is read.
const IN_ONE_PIECE: std::ops::RangeInclusive<u64> = 1 << 20..=MAPPED_ABOVE;

/// Certificates and lists are not larger; the largest lists in use have about 100 MiB.
const EVIDENCE_BYTES: u64 = 128 << 20;

const CERTIFICATE_FILES: &[&str] = &["pem", "crt", "cer", "der", "p7b", "p7c"];
const EVIDENCE_FILES: &[&str] = &["pem", "crt", "cer", "der", "p7b", "p7c", "crl", "ors"];

impl Document {
    /// Opens the document at `path`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] where there is no such file, [`ErrorKind::Io`] where it cannot be read, and as [`Document::parse`].
    pub fn open(path: impl AsRef<Path>) -> crate::Result<Self> {
        Self::open_with(path, DocumentOptions::default())
    }

    /// As [`Self::open`], with options. Where they give no name, it is `path` as written.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(path: impl AsRef<Path>, mut options: DocumentOptions) -> crate::Result<Self> {
        let path = path.as_ref();
        options.name.get_or_insert_with(|| path.to_string_lossy().into_owned());
        let bytes = read(path, options.limits.document_bytes, options.mapping)?;
        Self::parse_with(bytes, options)
    }
}

impl TrustStore {
    /// Trusts the certificates in a file, or in the files of a folder (`.pem .crt .cer .der .p7b`), for signing and for time-stamps.
    ///
    /// # Errors
    /// Where it cannot be read, or a file holds no certificate; the message names the file. A folder without such files is an error too.
    pub fn open(path: impl AsRef<Path>) -> crate::Result<Self> {
        let path = path.as_ref();
        let mut store = Self::new();
        let files = files(path, CERTIFICATE_FILES)?;
        if files.is_empty() {
            return Err(Error::new(ErrorKind::Format, about(id::FILE_NO_CERTIFICATES_IN_FOLDER, path)));
        }
        for file in files {
            let bytes = read(&file, EVIDENCE_BYTES, Mapping::Never)?;
            store.add_bytes(&bytes).map_err(|error| Error::new(error.kind(), about(id::FILE_NO_CERTIFICATES, &file)).because(error))?;
        }
        Ok(store)
    }
}

impl Evidence {
    /// Adds the certificates, lists of revoked certificates and OCSP responses in a file, or in the files of a folder (`.pem .crt .cer .der .p7b .crl .ors`).
    ///
    /// # Errors
    /// Where it cannot be read, or a file holds none of them; the message names the file.
    pub fn add_path(&mut self, path: impl AsRef<Path>) -> crate::Result<()> {
        for file in files(path.as_ref(), EVIDENCE_FILES)? {
            let bytes = read(&file, EVIDENCE_BYTES, Mapping::Never)?;
            self.add(&bytes).map_err(|error| Error::new(error.kind(), about(id::FILE_NO_EVIDENCE, &file)).because(error))?;
        }
        Ok(())
    }
}

impl Signed {
    /// Writes the signed document to `path`, whole or not at all; a file that is there is replaced, except the one that was signed.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] where `path` is the document that was signed; [`ErrorKind::Io`] where it cannot be written. Then nothing has
    /// changed at `path`.
    pub fn save(&self, path: impl AsRef<Path>) -> crate::Result<()> {
        let path = path.as_ref();
        let written = self.write_beside(path)?;
        written.persist(path).map_err(|error| io_error(id::FILE_UNWRITABLE, path, error.error))?;
        sync_folder(path);
        Ok(())
    }

    /// As [`Self::save`], but never replaces a file.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] where `path` is there already, and as [`Self::save`].
    pub fn save_new(&self, path: impl AsRef<Path>) -> crate::Result<()> {
        let path = path.as_ref();
        if path.symlink_metadata().is_ok() && !self.is_original(path) {
            return Err(exists(path));
        }
        let written = self.write_beside(path)?;
        written.persist_noclobber(path).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => exists(path),
            _ => io_error(id::FILE_UNWRITABLE, path, error.error),
        })?;
        sync_folder(path);
        Ok(())
    }

    /// Writes everything to a temporary file in the folder of `path`. It vanishes where it is not kept.
    fn write_beside(&self, path: &Path) -> crate::Result<NamedTempFile> {
        if self.is_original(path) {
            return Err(Error::new(ErrorKind::Refused, about(id::FILE_IS_ORIGINAL, path)));
        }
        let unwritable = |error| io_error(id::FILE_UNWRITABLE, path, error);
        let mut file = temporary(folder(path)).map_err(unwritable)?;
        let (original, appended) = self.parts();
        if !copy_original(&self.original, file.as_file_mut()).map_err(unwritable)? {
            file.write_all(original).map_err(unwritable)?;
        }
        file.write_all(appended).map_err(unwritable)?;
        if let Some(permissions) = self.permissions(path) {
            file.as_file().set_permissions(permissions).map_err(unwritable)?;
        }
        file.as_file().sync_all().map_err(unwritable)?;
        // What was too large to be checked in memory is checked as it was written.
        if self.is_unchecked() {
            self.check(read(file.path(), u64::MAX, Mapping::LargeFiles)?)?;
        }
        Ok(file)
    }

    /// Those of the file that is replaced, or else of the document that was signed.
    fn permissions(&self, path: &Path) -> Option<fs::Permissions> {
        let original = || fs::metadata(&self.source()?.path).ok();
        let mut permissions = fs::metadata(path).ok().or_else(original)?.permissions();
        if permissions.readonly() {
            // The new file is the caller's; a document that may only be read makes no file that cannot be replaced.
            make_writable(&mut permissions);
        }
        Some(permissions)
    }

    fn is_original(&self, path: &Path) -> bool {
        let Some(source) = self.source() else { return false };
        match (fs::canonicalize(path), fs::canonicalize(&source.path)) {
            (Ok(one), Ok(other)) => one == other || same_file(&one, &other),
            _ => false,
        }
    }

    fn source(&self) -> Option<&Source> {
        self.original.source()
    }
}

/// Lets the system copy a large original from its file, where that is still as it was when it was read. `false`: nothing was written.
fn copy_original(original: &Bytes, to: &mut File) -> io::Result<bool> {
    let Some(source) = original.source().filter(|source| source.length > MAPPED_ABOVE) else { return Ok(false) };
    let Ok(file) = File::open(&source.path) else { return Ok(false) };
    if describe(&source.path, &file.metadata()?) != *source {
        return Ok(false);
    }
    let copied = io::copy(&mut (&file).take(source.length), to)?;
    if copied != source.length || describe(&source.path, &file.metadata()?) != *source {
        return Err(io::Error::other("the document was changed while it was copied"));
    }
    Ok(true)
}

/// The bytes of a file: read, or mapped where it is large.
pub(crate) fn read(path: &Path, limit: u64, mapping: Mapping) -> crate::Result<Bytes> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(ErrorKind::NotFound, about(id::FILE_NOT_FOUND, path)).because(error),
        io::ErrorKind::PermissionDenied => io_error(id::FILE_FORBIDDEN, path, error),
        _ => io_error(id::FILE_UNREADABLE, path, error),
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::Argument, about(id::FILE_IS_FOLDER, path)));
    }
    if metadata.len() > limit {
        return Err(too_large());
    }
    let bytes = if metadata.is_file() && metadata.len() > MAPPED_ABOVE && mapping == Mapping::LargeFiles {
        Bytes::new(map(&file).map_err(unreadable)?)
    } else {
        let whole = (metadata.is_file() && IN_ONE_PIECE.contains(&metadata.len())).then(|| read_in_one_piece(&file, metadata.len()));
        match whole.and_then(io::Result::ok) {
            Some(bytes) => bytes,
            None => read_to_end(&file, metadata.len(), limit).map_err(unreadable)?.ok_or_else(too_large)?.into(),
        }
    };
    Ok(if metadata.is_file() { bytes.with_source(describe(path, &metadata)) } else { bytes })
}

/// The bytes of a file of that length; an error where it changed meanwhile, or where there is no memory in one piece.
fn read_in_one_piece(mut file: &File, length: u64) -> io::Result<Bytes> {
    let length = usize::try_from(length).map_err(io::Error::other)?;
    let mut memory = memmap2::MmapOptions::new().len(length).populate().map_anon()?;
    file.read_exact(&mut memory)?;
    if file.read(&mut [0])? > 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(Bytes::new(memory.make_read_only()?))
}

/// The bytes of a file from its start to its end; `None` where they are more than `limit`.
fn read_to_end(mut file: &File, expected: u64, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.min(MAPPED_ABOVE)).unwrap_or(0));
    if IN_ONE_PIECE.contains(&expected) {
        file.rewind()?;
    }
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(u64::try_from(bytes.len()).is_ok_and(|length| length <= limit).then_some(bytes))
}

#[expect(unsafe_code, reason = "the one map of a file")]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: the map is read only. Another process can change or shorten the file while it is mapped; that is documented at `Mapping`, which
    // also turns mapping off. Bytes that change under the reader can make it read other bytes, never outside of the map.
    unsafe { memmap2::Mmap::map(file) }
}

fn describe(path: &Path, metadata: &fs::Metadata) -> Source {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Source { path: path.to_owned(), length: metadata.len(), modified: modified.map(|since| since.as_nanos()) }
}

/// `path` itself, or the files with these extensions in the folder that it is, in the order of their names.
fn files(path: &Path, extensions: &[&str]) -> crate::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error| io_error(id::FILE_UNREADABLE, path, error);
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
        if extensions.contains(&extension.as_str()) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

#[cfg(unix)]
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // What the caller's umask leaves of it, as for any new file.
    tempfile::Builder::new().prefix(".kyso-").suffix(".tmp").permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".kyso-").suffix(".tmp").tempfile_in(folder)
}

#[cfg(unix)]
fn make_writable(permissions: &mut fs::Permissions) {
    use std::os::unix::fs::PermissionsExt as _;
    permissions.set_mode(permissions.mode() | 0o200);
}

#[cfg(not(unix))]
fn make_writable(permissions: &mut fs::Permissions) {
    permissions.set_readonly(false);
}

#[cfg(unix)]
fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
    identity(one).is_some_and(|one| Some(one) == identity(other))
}

#[cfg(not(unix))]
fn same_file(_one: &Path, _other: &Path) -> bool {
    false
}

/// Makes the new name last. Not every system can; the file itself is on the disk already.
#[cfg(unix)]
fn sync_folder(path: &Path) {
    let _ = File::open(folder(path)).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) {}

fn about(id: &'static str, path: &Path) -> Message {
    Message::new(id).with("file", path.to_string_lossy().into_owned())
}

/// An error of reading or writing `path`: the message `id` with `file` and `reason`, the reason in the reader's language where it is a
/// common one.
#[must_use]
pub fn io_error(id: &'static str, path: &Path, error: io::Error) -> Error {
    const REASONS: [(io::ErrorKind, &str); 6] = [
        (io::ErrorKind::IsADirectory, id::FILE_REASON_FOLDER),
        (io::ErrorKind::NotADirectory, id::FILE_REASON_NOT_THERE),
        (io::ErrorKind::NotFound, id::FILE_REASON_NOT_THERE),
        (io::ErrorKind::PermissionDenied, id::FILE_REASON_PERMISSION),
        (io::ErrorKind::ReadOnlyFilesystem, id::FILE_REASON_READ_ONLY),
        (io::ErrorKind::StorageFull, id::FILE_REASON_FULL),
    ];
    let message = about(id, path);
    let message = match REASONS.iter().find(|(kind, _)| *kind == error.kind()) {
        Some((_, reason)) => message.with_word("reason", reason),
        None => message.with("reason", error.to_string()),
    };
    Error::new(ErrorKind::Io, message).because(error)
}

fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::Refused, about(id::FILE_EXISTS, path))
}

fn too_large() -> Error {
    Error::new(ErrorKind::Limit, Message::new(id::LIMIT_EXCEEDED).with("limit", "document_bytes"))
}

#[cfg(test)]
mod tests;
