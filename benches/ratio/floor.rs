//! The floor: what any program must do. It starts, reads the file in blocks, hashes the signed bytes once and checks the signatures with
//! `ring`; it parses nothing of the document and decides nothing.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use ring::digest::{Context, SHA256};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};

/// What the floor needs to know of a signed file, beside it.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Sheet {
    /// `/ByteRange` of the last signature, which has nearly all bytes of the document in it.
    pub(crate) ranges: [u64; 4],
    /// The digest of these bytes.
    pub(crate) digest: Vec<u8>,
    /// Of each signature: the signed attributes as signed, and the value.
    pub(crate) signatures: Vec<(Vec<u8>, Vec<u8>)>,
    /// The RSAPublicKey.
    pub(crate) key: Vec<u8>,
}

pub(crate) fn main(arguments: &[OsString]) {
    match arguments.first().and_then(|first| first.to_str()) {
        Some("verify") => verify(Path::new(&arguments[1]), &arguments[2..]),
        Some("sign") => sign(Path::new(&arguments[1]), Path::new(&arguments[2]), Path::new(&arguments[3])),
        _ => panic!("--floor verify SHEET FILE…, or --floor sign FILE KEY OUT"),
    }
}

fn verify(sheet: &Path, files: &[OsString]) {
    let sheet: Sheet = serde_json::from_slice(&std::fs::read(sheet).expect("the sheet")).expect("a sheet");
    assert!(files.iter().all(|file| check(Path::new(file), &sheet)), "the floor does not verify");
}

/// Reads the file in blocks, hashes the two ranges, and checks the signatures.
fn check(file: &Path, sheet: &Sheet) -> bool {
    let [start, first, second, last] = sheet.ranges;
    let mut file = File::open(file).expect("the file");
    let mut context = Context::new(&SHA256);
    let mut block = vec![0; 64 * 1024];
    let mut position = 0_u64;
    loop {
        let count = file.read(&mut block).expect("the file is read");
        if count == 0 {
            break;
        }
        let end = position + count as u64;
        for (from, to) in [(start, start + first), (second, second + last)] {
            let (from, to) = (from.max(position), to.min(end));
            if from < to {
                context.update(&block[(from - position) as usize..(to - position) as usize]);
            }
        }
        position = end;
    }
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &sheet.key);
    let fit = sheet.signatures.iter().all(|(message, signature)| key.verify(message, signature).is_ok());
    fit && context.finish().as_ref() == sheet.digest
}

/// Copies the file, hashing it, signs the hash, and appends 16 KiB, as an incremental update would.
fn sign(file: &Path, key: &Path, out: &Path) {
    let key = RsaKeyPair::from_pkcs8(&std::fs::read(key).expect("the key")).expect("a key");
    let mut source = File::open(file).expect("the file");
    let mut target = File::create(out).expect("the output");
    let mut context = Context::new(&SHA256);
    let mut block = vec![0; 64 * 1024];
    loop {
        let count = source.read(&mut block).expect("the file is read");
        if count == 0 {
            break;
        }
        context.update(&block[..count]);
        target.write_all(&block[..count]).expect("the output is written");
    }
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&ring::signature::RSA_PKCS1_SHA256, &random, context.finish().as_ref(), &mut signature).expect("a signature");
    target.write_all(&[b'0'; 16 * 1024]).expect("the output is written");
    target.write_all(&signature).expect("the output is written");
    target.sync_all().expect("the output is stored");
}
