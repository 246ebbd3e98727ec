//! What billwerk's documentation leaves open, and the answers that can be played through.

use crate::decision::readings;

readings! {
    /// How we read what billwerk leaves open.
    pub struct Readings {
        /// Where the role claims are.
        role_claims: RoleClaims = "BW-Q1", "What are the role claims called, and how are they shaped?" {
            Placeholders = "placeholders", "`roles` for one set, `legal_entity_roles` for roles per legal entity";
            SingleClaim = "single_claim", "`roles` for both; per legal entity it is an object";
        }
        /// The response type.
        response_type: ResponseTypeSent = "BW-Q2", "Which response type is asked for?" {
            IdTokenToken = "id_token_token", "`id_token token`, as a posted form";
            IdToken = "id_token", "`id_token`, as a posted form";
            CodeIdToken = "code_id_token", "`code id_token`, as a posted form";
            Code = "code", "`code`, in the query";
        }
        /// Two client ids.
        client_ids: ClientIds = "BW-Q3", "Do settings and login use two client ids?" {
            Two = "two", "a login token is for the External Login Client ID";
            One = "one", "both use the OIDC Settings Client ID";
        }
        /// How an invited user is recognised.
        invitation: Invitation = "BW-Q4", "How is an invited user recognised?" {
            IdThenEmail = "external_id_then_email", "by External Id where the invitation has one, else by e-mail";
            IdOnly = "external_id", "by External Id only";
            EmailOnly = "email", "by e-mail only";
        }
        /// Roles that exclude each other.
        exclusive: Exclusive = "BW-Q5", "What happens to roles that exclude each other?" {
            None = "none", "none of them is given, with a finding";
            Strongest = "keep_strongest", "the strongest stays, with a finding";
            Weakest = "keep_weakest", "the weakest stays, with a finding";
        }
        /// The role claim is missing.
        missing_roles: MissingRoles = "BW-Q6", "What happens when the role claim is missing under an external strategy?" {
            Revoke = "revoke", "all roles go, and the user may sign in";
            Keep = "keep", "the stored roles stay";
            Refuse = "refuse", "the login is refused";
        }
        /// An internal user with the same e-mail.
        internal_user: InternalUser = "BW-Q7", "What happens when an internal user has the same e-mail?" {
            Refuse = "refuse", "the login is refused";
            Link = "link", "the internal user becomes external";
        }
        /// One role or one set.
        one_role: OneRole = "BW-Q8", "Is `one role` one value or one set?" {
            Set = "set", "a set; it holds in every legal entity";
            Single = "single", "one value; several are an invalid combination";
        }
        /// `Administrator`.
        administrator: Administrator = "BW-Q9", "Does `Administrator` mean `Admin`?" {
            Exact = "exact", "no, it is an unknown role";
            Alias = "alias", "yes";
        }
        /// Visibility under Azure.
        azure_roles: AzureRoles = "BW-Q10", "Are roles from Azure visible in billwerk?" {
            Visible = "visible", "yes, and read-only";
            Hidden = "hidden", "no, as with OpenID Connect";
        }
        /// A strategy that changes.
        strategy_switch: StrategySwitch = "BW-Q11", "When does another strategy take hold of users who exist?" {
            NextLogin = "next_login", "at their next login; until then stored roles stay";
            Immediate = "immediate", "at once: roles given under another strategy no longer count";
        }
    }
}
