//! A product that signs everybody in, so that only the protocol can refuse.

use serde_json::{Value, json};

use crate::decision::{
    Abilities, Algorithm, AnyProduct, AtState, ClientAuthentication, Departures, Document, Doubt, Envelope,
    Event, Grant, IdentityDocument, IssuerMatch, KeySource, Mistake, Paths, Profile, ProviderProfile, Range,
    Renewal, ResponseMode, ResponseType, Services, SessionLifetime, SessionView, SignIn, SignOut, Standing,
    Start, Term, Timestamp, Trace,
};

#[derive(Debug)]
pub(super) struct Credulous(pub(super) Profile, pub(super) Departures);

pub(super) fn provider(name: &str) -> ProviderProfile {
    ProviderProfile {
        name: name.to_owned(),
        label: format!("Sign in with {name}"),
        issuer: format!("https://idp.test/{name}"),
        authority: None,
        client_id: "app".to_owned(),
        client_secret: Some("secret".to_owned()),
        client_authentication: ClientAuthentication::ClientSecretBasic,
        response_type: ResponseType::Code,
        response_mode: None,
        accepted_modes: vec![ResponseMode::Query],
        scope: "openid email".to_owned(),
        redirect_uri: format!("https://app.test/callback?provider={name}"),
        pkce: true,
        algorithms: vec![Algorithm("EdDSA")],
        issuer_match: IssuerMatch::Exact,
        leeway: 0,
        keys: KeySource::Discovered,
        identity: IdentityDocument::IdToken,
        userinfo: None,
        abilities: Abilities::default(),
    }
}

pub(super) fn profile() -> Profile {
    Profile {
        product: "credulous",
        base_url: "https://app.test".to_owned(),
        paths: Paths {
            start: vec!["/tenant".to_owned()],
            callback: vec!["/callback".to_owned()],
            logout: "/logout".to_owned(),
            frontchannel_logout: Some("/signout".to_owned()),
            who_am_i: "/me".to_owned(),
        },
        providers: vec![provider("one"), provider("two")],
        renewal: Renewal::Silent,
        sign_out: SignOut::EndSession { post_logout_redirect_uri: "https://app.test/signout".to_owned() },
        session_lifetime: SessionLifetime::IdTokenExpiry,
        error_redirect: false,
        services: Services::default(),
    }
}

/// The profile with one provider of an implicit flow by form post.
pub(super) fn implicit(response_type: ResponseType) -> Profile {
    let mut profile = profile();
    for provider in &mut profile.providers {
        provider.response_type = response_type;
        provider.response_mode = Some(ResponseMode::FormPost);
        provider.accepted_modes = vec![ResponseMode::FormPost, ResponseMode::Query];
        provider.pkce = false;
    }
    profile
}

fn envelope(decision: &'static str, reason: Option<String>, record: &Value) -> Envelope {
    let record = record.as_object().cloned().unwrap_or_default();
    Envelope {
        decision,
        reason,
        claims: None,
        record,
        effects: Vec::new(),
        findings: Vec::new(),
        rejection: None,
        trace: Trace::default(),
    }
}

fn decide(sign_in: &SignIn, stored: &Value) -> (Envelope, Value) {
    if let Some(failure) = &sign_in.failure {
        let mut envelope = envelope("rejected", Some(failure.code.clone()), &Value::Null);
        envelope.rejection = Some(failure.clone());
        return (envelope, stored.clone());
    }
    let claims = sign_in.documents.claims(Document::IdToken).cloned().unwrap_or_default();
    if claims.get("banned") == Some(&Value::Bool(true)) {
        return (envelope("rejected", Some("banned".to_owned()), &Value::Null), stored.clone());
    }
    let record =
        json!({"id": claims.get("sub"), "email": claims.get("email"), "issuer": sign_in.origin.issuer});
    let logins = stored["logins"].as_u64().unwrap_or_default() + 1;
    (envelope("signed_in", None, &record), json!({"logins": logins}))
}

/// The product at a stored state.
#[derive(Debug)]
struct At<'p>(&'p Credulous, Value);

impl AtState for At<'_> {
    fn on(&self, event: &Event, now: Timestamp) -> Envelope {
        self.0.on(&self.1, event, now).0
    }
}

impl AnyProduct for Credulous {
    fn profile(&self) -> &Profile {
        &self.0
    }

    fn departures(&self) -> Departures {
        self.1
    }

    fn doubts(&self) -> Vec<Doubt> {
        Vec::new()
    }

    fn read_state(&self, written: &Value) -> (Value, Vec<Mistake>) {
        (written.clone(), Vec::new())
    }

    fn admit(&self, start: &Start) -> Result<usize, Box<Envelope>> {
        let wanted = start.provider.as_deref().unwrap_or("one");
        let index = self.0.providers.iter().position(|provider| provider.name == wanted);
        index.ok_or_else(|| Box::new(envelope("rejected", Some("no_such_provider".to_owned()), &Value::Null)))
    }

    fn on(&self, state: &Value, event: &Event, _now: Timestamp) -> (Envelope, Value) {
        match event {
            Event::SignIn(sign_in) | Event::Renewal(sign_in) => decide(sign_in, state),
            Event::RenewalRefused { error, .. } => {
                (envelope("rejected", Some(error.clone()), &Value::Null), state.clone())
            }
            Event::SignOut { .. } | Event::PermissionCheck { .. } | Event::Administer(_) => {
                (envelope("signed_in", None, &Value::Null), state.clone())
            }
        }
    }

    fn at<'p>(&'p self, state: &Value) -> Box<dyn AtState + 'p> {
        Box::new(At(self, state.clone()))
    }

    fn look(&self, _state: &Value, session: &SessionView) -> Standing {
        Standing::Live(session.record.clone())
    }

    fn vocabulary(&self, _state: &Value) -> Vec<Term> {
        Vec::new()
    }

    fn ranges(&self, _state: &Value) -> Vec<Range> {
        Vec::new()
    }

    fn grants(&self, _record: &Value) -> Vec<Grant> {
        Vec::new()
    }
}
