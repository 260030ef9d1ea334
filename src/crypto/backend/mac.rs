//! Keyed codes and the keys for them: HMAC, HKDF, and AES key wrap (RFC 3394), as ISO/TS 32004 uses them.

#![warn(clippy::arithmetic_side_effects)]

use aes::{Aes256, Block};
use cbc::cipher::{BlockCipherDecrypt, KeyInit};
use ring::{hkdf, hmac};
use zeroize::Zeroizing;

/// The HMAC-SHA-256 of `data`.
#[cfg(test)]
pub(crate) fn hmac_sha256(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref().to_vec()
}

/// Whether `code` is the HMAC-SHA-256 of `data`; takes the same time wherever they differ.
pub(crate) fn is_hmac_sha256(key: &[u8], data: &[u8], code: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), data, code).is_ok()
}

/// A key of 32 bytes made from `secret` (RFC 5869 with SHA-256).
pub(crate) fn hkdf_sha256(secret: &[u8], salt: &[u8], info: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    let random = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    random.expand(&[info], hkdf::HKDF_SHA256).ok()?.fill(key.as_mut_slice()).ok()?;
    Some(key)
}

/// Unwraps a key of 16 to 64 bytes (RFC 3394 2.2.2); `None` where it was not wrapped with this key.
pub(crate) fn unwrap_aes256(key: &[u8; 32], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (blocks, rest) = wrapped.as_chunks::<HALF>();
    let (first, registers) = blocks.split_first()?;
    if !rest.is_empty() || !(2..=MOST).contains(&registers.len()) {
        return None;
    }
    let cipher = Aes256::new_from_slice(key).ok()?;
    let (mut check, mut registers) = (*first, Zeroizing::new(registers.to_vec()));
    for round in (0..ROUNDS).rev() {
        let count = registers.len();
        for (index, register) in registers.iter_mut().enumerate().rev() {
            let step = round.checked_mul(count)?.checked_add(index)?.checked_add(1)?;
            let mut block = joined(mixed(check, step)?, *register);
            cipher.decrypt_block(&mut block);
            (check, *register) = halves(&block)?;
        }
    }
    (check == INITIAL).then(|| Zeroizing::new(registers.concat()))
}

/// Wraps a key of 16 to 64 bytes (RFC 3394 2.2.1).
#[cfg(test)]
pub(crate) fn wrap_aes256(key: &[u8; 32], plain: &[u8]) -> Option<Vec<u8>> {
    use cbc::cipher::BlockCipherEncrypt as _;

    let (registers, rest) = plain.as_chunks::<HALF>();
    if !rest.is_empty() || !(2..=MOST).contains(&registers.len()) {
        return None;
    }
    let cipher = Aes256::new_from_slice(key).ok()?;
    let (mut check, mut registers) = (INITIAL, registers.to_vec());
    for round in 0..ROUNDS {
        let count = registers.len();
        for (index, register) in registers.iter_mut().enumerate() {
            let step = round.checked_mul(count)?.checked_add(index)?.checked_add(1)?;
            let mut block = joined(check, *register);
            cipher.encrypt_block(&mut block);
            (check, *register) = halves(&block)?;
            check = mixed(check, step)?;
        }
    }
    Some([check.as_slice(), &registers.concat()].concat())
}

type Half = [u8; HALF];

fn joined(one: Half, other: Half) -> Block {
    let mut block = Block::default();
    block.iter_mut().zip(one.into_iter().chain(other)).for_each(|(to, from)| *to = from);
    block
}

fn halves(block: &Block) -> Option<(Half, Half)> {
    Some((*block.first_chunk()?, *block.last_chunk()?))
}

/// The step number goes into the check value.
fn mixed(check: Half, step: usize) -> Option<Half> {
    Some((u64::from_be_bytes(check) ^ u64::try_from(step).ok()?).to_be_bytes())
}

const HALF: usize = 8;
/// Of a key, in halves of a block.
const MOST: usize = 8;
const ROUNDS: usize = 6;
/// RFC 3394 2.2.3.1.
const INITIAL: Half = [0xA6; HALF];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_is_that_of_rfc_3394() {
        // 4.6: 256 bits of key data with a 256-bit KEK.
        let key: [u8; 32] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let plain: Vec<u8> = (0..16_u8).map(|byte| byte * 0x11).chain(0..16).collect();
        let wrapped = [
            0x28, 0xC9, 0xF4, 0x04, 0xC4, 0xB8, 0x10, 0xF4, 0xCB, 0xCC, 0xB3, 0x5C, 0xFB, 0x87, 0xF8, 0x26, 0x3F, 0x57, 0x86, 0xE2, 0xD8,
            0x0E, 0xD3, 0x26, 0xCB, 0xC7, 0xF0, 0xE7, 0x1A, 0x99, 0xF4, 0x3B, 0xFB, 0x98, 0x8B, 0x9B, 0x7A, 0x02, 0xDD, 0x21,
        ];
        assert_eq!(wrap_aes256(&key, &plain).unwrap(), wrapped);
        assert_eq!(*unwrap_aes256(&key, &wrapped).unwrap(), plain);
        for index in 0..wrapped.len() {
            let mut other = wrapped;
            other[index] ^= 1;
            assert_eq!(unwrap_aes256(&key, &other), None, "byte {index}");
        }
        assert_eq!(unwrap_aes256(&[1; 32], &wrapped), None);
    }

    #[test]
    fn what_cannot_be_a_wrapped_key_is_none() {
        for length in [0, 7, 8, 16, 23, 25, 80, 800] {
            assert_eq!(unwrap_aes256(&[7; 32], &vec![0; length]), None, "{length}");
        }
        for length in [0, 8, 17, 72] {
            assert_eq!(wrap_aes256(&[7; 32], &vec![0; length]), None, "{length}");
        }
    }

    #[test]
    fn a_derived_key_is_that_of_rfc_5869() {
        // A.1, its first 32 bytes.
        let salt: Vec<u8> = (0..=0x0C).collect();
        let info: Vec<u8> = (0xF0..=0xF9).collect();
        let key = hkdf_sha256(&[0x0B; 22], &salt, &info).unwrap();
        let expected = [
            0x3C, 0xB2, 0x5F, 0x25, 0xFA, 0xAC, 0xD5, 0x7A, 0x90, 0x43, 0x4F, 0x64, 0xD0, 0x36, 0x2F, 0x2A, 0x2D, 0x2D, 0x0A, 0x90, 0xCF,
            0x1A, 0x5A, 0x4C, 0x5D, 0xB0, 0x2D, 0x56, 0xEC, 0xC4, 0xC5, 0xBF,
        ];
        assert_eq!(*key, expected);
    }

    #[test]
    fn a_code_is_that_of_rfc_4231() {
        // 4.3.
        let code = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(code.get(..4), Some(&[0x5B, 0xDC, 0xC1, 0x46][..]));
        assert!(is_hmac_sha256(b"Jefe", b"what do ya want for nothing?", &code));
        assert!(!is_hmac_sha256(b"Jefe", b"what do ya want for nothing!", &code));
    }
}
