//! Bindplane's settings: the YAML key, the environment variable that overrides it, and the type of each.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::decision::{Mistake, SettingNames};
use crate::products::dotenv::{self, Assignment};
use crate::products::form::Form;

/// A setting by its YAML key.
pub(super) type Key = &'static str;

pub(super) const AUTH_TYPE: Key = "auth.type";
pub(super) const ISSUER: Key = "auth.oidc.issuer";
pub(super) const CLIENT_ID: Key = "auth.oidc.oauth2ClientID";
pub(super) const CLIENT_SECRET: Key = "auth.oidc.oauth2ClientSecret";
pub(super) const SCOPES: Key = "auth.oidc.scopes";
pub(super) const DISABLE_INVITATIONS: Key = "auth.oidc.disableInvitations";
pub(super) const GROUPS: Key = "auth.oidc.customClaims.groups";
pub(super) const GROUP_IDS: Key = "auth.oidc.customClaims.groupIds";
pub(super) const ROLES: Key = "auth.oidc.customClaims.roles";
pub(super) const ORGANIZATION_ADMIN: Key = "auth.oidc.customClaims.organizationAdmin";
pub(super) const PROJECTS: Key = "auth.oidc.customClaims.projects";
pub(super) const DEFAULT_ROLE: Key = "auth.oidc.customClaims.defaultRole";
pub(super) const ORG_ADMIN_GROUP: Key = "auth.oidc.customClaims.orgAdminGroupName";
pub(super) const PROJECTS_PREFIX: Key = "auth.oidc.customClaims.projectsGroupPrefix";
pub(super) const ADMIN_GROUP: Key = "auth.oidc.customClaims.adminGroupName";
pub(super) const USER_GROUP: Key = "auth.oidc.customClaims.userGroupName";
pub(super) const VIEWER_GROUP: Key = "auth.oidc.customClaims.viewerGroupName";
pub(super) const REMOTE_URL: Key = "network.remoteURL";
pub(super) const WEB_URL: Key = "network.webURL";

/// The settings that are needed before anybody can sign in, in the order in which they are asked for.
pub(super) const REQUIRED: &[Key] = &[ISSUER, CLIENT_ID, CLIENT_SECRET, SCOPES];

/// The settings of `customClaims` with their defaults: six names of claims, then five strings matched inside claims.
pub(super) const NAMES: &[(Key, &str)] = &[
    (GROUPS, "groups"),
    (GROUP_IDS, "group_ids"),
    (ROLES, "roles"),
    (ORGANIZATION_ADMIN, "bindplane_org_admin"),
    (PROJECTS, "bindplane_projects"),
    (DEFAULT_ROLE, "bindplane_default_role"),
    (ORG_ADMIN_GROUP, "bindplane-org-admin"),
    (PROJECTS_PREFIX, "bindplane-projects-"),
    (ADMIN_GROUP, "bindplane-admin"),
    (USER_GROUP, "bindplane-user"),
    (VIEWER_GROUP, "bindplane-viewer"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
    List,
}

/// Every setting that has a meaning here.
const TABLE: &[(Key, &str, Kind)] = &[
    (AUTH_TYPE, "BINDPLANE_AUTH_TYPE", Kind::Text),
    (ISSUER, "BINDPLANE_OIDC_ISSUER", Kind::Text),
    (CLIENT_ID, "BINDPLANE_OIDC_OAUTH2_CLIENT_ID", Kind::Text),
    (CLIENT_SECRET, "BINDPLANE_OIDC_OAUTH2_CLIENT_SECRET", Kind::Text),
    (SCOPES, "BINDPLANE_OIDC_SCOPES", Kind::List),
    (DISABLE_INVITATIONS, "BINDPLANE_OIDC_DISABLE_INVITATIONS", Kind::Flag),
    (GROUPS, "BINDPLANE_OIDC_CUSTOM_CLAIMS_GROUPS", Kind::Text),
    (GROUP_IDS, "BINDPLANE_OIDC_CUSTOM_CLAIMS_GROUP_IDS", Kind::Text),
    (ROLES, "BINDPLANE_OIDC_CUSTOM_CLAIMS_ROLES", Kind::Text),
    (ORGANIZATION_ADMIN, "BINDPLANE_OIDC_CUSTOM_CLAIMS_ORGANIZATION_ADMIN", Kind::Text),
    (PROJECTS, "BINDPLANE_OIDC_CUSTOM_CLAIMS_PROJECTS", Kind::Text),
    (DEFAULT_ROLE, "BINDPLANE_OIDC_CUSTOM_CLAIMS_DEFAULT_ROLE", Kind::Text),
    (ORG_ADMIN_GROUP, "BINDPLANE_OIDC_CUSTOM_CLAIMS_ORG_ADMIN_GROUP_NAME", Kind::Text),
    (PROJECTS_PREFIX, "BINDPLANE_OIDC_CUSTOM_CLAIMS_PROJECTS_GROUP_PREFIX", Kind::Text),
    (ADMIN_GROUP, "BINDPLANE_OIDC_CUSTOM_CLAIMS_ADMIN_GROUP_NAME", Kind::Text),
    (USER_GROUP, "BINDPLANE_OIDC_CUSTOM_CLAIMS_USER_GROUP_NAME", Kind::Text),
    (VIEWER_GROUP, "BINDPLANE_OIDC_CUSTOM_CLAIMS_VIEWER_GROUP_NAME", Kind::Text),
    (REMOTE_URL, "BINDPLANE_REMOTE_URL", Kind::Text),
    (WEB_URL, "BINDPLANE_WEB_URL", Kind::Text),
];

/// Which of them say how it talks OpenID Connect, by the key in the file and by the variable.
pub(super) const NAMED: SettingNames = SettingNames {
    client_id: &["oauth2ClientID", "BINDPLANE_OIDC_OAUTH2_CLIENT_ID"],
    scope: &["scopes", "BINDPLANE_OIDC_SCOPES"],
    keys: &[],
    redirect_uri: &["remoteURL", "webURL", "BINDPLANE_REMOTE_URL", "BINDPLANE_WEB_URL"],
};

/// Keys of a whole `config.yaml` that have no meaning for a sign-in and may stand beside those that have.
const BESIDE: &[(&str, &[&str])] = &[
    (
        "",
        &[
            "agentVersions",
            "advanced",
            "apiVersion",
            "auditTrail",
            "eula",
            "license",
            "logging",
            "metrics",
            "offline",
            "output",
            "prometheus",
            "rolloutsInterval",
            "store",
            "tracing",
            "transformAgent",
        ],
    ),
    ("auth", &["password", "secretKey", "sessionSecret", "username"]),
    ("auth.oidc", &[]),
    ("auth.oidc.customClaims", &[]),
    ("network", &["bindAddress", "corsAllowedOrigins", "host", "port", "serverURL", "tlsMinVersion", "tls"]),
];

/// The settings that are set, environment over file.
pub(super) fn read(vendor: &Value, mistakes: &mut Vec<Mistake>) -> BTreeMap<Key, Value> {
    let mut values = BTreeMap::new();
    if let Value::String(text) = vendor {
        from_dotenv(text, &mut values, mistakes);
        return values;
    }
    let file = Form::of(vendor, "");
    let env = file.value("env").filter(|env| env.is_object() || is_dotenv(env));
    let (mut found, mut renamed) = (file.into_mistakes(), Vec::new());
    let file = from_file(vendor, "", &mut renamed, &mut found);
    for (key, _, kind) in TABLE {
        from_setting(&file, (key, *kind), &mut values, &mut found);
    }
    mistakes.extend(found.into_iter().map(|mistake| as_written(mistake, &renamed)));
    if let Some(text) = env.and_then(Value::as_str) {
        from_dotenv(text, &mut values, mistakes);
    }
    if let Some(env) = env.and_then(Value::as_object) {
        from_env(env, &mut values, mistakes);
    }
    values
}

/// Bindplane has a key `env` of its own (`production`); a text with an assignment is ours.
fn is_dotenv(env: &Value) -> bool {
    env.as_str().is_some_and(|text| text.contains('='))
}

/// The mistake at the place that was written, where that was read as another. Names of sections come before those in them.
fn as_written(mut mistake: Mistake, renamed: &[(String, String)]) -> Mistake {
    for (meant, written) in renamed.iter().rev() {
        let rest = mistake.path.strip_prefix(meant.as_str());
        if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            mistake.path = format!("{written}{rest}");
        }
    }
    mistake
}

/// Notes every unknown key of a section and of those below it, and gives the section as it was probably meant.
fn from_file(
    section: &Value,
    path: &str,
    renamed: &mut Vec<(String, String)>,
    mistakes: &mut Vec<Mistake>,
) -> Value {
    let Some((_, beside)) = BESIDE.iter().find(|(known, _)| *known == path) else { return section.clone() };
    if !section.is_object() {
        return section.clone();
    }
    let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
    let mut known: Vec<&str> = TABLE
        .iter()
        .filter_map(|(key, ..)| key.strip_prefix(prefix.as_str()))
        .filter_map(|rest| rest.split('.').next())
        .collect();
    known.extend(*beside);
    if path.is_empty() {
        known.push("env");
    }
    known.sort_unstable();
    known.dedup();
    let mut form = Form::of(section, format!("/{}", path.replace('.', "/")).trim_end_matches('/'));
    form.only_as_meant(&known);
    for (operator, file) in OPERATOR_NAMES.into_iter().filter(|_| path == "auth.oidc") {
        form.reads_as(operator, file);
    }
    let meant = form.as_meant();
    renamed.extend(form.renamed());
    mistakes.extend(form.into_mistakes().into_iter().map(with_operator_names));
    let below = |(key, value): (String, Value)| {
        let value = from_file(&value, &format!("{prefix}{key}"), renamed, mistakes);
        (key, value)
    };
    meant.into_iter().map(below).collect()
}

/// The operator's custom resource calls the client fields otherwise.
const OPERATOR_NAMES: [(&str, &str); 2] =
    [("clientID", "oauth2ClientID"), ("clientSecret", "oauth2ClientSecret")];

fn with_operator_names(mut mistake: Mistake) -> Mistake {
    for (operator, file) in OPERATOR_NAMES {
        if mistake.path.rsplit('/').next() == Some(operator) {
            mistake.help = Some(format!("did you mean `{file}`? the operator's name is not the file's"));
        }
    }
    mistake
}

/// One setting from the file, if it is there.
fn from_setting(
    vendor: &Value,
    (key, kind): (Key, Kind),
    values: &mut BTreeMap<Key, Value>,
    mistakes: &mut Vec<Mistake>,
) {
    let (section, name) = key.rsplit_once('.').unwrap_or(("", key));
    let section = format!("/{}", section.replace('.', "/"));
    let Some(map) = vendor.pointer(&section) else { return };
    let mut form = Form::of(map, section);
    let value = match kind {
        Kind::Text => form.text(name).filter(|text| !text.is_empty()).map(Value::String),
        Kind::Flag => form.flag(name).map(Value::Bool),
        Kind::List => form.texts(name).filter(|list| !list.is_empty()).map(Value::from),
    };
    values.extend(value.map(|value| (key, value)));
    for mistake in form.into_mistakes() {
        // A section of the wrong type is found by each of its settings and noted once.
        if !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    }
}

fn from_env(env: &Map<String, Value>, values: &mut BTreeMap<Key, Value>, mistakes: &mut Vec<Mistake>) {
    for (name, value) in env {
        let place = format!("/env/{name}");
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                let message = format!("`{name}` is an environment variable, so its value is a text");
                mistakes.push(Mistake { path: place, message, help: None });
                continue;
            }
        };
        accept(Assignment { name: name.clone(), value: text, place }, values, mistakes);
    }
}

fn from_dotenv(text: &str, values: &mut BTreeMap<Key, Value>, mistakes: &mut Vec<Mistake>) {
    for assignment in dotenv::parse(text, mistakes) {
        accept(assignment, values, mistakes);
    }
}

/// Takes one variable in; variables of other programs may stand beside Bindplane's.
fn accept(assignment: Assignment, values: &mut BTreeMap<Key, Value>, mistakes: &mut Vec<Mistake>) {
    let Assignment { name, value, place } = assignment;
    let known = |name: &str| TABLE.iter().find(|(_, variable, _)| *variable == name);
    let mut meant = known(&name);
    if meant.is_none() {
        let near = dotenv::near(&name, TABLE.iter().map(|(_, variable, _)| *variable));
        let ours = name.starts_with("BINDPLANE_OIDC_") || !name.starts_with("BINDPLANE_") && near.is_some();
        let shaped = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if ours || !shaped {
            let help = near.map(|known| format!("did you mean `{known}`?"));
            let message = format!("unknown variable `{name}`");
            mistakes.push(Mistake { path: place.clone(), message, help });
            meant = near.and_then(known);
        }
    }
    let Some((key, _, kind)) = meant else { return };
    if value.is_empty() {
        return;
    }
    let value = match kind {
        Kind::Text => Value::String(value),
        Kind::List => value.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect(),
        Kind::Flag => match value.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Value::Bool(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Value::Bool(false),
            _ => {
                let message = format!("`{value}` is neither `true` nor `false`");
                mistakes.push(Mistake { path: place, message, help: None });
                return;
            }
        },
    };
    values.insert(*key, value);
}
