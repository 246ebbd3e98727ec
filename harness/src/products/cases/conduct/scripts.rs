//! What happens to each product, for the record.

use serde_json::{Value, json};

/// A script: a sign-in in the shape of `given`, then permissions that are asked for, then acts of an administrator.
pub(super) type Script = (Value, &'static [&'static str], Value);

pub(super) fn billrun() -> Script {
    let roles = json!({"billing": ["write", "READ", "x"], "crm": ["admin"]});
    let given = json!({"id_token": {"sub": "u1", "preferred_username": "dana", "billrun_roles": roles}});
    (given, &["write", "read", "x", "admin"], json!([{"invite": {}}, {"edit_user": {}}]))
}

pub(super) fn cloudbilling() -> Script {
    let claims = json!({
        "sub": "a1", "email": "ann@acme.example", "name": "Ann", "locale": "en-GB", "zoneinfo": "Europe/Amsterdam",
        "roles": ["ug-sales"], "sid": "s-1", "exp": 1_793_495_000,
    });
    let acts = json!([
        {"edit_user": {"sub": "a1", "locked": true}},
        {"edit_user": {"sub": "a1", "issuer": "https://idp.example", "locked": true}},
        {"edit_user": {"sub": "a1", "issuer": "https://other.example", "locked": true}},
        {"edit_user": {"sub": "a1", "locked": false}},
        {"edit_user": {"sub": "a2", "issuer": "https://idp.example", "locked": true}},
        {"edit_user": {"sub": 7}},
        {"edit_user": {"name": "Ann"}},
        {"edit_user": {}},
        {"assign_roles": {"sub": "a1", "user_groups": []}},
        {"invite": {"email": "bob@acme.example"}},
        {"switch_authentication": {}},
    ]);
    (json!({"id_token": claims}), &["ug-sales", "ug-finance"], acts)
}

const BILLWERK_PERMISSIONS: &[&str] = &[
    "personal_details",
    "menu",
    "Finance",
    "Admin",
    "LE1/Finance",
    "LE2/Finance",
    "LE1/Admin",
    "LE9/Finance",
];

fn billwerk_acts() -> Value {
    json!([
        {"invite": {"email": "ida@corp.example", "first_name": "Ida", "last_name": "Ohm", "roles": {"LE2": ["Reports"]}}},
        {"invite": {"email": "ida@corp.example", "provider": "azure", "external_id": "ext-5"}},
        {"invite": {"email": "ida@corp.example", "type": "internal", "roles": {"LE2": ["Admin"]}}},
        {"invite": {"email": "ida@corp.example", "type": "internal", "external_id": "ext-5"}},
        {"invite": {"email": "Eva@Corp.example"}},
        {"invite": {"email": "ida@corp.example", "roles": {"LE9": ["Reports"]}}},
        {"edit_user": {"user": "ext-77", "roles": {"LE2": ["Reports", "Finance"]}}},
        {"edit_user": {"user": "eva@corp.example", "email": "eva@new.example", "external_id": "x"}},
        {"edit_user": {"user": "eva@corp.example", "first_name": "E"}},
        {"edit_user": {"user": "ext-7", "roles": {}}},
        {"assign_roles": {"user": "ext-77", "roles": {"LE1": ["Admin"], "LE2": ["Products", "Templates"]}}},
        {"assign_roles": {"user": "ext-77", "roles": {"LE1": ["Admin", "Products"]}}},
        {"assign_roles": {"user": "ext-77", "roles": {"LE1": ["Boss"]}}},
        {"assign_roles": {"user": "ext-77"}},
        {"switch_authentication": {}},
    ])
}

pub(super) fn billwerk_by_hand() -> Script {
    let given = json!({
        "id_token": {"sub": "ext-77", "email": "eva@corp.example", "given_name": "Eva", "family_name": "Kern"},
        "existing_user": {"first_name": "Eva", "last_name": "Old", "roles": {"LE1": ["Finance"]}},
    });
    (given, BILLWERK_PERMISSIONS, billwerk_acts())
}

pub(super) fn billwerk_azure() -> Script {
    let given = json!({
        "provider": "azure", "strategy": "RolePerLegalEntity",
        "id_token": {
            "sub": "ext-77", "email": "eva@corp.example",
            "legal_entity_roles": {"LE1": ["Admin"], "LE2": []},
        },
    });
    (given, BILLWERK_PERMISSIONS, billwerk_acts())
}

pub(super) fn billwerk_oidc() -> Script {
    let given = json!({
        "strategy": "OneRoleForAllLegalEntities",
        "id_token": {"sub": "ext-77", "email": "eva@corp.example"},
    });
    (given, BILLWERK_PERMISSIONS, billwerk_acts())
}

pub(super) fn gorules() -> Script {
    let given = json!({
        "env": {
            "SSO_OAUTH2_ROLES_MAPPING_ENABLED": "true",
            "SSO_OAUTH2_GROUPS_MAPPING": "infra->admin,developers->member",
        },
        "access_token": {"sub": "g1", "email": "gus@corp.example", "name": "Gus", "groups": ["TECH-leads", "developers"]},
        "roles": [
            {"name": "lead", "idpGroups": ["TECH-leads"], "projects": ["pricing"], "permissions": ["documents:edit-content"]},
            {"name": "auditor", "idpGroups": ["audit"], "all_projects": true, "permissions": ["documents:view-content"]},
        ],
    });
    let acts = json!([
        {"invite": {"email": "ida@corp.example"}},
        {"invite": {"email": "ida@corp.example", "type": "admin"}},
        {"invite": {"email": "GUS@corp.example"}},
        {"invite": {"mail": "ida@corp.example"}},
        {"edit_user": {"email": "gus@corp.example", "type": "admin"}},
        {"edit_user": {"email": "gus@corp.example", "type": "member", "status": "active"}},
        {"edit_user": {"email": "gus@corp.example", "status": "disabled"}},
        {"edit_user": {"email": "gus@corp.example", "status": "invited"}},
        {"edit_user": {"email": "ida@corp.example", "status": "disabled"}},
        {"assign_roles": {"email": "gus@corp.example", "roles": ["auditor"]}},
        {"assign_roles": {"email": "gus@corp.example", "roles": []}},
        {"assign_roles": {"email": "gus@corp.example", "roles": ["boss"]}},
        {"switch_authentication": {}},
    ]);
    let asked = &[
        "pricing/documents:edit-content",
        "risk/documents:edit-content",
        "pricing/documents:view-content",
        "documents:edit-content",
    ];
    (given, asked, acts)
}

pub(super) fn gorules_admin() -> Script {
    let (mut given, asked, acts) = gorules();
    given["access_token"]["groups"] = json!(["infra"]);
    given["existing_user"] = json!({"type": "member", "manual_roles": ["auditor"]});
    (given, asked, acts)
}

pub(super) fn gorules_unchecked() -> Script {
    let (mut given, _, _) = gorules();
    given["env"]["SSO_OAUTH2_JWKS_URI"] = json!("");
    given["access_token"]["azp"] = json!("another");
    (given, &[], json!([]))
}

const BINDPLANE_PERMISSIONS: &[&str] = &[
    "organization.view",
    "organization.manage",
    "organization.projects.create",
    "project.view:P1",
    "project.manage:P1",
    "project.configurations.edit:P1",
    "project.view:P2",
    "project.rollouts.trigger:P2",
    "project.view",
    "nothing:P1",
];

fn bindplane_acts() -> Value {
    json!([
        {"invite": {"project": "P1", "role": "admin"}},
        {"invite": {"project": "P2", "role": "viewer", "email": "eve@corp.example"}},
        {"invite": {"project": "P9", "role": "viewer"}},
        {"invite": {"project": "P1"}},
        {"edit_user": {"login": "BO@corp.example", "organization_role": "admin"}},
        {"edit_user": {"login": "bo@corp.example", "organization_role": "user"}},
        {"edit_user": {"login": "bo@corp.example", "project_roles": {"P1": "viewer", "P3": "admin"}}},
        {"edit_user": {"login": "bo@corp.example", "project_roles": {"P9": "viewer"}}},
        {"edit_user": {"login": "bo@corp.example", "remove": true}},
        {"edit_user": {"login": "who@corp.example", "remove": true}},
        {"assign_roles": {"login": "bo@corp.example", "project_roles": {"P1": "user", "P3": "viewer"}}},
        {"assign_roles": {"login": "new@corp.example", "project_roles": {"P1": "viewer"}}},
        {"assign_roles": {"login": "bo@corp.example", "project_roles": {"P9": "viewer"}}},
        {"switch_authentication": {"type": "ldap"}},
    ])
}

pub(super) fn bindplane() -> Script {
    let given = json!({
        "oidc": {"disableInvitations": true},
        "id_token": {"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "user:P1,viewer:P2"},
    });
    (given, BINDPLANE_PERMISSIONS, bindplane_acts())
}

pub(super) fn bindplane_admin() -> Script {
    let given = json!({
        "organization_has_users": false,
        "id_token": {"sub": "b1", "email": "bo@corp.example"},
    });
    (given, BINDPLANE_PERMISSIONS, bindplane_acts())
}
