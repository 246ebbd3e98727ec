//! What a scenario file says, as plain data. The published schema is derived from these types.
//!
//! A file is read as a tree first; includes, cases and `$(…)` are worked in there, and what is deserialized into these
//! types is one case of one scenario. Keys that nothing reads are refused everywhere but in places of free form.

use std::collections::BTreeMap;

use mock_idp::config::{ClaimsChange, Duration, FaultRules, IdpConfig};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One scenario file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "scenario")]
pub struct ScenarioFile {
    /// The version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u8,
    /// Whether this is a scenario, or a fragment that scenarios include.
    #[serde(default)]
    pub kind: Kind,
    /// A sentence that states the behaviour. Required in scenarios.
    pub name: Option<String>,
    /// Words to select by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Why the scenario is not run.
    pub skip: Option<String>,
    /// Run nothing but this. Refused under `--ci`.
    #[serde(default)]
    pub only: bool,
    /// Codes of warnings that are meant, such as `W0501` where a wrong type is what is tested.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Fragments, relative to this file, merged from first to last, this file on top. Maps merge, other values replace.
    #[serde(default)]
    pub include: Vec<String>,
    /// Names of the environment variables that the file may read; all others are unreadable.
    #[serde(default)]
    pub env: Vec<String>,
    /// Named values, for `$(vars.…)`.
    #[serde(default)]
    pub vars: Map<String, Value>,
    /// The provider.
    #[serde(default)]
    pub idp: IdpConfig,
    /// The product that people sign in to. Required in scenarios.
    pub product: Option<ProductSection>,
    /// Answers to what the vendor's documentation leaves open, by reading id; what is left out takes the recommended one.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
    /// The same steps with different values, for `$(case.…)`: a list of maps with an `id` each, or
    /// `{ columns: […], rows: [[…], …] }`.
    pub cases: Option<Cases>,
    /// The same steps with every combination of these values, for `$(matrix.…)`; `exclude` lists combinations to leave
    /// out.
    #[serde(default)]
    pub matrix: Map<String, Value>,
    /// Lists of steps to be run by name.
    #[serde(default)]
    pub blocks: BTreeMap<String, Block>,
    /// What happens, in order. Required in scenarios.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Kind {
    /// Something to run.
    #[default]
    Scenario,
    /// A part to include.
    Fragment,
}

/// The product of a scenario.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductSection {
    /// `billrun`, `cloudbilling`, `billwerk`, `gorules` or `bindplane`.
    pub kind: String,
    /// The vendor's own configuration, under the vendor's own names.
    #[serde(default)]
    pub config: Value,
    /// What the product knows before the first step.
    #[serde(default)]
    pub state: Value,
    /// By how many seconds the product's clock is ahead of the provider's; negative when it is behind.
    #[serde(default)]
    pub clock_skew: i64,
}

/// Rows of values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cases {
    /// One map per case, each with an `id`.
    List(Vec<Map<String, Value>>),
    /// A table.
    Table(CaseTable),
}

/// Rows of values under column names.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseTable {
    /// The names; one of them is `id`.
    pub columns: Vec<String>,
    /// The values, as many in each row as there are columns.
    pub rows: Vec<Vec<Value>>,
}

/// Steps that can be run by name.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Names of the values that `with` must give, for `$(param.…)`.
    #[serde(default)]
    pub params: Vec<String>,
    /// The steps; they are checked where the block is run.
    pub steps: Vec<Value>,
}

/// One step: exactly one action, and what is expected of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// The step's name, unique in the scenario; it names the snapshot.
    pub id: Option<String>,
    /// What must hold afterwards, matched against the step's outcome: maps as subsets, lists exactly, `$…` matchers.
    pub expect: Option<Map<String, Value>>,
    /// Keep the outcome in a snapshot: all of it, or these parts of it.
    pub snapshot: Option<Snapshot>,
    /// Words for the reader of a report.
    pub notes: Option<String>,
    /// Faults of the provider during this step and no longer.
    pub faults: FaultRules,
    /// Why the step is not run.
    pub skip: Option<String>,
    /// Which browser is used. Left out, everybody has a browser of their own, and steps that name nobody use the
    /// browser of the last login.
    pub browser: Option<String>,

    /// Action: somebody signs in at the product, in a browser.
    pub login: Option<Login>,
    /// Action: the provider says something else of a user from now on.
    pub claims: Option<ClaimsStep>,
    /// Action: the session is renewed, by refresh token or silently with `prompt=none`.
    pub refresh: Option<Refresh>,
    /// Action: the person signs out, at the relying party or at the provider.
    pub logout: Option<Logout>,
    /// Action: look at the session without changing anything.
    pub observe: Option<Observe>,
    /// Action: the clock of provider, relying party and browser moves on.
    pub advance: Option<Duration>,
    /// Action: the provider signs with a new key.
    pub rotate_keys: Option<RotateKeys>,
    /// Action: faults of the provider that stand from now on, beside those that stand already.
    pub set_faults: Option<FaultRules>,
    /// Action: the provider behaves again: in everything (`all`), or in one respect, such as `id_token.aud`.
    pub clear_faults: Option<String>,
    /// Action: an administrator does something inside the product.
    pub product: Option<Act>,
    /// Action: the product starts again, with other settings laid over its configuration. Its sessions are gone, what it
    /// has stored stays.
    pub restart: Option<Restart>,
    /// Action: the product asks itself whether the session may do something.
    pub permission: Option<String>,
    /// Action: one request to the product in the browser's session: `GET /api/me`.
    pub request: Option<String>,
    /// Action: something that was sent is sent again.
    pub replay: Option<Replay>,
    /// Action: the steps of a block.
    pub run: Option<String>,
    /// The values for the parameters of the block.
    pub with: Option<Map<String, Value>>,
}

/// Which parts of an outcome are kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Snapshot {
    /// All that is usually of interest, or nothing.
    Whole(bool),
    /// These parts.
    Parts(Vec<String>),
}

/// Who signs in, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Login {
    /// The user's name in `idp.users`.
    User(String),
    /// The same, with details.
    Detailed(Box<DetailedLogin>),
}

/// Who signs in, with details.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetailedLogin {
    /// The user's name in `idp.users`.
    pub user: String,
    /// The provider that is chosen on the product's login page.
    pub provider: Option<String>,
    /// The protocol that the start URL names (BillRun).
    pub protocol: Option<String>,
    /// Where to go after the sign-in, as the start URL asks.
    pub return_to: Option<String>,
    /// `prompt`, laid over the product's own request.
    pub prompt: Option<String>,
    /// `login_hint`, laid over the product's own request.
    pub login_hint: Option<String>,
    /// `max_age` in seconds, laid over the product's own request.
    pub max_age: Option<i64>,
    /// `scope`, in place of the product's own.
    pub scope: Option<String>,
    /// `response_mode`, in place of the product's own.
    pub response_mode: Option<String>,
    /// Press the deny button on the first page that the provider shows.
    #[serde(default)]
    pub deny: bool,
    /// What the person answers on the provider's consent page, where it shows one.
    #[serde(default)]
    pub consent: ConsentAnswer,
    /// How long the browser is on its way back to the product, with the provider's answer in its hands.
    pub delay: Option<Duration>,
}

/// What a person answers when the provider asks whether an application may have what it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAnswer {
    /// The button that allows it.
    #[default]
    Allow,
    /// The button that refuses.
    Deny,
}

impl ConsentAnswer {
    /// The value of the button.
    pub const fn button(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

impl Login {
    /// With details, whether they were written or not.
    pub fn detailed(&self) -> DetailedLogin {
        match self {
            Self::User(user) => DetailedLogin { user: user.clone(), ..DetailedLogin::default() },
            Self::Detailed(login) => login.as_ref().clone(),
        }
    }
}

/// What the provider says of a user from now on.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimsStep {
    /// The user's name in `idp.users`.
    pub user: String,
    /// Replaces every claim of every document.
    pub replace: Option<Map<String, Value>>,
    /// Adds claims or gives them another value.
    #[serde(default)]
    pub merge: Map<String, Value>,
    /// Names of claims that disappear.
    #[serde(default)]
    pub remove: Vec<String>,
}

impl ClaimsStep {
    /// The change, without the user.
    pub fn change(&self) -> ClaimsChange {
        ClaimsChange { replace: self.replace.clone(), merge: self.merge.clone(), remove: self.remove.clone() }
    }
}

/// How a session is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Refresh {
    /// With the refresh token.
    Token,
    /// With `prompt=none` in the same browser.
    Silent,
}

/// Where a sign-out starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Logout {
    /// At the product.
    Rp,
    /// At the provider, which tells the clients.
    Idp,
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Observe {
    /// The session.
    Session,
}

/// What is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Replay {
    /// The browser visits the product's callback again, as after the last login.
    Callback,
    /// The last token request goes to the provider once more, byte for byte.
    TokenRequest,
}

/// A new signing key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RotateKeys {
    /// How long the old key stays published; not at all when left out.
    pub keep_old: Option<Duration>,
}

/// Other settings, in force from a restart on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Restart {
    /// Laid over the vendor's configuration: maps merge, other values replace.
    pub config: Value,
    /// Laid over `readings`.
    pub readings: BTreeMap<String, String>,
}

/// What an administrator does inside the product; the fields are the product's own.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Invite somebody.
    Invite(Map<String, Value>),
    /// Change a stored user.
    EditUser(Map<String, Value>),
    /// Give a stored user roles by hand.
    AssignRoles(Map<String, Value>),
    /// Switch the kind of authentication.
    SwitchAuthentication(Map<String, Value>),
}

impl From<Act> for crate::decision::Act {
    fn from(act: Act) -> Self {
        match act {
            Act::Invite(fields) => Self::Invite(Value::Object(fields)),
            Act::EditUser(fields) => Self::EditUser(Value::Object(fields)),
            Act::AssignRoles(fields) => Self::AssignRoles(Value::Object(fields)),
            Act::SwitchAuthentication(fields) => Self::SwitchAuthentication(Value::Object(fields)),
        }
    }
}

/// The one thing that a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Somebody signs in.
    Login(DetailedLogin),
    /// The provider says something else of a user.
    Claims(ClaimsStep),
    /// The session is renewed.
    Refresh(Refresh),
    /// The person signs out.
    Logout(Logout),
    /// The session is looked at.
    Observe(Observe),
    /// The clock moves on.
    Advance(Duration),
    /// The provider signs with a new key.
    RotateKeys(RotateKeys),
    /// Faults stand from now on.
    SetFaults(FaultRules),
    /// Faults stand no longer.
    ClearFaults(String),
    /// An administrator does something.
    Product(Act),
    /// The product starts again.
    Restart(Restart),
    /// The product asks itself whether the session may do something.
    Permission(String),
    /// One request to the product.
    Request(String),
    /// Something is sent again.
    Replay(Replay),
}

/// The keys of a step that are actions.
pub const ACTIONS: &[&str] = &[
    "login",
    "claims",
    "refresh",
    "logout",
    "observe",
    "advance",
    "rotate_keys",
    "set_faults",
    "clear_faults",
    "product",
    "restart",
    "permission",
    "request",
    "replay",
    "run",
];

impl Step {
    /// The action, if there is one. `run` is none: blocks are laid out in the tree before it is read.
    pub fn action(&self) -> Option<Action> {
        let login = self.login.as_ref().map(|login| Action::Login(login.detailed()));
        login
            .or_else(|| self.claims.clone().map(Action::Claims))
            .or_else(|| self.refresh.map(Action::Refresh))
            .or_else(|| self.logout.map(Action::Logout))
            .or_else(|| self.observe.map(Action::Observe))
            .or_else(|| self.advance.map(Action::Advance))
            .or_else(|| self.rotate_keys.map(Action::RotateKeys))
            .or_else(|| self.set_faults.clone().map(Action::SetFaults))
            .or_else(|| self.clear_faults.clone().map(Action::ClearFaults))
            .or_else(|| self.product.clone().map(Action::Product))
            .or_else(|| self.restart.clone().map(Action::Restart))
            .or_else(|| self.permission.clone().map(Action::Permission))
            .or_else(|| self.request.clone().map(Action::Request))
            .or_else(|| self.replay.map(Action::Replay))
    }
}

impl std::fmt::Display for Action {
    /// As a person would write it, without details.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Login(login) => write!(out, "login {}", login.user),
            Self::Claims(claims) => write!(out, "claims of {}", claims.user),
            Self::Refresh(Refresh::Token) => write!(out, "refresh token"),
            Self::Refresh(Refresh::Silent) => write!(out, "refresh silent"),
            Self::Logout(Logout::Rp) => write!(out, "logout rp"),
            Self::Logout(Logout::Idp) => write!(out, "logout idp"),
            Self::Observe(Observe::Session) => write!(out, "observe session"),
            Self::Advance(by) => write!(out, "advance {by}"),
            Self::RotateKeys(_) => write!(out, "rotate keys"),
            Self::SetFaults(_) => write!(out, "set faults"),
            Self::ClearFaults(which) => write!(out, "clear faults {which}"),
            Self::Product(Act::Invite(_)) => write!(out, "product invite"),
            Self::Product(Act::EditUser(_)) => write!(out, "product edit_user"),
            Self::Product(Act::AssignRoles(_)) => write!(out, "product assign_roles"),
            Self::Product(Act::SwitchAuthentication(_)) => write!(out, "product switch_authentication"),
            Self::Restart(_) => write!(out, "restart"),
            Self::Permission(name) => write!(out, "permission {name}"),
            Self::Request(request) => write!(out, "request {request}"),
            Self::Replay(Replay::Callback) => write!(out, "replay callback"),
            Self::Replay(Replay::TokenRequest) => write!(out, "replay token_request"),
        }
    }
}
