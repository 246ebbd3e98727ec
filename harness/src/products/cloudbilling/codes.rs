//! Everything that the product can say by a code, or by one of so many words. Tests hold every decision against it.

use crate::decision::Codes;

pub(super) const CODES: Codes = Codes {
    reasons: &[
        "email_not_verified",
        "groups_come_from_the_roles_claim",
        "invalid_claim_type",
        "invalid_locale",
        "invalid_zoneinfo",
        "local_account_email_conflict",
        "missing_required_claim",
        "no_invitations",
        "no_such_user",
        "no_user_groups",
        "nonconformant_response_mode",
        "permission_denied",
        "set_by_vendor_support",
        "unreadable_edit",
        "user_locked",
    ],
    effects: &[
        "user.created",
        "user.groups_cleared",
        "user.groups_replaced",
        "user.linked_to_local_account",
        "user.locked",
        "user.unlocked",
    ],
    findings: &[
        "email_not_verified",
        "invalid_locale",
        "invalid_zoneinfo",
        "missing_profile_claim",
        "nonconformant_response_mode",
        "unknown_user_group",
    ],
    words: &[],
};
