//! Expectations of what the product can say: fields of its record, its codes, its words.
//!
//! Only what there is a closed set of is looked at, and only where it stands as it is: a pattern, a type or a number is
//! left alone.

use mock_idp::source::{Diagnostic, Map, Node, Span, Value, did_you_mean};

use super::listed;
use crate::decision::{Codes, Field, ProductKind, UnknownField, bare, find};
use crate::scenario::outcome::OUTCOME_KEYS;

/// Keys of an outcome that are not the decision's alone, so that more can stand in them than a decision has.
const NOT_OF_A_DECISION: [&str; 1] = ["session"];

/// E0201 and E0301: fields, codes and words that no decision of this product has.
pub(super) fn check(expect: &Node, kind: &dyn ProductKind, found: &mut Vec<Diagnostic>) {
    let sayable = Sayable { kind, fields: kind.fields(), codes: kind.codes() };
    for entry in expect.as_map().into_iter().flatten() {
        let name = entry.key.as_str();
        match name {
            "reason" => sayable.reason(&entry.value, found),
            "effects" => sayable.codes(&entry.value, ("effect", sayable.codes.effects), found),
            "findings" => sayable.codes(&entry.value, ("finding", sayable.codes.findings), found),
            _ if NOT_OF_A_DECISION.contains(&name) => {}
            // What a decision has besides is told with the other keys.
            _ if OUTCOME_KEYS.contains(&name) || sayable.fields.iter().any(|field| field.name == name) => {
                sayable.value(&entry.value, &mut vec![name], found);
            }
            _ => {}
        }
    }
}

struct Sayable<'k> {
    kind: &'k dyn ProductKind,
    fields: Vec<Field>,
    codes: Codes,
}

impl Sayable<'_> {
    fn reason(&self, value: &Node, found: &mut Vec<Diagnostic>) {
        let known: Vec<&str> = self.codes.all_reasons().collect();
        match only_matcher(value) {
            Some(("$not", inner)) => self.reason(inner, found),
            Some(_) => {}
            None => self.code(value, ("reason", &known), found),
        }
    }

    /// Codes in a list, also below matchers that hold entries of it.
    fn codes(&self, value: &Node, known: (&str, &[&str]), found: &mut Vec<Diagnostic>) {
        match (&value.value, only_matcher(value)) {
            (_, Some(("$not" | "$contains" | "$unordered" | "$codes", inner))) => {
                self.codes(inner, known, found);
            }
            (Value::List(items), _) => items.iter().for_each(|item| self.codes(item, known, found)),
            (Value::String(_), _) => self.code(value, known, found),
            _ => {}
        }
    }

    /// E0301: a code that this product does not give.
    fn code(&self, value: &Node, (what, known): (&str, &[&str]), found: &mut Vec<Diagnostic>) {
        let Some(code) = value.as_str().map(bare).filter(|code| !known.contains(code)) else { return };
        let title = format!("{} gives no {what} `{code}`", self.kind.title());
        let help = did_you_mean(code, known.iter().copied())
            .unwrap_or_else(|| format!("{what}s are {}", listed(known.iter().copied())));
        found.push(Diagnostic::error("E0301", title).at(value.span, format!("no such {what}")).help(help));
    }

    /// E0201: a field that no decision has. E0301: a word that cannot be in it.
    fn value<'n>(&self, value: &'n Node, path: &mut Vec<&'n str>, found: &mut Vec<Diagnostic>) {
        if let Some((matcher, inner)) = only_matcher(value) {
            match (matcher, &inner.value) {
                ("$not" | "$exact", _) => self.value(inner, path, found),
                // Entries, or one of them; in a text it would be a part.
                ("$unordered" | "$contains", _) if self.is_list(path) => self.entries(inner, path, found),
                _ => {}
            }
            return;
        }
        match &value.value {
            Value::Map(map) => self.members(map, path, found),
            Value::List(_) => self.entries(value, path, found),
            Value::String(word) => self.word(word, value.span, path, found),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn members<'n>(&self, map: &'n Map, path: &mut Vec<&'n str>, found: &mut Vec<Diagnostic>) {
        for entry in map {
            path.push(&entry.key);
            match find(&self.fields, path) {
                Ok(()) => self.value(&entry.value, path, found),
                // Where the outcome has more than the decision, this is not for a decision to say.
                Err(unknown) if unknown.depth + 1 == path.len() && unknown.depth > 0 => {
                    found.push(self.unknown(&unknown, entry.key_span));
                }
                Err(_) => {}
            }
            path.pop();
        }
    }

    fn entries<'n>(&self, value: &'n Node, path: &mut Vec<&'n str>, found: &mut Vec<Diagnostic>) {
        path.push("0");
        match &value.value {
            Value::List(items) => {
                for item in items {
                    self.value(item, path, found);
                }
            }
            Value::String(word) => self.word(word, value.span, path, found),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => {}
        }
        path.pop();
    }

    /// Whether there are words for what the entries of a list at this path can be.
    fn is_list(&self, path: &[&str]) -> bool {
        let entry: Vec<&str> = path.iter().copied().chain(["0"]).collect();
        self.codes.words_at(&entry).is_some()
    }

    fn word(&self, word: &str, span: Span, path: &[&str], found: &mut Vec<Diagnostic>) {
        let Some(known) = self.codes.words_at(path).filter(|known| !known.contains(&word)) else { return };
        let place: Vec<&str> = path.iter().copied().filter(|name| *name != "0").collect();
        let title = format!("`{word}` is nothing that `{}` can be at {}", place.join("."), self.kind.title());
        let expected = format!("expected one of {}", listed(known.iter().copied()));
        let help = did_you_mean(word, known.iter().copied());
        found.push(Diagnostic::error("E0301", title).at(span, expected).help_if(help));
    }

    fn unknown(&self, unknown: &UnknownField, span: Span) -> Diagnostic {
        let title = format!("{unknown} of {}", self.kind.title());
        let known = unknown.known();
        let help = did_you_mean(&unknown.name, known.iter().copied()).or_else(|| {
            (!known.is_empty()).then(|| format!("`{}` has {}", unknown.below, listed(known.iter().copied())))
        });
        Diagnostic::error("E0201", title).at(span, "no outcome has it").help_if(help)
    }
}

/// The matcher that a map is, with what it takes.
fn only_matcher(value: &Node) -> Option<(&str, &Node)> {
    let entry = value.as_map().filter(|map| map.len() == 1)?.iter().next()?;
    entry.key.starts_with('$').then_some((entry.key.as_str(), &entry.value))
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Diagnostic, Sources, parse};
    use rstest::rstest;

    use super::check;
    use crate::products;

    fn said(product: &str, expect: &str) -> Vec<(String, String, Vec<String>)> {
        let mut sources = Sources::new();
        let expect = parse(&mut sources, "x.yaml", expect).unwrap();
        let mut found: Vec<Diagnostic> = Vec::new();
        check(&expect, products::named(product).unwrap(), &mut found);
        let told = |it: Diagnostic| {
            let place = sources.slice(it.primary.unwrap().span).to_owned();
            (it.code.to_string(), place, it.help)
        };
        found.into_iter().map(told).collect()
    }

    #[rstest]
    #[case::a_role("bindplane", "organization_role: usr", "E0301", "usr", "did you mean `user`?")]
    #[case::a_role_of_a_project(
        "bindplane",
        "project_roles: { P1: { $not: amdin } }",
        "E0301",
        "amdin",
        "did you mean `admin`?"
    )]
    #[case::exactly(
        "bindplane",
        "project_roles: { $exact: { P1: viewr } }",
        "E0301",
        "viewr",
        "did you mean `viewer`?"
    )]
    #[case::a_role_in_a_list(
        "billwerk",
        "roles_by_legal_entity: { LE1: [Admn] }",
        "E0301",
        "Admn",
        "did you mean `Admin`?"
    )]
    #[case::a_role_among_others(
        "billwerk",
        "roles_by_legal_entity: { LE1: { $contains: Finanse } }",
        "E0301",
        "Finanse",
        "did you mean `Finance`?"
    )]
    #[case::a_level("gorules", "user: { type: amdin }", "E0301", "amdin", "did you mean `admin`?")]
    #[case::a_reason(
        "bindplane",
        "reason: invitation_requird",
        "E0301",
        "invitation_requird",
        "did you mean `invitation_required`?"
    )]
    #[case::a_reason_that_is_not(
        "bindplane",
        "reason: { $not: no_valid_claim }",
        "E0301",
        "no_valid_claim",
        "did you mean `no_valid_claims`?"
    )]
    #[case::a_reason_with_a_value(
        "gorules",
        "reason: 'missing_seting:X'",
        "E0301",
        "'missing_seting:X'",
        "did you mean `missing_setting`?"
    )]
    #[case::of_the_protocol(
        "billrun",
        "reason: 'idp_eror:x'",
        "E0301",
        "'idp_eror:x'",
        "did you mean `idp_error`?"
    )]
    #[case::an_effect(
        "cloudbilling",
        "effects: [user.creatd]",
        "E0301",
        "user.creatd",
        "did you mean `user.created`?"
    )]
    #[case::an_effect_among_others(
        "cloudbilling",
        "effects: { $not: { $contains: [user.lockd] } }",
        "E0301",
        "user.lockd",
        "did you mean `user.locked`?"
    )]
    #[case::a_finding(
        "billwerk",
        "findings: { $unordered: ['unknown_rle:x'] }",
        "E0301",
        "'unknown_rle:x'",
        "did you mean `unknown_role`?"
    )]
    #[case::a_code_of_findings(
        "cloudbilling",
        "findings: { $codes: [invalid_local] }",
        "E0301",
        "invalid_local",
        "did you mean `invalid_locale`?"
    )]
    #[case::a_field(
        "cloudbilling",
        "user: { user_group: [] }",
        "E0201",
        "user_group",
        "did you mean `user_groups`?"
    )]
    #[case::a_field_below_a_matcher(
        "gorules",
        "access: { $exact: { all_project: true } }",
        "E0201",
        "all_project",
        "did you mean `all_projects`?"
    )]
    fn what_no_decision_says_is_refused(
        #[case] product: &str,
        #[case] expect: &str,
        #[case] code: &str,
        #[case] place: &str,
        #[case] help: &str,
    ) {
        assert_eq!(said(product, expect), [(code.to_owned(), place.to_owned(), vec![help.to_owned()])]);
    }

    #[rstest]
    #[case::patterns(
        "bindplane",
        "{ reason: { $glob: 'no_*' }, effects: { $contains: { $glob: 'project.*' } }, organization_role: { $glob: 'a*' } }"
    )]
    #[case::types(
        "bindplane",
        "{ reason: { $any: string }, organization_role: { $any: string }, findings: { $len: 0 } }"
    )]
    #[case::parts("bindplane", "{ reason: { $contains: valid }, organization_role: { $contains: adm } }")]
    #[case::nothing(
        "bindplane",
        "{ reason: { $absent: true }, organization_role: { $absent: true }, effects: [] }"
    )]
    #[case::any_key(
        "bindplane",
        "{ project_roles: { anything.at-all: admin }, session: { whatever: 1 }, idp: { calls: { token: 1 } } }"
    )]
    #[case::any_text(
        "cloudbilling",
        "{ user: { email: x, user_groups: { $contains: y } }, changes: { granted: [z] } }"
    )]
    #[case::values(
        "bindplane",
        "{ findings: ['unrecognized_role:boss'], effects: ['project.access_granted:P1'] }"
    )]
    #[case::of_the_protocol("bindplane", "{ reason: 'idp_error:access_denied', rejection: { name: x } }")]
    fn what_a_decision_may_say_is_not(#[case] product: &str, #[case] expect: &str) {
        assert_eq!(said(product, expect), []);
    }
}
