//! `E03..`: names that are not known.

use super::{Code, code, part};

pub(super) const CODES: &[Code] = &[
    code(
        "E0301",
        "a word that is not in a closed list",
        "The value is one of a fixed set of words, such as a signing algorithm, a flow or a decision. The message lists \
         them and proposes the nearest.",
        part("idp: { signing: { alg: RS265 } }\n", "idp: { signing: { alg: RS256 } }\n"),
        &["RFC 7518, 3.1"],
    ),
    code(
        "E0302",
        "an unknown product",
        "`product.kind` names one of the products that are modelled: billrun, cloudbilling, billwerk, gorules, bindplane.",
        part("product: { kind: bindplain }\n", "product: { kind: bindplane }\n"),
        &[],
    ),
    code(
        "E0303",
        "a user who is not defined",
        "Users are named under `idp.users`. A scenario that defines none has the three example users ada, ben and cai.",
        part(
            "steps: [{ login: adda, expect: { decision: signed_in } }]\n",
            "steps: [{ login: ada, expect: { decision: signed_in } }]\n",
        ),
        &[],
    ),
    code(
        "E0304",
        "a client that is not registered",
        "The product presents a client id that the provider does not know, so every login would end at the provider's \
         error page. Register it under `idp.clients`, or correct the id in the product's configuration.",
        part(
            "product: { config: { auth: { oidc: { oauth2ClientID: bindplan } } } }\n",
            "product: { config: { auth: { oidc: { oauth2ClientID: bindplane } } } }\n",
        ),
        &["RFC 6749, 4.1.2.1"],
    ),
    code(
        "E0305",
        "an unknown reading, or a choice that it does not have",
        "A reading is a question that a vendor's documentation leaves open. `readings` answers it for one scenario; what \
         is left out takes the recommended answer. `harness explain BP-Q2` tells the choices.",
        part("readings: { BP-Q2: minimum }\n", "readings: { BP-Q2: minimum_of_both }\n"),
        &["harness/src/products/*/README.md"],
    ),
    code(
        "E0306",
        "a rule that the product does not have",
        "`trace.fired` and `trace.not_fired` name rules of the scenario's product, or the ones that all share (`X-R1` to \
         `X-R5`). `harness explain BP-R13` tells what a rule says.",
        part(
            "steps: [{ login: ada, expect: { trace: { fired: [BP-R99] } } }]\n",
            "steps: [{ login: ada, expect: { trace: { fired: [BP-R13] } } }]\n",
        ),
        &["harness/src/products/*/README.md"],
    ),
    code(
        "E0307",
        "a block that is not defined, or that runs itself",
        "`run: NAME` lays out the steps of `blocks.NAME` in its place. Blocks may run blocks, up to eight deep.",
        part(
            "steps: [{ run: sign-in }]\n",
            "blocks: { sign-in: { steps: [{ login: ada, expect: { decision: signed_in } }] } }\nsteps: [{ run: sign-in }]\n",
        ),
        &[],
    ),
    code(
        "E0308",
        "a parameter that a block does not have, or was not given",
        "A block lists its parameters under `params`, and each step that runs it gives all of them under `with`.",
        part(
            "blocks: { sign-in: { params: [user], steps: [{ login: $(param.user), expect: { decision: signed_in } }] } }\n\
             steps: [{ run: sign-in, with: { usr: ada } }]\n",
            "blocks: { sign-in: { params: [user], steps: [{ login: $(param.user), expect: { decision: signed_in } }] } }\n\
             steps: [{ run: sign-in, with: { user: ada } }]\n",
        ),
        &[],
    ),
    code(
        "E0309",
        "a `$(…)` that names nothing",
        "Values come from `vars`, `case`, `matrix`, `param`, `env` (the variables that the file lists) and `idp` \
         (`issuer`, `jwks_uri`, `base_url`). They are put in after the file was parsed, so quoting and types survive. \
         `$$(` writes the two characters themselves.",
        part(
            "vars: { name: ada }\nsteps: [{ login: $(vars.nmae), expect: { decision: signed_in } }]\n",
            "vars: { name: ada }\nsteps: [{ login: $(vars.name), expect: { decision: signed_in } }]\n",
        ),
        &[],
    ),
    code(
        "E0310",
        "a matcher that does not exist or is not written as it must be",
        "A map whose only key starts with `$` is a matcher: `$exact`, `$unordered`, `$contains`, `$absent`, `$any`, \
         `$regex`, `$gte`, `$lte`, `$len`, `$not` and others. Claims cannot be mistaken for one.",
        part(
            "steps: [{ login: ada, expect: { project_roles: { $exakt: { P1: admin } } } }]\n",
            "steps: [{ login: ada, expect: { project_roles: { $exact: { P1: admin } } } }]\n",
        ),
        &["scenarios/README.md"],
    ),
    code(
        "E0311",
        "an unknown fault, or a condition that faults do not have",
        "A fault is a named deviation of the provider with a closed set of values. With conditions behind commas it is \
         limited to a client, a user, a moment or a number of times. `mock-idp faults` lists them all, and \
         `harness explain id_token.nonce` tells about one.",
        part(
            "idp: { faults: [\"id_token.nonse=wrong\"] }\n",
            "idp: { faults: [\"id_token.nonce=missing\"] }\n",
        ),
        &[],
    ),
];
