//! Claims that are asked for one by one (OIDCC-5.5).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Refused;
use crate::protocol::{Parameters, ResponseType};

/// What the `claims` parameter asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimsRequest {
    /// For the ID token.
    pub id_token: BTreeMap<String, WantedClaim>,
    /// For UserInfo.
    pub userinfo: BTreeMap<String, WantedClaim>,
}

/// How one claim is asked for (OIDCC-5.5.1).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WantedClaim {
    /// Whether the client says that it cannot do without.
    pub essential: bool,
    /// The values that it would take, the preferred one first; any when there is no list.
    pub values: Option<Vec<Value>>,
}

/// What is wrong with the `claims` parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedClaims {
    /// It is not JSON, or not an object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// A document's member is something else than an object of claims.
    #[error("`{0}` is not an object of claims")]
    Document(&'static str),
    /// A claim is asked for by something else than `null` or an object.
    #[error("`{0}.{1}` is neither `null` nor an object")]
    Claim(&'static str, String),
    /// `essential` is not true or false.
    #[error("`{0}.{1}.essential` is neither `true` nor `false`")]
    Essential(&'static str, String),
    /// `values` is not a list.
    #[error("`{0}.{1}.values` is not a list")]
    Values(&'static str, String),
    /// UserInfo claims, where no access token is issued that could open UserInfo.
    #[error("it asks for UserInfo claims, and the response type `{0}` brings no access token")]
    UserinfoOutOfReach(&'static str),
}

impl ClaimsRequest {
    /// The subjects of whom one has to sign in, if the request says so (OIDCC-5.5.1). A value that is not text is nobody's
    /// subject.
    pub fn subjects(&self) -> Option<Vec<&str>> {
        let values = self.id_token.get("sub")?.values.as_ref()?;
        Some(values.iter().filter_map(Value::as_str).collect())
    }
}

/// What `claims` asks for, and nothing when it is left out.
///
/// "Other members MAY be present. Any members used that are not understood MUST be ignored." (OIDCC-5.5, and the same in
/// OIDCC-5.5.1)
pub(super) fn asked_for(
    request: &Parameters,
    response_type: ResponseType,
) -> Result<ClaimsRequest, MalformedClaims> {
    let Some(text) = request.value("claims") else { return Ok(ClaimsRequest::default()) };
    let Ok(asked) = serde_json::from_str::<Map<String, Value>>(text) else {
        return Err(MalformedClaims::NotAnObject);
    };
    // "the request MUST also use a response_type value that results in an Access Token being issued" (OIDCC-5.5)
    if asked.contains_key("userinfo") && !response_type.leads_to_access_token() {
        return Err(MalformedClaims::UserinfoOutOfReach(response_type.as_str()));
    }
    Ok(ClaimsRequest { id_token: document(&asked, "id_token")?, userinfo: document(&asked, "userinfo")? })
}

fn document(
    asked: &Map<String, Value>,
    name: &'static str,
) -> Result<BTreeMap<String, WantedClaim>, MalformedClaims> {
    let Some(claims) = asked.get(name) else { return Ok(BTreeMap::new()) };
    let claims = claims.as_object().ok_or(MalformedClaims::Document(name))?;
    claims.iter().map(|(claim, how)| Ok((claim.clone(), wanted(name, claim, how)?))).collect()
}

fn wanted(document: &'static str, claim: &str, how: &Value) -> Result<WantedClaim, MalformedClaims> {
    if how.is_null() {
        return Ok(WantedClaim::default());
    }
    let how = how.as_object().ok_or_else(|| MalformedClaims::Claim(document, claim.to_owned()))?;
    let essential = how.get("essential").map_or(Some(false), Value::as_bool);
    let essential = essential.ok_or_else(|| MalformedClaims::Essential(document, claim.to_owned()))?;
    let several = how
        .get("values")
        .map(|values| {
            values.as_array().cloned().ok_or_else(|| MalformedClaims::Values(document, claim.to_owned()))
        })
        .transpose()?;
    let one = how.get("value").map(|value| vec![value.clone()]);
    let values = match (one, several) {
        (Some(one), Some(several)) => Some([one, several].concat()),
        (one, several) => one.or(several),
    };
    Ok(WantedClaim { essential, values })
}

impl From<MalformedClaims> for Refused {
    fn from(cause: MalformedClaims) -> Self {
        Self::ClaimsMalformed(cause)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn asked(text: &str, response_type: ResponseType) -> Result<ClaimsRequest, MalformedClaims> {
        asked_for(&[("claims", text)].into_iter().collect(), response_type)
    }

    #[rstest]
    #[case::not_json("email", MalformedClaims::NotAnObject)]
    #[case::a_list("[]", MalformedClaims::NotAnObject)]
    #[case::cut_off(r#"{"userinfo":{"#, MalformedClaims::NotAnObject)]
    #[case::names_in_a_list(r#"{"id_token":["email"]}"#, MalformedClaims::Document("id_token"))]
    #[case::null_for_a_document(r#"{"userinfo":null}"#, MalformedClaims::Document("userinfo"))]
    #[case::true_for_a_claim(
        r#"{"userinfo":{"email":true}}"#,
        MalformedClaims::Claim("userinfo", "email".into())
    )]
    #[case::essential_as_text(
        r#"{"id_token":{"acr":{"essential":"true"}}}"#,
        MalformedClaims::Essential("id_token", "acr".into())
    )]
    #[case::values_as_text(
        r#"{"id_token":{"acr":{"values":"1"}}}"#,
        MalformedClaims::Values("id_token", "acr".into())
    )]
    fn what_is_wrong_with_the_parameter_is_named(#[case] text: &str, #[case] expected: MalformedClaims) {
        assert_eq!(asked(text, ResponseType::Code), Err(expected));
    }

    #[test]
    fn userinfo_claims_need_an_access_token() {
        let text = r#"{"userinfo":{"name":{"essential":true}}}"#;
        for response_type in ResponseType::ALL {
            let opens_userinfo = response_type != ResponseType::IdToken;
            assert_eq!(asked(text, response_type).is_ok(), opens_userinfo, "{response_type}");
        }
    }

    #[rstest]
    #[case::null(json!(null), false, None)]
    #[case::nothing_said(json!({}), false, None)]
    #[case::essential(json!({ "essential": true }), true, None)]
    #[case::voluntary(json!({ "essential": false }), false, None)]
    #[case::one_value(json!({ "value": "a" }), false, Some(json!(["a"])))]
    #[case::several_values(json!({ "essential": true, "values": ["a", 2] }), true, Some(json!(["a", 2])))]
    #[case::both(json!({ "value": "a", "values": ["b"] }), false, Some(json!(["a", "b"])))]
    #[case::unknown_member(json!({ "purpose": ["x"] }), false, None)]
    fn a_claim_is_asked_for_in_many_ways(
        #[case] how: Value,
        #[case] essential: bool,
        #[case] values: Option<Value>,
    ) {
        let text = json!({ "id_token": { "x": how }, "other": 1 }).to_string();
        let asked = asked(&text, ResponseType::IdToken).unwrap();
        let values = values.map(|values| values.as_array().unwrap().clone());
        assert_eq!(asked.id_token["x"], WantedClaim { essential, values });
    }

    #[rstest]
    #[case::not_asked(r#"{"userinfo":{"sub":{"value":"u-1"}}}"#, None)]
    #[case::anybody(r#"{"id_token":{"sub":null}}"#, None)]
    #[case::one(r#"{"id_token":{"sub":{"value":"u-1"}}}"#, Some(vec!["u-1"]))]
    #[case::several(r#"{"id_token":{"sub":{"values":["u-1","u-2"]}}}"#, Some(vec!["u-1", "u-2"]))]
    #[case::nobody(r#"{"id_token":{"sub":{"value":1}}}"#, Some(vec![]))]
    fn a_subject_can_be_asked_for_by_value(#[case] text: &str, #[case] expected: Option<Vec<&str>>) {
        assert_eq!(asked(text, ResponseType::Code).unwrap().subjects(), expected);
    }
}
