//! Reasons: why a product signs somebody not in, or does not do what was asked.

use super::{Explanation, Kind, examples};
use crate::decision::{PROTOCOL_REASONS, ProductKind, bare};
use crate::products;

/// A reason and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code without its value, such as `missing_required_claim`.
    pub code: &'static str,
    /// What follows behind a colon; empty where nothing does.
    pub value: &'static str,
    /// Why it was refused.
    pub title: &'static str,
    /// What to do.
    pub advice: &'static str,
}

const fn reason(
    code: &'static str,
    value: &'static str,
    title: &'static str,
    advice: &'static str,
) -> Reason {
    Reason { code, value, title, advice }
}

/// Every reason of every product, then those of the protocol.
pub const REASONS: &[Reason] = &[
    reason(
        "login_failed",
        "",
        "something about the exchange or the token did not hold, and the product says no more to the visitor",
        "The check that failed is in the decision's `rejection` and in its reasons: look there, not at the page.",
    ),
    reason(
        "missing_config",
        "",
        "a setting that a sign-in needs is missing",
        "Fill it in; the reasons name it.",
    ),
    reason(
        "protocol_not_enabled",
        "",
        "OpenID Connect is switched off in the product",
        "Add `oidc` to `protocols`.",
    ),
    reason(
        "protocol_not_supported",
        "",
        "the start address names a protocol that the product does not speak",
        "Start with `protocol=oidc`.",
    ),
    reason(
        "session_error",
        "",
        "the claims name nobody: no user name could be made of them",
        "Send `preferred_username`, or what stands in for it.",
    ),
    reason("renewal_not_supported", "", "the product renews no sessions", "Sign in again."),
    reason(
        "permission_denied",
        "the permission",
        "a session asked for something that its rights do not cover",
        "Look at the rights of the session: nothing is wrong with the sign-in.",
    ),
    reason(
        "no_stored_users",
        "",
        "the product stores no users, so there is nobody to administer",
        "Change the claims at the provider.",
    ),
    reason("groups_come_from_the_roles_claim", "", "groups cannot be given by hand", "Send them in `roles`."),
    reason(
        "no_invitations",
        "",
        "nobody is invited: the first sign-in creates the user",
        "Let the person sign in.",
    ),
    reason(
        "set_by_vendor_support",
        "",
        "only the vendor's support switches the kind of sign-in",
        "Restart the product with another configuration instead.",
    ),
    reason(
        "email_not_verified",
        "",
        "the provider says that the e-mail address is not verified, under a reading that refuses this",
        "Have the address verified; under the recommended reading it is only noticed.",
    ),
    reason(
        "invalid_claim_type",
        "",
        "a claim is there, and of another type than is read",
        "Send the type that `harness explain` of the rule names; the claims are listed with the reason.",
    ),
    reason(
        "invalid_locale",
        "",
        "`locale` is not a language tag, under a reading that refuses this",
        "Send a tag such as `nl-NL`.",
    ),
    reason(
        "invalid_zoneinfo",
        "",
        "`zoneinfo` is not the name of a time zone, under a reading that refuses this",
        "Send a name such as `Europe/Amsterdam`.",
    ),
    reason(
        "local_account_email_conflict",
        "",
        "a local account has the same e-mail address, under a reading that refuses this",
        "Link or remove the local account, or send another address.",
    ),
    reason(
        "missing_required_claim",
        "",
        "a claim without which nobody signs in is not there",
        "Send the claims that are listed with the reason, in the document that the product reads.",
    ),
    reason(
        "no_such_user",
        "",
        "an administrator's change names a user who is not stored",
        "Compare the name with those of `product.state`.",
    ),
    reason(
        "no_user_groups",
        "",
        "nothing in `roles` is the id of a user group",
        "Send at least one id of a user group of the tenant, letter for letter.",
    ),
    reason(
        "nonconformant_response_mode",
        "",
        "the ID token came in the query string, under a reading that refuses this",
        "Let the provider answer with `form_post`.",
    ),
    reason(
        "unreadable_edit",
        "",
        "an administrator's change has other fields than the product knows",
        "Write the fields as the product's page names them.",
    ),
    reason("user_locked", "", "the user is locked in the product", "Unlock the user there: no claim does."),
    reason(
        "act_not_known",
        "what was to be done",
        "the product has no such thing for an administrator to do",
        "Leave the step out for this product.",
    ),
    reason(
        "act_not_understood",
        "what is wrong",
        "an administrator's change has other fields than the product knows",
        "Write the fields as the product's page names them.",
    ),
    reason(
        "field_read_only",
        "",
        "a field was to be changed that an administrator cannot edit",
        "The provider owns it: change it there. The fields are listed under `fields`.",
    ),
    reason(
        "internal_user_email_conflict",
        "",
        "a user who is managed in the product has the same e-mail address",
        "Convert or rename that user: none is taken over.",
    ),
    reason(
        "settings_only",
        "",
        "this way of signing in only saves the settings, and makes no session",
        "Start the login itself.",
    ),
    reason(
        "sso_not_enabled",
        "",
        "single sign-on is not unlocked, or its form is not active or not filled in",
        "Tick the box, fill the form in, and have support unlock the feature.",
    ),
    reason(
        "unknown_role",
        "the name",
        "a role was to be assigned that does not exist",
        "Names are compared exactly.",
    ),
    reason(
        "unknown_user",
        "the name",
        "an administrator's change names a user who is not stored",
        "Compare the name with those of `product.state`.",
    ),
    reason(
        "user_exists",
        "the e-mail address",
        "somebody was to be invited who is a user already",
        "Edit the user instead.",
    ),
    reason(
        "invalid_role_combination",
        "the legal entity",
        "roles were to be assigned together of which one must stand alone",
        "Assign `Admin` or `ReadOnlyOperations` alone.",
    ),
    reason(
        "unknown_legal_entity",
        "the id",
        "a role was to be assigned for a legal entity that the account does not have",
        "Compare it with the ids of the account's legal entities.",
    ),
    reason(
        "identity_token_not_a_jwt",
        "",
        "the token that says who this is cannot be read",
        "Have the provider issue JWTs as access tokens, or set `SSO_OAUTH2_IDENTITY_TOKEN_SOURCE: id_token`.",
    ),
    reason(
        "invalid_groups_mapping",
        "the entry",
        "an entry of the groups mapping is none, and the product does not start",
        "Write `group->admin` or `group->member`, with commas between entries.",
    ),
    reason(
        "invalid_token_signature",
        "",
        "the signature of the token does not hold",
        "Compare the keys at `SSO_OAUTH2_JWKS_URI` with those that the provider signs with.",
    ),
    reason(
        "missing_setting",
        "the setting",
        "a setting without which nobody can sign in is not there",
        "Set it.",
    ),
    reason(
        "user_disabled",
        "",
        "the user is disabled in the product",
        "Enable the user there: no claim does.",
    ),
    reason("user_removed", "", "the session's user is not stored any more", "Sign in again."),
    reason(
        "invitation_required",
        "",
        "a newcomer has no invitation, and invitations are not disabled",
        "Invite the person, or set `disableInvitations: true` and send claims.",
    ),
    reason(
        "no_valid_claims",
        "",
        "no claim gives any access, and without one nobody gets in",
        "Send one of the claims that count: `harness suggest` names the smallest.",
    ),
    reason(
        "unknown_project",
        "the project",
        "an administrator's change names a project that is not stored",
        "Compare it with the projects of `product.state`.",
    ),
    reason(
        "state_mismatch",
        "",
        "the answer's `state` is not the one that this browser was sent away with",
        "Nothing is redeemed then. Look for a second sign-in in the same browser, or for an answer that somebody else began.",
    ),
    reason(
        "nonce_mismatch",
        "",
        "the ID token's `nonce` is not the one that was asked with",
        "The token belongs to another request, or the provider does not return the `nonce`.",
    ),
    reason(
        "invalid_id_token",
        "the check",
        "the ID token does not hold",
        "The check that failed is behind the colon: a claim, the signature or the key.",
    ),
    reason(
        "invalid_access_token",
        "the check",
        "an access token that is read as a JWT does not hold",
        "The check that failed is behind the colon.",
    ),
    reason(
        "invalid_userinfo",
        "the check",
        "the UserInfo answer cannot be used",
        "Behind the colon stands what is wrong; `sub` has to be that of the ID token.",
    ),
    reason(
        "invalid_logout_token",
        "the check",
        "a logout token does not hold",
        "The check that failed is behind the colon; nobody is signed out by it.",
    ),
    reason(
        "invalid_response",
        "what is wrong",
        "the provider's answer lacks something, or came in a way that is not taken in",
        "Behind the colon stands the parameter, or `response_mode`.",
    ),
    reason(
        "invalid_metadata",
        "what is wrong",
        "the provider's metadata cannot be trusted",
        "`issuer` has to be the one that is configured, letter for letter.",
    ),
    reason(
        "invalid_registration",
        "the member",
        "the provider registered the client otherwise than was asked",
        "Behind the colon stands what differs.",
    ),
    reason(
        "idp_error",
        "the provider's code",
        "the provider refused",
        "Its code stands behind the colon (RFC 6749, OpenID Connect Core 3.1.2.6).",
    ),
    reason(
        "idp_unavailable",
        "the endpoint",
        "an endpoint of the provider could not be used",
        "Look at the provider, and at the address that the metadata names.",
    ),
];

/// The reason with this name, with or without its value.
pub(super) fn explain(name: &str) -> Option<Explanation> {
    let reason = named(name)?;
    let form = if reason.value.is_empty() {
        String::new()
    } else {
        format!(" It is written `{}:…`, with {} behind the colon.", reason.code, reason.value)
    };
    let what = format!("It is the reason of a refusal of {}.{form}", of_whom(reason.code));
    let mut explanation =
        Explanation::new(reason.code, Kind::Reason, reason.title).saying(what).saying(reason.advice);
    for kind in givers(reason.code) {
        if let Some(fired) = examples::of_reason(kind, reason.code) {
            let heading = format!("in the example of {} \"{}\"", kind.title(), fired.title);
            explanation = explanation.showing(heading, fired.text());
            explanation.rests_on.push(format!("{}: {}", fired.step.rule, fired.step.title));
            explanation = explanation.seeing(format!("harness explain {}", fired.step.rule));
        }
    }
    Some(explanation)
}

/// What a name means besides, where it is a finding as well.
pub(super) fn besides(name: &str) -> Option<String> {
    let reason = named(name)?;
    Some(format!(
        "It is also the reason of a refusal of {}: {}. {}",
        of_whom(reason.code),
        reason.title,
        reason.advice
    ))
}

fn named(name: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.code.eq_ignore_ascii_case(bare(name)))
}

fn of_whom(code: &str) -> String {
    if PROTOCOL_REASONS.contains(&code) {
        return "any product that does not say it in words of its own".to_owned();
    }
    let titles: Vec<&str> = givers(code).map(ProductKind::title).collect();
    match titles.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => titles.join(""),
    }
}

/// The products that give a reason as their own.
fn givers(code: &str) -> impl Iterator<Item = &'static dyn ProductKind> {
    products::ALL.iter().copied().filter(move |kind| kind.codes().reasons.contains(&code))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{REASONS, explain};
    use crate::decision::PROTOCOL_REASONS;
    use crate::explain::Kind;
    use crate::{explain, products};

    #[test]
    fn every_reason_of_every_product_is_explained_and_no_other() {
        let given = products::ALL.iter().flat_map(|kind| kind.codes().reasons).chain(PROTOCOL_REASONS);
        let given: BTreeSet<&str> = given.copied().collect();
        let explained: Vec<&str> = REASONS.iter().map(|reason| reason.code).collect();
        assert_eq!(given, explained.iter().copied().collect());
        assert_eq!(given.len(), explained.len(), "one is explained twice");
        for code in given {
            let explanation = explain::explain(&format!("{code}:x")).unwrap();
            let said = explanation.text.join(" ");
            assert!(
                matches!(explanation.kind, Kind::Reason | Kind::Finding) && said.contains("a refusal of"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_reason_is_shown_in_an_example_of_each_product_that_has_one() {
        let explanation = explain("missing_required_claim").unwrap();
        let shown: Vec<&str> = explanation.examples.iter().map(|shown| shown.heading.as_str()).collect();
        let of = |title: &str| {
            shown.iter().any(|heading| heading.starts_with(&format!("in the example of {title} ")))
        };
        assert!(of("CloudBilling") && of("GoRules BRMS"), "{shown:?}");
        assert!(explanation.see.iter().any(|command| command.starts_with("harness explain CB-R")));
    }
}
