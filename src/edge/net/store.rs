//! Answers that were had, kept for as long as they say: in memory, and in a folder where there is one.
//!
//! Nothing rests on what is kept: it is verified like what comes over the network.

use std::collections::HashMap;
use std::fs::{self, DirEntry, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::locked;
use crate::crypto::DigestAlgorithm;
use crate::evidence::{Request, RequestKind};
use crate::now;

/// Answers by request.
#[derive(Debug, Default)]
pub(super) struct Store {
    memory: Mutex<Memory>,
    folder: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Memory {
    answers: HashMap<[u8; 32], Kept>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    /// Seconds since 1970.
    until: i64,
    answer: Arc<[u8]>,
}

impl Store {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { memory: Mutex::default(), folder }
    }

    /// The answer to `request`, where one is kept and still good.
    pub(super) fn get(&self, request: &Request) -> Option<Vec<u8>> {
        let key = request.key();
        let current = now().unix();
        let kept = locked(&self.memory).answers.get(&key).cloned();
        if let Some(kept) = kept.filter(|kept| is_good(kept.until, current)) {
            return Some(kept.answer.to_vec());
        }
        let path = self.path(&key)?;
        let Some((until, answer)) = read(&path, request.kind().max_answer_bytes()).filter(|(until, _)| is_good(*until, current)) else {
            // Damaged, or of no use any more. That it cannot be removed is no fault: it is not used all the same.
            let _ = fs::remove_file(path);
            return None;
        };
        locked(&self.memory).put(key, Kept { until, answer: answer.as_slice().into() });
        Some(answer)
    }

    /// Keeps `answer` until nextUpdate, or for a day where there is none to heed: issuers' certificates. No longer than a day, for lists are
    /// often made anew long before they run out.
    pub(super) fn put(&self, request: &Request, answer: &[u8], next_update: Option<crate::Time>) {
        let current = now().unix();
        let day = current.saturating_add(DAY);
        let until = match (request.kind(), next_update) {
            (RequestKind::Issuer, _) => day,
            (RequestKind::Crl | RequestKind::Ocsp, Some(next)) => next.unix().min(day),
            _ => return,
        };
        if !is_good(until, current) {
            return;
        }
        let key = request.key();
        locked(&self.memory).put(key, Kept { until, answer: answer.into() });
        if let Some(path) = self.path(&key) {
            // A store that cannot be written is none; the answer is at hand all the same.
            let _ = write(&path, until, answer);
        }
    }

    pub(super) fn remove(&self, request: &Request) {
        let key = request.key();
        locked(&self.memory).take(&key);
        if let Some(path) = self.path(&key) {
            let _ = fs::remove_file(path);
        }
    }

    fn path(&self, key: &[u8; 32]) -> Option<PathBuf> {
        let name: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(self.folder.as_ref()?.join(name + SUFFIX))
    }
}

impl Memory {
    fn put(&mut self, key: [u8; 32], kept: Kept) {
        self.take(&key);
        if self.bytes.saturating_add(kept.answer.len()) > MEMORY_BYTES {
            *self = Self::default();
        }
        if kept.answer.len() <= MEMORY_BYTES {
            self.bytes = self.bytes.saturating_add(kept.answer.len());
            self.answers.insert(key, kept);
        }
    }

    fn take(&mut self, key: &[u8; 32]) {
        if let Some(old) = self.answers.remove(key) {
            self.bytes = self.bytes.saturating_sub(old.answer.len());
        }
    }
}

/// Whether what is good until then is good now. A time further off than any that is written comes of a clock that went wrong.
const fn is_good(until: i64, current: i64) -> bool {
    until > current && until <= current.saturating_add(DAY)
}

/// The time and the answer of a file, where it is whole: `HEAD`, the seconds, SHA-256 of the answer, the answer.
fn read(path: &Path, most: u64) -> Option<(i64, Vec<u8>)> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(most.saturating_add(HEAD_BYTES).saturating_add(1)).read_to_end(&mut bytes).ok()?;
    let rest = bytes.strip_prefix(HEAD)?;
    let (until, rest) = rest.split_first_chunk::<8>()?;
    let (digest, answer) = rest.split_first_chunk::<32>()?;
    let whole = u64::try_from(answer.len()).is_ok_and(|length| length <= most) && DigestAlgorithm::Sha256.digest(answer) == digest;
    whole.then(|| (i64::from_be_bytes(*until), answer.to_vec()))
}

/// Writes the file whole or not at all, and makes room where there is too much.
fn write(path: &Path, until: i64, answer: &[u8]) -> std::io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    create(folder)?;
    make_room(folder, u64::try_from(answer.len()).unwrap_or(u64::MAX))?;
    let mut file = tempfile::Builder::new().prefix(".kyso-").tempfile_in(folder)?;
    file.write_all(HEAD)?;
    file.write_all(&until.to_be_bytes())?;
    file.write_all(&DigestAlgorithm::Sha256.digest(answer))?;
    file.write_all(answer)?;
    file.persist(path)?;
    Ok(())
}

/// Which documents somebody checks is nobody else's business.
#[cfg(unix)]
fn create(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

/// Removes the oldest answers until there is room for `bytes` more. Files that are not of the store are left alone.
fn make_room(folder: &Path, bytes: u64) -> std::io::Result<()> {
    let age = |entry: DirEntry| {
        let is_ours = entry.file_name().to_string_lossy().ends_with(SUFFIX);
        let metadata = entry.metadata().ok().filter(|metadata| is_ours && metadata.is_file())?;
        Some((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), entry.path()))
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = fs::read_dir(folder)?.flatten().filter_map(age).collect();
    files.sort();
    let mut total = files.iter().map(|(_, length, _)| *length).fold(bytes, u64::saturating_add);
    let mut count = files.len();
    for (_, length, path) in files {
        if total <= FOLDER_BYTES && count < FOLDER_FILES {
            break;
        }
        fs::remove_file(path)?;
        total = total.saturating_sub(length);
        count = count.saturating_sub(1);
    }
    Ok(())
}

const HEAD: &[u8] = b"kyso answer 1\n";
/// The bytes of a file before the answer.
const HEAD_BYTES: u64 = 14 + 8 + 32;
const SUFFIX: &str = ".answer";
const DAY: i64 = 86_400;
const MEMORY_BYTES: usize = 64 << 20;
const FOLDER_BYTES: u64 = 256 << 20;
const FOLDER_FILES: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;
    use crate::x509::testing::Holder;

    fn request(address: &str) -> Request {
        Request::crl(address, &Holder::authority("Authority", None, |_| {}).certificate)
    }

    fn in_seconds(seconds: i64) -> Option<Time> {
        Time::from_unix(now().unix() + seconds)
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn an_answer_is_had_again_by_the_next_process_and_no_longer_than_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let place = || Some(folder.path().join("deep/er"));
        let asked = request("http://ca.example.vn/a.crl");
        Store::new(place()).put(&asked, b"answer", in_seconds(1_000));
        assert_eq!(Store::new(place()).get(&asked).as_deref(), Some(&b"answer"[..]));
        assert_eq!(Store::new(place()).get(&request("http://ca.example.vn/b.crl")), None);
        let store = Store::new(place());
        store.put(&asked, b"old", in_seconds(-1));
        assert_eq!(store.get(&asked).as_deref(), Some(&b"answer"[..]), "what has run out replaces nothing");
        store.remove(&asked);
        assert_eq!((store.get(&asked), Store::new(place()).get(&asked)), (None, None));
    }

    #[test]
    fn a_list_without_a_next_one_is_not_kept_and_one_for_a_year_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(Some(folder.path().to_owned()));
        let asked = request("http://ca.example.vn/a.crl");
        store.put(&asked, b"answer", None);
        assert_eq!(store.get(&asked), None);
        store.put(&asked, b"answer", in_seconds(365 * DAY));
        let (until, _) = read(&files(folder.path())[0], 100).unwrap();
        assert!((DAY - 10..=DAY).contains(&(until - now().unix())));
    }

    #[test]
    fn damaged_entries_are_passed_over_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let place = || Some(folder.path().to_owned());
        let asked = request("http://ca.example.vn/a.crl");
        let damage: [fn(&mut Vec<u8>); 4] =
            [|bytes| bytes.truncate(20), |bytes| *bytes.last_mut().unwrap() ^= 1, |bytes| bytes[0] ^= 1, |bytes| bytes[14] = 0x7F];
        for change in damage {
            Store::new(place()).put(&asked, b"answer", in_seconds(1_000));
            let path = files(folder.path()).remove(0);
            let mut bytes = fs::read(&path).unwrap();
            change(&mut bytes);
            fs::write(&path, bytes).unwrap();
            assert_eq!(Store::new(place()).get(&asked), None);
            assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_no_fault() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let store = Store::new(Some(file.join("below")));
        let asked = request("http://ca.example.vn/a.crl");
        store.put(&asked, b"answer", in_seconds(1_000));
        assert_eq!(store.get(&asked).as_deref(), Some(&b"answer"[..]));
    }

    #[test]
    fn the_oldest_answers_make_room_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("letter.pdf"), b"x").unwrap();
        for number in 0..3_u64 {
            let file = File::create(folder.path().join(format!("{number}{SUFFIX}"))).unwrap();
            file.set_len(100 << 20).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number)).unwrap();
        }
        make_room(folder.path(), 1).unwrap();
        let mut left: Vec<String> =
            files(folder.path()).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
        left.sort();
        assert_eq!(left, [format!("1{SUFFIX}"), format!("2{SUFFIX}"), "letter.pdf".to_owned()]);
    }
}
