//! What a product makes of claims, without a login: claims in, decision and reasons out.
//!
//! Pure: it reads no files and checks no signatures. A preview takes the word of a token for what it says.

mod received;
mod table;
mod text;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::decision::{
    AnyExample, AnyProduct, Documents, Envelope, Event, Grant, IdentityDocument, Mistake, Origin,
    ProductKind, Setup, SignIn, Timestamp, Userinfo,
};
use received::Received;
pub use table::table;
pub use text::{Level, text};

/// What to preview. Whatever is left out has the default of the product examples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Input {
    /// The vendor's own configuration.
    pub config: Option<Value>,
    /// An object of claims, a JWT as a text, or a whole token response; read as the ID token.
    pub claims: Option<Value>,
    /// An object of claims, a JWT as a text, or any other text for an opaque token.
    pub access_token: Option<Value>,
    /// The claims of the UserInfo response.
    pub userinfo: Option<Value>,
    /// What the product knows before.
    pub state: Option<Value>,
    /// Reading id → choice.
    pub readings: BTreeMap<String, String>,
}

/// A decision and what it was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The product's name.
    pub product: &'static str,
    /// The product's name as the vendor writes it.
    pub title: &'static str,
    /// The decision with its reasons.
    pub envelope: Envelope,
    /// The rights that it gives.
    pub grants: Vec<Grant>,
    /// What is stored after it.
    pub state: Value,
    /// Where the identity was read from, in words.
    pub identity: &'static str,
    /// What was taken for granted because it was not given.
    pub notes: Vec<String>,
}

/// Previews one product.
///
/// # Errors
///
/// All mistakes of the input. A path starts with the part of the input: `/config`, `/claims`, `/access_token`,
/// `/userinfo`, `/state` or `/readings`.
pub fn preview(kind: &dyn ProductKind, input: &Input) -> Result<Preview, Vec<Mistake>> {
    let defaults = kind.example(&json!({}))?;
    let mut mistakes = Vec::new();
    let vendor = input.config.clone().unwrap_or(defaults.vendor);
    let setup = Setup { vendor, readings: input.readings.clone(), base_url: None };
    let product =
        kind.configure(&setup).map_err(|wrong| mistakes.extend(wrong.into_iter().map(in_config))).ok();
    let state = match (&product, &input.state) {
        (Some(product), Some(written)) => {
            product.state(written).map_err(|wrong| mistakes.extend(below("/state", wrong))).ok()
        }
        _ => Some(defaults.state),
    };
    let received = Received::from(input).map_err(|wrong| mistakes.extend(wrong)).ok();
    let (Some(product), Some(state), Some(received), true) = (product, state, received, mistakes.is_empty())
    else {
        return Err(mistakes);
    };
    let (documents, notes) = received.documents(identity(&*product));
    let issuer =
        product.profile().providers.first().map(|provider| provider.issuer.clone()).unwrap_or_default();
    let origin = Origin { issuer, ..Origin::default() };
    let sign_in = SignIn { origin, documents, ..SignIn::default() };
    let decided = Decided { product: &*product, state: &state, sign_in, now: defaults.now };
    Ok(decided.preview(kind, notes))
}

/// Previews one case in the shape of `given`, merged over the defaults of the product examples.
///
/// # Errors
///
/// All mistakes, each with its place in `given` or below `/readings`.
pub fn example(
    kind: &dyn ProductKind,
    given: &Value,
    readings: &BTreeMap<String, String>,
) -> Result<Preview, Vec<Mistake>> {
    let AnyExample { mut product, vendor, state, sign_in, now } = kind.example(given)?;
    if !readings.is_empty() {
        product = kind.configure(&Setup { vendor, readings: readings.clone(), base_url: None })?;
    }
    let decided = Decided { product: &*product, state: &state, sign_in, now };
    Ok(decided.preview(kind, Vec::new()))
}

/// Previews as data: one envelope in the shape of `expect` plus its trace; of several products, one under each name.
pub fn json(previews: &[Preview]) -> Value {
    let envelope = |preview: &Preview| serde_json::to_value(&preview.envelope).unwrap_or_default();
    match previews {
        [only] => envelope(only),
        several => several.iter().map(|preview| (preview.product.to_owned(), envelope(preview))).collect(),
    }
}

/// A sign-in that is about to be decided.
struct Decided<'d> {
    product: &'d dyn AnyProduct,
    state: &'d Value,
    sign_in: SignIn,
    now: Timestamp,
}

impl Decided<'_> {
    fn preview(self, kind: &dyn ProductKind, notes: Vec<String>) -> Preview {
        let (envelope, state) = self.product.on(self.state, &Event::SignIn(Box::new(self.sign_in)), self.now);
        let grants = self.product.grants(&envelope.record());
        let identity = match identity(self.product) {
            IdentityDocument::IdToken => "ID token",
            IdentityDocument::AccessToken => "access token",
            IdentityDocument::IdTokenOverUserinfo => "ID token over UserInfo",
        };
        Preview { product: kind.name(), title: kind.title(), envelope, grants, state, identity, notes }
    }
}

/// The document that identifies the user at the first provider.
fn identity(product: &dyn AnyProduct) -> IdentityDocument {
    product.profile().providers.first().map_or(IdentityDocument::IdToken, |provider| provider.identity)
}

impl Received {
    /// The documents of a sign-in. Claims that came alone stand for the token that identifies the user.
    fn documents(self, identity: IdentityDocument) -> (Documents, Vec<String>) {
        let mut notes = Vec::new();
        let mut access_token = self.access_token;
        if access_token.is_none() && identity == IdentityDocument::AccessToken && self.id_token.is_some() {
            access_token.clone_from(&self.id_token);
            notes.push("no access token was given: the claims are taken for its claims too".to_owned());
        }
        let userinfo = self.userinfo.map(|claims| Userinfo { status: 200, claims });
        (Documents { id_token: self.id_token, access_token, userinfo }, notes)
    }
}

fn in_config(mistake: Mistake) -> Mistake {
    if mistake.path.starts_with("/readings/") { mistake } else { under("/config", mistake) }
}

fn below(part: &str, mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.into_iter().map(|mistake| under(part, mistake)).collect()
}

fn under(part: &str, mistake: Mistake) -> Mistake {
    let separator = if mistake.path.is_empty() || mistake.path.starts_with('/') { "" } else { " " };
    Mistake { path: format!("{part}{separator}{}", mistake.path), ..mistake }
}

#[cfg(test)]
mod tests;
