//! N0101: a name, or a segment of a path, that is almost the one that is asked for.

use super::{Candidate, Scene, closeness};
use crate::decision::ClaimPath;
use crate::preview::{Edit, Place};

/// Names that are registered (OIDCC-5.1, OIDCC-2, RFC9068-2) mean what they say, however close to another one.
const REGISTERED: &[&str] = &[
    "acr",
    "address",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "birthdate",
    "c_hash",
    "client_id",
    "email",
    "email_verified",
    "exp",
    "family_name",
    "gender",
    "given_name",
    "groups",
    "iat",
    "iss",
    "jti",
    "locale",
    "middle_name",
    "name",
    "nbf",
    "nickname",
    "nonce",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "roles",
    "scope",
    "sid",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

/// Claims that nothing asks for, beside ones that are asked for and missing.
pub(super) fn misspelt(scene: &Scene<'_>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for document in scene.documents() {
        for (place, _) in scene.places(document) {
            let registered = matches!(place.path.segments(), [name] if REGISTERED.contains(&name.as_str()));
            // What lies inside a misspelt claim is found with it.
            let inside =
                |candidate: &Candidate| place.path.segments().starts_with(candidate.at.path.segments());
            if !registered && !scene.is_asked_for(&place) && !found.iter().any(inside) {
                found.extend(meant(scene, &place));
            }
        }
    }
    found
}

/// The claim that was probably meant.
fn meant(scene: &Scene<'_>, place: &Place) -> Option<Candidate> {
    let written = place.path.segments();
    let near =
        scene.absent().filter(|(_, wanted)| wanted.document == place.document).filter_map(|(_, wanted)| {
            let meant = wanted.path.segments().get(..written.len())?.to_vec();
            let mut differing = written.iter().zip(&meant).filter(|(written, meant)| written != meant);
            let (one, other) = differing.next()?;
            if differing.next().is_some() {
                return None;
            }
            let (distance, how) = closeness(one, other)?;
            Some((distance, Place { document: place.document, path: ClaimPath::of(meant) }, how))
        });
    let (_, wanted, how) = near.min_by_key(|(distance, ..)| *distance)?;
    let message = format!("claim `{}` is not read; `{}` is, and differs {how}", place.name(), wanted.name());
    let edit = Edit::Rename(place.clone(), wanted);
    Some(
        Candidate::new("N0101", place.clone(), message)
            .with([edit])
            .or_note("under that name it would change nothing here"),
    )
}
