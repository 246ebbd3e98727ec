//! Whether a `locale` or a `zoneinfo` is well-formed (CB-R7).
//!
//! Only the form is judged: no registry of languages or places is consulted.

/// Areas of the time zone database, and the groups of old names that are written the same way.
const AREAS: [&str; 16] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// Names of the time zone database without an area that are not the name of a country.
const ZONES: [&str; 16] = [
    "CET",
    "CST6CDT",
    "EET",
    "EST",
    "EST5EDT",
    "GMT",
    "HST",
    "MET",
    "MST",
    "MST7MDT",
    "PST8PDT",
    "UCT",
    "UTC",
    "Universal",
    "WET",
    "Zulu",
];

/// A time zone by name: a known area, then one or more places of letters, digits, `_`, `+` and `-`.
pub(super) fn zoneinfo(text: &str) -> bool {
    let mut parts = text.split('/');
    let area = parts.next().unwrap_or_default();
    let mut places = parts.peekable();
    if places.peek().is_none() {
        return ZONES.contains(&area);
    }
    let place = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'))
    };
    AREAS.contains(&area) && places.all(place)
}

/// A language tag as RFC 5646 section 2.1 writes it, the irregular grandfathered tags excepted.
pub(super) fn locale(text: &str) -> bool {
    let mut subtags = text.split('-').peekable();
    let Some(language) = subtags.next() else { return false };
    if language.eq_ignore_ascii_case("x") {
        return private_use(subtags);
    }
    if !alphabetic(language, 2, 8) {
        return false;
    }
    if language.len() < 4 {
        for _ in 0..3 {
            subtags.next_if(|subtag| alphabetic(subtag, 3, 3)); // extended language
        }
    }
    subtags.next_if(|subtag| alphabetic(subtag, 4, 4)); // script
    subtags.next_if(|subtag| alphabetic(subtag, 2, 2) || (subtag.len() == 3 && digits(subtag))); // region
    while subtags.next_if(|subtag| variant(subtag)).is_some() {}
    while let Some(singleton) = subtags.next() {
        if singleton.eq_ignore_ascii_case("x") {
            return private_use(subtags);
        }
        if !alphanumeric(singleton, 1, 1) {
            return false;
        }
        if subtags.next_if(|subtag| alphanumeric(subtag, 2, 8)).is_none() {
            return false;
        }
        while subtags.next_if(|subtag| alphanumeric(subtag, 2, 8)).is_some() {}
    }
    true
}

fn private_use<'t>(mut subtags: impl Iterator<Item = &'t str>) -> bool {
    let first = subtags.next().is_some_and(|subtag| alphanumeric(subtag, 1, 8));
    first && subtags.all(|subtag| alphanumeric(subtag, 1, 8))
}

fn variant(subtag: &str) -> bool {
    alphanumeric(subtag, 5, 8)
        || (alphanumeric(subtag, 4, 4) && subtag.starts_with(|c: char| c.is_ascii_digit()))
}

fn alphabetic(subtag: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn alphanumeric(subtag: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn digits(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_digit())
}
