//! Every page as it is sent, and what holds for all of them.

use std::sync::Arc;

use http::{StatusCode, header};
use proptest::prelude::*;
use rstest::{Context, rstest};
use serde_json::json;

use super::policy::hash;
use super::templates::STYLE;
use super::*;
use crate::config::{Document, IdpConfig, UserConfig};
use crate::protocol::Timestamp;
use crate::protocol::authorization::Unredirectable;
use crate::protocol::client::Presentation;
use crate::protocol::logout::EndSessionError;
use crate::provider::ports::{SeededEntropy, VirtualClock};
use crate::provider::{
    CallFailed, ClaimsMistake, Confirmation, ConsentPage, DevicePage, EnterCode, FrontChannelCall,
    IssuerName, LoggedOut, LoginPage, LoginProblem, Ports, Provider, Released, ReleasedClaim, Told,
    UserSummary,
};

const ISSUER: &str = "http://127.0.0.1:9400/acme";

/// The users as a provider with this configuration lists them.
fn listed(users: &serde_json::Value) -> Vec<UserSummary> {
    let config: IdpConfig = serde_json::from_value(json!({ "users": users })).unwrap();
    let entropy = SeededEntropy::new(1, "pages");
    let keys = Provider::keys_for(&config, &entropy).unwrap();
    let ports = Ports {
        clock: Arc::new(VirtualClock::at(Timestamp(0))),
        entropy: Arc::new(entropy),
        listener: None,
        certificate_port: None,
    };
    Provider::new(&config, IssuerName::Below("/acme".to_owned()), keys, ports).users()
}

/// The page for an ordinary request.
fn ordinary() -> LoginPage {
    LoginPage {
        issuer: ISSUER.to_owned(),
        client_id: "billing".to_owned(),
        client_name: "Billing".to_owned(),
        client_registered: true,
        redirect_uri: "http://localhost:3000/callback".to_owned(),
        response_type: "code",
        response_mode: "query",
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        claims_asked_for: vec!["roles (id_token)".to_owned(), "email (userinfo, essential)".to_owned()],
        pkce: Some("S256"),
        users: listed(&json!({})),
        request: "client_id=billing&state=s-1".to_owned(),
        ..LoginPage::default()
    }
}

fn login_page(page: &LoginPage) -> Page {
    login(page, "/acme/login")
}

fn plain_login() -> Page {
    login_page(&ordinary())
}

fn login_with_remarks() -> Page {
    login_page(&LoginPage {
        client_id: "spa".to_owned(),
        client_name: "spa".to_owned(),
        client_registered: false,
        pkce: None,
        scopes: Vec::new(),
        response_type: "id_token token",
        response_mode: "fragment",
        notes: vec!["no PKCE".to_owned(), "no nonce in an implicit request".to_owned()],
        ..ordinary()
    })
}

fn login_with_unreadable_claims() -> Page {
    let text = "{\r\n  \"roles\": [\"admin\" \"user\"]\r\n}";
    let mistake = ClaimsMistake {
        field: "claims.userinfo",
        line: 2,
        column: 21,
        message: "expected `,` or `]`".to_owned(),
    };
    login_page(&LoginPage {
        claims: ["\n{}".to_owned(), String::new(), text.to_owned()],
        problem: Some(mistake.into()),
        ..ordinary()
    })
}

fn login_with_nobody_named() -> Page {
    login_page(&LoginPage { problem: Some(LoginProblem::Nobody), ..ordinary() })
}

fn login_without_users() -> Page {
    login_page(&LoginPage { users: Vec::new(), other_user: "zoe".to_owned(), ..ordinary() })
}

fn login_with_many_users() -> Page {
    let users = (1..=9).map(|n| (format!("user-{n}"), json!({}))).collect();
    login_page(&LoginPage { users: listed(&serde_json::Value::Object(users)), ..ordinary() })
}

fn hostile_login() -> Page {
    let config: UserConfig = serde_json::from_value(json!({
        "sub": "\"><script>alert(1)</script>",
        "claims": {
            "name": "</button><script>alert(1)</script>",
            "nickname": "\u{202e}nimda\u{2066} & co",
            "<img src=x onerror=alert(1)>": "x".repeat(1 << 20),
            "groups": ["</bdi>"],
        },
        "id_token": { "groups": { "$unset": true }, "roles": null },
        "userinfo": { "a": 1 },
    }))
    .unwrap();
    login_page(&LoginPage {
        users: listed(&json!({ "a\"b": config })),
        claims: ["</textarea><script>".to_owned(), String::new(), String::new()],
        client_id: "{{ 7 * 7 }}".to_owned(),
        client_name: "</title><script>".to_owned(),
        redirect_uri: "http://a;script-src/%22%3E?x=\"><script>".to_owned(),
        ..ordinary()
    })
}

fn consent_page(page: &ConsentPage) -> Page {
    consent(page, "/acme/consent")
}

fn agreement(released: &[(Document, &[(&str, &str)])]) -> ConsentPage {
    let claim = |(name, value): &(&str, &str)| ReleasedClaim { name: (*name).into(), value: (*value).into() };
    ConsentPage {
        issuer: ISSUER.to_owned(),
        client_id: "billing".to_owned(),
        client_name: "Billing".to_owned(),
        redirect_uri: "https://billing.test/callback".to_owned(),
        user: ada(),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        released: released
            .iter()
            .map(|(document, claims)| Released {
                document: *document,
                claims: claims.iter().map(claim).collect(),
            })
            .collect(),
        request: "client_id=billing&state=s-1".to_owned(),
        seal: "seal".to_owned(),
        ..ConsentPage::default()
    }
}

fn consent_to_a_lot() -> Page {
    let sub = ("sub", "\"u-1001\"");
    let released: [(Document, &[_]); 3] = [
        (Document::IdToken, &[sub]),
        (Document::AccessToken, &[sub, ("roles", "[\"admin\"]")]),
        (
            Document::Userinfo,
            &[sub, ("email", "\"ada@acme.test\""), ("</dd><script>", "\"</code><script>\"")],
        ),
    ];
    let page = |path: &str| Some(format!("https://billing.test/{path}"));
    let presentation = Presentation {
        home: page(""),
        logo: page("logo.png"),
        policy: page("privacy"),
        terms: page("terms"),
    };
    consent_page(&ConsentPage {
        claims_asked_for: vec!["email (userinfo, essential)".to_owned()],
        offline: true,
        presentation,
        ..agreement(&released)
    })
}

fn consent_to_nothing() -> Page {
    consent_page(&ConsentPage { scopes: Vec::new(), ..agreement(&[]) })
}

fn unregistered_redirect_uri() -> Page {
    let cause = Unredirectable::RedirectUriNotRegistered {
        client_id: "billing".to_owned(),
        found: "http://localhost:3000/callback/".to_owned(),
        nearest: Some("http://localhost:3000/callback".to_owned()),
        differs_at: 31,
    };
    error(&cause, ISSUER)
}

fn refused_logout() -> Page {
    error(&EndSessionError::UnknownClient("nobody".to_owned()), "https://idp.test")
}

fn ada() -> UserSummary {
    UserSummary {
        name: "ada".to_owned(),
        subject: "u-1001".to_owned(),
        label: "Ada Fix".to_owned(),
        gist: String::new(),
    }
}

fn logout_question(client: Option<&str>, continue_to: Option<&str>) -> Page {
    let question = Confirmation {
        user: ada(),
        client_name: client.map(str::to_owned),
        return_to: continue_to.map(str::to_owned),
        request: vec![("state".to_owned(), "s-1".to_owned()), ("sid".to_owned(), "1".to_owned())],
    };
    confirm_logout(&question, "https://idp.test", "/logout")
}

fn logout_asked_by_a_client() -> Page {
    logout_question(Some("Billing"), Some("https://billing.test/bye"))
}

fn logout_asked_by_nobody_known() -> Page {
    logout_question(None, None)
}

fn goodbye(frames: &[&str], told: &[Told], return_to: Option<&str>) -> Page {
    let frames = frames
        .iter()
        .map(|url| FrontChannelCall { client_id: "billing".to_owned(), url: (*url).to_owned() })
        .collect();
    let logged_out = LoggedOut {
        user: Some("ada".to_owned()),
        frames,
        calls: Vec::new(),
        return_to: return_to.map(str::to_owned),
    };
    signed_out(&logged_out, told, "https://idp.test")
}

fn signed_out_everywhere() -> Page {
    let frames =
        ["https://billing.test/logout?iss=https%3A%2F%2Fidp.test&sid=1", "http://localhost:3000/out?sid=1"];
    goodbye(&frames, &[], Some("https://billing.test/bye?state=a&b=c"))
}

fn signed_out_and_done() -> Page {
    goodbye(&[], &[], None)
}

fn signed_out_through_the_back_channel() -> Page {
    let told =
        |url: &str, outcome| Told { client_id: "app".to_owned(), url: url.to_owned(), status: None, outcome };
    let told = [
        told("https://billing.test/logged-out", Ok(())),
        told("https://crm.test/bye", Err(CallFailed::NotAllowed("crm.test".to_owned()))),
    ];
    goodbye(&[], &told, None)
}

fn posted_response() -> Page {
    let fields = [("code", "c-1"), ("state", "\"><script>"), ("submit", "x")];
    form_post(
        "https://app.acme.test/callback?a=1&b=2",
        &fields.map(|(name, value)| (name.to_owned(), value.to_owned())),
    )
}

fn wrong_code(typed: &str) -> EnterCode {
    EnterCode { typed: typed.to_owned(), unknown: true }
}

fn waiting_device() -> DevicePage {
    DevicePage {
        issuer: ISSUER.to_owned(),
        user_code: "WDJB-MJHT".to_owned(),
        client_id: "tv".to_owned(),
        client_name: "The <TV>".to_owned(),
        client_registered: true,
        scopes: vec!["openid".to_owned(), "profile".to_owned()],
        users: listed(&json!({})),
        ..DevicePage::default()
    }
}

#[rstest]
#[case::login(plain_login())]
#[case::login_with_remarks(login_with_remarks())]
#[case::login_with_unreadable_claims(login_with_unreadable_claims())]
#[case::login_with_nobody_named(login_with_nobody_named())]
#[case::login_without_users(login_without_users())]
#[case::login_with_many_users(login_with_many_users())]
#[case::login_with_hostile_names(hostile_login())]
#[case::device_code_asked_for(enter_code(&EnterCode::default(), ISSUER, "/acme/device"))]
#[case::device_code_unknown(enter_code(&wrong_code("\"><script>"), ISSUER, "/acme/device"))]
#[case::device(device(&waiting_device(), "/acme/device"))]
#[case::device_with_nobody_named(device(&DevicePage { nobody_named: true, ..waiting_device() }, "/acme/device"))]
#[case::device_connected(device_answered("The <TV>", Some(&ada()), ISSUER))]
#[case::device_denied(device_answered("The <TV>", None, ISSUER))]
#[case::consent_to_a_lot(consent_to_a_lot())]
#[case::consent_to_nothing(consent_to_nothing())]
#[case::error(unregistered_redirect_uri())]
#[case::error_of_a_logout(refused_logout())]
#[case::logout_asked_by_a_client(logout_asked_by_a_client())]
#[case::logout_asked_by_nobody_known(logout_asked_by_nobody_known())]
#[case::logout_not_wanted(still_signed_in(&ada(), "https://idp.test"))]
#[case::signed_out_everywhere(signed_out_everywhere())]
#[case::signed_out_and_done(signed_out_and_done())]
#[case::signed_out_through_the_back_channel(signed_out_through_the_back_channel())]
#[case::form_post(posted_response())]
fn a_page_is_sent_as(#[context] context: Context, #[case] page: Page) {
    assert_only_hashed_elements(&page);
    assert_labelled(&page);
    let policy = page.content_security_policy.replace(&hash(STYLE), "'(style.css)'");
    let body = page.body.replace(STYLE, "/* style.css */");
    insta::with_settings!({ snapshot_suffix => context.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(format!("{}\n\n{body}", policy.replace("; ", ";\n")));
    });
}

/// The text of every inline style and script is one that the policy allows.
fn assert_only_hashed_elements(page: &Page) {
    for element in ["style", "script"] {
        let mut rest = page.body.as_str();
        while let Some((_, after)) = rest.split_once(&format!("<{element}>")) {
            let (text, after) = after.split_once(&format!("</{element}>")).unwrap();
            assert!(
                page.content_security_policy.contains(&hash(text)),
                "a {element} that its policy forbids: {text}"
            );
            rest = after;
        }
    }
    assert!(!page.body.contains("<script "), "a script with attributes");
    assert!(!page.body.contains(" style="), "the policy forbids style attributes");
}

/// What people with a screen reader rely on: one heading, landmarks, a language, a label for every field.
fn assert_labelled(page: &Page) {
    let count = |what: &str| page.body.matches(what).count();
    for once in ["<h1>", "<main ", "<header>", "<html lang=\"en\">", "<title>", "href=\"#main\""] {
        assert_eq!(count(once), 1, "{once}");
    }
    assert!(page.body.contains(" – test provider</title>"));
    assert_eq!(count("<label for="), count("<textarea ") + count("<input type=\"text\""));
}

#[rstest]
#[case::core("OIDCC-3.1.2.6", Some("https://openid.net/specs/openid-connect-core-1_0.html"))]
#[case::an_rfc("RFC6749-4.1.2.1", Some("https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1"))]
#[case::a_numbered_sentence("RFC7636-4.6-2", Some("https://www.rfc-editor.org/rfc/rfc7636#section-4.6"))]
#[case::something_else("XYZ-1", None)]
fn a_clause_can_be_read(#[case] clause: &str, #[case] url: Option<&str>) {
    assert_eq!(error::clause_url(clause).as_deref(), url);
}

#[test]
fn a_target_that_is_a_script_is_not_followed() {
    let page = goodbye(&[], &[], Some("javascript:alert(1)"));
    assert!(!page.body.contains("javascript:"));
    assert!(!page.content_security_policy.contains("script-src"));
}

#[test]
fn a_page_is_neither_stored_nor_framed() {
    let page = plain_login();
    let policy = page.content_security_policy.clone();
    let response = page.into_response(StatusCode::OK);
    let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    assert_eq!(header(header::CACHE_CONTROL), Some("no-store"));
    assert_eq!(header(header::X_FRAME_OPTIONS), Some("DENY"));
    assert_eq!(header(header::CONTENT_TYPE), Some("text/html; charset=utf-8"));
    assert_eq!(header(header::CONTENT_SECURITY_POLICY), Some(policy.as_str()));
}

#[test]
fn only_the_form_that_carries_a_response_may_be_framed() {
    let response = posted_response().into_response(StatusCode::OK);
    assert!(!response.headers().contains_key(header::X_FRAME_OPTIONS));
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(!policy.contains("frame-ancestors"), "{policy}");
}

/// Every page with one text in every place where a text may come from outside.
fn everywhere(text: &str) -> Vec<Page> {
    let name = format!("name {text}");
    let fields = vec![(text.to_owned(), text.to_owned())];
    let user = UserSummary { name: text.into(), subject: text.into(), label: text.into(), gist: text.into() };
    let mistake = ClaimsMistake { field: "claims.id_token", line: 1, column: 1, message: text.into() };
    let ask = LoginPage {
        issuer: text.into(),
        client_id: text.into(),
        client_name: name.clone(),
        client_registered: true,
        redirect_uri: text.into(),
        response_type: "code",
        response_mode: "query",
        scopes: vec![text.into()],
        claims_asked_for: vec![text.into()],
        pkce: Some("S256"),
        notes: vec![text.into()],
        users: vec![user.clone()],
        other_user: text.into(),
        request: text.into(),
        presentation: Presentation {
            home: Some(text.into()),
            logo: Some(text.into()),
            policy: Some(text.into()),
            terms: Some(text.into()),
        },
        claims: [(); 3].map(|()| text.to_owned()),
        fault: text.into(),
        problem: Some(LoginProblem::Claims(mistake)),
    };
    let ask_again = LoginPage { problem: Some(LoginProblem::Fault { message: text.into() }), ..ask.clone() };
    let agree = ConsentPage {
        issuer: text.into(),
        client_id: text.into(),
        client_name: name.clone(),
        presentation: ask.presentation.clone(),
        redirect_uri: text.into(),
        user: user.clone(),
        scopes: vec![text.into()],
        claims_asked_for: vec![text.into()],
        released: vec![Released {
            document: Document::IdToken,
            claims: vec![ReleasedClaim { name: text.into(), value: text.into() }],
        }],
        offline: true,
        request: text.into(),
        seal: text.into(),
        fault: text.into(),
    };
    let refusal = Unredirectable::UnknownClient { client_id: text.into(), nearest: Some(name.clone()) };
    let question = Confirmation {
        user: user.clone(),
        client_name: Some(name.clone()),
        return_to: Some(name),
        request: fields.clone(),
    };
    let waiting = DevicePage {
        issuer: text.into(),
        user_code: text.into(),
        client_id: text.into(),
        client_name: format!("name {text}"),
        presentation: ask.presentation.clone(),
        scopes: vec![text.into()],
        users: vec![user.clone()],
        ..DevicePage::default()
    };
    vec![
        login(&ask, text),
        login(&ask_again, text),
        consent(&agree, text),
        enter_code(&wrong_code(text), text, text),
        device(&waiting, text),
        device_answered(text, Some(&user), text),
        error(&refusal, text),
        confirm_logout(&question, text, text),
        still_signed_in(&user, text),
        goodbye(&[text], &[], Some(&format!("https://a.test/{text}"))),
        form_post(text, &fields),
    ]
}

/// The characters that make markup, in order.
fn markup(page: &Page) -> String {
    page.body.chars().filter(|c| matches!(c, '<' | '>' | '"')).collect()
}

proptest! {
    #[test]
    fn no_text_becomes_markup(text in "x[<>\"'&/a-z{}%#=;\\PC]{0,20}") {
        for (hostile, plain) in everywhere(&text).iter().zip(everywhere("x")) {
            prop_assert_eq!(markup(hostile), markup(&plain));
        }
    }
}
