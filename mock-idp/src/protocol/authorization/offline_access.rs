//! Tokens for the time when the person is away (OIDCC-11).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AcceptedRequest, Prompt};

const WORD: &str = "offline_access";

/// When the scope `offline_access` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum OfflineAccess {
    /// Whenever it is asked for.
    #[default]
    WhenAsked,
    /// When `prompt=consent` comes with it, so that the person is asked.
    WithConsent,
}

impl AcceptedRequest {
    /// Takes `offline_access` out of the scope where it is to be ignored; gives the reason.
    pub fn ignore_offline_access(&mut self, rule: OfflineAccess) -> Option<&'static str> {
        let reason = self.ignored_because(rule).filter(|_| self.scope.contains(WORD))?;
        self.scope = self.scope.without(WORD);
        Some(reason)
    }

    fn ignored_because(&self, rule: OfflineAccess) -> Option<&'static str> {
        // "MUST ignore the offline_access request unless the Client is using a response_type value that would result in an
        // Authorization Code being returned"
        if !self.response_type.has_code() {
            return Some("the scope `offline_access` is ignored: the response type has no code (OIDCC-11)");
        }
        // "MUST ensure that the prompt parameter contains consent unless other conditions […] are in place"
        let unasked = rule == OfflineAccess::WithConsent && !self.prompts.contains(&Prompt::Consent);
        unasked.then_some("the scope `offline_access` is ignored: prompt is not `consent` (OIDCC-11)")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::tests::accepted;
    use super::*;

    #[rstest]
    #[case::of_a_code("code", None, OfflineAccess::WhenAsked, "openid offline_access")]
    #[case::of_a_code_unasked("code", None, OfflineAccess::WithConsent, "openid")]
    #[case::of_a_code_asked("code", Some("consent"), OfflineAccess::WithConsent, "openid offline_access")]
    #[case::of_a_code_asked_otherwise("code", Some("login"), OfflineAccess::WithConsent, "openid")]
    #[case::of_code_and_token(
        "code id_token",
        Some("consent"),
        OfflineAccess::WithConsent,
        "openid offline_access"
    )]
    #[case::without_a_code("id_token", Some("consent"), OfflineAccess::WhenAsked, "openid")]
    fn offline_access_counts_where_it_can_be_had(
        #[case] response_type: &str,
        #[case] prompt: Option<&str>,
        #[case] rule: OfflineAccess,
        #[case] scope: &str,
    ) {
        let mut parameters =
            vec![("response_type", response_type), ("scope", "openid offline_access"), ("nonce", "n")];
        parameters.extend(prompt.map(|prompt| ("prompt", prompt)));
        let mut request = accepted(&parameters);
        let reason = request.ignore_offline_access(rule);
        assert_eq!(request.scope.to_string(), scope);
        assert_eq!(reason.is_some(), scope == "openid");
    }
}
