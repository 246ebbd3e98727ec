//! What is played: each selected case in each shape of the flow in which a profile binds it.

use std::collections::BTreeSet;

use mock_idp::source::did_you_mean;

use super::case::Case;
use super::catalogue;
use super::profiles::{Binding, Profile, Variant, Weight};
use super::verdict;

/// A case in one shape.
#[derive(Clone, Debug)]
pub struct Play {
    /// The case.
    pub case: Case,
    /// The shape.
    pub variant: Variant,
    /// The selected profiles that bind it in this shape.
    pub bindings: Vec<Binding>,
}

impl Play {
    /// Its name: `RPX-SIG-05.spki_pem [code]`.
    pub fn name(&self) -> String {
        format!("{} [{}]", self.case.id(), self.variant.name())
    }

    /// How much a departure weighs.
    pub fn weight(&self) -> Weight {
        verdict::weight_at_most(self.case, self.variant, &self.bindings)
    }
}

/// Everything that these profiles ask, in the order of the catalogue: in all their shapes, or only in these.
pub fn plan(profiles: &[Profile], shapes: Option<&[Variant]>) -> Vec<Play> {
    catalogue::cases().flat_map(|case| plays(case, profiles, shapes)).collect()
}

fn plays(case: Case, profiles: &[Profile], shapes: Option<&[Variant]>) -> Vec<Play> {
    let mut plays: Vec<Play> = Vec::new();
    for binding in case.bindings.iter().filter(|binding| profiles.contains(&binding.profile)) {
        let profile = binding.profile;
        let variants = shapes.map_or_else(
            || profile.variants(),
            |shapes| shapes.iter().copied().filter(|shape| profile.covers(*shape)).collect(),
        );
        let variants = variants.into_iter();
        for variant in variants.filter(|variant| case.response_types.contains(&variant.response_type)) {
            match plays.iter_mut().find(|play| play.variant == variant) {
                Some(play) => play.bindings.push(*binding),
                None => plays.push(Play { case, variant, bindings: vec![*binding] }),
            }
        }
    }
    plays
}

impl Play {
    /// Whether a pattern means it: a case, a case in one shape (`RPX-SIG-05.jwk [code]`), a row with all its cases, a module
    /// of the Foundation's, or any of these with `*` for anything.
    pub fn is_meant(&self, pattern: &str) -> bool {
        let names = [Some(self.case.id().as_str()), Some(self.case.id_of_row()), self.case.module]
            .map(|name| name.is_some_and(|name| matches_glob(pattern, name)));
        names.contains(&true) || matches_glob(pattern, &self.name())
    }
}

/// Why a pattern means no case of the catalogue, and which one it may have meant.
pub fn unknown(pattern: &str) -> Option<String> {
    let all = plan(&Profile::ALL, None);
    if all.iter().any(|play| play.is_meant(pattern)) {
        return None;
    }
    let rows = all.iter().map(|play| play.case.id_of_row().to_owned());
    let names: BTreeSet<String> = all.iter().map(|play| play.case.id()).chain(rows).collect();
    let question = did_you_mean(pattern, names.iter().map(String::as_str));
    let question = question.unwrap_or_else(|| "`harness explain --list` has all of them".to_owned());
    Some(format!("no case is called `{pattern}`; {question}"))
}

/// Whether a text fits a pattern in which `*` stands for anything.
fn matches_glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = left.split_at(at + part.len()).1;
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Play, Profile, Variant, matches_glob, plan};
    use crate::decision::ResponseType;

    #[rstest]
    #[case::a_row_and_all_its_ways("RPX-SIG-*", "RPX-SIG-05.jwk", true)]
    #[case::another_row("RPX-SIG-*", "RPX-CLM-08", false)]
    #[case::in_the_middle("*invalid*iss", "oidcc-client-test-invalid-iss", true)]
    #[case::nothing_left_over("RPX-*-05", "RPX-SIG-05.jwk", false)]
    #[case::the_whole_name("RPX-SIG-05", "RPX-SIG-05", true)]
    fn a_star_stands_for_anything(#[case] pattern: &str, #[case] text: &str, #[case] fits: bool) {
        assert_eq!(matches_glob(pattern, text), fits);
    }

    #[test]
    fn whoever_has_one_shape_is_asked_in_that_one_only() {
        let shape = Variant::of(ResponseType::IdToken).by_form();
        let plays = plan(&Profile::ALL, Some(&[shape]));
        assert!(!plays.is_empty());
        assert!(plays.iter().all(|play| play.variant == shape));
        let basic = |play: &Play| play.bindings.iter().any(|binding| binding.profile == Profile::CoreBasic);
        assert!(!plays.iter().any(basic));
    }

    #[test]
    fn a_case_is_played_once_in_each_shape_however_many_profiles_bind_it() {
        let plays = plan(&[Profile::CoreBasic, Profile::Bcp], None);
        let mut names: Vec<String> = plays.iter().map(Play::name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(plays.iter().any(|play| play.bindings.len() == 2));
    }

    #[test]
    fn posted_forms_are_shapes_of_their_own() {
        let plays = plan(&[Profile::FormPost], None);
        assert!(!plays.is_empty());
        assert!(plays.iter().all(|play| play.variant.name().ends_with(", form_post")));
    }
}
