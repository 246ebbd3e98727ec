//! What a flow has in its hands while it plays a case: the relying party, our sites, browsers, and the faults to come.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mock_idp::provider::ports::VirtualClock;

use super::agent::{Agent, Driver};
use super::case::Planned;
use super::evidence::{Answer, Evidence, Memory, NOTHING_TO_SEE, Outcome, Site, Who};
use super::profiles::Variant;
use super::sites::Sites;
use super::system::pause;
use super::target::{Ask, Contract, Probe};
use super::tls::Doorkeeper;
use super::trouble::Trouble;
use crate::transport::{Clock, Exchange, Transport};
use crate::user_agent::chromium::Seen;
use crate::user_agent::{BrowserError, Page};

/// A login page and a consent page, and one more for a page that comes again.
const MOST_PAGES: usize = 3;

/// Somebody at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name on the login page.
    pub user: String,
    /// The subject identifier.
    pub subject: String,
}

/// The people of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// Who signs in.
    pub person: Person,
    /// Somebody else with an account: the attacker's own.
    pub other: Person,
}

/// What holds a relying party up; it ends when this is dropped.
pub trait Holding: fmt::Debug + Send {}

/// A relying party and our sites, ready to be played with.
pub struct Props {
    /// How the relying party is driven.
    pub contract: Contract,
    /// Our sites.
    pub sites: Sites,
    /// What people sit in front of.
    pub driver: Driver,
    /// What browsers use.
    pub transport: Transport,
    /// The time that browsers see.
    pub clock: Arc<dyn Clock>,
    /// The same time, where it can be moved.
    pub movable: Option<VirtualClock>,
    /// Who has seen the provider's certificate, where it has one.
    pub keeper: Doorkeeper,
    /// The people.
    pub people: People,
    /// How long silence must last, where there is no probe.
    pub wait: Duration,
    /// What holds the relying party up.
    pub holding: Vec<Box<dyn Holding>>,
    /// What the relying party may know from before.
    pub memory: Memory,
    /// Whether the relying party saw a bad certificate when it was started, and did not come up.
    pub stayed_away: bool,
}

impl fmt::Debug for Props {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Props").field("contract", &self.contract).finish_non_exhaustive()
    }
}

/// A case under way.
pub struct Stage {
    props: Props,
    variant: Variant,
    rules: Vec<Planned>,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
    called: Arc<Mutex<Vec<Answer>>>,
    evidence: Evidence,
}

impl fmt::Debug for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Stage")
            .field("props", &self.props)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Stage {
    /// A case of this shape, whose provider has these faults once it is told to misbehave.
    pub fn new(props: Props, variant: Variant, rules: Vec<Planned>) -> Self {
        let exchanges: Arc<Mutex<Vec<Exchange>>> = Arc::default();
        let called: Arc<Mutex<Vec<Answer>>> = Arc::default();
        let (log, calls) = (Arc::clone(&exchanges), Arc::clone(&called));
        props.transport.observe(Arc::new(move |exchange: &Exchange| {
            if exchange.caller == "browser" {
                log.lock().unwrap_or_else(PoisonError::into_inner).push(exchange.clone());
            }
            if exchange.caller == "idp"
                && let Ok(response) = &exchange.response
            {
                calls.lock().unwrap_or_else(PoisonError::into_inner).push(Answer::of(response));
            }
        }));
        let evidence = Evidence { memory: props.memory, ..Evidence::default() };
        Self { props, variant, rules, exchanges, called, evidence }
    }

    /// The shape of the flow.
    pub const fn variant(&self) -> Variant {
        self.variant
    }

    /// How the relying party is driven.
    pub const fn contract(&self) -> &Contract {
        &self.props.contract
    }

    /// Our sites.
    pub const fn sites(&self) -> &Sites {
        &self.props.sites
    }

    /// Who signs in.
    pub const fn people(&self) -> &People {
        &self.props.people
    }

    /// What was seen so far.
    pub const fn evidence(&mut self) -> &mut Evidence {
        &mut self.evidence
    }

    /// From now on the provider misbehaves. In a control twin nothing changes.
    ///
    /// # Errors
    ///
    /// When there are more faults than a provider takes.
    pub fn misbehave(&self) -> Result<(), Trouble> {
        let (provider, attacker) = (self.sites().provider(), self.sites().attacker());
        self.rules.iter().try_for_each(|planned| {
            let whose = if planned.site == Site::Attacker { &attacker } else { &provider };
            whose.add_fault(planned.rule.clone()).map(drop).map_err(Trouble::because)
        })
    }

    /// From now on both providers behave.
    pub fn behave(&self) {
        self.sites().provider().clear_faults();
        self.sites().attacker().clear_faults();
    }

    /// Moves the time on, where it is ours to move; says whether it is.
    pub fn advance(&self, seconds: i64) -> bool {
        self.props.movable.as_ref().is_some_and(|clock| {
            clock.advance(seconds);
            true
        })
    }

    /// Somebody's browser, without cookies.
    pub fn agent(&self) -> Agent {
        Agent::new(&self.props.driver, &self.props.transport, Arc::clone(&self.props.clock))
    }

    /// Where a login at the provider starts.
    pub fn start_url(&self) -> String {
        self.contract().start_url(&self.sites().issuer(), &self.contract().base_url)
    }

    /// Signs the person in: from the start address over the provider's login page to whatever the relying party shows.
    pub async fn sign_in(&self, agent: &mut Agent) -> Result<Page, BrowserError> {
        let page = agent.open(&self.start_url()).await?;
        self.go_on(agent, page, &self.people().person).await
    }

    /// A login while the provider misbehaves, and what came of it.
    ///
    /// # Errors
    ///
    /// When there are more faults than a provider takes.
    pub async fn misled_login(&mut self, agent: &mut Agent) -> Result<(), Trouble> {
        self.evidence.before = Some(self.who(agent).await);
        self.misbehave()?;
        let went = self.sign_in(agent).await;
        self.note(went);
        self.behave();
        self.conclude(agent).await;
        Ok(())
    }

    /// Notes that the relying party does not do what the case is about, so that there is nothing to judge.
    pub fn nothing_to_see(&mut self, why: &'static str) {
        self.evidence.outcome = Some(Outcome::Refused);
        self.evidence.facts.insert(NOTHING_TO_SEE, why.into());
    }

    /// Notes what stopped a browser, if something did: wherever it ended, the probe says what came of it.
    pub fn note<T>(&mut self, went: Result<T, BrowserError>) {
        if let Err(error) = went {
            self.evidence.facts.insert("browser", error.to_string().into());
        }
    }

    /// Goes on from a page of the provider as this person, until another page is shown.
    pub async fn go_on(&self, agent: &mut Agent, from: Page, person: &Person) -> Result<Page, BrowserError> {
        let mut page = from;
        for _ in 0..MOST_PAGES {
            let answer = page.button("user", &person.user).or_else(|| page.button("action", "allow"));
            let Some(answer) = answer else { break };
            page = agent.press(answer).await?;
        }
        Ok(page)
    }

    /// Who is signed in in a browser, as the relying party says.
    pub async fn who(&self, agent: &Agent) -> Who {
        self.who_and_why(agent).await.0
    }

    /// The same, and what the relying party answered where that means nobody.
    async fn who_and_why(&self, agent: &Agent) -> (Who, Option<String>) {
        match self.look(agent).await {
            None => (Who::NotAsked, None),
            Some((Ok(seen), probe)) => {
                let who = self.read(probe, &seen);
                let why = (who == Who::Nobody).then(|| probe.explain(seen.status, &seen.text));
                (who, why)
            }
            Some((Err(error), _)) => (Who::Unclear(error.to_string()), None),
        }
    }

    /// What the relying party shows when it is asked who is signed in.
    pub async fn shown(&self, agent: &Agent) -> String {
        match self.look(agent).await {
            Some((Ok(seen), _)) => seen.text,
            Some((Err(_), _)) | None => String::new(),
        }
    }

    async fn look(&self, agent: &Agent) -> Option<(Result<Seen, BrowserError>, &Probe)> {
        let probe = self.contract().session.as_ref()?;
        let address = self.contract().address(&probe.ask.path);
        let is_somebody = |seen: &Seen| matches!(self.read(probe, seen), Who::Somebody(_));
        Some((agent.look(&address, &probe.ask, is_somebody).await, probe))
    }

    fn read(&self, probe: &Probe, seen: &Seen) -> Who {
        let subjects = self.subjects();
        let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
        probe.read(seen.status, &seen.text, &subjects)
    }

    /// Lets the trap answer at further addresses, where no request leaves this process.
    pub fn set_traps(&self, authorities: &[&str]) {
        let [_, trap] = self.sites().routers();
        for authority in authorities {
            self.props.transport.serve(authority, trap.clone());
        }
    }

    /// Every subject that anybody could have been told.
    fn subjects(&self) -> Vec<String> {
        vec![self.people().person.subject.clone(), self.people().other.subject.clone()]
    }

    /// Makes a request to the relying party, and keeps its answer.
    pub async fn ask(&mut self, agent: &mut Agent, ask: &Ask) -> Option<u16> {
        let page = agent.ask(&self.contract().address(&ask.path), ask).await.ok()?;
        let answer = Answer::of_page(&page);
        self.evidence.answers.push((ask.to_string(), answer));
        Some(page.status)
    }

    /// The session that the last login opened at the provider.
    pub(super) fn last_sid(&self) -> Option<String> {
        let journal = self.sites().provider().journal();
        let tokens = journal.iter().rev().flat_map(|entry| &entry.tokens);
        let mut sids = tokens.filter(|token| token.kind == "id_token").filter_map(|it| it.claims.get("sid"));
        sids.find_map(|sid| sid.as_str().map(str::to_owned))
    }

    /// The provider ends a session, and tells the relying party over the back channel.
    pub(super) async fn end_session(&self, sid: &str) {
        self.called.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.sites().end_session(sid).await;
    }

    /// What the relying party answered to the provider's calls since the last session was ended.
    pub(super) fn take_called(&self) -> Vec<Answer> {
        std::mem::take(&mut *self.called.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the relying party answered to browsers so far, with the addresses.
    pub fn answers(&self) -> Vec<(String, Answer)> {
        self.own(|exchange| {
            let answer = Answer::of(exchange.response.as_ref().ok()?);
            Some((exchange.request.uri().to_string(), answer))
        })
    }

    /// The statuses of those answers, and why there was none.
    fn statuses(&self) -> Vec<Result<u16, String>> {
        let status = |exchange: &Exchange| match &exchange.response {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) => Err(error.to_string()),
        };
        self.own(|exchange| Some(status(exchange)))
    }

    /// Something of each request that browsers made to the relying party so far.
    fn own<T>(&self, look: impl Fn(&Exchange) -> Option<T>) -> Vec<T> {
        let exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let own =
            exchanges.iter().filter(|exchange| self.contract().is_at(&exchange.request.uri().to_string()));
        own.filter_map(look).collect()
    }

    /// The requests that browsers made so far, with what became of each.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says whether a login came about: as the probe says, or else as the requests to the provider do.
    pub async fn conclude(&mut self, agent: &Agent) {
        let (after, why) = self.who_and_why(agent).await;
        self.evidence.nobody_because = why;
        if after == Who::NotAsked {
            pause(self.props.wait).await;
        }
        self.look_around();
        self.evidence.outcome = Some(self.signed_in(&after));
        self.evidence.after = Some(after);
    }

    fn signed_in(&self, after: &Who) -> Outcome {
        let crash = self.statuses().into_iter().flatten().find(|status| *status == 500);
        match after {
            Who::Somebody(_) => Outcome::Done,
            Who::Nobody => crash.map_or(Outcome::Refused, Outcome::Crashed),
            Who::Unclear(_) => crash.map_or_else(|| self.unclear(), Outcome::Crashed),
            Who::NotAsked => self.by_silence(),
        }
    }

    /// What it means that the relying party does not say who is signed in.
    pub(super) fn unclear(&self) -> Outcome {
        match self.statuses().last() {
            Some(Ok(status)) => Outcome::Crashed(*status),
            Some(Err(_)) | None => Outcome::Gone,
        }
    }

    /// Why nothing can be said of a relying party that never answered at all, if it did not.
    pub fn unreachable(&self) -> Option<Trouble> {
        let statuses = self.statuses();
        let first = statuses.first()?.as_ref().err()?;
        let never = statuses.iter().all(Result::is_err);
        never.then(|| Trouble(format!("nothing can be asked of the relying party: {first}")))
    }

    /// What requests to the provider say: whoever goes on after a bad message has accepted it, and whoever asks UserInfo has
    /// come to the end of a good login.
    fn by_silence(&self) -> Outcome {
        let evidence = &self.evidence;
        let went_on = if evidence.fired.is_empty() {
            evidence.calls("userinfo").next().is_some()
        } else {
            evidence.afterwards().iter().any(|heard| matches!(heard.endpoint.as_str(), "token" | "userinfo"))
        };
        if went_on { Outcome::Done } else { Outcome::Silent }
    }

    /// Takes down what was heard and answered.
    pub fn look_around(&mut self) {
        let heard = self.sites().heard();
        let mut fired: Vec<String> = Vec::new();
        for entry in self.sites().journals() {
            for fault in entry.faults {
                if !fired.contains(&fault) {
                    fired.push(fault);
                }
            }
        }
        fired.extend(self.props.keeper.fired());
        self.evidence.fired = fired;
        self.evidence.heard = heard;
        self.evidence.callback = self.callback();
        self.evidence.server_error = self.statuses().into_iter().flatten().find(|status| *status >= 500);
    }

    /// The answer to the last authentication response.
    fn callback(&self) -> Option<Answer> {
        let back = self.way_back()?;
        self.answers().into_iter().rev().find(|(url, _)| path(url) == back).map(|(_, answer)| answer)
    }

    /// Keeps what the relying party answered from the first authentication response on: whoever redirects from there shows
    /// on a later page what it was told.
    pub fn keep_what_was_shown(&mut self) {
        let Some(back) = self.way_back() else { return };
        let shown = self.answers().into_iter().skip_while(|(url, _)| path(url) != back);
        self.evidence.answers.extend(shown);
    }

    /// Where the last authentication request wants its response, without query and fragment.
    fn way_back(&self) -> Option<String> {
        let asked = self.evidence.authentication_requests().last()?;
        asked.parameter("redirect_uri").map(|uri| path(uri).to_owned())
    }

    /// Notes that a relying party that will have nothing to do with such a provider did not even start, if that is so.
    pub fn stayed_away(&mut self) -> bool {
        if self.props.stayed_away {
            self.evidence.outcome = Some(Outcome::Refused);
            self.evidence.facts.insert("outcome", "it did not start".into());
        }
        self.props.stayed_away
    }

    /// The evidence, when the case is over.
    pub fn finish(mut self) -> Evidence {
        self.look_around();
        self.evidence.journal =
            self.sites().journals().iter().map(|entry| serde_json::json!(entry)).collect();
        self.evidence
    }
}

/// An address without query and fragment.
fn path(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
