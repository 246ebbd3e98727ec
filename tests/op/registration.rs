//! What a client says of itself, and what becomes of it.

use harness::user_agent::Page;
use serde_json::{Value, json};

use super::script::scripts;
use super::suite::{Client, Run, address, jose};

scripts![
    oidcc_registration_jwks_uri,
    oidcc_registration_logo_uri,
    oidcc_registration_policy_uri,
    oidcc_registration_tos_uri,
    oidcc_registration_sector_uri,
    oidcc_registration_sector_bad,
    oidcc_3rd_party_init_login,
    oidcc_3rd_party_init_login_nohttps,
];

/// Where clients publish their keys.
pub(super) const JWKS: &str = "/jwks";

/// A client that publishes its keys.
pub(super) async fn client_with_jwks_uri(run: &mut Run) -> Client {
    run.site.publish(JWKS, jose::CLIENT_KEYS[0].jwks().to_string());
    let jwks_uri = run.site.open().await + JWKS;
    run.registered(&json!({ "jwks": null, "jwks_uri": jwks_uri })).await
}

/// "URL for the Client's JWK Set" (OIDCR-2): the provider comes for the keys when the client proves who it is.
async fn oidcc_registration_jwks_uri(run: &mut Run) {
    let client = client_with_jwks_uri(run).await;
    run.plain_sign_in(&client).await;
    assert_eq!(run.site.hits(JWKS).len(), 1);
}

/// The login page of a client that says this of itself.
async fn login_page_with(run: &mut Run, member: &str, uri: &str) -> Page {
    let client = run.registered(&json!({ member: uri })).await;
    let signed = run.plain_sign_in(&client).await;
    let [page] = &signed.visit.logins[..] else { panic!("the login page is shown once") };
    page.clone()
}

/// "the OP SHOULD display this" (OIDCR-2)
async fn oidcc_registration_logo_uri(run: &mut Run) {
    let logo = address("/logo.png");
    let page = login_page_with(run, "logo_uri", &logo).await;
    // the page writes a slash as a reference, which is the same to a browser
    assert!(page.body.replace("&#x2f;", "/").contains(&format!("<img src=\"{logo}\"")), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("img-src data: https://rp.example"), "the browser may load it: {policy}");
}

async fn oidcc_registration_policy_uri(run: &mut Run) {
    let page = login_page_with(run, "policy_uri", &address("/policy")).await;
    assert_links(&page, &address("/policy"), "Privacy policy");
}

async fn oidcc_registration_tos_uri(run: &mut Run) {
    let page = login_page_with(run, "tos_uri", &address("/terms")).await;
    assert_links(&page, &address("/terms"), "Terms of service");
}

fn assert_links(page: &Page, uri: &str, text: &str) {
    assert!(page.links.iter().any(|(to, shown)| to.as_str() == uri && shown == text), "{:?}", page.links);
}

/// "The values of the registered `redirect_uris` MUST be included in the elements of the array" (OIDCR-5), and then the subject
/// is one that other sectors do not see (OIDCC-8.1).
async fn oidcc_registration_sector_uri(run: &mut Run) {
    let offered = run.metadata["subject_types_supported"].as_array().unwrap();
    assert!(offered.contains(&json!("pairwise")), "{offered:?}");
    let document = json!([address("/callback"), address("/second-callback")]);
    let members = pairwise(run, &document).await;
    let client = run.registered(&members).await;
    let public = run.registered(&json!({ "subject_type": "public" })).await;
    let [pairwise, public] = [run.plain_sign_in(&client).await, run.plain_sign_in(&public).await];
    assert_ne!(pairwise.id_token().sub(), public.id_token().sub());
    run.userinfo(pairwise.access_token(), pairwise.id_token().sub()).await;
}

async fn oidcc_registration_sector_bad(run: &mut Run) {
    let members = pairwise(run, &json!([address("/second-callback")])).await;
    let members = run.metadata_of_a_client(&members);
    run.register(&members).await.assert_error(400, "invalid_client_metadata");
}

/// What a client says of itself that belongs to the sector of this document.
async fn pairwise(run: &Run, document: &Value) -> Value {
    const SECTOR: &str = "/sector.json";
    run.site.publish(SECTOR, document.to_string());
    json!({ "subject_type": "pairwise", "sector_identifier_uri": run.site.open().await + SECTOR })
}

/// "`initiate_login_uri`: URI using the https scheme that a third party can use to initiate a login by the RP" (OIDCR-2); it is
/// said back at the registration (OIDCR-3.2) and when the client is read (OIDCR-4.3).
async fn oidcc_3rd_party_init_login(run: &mut Run) {
    let uri = address("/initiate-login");
    let client = run.registered(&json!({ "initiate_login_uri": uri })).await;
    let read = run.configuration(&client, "GET").await;
    read.assert_never_kept();
    let read = read.json_with(200);
    for told in [&read, &Value::Object(client.registered.clone())] {
        assert_eq!((&told["client_id"], &told["initiate_login_uri"]), (&json!(client.id), &json!(uri)));
    }
}

async fn oidcc_3rd_party_init_login_nohttps(run: &mut Run) {
    let uri = address("/initiate-login").replace("https:", "http:");
    let members = run.metadata_of_a_client(&json!({ "initiate_login_uri": uri }));
    run.register(&members).await.assert_error(400, "invalid_client_metadata");
}
