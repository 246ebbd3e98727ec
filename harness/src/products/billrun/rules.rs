//! The rules of BillRun, one line each.

use crate::products::catalogue::rules;

rules! {
    BR_R1 = "BR-R1", Documented, "openid-connect page, `protocols`; enforced at login by BR-Q2", ["BR-Q2"],
        "a protocol that `protocols` does not list is invisible and cannot be logged in with";
    BR_R2 = "BR-R2", Documented, "openid-connect page, providers; overview page; LoginForm.js", [],
        "each provider has one login button, in configuration order, with the text `Login with <label>`";
    BR_R3 = "BR-R3", Observed, "openid-connect page, `name`; Oidc.php", [],
        "the requested provider is the first entry whose `name` is exactly the same and that has an `issuer_url`";
    BR_R4 = "BR-R4", Observed, "openid-connect page; Auth.php", [],
        "a `protocol` that names no implementation is refused";
    BR_R5 = "BR-R5", Documented, "openid-connect page, redirect URI; Oidc.php", [],
        "the redirect URI carries `protocol` and `provider` and is the same in both requests";
    BR_R6 = "BR-R6", Observed, "Oidc.php, openid-connect-php 1.0.2", ["BR-Q12"],
        "the authorization request is code flow with state and nonce, without PKCE, with one `openid` more in the scope";
    BR_R7 = "BR-R7", Observed, "openid-connect-php 1.0.2", [],
        "ID tokens are signed with RS, PS256, PS512 or HS algorithms, never with ECDSA or `none`";
    BR_R8 = "BR-R8", Observed, "openid-connect-php 1.0.2; `exp` and `nonce` by BR-Q4", ["BR-Q4"],
        "`iss` may be the configured or the discovered issuer, `aud` holds the client id, clocks may differ by 300 s";
    BR_R9 = "BR-R9", Documented, "openid-connect page, claims; Oidc.php", [],
        "claims come from the verified ID token and from the UserInfo response";
    BR_R10 = "BR-R10", Observed, "openid-connect-php 1.0.2; `sub` by BR-Q5", ["BR-Q5"],
        "UserInfo must answer 200 with the `sub` of the ID token";
    BR_R11 = "BR-R11", Observed, "Oidc.php", [],
        "a top-level claim of the ID token replaces the whole claim of UserInfo";
    BR_R12 = "BR-R12", Observed, "Oidc.php; `\"0\"` by BR-Q7", ["BR-Q7", "BR-Q8"],
        "the user name is `preferred_username` if it is there, else `sub`";
    BR_R13 = "BR-R13", Interpretation, "openid-connect page, `roles_path`; Util.php; array by BR-Q1", ["BR-Q1"],
        "`roles_path` is first a literal claim name, then a path to the role array";
    BR_R14 = "BR-R14", Interpretation, "Oidc.php; objects and mixed arrays by BR-Q6", ["BR-Q6"],
        "the roles are a JSON array of strings; anything else is no roles";
    BR_R15 = "BR-R15", Observed, "Auth.php", [],
        "without a user name or without roles there is no session";
    BR_R16 = "BR-R16", Observed, "Oidc.php, User.php", [],
        "roles are stored as received: order, case, unknown values and duplicates stay";
    BR_R17 = "BR-R17", Observed, "User.php", [],
        "`crm` data grants nothing in billing";
    BR_R18 = "BR-R18", Observed, "User.php; users-roles-permissions page; `write` without `read` by BR-Q3", ["BR-Q3"],
        "a permission is granted when the roles hold its name or `admin`";
    BR_R19 = "BR-R19", Observed, "Oidc.php, Auth.php", [],
        "the user is virtual: no user is written, only an audit entry";
    BR_R20 = "BR-R20", Observed, "Auth.php, User.php", [],
        "roles are computed afresh at each login and stay as they are until the next";
    BR_R21 = "BR-R21", Interpretation, "Auth.php; same origin by BR-Q9", ["BR-Q9"],
        "a login leads to the stored `return_to`, else to the base URL";
    BR_R22 = "BR-R22", Interpretation, "Auth.php; error responses by BR-Q11", ["BR-Q10", "BR-Q11"],
        "every failure of the protocol is `login_failed`";
    BR_R23 = "BR-R23", Observed, "Auth.php", [],
        "signing out ends the local session only";
}
