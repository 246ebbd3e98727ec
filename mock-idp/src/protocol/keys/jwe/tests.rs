use rstest::rstest;
use serde_json::json;

use super::*;

fn vectors(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn joserfc() -> Value {
    vectors(include_str!("../../../../../fixtures/vectors/joserfc.json"))
}

fn key(name: &str) -> Value {
    joserfc()["keys"][name].clone()
}

fn encryption(alg: &str, enc: &str) -> Encryption {
    Encryption { alg: alg.parse().unwrap(), enc: enc.parse().unwrap() }
}

fn opened(compact: &str, key: &Value) -> Result<String, NotDecrypted> {
    let key = DecryptionKey::from_jwk(key).unwrap();
    Envelope::parse(compact)?.open(&key).map(|content| String::from_utf8(content).unwrap())
}

fn sealed(content: &str, key: &Value, encryption: Encryption) -> Encrypted {
    let recipient = Recipient::among(std::slice::from_ref(key), encryption).unwrap();
    recipient.encrypt(content.as_bytes(), Some(NESTED), [9; 32]).unwrap()
}

#[test]
fn the_rsa_oaep_example_of_rfc_7516_is_opened() {
    let vector = vectors(include_str!("../../../../../fixtures/vectors/rfc7516.json"));
    let found = opened(vector["compact"].as_str().unwrap(), &vector["key"]);
    assert_eq!(found.as_deref(), Ok(vector["plaintext"].as_str().unwrap()));
}

#[rstest]
#[case::wrapped_with_aes("5.4")]
#[case::agreed_directly("5.5")]
fn the_ecdh_examples_of_rfc_7520_are_opened(#[case] section: &str) {
    let vectors = vectors(include_str!("../../../../../fixtures/vectors/rfc7520.json"));
    let found = opened(vectors[section]["compact"].as_str().unwrap(), &vectors[section]["key"]);
    assert_eq!(found.as_deref(), Ok(vectors["plaintext"].as_str().unwrap()));
}

#[test]
fn what_another_implementation_encrypted_is_opened() {
    let vectors = joserfc();
    let documents = vectors["theirs"].as_array().unwrap();
    assert_eq!(documents.len(), 36);
    for document in documents {
        let found = opened(document["compact"].as_str().unwrap(), &key(document["key"].as_str().unwrap()));
        assert_eq!(found.as_deref(), Ok("ad astra per aspera"), "{document}");
    }
}

/// The other half of the proof runs outside: `fixtures/vectors/exchange.py` opens exactly these documents.
#[test]
fn what_is_encrypted_here_is_what_another_implementation_opened() {
    let vectors = joserfc();
    let ours = |document: &Value| {
        let text = |member: &str| document[member].as_str().unwrap();
        let to = encryption(text("alg"), text("enc"));
        let sealed = sealed("ad astra per aspera", &key(text("key")), to);
        json!({ "key": document["key"], "alg": document["alg"], "enc": document["enc"], "compact": sealed.compact })
    };
    let made: Vec<Value> = vectors["theirs"].as_array().unwrap().iter().map(ours).collect();
    assert!(vectors["ours"] == json!(made), "put these into `ours` and run exchange.py: {}", json!(made));
}

#[rstest]
fn what_is_encrypted_is_opened_with_the_key_and_no_other(
    #[values("RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")]
    alg: &str,
    #[values("A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM")] enc: &str,
) {
    let published = vectors(include_str!("../../../../../fixtures/keys/encryption.json"));
    let (own, other) = if alg.starts_with("RSA") {
        (key("RSA"), published["keys"][0].clone())
    } else {
        (key("P-256"), published["keys"][1].clone())
    };
    let sealed = sealed("a.b.c", &own, encryption(alg, enc));
    assert_eq!((&sealed.header["alg"], &sealed.header["enc"]), (&json!(alg), &json!(enc)));
    assert_eq!(sealed.header["cty"], "JWT");
    assert_eq!(opened(&sealed.compact, &own).as_deref(), Ok("a.b.c"));
    assert_eq!(opened(&sealed.compact, &other), Err(NotDecrypted::Closed));
}

#[rstest]
#[case::header(0)]
#[case::encrypted_key(1)]
#[case::initialization_vector(2)]
#[case::ciphertext(3)]
#[case::tag(4)]
fn a_changed_part_keeps_the_document_closed(#[case] place: usize) {
    let sealed = sealed("content", &key("RSA"), encryption("RSA-OAEP-256", "A256GCM"));
    let mut parts: Vec<Vec<u8>> = sealed.compact.split('.').map(|part| decoded(part).unwrap()).collect();
    if place == 0 {
        parts[0] = serde_json::to_vec(&json!({ "alg": "RSA-OAEP-256", "enc": "A256GCM", "x": 1 })).unwrap();
    } else {
        parts[place][0] ^= 1;
    }
    let changed: Vec<String> = parts.iter().map(|part| base64url(part)).collect();
    assert_eq!(opened(&changed.join("."), &key("RSA")), Err(NotDecrypted::Closed));
}

#[rstest]
#[case::wrong_padding(json!({ "alg": "RSA1_5" }), "the header's `alg` is `\"RSA1_5\"`")]
#[case::symmetric(json!({ "alg": "dir" }), "the header's `alg` is `\"dir\"`")]
#[case::password(json!({ "alg": "PBES2-HS256+A128KW", "p2c": 2_147_483_647 }), "the header's `alg` is")]
#[case::no_alg(json!({ "alg": null }), "the header's `alg` is `null`")]
#[case::other_content(json!({ "enc": "A192GCM" }), "the header's `enc` is `\"A192GCM\"`")]
#[case::compressed(json!({ "zip": "DEF" }), "the header has `zip`")]
#[case::critical(json!({ "crit": ["exp"] }), "the header has `crit`")]
#[case::a_key_of_another_type(json!({ "alg": "ECDH-ES" }), "it was not encrypted to this key")]
fn a_header_that_is_not_understood_keeps_the_document_closed(#[case] changes: Value, #[case] why: &str) {
    let sealed = sealed("content", &key("RSA"), encryption("RSA-OAEP", "A128GCM"));
    let mut header = sealed.header.clone();
    header.extend(changes.as_object().unwrap().clone());
    let (_, rest) = sealed.compact.split_once('.').unwrap();
    let changed = format!("{}.{rest}", base64url(&serde_json::to_vec(&header).unwrap()));
    let refused = opened(&changed, &key("RSA")).unwrap_err().to_string();
    assert!(refused.starts_with(why), "{refused}");
}

#[rstest]
#[case::signed("a.b.c", NotEncrypted::Parts)]
#[case::not_base64("?.b.c.d.e", NotEncrypted::Base64("header"))]
#[case::not_json("eA.b.c.d.e", NotEncrypted::Json)]
#[case::broken_tag("e30....=", NotEncrypted::Base64("authentication tag"))]
fn what_is_not_encrypted_is_named(#[case] text: &str, #[case] expected: NotEncrypted) {
    assert_eq!(Envelope::parse(text), Err(expected));
}

/// The key of a set that is chosen, by its `kid`.
fn chosen(keys: Value, alg: KeyManagement) -> Result<String, UnusableKey> {
    let keys: Vec<Value> = serde_json::from_value(keys).unwrap();
    let encryption = Encryption { alg, enc: ContentEncryption::default() };
    Recipient::among(&keys, encryption).map(|recipient| recipient.kid.unwrap())
}

fn with(name: &str, more: &Value) -> Value {
    let mut key = key(name);
    for (member, value) in more.as_object().unwrap() {
        key[member] = value.clone();
    }
    key
}

#[test]
fn the_key_that_is_meant_is_chosen() {
    let keys = json!([
        with("RSA", &json!({ "kid": "signs", "use": "sig" })),
        with("RSA", &json!({ "kid": "verifies", "key_ops": ["verify"] })),
        with("RSA", &json!({ "kid": "other", "alg": "RSA-OAEP-256" })),
        with("RSA", &json!({ "kid": "any" })),
        with("RSA", &json!({ "kid": "named", "use": "enc", "alg": "RSA-OAEP" })),
        with("X25519", &json!({ "kid": "curve", "key_ops": ["deriveKey"] })),
    ]);
    assert_eq!(chosen(keys.clone(), KeyManagement::RsaOaep).as_deref(), Ok("named"));
    assert_eq!(chosen(keys.clone(), KeyManagement::RsaOaep256).as_deref(), Ok("other"));
    assert_eq!(chosen(keys, KeyManagement::EcdhEsA256Kw).as_deref(), Ok("curve"));
}

#[rstest]
#[case::none(json!([]), UnusableKey::NotMeant(KeyManagement::RsaOaep))]
#[case::of_another_type(json!([key("P-256")]), UnusableKey::NotMeant(KeyManagement::RsaOaep))]
#[case::for_signatures(json!([with("RSA", &json!({ "use": "sig" }))]), UnusableKey::NotMeant(KeyManagement::RsaOaep))]
#[case::without_a_number(json!([with("RSA", &json!({ "n": null }))]), UnusableKey::Broken(KeyManagement::RsaOaep))]
#[case::short(json!([with("RSA", &json!({ "n": format!("{}s", "u".repeat(170)) }))]), UnusableKey::Short(1024))]
fn a_key_that_is_not_usable_is_named(#[case] keys: Value, #[case] expected: UnusableKey) {
    assert_eq!(chosen(keys, KeyManagement::RsaOaep), Err(expected));
}

#[test]
fn a_point_that_is_not_on_the_curve_is_refused_when_it_is_used() {
    let key = with("P-256", &json!({ "x": base64url(&[1; 32]) }));
    let recipient = Recipient::among(&[key], encryption("ECDH-ES", "A128GCM")).unwrap();
    assert_eq!(recipient.encrypt(b"content", None, [1; 32]), Err(EncryptionFailed));
}
