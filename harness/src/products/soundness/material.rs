//! What sign-ins are generated from: the product examples, mixed with each other and with odd values.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::decision::ProductKind;
use crate::products::cases::cases_of;

const DOCUMENTS: [&str; 3] = ["id_token", "access_token", "userinfo"];

/// A sequence of choices. It ends in zeros, and zero is the plainest choice, so that failures shrink to plain cases.
pub(super) struct Tape {
    choices: Vec<u16>,
    at: usize,
}

impl Tape {
    pub(super) fn new(choices: Vec<u16>) -> Self {
        Self { choices, at: 0 }
    }

    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        let choice = self.choices.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(choice) % bound.max(1)
    }

    fn pick<'v, T>(&mut self, values: &'v [T]) -> Option<&'v T> {
        values.get(self.below(values.len()))
    }
}

/// Cases of one product, and for each claim and each field the values that occur anywhere.
pub(super) struct Material {
    cases: Vec<Map<String, Value>>,
    claims: BTreeMap<String, Vec<Value>>,
    fields: BTreeMap<String, Vec<Value>>,
}

impl Material {
    pub(super) fn of(product: &str) -> Self {
        let cases: Vec<Map<String, Value>> =
            cases_of(product).iter().map(|case| case["given"].as_object().unwrap().clone()).collect();
        let mut material = Self { cases, claims: BTreeMap::new(), fields: BTreeMap::new() };
        for (key, value) in material.cases.clone().into_iter().flatten().chain(more_fields(product)) {
            let values = material.fields.entry(key.clone()).or_default();
            if !values.contains(&value) {
                values.push(value.clone());
            }
            if DOCUMENTS.contains(&key.as_str()) {
                for (claim, value) in value.as_object().into_iter().flatten() {
                    material.claims.entry(claim.clone()).or_default().push(value.clone());
                }
            }
        }
        for (claim, values) in more_claims(product) {
            let values = values.as_array().unwrap().clone();
            material.claims.entry(claim).or_default().extend(values);
        }
        material
    }

    /// A case with some fields and some claims changed.
    pub(super) fn given(&self, tape: &mut Tape) -> Value {
        let mut given = tape.pick(&self.cases).cloned().unwrap_or_default();
        for _ in 0..tape.below(3) {
            let fields: Vec<&String> = self.fields.keys().collect();
            let Some(field) = tape.pick(&fields).copied() else { break };
            match tape.pick(self.fields.get(field).map_or(&[], Vec::as_slice)) {
                Some(value) if tape.below(4) > 0 => given.insert(field.clone(), value.clone()),
                _ => given.remove(field),
            };
        }
        for _ in 0..tape.below(6) {
            let document = tape.pick(&DOCUMENTS).copied().unwrap_or_default();
            if let Some(claims) = given.get_mut(document).and_then(Value::as_object_mut) {
                self.change(claims, tape);
            }
        }
        Value::Object(given)
    }

    fn change(&self, claims: &mut Map<String, Value>, tape: &mut Tape) {
        let names: Vec<&String> = self.claims.keys().collect();
        let Some(name) = tape.pick(&names).copied() else { return };
        let known = self.claims.get(name).map_or(&[][..], Vec::as_slice);
        match tape.below(8) {
            0 => {
                claims.shift_remove(name);
            }
            1 => {
                claims.extend(tape.pick(&odd()).map(|value| (name.clone(), value.clone())));
            }
            _ => claims.extend(tape.pick(known).map(|value| (name.clone(), value.clone()))),
        }
    }
}

/// Up to two readings other than the recommended ones.
pub(super) fn readings(kind: &dyn ProductKind, tape: &mut Tape) -> BTreeMap<String, String> {
    let mut readings = BTreeMap::new();
    for _ in 0..tape.below(3) {
        if let Some(reading) = tape.pick(kind.readings())
            && let Some(choice) = tape.pick(reading.choices)
        {
            readings.insert(reading.id.to_owned(), choice.name.to_owned());
        }
    }
    readings
}

/// Values of the wrong type, and empty ones.
fn odd() -> Vec<Value> {
    vec![
        json!(null),
        json!(""),
        json!(" "),
        json!(0),
        json!(7.5),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([1, "admin"]),
        json!(["admin", "admin"]),
        json!({"a": {"b": ["c"]}}),
        json!("admin,user"),
        json!("[\"admin\"]"),
    ]
}

/// Claims and values that the examples do not hold.
fn more_claims(product: &str) -> Map<String, Value> {
    let more = match product {
        "billrun" => json!({
            "billrun_roles": [{"billing": ["admin"]}, {"billing": ["read", "write", "unknown"]}, {"crm": ["admin"]}, {"billing": "admin"}],
            "preferred_username": ["ada", "0", ""],
            "email": ["ada@acme.test"],
        }),
        "cloudbilling" => json!({
            "roles": [["ug-sales"], ["ug-finance", "ug-sales", "ug-sales"], ["unknown", "ug-sales"], "ug-sales"],
            "email_verified": [true, false],
            "locale": ["en-GB", "english!"],
            "zoneinfo": ["Europe/Paris", "nowhere"],
        }),
        "billwerk" => json!({
            "roles": [["Admin"], ["Finance", "Reports"], ["Admin", "Finance"], ["Nothing"], "Finance"],
            "given_name": ["Ada"],
        }),
        "gorules" => json!({
            "groups": [["Infra_architect", "developers"], ["infra_architect"], ["BA_analysts", "TECH-leads", "audit"], "Infra_architect"],
            "resource_access.account.roles": [["tech_manager"], []],
            "resource_access": [{"account": {"roles": ["developers"]}}, {"account": {"other": 1}}],
            "azp": ["gorules", "another"],
            "cid": ["gorules", "another"],
            "client_id": ["gorules"],
            "aud": ["gorules", ["gorules", "x"], "account"],
            "hasgroups": [true, false],
            "_claim_names": [{"groups": "src1"}, {"x": "y"}],
            "name": ["Gus"],
            "given_name": ["Gus"],
            "family_name": ["Grau"],
            "sub": ["g2"],
            "email": ["GUS@corp.example", "other@corp.example"],
        }),
        _ => json!({
            "bindplane_org_admin": ["true", "TRUE", "false", true, false, "1"],
            "bindplane_default_role": ["admin", "User", "viewer", "boss", " admin "],
            "bindplane_projects": [
                "P1", "admin:P1", "admin:P1,viewer:P2,P3", "user:P1,user:P2", "P1,P1,admin:P1", "admin:P1,user:P1,P2",
                "nope", "boss:P2,P3", "P3,P2,P1", ",", "a:b:c,P2", "viewer:P2",
            ],
            "groups": [
                ["bindplane-admin"], ["viewer", "bindplane-projects-P1"], ["bindplane-org-admin"], "bindplane-user, bindplane-projects-P2",
                ["bindplane-projects-admin:P1", "bindplane-projects-viewer:P2", "bindplane-projects-P3"], ["staff"],
                ["bindplane-projects-nope"], ["bindplane-org-admin", "user", "bindplane-projects-P1"],
            ],
            "group_ids": [["bindplane-viewer"], "admin"],
            "roles": [["bindplane-user"], "admin", ["bindplane-projects-P2"]],
            "user_groups": [["acme-admin", "admin"]],
            "sub": ["b2"],
        }),
    };
    more.as_object().unwrap().clone()
}

/// Fields and values that the examples do not hold.
fn more_fields(product: &str) -> Vec<(String, Value)> {
    let more = match product {
        "gorules" => vec![
            ("env", json!({"SSO_OAUTH2_JWKS_URI": ""})),
            ("env", json!({"SSO_OAUTH2_IDENTITY_TOKEN_SOURCE": "id_token"})),
            ("env", json!({"SSO_OAUTH2_ISSUER": ""})),
            (
                "env",
                json!({"SSO_OAUTH2_ROLES_MAPPING_ENABLED": "true", "SSO_OAUTH2_GROUPS_MAPPING": "BA_analysts->admin,developers->member"}),
            ),
            ("existing_user", json!({"type": "owner"})),
            ("existing_user", json!({"status": "invited", "idp_roles": ["lead"], "manual_roles": ["gone"]})),
        ],
        "bindplane" => vec![
            ("organization_has_users", json!(false)),
            ("other_org_admins", json!(0)),
            (
                "oidc",
                json!({"disableInvitations": true, "customClaims": {"adminGroupName": "acme-admin", "groups": "user_groups"}}),
            ),
            ("existing_user", json!({})),
            (
                "existing_user",
                json!({"organization_role": "admin", "project_roles": {"P2": "viewer", "P9": "user"}}),
            ),
            ("invitation", json!({"project": "P2", "role": "viewer"})),
        ],
        _ => Vec::new(),
    };
    more.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}
