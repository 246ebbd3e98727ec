//! Findings: what products notice without refusing anybody.

use super::{Explanation, Kind, examples, reason, situations};
use crate::products;

/// A finding and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The code without its value, such as `unknown_role`.
    pub code: &'static str,
    /// What follows behind a colon; empty where nothing does.
    pub value: &'static str,
    /// The rule that reports it.
    pub rule: &'static str,
    /// What was noticed.
    pub title: &'static str,
    /// What to do.
    pub advice: &'static str,
}

const fn finding(
    code: &'static str,
    value: &'static str,
    rule: &'static str,
    title: &'static str,
    advice: &'static str,
) -> Finding {
    Finding { code, value, rule, title, advice }
}

/// Every finding of every product.
pub const FINDINGS: &[Finding] = &[
    finding(
        "billrun_roles_structure_absent",
        "",
        "BR-R13",
        "the roles were found, but not inside the object `billrun_roles` that the documentation describes",
        "Nothing is lost. The page demands the full structure \"regardless of the path\", so a later version may: send \
         `billrun_roles` with `billing` in it.",
    ),
    finding(
        "nonconformant_response_mode",
        "",
        "CB-R3",
        "the ID token came in the query string",
        "Let the provider answer with `form_post`: query strings reach logs and histories.",
    ),
    finding(
        "email_not_verified",
        "",
        "CB-R7",
        "the provider says that the e-mail address is not verified",
        "It changes nothing here, as nobody is recognised by it. Do not let mail to this address carry secrets.",
    ),
    finding(
        "invalid_locale",
        "",
        "CB-R7",
        "`locale` is not a language tag such as `nl-NL`",
        "It is stored as it is. Correct it at the provider.",
    ),
    finding(
        "invalid_zoneinfo",
        "",
        "CB-R7",
        "`zoneinfo` is not a name such as `Europe/Amsterdam`",
        "It is stored as it is. Correct it at the provider.",
    ),
    finding(
        "unknown_user_group",
        "the value",
        "CB-R9",
        "a value of `roles` is the id of no user group, and is skipped",
        "Compare it, letter case included, with the ids of the tenant's user groups.",
    ),
    finding(
        "missing_profile_claim",
        "the claim",
        "CB-R14",
        "a claim that the vendor lists as required is missing, and was let pass",
        "Send it: under the recommended reading of CB-Q1 its absence refuses the sign-in.",
    ),
    finding(
        "unknown_legal_entity",
        "the id",
        "BW-R11",
        "a role was claimed for a legal entity that the account does not have, and is skipped",
        "Compare it with the ids of the account's legal entities.",
    ),
    finding(
        "unknown_role",
        "the name",
        "BW-R12",
        "a role is none of billwerk's, and is skipped",
        "Names are compared exactly: `Admin`, not `admin` or `Administrator`.",
    ),
    finding(
        "invalid_role_combination",
        "`all`, or the legal entity",
        "BW-R12",
        "roles that must stand alone came with others, so none of them is given",
        "Send `Admin` or `ReadOnlyOperations` alone, or leave it out.",
    ),
    finding(
        "signature_not_verified",
        "",
        "GR-R6",
        "nobody checked the signature of the token that says who this is",
        "Set `SSO_OAUTH2_JWKS_URI`: without it whoever reaches the callback can be anybody.",
    ),
    finding(
        "groups_claim_invalid_type",
        "",
        "GR-R10",
        "the groups claim is neither a list of texts nor a text, so there are no groups",
        "Send a list of texts.",
    ),
    finding(
        "groups_claim_absent",
        "",
        "GR-R16",
        "the token that is read has no groups claim",
        "Look at which token is read (`SSO_OAUTH2_IDENTITY_TOKEN_SOURCE`) and under which name \
         (`SSO_OAUTH2_CUSTOM_CLAIM_NAME`). An empty list is not absent.",
    ),
    finding(
        "groups_overage",
        "",
        "GR-R16",
        "the provider sent a reference in place of too many groups",
        "Nobody fetches it. Let the provider send only the groups that are assigned to the application, or roles.",
    ),
    finding(
        "subject_changed",
        "",
        "GR-R23",
        "the e-mail address is known, with another `sub` than before",
        "The address may have been given to another person. Under GR-Q11=sub this would be another user.",
    ),
    finding(
        "unrecognized_org_admin",
        "the value",
        "BP-R8",
        "the organization-admin claim is neither true nor false, and means no",
        "Send the text `true` or `false`.",
    ),
    finding(
        "unrecognized_role",
        "the word",
        "BP-R17",
        "a role is none of `admin`, `user` and `viewer`, and `viewer` is taken",
        "Correct the word. That nobody is refused hides the mistake.",
    ),
    finding(
        "malformed_project_entry",
        "the entry",
        "BP-R18",
        "an entry of the projects claim is no `ID` and no `role:ID`, or names no project, and is skipped",
        "Write `admin:P1,P2`. Ids are those of the organization's projects.",
    ),
    finding(
        "claims_unparseable",
        "the claim",
        "BP-R19",
        "a claim is of the wrong type or holds not one valid entry, so permissions stay as they are",
        "Send a text. As long as this lasts, taking somebody out of a group takes nothing away.",
    ),
    finding(
        "claims_not_synced",
        "the setting",
        "BP-R20",
        "the token holds valid claims, which count only when somebody is first provisioned",
        "Set `disableInvitations: true` to have them applied at every sign-in.",
    ),
    finding(
        "last_organization_admin_retained",
        "",
        "BP-R22",
        "the claims would have taken the last organization admin away, who stays",
        "Make somebody else an organization admin first.",
    ),
    finding(
        "no_project_scope",
        "",
        "BP-R23",
        "a role without any project: a new user gets into none",
        "Send `bindplane_projects`, or a project group, beside the role.",
    ),
    finding(
        "plain_role_word_matched",
        "",
        "BP-R5",
        "a plain word such as `admin` counted although the group names were renamed",
        "The plain words always count and cannot be configured: see that no group of the provider is called so.",
    ),
    finding(
        "no_valid_claims",
        "",
        "BP-R22",
        "an existing user came without any valid claim, and keeps all permissions",
        "Taking every group away at the provider does not lock anybody out. BP-Q18 has the other readings.",
    ),
];

/// The finding with this name, with or without its value.
pub(super) fn explain(name: &str) -> Option<Explanation> {
    let bare = name.split(':').next().unwrap_or(name);
    let finding = FINDINGS.iter().find(|finding| finding.code.eq_ignore_ascii_case(bare))?;
    let kind =
        products::ALL.iter().copied().find(|kind| kind.rules().iter().any(|rule| rule.id == finding.rule))?;
    let form = if finding.value.is_empty() {
        String::new()
    } else {
        format!(" It is written `{}:…`, with {} behind the colon.", finding.code, finding.value)
    };
    let what = format!("{} notices this and goes on.{form}", kind.title());
    let mut explanation =
        Explanation::new(finding.code, Kind::Finding, finding.title).saying(what).saying(finding.advice);
    if let Some(besides) = reason::besides(finding.code) {
        explanation = explanation.saying(besides);
    }
    if let Some(fired) = examples::of_finding(kind, finding.code) {
        explanation = explanation.showing(format!("in the example \"{}\"", fired.title), fired.text());
    }
    if let Some(rule) = kind.rules().iter().find(|rule| rule.id == finding.rule) {
        explanation.rests_on = vec![format!("{}: {}", rule.id, rule.title), rule.source.to_owned()];
    }
    explanation.elsewhere = situations::with(finding.rule);
    Some(explanation.seeing(format!("harness explain {}", finding.rule)))
}
