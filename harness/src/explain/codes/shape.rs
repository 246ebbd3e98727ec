//! `E02..`: keys, types and forms.

use super::{Code, code, part};

pub(super) const CODES: &[Code] = &[
    code(
        "E0201",
        "a key that nothing reads",
        "A key that is not known is nearly always a misspelt one, and what stands under it would silently have no \
         effect. Places of free form are exempt: claims, `vars`, the values of cases. The vendor's own configuration is \
         checked by the product (P0402).",
        part(
            "idp: { clients: { bindplane: { redirect_uri: [\"https://bindplane.host/oidc/redirect\"] } } }\n",
            "idp: { clients: { bindplane: { redirect_uris: [\"https://bindplane.host/oidc/redirect\"] } } }\n",
        ),
        &[],
    ),
    code(
        "E0202",
        "a value of another type than is read there",
        "Nothing is converted: a number is not taken for text, because a relying party that compares byte for byte would \
         see another value than the one that was meant.",
        part("idp: { users: { ada: { sub: 2002 } } }\n", "idp: { users: { ada: { sub: \"2002\" } } }\n"),
        &["OpenID Connect Core 1.0, 2: `sub` is a string"],
    ),
    code(
        "E0203",
        "a text where true or false is meant",
        "In YAML 1.2 `yes`, `no`, `on` and `off` are texts. Older readers took them for truth values, which turned the \
         country code of Norway into false.",
        part("idp: { any_client: yes }\n", "idp: { any_client: true }\n"),
        &["YAML 1.2.2, 10.2.1.2"],
    ),
    code(
        "E0204",
        "a step does not do exactly one thing",
        "A step has one action, and any of `id`, `expect`, `snapshot`, `faults`, `notes`, `browser` and `skip`. With two \
         actions nobody could say which of them the expectation is about. A step that runs a block says nothing else.",
        part(
            "steps:\n  - login: ada\n    logout: rp\n",
            "steps:\n  - login: ada\n    expect: { decision: signed_in }\n  - logout: rp\n",
        ),
        &[],
    ),
    code(
        "E0205",
        "a name that must be unique is used twice",
        "Ids of steps and cases name snapshots and lines of reports; ids of keys tell a relying party which key signed. \
         Rename one of the two.",
        part(
            "steps:\n  - { id: one, login: ada, expect: { decision: signed_in } }\n  - { id: one, logout: rp }\n",
            "steps:\n  - { id: one, login: ada, expect: { decision: signed_in } }\n  - { id: two, logout: rp }\n",
        ),
        &["RFC 7517, 4.5"],
    ),
    code(
        "E0206",
        "a duration, time, URL or request that cannot be read",
        "Durations are a number and a unit without a space (`500ms`, `60s`, `5m`, `8h`, `2d`), times are RFC 3339 \
         (`2031-03-04T08:00:00Z`), URLs are absolute, and a request is a method and a path (`GET /api/me`).",
        part("steps:\n  - advance: 10 minutes\n", "steps:\n  - advance: 10m\n"),
        &["RFC 3339", "RFC 3986", "RFC 6749, 3.1.2"],
    ),
    code(
        "E0207",
        "a tag that no tag expression can name",
        "Tags are chosen with expressions such as `bindplane and not (slow or network)`. A tag that is one of the words \
         `and`, `or`, `not`, or that holds blanks or parentheses, could never be written there.",
        part("tags: [least privilege]\n", "tags: [least-privilege]\n"),
        &[],
    ),
    code(
        "E0208",
        "a row of a table has another number of cells than there are columns",
        "Each row under `cases.rows` gives one value per name under `cases.columns`. A cell that holds a comma needs \
         quotes or brackets, or it is two cells.",
        part(
            "cases: { columns: [id, decision], rows: [[first, signed_in, x]] }\n\
             steps: [{ login: ada, expect: { decision: $(case.decision) } }]\n",
            "cases: { columns: [id, decision], rows: [[first, signed_in]] }\n\
             steps: [{ login: ada, expect: { decision: $(case.decision) } }]\n",
        ),
        &[],
    ),
    code(
        "E0209",
        "a key that must be there is missing",
        "A scenario needs `version`, `name`, `product` and `steps`, a case needs an `id`, and some settings have members \
         of their own that cannot be left out.",
        part(
            "cases: [{ decision: signed_in }]\nsteps: [{ login: ada, expect: { decision: $(case.decision) } }]\n",
            "cases: [{ id: first, decision: signed_in }]\n\
             steps: [{ login: ada, expect: { decision: $(case.decision) } }]\n",
        ),
        &[],
    ),
    code(
        "E0210",
        "a number or a length is out of bounds",
        "The value is of the right type, but too small, too large or empty where it must not be.",
        part("version: 2\n", "version: 1\n"),
        &[],
    ),
    code(
        "E0211",
        "settings contradict each other",
        "Each setting is right by itself, but they cannot hold together: a public client with a secret, an algorithm \
         that needs a key nobody has. A provider that took one of them would surprise whoever wrote the other.",
        part(
            "idp: { clients: { bindplane: { public: true, secret: bindplane-secret } } }\n",
            "idp: { clients: { bindplane: { secret: bindplane-secret } } }\n",
        ),
        &[
            "RFC 6749, 2.1",
            "OpenID Connect Core 1.0, 10.1",
            "OpenID Connect Dynamic Client Registration 1.0, 2",
        ],
    ),
];
