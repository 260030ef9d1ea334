//! Object identifiers: the one table.

use std::fmt;

/// An object identifier, as its DER contents.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Oid<'a>(pub(crate) &'a [u8]);

impl Oid<'_> {
    /// The name that standards use, where the table has the identifier.
    pub(crate) fn name(self) -> Option<&'static str> {
        TABLE.iter().find(|row| row.0.0 == self.0).map(|row| row.2)
    }

    /// The numbers with dots between them, or the bytes in hexadecimal where they are no object identifier.
    pub(crate) fn dotted(self) -> String {
        self.numbers().unwrap_or_else(|| self.0.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn numbers(self) -> Option<String> {
        let mut out = String::new();
        let mut value: u64 = 0;
        let mut complete = false;
        for byte in self.0 {
            value = value.checked_mul(128)?.checked_add(u64::from(byte & 0x7F))?;
            complete = byte & 0x80 == 0;
            if !complete {
                continue;
            }
            if out.is_empty() {
                let first = (value / 40).min(2);
                out = format!("{first}.{}", value.checked_sub(first.checked_mul(40)?)?);
            } else {
                out.push('.');
                out.push_str(&value.to_string());
            }
            value = 0;
        }
        complete.then_some(out)
    }
}

/// The bytes of an object identifier given in numbers; `None` where the text is none.
pub(crate) fn parse_dotted(text: &str) -> Option<Vec<u8>> {
    let numbers: Option<Vec<u64>> = text.split('.').map(|part| part.parse().ok()).collect();
    let numbers = numbers?;
    let (first, second) = (*numbers.first()?, *numbers.get(1)?);
    if first > 2 || (first < 2 && second > 39) {
        return None;
    }
    let mut out = Vec::new();
    push_base128(&mut out, first.checked_mul(40)?.checked_add(second)?);
    for number in numbers.into_iter().skip(2) {
        push_base128(&mut out, number);
    }
    Some(out)
}

fn push_base128(out: &mut Vec<u8>, value: u64) {
    let groups = (64 - value.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let low = u8::try_from((value >> (7 * group)) & 0x7F).unwrap_or_default();
        out.push(if group == 0 { low } else { low | 0x80 });
    }
}

impl fmt::Display for Oid<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => formatter.write_str(name),
            None => formatter.write_str(&self.dotted()),
        }
    }
}

impl fmt::Debug for Oid<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Oid({self})")
    }
}

#[allow(dead_code, reason = "a table of the field, not only of what is used today")]
impl Oid<'static> {
    // Digests
    /// MD5, 1.2.840.113549.2.5.
    pub(crate) const MD5: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05]);
    /// SHA-1, 1.3.14.3.2.26.
    pub(crate) const SHA1: Self = Self(&[0x2B, 0x0E, 0x03, 0x02, 0x1A]);
    /// SHA-224, 2.16.840.1.101.3.4.2.4.
    pub(crate) const SHA224: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04]);
    /// SHA-256, 2.16.840.1.101.3.4.2.1.
    pub(crate) const SHA256: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);
    /// SHA-384, 2.16.840.1.101.3.4.2.2.
    pub(crate) const SHA384: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]);
    /// SHA-512, 2.16.840.1.101.3.4.2.3.
    pub(crate) const SHA512: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]);
    /// SHA-512/224, 2.16.840.1.101.3.4.2.5.
    pub(crate) const SHA512_224: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x05]);
    /// SHA-512/256, 2.16.840.1.101.3.4.2.6.
    pub(crate) const SHA512_256: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x06]);
    /// SHA3-224, 2.16.840.1.101.3.4.2.7.
    pub(crate) const SHA3_224: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x07]);
    /// SHA3-256, 2.16.840.1.101.3.4.2.8.
    pub(crate) const SHA3_256: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x08]);
    /// SHA3-384, 2.16.840.1.101.3.4.2.9.
    pub(crate) const SHA3_384: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x09]);
    /// SHA3-512, 2.16.840.1.101.3.4.2.10.
    pub(crate) const SHA3_512: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x0A]);
    /// SHAKE128, 2.16.840.1.101.3.4.2.11.
    pub(crate) const SHAKE128: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x0B]);
    /// SHAKE256, 2.16.840.1.101.3.4.2.12.
    pub(crate) const SHAKE256: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x0C]);
    /// SHAKE256 of stated length, 2.16.840.1.101.3.4.2.18.
    pub(crate) const SHAKE256_LENGTH: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x12]);
    /// RIPEMD-160, 1.3.36.3.2.1.
    pub(crate) const RIPEMD160: Self = Self(&[0x2B, 0x24, 0x03, 0x02, 0x01]);

    // Keys and signatures: RSA
    /// rsaEncryption, 1.2.840.113549.1.1.1.
    pub(crate) const RSA_ENCRYPTION: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]);
    /// md5WithRSAEncryption, 1.2.840.113549.1.1.4.
    pub(crate) const MD5_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x04]);
    /// sha1WithRSAEncryption, 1.2.840.113549.1.1.5.
    pub(crate) const SHA1_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05]);
    /// sha1WithRSA (OIW), 1.3.14.3.2.29.
    pub(crate) const SHA1_WITH_RSA_OIW: Self = Self(&[0x2B, 0x0E, 0x03, 0x02, 0x1D]);
    /// sha224WithRSAEncryption, 1.2.840.113549.1.1.14.
    pub(crate) const SHA224_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0E]);
    /// sha256WithRSAEncryption, 1.2.840.113549.1.1.11.
    pub(crate) const SHA256_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B]);
    /// sha384WithRSAEncryption, 1.2.840.113549.1.1.12.
    pub(crate) const SHA384_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C]);
    /// sha512WithRSAEncryption, 1.2.840.113549.1.1.13.
    pub(crate) const SHA512_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D]);
    /// sha512-224WithRSAEncryption, 1.2.840.113549.1.1.15.
    pub(crate) const SHA512_224_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0F]);
    /// sha512-256WithRSAEncryption, 1.2.840.113549.1.1.16.
    pub(crate) const SHA512_256_WITH_RSA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x10]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-224, 2.16.840.1.101.3.4.3.13.
    pub(crate) const SHA3_224_WITH_RSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0D]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-256, 2.16.840.1.101.3.4.3.14.
    pub(crate) const SHA3_256_WITH_RSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0E]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-384, 2.16.840.1.101.3.4.3.15.
    pub(crate) const SHA3_384_WITH_RSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0F]);
    /// id-rsassa-pkcs1-v1-5-with-sha3-512, 2.16.840.1.101.3.4.3.16.
    pub(crate) const SHA3_512_WITH_RSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x10]);
    /// id-RSASSA-PSS, 1.2.840.113549.1.1.10.
    pub(crate) const RSASSA_PSS: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A]);
    /// id-mgf1, 1.2.840.113549.1.1.8.
    pub(crate) const MGF1: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08]);

    // Keys and signatures: elliptic curves
    /// id-ecPublicKey, 1.2.840.10045.2.1.
    pub(crate) const EC_PUBLIC_KEY: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]);
    /// ecdsa-with-SHA1, 1.2.840.10045.4.1.
    pub(crate) const SHA1_WITH_ECDSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01]);
    /// ecdsa-with-SHA224, 1.2.840.10045.4.3.1.
    pub(crate) const SHA224_WITH_ECDSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x01]);
    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    pub(crate) const SHA256_WITH_ECDSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]);
    /// ecdsa-with-SHA384, 1.2.840.10045.4.3.3.
    pub(crate) const SHA384_WITH_ECDSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03]);
    /// ecdsa-with-SHA512, 1.2.840.10045.4.3.4.
    pub(crate) const SHA512_WITH_ECDSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04]);
    /// id-ecdsa-with-sha3-224, 2.16.840.1.101.3.4.3.9.
    pub(crate) const SHA3_224_WITH_ECDSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x09]);
    /// id-ecdsa-with-sha3-256, 2.16.840.1.101.3.4.3.10.
    pub(crate) const SHA3_256_WITH_ECDSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0A]);
    /// id-ecdsa-with-sha3-384, 2.16.840.1.101.3.4.3.11.
    pub(crate) const SHA3_384_WITH_ECDSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0B]);
    /// id-ecdsa-with-sha3-512, 2.16.840.1.101.3.4.3.12.
    pub(crate) const SHA3_512_WITH_ECDSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x0C]);
    /// ecdsa-plain-SHA1, 0.4.0.127.0.7.1.1.4.1.1.
    pub(crate) const PLAIN_ECDSA_SHA1: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x01]);
    /// ecdsa-plain-SHA224, 0.4.0.127.0.7.1.1.4.1.2.
    pub(crate) const PLAIN_ECDSA_SHA224: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x02]);
    /// ecdsa-plain-SHA256, 0.4.0.127.0.7.1.1.4.1.3.
    pub(crate) const PLAIN_ECDSA_SHA256: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x03]);
    /// ecdsa-plain-SHA384, 0.4.0.127.0.7.1.1.4.1.4.
    pub(crate) const PLAIN_ECDSA_SHA384: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x04]);
    /// ecdsa-plain-SHA512, 0.4.0.127.0.7.1.1.4.1.5.
    pub(crate) const PLAIN_ECDSA_SHA512: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x05]);
    /// ecdsa-plain-SHA3-224, 0.4.0.127.0.7.1.1.4.1.8.
    pub(crate) const PLAIN_ECDSA_SHA3_224: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x08]);
    /// ecdsa-plain-SHA3-256, 0.4.0.127.0.7.1.1.4.1.9.
    pub(crate) const PLAIN_ECDSA_SHA3_256: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x09]);
    /// ecdsa-plain-SHA3-384, 0.4.0.127.0.7.1.1.4.1.10.
    pub(crate) const PLAIN_ECDSA_SHA3_384: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x0A]);
    /// ecdsa-plain-SHA3-512, 0.4.0.127.0.7.1.1.4.1.11.
    pub(crate) const PLAIN_ECDSA_SHA3_512: Self = Self(&[0x04, 0x00, 0x7F, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, 0x0B]);
    /// Ed25519, 1.3.101.112.
    pub(crate) const ED25519: Self = Self(&[0x2B, 0x65, 0x70]);
    /// Ed448, 1.3.101.113.
    pub(crate) const ED448: Self = Self(&[0x2B, 0x65, 0x71]);
    /// P-256, 1.2.840.10045.3.1.7.
    pub(crate) const SECP256R1: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]);
    /// P-384, 1.3.132.0.34.
    pub(crate) const SECP384R1: Self = Self(&[0x2B, 0x81, 0x04, 0x00, 0x22]);
    /// P-521, 1.3.132.0.35.
    pub(crate) const SECP521R1: Self = Self(&[0x2B, 0x81, 0x04, 0x00, 0x23]);
    /// brainpoolP256r1, 1.3.36.3.3.2.8.1.1.7.
    pub(crate) const BRAINPOOL_P256R1: Self = Self(&[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07]);
    /// brainpoolP384r1, 1.3.36.3.3.2.8.1.1.11.
    pub(crate) const BRAINPOOL_P384R1: Self = Self(&[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0B]);
    /// brainpoolP512r1, 1.3.36.3.3.2.8.1.1.13.
    pub(crate) const BRAINPOOL_P512R1: Self = Self(&[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0D]);
    /// DSA, 1.2.840.10040.4.1.
    pub(crate) const DSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]);
    /// dsa-with-SHA1, 1.2.840.10040.4.3.
    pub(crate) const SHA1_WITH_DSA: Self = Self(&[0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x03]);
    /// dsa-with-SHA256, 2.16.840.1.101.3.4.3.2.
    pub(crate) const SHA256_WITH_DSA: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x02]);

    // CMS
    /// id-data, 1.2.840.113549.1.7.1.
    pub(crate) const DATA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01]);
    /// id-signedData, 1.2.840.113549.1.7.2.
    pub(crate) const SIGNED_DATA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]);
    /// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
    pub(crate) const TST_INFO: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04]);
    /// id-ct-authData, 1.2.840.113549.1.9.16.1.2.
    pub(crate) const AUTHENTICATED_DATA: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x02]);
    /// id-pdfMacIntegrityInfo (ISO/TS 32004), 1.0.32004.1.0.
    pub(crate) const PDF_MAC_INTEGRITY_INFO: Self = Self(&[0x28, 0x81, 0xFA, 0x04, 0x01, 0x00]);
    /// id-pdfMacWrapKdf (ISO/TS 32004), 1.0.32004.1.1.
    pub(crate) const PDF_MAC_WRAP_KDF: Self = Self(&[0x28, 0x81, 0xFA, 0x04, 0x01, 0x01]);
    /// id-pdfMacData (ISO/TS 32004), 1.0.32004.1.2.
    pub(crate) const PDF_MAC_DATA: Self = Self(&[0x28, 0x81, 0xFA, 0x04, 0x01, 0x02]);
    /// hmacWithSHA256, 1.2.840.113549.2.9.
    pub(crate) const HMAC_SHA256: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x09]);
    /// aes256-wrap, 2.16.840.1.101.3.4.1.45.
    pub(crate) const AES256_WRAP: Self = Self(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2D]);
    /// content-type, 1.2.840.113549.1.9.3.
    pub(crate) const CONTENT_TYPE: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03]);
    /// message-digest, 1.2.840.113549.1.9.4.
    pub(crate) const MESSAGE_DIGEST: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04]);
    /// signing-time, 1.2.840.113549.1.9.5.
    pub(crate) const SIGNING_TIME: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x05]);
    /// countersignature, 1.2.840.113549.1.9.6.
    pub(crate) const COUNTERSIGNATURE: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x06]);
    /// signing-certificate, 1.2.840.113549.1.9.16.2.12.
    pub(crate) const SIGNING_CERTIFICATE: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x0C]);
    /// signing-certificate-v2, 1.2.840.113549.1.9.16.2.47.
    pub(crate) const SIGNING_CERTIFICATE_V2: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x2F]);
    /// signature-policy-identifier, 1.2.840.113549.1.9.16.2.15.
    pub(crate) const SIGNATURE_POLICY: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x0F]);
    /// commitment-type-indication, 1.2.840.113549.1.9.16.2.16.
    pub(crate) const COMMITMENT_TYPE: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x10]);
    /// signature-time-stamp, 1.2.840.113549.1.9.16.2.14.
    pub(crate) const SIGNATURE_TIMESTAMP: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x0E]);
    /// content-time-stamp, 1.2.840.113549.1.9.16.2.20.
    pub(crate) const CONTENT_TIMESTAMP: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x02, 0x14]);
    /// cms-algorithm-protection, 1.2.840.113549.1.9.52.
    pub(crate) const ALGORITHM_PROTECTION: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x34]);
    /// adbe-revocationInfoArchival, 1.2.840.113583.1.1.8.
    pub(crate) const ADOBE_REVOCATION: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x2F, 0x01, 0x01, 0x08]);
    /// id-ri-ocsp-response, 1.3.6.1.5.5.7.16.2.
    pub(crate) const OCSP_RESPONSE: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, 0x02]);
    /// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
    pub(crate) const OCSP_BASIC: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01]);

    // Certificate extensions
    /// subjectKeyIdentifier, 2.5.29.14.
    pub(crate) const SUBJECT_KEY_IDENTIFIER: Self = Self(&[0x55, 0x1D, 0x0E]);
    /// keyUsage, 2.5.29.15.
    pub(crate) const KEY_USAGE: Self = Self(&[0x55, 0x1D, 0x0F]);
    /// privateKeyUsagePeriod, 2.5.29.16.
    pub(crate) const PRIVATE_KEY_USAGE_PERIOD: Self = Self(&[0x55, 0x1D, 0x10]);
    /// subjectAltName, 2.5.29.17.
    pub(crate) const SUBJECT_ALTERNATIVE_NAME: Self = Self(&[0x55, 0x1D, 0x11]);
    /// issuerAltName, 2.5.29.18.
    pub(crate) const ISSUER_ALTERNATIVE_NAME: Self = Self(&[0x55, 0x1D, 0x12]);
    /// basicConstraints, 2.5.29.19.
    pub(crate) const BASIC_CONSTRAINTS: Self = Self(&[0x55, 0x1D, 0x13]);
    /// cRLNumber, 2.5.29.20.
    pub(crate) const CRL_NUMBER: Self = Self(&[0x55, 0x1D, 0x14]);
    /// reasonCode, 2.5.29.21.
    pub(crate) const REASON_CODE: Self = Self(&[0x55, 0x1D, 0x15]);
    /// invalidityDate, 2.5.29.24.
    pub(crate) const INVALIDITY_DATE: Self = Self(&[0x55, 0x1D, 0x18]);
    /// deltaCRLIndicator, 2.5.29.27.
    pub(crate) const DELTA_CRL_INDICATOR: Self = Self(&[0x55, 0x1D, 0x1B]);
    /// issuingDistributionPoint, 2.5.29.28.
    pub(crate) const ISSUING_DISTRIBUTION_POINT: Self = Self(&[0x55, 0x1D, 0x1C]);
    /// certificateIssuer, 2.5.29.29.
    pub(crate) const CERTIFICATE_ISSUER: Self = Self(&[0x55, 0x1D, 0x1D]);
    /// nameConstraints, 2.5.29.30.
    pub(crate) const NAME_CONSTRAINTS: Self = Self(&[0x55, 0x1D, 0x1E]);
    /// cRLDistributionPoints, 2.5.29.31.
    pub(crate) const CRL_DISTRIBUTION_POINTS: Self = Self(&[0x55, 0x1D, 0x1F]);
    /// certificatePolicies, 2.5.29.32.
    pub(crate) const CERTIFICATE_POLICIES: Self = Self(&[0x55, 0x1D, 0x20]);
    /// anyPolicy, 2.5.29.32.0.
    pub(crate) const ANY_POLICY: Self = Self(&[0x55, 0x1D, 0x20, 0x00]);
    /// policyMappings, 2.5.29.33.
    pub(crate) const POLICY_MAPPINGS: Self = Self(&[0x55, 0x1D, 0x21]);
    /// authorityKeyIdentifier, 2.5.29.35.
    pub(crate) const AUTHORITY_KEY_IDENTIFIER: Self = Self(&[0x55, 0x1D, 0x23]);
    /// policyConstraints, 2.5.29.36.
    pub(crate) const POLICY_CONSTRAINTS: Self = Self(&[0x55, 0x1D, 0x24]);
    /// extKeyUsage, 2.5.29.37.
    pub(crate) const EXTENDED_KEY_USAGE: Self = Self(&[0x55, 0x1D, 0x25]);
    /// freshestCRL, 2.5.29.46.
    pub(crate) const FRESHEST_CRL: Self = Self(&[0x55, 0x1D, 0x2E]);
    /// inhibitAnyPolicy, 2.5.29.54.
    pub(crate) const INHIBIT_ANY_POLICY: Self = Self(&[0x55, 0x1D, 0x36]);
    /// expiredCertsOnCRL, 2.5.29.60.
    pub(crate) const EXPIRED_CERTIFICATES_ON_CRL: Self = Self(&[0x55, 0x1D, 0x3C]);
    /// authorityInfoAccess, 1.3.6.1.5.5.7.1.1.
    pub(crate) const AUTHORITY_INFORMATION_ACCESS: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01]);
    /// qcStatements, 1.3.6.1.5.5.7.1.3.
    pub(crate) const QC_STATEMENTS: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x03]);
    /// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
    pub(crate) const OCSP_NONCE: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02]);
    /// id-pkix-ocsp-crl, 1.3.6.1.5.5.7.48.1.3.
    pub(crate) const OCSP_CRL_REFERENCE: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x03]);
    /// id-pkix-ocsp-archive-cutoff, 1.3.6.1.5.5.7.48.1.6.
    pub(crate) const OCSP_ARCHIVE_CUTOFF: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x06]);
    /// id-pkix-ocsp-extended-revoke, 1.3.6.1.5.5.7.48.1.9.
    pub(crate) const OCSP_EXTENDED_REVOKE: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x09]);
    /// id-pkix-ocsp-nocheck, 1.3.6.1.5.5.7.48.1.5.
    pub(crate) const OCSP_NO_CHECK: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05]);
    /// id-ad-ocsp, 1.3.6.1.5.5.7.48.1.
    pub(crate) const ACCESS_OCSP: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]);
    /// id-ad-caIssuers, 1.3.6.1.5.5.7.48.2.
    pub(crate) const ACCESS_CA_ISSUERS: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02]);
    /// etsi-validity-assured-short-term, 0.4.0.194121.2.1.
    pub(crate) const VALIDITY_ASSURED_SHORT_TERM: Self = Self(&[0x04, 0x00, 0x8B, 0xEC, 0x49, 0x02, 0x01]);

    // Extended key usages
    /// anyExtendedKeyUsage, 2.5.29.37.0.
    pub(crate) const ANY_EXTENDED_KEY_USAGE: Self = Self(&[0x55, 0x1D, 0x25, 0x00]);
    /// serverAuth, 1.3.6.1.5.5.7.3.1.
    pub(crate) const SERVER_AUTHENTICATION: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]);
    /// clientAuth, 1.3.6.1.5.5.7.3.2.
    pub(crate) const CLIENT_AUTHENTICATION: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02]);
    /// codeSigning, 1.3.6.1.5.5.7.3.3.
    pub(crate) const CODE_SIGNING: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03]);
    /// emailProtection, 1.3.6.1.5.5.7.3.4.
    pub(crate) const EMAIL_PROTECTION: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04]);
    /// timeStamping, 1.3.6.1.5.5.7.3.8.
    pub(crate) const TIME_STAMPING: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08]);
    /// OCSPSigning, 1.3.6.1.5.5.7.3.9.
    pub(crate) const OCSP_SIGNING: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09]);
    /// documentSigning, 1.3.6.1.5.5.7.3.36.
    pub(crate) const DOCUMENT_SIGNING: Self = Self(&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24]);

    // Parts of names
    /// CN, 2.5.4.3.
    pub(crate) const COMMON_NAME: Self = Self(&[0x55, 0x04, 0x03]);
    /// SN, 2.5.4.4.
    pub(crate) const SURNAME: Self = Self(&[0x55, 0x04, 0x04]);
    /// serialNumber, 2.5.4.5.
    pub(crate) const SERIAL_NUMBER: Self = Self(&[0x55, 0x04, 0x05]);
    /// C, 2.5.4.6.
    pub(crate) const COUNTRY: Self = Self(&[0x55, 0x04, 0x06]);
    /// L, 2.5.4.7.
    pub(crate) const LOCALITY: Self = Self(&[0x55, 0x04, 0x07]);
    /// ST, 2.5.4.8.
    pub(crate) const STATE: Self = Self(&[0x55, 0x04, 0x08]);
    /// street, 2.5.4.9.
    pub(crate) const STREET: Self = Self(&[0x55, 0x04, 0x09]);
    /// O, 2.5.4.10.
    pub(crate) const ORGANIZATION: Self = Self(&[0x55, 0x04, 0x0A]);
    /// OU, 2.5.4.11.
    pub(crate) const ORGANIZATIONAL_UNIT: Self = Self(&[0x55, 0x04, 0x0B]);
    /// title, 2.5.4.12.
    pub(crate) const TITLE: Self = Self(&[0x55, 0x04, 0x0C]);
    /// telephoneNumber, 2.5.4.20.
    pub(crate) const TELEPHONE_NUMBER: Self = Self(&[0x55, 0x04, 0x14]);
    /// name, 2.5.4.41.
    pub(crate) const NAME: Self = Self(&[0x55, 0x04, 0x29]);
    /// givenName, 2.5.4.42.
    pub(crate) const GIVEN_NAME: Self = Self(&[0x55, 0x04, 0x2A]);
    /// initials, 2.5.4.43.
    pub(crate) const INITIALS: Self = Self(&[0x55, 0x04, 0x2B]);
    /// generationQualifier, 2.5.4.44.
    pub(crate) const GENERATION_QUALIFIER: Self = Self(&[0x55, 0x04, 0x2C]);
    /// dnQualifier, 2.5.4.46.
    pub(crate) const DN_QUALIFIER: Self = Self(&[0x55, 0x04, 0x2E]);
    /// pseudonym, 2.5.4.65.
    pub(crate) const PSEUDONYM: Self = Self(&[0x55, 0x04, 0x41]);
    /// organizationIdentifier, 2.5.4.97.
    pub(crate) const ORGANIZATION_IDENTIFIER: Self = Self(&[0x55, 0x04, 0x61]);
    /// UID, 0.9.2342.19200300.100.1.1.
    pub(crate) const USER_ID: Self = Self(&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x01]);
    /// DC, 0.9.2342.19200300.100.1.25.
    pub(crate) const DOMAIN_COMPONENT: Self = Self(&[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x19]);
    /// emailAddress, 1.2.840.113549.1.9.1.
    pub(crate) const EMAIL_ADDRESS: Self = Self(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x01]);
}

const TABLE: &[(Oid<'static>, &str, &str)] = &[
    (Oid::MD5, "1.2.840.113549.2.5", "MD5"),
    (Oid::SHA1, "1.3.14.3.2.26", "SHA-1"),
    (Oid::SHA224, "2.16.840.1.101.3.4.2.4", "SHA-224"),
    (Oid::SHA256, "2.16.840.1.101.3.4.2.1", "SHA-256"),
    (Oid::SHA384, "2.16.840.1.101.3.4.2.2", "SHA-384"),
    (Oid::SHA512, "2.16.840.1.101.3.4.2.3", "SHA-512"),
    (Oid::SHA512_224, "2.16.840.1.101.3.4.2.5", "SHA-512/224"),
    (Oid::SHA512_256, "2.16.840.1.101.3.4.2.6", "SHA-512/256"),
    (Oid::SHA3_224, "2.16.840.1.101.3.4.2.7", "SHA3-224"),
    (Oid::SHA3_256, "2.16.840.1.101.3.4.2.8", "SHA3-256"),
    (Oid::SHA3_384, "2.16.840.1.101.3.4.2.9", "SHA3-384"),
    (Oid::SHA3_512, "2.16.840.1.101.3.4.2.10", "SHA3-512"),
    (Oid::SHAKE128, "2.16.840.1.101.3.4.2.11", "SHAKE128"),
    (Oid::SHAKE256, "2.16.840.1.101.3.4.2.12", "SHAKE256"),
    (Oid::SHAKE256_LENGTH, "2.16.840.1.101.3.4.2.18", "SHAKE256 of stated length"),
    (Oid::RIPEMD160, "1.3.36.3.2.1", "RIPEMD-160"),
    (Oid::RSA_ENCRYPTION, "1.2.840.113549.1.1.1", "rsaEncryption"),
    (Oid::MD5_WITH_RSA, "1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    (Oid::SHA1_WITH_RSA, "1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    (Oid::SHA1_WITH_RSA_OIW, "1.3.14.3.2.29", "sha1WithRSA (OIW)"),
    (Oid::SHA224_WITH_RSA, "1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    (Oid::SHA256_WITH_RSA, "1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    (Oid::SHA384_WITH_RSA, "1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    (Oid::SHA512_WITH_RSA, "1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    (Oid::SHA512_224_WITH_RSA, "1.2.840.113549.1.1.15", "sha512-224WithRSAEncryption"),
    (Oid::SHA512_256_WITH_RSA, "1.2.840.113549.1.1.16", "sha512-256WithRSAEncryption"),
    (Oid::SHA3_224_WITH_RSA, "2.16.840.1.101.3.4.3.13", "id-rsassa-pkcs1-v1-5-with-sha3-224"),
    (Oid::SHA3_256_WITH_RSA, "2.16.840.1.101.3.4.3.14", "id-rsassa-pkcs1-v1-5-with-sha3-256"),
    (Oid::SHA3_384_WITH_RSA, "2.16.840.1.101.3.4.3.15", "id-rsassa-pkcs1-v1-5-with-sha3-384"),
    (Oid::SHA3_512_WITH_RSA, "2.16.840.1.101.3.4.3.16", "id-rsassa-pkcs1-v1-5-with-sha3-512"),
    (Oid::RSASSA_PSS, "1.2.840.113549.1.1.10", "id-RSASSA-PSS"),
    (Oid::MGF1, "1.2.840.113549.1.1.8", "id-mgf1"),
    (Oid::EC_PUBLIC_KEY, "1.2.840.10045.2.1", "id-ecPublicKey"),
    (Oid::SHA1_WITH_ECDSA, "1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    (Oid::SHA224_WITH_ECDSA, "1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    (Oid::SHA256_WITH_ECDSA, "1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    (Oid::SHA384_WITH_ECDSA, "1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    (Oid::SHA512_WITH_ECDSA, "1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    (Oid::SHA3_224_WITH_ECDSA, "2.16.840.1.101.3.4.3.9", "id-ecdsa-with-sha3-224"),
    (Oid::SHA3_256_WITH_ECDSA, "2.16.840.1.101.3.4.3.10", "id-ecdsa-with-sha3-256"),
    (Oid::SHA3_384_WITH_ECDSA, "2.16.840.1.101.3.4.3.11", "id-ecdsa-with-sha3-384"),
    (Oid::SHA3_512_WITH_ECDSA, "2.16.840.1.101.3.4.3.12", "id-ecdsa-with-sha3-512"),
    (Oid::PLAIN_ECDSA_SHA1, "0.4.0.127.0.7.1.1.4.1.1", "ecdsa-plain-SHA1"),
    (Oid::PLAIN_ECDSA_SHA224, "0.4.0.127.0.7.1.1.4.1.2", "ecdsa-plain-SHA224"),
    (Oid::PLAIN_ECDSA_SHA256, "0.4.0.127.0.7.1.1.4.1.3", "ecdsa-plain-SHA256"),
    (Oid::PLAIN_ECDSA_SHA384, "0.4.0.127.0.7.1.1.4.1.4", "ecdsa-plain-SHA384"),
    (Oid::PLAIN_ECDSA_SHA512, "0.4.0.127.0.7.1.1.4.1.5", "ecdsa-plain-SHA512"),
    (Oid::PLAIN_ECDSA_SHA3_224, "0.4.0.127.0.7.1.1.4.1.8", "ecdsa-plain-SHA3-224"),
    (Oid::PLAIN_ECDSA_SHA3_256, "0.4.0.127.0.7.1.1.4.1.9", "ecdsa-plain-SHA3-256"),
    (Oid::PLAIN_ECDSA_SHA3_384, "0.4.0.127.0.7.1.1.4.1.10", "ecdsa-plain-SHA3-384"),
    (Oid::PLAIN_ECDSA_SHA3_512, "0.4.0.127.0.7.1.1.4.1.11", "ecdsa-plain-SHA3-512"),
    (Oid::ED25519, "1.3.101.112", "Ed25519"),
    (Oid::ED448, "1.3.101.113", "Ed448"),
    (Oid::SECP256R1, "1.2.840.10045.3.1.7", "P-256"),
    (Oid::SECP384R1, "1.3.132.0.34", "P-384"),
    (Oid::SECP521R1, "1.3.132.0.35", "P-521"),
    (Oid::BRAINPOOL_P256R1, "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    (Oid::BRAINPOOL_P384R1, "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    (Oid::BRAINPOOL_P512R1, "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    (Oid::DSA, "1.2.840.10040.4.1", "DSA"),
    (Oid::SHA1_WITH_DSA, "1.2.840.10040.4.3", "dsa-with-SHA1"),
    (Oid::SHA256_WITH_DSA, "2.16.840.1.101.3.4.3.2", "dsa-with-SHA256"),
    (Oid::DATA, "1.2.840.113549.1.7.1", "id-data"),
    (Oid::SIGNED_DATA, "1.2.840.113549.1.7.2", "id-signedData"),
    (Oid::TST_INFO, "1.2.840.113549.1.9.16.1.4", "id-ct-TSTInfo"),
    (Oid::AUTHENTICATED_DATA, "1.2.840.113549.1.9.16.1.2", "id-ct-authData"),
    (Oid::PDF_MAC_INTEGRITY_INFO, "1.0.32004.1.0", "id-pdfMacIntegrityInfo"),
    (Oid::PDF_MAC_WRAP_KDF, "1.0.32004.1.1", "id-pdfMacWrapKdf"),
    (Oid::PDF_MAC_DATA, "1.0.32004.1.2", "id-pdfMacData"),
    (Oid::HMAC_SHA256, "1.2.840.113549.2.9", "hmacWithSHA256"),
    (Oid::AES256_WRAP, "2.16.840.1.101.3.4.1.45", "aes256-wrap"),
    (Oid::CONTENT_TYPE, "1.2.840.113549.1.9.3", "content-type"),
    (Oid::MESSAGE_DIGEST, "1.2.840.113549.1.9.4", "message-digest"),
    (Oid::SIGNING_TIME, "1.2.840.113549.1.9.5", "signing-time"),
    (Oid::COUNTERSIGNATURE, "1.2.840.113549.1.9.6", "countersignature"),
    (Oid::SIGNING_CERTIFICATE, "1.2.840.113549.1.9.16.2.12", "signing-certificate"),
    (Oid::SIGNING_CERTIFICATE_V2, "1.2.840.113549.1.9.16.2.47", "signing-certificate-v2"),
    (Oid::SIGNATURE_POLICY, "1.2.840.113549.1.9.16.2.15", "signature-policy-identifier"),
    (Oid::COMMITMENT_TYPE, "1.2.840.113549.1.9.16.2.16", "commitment-type-indication"),
    (Oid::SIGNATURE_TIMESTAMP, "1.2.840.113549.1.9.16.2.14", "signature-time-stamp"),
    (Oid::CONTENT_TIMESTAMP, "1.2.840.113549.1.9.16.2.20", "content-time-stamp"),
    (Oid::ALGORITHM_PROTECTION, "1.2.840.113549.1.9.52", "cms-algorithm-protection"),
    (Oid::ADOBE_REVOCATION, "1.2.840.113583.1.1.8", "adbe-revocationInfoArchival"),
    (Oid::OCSP_RESPONSE, "1.3.6.1.5.5.7.16.2", "id-ri-ocsp-response"),
    (Oid::OCSP_BASIC, "1.3.6.1.5.5.7.48.1.1", "id-pkix-ocsp-basic"),
    (Oid::SUBJECT_KEY_IDENTIFIER, "2.5.29.14", "subjectKeyIdentifier"),
    (Oid::KEY_USAGE, "2.5.29.15", "keyUsage"),
    (Oid::PRIVATE_KEY_USAGE_PERIOD, "2.5.29.16", "privateKeyUsagePeriod"),
    (Oid::SUBJECT_ALTERNATIVE_NAME, "2.5.29.17", "subjectAltName"),
    (Oid::ISSUER_ALTERNATIVE_NAME, "2.5.29.18", "issuerAltName"),
    (Oid::BASIC_CONSTRAINTS, "2.5.29.19", "basicConstraints"),
    (Oid::CRL_NUMBER, "2.5.29.20", "cRLNumber"),
    (Oid::REASON_CODE, "2.5.29.21", "reasonCode"),
    (Oid::INVALIDITY_DATE, "2.5.29.24", "invalidityDate"),
    (Oid::DELTA_CRL_INDICATOR, "2.5.29.27", "deltaCRLIndicator"),
    (Oid::ISSUING_DISTRIBUTION_POINT, "2.5.29.28", "issuingDistributionPoint"),
    (Oid::CERTIFICATE_ISSUER, "2.5.29.29", "certificateIssuer"),
    (Oid::NAME_CONSTRAINTS, "2.5.29.30", "nameConstraints"),
    (Oid::CRL_DISTRIBUTION_POINTS, "2.5.29.31", "cRLDistributionPoints"),
    (Oid::CERTIFICATE_POLICIES, "2.5.29.32", "certificatePolicies"),
    (Oid::ANY_POLICY, "2.5.29.32.0", "anyPolicy"),
    (Oid::POLICY_MAPPINGS, "2.5.29.33", "policyMappings"),
    (Oid::AUTHORITY_KEY_IDENTIFIER, "2.5.29.35", "authorityKeyIdentifier"),
    (Oid::POLICY_CONSTRAINTS, "2.5.29.36", "policyConstraints"),
    (Oid::EXTENDED_KEY_USAGE, "2.5.29.37", "extKeyUsage"),
    (Oid::FRESHEST_CRL, "2.5.29.46", "freshestCRL"),
    (Oid::INHIBIT_ANY_POLICY, "2.5.29.54", "inhibitAnyPolicy"),
    (Oid::EXPIRED_CERTIFICATES_ON_CRL, "2.5.29.60", "expiredCertsOnCRL"),
    (Oid::AUTHORITY_INFORMATION_ACCESS, "1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    (Oid::QC_STATEMENTS, "1.3.6.1.5.5.7.1.3", "qcStatements"),
    (Oid::OCSP_NONCE, "1.3.6.1.5.5.7.48.1.2", "id-pkix-ocsp-nonce"),
    (Oid::OCSP_CRL_REFERENCE, "1.3.6.1.5.5.7.48.1.3", "id-pkix-ocsp-crl"),
    (Oid::OCSP_ARCHIVE_CUTOFF, "1.3.6.1.5.5.7.48.1.6", "id-pkix-ocsp-archive-cutoff"),
    (Oid::OCSP_EXTENDED_REVOKE, "1.3.6.1.5.5.7.48.1.9", "id-pkix-ocsp-extended-revoke"),
    (Oid::OCSP_NO_CHECK, "1.3.6.1.5.5.7.48.1.5", "id-pkix-ocsp-nocheck"),
    (Oid::ACCESS_OCSP, "1.3.6.1.5.5.7.48.1", "id-ad-ocsp"),
    (Oid::ACCESS_CA_ISSUERS, "1.3.6.1.5.5.7.48.2", "id-ad-caIssuers"),
    (Oid::VALIDITY_ASSURED_SHORT_TERM, "0.4.0.194121.2.1", "etsi-validity-assured-short-term"),
    (Oid::ANY_EXTENDED_KEY_USAGE, "2.5.29.37.0", "anyExtendedKeyUsage"),
    (Oid::SERVER_AUTHENTICATION, "1.3.6.1.5.5.7.3.1", "serverAuth"),
    (Oid::CLIENT_AUTHENTICATION, "1.3.6.1.5.5.7.3.2", "clientAuth"),
    (Oid::CODE_SIGNING, "1.3.6.1.5.5.7.3.3", "codeSigning"),
    (Oid::EMAIL_PROTECTION, "1.3.6.1.5.5.7.3.4", "emailProtection"),
    (Oid::TIME_STAMPING, "1.3.6.1.5.5.7.3.8", "timeStamping"),
    (Oid::OCSP_SIGNING, "1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    (Oid::DOCUMENT_SIGNING, "1.3.6.1.5.5.7.3.36", "documentSigning"),
    (Oid::COMMON_NAME, "2.5.4.3", "CN"),
    (Oid::SURNAME, "2.5.4.4", "SN"),
    (Oid::SERIAL_NUMBER, "2.5.4.5", "serialNumber"),
    (Oid::COUNTRY, "2.5.4.6", "C"),
    (Oid::LOCALITY, "2.5.4.7", "L"),
    (Oid::STATE, "2.5.4.8", "ST"),
    (Oid::STREET, "2.5.4.9", "street"),
    (Oid::ORGANIZATION, "2.5.4.10", "O"),
    (Oid::ORGANIZATIONAL_UNIT, "2.5.4.11", "OU"),
    (Oid::TITLE, "2.5.4.12", "title"),
    (Oid::TELEPHONE_NUMBER, "2.5.4.20", "telephoneNumber"),
    (Oid::NAME, "2.5.4.41", "name"),
    (Oid::GIVEN_NAME, "2.5.4.42", "givenName"),
    (Oid::INITIALS, "2.5.4.43", "initials"),
    (Oid::GENERATION_QUALIFIER, "2.5.4.44", "generationQualifier"),
    (Oid::DN_QUALIFIER, "2.5.4.46", "dnQualifier"),
    (Oid::PSEUDONYM, "2.5.4.65", "pseudonym"),
    (Oid::ORGANIZATION_IDENTIFIER, "2.5.4.97", "organizationIdentifier"),
    (Oid::USER_ID, "0.9.2342.19200300.100.1.1", "UID"),
    (Oid::DOMAIN_COMPONENT, "0.9.2342.19200300.100.1.25", "DC"),
    (Oid::EMAIL_ADDRESS, "1.2.840.113549.1.9.1", "emailAddress"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_says_the_same_in_bytes_and_numbers() {
        assert!(TABLE.len() > 100);
        for (oid, numbers, _) in TABLE {
            assert_eq!(oid.dotted(), *numbers);
            assert_eq!(parse_dotted(numbers).as_deref(), Some(oid.0));
        }
    }

    #[test]
    fn no_two_rows_are_alike() {
        let mut seen = std::collections::HashSet::new();
        assert!(TABLE.iter().all(|(oid, _, _)| seen.insert(oid.0)));
    }

    #[test]
    fn broken_identifiers_are_shown_as_bytes() {
        assert_eq!(Oid(&[0x2A, 0x86]).dotted(), "2a86");
        assert_eq!(Oid(&[]).dotted(), "");
        assert_eq!(parse_dotted("3.1"), None);
        assert_eq!(parse_dotted("1"), None);
        assert_eq!(parse_dotted("1.2.x"), None);
    }
}
