//! When faults fire: for whom, where, and how often.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fault, Faults, Target, UnknownFault};

/// How many rules can stand before another one is added; a test that forgets to clear its faults must not fill the memory.
const MOST: usize = 1_000;

/// Where in a login something is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum Moment {
    /// The authorization response.
    Authorization,
    /// The token response to a code.
    Code,
    /// The token response to a refresh token.
    Refresh,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Authorization, Self::Code, Self::Refresh];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::Code => "code",
            Self::Refresh => "refresh",
        }
    }
}

/// For whom something is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// The client, where it is known.
    pub client: Option<&'a str>,
    /// The user, where one is known.
    pub user: Option<&'a str>,
    /// The `login_hint` of the request that began it.
    pub login_hint: Option<&'a str>,
    /// Where in the login.
    pub moment: Option<Moment>,
}

/// A fault, and when it fires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The fault.
    pub fault: Fault,
    /// Only for this client.
    pub client: Option<String>,
    /// Only for this user.
    pub user: Option<String>,
    /// Only in logins that were begun with this `login_hint`.
    pub login_hint: Option<String>,
    /// Only here.
    pub at: Option<Moment>,
    /// Only on this occasion, counted from 1 among those that are not ruled out above.
    pub nth: Option<u64>,
    /// Only so many times.
    pub times: Option<u64>,
}

impl Rule {
    /// Always and for everybody.
    pub const fn always(fault: Fault) -> Self {
        Self { fault, client: None, user: None, login_hint: None, at: None, nth: None, times: None }
    }

    fn meets(&self, target: Target, occasion: &Occasion<'_>) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        self.fault.target() == target
            && same(&self.client, occasion.client)
            && same(&self.user, occasion.user)
            && same(&self.login_hint, occasion.login_hint)
            && (self.at.is_none() || self.at == occasion.moment)
    }

    /// Whether it fires on the occasion of this number, having fired so often before.
    fn fires(&self, number: u64, fired: u64) -> bool {
        self.nth.is_none_or(|nth| nth == number) && self.times.is_none_or(|times| fired < times)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        let words = [("client", &self.client), ("user", &self.user), ("login_hint", &self.login_hint)];
        for (name, value) in words {
            if let Some(value) = value {
                write!(f, ",{name}={value}")?;
            }
        }
        if let Some(at) = self.at {
            write!(f, ",at={}", at.as_str())?;
        }
        for (name, number) in [("nth", self.nth), ("times", self.times)] {
            if let Some(number) = number {
                write!(f, ",{name}={number}")?;
            }
        }
        Ok(())
    }
}

/// Text that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotARule {
    /// The fault is not in the catalogue.
    #[error(transparent)]
    Fault(#[from] UnknownFault),
    /// A condition that there is not.
    #[error("`{0}` is not a condition")]
    Condition(String),
    /// A number was wanted.
    #[error("`{name}` must be a whole number from 1 on, found `{value}`")]
    Number {
        /// The condition.
        name: String,
        /// What it was given.
        value: String,
    },
    /// Not a moment.
    #[error("`at` must be a moment of a login, found `{0}`")]
    Moment(String),
}

impl NotARule {
    /// What to write instead.
    pub fn help(&self) -> String {
        match self {
            Self::Fault(unknown) => unknown.help(),
            Self::Condition(_) => "there are `client`, `user`, `login_hint`, `at`, `nth` and `times`, as in \
                 `id_token.aud=missing,client=app,nth=2`"
                .to_owned(),
            Self::Number { .. } => "count from 1".to_owned(),
            Self::Moment(_) => format!("there are `{}`", Moment::ALL.map(Moment::as_str).join("`, `")),
        }
    }
}

impl FromStr for Rule {
    type Err = NotARule;

    /// `NAME=VALUE`, and behind commas what it is limited to: `client=`, `user=`, `login_hint=`, `at=`, `nth=`, `times=`.
    fn from_str(text: &str) -> Result<Self, NotARule> {
        let mut parts = text.split(',');
        let mut rule = Self::always(parts.next().unwrap_or_default().parse()?);
        for part in parts {
            let (name, value) = part.split_once('=').ok_or_else(|| NotARule::Condition(part.to_owned()))?;
            let number = || {
                let number = value.parse().ok().filter(|number| *number > 0);
                number.ok_or_else(|| NotARule::Number { name: name.to_owned(), value: value.to_owned() })
            };
            match name.trim() {
                "client" => rule.client = Some(value.to_owned()),
                "user" => rule.user = Some(value.to_owned()),
                "login_hint" => rule.login_hint = Some(value.to_owned()),
                "at" => {
                    let moment = Moment::ALL.into_iter().find(|moment| moment.as_str() == value);
                    rule.at = Some(moment.ok_or_else(|| NotARule::Moment(value.to_owned()))?);
                }
                "nth" => rule.nth = Some(number()?),
                "times" => rule.times = Some(number()?),
                other => return Err(NotARule::Condition(other.to_owned())),
            }
        }
        Ok(rule)
    }
}

/// Names a rule of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleId(u64);

impl RuleId {
    /// The number that people see; no other rule of the same plan ever has it.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl FromStr for RuleId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// A rule at work.
#[derive(Clone, Debug)]
struct Standing {
    id: RuleId,
    rule: Rule,
    seen: u64,
    fired: u64,
}

/// The rules of one provider, and how often each was met.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    standing: Vec<Standing>,
    added: u64,
}

/// There are too many rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST} faults already; clear some first")]
pub struct TooMany;

impl Plan {
    /// Adds a rule.
    pub fn add(&mut self, rule: Rule) -> Result<RuleId, TooMany> {
        if self.standing.len() >= MOST {
            return Err(TooMany);
        }
        Ok(self.push(rule))
    }

    fn push(&mut self, rule: Rule) -> RuleId {
        self.added += 1;
        let id = RuleId(self.added);
        self.standing.push(Standing { id, rule, seen: 0, fired: 0 });
        id
    }

    /// Takes one rule away; says whether it stood.
    pub fn take(&mut self, id: RuleId) -> bool {
        let before = self.standing.len();
        self.standing.retain(|standing| standing.id != id);
        self.standing.len() < before
    }

    /// Takes all rules away.
    pub fn clear(&mut self) {
        self.standing.clear();
    }

    /// Takes the rules for one fault name away, such as `id_token.aud`; says how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.standing.len();
        self.standing.retain(|standing| standing.rule.fault.name() != name);
        before - self.standing.len()
    }

    /// The rules, and how often each has fired.
    pub fn rules(&self) -> impl Iterator<Item = (RuleId, &Rule, u64)> {
        self.standing.iter().map(|standing| (standing.id, &standing.rule, standing.fired))
    }

    /// Whether nothing can fire.
    pub const fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// The faults that fire now. Each call is an occasion, and is counted.
    pub fn due(&mut self, target: Target, occasion: &Occasion<'_>) -> Faults {
        let met = self.standing.iter_mut().filter(|standing| standing.rule.meets(target, occasion));
        met.filter_map(|standing| {
            standing.seen += 1;
            let fires = standing.rule.fires(standing.seen, standing.fired);
            standing.fired += u64::from(fires);
            fires.then_some(standing.rule.fault)
        })
        .collect()
    }
}

/// The rules of a configuration, however many somebody wrote.
impl FromIterator<Rule> for Plan {
    fn from_iter<T: IntoIterator<Item = Rule>>(rules: T) -> Self {
        let mut plan = Self::default();
        for rule in rules {
            plan.push(rule);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn due(plan: &mut Plan, client: &str, moment: Moment) -> Vec<String> {
        let occasion = Occasion { client: Some(client), moment: Some(moment), ..Occasion::default() };
        plan.due(Target::IdToken, &occasion).iter().map(|fault| fault.to_string()).collect()
    }

    #[rstest]
    #[case::always("id_token.aud=missing", [true, true, true])]
    #[case::the_second("id_token.aud=missing,nth=2", [false, true, false])]
    #[case::twice("id_token.aud=missing,times=2", [true, true, false])]
    #[case::another_client("id_token.aud=missing,client=other", [false, false, false])]
    #[case::this_client("id_token.aud=missing,client=app", [true, true, true])]
    #[case::another_moment("id_token.aud=missing,at=refresh", [false, false, false])]
    #[case::this_moment("id_token.aud=missing,at=code,nth=3", [false, false, true])]
    #[case::another_target("userinfo.sub=missing", [false, false, false])]
    fn a_rule_fires_when_it_says(#[case] rule: &str, #[case] expected: [bool; 3]) {
        let mut plan = Plan::default();
        plan.add(rule.parse().unwrap()).unwrap();
        let fired = [(); 3].map(|()| !due(&mut plan, "app", Moment::Code).is_empty());
        assert_eq!(fired, expected);
    }

    #[test]
    fn only_occasions_that_are_not_ruled_out_are_counted() {
        let mut plan = Plan::default();
        plan.add("id_token.aud=missing,client=app,nth=2".parse().unwrap()).unwrap();
        let fired = ["app", "other", "other", "app"].map(|client| due(&mut plan, client, Moment::Code).len());
        assert_eq!(fired, [0, 0, 0, 1]);
    }

    #[test]
    fn no_rule_of_a_configuration_is_left_out_and_those_that_are_added_are_bounded() {
        let rule: Rule = "id_token.aud=missing".parse().unwrap();
        let mut plan: Plan = std::iter::repeat_n(rule.clone(), MOST + 1).collect();
        assert_eq!(plan.rules().count(), MOST + 1);
        assert_eq!(plan.add(rule), Err(TooMany));
    }

    #[rstest]
    #[case::plain("id_token.aud=missing")]
    #[case::all("id_token.aud=missing,client=app,user=ada,login_hint=x@y,at=refresh,nth=2,times=1")]
    fn a_rule_is_written_as_it_is_read(#[case] text: &str) {
        assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case::no_value(
        "id_token.aud",
        "`id_token.aud` is not of the form `NAME=VALUE`, such as `id_token.aud=missing`"
    )]
    #[case::misspelt("id_token.nonse=wrong", "unknown fault `id_token.nonse`")]
    #[case::no_such_value("id_token.aud=gone", "fault `id_token.aud` has no value `gone`")]
    #[case::no_such_condition("id_token.aud=missing,usr=ada", "`usr` is not a condition")]
    #[case::not_a_number("id_token.aud=missing,nth=0", "`nth` must be a whole number from 1 on, found `0`")]
    #[case::no_such_moment(
        "id_token.aud=missing,at=login",
        "`at` must be a moment of a login, found `login`"
    )]
    fn a_mistake_says_what_it_is(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(text.parse::<Rule>().unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_misspelt_fault_is_met_with_the_nearest_name() {
        let mistake = "id_token.nonse=wrong".parse::<Rule>().unwrap_err();
        assert_eq!(mistake.help(), "did you mean `id_token.nonce`? `mock-idp faults` lists all of them");
    }
}
