//! What waits, in words.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::explain::explain;
use crate::scenario::review::{Delta, Direction, Waiting};

const MORE: Style = AnsiColor::Yellow.on_default().bold();
const LESS: Style = AnsiColor::Cyan.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const QUIET: Style = Style::new().dimmed();

/// All that waits, and what to type.
pub(super) fn list(
    all: &[Waiting],
    orphans: &[String],
    commands: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if all.is_empty() {
        writeln!(out, "no snapshot waits for review")?;
    }
    for waiting in all {
        let mark = if waiting.delta.new {
            "new      "
        } else if waiting.delta.may_raise() {
            "raises   "
        } else {
            "changed  "
        };
        writeln!(out, "{mark}{}", waiting.shown())?;
        for line in permissions(&waiting.delta) {
            writeln!(out, "           {line}")?;
        }
    }
    for orphan in orphans {
        writeln!(out, "orphan   {orphan}")?;
    }
    if commands && !all.is_empty() {
        writeln!(out, "\nthere is no terminal to ask at; these do the same:")?;
        writeln!(out, "  harness review --list --format json    what changed, as data")?;
        writeln!(out, "  harness accept --snapshot PATH         take one")?;
        writeln!(
            out,
            "  harness accept --all                   take all but those that give somebody more than before"
        )?;
        writeln!(out, "  harness reject --snapshot PATH         throw one away; `--all` for all")?;
    }
    if !orphans.is_empty() {
        writeln!(out, "\n`harness accept --orphans` removes the snapshots that no step keeps")?;
    }
    Ok(())
}

/// One snapshot: what it is, permissions, rules, text.
pub(super) fn one(waiting: &Waiting, around: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", waiting.shown())?;
    writeln!(out, "  {QUIET}{}, case {}, step {}{QUIET:#}", waiting.scenario, waiting.case, waiting.step)?;
    let permissions = permissions(&waiting.delta);
    if !permissions.is_empty() {
        writeln!(out, "\n  permissions")?;
        for line in permissions {
            writeln!(out, "    {line}")?;
        }
    }
    let delta = &waiting.delta;
    if !delta.rules_before.is_empty() || !delta.rules_now.is_empty() {
        writeln!(out, "\n  rules")?;
        for line in &delta.rules_before {
            writeln!(out, "    {BAD}- {line}{BAD:#}")?;
        }
        for line in &delta.rules_now {
            writeln!(out, "    {GOOD}+ {line}{GOOD:#}")?;
        }
    }
    writeln!(out)?;
    for line in waiting.difference(around).lines() {
        let style = match line.chars().next() {
            Some('+') => GOOD,
            Some('-') => BAD,
            _ => QUIET,
        };
        writeln!(out, "  {style}{line}{style:#}")?;
    }
    Ok(())
}

/// What the difference means for permissions, a line each.
fn permissions(delta: &Delta) -> Vec<String> {
    let mut lines = Vec::new();
    if delta.lets_in {
        lines.push(format!("{MORE}signed in now, refused before{MORE:#}"));
    }
    if delta.cannot_tell {
        lines.push(format!("{MORE}cannot be told: the snapshot keeps no permissions{MORE:#}"));
    }
    for shift in &delta.permissions {
        let style = match shift.direction {
            Direction::Granted | Direction::Raised => MORE,
            Direction::Lowered | Direction::Revoked => LESS,
        };
        let level = |level: &Option<String>| level.clone().unwrap_or_else(|| "-".to_owned());
        let word = shift.direction.as_str();
        let (before, after) = (level(&shift.before), level(&shift.after));
        lines.push(format!("{style}{word:<8}{style:#} {}   {before} -> {after}", shift.target));
    }
    lines
}

/// What else there is to know: where it comes from, how to see it happen, and what the changed rules say.
pub(super) fn more(waiting: &Waiting, out: &mut dyn Write) -> io::Result<()> {
    let case = if waiting.case == "main" { String::new() } else { format!(" --case '{}'", waiting.case) };
    writeln!(out, "  file   {}", waiting.file)?;
    writeln!(out, "  again  harness run {}{case} --to {} --explain all", waiting.file, waiting.step)?;
    let mut told = Vec::new();
    for line in waiting.delta.rules_before.iter().chain(&waiting.delta.rules_now) {
        let rule = line.split(' ').next().unwrap_or_default();
        if told.contains(&rule) {
            continue;
        }
        told.push(rule);
        if let Some(explanation) = explain(rule) {
            writeln!(out, "  {rule}  {}", explanation.title)?;
        }
    }
    Ok(())
}
