//! What BillRun's documentation leaves open, and the answers that can be played through.

use crate::decision::readings;

readings! {
    /// How we read what BillRun leaves open.
    pub struct Readings {
        /// What `roles_path` names.
        roles_path: RolesPath = "BR-Q1", "Does `roles_path` name the role array or the object that holds it?" {
            Array = "array", "the path names the role array itself";
            Container = "container", "the path names an object whose member `billing` is the role array; by default `billrun_roles`";
        }
        /// What an unlisted protocol is.
        unlisted_protocol: UnlistedProtocol = "BR-Q2", "Is a protocol that is not listed hidden or really off?" {
            Refuse = "refuse", "its login is refused with HTTP 400";
            Hide = "hide", "its button is hidden, its start URL works";
        }
        /// Whether `write` includes `read`.
        write: Write = "BR-Q3", "Does `write` include `read`?" {
            ExactSet = "exact_set", "each permission must be named; `admin` alone supersedes";
            Hierarchy = "hierarchy", "`write` includes `read`";
        }
        /// Whether `exp` and `nonce` are required.
        required_claims: RequiredClaims = "BR-Q4", "Are ID tokens without `exp` or `nonce` accepted?" {
            Require = "require", "both are required";
            Copy = "copy", "like the library: what is absent is not checked";
        }
        /// UserInfo of another subject.
        userinfo_subject: UserinfoSubject = "BR-Q5", "Is a UserInfo response with another `sub` accepted?" {
            Reject = "reject", "the login fails";
            Accept = "accept", "`sub` is not compared";
        }
        /// Role values of other shapes.
        role_shape: RoleShape = "BR-Q6", "Are objects and arrays with other values than strings taken as roles?" {
            Reject = "reject", "they are no roles";
            Accept = "accept", "the strings among the values of the array or object are the roles";
        }
        /// The user name `0`.
        zero: Zero = "BR-Q7", "Is the user name `0` empty?" {
            Accept = "accept", "it is a name like any other";
            Copy = "copy", "it is empty, as in PHP";
        }
        /// One person through two providers.
        identity: Identity = "BR-Q8", "Is the same user name at two providers one person?" {
            Separate = "separate", "a person is a provider and a user name";
            Merge = "merge", "a person is a user name";
        }
        /// Whether `return_to` is checked.
        return_to: ReturnTo = "BR-Q9", "May `return_to` lead to another site?" {
            Restrict = "restrict", "only to the same origin, else the base URL is used";
            Copy = "copy", "it is followed wherever it leads";
        }
        /// When `state` is compared.
        state_check: StateCheck = "BR-Q10", "Is `state` compared before the code is redeemed?" {
            CheckFirst = "check_first", "yes";
            Copy = "copy", "no, the code is redeemed first";
        }
        /// A callback with `error`.
        error_response: ErrorResponse = "BR-Q11", "What happens when the provider returns `error` without a code?" {
            Redirect = "redirect", "the browser is sent to `?error=login_failed`";
            Crash = "crash", "nothing catches it: an error page, and no redirect";
        }
        /// `openid` twice.
        scope: Scope = "BR-Q12", "Is `openid` sent twice?" {
            Copy = "copy", "yes, as observed";
            Dedupe = "dedupe", "each scope is sent once";
        }
    }
}
