//! The rules of CloudBilling, one line each.

use crate::products::catalogue::rules;

rules! {
    CB_R1 = "CB-R1", Documented, "SSO page, sign-in", [],
        "a visitor of the tenant URL who is not signed in goes straight to the provider";
    CB_R2 = "CB-R2", Documented, "SSO page, set-up; response type by CB-Q4", ["CB-Q4"],
        "the request is implicit, asks for exactly `openid profile email` and names the tenant's own callback";
    CB_R3 = "CB-R3", Interpretation, "SSO page, flow; finding by CB-Q5", ["CB-Q5"],
        "a response is taken in as a posted form or as query parameters, never from a fragment";
    CB_R4 = "CB-R4", Documented, "SSO page, Issuer Identifier", [],
        "`iss` is the Issuer Identifier exactly, letter case included";
    CB_R5 = "CB-R5", Interpretation, "ours", [],
        "a response for one `[ID]` is never valid for another";
    CB_R6 = "CB-R6", Interpretation, "SSO page, claims; pairing with `iss` is ours", [],
        "a user is identified by issuer and `sub`";
    CB_R7 = "CB-R7", Interpretation, "SSO page, claims; findings by CB-Q9 and CB-Q10", ["CB-Q9", "CB-Q10"],
        "`email`, `locale` and `zoneinfo` are stored as given";
    CB_R8 = "CB-R8", Interpretation, "SSO page, user groups; `only` is ours", [],
        "permissions come only from user groups, and these only from the `roles` claim";
    CB_R9 = "CB-R9", Interpretation, "SSO page, user groups and claims; unknown ids and case are ours", [],
        "each value of `roles` that is the id of a user group gives that group; others are skipped";
    CB_R10 = "CB-R10", Interpretation, "SSO page, claims; blank values are ours", [],
        "`name` is the claim, else `preferred_username`; blank is not provided";
    CB_R11 = "CB-R11", Documented, "SSO page, claims", [],
        "`preferred_username` is the claim, else `name`";
    CB_R12 = "CB-R12", Interpretation, "SSO page, claims; the chain of fallbacks is ours", [],
        "`given_name` and `family_name` are each the claim, else the effective `name`";
    CB_R13 = "CB-R13", Interpretation, "ours, after the SSO page's `in addition to the normal claims`", [],
        "further claims are ignored";
    CB_R14 = "CB-R14", Interpretation, "SSO page, claims; refusing by CB-Q1", ["CB-Q1"],
        "a missing required claim refuses the sign-in";
    CB_R15 = "CB-R15", Interpretation, "SSO page, format column; refusing by CB-Q3", ["CB-Q3"],
        "a claim of the wrong JSON type refuses the sign-in";
    CB_R16 = "CB-R16", Interpretation, "user accounts page; refusing by CB-Q2", ["CB-Q2"],
        "without a user group the sign-in is refused, and stored groups are cleared all the same";
    CB_R17 = "CB-R17", Interpretation, "SSO page, user groups; replacing is ours", [],
        "at each sign-in and each renewal the new groups replace the stored ones";
    CB_R18 = "CB-R18", Interpretation, "ours; local accounts by CB-Q8", ["CB-Q8"],
        "the first sign-in creates the user, later ones refresh the profile";
    CB_R19 = "CB-R19", Interpretation, "user accounts page; that it holds for SSO is ours", [],
        "a locked user cannot sign in";
    CB_R20 = "CB-R20", Interpretation, "SSO page, Logout URI; end-session request by CB-Q6", ["CB-Q6"],
        "signing out ends the local session and goes on to the provider's `end_session_endpoint`";
    CB_R21 = "CB-R21", Interpretation, "SSO page, Logout URI; semantics by CB-Q6", ["CB-Q6"],
        "the provider ends the local session through `SignOut`, without anybody's doing, as often as it likes";
    CB_R22 = "CB-R22", Interpretation, "CB-Q7", ["CB-Q7"],
        "a refused renewal lets the session end with its token; groups stay stored";
}
