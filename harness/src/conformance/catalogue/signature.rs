//! Signature, algorithm and key source of the ID token: where faith in a token comes from.
//!
//! Whoever takes the code flow may trust the token endpoint's TLS instead of the signature (OIDCC-3.1.3.7-6), so most rows
//! bind harder where the ID token comes by the browser, and under `bcp`.

use super::usual::{CORE, SHOULD, SHOULD_SIGNED, SIGNED};
use crate::conformance::case::{Capability, Channel, Expected, Flow, Priority, Row, WITH_ACCESS_TOKEN, Way};
use crate::conformance::checks;
use crate::conformance::profiles::Weight;

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "RPX-SIG-01",
        title: "an unsigned ID token",
        provider: "sends the ID token with `alg` `none` and an empty signature although RS256 is registered",
        relying_party: "refuses it on every channel: the algorithm is not the registered one",
        clauses: &["OIDCC-3.1.3.7-7", "OIDCC-3.2.2.11", "RFC7518-3.6", "RFC8725-3.1"],
        bindings: CORE,
        attack: Some("alg none"),
        ways: &[Way::only(&["id_token.alg=none"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-02",
        title: "an unsigned ID token that spells `none` otherwise",
        provider: "sends the ID token unsigned, and writes `none` with other capitals or a space behind it",
        relying_party: "refuses it: names of algorithms are compared exactly, and none of these is registered",
        clauses: &["RFC7515-4.1.1", "RFC8725-3.1"],
        bindings: CORE,
        attack: Some("alg none"),
        ways: &[
            Way::of("capital", &["id_token.alg=None"]),
            Way::of("capitals", &["id_token.alg=NONE"]),
            Way::of("mixed", &["id_token.alg=nOnE"]),
            Way::of("space", &["id_token.alg=none_space"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-03",
        title: "an unsigned ID token in another shape",
        provider: "says `none` over a signature that is none, or sends a token of two or of four parts",
        relying_party: "refuses it: a compact JWS has three parts, and an unsigned one is not registered",
        clauses: &["RFC7515-3.1", "RFC7515-5.2"],
        bindings: CORE,
        attack: Some("alg none"),
        ways: &[
            Way::of("junk_signature", &["id_token.alg=none_with_signature"]),
            Way::of("two_segments", &["id_token.alg=none", "id_token.segments=two"]),
            Way::of("four_segments", &["id_token.segments=four"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-04",
        title: "an ID token whose `alg` is no name",
        provider: "leaves `alg` out of the header, or makes it null, a number, a list or an object",
        relying_party: "refuses it with a clean answer",
        clauses: &["RFC7515-4.1.1"],
        bindings: CORE,
        ways: &[
            Way::of("missing", &["id_token.alg=missing"]),
            Way::of("null", &["id_token.alg=null"]),
            Way::of("number", &["id_token.alg=number"]),
            Way::of("array", &["id_token.alg=array"]),
            Way::of("object", &["id_token.alg=object"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-05",
        title: "HS256 with the public key for a secret",
        provider: "signs HS256, and takes for the secret what everybody can read: the published RSA key, in one of its forms",
        relying_party: "refuses it: an RSA key verifies no MAC, and HS256 is not registered",
        clauses: &["RFC8725-2.1", "RFC8725-3.1", "OIDCC-3.1.3.7-7"],
        bindings: CORE,
        attack: Some("algorithm confusion"),
        ways: &[
            Way::of("spki_pem", &["id_token.hmac=public_key_pem"]),
            Way::of("spki_pem_trimmed", &["id_token.hmac=public_key_pem_trimmed"]),
            Way::of("spki_der", &["id_token.hmac=public_key_der"]),
            Way::of("pkcs1_pem", &["id_token.hmac=pkcs1_pem"]),
            Way::of("pkcs1_der", &["id_token.hmac=pkcs1_der"]),
            Way::of("jwk", &["id_token.hmac=jwk_text"]),
            Way::of("n_text", &["id_token.hmac=n_text"]),
            Way::of("n_bytes", &["id_token.hmac=n_bytes"]),
            Way::of("e_text", &["id_token.hmac=e_text"]),
            Way::of("jwks", &["id_token.hmac=jwks_text"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-06",
        title: "HS256 with the client secret where RS256 is registered",
        provider: "signs HS256 with the client's real secret; once with the client id for `kid`",
        relying_party: "refuses it: the signature is good, and the algorithm is not the registered one",
        clauses: &["OIDCC-3.1.3.7-7", "OIDCC-3.1.3.7-8", "RFC8725-3.1"],
        bindings: CORE,
        attack: Some("algorithm confusion"),
        ways: &[
            Way::of("client_secret", &["id_token.hmac=client_secret"]),
            Way::of("client_id_as_kid", &["id_token.hmac=client_secret_kid"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-07",
        title: "HS256 with a secret that anybody guesses",
        provider: "signs HS256 with an empty key, or with `null`, `undefined` or `secret`",
        relying_party: "refuses it: a MAC key is as long as the hash, and HS256 is not registered",
        clauses: &["RFC7518-3.2", "OIDCC-3.1.3.7-7"],
        priority: Priority::P2,
        bindings: CORE,
        attack: Some("algorithm confusion"),
        ways: &[
            Way::of("empty", &["id_token.hmac=empty"]),
            Way::of("null", &["id_token.hmac=null"]),
            Way::of("undefined", &["id_token.hmac=undefined"]),
            Way::of("secret", &["id_token.hmac=secret"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-08",
        title: "a good signature by another algorithm than the registered one",
        provider: "signs with a published key, by ES256, PS256 or RS512 where RS256 is registered",
        relying_party: "refuses it: what verifies is not yet what was agreed",
        clauses: &["OIDCC-3.1.3.7-7", "RFC8725-3.1"],
        bindings: CORE,
        ways: &[
            Way::of("es256", &["id_token.algorithm=ES256"]),
            Way::of("ps256", &["id_token.algorithm=PS256"]),
            Way::of("rs512", &["id_token.algorithm=RS512"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-09",
        title: "the key comes along in the header",
        provider: "signs with the attacker's key and brings it along in `jwk`",
        relying_party: "refuses it: keys come from the provider's key set, and from nowhere else",
        clauses: &["RFC7515-4.1.3", "RFC7515-10.3", "RFC8725-3.10"],
        bindings: SIGNED,
        attack: Some("header-supplied key"),
        channel: Channel::Front,
        ways: &[Way::only(&["id_token.jwk=attacker"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-10",
        title: "the header says where the key is",
        provider: "signs with the attacker's key and names the attacker's key set in `jku`, alone or beside the honest one",
        relying_party: "refuses it, and nobody calls that address",
        clauses: &["RFC7515-4.1.2", "RFC8725-3.10"],
        bindings: SIGNED,
        attack: Some("jku injection"),
        checks: &[checks::NOBODY_IN_THE_TRAP],
        channel: Channel::Front,
        ways: &[
            Way::of("attacker", &["id_token.jku=attacker"]),
            Way::of("bad_and_good", &["id_token.jku=bad_and_good"]),
            Way::of("good_and_bad", &["id_token.jku=good_and_bad"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-11",
        title: "the header says where the certificate is",
        provider: "signs with the attacker's key and names the attacker's certificate in `x5u`",
        relying_party: "refuses it, and nobody calls that address",
        clauses: &["RFC7515-4.1.5", "RFC8725-3.10"],
        bindings: SIGNED,
        attack: Some("x5u injection"),
        checks: &[checks::NOBODY_IN_THE_TRAP],
        channel: Channel::Front,
        ways: &[Way::only(&["id_token.x5u=attacker"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-12",
        title: "the certificate comes along in the header",
        provider: "signs with the attacker's key and brings a certificate of its own along in `x5c`",
        relying_party: "refuses it: nobody who is trusted vouches for that certificate",
        clauses: &["RFC7515-4.1.6"],
        bindings: SIGNED,
        attack: Some("header-supplied key"),
        channel: Channel::Front,
        ways: &[
            Way::of("self_signed", &["id_token.x5c=self_signed"]),
            Way::of("chain_of_two", &["id_token.x5c=twice"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-13",
        title: "addresses of keys hidden in a key",
        provider: "hides `jku` and `x5u` inside the `jwk` of the header",
        relying_party: "refuses it, and nobody calls those addresses",
        clauses: &["RFC7515-4.1.3"],
        priority: Priority::P2,
        bindings: SIGNED,
        attack: Some("jku injection"),
        checks: &[checks::NOBODY_IN_THE_TRAP],
        channel: Channel::Front,
        ways: &[Way::only(&["id_token.jwk=with_addresses"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-14",
        title: "a `kid` that is more than a name",
        provider: "puts a path, an address, SQL, a NUL, a line break, 64 kB or a whole key into `kid`, and signs with a key of its own",
        relying_party: "refuses it as an unknown key: a `kid` is compared, and neither opened, asked for nor run",
        clauses: &["RFC7515-4.1.4", "RFC8725-3.10"],
        bindings: SIGNED,
        attack: Some("kid injection"),
        checks: &[checks::NOBODY_IN_THE_TRAP],
        channel: Channel::Front,
        ways: &[
            Way::of("relative_path", &["id_token.kid=relative_path"]),
            Way::of("absolute_path", &["id_token.kid=absolute_path"]),
            Way::of("url", &["id_token.kid=url"]),
            Way::of("sql", &["id_token.kid=sql"]),
            Way::of("nul", &["id_token.kid=nul"]),
            Way::of("line_break", &["id_token.kid=line_break"]),
            Way::of("huge", &["id_token.kid=huge"]),
            Way::of("jwk_text", &["id_token.kid=jwk_text"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-15",
        title: "a `kid` that is no text",
        provider: "makes `kid` a number, a list, an object or null, and signs with a key of its own",
        relying_party: "refuses it with a clean answer",
        clauses: &["RFC7515-4.1.4"],
        priority: Priority::P2,
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[
            Way::of("number", &["id_token.kid=number"]),
            Way::of("array", &["id_token.kid=array"]),
            Way::of("object", &["id_token.kid=object"]),
            Way::of("null", &["id_token.kid=null"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-16",
        title: "a key that nobody published",
        provider: "signs with a key of its own under a `kid` that the key set does not have",
        relying_party: "asks for the keys at most once more, and refuses",
        clauses: &["OIDCC-10.1.1", "OIDCC-3.1.3.7-6"],
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[Way::of("unknown", &["id_token.kid=unknown"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-16",
        title: "unknown keys in a row",
        provider: "names another unknown `kid` in each of many logins",
        relying_party: "refuses each, and does not let strangers make it ask for the keys over and over",
        clauses: &["OIDCC-10.1.1"],
        bindings: SHOULD_SIGNED,
        flow: Flow::ManyLogins,
        checks: &[checks::KEY_REQUESTS_ARE_FEW],
        channel: Channel::Front,
        ways: &[Way::of("in_a_row", &["id_token.kid=fresh"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-17",
        title: "two keys of one name",
        provider: "publishes a key of another kind under the `kid` of its signing key",
        relying_party: "takes the one that fits the algorithm, or refuses; it verifies with no key of the wrong kind",
        clauses: &["RFC7517-4.5"],
        priority: Priority::P2,
        bindings: SIGNED,
        expected: Expected::Either,
        channel: Channel::Front,
        ways: &[Way::only(&["jwks.keys=same_kid"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-18",
        title: "a signing key that is for something else",
        provider: "publishes its signing key with `use` `enc`, or with `key_ops` that only encrypt",
        relying_party: "refuses what is signed with it",
        clauses: &["RFC7517-4.2", "RFC7517-4.3"],
        priority: Priority::P2,
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[
            Way::of("use", &["jwks.keys=for_encryption"]),
            Way::of("key_ops", &["jwks.keys=other_operations"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-19",
        title: "a signing key that is for another algorithm",
        provider: "publishes its signing key with another `alg` than it signs with",
        relying_party: "refuses what is signed with it",
        clauses: &["RFC7517-4.4"],
        priority: Priority::P2,
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[Way::only(&["jwks.keys=other_alg"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-20",
        title: "a symmetric key that everybody can read",
        provider: "publishes a symmetric key in its key set, and signs HS256 with it",
        relying_party: "refuses it: a published secret is none, and HS256 is not registered",
        clauses: &["RFC7517-9.2", "RFC8725-3.1", "OIDCD-3"],
        bindings: CORE,
        attack: Some("algorithm confusion"),
        // whoever refuses the algorithm does not get as far as the keys
        ways: &[Way::only(&["id_token.hmac=published"]).prepared_by(&["jwks.keys=symmetric"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-21",
        title: "a private key that everybody can read",
        provider: "publishes the private part of its key beside the public one",
        relying_party: "may go on with the public part, and does well to complain",
        clauses: &["RFC7517-9.2"],
        priority: Priority::P3,
        bindings: SIGNED,
        expected: Expected::Either,
        channel: Channel::Front,
        ways: &[Way::only(&["jwks.keys=private"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-22",
        title: "a key that is too short",
        provider: "publishes RSA keys of 512 or of 1,024 bits, and signs with them",
        relying_party: "refuses it: the signature fits, and anybody may have found the primes of such a key",
        clauses: &["RFC7518-3.3"],
        priority: Priority::P2,
        bindings: SIGNED,
        attack: Some("forged signature"),
        channel: Channel::Front,
        ways: &[
            Way::of("512", &["id_token.short_key=512"]).prepared_by(&["jwks.keys=rsa_512"]),
            Way::of("1024", &["id_token.short_key=1024"]).prepared_by(&["jwks.keys=rsa_1024"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-23",
        title: "a key and a signature that fit each other and prove nothing",
        provider: "publishes its RSA keys with an exponent of 1, and sends the padded digest for a signature, which anybody can write",
        relying_party: "refuses it: such a key is none",
        clauses: &["RFC7518-3.3", "RFC8017-3.1"],
        priority: Priority::P2,
        bindings: SIGNED,
        attack: Some("forged signature"),
        channel: Channel::Front,
        ways: &[
            Way::of("exponent_1", &["id_token.forged=rsa_exponent_1"]).prepared_by(&["jwks.keys=exponent_1"])
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-23",
        title: "an elliptic signature of nothing",
        provider: "sends an ES256 signature of nothing but zeros, or of the order of the curve, where ES256 is registered",
        relying_party: "refuses it: both numbers lie between nothing and the order of the curve",
        clauses: &["RFC7518-3.4"],
        priority: Priority::P2,
        bindings: SIGNED,
        needs: &[Capability::Es256],
        attack: Some("forged signature"),
        channel: Channel::Front,
        ways: &[
            Way::of("zeros", &["id_token.forged=ecdsa_zero"]),
            Way::of("order", &["id_token.forged=ecdsa_order"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-23",
        title: "a key that is on no curve",
        provider: "publishes its EC keys with a point that is not on their curve, and signs ES256 as registered",
        relying_party: "refuses what is signed with it",
        clauses: &["RFC7518-6.2.1.2", "RFC7518-3.4"],
        priority: Priority::P2,
        bindings: SIGNED,
        needs: &[Capability::Es256],
        attack: Some("invalid curve"),
        channel: Channel::Front,
        ways: &[Way::of("off_curve", &["jwks.keys=off_curve"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-25",
        title: "an extension that must be understood",
        provider: "lists in `crit` an extension that nobody knows, nothing at all, or `alg`, which is no extension",
        relying_party: "refuses it: what is critical must be understood, and the list must be a proper one",
        clauses: &["RFC7515-4.1.11"],
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[
            Way::of("unknown", &["id_token.crit=unknown"]),
            Way::of("empty", &["id_token.crit=empty"]),
            Way::of("alg", &["id_token.crit=alg"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-26",
        title: "a payload that claims not to be encoded",
        provider: "says `b64` `false`, with and without making it critical",
        relying_party: "refuses it: an ID token is encoded, and the extension is not understood",
        clauses: &["RFC7797-6", "RFC7797-7"],
        priority: Priority::P3,
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[
            Way::of("plain", &["id_token.b64=false"]).at_most(Weight::Should),
            Way::of("critical", &["id_token.b64=false_critical"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-27",
        title: "a signature that does not fit",
        provider: "changes the payload after signing, cuts the signature, flips one of its bits, leaves it out, takes that of another token, or signs with a key of its own under an honest `kid`",
        relying_party: "refuses it wherever it verifies: always when the token came by the browser",
        clauses: &["OIDCC-3.1.3.7-6", "OIDCC-3.2.2.11"],
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[
            Way::of("payload_swapped", &["id_token.signature=payload_swapped"]),
            Way::of("header_swapped", &["id_token.signature=header_swapped"]),
            Way::of("truncated", &["id_token.signature=truncated"]),
            Way::of("bit_flipped", &["id_token.signature=bit_flipped"]),
            Way::of("empty", &["id_token.signature=empty"]),
            Way::of("other_key", &["id_token.signature=other_key"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-27",
        title: "the signature of another token",
        provider: "puts the signature of the login before under the ID token",
        relying_party: "refuses it wherever it verifies: always when the token came by the browser",
        clauses: &["OIDCC-3.1.3.7-6", "OIDCC-3.2.2.11"],
        bindings: SIGNED,
        flow: Flow::LoginTwice,
        channel: Channel::Front,
        ways: &[Way::of("of_another_token", &["id_token.signature=of_another_token"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-28",
        title: "parts that are not base64url",
        provider: "pads the parts of the token, puts spaces into them, or uses the ordinary alphabet of base64",
        relying_party: "refuses it",
        clauses: &["RFC7515-2", "RFC4648-3.5"],
        priority: Priority::P3,
        bindings: SIGNED,
        channel: Channel::Front,
        ways: &[
            Way::of("padded", &["id_token.serialization=padded"]),
            Way::of("spaces", &["id_token.serialization=spaces"]),
            Way::of("standard_alphabet", &["id_token.serialization=standard_alphabet"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-29",
        title: "a JWS in JSON",
        provider: "sends the JSON form of a JWS where a compact one is due",
        relying_party: "refuses it",
        clauses: &["RFC7519-1", "RFC7519-3"],
        priority: Priority::P3,
        bindings: CORE,
        ways: &[Way::only(&["id_token.serialization=json"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-30",
        title: "another JWT of the same provider for an ID token",
        provider: "sends in place of the ID token something else that it signed: a logout token, a UserInfo response, an ID token for another client",
        relying_party: "refuses it: each kind of JWT has its own rules, and this one is not an ID token for this client",
        clauses: &["RFC8725-2.8", "RFC8725-3.11", "RFC8725-3.12", "RFC9068-4"],
        bindings: CORE,
        attack: Some("cross-JWT confusion"),
        ways: &[
            Way::of("logout_token", &["id_token.token=logout_token"]),
            Way::of("userinfo", &["id_token.token=userinfo"]),
            Way::of("other_client", &["id_token.token=of_another_client"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-30",
        title: "an access token for an ID token",
        provider: "sends the access token in place of the ID token beside it",
        relying_party: "refuses it: an access token is for somebody else, and has rules of its own",
        clauses: &["RFC8725-2.8", "RFC8725-3.11", "RFC8725-3.12", "RFC9068-4"],
        response_types: WITH_ACCESS_TOKEN,
        bindings: CORE,
        attack: Some("cross-JWT confusion"),
        ways: &[Way::of("access_token", &["id_token.token=access_token"])],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-30",
        title: "an ID token that says it is something else",
        provider: "says in `typ` that the ID token is an access token or a logout token",
        relying_party: "should refuse it: whoever says what a JWT is should be believed",
        clauses: &["RFC8725-3.11"],
        bindings: SHOULD,
        attack: Some("cross-JWT confusion"),
        ways: &[
            Way::of("typ_access_token", &["id_token.typ=at+jwt"]),
            Way::of("typ_logout_token", &["id_token.typ=logout+jwt"]),
        ],
        ..Row::BLANK
    },
    Row {
        id: "RPX-SIG-33",
        title: "a key that was withdrawn",
        provider: "takes its signing key out of the key set between two logins, and signs the second with it all the same",
        relying_party: "may accept as long as it holds the keys that it fetched; it does not fail otherwise",
        clauses: &["OIDCC-10.1.1"],
        priority: Priority::P2,
        bindings: SIGNED,
        flow: Flow::LoginTwice,
        expected: Expected::Either,
        channel: Channel::Front,
        ways: &[Way::only(&["jwks.keys=stranger"])],
        ..Row::BLANK
    },
    Row {
        title: "ID tokens signed with ES256, properly registered",
        needs: &[Capability::Es256],
        ways: &[Way::of("es256", &[])],
        ..ANOTHER_ALGORITHM
    },
    Row {
        title: "ID tokens signed with PS256, properly registered",
        needs: &[Capability::Ps256],
        ways: &[Way::of("ps256", &[])],
        ..ANOTHER_ALGORITHM
    },
    Row {
        title: "ID tokens signed with EdDSA, properly registered",
        needs: &[Capability::EdDsa],
        ways: &[Way::of("eddsa", &[])],
        ..ANOTHER_ALGORITHM
    },
    Row {
        title: "ID tokens signed with ES384, properly registered",
        needs: &[Capability::Es384],
        ways: &[Way::of("es384", &[])],
        ..ANOTHER_ALGORITHM
    },
    Row {
        title: "ID tokens signed with RS512, properly registered",
        needs: &[Capability::Rs512],
        ways: &[Way::of("rs512", &[])],
        ..ANOTHER_ALGORITHM
    },
];

/// What the rows about other algorithms have in common.
const ANOTHER_ALGORITHM: Row = Row {
    id: "RPX-SIG-34",
    provider: "signs with the algorithm that the client registered",
    relying_party: "accepts, where it says that it supports the algorithm",
    clauses: &["OIDCC-3.1.3.7-7", "RFC8037-3.1"],
    expected: Expected::Accept,
    priority: Priority::P2,
    bindings: CORE,
    ..Row::BLANK
};
