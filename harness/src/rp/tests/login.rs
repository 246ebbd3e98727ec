use rstest::rstest;
use serde_json::{Value, json};

use super::keys::ed25519;
use super::product::{implicit, profile};
use super::world::World;
use crate::decision::{
    ClientAuthentication, Departures, Document, IdentityDocument, KeySource, ResponseType, Signature,
    UserinfoCall,
};
use crate::rp::{Cause, serve};
use crate::transport::Transport;

#[tokio::test]
async fn a_code_login_opens_a_session_with_the_documented_request() {
    let mut world = World::new(profile());
    let page = world.sign_in().await;
    assert_eq!((page.url.as_str(), page.status), ("https://app.test/", 200));

    let me = world.me().await;
    assert_eq!(
        (&me["signed_in"], &me["sub"], &me["record"]["email"]),
        (&json!(true), &json!("ada"), &json!("ada@acme.test"))
    );
    assert_eq!(world.rp.stored(), json!({"logins": 1}));

    let asked = &world.requests("one authorize")[0];
    assert_eq!(asked["scope"], "openid email");
    assert_eq!(asked["redirect_uri"], "https://app.test/callback?provider=one");
    assert_eq!(
        (asked["code_challenge_method"].as_str(), asked.contains_key("response_mode")),
        ("S256", false)
    );
    let redeemed = &world.requests("one token")[0];
    assert!(redeemed["authorization"].starts_with("Basic "));
    assert_eq!((redeemed["code_verifier"].len(), &redeemed["redirect_uri"]), (43, &asked["redirect_uri"]));
    assert!(!redeemed.contains_key("client_secret"));
}

#[rstest]
#[case::id_token(ResponseType::IdToken)]
#[case::id_token_token(ResponseType::IdTokenToken)]
#[case::code_id_token(ResponseType::CodeIdToken)]
#[case::code_token(ResponseType::CodeToken)]
#[case::code_id_token_token(ResponseType::CodeIdTokenToken)]
#[tokio::test]
async fn every_other_response_type_signs_in_by_form_post(#[case] response_type: ResponseType) {
    let mut world = World::new(implicit(response_type));
    world.sign_in().await;
    assert_eq!(world.reason(), None);
    assert_eq!(world.me().await["signed_in"], json!(true));
    assert_eq!(world.requests("one authorize")[0]["response_type"], response_type.as_str());
    assert_eq!(world.requests("one token").len(), usize::from(response_type.has_code()));
}

#[rstest]
#[case::state_changed(json!({"state": "made-up"}), "state_mismatch")]
#[case::state_missing(json!({"state": null}), "state_mismatch")]
#[case::code_missing(json!({"code": null}), "invalid_response:code")]
#[case::another_issuer_in_the_response(json!({"iss": "https://evil.test"}), "invalid_response:iss")]
#[case::error_answer(json!({"code": null, "error": "access_denied"}), "idp_error:access_denied")]
#[tokio::test]
async fn a_bad_response_is_refused_before_a_code_is_redeemed(#[case] response: Value, #[case] reason: &str) {
    let mut world = World::new(profile());
    world.script.lock().unwrap().response = response;
    let page = world.sign_in().await;
    assert_eq!((page.status, world.reason().as_deref()), (403, Some(reason)));
    assert_eq!(world.requests("one token").len(), 0);
    assert_eq!(world.me().await, json!({"signed_in": false}));
}

#[rstest]
#[case::nonce(json!({"nonce": "other"}), "nonce_mismatch")]
#[case::issuer(json!({"iss": "https://idp.test/two"}), "invalid_id_token:iss")]
#[case::audience(json!({"aud": "other"}), "invalid_id_token:aud")]
#[case::expiry(json!({"exp": 1}), "invalid_id_token:exp")]
#[case::half_hash(json!({"at_hash": "AAAA"}), "invalid_id_token:at_hash")]
#[tokio::test]
async fn a_bad_id_token_is_refused_and_shown_to_the_product(#[case] claims: Value, #[case] reason: &str) {
    let mut world = World::new(profile());
    world.script.lock().unwrap().claims = claims;
    world.sign_in().await;
    assert_eq!(world.reason().as_deref(), Some(reason));
    let Cause::Event(crate::decision::Event::SignIn(sign_in)) = world.last().cause else {
        panic!("no sign-in")
    };
    assert!(sign_in.documents.claims(Document::IdToken).is_some());
    assert_eq!(world.rp.stored(), json!({"logins": 0}));
}

#[tokio::test]
async fn a_missing_iss_is_refused_when_the_metadata_promises_it() {
    let mut world = World::new(profile());
    world.script.lock().unwrap().metadata = json!({"authorization_response_iss_parameter_supported": true});
    world.sign_in().await;
    assert_eq!(world.last().envelope.rejection.map(|it| it.clause), Some("RFC9207-2.4"));
}

#[tokio::test]
async fn metadata_of_another_issuer_is_refused_at_the_start() {
    let mut world = World::new(profile());
    world.script.lock().unwrap().metadata = json!({"issuer": "https://idp.test/two"});
    let page = world.sign_in().await;
    assert_eq!((page.status, world.reason().as_deref()), (502, Some("invalid_metadata:issuer")));
}

#[tokio::test]
async fn a_rotated_key_is_found_by_one_more_look() {
    let mut world = World::new(profile());
    world.sign_in().await;
    {
        let mut script = world.script.lock().unwrap();
        script.keys = vec![ed25519("one", 1), ed25519("two", 2)];
        script.signs_with = ed25519("two", 2);
    }
    world.browser.open("https://app.test/rp/login").await.unwrap();
    assert_eq!((world.reason(), world.requests("one jwks").len()), (None, 2));
}

#[tokio::test]
async fn a_key_that_is_never_published_costs_one_look_and_is_refused() {
    let mut world = World::new(profile());
    world.script.lock().unwrap().signs_with = ed25519("hidden", 2);
    world.sign_in().await;
    assert_eq!(world.reason().as_deref(), Some("invalid_id_token:kid"));
    assert_eq!(world.requests("one jwks").len(), 2);
}

#[tokio::test]
async fn two_providers_of_one_product_stay_apart() {
    let mut world = World::new(profile());
    // A response of provider two for a request to provider one: its redirect URI gives it away.
    world.browser.open("https://app.test/tenant?provider=one").await.unwrap();
    let asked = world.requests("one authorize")[0].clone();
    let crossed = format!("https://app.test/callback?provider=two&code=x&state={}", asked["state"]);
    world.browser.open(&crossed).await.unwrap();
    assert_eq!(world.reason().as_deref(), Some("state_mismatch"));

    world.browser.open("https://app.test/tenant?provider=two").await.unwrap();
    assert_eq!(world.me().await["provider"], json!("two"));
    assert_eq!(world.requests("one token").len(), 1);
}

#[tokio::test]
async fn a_response_belongs_to_the_browser_that_asked() {
    let mut world = World::new(profile());
    world.script.lock().unwrap().response = json!({"state": "kept-back"});
    world.sign_in().await;
    let state = world.requests("one authorize")[0]["state"].clone();
    let mut victim = world.other_browser();
    let injected = format!("https://app.test/callback?provider=one&code=x&state={state}");
    assert_eq!(victim.open(&injected).await.unwrap().status, 403);
    assert_eq!(world.last().envelope.rejection.map(|it| it.name), Some("state_mismatch"));
}

#[tokio::test]
async fn a_response_is_good_for_one_use() {
    let mut world = World::new(profile());
    world.sign_in().await;
    let callback =
        world.browser.log().iter().find(|visit| visit.url.contains("/callback")).unwrap().url.clone();
    assert_eq!(world.browser.open(&callback).await.unwrap().status, 403);
    assert_eq!((world.reason().as_deref(), world.requests("one token").len()), (Some("state_mismatch"), 1));
    assert_eq!(world.me().await["signed_in"], json!(true), "a stranger's link does not sign anybody out");
}

#[rstest]
#[case::post(ClientAuthentication::ClientSecretPost, json!({}), true)]
#[case::public(ClientAuthentication::None, json!({}), false)]
#[case::metadata_says_nothing(ClientAuthentication::AsMetadataOffers, json!({}), false)]
#[case::metadata_offers_post_only(
    ClientAuthentication::AsMetadataOffers,
    json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]}),
    true
)]
#[tokio::test]
async fn the_client_proves_itself_as_the_profile_says(
    #[case] authentication: ClientAuthentication,
    #[case] metadata: Value,
    #[case] secret_in_body: bool,
) {
    let mut profile = profile();
    profile.providers[0].client_authentication = authentication;
    let mut world = World::new(profile);
    world.script.lock().unwrap().metadata = metadata;
    world.sign_in().await;
    let asked = &world.requests("one token")[0];
    assert_eq!(asked.contains_key("client_secret"), secret_in_body);
    let basic = authentication == ClientAuthentication::AsMetadataOffers && !secret_in_body;
    assert_eq!(asked.contains_key("authorization"), basic);
}

#[tokio::test]
async fn userinfo_is_called_with_the_extra_query() {
    let mut profile = profile();
    profile.providers[0].userinfo =
        Some(UserinfoCall { query: Some("schema=openid"), compares_subject: false, token_in_body: false });
    let mut world = World::new(profile);
    world.sign_in().await;
    let Cause::Event(crate::decision::Event::SignIn(sign_in)) = world.last().cause else {
        panic!("no sign-in")
    };
    let userinfo = sign_in.documents.userinfo.unwrap();
    assert_eq!((userinfo.status, &userinfo.claims["with"]), (200, &json!("Bearer back-token")));
}

#[tokio::test]
async fn without_keys_nothing_is_verified_but_the_rest_still_is() {
    let mut profile = profile();
    profile.providers[0].keys = KeySource::NotChecked;
    let mut world = World::new(profile);
    world.script.lock().unwrap().signs_with = ed25519("hidden", 2);
    world.sign_in().await;
    let Cause::Event(crate::decision::Event::SignIn(sign_in)) = world.last().cause else {
        panic!("no sign-in")
    };
    assert_eq!(sign_in.documents.id_token.unwrap().signature, Signature::Unchecked);
    assert_eq!((world.reason(), world.requests("one jwks").len()), (None, 0));

    world.script.lock().unwrap().claims = json!({"iss": "https://evil.test"});
    world.browser.open("https://app.test/rp/login").await.unwrap();
    assert_eq!(world.reason().as_deref(), Some("invalid_id_token:iss"));
}

#[tokio::test]
async fn an_opaque_access_token_is_left_to_the_product() {
    let mut profile = profile();
    profile.providers[0].identity = IdentityDocument::AccessToken;
    let mut world = World::new(profile);
    world.sign_in().await;
    let Cause::Event(crate::decision::Event::SignIn(sign_in)) = world.last().cause else {
        panic!("no sign-in")
    };
    assert_eq!(sign_in.documents.access_token.unwrap().claims, None);
    assert_eq!(sign_in.failure, None);
}

#[tokio::test]
async fn an_unreachable_provider_is_a_refusal_not_a_crash() {
    let mut profile = profile();
    profile.providers[0].issuer = "https://nowhere.test".to_owned();
    let mut world = World::new(profile);
    let page = world.sign_in().await;
    assert_eq!((page.status, world.reason().as_deref()), (502, Some("idp_unavailable:discovery")));
}

#[tokio::test]
async fn a_visitor_who_may_not_start_gets_no_redirect() {
    let mut world = World::new(profile());
    let page = world.browser.open("https://app.test/tenant?provider=three").await.unwrap();
    assert_eq!(page.status, 400);
    assert!(page.body.contains("no_such_provider"));
    assert!(matches!(world.last().cause, Cause::Start(_)));
}

#[tokio::test]
async fn the_application_is_served_over_tcp() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut profile = profile();
    profile.base_url.clone_from(&base);
    profile.providers[0].redirect_uri = format!("{base}/callback?provider=one");
    let mut world = World::over(Transport::tcp().unwrap(), profile);
    let rp = world.rp.clone();
    let server = tokio::spawn(async move { serve(listener, &rp).await });
    world.browser.open(&format!("{base}/tenant")).await.unwrap();
    let me = world.browser.open(&format!("{base}/me")).await.unwrap();
    assert!(me.body.contains("\"signed_in\":true"), "{}", me.body);
    server.abort();
}

#[rstest]
#[case::exp(json!({"exp": null}), "invalid_id_token:exp")]
#[case::nonce(json!({"nonce": null}), "nonce_mismatch")]
#[tokio::test]
async fn a_product_may_be_read_to_leave_a_check_out(#[case] claims: Value, #[case] reason: &str) {
    let lenient = Departures { exp_may_be_absent: true, nonce_may_be_absent: true, ..Departures::default() };
    for (departures, reason) in [(Departures::default(), Some(reason)), (lenient, None)] {
        let mut world = World::lax(Transport::in_process(), profile(), departures);
        world.transport.serve(&world.rp.authority(), world.rp.router());
        world.script.lock().unwrap().claims = claims.clone();
        world.sign_in().await;
        assert_eq!(world.reason().as_deref(), reason);
    }
}

#[tokio::test]
async fn a_product_may_be_read_to_redeem_before_it_compares_the_state() {
    let departures = Departures { redeems_before_comparing_state: true, ..Departures::default() };
    let mut world = World::lax(Transport::in_process(), profile(), departures);
    world.transport.serve(&world.rp.authority(), world.rp.router());
    world.script.lock().unwrap().response = json!({"state": "made-up"});
    world.sign_in().await;
    assert_eq!(world.reason().as_deref(), Some("state_mismatch"));
    assert_eq!(world.requests("one token").len(), 1);
}
