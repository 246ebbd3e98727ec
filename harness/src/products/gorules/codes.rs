//! Everything that the product can say by a code, or by one of so many words. Tests hold every decision against it.

use super::record::{Status, UserType};
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
        (
            "user.type",
            &[
                UserType::Member.as_str(),
                UserType::Author.as_str(),
                UserType::Admin.as_str(),
                UserType::Owner.as_str(),
            ],
        ),
        ("user.status", &[Status::Active.as_str(), Status::Disabled.as_str(), Status::Invited.as_str()]),
        ("token", &["access_token", "id_token"]),
    ],
};
