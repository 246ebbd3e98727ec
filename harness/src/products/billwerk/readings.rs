//! What billwerk's documentation leaves open, and the answers that can be played through.

use crate::decision::readings;

readings! {
    /// How we read what billwerk leaves open.
    pub struct Readings {
        /// Names and shape of the role claims.
        role_claims: RoleClaims = "BW-Q1", "What are the role claims called, and what is their shape?" {
            Placeholders = "placeholders", "`roles` is a role or a list of roles, `legal_entity_roles` an object of them by legal entity";
            OneClaim = "one_claim", "`roles` serves both strategies; per legal entity its entries are written `<legal entity>:<role>`";
        }
        /// The response type.
        response_type: ResponseTypes = "BW-Q2", "Which response type is asked for?" {
            IdTokenToken = "id_token_token", "`id_token token`, delivered as a form";
            IdToken = "id_token", "`id_token`, delivered as a form";
            CodeIdToken = "code_id_token", "`code id_token`, delivered as a form";
            Code = "code", "`code`, delivered in the query string";
        }
        /// Two client ids.
        client_ids: ClientIds = "BW-Q3", "Does the settings dialogue have a client id of its own?" {
            Two = "two", "the settings round trip uses the OIDC Settings Client ID, which no login token may be issued for";
            One = "one", "the External Login Client ID serves both";
        }
        /// How an invited user is matched.
        linking: Linking = "BW-Q4", "How is an invited user matched with a login?" {
            ExternalIdThenEmail = "external_id_then_email", "by the External Id of the invitation; by e-mail if it holds none";
            ExternalId = "external_id", "by the External Id of the invitation only";
            Email = "email", "by e-mail only, whatever External Id the invitation holds";
        }
        /// Roles that exclude each other.
        exclusive_roles: ExclusiveRoles = "BW-Q5", "What becomes of a set in which a role should stand alone and does not?" {
            None = "none", "it grants nothing";
            KeepStrongest = "keep_strongest", "`Admin` beats all, and all beat `ReadOnlyOperations`";
            KeepWeakest = "keep_weakest", "`ReadOnlyOperations` beats all, and all beat `Admin`";
        }
        /// No role claim under an external strategy.
        missing_roles: MissingRoles = "BW-Q6", "What does a login without a usable role claim do under an external strategy?" {
            Revoke = "revoke", "all roles are removed, and the login succeeds";
            Keep = "keep", "the stored roles stay";
            Refuse = "refuse", "the login is refused";
        }
        /// The e-mail address of an internal user.
        internal_user: InternalUser = "BW-Q7", "What does a login with the e-mail address of an internal user do?" {
            Refuse = "refuse", "it is refused";
            Link = "link", "the internal user becomes an external one";
        }
        /// How many roles `one role` means.
        one_role: OneRole = "BW-Q8", "Does `one role for all legal entities` mean one value or one set?" {
            Set = "set", "one set of roles";
            Single = "single", "exactly one role; several grant nothing";
        }
        /// Another name of `Admin`.
        administrator: Administrator = "BW-Q9", "Is `Administrator` another name of `Admin`?" {
            Exact = "exact", "no, it is an unknown role";
            Alias = "alias", "yes";
        }
        /// Visibility of roles that come from Azure.
        azure_roles: AzureRoles = "BW-Q10", "Are roles that come from Azure Active Directory visible in billwerk?" {
            Visible = "visible", "yes, read-only";
            Hidden = "hidden", "no, as with OpenID Connect";
        }
        /// When another strategy takes effect.
        strategy_switch: StrategySwitch = "BW-Q11", "When does another strategy take effect for users who exist?" {
            NextLogin = "next_login", "at their next login; until then the stored roles stay";
            Immediate = "immediate", "at once: roles from another source count no more";
        }
    }
}
