//! The ciphers of encrypted PDF documents (ISO 32000-2 7.6).

/// Decrypts or encrypts with RC4. Keys of 5 to 16 bytes.
pub(crate) fn rc4(_key: &[u8], _data: &[u8]) -> Option<Vec<u8>> {
    todo!()
}

/// AES-CBC decryption with PKCS#7 padding; the first 16 bytes are the initialisation vector. Keys of 16 or 32 bytes.
pub(crate) fn aes_cbc_decrypt(_key: &[u8], _data: &[u8]) -> Option<Vec<u8>> {
    todo!()
}

/// AES-CBC encryption with PKCS#7 padding; the result begins with `iv`.
pub(crate) fn aes_cbc_encrypt(_key: &[u8], _iv: [u8; 16], _data: &[u8]) -> Option<Vec<u8>> {
    todo!()
}

/// AES-CBC without padding.
pub(crate) fn aes_cbc_decrypt_raw(_key: &[u8], _iv: [u8; 16], _data: &[u8]) -> Option<Vec<u8>> {
    todo!()
}

/// AES-CBC without padding.
pub(crate) fn aes_cbc_encrypt_raw(_key: &[u8], _iv: [u8; 16], _data: &[u8]) -> Option<Vec<u8>> {
    todo!()
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    todo!()
}
