//! Where results go: standard output, or a file that is there whole or not at all.

use std::fs::File;
use std::io::{self, ErrorKind as IoKind, Write as _};
use std::path::Path;

use kyso::{Error, ErrorKind, Message, Signed, io_error};

use crate::session::{Outcome, Session, Stop};
use crate::{id, say};

/// Whether an existing file may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Keep,
    Replace,
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever the user's settings let.
    AsUsual,
    /// The user alone.
    Owner,
}

/// Writes to standard output at once, so that what was said of one document is whole.
pub(crate) fn print(text: &str) -> Outcome<()> {
    print_bytes(text.as_bytes())
}

pub(crate) fn print_bytes(bytes: &[u8]) -> Outcome<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        IoKind::BrokenPipe => Stop::Pipe,
        _ => Stop::Error(io_error(id::FILE_UNWRITABLE, Path::new("-"), error)),
    })
}

/// Shows a page on standard output as its reader's terminal can show it.
pub(crate) fn print_page(session: &Session, page: &str) -> Outcome<()> {
    print(&say::plain(session, page))
}

/// Writes a file beside its place and moves it there when it is whole.
pub(crate) fn write(path: &Path, parts: &[&[u8]], existing: Existing, readers: Readers) -> Outcome<()> {
    let cannot = |error| Stop::Error(io_error(id::FILE_UNWRITABLE, path, error));
    if existing == Existing::Keep {
        refuse_existing(path)?;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kyso-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(if readers == Readers::Owner { 0o600 } else { 0o666 }));
    let mut file = builder.tempfile_in(folder).map_err(cannot)?;
    for part in parts {
        file.write_all(part).map_err(cannot)?;
    }
    file.as_file().sync_all().map_err(cannot)?;
    let moved: Result<File, _> = if existing == Existing::Keep { file.persist_noclobber(path) } else { file.persist(path) };
    match moved {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == IoKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(cannot(error.error)),
    }
}

/// Writes a signed document.
pub(crate) fn save(signed: &Signed, path: &Path, existing: Existing) -> Outcome<()> {
    let saved = if existing == Existing::Keep { signed.save_new(path) } else { signed.save(path) };
    saved.map_err(Stop::Error)
}

/// Refuses an output that is there already, before any work is done for it.
pub(crate) fn refuse_existing(path: &Path) -> Outcome<()> {
    if path.symlink_metadata().is_ok() { Err(exists(path)) } else { Ok(()) }
}

/// Refuses an output that is the input itself, whatever it is called.
pub(crate) fn apart_from(output: &Path, input: &Path) -> Outcome<()> {
    let same = match (output.canonicalize(), input.canonicalize()) {
        (Ok(output), Ok(input)) => output == input,
        _ => output == input,
    };
    if !same {
        return Ok(());
    }
    let message = Message::new(id::CLI_ERROR_OVER_INPUT).with("file", output.to_string_lossy().into_owned());
    Err(Stop::Error(Error::new(ErrorKind::Refused, message)))
}

fn exists(path: &Path) -> Stop {
    Stop::Error(Error::new(ErrorKind::Refused, Message::new(id::FILE_EXISTS).with("file", path.to_string_lossy().into_owned())))
}
