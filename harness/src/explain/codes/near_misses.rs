//! `N01..`: claims that are almost right, as `harness preview` finds them.

use super::{Code, Example, code};

const fn claims(product: &'static str, wrong: &'static str, right: &'static str) -> Example {
    Example::Claims { product, wrong, right }
}

/// Where near misses come from.
const LISTENS: &str = "harness/src/products/*/vocabulary.rs: what each product listens to";

pub(super) const CODES: &[Code] = &[
    code(
        "N0101",
        "a name that is almost the one that is read",
        "The claim is there and nothing reads it; a claim whose name differs by a letter or two would count. The edit was \
         played through the product before it is shown.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_org_admn": "true" } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_org_admin": "true" } }"#,
        ),
        &[LISTENS],
    ),
    code(
        "N0102",
        "the right claim in another JSON type",
        "The product reads a text, and the claim is a list, or the other way round. Keycloak, for one, has a switch \
         \"Multivalued\" on each mapper that decides it.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": { "P1": "admin" } } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": "admin:P1" } }"#,
        ),
        &[LISTENS],
    ),
    code(
        "N0103",
        "the right claim in another document",
        "The claim is in the ID token, and the product reads the access token or UserInfo, or the other way round. Most \
         providers choose the document per claim.",
        claims(
            "gorules",
            r#"{ "env": { "SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member" }, "id_token": { "groups": ["ops"] }, "access_token": { "sub": "g1", "email": "g@h.example", "azp": "gorules", "aud": "gorules" } }"#,
            r#"{ "env": { "SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member" }, "access_token": { "sub": "g1", "email": "g@h.example", "azp": "gorules", "aud": "gorules", "groups": ["ops"] } }"#,
        ),
        &[LISTENS, "GR-R7"],
    ),
    code(
        "N0104",
        "the right claim at another depth",
        "The claim lies inside another object, or outside of the one in which it is looked for. Where a setting of the \
         product can name the path, the message says which.",
        claims(
            "cloudbilling",
            r#"{ "id_token": { "sub": "a1", "email": "a@b.example", "name": "A", "locale": "en-GB", "zoneinfo": "Europe/Paris", "realm_access": { "roles": ["ug-sales"] } } }"#,
            r#"{ "id_token": { "sub": "a1", "email": "a@b.example", "name": "A", "locale": "en-GB", "zoneinfo": "Europe/Paris", "roles": ["ug-sales"] } }"#,
        ),
        &[LISTENS],
    ),
    code(
        "N0105",
        "a name with dots where a path is read, or a path where a name is",
        "`billrun_roles.billing` can be one claim whose name holds a dot, or the member `billing` of `billrun_roles`. \
         Products differ in which they mean; providers differ in which they send.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true, "customClaims": { "groups": "realm.groups" } }, "id_token": { "sub": "b1", "email": "b@c.example", "realm": { "groups": ["bindplane-admin"] } } }"#,
            r#"{ "oidc": { "disableInvitations": true, "customClaims": { "groups": "realm.groups" } }, "id_token": { "sub": "b1", "email": "b@c.example", "realm.groups": ["bindplane-admin"] } }"#,
        ),
        &[LISTENS, "BR-R13", "GR-R9"],
    ),
    code(
        "N0106",
        "an entry that is empty or half there",
        "A comma too many, another separator than commas, a role without what it is for. The product skips such entries, \
         in silence or with a finding.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": "user:P1," } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": "user:P1" } }"#,
        ),
        &[LISTENS, "BP-R18"],
    ),
    code(
        "N0107",
        "an entry that is almost one that means something",
        "A letter, its case or a blank is all that lies between this value and one that grants something.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "groups": ["bindplane-admn"] } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "groups": ["bindplane-admin"] } }"#,
        ),
        &[LISTENS],
    ),
    code(
        "N0108",
        "an entry that names something the product does not have",
        "A group, a legal entity or a project that is not stored. It is skipped; that it was sent may mean that it was \
         deleted, or that it is another tenant's.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": "user:P1,user:warehouse" } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": "user:P1" } }"#,
        ),
        &["CB-R9", "BW-R11", "BP-R18"],
    ),
    code(
        "N0109",
        "an entry that is not a word of the product, for which a default is taken",
        "The role or value is not one of the product's. Some products skip it, Bindplane takes the least role instead.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_default_role": "superhero" } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_default_role": "admin" } }"#,
        ),
        &["BW-R12", "BP-R17"],
    ),
    code(
        "N0110",
        "a claim that is right, and has no effect beside another",
        "Another claim comes first, and this one is not looked at. Remove the one that wins if this is the one you mean.",
        claims(
            "bindplane",
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "bindplane_projects": "P1", "groups": ["bindplane-projects-P2"] } }"#,
            r#"{ "oidc": { "disableInvitations": true }, "id_token": { "sub": "b1", "email": "b@c.example", "groups": ["bindplane-projects-P2"] } }"#,
        ),
        &["BP-R12", "BP-R16", "BR-R11"],
    ),
    code(
        "N0111",
        "the scope that carries the claim is not asked for",
        "Standard claims come with a scope: `email` with `email`, `name` with `profile`. The product's configuration does \
         not ask for it, so a provider that follows the standard leaves the claim out.",
        claims(
            "bindplane",
            r#"{ "oidc": { "scopes": ["openid"] }, "id_token": { "sub": "b1", "bindplane_projects": "P1" } }"#,
            r#"{ "oidc": { "scopes": ["openid", "email"] }, "id_token": { "sub": "b1", "bindplane_projects": "P1" } }"#,
        ),
        &["OpenID Connect Core 1.0, 5.4"],
    ),
    code(
        "N0112",
        "a reference instead of a value",
        "Microsoft Entra ID leaves groups out of a token once there are too many (more than 200 in a JWT) and says where \
         they can be fetched. No product here fetches them: assign fewer groups, or send roles.",
        claims(
            "gorules",
            r#"{ "env": { "SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member" }, "access_token": { "sub": "g1", "email": "g@h.example", "azp": "gorules", "aud": "gorules", "_claim_names": { "groups": "src1" }, "_claim_sources": {} } }"#,
            r#"{ "env": { "SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member" }, "access_token": { "sub": "g1", "email": "g@h.example", "azp": "gorules", "aud": "gorules", "groups": ["ops"] } }"#,
        ),
        &[
            "OpenID Connect Core 1.0, 5.6.2",
            "GR-R16",
            "https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference",
        ],
    ),
];
