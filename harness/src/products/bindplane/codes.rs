//! Everything that the product can say by a code, or by one of so many words. Tests hold every decision against it.

use super::record::{OrganizationRole, Role};
use crate::decision::Codes;

pub(super) const CODES: Codes = Codes {
    reasons: &[
        "act_not_understood",
        "invitation_required",
        "missing_required_claim",
        "missing_setting",
        "no_valid_claims",
        "permission_denied",
        "unknown_project",
        "unknown_user",
        "user_removed",
    ],
    effects: &[
        "bootstrap.organization_admin",
        "invitation.accepted",
        "invitation.created",
        "no_provisioning_change",
        "organization.role_changed",
        "project.access_granted",
        "project.access_revoked",
        "project.role_changed",
        "user.added",
        "user.created",
        "user.removed",
        "users.all_removed",
    ],
    findings: &[
        "claims_not_synced",
        "claims_unparseable",
        "last_organization_admin_retained",
        "malformed_project_entry",
        "no_project_scope",
        "no_valid_claims",
        "plain_role_word_matched",
        "unrecognized_org_admin",
        "unrecognized_role",
    ],
    words: &[
        ("organization_role", &[OrganizationRole::User.as_str(), OrganizationRole::Admin.as_str()]),
        ("project_roles.*", &[Role::Viewer.as_str(), Role::User.as_str(), Role::Admin.as_str()]),
    ],
};
