//! Edits that several documents share: a member away, another value, a value bent a little.

use serde_json::{Map, Value};

/// The members of a JSON object.
pub(super) type Members = Map<String, Value>;

/// Gives a member another value; one that was not there comes last.
pub(super) fn set(members: &mut Members, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}

/// Takes a member away; the others keep their order.
pub(super) fn drop(members: &mut Members, name: &str) {
    members.shift_remove(name);
}

/// The text of a member, or nothing.
pub(super) fn text(members: &Members, name: &str) -> String {
    members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Bends the text of a member; of a list, each of its texts.
pub(super) fn bend(members: &mut Members, name: &str, how: impl Fn(&str) -> String) {
    let bent = match members.get(name) {
        Some(Value::String(text)) => Value::from(how(text)),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.clone(), |text| how(text).into()))
            .collect(),
        Some(other) => Value::from(how(&other.to_string())),
        None => return,
    };
    set(members, name, bent);
}

/// Appends to the text of a member.
pub(super) fn append(members: &mut Members, name: &str, tail: &str) {
    bend(members, name, |text| format!("{text}{tail}"));
}

/// Upper case for lower, lower for upper.
pub(super) fn other_case(text: &str) -> String {
    let swap = |letter: char| {
        if letter.is_ascii_lowercase() { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    };
    text.chars().map(swap).collect()
}

/// All but the last character.
pub(super) fn shorter(text: &str) -> String {
    let mut text = text.to_owned();
    text.pop();
    text
}

/// The number of seconds of a member.
pub(super) fn seconds(members: &Members, name: &str) -> i64 {
    members.get(name).and_then(Value::as_i64).unwrap_or_default()
}

/// `http` for `https` and the other way round.
pub(super) fn other_scheme(url: &str) -> String {
    match url.split_once("://") {
        Some(("https", rest)) => format!("http://{rest}"),
        Some((_, rest)) => format!("https://{rest}"),
        None => format!("https://{url}"),
    }
}

/// The same address without TLS.
pub(super) fn without_tls(url: &str) -> String {
    url.split_once("://").map_or_else(|| url.to_owned(), |(_, rest)| format!("http://{rest}"))
}

/// The same address at another port.
pub(super) fn other_port(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else { return format!("{address}:1") };
    let port = url.port_or_known_default().unwrap_or(443);
    // an address with a host takes any port
    let _ = url.set_port(Some(if port == 8443 { 9443 } else { 8443 }));
    let text = url.to_string();
    if address.ends_with('/') { text } else { text.trim_end_matches('/').to_owned() }
}

/// The host in capitals.
pub(super) fn upper_host(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_uppercase() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let upper = host.to_uppercase();
    // an address of digits has no capitals, but its scheme has
    if upper == host {
        format!("{}://{rest}", scheme.to_uppercase())
    } else {
        format!("{scheme}://{upper}{path}")
    }
}

/// A Cyrillic or Greek letter where a Latin one was.
pub(super) fn look_alike(text: &str) -> String {
    let pairs = [('o', '\u{43e}'), ('a', '\u{430}'), ('e', '\u{435}'), ('p', '\u{440}'), ('t', '\u{3c4}')];
    for (latin, other) in pairs {
        // the scheme stays as it is, so that the text still is an address
        let after = text.find("://").map_or(0, |at| at + 3);
        let (scheme, rest) = text.split_at(after);
        if rest.contains(latin) {
            return format!("{scheme}{}", rest.replacen(latin, &other.to_string(), 1));
        }
    }
    format!("{text}\u{200b}")
}
