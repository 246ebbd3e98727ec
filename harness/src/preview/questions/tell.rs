//! Answers for a person to read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Does, Hindrance, Idle, Mutations, Unknown, Why, WhyNot};
use crate::preview::difference::right;
use crate::preview::text::{line, outcome, step};
use crate::preview::{Change, Difference, Place, Privilege, Shift};

/// Mutations that are named before the rest is counted.
const NAMED: usize = 40;
/// Words of one claim that are named before the rest is counted.
const WORDS: usize = 6;
/// Known words that are named before the rest is left out.
const KNOWN: usize = 20;

/// The value and every step behind it.
pub fn tell_why(why: &Why) -> String {
    let mut out = String::new();
    let name = named(&why.path);
    line(&mut out, format_args!("{name} = {}", why.value));
    if why.value.is_null() {
        line(&mut out, format_args!("nothing is there; what was decided instead rests on"));
    }
    for behind in &why.chain {
        step(&mut out, behind);
    }
    out
}

/// What stands in the way, and the ways around it.
pub fn tell_why_not(why_not: &WhyNot) -> String {
    let mut out = String::new();
    for (path, value) in &why_not.found {
        line(&mut out, format_args!("{path} = {value}"));
    }
    if why_not.holds {
        line(&mut out, format_args!("`{}` holds already", why_not.wanted));
        return out;
    }
    for hint in &why_not.hints {
        line(&mut out, format_args!("{hint}"));
    }
    unknown(&mut out, &why_not.unknown);
    in_the_way(&mut out, &why_not.in_the_way, &why_not.wanted);
    if why_not.in_the_way.is_empty() && !why_not.ways.is_empty() {
        line(&mut out, format_args!("\nno rule is in the way; the claims do not say it"));
    }
    let played = why_not.played;
    if why_not.ways.is_empty() {
        let wanted = &why_not.wanted;
        line(
            &mut out,
            format_args!(
                "\nno one or two edits of the claims make `{wanted}` hold; {played} sign-ins were played"
            ),
        );
    }
    for (index, way) in why_not.ways.iter().enumerate() {
        let head = if index == 0 { "this would get there" } else { "or" };
        line(&mut out, format_args!("\n{head}"));
        for edit in &way.edits {
            line(&mut out, format_args!("  edit  {edit}"));
        }
        line(&mut out, format_args!("  then  {}", way.difference));
        if matches!(way.privilege, Privilege::Raises | Privilege::RaisesAndLowers) {
            line(&mut out, format_args!("  this raises privilege: it is shown, and nothing applies it"));
        }
    }
    out
}

/// Words that mean nothing to the product.
pub(in crate::preview) fn unknown(out: &mut String, unknown: &[Unknown]) {
    for Unknown { word, what, known, rule } in unknown {
        let shown: Vec<String> = known.iter().take(KNOWN).map(|word| format!("`{word}`")).collect();
        let more = if known.len() > KNOWN { ", …" } else { "" };
        let known = if shown.is_empty() {
            "there are none".to_owned()
        } else {
            format!("known are {}{more}", shown.join(", "))
        };
        line(out, format_args!("\n`{word}` is no {what}; {known}  ({rule})"));
    }
}

/// Rules that stand in the way, with the settings that they look at.
fn in_the_way(out: &mut String, hindrances: &[Hindrance], wanted: &str) {
    if !hindrances.is_empty() {
        line(out, format_args!("\nin the way of `{wanted}`"));
    }
    rules(out, hindrances);
}

/// Rules, with the settings that they look at and why they came out so.
pub(in crate::preview) fn rules(out: &mut String, hindrances: &[Hindrance]) {
    for hindrance in hindrances {
        let became = hindrance.outcome.map_or("not reached", outcome);
        line(out, format_args!("  {:7} {}  [{became}]", hindrance.rule, hindrance.title));
        for setting in &hindrance.settings {
            line(out, format_args!("        with  {setting}"));
        }
        line(out, format_args!("        why   {}", hindrance.why));
    }
}

/// Rights that are granted, raised, lowered and revoked, and then every other value that differs.
pub fn tell_difference(difference: &Difference) -> String {
    let mut out = String::new();
    if difference.is_nothing() {
        line(&mut out, format_args!("no difference"));
        return out;
    }
    let shift = |shift: &Shift| format!("{} {} → {}", shift.target, shift.from, shift.to);
    let rows = [
        ("granted", difference.granted.iter().map(right).collect::<Vec<_>>()),
        ("raised", difference.raised.iter().map(shift).collect()),
        ("lowered", difference.lowered.iter().map(shift).collect()),
        ("revoked", difference.revoked.iter().map(right).collect()),
    ];
    for (word, targets) in rows {
        for target in targets {
            line(&mut out, format_args!("{word:8} {target}"));
        }
    }
    if !difference.moves_rights() {
        line(&mut out, format_args!("no right differs"));
    }
    for change in difference.changes.iter().filter(|change| !is_told(difference, change)) {
        let value = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), ToString::to_string);
        let (before, after) = (value(&change.before), value(&change.after));
        line(&mut out, format_args!("changed  {} {before} → {after}", named(&change.path)));
    }
    out
}

/// Whether a change is that of a right, which was told as one.
fn is_told(difference: &Difference, change: &Change) -> bool {
    let Difference { granted, raised, lowered, revoked, .. } = difference;
    let rights = granted.iter().chain(revoked).map(|right| right.target.as_str());
    let shifts = raised.iter().chain(lowered).map(|shift| shift.target.as_str());
    let name = named(&change.path);
    let is_list = |value: &Option<Value>| value.as_ref().is_none_or(Value::is_array);
    let whole_list = is_list(&change.before) && is_list(&change.after);
    rights.chain(shifts).any(|target| match target.strip_prefix(name.as_str()) {
        Some("") => true,
        Some(entry) => whole_list && entry.starts_with('.'),
        None => false,
    })
}

/// Changes that matter, and those that should and do not.
pub fn tell_mutations(mutations: &Mutations) -> String {
    let mut out = String::new();
    let (played, matter) = (mutations.played, mutations.matter.len());
    line(&mut out, format_args!("{played} small changes were played; {matter} of them change permissions"));
    for mutation in mutations.matter.iter().take(NAMED) {
        line(&mut out, format_args!("  {}", mutation.edit));
        line(&mut out, format_args!("        {}", mutation.difference));
    }
    more(&mut out, mutations.matter.len());
    idle(&mut out, &mutations.idle);
    out
}

/// One line for each claim, and what is done to it.
fn idle(out: &mut String, idle: &[Idle]) {
    if idle.is_empty() {
        return;
    }
    match idle.len() {
        1 => line(
            out,
            format_args!("\n1 takes away or brings a word that means something, and changes no permission"),
        ),
        all => line(
            out,
            format_args!("\n{all} take away or bring a word that means something, and change no permission"),
        ),
    }
    let mut groups: Vec<(Does, &Place, Vec<&str>)> = Vec::new();
    for one in idle {
        let words = one.words.iter().map(String::as_str);
        let same = |(does, place, _): &&mut (Does, &Place, Vec<&str>)| {
            (*does, *place) == (one.does, one.edit.changed())
        };
        match groups.iter_mut().find(same) {
            Some((.., held)) => held.extend(words),
            None => groups.push((one.does, one.edit.changed(), words.collect())),
        }
    }
    let mut left_out = false;
    for (does, place, mut words) in groups {
        let mut seen = BTreeSet::new();
        words.retain(|word| seen.insert(*word));
        let what = match does {
            Does::TakesAway => "taken from",
            Does::Adds => "added to",
            Does::Brings => "in a new",
        };
        let beyond = words.len().saturating_sub(WORDS);
        left_out |= beyond > 0;
        words.truncate(WORDS);
        let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
        line(out, format_args!("  {what} {place}: {}{more}", words.join(", ")));
    }
    if left_out {
        line(out, format_args!("  `--format json` has each of them"));
    }
}

fn more(out: &mut String, all: usize) {
    if all > NAMED {
        line(out, format_args!("  and {} more", all - NAMED));
    }
}

fn named(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~")
}
