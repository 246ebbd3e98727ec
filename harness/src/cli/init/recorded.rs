//! Logins in what a provider wrote down: its log as JSON lines, or its journal.

use serde_json::{Map, Value};

/// What a provider said of somebody at a login.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Login {
    pub(super) user: Option<String>,
    pub(super) id_token: Option<Map<String, Value>>,
    /// Its claims, or a text where it said nothing to whoever looked inside.
    pub(super) access_token: Option<Value>,
    pub(super) userinfo: Option<Map<String, Value>>,
}

/// The last login, of this user if one is named.
pub(super) fn last_login(text: &str, user: Option<&str>) -> Option<Login> {
    let entries = entries(text);
    let is_whose = |entry: &Value| user.is_none_or(|user| text_of(entry, "user") == Some(user));
    let at = entries.iter().rposition(|entry| is_whose(entry) && claims(entry, "id_token").is_some())?;
    let entry = entries.get(at)?;
    let same = |other: &&Value| {
        text_of(other, "user") == text_of(entry, "user")
            && text_of(other, "client") == text_of(entry, "client")
    };
    let later: Vec<&Value> = entries.get(at..)?.iter().filter(same).collect();
    Some(Login {
        user: text_of(entry, "user").map(str::to_owned),
        id_token: claims(entry, "id_token"),
        access_token: later.iter().find_map(|entry| access_token(entry)),
        userinfo: later.iter().find_map(|entry| claims(entry, "userinfo")),
    })
}

/// The entries of a journal: a list, a list under `entries`, a line each, or in the `entry` of a line of a log.
fn entries(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(Value::Array(entries)) => return entries,
        Ok(Value::Object(mut journal)) if journal.get("entries").is_some_and(Value::is_array) => {
            return journal
                .remove("entries")
                .and_then(|entries| entries.as_array().cloned())
                .unwrap_or_default();
        }
        Ok(_) | Err(_) => {}
    }
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line.trim()).ok());
    lines
        .filter_map(|line| match line.get("entry") {
            Some(Value::String(entry)) => serde_json::from_str(entry).ok(),
            Some(entry) => Some(entry.clone()),
            None => line.get("endpoint").is_some().then_some(line),
        })
        .collect()
}

fn text_of<'e>(entry: &'e Value, key: &str) -> Option<&'e str> {
    entry.get(key).and_then(Value::as_str)
}

/// The claims of the document of this kind that was given out.
fn claims(entry: &Value, kind: &str) -> Option<Map<String, Value>> {
    token(entry, kind)?.get("claims").and_then(Value::as_object).cloned()
}

/// The access token that was given out. One without claims is opaque.
fn access_token(entry: &Value) -> Option<Value> {
    let claims = token(entry, "access_token")?.get("claims").filter(|claims| claims.is_object());
    Some(claims.cloned().unwrap_or_else(|| Value::from("opaque")))
}

fn token<'e>(entry: &'e Value, kind: &str) -> Option<&'e Value> {
    let tokens = entry.get("tokens").and_then(Value::as_array)?;
    tokens.iter().find(|token| text_of(token, "kind") == Some(kind))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::last_login;

    const ADA: &str = r#"{"endpoint":"token","client":"app","user":"ada","tokens":[{"kind":"id_token","claims":{"sub":"u1"}},{"kind":"access_token"}]}"#;
    const BEN: &str = r#"{"endpoint":"token","client":"app","user":"ben","tokens":[{"kind":"id_token","claims":{"sub":"u2"}}]}"#;
    const OTHER: &str = r#"{"endpoint":"jwks","tokens":[]}"#;

    #[rstest]
    #[case::a_journal(&format!("[{ADA},{BEN},{OTHER}]"), None, Some("u2"))]
    #[case::a_journal_under_a_key(&format!("{{\"entries\":[{BEN},{ADA}]}}"), None, Some("u1"))]
    #[case::lines(&format!("mock-idp 0.1.0\n{ADA}\n{OTHER}\n"), None, Some("u1"))]
    #[case::one_user(&format!("{ADA}\n{BEN}\n"), Some("ada"), Some("u1"))]
    #[case::nobody(OTHER, None, None)]
    #[case::no_such_user(ADA, Some("eve"), None)]
    #[case::no_json("answered GET /jwks", None, None)]
    fn the_last_login_is_found(
        #[case] text: &str,
        #[case] user: Option<&str>,
        #[case] subject: Option<&str>,
    ) {
        let found = last_login(text, user).and_then(|login| login.id_token);
        assert_eq!(found.map(|claims| claims["sub"].clone()), subject.map(|subject| json!(subject)));
    }

    #[rstest]
    #[case::without_claims(ADA, Some(json!("opaque")))]
    #[case::with_claims(&ADA.replace(r#""access_token"}"#, r#""access_token","claims":{"sub":"a"}}"#), Some(json!({"sub": "a"})))]
    #[case::none(BEN, None)]
    fn an_access_token_is_as_opaque_as_it_was(#[case] text: &str, #[case] token: Option<serde_json::Value>) {
        assert_eq!(last_login(text, None).unwrap().access_token, token);
    }

    #[test]
    fn an_entry_inside_a_line_of_a_log_is_read() {
        let line = json!({"level": "DEBUG", "message": "journal", "entry": ADA}).to_string();
        assert_eq!(last_login(&line, None).unwrap().user.as_deref(), Some("ada"));
    }
}
