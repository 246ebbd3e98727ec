//! The rules of billwerk, one line each.

use crate::products::catalogue::rules;

rules! {
    BW_R1 = "BW-R1", Documented, "single sign-on page; Configuring Open ID Connect", [],
        "while the feature is locked or its box is not ticked there is no SSO";
    BW_R2 = "BW-R2", Interpretation, "single sign-on page; `only ever external` is ours", [],
        "SSO signs in external users, never internal ones";
    BW_R3 = "BW-R3", Interpretation, "single sign-on page; Configuring Open ID Connect; `aud` by BW-Q3", ["BW-Q2", "BW-Q3"],
        "the token comes by way of the browser and is meant for the External Login Client ID";
    BW_R4 = "BW-R4", Interpretation, "ours", [],
        "`sub` and `email` are required";
    BW_R5 = "BW-R5", Documented, "single sign-on page, external users", [],
        "the first login of an unknown external user creates it";
    BW_R6 = "BW-R6", Interpretation, "single sign-on page, external users; the moment is ours", [],
        "changed user data is written to the stored user at the next login";
    BW_R7 = "BW-R7", Documented, "single sign-on page, editing", [],
        "External Id and e-mail belong to the provider";
    BW_R8 = "BW-R8", Interpretation, "BW-Q7", ["BW-Q7"],
        "an internal user with the same e-mail is never taken over";
    BW_R9 = "BW-R9", Documented, "Configuring Open ID Connect, strategies", [],
        "without external role assignments role claims are ignored, and roles given in billwerk stay";
    BW_R10 = "BW-R10", Interpretation, "Configuring Open ID Connect, strategies; claim by BW-Q1, set by BW-Q8", ["BW-Q1", "BW-Q8"],
        "one claimed set of roles holds in every legal entity";
    BW_R11 = "BW-R11", Interpretation, "Configuring Open ID Connect, strategies; claim by BW-Q1", ["BW-Q1"],
        "each legal entity gets exactly the roles that are claimed for it";
    BW_R12 = "BW-R12", Interpretation, "roles and rights page; consequences by BW-Q5, names by BW-Q9", ["BW-Q5", "BW-Q9"],
        "role names are exact, and `Admin` and `ReadOnlyOperations` stand alone";
    BW_R13 = "BW-R13", Documented, "roles and rights page", [],
        "a user without roles may sign in and sees nothing";
    BW_R14 = "BW-R14", Interpretation, "single sign-on page, external users; revocation by BW-Q6 and BW-Q11", ["BW-Q6", "BW-Q11"],
        "under an external strategy the claimed roles replace the stored ones at every login";
    BW_R15 = "BW-R15", Documented, "single sign-on page, invitations", [],
        "administrators may invite external users, who are then created beforehand";
    BW_R16 = "BW-R16", Interpretation, "single sign-on page, strategies; the refusal is ours", [],
        "under an external strategy nobody gives roles in billwerk, also not with an invitation";
    BW_R17 = "BW-R17", Interpretation, "single sign-on page, invitations; key by BW-Q4", ["BW-Q4"],
        "the first login of an invited user takes the invited record over";
    BW_R18 = "BW-R18", Interpretation, "single sign-on page, Azure; visibility by BW-Q10", ["BW-Q10"],
        "Azure AD with roles from Azure: the whole record is read-only";
    BW_R19 = "BW-R19", Documented, "single sign-on page, Azure", [],
        "Azure AD with roles from billwerk: only roles are editable";
    BW_R20 = "BW-R20", Documented, "single sign-on page, OpenID Connect", [],
        "OpenID Connect with roles from the provider: roles are not visible";
    BW_R21 = "BW-R21", Documented, "single sign-on page, OpenID Connect", [],
        "OpenID Connect with roles from billwerk: only roles are editable";
    BW_R22 = "BW-R22", Documented, "single sign-on page, sign-off", [],
        "signing out ends the session in billwerk only";
    BW_R23 = "BW-R23", Interpretation, "single sign-on page, editing; the code is ours", [],
        "edits of read-only fields are refused and change nothing";
    BW_R24 = "BW-R24", Interpretation, "ours", [],
        "the first user has no privilege";
}
