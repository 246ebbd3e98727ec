//! What any number of users come to: counts, and nothing of any one of them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Seen;
use crate::decision::counted;
use crate::preview::difference::right;
use crate::preview::text::line;

/// How many different codes are counted apart; the rest is counted together, so that claims cannot fill the memory.
const MOST_KINDS: usize = 2000;

/// Counts by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Counted(BTreeMap<String, u64>);

impl Counted {
    fn add(&mut self, name: &str) {
        let known = self.0.contains_key(name) || self.0.len() < MOST_KINDS;
        *self.0.entry(if known { name } else { "(others)" }.to_owned()).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        for (name, count) in other.0 {
            let known = self.0.contains_key(&name) || self.0.len() < MOST_KINDS;
            *self.0.entry(if known { name } else { "(others)".to_owned() }).or_default() += count;
        }
    }

    /// How many there are of one name.
    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// What the users come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Users that were decided about.
    pub users: u64,
    /// Users with a session.
    pub signed_in: u64,
    /// Users who administer the product.
    pub administrators: u64,
    /// Users without a session, by reason.
    pub locked_out: Counted,
    /// Users by right: a role, a permission, a project with a role.
    pub rights: Counted,
    /// Findings by their code, without the value in it.
    pub findings: Counted,
    /// Lines that could not be read.
    pub unreadable: u64,
    /// Where two sides are compared: users to whom something changes, and how.
    pub changed: Counted,
}

impl Tally {
    /// Counts one user.
    pub fn add(&mut self, seen: &Seen) {
        self.users += 1;
        self.signed_in += u64::from(seen.signed_in);
        self.administrators += u64::from(seen.administers().is_some());
        if let Some(reason) = &seen.reason {
            self.locked_out.add(reason);
        }
        seen.grants.iter().for_each(|grant| self.rights.add(&right(grant)));
        seen.findings.iter().for_each(|code| self.findings.add(code.split(':').next().unwrap_or(code)));
        let Some(difference) = &seen.difference else { return };
        let kinds = [
            ("granted", !difference.granted.is_empty()),
            ("raised", !difference.raised.is_empty()),
            ("lowered", !difference.lowered.is_empty()),
            ("revoked", !difference.revoked.is_empty()),
            ("changed without rights", !difference.is_nothing() && !difference.moves_rights()),
        ];
        kinds.into_iter().filter(|(_, applies)| *applies).for_each(|(kind, _)| self.changed.add(kind));
    }

    /// Counts somebody who is on one side only.
    pub fn add_change(&mut self, kind: &str) {
        self.changed.add(kind);
    }

    /// Counts those of another tally too.
    pub fn merge(&mut self, other: Self) {
        self.users += other.users;
        self.signed_in += other.signed_in;
        self.administrators += other.administrators;
        self.unreadable += other.unreadable;
        self.locked_out.merge(other.locked_out);
        self.rights.merge(other.rights);
        self.findings.merge(other.findings);
        self.changed.merge(other.changed);
    }
}

/// The counts for a person to read.
pub fn tell_tally(title: &str, tally: &Tally) -> String {
    let mut out = String::new();
    let Tally { users, signed_in, administrators, .. } = tally;
    let locked_out = users - signed_in;
    line(
        &mut out,
        format_args!(
            "{} at {title}: {signed_in} signed in, {locked_out} locked out, {}",
            counted(*users, "user"),
            counted(*administrators, "administrator")
        ),
    );
    if tally.unreadable > 0 {
        line(&mut out, format_args!("{} could not be read", counted(tally.unreadable, "line")));
    }
    let parts = [
        ("locked out", &tally.locked_out),
        ("rights", &tally.rights),
        ("findings", &tally.findings),
        ("compared", &tally.changed),
    ];
    for (name, Counted(counts)) in parts {
        if counts.is_empty() {
            continue;
        }
        line(&mut out, format_args!("\n{name}"));
        let width = counts.values().map(|count| count.to_string().len()).max().unwrap_or_default();
        for (what, count) in counts {
            line(&mut out, format_args!("  {count:>width$}  {what}"));
        }
    }
    out
}
