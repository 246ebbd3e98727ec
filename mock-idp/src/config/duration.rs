//! Durations as people write them: `500ms`, `60s`, `5m`, `8h`, `2d`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A length of time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    millis: i64,
}

/// Text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a duration such as `500ms`, `60s`, `5m`, `8h` or `2d`")]
pub struct InvalidDuration(String);

/// Unit and its length in milliseconds, longest suffix first where one ends like another.
const UNITS: [(&str, i64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Duration {
    /// So many seconds.
    pub const fn from_secs(seconds: i64) -> Self {
        Self { millis: seconds.saturating_mul(1_000) }
    }

    /// Whole seconds, rounded up, because tokens know no smaller unit.
    pub const fn as_secs(self) -> i64 {
        self.millis.saturating_add(999).div_euclid(1_000)
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.millis
    }
}

impl FromStr for Duration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        let invalid = || InvalidDuration(text.to_owned());
        let (digits, length) = UNITS
            .iter()
            .find_map(|(unit, length)| text.strip_suffix(unit).map(|digits| (digits, *length)))
            .ok_or_else(invalid)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid());
        }
        let count: i64 = digits.parse().map_err(|_| invalid())?;
        let millis = count.checked_mul(length).ok_or_else(invalid)?;
        Ok(Self { millis })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, length) = UNITS
            .iter()
            .rev()
            .find(|(_, length)| self.millis != 0 && self.millis % length == 0)
            .unwrap_or(&("s", 1_000));
        write!(f, "{}{unit}", self.millis / length)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A duration: `500ms`, `60s`, `5m`, `8h` or `2d`.",
            "format": "short-duration",
            "pattern": "^[0-9]+(ms|s|m|h|d)$"
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Duration;

    #[rstest]
    #[case::milliseconds("500ms", 500)]
    #[case::seconds("60s", 60_000)]
    #[case::minutes("5m", 300_000)]
    #[case::hours("8h", 28_800_000)]
    #[case::days("2d", 172_800_000)]
    fn text_is_read_with_its_unit(#[case] text: &str, #[case] millis: i64) {
        assert_eq!(text.parse::<Duration>().unwrap().as_millis(), millis);
    }

    #[rstest]
    #[case::no_unit("60")]
    #[case::no_number("s")]
    #[case::negative("-5s")]
    #[case::fraction("1.5h")]
    #[case::space("5 m")]
    #[case::too_long("99999999999999999d")]
    fn other_text_is_refused_and_quoted(#[case] text: &str) {
        let error = text.parse::<Duration>().unwrap_err();
        assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
    }

    #[rstest]
    #[case("90s", "90s")]
    #[case("120s", "2m")]
    #[case("48h", "2d")]
    #[case("0s", "0s")]
    fn it_is_written_in_the_longest_unit_that_fits(#[case] text: &str, #[case] written: &str) {
        assert_eq!(text.parse::<Duration>().unwrap().to_string(), written);
    }
}
