//! `docs/conformance-matrix.md`: written from what was played, and read again.

use harness::conformance::verdict::Word;
use harness::rp::Weakness;

/// A case in its shape, and whom it notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) case: String,
    pub(super) noticed: Vec<(Weakness, Word)>,
}

const HEAD: &str = "\
# What a missing check is noticed by

Every case of `harness conformance` that is to be refused can fail, and every check that a relying party leaves out is noticed.
This page is the proof. The reference relying party can be made to do without one check at a time (`Weakness`, in the library;
nothing on the command line leads there). `just matrix` plays each case with each weakness that could matter to it and compares
this page with what came of it; the tests play one witness for each case and one case for each weakness.

A relying party asks itself whether it has a weakness only where something would go otherwise with it, and all randomness has a
seed. So a case is played with those weaknesses alone that came into question when the whole relying party played it.

## Relying parties that do without a check

Cases with a departure from what the clause says MUST are failures, those from a SHOULD are warnings.

| Without | What it does | Clause | Failures | Warnings |
| --- | --- | --- | ---: | ---: |
";

const CASES: &str = "
## Cases

Each case once, in the first shape of the flow in which a departure weighs most. `?` is a warning. `fails-open` is not counted as a
witness of any case: it lets in whoever comes. A line without anybody is no refusal: the case asks a relying party to accept what is
unusual and right, or leaves both to it.

| Case | Noticed |
| --- | --- |
";

/// The page.
pub(super) fn written(entries: &[Entry]) -> String {
    [HEAD, &weaknesses(entries), CASES, &cases(entries)].concat()
}

fn weaknesses(entries: &[Entry]) -> String {
    let line = |weakness: &Weakness| {
        let of = |word: Word| entries.iter().filter(|it| it.noticed.contains(&(*weakness, word))).count();
        let (does, clause) = (weakness.does(), weakness.clause());
        let (failures, warnings) = (of(Word::Failed), of(Word::Warning));
        format!("| `{weakness}` | {does} | {clause} | {failures} | {warnings} |\n")
    };
    Weakness::ALL.iter().map(line).collect::<Vec<_>>().concat()
}

fn cases(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let noticed: Vec<String> = entry.noticed.iter().copied().map(shown).collect();
        format!("| `{}` | {} |\n", entry.case, noticed.join(", "))
    };
    entries.iter().map(line).collect::<Vec<_>>().concat()
}

fn shown((weakness, word): (Weakness, Word)) -> String {
    format!("`{weakness}`{}", if word == Word::Warning { "?" } else { "" })
}

/// What stands in the page's table of cases.
pub(super) fn read(page: &str) -> Vec<Entry> {
    let (_, cases) = page.split_once("| Case | Noticed |\n| --- | --- |\n").unwrap_or_default();
    cases.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<Entry> {
    let (case, noticed) = line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` |")?;
    Some(Entry { case: case.to_owned(), noticed: noticed.split(',').filter_map(notice).collect() })
}

fn notice(shown: &str) -> Option<(Weakness, Word)> {
    let (name, mark) = shown.trim().strip_prefix('`')?.split_once('`')?;
    let weakness = Weakness::ALL.iter().find(|weakness| weakness.name() == name)?;
    Some((*weakness, if mark == "?" { Word::Warning } else { Word::Failed }))
}
