//! Which of a person's claims a document carries.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::protocol::Scope;

/// The claims that the standard scopes ask for (OIDCC-5.4).
const STANDARD: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// Claims that are only released with a scope. A claim without a gate is always released: whoever configured a claim
/// expects to see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    scopes_of: BTreeMap<String, Vec<String>>,
}

impl Gates {
    /// Gates for the claims that these scopes name.
    pub fn new<'a>(scopes: impl IntoIterator<Item = (&'a String, &'a Vec<String>)>, standard: bool) -> Self {
        let mut gates = Self::default();
        for (scope, claims) in scopes {
            gates.add(scope, claims.iter().map(String::as_str));
        }
        if standard {
            for (scope, claims) in STANDARD {
                gates.add(scope, claims.iter().copied());
            }
        }
        gates
    }

    fn add<'a>(&mut self, scope: &str, claims: impl Iterator<Item = &'a str>) {
        for claim in claims {
            self.scopes_of.entry(claim.to_owned()).or_default().push(scope.to_owned());
        }
    }

    /// Takes away the claims whose scopes were not asked for, unless the claim itself was (OIDCC-5.5).
    pub fn release(
        &self,
        mut claims: Map<String, Value>,
        scope: &Scope,
        asked_for: impl Fn(&str) -> bool,
    ) -> Map<String, Value> {
        claims.retain(|claim, _| match self.scopes_of.get(claim) {
            Some(scopes) => asked_for(claim) || scopes.iter().any(|word| scope.contains(word)),
            None => true,
        });
        claims
    }
}

/// Claims that say how somebody signed in. They belong to the ID token (OIDCC-2) and UserInfo does not have them.
const ABOUT_THE_SIGN_IN: [&str; 2] = ["acr", "amr"];

/// The claims of an ID token beside which UserInfo can be asked: only those that were meant for it.
///
/// "The Claims requested by the profile, email, address, and phone scope values are returned from the UserInfo Endpoint,
/// […] when a `response_type` value is used that results in an Access Token being issued. However, when no Access Token is
/// issued […], the resulting Claims are returned in the ID Token." (OIDCC-5.4)
pub fn thinned(mut claims: Map<String, Value>, meant: impl Fn(&str) -> bool) -> Map<String, Value> {
    claims.retain(|claim, _| claim == "sub" || ABOUT_THE_SIGN_IN.contains(&claim.as_str()) || meant(claim));
    claims
}

/// Claims with others on top: the upper value stands as a whole, and what `unset` recognises takes the claim away.
pub fn laid_over(
    mut claims: Map<String, Value>,
    upper: &Map<String, Value>,
    unset: impl Fn(&Value) -> bool,
) -> Map<String, Value> {
    for (name, value) in upper {
        if unset(value) {
            claims.shift_remove(name);
        } else {
            claims.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// The claims with `sub` first: the configured one where it is text, else the person's own. A `sub` that is not text is
/// not an identifier (OIDCC-2), so it does not stand.
pub fn with_subject(mut claims: Map<String, Value>, subject: &str) -> Map<String, Value> {
    let sub = match claims.shift_remove("sub") {
        Some(Value::String(sub)) => sub,
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => {
            subject.to_owned()
        }
    };
    let mut all = Map::new();
    all.insert("sub".to_owned(), sub.into());
    all.extend(claims);
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_claim_named_by_a_scope_is_released_by_that_scope_only() {
        let scopes = BTreeMap::from([
            ("billing".to_owned(), vec!["roles".to_owned(), "plan".to_owned()]),
            ("teams".to_owned(), vec!["roles".to_owned()]),
        ]);
        let gates = Gates::new(&scopes, false);
        let claims = map(json!({ "roles": [1], "plan": "x", "email": "e" }));
        let released = |scope: &str| {
            let left = gates.release(claims.clone(), &scope.parse().unwrap(), |claim| claim == "plan");
            left.keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(released("openid"), "plan email", "the claim `plan` is asked for by name");
        assert_eq!(released("openid teams"), "roles plan email");
        assert_eq!(released("billing"), "roles plan email");
    }

    #[test]
    fn standard_scopes_are_gates_only_when_asked_for() {
        let claims = map(json!({ "email": "e", "name": "n" }));
        let scope: Scope = "openid email".parse().unwrap();
        assert_eq!(Gates::new(&BTreeMap::new(), false).release(claims.clone(), &scope, |_| false).len(), 2);
        assert_eq!(
            Gates::new(&BTreeMap::new(), true).release(claims, &scope, |_| false),
            map(json!({ "email": "e" }))
        );
    }

    #[test]
    fn a_thin_id_token_has_the_subject_the_sign_in_and_what_was_meant_for_it() {
        let claims =
            map(json!({ "sub": "u", "name": "n", "acr": "1", "amr": ["pwd"], "roles": [1], "plan": "x" }));
        let thin = thinned(claims, |claim| claim == "plan");
        assert_eq!(thin, map(json!({ "sub": "u", "acr": "1", "amr": ["pwd"], "plan": "x" })));
    }

    #[test]
    fn a_configured_subject_stands_only_as_text() {
        assert_eq!(with_subject(map(json!({ "a": 1, "sub": "x" })), "u"), map(json!({ "sub": "x", "a": 1 })));
        assert_eq!(with_subject(map(json!({ "sub": 42 })), "u"), map(json!({ "sub": "u" })));
    }
}
