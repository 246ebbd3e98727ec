//! Bindplane is configured with a YAML file, and with environment variables that override it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::readings::Readings;
use super::settings::{self, Key, NAMES};
use crate::decision::{ClaimPath, Mistake, Setup};
use crate::products::form::choose_readings;

const DEFAULT_BASE_URL: &str = "https://bindplane.test";

/// A configured Bindplane server.
#[derive(Clone, Debug, Default)]
pub struct Config {
    values: BTreeMap<Key, Value>,
    /// Scheme, host and port of the product.
    pub base_url: String,
    /// How the open questions are answered.
    pub readings: Readings,
}

impl Config {
    /// Reads the configuration, as far as it can be read.
    pub fn read(setup: &Setup) -> (Self, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let values = settings::read(&setup.vendor, &mut mistakes);
        let mut readings = Readings::default();
        mistakes.extend(choose_readings(&setup.readings, |id, choice| readings.choose(id, choice)));
        let text = |key: Key| values.get(key).and_then(Value::as_str);
        let base_url = setup
            .base_url
            .as_deref()
            .or_else(|| text(settings::WEB_URL))
            .or_else(|| text(settings::REMOTE_URL))
            .unwrap_or(DEFAULT_BASE_URL)
            .trim_end_matches('/')
            .to_owned();
        (Self { values, base_url, readings }, mistakes)
    }

    /// A setting, if it is set.
    pub(super) fn setting(&self, key: Key) -> Option<&Value> {
        self.values.get(key)
    }

    /// A setting that is a text; empty when it is not set.
    pub(super) fn text(&self, key: Key) -> &str {
        self.setting(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// The scopes to ask for, exactly as they are sent.
    pub(super) fn scope(&self) -> String {
        let scopes = self.setting(settings::SCOPES).and_then(Value::as_array);
        scopes.into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Whether claims are required of everybody, and synchronised at every login.
    pub(super) fn invitations_disabled(&self) -> bool {
        self.setting(settings::DISABLE_INVITATIONS) == Some(&Value::Bool(true))
    }

    /// A name of `customClaims`: the renamed one, or the default (BP-R5).
    pub(super) fn name(&self, key: Key) -> &str {
        let renamed = self.setting(key).and_then(Value::as_str);
        renamed
            .or_else(|| NAMES.iter().find(|(known, _)| *known == key).map(|(_, name)| *name))
            .unwrap_or_default()
    }

    /// The setting that renamed something, for the trace.
    pub(super) fn named_by(&self, key: Key) -> Option<Key> {
        self.setting(key).map(|_| key)
    }

    /// The path of a claim whose name can be changed; dots are part of the name.
    pub(super) fn claim(&self, key: Key) -> ClaimPath {
        ClaimPath::top(self.name(key))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::decision::Product as _;
    use crate::products::bindplane::Bindplane;

    fn read(vendor: Value) -> Result<Config, Vec<Mistake>> {
        Bindplane::configure(&Setup { vendor, ..Setup::default() })
    }

    #[rstest]
    #[case::yaml(json!({"auth": {"oidc": {"disableInvitations": true, "scopes": ["openid", "email"]}}}))]
    #[case::variables(json!({"env": {"BINDPLANE_OIDC_DISABLE_INVITATIONS": "true", "BINDPLANE_OIDC_SCOPES": "openid, email"}}))]
    #[case::dotenv(json!("BINDPLANE_OIDC_DISABLE_INVITATIONS=1\nBINDPLANE_OIDC_SCOPES=openid,email"))]
    #[case::variables_over_yaml(json!({
        "env": {"BINDPLANE_OIDC_DISABLE_INVITATIONS": "true"},
        "auth": {"oidc": {"disableInvitations": false, "scopes": ["openid", "email"]}},
    }))]
    #[case::beside_other_settings(json!({
        "apiVersion": "bindplane.observiq.com/v1", "env": "production", "store": {"type": "postgres"},
        "auth": {"oidc": {"disableInvitations": true, "scopes": ["openid", "email"]}},
    }))]
    fn the_settings_are_read_from(#[case] vendor: Value) {
        let config = read(vendor).unwrap();
        assert!(config.invitations_disabled());
        assert_eq!(config.scope(), "openid email");
    }

    #[rstest]
    #[case::misspelt(json!({"auth": {"oidc": {"isuer": "x"}}}), "/auth/oidc/isuer", "did you mean `issuer`?")]
    #[case::operator_name(json!({"auth": {"oidc": {"clientID": "x"}}}), "/auth/oidc/clientID", "did you mean `oauth2ClientID`? the operator's name is not the file's")]
    #[case::custom_claim(json!({"auth": {"oidc": {"customClaims": {"group": "x"}}}}), "/auth/oidc/customClaims/group", "did you mean `groups`?")]
    #[case::variable(json!({"env": {"BINDPLANE_OIDC_CLIENT_ID": "x"}}), "/env/BINDPLANE_OIDC_CLIENT_ID", "did you mean `BINDPLANE_OIDC_OAUTH2_CLIENT_ID`?")]
    fn an_unknown_name_is_a_mistake(#[case] vendor: Value, #[case] path: &str, #[case] help: &str) {
        let mistakes = read(vendor).unwrap_err();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert_eq!((mistakes[0].path.as_str(), mistakes[0].help.as_deref()), (path, Some(help)));
    }

    #[rstest]
    #[case::alone(json!({"clientID": "x"}), "x")]
    #[case::beside_that_of_the_file(json!({"clientID": "x", "oauth2ClientID": "bp"}), "bp")]
    fn the_operators_name_is_read_as_that_of_the_file(#[case] oidc: Value, #[case] client_id: &str) {
        let vendor = json!({"auth": {"oidc": oidc}});
        let (config, mistakes) = Config::read(&Setup { vendor, ..Setup::default() });
        assert_eq!((config.text(settings::CLIENT_ID), mistakes.len()), (client_id, 1));
    }

    #[test]
    fn what_is_below_a_misspelt_section_is_looked_at_where_it_was_written() {
        let vendor = json!({"auth": {"odic": {"isuer": "x", "scops": "openid"}}});
        let (config, mistakes) = Config::read(&Setup { vendor, ..Setup::default() });
        let places: Vec<&str> = mistakes.iter().map(|mistake| mistake.path.as_str()).collect();
        assert_eq!(places, ["/auth/odic", "/auth/odic/isuer", "/auth/odic/scops", "/auth/odic/scops"]);
        assert_eq!(config.text(settings::ISSUER), "x");
    }

    #[rstest]
    #[case::flag_as_text(json!({"auth": {"oidc": {"disableInvitations": "yes"}}}), "/auth/oidc/disableInvitations")]
    #[case::scopes_as_text(json!({"auth": {"oidc": {"scopes": "openid"}}}), "/auth/oidc/scopes")]
    #[case::section_as_text(json!({"auth": {"oidc": "on"}}), "/auth/oidc")]
    #[case::flag_variable(json!({"env": {"BINDPLANE_OIDC_DISABLE_INVITATIONS": "yes"}}), "/env/BINDPLANE_OIDC_DISABLE_INVITATIONS")]
    fn a_wrong_type_is_one_mistake(#[case] vendor: Value, #[case] path: &str) {
        let mistakes = read(vendor).unwrap_err();
        assert_eq!(mistakes.iter().map(|mistake| mistake.path.as_str()).collect::<Vec<_>>(), [path]);
    }

    #[rstest]
    #[case::remote_only(json!({"network": {"remoteURL": "https://bp.acme.test/"}}))]
    #[case::web_over_remote(json!({"network": {"remoteURL": "https://opamp.acme.test", "webURL": "https://bp.acme.test"}}))]
    fn the_base_url_is(#[case] vendor: Value) {
        assert_eq!(read(vendor).unwrap().base_url, "https://bp.acme.test");
    }
}
