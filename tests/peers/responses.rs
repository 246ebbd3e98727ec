//! Defects in what goes back to the browser and the client, letter by letter.

use http::header;
use mock_idp::MockIdp;
use rstest::rstest;
use serde_json::Value;

use super::{REDIRECT_URI, authorize, brought_back, code, provider, redeem, token, value_of};
use crate::wire::{Answer, BASIC};

#[tokio::test]
async fn an_error_keeps_every_letter_as_it_was() {
    let mut wire = provider();
    let answer = wire.post("/acme/token", BASIC, "grant_type=authorization_code&code=Invented").await;
    let description = "the grant is invalid, expired, revoked or was issued to somebody else";
    let expected = format!(r#"{{"error":"invalid_grant","error_description":"{description}"}}"#);
    assert_eq!(answer.body, expected);
    let answer = wire.post("/acme/token", "Basic YXBwOndyb25n", "grant_type=client_credentials").await;
    assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Basic realm=\"mock-idp\", charset=\"UTF-8\"");

    let answer =
        authorize(&mut wire, &[("state", "AbC-%/Ü"), ("prompt", "none"), ("response_mode", "query")]).await;
    let location = answer.header(header::LOCATION);
    let expected = "&error=login_required&error_description=the+person+has+to+sign+in&state=AbC-%25%2F%C3%9C\
                    &iss=https%3A%2F%2Fidp.test%2Facme";
    assert_eq!(location, format!("{REDIRECT_URI}{expected}"));
}

/// "If the Resource Owner denies the access request or if the request fails for reasons other than a missing or invalid
/// redirection URI, the authorization server informs the client" (RFC6749-4.1.2.1)
#[rstest]
#[case::unknown_response_type(&[("response_type", "Code")], "unsupported_response_type")]
#[case::no_response_type(&[("response_type", "")], "invalid_request")]
#[case::scope_with_a_quote(&[("scope", "openid \"")], "invalid_scope")]
#[case::nobody_is_signed_in(&[("prompt", "none")], "login_required")]
#[case::contradictory_prompt(&[("prompt", "none login")], "invalid_request")]
#[case::unknown_response_mode(&[("response_mode", "smoke")], "invalid_request")]
#[case::tokens_in_the_query(&[("response_type", "id_token"), ("response_mode", "query")], "invalid_request")]
#[case::nonce_left_out(&[("response_type", "id_token"), ("nonce", "")], "invalid_request")]
#[case::challenge_method_unknown(&[("code_challenge", "c"), ("code_challenge_method", "S512")], "invalid_request")]
#[case::max_age_in_words(&[("max_age", "ten")], "invalid_request")]
#[case::claims_that_are_no_json(&[("claims", "{")], "invalid_request")]
#[tokio::test]
async fn once_the_redirect_uri_is_trusted_every_error_goes_there(
    #[case] changes: &[(&str, &str)],
    #[case] error: &str,
) {
    let mut wire = provider();
    let answer = authorize(&mut wire, changes).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
    assert!(answer.header(header::LOCATION).starts_with(REDIRECT_URI), "{}", answer.header(header::LOCATION));
    let brought_back = brought_back(&answer);
    assert_eq!(value_of(&brought_back, "error").as_deref(), Some(error));
    assert_eq!(value_of(&brought_back, "state").as_deref(), Some("st"));
}

#[rstest]
#[tokio::test]
async fn each_mode_answers_with_and_without_state(
    #[values("query", "fragment", "form_post")] mode: &str,
    #[values("st", "")] state: &str,
    #[values(None, Some("none"))] prompt: Option<&str>,
) {
    let mut wire = provider();
    let mut changes = vec![("response_mode", mode), ("state", state)];
    changes.extend(prompt.map(|prompt| ("prompt", prompt)));
    let answer = authorize(&mut wire, &changes).await;
    assert_eq!(answer.status.as_u16(), if mode == "form_post" { 200 } else { 303 }, "{}", answer.body);
    let brought_back = brought_back(&answer);
    let good = prompt.is_none();
    assert_eq!(value_of(&brought_back, "code").is_some(), good, "{brought_back:?}");
    assert_eq!(value_of(&brought_back, "error").is_some(), !good, "{brought_back:?}");
    let expected = Some(state.to_owned()).filter(|state| !state.is_empty());
    assert_eq!(value_of(&brought_back, "state"), expected, "{brought_back:?}");
}

/// Every page that a browser can be shown here.
async fn pages() -> Vec<Answer> {
    let mut wire = provider();
    let login = authorize(&mut wire, &[("login_hint", "")]).await;
    let form_post = authorize(&mut wire, &[("response_mode", "form_post")]).await;
    let refused = authorize(&mut wire, &[("client_id", "nobody")]).await;
    let asked = wire.fetch("/acme/logout").await;
    let refused_logout = wire.fetch("/acme/logout?id_token_hint=x").await;
    let code = code(&mut wire, &[]).await;
    let (_, tokens) = redeem(&mut wire, &code, &[]).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let signed_out = wire.fetch(&format!("/acme/logout?id_token_hint={hint}")).await;
    vec![login, form_post, refused, asked, refused_logout, signed_out]
}

/// Whatever a document could load: the address that follows each of these, up to its quote or bracket.
fn loads(html: &str) -> Vec<String> {
    let marks =
        [" src=\"", "<link rel=\"icon\" href=\"", "<link rel=\"stylesheet\" href=\"", "url(", "@import "];
    let all = marks.iter().flat_map(|mark| html.split(mark).skip(1));
    all.filter_map(|rest| rest.split(['"', ')']).next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_page_loads_with_the_network_cut() {
    for page in pages().await {
        assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"), "{}", page.body);
        let policy = page.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        for directive in policy.split(';').map(str::trim).filter(|it| it.contains("-src ")) {
            let sources = directive.split(' ').skip(1);
            for source in sources {
                let local = source == "'none'" || source == "data:" || source.starts_with("'sha256-");
                assert!(local, "`{source}` in `{directive}`");
            }
        }
        for address in loads(&page.body) {
            assert!(address.starts_with("data:"), "the page loads {address}");
        }
    }
}

/// RFC6749-5.1 and OIDCC-3.1.3.3 say what there is; RFC6749-4.1.4 has no state.
#[tokio::test]
async fn a_token_reply_has_the_standards_members_and_no_other() {
    let mut wire = provider();
    let code = code(&mut wire, &[]).await;
    let (_, tokens) = redeem(&mut wire, &code, &[("state", "st")]).await;
    let mut members: Vec<_> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]);
    let (_, own) = token(&mut wire, &[("grant_type", "client_credentials"), ("state", "st")], &[]).await;
    assert_eq!(own.get("state"), None);
}

/// RFC6749-4.2.2: the parameters go "to the fragment component of the redirection URI using the
/// "application/x-www-form-urlencoded" format"; what the URI had stays.
#[rstest]
#[case::tokens(&[("response_type", "id_token token")])]
#[case::a_code_too(&[("response_type", "code id_token")])]
#[case::an_error(&[("response_type", "id_token"), ("prompt", "none")])]
#[case::a_code_that_wants_it(&[("response_mode", "fragment")])]
#[tokio::test]
async fn a_fragment_is_appended_to_the_redirect_uri_as_it_is(#[case] changes: &[(&str, &str)]) {
    let mut wire = provider();
    let answer = authorize(&mut wire, changes).await;
    let location = answer.header(header::LOCATION);
    let fragment = location.strip_prefix(&format!("{REDIRECT_URI}#")).unwrap();
    assert!(!fragment.contains(['#', '?', ' ']), "{fragment}");
    let pairs: Vec<_> = fragment.split('&').map(|pair| pair.split_once('=').unwrap().0).collect();
    assert!(pairs.contains(&"state"), "{pairs:?}");
    assert_eq!(url::Url::parse(location).unwrap().as_str(), location, "the URL is in its normal form");
}

/// "The issuer value returned MUST be identical to the Issuer URL that was used as the prefix" (OIDCD-4.3)
#[rstest]
#[case::root("")]
#[case::one_segment("/acme")]
#[case::many_segments("/tenants/7/v2.0")]
#[case::like_an_endpoint("/token")]
#[tokio::test]
async fn the_issuer_of_a_discovery_document_leads_back_to_it(#[case] path: &str) {
    let idp = MockIdp::builder().start().await.unwrap();
    let issuer = format!("{}{path}", idp.url());
    let found = reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await.unwrap();
    let metadata: Value = found.json().await.unwrap();
    assert_eq!(metadata["issuer"], issuer);
    for (name, value) in metadata.as_object().unwrap() {
        let Some(address) = value.as_str().filter(|_| name.ends_with("_endpoint") || name == "jwks_uri")
        else {
            continue;
        };
        assert!(address.starts_with(&issuer), "{name}: {address}");
        let answer = reqwest::get(address).await.unwrap();
        assert_ne!(answer.status().as_u16(), 404, "{name}: {address}");
    }
}

#[rstest]
#[case::a_sign_in(&[])]
#[case::a_refusal_that_is_sent_on(&[("prompt", "none")])]
#[case::a_refusal_in_a_form(&[("prompt", "none"), ("response_mode", "form_post")])]
#[case::a_refusal_that_is_shown(&[("client_id", "nobody")])]
#[case::a_login_page(&[("login_hint", "")])]
#[tokio::test]
async fn what_the_journal_says_is_what_was_on_the_wire(#[case] changes: &[(&str, &str)]) {
    let mut wire = provider();
    let answer = authorize(&mut wire, changes).await;
    let journal = wire.idp.default_provider().journal();
    let entry = journal.last().unwrap();
    assert_eq!(entry.status, answer.status.as_u16());
    let on_the_wire = value_of(&brought_back(&answer), "error");
    let told = entry.error.as_ref().map(|error| error.code.to_owned());
    if answer.status == 400 {
        assert!(answer.body.contains(&told.unwrap()), "{}", answer.body);
    } else {
        assert_eq!(told, on_the_wire);
    }

    for body in ["grant_type=client_credentials", "grant_type=refresh_token&refresh_token=x"] {
        let answer = wire.post("/acme/token", BASIC, body).await;
        let journal = wire.idp.default_provider().journal();
        let entry = journal.last().unwrap();
        assert_eq!(entry.status, answer.status.as_u16());
        let reply: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(entry.error.as_ref().map(|error| error.code), reply["error"].as_str());
        let given_out = entry.tokens.first().map(|token| token.claims["jti"].clone());
        let received = reply["access_token"]
            .as_str()
            .map(|token| mock_idp::protocol::keys::jws::decode(token).unwrap().claims["jti"].clone());
        assert_eq!(given_out, received, "the journal shows the token that went out");
    }
}
