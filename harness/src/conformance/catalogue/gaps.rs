//! What is not asked, and why. `docs/conformance-gaps.md` is this table, and a test compares them.

use crate::conformance::case::Priority;

/// A row that the catalogue does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Its name.
    pub row: &'static str,
    /// When it was due.
    pub priority: Priority,
    /// What it would ask.
    pub asks: &'static str,
    /// Why it is not asked.
    pub reason: &'static str,
}

/// All of them, in the order of their names.
pub const GAPS: &[Gap] = &[
    Gap {
        row: "RPX-SIG-24",
        priority: Priority::P3,
        asks: "an ECDSA signature in DER",
        reason: "it is about relying parties that registered ES256, and only tells which library they use",
    },
    Gap {
        row: "RPX-SIG-31",
        priority: Priority::P3,
        asks: "an encrypted ID token that is not signed",
        reason: "no fault reaches the inside of an encrypted token yet",
    },
    Gap {
        row: "RPX-SIG-32",
        priority: Priority::P3,
        asks: "compressed JWEs that burst, and PBES2 with 2^31 rounds",
        reason: "the provider does not compress and knows no PBES2",
    },
    Gap {
        row: "RPX-CLM-22",
        priority: Priority::P2,
        asks: "a `nonce` although none was sent",
        reason: "`oidcc-client-test-nonce-invalid` does that to a relying party that sends none",
    },
    Gap {
        row: "RPX-AUT-13",
        priority: Priority::P2,
        asks: "an error response with a wrong `iss`",
        reason: "to discard it and to end the login look the same from outside: nobody is signed in",
    },
    Gap {
        row: "RPX-AUT-19",
        priority: Priority::P3,
        asks: "an error under the right `state`, and then the good response",
        reason: "no clause says that an error spends the state",
    },
    Gap {
        row: "RPX-AUT-25",
        priority: Priority::P3,
        asks: "the provider answers the login form with 307",
        reason: "what a relying party stores of a body it did not ask for cannot be seen from outside",
    },
    Gap {
        row: "RPX-AUT-27",
        priority: Priority::P3,
        asks: "the response after a second, ten minutes, an hour, a day",
        reason: "a stranger's clock cannot be moved, and no clause names a span",
    },
    Gap {
        row: "RPX-TOK-04",
        priority: Priority::P3,
        asks: "the provider takes a code without its verifier",
        reason: "it is a switch to see what else protects a relying party, and no question to it",
    },
    Gap {
        row: "RPX-TOK-22",
        priority: Priority::P2,
        asks: "a token endpoint that answers after 3, 30 and 120 seconds, or byte by byte",
        reason: "a run is to take seconds; `token.delay` is there for those who want to wait",
    },
    Gap {
        row: "RPX-DIS-12",
        priority: Priority::P3,
        asks: "metadata that changes between the request and the response",
        reason: "no clause says which of the two counts",
    },
    Gap {
        row: "RPX-DIS-18",
        priority: Priority::P3,
        asks: "`Cache-Control` on the keys",
        reason: "how long keys are kept is the relying party's choice, and time would have to pass",
    },
    Gap {
        row: "RPX-DIS-21",
        priority: Priority::P3,
        asks: "a registration that grants something else than was asked for",
        reason: "to use what was granted and to stop are both right; the faults are there (`registration.*`) for those who want to see which",
    },
];

/// The page that lists them.
pub fn page() -> String {
    let rows = GAPS
        .iter()
        .map(|gap| format!("| {} | {:?} | {} | {} |\n", gap.row, gap.priority, gap.asks, gap.reason));
    format!("{HEAD}{}", rows.collect::<String>())
}

const HEAD: &str = "\
# What `harness conformance` does not ask

The catalogue has all 57 relying-party modules of the OpenID Foundation, under their names, and rows of ours beyond them.
These are left out. P1 was due first, P2 next, P3 later.

| Row | Due | What it would ask | Why it is not asked |
| --- | --- | --- | --- |
";
