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
    if let Some(form) = only_form_with_words(place, forms) {
        return Verdict::Nearest(form);
    }
    let fitting = forms.iter().filter(|form| !form.iter().any(|error| refuses_the_value(place, error)));
    match fitting.min_by_key(|form| distance(form)) {
        Some(form) => Verdict::Nearest(form),
        None => Verdict::NoneFits { types, words },
    }
}

/// The one form that takes words at all, if the value is text and no other form takes text: its own list is then the
/// better thing to name.
fn only_form_with_words<'e>(
    place: &str,
    forms: &'e [Vec<ValidationError<'static>>],
) -> Option<&'e [ValidationError<'static>]> {
    let lists_words =
        |error: &ValidationError<'_>| is_at(place, error) && matches!(error.kind(), Kind::Enum { .. });
    let wrong_kind =
        |error: &ValidationError<'_>| is_at(place, error) && matches!(error.kind(), Kind::Type { .. });
    let (listing, others): (Vec<_>, Vec<_>) = forms.iter().partition(|form| form.iter().any(lists_words));
    let [only] = listing.as_slice() else { return None };
    let takes_this_kind = !only.iter().any(wrong_kind);
    (takes_this_kind && others.iter().all(|form| form.iter().any(wrong_kind))).then_some(only.as_slice())
}

fn is_at(place: &str, error: &ValidationError<'_>) -> bool {
    error.instance_path().as_str() == place
}

/// Whether the form takes no value of this kind, or takes other words.
fn refuses_the_value(place: &str, error: &ValidationError<'_>) -> bool {
    let at_the_value = is_at(place, error);
    match (error.kind(), nested(error)) {
        (Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. }, _) => at_the_value,
        (_, Some(forms)) => at_the_value && matches!(judge(place, forms), Verdict::NoneFits { .. }),
        (_, None) => false,
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
    if let Kind::Type { kind } = error.kind() {
        types.extend(kinds::allowed(kind));
    } else if let Kind::Constant { expected_value } = error.kind() {
        words.extend(expected_value.as_str().map(str::to_owned));
    } else if let Kind::Enum { options } = error.kind() {
        words.extend(texts(options));
    }
    for error in nested(error).into_iter().flatten().flatten().filter(|error| is_at(place, error)) {
        collect(error, place, types, words);
    }
}

/// The forms inside a form.
fn nested<'e>(error: &'e ValidationError<'_>) -> Option<&'e [Vec<ValidationError<'static>>]> {
    if let Kind::AnyOf { context } | Kind::OneOfNotValid { context } = error.kind() {
        Some(context)
    } else {
        None
    }
}

/// The texts among the options of a closed list.
pub(super) fn texts(options: &Value) -> Vec<String> {
    options.as_array().into_iter().flatten().filter_map(|option| option.as_str().map(str::to_owned)).collect()
}
