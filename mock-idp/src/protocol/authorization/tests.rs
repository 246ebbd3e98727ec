use std::collections::BTreeSet;

use rstest::rstest;

use super::*;
use crate::protocol::client::{ClientAuthenticationRule, LogoutSession, Pushing, TokenProfile, UriList};
use crate::protocol::{Cause, OAuthErrorCode, ResponseMode};

pub(super) const REDIRECT_URI: &str = "https://app.example/cb?protocol=oidc&provider=keycloak";

/// Those of a provider that takes no request objects.
const TERMS: Terms<'static> = Terms {
    issuer: "https://idp.test",
    now: Timestamp(0),
    way: Way::Browser,
    request_objects: false,
    pushing: Pushing::Optional,
};

pub(super) struct OneClient(pub(super) Arc<Client>);

impl Clients for OneClient {
    fn client(&self, id: &str) -> Option<Arc<Client>> {
        (id == self.0.id).then(|| Arc::clone(&self.0))
    }

    fn registered_ids(&self) -> Vec<String> {
        vec![self.0.id.clone()]
    }
}

pub(super) fn client() -> Client {
    Client {
        id: "billrun".to_owned(),
        name: "BillRun".to_owned(),
        jwks_uri: None,
        sector: None,
        keys: crate::protocol::keys::ClientKeys::default(),
        assertion_alg: None,
        request_object_alg: None,
        request_uris: Vec::new(),
        pushing: Pushing::Optional,
        authentication: ClientAuthenticationRule::Public,
        redirect_uris: UriList { exact: vec![REDIRECT_URI.to_owned()], ..UriList::default() },
        post_logout_redirect_uris: UriList::default(),
        frontchannel_logout_uri: None,
        backchannel_logout_uri: None,
        logout_session: LogoutSession::default(),
        response_types: BTreeSet::from(ResponseType::ALL),
        client_credentials: false,
        device: true,
        pkce_required: false,
        scopes: Some(["openid", "roles"].map(str::to_owned).into()),
        query_tokens: false,
        default_max_age: None,
        default_acr_values: Vec::new(),
        consent: None,
        presentation: crate::protocol::client::Presentation::default(),
        tokens: TokenProfile::default(),
    }
}

/// A good request, with some parameters replaced; an empty value takes one away.
pub(super) fn request(changes: &[(&str, &str)]) -> Parameters {
    let good = [
        ("client_id", "billrun"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid roles"),
        ("state", "s t&te"),
        ("nonce", "n"),
    ];
    good.iter().chain(changes).copied().collect()
}

fn outcome(changes: &[(&str, &str)]) -> Result<AcceptedRequest, AuthorizationError> {
    authorize(&request(changes), &OneClient(Arc::new(client())), &TERMS)
}

/// What comes of a good request of a client that may ask for everything.
pub(super) fn accepted(changes: &[(&str, &str)]) -> AcceptedRequest {
    let client = Client { scopes: None, ..client() };
    authorize(&request(changes), &OneClient(Arc::new(client)), &TERMS).unwrap()
}

fn refusal(changes: &[(&str, &str)]) -> Redirectable {
    match outcome(changes) {
        Err(AuthorizationError::Redirect(refusal)) => refusal,
        other => panic!("expected a refusal that is redirected, found {other:?}"),
    }
}

#[rstest]
#[case::no_client(&[("client_id", "")], Unredirectable::ClientIdMissing)]
#[case::misspelt_client(
    &[("client_id", "bilrun")],
    Unredirectable::UnknownClient { client_id: "bilrun".into(), nearest: Some("billrun".into()) }
)]
#[case::no_redirect_uri(&[("redirect_uri", "")], Unredirectable::RedirectUriMissing)]
#[case::fragment(
    &[("redirect_uri", "https://app.example/cb#f")],
    Unredirectable::RedirectUriMalformed("https://app.example/cb#f".into())
)]
#[case::not_ascii(
    &[("redirect_uri", "https://app.example/\u{fc}")],
    Unredirectable::RedirectUriMalformed("https://app.example/\u{fc}".into())
)]
#[case::line_break(
    &[("redirect_uri", "https://app.example/\r\nx: y")],
    Unredirectable::RedirectUriMalformed("https://app.example/\r\nx: y".into())
)]
#[case::relative(&[("redirect_uri", "/cb")], Unredirectable::RedirectUriMalformed("/cb".into()))]
#[case::query_missing(
    &[("redirect_uri", "https://app.example/cb")],
    Unredirectable::RedirectUriNotRegistered {
        client_id: "billrun".into(),
        found: "https://app.example/cb".into(),
        nearest: Some(REDIRECT_URI.into()),
        differs_at: 23,
    }
)]
#[case::other_host(
    &[("redirect_uri", "https://app.sample/cb")],
    Unredirectable::RedirectUriNotRegistered {
        client_id: "billrun".into(),
        found: "https://app.sample/cb".into(),
        nearest: Some(REDIRECT_URI.into()),
        differs_at: 13,
    }
)]
fn an_unknown_client_or_redirect_uri_is_never_redirected_to(
    #[case] changes: &[(&str, &str)],
    #[case] expected: Unredirectable,
) {
    assert_eq!(outcome(changes), Err(AuthorizationError::Show(expected)));
}

#[rstest]
#[case::no_response_type(&[("response_type", "")], Refused::ResponseTypeMissing)]
#[case::unknown_response_type(&[("response_type", "none")], Refused::ResponseTypeUnknown("none".into()))]
#[case::unknown_mode(&[("response_mode", "pigeon")], Refused::ResponseModeUnknown("pigeon".into()))]
#[case::tokens_in_the_query(
    &[("response_type", "id_token"), ("response_mode", "query")],
    Refused::ResponseModeUnsafe("id_token")
)]
#[case::request_object(&[("request", "e30")], Refused::RequestObjectUnsupported)]
#[case::request_uri(&[("request_uri", "https://x.example")], Refused::RequestUriUnsupported)]
#[case::registration(&[("registration", "{}")], Refused::RegistrationUnsupported)]
#[case::id_token_without_openid(
    &[("response_type", "id_token"), ("scope", "roles")],
    Refused::ScopeWithoutOpenid("id_token")
)]
#[case::scope_beyond(
    &[("scope", "openid admin")],
    Refused::ScopeNotAllowed { client_id: "billrun".into(), scope: "admin".into() }
)]
#[case::implicit_without_nonce(&[("response_type", "id_token token"), ("nonce", "")], Refused::NonceMissing)]
#[case::hybrid_without_nonce(&[("response_type", "code id_token"), ("nonce", "")], Refused::NonceMissing)]
#[case::method_without_challenge(&[("code_challenge_method", "S256")], Refused::ChallengeMethodAlone)]
#[case::short_challenge(&[("code_challenge", "abc")], Refused::ChallengeMalformed)]
#[case::unknown_method(
    &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S512")],
    Refused::ChallengeMethodUnknown("S512".into())
)]
#[case::prompt_none_and_login(&[("prompt", "none login")], Refused::PromptContradictory("none login".into()))]
#[case::unknown_prompt(&[("prompt", "dance")], Refused::PromptUnknown("dance".into()))]
#[case::max_age_is_a_word(&[("max_age", "soon")], Refused::MaxAgeMalformed("soon".into()))]
#[case::max_age_is_negative(&[("max_age", "-1")], Refused::MaxAgeMalformed("-1".into()))]
fn other_refusals_go_back_to_the_client(#[case] changes: &[(&str, &str)], #[case] expected: Refused) {
    assert_eq!(refusal(changes).cause, expected);
}

#[rstest]
#[case::code_without_nonce(&[("nonce", "")])]
#[case::code_token_without_nonce(&[("nonce", ""), ("response_type", "code token")])]
#[case::words_in_another_order(&[("response_type", "token code"), ("scope", "roles openid openid")])]
#[case::unknown_parameter(&[("extra", "foobar")])]
#[case::plain_oauth(&[("scope", "roles")])]
#[case::display_and_locales(&[("display", "popup"), ("ui_locales", "se"), ("claims_locales", "se"), ("acr_values", "1")])]
fn unusual_requests_that_are_fine_are_accepted(#[case] changes: &[(&str, &str)]) {
    assert!(outcome(changes).is_ok());
}

#[rstest]
#[case::code(&[], ResponseMode::Query)]
#[case::implicit(&[("response_type", "id_token")], ResponseMode::Fragment)]
#[case::hybrid(&[("response_type", "code token")], ResponseMode::Fragment)]
#[case::code_in_the_fragment(&[("response_mode", "fragment")], ResponseMode::Fragment)]
#[case::form_post(&[("response_type", "code id_token"), ("response_mode", "form_post")], ResponseMode::FormPost)]
fn the_response_type_chooses_the_mode_unless_the_request_does(
    #[case] changes: &[(&str, &str)],
    #[case] expected: ResponseMode,
) {
    assert_eq!(outcome(changes).unwrap().back.mode(), expected);
}

#[test]
fn tokens_go_into_the_query_string_where_the_client_is_registered_for_that() {
    let client = Client { query_tokens: true, ..client() };
    let request = request(&[("response_type", "id_token"), ("response_mode", "query")]);
    let clients = OneClient(Arc::new(client));
    assert_eq!(authorize(&request, &clients, &TERMS).unwrap().back.mode(), ResponseMode::Query);

    let without_nonce =
        self::request(&[("response_type", "id_token"), ("response_mode", "query"), ("nonce", "")]);
    let Err(AuthorizationError::Redirect(refusal)) = authorize(&without_nonce, &clients, &TERMS) else {
        panic!("an ID token without a nonce was accepted");
    };
    assert_eq!(refusal.back.mode(), ResponseMode::Query, "errors go where answers go");
}

#[test]
fn a_public_client_must_promise_to_prove_possession_only_where_there_is_a_code() {
    let clients = OneClient(Arc::new(Client { pkce_required: true, ..client() }));
    assert!(authorize(&request(&[("response_type", "id_token")]), &clients, &TERMS).is_ok());
    let Err(AuthorizationError::Redirect(refusal)) = authorize(&request(&[]), &clients, &TERMS) else {
        panic!("a code without a challenge was accepted");
    };
    assert_eq!(refusal.cause.code(), OAuthErrorCode::InvalidRequest);
    assert_eq!(refusal.cause.clause(), "RFC7636-4.4.1");
}

#[rstest]
#[case::query(&[], "https://app.example/cb?protocol=oidc&provider=keycloak&code=c&state=s+t%26te&iss=i")]
#[case::fragment(
    &[("response_mode", "fragment")],
    "https://app.example/cb?protocol=oidc&provider=keycloak#code=c&state=s+t%26te&iss=i"
)]
#[case::no_state(&[("state", "")], "https://app.example/cb?protocol=oidc&provider=keycloak&code=c&iss=i")]
fn answers_are_attached_after_the_redirect_uris_own_query(
    #[case] changes: &[(&str, &str)],
    #[case] expected: &str,
) {
    let answer = outcome(changes).unwrap().back.answer(vec![("code", "c".to_owned())], "i");
    assert_eq!(answer.delivery(), Delivery::Redirect(expected.to_owned()));
}

#[test]
fn an_error_in_an_implicit_request_goes_into_the_fragment() {
    let refusal = refusal(&[("response_type", "id_token"), ("response_mode", "query"), ("nonce", "")]);
    let Delivery::Redirect(location) = refusal.back.error(&refusal.cause, "i").delivery() else {
        panic!("an error was posted");
    };
    assert!(location.contains("#error=invalid_request&"), "{location}");
}

#[rstest]
#[case::by_the_provider(Pushing::Required, Pushing::Optional)]
#[case::by_the_client(Pushing::Optional, Pushing::Required)]
fn where_requests_have_to_be_pushed_no_other_way_will_do(#[case] provider: Pushing, #[case] client: Pushing) {
    let clients = OneClient(Arc::new(Client { pushing: client, ..self::client() }));
    let outcome = |way| authorize(&request(&[]), &clients, &Terms { way, pushing: provider, ..TERMS });
    let Err(AuthorizationError::Redirect(refusal)) = outcome(Way::Browser) else {
        panic!("a request was accepted that was not pushed");
    };
    assert_eq!(refusal.cause, Refused::NotPushed { client_id: "billrun".into() });
    assert!(outcome(Way::Direct).is_ok());
}
