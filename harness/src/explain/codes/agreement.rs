//! `E04..` and `P04..`: what a product needs of the provider, and the vendor's own configuration.

use super::{Code, Example, code, part};

pub(super) const CODES: &[Code] = &[
    code(
        "E0401",
        "the product's redirect URI is not registered",
        "The provider sends the browser only to a URI that the client registered, compared character for character. The \
         product asks for the one that the vendor documents, so every login would end at the provider's error page.",
        part(
            "idp: { clients: { bindplane: { redirect_uris: [\"https://bindplane.host/oidc/callback\"] } } }\n",
            "idp: { clients: { bindplane: { redirect_uris: [\"https://bindplane.host/oidc/redirect\"] } } }\n",
        ),
        &["OpenID Connect Core 1.0, 3.1.2.1", "RFC 6749, 3.1.2.3"],
    ),
    code(
        "E0402",
        "the product needs a flow that the client may not use",
        "The response type that the product asks for belongs to a flow that is not among the client's `flows`: \
         CloudBilling is implicit, the others take a code.",
        part(
            "idp: { clients: { bindplane: { flows: [implicit] } } }\n",
            "idp: { clients: { bindplane: { flows: [code] } } }\n",
        ),
        &["OpenID Connect Core 1.0, 3", "RFC 6749, 4.1.2.1"],
    ),
    code(
        "E0404",
        "`only` under `--ci`, or a `skip` without a reason",
        "`only` is for the minute in which one scenario is being written; committed, it would silence all others. A \
         `skip` without a reason is one that nobody dares to take out.",
        part("skip: \"\"\n", "skip: \"waits for the new group names\"\n"),
        &[],
    ),
    code(
        "P0401",
        "signatures are not checked",
        "GoRules BRMS without `SSO_OAUTH2_JWKS_URI` takes identity and groups from a token whose signature nobody looked \
         at: whoever can reach the callback can be anybody. The vendor warns of it and allows it.",
        part(
            "product: { kind: gorules, config: { env: { \
             SSO_OAUTH2_PROVIDER: oidc, SSO_OAUTH2_CLIENT_ID: brms, SSO_OAUTH2_ISSUER: $(idp.issuer) } } }\n",
            "product: { kind: gorules, config: { env: { \
             SSO_OAUTH2_PROVIDER: oidc, SSO_OAUTH2_CLIENT_ID: brms, SSO_OAUTH2_ISSUER: $(idp.issuer), \
             SSO_OAUTH2_JWKS_URI: $(idp.jwks_uri) } } }\n",
        ),
        &["GR-R6", "OpenID Connect Core 1.0, 3.1.3.7"],
    ),
    code(
        "P0402",
        "a mistake in the vendor's configuration",
        "`product.config` is the vendor's own configuration under the vendor's own names, and is read by the product \
         itself: a setting that does not exist, a mapping that cannot be parsed, a token source that is not one.",
        part(
            "product: { config: { auth: { oidc: { clientID: bindplane } } } }\n",
            "product: { config: { auth: { oidc: { oauth2ClientID: bindplane } } } }\n",
        ),
        &["harness/src/products/*/README.md"],
    ),
    code(
        "P0403",
        "a mistake in what the product is said to know beforehand",
        "`product.state` is what the product has stored before the first step: users, groups, projects. Names in it must \
         fit together, as they would in the product's own database.",
        part("product: { state: { projcts: [P1] } }\n", "product: { state: { projects: [P1] } }\n"),
        &["harness/src/products/*/README.md"],
    ),
    code(
        "P0404",
        "the product does not ask for `openid`",
        "Without the scope `openid` a request is OAuth 2.0 and not OpenID Connect: a provider need not send an ID token, \
         and most do not.",
        part(
            "product: { config: { auth: { oidc: { scopes: [profile, email] } } } }\n",
            "product: { config: { auth: { oidc: { scopes: [openid, profile, email] } } } }\n",
        ),
        &[
            "OpenID Connect Core 1.0, 3.1.2.1: \"If the `openid` scope value is not present, the behavior is entirely unspecified\"",
        ],
    ),
    code(
        "P0405",
        "a mistake in claims or tokens that are previewed",
        "A preview takes a map of claims, a JWT or a whole token response. What is none of these is told here; a claim \
         that the product cannot use is no mistake but a decision.",
        Example::Claims {
            product: "bindplane",
            wrong: r#"{ "id_token": ["sub"] }"#,
            right: r#"{ "id_token": { "sub": "b1", "email": "b@c.example" } }"#,
        },
        &["RFC 7519, 3.1"],
    ),
    code(
        "P0406",
        "an entry of the groups mapping cannot be read",
        "`SSO_OAUTH2_GROUPS_MAPPING` is a list of `group->admin` and `group->member` with commas between. GoRules BRMS does \
         not start with any other entry, or, read otherwise (GR-Q5), leaves it out and nobody becomes what it says.",
        part(
            "product: { kind: gorules, config: { env: { SSO_OAUTH2_JWKS_URI: $(idp.jwks_uri), \
             SSO_OAUTH2_GROUPS_MAPPING: \"ops=admin\" } } }\n",
            "product: { kind: gorules, config: { env: { SSO_OAUTH2_JWKS_URI: $(idp.jwks_uri), \
             SSO_OAUTH2_GROUPS_MAPPING: \"ops->admin\" } } }\n",
        ),
        &["GR-R4", "GR-Q5"],
    ),
    code(
        "P0407",
        "a name in a path of claims is empty",
        "`roles_path` leads to the roles through the names between its dots. Two dots in a row, or one at an end, make a \
         name of no letters, which no provider sends: everybody would be without roles.",
        part(
            "product: { kind: billrun, config: { protocols: [oidc], oidc: [{ roles_path: apps..billing }] } }\n",
            "product: { kind: billrun, config: { protocols: [oidc], oidc: [{ roles_path: apps.billing }] } }\n",
        ),
        &["BR-R13"],
    ),
    code(
        "P0408",
        "the protocol is off, so that its providers are not used",
        "BillRun offers what `protocols` lists. Providers under `oidc` are settings of something that is off, and every \
         sign-in is refused.",
        part(
            "product: { kind: billrun, config: { protocols: [cas], oidc: [{ name: acme }] } }\n",
            "product: { kind: billrun, config: { protocols: [cas, oidc], oidc: [{ name: acme }] } }\n",
        ),
        &["BR-R1"],
    ),
];
