//! Looks at authentication requests, and at what comes before them.

use super::{Check, Finding, several};
use crate::conformance::evidence::{Evidence, Heard, KEYS, METADATA, Site};

/// More attempts than these are a loop.
const ATTEMPTS: usize = 3;

/// Asked again and again for the same document, somebody goes round in a circle.
const FETCHES: usize = 12;

/// What is so of every authentication request whose parameters can be seen.
fn each_request(evidence: &Evidence, broken: impl Fn(&Heard) -> Option<String>) -> Finding {
    let mut requests = evidence.authentication_requests().peekable();
    if requests.peek().is_none() {
        return Finding::Unseen("no authentication request was made".to_owned());
    }
    let seen = |it: &Heard| it.parameter("request").is_none() && it.parameter("request_uri").is_none();
    let mut plain = requests.filter(|it| seen(it)).peekable();
    if plain.peek().is_none() {
        return Finding::Unseen("the parameters are in a request object".to_owned());
    }
    plain.find_map(broken).map_or(Finding::Holds, Finding::Broken)
}

/// There is a `nonce` (OIDCC-3.2.2.1, OIDCC-3.3.2.1).
pub const NONCE_IS_SENT: Check = Check {
    says: "the authentication request carries a `nonce`",
    look: |evidence| {
        each_request(evidence, |request| {
            request.parameter("nonce").is_none().then(|| "there is none".to_owned())
        })
    },
};

/// Claims are asked for by scope (OIDCC-5.4).
pub const ASKS_FOR_CLAIMS_BY_SCOPE: Check = Check {
    says: "the authentication request asks for `profile`, `email`, `address` or `phone`",
    look: |evidence| {
        each_request(evidence, |request| {
            let scope = request.parameter("scope").unwrap_or_default();
            let asked = |word: &str| ["profile", "email", "address", "phone"].contains(&word);
            (!scope.split(' ').any(asked)).then(|| format!("`scope` is `{scope}`"))
        })
    },
};

/// No page may be shown (OIDCC-3.1.2.1).
pub const ASKS_WITHOUT_A_PAGE: Check = Check {
    says: "the authentication request says `prompt=none`",
    look: |evidence| {
        each_request(evidence, |request| {
            let prompt = request.parameter("prompt").unwrap_or_default();
            (prompt != "none").then(|| format!("`prompt` is `{prompt}`"))
        })
    },
};

/// An error is an answer too, and somebody takes it (OIDCC-3.1.2.6).
pub const ERROR_IS_TAKEN: Check = Check {
    says: "the error arrives at the relying party",
    look: |evidence| match &evidence.callback {
        Some(_) => Finding::Holds,
        None => Finding::Unseen("no authentication response arrived".to_owned()),
    },
};

/// The request object is named by its address (OIDCC-6.2).
pub const REQUEST_BY_REFERENCE: Check = Check {
    says: "the authentication request names a request object by `request_uri`",
    look: |evidence| match evidence.authentication_requests().next() {
        None => Finding::Unseen("no authentication request was made".to_owned()),
        Some(request) => {
            Finding::unless(request.parameter("request_uri").is_none(), "there is no `request_uri`")
        }
    },
};

/// PKCE with a hash (RFC9700-2.1.1).
pub const CHALLENGE_BY_S256: Check = Check {
    says: "the authentication request carries a `code_challenge` by `S256`",
    look: |evidence| {
        each_request(evidence, |request| {
            let method = request.parameter("code_challenge_method").unwrap_or("plain");
            match request.parameter("code_challenge") {
                None => Some("there is no `code_challenge`".to_owned()),
                Some(_) => (method != "S256").then(|| format!("the method is `{method}`")),
            }
        })
    },
};

/// "Clients […] MUST NOT downgrade to `plain` after trying the `S256` method" (RFC7636-7.2); whoever goes without PKCE needs
/// a nonce (RFC9700-2.1.1).
pub const CHALLENGE_NEVER_PLAIN: Check = Check {
    says: "the authentication request carries a `code_challenge` by `S256`, or at least a `nonce`, and no plain challenge",
    look: |evidence| {
        each_request(evidence, |request| {
            let method = request.parameter("code_challenge_method").unwrap_or("plain");
            match (request.parameter("code_challenge"), request.parameter("nonce")) {
                (Some(_), _) => (method != "S256").then(|| format!("the method is `{method}`")),
                (None, Some(_)) => None,
                (None, None) => Some("there is neither a `code_challenge` nor a `nonce`".to_owned()),
            }
        })
    },
};

/// Nobody is sent on the way by metadata that cannot be believed (OIDCD-4.3).
pub const NO_AUTHENTICATION_REQUEST: Check = Check {
    says: "nobody is sent to an authorization endpoint",
    look: |evidence| {
        let sent = evidence.heard.iter().filter(|heard| heard.endpoint == "authorize").count();
        Finding::unless(
            sent > 0,
            several(sent, "authentication request was made", "authentication requests were made"),
        )
    },
};

/// A failed login does not begin again by itself for ever.
pub const NO_LOGIN_LOOP: Check = Check {
    says: "the login does not begin again and again by itself",
    look: |evidence| {
        let begun = evidence.authentication_requests().count();
        Finding::unless(begun > ATTEMPTS, format!("{begun} authentication requests were made"))
    },
};

/// Metadata comes from the issuer (OIDCD-4).
pub const METADATA_IS_FETCHED: Check = Check {
    says: "the metadata is fetched",
    look: |evidence| match first(evidence, METADATA) {
        Some(_) => Finding::Holds,
        None if evidence.memory.may_know_the_metadata() => unasked("metadata"),
        None => Finding::Broken("nobody asked for it".to_owned()),
    },
};

/// Keys come from the address that the metadata names (OIDCD-3).
pub const KEYS_ARE_FETCHED_WHERE_NAMED: Check = Check {
    says: "the keys are fetched after the metadata, from the address that it names",
    look: |evidence| match (first(evidence, METADATA), first(evidence, KEYS)) {
        (Some(metadata), Some(keys)) => {
            Finding::unless(keys < metadata, "the keys were fetched before the metadata")
        }
        (None, _) if evidence.memory.may_know_the_metadata() => unasked("metadata"),
        (Some(_), None) if evidence.memory.may_know_the_keys() => unasked("keys"),
        (None, _) => Finding::Broken("nobody asked for the metadata".to_owned()),
        (Some(_), None) => Finding::Broken("nobody asked for the keys".to_owned()),
    },
};

/// Nothing can be said of a document that was not asked for by somebody who lives on, and may have kept it.
fn unasked(document: &str) -> Finding {
    Finding::Unseen(format!(
        "nobody asked for the {document}: it may know the {document} from before, since it is not started for each case"
    ))
}

/// "The signer can begin using a new key after a rollover and signals the change to the verifier using the `kid` value"
/// (OIDCC-10.1.1).
pub const KEYS_ARE_FETCHED_AGAIN: Check = Check {
    says: "the keys are fetched again after they have changed",
    look: |evidence| {
        let fetched = evidence.calls(KEYS).count();
        if fetched < 2 && evidence.memory.may_know_the_keys() {
            return Finding::Unseen(
                "it may have known the first keys from before, since it is not started for each case"
                    .to_owned(),
            );
        }
        Finding::unless(
            fetched < 2,
            several(fetched, "request for keys was made", "requests for keys were made"),
        )
    },
};

/// Strangers cannot make it ask for the keys over and over (OIDCC-10.1.1).
pub const KEY_REQUESTS_ARE_FEW: Check = Check {
    says: "the keys are asked for a few times at most",
    look: |evidence| {
        let fetched = evidence.calls(KEYS).count();
        Finding::unless(fetched > FETCHES, format!("they were asked for {fetched} times"))
    },
};

/// A circle of redirects ends.
pub const METADATA_REQUESTS_ARE_FEW: Check = Check {
    says: "the metadata is asked for a few times at most",
    look: |evidence| {
        let fetched = evidence.calls(METADATA).count();
        Finding::unless(fetched > FETCHES, format!("it was asked for {fetched} times"))
    },
};

/// The client exists before it asks (OIDCR-3.1).
pub const REGISTERS_FIRST: Check = Check {
    says: "the client is registered before anybody is sent",
    look: |evidence| match (first(evidence, "register"), first(evidence, "authorize")) {
        (None, _) => Finding::Broken("nobody registered a client".to_owned()),
        (Some(registered), Some(sent)) => {
            Finding::unless(sent < registered, "somebody was sent before the registration")
        }
        (Some(_), None) => Finding::Holds,
    },
};

/// The issuer is learned and not guessed (OIDCD-2).
pub const ISSUER_IS_LOOKED_UP: Check = Check {
    says: "the issuer is looked up by WebFinger before its metadata is fetched",
    look: |evidence| {
        let looked_up = evidence.heard.iter().position(|heard| heard.path == "/.well-known/webfinger");
        match (looked_up, first(evidence, METADATA)) {
            (None, _) => Finding::Broken("nobody asked WebFinger".to_owned()),
            (Some(looked_up), Some(fetched)) => {
                Finding::unless(fetched < looked_up, "the metadata was fetched before")
            }
            (Some(_), None) => Finding::Broken("nobody asked for the metadata".to_owned()),
        }
    },
};

/// The issuer is where the link of the right relation leads (OIDCD-2).
pub const NOBODY_IS_SENT_TO_THE_ATTACKER: Check = Check {
    says: "nobody is sent to the attacker's provider",
    look: |evidence| {
        let sent = evidence.heard.iter().any(|it| it.site == Site::Attacker && it.endpoint == "authorize");
        Finding::unless(sent, "an authentication request arrived there")
    },
};

/// The place of the first request to an endpoint among all that were heard.
fn first(evidence: &Evidence, endpoint: &str) -> Option<usize> {
    evidence.heard.iter().position(|heard| heard.endpoint == endpoint)
}
