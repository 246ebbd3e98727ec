//! What billwerk listens to.

use super::config::{Config, Integration, Strategy};
use super::readings::RoleClaims;
use super::record::Role;
use super::rules::{BW_R11, BW_R12};
use super::state::State;
use crate::decision::{ClaimPath, Document, Range, Shape, Term};

/// Who it is, and the role claim of the strategy in force (BW-R9 to BW-R11).
pub(super) fn vocabulary(config: &Config, state: &State) -> Vec<Term> {
    let any = |name, example| Term::any(Document::IdToken, name, example);
    let mut terms = vec![
        any("sub", "ext-1").required(),
        any("email", "ada@corp.example").required(),
        any("given_name", "Ada"),
        any("family_name", "Lovelace"),
    ];
    let integration = config.forms.first().map_or(Integration::Oidc, |form| form.integration);
    terms.extend(roles(config, config.strategy(integration), state));
    terms
}

fn roles(config: &Config, strategy: Strategy, state: &State) -> Vec<Term> {
    let names = || Role::ALL.iter().map(|role| role.name());
    let words =
        |path: ClaimPath, words: Vec<String>| Term::words(Document::IdToken, path, Shape::ListOrText, words);
    match (strategy, config.readings.role_claims) {
        (Strategy::NoExternalRoleAssignments, _) => Vec::new(),
        (Strategy::OneRoleForAllLegalEntities, _) => {
            vec![words(ClaimPath::top("roles"), names().map(str::to_owned).collect())]
        }
        (Strategy::RolePerLegalEntity, RoleClaims::Placeholders) => {
            let path = |entity: &String| ClaimPath::of(["legal_entity_roles".to_owned(), entity.clone()]);
            let entities = state.legal_entities.iter();
            entities.map(|entity| words(path(entity), names().map(str::to_owned).collect())).collect()
        }
        (Strategy::RolePerLegalEntity, RoleClaims::OneClaim) => {
            let of = |entity: &String| names().map(|name| format!("{entity}:{name}")).collect::<Vec<_>>();
            vec![words(ClaimPath::top("roles"), state.legal_entities.iter().flat_map(of).collect())]
        }
    }
}

/// The legal entities of the account, and the roles (BW-R11, BW-R12).
pub(super) fn ranges(state: &State) -> Vec<Range> {
    let roles = Role::ALL.iter().map(|role| role.name());
    vec![
        Range::keys(
            &["roles_by_legal_entity"],
            "legal entity",
            state.legal_entities.iter().cloned(),
            &BW_R11,
        ),
        Range::entries(&["roles_by_legal_entity", "*"], "role", roles, &BW_R12),
    ]
}
