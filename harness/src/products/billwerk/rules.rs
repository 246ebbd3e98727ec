//! The rules of billwerk, one line each.

use crate::products::catalogue::rules;

rules! {
    BW_R1 = "BW-R1", Documented, "single sign-on page, note on unlocking; configuring page, activation checkbox", [],
        "single sign-on must be unlocked, configured and switched on";
    BW_R2 = "BW-R2", Interpretation, "single sign-on page, internal and external users; \"only ever\" is ours", [],
        "single sign-on signs in external users only";
    BW_R3 = "BW-R3", Interpretation, "single sign-on page, sequence; configuring page; response type by BW-Q2, audience by BW-Q3",
        ["BW-Q2", "BW-Q3"],
        "a login starts at the URL of the settings, the token comes by way of the browser, for the External Login Client ID";
    BW_R4 = "BW-R4", Interpretation, "documentation silent", [],
        "`sub` and `email` are required";
    BW_R5 = "BW-R5", Documented, "single sign-on page, first login", [],
        "the first login of an unknown external user creates it";
    BW_R6 = "BW-R6", Interpretation, "single sign-on page, updates; the moment is ours", [],
        "changed e-mail, first or last names are written to the stored user at the next login";
    BW_R7 = "BW-R7", Documented, "single sign-on page, notes", [],
        "External Id and e-mail cannot be edited in billwerk: only the provider changes them";
    BW_R8 = "BW-R8", Interpretation, "documentation silent", ["BW-Q7"],
        "an internal user with the same e-mail address is never taken over";
    BW_R9 = "BW-R9", Public, "configuring page, External Role Assignments Strategy", [],
        "without external role assignments role claims are ignored, and roles given in billwerk stay";
    BW_R10 = "BW-R10", Interpretation, "configuring page, strategy's name; claim by BW-Q1, detail by BW-Q8", ["BW-Q1", "BW-Q8"],
        "one role for all legal entities: the claimed roles apply to each legal entity of the account";
    BW_R11 = "BW-R11", Interpretation, "configuring page, strategy's name; claim by BW-Q1", ["BW-Q1"],
        "role per legal entity: each legal entity gets exactly the roles claimed for it";
    BW_R12 = "BW-R12", Interpretation, "roles and rights page; consequences by BW-Q5, names by BW-Q9", ["BW-Q5", "BW-Q9"],
        "role names are exact; `Admin` and `ReadOnlyOperations` stand alone";
    BW_R13 = "BW-R13", Public, "roles and rights page", [],
        "a user without roles may sign in, sees no menu item and can edit personal details only";
    BW_R14 = "BW-R14", Interpretation, "single sign-on page, updates; revocation by BW-Q6, moment by BW-Q11", ["BW-Q6", "BW-Q11"],
        "claimed roles replace the stored ones at every login";
    BW_R15 = "BW-R15", Documented, "single sign-on page, inviting external users", [],
        "administrators may invite external users, who are then created beforehand";
    BW_R16 = "BW-R16", Interpretation, "single sign-on page, note on roles in invitations; the API is ours", [],
        "under an external strategy no roles can be chosen in billwerk";
    BW_R17 = "BW-R17", Interpretation, "single sign-on page, invitations; linking by BW-Q4", ["BW-Q4"],
        "the first login of an invited user links the record to the External Id";
    BW_R18 = "BW-R18", Interpretation, "single sign-on page, notes; visibility by BW-Q10", ["BW-Q10"],
        "Azure Active Directory with roles from there: the whole user is read-only";
    BW_R19 = "BW-R19", Documented, "single sign-on page, notes", [],
        "Azure Active Directory with roles managed in billwerk: only roles are editable";
    BW_R20 = "BW-R20", Documented, "single sign-on page, notes", [],
        "OpenID Connect with roles from the provider: roles are enforced and not visible";
    BW_R21 = "BW-R21", Documented, "single sign-on page, notes", [],
        "OpenID Connect with roles managed in billwerk: only roles are editable";
    BW_R22 = "BW-R22", Documented, "single sign-on page, notes", [],
        "signing out ends the session in billwerk only";
    BW_R23 = "BW-R23", Interpretation, "single sign-on page, notes; the code is ours", [],
        "an edit of a read-only field is refused and changes nothing";
    BW_R24 = "BW-R24", Interpretation, "documentation silent", [],
        "the first user of an account gets no privilege";
}
