//! What CloudBilling's documentation leaves open, and the answers that can be played through.

use crate::decision::readings;

readings! {
    /// How we read what CloudBilling leaves open.
    pub struct Readings {
        /// Whether `locale` and `zoneinfo` are demanded.
        profile_claims: ProfileClaims = "CB-Q1", "Are `locale` and `zoneinfo` hard requirements?" {
            Refuse = "refuse", "a sign-in without them is refused";
            Lenient = "lenient_profile", "a missing one is a finding, and the environment's setting is used";
        }
        /// No known group.
        no_groups: NoGroups = "CB-Q2", "What happens when `roles` holds no known group?" {
            Refuse = "refuse", "the sign-in is refused";
            SignIn = "sign_in_without_permissions", "the user signs in and may do nothing";
        }
        /// `roles` as one string.
        single_role: SingleRole = "CB-Q3", "What happens when `roles` is a single string?" {
            Refuse = "refuse", "it has the wrong type";
            Coerce = "coerce", "it counts as a list of one";
        }
        /// The response type.
        response_type: ResponseTypeSent = "CB-Q4", "Which response type is asked for?" {
            IdToken = "id_token", "`id_token`";
            IdTokenToken = "id_token_token", "`id_token token`";
        }
        /// Tokens in a query string.
        query_tokens: QueryTokens = "CB-Q5", "Are ID tokens in a query string taken in?" {
            Support = "support", "yes, with a finding, since the standard does not allow it";
            Refuse = "refuse", "no";
        }
        /// What the Logout URI is.
        logout_uri: LogoutUri = "CB-Q6", "Is the Logout URI for front-channel logout, for the way back, or both?" {
            Both = "both", "it serves as both";
            FrontChannel = "front_channel", "the provider calls it; the way back leads to the tenant URL";
            PostLogout = "post_logout_redirect", "it is only the way back after signing out";
        }
        /// How a token is renewed.
        renewal: RenewalBy = "CB-Q7", "How are tokens renewed?" {
            Silent = "prompt_none", "in the background with `prompt=none`";
            None = "none", "not at all";
        }
        /// A local account with the same e-mail.
        local_account: LocalAccount = "CB-Q8", "What happens when a local account has the same e-mail?" {
            Refuse = "refuse", "the sign-in is refused";
            Link = "link", "the local account becomes the user who signs in";
            Duplicate = "duplicate", "a second user is created";
        }
        /// A malformed `locale` or `zoneinfo`.
        malformed: Malformed = "CB-Q9", "What happens to a malformed `locale` or `zoneinfo`?" {
            Store = "store", "it is stored verbatim, with a finding";
            Refuse = "refuse", "the sign-in is refused";
        }
        /// An unverified e-mail.
        unverified_email: UnverifiedEmail = "CB-Q10", "What happens when `email_verified` is false?" {
            Ignore = "ignore", "it is only a finding";
            Refuse = "refuse", "the sign-in is refused";
        }
    }
}
