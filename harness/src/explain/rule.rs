//! Rules and readings, out of the products' own catalogues.

use super::{Explanation, Kind, examples, situations};
use crate::decision::{Evidence, ProductKind, Rule};
use crate::products::{self, protocol};

/// The rule with this name.
pub(super) fn of_rule(is_name: &dyn Fn(&str) -> bool) -> Option<Explanation> {
    let of_products = products::ALL.iter().copied().find_map(|kind| {
        let rule = kind.rules().iter().copied().find(|rule| is_name(rule.id))?;
        Some(told(rule, Some(kind)))
    });
    of_products
        .or_else(|| protocol::ALL.iter().copied().find(|rule| is_name(rule.id)).map(|rule| told(rule, None)))
}

fn told(rule: &Rule, kind: Option<&dyn ProductKind>) -> Explanation {
    let whose = kind
        .map_or("A check that all products share".to_owned(), |kind| format!("A rule of {}", kind.title()));
    let mut explanation = Explanation::new(rule.id, Kind::Rule, rule.title)
        .saying(format!("{whose}. {}.", known(rule.evidence)));
    for id in rule.readings {
        let reading = products::ALL.iter().flat_map(|kind| kind.readings()).find(|reading| reading.id == *id);
        if let Some((reading, first)) = reading.and_then(|reading| Some((reading, reading.choices.first()?)))
        {
            let open = format!(
                "It depends on {id}: {} By default `{}`: {}.",
                reading.question, first.name, first.meaning
            );
            explanation = explanation.saying(open).seeing(format!("harness explain {id}"));
        }
    }
    if let Some(fired) = kind.and_then(|kind| examples::of_rule(kind, rule.id)) {
        let mut heading = format!("at work in the example \"{}\"", fired.title);
        for (reading, choice) in fired.readings() {
            heading = format!("{heading}, with {reading}={choice}");
        }
        explanation = explanation.showing(heading, fired.text());
    }
    explanation.rests_on.push(rule.source.to_owned());
    explanation.elsewhere = situations::with(rule.id);
    if let Some(kind) = kind {
        explanation = explanation.seeing(format!(
            "harness explain --list has all rules of {}, and harness/src/products/{}/README.md where the sources are",
            kind.title(),
            kind.name()
        ));
    }
    explanation
}

const fn known(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "It is documented: the vendor's page says so",
        Evidence::Public => "It is public: another page of the vendor says so",
        Evidence::Observed => "It was observed: the product's own source code does so",
        Evidence::Interpretation => {
            "It is our interpretation: the documentation is silent here, or contradicts itself"
        }
    }
}

/// The reading with this name.
pub(super) fn of_reading(is_name: &dyn Fn(&str) -> bool) -> Option<Explanation> {
    products::ALL.iter().copied().find_map(|kind| {
        let reading = kind.readings().iter().find(|reading| is_name(reading.id))?;
        let mut explanation = Explanation::new(reading.id, Kind::Reading, reading.question)
            .saying(format!("The documentation of {} leaves this open.", kind.title()));
        let names = reading.choices.iter().map(|choice| choice.name.len()).max().unwrap_or_default();
        let choices: Vec<String> = reading
            .choices
            .iter()
            .enumerate()
            .map(|(index, choice)| {
                let mark = if index == 0 { " (taken unless another is chosen)" } else { "" };
                format!("{:names$}  {}{mark}", choice.name, choice.meaning)
            })
            .collect();
        explanation = explanation.showing("choices", choices.join("\n"));
        let depending: Vec<&Rule> =
            kind.rules().iter().copied().filter(|rule| rule.readings.contains(&reading.id)).collect();
        if !depending.is_empty() {
            let rules: Vec<String> =
                depending.iter().map(|rule| format!("{}  {}", rule.id, rule.title)).collect();
            explanation = explanation.showing("rules that depend on it", rules.join("\n"));
        }
        for rule in depending {
            explanation.rests_on.push(rule.source.to_owned());
            for situation in situations::with(rule.id) {
                if !explanation.elsewhere.contains(&situation) {
                    explanation.elsewhere.push(situation);
                }
            }
        }
        let other = reading.choices.get(1).or(reading.choices.first())?;
        Some(
            explanation
                .seeing(format!(
                    "harness preview -p {} … --reading {}={}",
                    kind.name(),
                    reading.id,
                    other.name
                ))
                .seeing(format!("readings: {{ {}: {} }}, in a scenario", reading.id, other.name)),
        )
    })
}
