//! `sector_identifier_uri` and pairwise subjects, from registration to the tokens (OIDCR-5, OIDCC-8.1).

use mock_idp::protocol::keys::jws;
use rstest::rstest;
use serde_json::{Value, json};

use super::provider::Op;
use super::site::Site;

const HERE: &str = "https://a.example/cb";
const THERE: &str = "https://b.example/cb";

/// The subject that a client is told of ada when it signs her in.
async fn subject(op: &Op, client: &str) -> String {
    let request = op.get(
        "/authorize",
        &[
            ("client_id", client),
            ("redirect_uri", HERE),
            ("response_type", "id_token"),
            ("scope", "openid"),
            ("nonce", "n"),
            ("login_hint", "ada"),
        ],
    );
    let answer = request.send().await.unwrap();
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let fragment = location.split_once('#').unwrap().1;
    let id_token = url::form_urlencoded::parse(fragment.as_bytes()).find(|(name, _)| name == "id_token");
    let token = jws::decode(&id_token.unwrap().1).unwrap();
    token.claims["sub"].as_str().unwrap().to_owned()
}

fn pairwise(redirect_uris: &[&str], sector: Option<&str>) -> Value {
    json!({
        "redirect_uris": redirect_uris,
        "response_types": ["id_token"],
        "subject_type": "pairwise",
        "sector_identifier_uri": sector,
    })
}

#[tokio::test]
async fn clients_whose_sector_confirms_them_share_its_subjects() {
    let site = Site::open().await;
    site.publish("/uris.json", json!([HERE, THERE]).to_string());
    let op = Op::start(json!({ "users": { "ada": { "sub": "u-1" } } })).await;
    let mut subjects = Vec::new();
    for redirect_uris in [&[HERE][..], &[HERE, THERE]] {
        let (status, told) = op.register(pairwise(redirect_uris, Some(&site.url("/uris.json")))).await;
        assert_eq!(status, 201, "{told:?}: {}", op.last_cause());
        assert_eq!(
            (&told["subject_type"], &told["sector_identifier_uri"]),
            (&json!("pairwise"), &json!(site.url("/uris.json")))
        );
        subjects.push(subject(&op, told["client_id"].as_str().unwrap()).await);
    }
    let (_, alone) = op.register(pairwise(&[HERE], None)).await;
    subjects.push(subject(&op, alone["client_id"].as_str().unwrap()).await);
    assert_eq!(subjects[0], subjects[1]);
    assert_ne!(subjects[0], subjects[2], "without the document the sector is another");
    assert!(!subjects.contains(&"u-1".to_owned()));
    assert_eq!(site.visits("/uris.json"), 2, "each registration is confirmed anew");
}

#[rstest]
#[case::one_missing("/short", "it does not list the redirect URI `https://b.example/cb`")]
#[case::an_object("/object", "it is not a list of URIs")]
#[case::not_there("/nothing", "the answer has the status 404")]
#[tokio::test]
async fn a_sector_that_does_not_confirm_the_client_fails_the_registration(
    #[case] path: &str,
    #[case] why: &str,
) {
    let site = Site::open().await;
    site.publish("/short", json!([HERE]).to_string());
    site.publish("/object", json!({ "redirect_uris": [HERE, THERE] }).to_string());
    let op = Op::start(json!({})).await;
    for kind in ["pairwise", "public"] {
        let mut metadata = pairwise(&[HERE, THERE], Some(&site.url(path)));
        metadata["subject_type"] = kind.into();
        let (status, answer) = op.register(metadata).await;
        assert_eq!((status.as_u16(), &answer["error"]), (400, &json!("invalid_client_metadata")));
        assert!(op.last_cause().contains(why), "{}", op.last_cause());
    }
}

#[rstest]
#[case::several_hosts(pairwise(&[HERE, THERE], None), "on several hosts")]
#[case::plain_http(pairwise(&[HERE], Some("http://sector.example/uris.json")), "an https URL")]
#[case::host_that_is_not_allowed(pairwise(&[HERE], Some("https://sector.example/uris.json")), "`--allow-outgoing sector.example`")]
#[case::no_host(json!({ "redirect_uris": ["com.example.app:/cb"], "application_type": "native", "subject_type": "pairwise" }), "has a host")]
#[case::another_type(json!({ "redirect_uris": [HERE], "subject_type": "secret" }), "there are public, pairwise")]
#[tokio::test]
async fn pairwise_subjects_need_a_sector(#[case] metadata: Value, #[case] why: &str) {
    let op = Op::start(json!({})).await;
    let (status, answer) = op.register(metadata).await;
    assert_eq!((status.as_u16(), &answer["error"]), (400, &json!("invalid_client_metadata")));
    assert!(op.last_cause().contains(why), "{}", op.last_cause());
}

#[rstest]
#[case::clients_may_register(json!({}), &["public", "pairwise"])]
#[case::a_client_has_them(json!({ "clients": { "app": { "secret": "s", "redirect_uris": [HERE], "subject_type": "pairwise" } } }), &["public", "pairwise"])]
#[case::nobody_can_have_them(json!({ "clients": { "app": { "secret": "s" } } }), &["public"])]
#[tokio::test]
async fn pairwise_subjects_are_advertised_where_they_can_be_had(
    #[case] config: Value,
    #[case] expected: &[&str],
) {
    let op = Op::start(config).await;
    let metadata = op.get("/.well-known/openid-configuration", &[]).send().await.unwrap();
    let metadata: Value = metadata.json().await.unwrap();
    assert_eq!(metadata["subject_types_supported"], json!(expected));
}
