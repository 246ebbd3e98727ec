//! Text with a form of its own: durations and URLs.

use std::time::Duration;

use jsonschema::ValidationOptions;
use url::Url;

/// A duration as this project writes one; the standard's own `duration` is ISO 8601's.
pub(super) const DURATION: &str = "short-duration";
/// An absolute http or https URL.
pub(super) const URL: &str = "url";

/// Adds the formats of this project to those of the standard.
pub(super) fn known(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options.with_format(DURATION, |text: &str| duration(text).is_some()).with_format(URL, |text: &str| {
        Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    })
}

/// A whole number and one of the units ms, s, m, h, d: `500ms`, `60s`, `5m`, `8h`, `2d`.
pub fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

/// What a format asks for, in words.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) expects: &'static str,
    pub(super) example: &'static str,
}

/// The words for a format.
pub(super) fn form(format: &str) -> Form {
    let (name, expects, example) = match format {
        DURATION => {
            ("a duration", "expected a number and a unit without a space", "`5m`; units are ms, s, m, h, d")
        }
        "date-time" => ("a time", "expected an RFC 3339 time", "`2031-03-04T08:00:00Z`"),
        URL => (
            "an http or https URL",
            "expected a whole URL",
            "the scheme and the host too: `https://app.test/`",
        ),
        "uri" => {
            ("an absolute URI", "expected a whole URI", "the scheme and the host too: `https://app.test/`")
        }
        _ => ("in the form that is read here", "another form is expected", "it in that form"),
    };
    Form { name, expects, example }
}

/// `10 minutes` as `10m`, when that is all that is wrong with it.
pub(super) fn repaired_duration(text: &str) -> Option<String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = match unit.trim().to_lowercase().as_str() {
        "ms" | "milliseconds" | "millis" => "ms",
        "" | "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        _ => return None,
    };
    (!number.is_empty()).then(|| format!("{number}{unit}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::milliseconds("500ms", Some(500))]
    #[case::seconds("60s", Some(60_000))]
    #[case::minutes("5m", Some(300_000))]
    #[case::days("2d", Some(172_800_000))]
    #[case::no_unit("5", None)]
    #[case::no_number("m", None)]
    #[case::a_space("5 m", None)]
    #[case::negative("-5m", None)]
    #[case::fraction("1.5h", None)]
    #[case::too_large("18446744073709551615d", None)]
    fn a_duration_is_a_number_and_a_unit(#[case] text: &str, #[case] milliseconds: Option<u64>) {
        assert_eq!(duration(text), milliseconds.map(Duration::from_millis));
    }

    #[rstest]
    #[case::words("10 minutes", Some("10m"))]
    #[case::bare_number("30", Some("30s"))]
    #[case::nonsense("soon", None)]
    fn a_near_duration_is_repaired(#[case] text: &str, #[case] repaired: Option<&str>) {
        assert_eq!(repaired_duration(text).as_deref(), repaired);
    }
}
