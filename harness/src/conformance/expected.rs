//! Results that are known and explained: a file of them, and what in it does not hold any more.
//!
//! An entry excuses one verdict, for a reason that somebody wrote down. One whose case has another verdict now is stale, and
//! a stale file fails the run: the list only shrinks.

use serde::Deserialize;

use super::event::CaseReport;
use super::plan::{Play, unknown};
use super::verdict::Word;

/// What a file of expected results says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedResults {
    /// The version of the format: 1.
    pub version: Version,
    /// The entries.
    pub results: Vec<ExpectedResult>,
}

/// A version of the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub enum Version {
    /// The only one so far.
    #[default]
    One,
}

impl TryFrom<u64> for Version {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        if number == 1 { Ok(Self::One) } else { Err(format!("version {number} is unknown, there is 1")) }
    }
}

/// One expected result.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedResult {
    /// The case, as `--only` takes it: `RPX-SIG-05.jwk`, `RPX-SIG-05`, `RPX-SIG-*`, `RPX-SIG-05.jwk [code]`.
    pub case: String,
    /// The verdict.
    pub verdict: Known,
    /// Why: the rule of the product, the line of the library.
    pub reason: String,
}

/// A verdict that can be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// It does what it must not.
    Failed,
    /// It does what it should not.
    Warning,
    /// Nothing but silence speaks for it.
    Weak,
    /// Nothing can be said.
    Skipped,
}

impl Known {
    const fn word(self) -> Word {
        match self {
            Self::Failed => Word::Failed,
            Self::Warning => Word::Warning,
            Self::Weak => Word::Weak,
            Self::Skipped => Word::Skipped,
        }
    }
}

/// Text that is no file of expected results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotExpected(String);

impl ExpectedResults {
    /// Reads a file's text, as YAML.
    ///
    /// # Errors
    ///
    /// The first mistake, with its place.
    pub fn read(text: &str) -> Result<Self, NotExpected> {
        let read: Self = serde_saphyr::from_str(text).map_err(|error| NotExpected(error.to_string()))?;
        if let Some(entry) = read.results.iter().find(|entry| entry.reason.trim().is_empty()) {
            return Err(NotExpected(format!("the result of `{}` has no reason", entry.case)));
        }
        // an entry that means nothing could never become stale
        match read.results.iter().find_map(|entry| unknown(&entry.case)) {
            Some(mistake) => Err(NotExpected(mistake)),
            None => Ok(read),
        }
    }

    /// Begins to compare a run with the entries that it concerns.
    pub(super) fn checking<'e>(&'e self, plays: &'e [Play]) -> Checking<'e> {
        let concerned =
            self.results.iter().filter(|entry| plays.iter().any(|play| play.is_meant(&entry.case)));
        Checking { plays, entries: concerned.map(|entry| (entry, Use::default())).collect() }
    }
}

/// A comparison under way.
pub(super) struct Checking<'e> {
    plays: &'e [Play],
    entries: Vec<(&'e ExpectedResult, Use)>,
}

/// What became of an entry.
#[derive(Default)]
struct Use {
    /// How many verdicts it excused.
    excused: usize,
    /// A case that it means and that has another verdict.
    differs: Option<String>,
}

impl Checking<'_> {
    /// Why this verdict was expected, if it was.
    pub(super) fn because(&mut self, report: &CaseReport) -> Option<String> {
        let name = format!("{} [{}]", report.id, report.shape);
        let play = self.plays.iter().find(|play| play.name() == name)?;
        let mut because = None;
        for (entry, used) in self.entries.iter_mut().filter(|(entry, _)| play.is_meant(&entry.case)) {
            if entry.verdict.word() == report.verdict.word {
                used.excused += 1;
                because.get_or_insert_with(|| entry.reason.clone());
            } else {
                let now = report.verdict.word.as_str().to_lowercase();
                used.differs.get_or_insert(format!("{name} has {now} now"));
            }
        }
        because
    }

    /// The entries that do not hold any more. One that means several cases holds as long as it holds for one of them.
    pub(super) fn stale(self) -> Vec<String> {
        let stale = self.entries.into_iter().filter(|(_, used)| used.excused == 0);
        stale
            .filter_map(|(entry, used)| {
                let expected = entry.verdict.word().as_str().to_lowercase();
                Some(format!("`{}` was expected to be {expected}, but {}", entry.case, used.differs?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::ExpectedResults;
    use crate::conformance::event::CaseReport;
    use crate::conformance::plan::{Play, plan};
    use crate::conformance::profiles::Profile;
    use crate::conformance::verdict::{Verdict, Word};

    fn plays() -> Vec<Play> {
        let mut plays = plan(&[Profile::CoreBasic], None);
        plays.retain(|play| play.is_meant("RPX-SIG-05"));
        plays
    }

    fn told(file: &str, words: &dyn Fn(&str) -> Word) -> (Vec<Option<String>>, Vec<String>) {
        let (expected, plays) = (ExpectedResults::read(file).unwrap(), plays());
        let mut checking = expected.checking(&plays);
        let because = plays
            .iter()
            .map(|play| {
                let verdict = Verdict::new(words(&play.case.id()), "");
                checking.because(&CaseReport::of(play, verdict, String::new()))
            })
            .collect();
        (because, checking.stale())
    }

    #[test]
    fn an_entry_excuses_the_verdict_that_it_names_and_no_other() {
        let file = "version: 1\nresults:\n  - { case: RPX-SIG-05.jwk, verdict: failed, reason: rule 7 }\n";
        let (because, stale) = told(file, &|_| Word::Failed);
        let excused: Vec<&str> = because.iter().flatten().map(String::as_str).collect();
        assert_eq!((excused, stale), (vec!["rule 7"], Vec::<String>::new()));
    }

    #[test]
    fn an_entry_that_does_not_hold_any_more_is_stale() {
        let file = "version: 1\nresults:\n  - { case: RPX-SIG-05.jwk, verdict: failed, reason: rule 7 }\n";
        let (because, stale) = told(file, &|_| Word::Passed);
        assert!(because.iter().all(Option::is_none));
        assert_eq!(
            stale,
            ["`RPX-SIG-05.jwk` was expected to be failed, but RPX-SIG-05.jwk [code] has passed now"]
        );
    }

    #[test]
    fn an_entry_for_a_whole_row_holds_as_long_as_one_of_its_cases_does() {
        let file = "version: 1\nresults:\n  - { case: RPX-SIG-05, verdict: failed, reason: rule 7 }\n";
        let word = |id: &str| if id == "RPX-SIG-05.jwk" { Word::Failed } else { Word::Passed };
        let (because, stale) = told(file, &word);
        assert_eq!((because.iter().flatten().count(), stale.len()), (1, 0));
    }

    #[test]
    fn an_entry_for_a_case_that_was_not_selected_is_not_stale() {
        let file = "version: 1\nresults:\n  - { case: RPX-CLM-08, verdict: failed, reason: rule 7 }\n";
        assert_eq!(told(file, &|_| Word::Passed).1, Vec::<String>::new());
    }

    #[rstest]
    #[case::no_reason("RPX-CLM-08", "''", "the result of `RPX-CLM-08` has no reason")]
    #[case::a_case_that_is_not_there(
        "RPX-SIG-05.jkw",
        "rule 7",
        "no case is called `RPX-SIG-05.jkw`; did you mean `RPX-SIG-05.jwk`?"
    )]
    #[case::a_pattern_that_fits_nothing(
        "RPY-*",
        "rule 7",
        "no case is called `RPY-*`; `harness explain --list` has all of them"
    )]
    fn an_entry_needs(#[case] case: &str, #[case] reason: &str, #[case] mistake: &str) {
        let file =
            format!("version: 1\nresults:\n  - {{ case: '{case}', verdict: failed, reason: {reason} }}\n");
        assert_eq!(ExpectedResults::read(&file).unwrap_err().to_string(), mistake);
    }
}
