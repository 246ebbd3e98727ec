//! Dates as people read them.

use crate::protocol::Timestamp;

/// The claims that are moments (RFC7519-2, `NumericDate`).
pub(super) const CLAIMS: [&str; 5] = ["exp", "iat", "nbf", "auth_time", "updated_at"];

/// The units of a length of time, largest first, each with its seconds.
const UNITS: [(&str, i64); 4] = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

/// How a moment lies to now: `in 5 minutes`, `2 hours ago`, `now`.
pub(super) fn relative(moment: Timestamp, now: Timestamp) -> String {
    let ahead = moment.seconds_since(now);
    match ahead {
        0 => "now".to_owned(),
        1.. => format!("in {}", length(ahead)),
        _ => format!("{} ago", length(ahead.saturating_neg())),
    }
}

/// A length of time in its largest unit, and the rest in the next one: `1 hour 5 minutes`.
pub(super) fn length(seconds: i64) -> String {
    let mut rest = seconds;
    let mut words = Vec::new();
    for (unit, size) in UNITS {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
        } else if !words.is_empty() {
            break;
        }
        if words.len() == 2 {
            break;
        }
    }
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::now(0, "now")]
    #[case::soon(300, "in 5 minutes")]
    #[case::one(1, "in 1 second")]
    #[case::two_units(3_900, "in 1 hour 5 minutes")]
    #[case::the_third_unit_is_left_out(90_061, "in 1 day 1 hour")]
    #[case::units_that_are_not_neighbours(86_460, "in 1 day")]
    #[case::past(-7_200, "2 hours ago")]
    fn a_moment_is_told_from_now(#[case] seconds: i64, #[case] words: &str) {
        assert_eq!(relative(Timestamp(1_000_000 + seconds), Timestamp(1_000_000)), words);
    }
}
