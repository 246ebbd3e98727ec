//! The code that a person copies from a device to the browser (RFC8628-6.1).

use std::fmt;

/// "a character set that is easy to enter […] and avoids confusion": consonants alone, so that no code is a word
/// (RFC8628-6.1).
const CHARACTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// "20^8 […] 34.5 bits of entropy" (RFC8628-6.1).
const LENGTH: usize = 8;

/// A user code, without what makes it readable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserCode(String);

impl UserCode {
    /// A code made of random bytes. 64 bits are so many more than a code needs that every code is as likely as the next.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let mut rest = u64::from_le_bytes(bytes);
        let size = CHARACTERS.len() as u64;
        let characters = (0..LENGTH).map(|_| {
            let drawn = usize::try_from(rest % size).unwrap_or_default();
            rest /= size;
            CHARACTERS.get(drawn).copied().map_or('B', char::from)
        });
        Self(characters.collect())
    }

    /// A code as somebody typed it: "the server […] should strip dashes and other punctuation […] and be case-insensitive"
    /// (RFC8628-6.1).
    pub fn typed(text: &str) -> Option<Self> {
        let code: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_uppercase())
            .collect();
        let fits = code.len() == LENGTH && code.bytes().all(|character| CHARACTERS.contains(&character));
        fits.then_some(Self(code))
    }

    /// The code without a dash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserCode {
    /// In two halves, which are easier to copy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(LENGTH / 2) {
            Some((first, second)) => write!(f, "{first}-{second}"),
            None => f.write_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_recognised_as_it_is_shown(bytes: [u8; 8]) {
            let code = UserCode::from_random(bytes);
            let shown = code.to_string();
            prop_assert_eq!((shown.len(), shown.find('-')), (9, Some(4)));
            prop_assert!(shown.chars().all(|it| !"AEIOUY0123456789".contains(it)), "{}", shown);
            prop_assert_eq!(UserCode::typed(&shown), Some(code));
        }
    }

    #[rstest]
    #[case::as_shown("WDJB-MJHT")]
    #[case::small_letters("wdjbmjht")]
    #[case::spaces(" WDJB MJHT ")]
    #[case::another_dash("WDJB\u{2013}MJHT")]
    fn a_code_may_be_typed_in_many_ways(#[case] text: &str) {
        assert_eq!(UserCode::typed(text), Some(UserCode("WDJBMJHT".to_owned())));
    }

    #[rstest]
    #[case::too_short("WDJB")]
    #[case::too_long("WDJB-MJHT-B")]
    #[case::vowel("WDJB-MJHA")]
    #[case::nothing("")]
    fn other_text_is_no_code(#[case] text: &str) {
        assert_eq!(UserCode::typed(text), None);
    }
}
