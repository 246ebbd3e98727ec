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
this page with what came of it; the tests play one witness for each case and one case for each weakness. Where a case takes a
browser that runs scripts, `just matrix` and `just interop` bring Chromium.

A relying party asks itself whether it has a weakness only where something would go otherwise with it, and all randomness has a
seed. So a case is played with those weaknesses alone that came into question when the whole relying party played it.

## Relying parties that do without a check

Cases with a departure from what the clause says MUST are failures, those from a SHOULD are warnings. A run with a warning is not
passed: its result is `warning`, its exit code 7, and its reports say so. So no relying party of this table passes the whole run.

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
    [HEAD, &weaknesses(entries), LENIENT, &lenient(), CASES, &cases(entries)].concat()
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

const LENIENT: &str = "
## Why some have no failure

No case fails these, because no clause says MUST to the relying party about what gets past them.

| Without | Why it is a warning |
| --- | --- |
";

/// Whoever no case fails, and why none does.
pub(super) const WARNED_ONLY: &[(Weakness, &str)] = &[
    (
        Weakness::SkipsStatus,
        "OIDCD-4.2 has the provider answer 200; to read good metadata that came under another success is asked of nobody",
    ),
    (
        Weakness::SkipsContentType,
        "OIDCD-4.2 and RFC6749-5.1 have the provider say that it is JSON; nothing is said to whoever reads JSON that does not",
    ),
    (
        Weakness::LooksForKeysWithoutEnd,
        "OIDCC-10.1.1 has it fetch the keys again, and sets no bound to that; the tokens are refused all the same",
    ),
    (
        Weakness::SkipsTokenKind,
        "OIDCC-3.1.3.7 asks for no `typ`; RFC8725-3.11 recommends it for new kinds of tokens",
    ),
    (
        Weakness::SkipsAuthorizedParty,
        "OIDCC-3.1.3.7-5: it \"SHOULD verify that its `client_id` is the Claim Value\"",
    ),
    (
        Weakness::SkipsNotBefore,
        "RFC7519-4.1.5 says MUST NOT, but OIDCC-2 has no `nbf` in ID tokens, and has claims that are not understood ignored",
    ),
    (
        Weakness::SkipsContextClass,
        "OIDCC-3.1.3.7-12: it \"SHOULD check that the asserted Claim Value is appropriate\"",
    ),
    (
        Weakness::SkipsFirstToken,
        "OIDCC-3.3.3.6 says SHOULD of all claims but `iss` and `sub`; where those differ, the check of each token by itself and UserInfo's \
         `sub` refuse it",
    ),
    (Weakness::SkipsLogoutKind, "OIDCBC-2.4 recommends `typ`, and OIDCBC-2.6 does not look at it"),
    (
        Weakness::SkipsLogoutAge,
        "OIDCBC-2.6 has `iat` looked at as in ID tokens, where \"the acceptable range is Client specific\" (OIDCC-3.1.3.7-10)",
    ),
    (
        Weakness::TakesLogoutTwice,
        "OIDCBC-2.6 has it \"optionally verify\" that no token of this `jti` came lately",
    ),
    (Weakness::LetsLogoutBeCached, "OIDCBC-2.8: the answer \"SHOULD include\" `Cache-Control: no-store`"),
    (
        Weakness::RefusesFrames,
        "OIDCFC-2 has the provider show the page in a frame; the session is over once it was asked for, whether it is shown or not",
    ),
];

fn lenient() -> String {
    let line = |(weakness, why): &(Weakness, &str)| format!("| `{weakness}` | {why} |\n");
    WARNED_ONLY.iter().map(line).collect::<Vec<_>>().concat()
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
