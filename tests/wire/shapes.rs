//! A script for every shape of a good answer. Metadata has tests of its own.

use super::refusals::Case;

pub(super) const SHAPES: &[Case] = &[
    ("jwks", "keys", "get /jwks -"),
    ("authorization", "login_page", "authorize login_hint="),
    ("authorization", "login_page_for_another_session", "authorize\nauthorize prompt=select_account&login_hint="),
    ("authorization", "code", "authorize"),
    ("authorization", "code_without_state", "authorize state="),
    ("authorization", "code_in_the_fragment", "authorize response_mode=fragment"),
    ("authorization", "code_in_a_form", "authorize response_mode=form_post"),
    ("authorization", "id_token", "authorize response_type=id_token"),
    ("authorization", "id_token_token", "authorize response_type=id_token+token"),
    ("authorization", "code_id_token", "authorize response_type=code+id_token"),
    ("authorization", "code_token", "authorize response_type=code+token"),
    ("authorization", "code_id_token_token", "authorize response_type=code+id_token+token"),
    ("authorization", "tokens_in_a_form", "authorize response_type=id_token+token&response_mode=form_post"),
    ("authorization", "silent", "authorize\nauthorize prompt=none&login_hint="),
    ("authorization", "login", "authorize login_hint=\nform /login - request={field.request}&user=ada"),
    (
        "authorization",
        "login_by_name",
        "authorize login_hint=
        form /login - request={field.request}&action=other&other_user=somebody",
    ),
    (
        "authorization",
        "login_without_a_name",
        "authorize login_hint=
        form /login - request={field.request}&action=other&other_user=",
    ),
    (
        "authorization",
        "login_with_claims_that_are_no_json",
        "authorize login_hint=
        form /login - request={field.request}&user=ada&claims.id_token=%7B",
    ),
    ("authorization", "request_object", "authorize request=eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6Imluc2lkZSJ9."),
    ("authorization", "pushed_request", "form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak&state=pushed&login_hint=ada\nauthorize request_uri={request_uri}"),
    ("pushed", "taken_in", "form /par app response_type=code&scope=openid&redirect_uri=https://app.example/cb%3Fprotocol=oidc%26provider=keycloak"),
    ("authorization", "consent_page", "authorize client_id=asked"),
    (
        "authorization",
        "consent",
        "authorize client_id=asked
        form /consent - request={field.request}&seal={field.seal}&action=allow",
    ),
    ("check_session", "page", "get /check_session -"),
    ("webfinger", "account", "get //.well-known/webfinger?resource=acct:ada@idp.test -"),
    ("token", "code", "authorize\nredeem app"),
    ("token", "code_of_a_public_client", "authorize client_id=spa&{challenge}\nredeem - client_id=spa&code_verifier={verifier}"),
    ("token", "code_without_openid", "authorize scope=api\nredeem app"),
    ("token", "refresh", "authorize\nredeem app\nrefresh app"),
    ("token", "client_credentials", "form /token app grant_type=client_credentials&scope=api"),
    ("token", "by_an_assertion", "assertion HS256 {}\nassert"),
    ("token", "preflight", "json OPTIONS /token - {}"),
    ("userinfo", "get", "authorize\nredeem app\nget /userinfo bearer:{access_token}"),
    ("userinfo", "form", "authorize\nredeem app\nform /userinfo - access_token={access_token}"),
    ("userinfo", "signed", "authorize client_id=informed\nredeem informed\nget /userinfo bearer:{access_token}"),
    ("userinfo", "encrypted", "authorize client_id=sealed\nredeem sealed\nget /userinfo bearer:{access_token}"),
    ("userinfo", "claims_of_others", "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}"),
    ("token", "encrypted_id_token", "authorize client_id=sealed\nredeem sealed"),
    ("authorization", "encrypted_id_token", "authorize client_id=sealed&response_type=id_token"),
    ("claims_provider", "metadata", "get /claims_provider/.well-known/openid-configuration -"),
    ("claims_provider", "keys", "get /claims_provider/jwks -"),
    (
        "claims",
        "get",
        "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}
        get /claims_provider/claims bearer:{_claim_sources.bank.access_token}",
    ),
    (
        "claims",
        "form",
        "authorize login_hint=ben\nredeem app\nget /userinfo bearer:{access_token}
        form /claims_provider/claims - access_token={_claim_sources.bank.access_token}",
    ),
    ("introspection", "access_token", "authorize\nredeem app\nform /introspect app token={access_token}"),
    ("introspection", "refresh_token", "authorize\nredeem app\nform /introspect app token={refresh_token}"),
    ("introspection", "own_token", "form /token app grant_type=client_credentials\nform /introspect app token={access_token}"),
    ("introspection", "inactive", "form /introspect app token=x"),
    ("revocation", "known", "authorize\nredeem app\nform /revoke app token={refresh_token}"),
    ("revocation", "unknown", "form /revoke app token=x"),
    ("device_authorization", "codes", "form /device_authorization - client_id=tv&scope=openid"),
    ("device", "which_device", "get /device -"),
    (
        "device",
        "question",
        "form /device_authorization - client_id=tv&scope=openid
        get /device?user_code={user_code} -",
    ),
    (
        "device",
        "connected",
        "form /device_authorization - client_id=tv&scope=openid
        form /device - user_code={user_code}&user=ada",
    ),
    (
        "device",
        "denied",
        "form /device_authorization - client_id=tv&scope=openid
        form /device - user_code={user_code}&action=deny",
    ),
    (
        "token",
        "device_code",
        "form /device_authorization - client_id=tv&scope=openid
        form /device - user_code={user_code}&user=ada
        form /token - client_id=tv&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code={device_code}",
    ),
    ("end_session", "question", "authorize\nget /logout -"),
    ("end_session", "nobody_signed_in", "get /logout -"),
    (
        "end_session",
        "clients_are_told",
        "authorize\nredeem app
        get /logout?id_token_hint={id_token}&post_logout_redirect_uri=https://app.example/bye&state=s -",
    ),
    (
        "end_session",
        "straight_back",
        "authorize client_id=narrow\nredeem narrow
        get /logout?id_token_hint={id_token}&post_logout_redirect_uri=https://app.example/bye&state=s -",
    ),
    (
        "end_session",
        "stayed",
        "authorize\nget /logout -
        form /logout - action=stay&{form}",
    ),
    (
        "end_session",
        "agreed",
        "authorize\nget /logout -
        form /logout - action=logout&{form}",
    ),
    ("registration", "registered", "register {\"client_name\":\"Dyn\",\"client_name#de\":\"Dünn\"}"),
    (
        "registration",
        "public",
        "register {\"token_endpoint_auth_method\":\"none\",\"application_type\":\"native\",\"redirect_uris\":[\"com.example.app:/cb\"]}",
    ),
    ("registration", "read", "register {}\nget {registration_client_uri} bearer:{registration_access_token}"),
    (
        "registration",
        "replaced",
        "register {}
        json PUT {registration_client_uri} bearer:{registration_access_token} {\"client_id\":\"{client_id}\",\"redirect_uris\":[\"https://app.example/new\"]}",
    ),
    (
        "registration",
        "deleted",
        "register {}
        json DELETE {registration_client_uri} bearer:{registration_access_token} {}",
    ),
];
