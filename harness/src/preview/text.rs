//! A preview for a person to read.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Certainty, Chosen, NearMiss, Preview, Swing, WhatIf};
use crate::decision::{Consequence, Document, Envelope, Evidence, Outcome, Read, Step, StepId, counted};

/// How much of the reasoning is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The result.
    Off,
    /// The result and the decisions that had an effect.
    #[default]
    Fired,
    /// The result and all decisions, those that did not apply among them.
    Full,
}

impl Level {
    /// The level with this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "fired" => Some(Self::Fired),
            "full" => Some(Self::Full),
            _ => None,
        }
    }

    pub(super) fn shows(self, step: &Step) -> bool {
        match self {
            Self::Off => false,
            Self::Fired => step.outcome == Outcome::Fired || !step.then.is_empty(),
            Self::Full => true,
        }
    }
}

/// Where a claim stands in what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The file, for example `ben.json`.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// How many characters of the line it covers.
    pub width: usize,
    /// The line itself.
    pub text: String,
}

/// Says where a near miss stands in what was given.
pub type Locate<'l> = &'l dyn Fn(&NearMiss) -> Option<Located>;

/// Of longer lines a part is shown.
const LONGEST_LINE: usize = 120;
/// How much of it stands before what is meant.
const BEFORE: usize = 40;

/// The decision, what it gives and why.
pub fn text(preview: &Preview, level: Level, locate: Locate<'_>) -> String {
    let envelope = &preview.envelope;
    let mut out = header(preview);
    out.push('\n');
    for note in &preview.notes {
        line(&mut out, format_args!("  note: {note}"));
    }
    refusal(&mut out, envelope);
    values(&mut out, envelope);
    codes(&mut out, envelope, "effects", &envelope.effects);
    codes(&mut out, envelope, "findings", &envelope.findings);
    near_misses(&mut out, preview, locate);
    certainty(&mut out, &preview.certainty);
    if level != Level::Off {
        decisions(&mut out, envelope, level);
    }
    out
}

/// `signed in`, `rejected` or `config error`, and who.
pub fn header(preview: &Preview) -> String {
    let decision = preview.envelope.decision.replace('_', " ");
    let who = super::table::who(&preview.envelope).map_or(String::new(), |who| format!("   {who}"));
    format!("{}   {decision}{who}   identity read from: {}", preview.product, preview.identity)
}

fn refusal(out: &mut String, envelope: &Envelope) {
    let Some(reason) = &envelope.reason else { return };
    line(out, format_args!("\n  reason: {reason}{}", because(envelope, "/reason")));
    if let Some(claims) = &envelope.claims {
        line(out, format_args!("  claims: {}", claims.join(", ")));
    }
    if let Some(failure) = &envelope.rejection {
        line(out, format_args!("  check:  {} ({}): {}", failure.name, failure.clause, failure.detail));
    }
}

/// Every value of the record with the steps that it rests on.
fn values(out: &mut String, envelope: &Envelope) {
    let mut rows = Vec::new();
    for (key, value) in &envelope.record {
        leaves(key, &format!("/{}", escaped(key)), value, &mut rows);
    }
    if rows.is_empty() {
        return;
    }
    out.push('\n');
    let name = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or_default();
    let shown = rows.iter().map(|(_, _, value)| value.chars().count()).max().unwrap_or_default().min(40);
    for (path, pointer, value) in rows {
        line(out, format_args!("  {path:name$}  {value:shown$}{}", because(envelope, &pointer)));
    }
}

/// One row per value; a list of plain values is one row.
pub(super) fn leaves(path: &str, pointer: &str, value: &Value, rows: &mut Vec<(String, String, String)>) {
    if let Some(members) = value.as_object().filter(|members| !members.is_empty()) {
        for (key, member) in members {
            leaves(&format!("{path}.{key}"), &format!("{pointer}/{}", escaped(key)), member, rows);
        }
        return;
    }
    let shown = match value {
        Value::String(text) => text.clone(),
        Value::Array(entries) if entries.iter().all(Value::is_string) && !entries.is_empty() => {
            entries.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Array(entries) if entries.is_empty() => "(none)".to_owned(),
        Value::Object(_) => "(none)".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    };
    rows.push((path.to_owned(), pointer.to_owned(), shown));
}

fn codes(out: &mut String, envelope: &Envelope, name: &str, codes: &[String]) {
    if codes.is_empty() {
        return;
    }
    line(out, format_args!("\n  {name}"));
    for (index, code) in codes.iter().enumerate() {
        line(out, format_args!("    {code}{}", because(envelope, &format!("/{name}/{index}"))));
    }
}

/// The steps that a value rests on directly: `   #6 BP-R13, #12 BP-R15`.
pub(super) fn because(envelope: &Envelope, pointer: &str) -> String {
    let trace = &envelope.trace;
    let direct = trace.direct(pointer).map(|(_, steps)| steps).unwrap_or_default();
    let steps = direct.iter().filter_map(|id| trace.step(*id));
    let steps: Vec<String> = steps.map(|step| format!("#{} {}", step.seq.0, step.rule)).collect();
    if steps.is_empty() { String::new() } else { format!("   {}", steps.join(", ")) }
}

fn decisions(out: &mut String, envelope: &Envelope, level: Level) {
    line(out, format_args!("\ndecisions, in the order they were taken"));
    for shown in envelope.trace.steps.iter().filter(|step| level.shows(step)) {
        step(out, shown);
    }
}

/// One decision: the rule, what it read, why it came out so, and what followed.
pub(super) fn step(out: &mut String, step: &Step) {
    let (outcome, grade) = (outcome(step.outcome), evidence(step.evidence));
    line(out, format_args!("{:4}  {outcome:14} {:7} {}  [{grade}]", step.seq.0, step.rule, step.title));
    for look in &step.reads {
        line(out, format_args!("        read  {}", read(look)));
    }
    line(out, format_args!("        why   {}{}", step.why, from(&step.because)));
    for then in &step.then {
        line(out, format_args!("        then  {}", consequence(then)));
    }
}

/// `grant project_roles.P1 = "admin"`.
pub(super) fn consequence(then: &Consequence) -> String {
    let value = then.value.as_ref().map_or(String::new(), |value| format!(" = {value}"));
    format!("{} {}{value}", then.op, then.target.trim_start_matches('/').replace('/', "."))
}

/// `ID token bindplane_projects part 0 = "admin:P1"`.
pub(super) fn read(read: &Read) -> String {
    let document = match read.document {
        Document::IdToken => "ID token",
        Document::AccessToken => "access token",
        Document::Userinfo => "UserInfo",
        Document::Config => "config",
        Document::State => "state",
        Document::Request => "request",
        Document::Default => "default",
    };
    let path = read.path.trim_start_matches('/');
    // The segments of a claim's path stay apart: a name may hold dots and slashes of its own.
    let path = if read.document.carries_claims() { unescaped(path) } else { path.to_owned() };
    let part = read.part.map_or(String::new(), |part| format!(" part {part}"));
    let value = read.value.as_ref().map_or("(absent)".to_owned(), Value::to_string);
    let named_by = read.named_by.map_or(String::new(), |setting| format!("   named by {setting}"));
    format!("{document} {path}{part} = {value}{named_by}")
}

/// `  (from #5, #10)`.
pub(super) fn from(because: &[StepId]) -> String {
    if because.is_empty() {
        return String::new();
    }
    let steps: Vec<String> = because.iter().map(|step| format!("#{}", step.0)).collect();
    format!("  (from {})", steps.join(", "))
}

/// Claims that are almost right, each with the edit that would make it count.
fn near_misses(out: &mut String, preview: &Preview, locate: Locate<'_>) {
    if preview.near_misses.is_empty() {
        return;
    }
    line(out, format_args!("\nalmost right"));
    for miss in &preview.near_misses {
        line(out, format_args!("  {} {}", miss.code, miss.message));
        if let Some(located) = locate(miss) {
            snippet(out, &located);
        }
        if let Some(help) = &miss.help {
            line(out, format_args!("        help  {help}"));
        }
        if let Some(WhatIf { edit, difference, .. }) = &miss.what_if {
            line(out, format_args!("        edit  {edit}"));
            line(out, format_args!("        then  {difference}"));
            if difference.raises() {
                line(out, format_args!("        this raises privilege: it is shown, and nothing applies it"));
            }
        }
    }
    if preview.more_near_misses > 0 {
        line(out, format_args!("  and {} more", preview.more_near_misses));
    }
}

/// The line that a claim is written in, with carets under it.
fn snippet(out: &mut String, located: &Located) {
    let Located { file, line: number, column, .. } = located;
    let gutter = " ".repeat(number.to_string().len());
    line(out, format_args!("       {gutter}--> {file}:{number}:{column}"));
    let (text, carets) = window(located);
    line(out, format_args!("       {gutter} |"));
    line(out, format_args!("       {number} | {text}"));
    line(out, format_args!("       {gutter} | {carets}"));
}

/// The line, or of a long one the part around what is meant, and the carets to stand below it.
fn window(located: &Located) -> (String, String) {
    let Located { column, width, text, .. } = located;
    let (length, at) = (text.chars().count(), column.saturating_sub(1));
    let start = if length > LONGEST_LINE { at.saturating_sub(BEFORE).min(length - LONGEST_LINE) } else { 0 };
    let cut = |from: usize, count: usize| text.chars().skip(from).take(count);
    let before = if start > 0 { "…" } else { "" };
    let behind = if start + LONGEST_LINE < length { "…" } else { "" };
    let shown: String = cut(start, LONGEST_LINE).collect();
    // A tab stays one, so that the carets stand where the reader's terminal puts the claim.
    let blank = |c| if c == '\t' { '\t' } else { ' ' };
    let blanks: String = before.chars().chain(cut(start, at - start)).map(blank).collect();
    let most = (start + LONGEST_LINE).saturating_sub(at);
    (format!("{before}{shown}{behind}"), blanks + &"^".repeat((*width).min(most).max(1)))
}

/// `2 other readings lead to the same decision`.
pub(super) fn agreement(played: usize) -> String {
    let lead = if played == 1 { "leads" } else { "lead" };
    format!("{} {lead} to the same decision", counted(played, "other reading"))
}

/// Whether other readings lead elsewhere, one line for each that does.
fn certainty(out: &mut String, certainty: &Certainty) {
    if certainty.is_certain() {
        line(out, format_args!("\ncertain: {}", agreement(certainty.played)));
        return;
    }
    line(out, format_args!("\nnot certain; choose a reading with `--reading ID=CHOICE`"));
    for Swing { readings, difference } in &certainty.swings {
        let chosen = |chosen: &Chosen| format!("{}={}", chosen.reading, chosen.choice);
        let chosen: Vec<String> = readings.iter().map(chosen).collect();
        line(out, format_args!("  {}: {difference}", chosen.join(" with ")));
    }
}

/// What became of a rule, in words.
pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fired => "fired",
        Outcome::NotApplicable => "not applicable",
        Outcome::NoInput => "no input",
        Outcome::Unreadable => "unreadable",
        Outcome::Overridden => "overridden",
    }
}

/// How a rule is known, in a word.
pub(super) const fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "documented",
        Evidence::Public => "public",
        Evidence::Observed => "observed",
        Evidence::Interpretation => "interpretation",
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unescaped(path: &str) -> String {
    path.replace("~1", "/").replace("~0", "~")
}

/// Appends a text. Writing to a `String` does not fail.
pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// Appends a line. Writing to a `String` does not fail.
pub(super) fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let mut written = String::new();
    if written.write_fmt(text).is_ok() {
        out.push_str(written.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Located, window};

    #[rstest]
    #[case::short("  a: b", 3, 1, "  a: b", "  ^")]
    #[case::tabs("\ta: b", 2, 1, "\ta: b", "\t^")]
    #[case::at_the_start(&("x".to_owned() + &"-".repeat(400)), 1, 1, &format!("x{}…", "-".repeat(119)), "^")]
    #[case::in_the_middle(
        &("-".repeat(200) + "xy" + &"-".repeat(200)), 201, 2,
        &format!("…{}xy{}…", "-".repeat(40), "-".repeat(78)), &format!("{}^^", " ".repeat(41))
    )]
    #[case::at_the_end(
        &("ä".repeat(400) + "x"), 401, 1,
        &format!("…{}x", "ä".repeat(119)), &format!("{}^", " ".repeat(120))
    )]
    #[case::longer_than_what_is_shown(
        &("-".repeat(200) + &"x".repeat(500)), 201, 500,
        &format!("…{}{}…", "-".repeat(40), "x".repeat(80)), &format!("{}{}", " ".repeat(41), "^".repeat(80))
    )]
    fn carets_stand_below_what_is_meant(
        #[case] text: &str,
        #[case] column: usize,
        #[case] width: usize,
        #[case] shown: &str,
        #[case] carets: &str,
    ) {
        let located = Located { file: "x".to_owned(), line: 1, column, width, text: text.to_owned() };
        assert_eq!(window(&located), (shown.to_owned(), carets.to_owned()));
    }
}
