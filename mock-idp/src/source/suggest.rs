//! Did you mean: names near a name that is not known.

/// At most this many names are offered.
const MOST: usize = 3;

/// The candidates nearest to `input`, if any is near: a Damerau-Levenshtein distance (so that `bne` finds `ben`) of at
/// most a third of the length, with case, `-` and `_` ignored. Equally near ones keep the order of `candidates`.
pub fn near<'a>(input: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = fold(input);
    let mut ranked: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != input)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            let longest = folded.chars().count().max(fold(candidate).chars().count());
            *distance <= longest / 3
        })
        .collect();
    let Some(best) = ranked.iter().map(|(distance, _)| *distance).min() else { return Vec::new() };
    ranked.retain(|(distance, _)| *distance == best);
    ranked.truncate(MOST);
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The help line of a name that is not known: ``did you mean `ben`?``
pub fn did_you_mean<'a>(input: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let names: Vec<String> = near(input, candidates).into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { None } else { Some(format!("did you mean {}?", join(&names, "or"))) }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn join(words: &[String], last: &str) -> String {
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| *c != '-' && *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::transposed("bne", &["ada", "ben"], &["ben"])]
    #[case::missing_letter("redirect_uri", &["secret", "redirect_uris", "logout_uri"], &["redirect_uris"])]
    #[case::another_case("RedirectUris", &["redirect_uris"], &["redirect_uris"])]
    #[case::dashes("redirect-uris", &["redirect_uris"], &["redirect_uris"])]
    #[case::digits_swapped("RS265", &["RS256", "RS384", "ES256", "PS256"], &["RS256"])]
    #[case::nothing_near("quux", &["ada", "ben"], &[])]
    #[case::never_more_than_three("user0", &["user1", "user2", "user3", "user4"], &["user1", "user2", "user3"])]
    fn the_nearest_names_are_offered(#[case] input: &str, #[case] known: &[&str], #[case] offered: &[&str]) {
        assert_eq!(near(input, known.iter().copied()), offered);
    }
}
