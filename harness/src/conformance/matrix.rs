//! Every case that is to be refused can fail: the reference relying party without one check at a time, case by
//! case.
//!
//! It proves the harness, and nothing on the command line leads here. A relying party asks itself about a weakness only where
//! it would make a difference ([`Questions`]), and everything random follows from a seed. So a case is played with those
//! weaknesses alone that came into question when the whole relying party played it: with any other one it would come out the
//! same.
//!
//! Some cases take a browser that runs scripts ([`needs_script`]); whoever plays them brings one.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use super::agent::Driver;
use super::evidence::Evidence;
use super::party::Party;
use super::plan::{Play, plan};
use super::profiles::Profile;
use super::reference::Reference;
use super::run::{Played, Setting, lacking};
use super::verdict::{Verdict, Word, verdict};
use super::workers::in_parallel;
use crate::rp::{Questions, Weakness};

/// How long one flow may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a case says of the whole relying party, and of those without one check.
#[derive(Clone, Debug)]
pub struct Row {
    /// The case, in the shape in which it was played.
    pub play: Play,
    /// What it says of the whole one.
    pub whole: Verdict,
    /// What it says of those that it notices.
    pub noticed: Vec<(Weakness, Verdict)>,
}

/// Each case once that the reference relying party can play with one browser or another, in the first shape in which a
/// departure weighs most.
pub fn plays() -> Vec<Play> {
    let party = Party::Reference(Reference::plain());
    let mut hardest: Vec<Play> = Vec::new();
    for play in plan(&Profile::ALL, None).into_iter().filter(|play| lacking(&party, play).is_none()) {
        // the shapes of a case stand together
        match hardest.last_mut().filter(|last| last.case.id() == play.case.id()) {
            Some(last) if last.weight() < play.weight() => *last = play,
            Some(_) => {}
            None => hardest.push(play),
        }
    }
    hardest
}

/// Whether a case has noticed something.
const fn is_noticed(word: Word) -> bool {
    matches!(word, Word::Failed | Word::Warning)
}

/// Whether a case takes a browser that runs scripts.
pub fn needs_script(play: &Play) -> bool {
    Setting::control(play).needs_script()
}

/// How it is played: so many cases at once, and those that need script with this browser.
#[derive(Clone, Debug)]
pub struct Staging {
    /// How many cases at once.
    pub jobs: usize,
    /// A browser that runs scripts, if there is one.
    pub script: Driver,
}

/// Plays all of it.
///
/// # Errors
///
/// When the machinery of the run cannot be set up.
pub fn matrix(plays: &[Play], staging: &Staging) -> io::Result<Vec<Row>> {
    let twins = twins(plays, staging)?;
    let mut rows = Vec::new();
    let one = async |play: &Play| row(play, twins.get(&Setting::control(play).key()), staging).await;
    in_parallel(staging.jobs, plays, one, &mut |row| {
        rows.push(row);
        true
    })?;
    Ok(rows)
}

/// What single cases say of relying parties with a weakness.
///
/// # Errors
///
/// When the machinery of the run cannot be set up.
pub fn verdicts(pairs: &[(Play, Weakness)], staging: &Staging) -> io::Result<Vec<Verdict>> {
    let plays: Vec<Play> = pairs.iter().map(|(play, _)| play.clone()).collect();
    let twins = twins(&plays, staging)?;
    let mut verdicts = Vec::new();
    let one = async |(play, weakness): &(Play, Weakness)| match twins.get(&Setting::control(play).key()) {
        Some(twin) => weak(play, *weakness, (twin, staging)).await,
        None => Verdict::new(Word::Error, "there is no control twin"),
    };
    in_parallel(staging.jobs, pairs, one, &mut |verdict| {
        verdicts.push(verdict);
        true
    })?;
    Ok(verdicts)
}

/// Something that was played, and the weaknesses that came into question.
struct Told {
    played: Played,
    raised: BTreeSet<Weakness>,
}

impl Staging {
    async fn told(&self, setting: &Setting, weakness: Option<Weakness>) -> Told {
        let questions = Questions::default();
        let driver = if setting.needs_script() { self.script.clone() } else { Driver::Scripted };
        let party = Party::Reference(Reference::noting(weakness, &questions).driven_by(driver));
        let played = setting.play(&party, PATIENCE).await;
        Told { played, raised: questions.raised() }
    }

    async fn misled(&self, play: &Play, weakness: Option<Weakness>) -> Told {
        match Setting::misbehaving(play) {
            Ok(setting) => self.told(&setting, weakness).await,
            Err(mistake) => Told { played: Err(super::Trouble::because(mistake)), raised: BTreeSet::new() },
        }
    }
}

/// The control twins of some cases with the whole relying party, each once.
fn twins(plays: &[Play], staging: &Staging) -> io::Result<BTreeMap<String, Told>> {
    let wanted: BTreeMap<String, Setting> =
        plays.iter().map(Setting::control).map(|setting| (setting.key(), setting)).collect();
    let wanted: Vec<(String, Setting)> = wanted.into_iter().collect();
    let mut twins = BTreeMap::new();
    let one = async |(key, setting): &(String, Setting)| (key.clone(), staging.told(setting, None).await);
    in_parallel(staging.jobs, &wanted, one, &mut |(key, twin)| {
        twins.insert(key, twin);
        true
    })?;
    Ok(twins)
}

async fn row(play: &Play, twin: Option<&Told>, staging: &Staging) -> Row {
    let Some(twin) = twin else {
        let whole = Verdict::new(Word::Error, "there is no control twin");
        return Row { play: play.clone(), whole, noticed: Vec::new() };
    };
    let (whole, raised) = if play.case.faults().is_empty() {
        (judged(play, &twin.played, &twin.played), twin.raised.clone())
    } else {
        let misled = staging.misled(play, None).await;
        (judged(play, &twin.played, &misled.played), &misled.raised | &twin.raised)
    };
    let mut noticed = Vec::new();
    for weakness in raised {
        let verdict = weak(play, weakness, (twin, staging)).await;
        if is_noticed(verdict.word) {
            noticed.push((weakness, verdict));
        }
    }
    Row { play: play.clone(), whole, noticed }
}

/// What a case says of a relying party with a weakness.
async fn weak(play: &Play, weakness: Weakness, (twin, staging): (&Told, &Staging)) -> Verdict {
    let own_twin = async || staging.told(&Setting::control(play), Some(weakness)).await.played;
    if play.case.faults().is_empty() {
        let played = own_twin().await;
        return judged(play, &played, &played);
    }
    let misled = staging.misled(play, Some(weakness)).await.played;
    let verdict = judged(play, &twin.played, &misled);
    if is_noticed(verdict.word) && twin.raised.contains(&weakness) {
        // its own twin may differ, and then spoil the verdict
        return judged(play, &own_twin().await, &misled);
    }
    verdict
}

fn judged(play: &Play, twin: &Played, played: &Played) -> Verdict {
    let judge = |twin: &Evidence, it: &Evidence| verdict(play.case, play.variant, twin, it, &play.bindings);
    match (twin, played) {
        (Ok(twin), Ok(played)) => judge(twin, played),
        (Err(trouble), _) | (_, Err(trouble)) => Verdict::new(Word::Error, trouble.to_string()),
    }
}
