//! The ciphers of encrypted PDF documents (ISO 32000-2 7.6).

use aes::{Aes128, Aes256, Block};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use rc4::{Rc4, StreamCipher};
use ring::rand::{SecureRandom, SystemRandom};

const BLOCK: usize = 16;

/// Decrypts or encrypts with RC4. Keys of 5 to 16 bytes.
pub(crate) fn rc4(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    if !(5..=16).contains(&key.len()) {
        return None;
    }
    let mut out = data.to_vec();
    Rc4::new_from_slice(key).ok()?.try_apply_keystream(&mut out).ok()?;
    Some(out)
}

/// AES-CBC encryption with PKCS#7 padding; the result begins with `iv`.
pub(crate) fn aes_cbc_encrypt(key: &[u8], iv: [u8; 16], data: &[u8]) -> Option<Vec<u8>> {
    let count = BLOCK.checked_sub(data.len() % BLOCK)?;
    let mut padded = data.to_vec();
    padded.resize(data.len().checked_add(count)?, u8::try_from(count).ok()?);
    let mut out = iv.to_vec();
    out.append(&mut aes_cbc_encrypt_raw(key, iv, &padded)?);
    Some(out)
}

/// AES-CBC without padding.
pub(crate) fn aes_cbc_decrypt_raw(key: &[u8], iv: [u8; 16], data: &[u8]) -> Option<Vec<u8>> {
    let mut blocks = blocks(data)?;
    match key.len() {
        16 => cbc::Decryptor::<Aes128>::inner_iv_init(Aes128::new_from_slice(key).ok()?, &iv.into()).decrypt_blocks(&mut blocks),
        32 => cbc::Decryptor::<Aes256>::inner_iv_init(Aes256::new_from_slice(key).ok()?, &iv.into()).decrypt_blocks(&mut blocks),
        _ => return None,
    }
    Some(blocks.concat())
}

/// AES-CBC without padding.
pub(crate) fn aes_cbc_encrypt_raw(key: &[u8], iv: [u8; 16], data: &[u8]) -> Option<Vec<u8>> {
    let mut blocks = blocks(data)?;
    match key.len() {
        16 => cbc::Encryptor::<Aes128>::inner_iv_init(Aes128::new_from_slice(key).ok()?, &iv.into()).encrypt_blocks(&mut blocks),
        32 => cbc::Encryptor::<Aes256>::inner_iv_init(Aes256::new_from_slice(key).ok()?, &iv.into()).encrypt_blocks(&mut blocks),
        _ => return None,
    }
    Some(blocks.concat())
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut out = [0; N];
    SystemRandom::new().fill(&mut out).ok()?;
    Some(out)
}

fn blocks(data: &[u8]) -> Option<Vec<Block>> {
    let (blocks, rest) = data.as_chunks::<BLOCK>();
    rest.is_empty().then(|| blocks.iter().map(|block| Block::from(*block)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AES-CBC decryption with PKCS#7 padding; the first 16 bytes are the initialisation vector. Keys of 16 or 32 bytes.
    fn aes_cbc_decrypt(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        let (iv, data) = data.split_first_chunk::<BLOCK>()?;
        let mut out = aes_cbc_decrypt_raw(key, *iv, data)?;
        let count = *out.last()?;
        let length = out.len().checked_sub(usize::from(count))?;
        let padding = out.get(length..)?;
        if count == 0 || usize::from(count) > BLOCK || padding.iter().any(|byte| *byte != count) {
            return None;
        }
        out.truncate(length);
        Some(out)
    }

    #[test]
    fn rc4_gives_the_stream_of_rfc_6229() {
        let key = [1, 2, 3, 4, 5];
        assert_eq!(rc4(&key, &[0; 8]).unwrap(), [0xB2, 0x39, 0x63, 0x05, 0xF0, 0x3D, 0xC0, 0x27]);
        assert_eq!(rc4(&[1; 4], b"x"), None);
        assert_eq!(rc4(&[1; 17], b"x"), None);
    }

    #[test]
    fn aes_gives_the_blocks_of_sp_800_38a() {
        let iv = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let plain = [0x6B, 0xC1, 0xBE, 0xE2, 0x2E, 0x40, 0x9F, 0x96, 0xE9, 0x3D, 0x7E, 0x11, 0x73, 0x93, 0x17, 0x2A];
        let key = [0x2B, 0x7E, 0x15, 0x16, 0x28, 0xAE, 0xD2, 0xA6, 0xAB, 0xF7, 0x15, 0x88, 0x09, 0xCF, 0x4F, 0x3C];
        let cipher = [0x76, 0x49, 0xAB, 0xAC, 0x81, 0x19, 0xB2, 0x46, 0xCE, 0xE9, 0x8E, 0x9B, 0x12, 0xE9, 0x19, 0x7D];
        assert_eq!(aes_cbc_encrypt_raw(&key, iv, &plain).unwrap(), cipher);
        assert_eq!(aes_cbc_decrypt_raw(&key, iv, &cipher).unwrap(), plain);
    }

    #[test]
    fn what_is_encrypted_is_decrypted() {
        for key in [&[7_u8; 16][..], &[9; 32]] {
            for length in [0, 1, 15, 16, 17, 31, 32, 1000] {
                let data = vec![5; length];
                let encrypted = aes_cbc_encrypt(key, [3; 16], &data).unwrap();
                assert_eq!(encrypted.len(), 16 + (length / 16 + 1) * 16);
                assert_eq!(aes_cbc_decrypt(key, &encrypted).unwrap(), data);
            }
        }
    }

    #[test]
    fn padding_that_is_none_is_refused() {
        for last in [[0; 16], [17; 16], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]] {
            let mut data = vec![0; 16];
            data.extend(aes_cbc_encrypt_raw(&[1; 16], [0; 16], &last).unwrap());
            assert_eq!(aes_cbc_decrypt(&[1; 16], &data), None, "{last:?}");
        }
        for data in [&[][..], &[0; 15], &[0; 16], &[0; 31]] {
            assert_eq!(aes_cbc_decrypt(&[1; 16], data), None);
        }
        assert_eq!(aes_cbc_decrypt_raw(&[1; 24], [0; 16], &[0; 16]), None);
    }

    #[test]
    fn random_bytes_differ() {
        assert_ne!(random::<16>().unwrap(), random::<16>().unwrap());
    }
}
