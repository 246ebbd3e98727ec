//! GoRules is configured with environment variables: a map of them, `{"env": {…}}`, or the text of a `.env` file.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::mapping;
use super::readings::Readings;
use crate::decision::{Doubt, Mistake, SettingNames, Setup};
use crate::products::dotenv::{self, Assignment};
use crate::products::draft::segment;
use crate::products::form::choose_readings;

/// Which kind of provider is used.
pub const PROVIDER: &str = "SSO_OAUTH2_PROVIDER";
/// The client identifier.
pub const CLIENT_ID: &str = "SSO_OAUTH2_CLIENT_ID";
/// The issuer.
pub const ISSUER: &str = "SSO_OAUTH2_ISSUER";
/// Where the signature keys are; unset means that signatures are not checked.
pub const JWKS_URI: &str = "SSO_OAUTH2_JWKS_URI";
/// The scopes to ask for.
pub const SCOPES: &str = "SSO_OAUTH2_SCOPES";
/// The path of the redirect URI.
pub const REDIRECT_URI: &str = "SSO_OAUTH2_REDIRECT_URI";
/// Where the metadata is, if not at the issuer.
pub const AUTHORITY_URL: &str = "SSO_OAUTH2_AUTHORITY_URL";
/// `access_token` or `id_token`.
pub const TOKEN_SOURCE: &str = "SSO_OAUTH2_IDENTITY_TOKEN_SOURCE";
/// The name of the groups claim.
pub const CLAIM_NAME: &str = "SSO_OAUTH2_CUSTOM_CLAIM_NAME";
/// `<group>->admin,<group>->member`.
pub const GROUPS_MAPPING: &str = "SSO_OAUTH2_GROUPS_MAPPING";
/// `true` switches role mapping on.
pub const ROLES_MAPPING: &str = "SSO_OAUTH2_ROLES_MAPPING_ENABLED";
/// The public URL.
pub const APP_URL: &str = "APP_URL";

/// Every variable of single sign-on; the last three belong to the legacy providers and have no effect here.
const KNOWN: &[&str] = &[
    PROVIDER,
    CLIENT_ID,
    ISSUER,
    JWKS_URI,
    SCOPES,
    REDIRECT_URI,
    AUTHORITY_URL,
    TOKEN_SOURCE,
    CLAIM_NAME,
    GROUPS_MAPPING,
    ROLES_MAPPING,
    APP_URL,
    "SSO_OAUTH2_CLIENT_SECRET",
    "SSO_OAUTH2_AUTH_URL",
    "SSO_OAUTH2_TOKEN_URL",
];

/// Which of them say how it talks OpenID Connect.
pub(super) const SETTINGS: SettingNames = SettingNames {
    client_id: &[CLIENT_ID],
    scope: &[SCOPES],
    keys: &[JWKS_URI],
    redirect_uri: &[REDIRECT_URI, APP_URL],
};

const DEFAULT_BASE_URL: &str = "https://gorules.test";

/// The token that identifies the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenSource {
    /// The access token, which must be a JWT.
    #[default]
    AccessToken,
    /// The ID token.
    IdToken,
}

impl TokenSource {
    /// The source with this name in the configuration.
    fn named(name: &str) -> Option<Self> {
        match name {
            "access_token" => Some(Self::AccessToken),
            "id_token" => Some(Self::IdToken),
            _ => None,
        }
    }
}

/// A variable that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Variable {
    value: String,
    /// Where it is set, as mistakes say it.
    place: String,
}

/// A configured GoRules BRMS.
#[derive(Clone, Debug, Default)]
pub struct Config {
    env: BTreeMap<String, Variable>,
    /// The token that identifies the user.
    pub token_source: TokenSource,
    /// Scheme, host and port of the product.
    pub base_url: String,
    /// How the open questions are answered.
    pub readings: Readings,
}

impl Config {
    /// Reads the configuration, as far as it can be read.
    pub fn read(setup: &Setup) -> (Self, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let env = variables(&setup.vendor, &mut mistakes);
        let mut readings = Readings::default();
        mistakes.extend(choose_readings(&setup.readings, |id, choice| readings.choose(id, choice)));
        let named = |name: &str| env.get(name).map(|variable| variable.value.as_str());
        let token_source = named(TOKEN_SOURCE).and_then(TokenSource::named).unwrap_or_default();
        let base_url = setup
            .base_url
            .as_deref()
            .or_else(|| named(APP_URL))
            .unwrap_or(DEFAULT_BASE_URL)
            .trim_end_matches('/')
            .to_owned();
        (Self { env, token_source, base_url, readings }, mistakes)
    }

    /// The value of a variable; an empty value counts as not set.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(|variable| variable.value.as_str())
    }

    /// Settings that have no effect: P0406, an entry of the groups mapping that is none (GR-R4).
    pub(super) fn doubts(&self) -> Vec<Doubt> {
        let Some(mapping) = self.env.get(GROUPS_MAPPING) else { return Vec::new() };
        let doubt = |(entry, label): (&str, _)| Doubt {
            code: "P0406",
            about: Mistake {
                path: mapping.place.clone(),
                message: format!("`{entry}` is no entry of a groups mapping"),
                help: Some("write `group->admin` or `group->member`, with commas between entries".to_owned()),
            },
            part: entry.to_owned(),
            label,
            because: "GR-Q5: GoRules BRMS does not start with it, or leaves the entry out",
        };
        mapping::none(&mapping.value).map(doubt).collect()
    }

    /// The name of the groups claim.
    pub fn claim_name(&self) -> &str {
        self.variable(CLAIM_NAME).unwrap_or("groups")
    }

    /// Whether signatures are checked.
    pub fn checks_signatures(&self) -> bool {
        self.variable(JWKS_URI).is_some()
    }

    /// Whether roles are mapped (GR-R17).
    pub fn maps_roles(&self) -> bool {
        self.variable(ROLES_MAPPING) == Some("true")
    }
}

/// The variables that are set, from whichever form they were written in.
fn variables(vendor: &Value, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, Variable> {
    match vendor {
        Value::Null => BTreeMap::new(),
        Value::String(text) => from_dotenv(text, "", mistakes),
        Value::Object(map) => match map.get("env") {
            Some(Value::String(text)) => from_dotenv(text, "/env/", mistakes),
            Some(Value::Object(env)) => {
                mistakes.extend(map.keys().filter(|key| *key != "env").map(|key| Mistake {
                    path: format!("/{key}"),
                    message: format!("unknown key `{key}` beside `env`"),
                    help: Some("put environment variables below `env`".to_owned()),
                }));
                from_map(env, "/env", mistakes)
            }
            Some(_) | None => from_map(map, "", mistakes),
        },
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            mistakes.push(Mistake {
                path: String::new(),
                message: "expected environment variables".to_owned(),
                help: Some(format!("write a map such as `{PROVIDER}: oidc`, or the text of a `.env` file")),
            });
            BTreeMap::new()
        }
    }
}

fn from_map(map: &Map<String, Value>, base: &str, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, Variable> {
    let mut env = BTreeMap::new();
    for (name, value) in map {
        let path = format!("{base}/{}", segment(name));
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                mistakes.push(Mistake {
                    path,
                    message: format!("`{name}` is an environment variable, so its value is a text"),
                    help: None,
                });
                continue;
            }
        };
        accept(&mut env, name, text, path, mistakes);
    }
    env
}

/// `before` is what stands before the number of a line in its place.
fn from_dotenv(text: &str, before: &str, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, Variable> {
    let (mut env, mut wrong) = (BTreeMap::new(), Vec::new());
    for Assignment { name, value, place } in dotenv::parse(text, &mut wrong) {
        accept(&mut env, &name, value, place, &mut wrong);
    }
    for variable in env.values_mut() {
        variable.place.insert_str(0, before);
    }
    mistakes
        .extend(wrong.into_iter().map(|wrong| Mistake { path: format!("{before}{}", wrong.path), ..wrong }));
    env
}

/// Takes one variable in. Variables of other parts of the product may stand beside those of single sign-on.
fn accept(
    env: &mut BTreeMap<String, Variable>,
    name: &str,
    value: String,
    path: String,
    mistakes: &mut Vec<Mistake>,
) {
    if KNOWN.contains(&name) {
        if name == TOKEN_SOURCE && !value.is_empty() && TokenSource::named(&value).is_none() {
            mistakes.push(Mistake {
                path,
                message: format!("`{value}` is no identity token source"),
                help: Some("use `access_token` or `id_token`".to_owned()),
            });
        } else if !value.is_empty() {
            env.insert(name.to_owned(), Variable { value, place: path });
        }
        return;
    }
    let near = dotenv::near(name, KNOWN.iter().copied());
    if name.starts_with("SSO_") || !is_variable_name(name) || near.is_some() {
        mistakes.push(Mistake {
            path: path.clone(),
            message: format!("unknown variable `{name}`"),
            help: near.map(|known| format!("did you mean `{known}`?")),
        });
    }
    // Read as meant, so that nothing is said that only follows from the slip.
    if let Some(meant) = near.filter(|meant| !value.is_empty() && !env.contains_key(*meant)) {
        env.insert(meant.to_owned(), Variable { value, place: path });
    }
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::decision::Product as _;
    use crate::products::gorules::GoRules;

    fn read(vendor: Value) -> Result<Config, Vec<Mistake>> {
        GoRules::configure(&Setup { vendor, ..Setup::default() })
    }

    #[rstest]
    #[case::flat_map(json!({"SSO_OAUTH2_CLIENT_ID": "brms"}))]
    #[case::below_env(json!({"env": {"SSO_OAUTH2_CLIENT_ID": "brms"}}))]
    #[case::dotenv(json!("# sso\nexport SSO_OAUTH2_CLIENT_ID=\"brms\" # ours\nDB_HOST=db\n"))]
    #[case::dotenv_below_env(json!({"env": "SSO_OAUTH2_CLIENT_ID=brms # ours"}))]
    fn the_variables_are_read_from(#[case] vendor: Value) {
        assert_eq!(read(vendor).unwrap().variable(CLIENT_ID), Some("brms"));
    }

    #[rstest]
    #[case::misspelt(json!({"SSO_OAUTH2_CLIENTID": "x"}), "did you mean `SSO_OAUTH2_CLIENT_ID`?")]
    #[case::lower_case(json!({"app_url": "x"}), "did you mean `APP_URL`?")]
    #[case::bad_source(json!({"SSO_OAUTH2_IDENTITY_TOKEN_SOURCE": "userinfo"}), "use `access_token` or `id_token`")]
    #[case::no_assignment(json!("SSO_OAUTH2_CLIENT_ID"), "write `NAME=value`")]
    fn a_mistake_comes_with_help(#[case] vendor: Value, #[case] help: &str) {
        let mistakes = read(vendor).unwrap_err();
        assert_eq!(mistakes.len(), 1);
        assert_eq!(mistakes[0].help.as_deref(), Some(help));
    }

    #[rstest]
    #[case::alone(json!({"SSO_OAUTH2_CLIENTID": "x"}), Some("x"))]
    #[case::beside_the_right_one(json!({"SSO_OAUTH2_CLIENT_ID": "brms", "SSO_OAUTH2_CLIENTID": "x"}), Some("brms"))]
    #[case::empty(json!({"SSO_OAUTH2_CLIENTID": ""}), None)]
    fn a_misspelt_variable_is_read_as_meant_unless_the_right_one_is_there(
        #[case] vendor: Value,
        #[case] client_id: Option<&str>,
    ) {
        let (config, mistakes) = GoRules::read(&Setup { vendor, ..Setup::default() });
        assert_eq!((config.variable(CLIENT_ID), mistakes.len()), (client_id, 1));
    }

    #[test]
    fn an_empty_value_counts_as_not_set() {
        assert!(!read(json!({"SSO_OAUTH2_JWKS_URI": ""})).unwrap().checks_signatures());
    }

    #[rstest]
    #[case::the_word(json!("true"), true)]
    #[case::a_yaml_boolean(json!(true), true)]
    #[case::another_spelling(json!("TRUE"), false)]
    #[case::one(json!("1"), false)]
    fn role_mapping_is_on_with_the_word_true_only(#[case] value: Value, #[case] on: bool) {
        assert_eq!(read(json!({"SSO_OAUTH2_ROLES_MAPPING_ENABLED": value})).unwrap().maps_roles(), on);
    }
}
