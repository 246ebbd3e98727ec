//! `WebFinger`: from a person's address to the issuer, and on to its metadata.

use rstest::rstest;
use serde_json::json;

use crate::support::app::{App, read};

fn app(more: &serde_json::Value) -> App {
    let mut config = json!({
        "issuer": "/acme",
        "users": { "ada": { "claims": { "email": "ada@home.test" } } },
    });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    App::of(&config)
}

#[rstest]
#[case::a_mail_address("acct:ada@home.test", "https://idp.test/acme")]
#[case::a_name_at_this_host("acct:ada@idp.test", "https://idp.test/acme")]
#[case::the_server("https://idp.test", "https://idp.test/acme")]
#[case::the_issuer("https://idp.test/acme", "https://idp.test/acme")]
#[case::a_persons_page("https://idp.test/ada", "https://idp.test/acme")]
#[tokio::test]
async fn a_resource_leads_to_its_issuer(#[case] resource: &str, #[case] issuer: &str) {
    let app = app(&json!({}));
    let answer = app.get(&format!("/.well-known/webfinger?resource={resource}")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/jrd+json");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let rel = "http://openid.net/specs/connect/1.0/issuer";
    assert_eq!(
        json!(read(&answer)),
        json!({ "subject": resource, "links": [{ "rel": rel, "href": issuer }] })
    );
    let path = issuer.strip_prefix("https://idp.test").unwrap();
    let metadata = read(&app.get(&format!("{path}/.well-known/openid-configuration")).await);
    assert_eq!(metadata["issuer"], issuer);
}

#[tokio::test]
async fn where_any_path_is_an_issuer_its_url_leads_to_itself() {
    let app = App::of(&json!({ "clients": {} }));
    let answer = app.get("/.well-known/webfinger?resource=https://idp.test/other/").await;
    assert_eq!(read(&answer)["links"][0]["href"], "https://idp.test/other");
}

#[rstest]
#[case::nobody("resource=acct:eve@home.test", 404)]
#[case::a_name_at_another_host("resource=acct:ada@elsewhere.test", 404)]
#[case::another_server("resource=https://elsewhere.test/acme", 404)]
#[case::no_issuer("resource=https://idp.test/other", 404)]
#[case::no_resource("rel=x", 400)]
#[case::no_uri("resource=ada", 400)]
#[case::twice("resource=acct:ada@home.test&resource=acct:ada@idp.test", 400)]
#[tokio::test]
async fn what_is_not_known_is_not_found_and_what_is_not_asked_is_bad(
    #[case] query: &str,
    #[case] status: u16,
) {
    let answer = app(&json!({})).get(&format!("/.well-known/webfinger?{query}")).await;
    assert_eq!(answer.status(), status, "{}", String::from_utf8_lossy(answer.body()));
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn only_the_links_that_are_wanted_come_back() {
    let answer =
        app(&json!({})).get("/.well-known/webfinger?resource=acct:ada@home.test&rel=avatar&rel=me").await;
    assert_eq!(read(&answer)["links"], json!([]));
}
