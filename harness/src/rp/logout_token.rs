//! Logout tokens (OpenID Connect Back-Channel Logout 1.0): what is checked of them, and whose sessions they end.

use serde_json::Value;

use super::RelyingParty;
use super::flaw::{Flaw, TokenKind};
use super::id_token::{audience, critical_header, no_own_key, unexpired};
use super::jws::Jwt;
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::state::Session;
use super::weakness::Weakness;
use crate::decision::{ProviderProfile, Timestamp};

/// The one event that makes a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// How old a logout token may be, in seconds: it is posted as soon as it is made.
const OLDEST: i64 = 600;

/// As many identifiers of tokens are remembered at a time.
pub(super) const MOST_SEEN: usize = 10_000;

/// What a check looks at.
struct Checked<'a> {
    token: &'a Jwt,
    signature: &'a Result<(), Flaw>,
    profile: &'a ProviderProfile,
    now: Timestamp,
}

/// One check, and the weaknesses of relying parties that do without it.
struct Check {
    done_without_by: &'static [Weakness],
    run: fn(&Checked<'_>) -> Result<(), Flaw>,
}

/// The list of OIDCBC-2.6, in its order.
const CHECKS: &[Check] = &[
    // RFC7515-4.1.11
    Check { done_without_by: &[Weakness::SkipsCriticalHeader], run: |it| critical_header(it.token) },
    // RFC8725-3.10
    Check { done_without_by: &[Weakness::TrustsHeaderKey], run: |it| no_own_key(it.token) },
    // OIDCBC-2.4 recommends `logout+jwt` for `typ`; a token that says it is of another kind is no logout token
    // (RFC8725-3.11).
    Check {
        done_without_by: &[Weakness::SkipsLogoutKind, Weakness::TakesAnyJwtForLogout],
        run: |it| kind(it.token),
    },
    // -2, -3: "Validate the Logout Token signature in the same way that an ID Token signature is validated"; "Validate the alg
    // (algorithm) Header Parameter in the same way it is validated for ID Tokens."
    Check { done_without_by: &[Weakness::SkipsSignature], run: |it| it.signature.clone() },
    // -4: "Validate the iss, aud, iat, and exp Claims in the same way they are validated in ID Tokens." The issuer was found
    // by `iss`.
    Check {
        done_without_by: &[Weakness::SkipsLogoutAudience],
        run: |it| audience(it.token, &it.profile.client_id),
    },
    Check {
        done_without_by: &[Weakness::SkipsLogoutAge],
        run: |it| recent(it.token, it.profile.leeway, it.now),
    },
    Check {
        done_without_by: &[Weakness::SkipsLogoutExpiry],
        run: |it| unexpired(it.token, it.profile.leeway, it.now),
    },
    // -5: "Verify that the Logout Token contains a sub Claim, a sid Claim, or both."
    Check {
        done_without_by: &[Weakness::SkipsLogoutPerson, Weakness::TakesAnyJwtForLogout],
        run: |it| names_somebody(it.token),
    },
    // -6: "Verify that the Logout Token contains an events Claim whose value is JSON object containing the member name
    // http://schemas.openid.net/event/backchannel-logout."
    Check {
        done_without_by: &[Weakness::SkipsLogoutEvent, Weakness::TakesAnyJwtForLogout],
        run: |it| tells_of_logout(it.token),
    },
    // -7: "Verify that the Logout Token does not contain a nonce Claim."
    Check {
        done_without_by: &[Weakness::SkipsLogoutNonce, Weakness::TakesAnyJwtForLogout],
        run: |it| without_nonce(it.token),
    },
    // OIDCBC-2.4: `jti` is required.
    Check {
        done_without_by: &[Weakness::SkipsLogoutId, Weakness::TakesAnyJwtForLogout],
        run: |it| text(it.token, "jti").map(drop),
    },
];

fn kind(token: &Jwt) -> Result<(), Flaw> {
    let Some(typ) = token.header_text("typ") else { return Ok(()) };
    let kind = typ.to_ascii_lowercase();
    match kind.strip_prefix("application/").unwrap_or(&kind) {
        "logout+jwt" | "jwt" => Ok(()),
        _ => Err(Flaw::OfAnotherKind(typ.to_owned())),
    }
}

fn recent(token: &Jwt, leeway: i64, now: Timestamp) -> Result<(), Flaw> {
    let issued_at = token.claim("iat").and_then(Value::as_i64).ok_or(Flaw::ClaimUnusable("iat"))?;
    if issued_at > now.0.saturating_add(leeway) {
        return Err(Flaw::IssuedInFuture { issued_at, now: now.0 });
    }
    if now.0.saturating_sub(issued_at) > OLDEST.saturating_add(leeway) {
        return Err(Flaw::TooOld { issued_at, now: now.0 });
    }
    Ok(())
}

fn names_somebody(token: &Jwt) -> Result<(), Flaw> {
    let named: Vec<&Value> = ["sub", "sid"].iter().filter_map(|name| token.claim(name)).collect();
    if !named.is_empty() && named.iter().all(|value| value.is_string()) {
        return Ok(());
    }
    Err(Flaw::NobodyNamed)
}

fn tells_of_logout(token: &Jwt) -> Result<(), Flaw> {
    let event = token.claim("events").and_then(|events| events.get(EVENT));
    // OIDCBC-2.4: "The corresponding member value MUST be a JSON object".
    if event.is_some_and(Value::is_object) { Ok(()) } else { Err(Flaw::ClaimUnusable("events")) }
}

/// "A nonce Claim MUST NOT be present": not even as `null`.
fn without_nonce(token: &Jwt) -> Result<(), Flaw> {
    if token.claims.contains_key("nonce") { Err(Flaw::NonceUnexpected) } else { Ok(()) }
}

fn text<'t>(token: &'t Jwt, claim: &'static str) -> Result<&'t str, Flaw> {
    token.claim(claim).and_then(Value::as_str).ok_or(Flaw::ClaimUnusable(claim))
}

impl RelyingParty {
    /// Takes a logout token in: ends the sessions that it is about, and says how many there were.
    pub(super) async fn take_logout_token(&self, token: &str) -> Result<usize, Rejection> {
        let flawed = |flaw| Rejection::Token { kind: TokenKind::Logout, flaw };
        let token = Jwt::read(token, &self.left_out).ok_or(flawed(Flaw::Malformed))?;
        let (index, profile) = self.issuer_of_logout(&token).map_err(flawed)?;
        let signature =
            Exchange::new(self, index, &profile).signature(&token, &profile.algorithms).await?.map(drop);
        let checked = Checked { token: &token, signature: &signature, profile: &profile, now: self.now() };
        let mut all = CHECKS.iter();
        all.try_for_each(|check| self.unless_without(check.done_without_by, (check.run)(&checked)))
            .map_err(flawed)?;
        let again = self.seen_again(&token).map_err(flawed)?;
        let ending = self.meant(index, &token, again).map_err(flawed)?;
        let count = ending.len();
        for session in ending {
            self.sign_out(session);
        }
        Ok(count)
    }

    /// The provider that the token says it is from.
    fn issuer_of_logout(&self, token: &Jwt) -> Result<(usize, ProviderProfile), Flaw> {
        let found = text(token, "iss").unwrap_or_default();
        let mut known = (0..).map_while(|index| Some((index, self.provider(index)?)));
        let named = known.find(|(_, profile)| profile.issuer == found);
        let any = || self.provider(0).filter(|_| self.skips(Weakness::SkipsLogoutIssuer)).map(|it| (0, it));
        named.or_else(any).ok_or_else(|| Flaw::IssuerMismatch {
            expected: "that of a provider".to_owned(),
            found: found.to_owned(),
        })
    }

    /// OIDCBC-2.6-8: "Optionally verify that another Logout Token with the same jti value has not been recently received."
    /// Says whether it was seen all the same.
    fn seen_again(&self, token: &Jwt) -> Result<bool, Flaw> {
        let Ok(jti) = text(token, "jti") else { return Ok(false) };
        let now = self.now();
        let mut inner = self.inner();
        inner.logouts_seen.retain(|_, at| now.0.saturating_sub(at.0) <= 2 * OLDEST);
        let seen = inner.logouts_seen.contains_key(jti);
        if seen && !self.skips(Weakness::TakesLogoutTwice) {
            return Err(Flaw::SeenBefore(jti.to_owned()));
        }
        if inner.logouts_seen.len() >= MOST_SEEN {
            inner.logouts_seen.pop_first();
        }
        inner.logouts_seen.insert(jti.to_owned(), now);
        Ok(seen)
    }

    /// OIDCBC-2.7: the session with this `sid`, which then has to be the named person's (-2.6-10 and -11); or all sessions of
    /// the person.
    fn meant(&self, provider: usize, token: &Jwt, again: bool) -> Result<Vec<Session>, Flaw> {
        let (subject, sid) = (text(token, "sub").ok(), text(token, "sid").ok());
        let of_provider = self.sessions().into_iter().filter(|it| it.provider == provider);
        let of_person = |session: &Session| session.view.subject.as_deref() == subject;
        let with_sid = |session: &Session| session.sid.as_deref() == sid;
        let either = again || self.skips(Weakness::EndsWhateverFits);
        let mut named: Vec<Session> = of_provider
            .filter(|session| match (subject, sid) {
                (None, None) => true,
                (Some(_), None) => of_person(session),
                (None, Some(_)) => with_sid(session) || self.skips(Weakness::EndsAllSessions),
                (Some(_), Some(_)) => with_sid(session) || (either && of_person(session)),
            })
            .collect();
        if subject.is_some() && !either && !named.iter().all(of_person) {
            return Err(Flaw::OfSomebodyElse);
        }
        if self.skips(Weakness::EndsOneSession) {
            named.truncate(1);
        }
        Ok(named)
    }
}
