//! Situations that several products know, and what each does in them.

use super::{Elsewhere, InProduct};
use crate::products::{self, protocol};

/// A situation, and the rules that apply in it.
struct Situation {
    words: &'static str,
    rules: &'static [&'static str],
}

const fn situation(words: &'static str, rules: &'static [&'static str]) -> Situation {
    Situation { words, rules }
}

const ALL: &[Situation] = &[
    situation(
        "somebody signs in for the first time",
        &["BR-R19", "CB-R18", "BW-R5", "GR-R25", "BP-R24", "BP-R25"],
    ),
    situation("the claims give no role at all", &["BR-R15", "CB-R16", "BW-R13", "GR-R13", "BP-R26"]),
    situation(
        "a value is none that the product knows",
        &["BR-R16", "CB-R9", "BW-R12", "GR-R12", "BP-R17", "BP-R18"],
    ),
    situation(
        "a claim that the product needs is missing",
        &["BR-R15", "CB-R14", "BW-R4", "GR-R23", "BP-R25"],
    ),
    situation(
        "a claim has another JSON type than the product reads",
        &["BR-R14", "CB-R15", "GR-R10", "BP-R19"],
    ),
    situation(
        "the claims have changed since the last sign-in",
        &["BR-R20", "CB-R17", "BW-R14", "GR-R15", "GR-R22", "BP-R20", "BP-R21", "BP-R22"],
    ),
    situation("two roles do not go together", &["BR-R18", "BW-R12", "GR-R14", "BP-R15"]),
    situation("the claims make an administrator", &["BR-R18", "BW-R12", "GR-R21", "BP-R8", "BP-R9"]),
    situation("roles were given by hand", &["BW-R9", "BW-R16", "GR-R22", "BP-R20"]),
    situation("the person signs out", &["BR-R23", "CB-R20", "BW-R22", "GR-R26", "BP-R31"]),
    situation("the same claim is in two documents", &["BR-R11", "GR-R7", "BP-R4"]),
    situation("a claim lies inside another, or its name holds a dot", &["BR-R13", "GR-R9"]),
    situation("somebody has to be recognised", &["BR-R12", "CB-R6", "BW-R17", "GR-R23", "BP-R4"]),
    situation("somebody was locked out by an administrator", &["CB-R19", "GR-R24"]),
    situation("the very first person of an organization signs in", &["BW-R24", "BP-R27", "BP-R28"]),
    situation("somebody was invited", &["BW-R15", "BW-R17", "GR-R25", "BP-R24"]),
    situation("letter case differs", &["CB-R9", "BW-R12", "GR-R11", "BP-R17"]),
    situation("the sign-in begins", &["BR-R6", "CB-R1", "CB-R2", "BW-R3", "GR-R2", "BP-R3"]),
    situation("the issuer is not the configured one", &["BR-R8", "CB-R4", "X-R3"]),
    situation("the signature has to be checked", &["BR-R7", "GR-R5", "GR-R6", "X-R3", "X-R4"]),
    situation("a check of the protocol fails", &["BR-R22", "X-R1", "X-R2", "X-R3", "X-R5"]),
    situation("the settings change", &["GR-R3", "BP-R1", "BP-R2"]),
    situation("name and e-mail address have changed", &["BW-R6", "BW-R7", "CB-R18"]),
    situation("single sign-on is not set up completely", &["BR-R1", "BR-R3", "BW-R1", "GR-R1"]),
];

/// The situations in which a rule applies, each with the rules of the other products.
pub(super) fn with(rule: &str) -> Vec<Elsewhere> {
    let product = |rule: &str| rule.split('-').next().map(str::to_owned);
    let others = |id: &&&str| product(id) != product(rule);
    let its = ALL.iter().filter(|situation| situation.rules.contains(&rule));
    its.map(|situation| Elsewhere {
        situation: situation.words.to_owned(),
        rules: situation.rules.iter().filter(others).filter_map(|id| named(id)).collect(),
    })
    .collect()
}

fn named(id: &str) -> Option<InProduct> {
    let in_product = |product: &str, title: &str| InProduct {
        product: product.to_owned(),
        rule: id.to_owned(),
        title: title.to_owned(),
    };
    let of_products = products::ALL.iter().find_map(|kind| {
        let rule = kind.rules().iter().find(|rule| rule.id == id)?;
        Some(in_product(kind.title(), rule.title))
    });
    of_products.or_else(|| {
        protocol::ALL.iter().find(|rule| rule.id == id).map(|rule| in_product("all products", rule.title))
    })
}

#[cfg(test)]
mod tests {
    use super::{ALL, named};

    #[test]
    fn what_others_do_is_told_of_others() {
        let told = super::with("BP-R1");
        let rules: Vec<&str> = told.iter().flat_map(|it| &it.rules).map(|it| it.rule.as_str()).collect();
        assert_eq!(rules, ["GR-R3"]);
    }

    #[test]
    fn every_situation_names_rules_that_exist_of_more_than_one_product() {
        for situation in ALL {
            let mut products: Vec<String> = Vec::new();
            for id in situation.rules {
                let found = named(id).unwrap_or_else(|| panic!("{}: no rule {id}", situation.words));
                products.push(found.product);
            }
            products.sort();
            products.dedup();
            assert!(products.len() > 1, "{}", situation.words);
        }
    }
}
