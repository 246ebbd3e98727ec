//! A whole run: calibration, control twins, then the cases, in parallel and told of in the order of the catalogue.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mock_idp::TlsFlaw;
use mock_idp::fault::plan::NotARule;
use tokio::time::timeout;

use super::agent::Driver;
use super::calibrate::{self, calibration};
use super::case::{Capability, Expected, Flow, Initiation, Planned};
use super::event::{Calibration, CaseReport, Event, RunFinished, RunStarted, shapes};
use super::evidence::{Evidence, Outcome};
use super::expected::ExpectedResults;
use super::flow;
use super::party::Party;
use super::plan::Play;
use super::profiles::{Profile, Variant};
use super::stage::Stage;
use super::trouble::Trouble;
use super::verdict::{Verdict, Word, verdict};
use super::workers::in_parallel;

/// How a run is done.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The profiles that the relying party is held to.
    pub profiles: Vec<Profile>,
    /// How many cases at once.
    pub jobs: usize,
    /// How long one flow may take.
    pub patience: Duration,
    /// Cases that are not played, and why: a pattern and a reason.
    pub skip: Vec<(String, String)>,
    /// How often more a case is tried that a hiccup could have spoilt.
    pub retries: usize,
    /// The results that are known, with their reasons.
    pub expected: ExpectedResults,
    /// The command line that made this run, to which `--only` is added for a single case.
    pub command: String,
    /// Set from outside to stop after the cases that are under way.
    pub interrupted: Arc<AtomicBool>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            profiles: Profile::ALL.to_vec(),
            jobs: 1,
            patience: Duration::from_secs(60),
            skip: Vec::new(),
            retries: 0,
            expected: ExpectedResults::default(),
            command: "harness conformance".to_owned(),
            interrupted: Arc::default(),
        }
    }
}

/// What is played: everything that two cases of the same make have in common.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    flow: Flow,
    variant: Variant,
    needs: &'static [Capability],
    rules: Vec<Planned>,
    /// What is wrong with the provider's certificate.
    flaw: Option<TlsFlaw>,
}

impl Setting {
    /// Without the faults.
    pub(super) fn control(play: &Play) -> Self {
        Self {
            flow: play.case.flow,
            variant: play.variant,
            needs: play.case.needs,
            rules: Vec::new(),
            flaw: None,
        }
    }

    /// With the faults.
    pub(super) fn misbehaving(play: &Play) -> Result<Self, NotARule> {
        let rules = play.case.way().rules().into_iter().collect::<Result<_, _>>()?;
        Ok(Self { rules, flaw: play.case.way().flaw(), ..Self::control(play) })
    }

    /// Control twins with the same key are the same.
    pub(super) fn key(&self) -> String {
        format!("{:?} {} {:?}", self.flow, self.variant.name(), self.needs)
    }

    /// Whether it takes a browser that runs scripts.
    pub(super) const fn needs_script(&self) -> bool {
        Driver::Scripted.cannot(self.flow).is_some()
    }

    /// Plays it.
    pub(super) async fn play(&self, party: &Party, patience: Duration) -> Played {
        let playing = async {
            let props = party.props(self.variant, self.needs, self.flaw).await?;
            let mut stage = Stage::new(props, self.variant, self.rules.clone());
            if !stage.stayed_away() {
                let played = flow::play(self.flow, &mut stage).await;
                // whoever never answered is the reason of whatever trouble the flow had
                stage.unreachable().map_or(played, Err)?;
            }
            Ok(stage.finish())
        };
        timeout(patience, playing)
            .await
            .unwrap_or_else(|_| Err(Trouble(format!("it took longer than {} seconds", patience.as_secs()))))
    }
}

/// What was seen, or why nothing was.
pub(super) type Played = Result<Evidence, Trouble>;

/// Plays and tells. The end of the run is not told but given back, so that more can be added to it.
///
/// # Errors
///
/// When the machinery of the run cannot be set up.
pub fn run(
    party: &Party,
    plays: &[Play],
    options: &RunOptions,
    tell: &mut dyn FnMut(Event),
) -> io::Result<RunFinished> {
    let shapes = shapes(plays);
    let calibration = calibrated(party, &shapes, options)?;
    let mut finished = RunFinished {
        void: calibration
            .iter()
            .find_map(|it| Some(format!("{}: {}{}", it.shape, it.void.as_ref()?, party.advice()))),
        ..RunFinished::default()
    };
    tell(Event::Started(Box::new(RunStarted {
        relying_party: party.name(),
        profiles: options.profiles.clone(),
        cases: plays.len(),
        shapes: shapes.into_iter().map(Variant::name).collect(),
        probe: party.probe(),
        calibration,
    })));
    if finished.void.is_some() {
        return Ok(finished);
    }
    let controls = controls(party, plays, options)?;
    let mut excused = options.expected.checking(plays);
    in_parallel(
        party.at_once(options.jobs),
        plays,
        async |play: &Play| one(party, play, &controls, options).await,
        &mut |mut report: CaseReport| {
            report.expected_because = excused.because(&report);
            finished.count(&report);
            tell(Event::CaseFinished(Box::new(report)));
            !options.interrupted.load(Ordering::Relaxed)
        },
    )?;
    finished.interrupted = options.interrupted.load(Ordering::Relaxed);
    finished.stale = if finished.interrupted { Vec::new() } else { excused.stale() };
    Ok(finished)
}

/// A good and a bad login in each shape.
fn calibrated(party: &Party, shapes: &[Variant], options: &RunOptions) -> io::Result<Vec<Calibration>> {
    let mut found = Vec::new();
    in_parallel(
        party.at_once(options.jobs),
        shapes,
        async |variant: &Variant| {
            let login =
                |rules| Setting { flow: Flow::Login, variant: *variant, needs: &[], rules, flaw: None };
            let mut tries = 0;
            loop {
                let good = login(Vec::new()).play(party, options.patience).await;
                let bad = login(calibrate::bad()).play(party, options.patience).await;
                let found = Calibration { tries, ..calibration(*variant, &good, &bad) };
                if tries == options.retries || found.void.is_none() || calibrate::is_deceived(&bad) {
                    return found;
                }
                tries += 1;
            }
        },
        &mut |calibration| {
            found.push(calibration);
            true
        },
    )?;
    Ok(found)
}

/// The control twins of all cases, each played once.
fn controls(party: &Party, plays: &[Play], options: &RunOptions) -> io::Result<BTreeMap<String, Played>> {
    let playable = plays.iter().filter(|play| unplayed(party, play, options).is_none());
    let wanted: BTreeMap<String, Setting> =
        playable.map(Setting::control).map(|setting| (setting.key(), setting)).collect();
    let wanted: Vec<(String, Setting)> = wanted.into_iter().collect();
    let mut played = BTreeMap::new();
    in_parallel(
        party.at_once(options.jobs),
        &wanted,
        async |(key, setting): &(String, Setting)| (key.clone(), setting.play(party, options.patience).await),
        &mut |(key, evidence)| {
            played.insert(key, evidence);
            !options.interrupted.load(Ordering::Relaxed)
        },
    )?;
    Ok(played)
}

/// One case, judged, and tried again as often as it may be where chance could have decided.
async fn one(
    party: &Party,
    play: &Play,
    controls: &BTreeMap<String, Played>,
    options: &RunOptions,
) -> CaseReport {
    if let Some(reason) = unplayed(party, play, options) {
        return report(play, Verdict::new(Word::Skipped, reason), options);
    }
    let Some(control) = controls.get(&Setting::control(play).key()) else {
        return report(play, Verdict::new(Word::Skipped, "the run was interrupted"), options);
    };
    let mut earlier = Vec::new();
    let mut tried = attempt(party, play, control, options).await;
    while tried.by_chance && earlier.len() < options.retries && !options.interrupted.load(Ordering::Relaxed) {
        earlier.push(tried.report.verdict);
        // what spoilt the case may have spoilt the control twin
        let control = Setting::control(play).play(party, options.patience).await;
        tried = attempt(party, play, &control, options).await;
    }
    CaseReport { earlier, ..tried.report }
}

/// A case that was tried.
struct Attempt {
    report: CaseReport,
    /// Whether it could come out otherwise by itself.
    by_chance: bool,
}

impl Attempt {
    /// Nothing was seen, which says nothing about the relying party.
    const fn spoilt(report: CaseReport) -> Self {
        Self { report, by_chance: true }
    }

    /// What it did it has done: no second try takes the acceptance of a forgery back. What it left undone may be for want of a
    /// connection.
    fn judged(report: CaseReport, evidence: &Evidence) -> Self {
        let wanted = matches!(report.expected, Expected::Accept | Expected::Send);
        let by_chance = match report.verdict.word {
            Word::Error => true,
            Word::Failed => wanted && evidence.outcome != Some(Outcome::Done),
            Word::Passed | Word::Skipped | Word::Weak | Word::Warning => false,
        };
        Self { report, by_chance }
    }
}

async fn attempt(party: &Party, play: &Play, control: &Played, options: &RunOptions) -> Attempt {
    let report = |verdict| report(play, verdict, options);
    let error = |reason: String| Attempt::spoilt(report(Verdict::new(Word::Error, reason)));
    let control = match control {
        Ok(control) => control,
        Err(trouble) => return error(format!("the control twin could not be played: {trouble}")),
    };
    let judged = |evidence: &Evidence| {
        let verdict = verdict(play.case, play.variant, control, evidence, &play.bindings);
        Attempt::judged(report(verdict).with(evidence, control), evidence)
    };
    if play.case.faults().is_empty() {
        // without faults the case is its own control
        return judged(control);
    }
    let setting = match Setting::misbehaving(play) {
        Ok(setting) => setting,
        Err(mistake) => return error(mistake.to_string()),
    };
    match setting.play(party, options.patience).await {
        Ok(evidence) => judged(&evidence),
        Err(trouble) => error(trouble.to_string()),
    }
}

fn report(play: &Play, verdict: Verdict, options: &RunOptions) -> CaseReport {
    CaseReport::of(play, verdict, format!("{} --only '{}'", options.command, play.name()))
}

/// Why a case is not played at all.
fn unplayed(party: &Party, play: &Play, options: &RunOptions) -> Option<String> {
    if let Some((_, reason)) = options.skip.iter().find(|(pattern, _)| play.is_meant(pattern)) {
        return Some(reason.clone());
    }
    unable(party, play)
}

/// What it cannot do that is needed, or what the browser in front of it cannot.
fn unable(party: &Party, play: &Play) -> Option<String> {
    lacking(party, play).or_else(|| party.cannot(play.case.flow).map(str::to_owned))
}

/// What it cannot do that is needed, or what cannot be done to it.
pub(super) fn lacking(party: &Party, play: &Play) -> Option<String> {
    let way = play.case.way();
    let stranger = matches!(party, Party::External(_));
    let to_link_local = way.is_link_local() || play.case.flow == Flow::ThirdPartyLogin(Initiation::LinkLocal);
    if to_link_local && stranger {
        return Some(
            "a request to a link-local address would leave this machine: there is a trap at it only for the reference \
             relying party"
                .to_owned(),
        );
    }
    if way.drops_tls() && stranger {
        return Some(
            "a stranger's issuer is on this machine without TLS, and so are all its endpoints: none stands out".to_owned(),
        );
    }
    let able = party.abilities();
    let missing = play.case.needs.iter().find(|need| !able.contains(need))?;
    let hint = if stranger { format!("; if it is, say so with {}", missing.said()) } else { String::new() };
    Some(format!("{}{hint}", missing.lacking()))
}
