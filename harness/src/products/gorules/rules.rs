//! The rules of GoRules BRMS, as `products.md` numbers them.

use crate::products::catalogue::rules;

rules! {
    GR_R1 = "GR-R1", Documented, "sso-oidc-pkce, 1 Minimal Configuration", [],
        "single sign-on is active only with provider `oidc`, a client id and an issuer";
    GR_R2 = "GR-R2", Public, "sso-oidc-pkce; deployment/brms/sso", [],
        "every authorization request carries a PKCE challenge, and no client secret is ever sent";
    GR_R3 = "GR-R3", Documented, "sso-oidc-pkce, 1 Minimal Configuration", [],
        "configuration changes have no effect until restart";
    GR_R4 = "GR-R4", Interpretation, "sso-oidc-pkce, 3 Mapping Format", ["GR-Q5"],
        "an entry of the groups mapping is `<group>->admin` or `<group>->member`; anything else stops the start";
    GR_R5 = "GR-R5", Interpretation, "sso-oidc-pkce, 1 Minimal Configuration", ["GR-Q10"],
        "with a JWKS URI the identity token's signature must be valid, and a client named in an access token must be ours";
    GR_R6 = "GR-R6", Interpretation, "sso-oidc-pkce, 1 Minimal Configuration (warning)", ["GR-Q6"],
        "without a JWKS URI the signature is not checked, and every login says so";
    GR_R7 = "GR-R7", Interpretation, "sso-oidc-pkce, 2 Additional Configuration Options", [],
        "e-mail and groups come from the one configured token; the other token is never consulted";
    GR_R8 = "GR-R8", Interpretation, "documentation silent", [],
        "the configured token must be a JWT";
    GR_R9 = "GR-R9", Interpretation, "sso-oidc-pkce, 3 Keycloak Role Mapping", ["GR-Q4"],
        "the groups claim is looked up by its literal name first, then as a dotted path";
    GR_R10 = "GR-R10", Interpretation, "documentation silent", ["GR-Q3"],
        "a list of strings gives the groups, a string is one group, any other type gives none";
    GR_R11 = "GR-R11", Interpretation, "documentation silent", ["GR-Q2"],
        "group names are compared exactly, letter case included";
    GR_R12 = "GR-R12", Documented, "sso-oidc-pkce, 3 How Global Mapping Works", [],
        "a user in a mapped group gets the mapped level";
    GR_R13 = "GR-R13", Interpretation, "sso-oidc-pkce, 3 How Global Mapping Works", ["GR-Q7"],
        "in no mapped group the level is `member`; without any mapping a stored level stays";
    GR_R14 = "GR-R14", Interpretation, "documentation silent", ["GR-Q1"],
        "in several mapped groups the level is `admin` if any of them says so";
    GR_R15 = "GR-R15", Interpretation, "sso-oidc-pkce, 3 Method 1; user manual, Users", ["GR-Q7"],
        "the level is worked out again at every login, so it also demotes; the owner is never changed";
    GR_R16 = "GR-R16", Interpretation, "documentation silent", ["GR-Q12"],
        "a missing groups claim is reported, and so is an overage marker";
    GR_R17 = "GR-R17", Documented, "sso-oidc-pkce, 3 Enable Fine-Grained Role Mapping", [],
        "roles are mapped only when `SSO_OAUTH2_ROLES_MAPPING_ENABLED` is `true`";
    GR_R18 = "GR-R18", Documented, "sso-oidc-pkce, 3 How Per-Project Mapping Works", ["GR-Q2"],
        "a role is assigned when its mapped groups and the token's groups share a value";
    GR_R19 = "GR-R19", Documented, "sso-oidc-pkce, 3 How Per-Project Mapping Works", [],
        "all matching roles are assigned, in the order in which they are defined";
    GR_R20 = "GR-R20", Interpretation, "sso-oidc-pkce, 3 How Per-Project Mapping Works; setup/users-roles", [],
        "permissions are the union, per project, of what the assigned roles give, manual roles included";
    GR_R21 = "GR-R21", Interpretation, "sso-oidc-pkce, 4 Summary", [],
        "a global admin, and the owner, reach every project whatever the roles say";
    GR_R22 = "GR-R22", Interpretation, "documentation silent; setup/users-roles", ["GR-Q8"],
        "roles derived from groups are replaced at every login; roles assigned by hand stay";
    GR_R23 = "GR-R23", Interpretation, "documentation silent", ["GR-Q11"],
        "the e-mail address, compared without letter case, identifies the user and is required";
    GR_R24 = "GR-R24", Public, "user manual, Users", [],
        "a disabled user cannot sign in, and disabling ends running sessions";
    GR_R25 = "GR-R25", Interpretation, "sso-oidc-pkce, 3 How Per-Project Mapping Works", [],
        "the first login creates the user, and makes an invited one active";
    GR_R26 = "GR-R26", Interpretation, "documentation silent; okta-oidc", ["GR-Q9"],
        "signing out drops the local session and makes no end-session call";
}
