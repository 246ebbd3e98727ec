//! Whether a code or a token can be guessed (RFC6749-10.10).

use std::collections::BTreeMap;

/// "The probability of an attacker guessing generated tokens […] MUST be less than or equal to 2^(-128)": at least 128 bits of
/// characters, and about 96 bits by measure.
pub(super) fn assert_unguessable(name: &str, text: &str) {
    assert!(text.len() * 8 >= 128, "{name} `{text}` has {} characters", text.len());
    let measured = shannon(text);
    assert!(measured >= 96.0, "{name} `{text}` has {measured} bits of entropy");
}

/// What the frequencies of its characters say of a text, in bits.
fn shannon(text: &str) -> f64 {
    let mut frequencies: BTreeMap<char, u32> = BTreeMap::new();
    for c in text.chars() {
        *frequencies.entry(c).or_default() += 1;
    }
    let length: u32 = frequencies.values().sum();
    let share = |count: u32| f64::from(count) / f64::from(length);
    frequencies.values().map(|count| f64::from(*count) * (1.0 / share(*count)).log2()).sum()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::assert_unguessable;

    #[test]
    fn base64_of_32_random_bytes_passes() {
        assert_unguessable("code", "n2VYtc0IpyrJJxkU0gHMmzCTJ0FrrSzqCuI6gWtvSqQ");
    }

    #[rstest]
    #[case::too_short("abc", "has 3 characters")]
    #[case::always_the_same("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "has 0 bits")]
    #[case::a_number("1234567812345678", "has 48 bits")]
    fn what_can_be_guessed_does_not(#[case] code: &str, #[case] why: &str) {
        let panic = std::panic::catch_unwind(|| assert_unguessable("code", code)).unwrap_err();
        assert!(panic.downcast_ref::<String>().unwrap().contains(why), "{panic:?}");
    }
}
