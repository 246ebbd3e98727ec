//! Request objects: an authentication request as a JWT, by value (OIDCC-6.1) or by reference (OIDCC-6.2).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use url::Url;

use super::RelyingParty;
use super::own_keys;
use super::rejection::Rejection;
use crate::decision::{ProviderProfile, RequestForm};

/// How many request objects are published at a time. A provider wants to know their addresses beforehand (OIDCR-2,
/// `request_uris`), so they take turns.
const PLACES: usize = 8;

/// How long a request object is good for, in seconds.
const LIFETIME: i64 = 300;

/// Parameters that stay beside the object, so that the request is one of OAuth 2.0 and says that it is one of `OpenID`
/// Connect (OIDCC-6.1).
const BESIDE: [&str; 3] = ["client_id", "response_type", "scope"];

/// The addresses at which request objects are published.
pub(super) fn addresses(base_url: &str, prefix: &str) -> Vec<String> {
    (0..PLACES).map(|place| format!("{base_url}{prefix}{place}")).collect()
}

impl RelyingParty {
    /// The request in the form in which the profile wants it to travel.
    pub(super) fn packed(&self, profile: &ProviderProfile, request: Url) -> Result<Url, Rejection> {
        let (algorithm, by_uri) = match profile.abilities.request {
            RequestForm::Parameters => return Ok(request),
            RequestForm::Object(algorithm) => (algorithm, false),
            RequestForm::Uri(algorithm) => (algorithm, true),
        };
        let claims = Value::Object(self.claims_of(profile, &request));
        let object = own_keys::signed(algorithm.0, profile.client_secret.as_deref(), &claims);
        let object = object.ok_or_else(|| Rejection::Unavailable {
            endpoint: "authorization",
            cause: format!("no key signs request objects by `{}`", algorithm.0),
        })?;
        let beside = request.query_pairs().filter(|(name, _)| BESIDE.contains(&name.as_ref()));
        let beside: Vec<(String, String)> = beside.map(|(a, b)| (a.into_owned(), b.into_owned())).collect();
        let mut packed = request.clone();
        packed.query_pairs_mut().clear().extend_pairs(beside);
        if by_uri {
            let address = self.publish(&object);
            packed.query_pairs_mut().append_pair("request_uri", &address);
        } else {
            packed.query_pairs_mut().append_pair("request", &object);
        }
        Ok(packed)
    }

    /// OIDCC-6.1: "the Request Object SHOULD contain the Claims iss (issuer) and aud (audience) as members." Numbers and
    /// objects among the parameters are numbers and objects here.
    fn claims_of(&self, profile: &ProviderProfile, request: &Url) -> Map<String, Value> {
        let now = self.now().0;
        let mut claims = Map::new();
        for (name, value) in request.query_pairs() {
            let value = match name.as_ref() {
                "claims" | "max_age" => serde_json::from_str(&value).unwrap_or(Value::Null),
                _ => Value::String(value.into_owned()),
            };
            claims.insert(name.into_owned(), value);
        }
        let own = json!({
            "iss": profile.client_id, "aud": profile.issuer, "iat": now, "exp": now.saturating_add(LIFETIME),
        });
        claims.extend(own.as_object().cloned().unwrap_or_default());
        claims
    }

    /// Publishes an object in the next place. OIDCC-6.2: the fragment is "the base64url-encoded SHA-256 hash of the
    /// referenced resource contents", so that a provider does not take an older one for it.
    fn publish(&self, object: &str) -> String {
        let product = self.product();
        let profile = product.profile();
        let prefix = profile.services.request_objects.as_deref().unwrap_or_default();
        let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, object.as_bytes()));
        let mut inner = self.inner();
        inner.published = inner.published.wrapping_add(1);
        let place = inner.published % PLACES;
        inner.request_objects.insert(place, object.to_owned());
        format!("{}{prefix}{place}#{hash}", profile.base_url)
    }

    /// The request object that is published at a path.
    pub(super) fn published(&self, path: &str) -> Option<String> {
        let product = self.product();
        let prefix = product.profile().services.request_objects.as_deref()?;
        let place: usize = path.strip_prefix(prefix)?.parse().ok()?;
        self.inner().request_objects.get(&place).cloned()
    }
}
