//! Vendor settings that a product takes and that do not do what they look like, as the product itself tells them.

use mock_idp::source::{Diagnostic, Node, Sources};

use crate::decision::AnyProduct;
use crate::scenario::load::place;

/// What the product doubts of its configuration, each at its place inside the text where it stands in one.
pub(super) fn tell(
    config: Option<&Node>,
    product: &dyn AnyProduct,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    let Some(config) = config else { return };
    for doubt in product.doubts() {
        let place = place::of_doubt(&doubt, config, sources);
        let warning = Diagnostic::warning(doubt.code, doubt.about.message).at(place, doubt.label);
        let told = warning.help_if(doubt.about.help).with_note(doubt.because);
        // One that was there before a restart is there after it.
        if !found.contains(&told) {
            found.push(told);
        }
    }
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Sources, parse};
    use rstest::rstest;

    use super::super::product;
    use crate::products;

    #[rstest]
    #[case::no_arrow(
        "gorules",
        "{ env: { SSO_OAUTH2_GROUPS_MAPPING: 'a->admin, ops=member' } }",
        "P0406",
        "ops=member"
    )]
    #[case::no_level("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: a->owner } }", "P0406", "a->owner")]
    #[case::no_group("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: '->admin' } }", "P0406", "->admin")]
    #[case::a_comma_too_many(
        "gorules",
        "{ env: { SSO_OAUTH2_GROUPS_MAPPING: 'a->admin,' } }",
        "P0406",
        "'a->admin,'"
    )]
    #[case::in_a_file(
        "gorules",
        "{ env: \"A=b\\nSSO_OAUTH2_GROUPS_MAPPING=ops=>admin\" }",
        "P0406",
        "ops=>admin"
    )]
    #[case::under_auth("billrun", "{ auth: { protocols: [cas], oidc: [{ name: a }] } }", "P0408", "[cas]")]
    #[case::two_dots("billrun", "{ protocols: [oidc], oidc: [{ roles_path: a..b }] }", "P0407", "a..b")]
    #[case::a_dot_at_the_end("billrun", "{ protocols: [oidc], oidc: [{ roles_path: a. }] }", "P0407", "a.")]
    #[case::another_protocol("billrun", "{ protocols: [cas], oidc: [{ name: a }] }", "P0408", "[cas]")]
    #[case::no_protocols("billrun", "{ oidc: [{ name: a }] }", "P0408", "[{ name: a }]")]
    #[case::in_a_flat_map("gorules", "{ SSO_OAUTH2_GROUPS_MAPPING: ops->owner }", "P0406", "ops->owner")]
    #[case::in_a_text("gorules", "\"A=b\\nSSO_OAUTH2_GROUPS_MAPPING=ops=>admin\"", "P0406", "ops=>admin")]
    #[case::in_lines_of_a_text(
        "gorules",
        "\n    env: |\n      A=ops->x\n      SSO_OAUTH2_GROUPS_MAPPING=b->admin,ops->x",
        "P0406",
        "ops->x"
    )]
    #[case::after_a_restart(
        "gorules",
        "{ env: { SSO_OAUTH2_GROUPS_MAPPING: a->admin } }\nsteps: [{ restart: { config: { env: { SSO_OAUTH2_GROUPS_MAPPING: a->owner } } } }]",
        "P0406",
        "a->owner"
    )]
    #[case::before_and_after_a_restart(
        "billrun",
        "{ protocols: [cas], oidc: [{ name: a }] }\nsteps: [{ restart: { config: { session: { timeout: 60 } } } }]",
        "P0408",
        "[cas]"
    )]
    #[case::read_otherwise_after_a_restart(
        "billrun",
        "{ protocols: [cas], oidc: [{ name: a }] }\nreadings: { BR-Q2: hide }\nsteps: [{ restart: { readings: { BR-Q2: refuse } } }]",
        "P0408",
        "[cas]"
    )]
    fn a_setting_that_does_nothing_is_told_at_its_place(
        #[case] product: &str,
        #[case] config: &str,
        #[case] code: &str,
        #[case] place: &str,
    ) {
        let (said, places) = said(product, config);
        assert_eq!((said, places), (vec![code.to_owned()], vec![place.to_owned()]));
    }

    #[rstest]
    #[case::a_mapping("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: 'a->b->admin , c->member' } }")]
    #[case::a_path("billrun", "{ protocols: [cas, oidc], oidc: [{ roles_path: a.b }, { roles_path: '' }] }")]
    #[case::no_provider("billrun", "{ protocols: [cas] }")]
    #[case::an_empty_mapping("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: '' } }")]
    #[case::a_hidden_button(
        "billrun",
        "{ protocols: [cas], oidc: [{ name: a }] }\nreadings: { BR-Q2: hide }"
    )]
    #[case::of_another_product("bindplane", "{ oidc: [{ roles_path: a..b }] }")]
    fn what_does_something_is_not_told(#[case] product: &str, #[case] config: &str) {
        assert_eq!(said(product, config).0, Vec::<String>::new());
    }

    fn said(product: &str, config: &str) -> (Vec<String>, Vec<String>) {
        let mut sources = Sources::new();
        let tree = parse(&mut sources, "x.yaml", format!("product:\n  config: {config}")).unwrap();
        let mut found = Vec::new();
        product::check(&tree, products::named(product), &sources, &mut found);
        // What else there is to say of so little is none of this.
        found.retain(|it| matches!(&*it.code, "P0406" | "P0407" | "P0408"));
        let place =
            |it: &mock_idp::source::Diagnostic| sources.slice(it.primary.as_ref().unwrap().span).to_owned();
        (found.iter().map(|it| it.code.to_string()).collect(), found.iter().map(place).collect())
    }
}
