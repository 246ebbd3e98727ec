//! Request objects, by value and by reference.

use serde_json::{Value, json};

use super::script::scripts;
use super::suite::{Arrival, Client, Request, Run, address, jose, visit};

scripts![
    oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported,
    oidcc_ensure_request_object_with_redirect_uri,
    oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported,
    oidcc_request_uri_unsigned,
    oidcc_request_uri_signed_rs256,
];

/// What stands beside an object: `response_type`, `client_id` and a `scope` with `openid` stay in the query (OIDCC-6.1).
fn beside(request: &Request) -> Request {
    let inside = ["response_mode", "redirect_uri", "state", "nonce"];
    inside.into_iter().fold(request.clone(), Request::without)
}

/// "If the same parameter exists both in the Request Object and the OAuth Authorization Request parameters, the parameter in the
/// Request Object is used." (OIDCC-6.3.3) So the response has the state and the ID token the nonce of the object.
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(run: &mut Run) {
    assert_promised(run, "request_parameter_supported", "none");
    let client = run.client().await;
    let outer = run.request(&client);
    let meant = run.request(&client);
    assert_ne!((outer.value("state"), outer.value("nonce")), (meant.value("state"), meant.value("nonce")));
    let sent = outer.with("request", &jose::unsigned(&Value::Object(meant.as_claims())));
    let visit = run.visit_as(&sent, &meant).await;
    run.completed(&client, &meant, visit).await;
}

/// The metadata says that request objects, secured so, are understood: then none may be ignored or refused.
fn assert_promised(run: &Run, member: &str, algorithm: &str) {
    let algorithms = run.metadata["request_object_signing_alg_values_supported"].as_array().unwrap();
    assert_eq!(run.metadata[member], true);
    assert!(algorithms.contains(&json!(algorithm)), "{algorithms:?}");
}

/// The redirect URI in the object is the client's, the one beside it is not. Going to the first is right and so is an error
/// page; going anywhere else is not.
async fn oidcc_ensure_request_object_with_redirect_uri(run: &mut Run) {
    let client = run.client().await;
    let meant = run.request(&client);
    let object = jose::unsigned(&Value::Object(meant.as_claims()));
    let sent = meant.clone().with("redirect_uri", &address("/not-registered")).with("request", &object);
    let visit = run.visit_as(&sent, &meant).await;
    assert!(run.site.hits("/not-registered").is_empty());
    if let Arrival::Provider(page) = &visit.arrival {
        visit::assert_error_page(page);
    } else {
        run.completed(&client, &meant, visit).await;
    }
}

/// A provider that does not promise references has to refuse them by name; ignoring them is wrong in any case.
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(run: &mut Run) {
    if run.metadata["request_uri_parameter_supported"] == false {
        let client = run.client().await;
        let request = run.request(&client).with("request_uri", "https://rp.example/request-object");
        run.visit(&request).await.response().assert_refused_with(&["request_uri_not_supported"]);
    } else {
        by_reference(run, "none", |_, claims| jose::unsigned(claims)).await;
    }
}

/// A dynamic provider cannot do without (OIDCC-15.2).
async fn oidcc_request_uri_unsigned(run: &mut Run) {
    by_reference(run, "none", |_, claims| jose::unsigned(claims)).await;
}

/// A signed object says who it is from and for: "If signed, the Request Object SHOULD contain the Claims `iss` (issuer) and `aud`
/// (audience) as members." (OIDCC-6.1)
async fn oidcc_request_uri_signed_rs256(run: &mut Run) {
    let issuer = run.op.issuer.clone();
    let signed = |client: &Client, claims: &Value| {
        let mut claims = claims.clone();
        claims["iss"] = json!(client.id);
        claims["aud"] = json!(issuer);
        client.key().signed(&claims)
    };
    by_reference(run, "RS256", signed).await;
}

/// A client registers the address of its request object and signs somebody in with it (OIDCC-6.2).
async fn by_reference(run: &mut Run, algorithm: &str, object: impl FnOnce(&Client, &Value) -> String) {
    const PATH: &str = "/request-object";
    assert_promised(run, "request_uri_parameter_supported", algorithm);
    let reference = run.site.open().await + PATH;
    let client = run.registered(&json!({ "request_uris": [reference] })).await;
    let meant = run.request(&client);
    run.site.publish(PATH, object(&client, &Value::Object(meant.as_claims())));
    let sent = beside(&meant).with("request_uri", &reference);
    let visit = run.visit_as(&sent, &meant).await;
    assert_eq!(run.site.hits(PATH).len(), 1, "the object was fetched");
    run.completed(&client, &meant, visit).await;
}
