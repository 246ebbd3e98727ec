//! AES key wrap (RFC3394-2.2, RFC7518-4.4), with keys of each length.

use aes_kw::{IV_LEN, KeyInit as _, KwAes128, KwAes192, KwAes256};

/// A key under another one, whose length says which AES it is.
pub(super) fn wrapped(under: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; key.len() + IV_LEN];
    match under.len() {
        16 => KwAes128::new_from_slice(under).ok()?.wrap_key(key, &mut wrapped).ok()?,
        24 => KwAes192::new_from_slice(under).ok()?.wrap_key(key, &mut wrapped).ok()?,
        32 => KwAes256::new_from_slice(under).ok()?.wrap_key(key, &mut wrapped).ok()?,
        _ => return None,
    };
    Some(wrapped)
}

/// The key that was wrapped, if it was wrapped under this one and has not changed since.
pub(super) fn unwrapped(under: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    let mut key = vec![0; wrapped.len().checked_sub(IV_LEN)?];
    match under.len() {
        16 => KwAes128::new_from_slice(under).ok()?.unwrap_key(wrapped, &mut key).ok()?,
        24 => KwAes192::new_from_slice(under).ok()?.unwrap_key(wrapped, &mut key).ok()?,
        32 => KwAes256::new_from_slice(under).ok()?.unwrap_key(wrapped, &mut key).ok()?,
        _ => return None,
    };
    Some(key)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::base64url;
    use super::*;

    /// The examples of RFC3394-4, which wrap a key of 128 bits.
    #[rstest]
    #[case::with_128_bits(16, "H6aLCoEStEeu80vY-1p7gp0-hiNx0s_l")]
    #[case::with_192_bits(24, "lneLJa5spDX5K1uXwFCu0kaKuKF62E5d")]
    #[case::with_256_bits(32, "ZOjD-c4PW6Jj6Xd5BYGKKpPIGR59born")]
    fn the_examples_of_rfc_3394_are_wrapped_byte_for_byte(#[case] length: u8, #[case] expected: &str) {
        let under: Vec<u8> = (0..length).collect();
        let key: Vec<u8> = (0..16).map(|byte: u8| byte * 0x11).collect();
        let found = wrapped(&under, &key).unwrap();
        assert_eq!(base64url(&found), expected);
        assert_eq!(unwrapped(&under, &found), Some(key));
    }

    #[rstest]
    #[case::changed(32, vec![7; 24])]
    #[case::no_whole_block(32, vec![7; 23])]
    #[case::shorter_than_a_block(32, vec![7; 7])]
    #[case::under_a_key_of_another_length(20, vec![7; 24])]
    fn what_was_not_wrapped_so_is_no_key(#[case] length: u8, #[case] text: Vec<u8>) {
        let under: Vec<u8> = (0..length).collect();
        assert_eq!(unwrapped(&under, &text), None);
    }
}
