//! Products without their types, so that the relying party, scenarios and previews handle all five alike.

use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use super::{
    Admission, Codes, Decision, Departures, Doubt, ENVELOPE, Envelope, Event, Example, Field, Grant, Mistake,
    Product, Profile, Range, Reading, Rule, SessionView, SettingNames, Setup, SignIn, Standing, Start, Term,
    Timestamp, piecewise,
};

/// A configured product.
pub trait AnyProduct: fmt::Debug + Send + Sync {
    /// How it talks OpenID Connect.
    fn profile(&self) -> &Profile;

    /// Checks that the relying party leaves out.
    fn departures(&self) -> Departures;

    /// What the configuration holds to no effect, under the chosen readings.
    fn doubts(&self) -> Vec<Doubt>;

    /// What can be read of a state that somebody wrote, with its defaults filled in, and all mistakes, each with its place;
    /// `null` gives the empty state.
    fn read_state(&self, written: &Value) -> (Value, Vec<Mistake>);

    /// Checks a state that somebody wrote and fills in its defaults; `null` gives the empty state.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place.
    fn state(&self, written: &Value) -> Result<Value, Vec<Mistake>> {
        let (state, mistakes) = self.read_state(written);
        if mistakes.is_empty() { Ok(state) } else { Err(mistakes) }
    }

    /// The index of the provider that a visitor is sent to, or the decision that refuses.
    ///
    /// # Errors
    ///
    /// The refusal.
    fn admit(&self, start: &Start) -> Result<usize, Box<Envelope>>;

    /// Decides, and gives the state after the decision's effects.
    fn on(&self, state: &Value, event: &Event, now: Timestamp) -> (Envelope, Value);

    /// The product at a stored state, to decide about any number of sign-ins of which none sees another's effects.
    fn at<'p>(&'p self, state: &Value) -> Box<dyn AtState + 'p>;

    /// What a session shows when it is looked at now.
    fn look(&self, state: &Value, session: &SessionView) -> Standing;

    /// The claims that it asks for, and what means something in them, given what is stored.
    fn vocabulary(&self, state: &Value) -> Vec<Term>;

    /// The words that can stand in its decisions, where they are a closed set, given what is stored.
    fn ranges(&self, state: &Value) -> Vec<Range>;

    /// The rights in a record.
    fn grants(&self, record: &Value) -> Vec<Grant>;
}

/// A product at a stored state, which stays as it is.
pub trait AtState: fmt::Debug + Send + Sync {
    /// Decides; nothing is applied.
    fn on(&self, event: &Event, now: Timestamp) -> Envelope;
}

/// A case in the shape of `given`, ready to run.
#[derive(Debug)]
pub struct AnyExample {
    /// The configured product.
    pub product: Box<dyn AnyProduct>,
    /// The same configuration in the vendor's own form.
    pub vendor: Value,
    /// What is stored before.
    pub state: Value,
    /// The sign-in.
    pub sign_in: SignIn,
    /// When it happens.
    pub now: Timestamp,
}

/// A kind of product, before it is configured.
pub trait ProductKind: fmt::Debug + Send + Sync {
    /// The name typed on the command line: `billrun`, `cloudbilling`, `billwerk`, `gorules` or `bindplane`.
    fn name(&self) -> &'static str;
    /// The name as the vendor writes it.
    fn title(&self) -> &'static str;
    /// All its rules, in the order of their ids.
    fn rules(&self) -> &'static [&'static Rule];
    /// All its readings.
    fn readings(&self) -> &'static [Reading];
    /// The fields of its record, and those of a refusal's own.
    fn record_fields(&self) -> &'static [Field];
    /// Everything that it can say by a code, or by one of so many words.
    fn codes(&self) -> Codes;
    /// The settings behind its profile.
    fn settings(&self) -> SettingNames;
    /// Configures it as far as the configuration can be read, with all mistakes of that and of the chosen readings.
    fn read(&self, setup: &Setup) -> (Box<dyn AnyProduct>, Vec<Mistake>);
    /// Configures it.
    ///
    /// # Errors
    ///
    /// All mistakes of the configuration and of the chosen readings.
    fn configure(&self, setup: &Setup) -> Result<Box<dyn AnyProduct>, Vec<Mistake>> {
        let (product, mistakes) = self.read(setup);
        if mistakes.is_empty() { Ok(product) } else { Err(mistakes) }
    }
    /// Reads one case in the shape of `given`.
    ///
    /// # Errors
    ///
    /// All mistakes, each with its place in `given`.
    fn example(&self, given: &Value) -> Result<AnyExample, Vec<Mistake>>;

    /// Every field that one of its decisions may have: those of the envelope, then those of its own.
    fn fields(&self) -> Vec<Field> {
        [ENVELOPE, self.record_fields()].concat()
    }
}

impl<P: Product> ProductKind for P {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn title(&self) -> &'static str {
        P::TITLE
    }

    fn rules(&self) -> &'static [&'static Rule] {
        P::RULES
    }

    fn readings(&self) -> &'static [Reading] {
        P::READINGS
    }

    fn record_fields(&self) -> &'static [Field] {
        P::FIELDS
    }

    fn codes(&self) -> Codes {
        P::CODES
    }

    fn settings(&self) -> SettingNames {
        P::SETTINGS
    }

    fn read(&self, setup: &Setup) -> (Box<dyn AnyProduct>, Vec<Mistake>) {
        let (config, mistakes) = P::read(setup);
        (Box::new(Configured::<P>::new(config)), mistakes)
    }

    fn example(&self, given: &Value) -> Result<AnyExample, Vec<Mistake>> {
        let Example { config, vendor, state, sign_in, now } = P::example(given)?;
        let state = to_value(&state);
        Ok(AnyExample { product: Box::new(Configured::<P>::new(config)), vendor, state, sign_in, now })
    }
}

/// A product with its configuration.
#[derive(Debug)]
pub struct Configured<P: Product> {
    config: P::Config,
    profile: Profile,
    product: PhantomData<P>,
}

impl<P: Product> Configured<P> {
    /// Takes a configuration in.
    pub fn new(config: P::Config) -> Self {
        let profile = P::profile(&config);
        Self { config, profile, product: PhantomData }
    }

    /// INVARIANT: states come from [`AnyProduct::state`] or from [`AnyProduct::on`], so they are of this shape.
    fn own_state(state: &Value) -> P::State {
        serde_json::from_value(state.clone()).unwrap_or_default()
    }
}

impl<P: Product> AnyProduct for Configured<P> {
    fn profile(&self) -> &Profile {
        &self.profile
    }

    fn departures(&self) -> Departures {
        P::departures(&self.config)
    }

    fn doubts(&self) -> Vec<Doubt> {
        P::doubts(&self.config)
    }

    fn read_state(&self, written: &Value) -> (Value, Vec<Mistake>) {
        if written.is_null() {
            return (to_value(&P::State::default()), Vec::new());
        }
        let (state, mut mistakes) = piecewise::read::<P::State>(written);
        if mistakes.is_empty()
            && let Err(wrong) = P::check_state(&self.config, &state)
        {
            mistakes.extend(wrong);
        }
        (to_value(&state), mistakes)
    }

    fn admit(&self, start: &Start) -> Result<usize, Box<Envelope>> {
        match P::admit(&self.config, start) {
            Admission::Provider(index) => Ok(index),
            Admission::Refused(decision) => Err(Box::new(Envelope::from(*decision))),
        }
    }

    fn on(&self, state: &Value, event: &Event, now: Timestamp) -> (Envelope, Value) {
        let state = Self::own_state(state);
        let decision: Decision<P> = P::on(&self.config, &state, event, now);
        let after = P::apply(state, &decision.effects);
        (Envelope::from(decision), to_value(&after))
    }

    fn at<'p>(&'p self, state: &Value) -> Box<dyn AtState + 'p> {
        Box::new(ConfiguredAt::<'p, P> { config: &self.config, state: Self::own_state(state) })
    }

    fn look(&self, state: &Value, session: &SessionView) -> Standing {
        P::look(&self.config, &Self::own_state(state), session)
    }

    fn vocabulary(&self, state: &Value) -> Vec<Term> {
        P::vocabulary(&self.config, &Self::own_state(state))
    }

    fn ranges(&self, state: &Value) -> Vec<Range> {
        P::ranges(&self.config, &Self::own_state(state))
    }

    fn grants(&self, record: &Value) -> Vec<Grant> {
        P::grants(record)
    }
}

/// A configured product at a state of its own type.
#[derive(Debug)]
struct ConfiguredAt<'p, P: Product> {
    config: &'p P::Config,
    state: P::State,
}

impl<P: Product> AtState for ConfiguredAt<'_, P> {
    fn on(&self, event: &Event, now: Timestamp) -> Envelope {
        Envelope::from(P::on(self.config, &self.state, event, now))
    }
}

/// A state as JSON; states are plain structs with string keys, so this does not fail.
fn to_value(state: &impl serde::Serialize) -> Value {
    serde_json::to_value(state).unwrap_or_default()
}
