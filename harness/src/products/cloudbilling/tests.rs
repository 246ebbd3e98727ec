//! CloudBilling's cases from the product examples, and the rules that they do not touch.

#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are written")]

use rstest::rstest;
use serde_json::{Value, json};

use super::CloudBilling;
use super::wellformed::{locale, zoneinfo};
use crate::decision::{
    Act, AnyProduct, Document, Event, Origin, ProductKind, Renewal, ResponseMode, SessionView, Setup,
    SignOut, Timestamp,
};
use crate::products::testing::{after, at, decide, decide_under, documented, holds, ids, sound, verdict};

const EXAMPLES: &str = include_str!("../../../../fixtures/examples/cloudbilling.json");

#[rstest]
#[case::all_claims_first_sign_in("CB-E01")]
#[case::name_falls_back_to_preferred_username("CB-E03")]
#[case::preferred_username_falls_back_to_name("CB-E04")]
#[case::neither_name_nor_preferred_username("CB-E06")]
#[case::roles_missing("CB-E07")]
#[case::one_known_one_unknown_group("CB-E09")]
#[case::only_unknown_groups("CB-E10")]
#[case::an_empty_array_revokes_everything("CB-E12")]
#[case::email_missing("CB-E13")]
#[case::sub_is_a_number("CB-E15")]
#[case::account_locked("CB-E16")]
fn the_example_holds(#[case] id: &str) {
    holds(&CloudBilling, EXAMPLES, id);
}

#[test]
fn every_example_is_a_case_above_and_its_explanation_is_true() {
    assert_eq!(ids(EXAMPLES).len(), 11);
    let cases: Vec<Value> = serde_json::from_str(EXAMPLES).unwrap();
    for case in cases {
        sound(&CloudBilling, &case["given"]);
    }
}

/// Ann with all claims, some of them changed; `null` takes one away.
fn ann(changes: Value) -> Value {
    let mut claims = json!({
        "sub": "a1", "email": "ann@acme.example", "name": "Ann Acme", "preferred_username": "ann",
        "given_name": "Ann", "family_name": "Acme", "locale": "en-GB", "zoneinfo": "Europe/Amsterdam",
        "roles": ["ug-sales"],
    });
    for (key, value) in changes.as_object().unwrap() {
        claims[key] = value.clone();
    }
    json!({ "id_token": claims })
}

fn existing(mut given: Value, user: Value) -> Value {
    given["existing_user"] = user;
    given
}

#[rstest]
#[case::several_missing(json!({"zoneinfo": null, "email": null, "locale": null}), "missing_required_claim", json!(["email", "locale", "zoneinfo"]))]
#[case::blank_names(json!({"name": "  ", "preferred_username": ""}), "missing_required_claim", json!(["name"]))]
#[case::roles_as_one_string(json!({"roles": "ug-sales"}), "invalid_claim_type", json!(["roles"]))]
#[case::roles_with_a_number(json!({"roles": ["ug-sales", 1]}), "invalid_claim_type", json!(["roles"]))]
#[case::an_optional_claim_of_another_type(json!({"given_name": 1, "sub": 2}), "invalid_claim_type", json!(["given_name", "sub"]))]
#[case::type_before_absence(json!({"email": null, "locale": true}), "invalid_claim_type", json!(["locale"]))]
fn a_missing_or_mistyped_claim_is_named(#[case] changes: Value, #[case] reason: &str, #[case] claims: Value) {
    let given = ann(changes);
    let envelope = decide(&CloudBilling, &given);
    assert_eq!(verdict(&envelope), reason);
    assert_eq!(json!(envelope.claims), claims);
    sound(&CloudBilling, &given);
}

/// A claim that is there and empty is looked at, one that is not there is missed.
#[rstest]
#[case::empty(json!({"name": "", "preferred_username": null}), &[])]
#[case::the_other_one_is_empty(json!({"name": null, "preferred_username": ""}), &[])]
#[case::neither(json!({"name": null, "preferred_username": null}), &["name"])]
fn a_missing_name_is_told_from_an_empty_one(#[case] changes: Value, #[case] missed: &[&str]) {
    let envelope = decide(&CloudBilling, &ann(changes));
    assert_eq!(verdict(&envelope), "missing_required_claim");
    let reads = envelope.trace.steps.iter().flat_map(|step| &step.reads);
    let defaults = reads.filter(|read| read.document == Document::Default);
    assert_eq!(defaults.map(|read| read.path.as_str()).collect::<Vec<_>>(), missed);
}

#[rstest]
#[case::blank_name(json!({"name": " ", "given_name": null}), json!(["ann", "ann", "ann", "Acme"]))]
#[case::only_a_name(json!({"preferred_username": null, "given_name": null, "family_name": null}), json!(["Ann Acme", "Ann Acme", "Ann Acme", "Ann Acme"]))]
#[case::blank_given_name(json!({"given_name": ""}), json!(["Ann Acme", "ann", "Ann Acme", "Acme"]))]
fn names_stand_in_for_each_other(#[case] changes: Value, #[case] names: Value) {
    let given = ann(changes);
    let envelope = decide(&CloudBilling, &given);
    let actual = ["name", "preferred_username", "given_name", "family_name"]
        .map(|f| at(&envelope, &format!("/user/{f}")));
    assert_eq!(json!(actual), names);
    sound(&CloudBilling, &given);
}

#[rstest]
#[case::order_and_duplicates(json!(["ug-sales", "ug-finance", "ug-sales"]), json!({"user_groups": ["ug-finance", "ug-sales"]}), &[])]
#[case::one_more(json!(["ug-sales", "ug-finance"]), json!({"user_groups": ["ug-sales"]}), &["user.groups_replaced"])]
#[case::one_less(json!(["ug-sales"]), json!({"user_groups": ["ug-sales", "ug-finance"]}), &["user.groups_replaced"])]
#[case::stored_groups_left_out_are_none(json!(["ug-sales"]), json!({}), &["user.groups_replaced"])]
#[case::nothing_to_clear(json!([]), json!({"user_groups": []}), &[])]
#[case::only_unknown_groups_clear(json!(["ug-ghost"]), json!({"user_groups": ["ug-sales"]}), &["user.groups_cleared"])]
#[case::a_locked_account_keeps_its_groups(json!([]), json!({"user_groups": ["ug-sales"], "locked": true}), &[])]
fn stored_groups_are_replaced_when_they_differ(
    #[case] roles: Value,
    #[case] user: Value,
    #[case] effects: &[&str],
) {
    let given = existing(ann(json!({ "roles": roles })), user);
    assert_eq!(decide(&CloudBilling, &given).effects, effects);
    sound(&CloudBilling, &given);
}

#[test]
fn a_refused_sign_in_still_empties_the_stored_groups() {
    let given = existing(ann(json!({"roles": []})), json!({"user_groups": ["ug-sales"]}));
    let (_, state) = after(&CloudBilling, &given, &[]);
    assert_eq!(state.pointer("/users/0/user_groups"), Some(&json!([])));
}

#[rstest]
#[case::locale(json!({"locale": "en_GB"}), &["invalid_locale"])]
#[case::zoneinfo(json!({"zoneinfo": "Amsterdam"}), &["invalid_zoneinfo"])]
#[case::unverified(json!({"email_verified": false}), &["email_not_verified"])]
#[case::verified(json!({"email_verified": true}), &[])]
#[case::in_the_order_of_the_values(
    json!({"email_verified": false, "locale": "", "zoneinfo": "x y", "roles": ["ug-b", "ug-sales", "ug-a", "ug-b"]}),
    &["email_not_verified", "invalid_locale", "invalid_zoneinfo", "unknown_user_group:ug-b", "unknown_user_group:ug-a"]
)]
fn odd_values_are_findings_and_are_stored(#[case] changes: Value, #[case] findings: &[&str]) {
    let given = ann(changes.clone());
    let envelope = decide(&CloudBilling, &given);
    assert_eq!(verdict(&envelope), "signed_in");
    assert_eq!(envelope.findings, findings);
    if let Some(locale) = changes.get("locale") {
        assert_eq!(&at(&envelope, "/user/locale"), locale);
    }
    sound(&CloudBilling, &given);
}

#[rstest]
#[case::lenient_profile("CB-Q1", "lenient_profile", json!({"locale": null}), "signed_in", &["missing_profile_claim:locale"])]
#[case::without_groups("CB-Q2", "sign_in_without_permissions", json!({"roles": []}), "signed_in", &[])]
#[case::coerced("CB-Q3", "coerce", json!({"roles": "ug-sales"}), "signed_in", &[])]
#[case::malformed_is_refused("CB-Q9", "refuse", json!({"zoneinfo": "x"}), "invalid_zoneinfo", &[])]
#[case::unverified_is_refused("CB-Q10", "refuse", json!({"email_verified": false}), "email_not_verified", &[])]
fn another_reading_gives_another_outcome(
    #[case] id: &str,
    #[case] choice: &str,
    #[case] changes: Value,
    #[case] expected: &str,
    #[case] findings: &[&str],
) {
    let envelope = decide_under(&CloudBilling, &ann(changes.clone()), &[(id, choice)]);
    assert_eq!(verdict(&envelope), expected);
    assert_eq!(envelope.findings, findings);
    assert_ne!(verdict(&decide(&CloudBilling, &ann(changes))), expected);
}

fn configured(readings: &[(&str, &str)]) -> Box<dyn AnyProduct> {
    let vendor = CloudBilling.example(&json!({})).unwrap().vendor;
    let readings = readings.iter().map(|(id, choice)| ((*id).to_owned(), (*choice).to_owned())).collect();
    CloudBilling.configure(&Setup { vendor, base_url: None, readings }).unwrap()
}

#[rstest]
#[case::refused(&[], "local_account_email_conflict", &[])]
#[case::linked(&[("CB-Q8", "link")], "signed_in", &["user.linked_to_local_account", "user.created"])]
#[case::duplicated(&[("CB-Q8", "duplicate")], "signed_in", &["user.created"])]
fn a_local_account_with_the_same_address(
    #[case] readings: &[(&str, &str)],
    #[case] expected: &str,
    #[case] effects: &[&str],
) {
    let example = CloudBilling.example(&ann(json!({}))).unwrap();
    let state =
        json!({"user_groups": ["ug-sales"], "local_accounts": ["bob@acme.example", "Ann@acme.example"]});
    let product = configured(readings);
    let state = product.state(&state).unwrap();
    let (envelope, left) = product.on(&state, &Event::SignIn(Box::new(example.sign_in)), example.now);
    assert_eq!(verdict(&envelope), expected);
    assert_eq!(envelope.effects, effects);
    let linked = effects.contains(&"user.linked_to_local_account");
    assert_eq!(
        left["local_accounts"],
        if linked { json!(["bob@acme.example"]) } else { state["local_accounts"].clone() }
    );
}

#[rstest]
#[case::reported(&[], "signed_in", &["nonconformant_response_mode"])]
#[case::refused(&[("CB-Q5", "refuse")], "nonconformant_response_mode", &[])]
fn tokens_in_the_query(#[case] readings: &[(&str, &str)], #[case] expected: &str, #[case] findings: &[&str]) {
    let example = CloudBilling.example(&ann(json!({}))).unwrap();
    let mut sign_in = example.sign_in;
    sign_in.origin = Origin { issuer: "https://idp.example".to_owned(), tokens_in_query: true };
    let (envelope, _) =
        configured(readings).on(&example.state, &Event::SignIn(Box::new(sign_in)), example.now);
    assert_eq!(verdict(&envelope), expected);
    assert_eq!(envelope.findings, findings);
}

#[test]
fn a_renewal_replaces_the_groups_of_the_sign_in() {
    let first = CloudBilling.example(&ann(json!({"roles": ["ug-sales"]}))).unwrap();
    let (_, state) = first.product.on(&first.state, &Event::SignIn(Box::new(first.sign_in)), first.now);
    let second = CloudBilling.example(&ann(json!({"roles": ["ug-finance"]}))).unwrap();
    let (renewed, state) = second.product.on(&state, &Event::Renewal(Box::new(second.sign_in)), second.now);
    assert_eq!(renewed.effects, ["user.groups_replaced"]);
    assert_eq!(state.pointer("/users/0/user_groups"), Some(&json!(["ug-finance"])));
    let session = SessionView { record: renewed.record(), issuer: String::new(), subject: None };
    let refused = Event::RenewalRefused { session, error: "login_required".to_owned() };
    let (kept, after) = second.product.on(&state, &refused, Timestamp(0));
    assert_eq!(kept.trace.fired(), ["CB-R22"]);
    assert_eq!(after, state);
}

#[test]
fn an_administrator_locks_an_account_and_nothing_else() {
    let example =
        CloudBilling.example(&existing(ann(json!({})), json!({"user_groups": ["ug-sales"]}))).unwrap();
    let act = |act| Event::Administer(act);
    let lock = act(Act::EditUser(json!({"sub": "a1", "locked": true})));
    let (locked, state) = example.product.on(&example.state, &lock, example.now);
    assert_eq!(locked.effects, ["user.locked"]);
    let (refused, _) =
        example.product.on(&state, &Event::SignIn(Box::new(example.sign_in.clone())), example.now);
    assert_eq!(verdict(&refused), "user_locked");
    let assign = act(Act::AssignRoles(json!({"sub": "a1", "user_groups": ["ug-finance"]})));
    assert_eq!(
        verdict(&example.product.on(&state, &assign, example.now).0),
        "groups_come_from_the_roles_claim"
    );
}

#[test]
fn the_profile_is_that_of_the_documentation() {
    let product = configured(&[]);
    let profile = product.profile();
    let provider = &profile.providers[0];
    assert_eq!(provider.redirect_uri, "https://app.cloudbilling.nl/SSO/OIDC/17/Callback");
    assert_eq!(profile.paths.frontchannel_logout.as_deref(), Some("/SSO/OIDC/17/SignOut"));
    assert_eq!(profile.paths.start, ["/AcmeCorp"]);
    assert_eq!(
        (provider.scope.as_str(), provider.response_type.as_str()),
        ("openid profile email", "id_token")
    );
    assert_eq!(provider.accepted_modes, [ResponseMode::FormPost, ResponseMode::Query]);
    assert_eq!(configured(&[("CB-Q7", "none")]).profile().renewal, Renewal::None);
    assert_eq!(configured(&[("CB-Q6", "post_logout_redirect")]).profile().paths.frontchannel_logout, None);
    let way_back = "https://app.cloudbilling.nl/SSO/OIDC/17/SignOut".to_owned();
    assert_eq!(profile.sign_out, SignOut::EndSession { post_logout_redirect_uri: way_back });
}

#[rstest]
#[case::short_forms(json!({"id": 17, "tenant": "A", "client_id": "c", "issuer": "https://i"}), None)]
#[case::authority(json!({"ID": "17", "Tenant": "A", "Client Identifier": "c", "Authority": "https://i"}), None)]
#[case::misspelt(json!({"id": "17", "tenant": "A", "client_id": "c", "isuer": "https://i"}), Some("/isuer"))]
#[case::missing(json!({"id": "17", "tenant": "A", "client_id": "c"}), Some("/Issuer Identifier"))]
fn settings_are_read_under_the_vendors_names(#[case] vendor: Value, #[case] mistake: Option<&str>) {
    let mistakes = CloudBilling.configure(&Setup { vendor, ..Setup::default() }).err().unwrap_or_default();
    assert_eq!(mistakes.first().map(|mistake| mistake.path.as_str()), mistake);
}

#[rstest]
#[case::language("nl", true)]
#[case::region("en-GB", true)]
#[case::number_region("es-419", true)]
#[case::script("zh-Hant-TW", true)]
#[case::extended_language("zh-yue-HK", true)]
#[case::variant("sl-rozaj-biske", true)]
#[case::extension("de-DE-u-co-phonebk", true)]
#[case::private_use("x-acme", true)]
#[case::underscore("en_GB", false)]
#[case::empty("", false)]
#[case::trailing_hyphen("en-", false)]
#[case::two_regions("en-GB-US", false)]
#[case::empty_extension("en-u", false)]
#[case::year_as_variant("de-1996", true)]
#[case::two_extended_languages("zh-yue-cmn-HK", true)]
#[case::extended_language_of_four_letters("abcd-yue", false)]
#[case::letters_as_a_number_region("en-4a9", false)]
#[case::number_region_too_short("en-12", false)]
#[case::second_script("sl-Latn-abcd", false)]
#[case::extension_without_a_letter("en-_-abc", false)]
#[case::extension_too_long("en-u-abcdefghi", false)]
#[case::language_too_long("abcdefghi", false)]
#[case::private_use_too_long("x-abcdefghi", false)]
#[case::private_use_ends_early("x-ab-", false)]
#[case::private_use_of_nothing("x", false)]
#[case::private_use_at_the_end("en-x-acme", true)]
fn a_locale_is_a_language_tag(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(locale(text), expected);
}

#[rstest]
#[case::area_and_city("Europe/Amsterdam", true)]
#[case::three_parts("America/Argentina/Buenos_Aires", true)]
#[case::offset("Etc/GMT+1", true)]
#[case::utc("UTC", true)]
#[case::no_area("Amsterdam", false)]
#[case::unknown_area("Mars/Phobos", false)]
#[case::blank_in_it("Europe/ Amsterdam", false)]
#[case::no_place("Europe/", false)]
#[case::blank_inside("Europe/St Petersburg", false)]
#[case::digit_in_front("Etc/1GMT", false)]
#[case::empty("", false)]
fn a_zoneinfo_is_a_time_zone_name(#[case] text: &str, #[case] expected: bool) {
    assert_eq!(zoneinfo(text), expected);
}

#[test]
fn the_trace_of_a_revocation_reads_well() {
    let given = existing(ann(json!({"roles": ["ug-ghost"]})), json!({"user_groups": ["ug-sales"]}));
    insta::assert_json_snapshot!(decide(&CloudBilling, &given));
}

#[test]
fn the_readme_lists_every_rule_and_reading() {
    documented(&CloudBilling, include_str!("README.md"));
}
