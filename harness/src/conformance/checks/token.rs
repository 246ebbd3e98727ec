//! Looks at token requests: codes, verifiers, client authentication, refreshing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Check, Finding};
use crate::conformance::evidence::{Evidence, Heard, Site};

/// A server that is not well may be asked again, so often.
const RETRIES: usize = 3;

/// An assertion is for now; one that is good for longer than this can be kept for later.
const ASSERTION_LIFE: i64 = 3_600;

/// The code stays where it is (OIDCC-3.3.2.10).
pub const CODE_NOT_REDEEMED: Check = Check {
    says: "the code is not redeemed",
    look: |evidence| {
        let redeemed = evidence.token_requests().count();
        Finding::unless(redeemed > 0, "it was sent to the token endpoint")
    },
};

/// "The client MUST NOT use the authorization code more than once" (RFC6749-4.1.2).
pub const CODE_SENT_ONCE: Check = Check {
    says: "no code is sent to the token endpoint twice",
    look: |evidence| match most_often(evidence.token_requests().filter_map(|it| it.parameter("code"))) {
        0 | 1 => Finding::Holds,
        times => Finding::Broken(format!("one was sent {times} times")),
    },
};

/// Retries are few, and a final answer is final (RFC6749-5.2).
pub const TOKEN_REQUESTS_ARE_FEW: Check = Check {
    says: "the code is sent again only to a server that is not well, and not for ever",
    look: |evidence| {
        let requests: Vec<&Heard> = evidence.token_requests().collect();
        if requests.len() > RETRIES {
            return Finding::Broken(format!("{} token requests were made", requests.len()));
        }
        let passing = |status: u16| status == 0 || status == 429 || status >= 500;
        let ignored =
            requests.split_last().and_then(|(_, before)| before.iter().find(|it| !passing(it.status)));
        ignored.map_or(Finding::Holds, |it| {
            Finding::Broken(format!("it was sent again after an answer with {}", it.status))
        })
    },
};

/// "A unique value is used for each request" (RFC7636-4.1).
pub const VERIFIERS_ARE_FRESH: Check = Check {
    says: "each login has a `code_verifier` of its own",
    look: |evidence| match most_often(verifiers(evidence)) {
        0 => Finding::Unseen("no `code_verifier` was sent".to_owned()),
        1 => Finding::Holds,
        times => Finding::Broken(format!("one was used {times} times")),
    },
};

/// "with a minimum length of 43 characters and a maximum length of 128 characters" (RFC7636-4.1), and "enough entropy to
/// make it impractical to guess the value".
pub const VERIFIERS_ARE_LONG: Check = Check {
    says: "each `code_verifier` has 43 to 128 characters, and no plain pattern",
    look: |evidence| {
        let bad = verifiers(evidence).find_map(|verifier| {
            let length = verifier.chars().count();
            let letters: std::collections::BTreeSet<char> = verifier.chars().collect();
            match (length, letters.len()) {
                (43..=128, 12..) => None,
                (43..=128, few) => Some(format!("one is made of {few} different characters")),
                _ => Some(format!("one has {length} characters")),
            }
        });
        match (bad, verifiers(evidence).next()) {
            (Some(bad), _) => Finding::Broken(bad),
            (None, Some(_)) => Finding::Holds,
            (None, None) => Finding::Unseen("no `code_verifier` was sent".to_owned()),
        }
    },
};

fn verifiers(evidence: &Evidence) -> impl Iterator<Item = &str> {
    evidence.token_requests().filter_map(|request| request.parameter("code_verifier"))
}

/// "The client MUST NOT use more than one authentication method in each request" (RFC6749-2.3).
pub const ONE_WAY_TO_AUTHENTICATE: Check = Check {
    says: "the token request authenticates the client in one way at most",
    look: |evidence| {
        let Some(request) = evidence.token_requests().next() else {
            return Finding::Unseen("no token request was made".to_owned());
        };
        let header = request.header("authorization").map(|_| "`Authorization`");
        let secret = request.parameter("client_secret").map(|_| "`client_secret`");
        let assertion = request.parameter("client_assertion").map(|_| "`client_assertion`");
        let used: Vec<&str> = [header, secret, assertion].into_iter().flatten().collect();
        Finding::unless(used.len() > 1, format!("it uses {}", used.join(" and ")))
    },
};

/// An assertion is used once (RFC7523-3), and soon.
pub const ASSERTIONS_ARE_FRESH: Check = Check {
    says: "each assertion names the client in `iss` and `sub`, has a `jti` of its own, and is over within the hour",
    look: |evidence| {
        let assertions: Vec<Map<String, Value>> =
            assertions(evidence, Site::Provider).map(|it| it.1).collect();
        if assertions.is_empty() {
            return Finding::Unseen("no assertion was sent".to_owned());
        }
        let ids = assertions.iter().filter_map(|claims| claims.get("jti").and_then(Value::as_str));
        if most_often(ids) > 1 {
            return Finding::Broken("two have the same `jti`".to_owned());
        }
        assertions.iter().find_map(stale).map_or(Finding::Holds, Finding::Broken)
    },
};

/// What keeps an assertion from being good for one request of one client.
fn stale(claims: &Map<String, Value>) -> Option<String> {
    let seconds = |name: &str| claims.get(name).and_then(Value::as_i64);
    if claims.get("iss").is_none() || claims.get("iss") != claims.get("sub") {
        return Some("`iss` and `sub` of one differ".to_owned());
    }
    if claims.get("jti").is_none() {
        return Some("one has no `jti`".to_owned());
    }
    match (seconds("iat").or_else(|| seconds("nbf")), seconds("exp")) {
        (_, None) => Some("one has no `exp`".to_owned()),
        (Some(from), Some(until)) if until.saturating_sub(from) > ASSERTION_LIFE => {
            Some(format!("one is good for {} seconds", until.saturating_sub(from)))
        }
        _ => None,
    }
}

/// "The JWT MUST contain an `aud` (audience) claim containing a value that identifies the authorization server"
/// (RFC7523-3).
pub const ASSERTIONS_ARE_FOR_THIS_PROVIDER: Check = Check {
    says: "each assertion is addressed to the provider that it is sent to, and to nobody else",
    look: |evidence| {
        let sent: Vec<_> = assertions(evidence, Site::Provider).collect();
        if sent.is_empty() {
            return Finding::Unseen("no assertion was sent".to_owned());
        }
        let strange = sent.iter().find_map(|(request, claims)| {
            let audiences = audiences(claims);
            let all_ours = !audiences.is_empty() && audiences.iter().all(|it| is_at(it, request));
            (!all_ours).then(|| format!("one is for `{}`", audiences.join("`, `")))
        });
        strange.map_or(Finding::Holds, Finding::Broken)
    },
};

/// An assertion that the attacker provoked is worth nothing at the provider that it is attacked with (RFC7523-3).
pub const NO_ASSERTION_FOR_THE_HONEST_PROVIDER: Check = Check {
    says: "no assertion that is addressed to the honest provider is sent on the attacker's word",
    look: |evidence| {
        let usable = assertions(evidence, Site::Provider)
            .any(|(request, claims)| audiences(&claims).iter().any(|audience| is_at(audience, request)));
        Finding::unless(usable, "one reached the honest provider's token endpoint, and is good there")
    },
};

/// A code goes back to whoever gave it (RFC9700-4.4).
pub const NO_HONEST_CODE_AT_THE_ATTACKER: Check = Check {
    says: "no code of the honest provider reaches the attacker",
    look: |evidence| {
        let at = |site: Site, endpoint: &'static str| {
            evidence.heard.iter().filter(move |heard| heard.site == site && heard.endpoint == endpoint)
        };
        let gave_none = at(Site::Attacker, "authorize").next().is_none();
        let received = at(Site::Attacker, "token").any(|heard| heard.parameter("code").is_some());
        Finding::unless(gave_none && received, "one was sent to the attacker's token endpoint")
    },
};

/// The client's assertions at a site: the requests, and what they claim.
fn assertions(evidence: &Evidence, site: Site) -> impl Iterator<Item = (&Heard, Map<String, Value>)> {
    evidence.heard.iter().filter(move |heard| heard.site == site).filter_map(|heard| {
        let payload = heard.parameter("client_assertion")?.split('.').nth(1)?;
        let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        Some((heard, claims))
    })
}

/// The audiences of an assertion.
fn audiences(claims: &Map<String, Value>) -> Vec<String> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Whether an audience is the endpoint that was called, or the issuer above it.
fn is_at(audience: &str, request: &Heard) -> bool {
    let Some((_, audience)) = audience.split_once("://") else { return false };
    let called = format!("{}{}", request.header("host").unwrap_or_default(), request.path);
    let issuer = called.strip_suffix(&request.endpoint).unwrap_or(&called);
    audience == called || audience.trim_end_matches('/') == issuer.trim_end_matches('/')
}

/// A refresh token that changes is good for one request (RFC9700-4.14.2).
pub const REFRESH_TOKENS_ARE_USED_ONCE: Check = Check {
    says: "no refresh token is used twice",
    look: |evidence| match most_often(refreshes(evidence).filter_map(|it| it.parameter("refresh_token"))) {
        0 => Finding::Unseen("no refresh was made".to_owned()),
        1 => Finding::Holds,
        times => Finding::Broken(format!("one was used {times} times")),
    },
};

/// A refresh that is refused is not tried for ever.
pub const REFRESHES_ARE_FEW: Check = Check {
    says: "a refresh is not tried again and again",
    look: |evidence| {
        let made = refreshes(evidence).count();
        Finding::unless(made > RETRIES, format!("{made} were made"))
    },
};

fn refreshes(evidence: &Evidence) -> impl Iterator<Item = &Heard> {
    evidence.calls("token").filter(|heard| heard.parameter("grant_type") == Some("refresh_token"))
}

/// A client with a certificate calls the addresses that are meant for it (RFC8705-5).
pub const CALLS_THE_ALIAS: Check = Check {
    says: "the token request goes to the alias for clients with certificates",
    look: |evidence| {
        let Some(request) = evidence.token_requests().next() else {
            return Finding::Unseen("no token request was made".to_owned());
        };
        let host = request.header("host").unwrap_or_default();
        // the provider asks for certificates at a port of its own, and the browser comes to the usual one
        let usual = evidence.authentication_requests().any(|it| it.header("host") == Some(host));
        Finding::unless(usual, format!("it went to `{host}`"))
    },
};

/// How often the most frequent of some values is there.
fn most_often<'a>(values: impl Iterator<Item = &'a str>) -> usize {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for value in values {
        *times.entry(value).or_default() += 1;
    }
    times.into_values().max().unwrap_or_default()
}
