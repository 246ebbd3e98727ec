//! Encrypting content and guarding what stands beside it (RFC7518-5).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm as Aead, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_256, Algorithm as Cipher, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::hmac;
use subtle::ConstantTimeEq as _;

use super::ContentEncryption;

/// The length of the tag of AES-GCM in bytes (RFC7518-5.3).
const GCM_TAG: usize = 16;

/// What travels under one content key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) enc: ContentEncryption,
    pub(super) key: &'a [u8],
    pub(super) iv: &'a [u8],
    /// What is guarded and not encrypted: the header as it travels (RFC7516-5.1).
    pub(super) beside: &'a [u8],
}

/// Content as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

/// Encrypts content; nothing, if a length is wrong.
pub(super) fn seal(frame: &Frame<'_>, plaintext: &[u8]) -> Option<Sealed> {
    match scheme(frame.enc) {
        Scheme::Gcm(algorithm) => {
            let (key, nonce) = gcm(algorithm, frame)?;
            let mut ciphertext = plaintext.to_vec();
            let tag = key.seal_in_place_separate_tag(nonce, Aad::from(frame.beside), &mut ciphertext).ok()?;
            Some(Sealed { ciphertext, tag: tag.as_ref().to_vec() })
        }
        Scheme::CbcHmac { cipher, mac, .. } => {
            let (mac_key, cipher_key) = halves(frame)?;
            let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(cipher, cipher_key).ok()?);
            let mut ciphertext = plaintext.to_vec();
            let context = EncryptionContext::Iv128(frame.iv.try_into().ok()?);
            key.ok()?.less_safe_encrypt(&mut ciphertext, context).ok()?;
            let tag = tag(mac, mac_key, frame, &ciphertext);
            Some(Sealed { ciphertext, tag })
        }
    }
}

/// Decrypts content; nothing, if anything of it was changed.
pub(super) fn open(frame: &Frame<'_>, sealed: &Sealed) -> Option<Vec<u8>> {
    match scheme(frame.enc) {
        Scheme::Gcm(algorithm) => {
            if sealed.tag.len() != GCM_TAG {
                return None;
            }
            let (key, nonce) = gcm(algorithm, frame)?;
            let mut both = [sealed.ciphertext.as_slice(), sealed.tag.as_slice()].concat();
            Some(key.open_in_place(nonce, Aad::from(frame.beside), &mut both).ok()?.to_vec())
        }
        Scheme::CbcHmac { cipher, mac } => {
            let (mac_key, cipher_key) = halves(frame)?;
            let expected = tag(mac, mac_key, frame, &sealed.ciphertext);
            // before anything is decrypted (RFC7518-5.2.2.2)
            if !bool::from(expected.ct_eq(&sealed.tag)) {
                return None;
            }
            let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(cipher, cipher_key).ok()?);
            let context = DecryptionContext::Iv128(frame.iv.try_into().ok()?);
            let mut inside = sealed.ciphertext.clone();
            Some(key.ok()?.decrypt(&mut inside, context).ok()?.to_vec())
        }
    }
}

/// One of the two constructions.
enum Scheme {
    Gcm(&'static Aead),
    CbcHmac { cipher: &'static Cipher, mac: hmac::Algorithm },
}

fn scheme(enc: ContentEncryption) -> Scheme {
    match enc {
        ContentEncryption::A128Gcm => Scheme::Gcm(&AES_128_GCM),
        ContentEncryption::A256Gcm => Scheme::Gcm(&AES_256_GCM),
        ContentEncryption::A128CbcHs256 => Scheme::CbcHmac { cipher: &AES_128, mac: hmac::HMAC_SHA256 },
        ContentEncryption::A256CbcHs512 => Scheme::CbcHmac { cipher: &AES_256, mac: hmac::HMAC_SHA512 },
    }
}

fn gcm(algorithm: &'static Aead, frame: &Frame<'_>) -> Option<(LessSafeKey, Nonce)> {
    let key = LessSafeKey::new(UnboundKey::new(algorithm, frame.key).ok()?);
    Some((key, Nonce::try_assume_unique_for_key(frame.iv).ok()?))
}

/// "the initial `MAC_KEY_LEN` octets of K" and "the final `ENC_KEY_LEN` octets of K" (RFC7518-5.2.2.1).
fn halves<'a>(frame: &Frame<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let right = frame.key.len() == frame.enc.key_length();
    right.then(|| frame.key.split_at(frame.key.len() / 2))
}

/// The left half of the HMAC over what stands beside, the initialization vector, the ciphertext, and the length in bits of
/// what stands beside (RFC7518-5.2.2.1).
fn tag(mac: hmac::Algorithm, key: &[u8], frame: &Frame<'_>, ciphertext: &[u8]) -> Vec<u8> {
    let bits = u64::try_from(frame.beside.len()).unwrap_or(u64::MAX).saturating_mul(8);
    let mut context = hmac::Context::with_key(&hmac::Key::new(mac, key));
    for part in [frame.beside, frame.iv, ciphertext, &bits.to_be_bytes()] {
        context.update(part);
    }
    let whole = context.sign();
    let (left, _) = whole.as_ref().split_at(whole.as_ref().len() / 2);
    left.to_vec()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use rstest::rstest;
    use serde_json::Value;

    use super::*;

    #[rstest]
    #[case::a128cbc_hs256("B.1", ContentEncryption::A128CbcHs256)]
    #[case::a256cbc_hs512("B.3", ContentEncryption::A256CbcHs512)]
    fn the_examples_of_rfc_7518_are_encrypted_byte_for_byte(
        #[case] name: &str,
        #[case] enc: ContentEncryption,
    ) {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../../../fixtures/vectors/rfc7518.json")).unwrap();
        let bytes = |member: &str| URL_SAFE_NO_PAD.decode(vectors[name][member].as_str().unwrap()).unwrap();
        let (key, iv, beside) = (bytes("K"), bytes("IV"), bytes("A"));
        let frame = Frame { enc, key: &key, iv: &iv, beside: &beside };
        let sealed = seal(&frame, &bytes("P")).unwrap();
        assert_eq!(sealed, Sealed { ciphertext: bytes("E"), tag: bytes("T") });
        assert_eq!(open(&frame, &sealed), Some(bytes("P")));
    }

    #[rstest]
    fn nothing_can_be_changed_unnoticed(
        #[values(ContentEncryption::A128CbcHs256, ContentEncryption::A256Gcm)] enc: ContentEncryption,
    ) {
        let (key, iv) = (vec![1; enc.key_length()], vec![2; enc.iv_length()]);
        let frame = Frame { enc, key: &key, iv: &iv, beside: b"header" };
        let sealed = seal(&frame, b"content").unwrap();
        assert_eq!(open(&frame, &sealed).as_deref(), Some(&b"content"[..]));
        assert_eq!(open(&Frame { beside: b"heaDer", ..frame }, &sealed), None);
        assert_eq!(open(&Frame { iv: &vec![3; enc.iv_length()], ..frame }, &sealed), None);
        let changed = |change: fn(&mut Sealed)| {
            let mut sealed = sealed.clone();
            change(&mut sealed);
            open(&frame, &sealed)
        };
        assert_eq!(changed(|sealed| sealed.ciphertext[0] ^= 1), None);
        assert_eq!(changed(|sealed| sealed.tag[0] ^= 1), None);
        assert_eq!(changed(|sealed| sealed.tag.truncate(8)), None, "a shorter tag would be guessed sooner");
        assert_eq!(changed(|sealed| sealed.ciphertext.clear()), None);
    }
}
