//! What the GoRules documentation leaves open, and the answers that can be played through.

use crate::decision::readings;

readings! {
    /// How the open questions about GoRules BRMS are answered.
    pub struct Readings {
        /// Several mapped groups.
        several_levels: SeveralLevels = "GR-Q1", "Which level does a user get who is in groups mapped to both?" {
            Highest = "highest", "`admin` if any mapped group says so";
            FirstInString = "first_in_string", "the level of the first entry of the mapping string that matches";
            Lowest = "lowest", "`member` if any mapped group says so";
        }
        /// Letter case of group names.
        group_case: GroupCase = "GR-Q2", "Does letter case count in group names?" {
            Sensitive = "sensitive", "group names are compared exactly";
            Insensitive = "insensitive", "group names are compared without letter case";
        }
        /// A groups claim that is one string.
        single_string: SingleString = "GR-Q3", "What does a groups claim mean that is a single string?" {
            OneGroup = "one_group", "the string is the name of one group";
            SplitAtCommas = "split_at_commas", "the string is a list separated by commas";
            SplitAtSpaces = "split_at_spaces", "the string is a list separated by blanks";
        }
        /// Claim names with dots.
        claim_lookup: ClaimLookup = "GR-Q4", "How is a claim name looked up that contains dots?" {
            LiteralFirst = "literal_first", "as a literal top-level name, then as a path";
            PathOnly = "path_only", "as a path only";
        }
        /// Invalid mapping entries.
        invalid_entry: InvalidEntry = "GR-Q5", "What does an invalid entry of the groups mapping do?" {
            FailStart = "fail_start", "the product does not start";
            SkipEntry = "skip_entry", "the entry is skipped";
        }
        /// Checks without keys.
        without_keys: WithoutKeys = "GR-Q6", "What is still checked when no JWKS URI is configured?" {
            CheckTheRest = "check_the_rest", "issuer, expiry, and the audience of ID tokens";
            CheckNothing = "check_nothing", "nothing in the token";
        }
        /// No mapping at all.
        no_mapping: NoMapping = "GR-Q7", "What is a user's level when no groups mapping is configured?" {
            LeaveTypeAlone = "leave_type_alone", "a stored level stays, a new user is `member`";
            AlwaysMember = "always_member", "every user becomes `member` at each login";
        }
        /// Groups that went away.
        revocation: Revocation = "GR-Q8", "What happens to a role derived from a group that is gone?" {
            Replaced = "replaced", "the roles derived from groups are replaced at every login";
            Sticky = "sticky", "a role once derived stays";
        }
        /// Signing out.
        sign_out: SignOutReading = "GR-Q9", "Does signing out reach the provider?" {
            Local = "local", "only the local session ends";
            EndSession = "end_session", "the browser is sent to the provider's end-session endpoint";
        }
        /// Audience of access tokens.
        audience: Audience = "GR-Q10", "Is the audience of an access token enforced?" {
            Skip = "skip", "`azp`, `cid` and `client_id` are compared when present, `aud` is not looked at";
            Enforce = "enforce", "`aud` must hold the client id as well";
        }
        /// The user key.
        user_key: UserKey = "GR-Q11", "What identifies a user?" {
            Email = "email", "the e-mail address without letter case, with `sub` recorded";
            Sub = "sub", "`sub`";
        }
        /// Group overage.
        overage: Overage = "GR-Q12", "What does an overage marker in place of the groups do?" {
            TreatAsMissing = "treat_as_missing", "the groups are missing";
            Fetch = "fetch", "the groups are fetched; the stored `directory` holds the answer by `sub`";
        }
    }
}
