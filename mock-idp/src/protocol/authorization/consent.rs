//! What a person agrees to (OIDCC-3.1.2.4).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AcceptedRequest, Prompt};

/// When a person is asked to agree to what an application gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum ConsentRule {
    /// Only when `prompt=consent` asks for it; whoever signs in agrees by that.
    Never,
    /// Before the first answer, and whenever the application wants more than was agreed to.
    Once,
    /// Before every answer.
    Always,
}

/// What somebody agreed to: scopes, and claims that were asked for by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    scopes: BTreeSet<String>,
    id_token: BTreeSet<String>,
    userinfo: BTreeSet<String>,
}

impl Consent {
    /// What a request needs.
    pub fn for_request(request: &AcceptedRequest) -> Self {
        Self {
            scopes: request.scope.words().map(str::to_owned).collect(),
            id_token: request.claims.id_token.keys().cloned().collect(),
            userinfo: request.claims.userinfo.keys().cloned().collect(),
        }
    }

    /// Whether all of the other is agreed to.
    pub fn covers(&self, other: &Self) -> bool {
        self.scopes.is_superset(&other.scopes)
            && self.id_token.is_superset(&other.id_token)
            && self.userinfo.is_superset(&other.userinfo)
    }

    /// Agrees to the other as well.
    pub fn extend(&mut self, other: Self) {
        self.scopes.extend(other.scopes);
        self.id_token.extend(other.id_token);
        self.userinfo.extend(other.userinfo);
    }
}

impl AcceptedRequest {
    /// Whether the person has to be asked, given what they agreed to before.
    ///
    /// "Once the End-User is authenticated, the Authorization Server MUST obtain an authorization decision before releasing
    /// information to the Relying Party." (OIDCC-3.1.2.4) `prompt=consent` asks for it "before returning information to the
    /// Client" (OIDCC-3.1.2.1), whatever was agreed to before.
    pub fn needs_consent(&self, rule: ConsentRule, before: Option<&Consent>) -> bool {
        let covered = || before.is_some_and(|before| before.covers(&Consent::for_request(self)));
        self.prompts.contains(&Prompt::Consent)
            || match rule {
                ConsentRule::Never => false,
                ConsentRule::Once => !covered(),
                ConsentRule::Always => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::tests::accepted;
    use super::*;

    const CLAIMS: &str = r#"{"id_token":{"email":null},"userinfo":{"name":null}}"#;

    fn agreed() -> Consent {
        Consent::for_request(&accepted(&[("scope", "openid email"), ("claims", CLAIMS)]))
    }

    #[rstest]
    #[case::the_same(&[("scope", "email openid"), ("claims", CLAIMS)], false)]
    #[case::less(&[("scope", "openid")], false)]
    #[case::another_scope(&[("scope", "openid profile")], true)]
    #[case::another_claim(&[("scope", "openid"), ("claims", r#"{"userinfo":{"phone_number":null}}"#)], true)]
    #[case::the_claim_in_another_document(
        &[("scope", "openid"), ("claims", r#"{"id_token":{"name":null}}"#)],
        true
    )]
    #[case::asked_for_again(&[("scope", "openid"), ("prompt", "consent")], true)]
    fn who_agreed_is_asked_again_only_for_more(#[case] request: &[(&str, &str)], #[case] asked: bool) {
        assert_eq!(accepted(request).needs_consent(ConsentRule::Once, Some(&agreed())), asked);
    }

    #[rstest]
    #[case::never(ConsentRule::Never, "", false)]
    #[case::never_but_asked_for(ConsentRule::Never, "consent", true)]
    #[case::once(ConsentRule::Once, "", false)]
    #[case::always(ConsentRule::Always, "", true)]
    #[case::always_in_silence(ConsentRule::Always, "none", true)]
    fn the_rule_says_who_is_asked(#[case] rule: ConsentRule, #[case] prompt: &str, #[case] asked: bool) {
        let request = accepted(&[("scope", "openid"), ("prompt", prompt)]);
        assert_eq!(request.needs_consent(rule, Some(&agreed())), asked);
        assert_eq!(request.needs_consent(rule, None), asked || rule == ConsentRule::Once);
    }

    #[test]
    fn one_agreement_adds_to_the_other() {
        let mut both = agreed();
        both.extend(Consent::for_request(&accepted(&[("scope", "openid profile")])));
        assert!(both.covers(&Consent::for_request(&accepted(&[("scope", "profile email")]))));
    }
}
