//! Everything that the product can say by a code, or by one of so many words. Tests hold every decision against it.

use crate::decision::Codes;

pub(super) const CODES: Codes = Codes {
    reasons: &[
        "act_not_known",
        "act_not_understood",
        "identity_token_not_a_jwt",
        "invalid_groups_mapping",
        "invalid_token_signature",
        "missing_required_claim",
        "missing_setting",
        "permission_denied",
        "unknown_role",
        "unknown_user",
        "user_disabled",
        "user_exists",
    ],
    effects: &[
        "user.activated",
        "user.created",
        "user.idp_roles_replaced",
        "user.invited",
        "user.manual_roles_replaced",
        "user.status_changed",
        "user.type_changed",
    ],
    findings: &[
        "groups_claim_absent",
        "groups_claim_invalid_type",
        "groups_overage",
        "signature_not_verified",
        "subject_changed",
    ],
    words: &[
        ("user.type", &["member", "author", "admin", "owner"]),
        ("user.status", &["active", "disabled", "invited"]),
        ("token", &["access_token", "id_token"]),
    ],
};
