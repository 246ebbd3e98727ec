//! Text with a form of its own: durations and URLs.

use std::time::Duration;

use jsonschema::ValidationOptions;
use url::Url;

/// Adds the formats of this project to those of the standard.
pub(super) fn known(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options.with_format("duration", |text: &str| duration(text).is_some()).with_format("url", |text: &str| {
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

/// What a format wants, and a value to write.
pub(super) fn wants(format: &str) -> (&'static str, &'static str) {
    match format {
        "duration" => ("a duration", "`5m`; units are ms, s, m, h, d, without a space before them"),
        "date-time" => ("a time", "`2031-03-04T08:00:00Z`, as RFC 3339 has it"),
        "url" => ("an http or https URL", "the whole URL, scheme included: `https://app.test/callback`"),
        "uri" => ("an absolute URI", "the whole URI, scheme included: `https://app.test/callback`"),
        _ => ("in the form that is read here", "it in that form"),
    }
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
