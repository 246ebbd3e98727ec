//! What the Bindplane documentation leaves open, and the answers that can be played through.

use crate::decision::readings;

readings! {
    /// How the open questions about Bindplane are answered.
    pub struct Readings {
        /// A role without a scope.
        role_only: RoleOnly = "BP-Q1", "Which projects does a role reach that comes without any project?" {
            NoProjects = "no_projects", "none for a new user; memberships of an existing one stay and are re-roled";
            AllProjects = "all_projects", "all existing projects";
        }
        /// The fallback role.
        fallback: Fallback = "BP-Q2", "Does the least-privileged rule outrank a default role?" {
            MinimumOfBoth = "minimum_of_both", "the least of the explicit roles and the default role, from two explicit projects on";
            DefaultWins = "default_wins", "a default role is used as it stands";
            MinimumOfExplicit = "minimum_of_explicit", "the least of the explicit roles, whatever the default role is";
        }
        /// Any other project.
        other_projects: OtherProjects = "BP-Q3", "What are the other projects that an explicit default role applies to?" {
            ListedOnly = "listed_only", "the other listed projects";
            AnyProject = "any_project", "every existing project that is not listed";
        }
        /// The organization-admin group beside an explicit default role.
        admin_group: AdminGroup = "BP-Q4", "Does the organization-admin group count beside an explicit default role?" {
            Ignored = "ignored", "no, an explicit default role silences groups altogether";
            GroupWins = "group_wins", "yes, the group makes an organization admin";
        }
        /// Spellings of the organization-admin claim.
        admin_spelling: AdminSpelling = "BP-Q5", "Which values of the organization-admin claim mean yes?" {
            IgnoreCaseOrBoolean = "ignore_case_or_boolean", "the text `true` in any letter case, and the boolean";
            Exact = "exact", "the text `true` in lower case";
            IgnoreCase = "ignore_case", "the text `true` in any letter case";
            BooleanOnly = "boolean_only", "the boolean";
        }
        /// Text form and order of names.
        name_lists: NameLists = "BP-Q6", "How is a text of groups split, and do groups come before roles?" {
            CommaGroupsFirst = "comma_groups_first", "at commas, groups before roles";
            SpaceGroupsFirst = "space_groups_first", "at blanks, groups before roles";
            CommaRolesFirst = "comma_roles_first", "at commas, roles before groups";
            SpaceRolesFirst = "space_roles_first", "at blanks, roles before groups";
        }
        /// First user and last admin.
        first_and_last: FirstAndLast = "BP-Q7", "Is the first user bootstrapped without claims, and is the last organization admin kept?" {
            BootstrapKeepLast = "bootstrap_keep_last", "the first user becomes admin, and the last admin stays one";
            ClaimsKeepLast = "claims_keep_last", "with invitations disabled the first user follows claims; the last admin stays one";
            BootstrapDemoteLast = "bootstrap_demote_last", "the first user becomes admin; the last admin is demoted like any other";
            ClaimsDemoteLast = "claims_demote_last", "with invitations disabled the first user follows claims; the last admin is demoted";
        }
        /// Claim and groups together.
        both_scopes: BothScopes = "BP-Q8", "Which projects count when the projects claim and project groups are both there?" {
            ClaimOnly = "claim_only", "those of the claim";
            Union = "union", "both";
        }
        /// Letter case of role words.
        word_case: WordCase = "BP-Q9", "Does letter case count in the role words of explicit claims?" {
            IgnoreCase = "ignore_case", "no";
            Exact = "exact", "yes";
        }
        /// Unknown and repeated projects.
        odd_entries: OddEntries = "BP-Q10", "What do an unknown project and a repeated project mean?" {
            SkipLeast = "skip_least_privileged", "the unknown is skipped; of the repeated the least privileged role counts";
            SkipLast = "skip_last", "the unknown is skipped; of the repeated the last counts";
            UnusableLeast = "unusable_least_privileged", "the unknown makes the claims unusable; of the repeated the least counts";
            UnusableLast = "unusable_last", "the unknown makes the claims unusable; of the repeated the last counts";
        }
        /// Claims of existing users with invitations enabled.
        existing_users: ExistingUsers = "BP-Q11", "Are an existing user's claims applied while invitations are enabled?" {
            Ignore = "ignore", "no, stored permissions stay";
            Sync = "sync", "yes, at every login";
        }
        /// Claims and an invitation together.
        claims_and_invitation: ClaimsAndInvitation = "BP-Q12", "What counts when a new user has claims and an invitation?" {
            Claims = "claims", "the claims; the invitation stays open";
            Invitation = "invitation", "the invitation";
            Union = "union", "both; of the same project the higher role";
        }
        /// Plain words after renaming.
        plain_words: PlainWords = "BP-Q13", "Do the plain role words count after the group names were renamed?" {
            Always = "always", "yes, with a finding";
            UntilRenamed = "until_renamed", "no, a renamed group name takes the plain word with it";
        }
        /// Empty strings.
        empty_strings: EmptyStrings = "BP-Q14", "Is an empty string in a `bindplane_*` claim a value?" {
            NotSet = "not_set", "no, as if the claim were absent";
            Set = "set", "yes, one that names nothing";
        }
        /// Enrolment by claims.
        enrolment: Enrolment = "BP-Q15", "Can claims alone enrol a new user while invitations are enabled?" {
            Either = "either", "yes, claims or an invitation";
            InvitationOnly = "invitation_only", "no, an invitation is needed";
        }
        /// The identity key.
        user_key: UserKey = "BP-Q16", "What identifies a user?" {
            IssuerAndSubject = "issuer_and_subject", "issuer and `sub`; the e-mail address is shown";
            Email = "email", "the e-mail address without letter case";
        }
        /// Unusable claims of new users.
        unusable_claims: UnusableClaims = "BP-Q17", "What do unusable claims do to a new user while invitations are enabled?" {
            FallToInvitation = "fall_to_invitation", "an invitation can still enrol";
            Refuse = "refuse", "the login is refused";
        }
        /// Existing users without valid claims.
        no_claims_left: NoClaimsLeft = "BP-Q18", "What happens to an existing user without any valid claim while invitations are disabled?" {
            Keep = "keep", "permissions stay, with a finding";
            RevokeAll = "revoke_all", "all access is revoked";
            Refuse = "refuse", "the login is refused";
        }
    }
}
