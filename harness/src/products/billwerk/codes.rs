//! Everything that the product can say by a code, or by one of so many words. Tests hold every decision against it.

use super::record::Role;
use crate::decision::Codes;

/// The roles, in the vendor's order.
const ROLES: &[&str] = &[
    Role::Admin.name(),
    Role::Developer.name(),
    Role::Products.name(),
    Role::Operations.name(),
    Role::Finance.name(),
    Role::ReadOnlyOperations.name(),
    Role::Reports.name(),
    Role::Templates.name(),
];

pub(super) const CODES: Codes = Codes {
    reasons: &[
        "act_not_known",
        "act_not_understood",
        "field_read_only",
        "internal_user_email_conflict",
        "invalid_role_combination",
        "missing_required_claim",
        "permission_denied",
        "renewal_not_supported",
        "settings_only",
        "sso_not_enabled",
        "unknown_legal_entity",
        "unknown_role",
        "unknown_user",
        "user_exists",
    ],
    effects: &[
        "user.converted_to_external",
        "user.created",
        "user.edited",
        "user.invited",
        "user.linked_to_invitation",
        "user.profile_updated",
        "user.roles_assigned",
        "user.roles_replaced",
    ],
    findings: &["invalid_role_combination", "unknown_legal_entity", "unknown_role"],
    words: &[
        ("user.type", &["external", "internal"]),
        ("user.provider", &["oidc", "azure"]),
        ("user.status", &["active", "invited"]),
        ("roles_by_legal_entity.*.*", ROLES),
        ("ui.editable_fields.*", &["email", "first_name", "last_name", "roles"]),
    ],
};
