//! A script for every reason to refuse a request object, a reference, or a pushed request.

use super::refusals::Case;

/// The payloads are readable: each is the base64url of a short JSON object.
pub(super) const REQUESTS: &[Case] = &[
    (
        "request_object",
        "algorithm_not_registered",
        "authorize client_id=signs&request=eyJhbGciOiJub25lIn0.e30.",
    ),
    (
        "request_object",
        "audience_wrong",
        "authorize request=eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwczovL2Vsc2V3aGVyZS5leGFtcGxlIn0.",
    ),
    (
        "request_object",
        "beside_a_reference",
        "authorize request=eyJhbGciOiJub25lIn0.e30.&request_uri=https://app.example/r",
    ),
    (
        "request_object",
        "end_in_words",
        "authorize request=eyJhbGciOiJub25lIn0.eyJleHAiOiJzb29uIn0.",
    ),
    (
        "request_object",
        "client_id_differs",
        "authorize request=eyJhbGciOiJub25lIn0.eyJjbGllbnRfaWQiOiJwbHVzIn0.",
    ),
    (
        "request_object",
        "not_to_be_decrypted",
        "authorize request=eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.AAAA.AAAA.AAAA.AAAA",
    ),
    (
        "request_object",
        "expired",
        "authorize request=eyJhbGciOiJub25lIn0.eyJleHAiOjEwMDB9.",
    ),
    (
        "request_object",
        "issuer_wrong",
        "authorize request=eyJhbGciOiJub25lIn0.eyJpc3MiOiJwbHVzIn0.",
    ),
    (
        "request_object",
        "unreadable",
        "authorize request=e30",
    ),
    (
        "request_object",
        "nested",
        "authorize request=eyJhbGciOiJub25lIn0.eyJyZXF1ZXN0IjoiZTMwIn0.",
    ),
    (
        "request_object",
        "of_the_future",
        "authorize request=eyJhbGciOiJub25lIn0.eyJuYmYiOjIwMDAwMDAwMDB9.",
    ),
    (
        "request_object",
        "key_unknown",
        "authorize request=eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.e30.AA",
    ),
    (
        "request_object",
        "signature_unexpected",
        "authorize request=eyJhbGciOiJub25lIn0.e30.AA",
    ),
    (
        "request_object",
        "signature_unexpected_and_no_way_back",
        "authorize redirect_uri=&request=eyJhbGciOiJub25lIn0.e30.AA",
    ),
    (
        "request_object",
        "another_kind_of_token",
        "authorize request=eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.",
    ),
    (
        "request_uri",
        "no_address",
        "authorize request_uri=ftp://app.example/r",
    ),
    (
        "request_uri",
        "not_registered",
        "authorize request_uri=https://app.example/r",
    ),
    (
        "request_uri",
        "not_to_be_had",
        "authorize client_id=remote&request_uri=https://keys.example/r",
    ),
    (
        "request_uri",
        "pushed_by_another",
        "form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak
        authorize client_id=plus&request_uri={request_uri}",
    ),
    (
        "request_uri",
        "pushed_and_expired",
        "form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak
        wait 60
        authorize request_uri={request_uri}",
    ),
    (
        "request_uri",
        "never_pushed",
        "authorize request_uri=urn:ietf:params:oauth:request_uri:x",
    ),
    (
        "request_uri",
        "pushed_and_used",
        "form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak
        times 2 authorize request_uri={request_uri}",
    ),
    (
        "request_uri",
        "pushed_and_used_and_no_way_back",
        "form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak
        times 2 authorize redirect_uri=&request_uri={request_uri}",
    ),
    (
        "request_uri",
        "not_pushed",
        "authorize client_id=pushes",
    ),
    (
        "pushed",
        "client_missing",
        "form /par - response_type=code",
    ),
    (
        "pushed",
        "too_large",
        "raw application/x-www-form-urlencoded /par - *",
    ),
    (
        "pushed",
        "full",
        "times 2001 form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak",
    ),
    (
        "pushed",
        "nonce_missing",
        "form /par app response_type=id_token&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak",
    ),
    (
        "pushed",
        "reference",
        "form /par app response_type=code&request_uri=urn:x&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak",
    ),
    (
        "pushed",
        "redirect_uri_missing",
        "form /par app response_type=code",
    ),
    (
        "pushed",
        "wrong_method",
        "get /par -",
    ),
];
