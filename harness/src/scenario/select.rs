//! Which cases are run.

use super::glob;
use super::load::Case;
use super::tags::TagExpression;

/// A selection; what is left out selects everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// By tag.
    pub tags: Option<TagExpression>,
    /// By scenario name, file, or short name; `*` stands for any run of characters.
    pub name: Option<String>,
    /// By product.
    pub products: Vec<String>,
    /// By case id.
    pub case: Option<String>,
}

impl Selection {
    /// Keeps the selected cases; where any of them says `only`, just those.
    pub fn of(&self, mut cases: Vec<Case>) -> Vec<Case> {
        cases.retain(|case| self.selects(case));
        if cases.iter().any(|case| case.only) {
            cases.retain(|case| case.only);
        }
        cases
    }

    fn selects(&self, case: &Case) -> bool {
        let named = |pattern: &String| {
            [case.id.scenario.as_str(), case.id.file.as_str(), case.id.stem()]
                .iter()
                .any(|name| glob::fits(pattern, name))
        };
        self.tags.as_ref().is_none_or(|tags| tags.holds(&case.tags))
            && self.name.as_ref().is_none_or(named)
            && (self.products.is_empty() || self.products.contains(&case.id.product))
            && self.case.as_ref().is_none_or(|id| glob::fits(id, &case.id.case))
    }
}
