//! Every page as it is sent, and what holds for all of them.

use http::{StatusCode, header};
use proptest::prelude::*;
use rstest::{Context, rstest};
use serde_json::json;

use super::policy::hash;
use super::templates::STYLE;
use super::*;
use crate::config::{UserConfig, example_users};

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// An ordinary request and everybody who may answer it.
struct Ordinary {
    scopes: Vec<String>,
    users: Vec<UserButton>,
    fields: Vec<(String, String)>,
    claims: EditedClaims,
}

fn ordinary() -> Ordinary {
    Ordinary {
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        users: example_users().iter().map(|(name, user)| UserButton::new(name, user)).collect(),
        fields: pairs(&[("client_id", "billing"), ("state", "s-1"), ("action", "deny")]),
        claims: EditedClaims::default(),
    }
}

impl Ordinary {
    fn page(&self) -> LoginPage<'_> {
        LoginPage {
            issuer: "http://127.0.0.1:9400/acme",
            client: Client { id: "billing", name: "Billing" },
            redirect_uri: "http://localhost:3000/callback",
            scopes: &self.scopes,
            response_type: "code",
            pkce: Some("S256"),
            notes: &[],
            users: &self.users,
            action: "/acme/authorize",
            fields: &self.fields,
            other_user: "",
            claims: &self.claims,
            error: None,
        }
    }
}

fn plain_login() -> Page {
    login(&ordinary().page())
}

fn login_with_remarks() -> Page {
    login(&LoginPage {
        client: Client { id: "spa", name: "spa" },
        pkce: None,
        scopes: &[],
        response_type: "id_token token",
        notes: &["no PKCE".to_owned(), "no nonce in an implicit request".to_owned()],
        ..ordinary().page()
    })
}

fn login_with_unreadable_claims() -> Page {
    let text = "{\r\n  \"roles\": [\"admin\" \"user\"]\r\n}";
    let claims =
        EditedClaims { id_token: "\n{}".to_owned(), userinfo: text.to_owned(), ..EditedClaims::default() };
    let mistake = parse_claims("claims.userinfo", text).unwrap_err();
    login(&LoginPage { claims: &claims, error: Some(mistake.into()), ..ordinary().page() })
}

fn login_with_nobody_named() -> Page {
    login(&LoginPage { error: Some(LoginError::NobodyNamed), ..ordinary().page() })
}

fn login_without_users() -> Page {
    login(&LoginPage { users: &[], other_user: "zoe", ..ordinary().page() })
}

fn login_with_many_users() -> Page {
    let users: Vec<_> =
        (1..=9).map(|n| UserButton::new(&format!("user-{n}"), &UserConfig::default())).collect();
    login(&LoginPage { users: &users, ..ordinary().page() })
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
    let claims = EditedClaims { id_token: "</textarea><script>".to_owned(), ..EditedClaims::default() };
    login(&LoginPage {
        users: &[UserButton::new("a\"b", &config)],
        claims: &claims,
        client: Client { id: "{{ 7 * 7 }}", name: "</title><script>" },
        redirect_uri: "http://a;script-src/%22%3E?x=\"><script>",
        ..ordinary().page()
    })
}

fn error_of_a_request() -> Page {
    let details = pairs(&[
        ("redirect_uri received", "http://localhost:3000/callback/"),
        ("registered for `billing`", "http://localhost:3000/callback"),
    ]);
    error(&ErrorPage {
        issuer: "http://127.0.0.1:9400/acme",
        code: "invalid_request",
        reason: "`redirect_uri` is not registered for client `billing`",
        clause: Some("OIDCC-3.1.2.1"),
        help: Some("register it, character by character, or correct the application"),
        details: &details,
    })
}

fn bare_error() -> Page {
    error(&ErrorPage {
        issuer: "https://idp.test",
        code: "invalid_request",
        reason: "`client_id` is missing",
        clause: None,
        help: None,
        details: &[],
    })
}

fn logout_question(client: Option<&str>, continue_to: Option<&str>) -> Page {
    confirm_logout(&ConfirmLogoutPage {
        issuer: "https://idp.test",
        user: Person { name: "Ada Fix", sub: "u-1001" },
        client,
        continue_to,
        action: "/logout",
        fields: &pairs(&[("state", "s-1"), ("action", "logout")]),
    })
}

fn logout_asked_by_a_client() -> Page {
    logout_question(Some("Billing"), Some("https://billing.test/bye"))
}

fn logout_asked_by_nobody_known() -> Page {
    logout_question(None, None)
}

fn signed_out_everywhere() -> Page {
    signed_out(&SignedOutPage {
        issuer: "https://idp.test",
        iframes: &[
            "https://billing.test/logout?iss=https%3A%2F%2Fidp.test&sid=1".to_owned(),
            "http://localhost:3000/out?sid=1".to_owned(),
        ],
        continue_to: Some("https://billing.test/bye?state=a&b=c"),
    })
}

fn signed_out_and_done() -> Page {
    signed_out(&SignedOutPage { issuer: "https://idp.test", iframes: &[], continue_to: None })
}

fn posted_response() -> Page {
    let fields = pairs(&[("code", "c-1"), ("state", "\"><script>"), ("submit", "x")]);
    form_post(&FormPostPage { action: "https://app.acme.test/callback?a=1&b=2", fields: &fields })
}

#[rstest]
#[case::login(plain_login())]
#[case::login_with_remarks(login_with_remarks())]
#[case::login_with_unreadable_claims(login_with_unreadable_claims())]
#[case::login_with_nobody_named(login_with_nobody_named())]
#[case::login_without_users(login_without_users())]
#[case::login_with_many_users(login_with_many_users())]
#[case::login_with_hostile_names(hostile_login())]
#[case::error(error_of_a_request())]
#[case::error_with_nothing_to_add(bare_error())]
#[case::logout_asked_by_a_client(logout_asked_by_a_client())]
#[case::logout_asked_by_nobody_known(logout_asked_by_nobody_known())]
#[case::signed_out_everywhere(signed_out_everywhere())]
#[case::signed_out_and_done(signed_out_and_done())]
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
    let page = signed_out(&SignedOutPage {
        issuer: "https://idp.test",
        iframes: &[],
        continue_to: Some("javascript:alert(1)"),
    });
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

/// Every page with one text in every place where a text may come from outside.
fn everywhere(text: &str) -> Vec<Page> {
    let texts = [text.to_owned()];
    let fields = [(text.to_owned(), text.to_owned())];
    let user = UserButton { user: text.into(), name: text.into(), sub: text.into(), gist: text.into() };
    let name = format!("name {text}");
    let claims = EditedClaims { id_token: text.into(), access_token: text.into(), userinfo: text.into() };
    let mistake = ClaimsMistake { field: "claims.id_token".into(), line: 1, column: 1, message: text.into() };
    let ask = LoginPage {
        issuer: text,
        client: Client { id: text, name: &name },
        redirect_uri: text,
        scopes: &texts,
        response_type: text,
        pkce: Some(&name),
        notes: &texts,
        users: &[user],
        action: text,
        fields: &fields,
        other_user: text,
        claims: &claims,
        error: Some(LoginError::Claims(mistake)),
    };
    let refusal = ErrorPage {
        issuer: text,
        code: text,
        reason: text,
        clause: Some(&name),
        help: Some(&name),
        details: &fields,
    };
    let question = ConfirmLogoutPage {
        issuer: text,
        user: Person { name: text, sub: text },
        client: Some(&name),
        continue_to: Some(&name),
        action: text,
        fields: &fields,
    };
    let target = format!("https://a.test/{text}");
    let goodbye = SignedOutPage { issuer: text, iframes: &texts, continue_to: Some(&target) };
    vec![
        login(&ask),
        error(&refusal),
        confirm_logout(&question),
        signed_out(&goodbye),
        form_post(&FormPostPage { action: text, fields: &fields }),
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
