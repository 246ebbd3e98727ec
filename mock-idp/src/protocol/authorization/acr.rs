//! How thoroughly the person is to sign in (OIDCC-2, OIDCC-3.1.2.1, OIDCC-5.5.1.1).

use serde_json::Value;

use super::{ClaimsRequest, Refused};
use crate::protocol::Parameters;

/// The authentication context classes that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcrRequest {
    /// The classes, the preferred one first; any when there is no list.
    wanted: Option<Vec<String>>,
    /// Whether the sign-in has failed when none of them can be had.
    essential: bool,
}

/// What the request says of `acr`, if anything.
///
/// Where both `acr_values` and the `claims` parameter name classes, "the resulting behavior is unspecified"
/// (OIDCC-5.5.1.1); here the `claims` parameter wins, because only it can insist.
///
/// What the client registered stands where a request says nothing: "Values specified in the `acr_values` request parameter or
/// an individual `acr` Claim request override these default values." (OIDCR-2)
pub(super) fn asked_for(
    request: &Parameters,
    claims: &ClaimsRequest,
    default: &[String],
) -> Option<AcrRequest> {
    let default = Some(default.to_vec()).filter(|values| !values.is_empty());
    let listed = request.value("acr_values").map(|values| words(values).collect::<Vec<_>>()).or(default);
    match claims.id_token.get("acr") {
        Some(claim) => {
            let values = claim.values.as_ref();
            let values =
                values.map(|values| values.iter().filter_map(Value::as_str).map(str::to_owned).collect());
            Some(AcrRequest {
                wanted: values.or(listed),
                essential: claim.essential && claim.values.is_some(),
            })
        }
        None => listed.map(|wanted| AcrRequest { wanted: Some(wanted), essential: false }),
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned)
}

impl AcrRequest {
    /// The class that a sign-in has: the person's own, if they have one, else the first one wanted among those that the
    /// provider knows.
    ///
    /// "If this is an Essential Claim and the requirement cannot be met, then the Authorization Server MUST treat that
    /// outcome as a failed authentication attempt." (OIDCC-5.5.1.1)
    pub fn met(&self, known: &[String], own: Option<&Value>) -> Result<Option<String>, Refused> {
        let acr = match (own, &self.wanted) {
            (Some(own), _) => own.as_str().map(str::to_owned),
            (None, None) => known.first().cloned(),
            (None, Some(wanted)) => wanted.iter().find(|wanted| known.contains(wanted)).cloned(),
        };
        let wanted = self.wanted.as_deref().unwrap_or_default();
        if self.essential && !acr.as_ref().is_some_and(|acr| wanted.contains(acr)) {
            return Err(Refused::AcrUnmet { wanted: wanted.join("` or `"), found: acr.unwrap_or_default() });
        }
        Ok(acr)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::protocol::ResponseType;

    fn asked(acr_values: &str, claim: Option<Value>) -> Option<AcrRequest> {
        asked_of(&[], acr_values, claim)
    }

    fn asked_of(default: &[&str], acr_values: &str, claim: Option<Value>) -> Option<AcrRequest> {
        let mut parameters = vec![("acr_values", acr_values.to_owned())];
        parameters.extend(claim.map(|claim| ("claims", json!({ "id_token": { "acr": claim } }).to_string())));
        let request: Parameters = parameters.into_iter().collect();
        let claims = super::super::claims::asked_for(&request, ResponseType::Code).unwrap();
        let default: Vec<String> = default.iter().map(|value| (*value).to_owned()).collect();
        asked_for(&request, &claims, &default)
    }

    #[rstest]
    #[case::first_known("gold 2 1", None, None, Some("2"))]
    #[case::none_known("gold", None, None, None)]
    #[case::blanks_between("  1   2 ", None, None, Some("1"))]
    #[case::any("", Some(json!(null)), None, Some("1"))]
    #[case::any_but_essential("", Some(json!({ "essential": true })), None, Some("1"))]
    #[case::voluntary_and_unknown("", Some(json!({ "values": ["gold"] })), None, None)]
    #[case::essential_and_known("", Some(json!({ "essential": true, "values": ["gold", "2"] })), None, Some("2"))]
    #[case::the_claim_wins("1", Some(json!({ "value": "2" })), None, Some("2"))]
    #[case::values_of_the_parameter("2", Some(json!(null)), None, Some("2"))]
    #[case::own("1", None, Some(json!("gold")), Some("gold"))]
    #[case::own_and_essential(
        "",
        Some(json!({ "essential": true, "value": "gold" })),
        Some(json!("gold")),
        Some("gold")
    )]
    #[case::own_is_no_text("1", None, Some(json!(3)), None)]
    fn a_sign_in_has_the_first_class_that_can_be_had(
        #[case] acr_values: &str,
        #[case] claim: Option<Value>,
        #[case] own: Option<Value>,
        #[case] expected: Option<&str>,
    ) {
        let known = ["1".to_owned(), "2".to_owned()];
        let met = asked(acr_values, claim).unwrap().met(&known, own.as_ref());
        assert_eq!(met, Ok(expected.map(str::to_owned)));
    }

    #[rstest]
    #[case::nothing_else_asked("", None, Some("2"))]
    #[case::overridden_by_the_parameter("1", None, Some("1"))]
    #[case::overridden_by_the_claim("", Some(json!({ "value": "1" })), Some("1"))]
    #[case::any_class_by_the_claim("", Some(json!(null)), Some("2"))]
    fn what_a_client_registered_stands_where_its_request_says_nothing(
        #[case] acr_values: &str,
        #[case] claim: Option<Value>,
        #[case] expected: Option<&str>,
    ) {
        let known = ["1".to_owned(), "2".to_owned()];
        let met = asked_of(&["gold", "2"], acr_values, claim).unwrap().met(&known, None);
        assert_eq!(met, Ok(expected.map(str::to_owned)));
    }

    #[rstest]
    #[case::unknown(json!({ "essential": true, "values": ["gold"] }), None, "gold", "")]
    #[case::two_unknown(json!({ "essential": true, "values": ["gold", "x"] }), None, "gold` or `x", "")]
    #[case::nothing_will_do(json!({ "essential": true, "values": [] }), None, "", "")]
    #[case::own_is_another(json!({ "essential": true, "value": "2" }), Some(json!("1")), "2", "1")]
    fn an_essential_class_that_cannot_be_had_fails_the_sign_in(
        #[case] claim: Value,
        #[case] own: Option<Value>,
        #[case] wanted: &str,
        #[case] found: &str,
    ) {
        let known = ["1".to_owned(), "2".to_owned()];
        let met = asked("", Some(claim)).unwrap().met(&known, own.as_ref());
        assert_eq!(met, Err(Refused::AcrUnmet { wanted: wanted.to_owned(), found: found.to_owned() }));
    }

    #[test]
    fn who_does_not_ask_is_told_nothing() {
        assert_eq!(asked("", None), None);
    }
}
