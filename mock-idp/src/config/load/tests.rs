use rstest::{Context, rstest};

use super::*;
use crate::source::{Severity, Style, render};

fn complaints(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let found = match load(&mut sources, name, text.into()) {
        Ok(loaded) => loaded.warnings,
        Err(found) => found,
    };
    render(&found, &sources, Style::Plain)
}

const TYPICAL_SLIPS: &str = r"idp:
  issuer: https://idp.acme.test/realm/
  clock: tomorrow
  signing:
    - { alg: RS265, kid: main }
    - { alg: ES256, kid: main }
  lifetimes: { code: 10 minutes, id_tokens: 5m, access_token: 0s }
  clients:
    bindplane:
      secret: 1234
      redirect_uri: [https://bindplane.test/oidc/redirect]
      post_logout_redirect_uris: [/signed-out]
      flows: [code, implict]
    spa:
      public: yes
      pkce: S256
      redirect_uris: [https://spa.test/#/callback, spa.test]
      auth_method: client_secret_pos
  users:
    ben:
      sub: 2002
      claims: { groups: [ops], email: { $unset: true } }
      id_token: { email: { $unset: yes } }
      userinfo: { sub: 2002 }
      acces_token: {}
";

#[test]
fn a_file_with_typical_slips_is_told_all_of_them_at_once() {
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(complaints("idp.yaml", TYPICAL_SLIPS));
    });
}

/// A slip in one place, and settings that contradict each other in another.
#[test]
fn a_slip_does_not_hide_what_other_settings_contradict() {
    let said = complaints(
        "idp.yaml",
        "signing: { alg: RS265 }\nclients:\n  one: { secrt: s }\n  two: { public: true, secret: s, redirect_uris: [https://app.test/] }\n\
         users: { ben: { sub: 2002 } }\nauto_login: bne\n",
    );
    for part in [
        "`RS265` is not",
        "unknown key `secrt`",
        "client `two` is public and has a secret",
        "must be a string",
        "user `bne`",
    ] {
        assert!(said.contains(part), "{part} is not said:\n{said}");
    }
    // What is only misspelt is not also told to be missing.
    assert!(!said.contains("client `one` has no"), "{said}");
}

#[rstest]
#[case::public_with_secret("clients: {app: {public: true, secret: s, redirect_uris: [https://app.test/]}}\n")]
#[case::no_secret("clients: {app: {redirect_uris: [https://app.test/]}}\n")]
#[case::public_client_credentials("clients: {app: {public: true, flows: [client_credentials]}}\n")]
#[case::hmac_without_secret(
    "clients: {app: {public: true, id_token_alg: HS256, redirect_uris: [https://app.test/]}}\n"
)]
#[case::access_token_by_a_secret(
    "clients: {app: {secret: s, access_token_alg: HS256, redirect_uris: [https://app.test/]}}\n"
)]
#[case::encrypted_without_a_key(
    "clients: {app: {secret: s, redirect_uris: [https://app.test/], id_token_encryption: {alg: RSA-OAEP}, userinfo_encryption: {alg: ECDH-ES}}}\n"
)]
#[case::encrypted_in_an_unknown_way(
    "clients: {app: {secret: s, redirect_uris: [https://app.test/], userinfo_encryption: {alg: RSA1_5, enc: A192GCM}}}\n"
)]
#[case::unsigned_in_the_browser(
    "clients: {app: {secret: s, redirect_uris: [https://app.test/], id_token_alg: none}}\n"
)]
#[case::signed_requests_without_keys(
    "clients: {app: {secret: s, request_object_alg: ES256, redirect_uris: [https://app.test/]}}\n"
)]
#[case::public_and_basic(
    "clients: {app: {public: true, auth_method: client_secret_basic, redirect_uris: [https://app.test/]}}\n"
)]
#[case::certificate_of_anybody(
    "clients: {app: {auth_method: tls_client_auth, redirect_uris: [https://app.test/]}}\n"
)]
#[case::certificate_of_nobody(
    "clients: {app: {auth_method: tls_client_auth, certificate: {subject_dn: app}, redirect_uris: [https://app.test/]}}\n"
)]
#[case::certificate_for_nothing(
    "clients: {app: {secret: s, certificate: {san_dns: app.test}, redirect_uris: [https://app.test/]}}\n"
)]
#[case::self_signed_without_keys(
    "clients: {app: {auth_method: self_signed_tls_client_auth, redirect_uris: [https://app.test/]}}\n"
)]
#[case::nowhere_to_return("clients: {app: {secret: s}}\n")]
#[case::uri_without_scheme("clients: {app: {secret: s, redirect_uris: ['localhost:3000/cb']}}\n")]
#[case::uri_beyond_ascii("clients: {app: {secret: s, redirect_uris: ['https://app.test/über uns']}}\n")]
#[case::misspelt_scope(
    "scopes: {billing: [roles]}\nclients: {app: {secret: s, scopes: [opneid, billng, x], redirect_uris: [https://a.test/]}}\n"
)]
#[case::hmac_as_a_key("signing: {alg: HS256}\n")]
#[case::auto_login_of_a_stranger("auto_login: bne\nusers: {ada: {}, ben: {}}\n")]
#[case::auto_login_of_no_example("auto_login: adda\n")]
#[case::auto_login_of_a_stranger_among_other_slips("auto_login: bne\nusers: {ben: {sub: 7}}\n")]
#[case::repeated_key_and_others("users: {ada: {}, ada: {}}\nlifetime: {}\nauto_login: adda\n")]
#[case::shared_subject("users: {ada: {sub: u-1}, ben: {sub: u-1}}\n")]
#[case::long_subject("users: {ada: {sub: \"ünïcode\"}}\n")]
#[case::issuer_without_slash("issuer: acme\n")]
#[case::issuer_with_query("issuer: https://idp.test/?x=1\n")]
#[case::issuer_over_http("issuer: http://idp.acme.test/realm\n")]
#[case::keys_in_two_places(
    "clients: {app: {jwks: {keys: []}, jwks_uri: 'https://app.test/jwks', flows: [client_credentials]}}\n"
)]
#[case::pairwise_without_a_sector(
    "clients: {app: {secret: s, subject_type: pairwise, redirect_uris: ['https://a.test/', 'https://b.test/']}}\n"
)]
#[case::claims_keyed_with_a_secret(
    "users: {ada: {claim_sources: {bank: {aggregated: {claims: {a: 1}, alg: HS256}}}}}\n"
)]
#[case::claims_of_no_known_kind("users: {ada: {claim_sources: {bank: {agregated: {claims: {a: 1}}}}}}\n")]
#[case::claims_with_two_sources(
    "users: {ada: {claim_sources: {bank: {aggregated: {claims: {a: 1}}}, post: {distributed: {claims: {a: 1}}}}}}\n"
)]
#[case::claims_at_no_endpoint(
    "users: {ada: {claim_sources: {bank: {distributed: {claims: {a: 1}, endpoint: /claims}}}}}\n"
)]
#[case::claims_opened_elsewhere(
    "users: {ada: {claim_sources: {bank: {distributed: {claims: {a: 1}, endpoint: 'https://b.test/', access_token: generated}}}}}\n"
)]
#[case::claims_opened_by_no_token(
    "users: {ada: {claim_sources: {bank: {distributed: {claims: {a: 1}, access_token: {given: 'a b'}}}}}}\n"
)]
#[case::claims_opened_by_one_token(
    "users: {ada: {claim_sources: {b: {distributed: {claims: {a: 1}, access_token: {given: t}}}}}, ben: {claim_sources: {b: {distributed: {claims: {a: 1}, access_token: {given: t}}}}}}\n"
)]
#[case::claims_of_nothing("users: {ada: {claim_sources: {bank: {aggregated: {}}}}}\n")]
#[case::claims_referred_to_twice(
    "users: {ada: {userinfo: {_claim_names: {a: src1}}, claim_sources: {bank: {aggregated: {claims: {a: 1}}}}}}\n"
)]
#[case::no_host_to_call("outgoing: {allow: ['https://app.test/jwks']}\n")]
#[case::no_time_to_call("outgoing: {timeout: 0s}\n")]
#[case::stray_key("idp: {}\nuser: {ada: {}}\n")]
#[case::misspelt_block("ipd: {}\n")]
fn a_contradiction_is_explained(#[context] ctx: Context, #[case] text: &str) {
    let complaints = complaints("idp.yaml", text);
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), description => text, omit_expression => true }, {
        insta::assert_snapshot!(complaints);
    });
}

#[rstest]
#[case::empty_file("", 0)]
#[case::empty_block("idp:\n", 0)]
#[case::bare_block("users: {ada: {}}\n", 1)]
#[case::block("idp: {users: {ada: {}, ben: {}}}\n", 2)]
#[case::scenario("version: 1\nname: x\nidp: {users: {ada: {}}}\nsteps: [{login: ada}]\n", 1)]
fn the_block_is_found(#[case] text: &str, #[case] users: usize) {
    let loaded = load(&mut Sources::new(), "idp.yaml", text.into()).unwrap();
    assert_eq!(loaded.config.users.len(), users);
    // of a scenario it is noted that the rest is left out
    assert!(loaded.warnings.iter().all(|it| it.severity == Severity::Note), "{:?}", loaded.warnings);
}

#[test]
fn claims_keep_any_shape() {
    let text =
        r#"{"users": {"ada": {"claims": {"https://acme.test/a.b": [null, {"x": 1.5}], "zip": "01234"}}}}"#;
    let loaded = load(&mut Sources::new(), "idp.json", text.into()).unwrap();
    let claims = Value::Object(loaded.config.users["ada"].claims.clone());
    assert_eq!(claims, serde_json::json!({"https://acme.test/a.b": [null, {"x": 1.5}], "zip": "01234"}));
}

#[rstest]
fn fixtures_are_good(
    #[files("../fixtures/users/*.yaml")]
    #[files("../fixtures/clients/*.yaml")]
    #[mode = str]
    text: &str,
) {
    assert_eq!(complaints("fixture.yaml", text), "");
}
