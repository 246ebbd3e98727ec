//! `W05..`: files that can be used, and may not say what was meant.

use super::{Code, Example, code, part};

pub(super) const CODES: &[Code] = &[
    code(
        "W0501",
        "a claim has another JSON type than the product reads",
        "The product documents a text and the claim is a list, or the other way round; what then happens is the \
         product's own affair, and seldom what was meant. Where a wrong type is what is being tested, say so with \
         `allow: [W0501]`.",
        part(
            "idp: { users: { ada: { claims: { bindplane_projects: [\"admin:P1\"] } } } }\n",
            "idp: { users: { ada: { claims: { bindplane_projects: \"admin:P1\" } } } }\n",
        ),
        &["harness/src/products/*/README.md"],
    ),
    code(
        "W0502",
        "a name or value is close to one that means something",
        "It is allowed, and means nothing or something else: a role or a group that is one letter away from one that grants \
         something, a scope that no standard knows, two users of one subject. Where this is what is being tested, \
         say so with `allow: [W0502]`.",
        part(
            "idp: { users: { ada: { claims: { bindplane_projects: \"admn:P1\" } } } }\n",
            "idp: { users: { ada: { claims: { bindplane_projects: \"admin:P1\" } } } }\n",
        ),
        &["OpenID Connect Core 1.0, 5.4", "OpenID Connect Core 1.0, 5.7"],
    ),
    code(
        "W0503",
        "an issuer that relying parties stumble over",
        "Issuers are compared byte for byte. A slash at the end is lost or added by many programs, and plain http is \
         accepted for localhost at most.",
        part("idp: { issuer: /acme/ }\n", "idp: { issuer: /acme }\n"),
        &["OpenID Connect Core 1.0, 2", "OpenID Connect Discovery 1.0, 4.3"],
    ),
    code(
        "W0504",
        "something that proves nothing",
        "A step that looks at something and expects nothing passes whatever it sees. The same goes for a value of a case \
         that no step uses: it was meant to make a difference.",
        part(
            "steps: [{ login: ada, expect: { decision: signed_in } }, { observe: session }]\n",
            "steps: [{ login: ada, expect: { decision: signed_in } }, { observe: session, expect: { signed_in: true } }]\n",
        ),
        &[],
    ),
    code(
        "W0505",
        "a refusal is expected, and nobody is ever signed in",
        "A refusal also comes true when nothing works at all: a wrong secret, a provider that is down. One login that is \
         accepted, in this case or in another case of the file, shows that the refusal has the reason it is said to have.",
        part(
            "steps: [{ login: ada, faults: { id_token.nonce: missing }, expect: { decision: rejected } }]\n",
            "steps:\n  - { login: ada, expect: { decision: signed_in } }\n  - { logout: rp }\n\
             \x20 - { login: ada, faults: { id_token.nonce: missing }, expect: { decision: rejected } }\n",
        ),
        &["OpenID Foundation conformance suite: a positive test precedes each negative one"],
    ),
    code(
        "W0506",
        "a refusal is expected of something that the standard allows",
        "The fault is a deviation that a correct relying party may or must tolerate, such as an unknown claim. Expecting a \
         refusal tests for a relying party that is stricter than the standard. `harness explain` tells what is right for \
         each fault.",
        part(
            "steps:\n  - { login: ada, expect: { decision: signed_in } }\n\
             \x20 - { login: ada, faults: { id_token.extra: unknown }, expect: { decision: rejected } }\n",
            "steps:\n  - { login: ada, expect: { decision: signed_in } }\n\
             \x20 - { login: ada, faults: { id_token.nonce: missing }, expect: { decision: rejected } }\n",
        ),
        &["the clause that `mock-idp faults` gives for the fault"],
    ),
    code(
        "W0507",
        "what a product documents and the standard forbids",
        "CloudBilling documents tokens in a query string. Query strings reach logs, histories and other sites, so the \
         standard forbids them for tokens; the provider sends them so only when a client says `query_tokens: true`.",
        part(
            "idp: { clients: { bindplane: { query_tokens: true } } }\n",
            "idp: { clients: { bindplane: { query_tokens: false } } }\n",
        ),
        &["OAuth 2.0 Multiple Response Type Encoding Practices, 3", "CB-R3"],
    ),
    code(
        "W0508",
        "a setting that has no effect",
        "It is right by itself, but nothing looks at it as things are: a claim that is unset where there is none, a \
         certificate subject of a client that shows no certificate.",
        part(
            "idp: { users: { ada: { claims: { phone: { $unset: true } } } } }\n",
            "idp: { users: { ada: { claims: { phone: \"+31 20 1\" }, id_token: { phone: { $unset: true } } } } }\n",
        ),
        &[],
    ),
    code(
        "W0509",
        "a subject that relying parties need not accept",
        "A `sub` is at most 255 ASCII characters, and never empty.",
        part("idp: { users: { ada: { sub: ädä } } }\n", "idp: { users: { ada: { sub: ada } } }\n"),
        &["OpenID Connect Core 1.0, 2"],
    ),
    code(
        "W0510",
        "a snapshot that no step keeps",
        "Its scenario, case or step was renamed or removed, or keeps no snapshot any more. It is compared with nothing, and \
         would only confuse whoever finds it. `harness accept --orphans` removes such snapshots; nothing else does.",
        Example::Command { wrong: "harness check", right: "harness accept --orphans" },
        &[],
    ),
    code(
        "W0511",
        "settings that contradict each other, where one of them is taken as meant",
        "A client without a secret that redeems codes is treated as a public one. Say `public: true` if that is meant.",
        part(
            "idp: { clients: { other: { redirect_uris: [\"https://other.test/cb\"] } } }\n",
            "idp: { clients: { other: { public: true, redirect_uris: [\"https://other.test/cb\"] } } }\n",
        ),
        &["RFC 6749, 2.1", "RFC 6749, 3.2.1"],
    ),
    code(
        "W0512",
        "parts of a scenario that are not read here",
        "`mock-idp` takes its `idp:` block out of a whole scenario, and nothing else: what the file includes, its values and \
         its steps are left out. Clients and users of included files are missing then.",
        Example::Command {
            wrong: "mock-idp serve --config my.scenario.yaml",
            right: "mock-idp serve --config idp.yaml, with what stands under `idp:` and in the included files",
        },
        &[],
    ),
];
