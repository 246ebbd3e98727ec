//! What a product is: a profile, a function from events to decisions, and a function from effects to state.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Codes, Decision, Event, Field, Profile, Range, Reading, Rule, SessionView, SignIn, Start, Term, Timestamp,
};

/// What a product is configured with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setup {
    /// The vendor's own configuration, under the vendor's own names, as JSON.
    pub vendor: Value,
    /// Scheme, host and port to serve the product at, without a final slash; `None` takes the vendor configuration's
    /// or the product's usual one. A value given here wins, so that a product can be served on a local port.
    pub base_url: Option<String>,
    /// Reading id → choice; what is left out takes the recommended choice.
    pub readings: BTreeMap<String, String>,
}

/// The names of the settings that say how a product talks OpenID Connect, each with those that mean the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SettingNames {
    /// The client that it presents.
    pub client_id: &'static [&'static str],
    /// The scopes that it asks for.
    pub scope: &'static [&'static str],
    /// Where the keys are that signatures are checked with.
    pub keys: &'static [&'static str],
    /// What its redirect URI is made of.
    pub redirect_uri: &'static [&'static str],
}

/// Something wrong with a configuration, a stored state or an example, at a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// JSON pointer into the document that was given.
    pub path: String,
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// What to type instead.
    pub help: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(out, "{}", self.message)
        } else {
            write!(out, "{}: {}", self.path, self.message)
        }
    }
}

/// A setting that the product takes and that does not do what it looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The code of the message, for example `P0406`.
    pub code: &'static str,
    /// Where the setting is, what is said of it and what to write instead.
    pub about: Mistake,
    /// The part of the setting's text that is meant; empty for all of it.
    pub part: String,
    /// What is wrong with that part, in a few words.
    pub label: &'static str,
    /// The rule or the reading by which it is so, and what comes of it.
    pub because: &'static str,
}

/// A change of stored state.
pub trait Effect: fmt::Debug + Clone + PartialEq {
    /// The code that is listed, for example `project.access_granted:P1`; `None` for bookkeeping that the product's
    /// rules do not list, such as a refreshed profile field.
    fn text(&self) -> Option<String>;
}

/// Whether a visitor who asks to sign in is sent to a provider.
#[derive(Debug)]
pub enum Admission<P: Product> {
    /// Yes, to the provider with this index in [`Profile::providers`].
    Provider(usize),
    /// No; the decision says why.
    Refused(Box<Decision<P>>),
}

/// Whether a session still stands when it is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Yes, and this is what it shows now.
    Live(Value),
    /// No; a code such as `user_disabled`.
    Ended(&'static str),
}

/// One right that a sign-in gives, for comparing two sign-ins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Grant {
    /// What it is a right on or to, as a path into the decision: `project_roles.P1`, or `effective_permissions.read` for an
    /// entry of a list.
    pub target: String,
    /// The level, for example `admin`.
    pub level: String,
    /// A number that orders levels of one target; higher is more.
    pub rank: u8,
}

/// Checks that a product is known, or read, to leave out; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Departures {
    /// An ID token without `exp` is accepted, against OIDCC-3.1.3.7-9.
    pub exp_may_be_absent: bool,
    /// An ID token without `nonce` is accepted, against OIDCC-3.1.3.7-11.
    pub nonce_may_be_absent: bool,
    /// The authorization code is redeemed before `state` is compared, against RFC6749-10.12.
    pub redeems_before_comparing_state: bool,
}

/// One case in the shape of `given` in the product examples.
#[derive(Debug)]
pub struct Example<P: Product> {
    /// The configuration that the case describes.
    pub config: P::Config,
    /// The same configuration in the vendor's own form, to configure the product again (for a real login).
    pub vendor: Value,
    /// What is stored before.
    pub state: P::State,
    /// The sign-in.
    pub sign_in: SignIn,
    /// When it happens.
    pub now: Timestamp,
}

/// A product: how it maps claims to sessions, users and permissions.
///
/// A mapping cannot fail. Missing or malformed claims lead to a decision whose trace names them.
pub trait Product: fmt::Debug + Sized + Send + Sync + 'static {
    /// The name typed on the command line: `billrun`, `cloudbilling`, `billwerk`, `gorules` or `bindplane`.
    const NAME: &'static str;
    /// The name as the vendor writes it.
    const TITLE: &'static str;
    /// All its rules, in the order of their ids.
    const RULES: &'static [&'static Rule];
    /// All its readings.
    const READINGS: &'static [Reading];
    /// The fields of its record, and those of a refusal's own.
    const FIELDS: &'static [Field];
    /// Everything that it can say by a code, or by one of so many words.
    const CODES: Codes;
    /// The settings behind its profile, under the vendor's names.
    const SETTINGS: SettingNames;

    /// The vendor configuration, checked, with readings chosen.
    type Config: fmt::Debug + Clone + Send + Sync;
    /// Stored users, groups, projects: everything that outlives a session. A documented, readable JSON form.
    type State: fmt::Debug + Clone + PartialEq + Default + Serialize + DeserializeOwned + Send + Sync;
    /// A change of the state.
    type Effect: Effect;
    /// The product's own record of a sign-in; its fields stand beside those of the envelope.
    type Record: fmt::Debug + Clone + PartialEq + Serialize;

    /// Reads the vendor's configuration as far as it can be read, with all mistakes, each with its place: a setting that is
    /// misspelt counts as what was probably meant, one that cannot be read as left out.
    ///
    /// Only what cannot be read at all is a mistake here; a configuration that the product itself would refuse is a
    /// decision (`config_error`).
    fn read(setup: &Setup) -> (Self::Config, Vec<Mistake>);

    /// Reads the vendor's configuration.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place.
    fn configure(setup: &Setup) -> Result<Self::Config, Vec<Mistake>> {
        let (config, mistakes) = Self::read(setup);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// How the product talks OpenID Connect under this configuration.
    fn profile(config: &Self::Config) -> Profile;

    /// Checks that the relying party leaves out under this configuration. By default none.
    fn departures(_config: &Self::Config) -> Departures {
        Departures::default()
    }

    /// What the configuration holds to no effect, under the chosen readings. By default nothing.
    fn doubts(_config: &Self::Config) -> Vec<Doubt> {
        Vec::new()
    }

    /// Checks a state that somebody wrote, beyond its types.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place.
    fn check_state(config: &Self::Config, state: &Self::State) -> Result<(), Vec<Mistake>>;

    /// Decides which provider a visitor is sent to, if any.
    fn admit(config: &Self::Config, start: &Start) -> Admission<Self>;

    /// Decides what an event amounts to.
    fn on(config: &Self::Config, state: &Self::State, event: &Event, now: Timestamp) -> Decision<Self>;

    /// The only way state changes.
    fn apply(state: Self::State, effects: &[Self::Effect]) -> Self::State;

    /// What a session shows when it is looked at now. By default what its sign-in recorded.
    fn look(_config: &Self::Config, _state: &Self::State, session: &SessionView) -> Standing {
        Standing::Live(session.record.clone())
    }

    /// The claims that it asks for, and what means something in them, given what is stored.
    fn vocabulary(config: &Self::Config, state: &Self::State) -> Vec<Term>;

    /// The words that can stand in its decisions, where they are a closed set, given what is stored.
    fn ranges(config: &Self::Config, state: &Self::State) -> Vec<Range>;

    /// The rights in a record, for comparing two sign-ins.
    fn grants(record: &Value) -> Vec<Grant>;

    /// Reads one case in the shape of `given`, merged over the product's defaults.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place in `given`.
    fn example(given: &Value) -> Result<Example<Self>, Vec<Mistake>>;
}
