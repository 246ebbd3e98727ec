//! Everything that the product can say by a code, or by one of so many words. Tests hold every decision against it.

use crate::decision::Codes;

pub(super) const CODES: Codes = Codes {
    reasons: &[
        "login_failed",
        "missing_config",
        "no_stored_users",
        "permission_denied",
        "protocol_not_enabled",
        "protocol_not_supported",
        "renewal_not_supported",
        "session_error",
    ],
    effects: &[],
    findings: &["billrun_roles_structure_absent"],
    words: &[],
};
