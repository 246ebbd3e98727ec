//! Claims that were given on the command line.

use std::str::FromStr;

use serde_json::{Map, Value};

/// One `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claim {
    name: String,
    value: Value,
}

impl FromStr for Claim {
    type Err = String;

    /// The name ends at the first `=`; the value is JSON if it can be, and text otherwise.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("a claim is written NAME=VALUE")?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        Ok(Self { name: name.to_owned(), value })
    }
}

/// Lays the claims of a file and then single ones over the provider's: whoever names a claim here means it.
pub(super) fn laid_over(
    mut claims: Map<String, Value>,
    file: Map<String, Value>,
    single: &[Claim],
) -> Map<String, Value> {
    claims.extend(file);
    claims.extend(single.iter().map(|claim| (claim.name.clone(), claim.value.clone())));
    claims
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::list("groups=[\"ops\"]", "groups", json!(["ops"]))]
    #[case::text("name=Ada Fix", "name", json!("Ada Fix"))]
    #[case::quoted_text("zip=\"1234\"", "zip", json!("1234"))]
    #[case::leading_zero("zip=01234", "zip", json!("01234"))]
    #[case::number("level=3", "level", json!(3))]
    #[case::null("email=null", "email", json!(null))]
    #[case::equals_sign_in_the_value("a=b=c", "a", json!("b=c"))]
    #[case::url_as_name("https://acme.test/roles=[]", "https://acme.test/roles", json!([]))]
    fn a_claim_is_json_or_text(#[case] text: &str, #[case] name: &str, #[case] value: Value) {
        assert_eq!(text.parse(), Ok(Claim { name: name.to_owned(), value }));
    }

    #[test]
    fn single_claims_win_over_the_file_and_the_file_over_the_provider() {
        let object = |value: Value| -> Map<String, Value> { serde_json::from_value(value).unwrap() };
        let own = object(json!({"iss": "a", "x": 1, "y": 1}));
        let all = laid_over(own, object(json!({"x": 2, "y": 2})), &["y=3".parse().unwrap()]);
        assert_eq!(Value::Object(all), json!({"iss": "a", "x": 2, "y": 3}));
    }
}
