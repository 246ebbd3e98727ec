//! Edits of parameters, in the order in which they are sent.

use super::{Context, Edit};

/// Parameters on their way, each as often as it is sent.
pub(super) type Parameters = Vec<(String, String)>;

pub(super) const fn edit(edit: fn(&mut Parameters, &Context<'_>)) -> Edit {
    Edit::Parameters(edit)
}

/// Takes a parameter away.
pub(super) fn drop(parameters: &mut Parameters, name: &str) {
    parameters.retain(|(known, _)| known != name);
}

/// The value of a parameter, or nothing.
pub(super) fn value(parameters: &Parameters, name: &str) -> String {
    parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Gives a parameter another value; one that was not there comes last.
pub(super) fn set(parameters: &mut Parameters, name: &str, value: &str) {
    match parameters.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => value.clone_into(known),
        None => parameters.push((name.to_owned(), value.to_owned())),
    }
}

/// Bends the value of a parameter that is there.
pub(super) fn bend(parameters: &mut Parameters, name: &str, how: impl Fn(&str) -> String) {
    if let Some((_, value)) = parameters.iter_mut().find(|(known, _)| known == name) {
        *value = how(value);
    }
}
