//! Running digests. `sha2` chooses the instructions of the processor when it runs.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use shake::{ExtendableOutput, Shake256, Update, XofReader};

use crate::crypto::DigestAlgorithm;

/// The state of a running digest.
#[derive(Clone)]
pub(crate) enum State {
    Md5(Md5),
    Sha1(Sha1),
    Sha224(Sha224),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    Sha512_224(Sha512_224),
    Sha512_256(Sha512_256),
    Sha3_224(Sha3_224),
    Sha3_256(Sha3_256),
    Sha3_384(Sha3_384),
    Sha3_512(Sha3_512),
    Shake256(Shake256),
}

/// `$body` for the digest `$state` of whatever kind; SHAKE256 has its own way.
macro_rules! each {
    ($value:expr, $state:ident => $body:expr, $shake:ident => $other:expr) => {
        match $value {
            State::Md5($state) => $body,
            State::Sha1($state) => $body,
            State::Sha224($state) => $body,
            State::Sha256($state) => $body,
            State::Sha384($state) => $body,
            State::Sha512($state) => $body,
            State::Sha512_224($state) => $body,
            State::Sha512_256($state) => $body,
            State::Sha3_224($state) => $body,
            State::Sha3_256($state) => $body,
            State::Sha3_384($state) => $body,
            State::Sha3_512($state) => $body,
            State::Shake256($shake) => $other,
        }
    };
}

impl State {
    pub(crate) fn new(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Md5 => Self::Md5(Md5::new()),
            DigestAlgorithm::Sha1 => Self::Sha1(Sha1::new()),
            DigestAlgorithm::Sha224 => Self::Sha224(Sha224::new()),
            DigestAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
            DigestAlgorithm::Sha384 => Self::Sha384(Sha384::new()),
            DigestAlgorithm::Sha512 => Self::Sha512(Sha512::new()),
            DigestAlgorithm::Sha512_224 => Self::Sha512_224(Sha512_224::new()),
            DigestAlgorithm::Sha512_256 => Self::Sha512_256(Sha512_256::new()),
            DigestAlgorithm::Sha3_224 => Self::Sha3_224(Sha3_224::new()),
            DigestAlgorithm::Sha3_256 => Self::Sha3_256(Sha3_256::new()),
            DigestAlgorithm::Sha3_384 => Self::Sha3_384(Sha3_384::new()),
            DigestAlgorithm::Sha3_512 => Self::Sha3_512(Sha3_512::new()),
            DigestAlgorithm::Shake256 => Self::Shake256(Shake256::default()),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        each!(self, state => Digest::update(state, bytes), shake => Update::update(shake, bytes));
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        each!(self, state => state.finalize().to_vec(), shake => {
            let mut out = vec![0; DigestAlgorithm::Shake256.length()];
            shake.finalize_xof().read(&mut out);
            out
        })
    }
}
