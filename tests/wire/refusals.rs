//! A script for every reason to refuse, and the answer that it gets.

/// An endpoint, what is wrong, and the requests that show it; the last one gets the answer.
pub(super) type Case = (&'static str, &'static str, &'static str);

pub(super) const AUTHORIZATION: &[Case] = &[
    ("authorization", "client_id_missing", "authorize client_id="),
    ("authorization", "redirect_uri_missing", "authorize redirect_uri="),
    ("authorization", "redirect_uri_with_a_fragment", "authorize redirect_uri=https://app.example/cb%23f"),
    ("authorization", "redirect_uri_of_nobody", "authorize redirect_uri=https://app.example/cc"),
    ("authorization", "form_without_a_request", "form /login - user=ada"),
    ("authorization", "unknown_client", "authorize client_id=ap"),
    ("authorization", "no_content_type", "raw - /authorize - client_id=app"),
    ("authorization", "parameter_twice", "authorize state=a&state=b"),
    ("authorization", "too_large", "raw application/x-www-form-urlencoded /authorize - *"),
    (
        "authorization",
        "acr_that_cannot_be_had",
        "authorize login_hint=cai&claims=%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true,%22value%22:%22gold%22%7D%7D%7D",
    ),
    (
        "authorization",
        "consent_denied",
        "authorize client_id=asked
        form /consent - request={field.request}&seal={field.seal}&action=deny",
    ),
    (
        "authorization",
        "consent_required",
        "authorize client_id=asked
        authorize client_id=asked&prompt=none&login_hint=",
    ),
    ("authorization", "consent_wrong_method", "get /consent -"),
    ("authorization", "challenge_too_short", "authorize code_challenge=short&code_challenge_method=S256"),
    ("authorization", "challenge_missing", "authorize client_id=spa"),
    ("authorization", "challenge_method_unknown", "authorize code_challenge=c&code_challenge_method=S512"),
    ("authorization", "challenge_method_alone", "authorize code_challenge_method=S256"),
    ("authorization", "claims_no_object", "authorize claims=%5B%5D"),
    (
        "authorization",
        "denied",
        "authorize login_hint=
        form /login - request={field.request}&action=deny",
    ),
    ("authorization", "hint_no_token", "authorize id_token_hint=x"),
    ("authorization", "max_age_in_words", "authorize max_age=ten"),
    ("authorization", "nonce_missing", "authorize response_type=id_token&nonce="),
    ("authorization", "prompt_contradictory", "authorize prompt=none+login"),
    ("authorization", "prompt_unknown", "authorize prompt=tea"),
    ("authorization", "registration", "authorize registration=%7B%7D"),
    ("authorization", "request_object", "authorize request=e30"),
    ("authorization", "request_uri", "authorize request_uri=https://app.example/r"),
    ("authorization", "tokens_in_the_query", "authorize response_type=id_token&response_mode=query"),
    ("authorization", "response_mode_unknown", "authorize response_mode=smoke"),
    ("authorization", "response_type_missing", "authorize response_type="),
    ("authorization", "response_type_not_registered", "authorize client_id=narrow&response_type=id_token"),
    ("authorization", "response_type_unknown", "authorize response_type=cod"),
    ("authorization", "id_token_without_openid", "authorize response_type=id_token&scope=profile"),
    ("authorization", "scope_with_a_quote", "authorize scope=%22"),
    ("authorization", "scope_not_registered", "authorize client_id=narrow&scope=openid+api"),
    (
        "authorization",
        "somebody_else",
        "authorize response_type=id_token
        forget
        authorize login_hint=&id_token_hint={id_token}
        form /login - request={field.request}&user=ben",
    ),
    ("authorization", "unsignable", "authorize client_id=unsignable&response_type=id_token"),
    ("authorization", "nobody_signed_in", "authorize prompt=none&login_hint="),
    (
        "authorization",
        "sign_in_too_old",
        "authorize
        wait 100
        authorize prompt=none&login_hint=&max_age=60",
    ),
    (
        "authorization",
        "somebody_else_signed_in",
        "authorize response_type=id_token
        forget
        authorize login_hint=ben
        authorize prompt=none&login_hint=&id_token_hint={id_token}",
    ),
    ("authorization", "refusal_in_the_fragment", "authorize response_type=id_token&prompt=tea"),
    ("authorization", "refusal_in_a_form", "authorize response_mode=form_post&prompt=tea"),
    ("authorization", "wrong_method", "json DELETE /authorize - {}"),
    ("authorization", "login_wrong_method", "get /login -"),
];

/// These need a provider that takes clients that it does not know.
pub(super) const OPEN: &[Case] = &[(
    "authorization",
    "redirect_uri_elsewhere",
    "authorize client_id=anybody&redirect_uri=https://app.example/cb",
)];

pub(super) const CLIENT: &[Case] = &[
    ("client", "assertion_missing", "form /token - grant_type=client_credentials&client_id=keyed"),
    ("client", "certificate_missing", "form /token - grant_type=client_credentials&client_id=certified"),
    ("client", "ids_differ", "form /token app grant_type=client_credentials&client_id=other"),
    ("client", "id_missing", "form /token - grant_type=client_credentials"),
    ("client", "malformed_basic", "form /token header:Basic+%% grant_type=client_credentials"),
    ("client", "other_method", "form /token other grant_type=client_credentials"),
    (
        "client",
        "secret_wrong",
        "form /token - grant_type=client_credentials&client_id=app&client_secret=wrong",
    ),
    ("client", "secret_missing", "form /token - grant_type=client_credentials&client_id=app"),
    ("client", "secret_not_encoded", "form /token header:Basic+cGx1czphK2Il grant_type=client_credentials"),
    ("client", "several_methods", "form /token app grant_type=client_credentials&client_secret=s3cret"),
    ("client", "unknown", "form /token nobody-like-it grant_type=client_credentials"),
    ("client", "unknown_but_near", "form /token ap grant_type=client_credentials"),
    ("client", "unknown_at_introspection", "form /introspect - token=x"),
    ("client", "unknown_at_revocation", "form /revoke - token=x"),
];

pub(super) const ASSERTION: &[Case] = &[
    (
        "assertion",
        "algorithm_not_registered",
        "register {\"token_endpoint_auth_method\":\"client_secret_jwt\",\"token_endpoint_auth_signing_alg\":\"HS512\"}
        assertion HS256 {\"registered\":true}
        assert",
    ),
    ("assertion", "audience_wrong", "assertion HS256 {\"aud\":\"https://elsewhere.example\"}\nassert"),
    ("assertion", "jti_missing", "assertion HS256 {\"jti\":null}\nassert"),
    ("assertion", "expired", "assertion HS256 {\"exp\":1000}\nassert"),
    ("assertion", "expires_too_late", "assertion HS256 {\"exp\":2000000000}\nassert"),
    ("assertion", "issuer_differs", "assertion HS256 {\"iss\":\"app\"}\nassert"),
    ("assertion", "of_the_future", "assertion HS256 {\"nbf\":1930377700}\nassert"),
    ("assertion", "key_unknown", "assertion ES256 {}\nassert"),
    ("assertion", "client_id_differs", "assertion HS256 {}\nassert client_id=app"),
    ("assertion", "unreadable", "assert client_id=jwt&client_assertion=x"),
    ("assertion", "missing", "assert client_id=jwt&client_assertion="),
    ("assertion", "replayed", "assertion HS256 {}\ntimes 2 assert"),
    ("assertion", "type_missing", "assertion HS256 {}\nassert client_assertion_type="),
    ("assertion", "keys_not_to_be_had", "assertion ES256 {\"iss\":\"remote\",\"sub\":\"remote\"}\nassert"),
];

pub(super) const TOKEN: &[Case] = &[
    ("token", "certificate_missing", "form /token bound grant_type=client_credentials"),
    ("token", "client_credentials_not_registered", "form /token narrow grant_type=client_credentials"),
    ("token", "code_redeemed_before", "authorize\nredeem app\nredeem app"),
    ("token", "code_expired", "authorize\nwait 60\nredeem app"),
    (
        "token",
        "code_of_another_client",
        "authorize
        redeem narrow",
    ),
    ("token", "code_unknown", "redeem app code=x"),
    (
        "token",
        "device_pending",
        "form /device_authorization - client_id=tv
        form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    (
        "token",
        "device_hurries",
        "form /device_authorization - client_id=tv
        times 2 form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    (
        "token",
        "device_denied",
        "form /device_authorization - client_id=tv
        form /device - user_code={user_code}&action=deny
        form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    (
        "token",
        "device_code_expired",
        "form /device_authorization - client_id=tv
        wait 600
        form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    (
        "token",
        "device_code_redeemed_before",
        "form /device_authorization - client_id=tv
        form /device - user_code={user_code}&user=ada
        times 2 form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    (
        "token",
        "device_code_of_another_client",
        "form /device_authorization - client_id=tv
        form /token app grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    ("token", "device_code_unknown", "form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x"),
    ("token", "device_not_registered", "form /token narrow grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x"),
    (
        "token",
        "grant_revoked",
        "authorize\nredeem app
        form /revoke app token={refresh_token}
        refresh app",
    ),
    ("token", "grant_type_missing", "form /token app scope=api"),
    ("token", "grant_type_unknown", "form /token app grant_type=password"),
    ("token", "code_missing", "form /token app grant_type=authorization_code"),
    (
        "token",
        "redirect_uri_differs",
        "authorize
        redeem app redirect_uri=https://app.example/cb",
    ),
    (
        "token",
        "refresh_token_reused",
        "authorize\nredeem app
        times 2 form /token app grant_type=refresh_token&refresh_token={refresh_token}",
    ),
    (
        "token",
        "refresh_token_expired",
        "authorize\nredeem app
        wait 28800
        refresh app",
    ),
    (
        "token",
        "refresh_token_of_another_client",
        "authorize\nredeem app
        refresh narrow",
    ),
    (
        "token",
        "refresh_token_of_ended_session",
        "authorize\nredeem app
        get /logout?id_token_hint={id_token} -
        refresh app",
    ),
    ("token", "refresh_token_unknown", "refresh app refresh_token=x"),
    (
        "token",
        "scope_beyond_the_grant",
        "authorize\nredeem app
        refresh app scope=openid+api",
    ),
    ("token", "scope_with_a_quote", "form /token app grant_type=client_credentials&scope=%22"),
    ("token", "scope_not_registered", "form /token scoped grant_type=client_credentials&scope=more"),
    ("token", "verifier_wrong", "authorize {challenge}\nredeem app code_verifier=another-{verifier}"),
    ("token", "verifier_missing", "authorize {challenge}\nredeem app"),
    ("token", "verifier_without_challenge", "authorize\nredeem app code_verifier={verifier}"),
    (
        "token",
        "unsignable",
        "authorize client_id=unsignable
        redeem - client_id=unsignable",
    ),
    ("token", "no_content_type", "raw - /token app grant_type=client_credentials"),
    ("token", "parameter_twice", "form /token app grant_type=a&grant_type=b"),
    ("token", "too_large", "raw application/x-www-form-urlencoded /token app *"),
    ("token", "wrong_method", "get /token -"),
    ("introspection", "token_missing", "form /introspect app x=y"),
    ("introspection", "wrong_method", "get /introspect -"),
    ("revocation", "token_missing", "form /revoke app x=y"),
    (
        "revocation",
        "token_of_another_client",
        "authorize\nredeem app\nform /revoke narrow token={refresh_token}",
    ),
    ("revocation", "wrong_method", "get /revoke -"),
];

pub(super) const USERINFO: &[Case] = &[
    ("userinfo", "expired", "authorize\nredeem app\nwait 600\nget /userinfo bearer:{access_token}"),
    ("userinfo", "malformed_header", "get /userinfo header:Bearer+"),
    ("userinfo", "missing", "get /userinfo -"),
    (
        "userinfo",
        "no_openid_scope",
        "form /token app grant_type=client_credentials&scope=api
        get /userinfo bearer:{access_token}",
    ),
    (
        "userinfo",
        "revoked",
        "authorize\nredeem app
        form /revoke app token={refresh_token}
        get /userinfo bearer:{access_token}",
    ),
    (
        "userinfo",
        "several_methods",
        "authorize\nredeem app\nform /userinfo bearer:{access_token} access_token={access_token}",
    ),
    ("userinfo", "unknown", "get /userinfo bearer:x"),
    (
        "userinfo",
        "no_key_to_encrypt_to",
        "authorize client_id=keyless\nredeem keyless\nget /userinfo bearer:{access_token}",
    ),
    ("userinfo", "of_another_issuer", "assertion HS256 {}\nget /userinfo bearer:{assertion}"),
    ("userinfo", "no_content_type", "raw - /userinfo - access_token=x"),
    ("userinfo", "parameter_twice", "form /userinfo - access_token=a&access_token=b"),
    ("userinfo", "too_large", "raw application/x-www-form-urlencoded /userinfo - *"),
    ("userinfo", "wrong_method", "json DELETE /userinfo - {}"),
];

pub(super) const CLAIMS: &[Case] = &[
    (
        "claims",
        "expired",
        "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}\nwait 600
        get /claims_provider/claims bearer:{_claim_sources.bank.access_token}",
    ),
    ("claims", "malformed_header", "get /claims_provider/claims header:Bearer+"),
    ("claims", "missing", "get /claims_provider/claims -"),
    (
        "claims",
        "revoked",
        "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}
        form /revoke app token={refresh_token}
        get /claims_provider/claims bearer:{_claim_sources.bank.access_token}",
    ),
    (
        "claims",
        "several_methods",
        "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}
        form /claims_provider/claims bearer:{_claim_sources.bank.access_token} access_token={access_token}",
    ),
    (
        "claims",
        "token_for_userinfo",
        "authorize login_hint=ben\nredeem app\nget /claims_provider/claims bearer:{access_token}",
    ),
    ("claims", "unknown", "get /claims_provider/claims bearer:x"),
    ("claims", "no_content_type", "raw - /claims_provider/claims - access_token=x"),
    ("claims", "parameter_twice", "form /claims_provider/claims - access_token=a&access_token=b"),
    ("claims", "too_large", "raw application/x-www-form-urlencoded /claims_provider/claims - *"),
    ("claims", "wrong_method", "json DELETE /claims_provider/claims - {}"),
    (
        "claims_provider",
        "metadata_by_another_method",
        "json POST /claims_provider/.well-known/openid-configuration - {}",
    ),
    ("claims_provider", "keys_by_another_method", "json POST /claims_provider/jwks - {}"),
];

pub(super) const REGISTRATION: &[Case] = &[
    (
        "registration",
        "contradiction",
        "register {\"jwks\":{\"keys\":[]},\"jwks_uri\":\"https://app.example/jwks\"}",
    ),
    ("registration", "no_object", "json POST /register - []"),
    (
        "registration",
        "redirect_uri_bad",
        "json POST /register - {\"redirect_uris\":[\"https://app.example/cb#f\"]}",
    ),
    ("registration", "redirect_uri_missing", "json POST /register - {}"),
    (
        "registration",
        "sector",
        "register {\"subject_type\":\"pairwise\",\"sector_identifier_uri\":\"https://app.example/uris\"}",
    ),
    ("registration", "too_large", "raw application/json /register - *"),
    ("registration", "token_missing", "register {}\nget {registration_client_uri} -"),
    ("registration", "token_wrong", "register {}\nget {registration_client_uri} bearer:guess"),
    ("registration", "unsupported", "register {\"id_token_signed_response_alg\":\"RS1\"}"),
    ("registration", "wrong_form", "register {\"contacts\":\"ada@acme.test\"}"),
    ("registration", "full", "times 1001 register {}"),
];

pub(super) const END_SESSION: &[Case] = &[
    (
        "end_session",
        "client_id_differs",
        "authorize\nredeem app\nget /logout?id_token_hint={id_token}&client_id=other -",
    ),
    ("end_session", "return_of_anybody", "get /logout?post_logout_redirect_uri=https://app.example/bye -"),
    ("end_session", "hint_no_token", "get /logout?id_token_hint=x -"),
    (
        "end_session",
        "return_not_registered",
        "get /logout?client_id=app&post_logout_redirect_uri=https://evil.example -",
    ),
    ("end_session", "client_unknown", "get /logout?client_id=nobody -"),
    ("end_session", "no_content_type", "raw - /logout - client_id=app"),
    ("end_session", "parameter_twice", "get /logout?state=a&state=b -"),
    ("end_session", "too_large", "raw application/x-www-form-urlencoded /logout - *"),
    ("end_session", "wrong_method", "json DELETE /logout - {}"),
];

pub(super) const ELSEWHERE: &[Case] = &[
    ("device_authorization", "not_registered", "form /device_authorization narrow scope=openid"),
    ("device_authorization", "wrong_method", "get /device_authorization -"),
    ("device", "unknown_code", "get /device?user_code=BBBB-BBBB -"),
    (
        "device",
        "nobody_named",
        "form /device_authorization - client_id=tv
        form /device - user_code={user_code}&action=other&other_user=",
    ),
    ("device", "no_content_type", "raw - /device - user_code=x"),
    ("device", "wrong_method", "json DELETE /device - {}"),
    ("discovery", "wrong_method", "json POST /.well-known/openid-configuration - {}"),
    ("jwks", "wrong_method", "json POST /jwks - {}"),
    ("check_session", "wrong_method", "json POST /check_session - {}"),
    ("webfinger", "nobody_known", "get //.well-known/webfinger?resource=acct:eve@idp.test -"),
    ("webfinger", "no_resource", "get //.well-known/webfinger -"),
    ("server", "no_endpoint", "get /nothing -"),
    ("server", "no_issuer", "get //other/jwks -"),
];
