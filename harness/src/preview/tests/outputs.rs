//! Suggestions, and the forms in which a preview is written.

use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::super::*;
use crate::products;

fn wanted(texts: &[&str]) -> Vec<Expression> {
    texts.iter().map(|text| Expression::parse(text).unwrap()).collect()
}

fn config(product: &str) -> Option<Value> {
    match product {
        "gorules" => Some(json!({
            "SSO_OAUTH2_PROVIDER": "oidc", "SSO_OAUTH2_CLIENT_ID": "brms", "SSO_OAUTH2_ISSUER": "https://idp.example",
            "SSO_OAUTH2_JWKS_URI": "https://idp.example/jwks", "SSO_OAUTH2_GROUPS_MAPPING": "ops->admin,dev->member",
        })),
        "billwerk" => Some(json!({
            "Authority": "https://idp.example", "OIDC Settings Client ID": "s", "External Login Client ID": "l",
            "Client Secret": "x", "Scope": "openid", "Active": true,
            "External Role Assignments Strategy": "Role per legal entity",
        })),
        _ => None,
    }
}

#[rstest]
#[case::billrun("billrun", &["effective_permissions contains read", "effective_permissions contains reports"])]
#[case::cloudbilling("cloudbilling", &["user.user_groups contains ug-finance"])]
#[case::billwerk("billwerk", &["roles_by_legal_entity.LE2 contains Finance"])]
#[case::gorules("gorules", &["user.type = admin"])]
#[case::bindplane("bindplane", &["project_roles.P1 = admin", "project_roles.P2 = viewer"])]
fn a_suggestion_reads_well(#[context] ctx: Context, #[case] product: &str, #[case] texts: &[&str]) {
    let input = Input { config: config(product), ..Input::default() };
    let kind = products::named(product).unwrap();
    let suggestion = suggest(kind, &input, &wanted(texts)).unwrap();
    assert!(Expression::all(&wanted(texts)).holds(&suggestion.result));
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap() }, {
        insta::assert_snapshot!(tell_suggestion(&suggestion));
    });
}

/// What is told where there are no such claims, and where they lead to a refusal.
#[rstest]
#[case::single_sign_on_is_off("billwerk", Some(json!({"Authority": "https://idp.example", "Active": false})), "decision = signed_in")]
#[case::nothing_is_mapped("gorules", None, "user.type = admin")]
#[case::no_such_project("bindplane", None, "project_roles.P9 = admin")]
#[case::nobody("gorules", None, "decision = rejected")]
fn a_suggestion_says_which_rule_decides(
    #[context] ctx: Context,
    #[case] product: &str,
    #[case] config: Option<Value>,
    #[case] text: &str,
) {
    let kind = products::named(product).unwrap();
    let input = Input { config, ..Input::default() };
    let told = match suggest(kind, &input, &wanted(&[text])) {
        Ok(suggestion) => tell_suggestion(&suggestion),
        Err(NoSuggestion::OutOfReach { unknown, in_the_way, .. }) => {
            tell_no_suggestion(&unknown, &in_the_way)
        }
        Err(NoSuggestion::Mistaken(mistakes)) => panic!("{mistakes:?}"),
    };
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap() }, {
        insta::assert_snapshot!(told);
    });
}

/// Without any one of its claims or entries, a suggestion does not hold.
#[rstest]
#[case::billrun("billrun", &["effective_permissions contains read", "effective_permissions contains reports"])]
#[case::cloudbilling("cloudbilling", &["user.user_groups contains ug-finance and user.user_groups contains ug-sales"])]
#[case::bindplane("bindplane", &["organization_role = admin"])]
fn nothing_of_a_suggestion_can_be_left_out(#[case] product: &str, #[case] texts: &[&str]) {
    let kind = products::named(product).unwrap();
    let suggestion = suggest(kind, &Input::default(), &wanted(texts)).unwrap();
    let claims = suggestion.claims["id_token"].as_object().unwrap();
    let rehearsal =
        |claims: Value| Rehearsal::of(kind, &Input { claims: Some(claims), ..Input::default() }).unwrap();
    let holds = |claims: Value| Expression::all(&wanted(texts)).holds(&answers(&rehearsal(claims).play()));
    assert!(holds(json!(claims)));
    for name in claims.keys() {
        let mut less = claims.clone();
        less.shift_remove(name);
        assert!(!holds(json!(less)), "`{name}` is not needed");
    }
}

#[test]
fn what_is_out_of_reach_is_said_to_be() {
    let kind = products::named("bindplane").unwrap();
    let found =
        suggest(kind, &Input::default(), &wanted(&["decision = signed_in", "project_roles.P9 = admin"]));
    let Err(NoSuggestion::OutOfReach { wanted, .. }) = found else { panic!("{found:?}") };
    assert_eq!(wanted, "decision = signed_in and project_roles.P9 = admin");
}

fn hostile() -> Preview {
    let kind = products::named("bindplane").unwrap();
    let given = json!({"id_token": {
        "sub": "<script>alert(1)</script>", "email": "a|b`*x*`\n# no heading @corp.example", "bindplane_projects": "P1,<b>:P2",
    }});
    example(kind, &given, &BTreeMap::new()).unwrap()
}

#[test]
fn a_page_reads_well_and_claims_are_no_markup() {
    let preview = hostile();
    let answers = Answers::default();
    let page = html(&[(&preview, &answers)], Level::Off);
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    insta::with_settings!({ snapshot_suffix => "html" }, { insta::assert_snapshot!(page); });
    let page = markdown(&[(&preview, &answers)], Level::Off);
    assert!(!page.contains("<script") && !page.contains("\n# no heading"), "{page}");
    insta::with_settings!({ snapshot_suffix => "markdown" }, { insta::assert_snapshot!(page); });
}

/// What the text says of a decision, a page says too.
#[test]
fn a_page_leaves_out_nothing_of_a_decision() {
    let given = json!({"id_token": {
        "sub": "b1", "email": "bo@corp.example", "bindplane_projects": "admin:P1,user:P2,P3",
    }});
    let preview = example(products::named("bindplane").unwrap(), &given, &BTreeMap::new()).unwrap();
    let answers = Answers::default();
    let text = text(&preview, Level::Full, &|_| None);
    let page = html(&[(&preview, &answers)], Level::Full).replace("&quot;", "\"").replace("&gt;", ">");
    let markdown = markdown(&[(&preview, &answers)], Level::Full).replace('\\', "");
    let known =
        |step: &str| step.split_once('[').and_then(|(_, grade)| Some(grade.split_once(']')?.0.to_owned()));
    let mut looked_at = 0;
    for line in text.lines() {
        let line = line.trim();
        let rest = ["read  ", "why   ", "then  "].iter().find_map(|label| line.strip_prefix(label));
        let said = rest.map(str::to_owned).or_else(|| known(line));
        let Some(said) = said.filter(|_| line.contains("  ")) else { continue };
        looked_at += 1;
        assert!(page.contains(&said), "html: {said}");
        // Markdown escapes more than these, so only what it cannot need to is compared.
        let plain = said.chars().all(|c| c.is_alphanumeric() || c == ' ');
        assert!(!plain || markdown.contains(&said), "markdown: {said}");
    }
    assert!(looked_at > 40 && page.contains("part 0") && page.contains("(from #"), "{page}");
}

#[test]
fn answers_stand_on_a_page_as_they_are() {
    let preview = hostile();
    let rehearsal = Rehearsal::of(products::named("bindplane").unwrap(), &Input::default()).unwrap();
    let questions = Questions { why: vec!["decision".to_owned()], ..Questions::default() };
    let answers = questions.answered(&rehearsal, None).unwrap();
    assert!(markdown(&[(&preview, &answers)], Level::Off).contains("```text\ndecision = "));
}
