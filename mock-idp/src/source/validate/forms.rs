//! A value that fits none of several forms: which of them was meant?
//!
//! The nearest form is the one whose complaints are the least basic. Only a form of the right kind can have been
//! meant; among those, the one whose fixed words (a `const`, a closed list) fit; then the one that misses least.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::kinds;

/// What the forms say about the value, taken together.
pub(super) enum Verdict<'e> {
    /// These complaints of one form are worth reporting.
    Nearest(&'e [ValidationError<'static>]),
    /// No form takes a value of this kind, or this word.
    NoneFits {
        /// The kinds of value that some form takes.
        types: Vec<JsonType>,
        /// The fixed words that some form takes.
        words: Vec<String>,
    },
}

/// Judges the complaints of each form about the value at `place`.
pub(super) fn judge<'e>(place: &str, forms: &'e [Vec<ValidationError<'static>>]) -> Verdict<'e> {
    let mut types = Vec::new();
    let mut words = Vec::new();
    for error in forms.iter().flatten().filter(|error| is_at(place, error)) {
        collect(error, place, &mut types, &mut words);
    }
    let fitting = forms.iter().filter(|form| !form.iter().any(|error| refuses_the_value(place, error)));
    match fitting.min_by_key(|form| distance(form)) {
        Some(form) => Verdict::Nearest(form),
        None => Verdict::NoneFits { types, words },
    }
}

fn is_at(place: &str, error: &ValidationError<'_>) -> bool {
    error.instance_path().as_str() == place
}

/// Whether the form takes no value of this kind, or takes other words.
fn refuses_the_value(place: &str, error: &ValidationError<'_>) -> bool {
    let at_the_value = is_at(place, error);
    match error.kind() {
        Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. } => at_the_value,
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } if at_the_value => {
            matches!(judge(place, context), Verdict::NoneFits { .. })
        }
        _ => false,
    }
}

/// Fixed words that do not fit weigh more than missing keys, and these more than anything else.
fn distance(form: &[ValidationError<'_>]) -> (usize, usize, usize) {
    let count = |wanted: fn(&Kind) -> bool| form.iter().filter(|error| wanted(error.kind())).count();
    (
        count(|kind| matches!(kind, Kind::Constant { .. } | Kind::Enum { .. })),
        count(|kind| matches!(kind, Kind::Required { .. })),
        form.len(),
    )
}

fn collect(error: &ValidationError<'_>, place: &str, types: &mut Vec<JsonType>, words: &mut Vec<String>) {
    match error.kind() {
        Kind::Type { kind } => types.extend(kinds::allowed(kind)),
        Kind::Constant { expected_value } => words.extend(expected_value.as_str().map(str::to_owned)),
        Kind::Enum { options } => words.extend(texts(options)),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            for error in context.iter().flatten().filter(|error| is_at(place, error)) {
                collect(error, place, types, words);
            }
        }
        _ => {}
    }
}

/// The texts among the options of a closed list.
pub(super) fn texts(options: &Value) -> Vec<String> {
    options.as_array().into_iter().flatten().filter_map(|option| option.as_str().map(str::to_owned)).collect()
}
